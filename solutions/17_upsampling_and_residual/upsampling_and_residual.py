# %% [markdown]
# # {{upsampling_and_residual}} · Upsampling and residual connections
#
# At the end of this chapter you will have written PyTorch's transposed convolution in NumPy, its backward pass, two
# ways to enlarge images without weights, and two parts of today's vision networks: the patches of a Vision Transformer
# and the block of a ResNet. You will know why some generated images show a checkerboard.
#
# You need chapters {{conv2d}}, {{padding_and_stride}} and {{normalization}}. Plan two sittings of 75 minutes: sections
# 1 to 5, then the rest.
#
# Run the cells from top to bottom. Eight are exercises, each with a check below. `hint("conv_transpose2d")` gives one
# step, `solution("conv_transpose2d")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell is for the demonstrations. Your own code uses NumPy alone.

# %%
import torch
from matplotlib.figure import Figure
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary

import course
from course.data import digits
from course.figures import residual
from course.figures import upsampling as figures
from course.figures.motion import motion
from course.figures.padding_and_stride import visits

# %% [markdown]
# ## 1. Where it sits
#
# Here is the main layer's row of the summary table.

# %%
table("ConvTranspose2d")

# %% [markdown]
# The convolutions and poolings of chapters {{conv2d}} to {{pooling}} keep the size of an image or make it
# smaller. Some networks need a layer that makes images larger, with weights that are trained.
#
# A convolution reads: for each output, it looks at a window of the input. A **transposed convolution** writes: for
# each input, it puts down its kernel on the output, multiplied by that value. With a stride of 2, the next kernel is
# put down two pixels further. Where kernels overlap, the values add up.
#
# The picture shows this for a row of three numbers, the kernel (1, 3, 1) and a stride of 2.

# %%
signal, bump = np.array([2.0, 1.0, -1.0]), np.array([1.0, 3.0, 1.0])
tensors = (torch.from_numpy(array[None, None]) for array in (signal, bump))
longer = torch.nn.functional.conv_transpose1d(*tensors, stride=2)[0, 0].numpy()

fig, ax = plt.subplots(figsize=(6.6, 3))
figures.shares(signal, np.outer(signal, bump), longer, 2, ax)
plt.show()

# %% [markdown]
# ### Exercise 1: how large is the output?
#
# Think of one axis. The first kernel starts at row 0. Where does the last one start, and where does it end? After
# that, the padding cuts rows off at both ends.
#
# One argument is new. A convolution with a stride of 2 maps images of several sizes to one size, so the
# transposed one has to choose:

# %%
for rows in (7, 8):
    shrinking = torch.nn.Conv2d(1, 1, kernel_size=3, stride=2, padding=1)
    print(f"a convolution makes {rows} rows into", shrinking(torch.zeros(1, 1, rows, rows)).shape[2])
for extra in (0, 1):
    growing = torch.nn.ConvTranspose2d(1, 1, kernel_size=3, stride=2, padding=1, output_padding=extra)
    rows = growing(torch.zeros(1, 1, 4, 4)).shape[2]
    print(f"the transposed one, with output_padding={extra}, makes 4 rows into", rows)

# %% [markdown]
# `output_padding` adds rows at the far end only.


# %% exercise="conv_transpose_output_size"

# %% check="conv_transpose_output_size"
check(conv_transpose_output_size)

# %% [markdown]
# The rows that `output_padding` adds are not always zeros: kernels may reach into them.
#
# ### Where you find it
#
# A generator makes a photo from a small array. A segmentation network first makes the image smaller, and then gives
# every pixel a label. Both need images that get larger.
#
# The layer is used as an **inner** layer, and as the **last** layer if the output is an image. It is rarely the first.

# %% [markdown]
# ## 2. Formula and shapes
#
# The output $Y$ starts as the bias: $Y_{o,y,x} = b_o$. Then, for all $c$, $y$, $x$, $u$ and $v$,
#
# $$
# Y_{o,\;s y + u - p,\;s x + v - p} \;\mathrel{+}=\; X_{c,y,x} \, W_{c,o,u,v}
# $$
#
# Values outside $Y$ are dropped. Compare chapter {{padding_and_stride}}: there, a convolution *read* its input at
# $s y + u - p$. Here the layer *writes* its output at that place.
#
# - The **stride** $s$ spreads the kernels out. A stride of 2 makes the image about twice as large.
# - The **padding** $p$ cuts $p$ rows and columns off on each side. It makes the output smaller.
#
# The other symbols are as before: batch size $n$, channels $c_i$ and $c_o$, input $h_i$ by $w_i$, output $h_o$ by
# $w_o$, kernel $k_h$ by $k_w$. Stride and padding may be pairs, height first.
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | input $X$ | $(n, c_i, h_i, w_i)$ | `input` |
# | weight $W$ | $(c_i, c_o, k_h, k_w)$ | `weight`: the **input** channels come first |
# | bias $b$ | $(c_o{,})$ | `bias` |
# | output $Y$ | $(n, c_o, h_o, w_o)$ | |

