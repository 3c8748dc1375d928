# %% [markdown]
# # {{padding_and_stride}} · Padding and stride: where the window goes
#
# At the end of this chapter you will have written PyTorch's convolution with stride, padding and dilation in NumPy,
# forwards and backwards. You will be able to keep the size of an image, or halve it.
#
# You need chapters {{conv1d}} and {{conv2d}}. Plan two and a half hours, in two sittings: sections 1 to 4 and
# exercise 2, then the rest.
#
# Run the cells from top to bottom. Five are exercises, each with a check below.
# `hint("pad2d")` gives one step of help, `solution("pad2d")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell is for the demonstrations. Your own code uses NumPy alone.

# %%
import warnings

import torch
from matplotlib import cbook
from matplotlib.figure import Figure
from torchinfo import summary

import course
from course.figures import padding_and_stride as figures
from course.figures.motion import motion
from course.figures.upsampling import stamp
from course.figures.windows import Sliding, window

# %% [markdown]
# ## 1. Where it sits
#
# Both rows are the layer of chapter {{conv2d}}. Only the window moves differently.

# %%
table("Conv2d padded")

# %%
table("Conv2d strided")

# %% [markdown]
# Without padding, a kernel of 5 makes an image smaller by 4 rows and 4 columns. **Padding** puts a border of zeros
# around the image first: the output can be as large as the input. A **stride** of 2 moves the window by two pixels, and
# the output is half as high and half as wide. A **dilation** puts gaps between the elements of the kernel.

# %% [markdown]
# ## 2. Formula and shapes
#
# An image of $h_i$ rows and a kernel of $k_h$ rows, with padding $p$, stride $s$ and dilation $d$, give
#
# $$
# h_o = \left\lfloor \frac{h_i + 2p - d(k_h - 1) - 1}{s} \right\rfloor + 1
# $$
#
# rows of output. The padded image has $h_i + 2p$ rows: $p$ above and $p$ below. The dilated kernel covers
# $d(k_h - 1) + 1$ of them. The width has the same rule. The brackets mean: round down.
#
# ### Exercise 1: how much is "same"?
#
# The stride is 1. How many zeros are needed **before** the first row so that the output is as large as the input?
#
# For odd kernels, the same number follows the last row. For an even kernel the number of lost rows can be odd, and
# PyTorch puts the extra zero **after** the last row. Return the smaller number.


# %% exercise="same_padding"

# %% check="same_padding"
check(same_padding)

# %% [markdown]
# Rows that do not fill a whole window are ignored. Lecture notes often give $h_o = h_i - k_h + 1$ for the size of the
# output, even next to padding and strides. That holds only for $s = 1$, $p = 0$, $d = 1$. None of the three adds a
# parameter.
#
# ### Which pixels does a window read?
#
# For one image, output channel $o$ at row $y$ and column $x$ is
#
# $$
# Y_{o,y,x} = b_o + \sum_c \sum_u \sum_v W_{o,c,u,v} \, X_{c,\;\; s y + d u - p,\;\; s x + d v - p}
# $$
#
# where $X$ is 0 outside of the image. Look at the row index of $X$ in detail.
#
# - $s y$: window number $y$ starts $s$ rows below the one before it. $s$ is the **stride**.
# - $d u$: element $u$ of the kernel is $d$ rows below the one before it. $d$ is the **dilation**; 1 leaves no gaps.
# - $-p$: everything is moved up by $p$ rows, into the **padding**.
#
# Each of the three may be a pair, with one number for the height and one for the width: $s_h, s_w$ and so on. The
# other symbols are as in chapter {{conv2d}}: batch size $n$, channels $c_i$ and $c_o$, height and width $h_i, w_i$ of
# the input and $h_o, w_o$ of the output, kernel $k_h$ by $k_w$.
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | input $X$ | $(n, c_i, h_i, w_i)$ | `input` |
# | weight $W$ | $(c_o, c_i, k_h, k_w)$ | `weight` |
# | bias $b$ | $(c_o{,})$ | `bias` |
# | output $Y$ | $(n, c_o, h_o, w_o)$ | |
# | $s$, $p$, $d$ | numbers or pairs | `stride`, `padding`, `dilation` |
#
# ### Where you find it
#
# Ten layers with a kernel of 5 and no padding remove 40 rows, and the pixels at the border are in few windows. A stride
# makes the output smaller: there is less to compute, and each output sees more of the image. A dilated kernel covers a
# larger part of the image with the same number of weights.
#
# The picture shows one step of each, for a kernel of 3 by 3. The image is on the left, the output on the right. The
# framed output is computed from the framed pixels. Hatched cells are padding.

