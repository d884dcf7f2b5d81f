from statistics import fmean

from slfkit import studies

for record in studies.recovery("paper", compute="none").run().records:
    link, run = record.results["old_link"], record.spec
    before = fmean(draw["mse"] for draw in link["before"])
    after = fmean(draw["mse"] for draw in link["after"])
    print(f"f = {run.frozen}, seed {run.seed}:", end=" ")
    print(f"MSE {before:.4f} before, {after:.4f} after")