# %% [markdown]
# ## 3. See it in PyTorch
#
# The layer of the table, on an image of 50 by 50 with 32 channels:

# %%
torch.manual_seed(0)
images = torch.randn(1, 32, 50, 50)  # (n, c_i, h_i, w_i)
doubling = torch.nn.ConvTranspose2d(in_channels=32, out_channels=16, kernel_size=4, stride=2, padding=1)
print("weight", tuple(doubling.weight.shape))
summary(doubling, input_size=images.shape)

# %% [markdown]
# Height and width are exactly doubled. 32 · 16 · 4 · 4 = 8,192 weights and 16 biases are 8,208 parameters.
#
# A kernel of 4, a stride of 2 and a padding of 1 are a common choice. Section 6 shows why.

# %% [markdown]
# ## 4. Predict, then run
#
# DCGAN is a network that generates images. One of its layers has 512 channels in, 256 out, a kernel of 4, a stride of
# 2, a padding of 1 and no bias. Its input is 8 by 8.
#
# Write down four answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weight?
# 3. How many parameters does the layer have?
# 4. How many multiplications does one image take? Ask of one input value: how often is it multiplied?

# %%
small = torch.randn(1, 512, 8, 8)
generator = torch.nn.ConvTranspose2d(512, 256, kernel_size=4, stride=2, padding=1, bias=False)

print("1. output", tuple(generator(small).shape))
print("2. weight", tuple(generator.weight.shape))
print("3. parameters", sum(p.numel() for p in generator.parameters()))
print("4. multiplications", small.numel() * 256 * 4 * 4)

# %% [markdown]
# Each of the 512 · 8 · 8 input values is multiplied by 256 kernels of 16 weights. Two tools count this layer, and they
# don't agree:

# %%
with FlopCounterMode(display=False) as counter:
    generator(small)
counts = {
    "PyTorch's flop counter": counter.get_total_flops() // 2,
    "torchinfo": summary(generator, input_size=small.shape, verbose=0).total_mult_adds,
}
for name, count in counts.items():
    print(f"{name:23} {count:12,d}")

# %% [markdown]
# torchinfo multiplies all parameters by the number of **output** pixels, as it does for a convolution. There are four
# times as many output pixels as input pixels, so its count is four times too large. A transposed convolution does its
# work once for each **input** pixel.

# %% [markdown]
# ## 5. Write it
#
# ### Exercise 2: put down the kernels
#
# Make the output without padding first, full of zeros. Add the kernels. Cut the padding off, and add the bias.
#
# There are two ways to loop.
#
# - **Over the input's pixels.** Pixel $(y, x)$ adds a block of $k_h$ by $k_w$ numbers to each output channel.
# - **Over the kernel.** Element $(u, v)$ of the kernel adds one number for each pixel of the input. These numbers are
#   a stride apart, so they are a slice with a step, and no two of them meet.
#
# The second loop is shorter. Sum over the weight's first axis.


# %% exercise="conv_transpose2d"

# %% check="conv_transpose2d"
check(conv_transpose2d)

# %% [markdown]
# ### Larger, without weights
#
# PyTorch's `Upsample` makes images larger by a fixed rule. With `mode="nearest"`, each pixel is repeated. With
# `mode="bilinear"`, each output pixel mixes its nearest input pixels.

# %%
table("Upsample")

# %% [markdown]
# Which pixels are near? Both images cover the same area. So think of the **centres** of pixels. Along one axis, the
# centre of output pixel $i$ is at $(i + 0.5) / s$, counted in input pixels, with $s$ for the factor. The centre of
# input pixel $j$ is at $j + 0.5$. As an index, output pixel $i$ is at
#
# $$
# (i + 0.5) / s - 0.5
# $$
#
# Here are these places for two pixels and $s = 4$, and PyTorch's results for the pixels 0 and 8. The place 0.375 is
# between pixels 0 and 1: the output is 0.625 of pixel 0 and 0.375 of pixel 1. A place outside of the image gets the
# value of the border.

