# %% [markdown]
# # {{dropout}} · Dropout: the layer that forgets on purpose
#
# At the end of this chapter you will have written PyTorch's dropout, forwards and backwards. You will know why the
# values that are left grow, why evaluation does nothing, and what the letter p means in which library.
#
# You need probabilities as far as "one in five". Plan about 45 minutes.
#
# Run the cells from top to bottom with Shift+Enter. Three of them are exercises, each with a check right below.
# `hint("dropout")` gives one step of help, `solution("dropout")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads PyTorch and the drawings. The demonstrations need them. Your own code uses NumPy alone.

# %%
import torch
from torchinfo import summary
from matplotlib.figure import Figure

import course
from course.figures import dropout as figures
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits
#
# Here is the layer's row of the summary table.

# %%
table("Dropout")

# %% [markdown]
# While a network trains, dropout puts zero in the place of some of its values, chosen by chance at every step. The
# network can't rely on any single one of them. It has to spread what it knows. That helps against *overfitting*:
# learning the training data by heart.
#
# It is an **inner layer**. It stands behind an activation function, most often before a linear layer. As a last
# layer it would throw away answers.
#
# Each step trains another, thinner network. Press *Play*: crossed units fell out, and their connections with them.

# %%
figure = Figure(figsize=(5, 2.9))
axes = figure.add_axes((0, 0, 1, 0.9))


def draw_network(step):
    draw = np.random.default_rng(step)
    hidden = [draw.random(units) >= 0.4 for units in (7, 6)]
    axes.clear()
    figures.thinned([np.ones(3, bool), *hidden, np.ones(2, bool)], axes)
    axes.set_title(f"step {step + 1}")


motion(figure, draw_network, 8, description="a network that loses other units at every step")

# %% [markdown]
# ## 2. Formula and shapes
#
# For each value $x_i$ a number $m_i$ is drawn: 0 with probability $p$, and 1 otherwise. In training
#
# $$
# f_i(x) = \frac{m_i}{1 - p} \, x_i
# $$
#
# and in evaluation $f_i(x) = x_i$.
#
# - $p$ is the probability that a value is **dropped**,
# - $m$, the *mask*, has the shape of $x$: every value of every sample is decided by itself,
# - input and output have the same shape, whatever it is.
#
# Some tables leave the $1 - p$ out: zero with probability $p$, $x_i$ otherwise. That is not what PyTorch computes. A
# share of $1 - p$ survives, so without the division the output would be too small on average, by a factor of
# $1 - p$. The next layer would see larger values in evaluation than it has been trained with.
#
# $$
# \mathrm{E}[f_i(x)] = p \cdot 0 + (1 - p) \cdot \frac{x_i}{1 - p} = x_i
# $$

# %% [markdown]
# ## 3. See it in PyTorch
#
# The layer of the table drops one value in five.

# %%
torch.manual_seed(0)
layer = torch.nn.Dropout(p=0.2)
ones = torch.ones(4, 5)
layer(ones)

# %% [markdown]
# The survivors are 1.25, which is 1 / 0.8. Call it again, and others fall out.

# %%
layer(ones)

# %% [markdown]
# A module knows whether it trains. `eval()` switches it over, `train()` back.

# %%
layer.eval()
layer(ones)

# %%
summary(torch.nn.Dropout(p=0.2), input_size=(4, 5))

# %% [markdown]
# It has no parameters. Chance is not a parameter: nothing about the mask is learned.
#
# ## 4. Predict, then run
#
# Write your answers down before you run the cell.
#
# 1. A thousand ones go through dropout with $p = 0.9$, in training. About how many are not zero?
# 2. How large is each of these?
# 3. What is the mean of all thousand, about?

# %%
torch.manual_seed(1)
output = torch.nn.functional.dropout(torch.ones(1000), p=0.9, training=True)
print("not zero:", int((output != 0).sum()))
print("values:  ", output.unique().tolist())
print("mean:    ", round(float(output.mean()), 2))

