# %% [markdown]
# # {{grouped_and_depthwise}} · Grouped and depthwise: not every channel sees every channel
#
# At the end of this chapter you will have written PyTorch's grouped, depthwise and pointwise convolutions in NumPy. You
# will know which output channels depend on which input channels, and how much that saves.
#
# You need chapters {{linear}} and {{conv2d}}. Plan about 85 minutes.
#
# Run the cells from top to bottom. Seven are exercises, each with a check below.
# `hint("conv2d_grouped")` gives one step of help, `solution("conv2d_grouped")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell is for the demonstrations. Your own code uses NumPy alone.

# %%
import torch
from matplotlib import cbook
from matplotlib.figure import Figure
from torchinfo import summary

import course
from course.figures import grouped_and_depthwise as figures
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits
#
# The two rows of the summary table:

# %%
table("Conv2d grouped")

# %%
table("Conv2d depthwise")

# %% [markdown]
# In the convolution of chapter {{conv2d}}, each output channel sees **all** input channels. A **grouped** convolution
# divides the channels into $g$ groups. An output channel sees only the input channels of its own group: $g$ narrow
# convolutions side by side.

# %% [markdown]
# ## 2. Formula and shapes
#
# With $g$ groups, a group has $c_i / g$ input channels and $c_o / g$ output channels. They are neighbours: the first
# $c_o / g$ output channels are group 0, the next are group 1, and so on. So output channel $o$ is in group
#
# $$
# q = \left\lfloor \frac{o}{c_o / g} \right\rfloor
# $$
#
# and this group's input channels begin at $q \, c_i / g$. For one image,
#
# $$
# Y_{o,y,x} = b_o + \sum_{c \,<\, c_i / g} \; \sum_{u,v} W_{o,c,u,v} \, X_{q c_i / g \,+\, c,\;\; y+u,\;\; x+v}
# $$
#
# Here $c$ counts the channels of one group, so the weight is $(c_o, c_i/g, k_h, k_w)$. $g$ must divide both $c_i$ and
# $c_o$. The other symbols are as in chapter {{conv2d}}.
#
# ### Exercise 1: groups
#
# Copy your `conv2d` of chapter {{conv2d}} into the cell, or the one that `solution("conv2d")` shows. You need it $g$
# times, each on a part of the channels.
#
# - **A loop over the groups** is fine. Which input channels, which rows of the weight and which output channels belong
#   to group $q$?
# - **No loop:** `reshape` cuts one axis in two. With an axis for the groups, einsum does all at once.


# %% exercise="conv2d_grouped"

# %% check="conv2d_grouped"
check(conv2d_grouped)

# %% [markdown]
# ### Three special cases
#
# With 64 channels in and 128 out, a full convolution has 8,192 pairs of channels, and a kernel for each.
#
# A **depthwise** convolution is the extreme case: each channel is its own group, with one kernel.
#
# A **pointwise** convolution is the opposite. Its kernel is a single pixel, so it sees no neighbours, but all channels.
#
# In the picture each square is a channel, and each line is a kernel.

# %%
fig, axes = plt.subplots(1, 3, figsize=(10, 3.9), layout="constrained")
figures.reach(np.ones((6, 6)), axes[0], "one group: 36 kernels")
figures.reach(np.kron(np.eye(2), np.ones((3, 3))), axes[1], "two groups: 18 kernels")
figures.reach(np.eye(6), axes[2], "depthwise: 6 kernels")
plt.show()

# %% [markdown]
# They are **inner** layers, used to save weights and work. A pointwise convolution may also be the **last** layer,
# where every pixel gets a label.
#
# | layer | input | weight | output |
# |:--|:--|:--|:--|
# | full, $g = 1$ | $(n, c_i, h_i, w_i)$ | $(c_o, c_i, k_h, k_w)$ | $(n, c_o, h_o, w_o)$ |
# | grouped | $(n, c_i, h_i, w_i)$ | $(c_o, c_i/g, k_h, k_w)$ | $(n, c_o, h_o, w_o)$ |
# | depthwise, $g = c_i = c_o = c$ | $(n, c, h_i, w_i)$ | $(c, 1, k_h, k_w)$ | $(n, c, h_o, w_o)$ |
# | pointwise, $k_h = k_w = 1$ | $(n, c_i, h_i, w_i)$ | $(c_o, c_i, 1, 1)$ | $(n, c_o, h_i, w_i)$ |
#
# The bias is $(c_o{,})$ in all of them.
#
# Two remarks for readers of lecture notes. Some write the grouped weight as
# $(g \cdot c_o/g, \; c_i/g, \; k_h, \; k_w)$. That is the same: $g \cdot c_o/g$ is $c_o$. And some write the
# depthwise weight as $(c, k_h, k_w)$, without the axis of length 1. PyTorch keeps it: it is $c_i/g$. Exercise 2 leaves
# it out.

