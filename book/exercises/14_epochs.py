from slfkit.experiments import precision
from slfkit.reporting.rows import pairs

rows = precision.precision("paper", compute="none").run().rows
labels = precision.FULL, precision.HALF
equal, both = 0, pairs(rows, "precision", *labels, "frozen", "seed")
for full, half in both:
    run = f"f = {full['frozen']}, seed {full['seed']}"
    print(f"{run}: {full['epochs_mse']} and {half['epochs_mse']} epochs")
    equal += full["epochs_mse"] == half["epochs_mse"]
print(f"The same in {equal} of {len(both)};")
print("elsewhere the recovery time follows the epochs.")
