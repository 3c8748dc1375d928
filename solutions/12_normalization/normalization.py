# %% [markdown]
# # {{normalization}} · Normalization: whose mean?
#
# At the end of this chapter you will have written five normalization layers in NumPy, and the gradients of two. They
# share one formula, and differ in which values share a mean.
#
# You need chapter {{linear}}, and NumPy's `axis=` and `reshape`. Plan two and a half hours, in two sittings: sections
# 1 to 5, then 6 to 10.
#
# Run the cells from top to bottom with Shift+Enter. Nine of them are exercises, each with a check right below. When you
# are stuck, `hint("batch_norm")` gives one step of help, and `solution("batch_norm")` gives the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads what the demonstrations need. Your own code uses NumPy alone.

# %%
import torch
from torchinfo import summary

import course
from course.data import digits
from course.figures import normalization as figures

# %% [markdown]
# ## 1. Where it sits
#
# A normalization layer scales numbers to mean 0 and standard deviation 1, the square root of the variance. Then
# trained parameters set another mean and standard deviation. It is an **inner** layer, next to a layer with weights.
# Here are the two that you will meet most.

# %%
table("BatchNorm2d")

# %%
table("LayerNorm")

# %% [markdown]
# ## 2. Formula and shapes
#
# Take $m$ values that belong together. $\mu$ is their mean, $\sigma^2$ their variance:
#
# $$
# \mu = \frac{1}{m} \sum x
# \qquad
# \sigma^2 = \frac{1}{m} \sum (x - \mu)^2
# \qquad
# \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}
# $$
#
# $\epsilon$ is a small constant, `eps`.
#
# **Which values belong together?** This is the difference between these layers. The input is a batch of images,
# $(n, c, h, w)$: $n$ samples, $c$ channels, height $h$ and width $w$.
#
# | normalization | one mean for | values that share it |
# |:--|:--|:--|
# | batch | each channel | all samples, all positions |
# | layer | each sample | all channels, all positions |
# | instance | each channel of each sample | its positions |
# | group | each group of channels of each sample | the group's channels, all positions |
#
# ### Exercise 1: whose mean?
#
# `np.mean(x, axis=...)` averages over one axis or several. Give these axes as tuples; $n$ is axis 0, $w$ is axis 3.
#
# For `"group"`, with $g$ groups, the input has been reshaped to $(n \cdot g, c/g, h, w)$ before: each group is like a
# separate sample.

# %% exercise="normalization_axes"
normalization_axes = {
    "batch": ...,
    "layer": ...,
    "instance": ...,
    "group": ...,
}

# %% check="normalization_axes"
check(normalization_axes, "normalization_axes")

# %% [markdown]
# Here is a picture of your answer. There are 3 samples with 4 channels of 2 by 2 pixels; the channels are side by
# side, the pixels below each other. The blue values share one mean. Press Play: each frame shows the next mean. If one
# of your entries is wrong, you will see it here.

# %%
figures.axes_in_motion(normalization_axes)

# %% [markdown]
# Only with batch normalization are the blue values in more than one sample. Section 6 shows what follows from that.
#
# In a transformer the input is $(n, l, c)$: sentences, the $l$ positions in each, channels. There, layer normalization
# runs over the last axis. Each word has its own mean.
#
# After normalizing, each value is scaled and shifted:
#
# $$
# y = \gamma_c \, \hat x + \beta_c
# $$
#
# $\gamma_c$ and $\beta_c$ are trained. PyTorch calls them `weight` and `bias`; in the rows of section 1 they are $w_c$
# and $b_c$. Batch and group normalization have one of each for every channel, layer normalization for every feature of
# a sample, and instance normalization, by default, none.

# %% [markdown]
# ## 3. See it in PyTorch
#
# The layer of the table takes images with 16 channels. We give it eight images whose channels have very different
# standard deviations.

# %%
torch.manual_seed(0)
layer = torch.nn.BatchNorm2d(num_features=16)
input_data = torch.randn(8, 16, 32, 24) * torch.linspace(0.1, 5, 16).reshape(16, 1, 1) + 10
output_data = layer(input_data)

for c in (0, 7, 15):
    before, after = input_data[:, c], output_data[:, c]
    means = f"mean {before.mean():5.2f} → {after.mean().abs():.2f}"
    print(f"channel {c:2}   {means}   std {before.std():.2f} → {after.std():.2f}")

# %% [markdown]
# Each channel of the output has mean 0 and standard deviation 1. Here is torchinfo's summary of the layer.

# %%
summary(layer, input_size=(8, 16, 32, 24))

# %% [markdown]
# 32 parameters: a weight and a bias for each of 16 channels. But the layer stores more than these.

# %%
for name, tensor in layer.state_dict().items():
    kind = "parameter" if name in dict(layer.named_parameters()) else "buffer"
    print(f"{name:20} {kind:10} {tuple(tensor.shape)}")