# %% [markdown]
# ## 3. See it in PyTorch
#
# One argument makes the difference.

# %%
torch.manual_seed(0)
images = torch.randn(1, 16, 100, 100)  # (n, c_i, h_i, w_i)
layers = {
    "full": torch.nn.Conv2d(16, 32, kernel_size=3),
    "grouped": torch.nn.Conv2d(16, 32, kernel_size=3, groups=4),
    "depthwise": torch.nn.Conv2d(16, 16, kernel_size=3, groups=16),
    "pointwise": torch.nn.Conv2d(16, 32, kernel_size=1),
}
for name, layer in layers.items():
    numbers = sum(p.numel() for p in layer.parameters())
    shapes = f"weight {tuple(layer.weight.shape)!s:14} output {tuple(layer(images).shape)!s:18}"
    print(f"{name:9}  {shapes} {numbers:5,} parameters")

# %% [markdown]
# The full layer is the one of chapter {{conv2d}}, with 4,640 parameters. In the grouped one, each of the 32 output
# channels sees 4 of the 16 input channels.
#
# Is it really four small convolutions? Split the input, the weight and the bias into four parts, and concatenate the
# four outputs.

# %%
grouped = layers["grouped"]
parts = zip(images.chunk(4, dim=1), grouped.weight.chunk(4), grouped.bias.chunk(4), strict=True)
side_by_side = torch.cat([torch.nn.functional.conv2d(*part) for part in parts], dim=1)
torch.allclose(side_by_side, grouped(images), atol=1e-5)

# %% [markdown]
# torchinfo also supports groups.

# %%
summary(grouped, input_size=images.shape)

# %% [markdown]
# 1,184 parameters: 32 · 4 · 9 weights and 32 biases. There are 98 · 98 positions, so torchinfo counts 1,184 · 9,604
# mult-adds: 11.37 million. For the full layer it would be 44.56 million:

# %%
summary(layers["full"], input_size=images.shape).total_mult_adds

# %% [markdown]
# Not every number of groups is possible.

# %%
try:
    torch.nn.Conv2d(16, 32, kernel_size=3, groups=3)
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ## 4. Predict, then run
#
# Two images of 10 by 10 with 12 channels go through `Conv2d(12, 24, kernel_size=3, groups=3)`.
#
# Write down four answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weight?
# 3. How many parameters does the layer have?
# 4. How many multiplications does the batch take?

# %%
small = torch.nn.Conv2d(12, 24, kernel_size=3, groups=3)
output = small(torch.randn(2, 12, 10, 10))

print("1. output", tuple(output.shape))
print("2. weight", tuple(small.weight.shape))
print("3. parameters", sum(p.numel() for p in small.parameters()))
print("4. multiplications", output.numel() * 4 * 3 * 3)

# %% [markdown]
# One more, without code. Which input channels does output channel 13 of this layer see?
#
# <details><summary>Answer</summary>
# <p>A group has 24 / 3 = 8 output channels, so channel 13 is in group 1. A group has 12 / 3 = 4 input channels; group
# 1 has channels 4, 5, 6 and 7.</p>
# </details>

# %% [markdown]
# ## 5. Write it: the extreme cases
#
# ### Exercise 2: depthwise
#
# Each channel has one kernel and is processed separately. The weight comes without PyTorch's axis of length 1, so it
# has three axes: $(c, k_h, k_w)$. A `conv2d` expects four.


# %% exercise="depthwise_conv2d"

# %% check="depthwise_conv2d"
check(depthwise_conv2d)

# %% [markdown]
# It is the special case of exercise 1 in which every channel is a group. Your two functions should agree, once the
# weight has PyTorch's shape.

