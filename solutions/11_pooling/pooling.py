# %% [markdown]
# # {{pooling}} · Pooling: one value for each window
#
# At the end of this chapter you will have written PyTorch's max pooling, average pooling and global average pooling in
# NumPy, and their backward passes. You will know which values they pad with, where a gradient goes, and why layers
# without parameters are useful.
#
# You need chapters {{conv1d}} to {{padding_and_stride}}: windows, padding and strides. Plan about 105
# minutes, in two sittings: sections 1 to 5, then the rest.
#
# Run the cells from top to bottom with Shift+Enter. Six of them are exercises, each with a check right below. When you
# are stuck, `hint("max_pool2d")` gives one step of help, `solution("max_pool2d")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads what the demonstrations need. Your own code uses NumPy alone.

# %%
import torch
from matplotlib import cbook
from matplotlib.figure import Figure
from torchinfo import summary

import course
from course.figures import pooling as figures
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits
#
# Here are the two rows of the summary table.

# %%
table("MaxPool2d")

# %%
table("AvgPool2d")

# %% [markdown]
# A convolution turns an image into **feature maps**: one channel for each pattern, with large values where the pattern
# is. The maps are as large as the image, and for the question *what is in this image?* the exact pixel hardly matters.
# Pooling makes the maps smaller. It puts a window over a map, keeps **one** number for all values in the window, and
# moves on to the next window.
#
# - **Max pooling** keeps the largest: was the pattern found anywhere here?
# - **Average pooling** keeps the mean: how much of the pattern is here?

# %% [markdown]
# ## 2. Formula and shapes
#
# The simplest window is as large as the map. **Global average pooling** takes the mean of each map, for sample $r$ and
# channel $j$:
#
# $$
# Y_{r,j,0,0} = \frac{1}{h_i w_i} \sum_{u < h_i,\; v < w_i} X_{r,\;j,\;u,\;v}
# $$
#
# The input is $(n, c, h_i, w_i)$, with $n$ samples and $c$ channels. Each channel is pooled on its own.
#
# ### Exercise 1: global average pooling
#
# Keep the axes of height and width, with length 1: the output is $(n, c, 1, 1)$.


# %% exercise="global_avg_pool2d"

# %% check="global_avg_pool2d"
check(global_avg_pool2d)

# %% [markdown]
# ### One number for each map
#
# How does a network get from maps to scores? VGG flattens its last 512 maps of 7 by 7 to one row, and a linear layer
# maps it to 4,096 numbers. Other networks average each map first: one number for each channel remains, and is the
# input of a linear layer. Count the parameters of these linear layers as in chapter {{linear}}.

# %%
print(f"512 maps of 7 by 7, flattened, to 4,096:  {512 * 7 * 7 * 4096 + 4096:>11,}")
print(f"512 means to 1,000 scores:                {512 * 1000 + 1000:>11,}")

# %% [markdown]
# Averaging has another advantage. It works for images of any size: a mean is one number, however large the map. In
# PyTorch the layer is `torch.nn.AdaptiveAvgPool2d(1)`: its argument is the size of the output, not of the window.

# %%
for size in ((7, 7), (12, 9)):
    print(size, "->", tuple(torch.nn.AdaptiveAvgPool2d(1)(torch.randn(2, 512, *size)).shape))

