# %% [markdown]
# # {{counting}} · Counting: what a network is made of, and what it costs
#
# At the end of this chapter your layers will be objects that you can combine, like PyTorch's. You will have built
# LeNet-5 from them, run its forward and backward pass on a batch, and written the table that torchinfo prints: shapes,
# parameters, mult-adds and megabytes, exactly.
#
# You need chapters {{linear}} to {{normalization}}. Plan two and a half hours, in two sittings: exercises 1 to 6, then
# the rest. Ten cells are exercises, each with a check right below. `hint("Linear")` gives one step of help,
# `solution("Linear")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads PyTorch and the drawings for the demonstrations. Your own code uses NumPy alone.

# %%
import copy
import torch
import torchinfo
from matplotlib.figure import Figure

import course
from course.figures import counting as figures
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits
#
# So far every chapter was about one layer. A network is many layers in a row, and the output of one is the input of
# the next. Below is LeNet-5, which read handwritten digits in 1998. It needs only five kinds of layers. (The original
# had other activation functions and averages instead of maxima. This is the usual form today.)

# %%
lenet5 = torch.nn.Sequential(
    torch.nn.Conv2d(1, 6, kernel_size=5, padding=2),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(6, 16, kernel_size=5),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Flatten(),
    torch.nn.Linear(400, 120),
    torch.nn.ReLU(),
    torch.nn.Linear(120, 84),
    torch.nn.ReLU(),
    torch.nn.Linear(84, 10),
)

image = torch.zeros(1, 1, 28, 28)
shapes = [image.shape[1:]]
for layer in lenet5:
    image = layer(image)
    shapes.append(image.shape[1:])

names = [type(layer).__name__ for layer in lenet5]
counts = [sum(p.numel() for p in layer.parameters()) for layer in lenet5]

fig, ax = plt.subplots(figsize=(12.5, 3.8))
figures.chain(names, shapes, ax, counts)
plt.show()

# %% [markdown]
# Each bar is the output of the layer below it, for one image. Its height is the number of values. A filled box has
# parameters. The high bars are on the left, and most of the parameters are on the right.
#
# ### Exercise 1: what is trained?
#
# You know the layers of all chapters so far. Which of them have parameters, and what are their shapes? Write a function
# that answers this for any network of the nine layers that its docstring names.


# %% exercise="parameter_shapes"

# %% check="parameter_shapes"
check(parameter_shapes)

# %% [markdown]
# Here it is on LeNet-5, next to PyTorch's own parameters.

# %%
described = [("Conv2d", 1, 6, 5, 1), ("ReLU",), ("MaxPool2d", 2), ("Conv2d", 6, 16, 5, 1), ("ReLU",), ("MaxPool2d", 2)]
described += [("Flatten",), ("Linear", 400, 120), ("ReLU",), ("Linear", 120, 84), ("ReLU",), ("Linear", 84, 10)]
for (name, *_), own, theirs in zip(described, parameter_shapes(described), lenet5, strict=True):
    same = [tuple(shape) for shape in own] == [tuple(array.shape) for array in theirs.parameters()]
    print(f"{name:10} {'as PyTorch' if same else 'NOT as PyTorch'}  {' '.join(map(str, own))}")

# %% [markdown]
# A count alone would not have told you this much: the transposed shape `(400, 120)` has as many numbers as
# `(120, 400)`.
#
# Two questions are left for every network.
#
# - **How is it trained?** Each layer also needs a backward pass and has to know its parameters. A function is not
#   enough for that; we need an object.
# - **What does it cost?** Parameters take memory, mult-adds take time, and the outputs in between take memory, too. If
#   you can count them, you know in advance whether a network fits on a machine.

