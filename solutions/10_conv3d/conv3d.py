# %% [markdown]
# # {{conv3d}} · Conv3d: a kernel that moves through time
#
# At the end of this chapter you will have written PyTorch's convolution of videos and volumes in NumPy, and then one
# function for Conv1d, Conv2d and Conv3d. You will have built kernels that detect motion.
#
# You need chapters {{conv1d}} to {{padding_and_stride}}. Plan about 85 minutes, in two sittings: sections 1 to 5, then
# 6 to 9.
#
# Run the cells from top to bottom. Three are exercises, each with a check below.
# `hint("conv3d")` gives one step of help, `solution("conv3d")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell is for the demonstrations. Your own code uses NumPy alone.

# %%
import torch
from matplotlib.figure import Figure
from torchinfo import summary

import course
from course.figures import conv3d as figures
from course.figures.cells import cells
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits
#
# The layer's row of the summary table:

# %%
table("Conv3d")

# %% [markdown]
# A **video** is a stack of frames, a **volume** a stack of slices. No single frame shows whether a door opens
# or closes; the difference between frames does. So the window must cover several of them.

# %% [markdown]
# ## 2. Formula and shapes
#
# For one sample, output channel $o$ at frame $z$, row $y$ and column $x$ is
#
# $$
# Y_{o,z,y,x} = b_o + \sum_c \sum_t \sum_u \sum_v W_{o,c,t,u,v} \, X_{c,\,z+t,\,y+u,\,x+v}
# $$
#
# $t$, $u$, $v$ are the indices inside the window. $t = 0$ is its earliest frame.
#
# | array | shape |
# |:--|:--|
# | input $X$ | $(n, c_i, d_i, h_i, w_i)$ |
# | weight $W$ | $(c_o, c_i, k_d, k_h, k_w)$ |
# | bias $b$ | $(c_o{,})$ |
# | output $Y$ | $(n, c_o, d_o, h_o, w_o)$ |
#
# $d$ is the depth: the number of frames, or slices. In chapter {{conv1d}} it was the dilation, which is 1 here.
#
# ### Exercise 1: the layer
#
# Here is the formula as loops, for one channel and one kernel.


# %%
def slide_one_kernel(video, kernel):
    frames, rows, columns = np.subtract(video.shape, kernel.shape) + 1
    response = np.zeros((frames, rows, columns))
    for z in range(frames):
        for y in range(rows):
            for x in range(columns):
                for t in range(kernel.shape[0]):
                    for u in range(kernel.shape[1]):
                        for v in range(kernel.shape[2]):
                            response[z, y, x] += kernel[t, u, v] * video[z + t, y + u, x + v]
    return response


tiny = np.array([[[1.0, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]], [[9, 2, 3], [4, 5, 6]]])
later_minus_earlier = np.array([[[-1.0]], [[1.0]]])
slide_one_kernel(tiny, later_minus_earlier)

# %% [markdown]
# This kernel subtracts each frame from the next. One pixel changes, between the last two frames: find it.
#
# Write the layer for a batch with channels, without a loop over positions. Change the loop order: the kernel is small,
# so loop over its elements. Element $(t, u, v)$ is multiplied with a **block** of the video that is as large as the
# output.


# %% exercise="conv3d"

# %% check="conv3d"
check(conv3d)

# %% [markdown]
# The example has six loops; with samples, output channels and input channels there would be nine. A loop over the
# kernel needs three.
#
# ### The size of the output
#
# Each axis has its own size, and the rule is the same as in chapter {{conv1d}}. With stride $s$ and padding $p$,
#
# $$
# d_o = \left\lfloor \frac{d_i + 2p - k_d}{s} \right\rfloor + 1
# $$
#
# and the same for $h$ and $w$. With stride 1 and without padding it is $d_i - k_d + 1$.
#
# ### Where you find it
#
# You find the layer in two places.
#
# - **As the first or an inner layer** of networks that recognize actions in videos, or organs in scans.
# - Rarely **as the last layer**: where each point of a volume gets its own label.
#
# The picture shows a video of 6 frames, the first in front. One window is marked. It has a height, a width, and a depth
# of 3 frames. All values that it covers contribute to **one** output.

# %%
fig, ax = plt.subplots(figsize=(6, 3.4))
figures.kernel_in_video((6, 7, 9), (3, 3, 4), (1, 2, 3), ax)
plt.show()

