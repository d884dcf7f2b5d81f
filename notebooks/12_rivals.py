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
# # The rivals, run
#
# What do federated averaging and re-training over the air achieve, and what do they cost compared with SLF?
# The paper argues against both and runs neither; [](05_unshown) counts the least that they must send.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
crossover: float = 0.3  # eps of the channel, in [0, 1]
frozen: list = [0, 1, 2, 3, 4]  # f of SLF, frozen parts, each 0 to 4
variants: list = ["own", "common", "matched", "private", "codebook"]  # of averaging
ideal: list = [0.1, 0.3, 0.5]  # eps at which an ideal code is set beside the noisy link
seeds: list = []  # whole numbers; empty: the profile's own
modulation: str = "fsk-awgn"  # of the scale in dB; coherent-orthogonal, fsk-rayleigh, outage, bits or, for a square K, qam
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import tables
from slfkit.experiments import rival_figures, rival_prices, rivals, separate_coding
from slfkit.publish import provenance_line
from slfkit.reporting.decibels import DecibelAxis
from slfkit.reporting.tables import Table
from slfkit.runs import wired

shared = {"seeds": seeds, "compute": compute, "sources": sources, "settings": settings}
study = rivals.rivals(profile, crossover=crossover, frozen=frozen, variants=variants, **shared)
coding = separate_coding.separate_coding(profile, ideal=ideal, **shared)
decibels = DecibelAxis(modulation, coding.settings.get("codewords", 32))

# %% tags=["hide-input"]
results, coded = study.run(), coding.run()
Markdown(results.summary(coded))

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(
    f"{rivals.finding(results.rows, results.missing)} "
    f"{separate_coding.finding(coded.rows, coded.missing)}"
)

# %% [markdown]
# ## How each works
#
# **{term}`Federated averaging <federated averaging>`.** In a round each user trains its whole transceiver for an epoch on its own images and channel; both then go on from the mean.
#
# **Over the air.** {term}`Split learning` cuts at the channel: Alice has the encoder, David codebook and decoder. Every training image crosses the channel as 256 indices, and its gradient comes back. For the loss David needs her images (here both have MNIST), unless, in a U shape, she holds his last layers.
# The quality is that of $f = 0$, from new weights, as the paper re-trains, or from David's; only the traffic differs.
#
# ````{dropdown} Five variants of averaging
# They differ in what is averaged and where the users begin ({py:func}`~slfkit.rivals.averaging.average`):
#
# - *own weights*: everything is averaged, from the pre-trained transceivers;
# - *new common start*: everything is averaged, from new weights that David has trained for an epoch, since codewords that each user draws for itself have nothing in common;
# - *neurons matched* ({term}`neuron matching`): Alice's neurons, latent axes and codewords are first put in David's order, without changing what her network computes ({py:mod}`slfkit.rivals.matching`);
# - *decoders private*: only encoder and codebook are averaged;
# - *codebooks alone*: only the codebook is.
#
# The mean is weighted by the numbers of images. SLF's stopping rule, on held-out images over the new link, ends the rounds.
# T1 and T2 of one seed start from the same random weights, which may help their average.
# Users who have never met have nothing in common: *other seeds* takes T1 from the next seed.
# ````
#
# ````{dropdown} How eq. 7 splits over the air
# Exactly ({py:mod}`slfkit.rivals.halves`): Alice knows the commitment term and the gradient of the codebook, $K \times D$ numbers that she sends along. David knows the reconstruction term; its gradient at what arrived is, straight through, that of her latent vectors.
# ````
#
# ## Quality against price

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE of the new link against all bytes on the background link, and against time, when training has stopped; lines: without alignment (dashed), matched (dotted).", "name": "fig-rivals"}, "image": {"alt": "Two panels on logarithmic axes with a marker for each way that has records: mean squared error over megabytes and over seconds. SLF lies between a tenth and a quarter of a megabyte, the aligner from pilots far to the left, averaging to the right of SLF at some megabytes, and training over the air farthest to the right, at gigabytes and hours.", "width": "640px"}}
points = [*rivals.without(results.rows), *rival_prices.priced(results.rows)]
_ = rival_figures.plane(points, rival_prices.amounts())

# %% [markdown]
# Down and left is better.
# *At once* is a single average of pre-trained weights, without training.

# %% tags=["hide-input"]
Table(rivals.table(results.rows), rivals.TABLE)

# %% [markdown]
# Times and TFLOP are as in [](04_recovery).
# *Pilots* is the 3 × 3 map of [](09_pilots), here on its fewer test images alone.
# *Old link after* is David's ([](08_who_pays)); with averaging, from his new encoder to his new decoder.

