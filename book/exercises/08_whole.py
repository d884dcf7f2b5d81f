from slfkit.experiments import who_pays

study = who_pays.who_pays("paper", alphas=[1.0], compute="none")
rows = [
    row
    for row in who_pays.measured(study.run().rows)
    if row["mismatch"] == "crossover" and row["line"] == "slf"
]

kept = []
for f in range(5):
    runs = [row for row in rows if row["frozen"] == f]
    whole = sum(row["transfer"] > -0.01 for row in runs)
    print(f"f = {f}: {whole} of {len(runs)}")
    kept += [f"f = {f}"] if whole == len(runs) else []
print(f"In every run at {', '.join(kept) or 'no f'}.")