# %% [markdown]
# `running_mean` and `running_var` are **buffers**: saved with the layer, but not changed by gradients. Section 6 is
# about them.

# %% [markdown]
# ## 4. Predict, then run
#
# The same input, (8, 16, 32, 24), goes through five layers:
#
# - `BatchNorm2d(16)`, as before,
# - `LayerNorm((16, 32, 24))`, over channels and positions,
# - `LayerNorm(24)`, over the last axis only,
# - `InstanceNorm2d(16)`,
# - `GroupNorm(4, 16)`, with 4 groups of channels.
#
# Write down for each how many means it computes, and how many parameters it has.

# %%
shared = {
    torch.nn.BatchNorm2d(16): (0, 2, 3),
    torch.nn.LayerNorm((16, 32, 24)): (1, 2, 3),
    torch.nn.LayerNorm(24): 3,
    torch.nn.InstanceNorm2d(16): (2, 3),
    torch.nn.GroupNorm(4, 16): (1, 2, 3),
}
groups = input_data.reshape(8 * 4, 4, 32, 24)  # each group is like a separate sample
for module, axes in shared.items():
    means = (groups if isinstance(module, torch.nn.GroupNorm) else input_data).mean(dim=axes)
    info = summary(module, input_size=input_data.shape)
    name = str(module).partition(", eps")[0] + ")"
    print(f"{name:29} means {means.numel():5}   parameters {info.total_params:6,}   ", end="")
    print(f"torchinfo's mult-adds {info.total_mult_adds:7,}")

# %% [markdown]
# Layer normalization over whole images has a weight and a bias for every value of an image. The instance normalization
# has none.
#
# The last column does not measure the work. torchinfo multiplies the number of parameters by the batch size, so an
# instance normalization would cost nothing. In fact all five process each of the 8 · 16 · 32 · 24 = 98,304 numbers a
# few times. That is little compared with a convolution, and the course counts it as 0 by convention.
#
# One more, without code. You double the batch. Which of these means change their value?
#
# <details><summary>Answer</summary>
# <p>The means of the batch normalization: they include the new samples. For the others there are more means, but the
# old ones do not change. With batch normalization, the output for an image depends on which other images are in the
# batch.</p>
# </details>

# %% [markdown]
# ## 5. Write it: layers as choices of axes
#
# Here is the formula for one list of numbers, step by step.


# %%
def standardize(numbers, eps=1e-5):
    mu = sum(numbers) / len(numbers)
    squared = [(number - mu) ** 2 for number in numbers]
    sigma2 = sum(squared) / len(numbers)
    return [(number - mu) / (sigma2 + eps) ** 0.5 for number in numbers]


print(np.round(standardize([1.0, 2.0, 6.0]), 3))
print(np.round(standardize([100.0, 200.0, 600.0]), 3))
print(np.round(standardize([4.0, 4.0, 4.0]), 3))

# %% [markdown]
# The second list is the first one times 100: after normalization they are equal. In the third all numbers are equal:
# eps keeps the root above 0, else it would be 0/0.
#
# In an array, the lists run along axes. `np.mean(x, axis=...)` removes the axes that it averages over, and so does
# `np.var`. With `keepdims=True` they remain with length 1, so the result still fits the array.

# %%
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 3, 4, 5))
print(np.mean(x, axis=3).shape)
print(np.mean(x, axis=(1, 3)).shape)
print(np.mean(x, axis=(1, 3), keepdims=True).shape)

# %% [markdown]
# ### Exercise 2: instance normalization, the bare formula
#
# Normalize each channel of each sample over its positions. There is no weight and no bias. Values may be near
# 2,000,000, here and in all exercises of this chapter.


# %% exercise="instance_norm"

# %% check="instance_norm"
check(instance_norm)

# %% [markdown]
# ### One scene, three lights
#
# The same scene three times: normal, with little contrast, and in the dark. Each picture is a sample with one channel.
# The first row is the input, the second the output of your function.

# %%
v, u = np.mgrid[-1:1:48j, -1:1:48j]
light = np.exp(-8 * ((u + 0.4) ** 2 + (v - 0.1) ** 2))
disc, ground = np.hypot(u - 0.45, v + 0.3) < 0.3, v > 0.6
scene = light + 0.5 * disc + 0.15 * ground
pictures = np.stack([scene, 0.25 * scene + 0.7, 0.2 * scene])[:, np.newaxis]  # (3, 1, 48, 48)

fig, axes = plt.subplots(2, 1, figsize=(6, 4.4), layout="constrained")
figures.strip(pictures[:, 0], axes[0], "input")
figures.strip(instance_norm(pictures)[:, 0], axes[1], "instance_norm")
plt.show()

