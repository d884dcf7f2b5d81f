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
# # SLF in code
#
# Which lines of slfkit are the paper's equations and its four steps, and does the method work in a minute on a laptop?
#
# Below is the code that made every number in this book.
#
# ## Sending a picture
#
# **Eq. 1: encode.**
# The encoder turns a picture into a grid of 16 x 16 vectors, and the codebook names the codeword nearest to each.
#
# $$z = \varphi_i(x), \qquad s_n = \arg\min_{k}\, \lVert z_n - C_i[k] \rVert^2$$
#
# ```{literalinclude} ../slfkit/models.py
# :pyobject: Transceiver.encode
# :class: listing
# :dedent: 4
# ```
#
# ```{literalinclude} ../slfkit/models.py
# :pyobject: Codebook.nearest
# :class: listing
# :dedent: 4
# ```
#
# **Eq. 5: the channel.**
# Each index is kept with probability $1 - \varepsilon$ and otherwise becomes one of the other $K - 1$.
#
# $$P(r \mid s) = \begin{cases} 1 - \varepsilon & r = s,\\[4pt] \dfrac{\varepsilon}{K - 1} & r \neq s. \end{cases}$$
#
# ```{literalinclude} ../slfkit/channel.py
# :pyobject: SymmetricDMC.swap
# :class: listing
# :dedent: 4
# ```
#
# **Eq. 6: decode.**
# The receiver looks the indices up in his own codebook and decodes.
#
# $$\hat x = \theta_j\bigl(C_j[r]\bigr)$$
#
# ```{literalinclude} ../slfkit/models.py
# :pyobject: Transceiver.decode
# :class: listing
# :dedent: 4
# ```
#
# **Straight through.**
# The decoder sees $C[r]$; the encoder receives the gradient as if the decoder had seen $z$.
#
# ```{literalinclude} ../slfkit/models.py
# :pyobject: Transceiver.forward
# :class: listing
# :dedent: 4
# ```
#
# **Eq. 7: the loss.**
# Sums in the paper are means here.
#
# $$L = \lVert x - \hat x \rVert^2 + \lVert \operatorname{sg}[z] - C[s] \rVert^2 + \beta\, \lVert z - \operatorname{sg}[C[s]] \rVert^2$$
#
# ```{literalinclude} ../slfkit/objective.py
# :pyobject: vq_loss
# :class: listing
# ```
#
# ## The four steps
#
# **1, download.** David packs his codebook and decoder into a message; Alice puts them behind her encoder.
#
# ```{literalinclude} ../slfkit/slf.py
# :pyobject: download
# :class: listing
# ```
#
# ```{literalinclude} ../slfkit/slf.py
# :pyobject: connect
# :class: listing
# ```
#
# **2, fine-tune.** The last $f$ parts are frozen; all others and her encoder are trained on eq. 7.
#
# ```{literalinclude} ../slfkit/slf.py
# :pyobject: freeze
# :class: listing
# ```
#
# ```{literalinclude} ../slfkit/slf.py
# :pyobject: align
# :class: listing
# ```
#
# **3, upload.** Alice sends back the parts that were not frozen; David replaces his own with them.
#
# ```{literalinclude} ../slfkit/slf.py
# :pyobject: receive
# :class: listing
# ```
#
# **4, transmit.** Alice encodes with her new encoder; David decodes with his new parts.
#
# ```{literalinclude} ../slfkit/evaluation.py
# :pyobject: evaluate
# :class: listing
# ```
#
# ## All of it, live
#
# The stand-ins are digits drawn on the spot: no data set and no network are needed.

# %% tags=["parameters"]
frozen: int = 0  # f, frozen parts, 0 to 4
crossover: float = 0.1  # eps of the channel between Alice and David, in [0, 1]
images: int = 2000  # pictures that both train on
epochs: int = 4  # of pre-training, at most; twice as many of fine-tuning
seed: int = 0  # fixes pictures, weights and noise

# %%
from dataclasses import replace

from slfkit import (
    FineTuning,
    Link,
    align,
    environment,
    evaluate,
    flops_per_image,
    generator,
    load,
    pre_train,
    receive,
    recovery_time,
)

# %% [markdown]
# Both users know digits; David's channel is three times as noisy as Alice's.
# An environment holds the images, the channel and the classifier that judges what arrives.

# %%
here = environment(load("glyphs", "train", images), crossover, seed=seed)
noisy = replace(here, crossover=min(1.0, 3 * crossover))

alice = pre_train(here, epochs=epochs, seed=seed)
david = pre_train(noisy, epochs=epochs, seed=seed + 1)

# %% [markdown]
# Steps 1 and 2, on Alice's side:

# %%
aligned = align(alice, david, here, FineTuning(frozen, epochs=2 * epochs), seed=seed)
best = aligned.best_epoch()
print(f"download {len(aligned.download):,} bytes")

# %% [markdown]
# Step 3, on David's side:

# %%
upload = aligned.upload(best)
david_now = receive(david, upload, frozen)
print(f"upload {len(upload):,} bytes at f = {frozen}")

# %% [markdown]
# Step 4, before and after:

# %% tags=["nbval-ignore-output"]
test = load("glyphs", "test", 500)
links = {"before": (alice, david), "after": (aligned.best(), david_now)}
quality = {
    name: evaluate(*pair, test, crossover, here.classifier, generator("test", seed))
    for name, pair in links.items()
}
for name, metrics in quality.items():
    print(f"{name}: MSE {metrics['mse']:.3f}, accuracy {metrics['accuracy']:.0%}")

# %% [markdown]
# The recovery time at the paper's link and computing power (Table I):

# %% tags=["nbval-ignore-output"]
flops = len(aligned.history.epochs) * len(here.images) * flops_per_image(aligned.transceiver)
time = recovery_time(len(aligned.download), flops, len(upload), Link())
print(f"{time.download:.2f} s down + {time.compute:.2f} s of computing + {time.upload:.2f} s up")

# %% [markdown]
# ## What was found

# %%
assert quality["after"]["mse"] < quality["before"]["mse"], "SLF did not lower the error"
print("SLF lowers the error of the misaligned pair.")

# %% [markdown]
# ## Try it
#
# ```bash
# slfkit run 00_slf_in_code -p frozen 4
# slfkit run 00_slf_in_code -p crossover 0.3 -p images 6000
# ```
