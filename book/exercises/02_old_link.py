from statistics import fmean

from slfkit.experiments import recovery_time

for record in recovery_time.recovery("paper", compute="none").run().records:
    link, run = record.results["old_link"], record.spec
    before = fmean(draw["mse"] for draw in link["before"])
    after = fmean(draw["mse"] for draw in link["after"])
    print(f"f = {run.frozen}, seed {run.seed}:", end=" ")
    print(f"MSE {before:.4f} before, {after:.4f} after")
