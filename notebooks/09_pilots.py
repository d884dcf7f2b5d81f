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
# # Alignment without training
#
# Can Alice learn David's language from a few examples, without training and without touching his network?
#
# Both hold the same {term}`pilots <pilot>`, some of Alice's training images.
# David sends his codebook and, for each pilot, his latent vectors or only the indices of his codewords.
# Alice encodes the pilots too and fits an {term}`aligner`, a map from her latent vectors to his.
# From then on she encodes, maps, and sends the index of David's nearest codeword.
# She uploads nothing, and his old partner loses nothing.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
crossover: float = 0.3  # eps of the channel to T2, in [0, 1]
alpha: float = 0.0  # share of T3's images in Alice's, in [0, 1]
counts: list = [0, 1, 3, 10, 30, 100, 300, 1000]  # n, pilots; 0: the codebooks alone
frozen: list = [0, 1, 2, 3, 4]  # f of SLF, each 0 to 4
seeds: list = []  # whole numbers; empty: the profile's own
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import tables
from slfkit.experiments import break_even, pilot_figures, pilots, ways
from slfkit.publish import provenance_line
from slfkit.reporting.tables import Table

study = pilots.pilots(
    profile,
    crossover=crossover,
    alpha=alpha,
    counts=counts,
    frozen=frozen,
    seeds=seeds,
    compute=compute,
    sources=sources,
    settings=settings,
)
over_all = pilots.pilot_map(
    profile, seeds=seeds, compute=compute, sources=sources, settings=settings
)

# %% tags=["hide-input"]
results, everywhere = study.run(), over_all.run()
Markdown(results.summary(everywhere))

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(
    f"{pilots.finding(results.rows, results.missing)} "
    f"{pilots.map_finding(everywhere.rows, everywhere.missing)}"
)

# %% [markdown]
# ## The maps
#
# A *ridge* map predicts David's vector from Alice's vectors nearby, 3 × 3 for instance: one more convolution of her encoder.
# Its rivals are rotations (*Procrustes*), frames (*Parseval*), renamed indices, and a match of the *codebooks alone*.
#
# ````{dropdown} The other maps
# *Procrustes* allows a rotation and one scale; *Parseval* describes a vector relative to the pilots, by frames on both sides.
# An *index map* renames Alice's indices: each becomes the one of David's that it meets most often.
# *Codebooks alone* uses no pilots: it matches the distances within both codebooks, weighted by how often each codeword is sent (Gromov and Wasserstein).
# ````
#
# `````{dropdown} The ridge map in formula and code
# It solves
#
# $$W = (U^\top U + \lambda I)^{-1} U^\top V,$$
#
# where a row of $U$ holds the features of one position, Alice's vectors nearby and a 1, and a row of $V$ David's vector there, over all 256 positions of all pilots; the bias has no penalty.
# $\lambda$ is a factor times the number of rows and the mean square of the features; we take the factor with the least error on pilots left out, in up to 16 groups of whole images, since neighbouring positions of an image resemble each other.
#
# ```python
# from slfkit.aligners import fit_ridge, grids, read_pilots, translator
#
# own = grids(alice, pilots)  # (pilots, 16, 16, D), Alice's latent vectors
# theirs = read_pilots(message, alice, len(pilots), "indices")  # what David sent
# aligner = fit_ridge(own, theirs.latents, kernel=3)
# sender = translator(alice, theirs.codebook, aligner)  # she now speaks to David
# ```
# `````
#
# ## Channels differ
#
# Alice has T1 and David T2; SLF is that of [](04_recovery).

# %% tags=["hide-input"]
channel = [row for row in results.rows if "crossover" in row]
data = [row for row in results.rows if "alpha" in row]
Markdown(
    f"Aligners are tested on the first {pilots.TESTED:,} test images; David's own pair, tested on "
    "these and on all, brings them to all: the MSE by its ratio, the accuracy by its difference."
)

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE and accuracy over the recovery time at the paper's link, where channels differ: lines join an aligner's numbers of pilots.", "name": "fig-pilots-seconds"}, "image": {"alt": "Two panels over seconds on a logarithmic axis. The 3 by 3 ridge map by indices falls steeply from one to ten pilots at about a hundredth of a second and then stays level, below SLF with f = 1 and 2 and at the lower ends of the intervals of f = 3 and 4, which all take more than a second; rotations, 1 by 1 maps and index maps stay well above.", "width": "640px"}}
_ = pilot_figures.plane(channel, "seconds")