# %% [markdown]
# ### Smaller windows
#
# For sample $r$, channel number $j$ and the output in row $y$ and column $x$, max pooling is
#
# $$
# Y_{r,j,y,x} = \max_{u < k_h,\; v < k_w} X_{r,\;j,\;s_h y - p + u,\;s_w x - p + v}
# $$
#
# and average pooling is
#
# $$
# Y_{r,j,y,x} = \frac{1}{k_h k_w} \sum_{u < k_h,\; v < k_w} X_{r,\;j,\;s_h y - p + u,\;s_w x - p + v}
# $$
#
# $u$ and $v$ count from 0, through the rows and columns of one window. Look at the index: output $y$ has a window that
# starts at row $s_h y - p$ of the image. The indices are as in a convolution, with one difference: $j$ is the same on
# both sides. **Each channel is pooled on its own.** There is no weight and no bias. The formula in the table leaves
# out the sample and the padding.
#
# In this chapter,
#
# - $n$ is the batch size,
# - $c$ is the number of channels, the same for input and output,
# - $h_i, w_i$ are height and width of the input, $h_o, w_o$ are height and width of the output,
# - $k_h, k_w$ are height and width of the window, which is also called kernel here,
# - $s_h, s_w$ is the stride: how far it is from one window to the next,
# - $p$ is the padding on each side.
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | input $X$ | $(n, c, h_i, w_i)$ | `input` |
# | output $Y$ | $(n, c, h_o, w_o)$ | |
#
# The size of the output is the same as for a strided convolution:
#
# $$
# h_o = \left\lfloor \frac{h_i + 2p - k_h}{s_h} \right\rfloor + 1
# $$
#
# and the same for the width. The brackets mean: round down. Values that do not fill a whole window are left out,
# unless you ask PyTorch for `ceil_mode=True`. The table's formula also has a dilation $d$, for max pooling only. This
# chapter uses neither: $d = 1$.
#
# Two things are special to pooling.
#
# - **The default stride is the kernel size**, not 1: if you give none, windows are side by side, and every value is in
#   one window at most.
# - **Padding means two different things.** In average pooling a position outside the image counts as 0. In max pooling
#   it counts as $-\infty$, so that it is never the largest. PyTorch allows a padding of at most half the kernel, so
#   that every window contains a real value.
#
# ### Where you find it
#
# Pooling is an **inner** layer, between convolutions. Global average pooling is the step before the last linear layer.
#
# The picture shows a map of 4 by 6 values, pooled by windows of 2 by 2. The framed window is the last one, and its
# largest value is ringed.

# %%
feature_map = np.array(
    [
        [1.0, 3.0, -2.0, 0.0, 1.0, 2.0],
        [2.0, 0.0, -1.0, -3.0, 0.0, 1.0],
        [0.0, -1.0, 4.0, 1.0, -4.0, -2.0],
        [1.0, 2.0, 2.0, 5.0, -1.0, -3.0],
    ]
)
maxima = torch.nn.functional.max_pool2d(torch.tensor(feature_map)[None], 2)[0].numpy()

fig, ax = plt.subplots(figsize=(6.4, 2.9), layout="constrained")
figures.window(feature_map, maxima, (1, 2), 2, 2, ax)
plt.show()

# %% [markdown]
# ## 3. See it in PyTorch
#
# The layer of the table halves height and width. We give it one sample with 16 channels, of 100 by 100.

# %%
torch.manual_seed(0)
layer = torch.nn.MaxPool2d(kernel_size=(2, 2), stride=(2, 2))
input_data = torch.randn(1, 16, 100, 100)
output_data = layer(input_data)

print("input ", tuple(input_data.shape))
print("output", tuple(output_data.shape))
print(torch.nn.MaxPool2d(2))

# %% [markdown]
# The last line is the layer made with `kernel_size` alone. PyTorch has set the stride to 2.
#
# One window of the input, and its output:

# %%
print(input_data[0, 0, :2, :2].numpy())
print("max ", output_data[0, 0, 0, 0].item())
print("mean", torch.nn.AvgPool2d(2)(input_data)[0, 0, 0, 0].item())

# %%
summary(layer, input_size=(1, 16, 100, 100))

# %% [markdown]
# No parameters. The two other zeros need a remark. torchinfo counts mult-adds and the size of the output only for
# layers that have parameters. But the output has 16 · 50 · 50 numbers of 4 bytes each, 0.16 MB. And there is work:
# each output takes 3 comparisons.
#
# ### The average is a convolution
#
# A mean is a weighted sum with equal weights. So average pooling is a convolution whose kernel is $1/(k_h k_w)$
# everywhere, whose stride is the kernel's size, and which works on each channel separately: a depthwise convolution,
# as in chapter {{grouped_and_depthwise}}.

# %%
equal_weights = torch.full((16, 1, 2, 2), 1 / 4)
as_convolution = torch.nn.functional.conv2d(input_data, equal_weights, stride=2, groups=16)
as_pooling = torch.nn.AvgPool2d(2)(input_data)
print("the same:", torch.allclose(as_convolution, as_pooling, atol=1e-6))

