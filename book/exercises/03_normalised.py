from slfkit.experiments import sweeps

study = sweeps.source_dissimilarity("paper", compute="none")
for row in study.run().rows:
    if row["line"] == "slf" and row["frozen"] == 4:
        share = row["mse"] / row["pixel_variance"]
        print(f"α = {row['alpha']:g}, seed {row['seed']}:", end=" ")
        print(f"MSE {row['mse']:.4f}, {share:.1%} of the variance")
