# %% [markdown]
# # {{conv2d}} · Conv2d: a window that slides over an image
#
# At the end of this chapter you will have written PyTorch's convolution of images in NumPy, and made a kernel that
# finds edges in a photo. You will know what a layer costs, and how much of the image it sees.
#
# You need chapter {{conv1d}}. Plan about 100 minutes, in two sittings: sections 1 to 5, then 6 to 9.
#
# Run the cells from top to bottom. Six are exercises, each with a check below.
# `hint("conv2d")` gives one step of help, `solution("conv2d")` the answer.

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
from course.figures import conv2d as figures
from course.figures.motion import motion
from course.figures.peeled import peeled
from course.figures.photo import photo
from course.figures.windows import Sliding, window

# %% [markdown]
# ## 1. Where it sits
#
# Here is the layer's row of the summary table.

# %%
table("Conv2d")

# %% [markdown]
# The important parts of an image are local: an edge, a corner, an eye. And they may be anywhere. So we use the layer of
# chapter {{conv1d}} with one more axis. A small **kernel** slides along the rows and columns.
#
# Multiply each weight of the kernel with the pixel at the same place in the frame, and add up the nine products.

# %%
tiny = np.array([[0.0, 0, 1, 1, 0], [0, 2, 3, 2, 0], [0, 3, 3, 3, 0], [1, 1, 0, 0, 2]])
blob = np.array([[0.0, 1, 0], [1, 2, 1], [0, 1, 0]])
tensors = (torch.from_numpy(array[None, None]) for array in (tiny, blob))
tiny_output = torch.nn.functional.conv2d(*tensors)[0, 0].numpy()

fig, ax = plt.subplots(figsize=(6.4, 3.2))
window(tiny, tiny_output, 1, Sliding(blob), ax)
plt.show()

# %% [markdown]
# $1 \cdot 1 + 1 \cdot 2 + 2 \cdot 3 + 1 \cdot 2 + 1 \cdot 3 = 14$, and the other four weights are 0.
#
# ## 2. Formula and shapes
#
# For one image, output channel $o$ at row $y$ and column $x$ is
#
# $$
# Y_{o,y,x} = b_o + \sum_c \sum_u \sum_v W_{o,c,u,v} \, X_{c,\,y+u,\,x+v}
# $$
#
# Here $(u, v)$ is the place in the window. Nothing is flipped; the sum covers **all** input channels.
#
# | array | shape |
# |:--|:--|
# | input $X$: $n$ images | $(n, c_i, h_i, w_i)$ |
# | weight $W$ | $(c_o, c_i, k_h, k_w)$ |
# | bias $b$ | $(c_o{,})$ |
# | output $Y$ | $(n, c_o, h_o, w_o)$ |
#
# Height comes before width, rows before columns.
#
# ### Exercise 1: the layer
#
# Here is the window at row 1, column 2. NumPy can slice it, or show all windows at once, with two more axes.

# %%
windows = np.lib.stride_tricks.sliding_window_view(tiny, (3, 3))
print("all windows", windows.shape)
print("cut out:")
print(tiny[1 : 1 + 3, 2 : 2 + 3])
print("the same, from all windows:")
print(windows[1, 2])

# %% [markdown]
# Write the layer any way you like: loop over positions, over the kernel's elements, or not at all. You can start from
# your `conv1d`.


# %% exercise="conv2d"

# %% check="conv2d"
check(conv2d)

# %% [markdown]
# ### Watch it
#
# The image is a bright square on a dark background. The kernel adds the right column of the window and subtracts the
# left one. The output is what **your** function gives. Work out each number before it appears. You can drag the
# window.

# %%
square = np.zeros((5, 6))
square[1:4, 2:5] = 1
right_minus_left = np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
answers = conv2d(square[None, None], right_minus_left[None, None])[0, 0]

figure = Figure(figsize=(7.2, 3.1))
ax = figure.add_axes((0, 0, 1, 1))


def slide(place):
    ax.clear()
    window(square, answers, place, Sliding(right_minus_left), ax)


about = "a kernel of 3 by 3 slides over an image of 5 by 6, and its output appears"
motion(figure, slide, answers.size + 1, description=about, per_second=1.5)