# %%
two = torch.tensor([[[[0.0, 8.0]]]])
print("places   ", ((np.arange(8) + 0.5) / 4 - 0.5).tolist())
print("shares   ", 1 - 0.375, "and", 0.375)
for mode in ("nearest", "bilinear"):
    print(f"{mode:9}", torch.nn.functional.interpolate(two, scale_factor=4, mode=mode)[0, 0, 0].tolist())

# %% [markdown]
# ### Exercise 3: interpolate
#
# Bilinear is linear along the rows, then linear along the columns. So write it for one axis and use it twice.
# `np.repeat` with `axis=` repeats each element, `np.floor` gives the pixel before a place, and `np.clip` keeps indices
# inside the image.


# %% exercise="interpolate"

# %% check="interpolate"
check(interpolate)

# %% [markdown]
# ### Channels become pixels
#
# There is a third way to a larger image: let a convolution make four times as many channels, and lay them out as blocks
# of 2 by 2 pixels. No pixel is covered more often than another. This is `PixelShuffle`.

# %%
table("PixelShuffle")

# %% [markdown]
# ### Exercise 4: shuffle pixels
#
# No number changes, so no arithmetic is needed: split an axis, move axes, join axes. Here are the channels of a picture
# of 1 by 2 pixels. Channel $k$ has the numbers $10k$ and $10k + 1$.

# %%
numbered = torch.tensor([[[[10.0 * k, 10.0 * k + 1]] for k in range(4)]])
print("from", tuple(numbered.shape), numbered[0, :, 0].int().tolist())
print("to  ", tuple(torch.nn.functional.pixel_shuffle(numbered, 2).shape))
print(torch.nn.functional.pixel_shuffle(numbered, 2)[0, 0].int().numpy())


# %% exercise="pixel_shuffle"

# %% check="pixel_shuffle"
check(pixel_shuffle)

# %% [markdown]
# ### Patches as tokens
#
# Now the other direction. A Vision Transformer reads an image as a sequence. It cuts the image into patches that don't
# overlap, and maps each patch to a **token** of $d_m$ numbers, by the same linear layer. Chapter {{transformer}}'s
# layers do the rest. Here is a digit in patches of 2 by 2, with the numbers of the tokens:

# %%
fig, ax = plt.subplots(figsize=(3.4, 3.4))
residual.patches(digits()[0][0, 0], (2, 2), ax)
plt.show()

# %% [markdown]
# A linear layer on each patch is a convolution whose stride is as long as its kernel. PyTorch's models write it that
# way:

# %%
vision = torch.nn.Conv2d(3, 768, kernel_size=16, stride=16)
photo = torch.randn(1, 3, 224, 224)
maps = vision(photo)
print("convolution", tuple(maps.shape))
print("tokens     ", tuple(maps.flatten(2).transpose(1, 2).shape))
print("parameters ", sum(parameter.numel() for parameter in vision.parameters()))

# %% [markdown]
# ### Exercise 5: embed patches
#
# The tokens are in reading order: from left to right, then the next row of patches. The features of a token come last.


# %% exercise="patch_embedding"

# %% check="patch_embedding"
check(patch_embedding)

# %% [markdown]
# ### A connection around two layers
#
# Deep networks were hard to train for a long time: with more layers, even the training loss became worse. A **residual
# connection** changed that. A block computes what should be *added* to its input, and adds it.

# %%
fig, ax = plt.subplots(figsize=(9, 2.3))
residual.block(["conv1", "bn1", "ReLU", "conv2", "bn2"], "ReLU", ax, "the residual connection")
plt.show()

# %% [markdown]
# Both convolutions have kernels of 3 by 3, a stride of 1, a padding of 1 and no bias: the norms have one. Where the
# number of channels changes, the input can't be added as it is. Then the residual connection has a convolution of 1 by
# 1. Its weight is often called `shortcut.weight`, and so it is here.
#
# What is this good for? Here are 20 blocks of one small convolution and ReLU, in PyTorch. How large is the gradient
# that arrives at the input, without residual connections and with them?

