from statistics import fmean

from slfkit.experiments import pilots, ways

study = pilots.pilots("paper", alpha=0.0, compute="none").run()
made = ways.at_world(ways.ways(study.rows), "ε = 0.3")
most = max((way["pilots"] or 0 for way in made), default=0)
alone = ("index map", "one-to-one map", "ridge 1", "Procrustes", "Parseval")


def mse(method):
    found = ways.aligner(made, method, pilots=most)
    return fmean(way["mse"] for way in found)


best = min(alone, key=mse)
times = mse(best) / mse("ridge 3")
print(f"{most} pilots as indices: {best} has {times:.2f} times the MSE.")
