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
# # Choosing f
#
# Which $f$ and how many epochs suit a deadline, a quality and a limit on what David's old partner may lose, and can one know before training?
#
# Held-out images choose $f$ and the epoch $e$; test images report the result and check the old link's limit.
#
# ````{dropdown} The choice as a formula
# With $F_f$ operations per epoch, the choice by a deadline $T$ is
#
# $$f^*(T) = \arg\min_{f, e} \mathrm{MSE}(f, e) \quad \text{subject to} \quad \frac{8 S_\mathrm{down}}{R_\mathrm{down}} + \frac{e F_f}{P} + \frac{8 S_\mathrm{up}(f)}{R_\mathrm{up}} \le T,$$
#
# and its dual is the least $T$ with an MSE of at most $q$.
# David's old link is measured on test images at the best epoch of each run, and taken for all others.
# ````

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
downlink: float = 2e6  # rate to Alice in bit/s; the paper's
uplink: float = 2e6  # rate to David in bit/s; the paper's
power: float = 30e12  # Alice's computing power in FLOP/s; the paper's
deadline: float = 1.0  # seconds it may take; 0: none
quality: float = 0.0  # largest MSE that will do, which asks for the soonest way; 0: none
old_link: float = 0.97  # least accuracy of David's old link, in [0, 1]; 0: none
seeds: list = []  # whole numbers; empty: the profile's own
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import tables
from slfkit.experiments import best_way, choosing, choosing_figures, regret
from slfkit.experiments.choosing import Need
from slfkit.publish import provenance_line
from slfkit.reporting.tables import Table

need = Need(downlink, uplink, power, deadline, quality, old_link)
study = best_way.best_way(profile, seeds=seeds, compute=compute, sources=sources, settings=settings)

# %% tags=["hide-input"]
results = study.run()
candidates = best_way.every_way(results.rows)
Markdown(results.summary())

# %% [markdown]
# ## What was found

# %% tags=["hide-input"]
Markdown(best_way.finding(results.rows, results.missing))

# %% [markdown]
# ## What to choose
#
# Among all ways of this book:

# %% tags=["hide-input"]
Markdown("\n\n".join(choosing.explained(candidates, need)))

# %% [markdown]
# ## By the deadline

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Test MSE of the choice over the deadline; a marker where the choice changes: a star for a map from pilots, a plus for David's encoder, hollow for a variant of the paper's SLF.", "name": "fig-choosing-front"}, "image": {"alt": "Falling step lines of test MSE over the deadline in seconds, on a logarithmic axis. The dotted line of any way begins earliest and stays lowest; SLF begins later, and its dashed line, which keeps David's old link, stays above.", "width": "640px"}}
_ = choosing_figures.front(candidates, need, old_link or best_way.KEPT)

# %% [markdown]
# At each step down a better epoch or way becomes ready. With training:

# %% tags=["hide-input"]
Table(best_way.table(results.rows, need), choosing.TABLE)

# %% [markdown]
# ## By the quality
#
# The fastest way to a held-out MSE in every seed; beside *none*, the nearest in its worst seed:

# %% tags=["hide-input"]
Table(best_way.dual_table(results.rows, need), choosing.TABLE)

# %% [markdown]
# ## Rules for fewer stored runs
#
# Five rules choose $f$ with fewer or none:
#
# - always $f = 0$, or always $f = 4$;
# - one trial epoch of each $f$, then on with the best; all trials cost their time;
# - the $f$ that was best in the other mismatch with the nearest unaligned MSE;
# - the $f$ that was best on average for other seeds of the same mismatch.
#
# A rule's *regret* is its test MSE over that of the best choice with hindsight, a geometric mean over deadlines.
# *Missed* are deadlines at which only another $f$ was ready. The table averages mismatches with several seeds:

# %% tags=["hide-input"]
regrets = regret.regrets(regret.cases_of(results.rows), best_way.LINKS)
Table(regret.regret_table(regrets, best_way.LINKS))

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Regret of each rule by mismatch, at the paper's link and computer.", "name": "fig-regret"}, "image": {"alt": "Regret on a logarithmic axis for each crossover probability and each mixture, a marker for each rule. The rule that uses other seeds lies at one, the trial epochs lie highest, always f = 0 and always f = 4 between.", "width": "640px"}}
_ = choosing_figures.regret_panel(regrets, best_way.LINKS[1], list(regret.RULES))

# %% [markdown]
# Held-out images make the best choice, so on test images a regret can fall below 1.
#
# ## What we claim

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile, source="ours")

# %% [markdown]
# ## Limits
#
# Only stored mismatches can be asked for, some ways have fewer seeds, and which epoch is best shows only afterwards.
# David's encoder serves Alice only if he shares it and her images are of his kind; for others, `slfkit choose --alpha 0` answers.

# %% [markdown]
# ## Try it
#
# A slow link:
#
# ```bash
# slfkit choose --link 2e5 --deadline 6
# slfkit run 11_choosing -p uplink 2e5 --profile quick
# ```
#
# ## Exercises
#
# **1.** If the old link does not matter, how slow may the uplink be for $f = 0$ to remain the choice within three seconds?
#
# ```{answer} 11_uplink
# ```
#
# **2.** How long does one trial epoch of each $f$ take Alice, and how soon would $f = 4$ be ready instead?
#
# ```{answer} 11_trials
# ```

# %% tags=["remove-input"]
provenance_line.line(results, link=need)
