# %% [markdown]
# # {{transformer}} · Transformer: look around, then think
#
# At the end of this chapter you will have written a whole encoder layer in NumPy, equal to PyTorch's, from the parts
# of the chapters before. You will know why words need positions, what the residual connections are for, and how a
# language model writes a text word by word.
#
# You need chapters {{linear}} (linear), {{normalization}} (layer norm) and {{attention}} (attention). Plan two and a
# half hours, in two sittings: sections 1 to 5, then 6 to 9.
#
# Run the cells from top to bottom with Shift+Enter. Six of them are exercises, and each has a check right below:
# run it as often as you like. When you are stuck, `hint("feed_forward")` gives one step of help, and
# `solution("feed_forward")` gives the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads PyTorch and the drawings. The demonstrations need them. Your own code uses NumPy alone.

# %%
import torch
from matplotlib.figure import Figure
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary

import course
from course.figures import transformer as figures
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits
#
# Here is the layer's row of the summary table.

# %%
table("TransformerEncoderLayer")

# %% [markdown]
# Attention, chapter {{attention}}, lets every word of a sentence look at every other: its query meets their keys, and
# it takes a mean of their values. A **transformer** is built around attention. One encoder layer has two parts.
#
# - **Attention**: the words exchange information.
# - **A feed-forward part**: two linear layers that process each word separately.
#
# Each part has a **residual connection**, which adds the part's input to its output, and a layer norm. Nothing else.
# Transformers are used to read text (translation, search), to write text (with the causal mask of chapter
# {{attention}}), and for images, which are cut into patches that are used like words. A large language model is a
# stack of dozens of such layers.
#
# It is an **inner layer**. Before the first, an embedding turns words into numbers, and positions are added. After the
# last, a linear layer computes the result, such as a score for each word that could come next.

# %%
fig, ax = plt.subplots(figsize=(9.6, 1.5), layout="constrained")
figures.model(ax)
plt.show()

# %% [markdown]
# ## 2. Formula and shapes
#
# This is the order of the first transformers, and PyTorch's default:
#
# $$
# A = \mathrm{LayerNorm}_1(X + \mathrm{attention}(X))
# \qquad
# Y = \mathrm{LayerNorm}_2(A + \mathrm{forward}(A))
# $$
#
# Both norms come **after** a sum: this order is called *post-norm*. Most models today put each norm **before** its
# part and do not normalize the sums. That is *pre-norm*:
#
# $$
# A = X + \mathrm{attention}(\mathrm{LayerNorm}_1(X))
# \qquad
# Y = A + \mathrm{forward}(\mathrm{LayerNorm}_2(A))
# $$
#
# The feed-forward part is two linear layers with a ReLU between them:
#
# $$
# \mathrm{forward}(X) = \max(0, \; X W_1^T + b_1) \, W_2^T + b_2
# $$

# %%
fig, axes = plt.subplots(2, 1, figsize=(8.6, 3.6), layout="constrained")
figures.layer_order(axes[0], norm_first=False)
figures.layer_order(axes[1], norm_first=True)
plt.show()

# %% [markdown]
# Follow the residual connections with a finger. Above, each of them ends in a norm. Below, there is a path from the
# far left to the far right with nothing but two plus signs. Section 6 shows what follows from it.
#
# In this chapter,
#
# - $n$ is the batch size: how many sentences,
# - $l$ is the length: how many positions a sentence has, one for each word,
# - $d_m$ is the number of features of a position, in and out; PyTorch calls it `d_model`,
# - $d_f$ is the number of hidden features of the feed-forward part; PyTorch calls it `dim_feedforward`.
#
# | array | shape | |
# |:--|:--|:--|
# | input $X$, output $Y$ | $(n, l, d_m)$ | the same, so layers can be stacked |
# | `self_attn.in_proj_weight`, `in_proj_bias` | $(3 d_m, d_m)$, $(3 d_m{,})$ | query, key and value, in this order |
# | `self_attn.out_proj.weight`, `out_proj.bias` | $(d_m, d_m)$, $(d_m{,})$ | after the heads are merged |
# | `linear1.weight`, `linear1.bias` | $(d_f, d_m)$, $(d_f{,})$ | $W_1$ and $b_1$ |
# | `linear2.weight`, `linear2.bias` | $(d_m, d_f)$, $(d_m{,})$ | $W_2$ and $b_2$ |
# | `norm1.weight`, `norm1.bias` | $(d_m{,})$ each | the attention's norm |
# | `norm2.weight`, `norm2.bias` | $(d_m{,})$ each | the feed-forward part's norm |

