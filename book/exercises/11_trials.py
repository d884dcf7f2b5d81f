from slfkit.experiments import best_way
from slfkit.recovery import Link

rows = best_way.best_way("paper", compute="none").run().rows
plain = [one for one in best_way.at_table_i(rows) if "," not in one.name]
first = {one.name: one for one in plain if one.epoch == 1}
link = Link()
trials = sum(one.flops for one in first.values()) / link.power
print(f"Trials of {len(first)} f: {trials:.2f} s of computing")
print(f"f = 4 is ready after {first['f = 4'].seconds(link):.2f} s")