# %% [markdown]
# Instance normalization removes brightness and contrast from each picture. That helps if they don't matter, and does
# harm if they do: day and night look the same now.
#
# ### Exercise 3: layer normalization, any number of axes
#
# It must work for images and for sentences, so the axes are not fixed. `normalized_shape` says how the shape of
# a sample ends: for rows of 4 features it is `(4,)`, for images it could be `(16, 32, 24)`. Normalize over that many
# axes, counted from the end. `weight` and `bias` have the same shape.


# %% exercise="layer_norm"

# %% check="layer_norm"
check(layer_norm)

# %% [markdown]
# ### Through twenty layers
#
# Why would a network need it? Apply twenty linear layers with ReLU to random numbers, and look at their standard
# deviation after each. The weights are random. A factor makes them a bit smaller or larger than the ones that keep the
# standard deviation constant. In the last network, your `layer_norm` comes before each ReLU.

# %%
start = rng.normal(size=(200, 64))


def std_by_depth(factor, normalize=False):
    x, stds = start, []
    for _ in range(21):
        stds.append(x.std())
        W = factor * rng.normal(scale=np.sqrt(2 / 64), size=(64, 64))
        x = x @ W.T
        if normalize:
            x = layer_norm(x, (64,), np.ones(64), np.zeros(64))
        x = np.maximum(x, 0)
    return np.array(stds)


lines = {f"weights times {factor}": std_by_depth(factor) for factor in (0.7, 1.0, 1.4)}
lines["times 1.4, your layer_norm"] = std_by_depth(1.4, normalize=True)
for name, stds in lines.items():
    print(f"{name:33} standard deviation after 20 layers {stds[-1]:8.4f}")

fig, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
figures.curves(lines, ax, x="layers", y="standard deviation", logarithmic=True)
plt.show()

# %% [markdown]
# A factor of 0.7 does not matter for one layer. For twenty it is $0.7^{20}$, less than a thousandth. During training
# the weights change all the time, and so do the factors. A normalization in between removes the factor.
#
# ### Exercise 4: RMS normalization, without the mean
#
# To remove the factor, no mean is needed. RMS is *root mean square*. Many language models use this layer instead of
# layer normalization: it does not subtract the mean, and it has no bias.
#
# $$
# y = \gamma_c \, \frac{x}{\sqrt{\frac{1}{m} \sum x^2 + \epsilon}}
# $$
#
# The axes are the ones of layer normalization. Here `eps` is $10^{-6}$ unless given, as in many language models.
# `torch.nn.RMSNorm` has `eps=None`, which means the machine epsilon of the input's data type: about $10^{-7}$ for
# float32.


# %% exercise="rms_norm"

# %% check="rms_norm"
check(rms_norm)

# %% [markdown]
# The price is that an offset remains. Here is a row, the row times 10, and the row plus 10.

# %%
row = np.array([-2.0, -1.0, 0.0, 3.0])
for name, values in (("row", row), ("row · 10", row * 10), ("row + 10", row + 10)):
    by_layer = layer_norm(values, (4,), np.ones(4), np.zeros(4))
    by_rms = rms_norm(values, (4,), np.ones(4))
    print(f"{name:9} layer_norm {by_layer.round(2)!s:27} rms_norm {by_rms.round(2)}")

# %% [markdown]
# ### Exercise 5: group normalization, an axis that is not there yet
#
# The channels are split into groups of neighbours. With 6 channels and 2 groups, channels 0, 1, 2 are the first group,
# and 3, 4, 5 the second. Each group of each sample has its own mean and variance. No axis says which group a channel
# is in, so you have to make one: `reshape` can split an axis. It keeps the order of the values: the last of the new
# axes changes fastest.

# %%
channels = np.arange(6)
print(channels.reshape(2, 3))
print(channels.reshape(3, 2))

# %% [markdown]
# There is one weight and one bias for each **channel**, not for each group: shapes $(c{,})$.


# %% exercise="group_norm"

# %% check="group_norm"
check(group_norm)

# %% [markdown]
# Group normalization is between two others. **Predict** for 6 channels: with which number of groups is it an instance
# normalization, and with which does it use one mean for a whole sample?

# %%
x, one, zero = rng.normal(size=(2, 6, 3, 4)), np.ones(6), np.zeros(6)
whole_samples = layer_norm(x, (6, 3, 4), np.ones((6, 3, 4)), np.zeros((6, 3, 4)))

for groups in (1, 2, 3, 6):
    y = group_norm(x, groups, one, zero)
    as_instance, as_layer = np.allclose(y, instance_norm(x)), np.allclose(y, whole_samples)
    print(f"groups: {groups}   as instance norm: {as_instance!s:5}   as layer norm: {as_layer}")

# %% [markdown]
# All four layers treat each sample alone, and compute the same in training and in evaluation. This is a good place for
# a break.

