from slfkit.models import GRID
from slfkit.scales import users

numbers = GRID**2  # one for each place of the grid
kept = {name: numbers * (1 - users("paper", 0)[name].crossover) for name in ("T1", "T2")}

for name, count in kept.items():
    print(f"{name}: {count:.1f} of {numbers} numbers arrive as sent.")
