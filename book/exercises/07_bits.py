from math import log2

from slfkit import studies
from slfkit.models import GRID
from slfkit.spec import TransceiverSpec

most = GRID**2 * log2(TransceiverSpec.codewords)
rows = studies.codebook_start("paper", compute="none").run().rows
for row in rows:
    run = f"f = {row['frozen']} {row['start']}, seed {row['seed']}"
    print(f"{run}: {GRID**2 * log2(row['perplexity']):.0f} bits instead of {most:.0f}")