# %% [markdown]
# ## 2. Formula and shapes
#
# In this chapter,
#
# - $n$ is the batch size,
# - $c_i$ and $c_o$ are the input and output channels of a layer,
# - $h_i, w_i$ and $h_o, w_o$ are the height and width of its input and output,
# - $k_h, k_w$ are the height and width of its kernel, $s$ its stride, $p$ its padding on each side, and $g$ its groups.
#
# | layer | output | parameters | mult-adds, as torchinfo counts |
# |:--|:--|:--|:--|
# | `Linear` | $(n, c_o)$ | $c_o \, (c_i + 1)$ | parameters $\cdot \, n$ |
# | `Conv2d` | $(n, c_o, h_o, w_o)$ | $c_o \, (\frac{c_i}{g} \, k_h k_w + 1)$ | parameters $\cdot \, n \, h_o w_o$ |
# | `MaxPool2d` | $(n, c_i, h_o, w_o)$ | 0 | 0 |
# | `ReLU` | as the input | 0 | 0 |
# | `Flatten` | $(n, c_i h_i w_i)$ | 0 | 0 |
#
# with $h_o = \lfloor (h_i + 2p - k_h) / s \rfloor + 1$, and the same for the width.
# The 1 in the parameters is the bias.
#
# All mult-adds come from one idea: **a parameter is used once at each position of the output**. A linear layer has one
# position for each sample. A convolution has $h_o w_o$.
#
# Memory, in bytes, with 4 bytes for each number:
#
# - **input**: 4 · its numbers,
# - **forward and backward pass**: 2 · 4 · the outputs of all layers that have parameters. An output is kept for the
#   backward pass, where it gets a gradient of the same size, hence the 2.
# - **parameters**: 4 · their number.
#
# This is what torchinfo counts. It leaves out two things that training needs: a gradient for each parameter, and what
# the optimizer stores. Section 6 measures both.

# %% [markdown]
# ## 3. See it in PyTorch
#
# The summary table names a convolution from 16 to 32 channels with a kernel of 5 by 5, and summarizes it for one image
# of 100 by 100 pixels.

# %%
conv = torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=5, padding="same")
torchinfo.summary(conv, input_size=(1, 16, 100, 100))

# %% [markdown]
# All of these numbers follow from section 2. (Some versions print `Units.MEGABYTES` in the brackets; this means
# millions.)

# %%
parameters = 32 * (16 * 5 * 5 + 1)
print("parameters            ", parameters)
print("mult-adds, in millions", parameters * 100 * 100 / 1e6)
print("input, MB             ", 4 * 16 * 100 * 100 / 1e6)
print("forward/backward, MB  ", 2 * 4 * 32 * 100 * 100 / 1e6)
print("parameters, MB        ", round(4 * parameters / 1e6, 2))

# %% [markdown]
# The other two rows of the table with such a summary: `Linear(10, 5)` and `Conv1d(16, 32, 5)`, the latter on a signal
# of 100 values.

# %%
for layer, shape in (
    (torch.nn.Linear(10, 5), (1, 10)),
    (torch.nn.Conv1d(16, 32, 5, padding="same"), (1, 16, 100)),
):
    told = torchinfo.summary(layer, input_size=shape, verbose=0)
    print(f"{type(layer).__name__:8}", told.total_params, "parameters,", told.total_mult_adds, "mult-adds")

# %% [markdown]
# A `Sequential` is a layer that contains layers. torchinfo gives it a row for each.

# %%
columns = ("output_size", "num_params", "mult_adds")
torchinfo.summary(lenet5, input_size=(1, 1, 28, 28), col_names=columns, col_width=20)

# %% [markdown]
# `Conv2d: 1-4` reads: a `Conv2d`, at depth 1, the fourth there. This is the table that you will write.

# %% [markdown]
# ## 4. Predict, then run
#
# An image of 3 channels and 32 by 32 pixels goes through three layers:
#
# `Conv2d(3, 8, kernel_size=3, padding=1)`, `MaxPool2d(2)`, `Conv2d(8, 16, kernel_size=3, padding=1)`.
#
# Write down four answers before you run the next cell.
#
# 1. What is the shape of the last output?
# 2. Which of the two convolutions has more parameters, and by which factor, roughly?
# 3. Which of the two takes more mult-adds?
# 4. The batch has 64 images instead of one. Which of these change: parameters, mult-adds, MB of the parameters?

# %%
net = torch.nn.Sequential(
    torch.nn.Conv2d(3, 8, kernel_size=3, padding=1),
    torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(8, 16, kernel_size=3, padding=1),
)
print("1. ", tuple(net(torch.zeros(1, 3, 32, 32)).shape))
for n in (1, 64):
    told = torchinfo.summary(net, input_size=(n, 3, 32, 32), verbose=0)
    rows = [(row.num_params, row.macs) for row in told.summary_list if row.class_name == "Conv2d"]
    print(f"n = {n:2}: (parameters, mult-adds) of the two convolutions:", *rows)