# %%
rng = np.random.default_rng(1)
x, w = rng.normal(size=(2, 5, 6, 7)), rng.normal(size=(5, 3, 2))
print("depthwise weight", w.shape, "as PyTorch stores it", w[:, np.newaxis].shape)
print("the same outputs:", np.allclose(depthwise_conv2d(x, w), conv2d_grouped(x, w[:, np.newaxis], groups=5)))

# %% [markdown]
# ### Exercise 3: pointwise
#
# The kernel is one pixel. What is left of the convolution's three sums? You have written it before, in another chapter.


# %% exercise="pointwise_conv2d"

# %% check="pointwise_conv2d"
check(pointwise_conv2d)

# %% [markdown]
# It is the **linear layer** of chapter {{linear}}, at every pixel. PyTorch's linear layer expects the channels last,
# so we move them there and back.

# %%
x, w, b = torch.randn(2, 3, 4, 5), torch.randn(6, 3), torch.randn(6)
linear = torch.nn.functional.linear(x.movedim(1, -1), w, b).movedim(-1, 1)
np.allclose(pointwise_conv2d(x.numpy(), w[:, :, None, None].numpy(), b.numpy()), linear.numpy(), atol=1e-6)

# %% [markdown]
# Here it is at work, with your function: the framed pixel of the output needs the same pixel of each channel, and
# nothing else.

# %%
three = np.array([[[1.0, 2, 0], [0, 1, 3]], [[2.0, 0, 1], [1, 1, 0]], [[0.0, 1, 1], [3, 0, 2]]])
mix = np.array([[2.0, -1, 1], [1, 1, 1]])
mixed = pointwise_conv2d(three[None], mix[:, :, None, None])[0]

fig, ax = plt.subplots(figsize=(8, 2.2), layout="constrained")
figures.mixing(three, mix, mixed, (0, 1, 2), ax)
plt.show()

# %% [markdown]
# ### Exercise 4: its parameters
#
# You counted a convolution of images in chapter {{conv2d}}. This function counts any: along a signal, on an image, in a
# video. A tuple has a size for each axis, and a number still means a square. With `groups=1` and an image you must get
# the result of chapter {{conv2d}}.


# %% exercise="grouped_num_parameters"

# %% check="grouped_num_parameters"
check(grouped_num_parameters)

# %% [markdown]
# ### Exercise 5: what separating saves
#
# A depthwise convolution sees neighbours but no other channels. A pointwise one sees other channels but no neighbours.
# One **after the other** sees both. The pair is called a **depthwise separable** convolution, and it often replaces a
# full convolution.
#
# What share of the full convolution's weights does it need? Count without biases.


# %% exercise="separable_saving"

# %% check="separable_saving"
check(separable_saving)

# %% [markdown]
# If you divide by hand, you get a simple result:
#
# $$
# \frac{c_i k_h k_w + c_i c_o}{c_i c_o k_h k_w} = \frac{1}{c_o} + \frac{1}{k_h k_w}
# $$
#
# The number of input channels does not matter. **Predict:** what share is left for a kernel of 3 and very many output
# channels? And for a kernel of 1?

# %%
for k in (1, 3, 5):
    print(f"kernel {k}:", ", ".join(f"c_o = {c}: {separable_saving(64, c, k):.3f}" for c in (8, 64, 512)))

# %% [markdown]
# For a kernel of 3 it is little more than a ninth. For a kernel of 1 it is **more** than before: the full convolution
# is pointwise already.

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### Who sees whom
#
# Which input channels does an output channel see? Use your function to find out: set one input channel to 1 and all
# others to 0. The output channels that are not 0 see it. Here this is done for 4 input channels, 6 output channels and
# 2 groups. Press Play.

# %%
unit_channels = np.eye(4)[:, :, np.newaxis, np.newaxis]  # four images of one pixel
seen = conv2d_grouped(unit_channels, np.ones((6, 2, 1, 1)), groups=2)[:, :, 0, 0].T != 0  # (c_o, c_i)

figure = Figure(figsize=(4.4, 4.2), layout="constrained")
canvas = figure.subplots()


def show_output(o):
    inputs = " and ".join(str(c) for c in np.flatnonzero(seen[o]))
    figures.reach(seen, canvas, f"output {o} reads inputs {inputs}", at=o)


