from slfkit.experiments.grid import users
from slfkit.models import GRID

numbers = GRID**2  # one for each place of the grid
kept = {}
for name, transceiver in users("paper", 0).items():
    kept[name] = numbers * (1 - transceiver.crossover)

for name in ("T1", "T2"):
    print(f"{name}: {kept[name]:.1f} of {numbers} arrive as sent.")