# %% [markdown]
# ## 3. See it in PyTorch
#
# Two sentences of five words, each word 64 numbers.

# %%
torch.manual_seed(0)
layer = torch.nn.TransformerEncoderLayer(d_model=64, nhead=8, dim_feedforward=256, batch_first=True)
layer.eval()  # without dropout
X = torch.randn(2, 5, 64)
layer(X).shape

# %% [markdown]
# `batch_first=True` means that the sentences are the first axis. PyTorch's default is $(l, n, d_m)$. If you forget it,
# words of *different* sentences look at each other. There is no error.
#
# Its parameters are the twelve arrays of the table above.

# %%
for name, parameter in layer.state_dict().items():
    print(f"{name:26} {tuple(parameter.shape)}")

# %%
summary(layer, input_size=(2, 5, 64))

# %% [markdown]
# 49,984 parameters. The attention has 16,640 of them, the feed-forward part nearly twice as many: 33,088.
#
# The mult-adds of this summary are far too low. torchinfo counts each linear layer for one position instead of five,
# and does not count the attention at all. PyTorch's own counter does, and gives twice the number of multiplications.
# Below is the count by hand: four projections, two linear layers, and for each pair of positions a score and a
# multiplication with a value.

# %%
n, length, d_m, d_f = 2, 5, 64, 256
with FlopCounterMode(display=False) as counter:
    layer.train()(X)