# %%
image = np.array(
    [
        [1.0, 2, 0, 1, 3],
        [0, 1, 3, 1, 0],
        [2, 2, 1, 0, 1],
        [1, 0, 2, 3, 1],
        [0, 1, 1, 2, 2],
    ]
)
kernel = np.array([[1.0, 1, 1], [1, -8, 1], [1, 1, 1]])

shown = ((0, {"padding": 1}), (1, {"stride": 2}), (0, {"dilation": 2}))
fig, axes = plt.subplots(1, 3, figsize=(11, 3), width_ratios=(13.4, 8.4, 7.4), gridspec_kw={"wspace": 0.12})
for ax, (place, options) in zip(axes, shown, strict=True):
    tensors = (torch.from_numpy(array[None, None]) for array in (image, kernel))
    output = torch.nn.functional.conv2d(*tensors, **options)[0, 0].numpy()
    window(image, output, place, Sliding(3, **options), ax)
    ax.set_title(", ".join(f"{name}={value}" for name, value in options.items()), loc="left")
plt.show()

# %% [markdown]
# All three are used in **inner** layers. The **first** layer of a network often has a stride, because images are
# large.

# %% [markdown]
# ## 3. See it in PyTorch
#
# The first of the two layers, on an image of 100 by 100 with 16 channels:

# %%
torch.manual_seed(0)
images = torch.randn(1, 16, 100, 100)  # (n, c_i, h_i, w_i)
same = torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=5, padding="same")
summary(same, input_size=images.shape)

# %% [markdown]
# The output is 100 by 100. A kernel of 5 needs two zeros on each side for that.
#
# The numbers of the summary, one by one: 32 · 16 · 5 · 5 = 12,800 weights and 32 biases. torchinfo multiplies all
# 12,832 by the 10,000 positions and gets 128.32 million mult-adds. Without the biases it is exactly 128 million.
#
# Now the second layer: a kernel of 3, a stride of 2, and one zero on each side.

# %%
halving = torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, stride=2, padding=1)
summary(halving, input_size=images.shape)

# %% [markdown]
# The kernel of 3 has 4,640 parameters, as in the table of chapter {{conv2d}}. Height and width are halved, so there is
# a quarter of the positions and a quarter of the work.
#
# "Same" cannot be combined with a stride: the output would not have the size of the input. PyTorch raises an error.

# %%
try:
    torch.nn.Conv2d(16, 32, kernel_size=3, stride=2, padding="same")
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# Zeros are not the only border. The layer's argument `padding_mode` takes the border from the image. The function
# `pad` shows what that means. Here is a row of four numbers, with three more on each side.

# %%
row = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
for mode in ("constant", "reflect", "replicate"):
    print(f"{mode:10}", torch.nn.functional.pad(row, (3, 3), mode=mode)[0].tolist())

# %% [markdown]
# *Reflect* mirrors at the outermost value, which is not repeated. *Replicate* repeats the outermost value. So a
# reflected border can be at most as wide as the image minus one; a replicated border may be wider than the image.

# %% [markdown]
# ## 4. Predict, then run
#
# The first layer of ResNet, a well-known network for photos, has 3 channels in, 64 out, a kernel of 7, a stride of 2
# and a padding of 3. It has no bias. A photo of 224 by 224 pixels goes in.
#
# Write down four answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weight?
# 3. How many parameters does the layer have?
# 4. How many multiplications does the photo take?

# %%
photos = torch.randn(1, 3, 224, 224)
first = torch.nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)

print("1. output", tuple(first(photos).shape))
print("2. weight", tuple(first.weight.shape))
print("3. parameters", sum(p.numel() for p in first.parameters()))
print("4. multiplications", first(photos).numel() * 3 * 7 * 7)

