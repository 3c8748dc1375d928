# %% [markdown]
# # {{activations}} · Activations: one number at a time
#
# You will write today's activation functions and three gradients, put a ReLU where it belongs in a network, and see
# what the network can't do without it.
#
# You need chapter {{linear}}, the chain rule and the product rule. Plan three sittings of an hour each: up to *Gates* in
# section 5, up to section 6, and the rest.
#
# Run the cells from top to bottom. Sixteen are exercises with a check. When stuck, `hint("relu")` gives one step,
# `solution("relu")` the answer.

# %% tags=["setup"]
import math

import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# PyTorch is for the demonstrations. Your own code uses NumPy and `math`.

# %%
import torch
from matplotlib.figure import Figure
from torchinfo import summary

import course
from course.catalog import SUMMARY
from course.figures import activations as figures
from course.figures.motion import motion

# %% [markdown]
# ## 1. A network that bends
#
# Two linear layers in a row are one linear layer. What does that cost? A network should say whether two inputs differ.
# It is trained as your layer was in chapter {{linear}}, twice from the same start: without and with a ReLU,
# $\max(0, x)$, between its layers.

# %%
# 1 where the two inputs differ, 0 where they are equal
points = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
differ = torch.tensor([[0.0], [1.0], [1.0], [0.0]])


def trained(*inner):
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(2, 4), *inner, torch.nn.Linear(4, 1))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.2)
    for _ in range(1000):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(network(points), differ).backward()
        optimizer.step()
    return network


ticks = np.linspace(-0.25, 1.25, 61)
plane = torch.tensor(np.stack(np.meshgrid(ticks, ticks), axis=-1), dtype=torch.float32)
fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.6), layout="constrained")
networks = {"two linear layers": trained(), "a ReLU between them": trained(torch.nn.ReLU())}
for (title, network), ax in zip(networks.items(), axes, strict=True):
    with torch.no_grad():
        print(f"{title:20}", network(points)[:, 0].numpy().round(2))
        output = network(plane)[:, :, 0].numpy()
    figures.output_plane(ticks, output, points.numpy(), differ[:, 0].numpy(), ax, title)
plt.show()

# %% [markdown]
# Without the ReLU the output is 0.5 everywhere: no flat surface fits the four points. With it, the surface has bends.
#
# A ReLU is an **activation function**: non-linear, applied to each number. It is an **inner** layer. A sigmoid can also
# be the **last** one. Neither comes first.

# %%
table("ReLU")

# %%
table("Sigmoid")

# %% [markdown]
# ## 2. Formula and shapes
#
# $$
# f_i(x) = g(x_i)
# $$
#
# $g$ takes one number, and $i$ is any position. The output has the input's shape: $(n, c)$ for $n$ samples with $c$
# channels, $(n, c, h, w)$ for images.

# %% [markdown]
# ## 3. See it in PyTorch
#
# No parameters, no mult-adds.

# %%
layer = torch.nn.ReLU()
counted = summary(layer, input_size=(1, 10), verbose=0)
print(layer(torch.tensor([[-1.5, 0.0, 2.0]])))
print("parameters", counted.total_params, "  mult-adds", counted.total_mult_adds)

# %% [markdown]
# ## 4. Predict, then run
#
# 64 images with 32 channels of 28 by 28 numbers, drawn from a normal distribution with mean 0, go through a ReLU. Write
# down three answers.
#
# 1. What is the shape of the output?
# 2. How many parameters does the layer have?
# 3. What share of the outputs is 0?

# %%
images = torch.randn(64, 32, 28, 28)
output = torch.nn.functional.relu(images)

print("1. output", tuple(output.shape))
print("2. parameters", sum(p.numel() for p in torch.nn.ReLU().parameters()))
print(f"3. zeros {(output == 0).double().mean():.1%}")

# %% [markdown]
# Half of the numbers are negative, and become 0.
#
# ## 5. Write it
#
# ### Exercise 1: ReLU
#
# `np.maximum` compares element by element. Make a **new** array.


# %% exercise="relu"

# %% check="relu"
check(relu)

# %% [markdown]
# Without code: a network has two ReLUs in a row, by mistake. What does the second one do?
#
# <details><summary>Answer</summary>
# <p>Nothing: its inputs are all 0 or more already.</p>
# </details>
#
# ### Exercise 2: as an inner layer
#
# Now put the ReLU in its place. The network of section 1 has $c_i$ inputs, $c_h$ hidden neurons and $c_o$ outputs. Each
# hidden neuron is one output of the first linear layer, followed by the ReLU. The second linear layer takes the hidden
# numbers. Nothing comes after it, so an output can be negative.
#
# The weights have PyTorch's shape, (out, in), as in chapter {{linear}}.


# %% exercise="two_layer_network"

# %% check="two_layer_network"
check(two_layer_network)

# %% [markdown]
# You don't have to train a network to get the points of section 1 right: two hidden neurons and a pencil are enough.
#
# **Predict:** what does your network give for the four points, with the arrays below? The first hidden neuron counts
# the ones in the input. What does the second one do? And what is the output without the ReLU?

