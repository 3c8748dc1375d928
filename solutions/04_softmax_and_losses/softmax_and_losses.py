# %% [markdown]
# # {{softmax_and_losses}} · Softmax and losses: how sure, and how wrong
#
# You will write softmax, the three losses that most networks are trained with, and two gradients. You will know which
# last layer goes with which task.
#
# You need chapter {{linear}}, and the sigmoid of chapter {{activations}}. Plan about 135 minutes, in two sittings:
# sections 1 to 5, and the rest.
#
# Run the cells from top to bottom. Ten are exercises with a check. When stuck, `hint("softmax")` gives one step,
# `solution("softmax")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# PyTorch is for the demonstrations. Your own code uses NumPy alone.

# %%
import warnings

import torch
from matplotlib.figure import Figure
from torch.nn import functional as F
from torchinfo import summary

import course
from course.figures import softmax_and_losses as figures
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits

# %%
table("Softmax")

# %% [markdown]
# What does a photo show? The last linear layer of a network gives a number for each class: its **scores**, or *logits*.
# **Softmax** turns them into probabilities that add up to 1.

# %%
names = ["cat", "dog", "owl", "fox"]
scores = np.array([2.0, 1.0, -1.0, 0.5])
probabilities = F.softmax(torch.tensor(scores), dim=0).numpy()

fig, axes = plt.subplots(1, 2, figsize=(8.4, 2.6), layout="constrained")
figures.class_bars(scores, names, axes[0], "scores", limits=(-1.5, 2.5), digits=1)
figures.class_bars(probabilities, names, axes[1], "probabilities")
plt.show()

# %% [markdown]
# ## 2. Formula and shapes
#
# For the scores $x$ of one sample, probability number $i$ is
#
# $$
# f_i(x) = \frac{e^{x_i}}{\sum_j e^{x_j}}
# $$
#
# **The axis is part of the definition:** `dim`. For $n$ samples with $c$ scores, $(n, c)$, each row adds up to 1 along
# `dim=1`.

# %% [markdown]
# ## 3. See it in PyTorch
#
# Two samples, four classes.

# %%
X = torch.tensor([[2.0, 1.0, -1.0, 0.5], [0.0, 0.0, 3.0, 0.0]])
layer = torch.nn.Softmax(dim=1)
P = layer(X)
print(P)
print("each row adds up to  ", P.sum(dim=1))
print("with dim=0, each column", torch.nn.Softmax(dim=0)(X).sum(dim=0))
print("parameters", summary(layer, input_size=(2, 4), verbose=0).total_params)

# %% [markdown]
# ## 4. Predict, then run
#
# Softmax follows 10 scores for each of 64 images. Write down three answers.
#
# 1. What do all numbers of the output add up to?
# 2. If all scores of a row are equal, what is each probability?
# 3. You add 100 to every score. What changes?

