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
# # 80 Claims
#
# What does the paper claim, and which of it holds here?
#
# One row per claim, in our words; no verdict is written by hand.
# A verdict speaks of the records there are, under our choices of what the paper leaves open.
# *One seed* means that no interval can be given: another seed of the training may turn the verdict.

# %% tags=["parameters"]
profile: str = "paper"  # whose records to judge by: smoke, quick or paper

# %%
from IPython.display import Markdown

from slfkit.claims import ledger, tables

found = ledger.check(profile)
tables.counts_table(found)

# %% [markdown]
# ## The ledger
#
# *Difference* belongs to the comparison named under *At*: the weakest one, or the two ends of a trend.
# It is positive if it speaks for the claim; ± is half the 95 % interval over seeds.
# For a threshold, it is the distance to it; a *factor* is the difference of two ratios; *points* are percentage points.

# %%
tables.ledger_table(found)

# %% [markdown]
# ## The rule
#
# Every claim is taken apart into comparisons, each with one difference for each seed, paired by seed.
#
# - With two seeds or more, a comparison speaks for or against the claim if Student's 95 % interval of its differences excludes zero.
# - With one seed, the difference must exceed two standard deviations over the draws of the test channel. This leaves out how much training itself varies, so it is the weaker rule. Counted sizes and times have no such spread: any difference counts.
#
# A claim about all comparisons *holds* if all speak for it, *holds in part* if some do, and *does not hold* if some speak against it and none for it.
# A trend holds if every step and its two ends speak for it, in part if the ends do but not every step, and not if the ends speak against it.
# A claim *cannot be tested* where the comparisons say nothing either way, a record or a number of the paper is missing, or the method is not in this book.
# The intervals are not widened for the number of claims judged.
#
# ## Each test, and why that one

# %%
tables.tests_table(found)

# %% [markdown]
# ## What was found

# %%
Markdown(tables.finding(found))

# %% [markdown]
# ## Try it
#
# Judge the same claims by the small runs on stand-in images, which say nothing about the paper's:
#
# ```bash
# slfkit run 80_claims --profile smoke
# ```