# %%
W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
W2, b2 = np.array([[1.0, -2.0]]), np.array([0.0])
four = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

print("with the ReLU   ", two_layer_network(four, W1, b1, W2, b2)[:, 0])
print("without the ReLU", ((four @ W1.T + b1) @ W2.T + b2)[:, 0])

# %% [markdown]
# The second neuron is 0 unless both inputs are 1. Then it cancels what the first has counted. Without the ReLU, the
# same weights give 2 minus the number of ones.
#
# ### Exercise 3: a table of straight pieces
#
# ReLU has relatives that consist of straight pieces, too. Two lists describe the shape of each: **where it
# bends**, and the **slope** of each piece, from left to right. ReLU bends at 0, with slope 0 on the left and 1 on the
# right: `([0], [0, 1])`.
#
# | key | $g(x)$ | used for |
# |:--|:--|:--|
# | `"leaky ReLU with slope 0.1"` | $x$ for $x > 0$, else $0.1 \, x$ | negative inputs get a gradient, too |
# | `"ReLU6"` | $\min(\max(0, x), 6)$ | 8-bit numbers on phones, which cover a small range |
# | `"hardtanh"` | $\min(\max(-1, x), 1)$ | outputs from -1 to 1 |
# | `"gate of hardswish"` | $\min(\max(0, x + 3), 6) \, / \, 6$ | a number from 0 to 1 that multiplies another |
# | `"absolute value"` | $\max(x, -x)$ | rarely; it is a ReLU of $x$ plus a ReLU of $-x$ |
#
# Fill in the five entries. A fraction such as 2/3 can be written as it is.

# %% exercise="pieces"
pieces = {
    "leaky ReLU with slope 0.1": ...,
    "ReLU6": ...,
    "hardtanh": ...,
    "gate of hardswish": ...,
    "absolute value": ...,
}

# %% check="pieces"
check(pieces, "pieces")

# %% [markdown]
# ### Exercise 4: three functions of the table
#
# One line each. `np.where(condition, a, b)` chooses between two arrays element by element. For *hardswish*, multiply
# $x$ by the gate of the table.


# %% exercise="leaky_relu"

# %% check="leaky_relu"
check(leaky_relu)


# %% exercise="relu6"

# %% check="relu6"
check(relu6)


# %% exercise="hardswish"

# %% check="hardswish"
check(hardswish)

# %% [markdown]
# Do your table and your functions agree? The slope of a function can be measured: make a small step to the right, and
# see how much the output changes.

# %%
x, step = np.linspace(-8, 8, 160), 1e-6  # no bend is among these numbers
functions = {
    "leaky ReLU with slope 0.1": lambda x: leaky_relu(x, 0.1),
    "ReLU6": relu6,
    "gate of hardswish": lambda x: hardswish(x) / x,
}
for name, function in functions.items():
    bends, slopes = pieces[name]
    measured = (function(x + step) - function(x)) / step
    from_table = np.array(slopes)[np.searchsorted(bends, x)]
    print(f"{name:26} the same slopes: {np.allclose(measured, from_table, atol=1e-3)}")

# %% [markdown]
# ### Large numbers
#
# The **sigmoid** maps any number to the range from 0 to 1. It can be written in two ways. The second is the first with
# numerator and denominator multiplied by $e^x$:
#
# $$
# \sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{e^x + 1}
# $$
#
# Mathematically they are equal. On a computer, $e^{1000}$ is too large for a floating-point number and becomes
# infinity.
#
# **Predict:** which of the two works for 1000, and which for -1000?

# %%
far = np.array([-1000.0, -2.0, 0.0, 2.0, 1000.0])
with np.errstate(all="ignore"):  # or NumPy warns: that is what we came to see
    print("1 / (1 + e^-x)   ", (1 / (1 + np.exp(-far))).round(3))
    print("e^x / (e^x + 1)  ", (np.exp(far) / (np.exp(far) + 1)).round(3))

# %% [markdown]
# Infinity divided by infinity is `nan`, *not a number*. One `nan` in a network makes everything after it `nan`. The
# first form still gives the right value: 1 divided by infinity is 0. But NumPy warns of an overflow, and it is better
# to avoid it.
#
# `np.where` alone does not help. It computes both branches for all numbers, including those that overflow, and only
# then chooses.
#
# ### Exercise 5: sigmoid
#
# Your function must work for numbers near 1000 and near -1000. Can you write it so that nothing overflows? Use an
# exponential whose exponent is never above 0.


# %% exercise="sigmoid"

# %% check="sigmoid"
check(sigmoid)

# %% [markdown]
# ### Exercise 6: tanh
#
# The hyperbolic tangent is a sigmoid, stretched to the range -1 to 1 and half as wide:
#
# $$
# \tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2 \sigma(2x) - 1
# $$
#
# In NumPy it is `np.tanh`, and you may use it. But try the formula first: it has the same problem as the sigmoid, and
# the same solution.


# %% exercise="tanh"

# %% check="tanh"
check(tanh)

