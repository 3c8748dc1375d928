# %% [markdown]
# # {{training}} · Training: your layers learn to read
#
# At the end of this chapter a network of layers like the ones you wrote will read handwritten digits. More than 95 %
# of its answers for unseen digits will be right. You will have written the loss, the optimizer's step and the training
# loop. From the same initial weights, your losses will equal PyTorch's step by step.
#
# You need chapters {{softmax_and_losses}} and {{counting}}. Plan about two hours, in two sittings: sections 1 to 5,
# then 6 to 9.
#
# Seven cells are exercises, each with a check right below. `hint("train")` gives one step, `solution("train")` the
# answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell is for the demonstrations. Your own code uses NumPy alone.

# %%
import time
import torch
from matplotlib.figure import Figure

import course
from course.data import digits, loss_curves
from course.figures import descent
from course.figures import training as figures
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits
#
# So far you ran each layer once. Training runs the forward and the backward pass of all layers hundreds of times. Each
# step makes the loss a little smaller.
#
# The data are 1,797 images of handwritten digits, each of 8 by 8 pixels. 1,397 are for training. The other 400 are not
# used until the end: memorized digits do not count.

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
# ## 2. Formula and shapes
#
# One step of training:
#
# 1. Take a **batch**: $n$ images $X$ with their labels $t$.
# 2. Forward pass: logits $Z$, of shape $(n, 10)$, and the loss $L = -\frac{1}{n} \sum_i \log p_i(t_i)$, where $p_i$ is
#    the softmax of row $i$.
# 3. Backward pass: the gradient of $L$ with respect to every parameter.
# 4. Move every parameter against its gradient.
#
# ### Exercise 1: the loss
#
# You know it from chapter {{softmax_and_losses}}, and its gradient: $(P - Y) / n$, where $P$ has the probabilities and
# $Y$ has the labels as one-hot rows. Training needs both together, so here one function returns the loss and the
# gradient.


# %% exercise="cross_entropy_loss"

# %% check="cross_entropy_loss"
check(cross_entropy_loss)

# %% [markdown]
# ### The optimizer's rule
#
# A parameter $\theta$ has the gradient $g$. With *momentum* $\mu$ and learning rate $\eta$,
#
# $$
# v \leftarrow \mu \, v + g \qquad \theta \leftarrow \theta - \eta \, v
# $$
#
# The *velocity* $v$ starts at 0. It is a sum of the gradients so far in which older ones have less weight. If they
# agree, it grows. If they change sign from step to step, they cancel.
#
# ### The network
#
# The network is a small *LeNet*: two convolutions, with a pooling between them, and one linear layer. Its ten outputs
# are *logits*: one score for each digit.
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

# %% [markdown]
# ## 3. See it in PyTorch
#
# This is the same network and the same loop in PyTorch. `start` keeps a copy of its initial parameters.

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
# 1. The network is not trained yet. About how large is its loss? (It gives every digit about the same probability.)
# 2. How many steps of 16 images are needed to use all 1,397 training images once?
# 3. How many parameters does the network have?