# %% [markdown]
# ## 6. What batch normalization stores
#
# Batch normalization averages over the samples, too. Then what should it do with a single image? It keeps **running
# statistics** for that, and does two different things.
#
# - In **training** the mean $\mu_c$ and the variance $\sigma_c^2$ of each channel are computed from the batch. In
#   addition, the layer moves its running statistics towards them. With $\alpha$ for `momentum`,
#
# $$
# \text{running} \leftarrow (1 - \alpha) \cdot \text{running} + \alpha \cdot \text{new}
# $$
#
# - In **evaluation** the running mean and variance are used, and not changed.
#
# Here is the layer of section 3. It is in training mode, and has seen one batch. Its running mean started at 0.

# %%
torch.manual_seed(0)
layer = torch.nn.BatchNorm2d(num_features=16)
layer(input_data)
print("mean of channel 15   ", f"{input_data[:, 15].mean():.4f}")
print("running mean, once   ", f"{layer.running_mean[15]:.4f}")
layer(input_data)
print("running mean, twice  ", f"{layer.running_mean[15]:.4f}")

# %% [markdown]
# ### Exercise 6: batch normalization
#
# One detail is easy to miss. The output uses $\sigma_c^2$ as in section 2, divided by $m$. The *running* variance uses
# the unbiased variance, divided by $m - 1$. Here is why: batches of 4 numbers from a source whose variance is 4.

# %%
batches = rng.normal(scale=2.0, size=(200_000, 4))
print("divided by m,     on average", batches.var(axis=1).mean().round(2))
print("divided by m - 1, on average", batches.var(axis=1, ddof=1).mean().round(2))

# %% [markdown]
# The numbers of a small batch are closer to their own mean than to the true one, so their variance is too small on
# average. For the batch itself that is right: its own standard deviation should become 1. For new data it is not.
#
# PyTorch's function overwrites the running statistics that it gets. Yours returns new ones and does not change its
# arguments.


# %% exercise="batch_norm"

# %% check="batch_norm"
check(batch_norm)

# %% [markdown]
# ### One sample in 30 batches
#
# The same sample is in 30 batches; its neighbours are new each time. What does **your** function return for it? The
# running statistics come from 200 earlier batches. On the left each batch has 4 samples, on the right 32.

# %%
sample, one, zero = np.full((1, 1, 1, 1), 5.0), np.ones(1), np.zeros(1)


def batch_of(size):
    neighbours = rng.normal(3.0, 2.0, size=(size - 1, 1, 1, 1))
    return np.concatenate([sample, neighbours])


mean, var = zero, one
for _ in range(200):
    _, mean, var = batch_norm(rng.normal(3.0, 2.0, size=(32, 1, 1, 1)), mean, var, one, zero, training=True)

fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True, layout="constrained")
for ax, size in zip(axes, (4, 32), strict=True):
    batches = [batch_of(size) for _ in range(30)]
    in_training = [batch_norm(batch, mean, var, one, zero, training=True)[0].flat[0] for batch in batches]
    in_evaluation = [batch_norm(batch, mean, var, one, zero, training=False)[0].flat[0] for batch in batches]
    figures.in_many_batches(in_training, in_evaluation, ax, title=f"batches of {size}")
    lowest, highest = min(in_training), max(in_training)
    print(f"batches of {size:2}   training {lowest:.2f} to {highest:.2f}   evaluation always {in_evaluation[0]:.2f}")
plt.show()

# %% [markdown]
# In training the output depends on the neighbours, most of all in small batches. In evaluation it depends
# only on the sample, as a prediction should. A network that is left in training mode behaves like the blue dots:
# its answer for one image changes with the other images.
#
# ### Running statistics
#
# How does the running mean change? Here are 100 batches of 8 numbers, from a source with mean 3. The grey dots are the
# means of the batches. The line is the running mean that **your** function returns. It starts from 0.
#
# **Predict** before you move `momentum`: with which value does the line get close to 3 first, and with which does it
# vary most? What is the line at a momentum of 1?

# %%
batches = rng.normal(3.0, 2.0, size=(100, 8, 1, 1, 1))


def with_momentum(ax, momentum):
    mean, var, means = zero, one, [0.0]
    for batch in batches:
        _, mean, var = batch_norm(batch, mean, var, one, zero, training=True, momentum=momentum)
        means.append(mean[0])
    figures.running(np.array(means), batches.mean(axis=(1, 2, 3, 4)), ax, level=3.0)


about = "The larger the momentum, the sooner the running mean is near the source's mean, and the more it varies."
course.explore(with_momentum, description=about, figsize=(7, 3.4), momentum=[0.02, 0.05, 0.1, 0.2, 0.5, 1.0])

