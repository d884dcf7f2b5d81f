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
# # Claims
#
# What does the paper claim, and what of it holds here?
#
# No verdict is written by hand: each follows from the stored records, under our choices where the paper leaves something open.

# %% tags=["parameters"]
profile: str = "paper"  # whose records to judge by: smoke, quick or paper

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import ledger, tables

judged = ledger.check(profile)
tables.counts_table(judged)

# %% [markdown]
# ## The ledger
#
# Claims are in our words. A closed row plots its weakest case: the paired difference with its 95 % interval, in standard deviations over seeds, right of zero if it speaks for the claim.
# Disc: decided for it; square: against it; ring: undecided.
# Open, a row shows its test, all its cases and the figure it rests on.
# *Points* are percentage points; a *×* is a ratio with its interval, above 1 if it speaks for the claim.
# An undecided claim says how many further seeds per case would decide it if means and spreads stayed.

# %% tags=["hide-input"]
tables.Claims(judged)

# %% [markdown]
# ## The rule
#
# A claim is split into cases, each with one difference per seed. A paired t-test decides a case, corrected for the number of cases; a claim *holds* only if every case does, and one seed never decides.
#
# ````{dropdown} The rule in full
# 1. A claim is split into cases, each with one difference per seed, paired by seed; ratios are judged as logarithms. A trend has a case for each step and one for its two ends.
# 2. A two-sided paired t-test gives each case a p-value; a case of one seed has none and never decides. Where all seeds give the same difference, the exact sign test replaces it; elsewhere that is shown but decides nothing.
# 3. Holm's procedure corrects the p-values of a claim for the number of its cases; a case is decided at 0.05.
# 4. A claim *holds* if all its cases are decided for it, is *mixed*, so not true throughout, if some are decided for and some against, and *does not hold* if some are decided against and none for. Otherwise it is *undecided*.
# 5. It *cannot be tested* without data: a number of the paper is missing, or the method is not in this book.
# 6. Bytes, and times computed from the paper's numbers, are arithmetic: they do not vary over seeds, so the sign of each difference decides. These claims are counted apart.
# 7. The correction is within a claim: among many claims, chance still decides a few.
# ````

# %% [markdown]
# ## Claims of our own
#
# The same rule judges what this book says beyond the paper; they are not counted above.
# Each note says whether the claim was made before or after its records had been seen.

# %% tags=["hide-input"]
ours = ledger.check(profile, source=ledger.OURS)
tables.Claims(ours)

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(tables.finding(judged))

# %% [markdown]
# ## Try it
#
# The same claims judged by small runs on stand-in images, which say nothing about the paper:
#
# ```bash
# slfkit run 80_claims --profile smoke
# ```
