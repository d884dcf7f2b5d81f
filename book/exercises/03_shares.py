from slfkit import studies

results = studies.source_dissimilarity("paper", alphas=[0.5], compute="none").run()
for row in (row for row in results.rows if row["line"] == "slf"):
    shares = [share["accuracy"] for share in row["shares"].values()]
    rebuilt = sum(shares) / len(shares)  # at 0.5 both sources send equally many images
    print(f"f = {row['frozen']}: {100 * rebuilt:.2f} %, and measured {100 * row['accuracy']:.2f} %")
