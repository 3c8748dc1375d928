# %% [markdown]
# # {{conv3d}} · Conv3d: a kernel that moves through time
#
# At the end of this chapter you will have written PyTorch's convolution of films and volumes in NumPy, and then one
# function that is Conv1d, Conv2d and Conv3d at once. You will have built kernels that see motion.
# And you will know what the third axis costs.
#
# You need chapters {{conv1d}} to {{padding_and_stride}}. Plan about an hour.
#
# Run the cells from top to bottom with Shift+Enter. Five of them are exercises, and each has a check right below:
# run it as often as you like. When you are stuck, `hint("conv3d")` gives one step of help, and
# `solution("conv3d")` gives the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads PyTorch and the drawings. The demonstrations need them. Your own code uses NumPy alone.

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
# Here is the layer's row of the summary table.

# %%
table("Conv3d")

# %% [markdown]
# Some inputs have one axis more than an image.
#
# - A **film** is a stack of frames. The third axis is time.
# - A **volume**, such as a scan of a head, is a stack of slices. The third axis is depth.
#
# You could hand each frame to a Conv2d. But it sees one frame at a time. Whether a door opens or closes is not
# in any single frame. It is in the difference between frames. So the window must reach over several of them.
#
# The picture shows a film of 6 frames, the first in front. One window is marked. It has a height, a width, and a depth
# of 3 frames. All that it covers goes into **one** output.

# %%
fig, ax = plt.subplots(figsize=(6, 3.4))
figures.kernel_in_film((6, 7, 9), (3, 3, 4), (1, 2, 3), ax)
plt.show()

# %% [markdown]
# The window moves along three axes: to the right, downwards, and on in time.
#
# You find the layer in two places.
#
# - **As first or inner layer** of networks that recognise actions in films, or organs in scans.
# - Rarely **as last layer**: where each point of a volume gets a label of its own.

# %% [markdown]
# ## 2. Formula and shapes
#
# Many lecture notes write out the convolution for one and two axes, name `conv3d`, and leave it at that. It is the
# same sum with one index more. For one sample, output channel $o$ at frame $z$, row $y$ and column $x$ is
#
# $$
# Y_{o,z,y,x} = b_o + \sum_c \sum_t \sum_u \sum_v W_{o,c,t,u,v} \, X_{c,\,z+t,\,y+u,\,x+v}
# $$
#
# The window starts at $(z, y, x)$, and $t$, $u$, $v$ walk through it. Nothing is flipped: $t = 0$ is the earliest
# frame of the window.
#
# In this chapter,
#
# - $n$ is the batch size,
# - $c_i$ and $c_o$ are the numbers of input and output channels,
# - $d$, $h$ and $w$ are depth (the number of frames), height and width, of the input $i$ or the output $o$,
# - $k_d$, $k_h$ and $k_w$ are the kernel's sizes along these axes.
#
# In chapter {{conv1d}}, $d$ was the dilation. We do without dilation here.
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | input $X$ | $(n, c_i, d_i, h_i, w_i)$ | `input`; $c_i$ is `in_channels` |
# | weight $W$ | $(c_o, c_i, k_d, k_h, k_w)$ | `weight`; `kernel_size` is $(k_d, k_h, k_w)$ |
# | bias $b$ | $(c_o{,})$ | `bias` |
# | output $Y$ | $(n, c_o, d_o, h_o, w_o)$ | $c_o$ is `out_channels` |
#
# Each axis has its own size, and the rule is that of chapter {{conv1d}}. With stride $s$ and padding $p$,
#
# $$
# d_o = \left\lfloor \frac{d_i + 2p - k_d}{s} \right\rfloor + 1
# $$
#
# and the same for $h$ and $w$. With stride 1 and without padding it is $d_i - k_d + 1$.

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
# Each axis has lost 2. Here is one output by the formula: channel 5 at frame 2, row 4, column 7.

# %%
window = input_data[0, :, 2 : 2 + 3, 4 : 4 + 3, 7 : 7 + 3]
by_hand = (layer.weight[5] * window).sum() + layer.bias[5]
torch.allclose(by_hand, layer(input_data)[0, 5, 2, 4, 7], atol=1e-6)

# %% [markdown]
# ### What the third axis costs
#
# Take a short clip: 16 frames of 112 by 112 pixels, in three colours. First, a Conv2d that looks at each frame alone.
# The frames are its batch.

