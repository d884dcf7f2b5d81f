from math import log
from statistics import stdev

from slfkit.experiments import precision

rows = precision.precision("paper", compute="none").run().rows
for f, moved in precision.ratios(rows).items():
    seeds = [log(r["mse"]) for r in rows if r["frozen"] == f and r["precision"] == "float32"]
    if moved and len(seeds) > 1:
        largest = max(map(abs, moved))
        word = "smaller" if largest < stdev(seeds) else "larger"
        print(f"f = {f}: rounding moves ln MSE by {largest:.3f} at most, {word} than the spread")
        print(f"       of seeds, a standard deviation of {stdev(seeds):.3f}")
