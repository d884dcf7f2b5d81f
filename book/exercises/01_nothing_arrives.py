from slfkit.experiments import misalignment

rows = misalignment.misalignment("paper", compute="none").run().rows
pairs = [row for row in rows if row["sender"] != row["receiver"]]
worse = [row for row in pairs if row["mse"] > row["pixel_variance"]]

print(f"{len(worse)} of {len(pairs)} misaligned pairs do worse.")
