# %% [markdown]
# # {{conv1d}} · Conv1d: one small kernel for the whole signal
#
# At the end of this chapter you will have written PyTorch's convolution along one axis in NumPy: first in loops, then
# fast, then backwards. You will have seen that it is a linear layer whose weights are mostly zero, and shared.
#
# You need chapter {{linear}}. Plan about 110 minutes, in two sittings: sections 1 to 5, then 6 to 9.
#
# Run the cells from top to bottom with Shift+Enter. Seven of them are exercises, each with a check right below. When
# you are stuck, `hint("conv1d")` gives one step of help, `solution("conv1d")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads what the demonstrations need. Your own code uses NumPy alone.

# %%
import time

import torch
from matplotlib.figure import Figure
from torchinfo import summary

import course
from course.figures import conv1d as figures
from course.figures.motion import motion
from course.figures.windows import Sliding, window

# %% [markdown]
# ## 1. Where it sits
#
# Here is the layer's row of the summary table.

# %%
table("Conv1d")

# %% [markdown]
# Some inputs have an order: sound, a heartbeat, temperatures hour by hour. The important patterns are often short and
# may occur anywhere. A convolutional layer learns a short **kernel** once, and slides it along the signal. At each
# position it gives one number: how well the kernel matches there.

# %% [markdown]
# ## 2. Formula and shapes
#
# A signal may have several **channels**: left and right of a stereo recording, or the outputs of the layer before. The
# **window** reaches over all of them. For one sample, output channel $o$ at position $x$ is
#
# $$
# Y_{o,x} = b_o + \sum_c \sum_v W_{o,c,v} \, X_{c,\,x+v}
# $$
#
# The window starts at $x$, and $v$ is the position inside it.
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | input $X$: $n$ samples | $(n, c_i, w_i)$ | `input`; $c_i$ is `in_channels` |
# | weight $W$, of length $k$ | $(c_o, c_i, k)$ | `weight`; $k$ is `kernel_size` |
# | bias $b$ | $(c_o{,})$ | `bias` |
# | output $Y$ | $(n, c_o, w_o)$ | $c_o$ is `out_channels` |
#
# The window has to be inside the signal. Its first position is 0, its last is $w_i - k$, so
#
# $$
# w_o = w_i - k + 1
# $$
#
# ### Exercise 1: the layer, in loops
#
# Write the formula as loops, for a batch. Speed does not matter yet.


# %% exercise="conv1d_loops"

# %% check="conv1d_loops"
check(conv1d_loops)

# %% [markdown]
# ### Watch it
#
# The kernel (-1, 0, 1) subtracts from each element the one two positions earlier. The output is what **your** function
# gives. Press Play, or step with the arrows. Work out each output before it appears.

# %%
steps = np.array([0.0, 0, 1, 2, 3, 3, 3, 1, 0, 0])
change = np.array([-1.0, 0, 1])
changes = conv1d_loops(steps[None, None], change[None, None])[0, 0]

figure = Figure(figsize=(6.4, 3))
ax = figure.add_axes((0, 0, 1, 1))


def slide(place):
    ax.clear()
    window(steps, changes, place, Sliding(change), ax)


about = "a kernel of three slides along a signal of ten, and its output appears"
motion(figure, slide, len(changes) + 1, description=about, per_second=1.5)

# %% [markdown]
# Where the signal rises the output is positive, where it falls it is negative, and where it is constant it is 0.
#
# ### Nothing is flipped
#
# Read the index $x + v$ in the formula again. The kernel runs in the same direction as the signal. In mathematics this
# is a **cross-correlation**. A mathematical convolution has $x - v$ and so flips the kernel. The layers kept the name
# but not the flip.
#
# ### Where you find it
#
# A linear layer would have to learn a pattern separately for each position. A heartbeat looks the same at second 3 and
# at second 40, and a kernel finds it in both.
#
# The picture shows a kernel of three weights. Each output sees three neighbours only. Lines of the same colour and
# line style are the **same** weight.

# %%
fig, ax = plt.subplots(figsize=(6.6, 2.4))
figures.shared_connections(7, 3, ax)
plt.show()

# %% [markdown]
# Compare it with the picture of chapter {{linear}}, where every input was connected to every output by its own weight.
# Two things are new: an output sees only a **window**, and all windows **share** their weights.
#
# You find the layer in two places.
#
# - **As the first or an inner layer**, wherever a sequence is transformed, with an activation function after it.
# - Rarely **as the last layer**: where every step of a sequence gets its own label.
#
# The weight has a kernel for **each pair** of an output channel and an input channel. No parameter depends on the
# length of the signal.