# %% [markdown]
# **End of part 1.** You have six of the eight activation functions, and know why a network needs one. This is a good
# place for a break.
#
# ### Gates
#
# Inside a network the sigmoid is rarely used today, as the table says, and section 7 shows why. As a **gate** it is
# common: a number between 0 and 1 that says how much of another number passes. ReLU is $x$ times a gate that is either
# closed (0) or open (1). The next three functions have gates that open gradually.
#
# ### Exercise 7: SiLU
#
# The gate is the sigmoid of $x$ itself: $x \, \sigma(x)$. Some papers call it *swish*. The gate of hardswish is an
# approximation of it without an exponential.
#
# You may call your `sigmoid`. If you do, it has to be right, too.


# %% exercise="silu"

# %% check="silu"
check(silu)

# %% [markdown]
# ### Exercise 8: GELU
#
# The gate of GELU is $\Phi(x)$: the chance that a random number from the standard normal distribution is below $x$.
# Large numbers pass, because nearly every random number is smaller. It can be computed from the *error function* erf:
#
# $$
# \Phi(x) = \frac{1}{2} \left( 1 + \mathrm{erf}\left( \frac{x}{\sqrt{2}} \right) \right)
# $$
#
# When erf was slow on graphics cards, a tanh was used that is close to it. Networks that were trained with it, such
# as GPT-2, are still used, so PyTorch offers it, too: `approximate="tanh"`.
#
# $$
# \Phi(x) \approx \frac{1}{2} \left( 1 + \tanh\left( \sqrt{\tfrac{2}{\pi}} \left( x + 0.044715 \, x^3 \right)
# \right) \right)
# $$
#
# NumPy has no erf. Python's `math.erf` takes one number at a time. `np.vectorize(math.erf, otypes=[float])` turns it
# into a function of arrays.


# %% exercise="gelu"

# %% check="gelu"
check(gelu)

# %% [markdown]
# How close is it? And how close is SiLU, or the gate $\sigma(1.702 \, x)$, which is also used?

# %%
x = np.linspace(-6, 6, 2401)
for name, other in (
    ("tanh form", gelu(x, "tanh")),
    ("x · sigmoid(1.702 x)", x * sigmoid(1.702 * x)),
    ("SiLU", silu(x)),
):
    print(f"{name:22} at most {np.abs(other - gelu(x)).max():.5f} away from GELU")

# %% [markdown]
# ### Exercise 9: GLU
#
# In SiLU and GELU each number controls its own gate. In a *gated linear unit* other numbers do. A linear layer before
# it gives twice as many features. Split them into two halves along one axis: the first half, $a$, are the values, and
# the second half, $b$, are the scores of their gates.
#
# $$
# \mathrm{GLU}(a, b) = a \cdot \sigma(b)
# $$
#
# The result is half as long along this axis. With SiLU instead of the sigmoid it is *SwiGLU*, which you write in
# chapter {{language_model}} for a language model.


# %% exercise="glu"

# %% check="glu"
check(glu)

# %% [markdown]
# ### What element-wise means
#
# The summary table has a column *Element-wise*. It says Yes if each output depends only on **the input at the same
# position**. You can test that without knowing the formula. Change one number of the input. If an output at any
# *other* position changes, the layer is not element-wise.
#
# Note two things.
#
# - The output at the changed position may stay the same. ReLU gives 0 for -3 and for -2.
# - The layer may treat positions differently. A layer that flips the sign of every second number is element-wise.
#
# GLU is not element-wise: each output depends on two inputs.
#
# ### Exercise 10: a test
#
# `layer` is a function here: it takes an array and returns an array. Call it only with arrays of the shape of `input`.
# Return one bool, True or False, not an array of them. Two traps:
#
# - Changing one number is not enough. In a running sum, a change of the last number affects no other output.
# - Compare position by position, not sums. If one output grows by 1 and another falls by 1, their sum is the same.
#
# `np.ndindex(shape)` gives every index of a shape: (0, 0), (0, 1) and so on, for any number of axes.


# %% exercise="is_elementwise"

# %% check="is_elementwise"
check(is_elementwise)

# %% [markdown]
# A No is a proof: another position has changed. A Yes only says that your changes had no effect elsewhere. With
# another input there might be one. A layer that mixes numbers above 100, and leaves the others alone, would pass.
#
# Now test the table. Here are its ten layers, made small. If a layer can keep the shape, it does, so that the shape
# alone does not give the answer.
#
# **Predict:** for nine of the ten layers your test finds what the table says. Which one disagrees?

# %%
torch.manual_seed(0)
small_layers = {
    "Linear": (torch.nn.Linear(5, 5), (2, 5)),
    "Embedding": (torch.nn.Embedding(10, 3), (6,)),
    "Conv1d": (torch.nn.Conv1d(2, 2, 3, padding="same"), (1, 2, 6)),
    "Conv2d": (torch.nn.Conv2d(1, 1, 3, padding="same"), (1, 1, 4, 4)),
    "ReLU": (torch.nn.ReLU(), (2, 5)),
    "Sigmoid": (torch.nn.Sigmoid(), (2, 5)),
    "Softmax": (torch.nn.Softmax(dim=1), (2, 5)),
    "Dropout": (torch.nn.Dropout(p=0.2), (2, 5)),
    "MaxPool2d": (torch.nn.MaxPool2d(3, stride=1, padding=1), (1, 1, 4, 4)),
    "AvgPool2d": (torch.nn.AvgPool2d(3, stride=1, padding=1), (1, 1, 4, 4)),
}


