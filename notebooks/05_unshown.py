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
# # Claims without numbers
#
# Does freezing from the last layer hurt less than freezing from the first, and does it help to start f = 0 from new weights?
# The paper says yes without numbers, and gives none for SLF's alternatives.
#
# Alice has T1, David T2, and all else is as in [](04_recovery).

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
crossover: float = 0.3  # eps of the channel, in [0, 1]
frozen: list = [1, 2, 3]  # f, frozen parts, each 1 to 3: at 0 and 4 both orders are the same
seeds: list = []  # whole numbers; empty: the profile's own
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import rivals, tables
from slfkit.experiments import freezing_order, reinitialisation
from slfkit.publish import provenance_line
from slfkit.recovery import Link
from slfkit.reporting.tables import Table

order = freezing_order.freezing_order(
    profile,
    crossover=crossover,
    frozen=frozen,
    seeds=seeds,
    compute=compute,
    sources=sources,
    settings=settings,
)
start = reinitialisation.reinitialisation(
    profile, crossover=crossover, seeds=seeds, compute=compute, sources=sources, settings=settings
)

# %% tags=["hide-input"]
orders, starts = order.run(), start.run()
Markdown(orders.summary(starts))

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(
    f"{freezing_order.finding(orders.rows, orders.missing)} "
    f"{reinitialisation.finding(starts.rows, starts.missing)}"
)

# %% [markdown]
# ## Which end is frozen
#
# *From the last* freezes the decoder's last layer first, as the paper does; *from the first* begins with the codebook.

# %% tags=["hide-input"]
Table(freezing_order.order_table(orders.rows), freezing_order.ORDER)

# %% [markdown]
# At equal f the two orders send back different amounts. The same runs over what they upload:

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE and accuracy over the upload, for f = 1 to 3 frozen from either end.", "name": "fig-orders"}, "image": {"alt": "Two panels over the upload in kilobytes: test MSE and accuracy of f = 1 to 3, one line for each end that freezing starts from and that has records.", "width": "640px"}}
_ = freezing_order.upload_panels(orders.rows)

# %% tags=["hide-input"]
Markdown(f"{freezing_order.dominance(orders.rows)}.")

# %% [markdown]
# ## New weights or David's
#
# At f = 0 the paper trains everything from new weights; here David's serve as a start too.
# New weights also bring a new codebook; [](07_codebook) separates the two effects.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Test MSE and accuracy after each epoch of fine-tuning everything (f = 0), a line for each seed.", "name": "fig-fresh"}, "image": {"alt": "Two panels over epochs: test MSE falls and accuracy rises; one line for each start that has a record.", "width": "640px"}}
_ = reinitialisation.fresh_curves(starts.rows)

# %% [markdown]
# From David's weights training stops early, at a larger error; new weights go on improving.
#
# ## What the alternatives would send
#
# The paper argues against re-training over the air and federated averaging.
# The table gives a lower bound for each; [](12_rivals) runs both.

# %% tags=["hide-input"]
Table(rivals.table(starts.rows, Link().uplink), rivals.TABLE)

# %% [markdown]
# ## The paper's claims

# %% tags=["hide-input"]
tables.verdicts(order.notebook, profile)

# %% [markdown]
# ## Try it
#
# Both orders at one $f$, and both starts, on stand-in images:
#
# ```bash
# slfkit run 05_unshown -p frozen "[2]" --profile quick
# ```
#
# ## Exercises
#
# **1.** From the sizes of the parts, how much is uploaded at $f = 1, 2, 3$ if freezing starts from the first part instead of the last?
#
# ```{answer} 05_upload
# ```
#
# **2.** Do new weights take more epochs than David's until the stopping rule ends training?
#
# ```{answer} 05_epochs
# ```

# %% tags=["remove-input"]
provenance_line.line(orders, starts)
