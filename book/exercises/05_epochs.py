from slfkit.experiments import reinitialisation

rows = reinitialisation.reinitialisation("paper", compute="none").run().rows
for row in rows:
    start = "new" if row["reinitialise"] else "downloaded"
    print(f"{start} weights, seed {row['seed']}:", end=" ")
    print(f"{row['epochs_mse']} epochs, MSE {row['mse']:.4f}")
if len({row["reinitialise"] for row in rows}) < 2:
    print("One start has no record yet: nothing can be compared.")
else:
    new, old = (
        [row["epochs_mse"] for row in rows if row["reinitialise"] is fresh]
        for fresh in (True, False)
    )
    longer = sum(new) / len(new) > sum(old) / len(old)
    word = "more" if longer else "no more"
    print(f"On average new weights take {word} epochs.")