# %% [markdown]
# Can a convolution also do max pooling, with the right weights? A convolution is linear: $f(a + b) = f(a) + f(b)$. Try
# it.

# %%
one, other = torch.randn(2, 1, 16, 100, 100)
for pool in (torch.nn.AvgPool2d(2), torch.nn.MaxPool2d(2)):
    linear = torch.allclose(pool(one + other), pool(one) + pool(other), atol=1e-6)
    print(f"{type(pool).__name__}: pool(a + b) is pool(a) + pool(b): {linear}")

# %% [markdown]
# It can't: max pooling is not linear.

# %% [markdown]
# ## 4. Predict, then run
#
# A batch of 8 samples with 32 channels, 28 by 28 values each, goes through five layers, one at a time. Write down the
# shape of each output before you run the next cell.
#
# 1. `MaxPool2d(2)`
# 2. `MaxPool2d(3)`
# 3. `MaxPool2d(3, stride=1)`
# 4. `MaxPool2d(3, stride=2, padding=1)`
# 5. `AvgPool2d((7, 28))`
#
# And how many parameters do they have together?

# %%
maps = torch.randn(8, 32, 28, 28)
pools = [
    torch.nn.MaxPool2d(2),
    torch.nn.MaxPool2d(3),
    torch.nn.MaxPool2d(3, stride=1),
    torch.nn.MaxPool2d(3, stride=2, padding=1),
    torch.nn.AvgPool2d((7, 28)),
]
for number, pool in enumerate(pools, start=1):
    print(f"{number}. {tuple(pool(maps).shape)}")
print("parameters", sum(p.numel() for pool in pools for p in pool.parameters()))

# %% [markdown]
# In the second, 9 windows of 3 take up 27 rows. The last row and the last column are in no window.
#
# One more. The network VGG has five layers `MaxPool2d(2)`, and its images are 224 by 224. Its convolutions keep the
# size. How large are the maps at the end? And how large is the block of the image behind one value, if you consider
# only the pooling layers?
#
# <details><summary>Answer</summary>
# <p>Each layer halves the size: 224, 112, 56, 28, 14, 7. One value at the end was chosen from a block of 32 by 32
# pixels, because 2 · 2 · 2 · 2 · 2 = 32. The convolutions in between enlarge it further. This is the second use of
# pooling: the layers after it see more of the image, with the same small kernels.</p>
# </details>

# %% [markdown]
# ## 5. Write it
#
# First the formula, written directly for one channel, with a square window and no padding. One loop runs over the rows
# of the output, one over its columns. A slice gives the window.