# %%
for connected in (False, True):
    torch.manual_seed(0)
    layers = [torch.nn.Conv2d(16, 16, 3, padding=1) for _ in range(20)]
    start = torch.randn(1, 16, 8, 8, requires_grad=True)
    x = start
    for layer in layers:
        x = torch.relu(layer(x)) + (x if connected else 0)
    (gradient,) = torch.autograd.grad(x.mean(), start)
    print("with residual connections   " if connected else "without residual connections", f"{gradient.norm():.1e}")

# %% [markdown]
# The gradient of a sum goes to both of its terms, undiminished. So with residual connections there is a path from the
# loss to every layer on which nothing makes the gradient smaller.
#
# ### Exercise 6: a residual block
#
# Write the block in the picture, in evaluation: the norms use their stored mean and variance, with `eps` 1e-5. The
# parameters come in a dict, under PyTorch's names. Here is such a block in PyTorch, step by step: after each step, the
# shape and the first number.

# %%
torch.manual_seed(3)
parts = torch.nn.ModuleDict(
    {
        "conv1": torch.nn.Conv2d(2, 3, 3, padding=1, bias=False),
        "bn1": torch.nn.BatchNorm2d(3),
        "conv2": torch.nn.Conv2d(3, 3, 3, padding=1, bias=False),
        "bn2": torch.nn.BatchNorm2d(3),
        "shortcut": torch.nn.Conv2d(2, 3, 1, bias=False),
    }
)
for name in ("bn1", "bn2"):
    for stored in ("weight", "bias", "running_mean", "running_var"):
        getattr(parts[name], stored).data.uniform_(0.5, 1.5)
small_image = torch.randn(1, 2, 4, 5)
example = {name: array.numpy() for name, array in parts.double().eval().state_dict().items()}

x = start = small_image.double()
for name in ("conv1", "bn1", "ReLU", "conv2", "bn2"):
    x = torch.relu(x) if name == "ReLU" else parts[name](x)
    print(f"{name:20} {tuple(x.shape)}  {x[0, 0, 0, 0].item():8.4f}")
carried = parts["shortcut"](start)
steps = {"residual connection": carried, "sum": x + carried, "ReLU": torch.relu(x + carried)}
for name, value in steps.items():
    print(f"{name:20} {tuple(value.shape)}  {value[0, 0, 0, 0].item():8.4f}")

# %% [markdown]
# Three steps lead to the block. Look at one number after each of them: put `print(x[0, 0, 0, 0])` into your function
# and call `residual_block(small_image.double().numpy(), example)`.
#
# 1. A function for a convolution, inside yours: pad, windows, `einsum`, as in chapter {{padding_and_stride}}. A kernel
#    of 1 by 1 needs no border.
# 2. A function for a norm: subtract the stored mean, divide by $\sqrt{\text{variance} + 10^{-5}}$, times weight, plus
#    bias. All four have the shape $(c_o{,})$. Which axis of $(n, c_o, h, w)$ do they belong to?
# 3. The path of the picture. Only blocks whose number of channels changes have a `shortcut.weight`:
#    `"shortcut.weight" in params` tells.


# %% exercise="residual_block"

# %% check="residual_block"
check(residual_block)

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** function.
#
# ### Kernel by kernel
#
# An image of 2 by 3, a kernel of 3 by 3, a stride of 2 and a padding of 1. Step $i$ shows your output for the first
# $i$ values only. What the padding cuts off is hatched. Work out the new numbers before you step on.

# %%
image = np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 2.0]])
kernel = np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
order = np.arange(image.size).reshape(image.shape)
sums = [
    conv_transpose2d(np.where(order <= place, image, 0)[None, None], kernel[None, None], stride=2)[0, 0]
    for place in range(image.size + 1)
]
figure = Figure(figsize=(7, 3.4), layout="constrained")
canvas = figure.subplots()


def put_down(place):
    canvas.clear()
    figures.stamp(image, kernel, sums[place], place, canvas, stride=2, padding=1, limit=np.abs(sums).max())


about = "a kernel of 3 by 3 is put down for each value of an image of 2 by 3, two pixels apart, and the overlaps add up"
motion(figure, put_down, image.size + 1, description=about, per_second=0.8)

# %% [markdown]
# **Predict** the size of the output, which is what is not hatched, before you move a slider. The last kernel is framed.