# %% [markdown]
# The second has five times as many parameters. But its work is only about 1.3 times as large: after the pooling there
# are a quarter of the positions. **The number of parameters says little about the work.** The batch size multiplies
# the work, but not the parameters and their MB.

# %% [markdown]
# ## 5. Write it
#
# A function keeps nothing when it returns. A layer has to store two things: its parameters, and between the forward
# and the backward pass everything that its gradients need. So it becomes a class. This one is written for you. It
# multiplies everything by one number and adds another.


# %% tags=["setup"]
class Affine:
    """y = weight · x + bias, with one number each."""

    def __init__(self, weight, bias):
        self.weight = np.array([weight])
        self.bias = np.array([bias])

    def forward(self, input):
        self.kept = input  # backward will need it
        return self.weight * input + self.bias

    def backward(self, grad_output):
        self.grad_weight = np.array([(grad_output * self.kept).sum()])
        self.grad_bias = np.array([grad_output.sum()])
        return grad_output * self.weight

    def parameters(self):
        return [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight, self.grad_bias]


# %%
layer = Affine(2.0, 1.0)
print("forward   ", layer.forward(np.array([1.0, 10.0])))
print("backward  ", layer.backward(np.array([1.0, 1.0])))
print("parameters", layer.parameters())
print("gradients ", layer.gradients())

# %% [markdown]
# All layers of this chapter have these methods.
#
# | method | takes | returns | also |
# |:--|:--|:--|:--|
# | `forward` | `input` | the output | stores in `self` what `backward` needs |
# | `backward` | `grad_output` | `grad_input` | sets `self.grad_weight` and `self.grad_bias` |
# | `parameters` | | a list: weight, then bias if there is one | |
# | `gradients` | | a list in the same order | |
#
# `backward` returns what the layer *before* needs, and stores what *training* needs. The gradients belong to the
# latest call. (PyTorch adds them to the gradients of earlier calls, until `zero_grad`.)
#
# ### Exercise 2: Linear
#
# `__init__` is given: it draws the initial weights as PyTorch does, uniformly between $-1/\sqrt{c_i}$ and
# $1/\sqrt{c_i}$. Write the four methods. The computations are the ones of chapter {{linear}}.


# %% exercise="Linear"

# %% check="Linear"
check(Linear)

# %% [markdown]
# ### Exercise 3: ReLU
#
# It has no parameters, so its lists are empty. It still has to store something. What?


# %% exercise="ReLU"

# %% check="ReLU"
check(ReLU)

# %% [markdown]
# ### Windows, and their backward pass
#
# You wrote both passes of a convolution in chapter {{padding_and_stride}}, and of a pooling in chapter {{pooling}}.
# Here you don't type them again. What they have in common is in the next cell:
#
# - `windows` gives all windows of a batch as one array, of shape $(n, c_i, h_o, w_o, k_h, k_w)$.
# - `put_back` is its backward pass. It takes a gradient for each value of each window, and adds it where the window
#   was: a pixel that was in four windows gets the sum of four gradients.


# %% tags=["setup"]
def pair(value):
    """Give (3, 3) for 3, and a pair as it is."""
    return value if isinstance(value, tuple) else (value, value)


def windows(input, kernel_size, stride, padding=(0, 0)):
    """Give all windows of a batch with zeros around it: (n, c, h_o, w_o, k_h, k_w)."""
    (p_h, p_w), (s_h, s_w) = padding, stride
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    return np.lib.stride_tricks.sliding_window_view(padded, kernel_size, axis=(2, 3))[:, :, ::s_h, ::s_w]


def put_back(grad_windows, shape, stride, padding=(0, 0)):
    """Add the gradients of all windows up, each where its window was: an array of this shape."""
    (n, c, h, w), (p_h, p_w), (s_h, s_w) = shape, padding, stride
    rows, columns, k_h, k_w = grad_windows.shape[2:]
    around = np.zeros((n, c, h + 2 * p_h, w + 2 * p_w))
    for i, j in np.ndindex(k_h, k_w):
        around[:, :, i : i + s_h * rows : s_h, j : j + s_w * columns : s_w] += grad_windows[..., i, j]
    return around[:, :, p_h : p_h + h, p_w : p_w + w]


# %%
pixels = np.arange(20.0).reshape(1, 1, 4, 5)
seen = windows(pixels, (2, 2), (1, 1))
print("windows", seen.shape, "and the first of them", seen[0, 0, 0, 0].tolist())
print("in how many windows is each pixel?")
print(put_back(np.ones(seen.shape), pixels.shape, (1, 1))[0, 0].astype(int))

