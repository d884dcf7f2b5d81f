from slfkit.experiments import fine_tuning_rate

rows = fine_tuning_rate.fine_tuning_rate("paper", compute="none").run().rows
for rate in sorted({row["learning_rate"] for row in rows}):
    for row in rows:
        if row["frozen"] and row["learning_rate"] == rate:
            run = f"f = {row['frozen']}, seed {row['seed']}"
            print(f"rate {rate:g}, {run}: {row['epochs_mse']} epochs")
