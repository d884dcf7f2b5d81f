from statistics import fmean

from slfkit.experiments import city

rows = city.city("paper", compute="none").run().rows
names = [row["sender"] for row in rows if row["line"] == "meeting"]


def worth(hub):
    scheme, made = city.mapped(hub), city.links(rows, [hub])
    heard = [one for one in made if one["scheme"] == scheme]
    return fmean(one["normalised"] for one in heard)


best = min(names, key=worth)
print(f"{best}: {worth(best):.3f} times the variance on average.")