# %% [markdown]
# ## 3. See it in PyTorch
#
# Tables and slides often write `Conv1D`. PyTorch's name ends in a small d.

# %%
try:
    torch.nn.Conv1D
except AttributeError as error:
    print("AttributeError:", error)

# %% [markdown]
# The layer of the table has 16 channels in, 32 out, and a kernel of 5. We feed it one signal of length 100.

# %%
torch.manual_seed(0)
layer = torch.nn.Conv1d(in_channels=16, out_channels=32, kernel_size=5)
input_data = torch.randn(1, 16, 100)  # (n, c_i, w_i)

print("weight", tuple(layer.weight.shape))
print("bias  ", tuple(layer.bias.shape))
print("output", tuple(layer(input_data).shape))

# %% [markdown]
# 100 - 5 + 1 = 96. Here is one output by the formula: channel 3 at position 40.

# %%
at_40 = input_data[0, :, 40 : 40 + 5]
by_hand = (layer.weight[3] * at_40).sum() + layer.bias[3]
torch.allclose(by_hand, layer(input_data)[0, 3, 40])

# %% [markdown]
# Often the output should be as long as the input. `padding="same"` puts zeros around the signal, here two at each end.

# %%
conv1d_same = torch.nn.Conv1d(in_channels=16, out_channels=32, kernel_size=5, padding="same")
summary(conv1d_same, input_size=input_data.shape)

# %% [markdown]
# 2,592 parameters: 32 · 16 · 5 = 2,560 weights and 32 biases.
#
# 0.26 million mult-adds: torchinfo multiplies the parameters by the 100 positions. The 32 biases are among them, as in
# chapter {{linear}}. Without them it is 256,000 multiplications. At the ends some of these are multiplications by the
# zeros of the padding.
#
# The sizes are in millions of bytes. Each number takes 4 bytes: there are 1,600 inputs, 3,200 outputs and 2,592
# parameters. The outputs are counted twice, once for the forward pass and once for their gradients in the backward
# pass.

# %%
print("mult-adds according to torchinfo", summary(conv1d_same, input_size=(1, 16, 100)).total_mult_adds)
print("multiplications                 ", 100 * 32 * 16 * 5)
sizes = {"input": 1600, "forward/backward": 2 * 3200, "params": 2592}
sizes["total"] = sum(sizes.values())
for what, numbers in sizes.items():
    print(f"{what:16} {4 * numbers:6} bytes, {4 * numbers / 1e6:.2f} MB")

# %% [markdown]
# What would a linear layer need to turn 1,600 numbers into 3,200?

# %%
print("Linear", 1600 * 3200 + 3200, "parameters")
print("Conv1d", sum(p.numel() for p in conv1d_same.parameters()), "parameters")

# %% [markdown]
# ## 4. Predict, then run
#
# A batch of 5 signals with 3 channels of length 20 goes through `Conv1d(3, 8, kernel_size=4)`.
#
# Write down four answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weight?
# 3. How many parameters does the layer have?
# 4. How many multiplications does the batch take?

# %%
signals = torch.randn(5, 3, 20)
small = torch.nn.Conv1d(3, 8, kernel_size=4)

print("1. output", tuple(small(signals).shape))
print("2. weight", tuple(small.weight.shape))
print("3. parameters", sum(p.numel() for p in small.parameters()))
print("4. multiplications", small(signals).numel() * 3 * 4)

# %% [markdown]
# One more, without code. The signals get twice as long. Which of the four answers change?
#
# <details><summary>Answer</summary>
# <p>The output has length 37 instead of 17, so it and the multiplications more than double. The weight and the number
# of parameters stay the same. A convolutional layer does not depend on the length of the signal. You can train it on
# short ones and run it on long ones.</p>
# </details>

# %% [markdown]
# ## 5. Write it: fast, and for any window
#
# ### Without loops
#
# Your loops are right, and slow. Here is how slow, for the layer of section 3.

# %% tags=["varies"]
arrays = [array.detach().numpy() for array in (input_data, layer.weight, layer.bias)]
start = time.perf_counter()
conv1d_loops(*arrays)
loops = time.perf_counter() - start