# %% [markdown]
# The window moves along three axes: to the right, down, and forward in time.

# %% [markdown]
# ## 3. See it in PyTorch
#
# The layer of the table has 16 channels in, 32 out, and a kernel of 3 along each axis. Its input has 8 frames of 12
# by 14.

# %%
torch.manual_seed(0)
layer = torch.nn.Conv3d(in_channels=16, out_channels=32, kernel_size=3)
input_data = torch.randn(1, 16, 8, 12, 14)  # (n, c_i, d_i, h_i, w_i)

print("weight", tuple(layer.weight.shape))
print("bias  ", tuple(layer.bias.shape))
print("output", tuple(layer(input_data).shape))

# %% [markdown]
# Each axis is shorter by 2. Here is one output by the formula: channel 5 at frame 2, row 4, column 7.

# %%
window = input_data[0, :, 2 : 2 + 3, 4 : 4 + 3, 7 : 7 + 3]
by_hand = (layer.weight[5] * window).sum() + layer.bias[5]
torch.allclose(by_hand, layer(input_data)[0, 5, 2, 4, 7], atol=1e-6)

# %% [markdown]
# ### What the third axis costs
#
# Take a short clip: 16 frames of 112 by 112 pixels, in three colours. First, a Conv2d that processes each frame
# separately. The frames are its batch.

# %%
summary(torch.nn.Conv2d(3, 64, kernel_size=3, padding=1), input_size=(16, 3, 112, 112))

# %% [markdown]
# Now a Conv3d with the same number of output channels that covers three frames at a time.

# %%
summary(torch.nn.Conv3d(3, 64, kernel_size=3, padding=1), input_size=(1, 3, 16, 112, 112))

# %% [markdown]
# Both give 64 channels of 16 frames, so the outputs take the same memory: about 103 MB with their gradients. That is
# for a **single** clip, half a second at 30 frames a second. Networks for videos and scans are limited by memory.
#
# The mult-adds now have another unit: 360 million have become 1.05 billion. The kernel has three times as many
# weights, and each output takes three times as many multiplications. torchinfo counts the 64 biases too, so the ratio
# of its figures is a little less than 3.

# %%
weights = {"Conv2d": 64 * 3 * 3 * 3, "Conv3d": 64 * 3 * 3 * 3 * 3}
positions = 16 * 112 * 112
for name, count in weights.items():
    print(f"{name}  {count + 64:5,} parameters  {count * positions:13,} multiplications")
    print(f"{'':6}  {'':16}  {(count + 64) * positions:13,} mult-adds according to torchinfo")

# %% [markdown]
# ## 4. Predict, then run
#
# A batch of 2 clips in three colours, 16 frames of 32 by 32, goes through `Conv3d(3, 8, kernel_size=(3, 5, 5))`.
#
# Write down four answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weight?
# 3. How many parameters does the layer have?
# 4. How many multiplications does the batch take?

# %%
clips = torch.randn(2, 3, 16, 32, 32)
small = torch.nn.Conv3d(3, 8, kernel_size=(3, 5, 5))

print("1. output", tuple(small(clips).shape))
print("2. weight", tuple(small.weight.shape))
print("3. parameters", sum(p.numel() for p in small.parameters()))
print("4. multiplications", small(clips).numel() * 3 * 3 * 5 * 5)

# %% [markdown]
# One more, without code. You could also treat the 16 frames of three colours as 48 channels and use a
# `Conv2d(48, 8, kernel_size=5)`. It sees all frames. What is different?
#
# <details><summary>Answer</summary>
# <p>Its kernels cover all 16 frames at once, with separate weights for each frame. It has to learn a movement
# separately for each time at which it may start, and it accepts only videos of 16 frames. A Conv3d shares its weights
# over time, as over rows and columns. And its output has a time axis: the next layer can combine movements.</p>
# </details>

# %% [markdown]
# ## 5. Write it
#
# ### What it costs
#
# Nothing in the counts is new. The weight is $(c_o, c_i, k_d, k_h, k_w)$, and there is a bias for each output channel.
# Each output is a sum of $c_i \, k_d k_h k_w$ products, and that is the work of one output. Here is the layer of the
# table, next to torchinfo's count, which adds one for the bias of each output.

