# %% [markdown]
# # {{transformer}} · Transformer: look around, then think
#
# At the end of this chapter you will have written a whole encoder layer in NumPy, equal to PyTorch's, part by part.
# You will know why words need positions and what the residual connections are for. With trained weights, your layer
# will write a nursery rhyme word by word.
#
# You need chapters {{linear}} (linear), {{normalization}} (layer norm) and {{attention}} (attention). Plan about three
# hours, in two sittings: sections 1 to 5, then 6 to 9.
#
# Run the cells from top to bottom with Shift+Enter. Eight of them are exercises, each with a check right below. When
# you are stuck, `hint("feed_forward")` gives one step of help, `solution("feed_forward")` the answer.

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
from course.data import rhyme, rhyme_words, rhyme_writer
from course.figures import transformer as figures
from course.figures.motion import motion
from course.figures.ribbons import residual_gradients

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
# Each part has a **residual connection**, which adds the part's input to its output, and a layer norm. In training
# there is also dropout, which this chapter leaves out.
#
# ## 2. Formula and shapes
#
# The feed-forward part is two linear layers with a ReLU between them:
#
# $$
# \mathrm{forward}(X) = \max(0, \; X W_1^T + b_1) \, W_2^T + b_2
# $$
#
# ### Exercise 1: the feed-forward part
#
# Attention only computes means of values. This part transforms the features of each word: from $d_m$ to $d_f$
# features, a ReLU, and back. It does the same at every position, and uses no other position. $X$ has $n$ sentences of
# $l$ words, $(n, l, d_m)$. The weights have PyTorch's shapes.


# %% exercise="feed_forward"

# %% check="feed_forward"
check(feed_forward)

# %% [markdown]
# ### Where you find it
#
# Transformers are used to read text (translation, search), to write text (with the causal mask of chapter
# {{attention}}), and for images, which are cut into patches that are used like words. A large language model is a
# stack of dozens of such layers.
#
# The encoder layer is an **inner layer**. Before the first, an embedding turns words into numbers, and positions are
# added. After the last, a linear layer computes the result, such as a score for each word that could come next.

# %%
fig, ax = plt.subplots(figsize=(9.6, 1.5), layout="constrained")
figures.model(ax)
plt.show()

# %% [markdown]
# ### The whole layer
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

# %%
fig, axes = plt.subplots(2, 1, figsize=(8.6, 3.6), layout="constrained")
figures.layer_order(axes[0], norm_first=False)
figures.layer_order(axes[1], norm_first=True)
plt.show()

# %% [markdown]
# Follow the residual connections with a finger. Above, each of them ends in a norm. Below, there is a path from the
# far left to the far right that passes only two plus signs. Section 6 shows what follows from it.
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
# Two sentences of five words, each word with 64 features.

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
# 3. How many parameters does the layer have with 16 heads instead of 8: fewer, the same, or more?
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
# that depends only on its position. With $d$ columns in all, columns $2i$ and $2i + 1$ of position $t$ are
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
# ### Exercise 2: positions
#
# Even columns are sines, odd columns cosines. Both columns of a pair have the **same** angle.


# %% exercise="positional_encoding"

# %% check="positional_encoding"
check(positional_encoding)

# %% [markdown]
# With positions, the order matters: the same test as above is now False.

# %%
positions = torch.tensor(positional_encoding(5, 64), dtype=torch.float32)
torch.allclose(layer(X[:, order] + positions), layer(X + positions)[:, order], atol=1e-6)

# %% [markdown]
# ### Exercise 3: the attention
#
# Query, key and value come from the same $X$, so one product with `in_proj_weight` gives all three. The rest is chapter
# {{attention}}; you can take much of it from there.
#
# | step | shape |
# |:--|:--|
# | project with `in_proj` | $(n, l, 3 d_m)$ |
# | query, key and value, each | $(n, l, d_m)$ |
# | each in heads, with $d_k = d_m$ / `num_heads` | $(n, \text{heads}, l, d_k)$ |
# | query times key, divided by $\sqrt{d_k}$: scores | $(n, \text{heads}, l, l)$ |
# | softmax over the last axis, times value | $(n, \text{heads}, l, d_k)$ |
# | heads merged, then `out_proj` | $(n, l, d_m)$ |
#
# Scores can be several hundred here, so use a softmax that does not overflow. One thing is new for attention with
# heads: a model that writes a text must not see the words to come. With `is_causal=True`, the scores of later positions
# are $-\infty$ before the softmax, so their weights are 0. You may call functions from earlier exercises of this
# notebook. To use one from chapter {{attention}}, copy it into the cell.


