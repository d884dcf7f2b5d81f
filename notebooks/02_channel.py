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
# # Channel dissimilarity
#
# How well does SLF repair a mismatch of channels, and what does freezing cost?
# The paper's Fig. 3 (left) sweeps the channel between Alice and David, for each number $f$ of frozen parts.
#
# Alice has T1, trained at a low crossover probability, David T2, trained at a high one; both know only MNIST.
# Alice fine-tunes on her own images at the $\varepsilon$ of the channel between them; test images never choose anything.
#
# Caution: $f = 0$ differs from the rest not only in freezing.
# Its weights are new, warmed up without quantiser and channel, and trained at the higher rate of pre-training; from $f = 1$ on they are David's.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
crossovers: list = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5]  # eps of the channel, each in [0, 1]
frozen: list = [0, 1, 2, 3, 4]  # f, frozen parts, each 0 to 4
seeds: list = []  # whole numbers; empty: the profile's own
modulation: str = "fsk-awgn"  # of the scale in dB; coherent-orthogonal, fsk-rayleigh, outage, bits or, for a square K, qam
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import tables
from slfkit.experiments import freezing_cost, sweep_figures, sweep_sights, sweeps
from slfkit.publish import provenance_line
from slfkit.reporting import panels
from slfkit.reporting.decibels import DecibelAxis
from slfkit.reporting.tables import Table

study = sweeps.channel_dissimilarity(
    profile=profile,
    crossovers=crossovers,
    frozen=frozen,
    seeds=seeds,
    compute=compute,
    sources=sources,
    settings=settings,
)
decibels = DecibelAxis(modulation, study.settings.get("codewords", 32))

# %% tags=["hide-input"]
results = study.run()
Markdown(results.summary())

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(sweeps.channel_finding(results.rows, results.missing))

# %% [markdown]
# ## The sweep
#
# Two lines need no training: *unaligned*, Alice's encoder to David's decoder; and *matched*, David's own pair over this channel.
# *Matched* is no bound, since SLF with few frozen parts may fit this channel better.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE and accuracy over the channel's crossover probability (above, the SNR that gives it), after SLF with f = 0 to 4 frozen parts (paper: Fig. 3, left); the unaligned pair lies far outside, where the arrows say. Each task at its own best epoch on held-out images.", "name": "fig-channel"}, "image": {"alt": "Two panels over the crossover probability, with a line for each f and one for the matched pair. Upper: the mean squared error of every line more than doubles from left to right; the lines are apart on the left, f = 0 lowest and f = 4 highest, and close together on the right. Lower: the accuracy of every line falls by a few points. The unaligned pair is far outside both panels, as text says.", "width": "640px"}}
_ = sweep_figures.channel_sweep_panels(results.rows, decibels=decibels)

# %% [markdown]
# The upper panel:

# %% tags=["hide-input"]
Markdown(sweep_sights.against_matched(results.rows, results.missing, "crossover"))

# %% [markdown]
# The paper says that freezing costs least near David's own $\varepsilon$. Here:

# %% tags=["hide-input"]
Markdown(sweep_sights.cost_along(results.rows, results.missing, "crossover", home=0.3))

# %% [markdown]
# ## What arrives

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Test images as sent and as David decodes them: before alignment, after SLF with f frozen parts, and from his own partner.", "name": "fig-channel-pictures"}, "image": {"alt": "A column of image rows: sent digits; the unaligned pair's output, unreadable; SLF's outputs for each f, readable digits; the matched pair's output, readable digits.", "width": "420px"}}
_ = panels.picture_rows(sweeps.at_crossover(results.pictures(), 0.3))

# %% [markdown]
# Before alignment David sees noise, after it digits; freezing costs him sharpness, and sometimes a digit.
#
# ## In numbers

# %% tags=["hide-input"]
Table(sweeps.channel_table(results.rows), sweeps.CHANNEL)

# %% [markdown]
# *Epochs* are those until each task's stopping rule ended training.

# %% [markdown]
# ## What freezing costs, in two parts
#
# At $f = 4$ Alice trains only her encoder, which could become David's: his matched pair is within reach.
# The gap from $f = 0$ to it is the most that his parts cost; the gap on to $f = 4$, the least that her training misses.

# %% tags=["hide-input"]
Table(freezing_cost.table(results.rows, "crossover"), freezing_cost.columns("crossover"))

# %% tags=["hide-input"]
Markdown(
    f"{freezing_cost.finding(results.rows, 'crossover')} "
    f"{sweep_sights.whose_loss(results.rows, results.missing, 'crossover')}"
)

# %% [markdown]
# At $\varepsilon = 0.3$ a fit to pilots before SLF recovers most of what training misses ([](09_pilots)).
#
# ## The paper's claims

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile)

# %% [markdown]
# ## Try it
#
# A channel outside the sweep, at $f = 4$, on stand-in images:
#
# ```bash
# slfkit run 02_channel -p crossovers "[0.15]" -p frozen "[4]" --profile quick
# ```
#
# Another on the full MNIST, in minutes on two cores:
#
# ```bash
# slfkit run 02_channel -p crossovers "[0.25]" -p frozen "[4]" -p seeds "[0]"
# ```
#
# ## Exercises
#
# **1.** At which $\varepsilon$ does the channel carry nothing, and how many bits can a picture's grid carry at most over the channels of the sweep?
#
# ```{answer} 02_capacity
# ```
#
# **2.** How often was the best epoch the last one allowed, so that more might have helped?
#
# ```{answer} 02_last_epoch
# ```

# %% tags=["remove-input"]
provenance_line.line(results, link=decibels)