# %% [markdown]
# The output is positive on the left of the square, where dark turns to bright, and negative on its right. In its
# middle it is 0. Horizontal edges alone have no effect.
#
# ### The symbols
#
# - $n$ is the batch size,
# - $c_i$ and $c_o$ are the numbers of input and output channels, PyTorch's `in_channels` and `out_channels`,
# - $h_i, w_i$ and $h_o, w_o$ are height and width of the input and of the output,
# - $k_h$ and $k_w$ are height and width of the kernel, `kernel_size`,
# - $g$ is the number of groups; it is 1, except in exercise 2.
#
# Drawing programs put the width first, which causes many bugs.
#
# With stride 1, no padding and no dilation, the rule of chapter {{conv1d}} holds for each axis:
#
# $$
# h_o = h_i - k_h + 1 \qquad w_o = w_i - k_w + 1
# $$
#
# Chapter {{padding_and_stride}} adds padding and stride.
#
# ### Where you find it
#
# You find the layer in three places.
#
# - **As the first layer**, where the input is an image: one channel for greyscale, three for colour.
# - **As an inner layer**, with an activation function after it. Its channels are then the *feature maps* of the layer
#   before.
# - Rarely **as the last layer**: where every pixel gets its own label, with a kernel of 1 by 1.

# %% [markdown]
# ## 3. See it in PyTorch
#
# Tables and slides often write `Conv2D`. PyTorch's name ends in a small d: `Conv2d`. The layer of the summary table has
# a kernel of 3 by 3.

# %%
torch.manual_seed(0)
layer = torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=(3, 3))
input_data = torch.randn(1, 16, 100, 100)  # (n, c_i, h_i, w_i)

print("weight", tuple(layer.weight.shape))
summary(layer, input_size=input_data.shape)

# %% [markdown]
# 4,640 parameters: 32 · 16 · 3 · 3 = 4,608 weights and 32 biases. The output is 98 by 98.
#
# The next layer has a kernel of 5 by 5, and `padding="same"` adds two rows or columns of zeros on each side.

# %%
conv2d_same = torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=5, padding="same")
summary(conv2d_same, input_size=input_data.shape)

# %% [markdown]
# 12,832 parameters, nearly three times as many: 25 weights in each kernel instead of 9.
#
# Look at the mult-adds. There are 10,000 positions, and each uses every weight. A layer with few parameters can take a
# lot of work. torchinfo counts the biases, too.
#
# The sizes are in millions of bytes, 4 for each number. The outputs are counted twice, once for the forward pass and
# once for their gradients.

# %%
print("mult-adds according to torchinfo", summary(conv2d_same, input_size=(1, 16, 100, 100)).total_mult_adds)
print("multiplications                 ", 100 * 100 * 32 * 16 * 5 * 5)
sizes = {"input": 16 * 100 * 100, "forward/backward": 2 * 32 * 100 * 100, "params": 12_832}
sizes["total"] = sum(sizes.values())
for what, numbers in sizes.items():
    print(f"{what:16} {4 * numbers / 1e6:.2f} MB")

# %% [markdown]
# And a linear layer with the same number of inputs and outputs?

# %%
print(f"Linear: {160_000 * 320_000:,} weights. Conv2d: {32 * 16 * 5 * 5:,} weights.")

# %% [markdown]
# ## 4. Predict, then run
#
# A batch of 4 colour images, 20 high and 30 wide, goes through `Conv2d(3, 8, kernel_size=(3, 5))`.
#
# Write down four answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weight?
# 3. How many parameters does the layer have?
# 4. How many multiplications does the batch take?

# %%
images = torch.randn(4, 3, 20, 30)
small = torch.nn.Conv2d(3, 8, kernel_size=(3, 5))

print("1. output", tuple(small(images).shape))
print("2. weight", tuple(small.weight.shape))
print("3. parameters", sum(p.numel() for p in small.parameters()))
print("4. multiplications", small(images).numel() * 3 * 3 * 5)

# %% [markdown]
# One more, without code. You double the height and the width of the images. What happens to the parameters,
# and what to the work?
#
# <details><summary>Answer</summary>
# <p>The parameters stay the same: the kernel does not depend on the size of the image. The work grows a little more
# than fourfold, from 18 · 26 positions to 38 · 56.</p>
# </details>