# %% exercise="self_attention"

# %% check="self_attention"
check(self_attention)

# %% [markdown]
# ### Exercise 4: the residual connection and the norm
#
# The attention and the feed-forward part both have a residual connection and a norm around them. So write these once,
# for any part. `part` is a function of the features, and you call it like any other: `part(x)`.
#
# - **Norm.** For each position: minus the mean of its $d_m$ features, divided by $\sqrt{\text{variance} + 10^{-5}}$,
#   times weight, plus bias. The variance is the plain mean of the squares (chapter {{normalization}}).
# - **Order.** Section 2 has two formulas, one for each order. `norm_first` decides which one applies.


# %% exercise="add_and_norm"

# %% check="add_and_norm"
check(add_and_norm)

# %% [markdown]
# ### Exercise 5: the encoder layer
#
# You have all the parts. Put them together: the attention with its residual connection and `norm1`, then the
# feed-forward part with its residual connection and `norm2`. The arrays are in `params`, by the names of section 2.
#
# `add_and_norm` wants a function of the features alone, and your attention has more arguments. A function inside your
# function can use `params`:
#
# ```python
# def scaled(x):
#     return x * params["scale"]  # a function of x that also uses params
# ```


# %% exercise="transformer_encoder_layer"

# %% check="transformer_encoder_layer"
check(transformer_encoder_layer)

# %% [markdown]
# The check compares with PyTorch on small arrays. Here is your layer with the parameters and the sentences of section
# 3, without and with a causal mask. PyTorch takes the mask as `src_mask`, in which True means *may not look*.

# %%
params = {name: parameter.numpy() for name, parameter in layer.state_dict().items()}
may_not_look = torch.ones(5, 5, dtype=torch.bool).triu(1)
every = transformer_encoder_layer(X.numpy(), params, num_heads=8)
causal = transformer_encoder_layer(X.numpy(), params, num_heads=8, is_causal=True)
print(np.allclose(every, layer(X).detach().numpy(), atol=1e-5))
print(np.allclose(causal, layer(X, src_mask=may_not_look).detach().numpy(), atol=1e-5))

# %% [markdown]
# With the mask, another last word changes nothing at the positions before it.

# %%
other_end = X.numpy().copy()
other_end[:, -1] = 0
same = np.isclose(transformer_encoder_layer(other_end, params, num_heads=8, is_causal=True), causal).all(axis=(0, 2))
print("positions that stay as they were:", same)

# %% [markdown]
# ### Exercise 6: its parameters
#
# Count them from the sizes. Section 4 shows how `num_heads` affects the number.


# %% exercise="transformer_num_parameters"

# %% check="transformer_num_parameters"
check(transformer_num_parameters)

# %% [markdown]
# **Predict:** usually `dim_feedforward` is 4 · `d_model`. Where are most of the parameters then: in the attention, or
# in the feed-forward part? Leave the feed-forward part out, and compare.

# %%
for d in (64, 512, 4096):
    whole, rest = transformer_num_parameters(d, 8, 4 * d), transformer_num_parameters(d, 8, 0)
    print(f"d_model = {d:4}: {whole:11,} parameters, {(whole - rest) / whole:.0%} of them in the feed-forward part")

# %% [markdown]
# ### Exercise 7: word after word
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
# hardly change over sixty positions. Four of the columns are drawn as waves, too: read them from the left edge of the
# image to its right edge.

# %%
P = positional_encoding(60, 32)

fig, axes = plt.subplots(1, 2, figsize=(9.2, 3.6), layout="constrained")
figures.encoding(P, axes[0])
figures.waves(P, (0, 6, 12, 18), axes[1])
plt.show()

# %% [markdown]
# How similar are two positions?

# %%
fig, ax = plt.subplots(figsize=(4.6, 3.6), layout="constrained")
figures.similarity(P @ P.T / 16, ax)
plt.show()