# %% tags=["hide-input"]
Markdown(rival_prices.uncharged(results.rows))

# %% [markdown]
# Averaging changes Alice's link to her own partner, too:

# %% tags=["hide-input"]
Table([row for row in rivals.table(results.rows) if "own" in row], rivals.OWN)

# %% [markdown]
# ## Round by round

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Test MSE of the new link after each round of averaging, a colour for each variant and a line for each seed.", "name": "fig-rivals-rounds"}, "image": {"alt": "Test mean squared error over rounds of averaging on a logarithmic axis, one line for each variant and seed that has a record, or a line that says that none has.", "width": "640px"}}
_ = rival_figures.rounds(results.rows)

# %% [markdown]
# Where a line starts high, the first average destroyed what both knew.
#
# ## Bytes by the formula and on the wire
#
# A few steps of split learning over a real socket, counted and by the formula:

# %% tags=["hide-input"]
Table(rival_prices.cost_table(wired.rehearsal(), results.rows), rival_prices.COSTS)

# %% tags=["hide-input"]
Markdown(rival_prices.images_worth(results.rows))

# %% [markdown]
# (over-the-air)=
# ## Two processes, or two machines
#
# Two processes end with the same weights as one, bit for bit.
#
# `````{dropdown} Run it in two terminals
# David listens in one, Alice connects from the other; both need the same secret:
#
# ```bash
# export SLFKIT_SECRET="any words, the same in both"   # 16 bytes or more
# slfkit wire david --listen 127.0.0.1:8800
# slfkit wire alice --connect 127.0.0.1:8800
# ```
#
# On two machines David listens at `0.0.0.0:8800`, and Alice connects to his address.
# Each side prints the bytes its socket has counted and the sha256 of its weights; `slfkit wire alone` trains both halves in one process and prints the same.
# `--profile paper --images 6400` uses MNIST; `--precision int8` sends a quarter of the gradient's bytes.
#
# Messages are authentic, by a keyed digest, but not secret; through an SSH tunnel they are both.
# A lost connection is opened again, and no step is lost or made twice; if a process dies, both start again.
# `````
#
# ## Separate coding
#
# The transceiver learns to live with the noise; {term}`separate coding` removes it by a channel code, which leaves the channel's capacity per index.
# Two ways fill it: fewer words of equal length, set by k-means; or the transceiver's own behind an entropy coder, which knows the neighbours on the left and above. Encoder and decoder stay as they are.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE of a transceiver's own link over ε (above, its SNR): solid, noisy channel; without errors, dashed words of equal length, dotted entropy-coded words.", "name": "fig-separate"}, "image": {"alt": "Mean squared error over the crossover probability on a logarithmic axis, three lines for each transceiver where there are records: solid over the noisy channel, rising; dashed for words of equal length, above it; dotted for entropy-coded words, level and below both.", "width": "640px"}}
_ = separate_coding.panel(coded.rows, decibels)

# %% [markdown]
# With words of equal length the ideal code does worse than the noise; with an entropy coder it does better, since neighbouring indices are alike and most of the capacity is spare.

# %% tags=["hide-input"]
Table(separate_coding.table(coded.rows), separate_coding.TABLE)

# %% [markdown]
# *Bits per index* is what the words cost before the channel code; a codebook that fills the spare capacity may do better still.
# But an ideal code needs long blocks, and whatever it fails to correct spoils all that the entropy coder wrote after it.
#
# ## The paper's claims

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile)

# %% [markdown]
# These are ours:

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile, source="ours")

# %% [markdown]
# ## Limits
#
# Both users know the same images: averaging's easiest case.
# Training over the air is charged neither for latency nor for the latent vectors that the warm-up of new weights would send.
# Matching finds an order of neurons, not a rotation, which would serve as well.

# %% [markdown]
# ## Try it
#
# Averaging only the codebooks, on stand-in images:
#
# ```bash
# slfkit run 12_rivals -p variants "['codebook']" -p frozen "[4]" --profile quick
# ```
#
# ## Exercises
#
# **1.** How many rounds of averaging only the codebooks send as much as SLF's download?
#
# ```{answer} 12_rounds
# ```
#
# **2.** At which $\varepsilon$ does an index carry exactly two bits, so that an ideal code has four words?
#
# ```{answer} 12_four_words
# ```

# %% tags=["remove-input"]
provenance_line.line(results, coded, link=decibels)