# %%
outputs, products = layer(input_data).numel(), layer.weight[0].numel()
print(f"outputs · products {outputs * products:9,}")
print(f"torchinfo          {summary(layer, input_size=(1, 16, 8, 12, 14)).total_mult_adds:9,}")
print(f"outputs            {outputs:9,}")

# %% [markdown]
# How fast do the parameters grow with the kernel? Here are cubes of 1, 3, 5 and 7 next to squares, from 16 to 32
# channels.

# %%
print("kernel  parameters of Conv3d  of Conv2d")
for k in (1, 3, 5, 7):
    cube, square = torch.nn.Conv3d(16, 32, k), torch.nn.Conv2d(16, 32, k)
    counts = [sum(array.numel() for array in each.parameters()) for each in (cube, square)]
    print(f"{k:6}  {counts[0]:20,}  {counts[1]:9,}")

# %% [markdown]
# A cube of 7 has seven times the weights of a square of 7. Nearly all networks for videos use kernels of 3. Many even
# split these: a kernel $(1, 3, 3)$ for the image, then $(3, 1, 1)$ for time.
#
# **Predict:** from 64 to 64 channels, without bias: how many weights does the cube of 3 have, and how many do the two
# have together?

# %%
cube, image, time = (torch.nn.Conv3d(64, 64, k).weight.numel() for k in (3, (1, 3, 3), (3, 1, 1)))
print("cube ", cube)
print("split", image, "+", time, "=", image + time)

# %% [markdown]
# 27 per pair of channels, against 9 + 3.
#
# ### One engine for all axes
#
# Compare your conv3d with the conv2d of chapter {{conv2d}}, and that with conv1d. Only the number of axes differs.
# PyTorch has three layers that use one function. You can write it, too, with two tools that take **lists** of axes.
#
# `sliding_window_view` gives all windows. Its result has the axes of the positions, then the axes of the kernel.

# %%
array = input_data.numpy()
windows = np.lib.stride_tricks.sliding_window_view(array, (3, 3, 3), axis=(2, 3, 4))
print("input  ", array.shape, array.size, "numbers")
print("windows", windows.shape, windows.size, "numbers")
print("the windows are a view of the input:", np.shares_memory(array, windows))

# %% [markdown]
# The windows have over 14 times as many numbers as the input: each pixel is in up to 27 windows. This takes no memory,
# because a view copies nothing.
#
# `tensordot` multiplies two arrays and sums over pairs of axes. You pass the axes in two lists. A linear layer, for
# instance, sums over axis 1 of both:

# %%
X, W = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
print(np.tensordot(X, W, axes=([1], [1])))
print(X @ W.T)

# %% [markdown]
# The remaining axes keep their order: first the axes of the first array, then the axes of the second.
#
# `tensordot` is fast, but it does copy the windows. For an inner layer with the clip of section 3 and 64 input
# channels, the copy would need

# %%
numbers = 64 * 3**3 * 16 * 112 * 112
print(f"{4 * numbers / 1e9:.2f} GB of windows, for an input of {4 * 64 * 16 * 112 * 112 / 1e6:.0f} MB")

# %% [markdown]
# Libraries copy the windows in small parts, or compute them inside the processor. Your loop over the kernel's elements
# needs no such copy. Which is better depends on the sizes.
#
# ### First with one axis
#
# Here are all steps for a signal, with stride 2 and padding 1. With one spatial axis, every axis can be written down.
# **Predict** each shape before you run the cell: one signal has 2 channels of 7 values, and 5 kernels cover 3 values.

# %%
signals, filters = np.arange(14.0).reshape(1, 2, 7), np.ones((5, 2, 3))

padded = np.pad(signals, [(0, 0), (0, 0), (1, 1)])
every = np.lib.stride_tricks.sliding_window_view(padded, (3,), axis=(2,))
second = every[:, :, ::2]
sums = np.tensordot(second, filters, axes=([1, 3], [1, 2]))
response = np.moveaxis(sums, 2, 1)
print("padded            (n, c_i, size)            ", padded.shape)
print("windows           (n, c_i, positions, kernel)", every.shape)
print("every second one  (n, c_i, positions, kernel)", second.shape)
print("summed            (n, positions, c_o)       ", sums.shape)
print("channels moved    (n, c_o, positions)       ", response.shape)

