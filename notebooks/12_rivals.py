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
# # 12 The rivals, run
#
# What do federated averaging and re-training over the air reach, and what do they cost beside SLF?
# The paper argues against both in Section III-A and runs neither; [](05_unshown) counts the least that they must send.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
crossover: float = 0.3  # eps of the air, in [0, 1]
frozen: list = [0, 1, 2, 3, 4]  # f of SLF, frozen parts, each 0 to 4
variants: list = ["own", "common", "matched", "private", "codebook"]  # of averaging
ideal: list = [0.1, 0.3, 0.5]  # eps at which an ideal code is set beside the noisy link
seeds: list = []  # whole numbers; empty: the profile's own
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import tables
from slfkit.experiments import rival_figures, rival_prices, rivals, separate_coding
from slfkit.publish import provenance_line
from slfkit.reporting.tables import Table
from slfkit.runs import wired

shared = {"seeds": seeds, "compute": compute, "sources": sources, "settings": settings}
study = rivals.rivals(profile, crossover=crossover, frozen=frozen, variants=variants, **shared)
coding = separate_coding.separate_coding(profile, ideal=ideal, **shared)

# %% tags=["hide-input"]
results = study.run()
Markdown(results.summary())

# %% [markdown]
# ## How each works
#
# **{term}`Federated averaging <federated averaging>`.** In a round each user trains his whole transceiver for an epoch on his own images and channel; then both send what they share and go on from the mean, weighted by how many images each has ({py:func}`~slfkit.rivals.averaging.average`).
# The same stopping rule as SLF's ends the rounds, by held-out images on the new link.
# Five variants differ in what is averaged and from where the users begin:
#
# - *own weights*: all is averaged, from the pre-trained transceivers;
# - *new common start*: all is averaged, from new weights that David has trained for an epoch, since codewords that each user draws by himself have nothing in common;
# - *neurons matched* ({term}`neuron matching`): Alice's neurons, latent axes and codewords are first put in David's order, which changes nothing of what her network computes ({py:mod}`slfkit.rivals.matching`);
# - *decoders private*: encoder and codebook alone are averaged;
# - *codebooks alone*: nothing but the codebook is.
#
# T1 and T2 of one seed have begun from the same random weights before they were trained apart, which may help their average.
# Users who have never met have nothing in common; *other seeds* has T1 from the next seed.
#
# **Over the air.** {term}`Split learning` with the cut at the channel: Alice has the encoder, David codebook and decoder, and every training image goes through the air as 256 indices while its gradient comes back.
# Eq. 7 splits exactly ({py:mod}`slfkit.rivals.halves`).
# Alice knows the commitment term and the gradient of the codebook, $K \times D$ numbers, which she sends along; David knows the reconstruction term, and the gradient at what arrived is, straight through, that of her latent vectors.
# So its quality is that of $f = 0$ from David's weights, and only what crosses is its own.
# For the loss David needs Alice's images; here both know MNIST, so none is sent.
#
# ## Quality against price

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE of the new link against all that crosses the background link, and against time, when the stopping rule has ended training; with several seeds, means and 95 % t-intervals. A way without a record is missing.", "name": "fig-rivals"}, "image": {"alt": "Two panels on logarithmic axes with a marker for each way that has records: mean squared error over megabytes and over seconds. SLF lies between a tenth and a quarter of a megabyte, the aligner from pilots far to the left, averaging to the right of SLF at some megabytes, and training over the air farthest to the right, at gigabytes and hours.", "width": "640px"}}
points = [*rivals.without(results.rows), *rival_prices.priced(results.rows)]
_ = rival_figures.plane(points, rival_prices.amounts())

# %% [markdown]
# Down and to the left is better.
# *At once* is a single average of the pre-trained weights, without any training: what two users have in common before they try.

# %% tags=["hide-input"]
Table(rivals.table(results.rows), rivals.TABLE)

# %% [markdown]
# Times are those at the paper's link and computing power, as in [](04_recovery).
# *Old link after* is the accuracy of David's link to his old partner, on his own images and channel ([](08_who_pays)).
# With averaging both partners get the new weights, so there it is the accuracy of David's own new link.
# *Pilots* is the 3 × 3 map of [](09_pilots) by indices, tested on fewer images; it sends nothing up and leaves David as he is.
#
# ## Round by round

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Test MSE of the new link after each round of averaging, a line for each seed.", "name": "fig-rivals-rounds"}, "image": {"alt": "Test mean squared error over rounds of averaging on a logarithmic axis, one line for each variant and seed that has a record, or a line that says that none has.", "width": "640px"}}
_ = rival_figures.rounds(results.rows)

