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
# # How this was computed
#
# Which constants underlie the numbers of this book, and who chose each?
# Which runs were made, where and when, and which are still missing?
#
# The tables below are read from the code and from the stored records when this page is made; nothing in them is typed.

# %% tags=["parameters"]
profile: str = "paper"  # whose records to list: smoke, quick or paper

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.experiments import opinions
from slfkit.publish import computed
from slfkit.records.store import Store
from slfkit.reporting.tables import Table

store = Store(profile)  # refuses an unknown profile

# %% [markdown]
# ## Constants
#
# The text we have of the paper names few constants and no layer sizes.
# Those we chose are marked as ours.
# The optimiser is Adam {cite:p}`kingma2014adam`, as in the paper.
# Means over seeds come with Student's 95 % interval {cite:p}`student1908probable`.
# All constants can be changed: the column *Name* is the field of the specification in `slfkit.records.spec`.

# %% tags=["hide-input"]
Table(computed.constants())

# %% [markdown]
# The three transceivers have the images that the paper names; how often their channels swap a codeword is our choice.
# A profile may use fewer images and epochs than the constants say.

# %% tags=["hide-input"]
Table(computed.transceivers(profile))

# %% [markdown]
# The link and the computing power of the recovery time are the paper's, decoded from its Table I.

# %% tags=["hide-input"]
Table(computed.link())

# %% [markdown]
# The rule that ends training is ours.
# Each epoch is measured on held-out images; it counts as an improvement if the gain exceeds the amount below.
# Without one for that many epochs, training stops and keeps the best epoch's weights.

# %% tags=["hide-input"]
Table(computed.stopping_rules())

# %% [markdown]
# Fine-tuning ends after 60 epochs at the latest.
# A dagger (†) in a table counts the runs that met their limit.
#
# ## The network
#
# The architecture is ours, chosen so that the parts David sends have nearly the sizes that the paper's Table I implies.
# The column *Frozen from f* gives the smallest f that freezes a part; the encoder is never frozen.
# One kilobyte is 1000 bytes, four for each weight.

# %% tags=["hide-input"]
Table(computed.network())

# %% [markdown]
# ## The judges
#
# Accuracy is that of a classifier trained on clean images and then frozen.
# The one of seed 0 judges all runs, so that rows differ by their links alone; on clean test images, over its seeds:

# %% tags=["hide-input"]
Table(computed.judges(store.records()))

# %% [markdown]
# What arrives is harder, and the judges differ more on it.
# Each pair's own link, three seeds, by the first judge and with the spread of all, as in Table I of [](04_recovery):

# %% tags=["hide-input"]
Table(opinions.table(profile), opinions.TABLE)

# %% [markdown]
# ## Records
#
# A run's results are stored under a hash of its specification.
# The experiments read the published runs and do not compute them again.
#
# A seed fixes pre-training, fine-tuning and noise, and comparisons are paired by seed.
# T1, T2 and T3 of one seed start from the same random weights: averaging notices that ([](12_rivals)), and [](13_city) has the unaligned links between seeds.
# A run takes minutes on a processor, so seed 0 covers every cell, and further seeds, with them an interval, go where they count: to Table I's channel with its variants in [](05_unshown), [](06_rate) and [](07_codebook), to the pairs of [](01_misalignment), and to the ends and the middle of the mixtures in [](03_source).
# `slfkit reproduce --seeds 0-4` computes every cell with five.

# %% tags=["hide-input"]
coverage = computed.coverage(profile)
Table(computed.coverage_table(coverage))

# %% [markdown]
# ## Where and when
#
# One row for each kind of run, machine and version of the code.
# *Code* is a hash of the files that decide the numbers; *as now* says whether that code gives today's numbers.

# %% tags=["hide-input"]
rows = computed.provenance(store.records())
Table(rows)

# %% [markdown]
# The same for each experiment, with the command that computes it again without touching the stored records.
# Runs that two experiments share count in both; the transceivers and classifiers they start from are above.

# %% tags=["hide-input"]
Table(computed.by_study(coverage))

# %% [markdown]
# A change of these files makes every record stale, unless it was shown to change nothing:
# for each row below, one machine computed all runs of the smoke profile with the code before and after the change, and every result was the same to the last bit (`tools/carry_records.py`).

# %% tags=["hide-input"]
Table(computed.code_changes())

# %% [markdown]
# ## What is missing
#
# These runs of the published experiments are still to be computed; an empty table means that nothing is missing.
# After an interruption give the command again: it goes on with the first run that has no record.

# %% tags=["hide-input"]
Table(computed.missing_runs(coverage), computed.MISSING)

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(computed.finding(rows, coverage))

# %% [markdown]
# ## Try it
#
# Check that every record is whole and as it was entered, and compute ten of them again, of every kind first:
#
# ```bash
# slfkit verify --profile paper --sample 10
# ```
#
# List the constants and records of the stand-in images instead:
#
# ```bash
# slfkit run 90_computed --profile quick
# ```