# %% [markdown]
# ## 5. Write it: what it costs
#
# ### Exercise 2: its parameters
#
# `kernel_size` is a number, for a square kernel, or a pair. There is one more argument. With `groups` the channels are
# divided into separate groups. Each output channel then has kernels only for the input channels of its own group, and
# the weight is $(c_o, c_i / g, k_h, k_w)$. Chapter {{grouped_and_depthwise}} is about that.

# %%
for g in (1, 2, 8):
    grouped = torch.nn.Conv2d(16, 32, kernel_size=3, groups=g)
    print(f"groups={g}: weight {tuple(grouped.weight.shape)}, bias {tuple(grouped.bias.shape)}")


# %% exercise="conv2d_num_parameters"

# %% check="conv2d_num_parameters"
check(conv2d_num_parameters)

# %% [markdown]
# ### Exercise 3: its work
#
# Count the mult-adds of a whole batch: as many as there are multiplications. There is no padding, stride 1 and one
# group. Return a whole number.


# %% exercise="conv2d_macs"

# %% check="conv2d_macs"
check(conv2d_macs)

# %% [markdown]
# **Predict:** two layers with kernels of 3 by 3, one after the other, or one layer with a kernel of 5 by 5? The output
# has the same size. Which has fewer parameters, and which does less work?

# %%
two = 2 * conv2d_num_parameters(64, 64, 3)
one = conv2d_num_parameters(64, 64, 5)
print(f"parameters  two of 3: {two:>13,}   one of 5: {one:>13,}")

two = conv2d_macs((1, 64, 100, 100), 64, 3) + conv2d_macs((1, 64, 98, 98), 64, 3)
one = conv2d_macs((1, 64, 100, 100), 64, 5)
print(f"mult-adds   two of 3: {two:>13,}   one of 5: {one:>13,}")

# %% [markdown]
# Two small kernels are cheaper, and there can be an activation function in between. That is why most networks for
# images use kernels of 3 by 3. How much of the image do they see? That is exercise 5.

# %% [markdown]
# ## 6. Look at it
#
# ### All windows at once
#
# Each window, read row by row, becomes a row of a matrix. The kernel, read the same way, becomes a column. Then the
# whole convolution is **one** matrix product. This is how many libraries compute it.

# %%
small = np.array([[1.0, 0, 2, 1], [0, 1, 3, 1], [2, 1, 0, 1]])
corner = np.array([[1.0, -1], [2, 0]])
products = conv2d(small[None, None], corner[None, None])[0, 0]

figure = Figure(figsize=(7.2, 3.2))
ax = figure.add_axes((0, 0, 1, 1))


def peel(place):
    ax.clear()
    peeled(small, corner, products, place, ax)


about = "the windows of an image become the rows of a matrix, which is multiplied by the kernel as a column"
motion(figure, peel, products.size + 1, description=about, per_second=1)

# %% [markdown]
# ### An image, in colour and in grey
#
# It is not a real photo: the course draws it from rectangles and circles.

# %%
colour = photo()
grey = colour.mean(axis=0)
print("colour", colour.shape, " grey", grey.shape)

fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
figures.image(colour, axes[0], "colour: three channels")
figures.image(grey, axes[1], "grey: their mean")
plt.show()

# %% [markdown]
# ### Exercise 4: a kernel of your own
#
# Write a kernel that finds **vertical edges**: places where left and right differ. Its output should be large there,
# and 0 on flat areas and on horizontal edges. There are many such kernels, and all are accepted. The check applies
# yours to drawings and tests what it finds.
#
# Give it two axes, $(k_h, k_w)$, at most 7 by 7.

# %% exercise="edge_kernel"
edge_kernel = ...

# %% check="edge_kernel"
check(edge_kernel, "edge_kernel")

# %% [markdown]
# ### Feature maps
#
# Below are your kernel and three others, and what your `conv2d` gives for the grey photo. Blue is positive, orange is
# negative, white is 0.
#
# **Predict:** where will you see the fence? And the roof, whose edges are slanted?

# %%
edge = np.array(edge_kernel, dtype=float)
kernels = {
    "yours": edge,
    "yours, turned": edge.T,
    "blur": np.full((5, 5), 1 / 25),
    "every direction": np.array([[0.0, -1, 0], [-1, 4, -1], [0, -1, 0]]),
}