# %%
def last_kernel(ax, stride, padding):
    canvas = conv_transpose2d(image[None, None], kernel[None, None], stride=stride)[0, 0]
    names = ("input", "output, without what is hatched")
    figures.stamp(image, kernel, canvas, image.size - 1, ax, stride=stride, padding=padding, names=names)


about = "A larger stride makes the output larger; padding cuts off its border."
course.explore(last_kernel, description=about, figsize=(7, 3.8), stride=[2, 1, 3], padding=[0, 1])

# %% [markdown]
# ### How many kernels cover a pixel?
#
# Let the input and the kernel be all ones, with one channel. Then your output counts the kernels that cover a pixel.
#
# **Predict:** which of these three is uneven in its middle?

# %%
fig, axes = plt.subplots(1, 3, figsize=(10, 3.6), layout="constrained")
for ax, (size, stride) in zip(axes, ((2, 2), (3, 2), (4, 2)), strict=True):
    covered = conv_transpose2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, size, size)), stride=stride)
    visits(covered[0, 0], ax, f"kernel {size}, stride {stride}", most=9)
plt.show()

# %% [markdown]
# A kernel of 3 with a stride of 2 covers pixels once, twice or four times. That is a checkerboard. Kernels whose size
# is a multiple of the stride cover all pixels equally, except at the border.
#
# ### Three kernels on one digit
#
# A digit of 8 by 8 pixels is made about twice as large, three times. The kernels are not trained here; they are chosen.

# %%
digit = digits()[0][0, 0]
tent = np.array([1.0, 3.0, 3.0, 1.0]) / 4
chosen = {
    "kernel 2: ones": (np.ones((2, 2)), 0),
    "kernel 4: a tent": (np.outer(tent, tent), 1),
    "kernel 3: ones, divided by 2.25": (np.ones((3, 3)) / 2.25, 1),
}
fig, axes = plt.subplots(3, 1, figsize=(7, 9.6), layout="constrained")
for ax, (name, (weights, cut)) in zip(axes, chosen.items(), strict=True):
    steps = [digit]
    for _ in range(3):
        steps.append(conv_transpose2d(steps[-1][None, None], weights[None, None], stride=2, padding=cut)[0, 0])
    figures.enlarged(steps, ax, f"{name}: " + " to ".join(str(len(step)) for step in steps) + " rows")
plt.show()

# %% [markdown]
# Ones in a kernel of 2 repeat each pixel: this is *nearest* upsampling. The tent goes smoothly from one pixel to the
# next: this is *bilinear* upsampling, except at the border. The kernel of 3 prints its checkerboard on the digit, once
# more at each step. Your two functions agree:

# %%
once = {
    mode: conv_transpose2d(digit[None, None], weights[None, None], stride=2, padding=cut)
    for mode, (weights, cut) in zip(("nearest", "bilinear"), chosen.values(), strict=False)
}
for mode, enlarged in once.items():
    other = interpolate(digit[None, None], 2, mode=mode)
    print(f"{mode:9} equal in the middle: {np.allclose(enlarged[..., 1:-1, 1:-1], other[..., 1:-1, 1:-1])}")

# %% [markdown]
# Trained kernels of size 3 can avoid the pattern, but each network has to learn that by itself. Many networks therefore
# use a kernel of 4, or enlarge the image first and follow with an ordinary convolution.

# %% [markdown]
# ## 7. Backwards
#
# $G$ is `grad_output`. Put $p$ rows and columns of zeros around it, where the padding was cut off, and call the result
# $\tilde G$. In the forward pass, before the cut,
#
# $$
# \tilde Y_{r,o,\;s y + u,\;s x + v} \;\mathrel{+}=\; X_{r,c,y,x} \, W_{c,o,u,v}
# $$
#
# with $r$ for the image in the batch. For the chain rule, find for each number the outputs that it contributes to.
# Every product has two factors, and each gets the gradient times the other one:
#
# $$
# \frac{\partial L}{\partial X_{r,c,y,x}} = \sum_{o,u,v} \tilde G_{r,o,\;s y + u,\;s x + v} \, W_{c,o,u,v}
# \qquad
# \frac{\partial L}{\partial W_{c,o,u,v}} = \sum_{r,y,x} \tilde G_{r,o,\;s y + u,\;s x + v} \, X_{r,c,y,x}
# $$
#
# The bias was added to every pixel of $Y$, so $\partial L / \partial b_o = \sum_{r,y,x} G_{r,o,y,x}$.
#
# Look at the first formula again. It reads $\tilde G$ in windows, with a stride. It is a **convolution**, and its
# kernel is not flipped.
#
# ### Exercise 7: the gradients
#
# The same loop over the kernel's elements is fine. Where the forward pass wrote, the backward pass reads.