# %% [markdown]
# ### Exercise 4: Conv2d
#
# Between the two, a convolution is a **Linear on windows**: `Linear` processes rows of numbers, `Conv2d` processes
# windows in the same way. The output and both gradients are sums of products, and `np.einsum` writes each in a line.
# With $(n, c_i, h_o, w_o, k_h, k_w)$ for the windows and $(c_o, c_i, k_h, k_w)$ for the weight, over which axes does
# each of the three sum?
#
# The question of this exercise is what the object keeps. What must `forward` store, so that `backward` can do its work
# with `grad_output` alone? And which arrays does the layer own, so that training can change them?


# %% exercise="Conv2d"

# %% check="Conv2d"
check(Conv2d)

# %% [markdown]
# ### Exercise 5: MaxPool2d
#
# It has no parameters, and stores little: not the values of the windows, only which place won in each. The gradient of
# a window goes to this place. If several values are equal, it goes to the first, row by row: `np.argmax` finds it.


# %% exercise="MaxPool2d"

# %% check="MaxPool2d"
check(MaxPool2d)

# %% [markdown]
# ### Exercise 6: Flatten
#
# It is between the last pooling and the first linear layer, and turns each sample into one row.


# %% exercise="Flatten"

# %% check="Flatten"
check(Flatten)

# %% [markdown]
# ### Exercise 7: Sequential
#
# A chain of layers is a layer again, with the same four methods. In the forward pass, each layer's output is the input
# of the next. Section 7 derives the backward pass: it goes through the same chain in reverse.


# %% exercise="Sequential"

# %% check="Sequential"
check(Sequential)

# %% [markdown]
# ### Exercise 8: counting parameters
#
# With `parameters()` you can count the parameters of any model. Note that a layer may be used in a network twice. Its
# parameters are then trained and stored once, so they count once. `id(a) == id(b)` says whether two names mean the
# same object.


# %% exercise="count_parameters"

# %% check="count_parameters"
check(count_parameters)

# %% [markdown]
# Now build the network of section 1 from **your** layers. It should have 61,706 parameters, in arrays of the shapes
# that you gave in exercise 1.