fig, axes = plt.subplots(2, 4, figsize=(11, 4.6), layout="constrained")
for (name, kernel), (above, below) in zip(kernels.items(), axes.T, strict=True):
    figures.kernel(kernel, above, name)
    figures.feature_map(conv2d(grey[None, None], kernel[None, None])[0, 0], below)
plt.show()

# %% [markdown]
# The fence consists of vertical edges, so the output of your kernel is large there. Transposed, the kernel finds the
# rails of the fence and the lower edge of the roof. Both find the slanted edges of the roof. The blur has no negative
# weights. It keeps the brightness and removes thin details.
#
# Such maps are the input channels of the next layer.
#
# ### All channels at once
#
# A kernel covers all channels. This one is 1 by 1 and depends on colour alone: red, minus half of green and half of
# blue.

# %%
reddish = np.array([1.0, -0.5, -0.5]).reshape(1, 3, 1, 1)

fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
figures.image(colour, axes[0], "colour")
figures.feature_map(conv2d(colour[None], reddish)[0, 0], axes[1], "weights 1, -0.5, -0.5")
plt.show()

# %% [markdown]
# It finds the roof and almost nothing else. No kernel on the grey photo could do that.
#
# ### How far does an output see?
#
# One output of a kernel of 3 sees three inputs along each axis. In the second layer, each of *its* three inputs has
# seen three. Their windows overlap. Follow the lines from the top down: how many inputs does one output of three
# layers see?
#
# The second layer has stride 2. It skips every other position, so its outputs are two inputs apart. A step of the next
# kernel is twice as long.

# %%
fig, ax = plt.subplots(figsize=(8, 3), layout="constrained")
figures.seen_through((3, 3, 3), (1, 2, 1), (), ax)
plt.show()

# %% [markdown]
# This number is called the **receptive field**.
#
# ### Exercise 5: the receptive field
#
# Compute it for any stack of layers. Start at the input, and keep two numbers: how many inputs are seen so far, and
# the distance between two neighbours, in inputs.


# %% exercise="receptive_field"

# %% check="receptive_field"
check(receptive_field)

# %% [markdown]
# Two kernels of size 3 see as much as one of size 5, at the lower cost that you saw in exercise 3. With strides the
# field grows faster. Here are four layers with kernels of size 3 on the photo; the second and the third have stride 2.

# %%
sizes, strides = (3, 3, 3, 3), (1, 2, 2, 1)
fields = [receptive_field(sizes[:i], strides[:i]) for i in range(1, 5)]
print("receptive fields", fields)

fig, ax = plt.subplots(figsize=(5.6, 3.6), layout="constrained")
figures.nested_fields(grey, fields, (39, 55), ax)
plt.show()

# %% [markdown]
# An output of the first layer sees a piece of an edge. An output of the fourth layer sees a whole window of the house,
# so it can recognize it. This is how a network gets from edges to objects.

# %% [markdown]
# ## 7. Backwards
#
# Everything is as in chapter {{conv1d}}, with one more index. Here is the forward pass for row $r$ of the batch:
#
# $$
# Y_{r,o,y,x} = b_o + \sum_{c,u,v} W_{o,c,u,v} \, X_{r,c,\,y+u,\,x+v}
# $$
#
# A weight is used at every position of every image. So its gradient is a sum over these:
#
# $$
# \frac{\partial L}{\partial W_{o,c,u,v}} = \sum_{r,y,x} G_{r,o,y,x} \, X_{r,c,\,y+u,\,x+v}
# \qquad
# \frac{\partial L}{\partial b_o} = \sum_{r,y,x} G_{r,o,y,x}
# $$
#
# It is a sum over a window that starts at $(u, v)$, with $G$ instead of the weights: this **is** a convolution. $G$ is
# the kernel, and batch and channels are exchanged. For the input,
#
# $$
# \frac{\partial L}{\partial X_{r,c,i,j}} = \sum_{o,u,v} G_{r,o,\,i-u,\,j-v} \, W_{o,c,u,v}
# $$
#
# This is also a convolution: with the kernels flipped, and with zeros around $G$. So `conv2d` is all you need for the
# backward pass.

