from statistics import fmean

from slfkit import studies

results = studies.recovery("paper", compute="none").run()
for row, record in zip(results.rows, results.records, strict=True):
    before, after = (
        fmean(draw["mse"] for draw in record.results["old_link"][when])
        for when in ("before", "after")
    )
    print(f"f = {row['frozen']}, seed {row['seed']}: MSE {before:.4f} before, {after:.4f} after")
