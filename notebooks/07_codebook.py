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
# # Codebook initialisation
#
# Why do new weights help at f = 0, and why does the MSE not rise with every step of f?
# Both may have one cause: fine-tuned from David's, the codebook may {term}`collapse <codebook collapse>`, so that few of its codewords are ever sent.
#
# Alice's encoder was trained with another codebook, so at first its vectors map to few of David's codewords.
# Eq. 7 moves only the codewords that are chosen; the others may stay out of use for good.
# New weights are spared this: after a warm-up without quantiser and channel, k-means spreads the codewords over what the encoder sends (our choice).
#
# If that is the cause, the same start must help the downloaded weights.
# So each run that trains the codebook, f = 0 to 3, is repeated with this warm-up and k-means; all else is as in [](04_recovery).

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

from slfkit.experiments import codebook_start
from slfkit.publish import provenance_line
from slfkit.reporting.tables import Table

study = codebook_start.codebook_start(
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
Markdown(codebook_start.finding(results.rows, results.missing))

# %% [markdown]
# ## Codewords in use
#
# The perplexity of the numbers sent counts them: 1 if a single codeword is ever sent, $K$ if all are sent equally often.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Codewords in use after each epoch, on held-out images, a line for each seed: codebook as downloaded, and set by k-means; f = 0 is trained from the downloaded weights here.", "name": "fig-codebook-epochs"}, "image": {"alt": "Panels over epochs, one for each start of the codebook that has records, with a line for each f: the codewords in use settle within the first few epochs and change little afterwards.", "width": "640px"}}
_ = codebook_start.epochs(results.rows)

# %% [markdown]
# Up to $f = 2$, codewords lost in the first epoch stay lost.
#
# ## What it does to the images

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Test MSE and codewords in use over f: codebook as downloaded (dashed, hollow), set by k-means (filled), and new weights at f = 0 (grey); at f = 4 the codebook is frozen.", "name": "fig-codebook"}, "image": {"alt": "Two panels over the number of frozen parts, test MSE and codewords in use, with a line for each start of the codebook that has records and a grey point for new weights at f = 0.", "width": "640px"}}
_ = codebook_start.panels(results.rows)

# %% [markdown]
# With k-means more codewords are in use at every $f$, and the MSE is lower up to $f = 2$; at $f = 3$ it is higher, since the frozen decoder knows only David's codewords.
#
# ## In numbers

# %% tags=["hide-input"]
Table(codebook_start.table(results.rows), codebook_start.TABLE)

# %% [markdown]
# ## Try it
#
# Both starts at one $f$, on stand-in images:
#
# ```bash
# slfkit run 07_codebook -p frozen "[1]" --profile quick
# ```
#
# ## Exercises
#
# **1.** Does a collapsed codebook recover between the first epoch and the last?
#
# ```{answer} 07_recovers
# ```
#
# **2.** How many bits would a picture's grid need if each codeword number were coded by its frequency?
# The perplexity is two to the power of the entropy of a number in bits.
#
# ```{answer} 07_bits
# ```

# %% tags=["remove-input"]
provenance_line.line(results)