# %% [markdown]
# <details><summary>Answer</summary>
# <p>One in ten survives, so about a hundred. Each is 1 / (1 − 0.9) = 10. The mean stays near 1: that is what the
# division is for. It is not exactly 1, because chance did not leave exactly a hundred.</p>
# </details>
#
# ## 5. Write it
#
# Your function gets its chance as an argument, `rng`, a NumPy generator. `rng.random(shape)` gives an array of numbers
# from 0 to 1, each equally likely. A number is below 0.2 in one of five cases.
#
# The check can't know which values yours drops: that depends on how you draw. It looks at what must be true however you
# draw. The survivors are scaled. The share of zeros is right. Every value is decided by itself. The same state of `rng`
# gives the same mask.

# %%
rng = np.random.default_rng(0)
draws = rng.random((2, 6))
print(draws.round(2))
print(draws < 0.2)


# %% exercise="dropout"

# %% check="dropout"
check(dropout)

# %% [markdown]
# ## 6. Look at it
#
# Your function on two samples of six values, with $p = 0.4$. What is left has grown by 1 / 0.6.

# %%
values = np.array([[1.0, -2.0, 0.5, 3.0, -1.0, 2.0], [2.0, 1.0, -1.5, 0.6, 1.2, -3.0]])
fig, ax = plt.subplots(figsize=(6.5, 3.4))
figures.dropped(values, dropout(values, 0.4, True, np.random.default_rng(3)), ax)
plt.show()

# %% [markdown]
# The two samples lose different values. One mask for the whole batch would teach all samples the same hole.
#
# **On average nothing is lost.** The next picture sends three numbers through your function again and again, and draws
# the mean of all outputs so far. It goes to the input. The fewer survive, the longer that takes.

# %%
rng = np.random.default_rng(0)
three = np.array([2.0, 1.0, -1.0])
outputs = np.array([dropout(three, 0.5, True, rng) for _ in range(3000)])
means = outputs.cumsum(axis=0) / np.arange(1, 3001)[:, np.newaxis]

fig, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
figures.averages(means, three, ax)
plt.show()

# %% [markdown]
# **What it is for.** Thirty points lie around a curve, with noise. A network with two layers of 100 units follows the
# noise, too. With dropout it is harder to learn each point by heart, and the curve is smoother. The dashed line was
# trained without dropout, the solid one with it.

# %% tags=["varies"]
draw = np.random.default_rng(1)
points = np.sort(draw.uniform(-2, 2, size=30))
targets = np.sin(2 * points) + draw.normal(scale=0.4, size=30)
grid = np.linspace(-2, 2, 200)


def column(array):
    return torch.tensor(array, dtype=torch.float32)[:, None]