# %%
def max_pool_loops(image, k, s):
    h, w = image.shape
    output = np.zeros(((h - k) // s + 1, (w - k) // s + 1))
    for y in range(output.shape[0]):
        for x in range(output.shape[1]):
            output[y, x] = image[y * s : y * s + k, x * s : x * s + k].max()
    return output


print(max_pool_loops(feature_map, 2, 2))

# %% [markdown]
# These are the six values of the picture in section 2.
#
# ### Without a loop
#
# NumPy can show you an array as windows: `sliding_window_view` adds an axis for each axis of the window. It copies
# nothing.

# %%
row = np.array([3, 1, 4, 1, 5, 9])
windows = np.lib.stride_tricks.sliding_window_view(row, 2)
print(windows)

# %% [markdown]
# These are the windows at **every** position: stride 1. For another stride, take only some of them.

# %%
print("windows 0, 2, 4:", windows[::2].tolist())
print("their maxima:   ", windows[::2].max(axis=-1))

# %% [markdown]
# For images, `sliding_window_view(images, (k_h, k_w), axis=(2, 3))` does this along both axes. The two new axes are at
# the end.
#
# ### Numbers and pairs
#
# PyTorch takes a kernel size of `2` as well as one of `(2, 3)`: height first, then width. The line in the loop below
# turns both into a pair. It is at the start of your functions, for the kernel. You need a similar line for the stride.

# %%
for kernel_size in (2, (2, 3)):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    print(f"kernel_size={kernel_size}: k_h is {k_h}, k_w is {k_w}")

# %% [markdown]
# ### Exercise 2: max pooling
#
# **Predict:** all values of an image are negative, and you pad it with zeros. What does max pooling give at the
# border?
#
# <details><summary>Answer</summary>
# <p>0, in every window that extends over the border: a value that the image does not contain. So do not pad with
# zeros.</p>
# </details>
#
# Write the layer. `kernel_size` and `stride` are numbers or pairs, `padding` is one number, for all four sides.


# %% exercise="max_pool2d"

# %% check="max_pool2d"
check(max_pool2d)

# %% [markdown]
# ### Exercise 3: average pooling
#
# The windows are the same. Two things change: the value of the padding, and what you compute for a window.
#
# There is one more question. A window of 3 by 3 in the corner of a padded image contains 4 real values and 5 places of
# padding. Is its mean the sum divided by 9, or by 4? PyTorch lets you choose. By default the padding counts, as zeros,
# and the divisor is 9. With `count_include_pad=False` it is 4, and at an edge 6.
#
# **Predict:** an image is 1 everywhere. What does each of the two give in the corner?

# %%
ones = torch.ones(1, 1, 4, 4)
for counted in (True, False):
    pool = torch.nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=counted)
    print(f"count_include_pad={counted}")
    print(pool(ones)[0, 0].numpy().round(2))

# %% [markdown]
# If padding counts, the border gets darker. Write the layer.


# %% exercise="avg_pool2d"

# %% check="avg_pool2d"
check(avg_pool2d)

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### The window on its way
#
# Windows of 2 by 2, and no stride given. Press Play, or step through with the arrows. The largest value is ringed,
# even if all values are negative.

# %%
side_by_side = max_pool2d(feature_map[None, None], 2)[0, 0]
frame = Figure(figsize=(5.6, 2.6), layout="constrained")
canvas = frame.subplots()


def draw_side_by_side(step):
    figures.window(feature_map, side_by_side, divmod(step, 3), 2, 2, canvas)


what = "A 2 by 2 window moves over a 4 by 6 map in steps of 2."
motion(frame, draw_side_by_side, 6, description=what, per_second=1)

# %% [markdown]
# Now windows of 3 by 3 with stride 2 and padding 1. Windows overlap: the 9 is in four of them, and is the largest in
# all four. In a corner five positions are padding. They are never ringed, although the first window has only negative
# values.

# %%
small = np.array(
    [
        [-5.0, -3.0, 1.0, 0.0, 2.0],
        [-4.0, -6.0, -2.0, 3.0, 1.0],
        [2.0, 0.0, 1.0, -1.0, 4.0],
        [1.0, 9.0, -3.0, -2.0, -7.0],
        [3.0, 2.0, 0.0, -4.0, -6.0],
    ]
)
overlapping = max_pool2d(small[None, None], 3, stride=2, padding=1)[0, 0]
frame = Figure(figsize=(5.6, 3.9), layout="constrained")
canvas = frame.subplots()


def draw_overlapping(step):
    place = divmod(step, 3)
    figures.window(small, overlapping, place, 3, 2, canvas, padding=1, border="−∞")


what = "A 3 by 3 window moves over a padded 5 by 5 map in steps of 2."
motion(frame, draw_overlapping, 9, description=what, per_second=1)

# %% [markdown]
# Now move both sizes yourself. The window is at the last output. **Predict:** for which of them is a row or a column
# in no window?


# %%
def last_window(ax, kernel_size, stride):
    output = max_pool2d(small[None, None], kernel_size, stride=stride)[0, 0]
    last = (output.shape[0] - 1, output.shape[1] - 1)
    figures.window(small, output, last, kernel_size, stride, ax)


what = "A larger kernel or stride makes the output smaller."
course.explore(last_window, description=what, figsize=(5.6, 3.4), kernel_size=[2, 3], stride=[1, 2, 3])

# %% [markdown]
# ### What is left of an image
#
# A photo that comes with Matplotlib, of 600 by 512 pixels: Grace Hopper, who wrote one of the first compilers. Three
# ways to make it smaller by a factor of 8: keep every eighth pixel and drop the rest, keep the largest of each 8 by 8
# block, or keep its mean.
#
# **Predict:** which of the three is the brightest? Which looks most like the photo?

# %%
colours = plt.imread(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) / 255
photo = colours.mean(axis=-1)[None, None]  # (1, 1, 600, 512)

smaller = {
    "every 8th pixel": photo[:, :, ::8, ::8],
    "max_pool2d(photo, 8)": max_pool2d(photo, 8),
    "avg_pool2d(photo, 8)": avg_pool2d(photo, 8),
}
fig, axes = plt.subplots(1, 4, figsize=(9.6, 3.3), layout="constrained")
figures.pixels(photo[0, 0], axes[0], "photo")
for ax, (name, image) in zip(axes[1:], smaller.items(), strict=True):
    figures.pixels(image[0, 0], ax, name)
plt.show()

for name, image in {"photo": photo, **smaller}.items():
    print(f"{name:21} mean {image.mean():.3f}")

# %% [markdown]
# The average keeps the brightness and gives the best small photo. The maximum makes everything brighter: bright
# details grow, and dark details that are narrower than a window disappear. For a photo that is bad. For a feature map
# it is what you want: there, a large value means "found", and a single strong response must not be averaged away.
#
# ### A step to the side
#
# Here the photo is shifted by one pixel, up and to the left. How much do the small images change, on average? A shift
# by one pixel should not matter much.

# %%
here, moved = photo[:, :, :592, :504], photo[:, :, 1:593, 1:505]
for name, pool in {
    "every 8th pixel": lambda image: image[:, :, ::8, ::8],
    "max pooling": lambda image: max_pool2d(image, 8),
    "average pooling": lambda image: avg_pool2d(image, 8),
}.items():
    print(f"{name:16} changes by {np.abs(pool(here) - pool(moved)).mean():.3f}")

# %% [markdown]
# Pooling makes a network less sensitive to exact positions. It does not make it independent of them: the changes are
# smaller, not zero. A shift by a whole stride moves the output by one position.

# %% [markdown]
# ## 7. Backwards
#
# There are no parameters, so only the input has a gradient. The layer receives `grad_output`, $G$, in the shape of the
# output. It returns the derivative of the loss $L$ with respect to each value of the input.
#
# ### Through a maximum
#
# The output of a window is a **copy** of one of its values. Change this value a little, and the output changes by the
# same amount. Change any other a little, and nothing happens: it is still not the largest. So the derivative is 1 for
# the largest value (the winner) and 0 for all others, and the whole gradient of a window goes to its winner:
#
# $$
# \frac{\partial L}{\partial X_a} = \sum_{\text{windows that } a \text{ won}} G_{\text{window}}
# $$
#
# If windows overlap, a value may be the winner of several. Then their gradients add up.
#
# What if the largest value occurs twice? Strictly, the maximum has no derivative there. PyTorch gives the whole
# gradient to the **first** of them, row by row from the top left. Ties are common. In an 8-bit photo a pixel has one
# of 256 values, and after a ReLU many values are 0:

# %%
after_relu = torch.relu(torch.randn(1, 1, 1000, 1000))
windows = after_relu[0, 0].unfold(0, 2, 2).unfold(1, 2, 2)  # (500, 500, 2, 2)
share = (windows == 0).all(dim=(2, 3)).double().mean()
print(f"{share:.1%} of all 2 by 2 windows contain four zeros; (1/2)^4 is {0.5**4:.1%}")

# %% [markdown]
# For zeros that come directly from a ReLU the choice does not matter: the slope of ReLU is 0 there, so the gradient
# becomes 0 anyway.
#
# ### Exercise 4: the gradient of max pooling
#
# Loops over the outputs are fine here. There is no padding. `window.argmax()` counts the values of a window row by row
# and gives the place of the first maximum as one number. `np.unravel_index` turns it into a row and a column.


# %% exercise="max_pool2d_backward"

# %% check="max_pool2d_backward"
check(max_pool2d_backward)

# %% [markdown]
# ### Through a mean
#
# Every value has the factor $1/(k_h k_w)$ in the mean. So it gets that share of the gradient from every window that
# contains it:
#
# $$
# \frac{\partial L}{\partial X_a} = \frac{1}{k_h k_w} \sum_{\text{windows that contain } a} G_{\text{window}}
# $$
#
# ### Exercise 5: the gradient of average pooling
#
# Only the shape of `input` matters here. Values that are in no window get the gradient 0.


# %% exercise="avg_pool2d_backward"

# %% check="avg_pool2d_backward"
check(avg_pool2d_backward)

# %% [markdown]
# ### Where the gradient goes
#
# Here is the backward pass of both layers for the same gradient. The map is the one of section 2.

# %%
G = np.array([[[[4.0, -2.0, 1.0], [2.0, 3.0, -4.0]]]])
X = feature_map[None, None]
through_max = max_pool2d_backward(G, X, 2)
through_mean = avg_pool2d_backward(G, X, 2)

fig, axes = plt.subplots(2, 1, figsize=(8, 5.4), layout="constrained")
figures.gradient(X[0, 0], G[0, 0], through_max[0, 0], 2, axes[0], "through max pooling")
figures.gradient(X[0, 0], G[0, 0], through_mean[0, 0], 2, axes[1], "through average pooling")
plt.show()

print("sums:", G.sum(), through_max.sum(), through_mean.sum())

# %% [markdown]
# In both cases the sum stays the same: a gradient is passed on or divided, and nothing is lost. But in max pooling
# only one value of each window gets a gradient.
#
# A part of the photo, an eye behind glasses, shows which pixels these are. Every block has one dot, on the pixel with
# the maximum.

# %%
part = photo[:, :, 160:224, 192:256]
winners = max_pool2d_backward(np.ones((1, 1, 8, 8)), part, 8)

fig, ax = plt.subplots(figsize=(5, 5), layout="constrained")
figures.reached(part[0, 0], winners[0, 0], 8, ax, "where the gradient arrives")
plt.show()

# %% [markdown]
# ### Compared with autograd
#
# Overlapping windows, an image with many ties, and both layers.

# %%
rng = np.random.default_rng(0)
X = np.maximum(rng.normal(size=(2, 3, 9, 11)), 0)
G = rng.normal(size=(2, 3, 4, 9))

for name, forward, backward in (
    ("max", torch.nn.functional.max_pool2d, max_pool2d_backward),
    ("avg", torch.nn.functional.avg_pool2d, avg_pool2d_backward),
):
    tensor = torch.tensor(X, requires_grad=True)
    output = forward(tensor, 3, stride=(2, 1))
    (theirs,) = torch.autograd.grad(output, [tensor], grad_outputs=torch.tensor(G))
    yours = backward(G, X, 3, stride=(2, 1))
    print(f"{name}_pool2d_backward {yours.shape} equal: {np.allclose(yours, theirs.numpy())}")

# %% [markdown]
# ## 8. What goes wrong
#
# Padding by hand is a common mistake. In chapter {{padding_and_stride}} you padded with zeros. Here the image is
# padded with zeros first and then pooled. What does the check say?


# %%
def padded_with_zeros(input, kernel_size, stride=None, padding=0):
    enlarged = torch.nn.functional.pad(torch.tensor(input), (padding,) * 4)
    return torch.nn.functional.max_pool2d(enlarged, kernel_size, stride).numpy()


course.assess(padded_with_zeros, "max_pool2d")

# %% [markdown]
# After a ReLU no value is negative, so this mistake has no effect. It matters only if you pool before the activation
# function.
#
# ### Find the bug
#
# There is a faster way for windows that are side by side. `reshape` splits the image into blocks, and one maximum over
# each block does the rest, without loops or windows. The function below does this. It runs, and the shape is right.
# For an image of ones the values are right, too. Here is its result for the photo.

# %%
broken = course.exercises["repair_block_max_pool"].given
all_ones = np.ones((1, 1, 4, 6))
same = np.array_equal(broken(all_ones, 2), max_pool2d(all_ones, 2))
print("right for an image of ones:", same)

fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.3), layout="constrained")
figures.pixels(max_pool2d(photo, 8)[0, 0], axes[0], "max_pool2d(photo, 8)")
figures.pixels(broken(photo, 8)[0, 0], axes[1], "the function below")
plt.show()