layer(input_data)  # the first call is slower, so time the second
start = time.perf_counter()
layer(input_data)
pytorch = time.perf_counter() - start
print(f"your loops {1000 * loops:.0f} ms, PyTorch {1000 * pytorch:.1f} ms")

# %% [markdown]
# There are two ways to avoid the loops. Take one signal with one channel to see them.
#
# **Change the loop order.** The kernel is short and the signal is long. So loop over the kernel, and let NumPy compute
# all positions at once. Weight $v$ meets a slice that starts at $v$:

# %%
w_o = len(steps) - 3 + 1
change[0] * steps[0 : 0 + w_o] + change[1] * steps[1 : 1 + w_o] + change[2] * steps[2 : 2 + w_o]

# %% [markdown]
# **Make a matrix of windows.** `sliding_window_view` shows every window as a row, without copying any number. Then the
# layer is a product of these rows and the kernel. For an array with more axes, `axis=` says along which one the window
# slides: `sliding_window_view(input, k, axis=2)` has the shape $(n, c_i, w_o, k)$.

# %%
rows = np.lib.stride_tricks.sliding_window_view(steps, 3)
print(rows)
print(rows @ change)

# %% [markdown]
# With more channels and a batch, the sum runs over two axes. `np.einsum` can do that: give each axis a letter, and it
# sums over all letters that are missing after the arrow. A linear layer, for instance, is
# `np.einsum("ni,oi->no", input, weight)`.
#
# ### Exercise 2: the layer, fast
#
# Write the layer so that Python does not loop over positions and channels. A loop over the kernel is fine. The last
# case of the check is a long signal with 480,000 outputs, and a call may take one second.


# %% exercise="conv1d"

# %% check="conv1d"
check(conv1d)

# %% [markdown]
# ### How long is the output?
#
# Three more numbers define how the window moves.
#
# - The **padding** $p$: how many zeros are added at each end of the signal.
# - The **stride** $s$: how far the window moves from one position to the next.
# - The **dilation** $d$: the distance between neighbouring elements of the kernel. 1 is the usual kernel without gaps.
#
# Count the outputs in the pictures before you read on.

# %%
shown = ((0, {"padding": 1}), (2, {"stride": 3}), (3, {"dilation": 2, "padding": 1}))
fig, axes = plt.subplots(3, 1, figsize=(6.6, 6.2), layout="constrained")
for ax, (place, options) in zip(axes, shown, strict=True):
    tensors = (torch.from_numpy(array[None, None]) for array in (steps, change))
    outputs = torch.nn.functional.conv1d(*tensors, **options)[0, 0].numpy()
    window(steps, outputs, place, Sliding(change, **options), ax)
    ax.set_title(", ".join(f"{name}={value}" for name, value in options.items()), loc="left")
    ax.set_anchor("W")
plt.show()

# %% [markdown]
# Hatched cells are padding. With stride 3, there is no room for a window that starts at 9: the rest at the end is
# ignored. The dilated kernel of size 3 covers five elements.
#
# ### Exercise 3: the size of the output
#
# Write the rule. It is the same for each axis, so you will also need it in chapters {{conv2d}} to {{pooling}}.


# %% exercise="conv_output_size"

# %% check="conv_output_size"
check(conv_output_size)

# %% [markdown]
# Lecture notes often give $w_o = w_i - k + 1$ as *the* size of a convolution. It is the case $s = 1$, $p = 0$, $d = 1$.
# The whole rule is
#
# $$
# w_o = \left\lfloor \frac{w_i + 2p - d(k - 1) - 1}{s} \right\rfloor + 1
# $$
#
# **Predict:** which padding keeps the length, for a kernel of 5 and stride 1? And for a kernel of 4?

# %%
for k in (5, 4):
    lengths = [conv_output_size(100, k, padding=p) for p in range(4)]
    print("kernel", k, "lengths for padding 0, 1, 2, 3:", lengths)

# %% [markdown]
# With an even kernel and the same padding at both ends it is not possible: the length is 99 or 101. `padding="same"`
# then adds one more zero at the right end. Most people use odd kernels.
#
# ### Exercise 4: its parameters
#
# Count them from the three sizes.


# %% exercise="conv1d_num_parameters"

# %% check="conv1d_num_parameters"
check(conv1d_num_parameters)

# %% [markdown]
# ### Exercise 5: the other way round
#
# Papers and summaries of models often give the channels and a count, and leave out the kernel. From 16 to 32 channels
# with 2,592 parameters: which kernel is it, and does the layer have a bias? Write a function that finds both.