layer.eval()
print("torchinfo    ", summary(layer, input_size=(2, 5, 64), verbose=0).total_mult_adds)
print("flop counter ", counter.get_total_flops() // 2)
print("by hand      ", n * length * (4 * d_m * d_m + 2 * d_m * d_f + 2 * length * d_m))

# %% [markdown]
# ## 4. Predict, then run
#
# The layer of the original paper has $d_m = 512$, 8 heads and $d_f = 2048$. The input is 4 sentences of 10 words.
# Write down your answers first.
#
# 1. What is the shape of the output?
# 2. What is the shape of `in_proj_weight`?
# 3. How many parameters does the layer have with 16 heads instead of 8: fewer, as many, or more?
# 4. The sentences get twice as long. How many parameters does it have then?

# %%
paper = torch.nn.TransformerEncoderLayer(512, 8, 2048, batch_first=True).eval()
more_heads = torch.nn.TransformerEncoderLayer(512, 16, 2048, batch_first=True)


def count(module):
    return f"{sum(p.numel() for p in module.parameters()):,}"


print("1. output", tuple(paper(torch.randn(4, 10, 512)).shape))
print("2. in_proj_weight", tuple(paper.self_attn.in_proj_weight.shape))
print("3. 8 heads", count(paper), "  16 heads", count(more_heads))
print("4. twice as long", tuple(paper(torch.randn(4, 20, 512)).shape), count(paper))

# %% [markdown]
# One more. The words of a sentence are shuffled. What happens to the layer's output?
#
# <details><summary>Answer</summary>
# <p>The outputs are shuffled in the same way, and do not change otherwise. A word's query is compared with the same
# keys as before, only in another order, and a weighted mean does not depend on the order. The next cell shows it.</p>
# </details>

# %%
order = [3, 0, 4, 1, 2]
torch.allclose(layer(X[:, order]), layer(X)[:, order], atol=1e-6)

# %% [markdown]
# ## 5. Write it
#
# *The dog bites the man* and *the man bites the dog* are the same for a layer that does not know the order. So every
# word needs information about its position. The first transformers **add** to each word's features a row of numbers
# that depends only on its position. For position $t$, columns $2i$ and $2i + 1$ of it are
#
# $$
# P_{t, 2i} = \sin\!\left(\frac{t}{10000^{2i/d}}\right)
# \qquad
# P_{t, 2i+1} = \cos\!\left(\frac{t}{10000^{2i/d}}\right)
# $$
#
# Think of a clock with many hands. Each pair of columns is one hand, seen from the side and from above. The first hand
# turns by 1 radian from each position to the next; the following hands turn more and more slowly.
#
# ### Exercise 1: positions
#
# Even columns hold sines, odd columns cosines. Both columns of a pair have the **same** angle.


# %% exercise="positional_encoding"

# %% check="positional_encoding"
check(positional_encoding)

# %% [markdown]
# With positions, the order matters: the same test as above is now False.

# %%
positions = torch.tensor(positional_encoding(5, 64), dtype=torch.float32)
torch.allclose(layer(X[:, order] + positions), layer(X + positions)[:, order], atol=1e-6)

# %% [markdown]
# ### Exercise 2: the feed-forward part
#
# Attention only computes means of values. This part transforms the features of each word: from $d_m$ to $d_f$
# features, a ReLU, and back. It does the same at every position, and no position sees another. The weights have
# PyTorch's shapes.


# %% exercise="feed_forward"

# %% check="feed_forward"
check(feed_forward)

# %% [markdown]
# ### Exercise 3: the encoder layer
#
# Now put it together from three small functions. This is the longest exercise of the chapter, so write and test one
# function at a time: first the norm, then the attention, then the layer.
#
# - **Norm.** For each position: minus the mean of its $d_m$ features, divided by $\sqrt{\text{variance} + 10^{-5}}$,
#   times weight, plus bias. The variance is the plain mean of the squares (chapter {{normalization}}).
# - **Attention**, with query, key and value from the same $X$ (chapter {{attention}}). The table shows the shapes
#   after each step.
# - **Forward**, as in exercise 2.
# - **The order.** Two lines for post-norm, two for pre-norm: they are the formulas of section 2.
#
# | step of the attention | shape |
# |:--|:--|
# | project with `in_proj` | $(n, l, 3 d_m)$ |
# | query, key and value, each | $(n, l, d_m)$ |
# | each in heads, with $d_k = d_m$ / `num_heads` | $(n, \text{heads}, l, d_k)$ |
# | query times key, divided by $\sqrt{d_k}$: scores | $(n, \text{heads}, l, l)$ |
# | softmax over the last axis, times value | $(n, \text{heads}, l, d_k)$ |
# | heads merged, then `out_proj` | $(n, l, d_m)$ |
#
# Functions inside a function keep this readable, and they can use `params`. You may also call your functions from
# earlier exercises of this notebook, such as `feed_forward`; they have to be right, too.


# %% exercise="transformer_encoder_layer"

# %% check="transformer_encoder_layer"
check(transformer_encoder_layer)

# %% [markdown]
# The check compares with PyTorch on small arrays. Here is your layer with the parameters and the sentences of section
# 3.

# %%
params = {name: parameter.numpy() for name, parameter in layer.state_dict().items()}
np.allclose(transformer_encoder_layer(X.numpy(), params, num_heads=8), layer(X).detach().numpy(), atol=1e-5)

# %% [markdown]
# ### Exercise 4: its parameters
#
# Count them from the sizes. Section 4 shows how `num_heads` affects the number.


# %% exercise="transformer_num_parameters"

# %% check="transformer_num_parameters"
check(transformer_num_parameters)

# %% [markdown]
# ### Exercise 5: word after word
#
# A **language model** takes tokens (numbers for words), and returns for each position a row of logits: a score for
# every word that could come *next*. This is how to write text with it: take the last row, find its highest score,
# append that word, and repeat with the longer text. This is *greedy* decoding.
#
# The model is passed as a function. `logits_fn(tokens)` takes an array of shape $(t{,})$ and returns an array of shape
# $(t, \text{words})$. It may depend on all tokens, so pass them all.


# %% exercise="greedy_decode"

# %% check="greedy_decode"
check(greedy_decode)

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### The positions
#
# Sixty positions with 32 columns each. From left to right the waves get slower and slower. The columns on the right
# hardly change over sixty positions.

# %%
P = positional_encoding(60, 32)

fig, axes = plt.subplots(1, 2, figsize=(9.2, 3.6), layout="constrained")
figures.encoding(P, axes[0])
figures.similarity(P @ P.T / 16, axes[1])
plt.show()

# %% [markdown]
# On the right is the dot product of every position's row with every other's, divided by 16. It is 1 for a position
# with itself, and less elsewhere. The ripples come from the fastest hand of the clock: after 6 steps it has made
# nearly a full turn. Along each diagonal the product is the same: it depends on **how far apart** two positions are,
# not on where they are.
#
# There is more. One matrix maps the row of *every* position to the row of the position before it. Here we find it with
# least squares.

# %%
P = positional_encoding(200, 16)
step_back = np.linalg.lstsq(P[1:], P[:-1], rcond=None)[0]
print("one matrix", step_back.shape, "for all of them:", np.allclose(P[1:] @ step_back, P[:-1]))

# %% [markdown]
# It turns every hand of the clock back by one step. Queries and keys are also computed by matrices. So a head can
# learn to *look at the word before*. Next we build such a head.
#
# ### Two heads, built by hand
#
# In this layer we choose all weights ourselves. A word has 27 features: its position (16), which word it is (5,
# one-hot), and its position again (6, one-hot). Each feature is repeated with the opposite sign. So the mean is 0, the
# variance is the same for every word, and the norm's weight can undo the division.
#
# - Head 0: the query is the position **one step back**, the key is the position.
# - Head 1: query and key are both **which word** it is.
# - The values are the one-hot positions. Their weighted mean *is* the weights, so we can read them off.
#
# The feed-forward part is switched off, with weights of 0.

# %%
words = ["the", "cat", "sat", "on", "the", "mat"]
vocabulary = sorted(set(words))
is_word = np.array([[word == other for other in vocabulary] for word in words], dtype=float)
half = np.hstack([positional_encoding(6, 16), is_word, np.eye(6)])
features = np.hstack([half, -half])[np.newaxis]  # (1, 6, 54)

position, word, place = slice(0, 16), slice(16, 21), slice(21, 27)
query, key, value = np.zeros((3, 54, 54))
query[0:16, position] = 50 * step_back.T  # head 0 has rows 0 to 26
key[0:16, position] = np.eye(16)
query[27:32, word] = 25 * np.eye(5)  # head 1 has rows 27 to 53
key[27:32, word] = np.eye(5)
value[0:6, place] = value[27:33, place] = np.eye(6)

by_hand = {
    "self_attn.in_proj_weight": np.vstack([query, key, value]),
    "self_attn.in_proj_bias": np.zeros(3 * 54),
    "self_attn.out_proj.weight": np.eye(54),
    "self_attn.out_proj.bias": np.zeros(54),
    "linear1.weight": np.zeros((1, 54)),
    "linear1.bias": np.zeros(1),
    "linear2.weight": np.zeros((54, 1)),
    "linear2.bias": np.zeros(54),
    "norm1.weight": np.full(54, features.std(axis=-1).mean()),
    "norm1.bias": np.zeros(54),
    "norm2.weight": np.ones(54),
    "norm2.bias": np.zeros(54),
}
output = transformer_encoder_layer(features, by_hand, num_heads=2, norm_first=True)
attended = (output - features)[0]  # without the residual connection

fig, axes = plt.subplots(1, 2, figsize=(9.2, 4.1), layout="constrained")
figures.head(attended[:, 0:6], words, axes[0], "head 0: the word before")
figures.head(attended[:, 27:33], words, axes[1], "head 1: the same word")
plt.show()

# %% [markdown]
# In head 0, *cat* looks at the *the* before it, *sat* at *cat*, and so on. The first word has no word before it; its
# own position is most similar to the missing one. In head 1, each *the* looks equally at both: this head does not know
# the order.
#
# In a trained model such weights are not written by hand. But there are heads that look at the word before.
#
# ### A text that writes itself
#
# The smallest language model is a table: how often did word $j$ follow word $i$ in some text? Each row's logarithms
# are the logits. Such a model, a *bigram*, uses only the last word.

# %%
text = "the cat sat on the mat . the dog sat on the log . the cat saw the dog ."
said = text.split()
vocab = sorted(set(said))
counts = np.zeros((len(vocab), len(vocab)))
for k in range(len(said) - 1):
    counts[vocab.index(said[k]), vocab.index(said[k + 1])] += 1
bigrams = np.log(counts + 0.1)


def bigram_model(tokens):
    return bigrams[tokens]


written = greedy_decode(bigram_model, np.array([vocab.index("the")]), 12)
print(" ".join(vocab[token] for token in written))

# %% [markdown]
# Press *Play*. Each frame is one call of the model.

# %%
figure = Figure(figsize=(7.2, 2.8), layout="constrained")
ax = figure.subplots()


def frame(k):
    so_far = written[: k + 1]
    figures.next_word([vocab[token] for token in so_far], bigram_model(so_far)[-1], vocab, ax)


motion(figure, frame, 10, description="Word by word, the highest bar is taken, and the text runs in a circle.")

# %% [markdown]
# Note two things. After *the*, *cat* and *dog* are equally likely, and *cat* comes first in the list, so it is chosen
# every time. And the text repeats itself. The model only sees the last word, the same word gives the same choice, and
# greedy decoding never tries another. Large models see more than one word, and still get into such loops. This is why
# text is often *sampled*, each word with its probability, as in chapter {{softmax_and_losses}}'s section on
# temperature.
#
# A transformer that is used like this must not see the words to come. Its attention uses the causal mask of chapter
# {{attention}}; everything else is the layer that you wrote.
#
# ### Deep stacks: where does the norm stand?
#
# Twenty-four of your layers in a row, with PyTorch's random parameters. How large are a position's features after
# each?

# %%
torch.manual_seed(0)
layers = [torch.nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, dropout=0.0) for _ in range(24)]
stack = [{name: p.detach().numpy() for name, p in one.named_parameters()} for one in layers]
start = np.random.default_rng(0).normal(size=(1, 8, 32))