# %%
rng = np.random.default_rng(0)
X, W = rng.normal(size=(4, 3, 7, 8)), rng.normal(size=(5, 3, 3, 2))
G = rng.normal(size=(4, 5, 5, 7))


def gradients(G, X, W):
    k_h, k_w = W.shape[2:]
    around = np.pad(G, ((0, 0), (0, 0), (k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))
    grad_input = conv2d(around, W.swapaxes(0, 1)[:, :, ::-1, ::-1])
    grad_weight = conv2d(X.swapaxes(0, 1), G.swapaxes(0, 1)).swapaxes(0, 1)
    return grad_input, grad_weight, G.sum(axis=(0, 2, 3))


tensors = [torch.tensor(array, requires_grad=True) for array in (X, W, np.zeros(5))]
theirs = torch.autograd.grad(torch.nn.functional.conv2d(*tensors), tensors, grad_outputs=torch.tensor(G))

for name, y, t in zip(("grad_input", "grad_weight", "grad_bias"), gradients(G, X, W), theirs, strict=True):
    print(f"{name:11} {y.shape!s:12} equal to autograd: {np.allclose(y, t.numpy())}")

# %% [markdown]
# In chapter {{padding_and_stride}} you write this yourself, with stride and padding.
#
# ### A kernel that is learned
#
# You designed an edge kernel by hand. Can a layer learn it? It sees images of noise and the output of your kernel for
# them. Its own kernel starts with zeros.

# %%
noise = rng.normal(size=(6, 1, 12, 12))
target = conv2d(noise, edge[None, None])

weight = np.zeros((1, 1, *edge.shape))
learnt = {}
for step in range(41):
    output = conv2d(noise, weight)
    if step in (0, 2, 8, 40):
        learnt[f"step {step}"] = weight[0, 0]
        print(f"step {step:2}  loss {np.mean((output - target) ** 2):.4f}")
    _, grad_weight, _ = gradients(2 * (output - target) / output.size, noise, weight)
    weight = weight - 0.15 * grad_weight
learnt["yours"] = edge

fig, axes = plt.subplots(1, 5, figsize=(11, 2.5), layout="constrained")
for ax, (name, kernel) in zip(axes, learnt.items(), strict=True):
    figures.kernel(kernel.round(2), ax, name, limit=np.abs(edge).max())
plt.show()

# %% [markdown]
# Training found your kernel. The first layers of networks that were trained on photos have similar kernels, and they
# were learned.
#
# ### The receptive field, by gradient
#
# A gradient shows which inputs an output depends on. Here is the stack of the picture above, with PyTorch's layers,
# and the gradient of a **single** number of its output. All weights are 1, so the gradient counts the paths from each
# pixel to that output. Outside the receptive field it must be 0.

# %%
stack = torch.nn.Sequential()
for k, stride in zip(sizes, strides, strict=True):
    stack.append(torch.nn.Conv2d(1, 1, k, stride=stride))
    torch.nn.init.ones_(stack[-1].weight)

picture = torch.tensor(grey[None, None], dtype=torch.float32, requires_grad=True)
stack(picture)[0, 0, 6, 10].backward()
gradient = picture.grad[0, 0].numpy()

rows, columns = np.nonzero(gradient)
height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
print("pixels with a gradient:", height, "by", width)
print("receptive_field:       ", receptive_field(sizes, strides))

around = np.s_[rows.min() - 3 : rows.max() + 4, columns.min() - 3 : columns.max() + 4]
fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.8), layout="constrained")
figures.image(grey[around], axes[0], "what the output sees")
figures.amount_map(gradient[around], axes[1], "gradient: paths to the output")
for ax in axes:
    figures.framed(ax, (3, 3), (height, width))
plt.show()

# %% [markdown]
# Only the part of the photo around the frame is shown. Inside the frame the middle is darker than the border: more
# paths go from there to the output. A corner has a single one. So not all pixels of the receptive field have the same
# influence.

# %% [markdown]
# ## 8. What goes wrong
#
# This layer was written for grey photos, and it worked. Then it got colour photos.


# %%
def for_grey_photos(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input[:, 0], weight.shape[2:], axis=(1, 2))
    output = np.tensordot(windows, weight[:, 0], axes=((3, 4), (1, 2))).transpose(0, 3, 1, 2)
    return output if bias is None else output + bias.reshape(-1, 1, 1)


