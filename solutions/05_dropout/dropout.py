# %% [markdown]
# # {{dropout}} · Dropout: the layer that forgets on purpose
#
# At the end of this chapter you will have written PyTorch's dropout, forwards and backwards. You will know why the
# values that are kept are scaled up, why dropout does nothing in evaluation, and what the letter p means in which
# library.
#
# You need probabilities as far as "one in five". Plan about 35 minutes.
#
# Run the cells from top to bottom with Shift+Enter. Three of them are exercises, each with a check right below.
# `hint("dropout")` gives one step of help, `solution("dropout")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads what the demonstrations need. Your own code uses NumPy alone.

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
# During training, dropout sets some values to zero, chosen at random at every step. The network can't rely on any
# single one of them. That helps against *overfitting*: learning the training data by heart.

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
# - $m$, the *mask*, has the shape of $x$: every value of every sample is dropped independently.
#
# ### Exercise 1: the layer
#
# Your random numbers come from the argument `rng`, a NumPy generator. `rng.random(shape)` gives an array of numbers
# from 0 to 1, uniformly distributed. One number in five is below 0.2.

# %%
rng = np.random.default_rng(0)
draws = rng.random((2, 6))
print(draws.round(2))
print(draws < 0.2)

# %% [markdown]
# In `dropout(np.ones(1000), 0.2, True, rng)` about 800 values are 1.25, and the others are 0. Their number varies from
# call to call. With $p = 1$ everything is 0. The same state of `rng` gives the same mask.


# %% exercise="dropout"

# %% check="dropout"
check(dropout)

# %% [markdown]
# The check can't know which values your function drops: that depends on how you draw. It checks what must be true in
# any case. What is kept is scaled. The share of zeros is right on average, but the number of zeros varies from call to
# call. Every value is dropped independently of the others.
#
# ### Where you find it
#
# It is an **inner layer**. It comes after an activation function, usually before a linear layer. As a last layer it
# would delete answers.
#
# Each step trains a different, thinner network. Press *Play*: crossed-out units are dropped, with all their
# connections.

# %%
figure = Figure(figsize=(5, 2.9))
axes = figure.add_axes((0, 0, 1, 0.9))


def draw_network(step):
    draw = np.random.default_rng(step)
    hidden = [draw.random(units) >= 0.4 for units in (7, 6)]
    axes.clear()
    figures.thinned([np.ones(3, bool), *hidden, np.ones(2, bool)], axes)
    axes.set_title(f"step {step + 1}")


motion(figure, draw_network, 8, description="a network that loses different units at every step")

# %% [markdown]
# ### Why the division?
#
# Some tables omit the $1 - p$: zero with probability $p$, $x_i$ otherwise. PyTorch computes something else. A share of
# $1 - p$ is kept, so without the division the output would be too small on average, by a factor of $1 - p$. The next
# layer would see larger values in evaluation than in training. With the division, the average over many masks, the
# **expected value** $\mathrm{E}$, is the value itself:
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
# The values that are kept are 1.25, which is 1 / 0.8. Call it again, and other values are dropped.

# %%
layer(ones)

# %% [markdown]
# A module knows whether it is in training mode. `eval()` switches to evaluation mode, `train()` switches back.

# %%
layer.eval()
layer(ones)

# %%
summary(torch.nn.Dropout(p=0.2), input_size=(4, 5))

# %% [markdown]
# It has no parameters: the mask is random, not trained.

# %% [markdown]
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
# division is for. It is not exactly 1, because not exactly a hundred values were kept.</p>
# </details>

# %% [markdown]
# ## 5. Look at it
#
# Your function on two samples of six values. What is kept is divided by $1 - p$. **Predict:** move $p$ from 0 to 0.8.
# What happens to the values that are kept?

# %%
values = np.array([[1.0, -2.0, 0.5, 3.0, -1.0, 2.0], [2.0, 1.0, -1.5, 0.6, 1.2, -3.0]])


def with_probability(ax, p):
    figures.dropped(values, dropout(values, p, True, np.random.default_rng(3)), ax)


about = "The larger p is, the more values are crossed out, and the larger are the others."
course.explore(with_probability, description=about, figsize=(6.5, 3.6), p=[0.4, 0.0, 0.2, 0.6, 0.8])

# %% [markdown]
# They become larger: at $p = 0.8$ they are five times the input. At $p = 0$ nothing is dropped, and nothing changes.
#
# The two samples lose different values. With one mask for the whole batch, they would lose the same ones.
#
# **On average nothing is lost.** The next picture applies your function to three numbers again and again, and plots
# the mean of all outputs so far. It approaches the input. The fewer values are kept, the longer that takes.

# %%
rng = np.random.default_rng(0)
three = np.array([2.0, 1.0, -1.0])
outputs = np.array([dropout(three, 0.5, True, rng) for _ in range(3000)])
means = outputs.cumsum(axis=0) / np.arange(1, 3001)[:, np.newaxis]

fig, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
figures.averages(means, three, ax)
plt.show()