sizes = {}
for label, norm_first in (("post-norm", False), ("pre-norm", True)):
    x = start
    lengths = [np.linalg.norm(x, axis=-1).mean()]
    for one in stack:
        x = transformer_encoder_layer(x, one, 4, norm_first)
        lengths.append(np.linalg.norm(x, axis=-1).mean())
    sizes[label] = np.array(lengths)

fig, ax = plt.subplots(figsize=(6.4, 3.2), layout="constrained")
figures.depth(sizes, ax, "length of a position's features")
ax.set_ylim(bottom=0)
plt.show()

# %% [markdown]
# Post-norm scales them to the same length after every layer. With pre-norm each layer adds something, and the sum is
# never normalized, so they grow. This is why pre-norm models end with one more layer norm after the last layer.

# %% [markdown]
# ## 7. Backwards
#
# A residual connection is a sum, and its gradient is simple. For $Y = X + f(X)$, with $G$ the gradient with respect to
# $Y$:
#
# $$
# \frac{\partial L}{\partial X} = G + J_f^T \, G
# $$
#
# $J_f^T G$ is the gradient through $f$. The first $G$ is passed on unchanged, whatever $f$ does. For the feed-forward
# part, with hidden features $H = \max(0, X W_1^T + b_1)$, it is chapter {{linear}} twice with chapter {{activations}}
# between them:
#
# $$
# J_f^T \, G = \big( (G \, W_2) \odot [H > 0] \big) \, W_1
# $$
#
# Here it is in code, compared with autograd. There is no exercise, because you have already written all of it.

