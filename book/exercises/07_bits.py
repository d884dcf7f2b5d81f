from math import log2

from slfkit.experiments import codebook_start
from slfkit.models import GRID

numbers = GRID**2  # of codewords in a picture's grid
spared = []
study = codebook_start.codebook_start("paper", compute="none")
for row in study.run().rows:
    run = f"f = {row['frozen']} {row['start']}, seed {row['seed']}"
    bits = numbers * log2(row["perplexity"])
    most = numbers * log2(row["codewords"])
    print(f"{run}: {bits:.0f} bits instead of {most:.0f}")
    spared.append(1 - bits / most)
low, high = min(spared), max(spared)
print(f"Such a code would save {low:.0%} to {high:.0%} of the bits.")
