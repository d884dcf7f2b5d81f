# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A city of ten
#
# What does it take until ten users, each with its own transceiver, all understand each other?
# The paper's title speaks of many users; the paper aligns one sender with one receiver.
#
# Ten users form ninety ordered links.
# Below $f = 4$ each upload of SLF overwrites the last one at the receiver ([](08_who_pays)), so whoever wants to understand nine others must keep ten decoders, or at $f = 3$ ten codebooks.
# Three schemes avoid that:
#
# - *pairwise*: everyone sends everyone a codebook and the indices of the same pilots, and fits a ridge map to each ([](09_pilots));
# - *hub*: all adopt one user's decoder, and fit a map to it or train their encoder towards it at $f = 4$;
# - *universe*: all map into a common space and out of it, the mean of all users' latent vectors, each rotated and scaled to fit it best (generalised Procrustes analysis).

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
pilots: int = 100  # images of the public set, equal shares of every source
kernel: int = 3  # neighbourhood of the ridge maps, odd
hubs: list = ["T1.0", "T3.0"]  # whose decoder all take over: a kind of transceiver and its seed
seeds: list = []  # of pilots and noise, whole numbers; empty: the profile's own
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import tables
from slfkit.experiments import city, city_costs, city_figures, recovery_time
from slfkit.publish import provenance_line
from slfkit.recovery import Link
from slfkit.reporting.tables import Steps, Table

link = Link()  # the paper's: 2 Mbit/s both ways, 30 TFLOP/s at each user
study = city.city(
    profile,
    pilots=pilots,
    kernel=kernel,
    hubs=hubs,
    seeds=seeds,
    compute=compute,
    sources=sources,
    settings=settings,
)

# %% tags=["hide-input"]
results = study.run()
Markdown(results.summary())

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(city.finding(results.rows, results.missing))

# %% [markdown]
# ## Every ordered link
#
# T1 and T2 know digits, T3 photos; after the point comes the seed.
# Every user sends its own kind of images over a channel as noisy as in its training.
# The MSE is divided by the variance of the pixels sent: 1 is as bad as a uniform grey.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE over the variance of the pixels from every sender (down) to every receiver (across), one matrix per scheme; the lighter, the better.", "name": "fig-city-matrices"}, "image": {"alt": "Eight matrices of ten by ten users. Unaligned, all is dark. With pairwise ridge maps the block among T1 and T2 and that among T3 turn light, from T1 and T2 to T3 it is half as light, and from T3 to the others it stays dark. In the matrices of a hub each row has one shade: with T1's decoder T1 and T2 are light and T3 dark, with T3's all are half as light. Rotations are darker than ridge maps, and a common space lies between.", "width": "640px"}}
names = city.schemes(hubs)
_ = city_figures.matrices(city.links(results.rows, hubs), names)

# %% [markdown]
# A light field off the diagonal is a working link between strangers.
# Means over links (MSEs: geometric), with 95 % jackknife intervals over users:

# %% tags=["hide-input"]
Steps(
    "city-means",
    {
        "MSE over the variance": Table(city.summary(results.rows, hubs), city.SUMMARY),
        "Accuracy (%)": Table(city.summary(results.rows, hubs, "accuracy"), city.SUMMARY),
    },
)

# %% [markdown]
# Pairwise maps help between sources one way only: a photo network can show digits, a digit network no photos.
# So a hub's source limits what all can receive.

# %% tags=["hide-input"]
Markdown(city.by_start(results.rows))

# %% [markdown]
# The matrices in numbers:

# %% tags=["hide-input"]
absent = city.missing_schemes(results.rows, hubs)
shown = {scheme: name for scheme, name in names.items() if name not in absent}
Steps(
    "city",
    {name: Table(city.matrix(results.rows, scheme, hubs)) for scheme, name in shown.items()},
)

# %% tags=["hide-input"]
still = ", ".join(absent)
Markdown(f"Still to be computed: {still}." if still else "Every scheme has its runs.")

# %% [markdown]
# ## What it costs
#
# Steps run in turn at the paper's link and computing power. Hub costs are measured; pairwise SLF takes the means of Table I's channel.
# For the universe a server reads all pilots and sends out maps and codebooks.

# %% tags=["hide-input"]
column = recovery_time.recovery(
    profile, frozen=[0, 4], compute=compute, sources=sources, settings=settings
).run()
costs = city_costs.table(city_costs.prices(results.rows, column.rows, link, kernel), link)
Table([row for row in costs if row["users"] == 10], city_costs.TABLE)

# %% [markdown]
# By formula for more users:

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Bytes and seconds until all N users understand each other, one step after another.", "name": "fig-city-cost"}, "image": {"alt": "Two panels over the number of users, both axes logarithmic. Pairwise schemes and the universes grow with the square of N; pairwise SLF lies highest and ridge maps below it; hubs grow in proportion to N.", "width": "640px"}}
_ = city_figures.costs(costs)

# %% [markdown]
# Lines twice as steep grow with the square of $N$.

# %% tags=["hide-input"]
Table([row for row in costs if row["users"] in (100, 1_000)], city_costs.TABLE)

# %% [markdown]
# For ten users the universe by rotations sends least; for a hundred and more, hubs do.
# Maps change no decoder; a hub adds one.
#
# ## What we claim

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile, source="ours")

# %% [markdown]
# ## Limits
#
# All users share one architecture; pilots and noise have one seed.
# Trained hubs are tested on all test images, maps on part of them, so small differences mean nothing.

# %% [markdown]
# ## Try it
#
# A small city with another hub, on stand-in images:
#
# ```bash
# slfkit run 13_city -p hubs "['T2.0']" -p pilots 30 --profile quick
# ```
#
# ## Exercises
#
# **1.** With 100 pilots, from how many users on does the hub by ridge send fewer bytes than maps for every pair?
#
# ```{answer} 13_hub
# ```
#
# **2.** Which user is the best hub for all ten, by the mean of MSE over variance?
#
# ```{answer} 13_best_hub
# ```

# %% tags=["remove-input"]
provenance_line.line(results)
