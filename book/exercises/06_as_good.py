from slfkit.experiments import fine_tuning_rate

rows = fine_tuning_rate.fine_tuning_rate("paper", compute="none").run().rows
whole = {row["seed"]: row["mse"] for row in rows if row["frozen"] == 0}
near = [
    f"f = {row['frozen']} at {row['learning_rate']:g}"
    for row in rows
    if row["frozen"] and row["mse"] < 1.1 * whole[row["seed"]]
]

print(f"Within 10 % of f = 0: {', '.join(near) or 'none'}.")