about = "output channels 0, 1 and 2 read inputs 0 and 1, then 3, 4 and 5 read inputs 2 and 3"
motion(figure, show_output, len(seen), description=about, per_second=1)

# %% [markdown]
# ### Groups never meet
#
# Two grouped layers in a row: does every output see every input in the end? The blue lines follow input 1. A network
# called ShuffleNet adds a step between them that needs no parameters. It **shuffles** the channels, so that each group
# gets some channels from all groups of the layer before.

# %%
ones = np.ones((6, 3, 1, 1))
units = np.eye(6)[:, :, np.newaxis, np.newaxis]
shuffle = [0, 3, 1, 4, 2, 5]

once = conv2d_grouped(units, ones, groups=2)
twice = conv2d_grouped(once, ones, groups=2)
shuffled = conv2d_grouped(once[:, shuffle], ones, groups=2)

fig, axes = plt.subplots(1, 2, figsize=(10, 3.9), layout="constrained")
sees = once[:, :, 0, 0].T != 0
figures.two_layers(sees, range(6), sees, axes[0], "two grouped layers", trace=1)
figures.two_layers(sees, shuffle, sees, axes[1], "with a shuffle between them", trace=1)
plt.show()

print(
    "outputs that see input 1:", np.flatnonzero(twice[1]), "without,", np.flatnonzero(shuffled[1]), "with the shuffle"
)

# %% [markdown]
# Without the shuffle, the two halves are two separate networks. A pointwise layer in between mixes them as well, but
# it needs weights.
#
# ### One for the neighbours, one for the channels
#
# A photo has three channels: red, green and blue. The depthwise layer gets a kernel for each of them: the red channel
# does not change, green is blurred along its rows, blue along its columns. The pointwise layer gets a weight of 3 by 3
# that turns colours into the brown of old photographs.

# %%
colours = plt.imread(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) / 255
person = colours[20:380:3, 110:430:3].transpose(2, 0, 1)[np.newaxis]  # (1, 3, 120, 107)

kernels = np.zeros((3, 15, 15))
kernels[0, 7, 7] = 1
kernels[1, 7, :] = 1 / 15
kernels[2, :, 7] = 1 / 15
sepia = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])

neighbours = depthwise_conv2d(person, kernels)
channels = pointwise_conv2d(person, sepia[:, :, np.newaxis, np.newaxis])

fig, axes = plt.subplots(1, 3, figsize=(9, 3.6), layout="constrained")
inside = np.s_[0, :, 7:-7, 7:-7]  # what the depthwise layer has left
figures.photo(person[inside], axes[0], "input")
figures.photo(neighbours[0], axes[1], "depthwise")
figures.photo(channels[inside], axes[2], "pointwise")
plt.show()

# %% [markdown]
# In the middle, edges have coloured fringes: each channel was filtered separately and differently. On the right, all
# edges are as sharp as before, and every pixel has a new colour: pixels were not mixed with their neighbours.
#
# ### Is it the same as a full convolution?
#
# Both layers in a row, with weights $D$ (depthwise) and $P$ (pointwise), are a full convolution with the weight
# $W_{o,c,u,v} = P_{o,c} \, D_{c,u,v}$.

# %%
x, D, P = rng.normal(size=(2, 4, 7, 8)), rng.normal(size=(4, 3, 3)), rng.normal(size=(6, 4, 1, 1))
W = P * D  # (6, 4, 1, 1) times (4, 3, 3) is (6, 4, 3, 3)
in_a_row = pointwise_conv2d(depthwise_conv2d(x, D), P)
print("W", W.shape, "the same outputs:", np.allclose(in_a_row, conv2d_grouped(x, W)))

# %% [markdown]
# The reverse is not true: few full convolutions can be separated. For one input channel, all output channels have to
# share one kernel, up to a factor. So the pair can do less.
#
# ### What it costs
#
# 64 channels in, 128 out, a kernel of 3:

