from slfkit import studies

records = studies.channel_dissimilarity("paper", compute="none").run().records
runs = [record for record in records if record.spec.kind == "alignments"]
cut = [run for run in runs if run.results["tasks"]["mse"]["best_epoch"] == run.spec.epochs]

print(f"In {len(cut)} of {len(runs)} runs the last of {runs[0].spec.epochs} epochs was the best.")
