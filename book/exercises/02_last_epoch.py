from slfkit.experiments import sweeps

study = sweeps.channel_dissimilarity("paper", compute="none")
runs = [one for one in study.run().records if one.spec.kind == "alignments"]
best = [run.results["tasks"]["mse"]["best_epoch"] for run in runs]
last = [run.spec.epochs for run in runs]
cut = sum(a == b for a, b in zip(best, last, strict=True))

print(f"In {cut} of {len(runs)} runs the last epoch was the best.")