# %%
depthwise = grouped_num_parameters(64, 64, 3, 64, bias=False)
pointwise = grouped_num_parameters(64, 128, 1, 1, bias=False)
weights = {
    "full": grouped_num_parameters(64, 128, 3, 1, bias=False),
    "4 groups": grouped_num_parameters(64, 128, 3, 4, bias=False),
    "separable": depthwise + pointwise,
}
fig, ax = plt.subplots(figsize=(7, 2.2), layout="constrained")
figures.amounts(weights, ax, "weights")
plt.show()
print(f"separable: {depthwise:,} depthwise and {pointwise:,} pointwise weights")
print(f"that is {separable_saving(64, 128, 3):.3f} of the full convolution's")

# %% [markdown]
# Each weight is used once at every position. So the multiplications shrink by the same factor. In the separable pair,
# the pointwise layer has nearly all weights.
#
# **Predict:** a paper says that its layer, from 64 to 128 channels with a kernel of 3 and a bias, has 4,736 parameters.
# How many groups does it have? You can use your function in reverse: try numbers of groups.

# %%
for groups in (1, 2, 4, 8, 16, 32, 64):
    print(f"{groups:2} groups: {grouped_num_parameters(64, 128, 3, groups):6,}")

# %% [markdown]
# By hand: without the 128 biases, 4,608 weights are left, and these are 128 · 4 · 9. So each output channel sees 4 of
# the 64 input channels, and there are 16 groups.
#
# ## 7. Backwards
#
# A grouped convolution is $g$ convolutions side by side, and so is its backward pass: each group has the gradients of
# chapter {{conv2d}}, from its own output channels to its own input channels. There is no gradient between groups.
#
# Only the pointwise convolution is new. Its forward pass at image $r$ and pixel $(y, x)$ is
#
# $$
# Y_{r,o,y,x} = b_o + \sum_c W_{o,c} \, X_{r,c,y,x}
# $$
#
# An input contributes to all output channels of its pixel; a weight is used at all pixels of all images. With $G$ for
# `grad_output`,
#
# $$
# \frac{\partial L}{\partial X_{r,c,y,x}} = \sum_o G_{r,o,y,x} \, W_{o,c}
# \qquad
# \frac{\partial L}{\partial W_{o,c}} = \sum_{r,y,x} G_{r,o,y,x} \, X_{r,c,y,x}
# \qquad
# \frac{\partial L}{\partial b_o} = \sum_{r,y,x} G_{r,o,y,x}
# $$
#
# Compare them with chapter {{linear}}. Each pixel is a sample.
#
# ### Exercise 6: the gradients
#
# Turn the three sums into NumPy, without a loop.


# %% exercise="pointwise_conv2d_backward"

# %% check="pointwise_conv2d_backward"
check(pointwise_conv2d_backward)

# %% [markdown]
# ### Compared with autograd

# %%
arrays = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(6, 3, 1, 1)), rng.normal(size=6)
G = rng.normal(size=(2, 6, 4, 5))
yours = pointwise_conv2d_backward(G, *arrays[:2])

tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
theirs = torch.autograd.grad(torch.nn.functional.conv2d(*tensors), tensors, grad_outputs=torch.tensor(G))
for name, y, t in zip(("grad_input", "grad_weight", "grad_bias"), yours, theirs, strict=True):
    print(f"{name:11} {y.shape!s:13} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# Is there really no gradient between groups? Start the backward pass at one output channel of a grouped layer, and see
# which input channels get a gradient. The layer is the one of section 4, with 12 channels in, 24 out and 3 groups.

# %%
features = torch.randn(1, 12, 10, 10, requires_grad=True)
for o in (0, 13, 23):
    (grad,) = torch.autograd.grad(small(features)[:, o].sum(), features)
    reached = grad.abs().sum(dim=(0, 2, 3)).nonzero().ravel()
    print(f"output channel {o:2} reaches input channels", reached.tolist())

# %% [markdown]
# ## 8. What goes wrong
#
# Here every group uses the first channels. With one group this is right.


# %%
def always_the_first(input, weight, bias=None, groups=1):
    return conv2d_grouped(input[:, : weight.shape[1]], weight, bias)


course.assess(always_the_first, "conv2d_grouped")

# %% [markdown]
# ### Find the bug
#
# Exercise 7 gives you a grouped convolution with a bug. It was tested as a depthwise layer, and was right. Here it
# runs on four channels of one pixel, 1, 10, 100 and 1,000, in two groups. All weights are 1, so each output is the sum
# of its group.

# %%
given = course.exercises["repair_groups"].given
pixel = np.array([1.0, 10.0, 100.0, 1000.0]).reshape(1, 4, 1, 1)

print("handed out", given(pixel, np.ones((4, 2, 1, 1)), 2).ravel())
print("yours     ", conv2d_grouped(pixel, np.ones((4, 2, 1, 1)), groups=2).ravel())

# %% [markdown]
# The digits show which channels were added.
#
# ### Exercise 7: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_groups"

# %% check="repair_groups"
check(repair_groups)

# %% [markdown]
# <details><summary>Answer</summary>
# <p><code>slice(q, None, groups)</code> assigns the channels in turn: 0, 2, 4 to the first group, 1, 3, 5 to the
# second. PyTorch's groups are blocks: 0, 1, 2 and 3, 4, 5. You have to repair it for the inputs and for the outputs,
# whose blocks have different lengths.</p>
# <p>The test did not show it, because in a depthwise layer each group is a single channel. A network trained with the
# bug would even work. It fails when weights come from another library.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | every group reads the first channels | the right shape, right values in group 0 only |
# | channels assigned in turn, `q::groups` | right for one group and for depthwise; otherwise wrong values |
# | a weight of $(c_o, c_i)$ kernels | an error in PyTorch; it expects $(c_o, c_i/g)$ |
# | a depthwise weight without its axis of 1 | an error in PyTorch; `weight[:, None]` adds the axis |
# | `reshape(-1, c_i)` to make rows of pixels | the right shape, channels and pixels mixed up |
# | channels that the groups do not divide | an error when the layer is made |

# %% [markdown]
# ### In your own words
#
# Before a layer, the order of its 64 input channels is changed, in the same way for each sample. The layer is then
# trained again. Can it learn the same functions as before: a) as an ordinary convolution, b) with 2 groups, c) as a
# depthwise convolution followed by a pointwise one? Answer in two or three sentences.

# %% [markdown] question="channels_in_another_order"
# <details><summary>Model answer and rubric</summary>
# <p>a) Yes: every output channel sees all input channels, so only the order of the weights along that axis changes. b)
# In general no: a group is 32 consecutive channels, and now other channels are together, so an output may
# lack a channel that it needs. It works only if the channels of a group stay together. c) Yes: each channel has its
# own kernel, which moves along with it, and the pointwise layer sees all channels.</p>
# <ul><li>1 point: a) yes, each output sees all channels.</li>
# <li>1 point: b) no, other channels are in the same group.</li>
# <li>1 point: c) yes, with the reason that kernels move along, or that the pointwise layer sees all channels.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - With $g$ groups, an output channel sees the $c_i/g$ input channels of its group. Groups are blocks of neighbours.
# - The weight is $(c_o, c_i/g, k_h, k_w)$: a $g$-th of the weights and of the work.
# - Depthwise is $g = c_i = c_o$: neighbours, but no other channels. Pointwise is $k = 1$: channels, but no neighbours.
# - One after the other they need $1/c_o + 1/(k_h k_w)$ of a full convolution's weights, and can represent less.
# - In the backward pass each group is separate. The pointwise layer is a linear layer with pixels as samples.
#
# ### Elsewhere
#
# | library | layer | what differs |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Conv2d(..., groups=g)` | one layer for all; the depthwise weight is $(c, 1, k_h, k_w)$ |
# | Keras | `Conv2D(groups=g)`, `DepthwiseConv2D` | the depthwise weight is $(k_h, k_w, c, m)$: $m$ outputs a channel |
# | Flax (JAX) | `flax.nnx.Conv` | `feature_group_count` for the groups; the weight is $(k_h, k_w, c_i/g, c_o)$ |
#
# ### Further reading
#
# - [torch.nn.Conv2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html) in PyTorch's documentation.
# - Chollet, [Xception: Deep Learning with Depthwise Separable Convolutions](https://arxiv.org/abs/1610.02357) (2016).
# - Howard et al., [MobileNets](https://arxiv.org/abs/1704.04861) (2017): a network for phones, made of such pairs.
# - Zhang et al., [ShuffleNet](https://arxiv.org/abs/1707.01083) (2017): pointwise layers in groups, with a shuffle.