# %% [markdown]
# `tensordot` sums over the input channels and the kernel: axes 1 and 3 of the windows, axes 1 and 2 of the filters.
# `moveaxis` takes the axis of the output channels from the end to place 1.
#
# If you don't know the number of axes, you can't write `::2` in the brackets. `slice(None, None, 2)` is the same thing
# as an object, `slice(None)` is a plain `:`, and a **tuple** of slices is an index.

# %%
index = (slice(None), slice(None), slice(None, None, 2))
print("the same:", np.array_equal(every[index], every[:, :, ::2]))

# %% [markdown]
# ### Exercise 2: any number of axes
#
# Write one function for signals, images and volumes, with stride and padding. The shape of `weight` says how many
# spatial axes there are. The check tells you which dimensions already work, and each of them earns points.
#
# Take the steps of the signal, and make each list of axes from the number of spatial axes. Begin by making `stride` and
# `padding` tuples with a number for each axis. With one spatial axis, the windows have the positions on axis 2 and the
# kernel on axis 3. Which axes are they with two, and with three?


# %% exercise="conv_nd"

# %% check="conv_nd"
check(conv_nd)

# %% [markdown]
# Here is your function compared with PyTorch's three.

# %%
rng = np.random.default_rng(0)
functions = (torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d)
for axes, function in enumerate(functions, start=1):
    sizes, kernel = (9, 8, 7)[:axes], (2, 3, 4)[:axes]
    arrays = rng.normal(size=(2, 3, *sizes)), rng.normal(size=(4, 3, *kernel)), rng.normal(size=4)
    theirs = function(*map(torch.from_numpy, arrays), stride=2, padding=1)
    yours = conv_nd(*arrays, stride=2, padding=1)
    print(f"{function.__name__}  {yours.shape!s:17} equal: {np.allclose(yours, theirs.numpy())}")

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### A video
#
# We make one in code: a square that does not move, a dot that moves right, and a dot that moves left.

# %%
video = np.zeros((14, 20, 30))  # (d, h, w)
video[:, 1:6, 12:17] = 1
for z in range(14):
    video[z, 9:11, 4 + z : 6 + z] = 1
    video[z, 15:17, 24 - z : 26 - z] = 1

fig, axes = plt.subplots(1, 4, figsize=(9, 1.9), layout="constrained")
figures.frames(video, (0, 4, 8, 12), axes)
plt.show()

# %% [markdown]
# In a single frame the two dots are the same. They differ only over time. So cut the video the other way: take one row
# of pixels of every frame, and put these rows below each other, the first frame on top. Time goes down.
#
# **Predict:** what does an object that does not move look like in such a cut? And a dot that moves right?

# %%
fig, axes = plt.subplots(1, 3, figsize=(9, 2), layout="constrained")
for ax, row, name in zip(axes, (3, 9, 15), ("the square", "goes right", "goes left"), strict=True):
    figures.cut(video[:, row], ax, f"row {row}: {name}", down="frame")
plt.show()

# %% [markdown]
# An object that does not move is a vertical line. A moving object is a **slanted** line, and the slant is its
# velocity. A kernel can find it, as it finds the edges of chapter {{conv2d}}.
#
# So here are three kernels of 3 by 3 by 3.
#
# - Kernel 0, *changes*: the last frame of the window minus the first, at the middle pixel.
# - Kernel 1, *rightward*: a line that moves right, one pixel per frame. Its mean over time is subtracted, so that its
#   frames add up to 0 at each pixel.
# - Kernel 2, *leftward*: the same to the left.
#
# The pictures are cuts through them, as above: time $t$ goes down, columns $v$ go to the right. Blue is positive,
# orange negative.

# %%
slanted = np.eye(3)[:, np.newaxis, :] - 1 / 3  # (k_d, 1, k_w): in frame t, column t
kernels = np.zeros((3, 1, 3, 3, 3))
kernels[0, 0, [0, 2], 1, 1] = -1, 1
kernels[1, 0] = slanted
kernels[2, 0] = slanted[:, :, ::-1]

titles = ("0: changes", "1: rightward", "2: leftward")
fig, axes = plt.subplots(1, 3, figsize=(6.6, 2.4), layout="constrained")
for k, ax in enumerate(axes):
    figures.cut(kernels[k, 0, :, 1], ax, titles[k], down="time t", across="column v", limit=1)