# %% [markdown]
# A line that starts high has lost by its first average what the users knew, and learns it again.
#
# ## Bytes by the formula and on the wire
#
# A round of averaging is counted in a run's messages.
# For split learning a few steps are made here, over a real socket of this machine: what the socket counts, greeting and frames included, stands beside the formula.

# %% tags=["hide-input"]
Table(rival_prices.cost_table(wired.rehearsal(), results.rows), rival_prices.COSTS)

# %% tags=["hide-input"]
Markdown(rival_prices.images_worth(results.rows))

# %% [markdown]
# (over-the-air)=
# ## Two processes, or two machines
#
# The same training runs between two processes, and ends with the weights of one process bit for bit.
# In one terminal David listens, in another Alice connects; both need the same secret:
#
# ```bash
# export SLFKIT_SECRET=$(openssl rand -hex 16)   # the same in both terminals
# slfkit wire david --listen 127.0.0.1:8800
# slfkit wire alice --connect 127.0.0.1:8800
# ```
#
# On two machines David listens at `0.0.0.0:8800`, and Alice connects to his address.
# At the end each side prints the bytes that its socket has counted and the sha256 of its weights; `slfkit wire alone` trains both halves in one process and prints the same.
# `--profile paper --images 6400` takes MNIST, and `--precision int8` sends a quarter of the gradient's bytes.
#
# Each frame has a number and a keyed digest; a stranger is refused before anything he sends is parsed, a body beyond the expected size before it is read, and every wait ends with a sentence.
# A lost connection is opened again, and the step that was under way is repeated or its stored answer sent again, so no step is lost and none is made twice.
# What is sent is authentic but not secret; through an SSH tunnel it is both.
# A process that dies takes its half with it: then both start again.
#
# ## Separate coding
#
# Eq. 5's channel is noisy, and the transceiver is trained to live with it.
# The classical way is {term}`separate coding`: a channel code makes the air clean, at the price of fewer words.
# An ideal code carries the channel's capacity in bits per index; of whole words, the floor of two to that power arrive in each use without errors.
# Here a codebook of so many words is set by k-means on latent vectors of training images, encoder and decoder are left as they are, and nothing is swapped on the way.

# %% tags=["hide-input"]
coded = coding.run()
Markdown(coded.summary())

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE of a transceiver's own link over the noisy air, and with fewer words that arrive without errors; means and 95 % t-intervals over seeds, where there are several.", "name": "fig-separate"}, "image": {"alt": "Mean squared error over the crossover probability on a logarithmic axis, with a solid line for each transceiver over the noisy air and a dashed one for fewer words without errors, where there are records.", "width": "640px"}}
_ = separate_coding.panel(coded.rows)

# %% [markdown]
# Where a dashed line lies above the solid one of its colour, the noisy link does better than the ideal code.

# %% tags=["hide-input"]
Table(separate_coding.table(coded.rows), separate_coding.TABLE)

# %% [markdown]
# This says what an ideal code brings to these encoders and decoders, which have not been trained for it.
# It bounds no scheme that is: with a decoder trained for its words, or with words for several positions at once, separate coding may do better.
#
# ## The paper's claims
#
# What the paper says of averaging, and the verdict on the records there are; [](80_claims) says how each is judged.

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile)

# %% [markdown]
# These are ours:

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile, source="ours")

# %% [markdown]
# ## Limits
#
# - Averaging trains each user on his own channel, as federated learning does: Alice has never trained on the new one, while SLF has.
# - Both users know the same images here, the case in which averaging has it easiest.
# - Time is that of the link and of Alice's computer alone: the round trips of training over the air, one a step, add their latency.
# - Matching finds an order of neurons, not a rotation of the latent space, which would serve as well.
#
# ## What was found

# %% tags=["hide-input"]
Markdown(
    f"{rivals.finding(results.rows, results.missing)} "
    f"{separate_coding.finding(coded.rows, coded.missing)}"
)

# %% [markdown]
# ## Try it
#
# Averaging of codebooks alone, on stand-in images:
#
# ```bash
# slfkit run 12_rivals -p variants "['codebook']" -p frozen "[4]" --profile quick
# ```
#
# ## Exercises
#
# **1.** How many rounds of averaging codebooks alone send as much as SLF's download?
#
# ```{answer} 12_rounds
# ```
#
# **2.** At which $\varepsilon$ does an index carry exactly two bits, so that an ideal code has four words?
#
# ```{answer} 12_four_words
# ```

# %% tags=["remove-input"]
provenance_line.line(results, coded)