# %%
many = torch.randn(64, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
output = torch.nn.Softmax(dim=1)(many)

print("1. sum of everything", round(output.sum().item(), 6))
print("2. equal scores", F.softmax(torch.zeros(10, dtype=torch.float64), dim=0)[0].item())
print("3. 100 added, the same output:", torch.allclose(F.softmax(many + 100, dim=1), output))

# %% [markdown]
# If you add $m$ to every score, the factor $e^m$ cancels:
#
# $$
# \frac{e^{x_i + m}}{\sum_j e^{x_j + m}} = \frac{e^m \, e^{x_i}}{e^m \sum_j e^{x_j}} = \frac{e^{x_i}}{\sum_j e^{x_j}}
# $$

# %% [markdown]
# ## 5. Write it
#
# ### Probabilities
#
# The formula for one row; then 1000 is added to each score, or subtracted.


# %%
def softmax_of_a_row(row):
    total = 0.0
    for score in row:
        total += np.exp(score)
    return np.array([np.exp(score) / total for score in row])


print("scores       ", softmax_of_a_row([2.0, 1.0, -1.0, 0.5]))
with np.errstate(all="ignore"):  # NumPy would warn
    print("scores + 1000", softmax_of_a_row([1002.0, 1001.0, 999.0, 1000.5]))
    print("scores - 1000", softmax_of_a_row([-998.0, -999.0, -1001.0, -999.5]))
    print("exp(710) =", np.exp(710.0), "  exp(-746) =", np.exp(-746.0))

# %% [markdown]
# `inf / inf` is `nan`, and so is 0/0. But you may add any number to a row first. Choose it so that no exponential
# overflows and not all are 0.
#
# ### Exercise 1: softmax
#
# Write it without loops, along any axis, for scores of any size, $-\infty$ too. One row may be much larger than
# another. `sum` and `max` take `axis=` and `keepdims=True`.


# %% exercise="softmax"

# %% check="softmax"
check(softmax)

# %% [markdown]
# A single `nan` spreads through all weights of a network within one step of training.
#
# ### Where you find it
#
# Softmax is a **last** layer where exactly one class is right, and an **inner** layer in attention, chapter
# {{attention}}. It never comes first.
#
# ### The axis
#
# Without `dim`, PyTorch warns and chooses an axis. The choice depends on the number of axes. Below, the same layer
# normalizes two rows along axis 1, and a batch of two such arrays along axis **0**.

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    guessing = torch.nn.Softmax()
    matrix, batch = guessing(X), guessing(torch.stack([X, X]))

print("warning:", str(caught[0].message).split(".")[0])
print("shape (2, 4):    sums along axis 1", matrix.sum(dim=1).numpy().round(4).tolist())
print("shape (2, 2, 4): sums along axis 0", batch.sum(dim=0).numpy().round(4).tolist())

# %% [markdown]
# The table says that softmax does not work **element by element**. Raise one score, and see what changes. A sigmoid,
# for comparison, works on each score separately.

# %%
raised = X.clone()
raised[0, 3] += 1.0
print("softmax, changed:", (layer(raised) != layer(X)).tolist()[0])
print("sigmoid, changed:", (torch.sigmoid(raised) != torch.sigmoid(X)).tolist()[0])

# %% [markdown]
# ### Their logarithms
#
# Losses need the logarithm of a probability. Here your softmax is right to the last digit, and its logarithm is not.

# %%
unlikely = np.array([[0.0, -800.0]])
print("probabilities   ", softmax(unlikely, dim=1))
with np.errstate(divide="ignore"):
    print("their logarithms", np.log(softmax(unlikely, dim=1)))
print("PyTorch         ", F.log_softmax(torch.tensor(unlikely), dim=1).numpy())

# %% [markdown]
# The probability $e^{-800}$ is too small to be stored. Its logarithm, $-800$, is an ordinary number. So do not take
# the logarithm at the end. Apply it to the formula, before you compute anything:
#
# $$
# \log f_i(x) = \log \frac{e^{x_i}}{\sum_j e^{x_j}} = x_i - \log \sum_j e^{x_j}
# $$
#
# The first part has no exponential left. The second has, and needs the same trick as before.
#
# ### Exercise 2: its logarithm
#
# Write it without computing a probability.


# %% exercise="log_softmax"

# %% check="log_softmax"
check(log_softmax)

# %% [markdown]
# ### What a loss is
#
# A **loss** says in one number how wrong the outputs of a batch are: 0 or nearly 0 is right, larger is worse. Training
# reduces it. A loss takes the network's outputs, `input`, and what they should be, `target`.
#
# In a regression the outputs are numbers, and so are the targets. The usual loss is the mean of the squared errors,
# over all $N$ elements of the batch:
#
# $$
# L = \frac{1}{N} \sum_k (x_k - y_k)^2
# $$
#
# ### Exercise 3: the squared error


# %% exercise="mse_loss"

# %% check="mse_loss"
check(mse_loss)

# %% [markdown]
# ### Yes or no
#
# Is this mail spam? There is one score $x$, and the sigmoid of chapter {{activations}} turns it into a probability:
# $p = \sigma(x)$. The target $y$ is 1 for yes and 0 for no. The loss is minus the logarithm of the probability of the
# **right** answer: $-\log p$ for a yes, $-\log(1 - p)$ for a no. In one line:
#
# $$
# \ell = -\,y \log p - (1 - y) \log(1 - p)
# $$
#
# This is the **binary cross-entropy**. A correct 0.99 costs 0.01. A wrong 0.99 costs 4.6. Now take a network that is
# very sure, and wrong: the score is 50, and the answer is no.

# %%
p = 1 / (1 + np.exp(-50.0))
with np.errstate(divide="ignore"):
    print("p =", p, "  1 - p =", 1 - p, "  loss =", -np.log(1 - p))

x, no = torch.tensor([50.0, 1000.0]), torch.zeros(2)
from_p = F.binary_cross_entropy(torch.sigmoid(x), no, reduction="none")
from_x = F.binary_cross_entropy_with_logits(x, no, reduction="none")
print("PyTorch, scores 50 and 1000, from the probabilities:", from_p.tolist())
print("                             from the scores:       ", from_x.tolist())

# %% [markdown]
# $1 - p$ is about $2 \cdot 10^{-22}$, but $p$ was already rounded to exactly 1. The digits are lost, and no formula
# can recover them. PyTorch's loss for probabilities limits every such loss to 100. Its loss for *scores* gives the
# right number.
#
# So start from the score again, and write $s(t) = \log(1 + e^t)$. This function is called *softplus*. Since
# $\sigma(x) = 1 / (1 + e^{-x})$ and $1 - \sigma(x) = 1 / (1 + e^x)$, minus the logarithm of each is a softplus:
#
# $$
# -\log \sigma(x) = s(-x)
# \qquad
# -\log(1 - \sigma(x)) = s(x)
# \qquad
# \ell = y \, s(-x) + (1 - y) \, s(x)
# $$
#
# For large $t$ the 1 does not matter, and $s(t)$ is nearly $t$. But the formula overflows there. So where $t$ is
# positive, take the factor $e^t$ out of the bracket: $\log(1 + e^t) = \log(e^t (e^{-t} + 1)) = t + \log(1 + e^{-t})$.
# One formula covers both cases:
#
# $$
# s(t) = \max(t, 0) + \log(1 + e^{-|t|})
# $$
#
# `np.log1p(u)` is $\log(1 + u)$, also exact for tiny $u$. For $\max(t, 0)$ of an array, use `np.maximum(t, 0)`;
# Python's `max` takes single numbers only.
#
# ### Exercise 4: cross-entropy of yes or no
#
# *With logits* means that `input` contains scores. Average over all elements.


# %% exercise="binary_cross_entropy_with_logits"

# %% check="binary_cross_entropy_with_logits"
check(binary_cross_entropy_with_logits)

# %% [markdown]
# ### One of several
#
# Which animal is it? Now there are $c$ scores, and `target` has the number of the right class, 0 … $c - 1$. The idea
# is the same: the loss is minus the logarithm of the probability of the right class $t$.
#
# $$
# \ell = -\log f_t(x)
# $$
#
# Written with a one-hot row $y$ (a 1 at the right class, zeros elsewhere) it is $-\sum_i y_i \log f_i(x)$: the
# **cross-entropy** of $y$ and $f(x)$. Only one term of the sum is not zero.
#
# To select one value from each row, index with two arrays of the same length. NumPy reads them in pairs.

# %%
numbers = np.array([[10, 11, 12], [20, 21, 22], [30, 31, 32], [40, 41, 42]])
print("in pairs   ", numbers[np.array([0, 1, 2, 3]), np.array([2, 0, 1, 1])])
print("columns only", numbers[:, np.array([2, 0, 1, 1])].shape)

# %% [markdown]
# ### Exercise 5: cross-entropy of classes
#
# `input` contains scores, not probabilities. Apply softmax inside, in the form that does not overflow.


# %% exercise="cross_entropy"

# %% check="cross_entropy"
check(cross_entropy)

# %% [markdown]
# **Predict:** a network with 10 classes has not been trained yet, and all its scores are nearly 0. What is its loss?

# %%
for c in (2, 10, 100, 1000):
    loss = cross_entropy(np.zeros((1, c)), np.array([1]))
    print(f"{c:4} classes: loss {loss:.4f}, log({c}) = {np.log(c):.4f}")

# %% [markdown]
# Remember these numbers. If the loss of an untrained network is far above $\log c$, something is already wrong.
#
# ### Which last layer?
#
# The loss and the last layer belong together. Here are six tasks. For each, choose the last layer of the network, so
# that its outputs fit the task or the loss.
#
# | key | the task | an example |
# |:--|:--|:--|
# | `"regression"` | outputs that may be any number | tomorrow's temperature |
# | `"yes or no"` | one output: the probability of yes | is this mail spam? |
# | `"one of several classes"` | $c$ probabilities; exactly one class is right | which digit is this? |
# | `"several labels at once"` | $c$ probabilities; none, some or all may be right | what is in this photo? |
# | `"yes or no, for BCEWithLogitsLoss"` | one output, in training, under this loss | spam again |
# | `"one of several classes, for CrossEntropyLoss"` | $c$ outputs, in training, under this loss | digits again |
#
# `BCEWithLogitsLoss` is the class for the function of exercise 4, `CrossEntropyLoss` the class for exercise 5.
#
# ### Exercise 6: the last layer
#
# Write one of `"Linear"`, `"ReLU"`, `"Sigmoid"`, `"Softmax"` for each key. Choose `"Linear"` if the network should end
# with its linear layer and nothing after it.

# %% exercise="last_layer_for"
last_layer_for = {
    "regression": ...,
    "yes or no": ...,
    "one of several classes": ...,
    "several labels at once": ...,
    "yes or no, for BCEWithLogitsLoss": ...,
    "one of several classes, for CrossEntropyLoss": ...,
}

# %% check="last_layer_for"
check(last_layer_for, "last_layer_for")

# %% [markdown]
# ### Exercise 7: as the last layer
#
# Now put the last layer in its place. The network has a linear layer, a ReLU, and a second linear layer, whose outputs
# are the scores. For the tasks without a loss in their name, the first four of your table, give what the network
# *predicts*: numbers for the regression, otherwise probabilities. In training, the losses of exercises 4 and 5 would
# take the scores instead.
#
# You may call your `softmax`. Write the sigmoid so that it works for scores near 1000 and near -1000.


# %% exercise="predict"

# %% check="predict"
check(predict)

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### Temperature
#
# Divide all scores by a number $T$ before softmax. It is called the **temperature**, and language models let you set
# it. **Predict:** what happens to the bars when $T$ gets large? And when it goes to 0?


# %%
def with_temperature(ax, T):
    figures.class_bars(softmax(scores / T, dim=0), names, ax, "softmax(scores / T)")


what = "As T falls from 8 to 0.125, four nearly equal bars become one."
course.explore(with_temperature, description=what, figsize=(5.6, 2.7), T=np.geomspace(8, 0.125, 13))

# %% [markdown]
# At a high temperature all classes are nearly equally likely. At a low one the highest score gets nearly everything.
# The order of the classes never changes. For $T$ near 0 softmax becomes the *hard* maximum: a 1 at the largest
# score. Softmax is the soft version of it.
#
# ### A sigmoid is a softmax of two
#
# Give softmax two scores, $x$ and 0. The probability of the first is $e^x / (e^x + 1)$, which is $\sigma(x)$.

# %%
x = np.linspace(-6, 6, 5)
two = softmax(np.stack([x, np.zeros(5)], axis=1), dim=1)
print("softmax of (x, 0):", two[:, 0].round(4))
print("sigmoid of x:     ", torch.sigmoid(torch.tensor(x)).numpy().round(4))

# %% [markdown]
# So yes-or-no is the case of two classes with one score fixed at 0. The losses agree as well: the example numbers in
# the docstrings of exercises 4 and 5 are the same.
#
# ### Why not squared error?
#
# You could take a probability and square its distance from the target. Here are both losses for one question whose
# answer is yes, as functions of the score.

# %%
x = np.linspace(-8, 8, 161)
yes = np.ones(1)
entropy = np.array([binary_cross_entropy_with_logits(np.array([score]), yes) for score in x])
squared = np.array([mse_loss(softmax(np.array([score, 0.0]), dim=0)[:1], yes) for score in x])

fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
lines = {"cross-entropy of the score": entropy, "squared error of the probability": squared}
figures.curves(x, lines, ax, "score (the answer is yes)", "loss")
plt.show()

# %% [markdown]
# On the right both are near 0: sure, and right. Look at the left: sure, and wrong. The cross-entropy is a straight
# line there, with a clear slope. The squared error is flat. A network that is badly wrong would get almost no gradient
# from it and stay wrong.

# %% [markdown]
# ## 7. Backwards
#
# ### Through softmax
#
# Write $p$ for softmax's output. Score $x_i$ is in the numerator of its own output and in the denominator of **all**
# outputs of the row. The quotient rule gives
#
# $$
# \frac{\partial p_i}{\partial x_i} = p_i (1 - p_i)
# \qquad
# \frac{\partial p_k}{\partial x_i} = -\,p_k \, p_i \quad (k \ne i)
# $$
#
# With the gradient $g$ of the loss with respect to the outputs, the chain rule adds up over all $k$ of the row:
#
# $$
# \frac{\partial L}{\partial x_i} = \sum_k g_k \frac{\partial p_k}{\partial x_i}
# = p_i \Big( g_i - \sum_k g_k \, p_k \Big)
# $$
#
# The sum is the average of $g$, with the probabilities as weights. The score gets a gradient where $g_i$ differs from
# it.
#
# ### Exercise 8: softmax's gradient
#
# From the forward pass it needs only the output, not the scores.


# %% exercise="softmax_backward"

# %% check="softmax_backward"
check(softmax_backward)

# %% [markdown]
# ### Through loss and softmax together
#
# The loss of one sample is $-\log f_t(x) = \log \sum_j e^{x_j} - x_t$. Its derivative takes one line. The first part
# gives $e^{x_i} / \sum_j e^{x_j}$, and that is the probability $p_i$. The second subtracts 1 at the right class:
#
# $$
# \frac{\partial \ell}{\partial x_i} = p_i - y_i
# $$
#
# with the one-hot row $y$. **Probability minus target**: a gradient can hardly be simpler. The loss of the batch is
# the mean over $n$ samples, so each row is divided by $n$.
#
# ### Exercise 9: cross-entropy's gradient
#
# Start from the scores, as the loss does. There is no `grad_output`: nothing comes after the loss.


# %% exercise="cross_entropy_backward"

# %% check="cross_entropy_backward"
check(cross_entropy_backward)

# %% [markdown]
# Here it is for three photos. The network is right about the first, unsure about the second, and wrong about the
# third.

# %%
photos = np.array([[4.0, 1.0, 0.0, 0.0], [0.2, 0.0, 0.1, 0.0], [0.0, 3.5, 1.0, -1.0]])
right = np.array([0, 2, 3])

fig, ax = plt.subplots(figsize=(9.2, 2.8), layout="constrained")
gradient = cross_entropy_backward(photos, right)
figures.difference(softmax(photos, dim=1), np.eye(4)[right], len(photos) * gradient, ax, names)
plt.show()

# %% [markdown]
# Read the third row. The network says dog (0.89), but it is a fox. The gradient is 0.89 for the dog and -0.99 for the
# fox. A step against it lowers the dog's score and raises the fox's. Each row adds up to 0: what one class gains, the
# others lose. The first row is nearly right, so its numbers are small.
#
# ### All probabilities of three classes
#
# Three probabilities that add up to 1 are a point in a triangle. At a corner one class is certain, in the middle all
# are equal. Below, the owl is right. The shade is your cross-entropy. The arrows are minus your gradient, $y - p$: the
# direction in which training moves the scores. They are drawn at a third of their length.


# %%
def lattice(m):
    counts = np.array([(i, j, m - i - j) for i in range(m + 1) for j in range(m + 1 - i)])
    return (counts + 0.01) / (m + 0.03)  # no probability is exactly 0


owl = np.array([2])
fine, coarse = lattice(60), lattice(6)
coarse = coarse[coarse.min(axis=1) > 0.1]
losses = np.array([cross_entropy(np.log(p)[np.newaxis], owl) for p in fine])
down = np.array([-cross_entropy_backward(np.log(p)[np.newaxis], owl)[0] for p in coarse])

fig, ax = plt.subplots(figsize=(5.4, 4.2), layout="constrained")
figures.triangle(fine, losses, coarse, down, ax, ["cat", "dog", "owl (right)"])
plt.show()

# %% [markdown]
# Each arrow points to the owl's corner, and it is long where this corner is far away. Towards the lower edge the loss
# grows without limit. The gradient does not: no arrow, at full length, is longer than a side of the triangle.
#
# ### Compared with autograd
#
# The same gradient in two steps would go through the probability. The derivative of $-\log p_t$ with respect to $p_t$
# is $-1/p_t$, and your `softmax_backward` does the rest. That works, until a probability is too small to be stored.


# %%
def in_two_steps(scores, target):
    probabilities = softmax(scores, dim=1)
    rows = np.arange(len(target))
    grad = np.zeros_like(scores)
    with np.errstate(all="ignore"):
        grad[rows, target] = -1 / probabilities[rows, target] / len(target)
        return softmax_backward(grad, probabilities, dim=1)


def by_autograd(scores, target):
    x = torch.tensor(scores, requires_grad=True)
    F.cross_entropy(x, torch.tensor(target)).backward()
    return x.grad.numpy()


for factor in (1, 300):
    larger = factor * photos
    wanted = by_autograd(larger, right)
    print(f"scores times {factor}")
    at_once, in_two = cross_entropy_backward(larger, right), in_two_steps(larger, right)
    print("  p - y equals autograd:   ", np.allclose(at_once, wanted))
    print("  two steps equal autograd:", np.allclose(in_two, wanted))

# %% [markdown]
# This is why loss and softmax are one function in PyTorch: not for speed, but for accuracy.
#
# ### What gradients are for
#
# Here you train with your functions. Ninety points of a plane belong to three classes. A linear layer gives three
# scores for each point, and starts with zeros. **Predict:** what is the loss at step 0?

# %%
rng = np.random.default_rng(4)
centres = np.array([[-1.6, -1.0], [1.7, -0.8], [0.2, 1.7]])
classes = np.repeat([0, 1, 2], 30)
points = centres[classes] + rng.normal(scale=0.8, size=(90, 2))
ticks = np.linspace(-4, 4, 81)
plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)