plt.show()

# %% [markdown]
# **Predict:** what does each of them give for the square?

# %%
responses = conv3d(video[np.newaxis, np.newaxis], kernels)[0]  # (3, 12, 18, 28)
things = {"square": slice(0, 6), "goes right": slice(6, 12), "goes left": slice(12, 18)}
print("largest response   " + "  ".join(f"{name:>10}" for name in things))
for k, response in enumerate(responses):
    largest = [response[:, rows].max().round(6) + 0 for rows in things.values()]
    print(f"kernel {k}           " + "  ".join(f"{value:10.2f}" for value in largest))

# %% [markdown]
# The square has disappeared. At each pixel, the frames of each kernel add up to 0. So everything that does not move
# gives 0, even at its edges.
#
# Kernel 0 gives the same result for both dots. The other two respond twice as strongly to their own direction. A bias
# of -2 and a ReLU keep what is above 2: a detector for one direction.
#
# Watch all of them. Each response is shown next to the middle frame of its window. Press Play, or step with the arrows.

# %%
bias = np.array([0.0, -2.0, -2.0])
change, right, left = conv3d(video[np.newaxis, np.newaxis], kernels, bias)[0]
panels = {
    "video": video[1:-1, 1:-1, 1:-1],
    "changes": change,
    "rightward, bias, ReLU": np.maximum(right, 0),
    "leftward, bias, ReLU": np.maximum(left, 0),
}
figure = Figure(figsize=(9, 1.9), layout="constrained")
screens = figure.subplots(1, 4)


def show_frame(z):
    for ax, (name, values) in zip(screens, panels.items(), strict=True):
        figures.cut(values[z], ax, name, down="", across="", limit=None if name == "video" else 1)


about = "a video of a square and two dots; one kernel answers to both dots, the others to one direction each"
motion(figure, show_frame, len(change), description=about, per_second=3)

# %% [markdown]
# Kernel 0 is positive (blue) where a dot arrives, and negative (orange) where it has left. Kernel 1 follows the upper
# dot, kernel 2 the lower one.
#
# ### A volume
#
# In a scan the third axis is depth. This one contains two things. In the middle slice they are two equal discs. A
# Conv2d on this slice alone can't distinguish them.

# %%
z, y, x = np.mgrid[:17, :16, :28]
rod = (y - 8) ** 2 + (x - 7) ** 2 <= 12
ball = (z - 8) ** 2 + (y - 8) ** 2 + (x - 20) ** 2 <= 12
volume = (rod | ball).astype(float)

long_kernel = np.ones((1, 1, 11, 1, 1)) / 11  # the mean of eleven slices, at one pixel
along = conv3d(volume[np.newaxis, np.newaxis], long_kernel)[0, 0]

fig, axes = plt.subplots(1, 3, figsize=(9, 2.3), layout="constrained")
figures.cut(volume[8], axes[0], "the slice in the middle")
figures.cut(volume[:, 8], axes[1], "row 8 of all slices", down="z")
figures.cut(along[3], axes[2], "mean of eleven slices")
plt.show()
print(f"in the middle of the left disc {along[3, 8, 7]:.2f}, of the right disc {along[3, 8, 20]:.2f}")

# %% [markdown]
# Seen from the side, the left one is a rod and the right one a ball. A kernel with a depth can tell them apart.

# %% [markdown]
# ## 7. Backwards
#
# One more index changes nothing. With $G$ for `grad_output` and $r$ for the row of the batch, the three sums of
# chapter {{conv1d}} become
#
# $$
# \frac{\partial L}{\partial b_o} = \sum_{r,z,y,x} G_{r,o,z,y,x}
# \qquad
# \frac{\partial L}{\partial W_{o,c,t,u,v}} = \sum_{r,z,y,x} G_{r,o,z,y,x} \, X_{r,c,\,z+t,\,y+u,\,x+v}
# $$
#
# $$
# \frac{\partial L}{\partial X_{r,c,i,j,l}} = \sum_{o,t,u,v} G_{r,o,\,i-t,\,j-u,\,l-v} \, W_{o,c,t,u,v}
# $$
#
# Look at the second sum with the formula of section 2 next to it. It slides $G$ over $X$ and sums over samples; the
# layer sums over channels. So it **is** a convolution, with samples and channels exchanged.
#
# The third one slides $W$ over $G$, with minus signs: the kernel is flipped. At the borders $i - t$ is outside $G$;
# these terms are 0. So pad with zeros, one less than the kernel along each axis.
#
# Your `conv_nd` can then compute both, for any number of axes.


