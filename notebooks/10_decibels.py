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
# # Decibels and the measured channel
#
# Which signal-to-noise ratio (SNR) belongs to a crossover probability $\varepsilon$, what does a real channel of bits do to the same link, and what if $\varepsilon$ is measured wrongly?
#
# The paper describes its channel only by $\varepsilon$.
# Here an index is one symbol of a modulation with $K$ signals, and $\varepsilon$ its symbol error rate.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
seeds: list = []  # whole numbers; empty: the profile's own
modulation: str = "fsk-awgn"  # of the scale in dB; coherent-orthogonal, fsk-rayleigh, outage, bits or, for a square K, qam
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.experiments import bit_channel, measured_eps
from slfkit.publish import provenance_line
from slfkit.reporting import decibels
from slfkit.reporting.tables import Table

codewords = settings.get("codewords", 32)
scale = decibels.DecibelAxis(modulation)
bits = bit_channel.bit_channel(
    profile, seeds=seeds, compute=compute, sources=sources, settings=settings
)
measured = measured_eps.measured_eps(
    profile, seeds=seeds, compute=compute, sources=sources, settings=settings
)

# %% tags=["hide-input"]
airs, wrong = bits.run(), measured.run()
Markdown(airs.summary(wrong))

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(
    f"{bit_channel.finding(airs.rows, airs.missing)} "
    f"{measured_eps.finding(wrong.rows, wrong.missing)}"
)

# %% [markdown]
# ## From decibels to ε
#
# Without power the receiver guesses, $\varepsilon = (K - 1) / K$; with more power $\varepsilon$ falls.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Crossover probability over the signal-to-noise ratio of a symbol (of a bit for bits, the mean over fading channels), a line for each modulation that can send this codebook.", "name": "fig-decibels"}, "image": {"alt": "Crossover probability on a logarithmic axis over the SNR from -5 to 25 dB. The lines over white noise fall steeply below 10 dB, those over Rayleigh fading fall by one decade in 10 dB.", "width": "640px"}}
_ = decibels.curves(codewords)

# %% [markdown]
# Fading costs most where errors are rare.

# %% tags=["hide-input"]
Table(decibels.decibel_table(decibels.SHOWN, codewords))

# %% [markdown]
# ## Eq. 5 and the bits that would be sent
#
# Sent as bits, an index with one wrong bit is likelier than one with five: the channel is no longer symmetric.
# Scrambling, a new permutation of the indices for each symbol, known to both sides, turns any such channel into eq. 5 with the same $\varepsilon$, and gives up what a good labelling could gain.
#
# Below, T1 and T2 send to their own decoders over eq. 5, over bits labelled by each index's number, and over bits whose labels were swapped until no swap lowers the codewords' expected squared distance.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE and accuracy of two pre-trained pairs, a colour each, over three channels of equal ε and SNR.", "name": "fig-bits"}, "image": {"alt": "Two panels with a line for each of two pairs over three airs: eq. 5, bits with plain labels, bits with learned labels. Upper: MSE. Lower: accuracy.", "width": "640px"}}
_ = bit_channel.figure(airs.rows)

# %% [markdown]
# Over eq. 5 all wrong indices are equally likely; over bits the labels decide which are likely.

# %% tags=["hide-input"]
Table(bit_channel.table(airs.rows), bit_channel.TABLE)

# %% [markdown]
# ## How well ε can be measured
#
# Both sides know $m$ symbols, of which $x$ arrive wrong: the Clopper-Pearson interval then has at least 95 % coverage of $\varepsilon$.
# One grid of an image is 256 symbols:

# %% tags=["hide-input"]
Table(measured_eps.pilot_table(decibels.SHOWN), measured_eps.PILOTS)

# %% [markdown]
# ## What a wrong ε costs
#
# First the pairs as pre-trained:

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE of pairs trained for one crossover probability over channels of others (above, their SNR).", "name": "fig-measured"}, "image": {"alt": "MSE over the crossover probability of the channel, one line for the pair trained at the lower and one for the pair trained at the higher crossover probability; both rise.", "width": "640px"}}
_ = measured_eps.figure(wrong.rows, scale)

# %% [markdown]
# On either side of the crossing the pair trained nearer is better.

# %% [markdown]
# Then Alice's link after SLF with $f = 3$ at a learning rate of 0.001, aligned for a wrong $\varepsilon$:

# %% tags=["hide-input"]
Table(measured_eps.table(wrong.rows), measured_eps.TABLE)

# %% [markdown]
# ## Try it
#
# A codebook that a square QAM can send, on stand-in images:
#
# ```bash
# slfkit run 10_decibels -p settings "{codewords: 64}" --profile quick
# ```
#
# ## Exercises
#
# **1.** How many more decibels does non-coherent FSK need over Rayleigh fading, for each $\varepsilon$ of the table?
#
# ```{answer} 10_fading
# ```
#
# **2.** How many grids of known symbols bring the half width of the interval at $\varepsilon = 0.3$ below 0.01?
#
# ```{answer} 10_grids
# ```

# %% tags=["remove-input"]
provenance_line.line(airs, wrong, link=scale)
