from slfkit import studies

results = studies.source_dissimilarity("paper", frozen=[4], compute="none").run()
for row in (row for row in results.rows if row["line"] == "slf"):
    share = row["mse"] / row["pixel_variance"]
    print(f"α = {row['alpha']:g}: MSE {row['mse']:.4f}, {100 * share:.1f} % of the variance")