# %%
def gradients(grad_output, input, weight):
    spatial = tuple(range(2, weight.ndim))
    grad_weight = conv_nd(input.swapaxes(0, 1), grad_output.swapaxes(0, 1)).swapaxes(0, 1)
    turned = np.flip(weight, axis=spatial).swapaxes(0, 1)
    grad_input = conv_nd(grad_output, turned, padding=tuple(k - 1 for k in weight.shape[2:]))
    return grad_input, grad_weight, grad_output.sum(axis=(0, *spatial))


for axes, function in enumerate(functions, start=1):
    sizes, kernel = (6, 5, 4)[:axes], (2, 3, 2)[:axes]
    arrays = rng.normal(size=(2, 3, *sizes)), rng.normal(size=(4, 3, *kernel)), rng.normal(size=4)
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    output = function(*tensors)
    G = rng.normal(size=tuple(output.shape))
    theirs = torch.autograd.grad(output, tensors, grad_outputs=torch.tensor(G))
    yours = gradients(G, *arrays[:2])
    equal = [np.allclose(y, t.numpy()) for y, t in zip(yours, theirs, strict=True)]
    print(f"{function.__name__}  grad_input, grad_weight, grad_bias equal to autograd's: {equal}")

# %% [markdown]
# This holds for stride 1 and no padding. Chapter {{padding_and_stride}} deals with strides.
#
# ### What gradients are for
#
# Clouds move across the sky. The task: predict the next frame from two frames. The layer has a single kernel of 2
# frames, 3 by 3 pixels, and starts with zeros. It does not know the wind.

# %%
clouds = rng.normal(size=(14, 14))
sky = np.stack([np.roll(clouds, (z, z), axis=(0, 1)) for z in range(9)])[np.newaxis, np.newaxis]
seen, target = sky[:, :, :-1], sky[:, :, 2:, 1:-1, 1:-1]

weight = np.zeros((1, 1, 2, 3, 3))
for number in range(41):
    prediction = conv3d(seen, weight)
    if number in (0, 5, 10, 40):
        print(f"step {number:2}  loss {np.mean((prediction - target) ** 2):.4f}")
    grad_output = 2 * (prediction - target) / target.size
    _, grad_weight, _ = gradients(grad_output, seen, weight)
    weight = weight - 0.1 * grad_weight

fig, axes = plt.subplots(1, 2, figsize=(4.6, 2.3), layout="constrained")
for t, ax in enumerate(axes):
    cells(weight[0, 0, t].round(2), ax, limit=1)
    ax.set(xlim=(-0.03, 3.03), ylim=(3.03, -0.03), title=f"learned, t = {t}")
    ax.set_axis_off()
plt.show()

# %% [markdown]
# The kernel uses the upper left neighbour in the later of its two frames. What is there now will be in the middle in
# the next frame. So the wind blows to the lower right, one pixel per frame, which is how the video was made.

# %% [markdown]
# ## 8. What goes wrong
#
# A common mistake with several axes: something is done for the first axis and forgotten for the others. Here only the
# first axis has a stride.


# %%
def stride_on_one_axis(input, weight, bias=None, stride=1, padding=0):
    first = stride[0] if isinstance(stride, tuple) else stride
    return conv_nd(input, weight, bias, stride=1, padding=padding)[:, :, ::first]


course.assess(stride_on_one_axis, "conv_nd")

# %% [markdown]
# It is right for signals, and whenever the stride is 1. Test code for several axes with a different number for each.
#
# ### Find the bug
#
# Exercise 3 gives you a conv3d with a bug. It was tested on a video in which nothing moves, and it was right. Then it
# was applied to our video, with the difference kernel.

# %%
given = course.exercises["repair_conv3d"].given
still = np.repeat(video[:1], 6, axis=0)

for name, clip in (("nothing moves", still), ("two dots move", video)):
    for kernel_name, kernel in (("mean", np.full((1, 1, 3, 1, 1), 1 / 3)), ("difference", kernels[:1])):
        handed_out, yours = (f(clip[np.newaxis, np.newaxis], kernel) for f in (given, conv3d))
        difference = np.abs(handed_out - yours).max()
        print(f"{name}, {kernel_name:10}  largest difference from yours {difference:.2f}")

