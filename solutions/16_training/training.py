# %% [markdown]
# # {{training}} · Training: your layers learn to read
#
# At the end of this chapter a network of layers like the ones you wrote will read handwritten digits, and get more
# than 95 in 100 right that it has never seen. You will have written the loss, the step and the loop. From the same
# start, your losses will be PyTorch's, step for step.
#
# You need chapters {{softmax_and_losses}} and {{counting}}. Plan about an hour and a half.
#
# Run the cells from top to bottom with Shift+Enter. Six of them are exercises, each with a check right below.
# `hint("train")` gives one step of help, `solution("train")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads PyTorch and the drawings. The demonstrations need them. Your own code uses NumPy alone.

# %%
import time
import torch
from matplotlib.figure import Figure

import course
from course.data import digits
from course.figures import training as figures
from course.figures.motion import motion

# %% [markdown]
# The network is built of layers. Here are those of chapter {{counting}}, in short, so that nobody is stuck with an unsolved one.
# **Better, use your own**: add a cell below this one and paste your six classes into it. They take the place of
# these, here and when you are graded.


# %% tags=["setup"]
class Linear:
    def __init__(self, in_features, out_features):
        bound = 1 / np.sqrt(in_features)
        self.weight = np.random.uniform(-bound, bound, size=(out_features, in_features))
        self.bias = np.random.uniform(-bound, bound, size=out_features)

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + self.bias

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight, self.grad_bias]


class Conv2d(Linear):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels * kernel_size**2, out_channels)
        self.weight = self.weight.reshape(out_channels, in_channels, kernel_size, kernel_size)
        self.p = padding

    def places(self, array, h, w):
        """Give, for each place in the kernel, what it sees: (i, j, view)."""
        for i, j in np.ndindex(self.weight.shape[2:]):
            yield i, j, array[:, :, i : i + h, j : j + w]

    def forward(self, input):
        self.padded = np.pad(input, ((0, 0), (0, 0), (self.p, self.p), (self.p, self.p)))
        h, w = np.subtract(self.padded.shape[2:], self.weight.shape[2:]) + 1
        output = self.bias[:, None, None]
        for i, j, seen in self.places(self.padded, h, w):
            output = output + np.einsum("nchw,oc->nohw", seen, self.weight[:, :, i, j], optimize=True)
        return output

    def backward(self, grad_output):
        h, w = grad_output.shape[2:]
        grad_padded = np.zeros(self.padded.shape)
        self.grad_weight = np.zeros(self.weight.shape)
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        for i, j, seen in self.places(self.padded, h, w):
            self.grad_weight[:, :, i, j] = np.einsum("nohw,nchw->oc", grad_output, seen, optimize=True)
        for i, j, seen in self.places(grad_padded, h, w):
            seen += np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j], optimize=True)
        rows, columns = grad_padded.shape[2:]
        return grad_padded[:, :, self.p : rows - self.p, self.p : columns - self.p]


class WithoutParameters:
    def parameters(self):
        return []

    def gradients(self):
        return []


class ReLU(WithoutParameters):
    def forward(self, input):
        self.positive = input > 0
        return np.maximum(input, 0)

    def backward(self, grad_output):
        return grad_output * self.positive


class MaxPool2d(WithoutParameters):
    """Blocks that do not overlap. The first of several equal maxima gets the gradient."""

    def __init__(self, kernel_size):
        self.k = kernel_size

    def forward(self, input):
        self.shape, k = input.shape, self.k
        n, c, h, w = input.shape
        blocks = input.reshape(n, c, h // k, k, w // k, k).swapaxes(3, 4)
        blocks = blocks.reshape(n, c, h // k, w // k, k * k)
        self.winner = blocks.argmax(axis=-1)[..., None] == np.arange(k * k)
        return blocks.max(axis=-1)

    def backward(self, grad_output):
        n, c, h, w = self.shape
        grad = (grad_output[..., None] * self.winner).reshape(*grad_output.shape, self.k, self.k)
        return grad.swapaxes(3, 4).reshape(n, c, h, w)


class Flatten(WithoutParameters):
    def forward(self, input):
        self.shape = input.shape
        return input.reshape(len(input), -1)

    def backward(self, grad_output):
        return grad_output.reshape(self.shape)


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, input):
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, grad_output):
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        return [array for layer in self.layers for array in layer.parameters()]

    def gradients(self):
        return [array for layer in self.layers for array in layer.gradients()]