# %% exercise="conv1d_kernel_size"

# %% check="conv1d_kernel_size"
check(conv1d_kernel_size)

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### Channels
#
# A signal of 3 channels and two sets of kernels give 2 output channels. One output is framed, with all the numbers it
# is computed from.

# %%
rng = np.random.default_rng(1)
X = rng.integers(-2, 4, size=(3, 9)).astype(float)
W = rng.integers(-1, 2, size=(2, 3, 3)).astype(float)
Y = conv1d(X[None], W)[0]

fig, ax = plt.subplots(figsize=(6.4, 6.2))
figures.across_channels(X, W, Y, (1, 4), ax)
plt.show()

# %% [markdown]
# Put the framed kernels over the framed window, multiply, and add up all nine products. Do you get the framed output?
#
# The window moves only along the signal. It always covers **all** channels.
#
# ### Three kernels on one signal
#
# Below is a made-up heart signal: four beats, noise, and a slow drift. One layer with three output channels processes
# it.
#
# - Kernel 0 takes the mean of nine neighbours.
# - Kernel 1 subtracts the value of eight steps earlier.
# - Kernel 2 has the shape of a beat, minus its mean.
#
# **Predict:** which of the three finds the beats?

# %%
beat = np.array([0.0, 0.3, 0.1, -0.4, 2.0, -0.9, 0.0, 0.4, 0.5])
beats = np.array([14, 43, 77, 104])
heart = 0.9 * np.sin(np.arange(130) / 18) + rng.normal(scale=0.35, size=130)
for place in beats:
    heart[place : place + 9] += beat

kernels = np.zeros((3, 1, 9))
kernels[0] = 1 / 9
kernels[1, 0, [0, 8]] = -1, 1
kernels[2] = beat - beat.mean()
seen = conv1d(heart[None, None], kernels)[0]

fig, axes = plt.subplots(4, 1, figsize=(8, 6.4), sharex=True, layout="constrained")
figures.signal(heart, axes[0], "signal", marks=beats + 4)
for k, name in enumerate(("mean", "difference", "beat")):
    figures.signal(seen[k], axes[k + 1], name, start=4, marks=beats + 4)
axes[3].set_xlabel("position")
plt.show()

found = np.sort(np.argsort(seen[2])[-4:])
print("largest outputs of kernel 2 at", found)
print("the beats start at            ", beats)

# %% [markdown]
# The dotted lines mark the beats. The mean keeps the drift and hides the beats. The difference goes up before a beat
# and down after it, but it also follows the noise. The output of the kernel that looks like a beat is large where
# there is a beat. A kernel is a **pattern**, and the output says where the pattern matches. Training finds useful
# patterns.
#
# ### It is a linear layer
#
# Each output is a weighted sum of inputs. So the whole layer must be a matrix. You get it from your function: apply it
# to the rows of the identity matrix, which are unit signals.

# %%
kernel = np.array([2.0, -1, 3])
unit_signals = np.eye(8)[:, None]  # eight signals with one channel
M = conv1d(unit_signals, kernel[None, None])[:, 0].T

fig, ax = plt.subplots(figsize=(5, 4))
figures.matrix(M, ax, "the matrix of a kernel (2, -1, 3)")
plt.show()

x = rng.normal(size=8)
print("M @ x is conv1d(x):", np.allclose(M @ x, conv1d(x[None, None], kernel[None, None])[0, 0]))

# %% [markdown]
# Three numbers fill a matrix of 48. The kernel moves down the diagonal, and everything else is zero. The zeros mean
# *local*, the repetition means *shared*. The matrix is never stored in practice. But it helps to understand the
# backward pass.

