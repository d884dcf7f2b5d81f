from slfkit import studies

rows = studies.reinitialisation("paper", compute="none").run().rows
for row in rows:
    start = "new weights" if row["reinitialise"] else "downloaded weights"
    print(f"{start}, seed {row['seed']}: {row['epochs_mse']} epochs, MSE {row['mse']:.4f}")
if len({row["reinitialise"] for row in rows}) < 2:
    print("Only one of the two starts has a record yet: nothing can be compared.")