# %% exercise="conv_transpose2d_backward"

# %% check="conv_transpose2d_backward"
check(conv_transpose2d_backward)

# %% [markdown]
# ### Compared with autograd

# %%
rng = np.random.default_rng(1)
arrays = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(3, 4, 3, 2)), rng.normal(size=4)
options = {"stride": (2, 3), "padding": (1, 0)}
tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
output = torch.nn.functional.conv_transpose2d(*tensors, **options)
G = rng.normal(size=output.shape)

theirs = torch.autograd.grad(output, tensors, grad_outputs=torch.tensor(G))
yours = conv_transpose2d_backward(G, *arrays[:2], **options)
for name, y, t in zip(("grad_input", "grad_weight", "grad_bias"), yours, theirs, strict=True):
    print(f"{name:11} {y.shape!s:13} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# ### Where the name comes from
#
# The backward pass of a transposed convolution is a convolution. It works the other way round, too. Here autograd
# takes the gradient of an ordinary convolution with respect to its input, and **your forward function** gets the same
# gradient and the same weight.

# %%
x = torch.tensor(rng.normal(size=(2, 3, 9, 7)), requires_grad=True)
W = rng.normal(size=(4, 3, 3, 3))  # a convolution's (c_o, c_i, k_h, k_w)
y = torch.nn.functional.conv2d(x, torch.tensor(W), stride=2, padding=1)
G = rng.normal(size=y.shape)

(from_autograd,) = torch.autograd.grad(y, x, grad_outputs=torch.tensor(G))
print("convolution", tuple(x.shape), "to", tuple(y.shape))
print("yours", G.shape, "to", conv_transpose2d(G, W, stride=2, padding=1).shape)
print("equal:", np.allclose(conv_transpose2d(G, W, stride=2, padding=1), from_autograd.numpy()))

# %% [markdown]
# A convolution is a product with a large matrix, made of the kernel's weights and many zeros. Its backward pass
# multiplies by the transpose of that matrix. Used as a layer, this product is the transposed convolution. It also
# explains the weight's shape: what was the output channel of the convolution is now the input channel.
#
# It is sometimes called *deconvolution*, but it does not undo a convolution. It restores the size, not the values.

# %% [markdown]
# ## 8. What goes wrong
#
# ### Find the bug
#
# There is another way to the same layer. Write zeros between the values of the image, put a border around it, and slide
# an ordinary convolution over it. Exercise 8 gives you a function that does so. It was tried with a round spot as
# kernel, and was right. Here one value meets a kernel in the form of an L.

# %%
given = course.exercises["repair_zero_insertion"].given
single = np.zeros((1, 1, 2, 2))
single[0, 0, 0, 1] = 1
letter = np.array([[[[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]]])

print("handed out")
print(given(single, letter, stride=2)[0, 0])
print("yours")
print(conv_transpose2d(single, letter, stride=2)[0, 0])

# %% [markdown]
# The size is right, and the kernel is in the right place.
#
# ### Exercise 8: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_zero_insertion"

# %% check="repair_zero_insertion"
check(repair_zero_insertion)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The kernel is not flipped. Slide a window over a single value: the first window that contains it has the value at
# its end, so the first output is the value times the <b>last</b> element of the kernel. The kernel comes out rotated by
# 180 degrees. With <code>weight[:, :, ::-1, ::-1]</code> it comes out as it is.</p>
# <p>A round spot looks the same after such a rotation, so the test could not show it. Test with a kernel that has no
# symmetry.</p>
# </details>
#
# ### The usual mistakes
#
# Here is one of them, made on purpose: the padding is added, as in a convolution.


# %%
def padding_added(input, weight, bias=None, stride=1, padding=0):
    ends = [(p, p) for p in np.broadcast_to(padding, 2)]
    grown = np.pad(conv_transpose2d(input, weight, stride=stride), ((0, 0), (0, 0), *ends))
    return grown if bias is None else grown + bias[:, np.newaxis, np.newaxis]


course.assess(padding_added, "conv_transpose2d")

# %% [markdown]
# | what you write | what you see |
# |:--|:--|
# | padding added, not cut off | an output that is too large by $4p$ |
# | a weight of shape $(c_o, c_i, k_h, k_w)$ | an error; with $c_i = c_o$ only wrong values |
# | `=` for `+=` where kernels overlap | right for a stride as long as the kernel, else wrong |
# | kernels put down one pixel apart, whatever the stride | the right size; all of it in the upper left corner |
# | the bias added to each kernel | brighter wherever kernels overlap |
# | `output[p:-p]` with $p = 0$ | an empty array |
# | a kernel of 3 with a stride of 2 | a checkerboard |
# | corners aligned, where PyTorch's default aligns edges | an image that is right in the middle only |
# | `reshape` where axes must be moved first | the right shape; pixels of several places mixed |
# | ReLU before the sum of a residual block | a branch that can only add |
# | a residual connection around half of the branch | a block that trains, and equals no ResNet |

# %% [markdown]
# ### In your own words
#
# In a deep residual network, the weight and the bias of the last norm in each block are often initialized to 0. The
# number of channels stays the same. What does such a block compute before the first training step, and which gradient
# does its input get? Why is that a good start for a network with 50 blocks? Answer in two or three sentences.

# %% [markdown] question="branch_starts_at_zero"
# <details><summary>Model answer and rubric</summary>
# <p>The branch gives 0, so the block gives relu(0 + x), which is its input (after the previous ReLU it has no negative
# numbers). The gradient goes through the residual connection unchanged (only where x is exactly 0, the ReLU stops it).
# So at the start, 50 blocks act like none: values and gradients neither grow nor shrink with depth, and each block then
# learns what to add. The norm's weight itself gets a gradient, so the branch can learn.</p>
# <ul><li>1 point: the block passes on its input.</li>
# <li>1 point: the gradient of the input is the gradient of the output: it passes through the connection.</li>
# <li>1 point: so depth does no harm at the start, and the blocks learn what to add.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - Each input value puts down its kernel, multiplied by that value, $s$ pixels apart. Overlaps add up.
# - The output has $(h_i - 1) s + k - 2p$ rows, plus `output_padding` at the far end. Padding cuts off.
# - The weight is $(c_i, c_o, k_h, k_w)$. The work is done once for each input pixel.
# - Backwards it is a convolution, and a convolution's backward pass is a transposed convolution.
# - A kernel size that is a multiple of the stride covers all pixels equally. Interpolation has no weights; pixel
#   shuffle makes pixels of channels.
# - A patch embedding is a convolution whose stride is its kernel's size. A residual block adds what it computes to its
#   input.
#
# ### Elsewhere
#
# | library | what | how it differs |
# |:--|:--|:--|
# | PyTorch | `output_padding` | at the bottom and at the right only; less than the stride or the dilation |
# | Keras | `Conv2DTranspose` | the kernel is `(k_h, k_w, c_o, c_i)`; `padding="same"` gives $s \cdot h_i$ rows |
# | Flax (JAX) | `flax.nnx.ConvTranspose` | the kernel comes out flipped, unless `transpose_kernel=True` |
# | TensorFlow | `tf.nn.depth_to_space` | pixel shuffle with another order of the channels |
# | OpenCV, Pillow | `resize` | bilinear matches centres, as here; when making images smaller, Pillow also smooths |
# | NumPy | `np.convolve` | its full mode is the case of one channel, one axis and stride 1 |
#
# ### Further reading
#
# - [torch.nn.ConvTranspose2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html) in
#   PyTorch's documentation.
# - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285) (2016),
#   chapter 4.
# - Odena, Dumoulin and Olah, [Deconvolution and Checkerboard Artifacts](https://distill.pub/2016/deconv-checkerboard/)
#   (2016).
# - He and others, [Deep Residual Learning for Image Recognition](https://arxiv.org/abs/1512.03385) (2015): ResNet.
# - Dosovitskiy and others, [An Image is Worth 16x16 Words](https://arxiv.org/abs/2010.11929) (2020): patches as tokens.
# - Shi and others, [Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
#   CNN](https://arxiv.org/abs/1609.05158) (2016): pixel shuffle.
# - Radford, Metz and Chintala, [Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
#   Networks](https://arxiv.org/abs/1511.06434) (2015): DCGAN.
# - Long, Shelhamer and Darrell, [Fully Convolutional Networks for Semantic
#   Segmentation](https://arxiv.org/abs/1411.4038) (2015): upsampling that starts as bilinear.