# %% [markdown]
# ## 7. Backwards
#
# The layer receives `grad_output`, an array $G$ of the shape of the output, and returns three gradients. Here is the
# forward pass once more, with $r$ for the row of the batch:
#
# $$
# Y_{r,o,x} = b_o + \sum_{c,v} W_{o,c,v} \, X_{r,c,\,x+v}
# $$
#
# For each number, ask which outputs it contributes to, and with which factor.
#
# - The bias $b_o$: in channel $o$ everywhere, with factor 1.
# - The weight $W_{o,c,v}$: in channel $o$ everywhere. At position $x$ its factor is $X_{r,c,x+v}$.
# - The input $X_{r,c,j}$: in every window that covers it. Element $v$ of the kernel is on it when $x + v = j$, so at
#   $x = j - v$, if $0 \le j - v < w_o$.
#
# $$
# \frac{\partial L}{\partial b_o} = \sum_{r,x} G_{r,o,x}
# \qquad
# \frac{\partial L}{\partial W_{o,c,v}} = \sum_{r,x} G_{r,o,x} \, X_{r,c,\,x+v}
# \qquad
# \frac{\partial L}{\partial X_{r,c,j}} = \sum_{o,v} G_{r,o,\,j-v} \, W_{o,c,v}
# $$
#
# In the last sum, only terms with $0 \le j - v < w_o$ count. Outside this range $G$ has no value, and in NumPy a
# negative index would wrap around to the end. Look at the index $j - v$: this is the flip. The backward pass of a
# cross-correlation is a true convolution.
#
# You don't have to flip anything if you work slice by slice. Take one element $v$ of the kernel. In the forward pass
# it was multiplied with a slice of the input. In the backward pass it adds its contribution to the **same** slice of
# `grad_input`. The slices overlap, so the contributions add up.
#
# ### Exercise 6: the gradients
#
# Turn the three sums into NumPy. A loop over the kernel's elements is fine.


# %% exercise="conv1d_backward"

# %% check="conv1d_backward"
check(conv1d_backward)

# %% [markdown]
# ### Compared with autograd
#
# Here are a small batch with random numbers, your gradients, and PyTorch's.

# %%
input_, weight, bias = rng.normal(size=(4, 3, 9)), rng.normal(size=(5, 3, 4)), rng.normal(size=5)
G = rng.normal(size=(4, 5, 6))
yours = conv1d_backward(G, input_, weight)

tensors = [torch.tensor(array, requires_grad=True) for array in (input_, weight, bias)]
theirs = torch.autograd.grad(torch.nn.functional.conv1d(*tensors), tensors, grad_outputs=torch.tensor(G))