def as_function(module, dtype=torch.float64):
    """Make a function of arrays from a layer of PyTorch."""

    def function(x):
        with torch.no_grad():
            return module.double()(torch.tensor(x).to(dtype)).numpy()

    return function


rng = np.random.default_rng(0)
print("layer       table  your test")
for card in SUMMARY:
    module, shape = small_layers[card.name]
    if card.name == "Embedding":  # its input is identifiers
        layer, values = as_function(module, torch.long), rng.integers(0, 9, size=shape) * 1.0
    else:
        layer, values = as_function(module), rng.normal(size=shape)
    found = is_elementwise(layer, values)
    print(f"{card.name:12}{'Yes' if card.elementwise else 'No':7}{'Yes' if found else 'No'}")

# %% [markdown]
# Dropout sets random numbers to 0 and draws a new mask at every call. So two calls differ even where the input is the
# same, and your test can't tell why. Fix the randomness: let every call start from the same seed.

# %%
dropout = as_function(torch.nn.Dropout(p=0.2))


def dropout_held_still(x):
    torch.manual_seed(0)
    return dropout(x)


is_elementwise(dropout_held_still, rng.normal(size=(2, 5)))

# %% [markdown]
# With a fixed mask, each number is dropped or kept independently. In this sense the table is right.

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### The curves
#
# The solid line is your function, the wide pale line is ReLU. The dashed line is the slope: how much the output changes
# when the input is changed a little, measured with a small step to the left and to the right. All panels have the same
# scale.

# %%
x = np.linspace(-4, 4, 401)
step = 1e-4
functions = {
    "leaky_relu, slope 0.1": lambda x: leaky_relu(x, 0.1),
    "hardswish": hardswish,
    "silu": silu,
    "gelu": gelu,
    "sigmoid": sigmoid,
    "tanh": tanh,
}

fig, axes = plt.subplots(2, 3, figsize=(10, 5.1), layout="constrained", sharex=True, sharey=True)
for (name, function), ax in zip(functions.items(), axes.flat, strict=True):
    slope = (function(x + step) - function(x - step)) / (2 * step)
    figures.curve(x, function(x), slope, ax, name, ghost=relu(x), names_at=3.6 if name == "sigmoid" else None)
    ax.set(ylim=(-1.3, 4), aspect="equal")
plt.show()

# %% [markdown]
# Compare the dashed lines, and answer before you unfold.
#
# 1. The slope of the leaky ReLU jumps. Which functions have a slope without jumps?
# 2. Which functions are flat on **both** sides, far out? Think of ReLU6, too.
# 3. Which functions fall somewhere, so that a larger input gives a smaller output?
#
# <details><summary>Answer</summary>
# <p>1. Sigmoid, tanh, SiLU and GELU have smooth slopes. The slope of hardswish jumps at -3 and 3.</p>
# <p>2. Sigmoid, tanh and ReLU6. Far from 0 they let no gradient through, on either side.</p>
# <p>3. SiLU, hardswish and GELU: each is negative left of 0. Its slope is negative only up to its minimum, at -1.28
# for SiLU, -1.5 for hardswish and -0.75 for GELU. From there to 0 it rises.</p>
# </details>
#
# ### Which outputs change?
#
# Your test of exercise 10 looks for other outputs that change. Here is everything that it sees. In row $i$, input $i$
# is changed. A square is filled where an output changes. An element-wise layer has no filled squares off the diagonal.
# The third layer takes its numbers in pairs: it applies the exponential and divides each by the sum of the pair. This
# is a *softmax*, the topic of chapter {{softmax_and_losses}}.

# %%
six = np.array([0.5, -1.5, 1.0, 2.0, -0.5, 0.2])


def softmax_in_pairs(x):
    powers = np.exp(x.reshape(3, 2))
    return (powers / powers.sum(axis=1, keepdims=True)).ravel()


def changed_outputs(layer, input):
    return np.array([layer(input + row) != layer(input) for row in np.eye(len(input))])


fig, axes = plt.subplots(1, 4, figsize=(11, 3.3), layout="constrained")
layers = {
    "relu": relu,
    "np.cumsum": np.cumsum,
    "softmax in pairs": softmax_in_pairs,
    "np.sort": np.sort,
}
for (name, layer), ax in zip(layers.items(), axes, strict=True):
    figures.changes(changed_outputs(layer, six), ax, name)
plt.show()

# %% [markdown]
# For ReLU, row 1 is empty: -1.5 became -0.5, and the output stayed 0. That is why a test must not require a filled
# diagonal. In the running sum, row 5 looks element-wise, and row 0 doesn't. That is why a test must try them all.
#
# ### What a ReLU network bends
#
# Take a network with one input, four hidden neurons and one output. First we set its weights by hand. Each hidden
# neuron computes $\mathrm{relu}(w x + b)$, and the output is their weighted sum.
#
# On the left is what each neuron adds. On the right is the sum.