# %% [markdown]
# With a large momentum the running mean changes fast and varies a lot: it depends on the last few batches only. With 1
# it is the mean of the last batch. With a small one it varies little and changes slowly: with 0.02, after 100 batches
# the start still has the weight $0.98^{100} \approx 0.13$. The usual 0.1 is in between. After only a few batches the
# running statistics are bad, and the network gives bad results only in evaluation.
#
# ### Columns or rows
#
# A table with 5 samples in rows and 4 channels in columns. The channels have different means and standard deviations,
# and sample 2 is larger than the others. Means and standard deviations are shown next to the rows and below the
# columns. They are bold if they are 0 and 1.

# %%
small = rng.normal(size=(5, 4)) * [1.0, 4.0, 2.0, 0.5] + [0.0, 8.0, -3.0, 2.0]
small[2] *= 2
zeros, ones = np.zeros(4), np.ones(4)
as_images = small[:, :, np.newaxis, np.newaxis]  # (5, 4, 1, 1)
by_batch, _, _ = batch_norm(as_images, zeros, ones, ones, zeros, training=True)
by_layer = layer_norm(small, (4,), ones, zeros)

fig, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
figures.table_with_margins(small, axes[0], "input")
figures.table_with_margins(by_batch[:, :, 0, 0], axes[1], "batch_norm: columns")
figures.table_with_margins(by_layer, axes[2], "layer_norm: rows")
plt.show()

# %% [markdown]
# Batch normalization makes the channels comparable; sample 2 still has the largest standard deviation. Layer
# normalization makes the samples comparable; channel 1 still has the largest mean.

# %% [markdown]
# ## 7. Backwards
#
# The layer receives `grad_output`, the gradient of the loss $L$ with respect to each output. Write $G$ for it. Go back
# through the formula of section 2 in two steps.
#
# **Step 1: from $y$ to $\hat x$.** The last line was $y = \gamma_c \, \hat x + \beta_c$. It is a product and a sum. Each
# $\gamma_c$ and $\beta_c$ is used for many values, so their gradients are sums over all of these:
#
# $$
# \frac{\partial L}{\partial \gamma_c} = \sum G \, \hat x
# \qquad
# \frac{\partial L}{\partial \beta_c} = \sum G
# \qquad
# \text{and the gradient of } \hat x \text{ is} \quad q = \gamma_c \, G
# $$
#
# **Step 2: from $\hat x$ to $x$.** The line before was $\hat x = (x - \mu) / s$ with $s = \sqrt{\sigma^2 + \epsilon}$. Let
# one value $x_i$ grow a little. By how many times that do the normalized values $\hat x_k$ change, its own and the
# others that share $\mu$?
#
# | $x_i$ changes | by | so $\hat x_k$ changes by | for |
# |:--|:--|:--|:--|
# | itself | $1$ | $\frac{1}{s}$ | $k = i$ only |
# | $\mu$, which is subtracted from all | $\frac{1}{m}$ | $-\frac{1}{s} \cdot \frac{1}{m}$ | every $k$ |
# | $s$, by which all are divided | $\frac{\hat x_i}{m}$ | $-\frac{\hat x_k}{s} \cdot \frac{\hat x_i}{m}$ | every $k$ |
#
# <details><summary>Where the last row comes from</summary>
# <p>σ² is the mean of (x − μ)². If x_i grows a little, its own square changes by 2 (x_i − μ) times as much. The change of
# μ has no effect here, because the differences x − μ add up to 0. So σ² changes by 2 (x_i − μ) / m, and its root s by
# that divided by 2s, which is (x_i − μ) / (m s) = x̂_i / m. And x̂_k is (x_k − μ) / s, so its derivative with respect to
# s is −(x_k − μ) / s² = −x̂_k / s.</p>
# </details>
#
# Check the table with numbers: four values, and the last one grows a little. Do the three rows add up to what is
# measured?

# %%
four, step = np.array([1.0, 2.0, 5.0, 8.0]), 1e-6


def standardized(x):
    return (x - x.mean()) / x.std()


hat, s, m, i = standardized(four), four.std(), 4, 3
nudged = four.copy()
nudged[i] += step

itself = np.array([0, 0, 0, 1]) / s
through_mean = -np.ones(4) / (s * m)
through_std = -hat * hat[i] / (s * m)
print("itself      ", itself.round(4))
print("through μ   ", through_mean.round(4))
print("through s   ", through_std.round(4))
print("sum         ", (itself + through_mean + through_std).round(4))
print("measured    ", ((standardized(nudged) - hat) / step).round(4))