for name, y, t in zip(("grad_input", "grad_weight", "grad_bias"), yours, theirs, strict=True):
    print(f"{name:11} {y.shape!s:9} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# With the matrix of section 6 this is one line. The forward pass is $M x$, so the backward pass is $M^T g$, as in
# chapter {{linear}}.

# %%
g = rng.normal(size=6)
grad_x, _, _ = conv1d_backward(g[None, None], x[None, None], kernel[None, None])
np.allclose(M.T @ g, grad_x[0, 0])

# %% [markdown]
# ### What gradients are for
#
# Signals are filtered with an unknown kernel. You see the signals before and after, with a little noise. You train a
# layer that starts with a kernel of zeros. The loss is the mean of the squared errors, as in chapter {{linear}}.

# %%
hidden = np.array([0.5, -1.0, 2.0, 0.3, -0.8])
before = rng.normal(size=(16, 1, 40))
after = conv1d(before, hidden[None, None]) + rng.normal(scale=0.1, size=(16, 1, 36))

weight, bias = np.zeros((1, 1, 5)), np.zeros(1)
learning = {}
for step in range(61):
    output = conv1d(before, weight, bias)
    if step in (0, 3, 10, 60):
        learning[f"step {step}"] = weight[0, 0]
        print(f"step {step:2}  loss {np.mean((output - after) ** 2):.3f}")
    grad_output = 2 * (output - after) / output.size
    _, grad_weight, grad_bias = conv1d_backward(grad_output, before, weight)
    weight = weight - 0.1 * grad_weight
    bias = bias - 0.1 * grad_bias

fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
figures.learnt_kernels({**learning, "hidden": hidden}, ax)
plt.show()

# %% [markdown]
# After 60 steps the learned kernel is inside the rings. The rest of the loss is the noise: its variance is 0.01.

# %% [markdown]
# ## 8. What goes wrong
#
# This function is right for signals with one channel. Then it gets a stereo recording.


# %%
def for_one_channel(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input[:, 0], weight.shape[2], axis=1)
    output = np.einsum("npv,ov->nop", windows, weight[:, 0])
    return output if bias is None else output + bias.reshape(-1, 1)


course.assess(for_one_channel, "conv1d")

# %% [markdown]
# ### Find the bug
#
# Exercise 7 gives you a function with a bug. It was tested with a smoothing kernel, and it was right. Then it was used
# with a difference.

# %%
given = course.exercises["repair_conv1d"].given
signal = np.array([[[0.0, 0, 1, 3, 3, 4]]])

for name, values in (("smoothing", [0.25, 0.5, 0.25]), ("difference", [-1.0, 1.0])):
    kernel = np.array([[values]])
    print(f"{name:10} handed out {given(signal, kernel)[0, 0]}")
    print(f"{'':10} yours      {conv1d(signal, kernel)[0, 0]}")

# %% [markdown]
# The signal never falls, but the function says that it does.
#
# ### Exercise 7: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_conv1d"

# %% check="repair_conv1d"
check(repair_conv1d)

# %% [markdown]
# <details><summary>Answer</summary>
# <p><code>np.convolve</code> is a true convolution: it flips the kernel before it slides it. A smoothing kernel is
# symmetric, so the flip has no effect. NumPy's <code>correlate</code> does not flip it. You can also pass
# <code>convolve</code> a kernel that is already flipped: two flips cancel.</p>
# <p>Do not test a convolution with a symmetric kernel or a symmetric signal.</p>
# </details>
#
# Does the flip matter if the kernel is trained? Training would find the flipped kernel just as well. It matters when
# weights move from one program to another, or when a kernel has a meaning: here, *later minus earlier*.
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | the kernel flipped | no error; a trained kernel is reversed; weights from another program give wrong values |
# | only the first channel read | right as long as there is one channel |
# | `range(w - k)` for the positions | the output is one too short, or its last value stays 0 |
# | the bias added without a second axis | an error, or, where $w_o = c_o$, a bias for each position |
# | channels last, (n, w, c) | an error, or, if $c_i = w_i$, wrong values of the right shape |
# | `/` instead of `//` in the size | a length such as 33.5 |
# | `=` instead of `+=` in `grad_input` | right for a kernel of size 1; else only the last contribution is kept |

# %% [markdown]
# ### In your own words
#
# A `Conv1d` was trained to find heartbeats, in signals with 100 samples a second. A new device records 200 samples a
# second. The layer still finds a beat wherever it is in a signal. Why will it hardly find the beats of the new device?
# What can you change without training again? Answer in two or three sentences.

# %% [markdown] question="twice_the_rate"
# <details><summary>Model answer and rubric</summary>
# <p>The same kernel is used at every position, so it does not matter where a beat is. But in the new signals a beat is
# twice as many samples long, and the kernel has the old length: it fits only half of the pattern. Take every second
# sample of the signal (better: the mean of two), or give the kernel a dilation of 2, so that its elements are as far
# apart in time as before.</p>
# <ul><li>1 point: the weights are shared by all positions, so the place of a beat does not matter.</li>
# <li>1 point: the beat is twice as long in samples, so the kernel's pattern no longer fits.</li>
# <li>1 point: one working remedy: halve the rate of the signal, or a dilation of 2.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - A kernel of length $k$ slides along the signal. Each output is a weighted sum of a window, over all channels.
# - The weight is $(c_o, c_i, k)$, a kernel for each pair of channels: $c_o \, c_i \, k + c_o$ parameters, for any
#   length.
# - The output has length $\lfloor (w_i + 2p - d(k-1) - 1) / s \rfloor + 1$, and each of its numbers takes $c_i \, k$
#   mult-adds.
# - The layers compute a cross-correlation: nothing is flipped. The flip appears in the gradient of the input.
# - It is a linear layer whose matrix is mostly zeros and repeats its weights, so its backward pass is the transposed
#   matrix.
#
# ### Elsewhere
#
# | library | layer or function | what differs |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Conv1d` | input $(n, c, w)$, weight $(c_o, c_i, k)$ |
# | Keras | `keras.layers.Conv1D` | input $(n, w, c)$, weight $(k, c_i, c_o)$; `padding="causal"` pads in front only |
# | Flax (JAX) | `flax.nnx.Conv` | input $(n, w, c)$, weight $(k, c_i, c_o)$; pads to the same length by default |
# | NumPy | `np.correlate`, `np.convolve` | one channel; `convolve` flips the kernel |
#
# All three layers compute a cross-correlation, whatever their name says.
#
# ### Further reading
#
# - [torch.nn.Conv1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html) in PyTorch's documentation.
# - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285) (2016):
#   sizes, strides and padding in pictures.
# - Goodfellow, Bengio and Courville, *Deep Learning*, [chapter
#   9](https://www.deeplearningbook.org/contents/convnets.html).