weight, bias = np.zeros((3, 2)), np.zeros(3)
fig, axes = plt.subplots(1, 3, figsize=(9.6, 3.5), layout="constrained")
shown = {1: axes[0], 5: axes[1], 200: axes[2]}
for step in range(201):
    point_scores = points @ weight.T + bias
    if step in (0, *shown):
        loss = cross_entropy(point_scores, classes)
        hits = np.mean(point_scores.argmax(axis=1) == classes)
        print(f"step {step:3}  loss {loss:.4f}  right {hits:.0%}")
    if step in shown:
        everywhere = softmax(plane @ weight.T + bias, dim=1).reshape(81, 81, 3)
        figures.divided_plane(ticks, everywhere, points, classes, shown[step], f"step {step}")
    grad = cross_entropy_backward(point_scores, classes)
    weight = weight - 0.5 * grad.T @ points
    bias = bias - 0.5 * grad.sum(axis=0)
plt.show()

# %% [markdown]
# It starts at $\log 3 = 1.0986$. The white lines are where two classes are equally likely. They are straight, because
# the scores are linear. After the first steps, training changes less *where* they are than how *sure* the layer is on
# either side: the colours get stronger. A linear layer with softmax is also called *multinomial logistic regression*.
#
# ### Two last layers for one task
#
# *Several labels at once*: what is in this photo, a cat, a dog, both or nothing? Here is a small network for it,
# trained twice from the same start, with your `predict` as forward pass: once with a sigmoid as the last layer and the
# cross-entropy of yes or no, and once with a softmax and the cross-entropy of classes. In both cases the gradient of
# the scores is probability minus target; for the softmax, a photo with two labels counts twice, and one without a label
# does not count.
#
# **Predict:** what will the softmax say about a photo with both, and about one with nothing?