# %% [markdown]
# The chain rule: multiply the change of each $\hat x_k$ by its gradient $q_k$, and add up. Each row of the table gives
# one term:
#
# $$
# \frac{\partial L}{\partial x_i} =
# \frac{q_i}{s} \;-\; \frac{1}{s} \cdot \frac{1}{m} \sum_k q_k
# \;-\; \frac{\hat x_i}{s} \cdot \frac{1}{m} \sum_k q_k \, \hat x_k
# = \frac{1}{s} \Big( q_i \;-\; \overline{q} \;-\; \hat x_i \, \overline{q \, \hat x} \Big)
# $$
#
# The bars are means over the values that share $\mu$: the same axes as in the forward pass.
#
# Two things to notice.
#
# - The sum of these gradients over the values that share a mean is 0. Adding a constant to all of them does not change
#   the output.
# - The formula is the same for batch, layer, instance and group. Only the axes of these means differ. RMS subtracts no
#   mean, so there the middle term is missing.
#
# ### Exercise 7: the gradients of layer normalization
#
# Here `normalized_shape` is the shape of `weight`.


# %% exercise="layer_norm_backward"

# %% check="layer_norm_backward"
check(layer_norm_backward)

# %% [markdown]
# ### Exercise 8: the gradients of batch normalization
#
# The same formula, with the axes of a channel, and the weight of a channel. Write it for training mode: in evaluation
# mean and variance are constants, and the gradient is just $q / s$.


# %% exercise="batch_norm_backward"

# %% check="batch_norm_backward"
check(batch_norm_backward)

# %% [markdown]
# ### Compared with autograd

# %%
X, G, W = rng.normal(size=(4, 3, 2, 5)), rng.normal(size=(4, 3, 2, 5)), rng.normal(size=3)
yours = batch_norm_backward(G, X, W)

tensors = [torch.tensor(array, requires_grad=True) for array in (X, W, np.zeros(3))]
x, w, b = tensors
output = torch.nn.functional.batch_norm(x, None, None, w, b, training=True)
theirs = torch.autograd.grad(output, tensors, grad_outputs=torch.tensor(G))

for name, y, t in zip(("grad_input", "grad_weight", "grad_bias"), yours, theirs, strict=True):
    print(f"{name:11} {y.shape!s:13} equal: {np.allclose(y, t.numpy())}")
sums = yours[0].sum(axis=(0, 2, 3))
print("grad_input summed over each channel:", np.abs(sums).round(12))

# %% [markdown]
# ### Who gets a gradient?
#
# Four samples, and a loss that reads the output of sample 0 only. Here is how large the gradient of each sample is.

# %%
X, one_sample = rng.normal(size=(4, 3, 2, 2)), np.zeros((4, 3, 2, 2))
one_sample[0] = rng.normal(size=(3, 2, 2))
through_batch, _, _ = batch_norm_backward(one_sample, X, np.ones(3))
through_layer, _, _ = layer_norm_backward(one_sample, X, np.ones((3, 2, 2)))
print("batch normalization", np.abs(through_batch).mean(axis=(1, 2, 3)).round(3))
print("layer normalization", np.abs(through_layer).mean(axis=(1, 2, 3)).round(3))

# %% [markdown]
# Through batch normalization the neighbours get a gradient, too: they are in the mean and the variance.

# %% [markdown]
# ## 8. Where to put it
#
# Four linear layers are trained to classify handwritten digits, with ReLU in between. Everything is PyTorch's,
# including the initial weights, except for one thing: the normalization and its gradient are **yours**. In PyTorch, a
# `torch.autograd.Function` lets you define your own forward and backward pass.


# %%
class YourBatchNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        x, weight, bias = x.numpy(), weight.numpy(), bias.numpy()
        unused = np.ones(len(weight))
        y, _, _ = batch_norm(x, unused, unused, weight, bias, training=True)
        return torch.tensor(y)

    @staticmethod
    def backward(ctx, grad_output):
        x, weight = ctx.saved_tensors
        grads = batch_norm_backward(grad_output.numpy(), x.numpy(), weight.numpy())
        return tuple(map(torch.tensor, grads))


images, labels = digits()
torch.set_default_dtype(torch.float64)
pixels, target = torch.tensor(images.reshape(-1, 64)), torch.tensor(labels)


