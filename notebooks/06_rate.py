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
# # The learning rate of fine-tuning
#
# The paper reduces the learning rate of unfrozen parts, but our copy lacks the value: do the claims about f depend on it?
#
# At f = 0 new weights are trained at the learning rate of pre-training, as the paper says.
# From f = 1 on David's weights are fine-tuned; our default is a tenth of that rate, as is usual for weights that should change little.
# This page repeats the runs of [](04_recovery) at the full rate.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
crossover: float = 0.3  # eps of the channel, in [0, 1]
frozen: list = [0, 1, 2, 3, 4]  # f, frozen parts, each 0 to 4
rates: list = [0.0001, 0.001]  # learning rates of Adam for f from 1, each above zero
seeds: list = []  # whole numbers; empty: the profile's own
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.experiments import fine_tuning_rate
from slfkit.publish import provenance_line
from slfkit.recovery import Link
from slfkit.reporting.tables import Table

study = fine_tuning_rate.fine_tuning_rate(
    profile,
    crossover=crossover,
    frozen=frozen,
    rates=rates,
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
Markdown(fine_tuning_rate.finding(results.rows, results.missing))

# %% [markdown]
# ## Quality over f

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE and accuracy over f after fine-tuning at each learning rate; f = 0 is a single point.", "name": "fig-rate"}, "image": {"alt": "Two panels over the number of frozen parts: test MSE and accuracy, one line for each learning rate that has records; f = 0 is a single point.", "width": "640px"}}
_ = fine_tuning_rate.rate_panels(results.rows)

# %% [markdown]
# At neither rate does the MSE rise with every step of $f$. Whiskers ignore pairing by seed; the table uses it.
#
# ## In numbers
#
# Times are those of reconstruction at the paper's link and computing power; *codewords* are those in use.

# %% tags=["hide-input"]
Table(fine_tuning_rate.rate_table(results.rows, Link()), fine_tuning_rate.RATE_COLUMNS)

# %% [markdown]
# ## Try it
#
# Three rates in one go, on stand-in images:
#
# ```bash
# slfkit run 06_rate -p rates "[0.0003, 0.001, 0.003]" -p frozen "[2, 4]" --profile quick
# ```
#
# ## Exercises
#
# **1.** A higher rate takes larger steps, but does training also stop sooner?
#
# ```{answer} 06_sooner
# ```
#
# **2.** Which runs with f ≥ 1 come within a tenth of the MSE of f = 0?
#
# ```{answer} 06_as_good
# ```

# %% tags=["remove-input"]
provenance_line.line(results)