# %% [markdown]
# **What it is for.** Thirty points scatter around a curve. A network with two layers of 100 units also follows the
# noise. With dropout it is harder to memorize each point, and the curve is smoother. The dashed line was trained
# without dropout, the solid one with it. (This cell trains two networks. It takes some seconds.)

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
# One example proves little. Change the seed of the points, the noise or $p$, and compare again.
#
# ## 6. Backwards
#
# For a fixed mask, dropout multiplies each value by a constant: $m_i / (1 - p)$. So the derivative is that constant,
# and
#
# $$
# \frac{\partial L}{\partial x_i} = \frac{m_i}{1 - p} \, \frac{\partial L}{\partial y_i}
# $$
#
# A dropped value gets no gradient: it had no effect on the output. The backward pass needs the mask of the forward
# pass, so a layer keeps its mask until then. Drawing a new one would be wrong.
#
# ### Exercise 2: the gradient
#
# Use the mask that is passed in. For `grad_output` $(1, 2)$, mask (True, False) and $p = 0.5$ the result is $(2, 0)$.


# %% exercise="dropout_backward"

# %% check="dropout_backward"
check(dropout_backward)

# %% [markdown]
# ### Compared with autograd
#
# PyTorch draws its own mask. You can read it from the output; with this mask, your gradient must equal PyTorch's.

# %%
torch.manual_seed(2)
x = torch.randn(2, 5, dtype=torch.float64, requires_grad=True)
y = torch.nn.functional.dropout(x, p=0.3, training=True)
g = torch.randn(2, 5, dtype=torch.float64)
(theirs,) = torch.autograd.grad(y, x, grad_outputs=g)
mask = (y != 0).numpy()
np.allclose(dropout_backward(g.numpy(), mask, 0.3), theirs.numpy())

# %% [markdown]
# ## 7. What goes wrong
#
# Here is the formula as in some tables, and what the check says.


# %%
def without_scale(input, p, training, rng):
    mask = rng.random(input.shape) >= p
    return input * mask if training else input


course.assess(without_scale, "dropout")

# %% [markdown]
# ### Find the bug
#
# This function was tested with $p = 0.5$, many times, and was always right. Then $p$ was set to 0.1, and the network
# could no longer be trained. Repair it.


# %% exercise="repair_dropout"

# %% check="repair_dropout"
check(repair_dropout)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The function dropped values whose random number was at least <code>p</code>, and divided by <code>p</code>. That
# is consistent if <code>p</code> is the probability to <em>keep</em> a value. With 0.1 it dropped nine values in ten
# and made the rest ten times as large.</p>
# <p>At 0.5, keeping and dropping are equally likely. Do not test with the default value only.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | the kept values not scaled | in evaluation every value is larger than in training |
# | `model.eval()` forgotten | the same input gives another answer at every call |
# | $p$ used as the probability to keep | right at $p = 0.5$, and nowhere else |
# | one mask for the whole batch | it trains, but worse: all samples lose the same values |
# | a new mask in the backward pass | gradients of a different network |
# | dropout before batch normalization (chapter {{normalization}}) | in evaluation the values have another variance than in training |

# %% [markdown]
# ### In your own words
#
# Two people use the same trained network. The first forgot `model.eval()`. The second repaired that, but uses a dropout
# that does not divide by $1 - p$ in training. Both complain about wrong predictions. How do their predictions differ
# from the right ones, and how can you tell the two mistakes apart without reading code? Answer in two or three
# sentences.

# %% [markdown] question="two_complaints"
# <details><summary>Model answer and rubric</summary>
# <p>Without <code>eval()</code> values are still dropped at random: the same input gives another prediction at every
# call. Without the division the predictions are the same at every call, but what comes out of the dropout is larger
# than in training, on average by a factor of 1 / (1 − p), so the next layers get inputs they were not trained for.
# Predict the same input twice: if the results differ, it is the first mistake.</p>
# <ul><li>1 point: without <code>eval()</code> the predictions are random.</li>
# <li>1 point: without the division they are the same each time, and computed from values that are too large.</li>
# <li>1 point: a test that tells them apart, such as predicting one input twice.</li></ul>
# </details>

# %% [markdown]
# ## 8. Recap
#
# - In training, dropout sets each value to 0 with probability $p$ and divides the others by $1 - p$.
# - So the expected output is the input, and evaluation changes nothing.
# - Every value of every sample is dropped independently. There are no parameters.
# - In the backward pass, the gradient gets the same mask and the same factor.
# - `model.eval()` switches it off. Forgetting that is its most common bug.
#
# ### Elsewhere
#
# | library | call | its number means |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Dropout(p)` | the probability to drop |
# | Keras | `keras.layers.Dropout(rate)` | the probability to drop |
# | Flax (JAX) | `flax.nnx.Dropout(rate)` | the probability to drop |
# | TensorFlow 1 | `tf.nn.dropout(x, keep_prob)` | the probability to keep |
#
# The first paper scaled in evaluation: it multiplied the weights by the probability to keep. What libraries do today
# is called *inverted dropout*.
#
# `torch.nn.Dropout2d` drops whole channels of an image: neighbouring pixels are so similar that dropping single ones
# has little effect.
#
# ### Further reading
#
# - [torch.nn.Dropout](https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html) in PyTorch's documentation.
# - Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout: A Simple Way to Prevent Neural Networks from
#   Overfitting*, [JMLR 15 (2014)](https://jmlr.org/papers/v15/srivastava14a.html).
# - Goodfellow, Bengio and Courville, *Deep Learning*,
#   [chapter 7](https://www.deeplearningbook.org/contents/regularization.html): regularization.