# %%
rng = np.random.default_rng(0)
kinds = {"nothing": (0, 0), "a cat": (1, 0), "a dog": (0, 1), "both": (1, 1)}
labels = np.repeat(np.array(list(kinds.values())), 30, axis=0)
photos_2d = 3.0 * labels - 1.5 + rng.normal(scale=0.6, size=(120, 2))


def trained(task):
    rng = np.random.default_rng(1)
    w1, b1, w2, b2 = rng.normal(size=(8, 2)), np.zeros(8), 0.5 * rng.normal(size=(2, 8)), np.zeros(2)
    for _ in range(500):
        p = predict(photos_2d, w1, b1, w2, b2, task)
        shares = labels.sum(axis=1, keepdims=True) if task == "one of several classes" else 1
        grad = (shares * p - labels) / len(labels)
        hidden = np.maximum(photos_2d @ w1.T + b1, 0)
        grad_hidden = grad @ w2 * (hidden > 0)
        w2, b2 = w2 - 0.5 * grad.T @ hidden, b2 - 0.5 * grad.sum(axis=0)
        w1, b1 = w1 - 0.5 * grad_hidden.T @ photos_2d, b1 - 0.5 * grad_hidden.sum(axis=0)
    return predict(photos_2d, w1, b1, w2, b2, task)