# %% [markdown]
# ## 1. Where it sits
#
# All chapters so far went through a layer once. Training goes through all of them, forwards and backwards, hundreds of
# times. Each time the parameters move a little, so that the loss gets a little smaller.
#
# The data are 1,797 handwritten digits of 8 by 8 pixels. They were collected by E. Alpaydin and C. Kaynak, and come
# from the UCI Machine Learning Repository (CC BY 4.0). 1,397 are for training. The other 400 are put away until
# the end: what was learned by heart does not count.

# %%
images, labels = digits()
order = np.random.default_rng(4).permutation(len(images))
images, labels = images[order], labels[order]
train_images, train_labels = images[:1397], labels[:1397]
test_images, test_labels = images[1397:], labels[1397:]

fig, axes = plt.subplots(1, 10, figsize=(9, 1.2))
figures.digits(images[:10], labels[:10], labels[:10], axes)
plt.show()
print(train_images.shape, test_images.shape)

# %% [markdown]
# The network is a small *LeNet*: two convolutions, with a pooling between them, and one linear layer.
#
# | layer | output shape | parameters |
# |:--|:--|--:|
# | (the image) | $(n, 1, 8, 8)$ | |
# | `Conv2d(1, 6, 3, padding=1)` | $(n, 6, 8, 8)$ | 60 |
# | `ReLU()` | $(n, 6, 8, 8)$ | |
# | `MaxPool2d(2)` | $(n, 6, 4, 4)$ | |
# | `Conv2d(6, 16, 3, padding=1)` | $(n, 16, 4, 4)$ | 880 |
# | `ReLU()` | $(n, 16, 4, 4)$ | |
# | `Flatten()` | $(n, 256)$ | |
# | `Linear(256, 10)` | $(n, 10)$ | 2,570 |
#
# Its ten outputs are *logits*: one score for each digit.

# %% [markdown]
# ## 2. Formula and shapes
#
# One step of training:
#
# 1. Take a **batch**: $n$ images $X$ with their labels $t$.
# 2. Forwards: logits $Z$, of shape $(n, 10)$, and the loss $L = -\frac{1}{n} \sum_i \log p_i(t_i)$, where $p_i$ is the
#    softmax of row $i$.
# 3. Backwards: the gradient of $L$ with respect to every parameter.
# 4. Move every parameter $\theta$ against its gradient $g$. With *momentum* $\mu$ and learning rate $\eta$,
#
# $$
# v \leftarrow \mu \, v + g \qquad \theta \leftarrow \theta - \eta \, v
# $$
#
# The *velocity* $v$ starts at 0. It is a fading sum of the gradients so far. Where they agree, it grows. Where
# they change sign from step to step, they cancel.

# %% [markdown]
# ## 3. See it in PyTorch
#
# This is the same network and the same loop, as one writes it in PyTorch. We keep where it started.

# %%
torch.manual_seed(0)
theirs = torch.nn.Sequential(
    torch.nn.Conv2d(1, 6, 3, padding=1),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(6, 16, 3, padding=1),
    torch.nn.ReLU(),
    torch.nn.Flatten(),
    torch.nn.Linear(256, 10),
).double()
start = [parameter.detach().numpy().copy() for parameter in theirs.parameters()]

optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
X, t = torch.tensor(train_images), torch.tensor(train_labels)
their_losses = []
for step in range(50):
    rows = np.arange(step * 16, (step + 1) * 16) % len(X)
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(theirs(X[rows]), t[rows])
    loss.backward()
    optimizer.step()
    their_losses.append(loss.item())

print(f"first loss {their_losses[0]:.4f}, after 50 steps {their_losses[-1]:.4f}")

# %% [markdown]
# ## 4. Predict, then run
#
# Write your answers down before you run the cell.
#
# 1. The network knows nothing yet. About how large is its loss? (It gives every digit about the same probability.)
# 2. How many steps of 16 images go through all 1,397 training images once?
# 3. How many parameters does the network have?

# %%
print("loss of ten equal probabilities:", round(float(-np.log(1 / 10)), 4))
print("steps:", 1397 / 16)
print("parameters:", sum(array.size for array in start))

