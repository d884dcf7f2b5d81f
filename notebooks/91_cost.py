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
# # Cost and scale
#
# What does training cost, and how does it grow with data, batch, codebook and frozen parts?
# What does the whole sweep cost?
#
# Everything below is read from stored measurements and records; this page measures nothing.
# What many users cost is on [](13_city).

# %% tags=["parameters"]
profile: str = "paper"  # whose records and runs: smoke, quick or paper
report: str = "cpu"  # measurements by make bench: a file of benchmarks/results
card_images: float = 0.0  # images/s of a GPU; 0: as measured

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.experiments import registry
from slfkit.publish import costs
from slfkit.records.store import Store
from slfkit.reporting.tables import Table
from slfkit.runs import cost

measured = costs.report(report)

# %% [markdown]
# ## Speed
#
# The last stored run of `make bench`.
# The *floor*, in time, is the forward and backward pass of the convolutions alone; bounds compare with its fastest form, sub-pixel.

# %% tags=["hide-input"]
Markdown(costs.machine(measured))

# %% tags=["hide-input"]
Table(costs.bench_table(measured), costs.BENCH)

# %% [markdown]
# What was promised, and whether it holds on that machine:

# %% tags=["hide-input"]
Table(costs.bounds_table(measured), costs.BOUNDS)

# %% [markdown]
# ## A graphics card
#
# The same on a card:

# %% tags=["hide-input"]
card = costs.report("gpu")
Markdown(costs.machine(card))

# %% tags=["hide-input"]
Table(costs.bench_table(card, ("training", "quantiser")), costs.BENCH)

# %% tags=["hide-input"]
Table(costs.bounds_table(card), costs.BOUNDS)

# %% [markdown]
# A card finishes the kernels of so small a step sooner than a processor starts them.
# Compiling, which captures a step as one graph, therefore gains most there, and so do several processes on one card ([](rerun-gpu)).
# What runs at f = 4 took, by their records: wall time with all tests, over the epochs.
# Two at a time shared a processor of two cores; up to fifteen, compiled, shared the card:

# %% tags=["hide-input"]
Table(costs.took(Store(profile).records()))

# %% [markdown]
# ## Where a step's time goes
#
# A profile of training steps on that machine shows why pre-training takes longer than the floor:

# %% tags=["hide-input"]
Markdown(costs.why_below_the_floor(measured))

# %% [markdown]
# The floor leaves all of that out; a training loop needs it.
#
# ## What was tried
#
# We kept what is faster without changing results: channels-last layout, the fused form of Adam, the transposed convolution as an equivalent one with pixel shuffle.
# Evaluation takes batches of 500; the second half of the table shows other sizes.
# A step compiled as a whole, and products in bfloat16, are options (`--compile`, the field `precision`), since both change the rounding; [](14_precision) says what the second does to the results.

# %% tags=["hide-input"]
Table(costs.bench_table(measured, costs.TRIED), costs.BENCH)

# %% [markdown]
# ## An epoch
#
# One quantity is varied at a time; the epoch has 60,000 images, except in the first panel.
# A panel without points has not been measured: `make bench OPTIONS="--all --save"` on an idle machine fills it.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Seconds of an epoch of fine-tuning over one quantity at a time, from measured images per second.", "name": "fig-epoch-cost"}, "image": {"alt": "Five panels: seconds of an epoch over training images, batch, codewords, dimension and frozen parts; a panel without measurements says so.", "width": "640px"}}
_ = costs.epoch_panels(costs.epochs(measured))

# %% [markdown]
# Time grows in proportion to the images; the codebook's size and the frozen parts change it little.
#
# ## Processes and threads
#
# The same cores as one wide process or as several narrow ones.
# By default `slfkit reproduce` starts one process per core, the faster of the two here.
# *Runs per hour* counts average runs of the sweep at their largest number of epochs; most stop sooner.

# %% tags=["hide-input"]
runs = registry.all_runs(profile, range(5))
Table(costs.runs_per_hour(measured, runs))

# %% [markdown]
# ## The whole sweep
#
# Every cell of the book's experiments at five seeds, with the transceivers and classifiers they need, at most.
# The book's own numbers rest on fewer seeds in some cells ([](90_computed)), and so on less work.

# %% tags=["hide-input"]
work = sum(map(cost.flops, runs))
best = (costs.splits(measured) or [{"Images/s": None, "Processes": 2}])[0]
own = registry.all_runs(profile)
share = sum(map(cost.flops, own)) / work
Markdown(
    f"{len(runs)} runs, {work:.3g} operations at most; "
    f"the book's own are {len(own)} runs, {share:.0%} of these operations."
)

# %% tags=["hide-input"]
speed = card_images or costs.fine_tuning_rate(card)
sweep = costs.sweep(best["Images/s"], best["Processes"], work, speed)
Table(sweep, costs.SWEEP)

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(costs.finding(len(runs), sweep[0]["hours"]))

# %% [markdown]
# ## Try it
#
# The sweep on a GPU of a given speed:
#
# ```bash
# slfkit run 91_cost -p card_images 100000
# ```
