from slfkit import studies

rows = studies.misalignment("paper", compute="none").run().rows
misaligned = [row for row in rows if row["sender"] != row["receiver"]]
worse = [row for row in misaligned if row["mse"] > row["pixel_variance"]]

print(f"{len(worse)} of {len(misaligned)} misaligned pairs do worse than the mean image.")