# %% [markdown]
# ### Exercise 3: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_conv3d"

# %% check="repair_conv3d"
check(repair_conv3d)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The window moved with <code>z</code>, but inside it the frame did not change: every frame of the kernel was
# multiplied with the same frame of the video. The formula uses frame <code>z</code> plus the kernel's own index. In a
# still video all frames are equal, so the mistake has no effect. And a kernel for motion, whose frames add up to 0,
# always gave 0.</p>
# <p>Test a convolution of videos with a video in which everything changes: random numbers.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | the video as $(n, d, c, h, w)$ | an error; wrong values if there are as many frames as channels |
# | $(c_o, c_i, k_h, k_w, k_d)$ for the weight | for a cube wrong values, else a wrong shape |
# | `=` instead of `+=` over the kernel's elements | only the last element counts |
# | the kernel flipped along $t$ | *arrives* and *leaves* are exchanged |
# | the same frame for all $t$ | right as long as nothing moves |
# | `range(d - k)` for the frames | the video is one frame too short |
# | the stride, or the padding, on one axis only | right for signals |
# | `tensordot` without `moveaxis` | the channels are last: $(n, d, h, w, c_o)$ |

# %% [markdown]
# ### In your own words
#
# A network with `Conv3d` layers tells videos of opening doors from videos of closing doors. Why could a network that
# looks at one frame at a time not do that? And what would you do to the trained kernels to make the network right for
# videos that are played backwards? Answer in two or three sentences.

# %% [markdown] question="film_backwards"
# <details><summary>Model answer and rubric</summary>
# <p>An opening and a closing door consist of the same frames: half open looks the same both ways. The answer is in
# their order, which only a kernel that covers several frames can see. A video that is played backwards has its time axis
# reversed, so reverse the kernels along their time axis (and only along it: rows and columns stay as they are).</p>
# <ul><li>1 point: single frames are the same in both videos.</li>
# <li>1 point: the order of the frames is what counts, so a kernel must cover several of them.</li>
# <li>1 point: reverse the kernels along the time axis alone.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - A kernel $(k_d, k_h, k_w)$ slides along depth, height and width. Each output is a weighted sum of its window, over
#   all channels.
# - The weight is $(c_o, c_i, k_d, k_h, k_w)$: $c_o \, c_i \, k_d \, k_h \, k_w + c_o$ parameters, for videos of any
#   length.
# - Compared with a Conv2d on each frame it takes $k_d$ times the weights and the work. Usually the memory for the
#   outputs is the limit.
# - Movement is a slanted line in time and space. Kernels whose frames add up to 0 respond only to changes.
# - One function works for 1, 2 and 3 axes: pad, windows, `tensordot`. It also computes the gradients.
#
# ### Elsewhere
#
# | library | layer or function | what differs |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Conv3d` | input $(n, c, d, h, w)$, weight $(c_o, c_i, k_d, k_h, k_w)$ |
# | Keras | `keras.layers.Conv3D` | input $(n, d, h, w, c)$, weight $(k_d, k_h, k_w, c_i, c_o)$ |
# | Flax (JAX) | `flax.nnx.Conv` | any number of axes; channels last; pads to the same size by default |
# | SciPy | `scipy.ndimage.correlate` | any number of axes, no channels; reflects at the borders by default |
#
# Videos often come as $(d, h, w, c)$ from a file, with the colours last. `movedim` brings them to the front.
#
# ### Further reading
#
# - [torch.nn.Conv3d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv3d.html) in PyTorch's documentation.
# - Tran et al., [Learning Spatiotemporal Features with 3D Convolutional Networks](https://arxiv.org/abs/1412.0767)
#   (2015). Its first layer is the one of section 3: 64 kernels of 3 by 3 by 3 on clips of 16 frames.
# - Tran et al., [A Closer Look at Spatiotemporal Convolutions for Action
#   Recognition](https://arxiv.org/abs/1711.11248) (2018): kernels split into image and time.
# - Çiçek et al., [3D U-Net: Learning Dense Volumetric Segmentation from Sparse
#   Annotation](https://arxiv.org/abs/1606.06650) (2016): a network for scans.