# %%
rng = np.random.default_rng(0)
x, G = rng.normal(size=(2, 2, 3, 4))
w1, b1, w2, b2 = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=(4, 6)), rng.normal(size=4)

through_forward = (G @ w2) * (x @ w1.T + b1 > 0) @ w1
grad_x = G + through_forward

tensors = [torch.tensor(array, requires_grad=True) for array in (x, w1, b1, w2, b2)]
X_, W1, B1, W2, B2 = tensors
Y = X_ + torch.relu(X_ @ W1.T + B1) @ W2.T + B2
np.allclose(grad_x, torch.autograd.grad(Y, X_, torch.tensor(G))[0].numpy())

# %% [markdown]
# Why is this useful? The next cell uses the 24 layers again, post-norm, with the residual connections and **without**
# them. In the forward pass it measures how similar the positions are: the mean cosine of two of them, where 1 means
# that all are the same. In the backward pass it measures the size of the gradient at each layer.


# %%
def without_residuals(one, x):
    x = one.norm1(one.self_attn(x, x, x, need_weights=False)[0])
    return one.norm2(one.linear2(torch.relu(one.linear1(x))))


def with_residuals(one, x):
    return one(x)


alike, gradients = {}, {}
for label, run in (("with residuals", with_residuals), ("without", without_residuals)):
    steps = [torch.tensor(start, dtype=torch.float32, requires_grad=True)]
    for one in layers:
        steps.append(run(one, steps[-1]))
    torch.manual_seed(0)
    grads = torch.autograd.grad(steps[-1], steps, torch.randn(1, 8, 32))
    gradients[label] = np.array([grad.norm().item() for grad in grads])
    unit = [torch.nn.functional.normalize(x[0], dim=1) for x in steps]
    alike[label] = np.array([((u @ u.T).sum().item() - 8) / (8 * 7) for u in unit])