# %% [markdown]
# One pilot is too few, ten are nearly enough.
# Maps that treat each position by itself (1 × 1, rotations, renamed indices) level off at more than twice the MSE of 3 × 3: what one encoder writes at a position, the other spreads over its neighbours.
# David's indices serve nearly as well as his latent vectors, at a hundredth of their bytes:

# %% tags=["hide-input"] mystnb={"figure": {"caption": "The same over all bytes that cross the background link, down and up.", "name": "fig-pilots-bytes"}, "image": {"alt": "Two panels over kilobytes on a logarithmic axis. The line of the 3 by 3 ridge map by indices lies to the left at a few kilobytes, that by float16 latent vectors to the right of it at the same error; SLF's points lie between one and three hundred kilobytes.", "width": "640px"}}
_ = pilot_figures.plane(channel, "kilobytes")

# %% [markdown]
# Indices cost 160 bytes per pilot.

# %% tags=["hide-input"]
Table(ways.way_table(channel, pilots.STATED), ways.WAYS)

# %% [markdown]
# *ARR*, the accuracy recovery rate, is the share of the gap between the unaligned and David's pair that is closed.
# *David's encoder* aligns nothing: Alice sends with his encoder and codebook.
#
# ## Both: a ridge fit, then SLF
#
# Alice fits the last layer of her encoder to the codewords that David sends for 100 pilots, and fine-tunes the whole encoder from there at $f = 4$.

# %% tags=["hide-input"]
Markdown(pilots.start_finding(results.rows))

# %% [markdown]
# So what $f = 4$ loses is hardly the price of David's frozen parts: from her own weights, Alice's training misses the encoder that fits them.

# %% [markdown]
# ## Data differ
#
# Here David has T3, trained on another source, and Alice sends no image of his kind.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE and accuracy over the recovery time where data differ (T1 to T3).", "name": "fig-pilots-data"}, "image": {"alt": "Two panels over seconds on a logarithmic axis. The ridge maps come near David's own encoder within hundredths of a second; SLF with small f takes seconds and has a far lower error.", "width": "640px"}}
_ = pilot_figures.plane(data, "seconds")

# %% [markdown]
# No map does better than David's network, which has never seen such images.
# SLF changes that network: the less it freezes, the lower its error, and the more his old partner pays ([](08_who_pays)).

# %% tags=["hide-input"]
Table(ways.way_table(data, pilots.STATED), ways.WAYS)

# %% [markdown]
# ## Break-even
#
# How many pilots make an aligner as good as SLF?
# Medians over seeds, interpolated on the logarithm of the number, with 95 % intervals by order statistics; *never* means in no seed:

# %% tags=["hide-input"]
Table(break_even.table(results.rows), break_even.TABLE)

# %% [markdown]
# ## Which way at which budget
#
# For every channel and mixture of the sweeps, in hindsight; on the right, only ways that leave David's network as it is.

# %% tags=["hide-input"]
Markdown(pilots.alone(everywhere.rows))

# %% tags=["hide-input"] mystnb={"figure": {"caption": "The best way to align within a budget of seconds, for each mismatch; blank where nothing ends in time.", "name": "fig-pilots-map"}, "image": {"alt": "Two panels of horizontal bars, one bar for each channel and mixture, over a budget from a thousandth of a second to ten. Pilots win up to about a quarter of a second, then David's encoder; with more than a second SLF wins where the old link may pay.", "width": "640px"}}
_ = pilot_figures.decision_map(everywhere.rows)

# %% [markdown]
# Small budgets leave pilots; given seconds, SLF mostly wins where the old link may suffer.
#
# ## What we claim

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile, source="ours")

# %% [markdown]
# ## Limits
#
# Both users share one architecture, so their grids coincide; only pilots of her own kind are tried here.

# %% [markdown]
# ## Try it
#
# A few numbers of pilots and $f = 4$, on stand-in images:
#
# ```bash
# slfkit run 09_pilots -p counts "[1, 10]" -p frozen "[4]" --profile quick
# ```
#
# ## Exercises
#
# **1.** How many pilots, sent as indices, weigh as much as the codebook and decoder that SLF downloads?
#
# ```{answer} 09_weight
# ```
#
# **2.** With the most pilots, by what factor does the best aligner that treats each position by itself exceed the MSE of the 3 × 3 map?
#
# ```{answer} 09_neighbours
# ```

# %% tags=["remove-input"]
provenance_line.line(results, everywhere)