tasks = {"sigmoid": "several labels at once", "softmax": "one of several classes"}
fig, axes = plt.subplots(2, 4, figsize=(10.4, 3.2), layout="constrained")
for (layer, task), row in zip(tasks.items(), axes, strict=True):
    means = trained(task).reshape(4, 30, 2).mean(axis=1)
    for kind, mean, ax in zip(kinds, means, row, strict=True):
        figures.class_bars(mean, ["cat", "dog"], ax, f"{layer}: {kind}")
plt.show()

# %% [markdown]
# The sigmoid answers two questions, one for each label. The softmax shares one sum of 1 between them: a photo with both
# gets one half for each, and a photo with nothing must contain something. No training can change that. The last layer
# decides what a network is able to say.

# %% [markdown]
# ## 8. What goes wrong
#
# The plain formula works on every small example. Here is what a check says about it.


# %%
def plain_formula(input, dim):
    exponentials = np.exp(input)
    total = exponentials.sum(axis=dim, keepdims=True)
    return exponentials / total


course.assess(plain_formula, "softmax")

# %% [markdown]
# ### Softmax twice
#
# This mistake raises no error and gives no `nan`. A network ends with `Softmax`, because the task is to choose one of
# several classes. It is trained with `CrossEntropyLoss`, as usual. But that loss contains a softmax. It treats the
# probabilities as scores, and these are between 0 and 1: all close together.
#
# **Predict:** the network is perfect, with a probability of exactly 1 for the right class. What is the loss?