# %%
x = np.linspace(-3, 3, 601)
w = np.array([1.0, 1.0, 1.0, -1.0])
b = np.array([2.0, 0.5, -1.0, -1.5])
out = np.array([1.0, -2.0, 2.5, 0.8])

parts = out[:, np.newaxis] * relu(np.outer(w, x) + b[:, np.newaxis])
bends = -b / w

fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
figures.pieces(x, parts, axes[0], "what each neuron adds")
figures.bent_line(x, parts.sum(axis=0), bends, axes[1], "the sum, and its bends")
plt.show()

wide = np.linspace(-2, 8, 101)  # on both sides of ReLU6's bends, which are at 0 and 6
print("ReLU6 from two hidden neurons:", np.allclose(relu(wide) - relu(wide - 6), relu6(wide)))

# %% [markdown]
# Each neuron is a straight line with one bend, where $w x + b$ is 0. So the sum is a line with four bends, straight in
# between. More neurons give more bends. Training moves them, as you will see in section 7.
#
# The last line shows it for ReLU6. In your table it bends at 0 and at 6, so it takes two hidden neurons: relu(x) and
# relu(x - 6). At 0 the slope grows by 1, so the first one has the weight 1 in the sum. At 6 it falls by 1, so the second
# one has the weight -1.
#
# **Try it:** replace `relu` by `silu` or `gelu` and run the cell again. What happens to the bends?
#
# <details><summary>Answer</summary>
# <p>They become round. Each neuron's line now has a soft corner, with a dip next to it. So the sum has no corners
# either.</p>
# </details>

# %% [markdown]
# **End of part 2.** You have all the functions of this chapter, and a test that tells an element-wise layer from
# others. This is a good place for a break.
#
# ## 7. Backwards
#
# In the backward pass the layer receives `grad_output`, an array $G$ with the shape of the output: $G_i$ is the
# derivative of the loss $L$ with respect to output $i$. Since output $i$ depends on input $i$ alone, the chain rule
# has one term:
#
# $$
# \frac{\partial L}{\partial x_i} = G_i \cdot g'(x_i)
# $$
#
# Every backward function of this chapter is `grad_output` times a slope, element by element. So you only have to find
# the slopes.
#
# ReLU is flat left of 0, and rises by 1 right of it. At 0 it has a corner, and no derivative. A value has to be chosen
# there, and PyTorch uses 0.
#
# ### Exercise 11: ReLU's gradient


# %% exercise="relu_backward"

# %% check="relu_backward"
check(relu_backward)

# %% [markdown]
# ### The sigmoid's slope
#
# Write $y = \frac{1}{1 + e^{-x}}$ and differentiate:
#
# $$
# \frac{dy}{dx} = \frac{e^{-x}}{(1 + e^{-x})^2}
# = \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}} = y \, (1 - y)
# $$
#
# The slope can be computed from the **output**. A network does not have to keep the sigmoid's input for the backward
# pass, and no second exponential is needed. So this function takes the output.
#
# ### Exercise 12: the sigmoid's gradient


# %% exercise="sigmoid_backward"

# %% check="sigmoid_backward"
check(sigmoid_backward)

# %% [markdown]
# ### GELU's slope
#
# GELU is a product, $x \cdot \Phi(x)$, and the product rule gives two terms. The derivative of $\Phi$ is the bell curve
# $\varphi$ of the normal distribution:
#
# $$
# g'(x) = \Phi(x) + x \, \varphi(x)
# \qquad \text{with} \quad
# \varphi(x) = \frac{1}{\sqrt{2 \pi}} \, e^{-x^2 / 2}
# $$
#
# ### Exercise 13: GELU's gradient
#
# For the exact form.


# %% exercise="gelu_backward"

# %% check="gelu_backward"
check(gelu_backward)

# %% [markdown]
# ### Compared with autograd

# %%
values = rng.normal(size=(4, 5))
values[0, 0] = 0.0
G = rng.normal(size=(4, 5))

for name, yours in (
    ("relu", relu_backward(G, values)),
    ("sigmoid", sigmoid_backward(G, sigmoid(values))),
    ("gelu", gelu_backward(G, values)),
):
    tensor = torch.tensor(values, requires_grad=True)
    forward = getattr(torch.nn.functional, name)
    (theirs,) = torch.autograd.grad(forward(tensor), [tensor], grad_outputs=torch.tensor(G))
    print(f"{name:8} equal: {np.allclose(yours, theirs.numpy())}")

# %% [markdown]
# ### Why gradients vanish
#
# The largest slope of a sigmoid is at $y = \frac{1}{2}$.
#
# **Predict:** how large is it? A gradient passes through twenty sigmoids in the backward pass. By what factor does it
# shrink at least, if nothing else happens?

# %%
steepest = sigmoid_backward(np.array([1.0]), np.array([0.5]))[0]
print("largest slope   ", steepest)
print(f"twenty in a row  {steepest**20:.1e}")

