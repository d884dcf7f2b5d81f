from slfkit.experiments import precision
from slfkit.reporting.rows import pairs

rows = precision.precision("paper", compute="none").run().rows
labels = precision.FULL, precision.HALF
for full, half in pairs(rows, "precision", *labels, "frozen", "seed"):
    run = f"f = {full['frozen']}, seed {full['seed']}"
    print(f"{run}: {full['epochs_mse']} and {half['epochs_mse']} epochs")