def train_network(p):
    torch.manual_seed(0)
    network = torch.nn.Sequential(
        *(torch.nn.Linear(1, 100), torch.nn.ReLU()),
        *(torch.nn.Linear(100, 100), torch.nn.ReLU(), torch.nn.Dropout(p)),
        torch.nn.Linear(100, 1),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(800):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(network(column(points)), column(targets))
        loss.backward()
        optimizer.step()
    network.eval()
    return network(column(grid)).detach().numpy()[:, 0]


curves = {"without dropout": train_network(0.0), "with p = 0.5": train_network(0.5)}
for name, curve in curves.items():
    error = np.mean((curve - np.sin(2 * grid)) ** 2)
    print(f"{name:16} mean squared distance from the true curve: {error:.3f}")

fig, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
figures.fits(points, targets, grid, curves, ax)
plt.show()

# %% [markdown]
# One example proves little. Change the seed of the points, the noise or $p$, and look again.
#
# ## 7. Backwards
#
# For a mask that is given, dropout multiplies each value by a constant: $m_i / (1 - p)$. So the derivative is that
# constant, and
#
# $$
# \frac{\partial L}{\partial x_i} = \frac{m_i}{1 - p} \, \frac{\partial L}{\partial y_i}
# $$
#
# What was dropped gets no gradient: it had no part in the output. The way back needs the mask of the way
# forward. Drawing a new one would be wrong, so a layer keeps its mask until then.


# %% exercise="dropout_backward"

# %% check="dropout_backward"
check(dropout_backward)

# %% [markdown]
# ### Compared with autograd
#
# PyTorch draws a mask of its own. It can be read from the output, and then your gradient must be PyTorch's.

# %%
torch.manual_seed(2)
x = torch.randn(2, 5, dtype=torch.float64, requires_grad=True)
y = torch.nn.functional.dropout(x, p=0.3, training=True)
g = torch.randn(2, 5, dtype=torch.float64)
(theirs,) = torch.autograd.grad(y, x, grad_outputs=g)
mask = (y != 0).numpy()
np.allclose(dropout_backward(g.numpy(), mask, 0.3), theirs.numpy())

# %% [markdown]
# ## 8. What goes wrong
#
# Here is the formula as some tables have it, and what the check says.


# %%
def without_scale(input, p, training, rng):
    mask = rng.random(input.shape) >= p
    return input * mask if training else input


course.assess(without_scale, "dropout")

# %% [markdown]
# | what you write | what you see |
# |:--|:--|
# | the survivors not scaled | in evaluation every value is larger than the next layer has learned |
# | `model.eval()` forgotten | the same input gives another answer at every call |
# | $p$ taken for the probability to keep | right at $p = 0.5$, and nowhere else |
# | one mask for the whole batch | it trains, but worse: all samples lose the same values |
# | a new mask on the way back | gradients of another network than the one that was used |
# | dropout in front of batch normalization | statistics in training that evaluation does not see |
#
# ### Find the bug
#
# This function was tested with $p = 0.5$, again and again, and was always right. Then somebody set $p = 0.1$, and the
# network stopped learning. Repair it.


# %% exercise="repair_dropout"

# %% check="repair_dropout"
check(repair_dropout)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The function dropped what was at least <code>p</code>, and divided by <code>p</code>. Both fit together, for a
# <code>p</code> that is the probability to <em>keep</em> a value. With 0.1 it dropped nine values in ten and made
# the rest ten times as large.</p>
# <p>At one half, keeping and dropping are equally likely. A default value is a poor test.</p>
# </details>
#
# ## 9. Recap
#
# - In training, dropout sets each value to 0 with probability $p$ and divides the others by $1 - p$.
# - So the expected output is the input, and evaluation has nothing to do.
# - Every value of every sample is drawn by itself. There are no parameters.
# - Backwards, the gradient goes through the same mask and the same factor.
# - `model.eval()` switches it off. Forgetting that is its most common bug.
#
# ### Elsewhere
#
# | library | call | its number means |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Dropout(p)` | the probability to drop |
# | Keras | `keras.layers.Dropout(rate)` | the probability to drop |
# | Flax (JAX) | `flax.linen.Dropout(rate)` | the probability to drop |
# | TensorFlow 1 | `tf.nn.dropout(x, keep_prob)` | the probability to keep |
#
# The first paper scaled in evaluation: it multiplied the weights by the probability to keep. What all libraries do
# today is called *inverted dropout*.
#
# `torch.nn.Dropout2d` drops whole channels of an image: neighbouring pixels are so alike that single ones are hardly
# missed.
#
# ### Further reading
#
# - [torch.nn.Dropout](https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html) in PyTorch's documentation.
# - Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout: A Simple Way to Prevent Neural Networks from
#   Overfitting*, [JMLR 15 (2014)](https://jmlr.org/papers/v15/srivastava14a.html).
# - Goodfellow, Bengio and Courville, *Deep Learning*,
#   [chapter 7](https://www.deeplearningbook.org/contents/regularization.html): regularization.