# %%
summary(torch.nn.Conv2d(3, 64, kernel_size=3, padding=1), input_size=(16, 3, 112, 112))

# %% [markdown]
# Now a Conv3d with as many output channels that looks at three frames at a time.

# %%
summary(torch.nn.Conv3d(3, 64, kernel_size=3, padding=1), input_size=(1, 3, 16, 112, 112))

# %% [markdown]
# Both give 64 channels of 16 frames, so the outputs take the same memory: about 103 MB with their gradients. That is
# for a **single** clip, half a second at 30 frames a second. Memory is what limits networks of films, and of scans.
#
# The line of the mult-adds has changed its unit: 360 million have become 1.05 thousand million. The kernel has three
# times as many weights, and each output takes three times as many multiplications. torchinfo counts the 64 biases
# too, so the ratio of its figures is a little less than 3.

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
# One more, without code. Somebody lays the 16 frames of three colours out as 48 channels, and takes a
# `Conv2d(48, 8, kernel_size=5)`. It sees all frames. What is different?
#
# <details><summary>Answer</summary>
# <p>Its kernels reach over all 16 frames at once, each frame with weights of its own. It has to learn a movement anew
# for each moment at which it may begin, and it takes films of 16 frames only. A Conv3d shares its weights over time,
# as over rows and columns. And it keeps a time axis in its output: the layer after it can look for movements of
# movements.</p>
# </details>

# %% [markdown]
# ## 5. Write it
#
# Here is the formula as loops, for a film of one channel and a single kernel.


# %%
def slide_one_kernel(film, kernel):
    frames, rows, columns = np.subtract(film.shape, kernel.shape) + 1
    response = np.zeros((frames, rows, columns))
    for z in range(frames):
        for y in range(rows):
            for x in range(columns):
                for t in range(kernel.shape[0]):
                    for u in range(kernel.shape[1]):
                        for v in range(kernel.shape[2]):
                            response[z, y, x] += kernel[t, u, v] * film[z + t, y + u, x + v]
    return response


tiny = np.array([[[1.0, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]], [[9, 2, 3], [4, 5, 6]]])
later_minus_earlier = np.array([[[-1.0]], [[1.0]]])
slide_one_kernel(tiny, later_minus_earlier)

# %% [markdown]
# The kernel is one pixel large and two frames deep. It subtracts each frame from the next. In this tiny film of three
# frames one pixel changes, between the last two. Find it in the output.
#
# Six loops; samples, output channels and input channels would make nine. The way out is that of chapters {{conv1d}} and {{conv2d}}:
# turn the loops round. The kernel is small, so loop over its elements. Element $(t, u, v)$ meets a **block** of the
# film, as large as the output, that starts at $(t, u, v)$.
#
# ### Exercise 1: the layer
#
# Write the layer for a batch with channels. A loop over the kernel's elements is fine. Do not loop over positions.


# %% exercise="conv3d"

# %% check="conv3d"
check(conv3d)

# %% [markdown]
# ### Exercise 2: its parameters
#
# `kernel_size` is a whole number, or a tuple $(k_d, k_h, k_w)$. `isinstance(kernel_size, tuple)` tells which.


# %% exercise="conv3d_num_parameters"

# %% check="conv3d_num_parameters"
check(conv3d_num_parameters)

# %% [markdown]
# ### Exercise 3: its work
#
# Count the mult-adds of a whole batch, with stride 1 and without padding. The bias multiplies nothing.


# %% exercise="conv3d_macs"

# %% check="conv3d_macs"
check(conv3d_macs)

# %% [markdown]
# Here is your count for the layer of the table beside torchinfo's, which adds one for each output: its bias.

# %%
print(f"yours     {conv3d_macs((1, 16, 8, 12, 14), 32, 3):9,}")
print(f"torchinfo {summary(layer, input_size=(1, 16, 8, 12, 14)).total_mult_adds:9,}")
print(f"outputs   {layer(input_data).numel():9,}")

# %% [markdown]
# How fast do the parameters grow with the kernel? Here are cubes of 1, 3, 5 and 7 beside squares, from 16 to 32
# channels. The count of Conv3d is yours.

# %%
print("kernel  parameters of Conv3d  of Conv2d")
for k in (1, 3, 5, 7):
    print(f"{k:6}  {conv3d_num_parameters(16, 32, k):20,}  {32 * 16 * k * k + 32:9,}")

