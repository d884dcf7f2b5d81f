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
# # Misalignment
#
# What does David see when Alice's encoder and his decoder were never trained together?
# In the paper's Fig. 2, pairs trained together work and all others fail; this page adds numbers.
#
# T1 and T2 know MNIST, T3 knows CIFAR-10; T2's channel swaps more codewords than the others'.
# Each sends test images of its own kind over its own channel, quantised with its own codebook; the receiver looks the numbers up in his.
#
# In the paper the *receiver's* classifier judges; here figures and verdicts use the *sender's* (ours).
# T3's classifier knows only photographs, so its accuracy on digits would say more about labels than about the link.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
seeds: list = []  # whole numbers; empty: the profile's own
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import tables
from slfkit.experiments import misalignment
from slfkit.publish import provenance_line
from slfkit.reporting.tables import Table

study = misalignment.misalignment(
    profile=profile, seeds=seeds, compute=compute, sources=sources, settings=settings
)

# %% tags=["hide-input"]
results = study.run()
Markdown(results.summary())

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(misalignment.finding(results.rows, results.missing))

# %% [markdown]
# ## What arrives

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Test images as sent (upper row of each field) and as decoded (lower row), for every sender and receiver (paper: Fig. 2); below, what the sender's classifier takes each decoded image for, ✓ right or ✗ wrong. Thick green frames: pairs trained together; dashed red ones: misaligned pairs.", "name": "fig-misalignment"}, "image": {"alt": "Three by three fields, senders T1 to T3 down, receivers T1 to T3 across. On the diagonal the decoded images resemble the sent ones; off the diagonal they are noise and blurs in which little or nothing of them is left, and the classes named below them are mostly wrong.", "width": "640px"}}
_ = misalignment.reconstruction_grid(results.pictures())

# %% [markdown]
# Only the diagonal is readable. Even T1 and T2, which know the same digits, misunderstand each other: the same number names another codeword.
#
# ## How far off it is
#
# The mean squared error (MSE) is taken on pixels in $[-1, 1]$, over all test images and several draws of the channel.
# A receiver who heard nothing and showed a uniform grey would score about the variance of the pixels, a column of the table.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE of every sender (down) and receiver (across), logarithmic; dark is worse (paper: Fig. 2, which has only examples).", "name": "fig-misalignment-mse"}, "image": {"alt": "Heat map of the mean squared error, senders down, receivers across. The three fields of the diagonal are close to zero, all others many times larger.", "width": "520px"}}
_ = misalignment.pair_matrix(results.rows, "mse")

# %% [markdown]
# On average every field off the diagonal is worse than hearing nothing.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Accuracy of the sender's classifier on what was decoded, senders down, receivers across; dark is worse (paper: Fig. 2). Guessing gives 10 %.", "name": "fig-misalignment-accuracy"}, "image": {"alt": "Heat map of the classification accuracy in per cent, senders down, receivers across. The diagonal is far above all other fields; its lowest field is T3's, whose photographs are hardest.", "width": "520px"}}
_ = misalignment.pair_matrix(results.rows, "accuracy")

# %% [markdown]
# Off the diagonal the classifier is nearer to guessing than to its ceiling. On it, T3's photographs are hardest.
#
# ## In numbers

# %% tags=["hide-input"]
Table(misalignment.pair_table(results.rows), misalignment.PAIRS)

# %% [markdown]
# *Receiver's judge* is the receiver's classifier where it lacks the classes sent, so right only by chance; *as sent* is the sender's on clean images, a ceiling.
# *Variance* is that of the pixels; *codewords* counts those in use, as the perplexity of the indices sent.

# %% [markdown]
# ## The paper's claims

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile)

# %% [markdown]
# ## Try it
#
# On stand-in images, from scratch, in about a minute:
#
# ```bash
# slfkit run 01_misalignment --profile quick
# ```
#
# With another seed:
#
# ```bash
# slfkit run 01_misalignment --profile quick -p seeds "[7]"
# ```
#
# ## Exercises
#
# **1.** How many misaligned pairs do worse than hearing nothing?
#
# ```{answer} 01_nothing_arrives
# ```
#
# **2.** How many of a picture's codeword numbers arrive as sent, on average, over T1's channel and over T2's?
#
# ```{answer} 01_numbers_kept
# ```

# %% tags=["remove-input"]
provenance_line.line(results)