fig, axes = plt.subplots(1, 2, figsize=(9.2, 3.2), layout="constrained")
figures.depth(alike, axes[0], "mean cosine of two positions")
figures.depth(gradients, axes[1], "size of the gradient", logarithmic=True)
plt.show()
for label, along in gradients.items():
    print(f"{label:15} {along[0] / along[-1]:.0%} of the gradient arrives at the input")

# %% [markdown]
# On the left: attention is a mean, and repeated means make everything similar. Without residual connections, all eight
# positions are the same after three layers, so the information about the sentence is lost. With them, that takes far
# longer: each position keeps its own features.
#
# Read the right plot from right to left, in the direction of the backward pass. With residual connections more than
# half of the gradient arrives at the input. Without them, a few hundredths are left.

# %% [markdown]
# ## 8. What goes wrong
#
# The most common mistake in the attention part: features are reshaped into heads directly, without exchanging the axes
# of positions and heads. Every shape is right. Here is a layer with this mistake, and what a check says about it.


# %%
def heads_mixed_up(x, params, num_heads, norm_first=False):
    def layer_norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, positions, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, num_heads, positions, -1) for part in np.split(both, 3, axis=-1))  # here
        scores = np.exp(q @ k.swapaxes(2, 3) / q.shape[-1] ** 0.5)
        mixed = (scores / scores.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, positions, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def think(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if not norm_first:
        x = layer_norm(attend(x) + x, "norm1")
        return layer_norm(think(x) + x, "norm2")
    x = attend(layer_norm(x, "norm1")) + x
    return think(layer_norm(x, "norm2")) + x


course.assess(heads_mixed_up, "transformer_encoder_layer")

# %% [markdown]
# ### Find the bug
#
# The function below is half of a pre-norm layer for a single sentence: $x + \mathrm{forward}(\mathrm{norm}(x))$, one
# position after the other. It was tested with rows that were already normalized, and was right to four digits. In a
# network it is wrong. Many such halves in a row, with random weights: this is the mean length of eight positions'
# features after 1, 2, 4, 8 and 16 of them.
#
# ```
# right   6.8  8.7  9.8 12.3 17.0
# wrong   6.8  7.7  6.7  7.1  7.4
# ```
#
# A pre-norm stack grows, as section 6 has shown. This one does not.
#
# Run the check first, and read what it says. Then repair the function.


# %% exercise="repair_pre_norm"

# %% check="repair_pre_norm"
check(repair_pre_norm)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The line of the norm assigned its result to <code>row</code> again. Two lines later the same name was used for the
# residual connection, but it now held the normalized features. The input was lost.</p>
# <p>Use a new name for the normalized features. For a row with mean 0 and variance 1, and a norm whose weights are 1
# and whose biases are 0, both are nearly the same, which is why the first test passed.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | reshape without transpose for the heads | right shapes, wrong values, except with one head or one position |
# | no division by $\sqrt{d_k}$ | attention that is too sharp: one key gets nearly all the weight |
# | `batch_first` forgotten | words of different sentences look at each other; no error |
# | positions forgotten | the order of the words has no effect |
# | no residual connections | in a deep stack, all positions become the same |
# | the residual connection taken after the norm | the features do not grow with depth; see *Find the bug* |
# | `eval()` forgotten | dropout is active: every call gives another result |

# %% [markdown]
# ### In your own words
#
# One network fills a gap in a text ("the cat ___ on the mat"), another writes a text word by word. Both are built of
# the same layers, and both are trained on whole texts. Why does the second need a causal mask in training, and the
# first not? What would you see if it were left out? Answer in two or three sentences.

# %% [markdown] question="mask_in_training"
# <details><summary>Model answer and rubric</summary>
# <p>When the second network writes, the words to come do not exist. In training they do: without a mask, each position
# could look at the next word, which is what it has to predict. The loss would fall close to 0 by copying, and the
# written text would be useless. For a gap, the words on both sides are there in use as well, so they may be seen.</p>
# <ul><li>1 point: in use, later words do not exist for the network that writes; for a gap both sides are there.</li>
# <li>1 point: without the mask, the word to be predicted can be read in training.</li>
# <li>1 point: so the loss is much too good, and the writing fails.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - An encoder layer is attention, where positions exchange information, and a feed-forward part for each position
#   separately.
# - Each part adds to its input. Without these residual connections, deep stacks lose their input and their gradients.
# - Post-norm normalizes the sums, pre-norm the inputs of the parts. Pre-norm has a direct path through the whole
#   stack.
# - It has $4 (d_m^2 + d_m) + 2 d_m d_f + d_f + d_m + 4 d_m$ parameters, for any number of heads and any length.
# - It knows no order. Positions are added before the first layer, as sines and cosines or otherwise.
#
# ### Elsewhere
#
# | model or library | what is different |
# |:--|:--|
# | PyTorch, `TransformerEncoderLayer` | by default post-norm, ReLU and `batch_first=False` |
# | the same, its `src_mask` | True means *may not look* |
# | `scaled_dot_product_attention`, its `attn_mask` | True means *may look* |
# | KerasHub, `TransformerEncoder` | post-norm by default; `normalize_first=True` for pre-norm |
# | BERT | post-norm, GELU, learned positions, eps 1e-12 |
# | GPT-2 | pre-norm, GELU in its tanh form, learned positions, causal mask |
# | Llama | pre-norm with RMSNorm, a gated feed-forward part with SiLU, positions that rotate queries and keys |
#
# ### Further reading
#
# - [TransformerEncoderLayer](https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html)
#   in PyTorch's documentation.
# - Vaswani and others, [Attention is all you need](https://arxiv.org/abs/1706.03762) (2017): the paper. Section 3.5
#   has the positions.
# - [The Annotated Transformer](https://nlp.seas.harvard.edu/annotated-transformer/): the same paper, line by line in
#   code.
# - Xiong and others, [On layer normalization in the transformer architecture](https://arxiv.org/abs/2002.04745)
#   (2020): post-norm and pre-norm.
# - Dong and others, [Attention is not all you need](https://arxiv.org/abs/2103.03404) (2021): why all positions become
#   the same without residual connections.