course.assess(for_grey_photos, "conv2d")

# %% [markdown]
# ### Find the bug
#
# Exercise 6 gives you a function with a bug. It was tested with a blur. Here it gets a kernel for vertical edges.

# %%
given = course.exercises["repair_conv2d"].given
square_edge = np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])

fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
for ax, name, function in zip(axes, ("yours", "handed out"), (conv2d, given), strict=True):
    figures.feature_map(function(grey[None, None], square_edge[None, None])[0, 0], ax, name)
plt.show()

# %% [markdown]
# ### Exercise 6: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_conv2d"

# %% check="repair_conv2d"
check(repair_conv2d)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The two loop variables were exchanged in the slice of the image: the row of the kernel moved the window to the
# right, its column moved it down. That is the same as a transposed kernel. A blur is its own transpose, so the test
# did not show it. With a kernel of 2 by 4 the function even raises an error.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | only the first channel read | right for grey images |
# | rows and columns of the kernel exchanged | right for symmetric kernels; otherwise edges of the wrong direction |
# | height and width of the output exchanged | for square images, right shape, wrong values |
# | $k_h$ used for $k_w$ | right for square kernels |
# | the kernel flipped in both directions | right for kernels such as a blur; signs of edges exchanged |
# | the bias added without two more axes | an error, or, where $w_o = c_o$, a bias for each column |
# | images (n, h, w, c) | an error; if $h_i = c_i$, wrong values |
#
# Nearly all of these are right on a square grey image with a symmetric kernel. Do not test with such an image.

# %% [markdown]
# ### In your own words
#
# Before training, the pixels of all images are shuffled, in the same way for each image. A network of linear layers
# then learns to classify them as well as before. A network with convolutions becomes much worse. Why? Answer in two or
# three sentences.

# %% [markdown] question="shuffled_pixels"
# <details><summary>Model answer and rubric</summary>
# <p>A linear layer has a separate weight for each pixel. If pixel 5 is now in place 70, the weight belongs in place
# 70, and the layer can compute the same as before. A convolution combines neighbours, and uses the same kernel
# everywhere. After the shuffle, neighbours have nothing to do with each other, and an edge no longer looks the same in
# two places, so there is no pattern for a kernel to find.</p>
# <ul><li>1 point: a linear layer has a weight for each pixel, so the shuffle only moves the weights.</li>
# <li>1 point: a kernel sees neighbours, and they no longer belong together.</li>
# <li>1 point: the kernel is shared by all positions, and the same object no longer gives the same pattern in two
# places.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - A kernel slides over rows and columns. Each output is a weighted sum of a window, over all channels; nothing is
#   flipped.
# - The weight is $(c_o, c_i/g, k_h, k_w)$: $c_o \, c_i \, k_h \, k_w / g + c_o$ parameters, for images of any size.
# - Every weight is used at every position: few parameters, many mult-adds.
# - A kernel is a pattern. Weights that add up to 0 respond to differences, not to brightness.
# - A kernel of size $k$ enlarges the receptive field by $k - 1$ steps. The length of a step is the product of all
#   strides before it.
#
# ### Elsewhere
#
# | library | layer or function | what differs |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Conv2d` | input $(n, c, h, w)$, weight $(c_o, c_i, k_h, k_w)$ |
# | Keras | `keras.layers.Conv2D` | input $(n, h, w, c)$, weight $(k_h, k_w, c_i, c_o)$ |
# | Flax (JAX) | `flax.nnx.Conv` | as Keras; pads to the same size by default |
# | OpenCV | `cv2.filter2D` | no flip; keeps the size by mirroring the image at its border |
# | SciPy | `scipy.signal.convolve2d` | flips the kernel; `correlate2d` doesn't |
#
# ### Further reading
#
# - [torch.nn.Conv2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html) in PyTorch's documentation.
# - The notes of Stanford's CS231n on [convolutional networks](https://cs231n.github.io/convolutional-networks/).
# - Simonyan and Zisserman, [Very Deep Convolutional Networks for Large-Scale Image
#   Recognition](https://arxiv.org/abs/1409.1556) (2014): stacks of 3 by 3.