# %%
def build_lenet5(seed):
    rng = np.random.default_rng(seed)
    return Sequential(
        Conv2d(1, 6, 5, padding=2, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Conv2d(6, 16, 5, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(400, 120, rng=rng),
        ReLU(),
        Linear(120, 84, rng=rng),
        ReLU(),
        Linear(84, 10, rng=rng),
    )


model = build_lenet5(seed=0)
print(f"{count_parameters(model):,} parameters")
wanted = [tuple(shape) for own in parameter_shapes(described) for shape in own]
print("the shapes of exercise 1:", [array.shape for array in model.parameters()] == wanted)

# %% [markdown]
# ## 6. Look at it
#
# ### Exercise 9: the summary
#
# Write the table that torchinfo prints, as data. Section 2 has all the formulas. Two details:
#
# - a row is named as in torchinfo's table: class, depth 1, number. `type(layer).__name__` is the name of a class,
# - a layer that is in an earlier row, the same object, gets `num_params` 0; torchinfo prints `(recursive)` there. Its
#   mult-adds count again in each row, and so do the bytes of its output: torchinfo adds every output of such a layer
#   to the memory of the forward and backward pass.


# %% exercise="summary"

# %% check="summary"
check(summary)

# %% [markdown]
# Print it, and compare with the table of section 3.

# %%
told = summary(model, (1, 1, 28, 28))
for name, shape, num_params, mult_adds in told["rows"]:
    print(f"{name:16} {shape!s:16} {num_params:8,} {mult_adds:10,}")
for name, value in told.items():
    if name != "rows":
        print(f"{name:20} {value:,}")

# %% [markdown]
# Three ways to the same totals: yours sends an array of zeros through your layers, torchinfo sends one through
# PyTorch's, and `course.cost` uses the formulas of section 2 and runs nothing.

# %%
shape = (1, 1, 28, 28)
counted = course.cost.summary(lenet5, shape)
run = torchinfo.summary(lenet5, input_size=shape, verbose=0)
print(f"yours        {told['total_params']:,} parameters, {told['total_mult_adds']:,} mult-adds")
print(f"torchinfo    {run.total_params:,} parameters, {run.total_mult_adds:,} mult-adds")
print(f"course.cost  {counted.parameters:,} parameters, {counted.mult_adds:,} mult-adds")

# %% [markdown]
# Also the convolution of the summary table: 12,832 parameters, 128.32 million mult-adds, 0.64, 2.56, 0.05 and 3.25 MB.

# %%
told = summary(Sequential(Conv2d(16, 32, 5, padding=2)), (1, 16, 100, 100))
{name: value for name, value in told.items() if name != "rows"}

# %% [markdown]
# ### Where the parameters are, and where the work is
#
# **Predict:** which layer of LeNet-5 has the most parameters? Which takes the most work?

# %%
rows = [row for row in summary(model, (1, 1, 28, 28))["rows"] if row[2]]
names, shapes, params, work = zip(*rows, strict=True)

fig, axes = plt.subplots(1, 2, figsize=(10, 2.6), layout="constrained")
figures.costs(names, params, axes[0], "parameters")
figures.costs(names, work, axes[1], "mult-adds")
plt.show()

# %% [markdown]
# The first linear layer has 78 % of the parameters and takes 11 % of the work. The convolutions have 4 % and take 86
# %. A convolution uses each of its few parameters at hundreds of positions. A linear layer uses each of its many
# parameters once.
#
# ### Where the memory goes
#
# The same network, for batches of growing size.

# %%
sizes = {}
for n in (1, 16, 64, 256):
    told = summary(model, (n, 1, 28, 28))
    sizes[f"n = {n}"] = (told["input_mb"], told["forward_backward_mb"], told["params_mb"])

fig, ax = plt.subplots(figsize=(8, 2.6), layout="constrained")
figures.memory(sizes, ax)
plt.show()

# %% [markdown]
# For one image, most of the memory is for parameters. For 256 images nearly all of it is for outputs. If a training
# run stops with *out of memory*, a smaller batch helps; fewer parameters may not.
#
# These are torchinfo's numbers. It counts a gradient for each of these outputs, but none for the parameters, and it
# does not know the optimizer.
#
# **Predict:** how many bytes does one parameter take in evaluation, in training with SGD, with SGD and momentum, and
# with Adam?

# %%
optimizers = {
    "evaluation": None,
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.01),
    "SGD with momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9),
    "Adam": torch.optim.Adam,
}
for name, make in optimizers.items():
    net = copy.deepcopy(lenet5)
    held = list(net.parameters())
    if make:
        optimizer = make(net.parameters())
        net(torch.zeros(2, 1, 28, 28)).sum().backward()
        optimizer.step()
        held += [parameter.grad for parameter in net.parameters()]
        # Adam's step counters are single numbers, and left out here
        held += [a for state in optimizer.state.values() for a in state.values() if torch.is_tensor(a) and a.ndim]
    bytes_each = sum(array.numel() * array.element_size() for array in held) / count_parameters(model)
    print(f"{name:18} {bytes_each:3.0f} bytes for each parameter, {7 * bytes_each:3.0f} GB for 7 billion of them")

# %% [markdown]
# The parameter itself, its gradient, and what the optimizer keeps: one number for momentum, two for Adam. None of it
# depends on the batch. A model of 7 billion parameters in float32 takes 28 GB to run. With Adam it takes 112 GB to
# train, before the first output is counted.
#
# Below is another network, for larger images in colour. It takes a third of LeNet-5's 423,038 mult-adds. Change it,
# and look at the costs. Which change adds much work and few parameters? Which one adds many parameters and little
# work?

# %%
mine = Sequential(
    Conv2d(3, 8, 3, stride=2, padding=1),
    ReLU(),
    MaxPool2d(2),
    Conv2d(8, 16, 3, padding=1),
    ReLU(),
    MaxPool2d(2),
    Flatten(),
    Linear(256, 10),
)
told = summary(mine, (1, 3, 32, 32))
print(f"{told['total_params']:,} parameters, {told['total_mult_adds']:,} mult-adds")

rows = [row for row in told["rows"] if row[2]]
names, shapes, params, work = zip(*rows, strict=True)
fig, axes = plt.subplots(1, 2, figsize=(10, 1.9), layout="constrained")
figures.costs(names, params, axes[0], "parameters")
figures.costs(names, work, axes[1], "mult-adds")
plt.show()

# %% [markdown]
# ## 7. Backwards
#
# Call the layers $f_1, \dots, f_m$, and the arrays between them $x_0$ (the input), $x_1, \dots, x_m$ (the output):
#
# $$
# x_k = f_k(x_{k-1})
# $$
#
# The loss $L$ depends on $x_{k-1}$ only through $x_k$. So, by the chain rule,
#
# $$
# \frac{\partial L}{\partial x_{k-1}} = \frac{\partial L}{\partial x_k} \cdot \frac{\partial f_k}{\partial x_{k-1}}
# $$
#
# On the right, the first factor is the `grad_output` of layer $k$. On the left is its `grad_input`, which is the
# `grad_output` of layer $k - 1$. Each layer needs what the layer after it returned. So the backward pass begins at the
# end, and each layer only has to know its own derivative.
#
# The animation shows both passes through a small network. Watch what each layer stores.

# %%
figure = Figure(figsize=(7.4, 2.4))
canvas = figure.add_axes((0, 0, 1, 1))


def draw(step):
    canvas.clear()
    kept = ("the input", "where > 0", "the input")
    figures.passes(("Linear", "ReLU", "Linear"), kept, (True, False, True), step, canvas)


motion(figure, draw, 6, description="three layers: values flow forward, gradients flow back", per_second=1.0)

# %% [markdown]
# ### Compared with autograd
#
# Your LeNet-5 and PyTorch's, with the same weights, on the same batch, with the same gradient at the end. All ten
# gradients of the parameters should agree, and the gradient of the images as well.

# %%
rng = np.random.default_rng(1)
images, G = rng.normal(size=(8, 1, 28, 28)), rng.normal(size=(8, 10))

theirs = lenet5.double()
for tensor, array in zip(theirs.parameters(), model.parameters(), strict=True):
    tensor.data = torch.tensor(array)
leaf = torch.tensor(images, requires_grad=True)
output = theirs(leaf)
output.backward(torch.tensor(G))

print("outputs equal:", np.allclose(model.forward(images), output.detach()))
print("gradient of the images equal:", np.allclose(model.backward(G), leaf.grad))
pairs = zip(model.gradients(), theirs.parameters(), strict=True)
print("gradients of the parameters equal:", [np.allclose(yours, tensor.grad) for yours, tensor in pairs])

# %% [markdown]
# ### A test that needs no PyTorch
#
# A gradient says how the loss changes with a small change of a parameter. So make a small change and measure it. This
# finds nearly every mistake in a `backward`, in any library.

# %%
weight, place, step = model.layers[3].weight, (2, 1, 0, 3), 1e-5


def loss():
    return (model.forward(images) * G).sum()


before = weight[place]
weight[place] = before + step
up = loss()
weight[place] = before - step
down = loss()
weight[place] = before

model.forward(images)
model.backward(G)
print("by a small change", (up - down) / (2 * step))
print("by backward      ", model.layers[3].grad_weight[place])

# %% [markdown]
# ## 8. What goes wrong
#
# Here `backward` goes through the layers in the order of `forward`. This is what a check says about it.


# %%
class FromTheFront:
    def __init__(self, *blocks):
        self.blocks = blocks

    def forward(self, values):
        for block in self.blocks:
            values = block.forward(values)
        return values

    def backward(self, gradient):
        for block in self.blocks:
            gradient = block.backward(gradient)
        return gradient

    def parameters(self):
        return [p for block in self.blocks for p in block.parameters()]

    def gradients(self):
        return [g for block in self.blocks for g in block.gradients()]


course.assess(FromTheFront, "Sequential")

# %% [markdown]
# With layers whose sizes differ, NumPy stops with an error. With two `Affine` layers everything runs, every shape is
# right, and the gradients are wrong.
#
# ### What torchinfo's numbers are not
#
# Its mult-adds are a convention, and for some layers not the number of multiplications. `course.cost` has both.

# %%
for layer, shape in (
    ("Linear(10, 5)", (1, 10)),
    ("Conv2d(16, 32, 5, padding=2)", (1, 16, 100, 100)),
    ("Embedding(10000, 256)", (10,)),
    ("LayerNorm(256)", (10, 256)),
):
    counted = course.cost.summary(layer, shape)
    print(f"{layer:29} torchinfo {counted.mult_adds:12,}   multiplied and summed {counted.true_mult_adds:12,}")

# %% [markdown]
# A bias needs no multiplication, but torchinfo counts it. An embedding looks up rows: for ten identifiers torchinfo
# counts each of 2,560,000 parameters ten times, but there is no multiplication. LayerNorm does multiply, and its
# variance sums squares. The course counts it as 0 by convention, like all layers whose work is small compared with a
# matrix product.
#
# The megabytes are also an estimate: the memory of a training run depends on what the layers store. Your ReLU stores a
# boolean array, your MaxPool2d the places of the maxima, and your Conv2d a padded copy of its input; its windows are a
# view of that copy. torchinfo counts none of these. It also leaves out the parameters' gradients and
# the optimizer's state.
#
# ### Find the bug
#
# This function counts what a convolution costs, in torchinfo's way. On networks like VGG, whose convolutions all have
# a kernel of 3, stride 1 and padding 1, it is always right. Then it is used for a layer like the first one of ResNet:
# 64 kernels of 7 by 7, with stride 2, padding 3 and a bias, on a colour image of 224 by 224 pixels. The function says
# 475,267,072 mult-adds. torchinfo says 118,816,768. Repair it.


# %% exercise="repair_conv2d_cost"

# %% check="repair_conv2d_cost"
check(repair_conv2d_cost)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The function multiplied by the height and width of the <em>input</em>. With stride 1 and a padding of (k − 1) / 2
# the output has the same size, so the bug has no effect. With stride 2 there are only a quarter of the positions.</p>
# <p>Test counting code on layers whose sizes all differ: input and output, height and width, channels in and out.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | `backward` in the order of `forward` | an error, or wrong gradients of the right shape |
# | the list of parameters made once, in `__init__` | right, until a new `weight` is assigned |
# | gradients added with `+=` and never reset | right for the first batch only |
# | one layer used twice in a network | it stores only its latest input, so its gradients are wrong |
# | `input` changed in place | the layer before computes its gradients with wrong values |
# | a shared layer counted twice | more parameters than there are |
#
# The fourth line is a limit of this chapter's simple layers. PyTorch stores the input of every *use*.

# %% [markdown]
# ### In your own words
#
# A network runs on a phone that has 200 MB to spare. Training it with the same size of images, on a computer with 8 GB,
# ends with "out of memory". What needs memory in training that does not in evaluation? Which part of it shrinks if you
# halve the batch? Answer in two or three sentences.

# %% [markdown] question="out_of_memory"
# <details><summary>Model answer and rubric</summary>
# <p>In training the outputs of all layers are kept until the backward pass, for every sample of the batch; in
# evaluation each can be dropped once the next layer has used it. In addition, every parameter has a gradient, and the
# optimizer keeps more for each of them (one number for momentum, two for Adam). Half a batch halves the kept outputs.
# Parameters, gradients and the optimizer's state stay as they are.</p>
# <ul><li>1 point: the outputs of the layers are kept for the backward pass.</li>
# <li>1 point: gradients and the optimizer's state come on top, as large as the parameters or more.</li>
# <li>1 point: a smaller batch reduces the kept outputs alone.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - A layer is an object: it stores its parameters, and between the forward and the backward pass what its gradients
#   need.
# - A chain of layers is a layer. The backward pass starts at the end, and each layer passes its gradient to the layer
#   before.
# - Parameters times positions is the work. Convolutions have many positions, linear layers many parameters.
# - torchinfo's memory is the input, the outputs with their gradients, and the parameters. Only the last does not grow
#   with the batch. Training also stores the parameters' gradients and the optimizer's state: with SGD and momentum, 12
#   bytes for each parameter.
# - Always give the convention with a number: with or without bias, mult-adds or operations, MB or MiB.
#
# ### Elsewhere
#
# | tool | what it counts |
# |:--|:--|
# | torchinfo | mult-adds: parameters · positions, bias included; MB of 1,000,000 bytes |
# | `torch.utils.flop_counter` | FLOPs: multiplication and addition are two; matrix products, convolutions, attention |
# | papers | MACs or FLOPs, often confused; a factor of 2 |
# | Keras, `model.summary()` | parameters, and their size in units of 1024 bytes |
#
# ### Further reading
#
# - [torch.nn.Sequential](https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html) and
#   [torch.nn.Module](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html) in PyTorch's documentation.
# - [torchinfo](https://github.com/TylerYep/torchinfo), whose table you have written.
# - LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition* (1998): LeNet-5.
# - [micrograd](https://github.com/karpathy/micrograd): how autograd builds the backward pass automatically, in 150
#   lines.