# %% [markdown]
# <details><summary>Answer</summary>
# <p>−log(1/10) = log 10, about 2.3: the first loss above is near it. A network that starts far higher is sure of
# something wrong. 87 steps see nearly every image once; that is called an <em>epoch</em>. 60 + 880 + 2,570 = 3,510
# parameters.</p>
# </details>
#
# ## 5. Write it
#
# ### The loss
#
# You know it from chapter {{softmax_and_losses}}. Training needs the loss and its gradient together, so here one function gives both.


# %% exercise="cross_entropy_loss"

# %% check="cross_entropy_loss"
check(cross_entropy_loss)

# %% [markdown]
# ### The step
#
# Parameters, gradients and velocities come as lists of arrays, in the same order.


# %% exercise="sgd_step"

# %% check="sgd_step"
check(sgd_step)

# %% [markdown]
# ### The network
#
# Build the network of section 1 with the layers from above. So that it can start where another network started, it
# takes a list of arrays, in the order of `parameters()`: weight and bias of the first layer, then of the next.


# %% exercise="lenet"

# %% check="lenet"
check(lenet)

# %% [markdown]
# ### The loop
#
# Batch number $k$, from 0, is the samples $k \cdot n$ to $(k + 1) \cdot n$, not counting the last. At the end of the
# data it goes on from the start. Real training shuffles. Here the order is fixed, so that your losses can be held
# against PyTorch's.


# %% exercise="train"

# %% [markdown]
# The check trains your network several times, the last time for 300 steps. It takes a few seconds.

# %% check="train"
check(train)

# %% [markdown]
# ### How good is it?


# %% exercise="accuracy"

# %% check="accuracy"
check(accuracy)

# %% [markdown]
# ## 6. Look at it
#
# Your loop on your network, from where PyTorch started. The pale line is PyTorch, the thin one is you.

# %%
mine = lenet(start)
my_losses = train(mine, (train_images, train_labels), lr=0.05, momentum=0.9, batch_size=16, steps=50)

gap = np.abs(np.array(my_losses) / their_losses - 1).max()
print(f"largest relative difference in 50 steps: {gap:.0e}")

fig, ax = plt.subplots(figsize=(7, 3), layout="constrained")
figures.losses({"PyTorch": np.array(their_losses), "yours": np.array(my_losses)}, ax)
plt.show()

# %% [markdown]
# Now train it longer, with batches of 32, and let it read what it has never seen.

# %%
began = time.perf_counter()
mine = lenet(start)
losses = train(mine, (train_images, train_labels), lr=0.05, momentum=0.9, batch_size=32, steps=500)
under_a_minute = time.perf_counter() - began < 60

print("trained in under a minute:", under_a_minute)
print(f"training digits: {accuracy(mine, train_images, train_labels):.1%} right")
print(f"unseen digits:   {accuracy(mine, test_images, test_labels):.1%} right")

# %% [markdown]
# It reads unseen digits a little worse than those it was trained on. The difference is what it has learned by heart.
#
# What does it take for what? Every count off the diagonal is a mistake.

# %%
read = mine.forward(test_images).argmax(axis=1)
fig, ax = plt.subplots(figsize=(4.6, 4.6), layout="constrained")
figures.confusion(read, test_labels, ax)
plt.show()

# %% [markdown]
# Here are some of these mistakes. Would you have read them?

# %%
missed = np.flatnonzero(read != test_labels)[:8]
fig, axes = plt.subplots(1, len(missed), figsize=(9, 1.7), layout="constrained")
figures.digits(test_images[missed], read[missed], test_labels[missed], axes)
plt.show()

# %% [markdown]
# The first layer has six kernels of 3 by 3. Nobody told them what to look for.

# %%
fig, axes = plt.subplots(1, 6, figsize=(7, 1.4), layout="constrained")
figures.kernels(mine.layers[0].weight, axes)
plt.show()

# %% [markdown]
# **Watch it make up its mind.** One unseen digit, and the probability of each class, every ten steps. Press *Play*.
# The right bar is blue.

# %%
chosen = int(np.flatnonzero(test_labels == 8)[0])
watched, shares = lenet(start), []
for part in range(13):
    logits = watched.forward(test_images[chosen : chosen + 1])[0]
    shares.append(np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum())
    seen = np.arange(part * 160, (part + 1) * 160) % len(train_images)
    train(watched, (train_images[seen], train_labels[seen]), 0.05, 0.9, 16, 10)

figure = Figure(figsize=(5.2, 2.2), layout="constrained")
pair = figure.subplots(1, 2, width_ratios=(1, 2))