# %% [markdown]
# This is the dot product of every position's row with every other's, divided by 16. It is 1 for a position
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
# The feed-forward part is switched off, with weights of 0. You can continue to the picture without reading the code.

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
# In head 0, *cat* looks at the *the* before it, *sat* at *cat*, and so on. The first word has no word before it, so it
# looks at itself: its own position is the one most similar to the missing one. In head 1, each *the* looks equally at
# both: this head does not know the order.
#
# In a trained model such weights are learned, not written by hand. Many trained models have heads that look at the word
# before.
#
# ### A text that writes itself
#
# Now your layer writes. The course ships the weights of a small model that was trained in PyTorch: an embedding, two
# encoder layers with a causal mask, and a linear layer. It has learned seven verses of *The House That Jack Built*, an
# old nursery rhyme in which each verse repeats the one before.

# %%
verses, vocab = rhyme(), rhyme_words()
print(len(vocab), "words;", len(verses), "verses, such as:")
print(" ".join(verses[3]))

# %% [markdown]
# The model is all you have written: positions, the layer twice, and greedy decoding. What is left is a lookup and a
# linear layer.

# %%
weights = rhyme_writer()
stack = [
    {name.removeprefix(start): array for name, array in weights.items() if name.startswith(start)}
    for start in ("layers.0.", "layers.1.")
]


def writer(tokens):
    x = weights["embedding.weight"][tokens] + positional_encoding(len(tokens), 32)
    x = x[np.newaxis]
    for one in stack:
        x = transformer_encoder_layer(x, one, num_heads=4, is_causal=True)
    return x[0] @ weights["linear.weight"].T + weights["linear.bias"]


def write(model, beginning, length):
    prompt = np.array([vocab.index(word) for word in beginning.split()])
    return [vocab[token] for token in greedy_decode(model, prompt, length)]


print(" ".join(write(writer, "this is the dog", 25)))

# %% [markdown]
# Compare it with the smallest language model, a table: how often did word $j$ follow word $i$ in these verses? Each
# row's logarithms are the logits. Such a model, a *bigram*, uses only the last word.

# %%
counts = np.zeros((len(vocab), len(vocab)))
for verse in verses:
    tokens = [vocab.index(word) for word in verse]
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
bigrams = np.log(counts + 0.1)

print(" ".join(write(lambda tokens: bigrams[tokens], "this is the dog", 12)))

# %% [markdown]
# Several words follow *that* in the rhyme. The table always takes the most frequent one. The transformer looks
# further back: after *the dog that* comes *worried*, after *the rat that* comes *ate*.
#
# Each row of logits becomes probabilities by a softmax. After *this is the*, every verse continues differently, and the
# model has learned that it can't know which one is meant.


# %%
def next_probabilities(so_far):
    logits = writer(np.array([vocab.index(word) for word in so_far]))[-1]
    return np.exp(logits) / np.exp(logits).sum()


fig, ax = plt.subplots(figsize=(8.0, 2.8), layout="constrained")
figures.next_word(["this", "is", "the"], next_probabilities(["this", "is", "the"]), vocab, ax)
plt.show()

# %% [markdown]
# Once the first noun is there, it is sure of every word. Press *Play*: each frame is one call of the model.

# %%
written = write(writer, "this is the malt", 13)
figure = Figure(figsize=(8.0, 3.0))
figure.subplots_adjust(left=0.08, right=0.99, bottom=0.3, top=0.88)
ax = figure.subplots()


def frame(k):
    so_far = written[: k + 4]
    figures.next_word(so_far, next_probabilities(so_far), vocab, ax)


motion(figure, frame, 9, description="Word by word, the most likely word is taken: the verse about the malt.")

# %% [markdown]
# Did it only learn the verses by heart? Here are beginnings that are not in the rhyme.

# %%
print(" ".join(write(writer, "the malt that killed the dog", 15)))
print(" ".join(write(writer, "this is the cat that tossed the maiden", 27)))

