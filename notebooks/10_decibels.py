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
# Which signal-to-noise ratio (SNR) gives a crossover probability $\varepsilon$, what changes if indices are sent as bits, and what if $\varepsilon$ is measured wrongly?
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

from slfkit.claims import tables
from slfkit.experiments import bit_channel, measured_eps
from slfkit.publish import provenance_line
from slfkit.reporting import decibels
from slfkit.reporting.tables import Table

bits = bit_channel.bit_channel(
    profile, seeds=seeds, compute=compute, sources=sources, settings=settings
)
measured = measured_eps.measured_eps(
    profile, seeds=seeds, compute=compute, sources=sources, settings=settings
)
codewords = bits.settings.get("codewords", 32)
scale = decibels.DecibelAxis(modulation, codewords)

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
#
# `````{dropdown} The formulas
# Here $g$ is the SNR as a plain ratio, and $Q$ the upper tail of the standard normal distribution.
#
# Non-coherent FSK over white noise (AWGN), $g$ = Es/N0:
#
# $$\varepsilon = \sum_{n=1}^{K-1} \frac{(-1)^{n+1}}{n + 1} \binom{K-1}{n} \exp\Bigl(-\frac{n g}{n + 1}\Bigr)$$
#
# Non-coherent FSK where every symbol has a Rayleigh fade of its own, $g$ the mean Es/N0:
#
# $$\varepsilon = \sum_{n=1}^{K-1} \frac{(-1)^{n+1}}{1 + n + n g} \binom{K-1}{n}$$
#
# Orthogonal signals, coherently detected, AWGN, $g$ = Es/N0: the mean over a normal $x$ of mean $\sqrt{2 g}$ and variance 1 of
#
# $$1 - (1 - Q(x))^{K-1}$$
#
# Outage, a Rayleigh fade below 1 bit/s/Hz, after which the receiver guesses, $g$ the mean SNR:
#
# $$\varepsilon = \Bigl(1 - \exp\Bigl(-\frac{1}{g}\Bigr)\Bigr) \frac{K - 1}{K}$$
#
# Bits by BPSK, AWGN, $g$ = Eb/N0:
#
# $$\varepsilon = 1 - \bigl(1 - Q(\sqrt{2 g})\bigr)^{\log_2 K}$$
#
# Square QAM, AWGN, $g$ = Es/N0:
#
# $$\varepsilon = 1 - \Bigl(1 - 2 \Bigl(1 - \frac{1}{\sqrt{K}}\Bigr) Q\Bigl(\sqrt{\frac{3 g}{K - 1}}\Bigr)\Bigr)^2$$
# `````

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Crossover probability over the SNR of a symbol (of a bit for bits; the mean under fading), a line for each modulation that sends this codebook.", "name": "fig-decibels"}, "image": {"alt": "Crossover probability on a logarithmic axis over the SNR from -5 to 25 dB. The lines over white noise fall steeply below 10 dB, those over Rayleigh fading fall by one decade in 10 dB.", "width": "640px"}}
_ = decibels.curves(codewords)

# %% [markdown]
# Fading costs most where errors are rare.

# %% tags=["hide-input"]
Table(decibels.decibel_table(decibels.SHOWN, codewords))

# %% [markdown]
# ## Eq. 5 and bits
#
# Sent as bits, an index with one wrong bit is likelier than one with five: the channel is not symmetric.
# Scrambling, a permutation new for each symbol and known to both sides, turns it into eq. 5 with the same $\varepsilon$, and gives up what labels could gain.
#
# Below, T1, T2 and T3 send to their own decoders over eq. 5 and over bits, with labels taken from the index's number (plain) or swapped until no swap lowers the codewords' expected squared distance (learned).

# %% tags=["hide-input"] mystnb={"figure": {"caption": "What bits change for pre-trained pairs, against eq. 5 at equal ε and SNR.", "name": "fig-bits"}, "image": {"alt": "Two panels with a line for each of three pairs from bits with plain labels to bits with learned labels, and a dashed line at zero for eq. 5. Upper: change of the MSE in per cent. Lower: change of the accuracy in points.", "width": "640px"}}
_ = bit_channel.figure(airs.rows)

# %% [markdown]
# Under eq. 5 all wrong indices are alike; over bits the labels decide.

# %% tags=["hide-input"]
Table(bit_channel.table(airs.rows), bit_channel.TABLE)

# %% [markdown]
# ## Measuring ε
#
# Of $m$ symbols that both sides know, $x$ arrive wrong: the Clopper-Pearson interval covers $\varepsilon$ with probability at least 95 %.
# A grid has 256 symbols; agreeing on them over the paper's uplink costs bytes and seconds:

# %% tags=["hide-input"]
Table(measured_eps.pilot_table(decibels.SHOWN, codewords), measured_eps.PILOTS)

# %% [markdown]
# ## What a wrong ε costs
#
# First pairs as pre-trained:

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE of pairs trained for one ε over channels of others (above, their SNR).", "name": "fig-measured"}, "image": {"alt": "MSE over the crossover probability of the channel, one line for the pair trained at the lower and one for the pair trained at the higher crossover probability; both rise.", "width": "640px"}}
_ = measured_eps.figure(wrong.rows, scale)

# %% [markdown]
# Left and right of the crossing the pair trained nearer errs less.

# %% [markdown]
# Then SLF with $f = 3$ at a learning rate of 0.001, aligned for a wrong $\varepsilon$:

# %% tags=["hide-input"]
Table(measured_eps.table(wrong.rows), measured_eps.TABLE)

# %% [markdown]
# ## What we claim

# %% tags=["hide-input"]
tables.verdicts(measured.notebook, profile, source="ours")

# %% [markdown]
# ## Limits
#
# No channel code protects an index.
# $\varepsilon$ is constant; bursts of errors are not tested.
# Labels are learned for given codewords; nothing is retrained for bits.

# %% [markdown]
# ## Try it
#
# A codebook that a square QAM can send, on stand-in images:
#
# ```bash
# slfkit run 10_decibels -p settings "{codewords: 64}" -p modulation qam --profile quick
# ```
#
# ## Exercises
#
# **1.** How many more decibels does non-coherent FSK need under Rayleigh fading, for each $\varepsilon$?
#
# ```{answer} 10_fading
# ```
#
# **2.** How many grids bring the half width at $\varepsilon = 0.3$ below 0.01?
#
# ```{answer} 10_grids
# ```

# %% tags=["remove-input"]
provenance_line.line(airs, wrong, link=scale)