# %% [markdown]
# ### Exercise 6: repair it
#
# `reshape` keeps values in the order in which they are stored, row after row. Add `print(blocks)` to the function, and
# call it with `np.arange(16.0).reshape(1, 1, 4, 4)` and 2. Which values are in the same block? Then repair it.


# %% exercise="repair_block_max_pool"

# %% check="repair_block_max_pool"
check(repair_block_max_pool)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The new shape has the right number of values, and <code>reshape</code> checks nothing else. It fills the last two
# axes with values that are next to each other in memory: with blocks of 8, that is 64 pixels of <em>one row</em>, not
# 8 pixels of 8 rows. So the blocks are strips of the photo.</p>
# <p><code>reshape</code> can split an axis only into neighbours. The height becomes (block, row in the block), the
# width becomes (block, column in the block), in this order. The two axes to reduce are then not the last two, but the
# second of each pair.</p>
# <p>Ones look the same in any order. Test code that moves values with values that are all different.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | padding with zeros for a maximum | no effect after ReLU; otherwise a border of zeros |
# | `best = 0` before a loop over the window | no output is ever negative |
# | a default stride of 1 | the output is nearly as large as the input |
# | (width, height) instead of (height, width) | right for every square window |
# | `max` over the channels, too | one channel where there should be $c$ |
# | always divided by $k_h k_w$ | a dark border with `count_include_pad=False` |
# | the gradient to every value that equals the maximum | too much gradient, and only where there are ties |
# | `=` instead of `+=` in the backward pass | right until windows overlap |