# %% [markdown]
# A cube of 7 has seven times the weights of a square of 7. Nearly all networks of films use kernels of 3. Many split
# even these: a kernel $(1, 3, 3)$ for the image, then $(3, 1, 1)$ for time.
#
# **Predict:** from 64 to 64 channels, without bias: how many weights does the cube of 3 have, and how many the two
# together?

# %%
cube = conv3d_num_parameters(64, 64, 3, bias=False)
image = conv3d_num_parameters(64, 64, (1, 3, 3), bias=False)
time = conv3d_num_parameters(64, 64, (3, 1, 1), bias=False)
print("cube ", cube)
print("split", image, "+", time, "=", image + time)

# %% [markdown]
# 27 per pair of channels, against 9 + 3.
#
# ### One engine for all axes
#
# Compare your conv3d with the conv2d of chapter {{conv2d}}, and that with conv1d. Only the number of axes differs. PyTorch has
# three layers, and beneath them one function. You can write it, too, with two tools that take axes as **lists**.
#
# `sliding_window_view` lays out all windows. Its result has the axes of the positions, then those of the kernel.

# %%
array = input_data.numpy()
windows = np.lib.stride_tricks.sliding_window_view(array, (3, 3, 3), axis=(2, 3, 4))
print("input  ", array.shape, array.size, "numbers")
print("windows", windows.shape, windows.size, "numbers")
print("the windows are a view of the input:", np.shares_memory(array, windows))

# %% [markdown]
# The windows hold over 14 times as many numbers as the input: each pixel lies in up to 27 windows. It costs nothing,
# because a view copies nothing.
#
# `tensordot` multiplies two arrays and sums over pairs of axes. You name them in two lists. A linear layer, for
# instance, sums over axis 1 of both:

# %%
X, W = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
print(np.tensordot(X, W, axes=([1], [1])))
print(X @ W.T)

# %% [markdown]
# The axes that are left stand in the order in which they came: first those of the first array, then those of the
# second.
#
# In return for its speed, `tensordot` does copy the windows. For an inner layer of the clip in section 3, with 64
# channels in, that would be

# %%
numbers = 64 * 3**3 * 16 * 112 * 112
print(f"{4 * numbers / 1e9:.2f} GB of windows, for an input of {4 * 64 * 16 * 112 * 112 / 1e6:.0f} MB")

# %% [markdown]
# Real libraries lay windows out piece by piece, or compute them inside the processor. Your loop over the kernel's
# elements needs no such copy. Which is better depends on the sizes.
#
# ### Exercise 4: any number of axes
#
# Write one function for signals, images and volumes, with stride and padding. `weight` tells how many spatial axes
# there are. The check tells you which dimensions work already, and each earns points of its own.
#
# A plan: make `stride` and `padding` tuples with a number for each axis; pad; lay out the windows; take every $s$-th
# along each axis; multiply and sum; put the channels where they belong; add the bias. In each step, think in lists of
# axes.


# %% exercise="conv_nd"

# %% check="conv_nd"
check(conv_nd)

# %% [markdown]
# Here is the one function beside PyTorch's three.

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
# ### A film
#
# We make one in code: a square that stands still, a dot that goes right, and a dot that goes left.

# %%
film = np.zeros((14, 20, 30))  # (d, h, w)
film[:, 1:6, 12:17] = 1
for z in range(14):
    film[z, 9:11, 4 + z : 6 + z] = 1
    film[z, 15:17, 24 - z : 26 - z] = 1

fig, axes = plt.subplots(1, 4, figsize=(9, 1.9), layout="constrained")
figures.frames(film, (0, 4, 8, 12), axes)
plt.show()

# %% [markdown]
# In a single frame the two dots are the same. What tells them apart is time. So cut the film the other way: take one
# row of pixels, and lay its frames below each other, the first on top. Time runs down.
#
# **Predict:** what does a thing that stands still look like in such a cut? And a dot that goes right?

# %%
fig, axes = plt.subplots(1, 3, figsize=(9, 2), layout="constrained")
for ax, row, name in zip(axes, (3, 9, 15), ("the square", "goes right", "goes left"), strict=True):
    figures.cut(film[:, row], ax, f"row {row}: {name}", down="frame")
plt.show()

