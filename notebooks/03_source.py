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
# # Source dissimilarity
#
# How well does SLF repair a mismatch of data, and when does it matter how much is frozen?
# The paper's Fig. 3 (right) mixes Alice's images with images of David's kind, from none to all.
#
# Alice has T1, trained on MNIST, David T3, trained on CIFAR-10; both were trained at the $\varepsilon$ of this channel.
# A share $\alpha$ of Alice's images comes from CIFAR-10.
# One classifier judges, over the twenty classes of both sources.

# %% tags=["parameters"]
profile: str = "paper"  # smoke or quick: stand-in images; paper: MNIST, CIFAR-10
alphas: list = [0.0, 0.25, 0.5, 0.75, 1.0]  # share of David's source, each in [0, 1]
frozen: list = [0, 1, 2, 3, 4]  # f, frozen parts, each 0 to 4
seeds: list = []  # whole numbers; empty: the profile's own
mixing: str = "images"  # images: a mixture of images (eq. 8 as we read it); pixels: blends
compute: str = "new"  # new: runs outside the published grid; all: missing ones; none
sources: list = []  # own images, one for T1 and T2, a second for T3; empty: the profile's own
settings: dict = {}  # constants, such as {codewords: 64, dimension: 8}; empty: the profile's own

# %% tags=["hide-input"]
from IPython.display import Markdown

from slfkit.claims import tables
from slfkit.experiments import freezing_cost, sweep_figures, sweep_sights, sweeps
from slfkit.publish import provenance_line
from slfkit.reporting import panels
from slfkit.reporting.tables import Table

study = sweeps.source_dissimilarity(
    profile=profile,
    alphas=alphas,
    frozen=frozen,
    seeds=seeds,
    mixing=mixing,
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
Markdown(sweeps.source_finding(results.rows, results.missing))

# %% [markdown]
# ## Mixtures of data
#
# Our copy of the paper lacks eq. 8.
# We read it as a mixture: each of Alice's images comes from David's source with probability $\alpha$:
#
# ```{math}
# :label: eq-mixture
# p(x) = (1 - \alpha)\, p_i(x) + \alpha\, p_j(x)
# ```
#
# Here $p_i$ is the distribution of Alice's own images (MNIST) and $p_j$ that of David's (CIFAR-10).
#
# So a growing *dissimilarity* $\alpha$, as the paper calls it, makes Alice *more* like David: at $\alpha = 1$ she sends what he knows.
# We chose this reading since the paper's curves meet as $\alpha$ grows.
# The other reading blends the pixels of two images (`mixing="pixels"`, labels of the first).
#
# ## The sweep
#
# *Unaligned* and *matched* are as in [](02_channel); *as sent* is the classifier's accuracy on clean images.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "MSE and accuracy over the share of David's images in what Alice sends, after SLF with f = 0 to 4 frozen parts (paper: Fig. 3, right); the unaligned pair lies far outside, where the arrows say.", "name": "fig-source"}, "image": {"alt": "Two panels over the share of David's images, with a line for each f and one for the matched pair. Upper: at the left end the errors of SLF are spread out, f = 0 lowest and f = 4 highest beside the matched line; at the right end they meet. Lower: the accuracies fall together and differ little. The unaligned pair is far outside both panels, as text says.", "width": "640px"}}
_ = sweep_figures.source_sweep_panels(results.rows)

# %% [markdown]
# The upper panel:

# %% tags=["hide-input"]
Markdown(sweep_sights.cost_along(results.rows, results.missing, "alpha"))

# %% [markdown]
# The lower panel, against the claim that freezing costs accuracy:

# %% tags=["hide-input"]
Markdown(sweep_sights.accuracy_along(results.rows, results.missing, "alpha"))

# %% [markdown]
# ## The two sources
#
# One accuracy over both sources hides which of them suffers.

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Accuracy over the share of David's images, for each source separately.", "name": "fig-source-shares"}, "image": {"alt": "One panel for each source: accuracy over the share of David's images. On digits every line but the unaligned one stays near the top, that one at the bottom. On photographs SLF and the matched pair lie well above the unaligned one at every share.", "width": "640px"}}
_ = sweep_figures.share_panels(results.rows)

# %% [markdown]
# Digits survive every mixture. The accuracy above falls because photographs, harder even when clean, take a growing share.
#
# ## What arrives

# %% tags=["hide-input"] mystnb={"figure": {"caption": "Test images as sent and as David decodes them; half of Alice's images are of his kind.", "name": "fig-source-pictures"}, "image": {"alt": "A column of image rows, two digits and two photographs each: as sent; the unaligned pair's output, in which neither can be recognised; SLF's outputs, digits that can be read and blurred photographs in their own colours; the matched pair's output, much the same.", "width": "420px"}}
_ = panels.picture_rows(sweeps.at_alpha(results.pictures(), 0.5))

# %% [markdown]
# The unaligned pair loses both kinds; SLF recovers both, photographs with their colours but without their detail.
#
# ## In numbers

# %% tags=["hide-input"]
Table(sweeps.source_table(results.rows), sweeps.SOURCE)

# %% [markdown]
# ## What freezing costs, in two parts
#
# The two gaps of [](02_channel): from $f = 0$ to David's pair, and from there to $f = 4$.

# %% tags=["hide-input"]
Table(freezing_cost.table(results.rows, "alpha"), freezing_cost.columns("alpha"))

# %% tags=["hide-input"]
Markdown(
    f"{freezing_cost.finding(results.rows, 'alpha')} "
    f"{sweep_sights.whose_loss(results.rows, results.missing, 'alpha')}"
)

# %% [markdown]
# ## The paper's claims

# %% tags=["hide-input"]
tables.verdicts(study.notebook, profile)

# %% [markdown]
# ## Try it
#
# Half the images of David's kind, at $f = 4$, on stand-in images:
#
# ```bash
# slfkit run 03_source -p alphas "[0.5]" -p frozen "[4]" --profile quick
# ```
#
# The other reading of eq. 8:
#
# ```bash
# slfkit run 03_source -p alphas "[0.5]" -p mixing pixels -p frozen "[4]" --profile quick
# ```
#
# ## Exercises
#
# **1.** Rebuild the accuracy of the mixture at $\alpha = 0.5$ from the accuracies of its two sources.
#
# ```{answer} 03_shares
# ```
#
# **2.** The two sources differ in the variance of their pixels, so equal MSEs are not equally good.
# Divided by the variance, does $f = 4$ still look better at one end of $\alpha$ than at the other?
#
# ```{answer} 03_normalised
# ```

# %% tags=["remove-input"]
provenance_line.line(results)
