from statistics import fmean

from slfkit.experiments import sweeps

study = sweeps.source_dissimilarity("paper", alphas=[0.5], compute="none")
for row in study.run().rows:
    # at 0.5 both sources send equally many images
    rebuilt = fmean(share["accuracy"] for share in row["shares"].values())
    line = f"f = {row['frozen']}" if row["line"] == "slf" else row["line"]
    print(f"{line}: {rebuilt:.2%}, and measured {row['accuracy']:.2%}")
print("Half the images are of each source, so their mean is the whole.")