# %% [markdown]
# It continues with what it knows about the last words, in an order that was never in the rhyme.
#
# Greedy decoding gives the same text every time. Other words are never tried. This is why text is often *sampled*, each
# word with its probability, as in chapter {{softmax_and_losses}}'s section on temperature.
#
# Predict what comes after the last full stop, then try `write(writer, "jack built .", 12)` in a new cell. Each
# verse ended there, so the model has never seen a word after a full stop, and what it writes means nothing.
#
# ### Deep stacks: where is the norm?
#
# Twenty-four of your layers in a row, with PyTorch's random parameters.
#
# **Predict:** how large are a position's features after each layer, with post-norm and with pre-norm? Look at the
# drawings of section 2 again.

# %%
torch.manual_seed(0)
layers = [torch.nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, dropout=0.0) for _ in range(24)]
deep = [{name: p.detach().numpy() for name, p in one.named_parameters()} for one in layers]
start = np.random.default_rng(0).normal(size=(1, 8, 32))

sizes = {}
for label, norm_first in (("post-norm", False), ("pre-norm", True)):
    x = start
    lengths = [np.linalg.norm(x, axis=-1).mean()]
    for one in deep:
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
# Here $\odot$ multiplies element by element, and $[H > 0]$ is 1 where $H$ is positive and 0 elsewhere: the slope of
# ReLU. This is the code, compared with autograd. There is no exercise, because you have already written all of it.

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
# Here it is as a picture: three such parts with random weights. The ribbons are as wide as the gradient is large. Read
# it from right to left. At each plus sign the gradient is copied: one copy continues unchanged, the other goes through
# the part. Where the part began, the two are added.

# %%
shapes = ((64, 32), (64,), (32, 64), (32,))
parts = [[rng.normal(size=shape) / np.sqrt(shape[-1]) for shape in shapes] for _ in range(3)]
inputs = [rng.normal(size=(1, 4, 32))]
for part in parts:
    inputs.append(inputs[-1] + feed_forward(inputs[-1], *part))

G = rng.normal(size=(1, 4, 32)) / 10
passed, through = [np.linalg.norm(G)], []
for x, (w1, b1, w2, _) in zip(inputs[-2::-1], reversed(parts), strict=True):
    through_part = (G @ w2) * (x @ w1.T + b1 > 0) @ w1
    G = G + through_part
    passed.append(np.linalg.norm(G))
    through.append(np.linalg.norm(through_part))

fig, ax = plt.subplots(figsize=(9.2, 2.0), layout="constrained")
residual_gradients(passed[::-1], through[::-1], ax)
plt.show()

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
# The most common mistake in the attention: features are reshaped into heads directly, without exchanging the axes of
# positions and heads. Every shape is right. Here is an attention with this mistake, and what a check says about it.


# %%
def heads_mixed_up(x, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads, is_causal=False):
    n, positions, d = x.shape
    both = x @ in_proj_weight.T + in_proj_bias
    q, k, v = (part.reshape(n, num_heads, positions, -1) for part in np.split(both, 3, axis=-1))  # here
    scores = q @ k.swapaxes(2, 3) / q.shape[-1] ** 0.5
    later = np.triu(np.ones((positions, positions), dtype=bool), 1)
    scores = np.where(later & is_causal, -np.inf, scores)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (scores / scores.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, positions, d)
    return mixed @ out_proj_weight.T + out_proj_bias


course.assess(heads_mixed_up, "self_attention")

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
# | no causal mask while training to write | a tiny loss, and a model that can't write: it read the answers |
# | no residual connections | in a deep stack, all positions become the same |
# | `eval()` forgotten | dropout is active: every call gives another result |

# %% [markdown]
# ### In your own words
#
# One network fills a gap in a text ("the cat ___ on the mat"), another writes a text word by word. Both are built from
# the same layers, and both are trained on whole texts. Why does the second need a causal mask in training, while the
# first does not? What would you see if it were left out? Answer in two or three sentences.

# %% [markdown] question="mask_in_training"
# <details><summary>Model answer and rubric</summary>
# <p>When the second network writes, the words to come do not exist. In training they do: without a mask, each position
# could look at the next word, which is what it has to predict. The loss would fall close to 0 by copying, and the
# written text would be useless. When a gap is filled, the words on both sides are always known, so they may be
# seen.</p>
# <ul><li>1 point: when a text is written, later words do not exist yet; for a gap, both sides are known.</li>
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