# %%
for c in (3, 10, 1000):
    perfect = np.eye(c)[:1]
    loss = cross_entropy(perfect, np.array([0]))
    print(f"{c:4} classes, perfect probabilities taken for scores: loss {loss:.4f}")

# %% [markdown]
# The loss sees one score of 1 and $c - 1$ scores of 0. The loss is then $\log(e + c - 1) - 1$, and it can't be lower.
# Here is the training of section 7 again, both ways. The backward pass uses both of your gradients.

# %%
both = {"scores into the loss": False, "probabilities into the loss": True}
losses = {}
for label, twice in both.items():
    weight, bias = np.zeros((3, 2)), np.zeros(3)
    losses[label] = []
    for _ in range(200):
        outputs = points @ weight.T + bias
        last = softmax(outputs, dim=1) if twice else outputs
        losses[label].append(cross_entropy(last, classes))
        grad = cross_entropy_backward(last, classes)
        if twice:
            grad = softmax_backward(grad, last, dim=1)
        weight = weight - 0.5 * grad.T @ points
        bias = bias - 0.5 * grad.sum(axis=0)

fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
figures.curves(np.arange(200), {k: np.array(v) for k, v in losses.items()}, ax, "step", "loss")
ax.set_ylim(0, 1.15)
plt.show()