# %% [markdown]
# What stands still is upright. What moves is **slanted**, and the slant is its velocity. A movement is a slanted line
# in time and space, and a kernel finds it as it finds the edges of chapter {{conv2d}}.
#
# So here are three kernels of 3 by 3 by 3.
#
# - Kernel 0: the last frame of the window minus the first, at the middle pixel.
# - Kernel 1: a line that goes right, one pixel a frame. Its mean over time is taken off, so that its frames add up to
#   0 at each pixel.
# - Kernel 2: the same to the left.
#
# The pictures are cuts through them, as above: time $t$ runs down, columns $v$ run across. Blue is positive, orange
# negative.

# %%
slanted = np.eye(3)[:, np.newaxis, :] - 1 / 3  # (k_d, 1, k_w): in frame t, column t
kernels = np.zeros((3, 1, 3, 3, 3))
kernels[0, 0, [0, 2], 1, 1] = -1, 1
kernels[1, 0] = slanted
kernels[2, 0] = slanted[:, :, ::-1]

fig, axes = plt.subplots(1, 3, figsize=(6, 2), layout="constrained")
for k, ax in enumerate(axes):
    figures.cut(kernels[k, 0, :, 1], ax, f"kernel {k}", down="t", across="v", limit=1)
plt.show()

# %% [markdown]
# **Predict:** what does each of them give for the square?

# %%
responses = conv3d(film[np.newaxis, np.newaxis], kernels)[0]  # (3, 12, 18, 28)
things = {"square": slice(0, 6), "goes right": slice(6, 12), "goes left": slice(12, 18)}
print("largest response   " + "  ".join(f"{name:>10}" for name in things))
for k, response in enumerate(responses):
    largest = [response[:, rows].max().round(6) + 0 for rows in things.values()]
    print(f"kernel {k}           " + "  ".join(f"{value:10.2f}" for value in largest))

# %% [markdown]
# The square has vanished. At each pixel, the frames of each kernel add up to 0. So whatever stands still gives 0,
# edges and all.
#
# Kernel 0 sees both dots alike. The other two prefer their own direction, twice as strongly. A bias of -2 and a ReLU
# keep what is above 2: a detector for one direction.
#
# Watch all of them. Each response stands beside the middle frame of its window. Press Play, or step with the arrows.

# %%
bias = np.array([0.0, -2.0, -2.0])
change, right, left = conv3d(film[np.newaxis, np.newaxis], kernels, bias)[0]
panels = {
    "film": film[1:-1, 1:-1, 1:-1],
    "kernel 0": change,
    "kernel 1, bias, ReLU": np.maximum(right, 0),
    "kernel 2, bias, ReLU": np.maximum(left, 0),
}
figure = Figure(figsize=(9, 1.9), layout="constrained")
screens = figure.subplots(1, 4)


def show_frame(z):
    for ax, (name, values) in zip(screens, panels.items(), strict=True):
        figures.cut(values[z], ax, name, down="", across="", limit=None if name == "film" else 1)


about = "a film of a square and two dots; one kernel answers to both dots, the others to one direction each"
motion(figure, show_frame, len(change), description=about, per_second=3)

# %% [markdown]
# Kernel 0 is positive (blue) where a dot arrives, and negative (orange) where it has left. Kernel 1 follows the upper
# dot, kernel 2 the lower one.
#
# ### A volume
#
# In a scan the third axis is depth. This one holds two things. In the slice in the middle they are two equal discs. A
# Conv2d that looks at this slice alone can't tell them apart.

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
# Seen from the side, the left one is a rod and the right one a ball. A kernel with a depth sees it from above.

# %% [markdown]
# ## 7. Backwards
#
# One index more changes nothing. With $G$ for `grad_output` and $r$ for the row of the batch, the three sums of
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
# Look at the second sum with the formula of section 2 beside it. It slides $G$ over $X$, and sums over samples where
# the layer sums over channels. So it **is** a convolution, with samples and channels exchanged.
#
# The third one slides $W$ over $G$, with minus signs: the kernel is flipped. At the borders $i - t$ falls outside $G$.
# Zeros there do no harm: a padding of one less than the kernel, along each axis.
#
# Your `conv_nd` can then do both. No new loop is needed, for any number of axes.


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
# Clouds drift over the sky. From two frames, predict the next one. The layer has a single kernel of 2 frames, 3 by 3
# pixels, and starts with zeros. Nobody tells it the wind.

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
    ax.set(xlim=(-0.03, 3.03), ylim=(3.03, -0.03), title=f"learnt, t = {t}")
    ax.set_axis_off()