# %% [markdown]
# ### In your own words
#
# A network ends with global average pooling and a linear layer. It was trained on photos of 64 by 64 pixels, each
# filled by one animal. Now it gets a photo of 512 by 512 with a small dog in a corner. Why does it run at all? Why may
# it miss the dog? What would a global maximum change? Answer in two or three sentences.

# %% [markdown] question="small_dog"
# <details><summary>Model answer and rubric</summary>
# <p>It runs because the mean of a map is one number, whatever the size of the map, so the linear layer gets as many
# numbers as before. But the dog covers few positions: its responses are averaged with the responses of a large
# background, and the mean becomes much smaller than in training. A global maximum keeps a single strong response
# whatever the size of the photo, but a single wrong one, too.</p>
# <ul><li>1 point: it runs because global pooling gives one number for each channel at any size.</li>
# <li>1 point: the mean is diluted by the positions without a dog.</li>
# <li>1 point: a maximum keeps a strong response at one place (a remark on its risk is welcome, not required).</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - Pooling keeps one number for each window of each channel: the largest, or the mean. It has no parameters.
# - Sizes are as for a convolution, $\lfloor (h_i + 2p - k_h)/s_h \rfloor + 1$, and the default stride is the kernel.
# - Padding is $-\infty$ for a maximum and 0 for a mean, where it counts by default.
# - In the backward pass, a maximum passes its gradient to one value, the first if several are equal; a mean divides it
#   equally. Gradients of overlapping windows add up.
# - Global average pooling turns maps of any size into one number for each channel.
#
# Many newer networks reduce their maps with strided convolutions instead, and use pooling only at the end.
#
# ### Elsewhere
#
# | library | layer | what differs |
# |:--|:--|:--|
# | PyTorch | `torch.nn.MaxPool2d` | $(n, c, h, w)$; the default stride is the kernel; padding counts in a mean |
# | Keras | `keras.layers.MaxPooling2D` | `pool_size`, `strides`; $(n, h, w, c)$; padding is `"valid"` or `"same"` |
# | Flax (JAX) | `flax.nnx.max_pool` | `window_shape`; $(n, h, w, c)$; **the default stride is 1** |
# | ONNX | `MaxPool`, `AveragePool` | the default stride is 1; **padding does not count** in a mean |
#
# ### Further reading
#
# - [torch.nn.MaxPool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html) and
#   [torch.nn.AvgPool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html) in PyTorch's
#   documentation.
# - The notes of Stanford's CS231n on [convolutional networks](https://cs231n.github.io/convolutional-networks/), with a
#   section on pooling.
# - Lin, Chen and Yan, [Network In Network](https://arxiv.org/abs/1312.4400) (2013): global average pooling.
# - Springenberg and others, [Striving for Simplicity](https://arxiv.org/abs/1412.6806) (2014): strides instead of
#   pooling.
# - Zhang, [Making Convolutional Networks Shift-Invariant Again](https://arxiv.org/abs/1904.11486) (2019): what pooling
#   does to shifts, and what it does not.