# %% [markdown]
# It trains slowly, and the loss stays high. If a loss does not fall below $\log(e + c - 1) - 1$, look at the last
# layer.
#
# ### Find the bug
#
# The function below is a softmax with a temperature, row by row. At temperature 1 it worked for weeks. Then the
# temperature was set to 0.02, for a batch of two rows, `[3.0, 2.0, 1.0]` and `[23.0, 22.0, 21.0]`. Rounded, this was
# the result:
#
# ```
# [[nan nan nan]
#  [ 1.  0.  0.]]
# ```
#
# Run the check first, and read what it says. Then repair the function.


# %% exercise="repair_softmax"

# %% check="repair_softmax"
check(repair_softmax)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The function used one maximum for the whole batch. Divided by 0.02, the two rows are 1000 apart. After the
# subtraction the scores of the lower row are -1000 and below, their exponentials are all 0, and 0/0 is
# <code>nan</code>. At temperature 1 the rows are 20 apart, which is harmless.</p>
# <p>Subtract from each row its own maximum. Then its largest exponential is 1, whatever the other rows are. Test code
# that works row by row with rows that differ a lot.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | no maximum subtracted | right, until a score is above 709; then `nan` |
# | one maximum for the whole array | right, until two rows are far apart; then `nan` in the lower one |
# | `dim=0` for a batch of rows | probabilities that depend on the other samples of the batch |
# | the logarithm of a softmax | right, until a probability is too small; then a loss of `inf` |
# | `np.log(p + 1e-12)` to avoid that | no `inf`, but wrong losses, and wrong gradients |
# | softmax before `CrossEntropyLoss` | no error; slow training, and a loss that stays high |
# | `log_p[:, target]` for one value a row | an $(n, n)$ array, whose mean looks like a loss |
# | the sum of a batch's losses instead of the mean | steps that are $n$ times too large |
# | softmax for several labels | of two objects in one photo, at most one gets more than a half |

