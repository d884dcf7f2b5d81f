from slfkit.experiments import sweeps

shares = {}
study = sweeps.source_dissimilarity("paper", compute="none")
for row in study.run().rows:
    if row["line"] == "slf" and row["frozen"] == 4:
        share = row["mse"] / row["pixel_variance"]
        shares.setdefault(row["alpha"], []).append(share)
        print(f"α = {row['alpha']:g}, seed {row['seed']}:", end=" ")
        print(f"MSE {row['mse']:.4f}, {share:.1%} of the variance")

means = {alpha: sum(of) / len(of) for alpha, of in shares.items()}
largest = max(means, key=means.get)
print(f"Its share of the variance is largest at α = {largest:g}.")