# %% [markdown]
# One more, without code. The photo has 225 rows, one more than before. How many rows does the output have? And with
# 223?
#
# <details><summary>Answer</summary>
# <p>With 224 rows, (224 + 6 - 7) / 2 is 111.5, which is rounded down: 112 rows. With 225 it is 112 exactly: 113 rows.
# With 223 it is 111: 112 rows, as with 224. One row of the padding is in no window at 224.</p>
# </details>

# %% [markdown]
# ## 5. Write it
#
# ### Exercise 2: padding
#
# PyTorch's function takes four numbers, in an unusual order: the **last** axis comes first. So it is left, right, then
# top, bottom. A single number is used for all four sides; `np.broadcast_to(padding, 4)` handles both cases.
#
# As a separate layer, a border of zeros is called `ZeroPad2d`.

# %%
table("ZeroPad2d")

# %% [markdown]
# The largest step is the mode, so start with `"constant"`: make a larger array and put the image into it. For the
# other two modes, find for each row of the output the row of the image that it copies: an array of row numbers, and
# one of column numbers, which you can use as indices. `np.clip` and `np.abs` help. With `"replicate"` the border may
# be wider than the image; with `"reflect"` it never is.


# %% exercise="pad2d"

# %% check="pad2d"
check(pad2d)

# %% [markdown]
# ### What PyTorch does for an even kernel
#
# Compare your two functions with PyTorch, for a kernel of 4 by 4: one zero before, two after. PyTorch warns that it
# has to make a copy for this; the cell suppresses the warning.

# %%
x, w = torch.randn(1, 1, 6, 7), torch.randn(1, 1, 4, 4)
with warnings.catch_warnings(action="ignore"):
    by_name = torch.nn.functional.conv2d(x, w, padding="same")

front = same_padding(4)
behind = (4 - 1) - front
padded = torch.from_numpy(pad2d(x.numpy(), (front, behind, front, behind)))
print("zeros in front and behind:", front, behind)
print("sizes:", tuple(by_name.shape), tuple(torch.nn.functional.conv2d(padded, w).shape))
print("equal:", torch.allclose(by_name, torch.nn.functional.conv2d(padded, w), atol=1e-6))

# %% [markdown]
# ### Exercise 3: the layer
#
# Now the whole formula, step by step: pad with zeros first, then $p$ is done. There are two ways to continue, as in
# chapter {{conv2d}}.
#
# - **All windows at once.** `sliding_window_view(padded, (height, width), axis=(2, 3))` shows the windows at all
#   positions. A stride of 2 keeps every second of them. A dilated kernel uses every $d$-th pixel of a larger window.
#   Both are slices with a step.
# - **A loop over the kernel.** Element $(u, v)$ meets a slice of the padded image. Where does it start, how far apart
#   are its rows, and how many are there?
#
# The check tells you which of stride, padding and dilation are right already, and gives points for each.


# %% exercise="conv2d_strided"

# %% check="conv2d_strided"
check(conv2d_strided)

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### Stride and padding
#
# A window of 3 by 3 with a stride of 2, and one zero around the image. The kernel adds the eight neighbours and
# subtracts eight times the middle pixel. Press Play, step with the arrows, or drag the window.

# %%
strided = conv2d_strided(image[None, None], kernel[None, None], stride=2, padding=1)[0, 0]
figure = Figure(figsize=(7.2, 4.0), layout="constrained")
canvas = figure.subplots()


def stride_by_2(place):
    canvas.clear()
    window(image, strided, place, Sliding(kernel, stride=2, padding=1), canvas)


about = "a window of 3 by 3 moves in steps of 2 over a padded image, and its output appears"
motion(figure, stride_by_2, strided.size + 1, description=about, per_second=1)

# %% [markdown]
# Neighbouring windows share one row or one column. With a stride of 3 they would share none, and with a stride of 4
# some pixels would be in no window.
#
# ### Dilation
#
# The same kernel with a dilation of 2: nine pixels are read, out of 5 by 5.

# %%
larger = np.pad(image, 1, mode="wrap")
dilated = conv2d_strided(larger[None, None], kernel[None, None], dilation=2)[0, 0]
figure = Figure(figsize=(7.2, 4.0), layout="constrained")
canvas = figure.subplots()


def dilate_by_2(place):
    canvas.clear()
    window(larger, dilated, place, Sliding(kernel, dilation=2), canvas)