def draw_belief(frame):
    for ax in pair:
        ax.clear()
    figures.beliefs(test_images[chosen, 0], shares[frame], 8, pair)
    pair[1].set_title(f"after {10 * frame} steps")


motion(figure, draw_belief, len(shares), description="ten probabilities as training goes on")

# %% [markdown]
# ## 7. Backwards
#
# You have written every gradient in this chapter before: the loss's in 04, those of the layers in 01, 03, 08 and 11.
# Together they are *backpropagation*: each layer takes the gradient of its output and gives that of its input to the
# layer before.
#
# There is a test for all of it at once. Move one parameter by a tiny $h$ in both directions. The change of the loss,
# divided by $2h$, must be the gradient.

# %%
model = lenet(start)
batch, wanted = train_images[:4], train_labels[:4]
model.backward(cross_entropy_loss(model.forward(batch), wanted)[1])

rng, h = np.random.default_rng(0), 1e-5
for array, gradient in zip(model.parameters(), model.gradients(), strict=True):
    place = tuple(rng.integers(array.shape))
    before, around = array[place], []
    for value in (before + h, before - h):
        array[place] = value
        around.append(cross_entropy_loss(model.forward(batch), wanted)[0])
    array[place] = before
    slope = (around[0] - around[1]) / (2 * h)
    print(f"{array.shape!s:14} backward {gradient[place]:+.6f}   by trying {slope:+.6f}")

# %% [markdown]
# Trying is simple and slow: two passes through the network for every parameter. Backpropagation gives all 3,510
# with one.
#
# ## 8. What goes wrong
#
# Here is a loop that makes its velocity anew in every step, and what the check says.


# %%
def forgetful(model, data, lr, momentum, batch_size, steps):
    told = []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(data[0])
        loss, grad = cross_entropy_loss(model.forward(data[0][rows]), data[1][rows])
        model.backward(grad)
        for p, g in zip(model.parameters(), model.gradients(), strict=True):
            p -= lr * (g + momentum * g)
        told.append(loss)
    return told


course.assess(forgetful, "train")

# %% [markdown]
# | what you write | what you see |
# |:--|:--|
# | a new array given to a name, and not written into the model's | the loss never falls |
# | the gradient of the sum with the mean of the loss | steps too large by the batch size; the loss explodes |
# | the wrong sign of the step | the loss grows from the first step on |
# | gradients not reset | the network swings to and fro, and gets worse |
# | softmax before a loss that has its own | it learns, slowly, and never gets sure |
# | accuracy on the training data alone | a number that is too good |
#
# ### Find the bug
#
# This function fits a line, $y = w x + b$. It is one layer with one input. The loss falls at first, then it comes
# up again, and again. Repair it.


# %% exercise="repair_fit"

# %% check="repair_fit"
check(repair_fit)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The gradients were collected with <code>+=</code> and never set back to zero. So each step went along the sum of
# all gradients so far, like a momentum of 1 that nothing slows down: the line shoots past its goal and comes back.</p>
# <p>PyTorch's <code>backward()</code> adds to what is there as well. That is useful where an array is used twice. It is
# why every loop begins with <code>optimizer.zero_grad()</code>.</p>
# </details>
#
# ## 9. Recap
#
# - A step is: forwards, loss, backwards, move. Training is many of them.
# - The loss of a network that knows nothing about ten classes is near $\log 10$.
# - Momentum keeps a fading sum of gradients: $v \leftarrow \mu v + g$, $\theta \leftarrow \theta - \eta v$.
# - What counts is what the network does with data that it has not seen.
# - From the same start, NumPy and PyTorch take the same steps. There is nothing else inside.
#
# ### Elsewhere
#
# | library | what is different |
# |:--|:--|
# | PyTorch | `SGD(momentum)`: the rate multiplies the velocity; gradients add up until `zero_grad()` |
# | Keras | `SGD(momentum)`: the rate is inside the velocity, which matters when it changes |
# | JAX, with Optax | `optax.sgd`: gradients are the result of a function, so there is nothing to reset |
#
# ### Further reading
#
# - [torch.optim.SGD](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html) in PyTorch's documentation.
# - LeCun, Bottou, Bengio and Haffner, *Gradient-Based Learning Applied to Document Recognition* (1998): LeNet-5.
# - Goodfellow, Bengio and Courville, *Deep Learning*,
#   [chapter 8](https://www.deeplearningbook.org/contents/optimization.html): optimization.