plt.show()

# %% [markdown]
# The kernel looks at the later of its two frames, at the upper left neighbour. What is there now will be in the middle
# next. The wind blows to the lower right, one pixel a frame. That is what the film was made with.

# %% [markdown]
# ## 8. What goes wrong
#
# The usual slip with several axes: something is done for the first, and forgotten for the others. Here only the first
# axis is strided.


# %%
def stride_on_one_axis(input, weight, bias=None, stride=1, padding=0):
    first = stride[0] if isinstance(stride, tuple) else stride
    return conv_nd(input, weight, bias, stride=1, padding=padding)[:, :, ::first]


course.assess(stride_on_one_axis, "conv_nd")

# %% [markdown]
# For signals it is right, and wherever the stride is 1. When you test code for several axes, give each its own number.
#
# | what you write | what you see |
# |:--|:--|
# | the film as $(n, d, c, h, w)$ | an error; nonsense if there are as many frames as channels |
# | $(c_o, c_i, k_h, k_w, k_d)$ for the weight | for a cube wrong values, else a wrong shape |
# | `=` for `+=` over the kernel's elements | the last element alone counts |
# | the kernel flipped along $t$ | *arrives* and *leaves* are exchanged |
# | the same frame for all $t$ | right as long as nothing moves |
# | `range(d - k)` for the frames | the film is one frame too short |
# | the stride, or the padding, on one axis only | right for signals |
# | `tensordot` without `moveaxis` | the channels stand last: $(n, d, h, w, c_o)$ |
#
# ### Find the bug
#
# Exercise 5 hands out a conv3d with a bug. It was tried on a film in which nothing moves, and it was right. Then
# somebody showed it our film, with the difference kernel.

# %%
given = course.exercises["repair_conv3d"].given
still = np.repeat(film[:1], 6, axis=0)

for name, clip in (("nothing moves", still), ("two dots move", film)):
    for kernel_name, kernel in (("mean", np.full((1, 1, 3, 1, 1), 1 / 3)), ("difference", kernels[:1])):
        handed_out, yours = (f(clip[np.newaxis, np.newaxis], kernel) for f in (given, conv3d))
        difference = np.abs(handed_out - yours).max()
        print(f"{name}, {kernel_name:10}  largest difference from yours {difference:.2f}")

# %% [markdown]
# ### Exercise 5: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_conv3d"

# %% check="repair_conv3d"
check(repair_conv3d)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The window moved with <code>z</code>, but inside it nothing moved in time: every frame of the kernel was laid on
# the same frame of the film. The formula reads the film at <code>z</code> plus the kernel's own index. A still film
# has equal frames, so there the mistake does not show. And a kernel that sees motion, whose frames add up to 0, saw
# nothing at all.</p>
# <p>When you test a convolution of films, use a film in which everything moves: random numbers.</p>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - A kernel $(k_d, k_h, k_w)$ slides along depth, height and width. Each output is a weighted sum of its window, over
#   all channels.
# - The weight is $(c_o, c_i, k_d, k_h, k_w)$: $c_o \, c_i \, k_d \, k_h \, k_w + c_o$ parameters, for films of any
#   length.
# - Against a Conv2d on each frame it takes $k_d$ times the weights and the work. Memory for the outputs is what runs
#   out first.
# - Movement is a slanted line in time and space. Kernels whose frames add up to 0 see only what changes.
# - One engine does 1, 2 and 3 axes: pad, lay out windows, `tensordot`. It does the gradients as well.
#
# ### Elsewhere
#
# | library | layer or function | what differs |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Conv3d` | input $(n, c, d, h, w)$, weight $(c_o, c_i, k_d, k_h, k_w)$ |
# | Keras | `keras.layers.Conv3D` | input $(n, d, h, w, c)$, weight $(k_d, k_h, k_w, c_i, c_o)$ |
# | Flax (JAX) | `flax.linen.Conv` | any number of axes; channels last; pads to the same size by default |
# | SciPy | `scipy.ndimage.correlate` | any number of axes, no channels; reflects at the borders by default |
#
# Films often come as $(d, h, w, c)$ from a file, with the colours last. `movedim` brings them to the front.
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