# %% [markdown]
# ### In your own words
#
# Two networks classify the same 1,000 images. Both are wrong on the same 50 of them. The mean cross-entropy is 0.2 for
# the first network and 0.9 for the second. How is that possible? A doctor will see the probabilities: which network do
# you prefer? Answer in two or three sentences.

# %% [markdown] question="same_accuracy"
# <details><summary>Model answer and rubric</summary>
# <p>Which class has the highest probability decides whether an answer is right; cross-entropy measures how high the
# probability of the right class was. The second network gives the right class a much lower probability, for example
# because it is nearly certain of its 50 wrong answers: −log p is large where p is nearly 0. A doctor needs the first:
# its probabilities show when it is not sure.</p>
# <ul><li>1 point: right or wrong depends on the largest probability alone, the loss on the probability of the right
# class.</li>
# <li>1 point: an explanation of the larger loss: certain and wrong, or right with low probabilities.</li>
# <li>1 point: the first, because its probabilities say more about how sure it is.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - Softmax turns scores into probabilities along one axis, `dim`. It has no parameters, and is not element-wise.
# - A constant added to a row changes nothing. Subtract the row's own maximum, and no exponential overflows.
# - Cross-entropy is minus the logarithm of the probability of the right answer. Compute it from scores.
# - Its gradient is probability minus target, over $n$ for the mean of a batch.
# - Regression: Linear and squared error. Yes or no, or several labels: Sigmoid. One of several: Softmax. The last two
#   are part of the losses that take scores.
#
# ### Elsewhere
#
# | library | softmax | cross-entropy |
# |:--|:--|:--|
# | PyTorch | `softmax(input, dim)`: the axis must be given | `cross_entropy`: scores; `nll_loss`: log-probabilities |
# | Keras | `Softmax(axis=-1)` | takes **probabilities**, unless you say `from_logits=True` |
# | JAX | `jax.nn.softmax(x, axis=-1)` | optax: `softmax_cross_entropy_with_integer_labels` takes scores |
# | SciPy | `scipy.special.softmax(x, axis=None)`: the **whole array** by default | |
# | scikit-learn | | `log_loss` takes probabilities |
#
# In PyTorch the classes are on axis 1, also for images: scores are $(n, c, h, w)$. In Keras and JAX they are on the
# last axis.
#
# ### Further reading
#
# - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html) and
#   [torch.nn.BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html) in
#   PyTorch's documentation.
# - Goodfellow, Bengio and Courville, *Deep Learning*, [chapter
#   6.2](https://www.deeplearningbook.org/contents/mlp.html): output units and their losses.
# - The notes of Stanford's CS231n on [linear classification](https://cs231n.github.io/linear-classify/), with softmax
#   and its numerical trap.
# - Guo, Pleiss, Sun and Weinberger, [On Calibration of Modern Neural Networks](https://arxiv.org/abs/1706.04599)
#   (2017): when a network says 0.9, is it right nine times in ten? A temperature repairs it.