about = "a kernel of 3 by 3, pulled apart to 5 by 5, moves over an image of 7 by 7 in steps of 1"
motion(figure, dilate_by_2, dilated.size + 1, description=about, per_second=1)

# %% [markdown]
# The kernel has gaps, but the output has none: at the next step, the kernel's elements are where the gaps were.
#
# ### All three at once
#
# **Predict** the size of the output before you move a slider. The window is at the output in the middle.


# %%
def middle_window(ax, **options):
    output = conv2d_strided(image[None, None], kernel[None, None], **options)[0, 0]
    window(image, output, output.size // 2, Sliding(kernel, **options), ax)


about = "A larger stride or dilation makes the output smaller; padding makes it larger."
ways = {"stride": [1, 2, 3], "padding": [0, 1, 2], "dilation": [1, 2]}
course.explore(middle_window, description=about, figsize=(7.6, 4.2), **ways)

# %% [markdown]
# ### What the border does
#
# We blur a photo: each output is the mean of 9 by 9 pixels. To keep its size, the photo gets a border first. (This
# cell can take some seconds if your function loops over positions.)
#
# **Predict:** what will the edges of the blurred photo look like for each of the three borders? The pictures show a part
# of its right edge, where a shoulder ends. The last one shows the brightness along the white line, up to the edge.

# %%
colours = plt.imread(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) / 255
photo = colours.mean(axis=-1)[::8, ::8]  # (75, 64)
mean = np.full((1, 1, 9, 9), 1 / 81)
border = same_padding(9)
top, row = 40, 51
lines = {"photo": photo[row, -20:]}

fig, axes = plt.subplots(1, 4, figsize=(11, 3), width_ratios=(1, 1, 1, 1.5), layout="constrained")
for ax, mode in zip(axes[:3], ("constant", "reflect", "replicate"), strict=True):
    blurred = conv2d_strided(pad2d(photo[None, None], border, mode=mode), mean)[0, 0]
    figures.framed(blurred[top : top + 20, -20:], 0, ax, mode)
    ax.axhline(row - top, color="white", linewidth=1.2)
    lines[mode] = blurred[row, -20:]
figures.profile(lines, axes[3], start=44)
plt.show()

# %% [markdown]
# Zeros are black, so the edges of the blurred photo get darker. The other two continue the photo: with *replicate* the
# outermost column counts many times, with *reflect* its neighbours count, too. Most networks still pad with zeros: it is
# the default and the simplest to compute.

# %% [markdown]
# ## 7. Backwards
#
# Write $\tilde X$ for the padded images. With $r$ for the image in the batch, and without dilation, the forward pass is
#
# $$
# Y_{r,o,y,x} = b_o + \sum_{c,u,v} W_{o,c,u,v} \, \tilde X_{r,c,\;s y + u,\;s x + v}
# $$
#
# For the chain rule, find for each number the outputs that it contributes to. $G$ is `grad_output`.
#
# $$
# \frac{\partial L}{\partial b_o} = \sum_{r,y,x} G_{r,o,y,x}
# \qquad
# \frac{\partial L}{\partial W_{o,c,u,v}} = \sum_{r,y,x} G_{r,o,y,x} \, \tilde X_{r,c,\;s y + u,\;s x + v}
# $$
#
# For the images it is easiest to think in contributions. In the forward pass, element $(u, v)$ of the kernel was
# multiplied with the rows $u, u + s, u + 2s, \dots$ of $\tilde X$, and likewise for the columns. In the backward pass
# it **adds** its contribution to the same pixels:
#
# $$
# \frac{\partial L}{\partial \tilde X_{r,c,\;s y + u,\;s x + v}} \;\mathrel{+}=\; \sum_o G_{r,o,y,x} \, W_{o,c,u,v}
# $$
#
# Two things are new.
#
# - Pixels that are in no window have the gradient 0.
# - The border is part of $\tilde X$, but not of the input. Remove it at the end.
#
# ### Exercise 4: the gradients
#
# A loop over the kernel's elements is fine. There is no dilation here.


# %% exercise="conv2d_backward"

# %% check="conv2d_backward"
check(conv2d_backward)

# %% [markdown]
# ### Compared with autograd

# %%
rng = np.random.default_rng(1)
arrays = rng.normal(size=(2, 3, 8, 7)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
options = {"stride": (2, 3), "padding": (1, 2)}
tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
output = torch.nn.functional.conv2d(*tensors, **options)
G = rng.normal(size=output.shape)

theirs = torch.autograd.grad(output, tensors, grad_outputs=torch.tensor(G))
yours = conv2d_backward(G, *arrays[:2], **options)
for name, y, t in zip(("grad_input", "grad_weight", "grad_bias"), yours, theirs, strict=True):
    print(f"{name:11} {y.shape!s:13} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# ### A stamp for each gradient
#
# Each value $g$ of `grad_output` puts the kernel, times $g$, where its window was. Where windows overlap, the
# contributions add up. Step $i$ shows **your** `grad_input` for the first $i$ values of `grad_output`
# only. The stride is 2. Work out the next numbers before you step on.

# %%
G = np.array([[1.0, 0.0], [2.0, -1.0]])
W = np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
order, blank = np.arange(G.size).reshape(G.shape), np.zeros((1, 1, 5, 5))
sums = [
    conv2d_backward(np.where(order <= place, G, 0)[None, None], blank, W[None, None], stride=2)[0][0, 0]
    for place in range(G.size + 1)
]
figure = Figure(figsize=(6.4, 3.6), layout="constrained")
canvas = figure.subplots()
names = ("grad_output", "grad_input so far")


def put_down(place):
    canvas.clear()
    stamp(G, W, sums[place], place, canvas, stride=2, limit=np.abs(sums).max(), names=names)


about = "each of four gradients puts the kernel down, two pixels apart, and the overlaps add up"
motion(figure, put_down, G.size + 1, description=about, per_second=0.8)

# %% [markdown]
# ### How often is a pixel read?
#
# Let all weights and all of $G$ be 1. Then each window adds 1 to each of its pixels, and your `grad_input` **counts
# the windows** that contain a pixel. Here are four ways to move over an image of 7 by 7.
#
# **Predict:** which pixels of the second picture are in fewer than nine windows?

# %%
ways = (
    {"kernel": 3, "stride": 1, "padding": 0},
    {"kernel": 3, "stride": 1, "padding": 1},
    {"kernel": 3, "stride": 2, "padding": 1},
    {"kernel": 2, "stride": 3, "padding": 0},
)
fig, axes = plt.subplots(1, 4, figsize=(11, 3.2), layout="constrained")
for ax, way in zip(axes, ways, strict=True):
    k, s, p = way.values()
    places = (7 + 2 * p - k) // s + 1
    ones = np.ones((1, 1, places, places))
    counts, _, _ = conv2d_backward(ones, np.zeros((1, 1, 7, 7)), np.ones((1, 1, k, k)), s, p)
    figures.visits(counts[0, 0], ax, ", ".join(f"{name} {value}" for name, value in way.items()), most=9)
plt.show()

# %% [markdown]
# - Without padding, a corner is in one window and the middle in nine. Pixels at the border have less influence.
# - With padding, only the pixels at the border are in fewer than nine: a corner is in four windows, the others in six.
# - With a kernel of 3 and a stride of 2, a pixel is in one, two or four windows. This checkerboard pattern can appear
#   in the gradients of such layers.
# - A kernel smaller than the stride skips pixels. They have no influence and no gradient.

# %% [markdown]
# ## 8. What goes wrong
#
# The most common mistake uses the index of an output as the position of its window. With a stride of 2, the window of
# output 3 starts at row 6, not at row 3. Here is this mistake: the right number of windows, but one pixel apart.


# %%
def one_pixel_apart(input, weight, bias=None, stride=1, padding=0, dilation=1):
    every_place = conv2d_strided(input, weight, bias, 1, padding, dilation)
    rows, columns = conv2d_strided(input, weight, bias, stride, padding, dilation).shape[2:]
    return every_place[:, :, :rows, :columns]


course.assess(one_pixel_apart, "conv2d_strided")

# %% [markdown]
# ### Find the bug
#
# Exercise 5 gives you a function that makes no padded copy: it skips positions outside the image. It was tested on a
# drawing with empty edges, and was right. Here the drawing has a single dot, in its last row and column. The kernel
# computes the sum of 3 by 3 pixels.

# %%
given = course.exercises["repair_zero_padding"].given
dot = np.zeros((1, 1, 4, 5))
dot[0, 0, -1, -1] = 1
sum_of_nine = np.ones((1, 1, 3, 3))

print("handed out")
print(given(dot, sum_of_nine, padding=1)[0, 0])
print("yours")
print(conv2d_strided(dot, sum_of_nine, padding=1)[0, 0])

# %% [markdown]
# The dot appears in all four corners.
#
# ### Exercise 5: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_zero_padding"

# %% check="repair_zero_padding"
check(repair_zero_padding)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>Above the image, <code>row</code> is negative. The function only tested whether it is too large. In NumPy
# <code>-1</code> means the last row, so there was no error: the border was not zero, but the opposite side of the
# image. The condition needs a lower bound for the row and for the column.</p>
# <p>The test did not show it, because the image was empty at its edges. Test padding with the largest values at the
# border.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | the window starts at $y$ instead of $s y$ | the right size; only the upper left part of the image is read |
# | the stride along one axis only | an output that is too wide |
# | padding counted once in the size, or put on one side | an output that is too small, or shifted |
# | the size rounded up | an output that is too large, or an index out of range |
# | a dilation of 0 for "none" | in PyTorch an error; in your own code all elements of the kernel use the same pixel |
# | `(top, bottom, left, right)` for `pad` | right for one number, wrong for four |
# | `padding=k // 2` for an even kernel | an output that is one too large |
# | the border left on `grad_input` | a gradient larger than the input |

# %% [markdown]
# ### In your own words
#
# A network has three convolutions with a stride of 2, one after the other. You move a photo to the right, once by 8
# pixels and once by 1 pixel. What happens to the last feature map in each case? Ignore the borders. Answer in two or
# three sentences.

# %% [markdown] question="moved_by_one"
# <details><summary>Model answer and rubric</summary>
# <p>Three strides of 2 make one step of 2 · 2 · 2 = 8 pixels. If the photo moves by 8 pixels, the map moves by exactly
# one position and has the same values. If it moves by 1 pixel, the map does not move by an eighth: the layers now keep
# other positions than before, so the values change, and may change a lot.</p>
# <ul><li>1 point: all strides together are a step of 8 pixels.</li>
# <li>1 point: 8 pixels: the same values, one position to the right.</li>
# <li>1 point: 1 pixel: the values change, because the windows that are kept see other pixels.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - Padding $p$ puts $p$ rows or columns on each side. Stride $s$ moves the window by $s$. Dilation $d$ puts $d - 1$
#   gaps between the elements of the kernel.
# - The output has $\lfloor (h_i + 2p - d(k_h - 1) - 1) / s \rfloor + 1$ rows; rows that fill no window are ignored.
# - For stride 1, $d(k-1)/2$ zeros before the first row keep the size. If that is not a whole number, round down and put
#   one more zero after the last row.
# - None of them adds a parameter. A stride of 2 divides the work by four.
# - In the backward pass, contributions are added to the pixels that were used, in steps of $s$, and the border is
#   removed.
#
# ### Elsewhere
#
# | library | what | how it differs |
# |:--|:--|:--|
# | PyTorch | `padding="same"` | stride 1 only |
# | Keras, TensorFlow | `padding="same"` | takes strides: $h_o = \lceil h_i / s \rceil$; a single zero goes after the last row |
# | Flax (JAX) | `flax.nnx.Conv` | `padding="SAME"` by default; the dilation is called `kernel_dilation` |
# | NumPy | `np.pad` | pairs, first axis first; replicate is `"edge"`, and `"symmetric"` repeats the outermost value |
#
# PyTorch's `padding=1` puts a zero on each side, even where one is enough. A network with a stride of 2 that moves
# from TensorFlow to PyTorch may have outputs of the right size and wrong values: its windows are shifted by one pixel.
#
# ### Further reading
#
# - [torch.nn.Conv2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html) and
#   [torch.nn.functional.pad](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html) in PyTorch's
#   documentation.
# - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285) (2016).
# - Odena, Dumoulin and Olah, [Deconvolution and Checkerboard Artifacts](https://distill.pub/2016/deconv-checkerboard/)
#   (2016): the checkerboard pattern, and how to avoid it.
# - Yu and Koltun, [Multi-Scale Context Aggregation by Dilated Convolutions](https://arxiv.org/abs/1511.07122) (2015).