# %%
print("loss of ten equal probabilities:", round(float(-np.log(1 / 10)), 4))
print("steps:", 1397 / 16, "so", -(-1397 // 16))
print("parameters:", sum(array.size for array in start))

# %% [markdown]
# <details><summary>Answer</summary>
# <p>−log(1/10) = log 10, about 2.3: the first loss above is near it. If the first loss is far higher, the network is
# sure of wrong answers. 87 steps use 1,392 images, so the 88th is needed for the last five. Using every image once is
# an <em>epoch</em>: 88 steps. 60 + 880 + 2,570 = 3,510 parameters.</p>
# </details>
#
# ## 5. Write it
#
# ### Exercise 2: the step
#
# The rule of section 2, $v \leftarrow \mu \, v + g$ and $\theta \leftarrow \theta - \eta \, v$, for all parameters of a
# network. Parameters, gradients and velocities come as lists of arrays, in the same order.


# %% exercise="sgd_step"

# %% check="sgd_step"
check(sgd_step)

# %% [markdown]
# **What a rate and a momentum do.** Here is your step on a loss with two parameters: a long narrow valley, seen from
# above, 40 steps from the black square. The minimum is in the middle. Without momentum, a rate that suits the steep
# direction is slow along the valley. With momentum, the steps along the valley add up. In the last column the rate is
# too large: the steps across the valley grow until they leave the picture.

# %%
fig, axes = plt.subplots(2, 3, figsize=(9.2, 3.6), layout="constrained")
for row, momentum, rates in ((axes[0], 0.0, (0.01, 0.1, 0.17)), (axes[1], 0.9, (0.002, 0.02, 0.32))):
    for ax, lr in zip(row, rates, strict=True):
        point, velocity = [np.array([-9.0, 1.5])], [np.zeros(2)]
        points = [point[0]]
        for _ in range(40):
            slope = point[0] * np.array([1.0, descent.STEEP])  # the gradient of x² / 2 + 6 y²
            point, velocity = sgd_step(point, [slope], lr, momentum, velocity)
            points.append(point[0])
        descent.path(np.array(points), ax, f"momentum {momentum:g}, rate {lr:g}")
plt.show()

# %% [markdown]
# Find the rate that ends nearest to the minimum, for each momentum. What do you expect of a momentum of 0.99?


# %%
def forty_steps(ax, momentum, rate):
    point, velocity, points = [np.array([-9.0, 1.5])], [np.zeros(2)], [np.array([-9.0, 1.5])]
    for _ in range(40):
        slope = point[0] * np.array([1.0, descent.STEEP])
        point, velocity = sgd_step(point, [slope], rate, momentum, velocity)
        points.append(point[0])
    descent.path(np.array(points), ax, f"after 40 steps: {descent.valley(points[-1]):.2g} above the minimum")


about = "With a good momentum the path is nearly at the minimum after 40 steps; with 0.99 it still oscillates."
choices = {"momentum": [0.0, 0.5, 0.9, 0.99], "rate": [0.02, 0.05, 0.1, 0.15]}
course.explore(forty_steps, description=about, figsize=(5.6, 2.6), **choices)

# %% [markdown]
# ### The layers
#
# The network is built of layers. The next cell has short versions of the layers of chapter {{counting}}, in case you
# have not solved all of them. You can continue without reading it. **Better, use your own**: add a cell below it and paste
# your six classes there. They replace these, here and when you are graded. The helpers that your classes need, `pair`,
# `windows` and `put_back`, are in this cell.


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
        self.padding = pair(padding)

    def forward(self, input):
        self.shape, size = input.shape, self.weight.shape[2:]
        self.seen = windows(input, size, (1, 1), self.padding)
        output = np.einsum("nchwij,ocij->nohw", self.seen, self.weight, optimize=True)
        return output + self.bias[:, None, None]

    def backward(self, grad_output):
        self.grad_weight = np.einsum("nohw,nchwij->ocij", grad_output, self.seen, optimize=True)
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        grad_seen = np.einsum("nohw,ocij->nchwij", grad_output, self.weight, optimize=True)
        return put_back(grad_seen, self.shape, (1, 1), self.padding)


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
# ### Exercise 3: the network
#
# Build the network of section 2 with these layers. So that it can start with the parameters of another network, it
# takes a list of arrays in the order of `parameters()`: weight and bias of the first layer, then of the next. **Copy**
# their numbers into the layers' own arrays. If a layer used the given arrays themselves, training would overwrite
# `start`, which later cells need.


# %% exercise="lenet"

# %% check="lenet"
check(lenet)

# %% [markdown]
# ### Exercise 4: the loop
#
# Batch number $k$, from 0, has the samples from $k \cdot n$ up to, but not including, $(k + 1) \cdot n$. After the last
# sample it continues with the first: with 5 samples and $n = 2$, the batches are 0 1, then 2 3, then 4 0, then 1 2.
# Usually the order is shuffled. Here it is fixed, so that you can compare your losses with PyTorch's. Each step
# overwrites the model's own parameters in place: `p[...] = new`. An assignment `p = new` would only give the name
# another array.


# %% exercise="train"

# %% [markdown]
# The check begins with a network of one `Linear` whose parameters are 0, and looks at its losses and its parameters
# after one, two and three steps. Then it trains your network several times, the last time for 300 steps. It takes a few
# seconds.

# %% check="train"
check(train)

# %% [markdown]
# ### First of all: overfit one batch
#
# Before you train your own network for an hour, train it on **one batch**, always the same. It must learn these
# few images by heart: the loss comes near 0. If it does not, there is a mistake in the network, the gradients or the
# step, and more data would not help. This test takes a second and finds most mistakes.

# %%
by_heart = lenet(start)
one_batch = train(by_heart, (train_images[:16], train_labels[:16]), lr=0.05, momentum=0.9, batch_size=16, steps=60)
print("loss, every 10 steps:", " ".join(f"{loss:.3f}" for loss in one_batch[::10]))

# %% [markdown]
# ### Which learning rate?
#
# Then try several rates, each about three times the one before, for a few steps. Take one of the largest with which the
# loss still falls steadily.
#
# **Predict:** six rates from 0.001 to 0.3, 60 steps each. With which is the loss lowest at the end, and with which is
# it no better than guessing?

# %%
sweep = {}
for lr in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3):
    sweep[lr] = train(lenet(start), (train_images, train_labels), lr, momentum=0.9, batch_size=16, steps=60)

fig, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
descent.losses_by_rate({lr: np.convolve(losses, np.ones(8) / 8, "valid") for lr, losses in sweep.items()}, ax)
plt.show()

# %% [markdown]
# Each line is a mean over eight steps. Small rates get nowhere in 60 steps. With the largest one the loss is no better
# than guessing, $\log 10$: the first steps moved the parameters so far that the network does not recover.
#
# ### Adam, in one cell
#
# *Adam* is the optimizer that you will meet most often. It keeps two averages for each parameter, in which older steps
# have less weight: of the gradient, like a momentum, and of the gradient's square. It divides one by the root of the
# other, so every parameter moves by about the learning rate, whatever the size of its gradient. Here it is, with your
# network, next to PyTorch's.

# %%
mean, square = ([np.zeros(array.shape) for array in start] for _ in range(2))
model, lr, beta1, beta2 = lenet(start), 0.005, 0.9, 0.999
theirs.load_state_dict(dict(zip(theirs.state_dict(), map(torch.tensor, start), strict=True)))
optimizer = torch.optim.Adam(theirs.parameters(), lr=lr)
adam = {"PyTorch": [], "yours": []}
for step in range(1, 61):
    rows = np.arange((step - 1) * 16, step * 16) % len(train_images)
    loss, grad = cross_entropy_loss(model.forward(train_images[rows]), train_labels[rows])
    model.backward(grad)
    for p, g, m, v in zip(model.parameters(), model.gradients(), mean, square, strict=True):
        m[...] = beta1 * m + (1 - beta1) * g
        v[...] = beta2 * v + (1 - beta2) * g**2
        # both means began at 0, and are too small at first: divided by what they have seen so far
        p[...] = p - lr * (m / (1 - beta1**step)) / (np.sqrt(v / (1 - beta2**step)) + 1e-8)
    optimizer.zero_grad()
    their_loss = torch.nn.functional.cross_entropy(theirs(X[rows]), t[rows])
    their_loss.backward()
    optimizer.step()
    adam["yours"].append(loss)
    adam["PyTorch"].append(their_loss.item())

print("the losses of 60 steps are PyTorch's:", np.allclose(adam["yours"], adam["PyTorch"], rtol=1e-4))
print(f"loss after 60 steps: {adam['yours'][-1]:.3f} with Adam, {sweep[0.03][-1]:.3f} with momentum")

# %% [markdown]
# Its variant AdamW, with which language models are trained, is an exercise of the chapter on language models.
#
# ### Exercise 5: how good is it?
#
# The network's answer for an image is the digit with the largest logit. The softmax would not change which one that is.
# The **accuracy** is the share of right answers: 0.5 if half of them are right.


# %% exercise="accuracy"

# %% check="accuracy"
check(accuracy)

# %% [markdown]
# ## 6. Look at it
#
# Your loop with your network, from PyTorch's initial parameters. The pale line is PyTorch, the thin one is yours.

# %%
mine = lenet(start)
my_losses = train(mine, (train_images, train_labels), lr=0.05, momentum=0.9, batch_size=16, steps=50)

gap = np.abs(np.array(my_losses) / their_losses - 1).max()
print(f"largest relative difference in 50 steps: {gap:.0e}")

fig, ax = plt.subplots(figsize=(7, 3), layout="constrained")
figures.losses({"PyTorch": np.array(their_losses), "yours": np.array(my_losses)}, ax)
plt.show()

# %% [markdown]
# Now train it longer, with batches of 32, and test it with unseen digits.

# %%
began = time.perf_counter()
mine = lenet(start)
losses = train(mine, (train_images, train_labels), lr=0.05, momentum=0.9, batch_size=32, steps=500)
under_a_minute = time.perf_counter() - began < 60

fig, ax = plt.subplots(figsize=(7, 2.8), layout="constrained")
figures.smoothed(np.array(losses), ax, guessing=np.log(10))
plt.show()
print("trained in under a minute:", under_a_minute)
print(f"training digits: {accuracy(mine, train_images, train_labels):.1%} right")
print(f"unseen digits:   {accuracy(mine, test_images, test_labels):.1%} right")

# %% [markdown]
# Each dot is the loss of one batch, and the line is the mean of 25 of them. Single batches say little, because some
# are easy and some are hard.
#
# The network is a little worse for unseen digits than for the digits it was trained on. The difference is memorization,
# or *overfitting*.
#
# Which digits does it confuse? Right answers are grey. Every count off the diagonal is a mistake. A darker cell means
# more of these mistakes.

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
# The first layer has six kernels of 3 by 3. They were learned from the data. Blue is positive, orange is negative.
# Below each kernel is what it gives for the first unseen digit, before the ReLU: blue where the image looks like the
# kernel.

# %%
responses = mine.layers[0].forward(test_images[:1])[0]
fig, axes = plt.subplots(2, 6, figsize=(8.4, 2.8), layout="constrained")
figures.kernels(mine.layers[0].weight, responses, axes)
plt.show()

# %% [markdown]
# **Watch the probabilities during training.** One unseen digit, and the probability of each class, every ten steps.
# Press *Play*. The bar of the right class is blue.

# %%
chosen = int(np.flatnonzero(test_labels == 8)[0])
watched, shares = lenet(start), []
for part in range(11):
    logits = watched.forward(test_images[chosen : chosen + 1])[0]
    shares.append(np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum())
    seen = np.arange(part * 160, (part + 1) * 160) % len(train_images)
    train(watched, (train_images[seen], train_labels[seen]), 0.05, 0.9, 16, 10)

figure = Figure(figsize=(5.2, 2.2))
figure.subplots_adjust(left=0.02, right=0.98, bottom=0.12, top=0.88)
panels = figure.subplots(1, 2, width_ratios=(1, 2))


def draw_belief(frame):
    for ax in panels:
        ax.clear()
    figures.beliefs(test_images[chosen, 0], shares[frame], 8, panels)
    panels[1].set_title(f"after {10 * frame} steps")


motion(figure, draw_belief, len(shares), description="ten probabilities during training")

# %% [markdown]
# ## 7. Backwards
#
# You have already written every gradient of this chapter: for the loss in chapter {{softmax_and_losses}}, for the
# layers in chapters {{linear}}, {{activations}}, {{padding_and_stride}} and {{pooling}}. Together they are
# *backpropagation*: each layer takes the gradient of its output and passes the gradient of its input to the layer
# before.
#
# There is one test for all of them. Change one parameter by a tiny $h$ in both directions. The change of the loss,
# divided by $2h$, must be close to the gradient.

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
# This test is simple and slow: two forward passes for every parameter. Backpropagation gives all 3,510 gradients with
# one forward and one backward pass.
#
# ## 8. What goes wrong
#
# Here is a loop that loses its velocity: in every step it uses the gradient instead of the old velocity, so it moves
# by $\eta (\mu g + g)$. This is what the check says. (A velocity that is reset to 0 in every step would give $\eta g$:
# no momentum at all.)


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
# ### Exercise 6: four broken trainings
#
# Each picture is a training of this network in which **one** thing was wrong. The grey line is the loss of each batch,
# the black one is the loss of 400 unseen digits. The loss of guessing is $\log 10$, about 2.3.

# %%
fig, axes = plt.subplots(1, 4, figsize=(9.6, 2.6), sharey=True, layout="constrained")
figures.curves_to_diagnose(loss_curves(), axes)
plt.show()

# %% [markdown]
# What was wrong? Choose one of these six causes for each picture; two of them are left over.
#
# | write | meaning |
# |:--|:--|
# | `"rate too high"` | the learning rate is far too high |
# | `"rate too low"` | the learning rate is far too low |
# | `"no update"` | the new parameters are computed, and never reach the model |
# | `"overfitting"` | there are few training images, and the network learns them by heart |
# | `"labels shuffled"` | the labels don't belong to the images |
# | `"wrong sign"` | each step goes along the gradient, not against it |

# %% exercise="cause_of_curve"
cause_of_curve = {
    "A": ...,
    "B": ...,
    "C": ...,
    "D": ...,
}

# %% check="cause_of_curve"
check(cause_of_curve, "cause_of_curve")

# %% [markdown]
# ### Find the bug
#
# This function fits a line, $y = w x + b$. It is one layer with one input. The loss falls at first, then it rises
# again and again. Repair it.


# %% exercise="repair_fit"

# %% check="repair_fit"
check(repair_fit)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The gradients were added with <code>+=</code> and never reset to zero. So each step used the sum of all gradients
# so far, like a momentum of 1: the line overshoots and comes back.</p>
# <p>PyTorch's <code>backward()</code> also adds to the stored gradients. That is useful if an array is used twice. It
# is why every loop begins with <code>optimizer.zero_grad()</code>.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | `p = new`, which does not change the model's array | the loss never falls |
# | the mean of the loss, but the gradient of its sum | steps too large by a factor of the batch size; the loss explodes |
# | the wrong sign of the step | the loss grows from the first step on |
# | gradients not reset | the loss oscillates and gets worse |
# | softmax before a loss that has its own | training is slow, and the loss stays high |
# | accuracy on the training data alone | a number that is too good |

# %% [markdown]
# ### In your own words
#
# After 10 epochs the training loss is 0.01, and 96 % of the held-out images are right. After 30 epochs the training
# loss is 0.0001, and 95 % are right. What is happening, and what could you do? A colleague picks the number of epochs
# that gives the best result on the held-out images and reports that result. What is wrong with this number? Answer in
# two or three sentences.

# %% [markdown] question="still_falling"
# <details><summary>Model answer and rubric</summary>
# <p>The network begins to learn the training images by heart, which does not help with others: it overfits. Stop
# earlier, use dropout or more images, or a smaller network. If the held-out images decide when to stop, they were used
# for a choice, and the result is better than on images that played no part in it. Choose the number of epochs with one
# part of the held-out images, and report the result on the other part.</p>
# <ul><li>1 point: it overfits: it learns what is special about the training images.</li>
# <li>1 point: a remedy, such as stopping earlier, dropout, more images or a smaller network.</li>
# <li>1 point: the held-out images were used for the choice, so the reported number is too good.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - A step is: forward pass, loss, backward pass, update. Training is many steps.
# - The loss of an untrained network for ten classes is near $\log 10$.
# - Momentum keeps a sum of gradients in which older ones have less weight: $v \leftarrow \mu v + g$,
#   $\theta \leftarrow \theta - \eta v$.
# - First overfit one batch, then look for a learning rate, then train.
# - What counts is the accuracy on unseen data.
# - From the same initial weights, NumPy and PyTorch take the same steps.
#
# ### Elsewhere
#
# | library | what is different |
# |:--|:--|
# | PyTorch | `SGD(momentum)`: the learning rate multiplies the velocity; gradients add up until `zero_grad()` |
# | Keras | `SGD(momentum)`: the learning rate is inside the velocity, which matters when it changes |
# | JAX, with Optax | `optax.sgd`: gradients are the result of a function, so there is nothing to reset |
#
# ### The data
#
# The images were collected by E. Alpaydin and C. Kaynak, and come from the UCI Machine Learning Repository (CC BY 4.0).
#
# ### Further reading
#
# - [torch.optim.SGD](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html) in PyTorch's documentation.
# - LeCun, Bottou, Bengio and Haffner, *Gradient-Based Learning Applied to Document Recognition* (1998): LeNet-5.
# - Goodfellow, Bengio and Courville, *Deep Learning*,
#   [chapter 8](https://www.deeplearningbook.org/contents/optimization.html): optimization.