# %% [markdown]
# Now a real stack: twenty linear layers of 64 numbers, each followed by an activation function. The weights are
# random, scaled as is usual at the start of training: their variance is $1/64$, and for ReLU and GELU $2/64$, because
# about half of the numbers become 0 there. A random gradient starts at the end and goes to the front, through *your*
# backward functions. The picture shows its mean size in front of each layer.


# %%
def gradient_sizes(forward, backward, from_output, variance, depth=20, width=64):
    """Give the mean size of the gradient in front of each layer, from the first layer to the last."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(32, width))
    weights, kept = [], []
    for _ in range(depth):  # forward: a linear layer, then the activation
        weights.append(rng.normal(scale=np.sqrt(variance / width), size=(width, width)))
        z = x @ weights[-1].T
        x = forward(z)
        kept.append(x if from_output else z)  # what the backward function needs later
    grad = rng.normal(size=x.shape)  # a random gradient arrives at the end
    sizes = []
    for weight, values in zip(reversed(weights), reversed(kept), strict=True):  # backward: from the last layer
        grad = backward(grad, values) @ weight
        sizes.append(np.abs(grad).mean())
    return np.array(sizes[::-1])


sizes = {
    "relu": gradient_sizes(relu, relu_backward, from_output=False, variance=2),
    "gelu": gradient_sizes(gelu, gelu_backward, from_output=False, variance=2),
    "sigmoid": gradient_sizes(sigmoid, sigmoid_backward, from_output=True, variance=1),
}
for name, values in sizes.items():
    print(f"{name:8} layer 20: {values[19]:.2g}", end="   ")
    print(f"layer 10: {values[9]:.2g}   layer 1: {values[0]:.2g}")

fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
figures.gradients_by_layer(sizes, ax)
plt.show()

# %% [markdown]
# After twenty sigmoids, the gradient of the first layers is almost 0. They would hardly be trained. ReLU's slope is 1
# or 0. Where a number passes, its gradient passes unchanged. That is why ReLU replaced the sigmoid *inside* networks.
#
# **Try it:** change `variance=2` to `variance=1` for ReLU, and run the cell again. What happens?
#
# <details><summary>Answer</summary>
# <p>Now ReLU's gradient shrinks, too: to about 0.0005 at layer 1. A ReLU stops about half of the numbers, and weights
# with twice the variance make up for it. So the scale of the weights matters as well.</p>
# </details>
#
# ### What gradients are for
#
# Here you train a network with your ReLU. Sixty points scatter around a curve. The network has one input, eight hidden
# neurons and one output, and starts with random weights. The forward pass uses your `relu`, the backward pass your
# `relu_backward`. The rest is two linear layers as in chapter {{linear}}. `inner` and `last` are the activation
# functions after the first and after the second of them, each with its backward pass.
#
# The same network is trained a second time without an activation function.

# %%
rng = np.random.default_rng(4)
x = np.linspace(-2, 2, 60)[:, np.newaxis]
target = np.sin(2.5 * x) + 0.3 * x + rng.normal(scale=0.08, size=x.shape)

RELU = relu, relu_backward
NOTHING = lambda scores: scores, lambda grad, scores: grad


def train(inner, last=NOTHING, steps=600, rate=0.06):
    """Train the network on x and target. Give the loss, the output and the bends before each step."""
    rng = np.random.default_rng(1)
    w1 = rng.choice([-1.0, 1.0], size=(8, 1))
    b1 = rng.uniform(-1, 1, 8)
    w2, b2 = rng.normal(scale=0.5, size=(1, 8)), np.ones(1)
    history = []
    for _ in range(steps + 1):
        # forward: linear, inner, linear, last
        hidden = x @ w1.T + b1
        active = inner[0](hidden)
        scores = active @ w2.T + b2
        output = last[0](scores)
        bends = -b1 / w1[:, 0]  # where w1 x + b1 is 0
        history.append((np.mean((output - target) ** 2), output[:, 0], bends))
        # backward: the gradient of the mean squared error, then through the layers from the last to the first
        grad = last[1](2 * (output - target) / len(x), scores)
        grad_hidden = inner[1](grad @ w2, hidden)
        # a step: each parameter minus the learning rate times its gradient
        w2, b2 = w2 - rate * grad.T @ active, b2 - rate * grad.sum(axis=0)
        w1, b1 = w1 - rate * grad_hidden.T @ x, b1 - rate * grad_hidden.sum(axis=0)
    return history


with_relu = train(inner=RELU)
without = train(inner=NOTHING)
print("step   with relu   without")
for step in (0, 10, 100, 300, 600):
    print(f"{step:4}   {with_relu[step][0]:9.3f}   {without[step][0]:7.3f}")

# %% [markdown]
# Without an activation function the network can only be a straight line, however long it trains. Press *Play* to see
# what the other one does. The diamonds are its bends: each hidden neuron has one.

# %%
moments = [0, 5, 15, 30, 50, 75, 100, 130, 160, 200, 250, 300, 400, 600]

figure = Figure(figsize=(6, 3.4), layout="constrained")
ax = figure.subplots()


def draw(frame):
    loss, output, bends = with_relu[moments[frame]]
    ax.clear()
    title = f"step {moments[frame]}, loss {loss:.3f}"
    figures.bent_line(x[:, 0], output, bends, ax, title, data=(x[:, 0], target[:, 0]))
    ax.set_ylim(-2.6, 2.6)


description = "A bent line learns to follow the data, while its bends move apart."
motion(figure, draw, len(moments), description=description)

# %% [markdown]
# Training does two things at once: it tilts the straight pieces, and it pushes the bends to where they are needed.
# **Predict:** what would the picture show for two hidden neurons? Try it: change the three 8s in `train`.
#
# <details><summary>Answer</summary>
# <p>A line with at most two bends, that is three straight pieces. It can't follow all the turns of the data.</p>
# </details>
#
# ### Inner or last
#
# So far the ReLU was the inner layer. Now train the network with the ReLU in other places, from the same start.
#
# **Predict:** what will the output look like if the ReLU is the last layer, and nothing is between the linear layers?
# And with a ReLU in both places?

# %%
places = {
    "inner layer": with_relu[-1],
    "last layer": train(inner=NOTHING, last=RELU)[-1],
    "inner and last layer": train(inner=RELU, last=RELU)[-1],
}

fig, axes = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained", sharey=True)
for (place, (loss, output, bends)), ax in zip(places.items(), axes, strict=True):
    shown = bends if "inner" in place else np.array([])
    title = f"ReLU as {place}, loss {loss:.2f}"
    figures.bent_line(x[:, 0], output, shown, ax, title, data=(x[:, 0], target[:, 0]))
plt.show()

# %% [markdown]
# As the last layer, the ReLU cuts off what is below 0: no negative target can be reached. Its input is still a straight
# line. As an inner layer it gives the bends, and the linear layer after it can point them up or down. With both, only
# the targets above 0 are fitted.
#
# So the place of an activation function follows from its task. An inner layer should bend. A last layer should give the
# numbers that the task asks for, and here that is any number. Chapter {{softmax_and_losses}} has tasks with other last
# layers.
#
# ### Activations compared
#
# Which activation function is the best inner layer? Train the same network from the same start, with the gradients that
# you have written. `sigmoid_backward` takes the output, so the sigmoid is computed again.
#
# **Predict:** which one reduces the loss first, and which one is last?

# %%
inner_layers = {
    "ReLU": RELU,
    "GELU": (gelu, gelu_backward),
    "sigmoid": (sigmoid, lambda grad, scores: sigmoid_backward(grad, sigmoid(scores))),
    "nothing": NOTHING,
}
curves = {}
for name, inner in inner_layers.items():
    curves[name] = np.array([loss for loss, _, _ in train(inner, steps=2000)])
    print(f"{name:8} loss after 300 steps {curves[name][300]:.3f}, after 2000 {curves[name][2000]:.3f}")

fig, ax = plt.subplots(figsize=(7.6, 3.8), layout="constrained")
figures.losses_compared(curves, ax)
plt.show()

# %% [markdown]
# All three bend the line in the end. The sigmoid needs more than a thousand steps for it: its slope is 1/4 at most, so
# its neurons get small gradients, and its outputs are all positive and close together at the start. The learning rate
# is the same for all, 0.06.
#
# **Try it:** train with `rate=0.2`. Does the order stay the same?
#
# <details><summary>Answer</summary>
# <p>No. Now ReLU and GELU take steps that are too large, and the sigmoid ends with the lowest loss. So one learning rate
# is not enough for a comparison: each function should have the best one for it.</p>
# </details>

# %% [markdown]
# ## 8. What goes wrong
#
# The second form of the sigmoid fails at 1000. Here is what a check says about it.


# %%
def sigmoid_as_fraction(input):
    return np.exp(input) / (1 + np.exp(input))


course.assess(sigmoid_as_fraction, "sigmoid")

# %% [markdown]
# ### Units that never fire
#
# The bias of a neuron may become so low that the input of its ReLU is negative for every sample. Then its output is 0
# for all samples, and so is its gradient. Training can't change it any more. It is called a *dead* unit. The leaky
# form has a small slope, so its gradient is not 0.

# %%
low = rng.normal(size=1000) - 10
step = 1e-3
leaky_slope = (leaky_relu(low + step) - leaky_relu(low)) / step
print("ReLU, largest slope among 1000 samples ", relu_backward(np.ones(1000), low).max())
print("leaky ReLU, largest slope              ", leaky_slope.max().round(4))

# %% [markdown]
# ### Find the bug
#
# *Mish* is one more gated function: $x \cdot \tanh(\ln(1 + e^x))$. `np.logaddexp(0, x)` is $\ln(1 + e^x)$ without
# overflow. The function in the cell below runs without an error, and its formula is right. Yet this happens when it is
# called twice with the same array:
#
# ```
# x = np.array([-1.0, 0.0, 2.0])
# first call    [0.092 0.36  0.945]
# second call   [0.482 0.604 0.739]
# wanted        [-0.303 0.    1.944]
# ```
#
# Run the check first, and read what it says. Then repair the function.


# %% exercise="repair_mish"

# %% check="repair_mish"
check(repair_mish)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The line <code>gate = input</code> copies nothing: it gives the array a second name. The loop fills the gate, and
# so overwrites the input. The last line multiplies the gate by itself, so no output is negative. And the caller's
# array now contains the gate: the second call starts from these values.</p>
# <p>The gate needs its own array. In NumPy, ask for every assignment whether it makes a new array or only a new
# name.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | `input[input < 0] = 0` | right values; but the caller's array is changed, and everything that uses it later |
# | $e^x / (1 + e^x)$ | right until some input is above 709, or 88 in float32; then `nan`, and soon everywhere |
# | `max(0, input)` | an error: the truth value of an array is ambiguous |
# | `np.maximum(x, slope * x)` for a leaky ReLU | right, until the slope is above 1 |
# | the gate without the input | values from 0 to 1 where larger numbers are expected |
# | the tanh form of GELU instead of the exact one | almost nothing: it is off by 0.0005 at most |
# | `sigmoid_backward` fed with the input | gradients of wrong size, even of wrong sign |
# | a sigmoid before `BCEWithLogitsLoss` | it trains badly: that loss contains a sigmoid. Chapter {{softmax_and_losses}} |

# %% [markdown]
# ### In place
#
# Activation functions are so simple that it is tempting to save memory and write into the input. PyTorch offers this:
# `torch.nn.ReLU(inplace=True)`. The caller's array is then overwritten. Often it is not needed any more. If it is, the
# result is wrong. Below, a *residual connection* adds a layer's input to its output.

# %%
z = torch.tensor([-2.0, -1.0, 3.0])
print("z + relu(z)             ", z + torch.relu(z))
print("the same, in place      ", z + torch.nn.functional.relu(z, inplace=True))
print("z afterwards            ", z)

# %% [markdown]
# Autograd may need the array as well. The sigmoid's gradient is computed from its output, so code must not overwrite
# that output. PyTorch detects this; your own code won't.

# %%
a = torch.tensor([-1.0, 2.0], requires_grad=True)
try:
    torch.sigmoid(a).mul_(2).sum().backward()
except RuntimeError as error:
    print(str(error).split(":")[0])

# %% [markdown]
# ### In your own words
#
# Someone uses $g(x) = 3x + 2$ as an activation function: "Its slope is 3 everywhere, so gradients can't vanish."
# Someone else uses $g(x) = |x|$. Which of the two makes a network of several layers more powerful than a single linear
# layer, and why? Answer in two or three sentences.

# %% [markdown] question="a_line_as_activation"
# <details><summary>Model answer and rubric</summary>
# <p>With 3x + 2 nothing is gained: it multiplies and adds, as a linear layer does, so two linear layers with it in
# between are still one linear layer. It is true that the gradient does not vanish, but this does not help. |x| has a
# bend at 0. A network can put such bends where it needs them, so it can follow curves that no single linear layer
# can.</p>
# <ul><li>1 point: 3x + 2 is itself linear (multiply and add).</li>
# <li>1 point: so the layers collapse into one, as without an activation function.</li>
# <li>1 point: |x| is not linear: it has a bend.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - An activation function is applied to each number separately: $f_i(x) = g(x_i)$. The shape does not change, and
#   there are no parameters.
# - You can test whether a layer is element-wise: change one input, and see whether an output at another position
#   changes.
# - Without it, a stack of linear layers is one linear layer. With ReLU as an inner layer, each hidden neuron adds a
#   bend.
# - The backward pass is `grad_output` times the slope. A sigmoid's slope is 1/4 at most: after many of them the
#   gradient vanishes.
# - Exponentials of large numbers overflow. An array with two names changes under both.
#
# ### Elsewhere
#
# | library | GELU by default | slope of a leaky ReLU by default |
# |:--|:--|:--|
# | PyTorch | exact | `negative_slope=0.01` |
# | Keras 3, `keras.layers.LeakyReLU`, `keras.activations.gelu` | exact | `negative_slope=0.3` |
# | JAX, `jax.nn` | the tanh form, `approximate=True` | `negative_slope=0.01` |
#
# Weights that you move between libraries need the function they were trained with.
#
# ### Further reading
#
# - PyTorch's list of [non-linear
#   activations](https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity).
# - Glorot, Bordes and Bengio, [Deep Sparse Rectifier Neural Networks](https://proceedings.mlr.press/v15/glorot11a.html)
#   (2011): why ReLU.
# - He, Zhang, Ren and Sun, [Delving Deep into Rectifiers](https://arxiv.org/abs/1502.01852) (2015): the variance of 2.
# - Hendrycks and Gimpel, [Gaussian Error Linear Units](https://arxiv.org/abs/1606.08415) (2016): GELU.
# - Howard and others, [Searching for MobileNetV3](https://arxiv.org/abs/1905.02244) (2019): hardswish.
# - Misra, [Mish](https://arxiv.org/abs/1908.08681) (2019).
