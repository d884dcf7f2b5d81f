from slfkit.experiments import fine_tuning_rate

rows = fine_tuning_rate.fine_tuning_rate("paper", compute="none").run().rows
for rate in sorted({row["learning_rate"] for row in rows}):
    for row in rows:
        if row["frozen"] and row["learning_rate"] == rate:
            run = f"f = {row['frozen']}, seed {row['seed']}"
            print(f"rate {rate:g}, {run}: {row['epochs_mse']} epochs")

mean = {}
for row in rows:
    if row["frozen"]:
        mean.setdefault(row["learning_rate"], []).append(row["epochs_mse"])
soonest = min(mean, key=lambda rate: sum(mean[rate]) / len(mean[rate]))
print(f"On average training stops soonest at a rate of {soonest:g}.")
