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
# # Half the bits
#
# Processors and graphics cards multiply 16-bit numbers several times as fast as 32-bit numbers: may training use them?
#
# This book trains in float32.
# Here the runs of Table I's channel are repeated with the products of each training step in bfloat16, which keeps the range of float32 and 8 of its 24 bits of precision. Sums, weights, Adam and all tests stay in float32.
# {doc}`91_cost` says how much faster that is.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
crossover: float = 0.3  # eps of the channel, in [0, 1]
frozen: list = [0, 1, 2, 3, 4]  # f, frozen parts, each 0 to 4
seeds: list = []  # whole numbers; empty: the profile's own
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.experiments import precision
from slfkit.publish import provenance_line
from slfkit.reporting.tables import Table

study = precision.precision(
    profile,
    crossover=crossover,
    frozen=frozen,
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
Markdown(precision.finding(results.rows, results.missing))

# %% [markdown]
# ## The same run twice
#
# Both runs of a pair share initial weights, order of the images and noise.
# They differ only by rounding and by what follows from it, such as the epoch at which training stops.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE after fine-tuning with products in bfloat16 over that in float32, by f: a grey dot for each seed, and their mean with its interval.", "name": "fig-precision"}, "image": {"alt": "Ratio of two mean squared errors over the number of frozen parts, a dot per seed, around a line at one.", "width": "640px"}}
_ = precision.figure(results.rows)

# %% [markdown]
# Where the whisker crosses the line at 1, these seeds cannot tell the two apart.
#
# ## In numbers

# %% tags=["hide-input"]
Table(precision.table(results.rows), precision.COLUMNS)

# %% [markdown]
# ## Try it
#
# ```bash
# slfkit run 14_precision -p frozen "[1, 3]" --profile quick
# ```
#
# ## Exercises
#
# **1.** Does precision change the result more or less than the seed does?
#
# ```{answer} 14_smaller
# ```
#
# **2.** Does training stop after the same epoch in both, and what does that do to the recovery time?
# Read the epochs, in float32 and in bfloat16, from the records.
#
# ```{answer} 14_epochs
# ```

# %% tags=["remove-input"]
provenance_line.line(results)
