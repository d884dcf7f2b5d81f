from math import log
from statistics import stdev

from slfkit.experiments import precision

rows = precision.precision("paper", compute="none").run().rows
full = [row for row in rows if row["precision"] == precision.FULL]
for f, moved in precision.ratios(rows).items():
    spread = stdev(log(row["mse"]) for row in full if row["frozen"] == f)
    if moved:
        largest = max(map(abs, moved))
        word = "less" if largest < spread else "more"
        print(f"f = {f}: rounding moves ln MSE by up to {largest:.3f},")
        print(f"{word} than a standard deviation over seeds, {spread:.3f}.")
