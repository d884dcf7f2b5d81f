from slfkit.experiments import best_way
from slfkit.experiments.choosing import Need, choices

rows = best_way.best_way("paper", compute="none").run().rows
candidates = best_way.at_table_i(rows)
full = []
for rate in (2e6, 1e6, 5e5, 4e5, 3e5):
    met = choices(candidates, Need(uplink=rate, deadline=3.0))
    name = met[0].name if met else "none"
    print(f"{rate:.0e} bit/s: {name}")
    full += [rate] if name.startswith("f = 0") else []
print(f"Down to {min(full):.0e} bit/s; below, too little time is left.")