def train(where, lr, factor=1.0, steps=80):
    torch.manual_seed(0)
    linears = [torch.nn.Linear(*sizes) for sizes in ((64, 32), (32, 32), (32, 32), (32, 10))]
    parameters = [p for linear in linears for p in linear.parameters()]
    affine = []
    for linear in linears[:-1]:
        linear.weight.data *= factor
        affine.append([torch.ones(32, requires_grad=True), torch.zeros(32, requires_grad=True)])
        parameters += affine[-1]
    optimizer = torch.optim.SGD(parameters, lr)
    losses = []
    for _ in range(steps):
        chosen = torch.randint(len(pixels), (64,))
        x = pixels[chosen]
        for linear, pair in zip(linears[:-1], affine, strict=True):
            x = linear(x)
            if where == "after the ReLU":
                x = torch.relu(x)
            if where != "nowhere":
                x = YourBatchNorm.apply(x[:, :, None, None], *pair)[:, :, 0, 0]
            if where != "after the ReLU":
                x = torch.relu(x)
        loss = torch.nn.functional.cross_entropy(linears[-1](x), target[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


# %% [markdown]
# Each network is trained with the learning rates 0.1, 0.5 and 1. The loss at each step is the loss of 64 random
# digits.
#
# The comparison has to be fair. PyTorch's initial weights are smaller than the weights of section 5 that keep the
# standard deviation, by a factor of $1/\sqrt 6 \approx 0.41$. So a network without normalization has a bad start. A
# second one has none either, but its initial weights are multiplied by $\sqrt 6$.

# %%
rates = (0.1, 0.5, 1.0)
networks = {
    "nowhere": {f"rate {lr}": train("nowhere", lr) for lr in rates},
    "nowhere, weights times √6": {f"rate {lr}": train("nowhere", lr, factor=6**0.5) for lr in rates},
}

# %%
networks["before the ReLU"] = {f"rate {lr}": train("before the ReLU", lr) for lr in rates}

# %%
networks["after the ReLU"] = {f"rate {lr}": train("after the ReLU", lr) for lr in rates}

fig, axes = plt.subplots(2, 2, figsize=(9.6, 5.4), sharex=True, sharey=True, layout="constrained")
axes[0, 0].set_ylim(0, 3)
for ax, (name, lines) in zip(axes.flat, networks.items(), strict=True):
    means = {rate: np.convolve(losses, np.ones(8) / 8, "valid") for rate, losses in lines.items()}
    figures.curves(means, ax, x="step", y="loss", level=np.log(10), level_name="guessing", in_order=True)
    ax.label_outer()
    ax.set_title(name)
    last = [f"{losses[-10:].mean():.2f}" for losses in lines.values()]
    print(f"{name:26} loss of the last 10 steps, for each rate:", *last)
plt.show()

# %% [markdown]
# Each line is a mean over eight steps. A network that only guesses has a loss of $\log 10 \approx 2.30$. Without your
# layer the loss hardly falls in 80 steps, unless the initial weights are right and the learning rate is not too large.
# With it the loss falls at all three rates, from the first steps on. So part of the gain comes from the start, and a
# good start is possible without normalization. The other part is that larger steps do no harm. The reason is still
# discussed: see the last entry under further reading.
#
# Before or after the ReLU: here both work. The authors of batch normalization put it **before**, right after the layer
# with weights, and most networks follow them. That layer then needs no bias: it is subtracted again with the mean. In a
# transformer, layer normalization comes before or after a whole block: see chapter {{transformer}}.
#
# It is never the **last** layer, because there the numbers have a meaning: a price, or a score.

# %%
prices = np.array([[250_000.0], [180_000.0], [420_000.0]])
print("prices, one for each sample:", layer_norm(prices, (1,), np.ones(1), np.zeros(1)).ravel())

scores = np.zeros((1, 10))
scores[0, 3] = 1000.0
normalized = layer_norm(scores, (10,), np.ones(10), np.zeros(10))
print("probability of class 3, before:", torch.softmax(torch.tensor(scores), dim=1)[0, 3].item())
print("probability of class 3, after: ", round(torch.softmax(torch.tensor(normalized), dim=1)[0, 3].item(), 2))

# %% [markdown]
# The prices are gone: a single number is equal to its own mean. And of ten classes none can get more than 0.76, however
# sure the network was, until $\gamma$ has grown.

# %% [markdown]
# ## 9. What goes wrong
#
# One mistake is not in the layer itself: a network is still in training mode, because `model.eval()` was forgotten.
# Here is that mistake in the layer, with your own function, and what a check says.


# %%
def always_training(input, mean, var, weight, bias, training, momentum=0.1, eps=1e-5):
    return batch_norm(input, mean, var, weight, bias, True, momentum, eps)


course.assess(always_training, "batch_norm")

# %% [markdown]
# PyTorch raises an error in one case: a single value has no standard deviation. In all other cases there is no error.

# %%
try:
    torch.nn.BatchNorm2d(2).train()(torch.ones(1, 2, 1, 1))
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ### Find the bug
#
# The function below is a layer normalization for rows of features. It was tested on the row `[-1.4, -0.2, 0.7, 2.5]`,
# then on the same row plus $10^6$, $10^7$, $10^8$ and $10^9$. The mean is subtracted, so all five results should be the
# same. These were the results:
#
# ```
# [[-1.265 -0.422  0.211  1.476]
#  [-1.265 -0.422  0.211  1.476]
#  [-1.253 -0.418  0.209  1.462]
#  [-0.9   -0.3    0.15   1.05 ]
#  [   nan    nan    nan    nan]]
# ```
#
# Run the check first, and read what it says. Then repair the function.


# %% exercise="repair_layer_norm"

# %% check="repair_layer_norm"
check(repair_layer_norm)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>Mathematically, the variance is the mean of the squares minus the square of the mean. A float64 has about 16
# digits. Around 10<sup>8</sup> the squares are around 10<sup>16</sup>, and all 16 digits are before the decimal point.
# Their difference should be about 2, but it is lost in rounding. It can even be negative, and then the root is
# NaN.</p>
# <p>Subtract the mean from the values first, and square the differences. Around 0 both ways agree, so a test with such
# numbers passes. Also test code far from zero.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | batch statistics in evaluation | predictions change with the batch they are made in |
# | running statistics never updated | good in training, useless in evaluation |
# | `momentum` reversed | running statistics that jump with each batch |
# | the biased variance in the running one | in evaluation, values a bit too large; the smaller the batches, the worse |
# | eps outside the root, or none | no effect, until a channel is almost constant |
# | statistics over the wrong axes | the right shape, and wrong values |
# | a bias in the convolution right before it | no effect: it is subtracted again with the mean |
# | `reshape(n, c // g, g, h, w)` | groups of channels 0, 2, 4 and 1, 3, 5 |
# | weight of shape (c,) without a reshape | an error, or wrong values if the width is also c |
# | running statistics counted as parameters | twice as many as there are |

# %% [markdown]
# ### In your own words
#
# The training images are sorted by class: a batch has only cats or only dogs. A network with batch normalization learns
# well in training, and is bad in evaluation, even on the training images. Explain it. Would layer normalization have
# the same problem? Answer in two or three sentences.

# %% [markdown] question="sorted_batches"
# <details><summary>Model answer and rubric</summary>
# <p>In training, mean and variance come from the batch: the cats are compared with cats, the dogs with dogs. In
# evaluation the running statistics are used, and they come from both, so the same image is normalized with other
# numbers than in training, and the layers after it get values that they were not trained for. Layer normalization takes
# mean and variance from the sample itself, so it is the same in both modes. (Mixing the batches also helps.)</p>
# <ul><li>1 point: in training, mean and variance come from one class.</li>
# <li>1 point: in evaluation the running statistics are of both classes, so values differ from training.</li>
# <li>1 point: layer normalization uses the sample alone, so it is not affected by this.</li></ul>
# </details>

# %% [markdown]
# ## 10. Recap
#
# - One formula, $\hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}$. The layers differ in which values share $\mu$ and
#   $\sigma^2$.
# - Batch: each channel over the batch. Layer: each sample. Instance: each channel of each sample. Group: in between.
#   RMS: without the mean.
# - Weight and bias belong to a channel (for layer and RMS normalization: to a feature). Running statistics are not
#   parameters.
# - Batch normalization uses the batch in training, and its running statistics in evaluation. The others compute the
#   same in both modes.
# - In the backward pass, two terms come from the mean and the variance. Without them the gradient is wrong.
#
# ### Elsewhere
#
# | library | layer | what differs |
# |:--|:--|:--|
# | PyTorch | `torch.nn.BatchNorm2d` | `momentum=0.1` is the share of the **new**; `eps=1e-5`; channels on axis 1 |
# | Keras | `keras.layers.BatchNormalization` | `momentum=0.99` is the share of the **old**; `epsilon=1e-3`; channels last |
# | Flax (JAX) | `flax.nnx.BatchNorm` | `momentum=0.99` of the **old**; `epsilon=1e-5`; channels last |
# | Keras | `keras.layers.LayerNormalization` | `epsilon=1e-3`, where PyTorch has `1e-5` |
# | Flax (JAX) | `flax.nnx.LayerNorm` | `epsilon=1e-6` |
#
# If you move a network from one library to another, use the same eps. Otherwise it is only almost right.
#
# ### Further reading
#
# - [torch.nn.BatchNorm2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html) in PyTorch's
#   documentation.
# - Ioffe and Szegedy, [Batch Normalization](https://arxiv.org/abs/1502.03167) (2015).
# - Ba, Kiros and Hinton, [Layer Normalization](https://arxiv.org/abs/1607.06450) (2016).
# - Ulyanov, Vedaldi and Lempitsky, [Instance Normalization](https://arxiv.org/abs/1607.08022) (2016).
# - Wu and He, [Group Normalization](https://arxiv.org/abs/1803.08494) (2018): the cubes of exercise 1 come from there.
# - Zhang and Sennrich, [Root Mean Square Layer Normalization](https://arxiv.org/abs/1910.07467) (2019).
# - Santurkar, Tsipras, Ilyas and Madry, [How Does Batch Normalization Help
#   Optimization?](https://arxiv.org/abs/1805.11604) (2018).
