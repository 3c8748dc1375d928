# %% [markdown]
# # {{attention}} · Attention: every word asks all the others
#
# At the end of this chapter you will have written PyTorch's attention in NumPy: with masks, with many heads, and
# backwards. You will know what queries, keys and values are, and why the formula contains a square root.
#
# You need chapter {{linear}}, and the softmax of chapter {{softmax_and_losses}}. Plan about 135 minutes, in
# two sittings: sections 1 to 5, then 6 to 9.
#
# Run the cells from top to bottom with Shift+Enter. Eight of them are exercises, each with a check right below. When
# you are stuck, `hint("causal_mask")` gives one step of help, `solution("causal_mask")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads what the demonstrations need. Your own code uses NumPy alone.

# %%
import torch
import torch.nn.functional as F
from matplotlib.figure import Figure
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary

import course
from course.figures import attention as figures
from course.figures.motion import motion
from course.figures.projections import STEPS, multi_head

# %% [markdown]
# ## 1. Where it sits
#
# Here are the function, and the layer that is built around it.

# %%
table("scaled_dot_product_attention")

# %%
table("MultiheadAttention")

# %% [markdown]
# > The cat drank the milk because **it** was thirsty.
#
# Who is thirsty? You look back and find the cat. In an attention layer every word can look at every other word. Each
# word comes with three rows of numbers.
#
# - Its **query** says what it looks for.
# - Its **key** says what it has to offer, for others to find.
# - Its **value** is what it passes to the words that look at it.
#
# A word compares its query with all the keys. The better a key matches, the more of that word's value goes into the
# result.
#
# ### Exercise 1: the causal mask
#
# A network that is trained to predict the next word must not see it. A **mask** says which query may look at which key:
# True means *may look*. In a **causal** mask, word $i$ may look at itself and at what comes before it. It is a square
# boolean array with a row for each query.


# %% exercise="causal_mask"

# %% check="causal_mask"
check(causal_mask)

# %% [markdown]
# ### Who looks where?
#
# Attention is an **inner** layer. It exchanges information between positions, and other layers process the result.
# Transformers, in chapter {{transformer}}, consist mostly of attention and linear layers. A convolution also looks at
# other words, but only at a few neighbours, and the cat is five words away from *it*. A linear layer processes each
# word separately. In attention, *where* a word looks is computed from the words themselves.
#
# In a network, three trained matrices compute query, key and value from the features of each word: $q_i = W_q x_i$,
# $k_i = W_k x_i$, $v_i = W_v x_i$. Training changes the matrices; queries and keys are computed again for every
# sentence. Here we write the queries and keys by hand, to see what they do. Each has four numbers: one for animals,
# one for actions, one for drinks, one for states. *Drank* looks for an animal and for a drink. *It* looks for an
# animal, and a little less for a drink.

# %%
words = ["the", "cat", "drank", "the", "milk", "because", "it", "was", "thirsty"]
offers = {"cat": [1, 0, 0, 0], "drank": [0, 1, 0, 0], "milk": [0, 0, 1, 0], "thirsty": [0, 0, 0, 1]}
seeks = {
    "the": [6, 0, 6, 0],
    "cat": [0, 6, 0, 6],
    "drank": [6, 0, 6, 0],
    "milk": [0, 6, 0, 0],
    "because": [0, 6, 0, 6],
    "it": [9, 0, 6, 0],
    "was": [0, 0, 0, 6],
    "thirsty": [9, 0, 0, 0],
}
Q = np.array([seeks[word] for word in words], dtype=float)
K = np.array([offers.get(word, [0, 0, 0, 0]) for word in words], dtype=float)

it = words.index("it")
identity = np.eye(len(words))
looked = F.scaled_dot_product_attention(*map(torch.from_numpy, (Q, K, identity))).numpy()

fig, ax = plt.subplots(figsize=(8, 3))
figures.looks(looked, words, ax, query=it)
plt.show()

# %% [markdown]
# The numbers are **weights**. They add up to 1: *it* takes three quarters of its output from *cat*. A network's
# parameters are also called weights. The weights here are not parameters: they are computed for every sentence.

# %% [markdown]
# ## 2. Formula and shapes
#
# A sentence has $l$ words. Their queries are the rows of a matrix $Q$, their keys the rows of $K$, their values the
# rows of $V$. Output number $i$ is a weighted mean of the values:
#
# $$
# y_i = \sum_j w_{i,j} \, v_j
# \qquad
# w_{i,j} = \frac{e^{s_{i,j}}}{\sum_t e^{s_{i,t}}}
# \qquad
# s_{i,j} = \frac{q_i \cdot k_j}{\sqrt{d_k}}
# $$
#
# Read it from right to left. The **score** $s_{i,j}$ is a dot product: large if query $i$ and key $j$ have a similar
# direction. A softmax over $j$ turns the scores of one query into weights. The output is the mean of the values with
# these weights. In one formula:
#
# $$
# Y = \mathrm{softmax}\left( \frac{Q K^T}{\sqrt{d_k}} \right) V
# $$
#
# In this chapter,
#
# - $n$ is the batch size: how many sentences,
# - $l_q$ is the number of queries, $l_k$ the number of keys: words that look, and words that are looked at,
# - $d_k$ is the size of a query and of a key, $d_v$ the size of a value.
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | $Q$ | $(n, l_q, d_k)$ | `query`, (…, L, E) |
# | $K$ | $(n, l_k, d_k)$ | `key`, (…, S, E) |
# | $V$ | $(n, l_k, d_v)$ | `value`, (…, S, Ev) |
# | scores, weights | $(n, l_q, l_k)$ | |
# | output $Y$ | $(n, l_q, d_v)$ | (…, L, Ev) |
#
# Which sizes must agree? A query is multiplied with each key, so both have $d_k$ numbers. Every key has a value, so
# there are $l_k$ of both. The other sizes are free. The dots in the last column mean any axes in front: a batch, and
# later heads.
#
# If queries, keys and values come from the same words, it is **self-attention**, and $l_q = l_k$. In translation, the
# words of the new sentence look at the original sentence: **cross-attention**.

# %% [markdown]
# ## 3. See it in PyTorch
#
# The core is a function. The sizes are the ones in the table, all different.

# %%
torch.manual_seed(0)
query, key, value = torch.randn(2, 5, 8), torch.randn(2, 7, 8), torch.randn(2, 7, 6)
with FlopCounterMode(display=False) as counter:
    output = F.scaled_dot_product_attention(query, key, value)

print("output", tuple(output.shape))
print("mult-adds, counted", counter.get_total_flops() // 2)
print("2 · 5 · 7 · (8 + 6)", 2 * 5 * 7 * (8 + 6))

# %% [markdown]
# It has no parameters. It takes $n \, l_q \, l_k \, (d_k + d_v)$ mult-adds: $d_k$ for each score, and $d_v$ to
# multiply each weight with a value. Softmax is not counted. A text of twice the length takes **four** times the work.
#
# The layer around it is `torch.nn.MultiheadAttention`. It has the trained matrices that compute queries, keys and
# values from its inputs. It returns two results: the output and the weights.

# %%
layer = torch.nn.MultiheadAttention(embed_dim=64, num_heads=8, batch_first=True)
x, source = torch.randn(2, 5, 64), torch.randn(2, 7, 64)
output, weights = layer(x, source, source)

print("output ", tuple(output.shape))
print("weights", tuple(weights.shape))
print("each row adds up to 1:", torch.allclose(weights.sum(dim=-1), torch.ones(2, 5)))
for name, parameter in layer.named_parameters():
    print(f"{name:15} {tuple(parameter.shape)}")

# %% [markdown]
# Now `torchinfo`.

# %%
summary(layer, input_data=[x, source, source])

# %% [markdown]
# The number of parameters is right: 16,640. The rest is wrong. There are no mult-adds, no bytes for the output, and
# none for the parameters. torchinfo counts only layers that contain no other layers. This one contains a linear layer,
# which is never called: PyTorch uses its weight directly. So torchinfo counts nothing. PyTorch's own counter counts
# the products:

# %%
with FlopCounterMode(display=False) as counter:
    layer(x, source, source)

projections = 2 * 64 * 64 * (5 + 7 + 7 + 5)
core = 2 * 5 * 7 * (64 + 64)
print("mult-adds, torchinfo", summary(layer, input_data=[x, source, source]).total_mult_adds)
print("mult-adds, PyTorch  ", counter.get_total_flops() // 2)
print("by hand             ", projections, "+", core, "=", projections + core)
print("bytes of parameters ", 4 * sum(parameter.numel() for parameter in layer.parameters()))

# %% [markdown]
# ## 4. Predict, then run
#
# Four texts of 100 words go through a self-attention. Each word has 512 numbers, and there are 8 heads. PyTorch's layer
# gives the mean of the heads' weights.
#
# Write down five answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weights?
# 3. How many parameters does the layer have? There are four linear layers in it, from 512 to 512.
# 4. How many does it have with 16 heads?
# 5. How many weights does it compute, in all heads together?

# %%
texts = torch.randn(4, 100, 512)
eight, sixteen = (torch.nn.MultiheadAttention(512, heads, batch_first=True) for heads in (8, 16))
with torch.no_grad():
    output, weights = eight(texts, texts, texts)
    _, each = eight(texts, texts, texts, average_attn_weights=False)

print("1. output", tuple(output.shape))
print("2. weights", tuple(weights.shape))
print("3. parameters", sum(p.numel() for p in eight.parameters()))
print("4. with 16 heads", sum(p.numel() for p in sixteen.parameters()))
print("5. weights in all heads", each.numel(), tuple(each.shape))

# %% [markdown]
# One more, without code. The texts get ten times as long. What happens to the number of parameters, and to the
# number of weights?
#
# <details><summary>Answer</summary>
# <p>The parameters stay the same: every word uses the same matrices. There are a hundred times as many weights,
# because ten times as many words each look at ten times as many words. This is the cost of attention for long
# texts.</p>
# </details>

# %% [markdown]
# ## 5. Write it
#
# First with loops, for one sentence. The code follows the formula.


# %%
def attention_loops(query, key, value):
    l_q, d_k = query.shape
    l_k, d_v = value.shape
    output = np.zeros((l_q, d_v))
    for i in range(l_q):
        powers = [np.exp(sum(query[i] * key[j]) / d_k**0.5) for j in range(l_k)]
        for j in range(l_k):
            output[i] += powers[j] / sum(powers) * value[j]
    return output


attention_loops(Q, K, identity)[it].round(2)

# %% [markdown]
# These are the weights of the first picture. A useful trick: with the identity matrix as values, the output **is**
# the weights, since $W \cdot I = W$.
#
# You can remove the loops, as in chapter {{linear}}. The dot products of every query with every key are a matrix
# product, and so is the weighted sum.
#
# ### Hiding keys
#
# A causal mask hides what comes later. Another mask hides padding: if short sentences are padded to the length of long
# ones, no word should look there.
#
# How do you hide a key? Here are three scores, and the middle one should be hidden. Two ways:

# %%
scores = np.array([2.0, 1.0, -1.0])
ways = {
    "as they are": scores,
    "times 0": scores * np.array([1, 0, 1]),
    "-inf": scores + np.array([0, -np.inf, 0]),
}
for way, changed in ways.items():
    print(f"{way:11}", changed, "weights", np.round(np.exp(changed) / np.exp(changed).sum(), 2))

# %% [markdown]
# A score of 0 is not hidden. It is a score like any other, and even higher than the last one. Only $-\infty$ gets the
# weight $e^{-\infty} = 0$. The weights of the others then add up to 1.
#
# PyTorch's function takes two kinds of masks.
#
# - A **boolean** mask: True means *may look*. Where it is False, the score becomes $-\infty$.
# - A mask of **numbers**: it is added to the scores. 0 changes nothing, $-\infty$ hides, and other numbers increase or
#   decrease the weight of a key.
#
# ### Exercise 2: attention
#
# Write the function, for any axes before the last two. Go step by step, and run the check after each: it tells you
# which kinds of calls are already right.
#
# 1. Scores, softmax, weighted mean, without a mask. `.T` reverses all axes, also the batch's; `swapaxes(-2, -1)`
#    exchanges the last two. Subtract the largest score of each row before `exp`, as in chapter {{softmax_and_losses}}:
#    one of the calls has scores near 800.
# 2. `attn_mask`: boolean (`attn_mask.dtype == bool`) or numbers.
# 3. `is_causal=True`: query $i$ may look at keys 0 to $i$. The scores may be $(l_q, l_k)$ with $l_q \ne l_k$ here, and
#    `np.tri(l_q, l_k)` helps: 1 where a query may look, 0 elsewhere. `attn_mask` is None then.
#
# No query is left without a key: each row of the mask allows at least one.


# %% exercise="scaled_dot_product_attention"

# %% check="scaled_dot_product_attention"
check(scaled_dot_product_attention)

# %% [markdown]
# ### One look is not enough
#
# *Drank* looks for an animal and for a drink. It finds both and takes half of each. But a mean does not show which
# half was the animal. *The cat drank the milk* and *the milk drank the cat* would give the same result.
#
# So let it look twice: once for the animal, once for the drink. This is what **heads** are for. Each head gets a slice
# of the numbers and computes its own attention, with its own softmax. Then the outputs of the heads are concatenated.
#
# $d_m$ is the number of features of a word in the model, PyTorch's `embed_dim`. The heads divide them: with four heads
# and $d_m = 64$, each head has 16. PyTorch's layer has five steps.
#
# 1. Three linear layers compute queries, keys and values, $(n, l, d_m)$ each.
# 2. Split: $(n, l, d_m)$ becomes $(n, \text{heads}, l, d_m / \text{heads})$.
# 3. Attention. For your function the heads are one more axis in front, like the batch.
# 4. Merge: back to $(n, l, d_m)$.
# 5. One more linear layer combines the outputs of the heads.
#
# ### Exercise 3: split the heads
#
# Head 0 gets the first numbers of each word, head 1 the next ones, and so on.


# %% exercise="split_heads"

# %% check="split_heads"
check(split_heads)

# %% [markdown]
# **Predict:** why not `x.reshape(n, num_heads, length, d_m // num_heads)` at once? It has the right shape. Here are
# three words, two heads, and numbers that show where they come from: the tens digit is the word, the ones digit the
# position.

# %%
numbers = np.array([[[10, 11, 12, 13], [20, 21, 22, 23], [30, 31, 32, 33]]])
print(numbers.reshape(1, 2, 3, 2))

# %% [markdown]
# The first head got two numbers of word 1, two more of word 1, and two of word 2. It got none of word 3. `reshape`
# keeps the order of the numbers in memory. It splits them at other points, but does not move them.
#
# ### Exercise 4: merge the heads
#
# This is the inverse of exercise 3.


# %% exercise="merge_heads"

# %% check="merge_heads"
check(merge_heads)

# %% [markdown]
# ### Exercise 5: multi-head attention
#
# Now the whole layer, without a mask. You may call your functions from above.
#
# PyTorch keeps the weights of the first three linear layers in one array, one below the other: `in_proj_weight` has
# shape $(3 d_m, d_m)$. Its first third is for the queries, the second for the keys, the last for the values.
# `np.split` splits it. Remember how a linear layer uses its weight.


# %% exercise="multi_head_attention"

# %% check="multi_head_attention"
check(multi_head_attention)

# %% [markdown]
# Compared with the layer of section 3, with its parameters:

# %%
parameters = {name: parameter.detach().numpy() for name, parameter in layer.named_parameters()}
yours = multi_head_attention(x.numpy(), source.numpy(), source.numpy(), *parameters.values(), num_heads=8)
theirs = layer(x, source, source)[0].detach().numpy()
print("the same as torch.nn.MultiheadAttention:", np.allclose(yours, theirs, atol=1e-5))

# %% [markdown]
# ### Exercise 6: its parameters
#
# Count the parameters of `torch.nn.MultiheadAttention(embed_dim, num_heads)`. Answers 3 and 4 of section 4 help.


# %% exercise="attention_num_parameters"

# %% check="attention_num_parameters"
check(attention_num_parameters)

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### The matrices on the way
#
# Two queries, three keys. Each product is where its rows and columns meet. The first query is framed, with everything
# that is computed from it.

# %%
small_query = np.array([[1.0, 0.0, 2.0, 1.0], [0.0, 1.0, -1.0, 0.0]])
small_key = np.array([[2.0, 0.0, 1.0, 0.0], [0.0, 2.0, 0.0, -1.0], [0.0, 0.0, 1.0, 1.0]])
small_value = np.array([[4.0, 0.0], [0.0, 4.0], [-4.0, 0.0]])

output = scaled_dot_product_attention(small_query, small_key, small_value)
weights = scaled_dot_product_attention(small_query, small_key, np.eye(3))
scores = small_query @ small_key.T / np.sqrt(4)

fig, ax = plt.subplots(figsize=(9, 4.2))
figures.products(small_query, small_key, small_value, scores, weights, output, ax, highlight=0)
plt.show()

# %% [markdown]
# Compute the framed scores: $(1 \cdot 2 + 0 \cdot 0 + 2 \cdot 1 + 1 \cdot 0) / \sqrt{4}$ is the first. The framed
# weights add up to 1. The output is a weighted mean of the rows of `value`.
#
# ### Heads: apart, and joined again
#
# Three words of four features, and two heads, with your functions. Press Play, or step with the arrows. Work out the
# shapes before each step.

# %%
draw = np.random.default_rng(2)
X = draw.integers(-2, 3, size=(3, 4)).astype(float)
arrays = {"X": X} | {f"W_{letter}": draw.integers(-1, 2, size=(4, 4)).astype(float) for letter in "qkvo"}
arrays |= {name: X @ arrays[f"W_{name[0]}"] for name in ("query", "key", "value")}
apart = [split_heads(arrays[name][None], 2)[0] for name in ("query", "key", "value")]
arrays["weights"] = scaled_dot_product_attention(apart[0], apart[1], np.broadcast_to(np.eye(3), (2, 3, 3)))
arrays["joined"] = merge_heads(scaled_dot_product_attention(*apart)[None])[0]
arrays["output"] = arrays["joined"] @ arrays["W_o"]

figure = Figure(figsize=(9, 4.6), layout="constrained")
ax = figure.subplots()


def step_to(step):
    ax.clear()
    multi_head(arrays, step, 2, ax)


about = "X times three weights, the columns cut into two heads, attention in each, joined, and W_o"
motion(figure, step_to, len(STEPS), description=about, per_second=0.5)

# %% [markdown]
# ### A sentence
#
# The whole sentence of section 1. On the left every word may look at every word. On the right no word may look at
# later words.

# %%
weights = scaled_dot_product_attention(Q, K, identity)
mask = causal_mask(len(words))
causal = scaled_dot_product_attention(Q, K, identity, attn_mask=mask)

fig, axes = plt.subplots(1, 2, figsize=(10.5, 5.2), layout="constrained")
figures.heat_map(weights, axes[0], words, words, "without a mask")
figures.heat_map(causal, axes[1], words, words, "with causal_mask", mask=mask)
plt.show()

# %% [markdown]
# Read it row by row: each row is one query, and adds up to 1. With the mask, the first *the* can only look at itself.
# *Cat* looks for an action, but *drank* comes later.
#
# The next picture moves. Press Play, or drag the slider: one word after the other becomes the query.

# %%
figures.word_by_word(weights, words)

# %% [markdown]
# Compare frames 1 and 4: both times *the* looks at the same words. Its query has the same numbers, and attention has
# no information about the position of a word.
#
# **Predict:** the nine words are shuffled. What happens to the outputs?

# %%
rng = np.random.default_rng(0)
values = rng.normal(size=(9, 5))
order = rng.permutation(9)
print(" ".join(words[i] for i in order))

output = scaled_dot_product_attention(Q, K, values)
shuffled = scaled_dot_product_attention(Q[order], K[order], values[order])
print("the same outputs, shuffled:", np.allclose(shuffled, output[order]))

# %% [markdown]
# Each word gets exactly the same output as before. For attention a sentence is a set of words without order. In
# chapter {{transformer}} you add positions.
#
# ### Two heads
#
# Your `split_heads` gives the first two numbers, animals and actions, to head 0. The other two, drinks and states, go
# to head 1. Look at *drank*.

# %%
heads = scaled_dot_product_attention(split_heads(Q[np.newaxis], 2), split_heads(K[np.newaxis], 2), identity)
print("shape of the weights", heads.shape)

fig, axes = plt.subplots(1, 3, figsize=(10.5, 4), layout="constrained")
figures.heat_map(weights, axes[0], words, words, "one head", written=False, highlight=2)
figures.heat_map(heads[0, 0], axes[1], words, words, "head 0 of 2", written=False, highlight=2)
figures.heat_map(heads[0, 1], axes[2], words, words, "head 1 of 2", written=False, highlight=2)
plt.show()

# %% [markdown]
# One head looks at *cat* and *milk* at once. Of the two heads, one finds who drank, the other what was drunk. A head
# that finds nothing, such as head 1 for *thirsty*, looks at all words equally.
#
# ### What the root is for
#
# A dot product of two random vectors is a sum of $d_k$ products. The longer the sum, the larger its standard
# deviation. It is $\sqrt{d_k}$ if all entries are independent with mean 0 and variance 1. Other entries give other
# values: numbers between 0 and 1, uniformly distributed, give 1.76 for $d_k = 64$, not 8. Here are 500 random queries
# with 8 random keys each, for growing $d_k$. To see what would happen without the root, we multiply the queries by it.
# The bars show the weights of the first query.

# %%
rng = np.random.default_rng(0)
fig, axes = plt.subplots(2, 4, figsize=(9.5, 4), layout="constrained", sharey=True)
print("       std        largest weight, mean of 500 queries")
print(" d_k   of q·k     without the root   with the root")
for column, d_k in enumerate((4, 16, 64, 256)):
    many, few = rng.normal(size=(500, 1, d_k)), rng.normal(size=(500, 8, d_k))
    std = (many @ few.swapaxes(1, 2)).std()
    without = scaled_dot_product_attention(many * np.sqrt(d_k), few, np.eye(8))
    with_root = scaled_dot_product_attention(many, few, np.eye(8))
    largest = [each.max(axis=-1).mean() for each in (without, with_root)]
    print(f"{d_k:4} {std:8.2f} {largest[0]:14.2f} {largest[1]:17.2f}")
    figures.shares(without[0, 0], axes[0, column], f"$d_k$ = {d_k}")
    figures.shares(with_root[0, 0], axes[1, column])
axes[0, 0].set_ylabel("without the root")
axes[1, 0].set_ylabel("with the root")
plt.show()

# %% [markdown]
# Without the root, the larger $d_k$ is, the further apart the scores are, and one key gets nearly all the weight. With
# it, the weights stay as even as they are for small $d_k$.
#
# Why is that bad? If one weight is nearly 1, hardly any gradient goes through the softmax. Section 7 shows it.

# %% [markdown]
# ## 7. Backwards
#
# In the backward pass the function receives `grad_output`, the matrix $G$ of shape $(l_q, d_v)$. It returns the
# gradients of the loss $L$ with respect to $Q$, $K$ and $V$. Write the forward pass in three steps, and go back
# through them one by one.
#
# $$
# S = Q K^T / \sqrt{d_k}
# \qquad
# W = \mathrm{softmax}(S)
# \qquad
# Y = W V
# $$
#
# **The last step** is a matrix product, as in chapter {{linear}}. Each factor's gradient is $G$ times the other
# factor, transposed so that the shapes fit:
#
# $$
# \frac{\partial L}{\partial V} = W^T G
# \qquad
# \frac{\partial L}{\partial W} = G V^T
# $$
#
# **The softmax** has the gradient of chapter {{softmax_and_losses}}, for each row separately. With
# $D = \partial L / \partial W$:
#
# $$
# \frac{\partial L}{\partial S_{i,j}} = W_{i,j} \left( D_{i,j} - \sum_t W_{i,t} \, D_{i,t} \right)
# $$
#
# **The first step** is a product again, with a factor. With $E = \partial L / \partial S$:
#
# $$
# \frac{\partial L}{\partial Q} = E K / \sqrt{d_k}
# \qquad
# \frac{\partial L}{\partial K} = E^T Q / \sqrt{d_k}
# $$
#
# Look at the middle line. Let one weight of a row be 1 and the others 0. Where $W$ is 1, the bracket is 0. Elsewhere
# $W$ is 0. So the gradients of the scores, and with them of $Q$ and $K$, are 0. $V$ still gets its gradient, $W^T G$:
# it does not go through the softmax.
#
# ### Exercise 7: the gradients
#
# Without a mask. As before, there may be axes in front of the last two, and scores may be near 800.


# %% exercise="scaled_dot_product_attention_backward"

# %% check="scaled_dot_product_attention_backward"
check(scaled_dot_product_attention_backward)

# %% [markdown]
# ### Compared with autograd
#
# PyTorch computes the same gradients by recording the forward pass.

# %%
arrays = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4)), rng.normal(size=(2, 5, 6))
G = rng.normal(size=(2, 3, 6))
yours = scaled_dot_product_attention_backward(G, *arrays)

tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
theirs = torch.autograd.grad(F.scaled_dot_product_attention(*tensors), tensors, torch.tensor(G))

for name, y, t in zip(("grad_query", "grad_key", "grad_value"), yours, theirs, strict=True):
    print(f"{name:10} {y.shape!s:9} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# ### Decided, and stuck
#
# Now test the claim about the root: how much gradient goes through the softmax? With the identity matrix as keys, a
# query equals its scores times $\sqrt 8$. So we can choose the scores: with a standard deviation of 1, as with the
# root, and of 16, as without it for $d_k = 256$. There are 500 queries each, with a random `grad_output`. The values
# get their gradient in both cases.

# %%
chosen, handed = rng.normal(size=(500, 1, 8)), rng.normal(size=(500, 8, 4))
G = rng.normal(size=(500, 1, 4))
print("length of the gradients, median of 500 queries")
for std in (1, 16):
    as_query = std * chosen * np.sqrt(8)
    grad_query, _, grad_value = scaled_dot_product_attention_backward(G, as_query, np.eye(8), handed)
    lengths = np.linalg.norm(grad_query * np.sqrt(8), axis=-1)
    of_values = np.linalg.norm(grad_value, axis=(-2, -1))
    print(f"standard deviation {std:2}   scores {np.median(lengths):.4f}   values {np.median(of_values):.4f}")

# %% [markdown]
# ### What gradients are for
#
# Here you train an attention layer to look at the right positions. There are eight positions, each with eight random
# features $x$ that do not change, and with fixed values. Two matrices compute the queries $x W_q^T$ and the keys
# $x W_k^T$, as in a network. The matrices are what is trained. The output should be the values in **reverse** order.
# So query 0 has to find key 7, and so on. Your function gives the gradients of queries and keys; the step from there
# to the matrices is the backward pass of a linear layer.

# %%
rng = np.random.default_rng(1)
x = rng.normal(size=(8, 8))
W_q, W_k = rng.normal(scale=0.2, size=(2, 8, 8))
values = rng.normal(size=(8, 8))
target = values[::-1]

fig, axes = plt.subplots(1, 4, figsize=(9.5, 2.8), layout="constrained")
panels = iter(axes)
for step in range(501):
    queries, keys = x @ W_q.T, x @ W_k.T
    output = scaled_dot_product_attention(queries, keys, values)
    if step in (0, 20, 100, 500):
        loss = np.mean((output - target) ** 2)
        print(f"step {step:3}  loss {loss:.4f}")
        now = scaled_dot_product_attention(queries, keys, np.eye(8))
        figures.heat_map(now, next(panels), title=f"step {step}", written=False)
    grad_output = 2 * (output - target) / output.size
    grad_query, grad_key, _ = scaled_dot_product_attention_backward(grad_output, queries, keys, values)
    W_q = W_q - 2 * grad_query.T @ x
    W_k = W_k - 2 * grad_key.T @ x
plt.show()

# %% [markdown]
# At the start, no position finds the right key. At the end each row has one dark cell, on the diagonal from the lower
# left to the upper right. Only the loss contains this order.

# %% [markdown]
# ## 8. What goes wrong
#
# The most common mistake is to omit the root. Here your own function is called with queries that undo it. This is what
# a check says.


# %%
def without_root(query, key, value, attn_mask=None, is_causal=False):
    undone = query * np.sqrt(query.shape[-1])
    return scaled_dot_product_attention(undone, key, value, attn_mask, is_causal)


course.assess(without_root, "scaled_dot_product_attention")

# %% [markdown]
# No error, the right shape, and weights that add up to 1. Without a check you would not see it.
#
# ### True means yes, or no
#
# The same causal mask, in the same library, passed to two functions. Here are the weights of the second of three
# words.

# %%
three = torch.randn(1, 3, 4)
may_look = torch.ones(3, 3, dtype=torch.bool).tril()
module = torch.nn.MultiheadAttention(4, 1, batch_first=True)

shown = F.scaled_dot_product_attention(three, three, torch.eye(3)[None], attn_mask=may_look)
_, hidden = module(three, three, three, attn_mask=may_look)
print("the function", shown[0, 1].numpy().round(2))
print("the module  ", hidden[0, 1].detach().numpy().round(2))

# %% [markdown]
# In the function True means *may look*, and the second word sees the first and itself. In
# `torch.nn.MultiheadAttention` True means *hidden*, and it sees only the third word. There is no error.
#
# ### Nowhere to look
#
# What is the output of a query that may look at nothing? All its scores are $-\infty$, and $0/0$ is NaN. PyTorch's
# function returns zeros; its module returns NaN.

# %%
nowhere = torch.zeros(3, 3, dtype=torch.bool)
print("the function", F.scaled_dot_product_attention(three, three, three, attn_mask=nowhere)[0, 0].tolist())
print("the module  ", module(three, three, three, attn_mask=~nowhere)[0][0, 0].tolist())

# %% [markdown]
# ### Find the bug
#
# The function below computes attention query by query, with a boolean mask. It was tested on one sentence with a
# causal mask, and the output looked plausible. Then the **last** word of the sentence was changed, and the outputs of
# the three words before it were compared:
#
# ```
# [[0.17 0.28]
#  [0.34 0.56]
#  [0.05 0.08]]
# ```
#
# These are the differences. All of them should be 0. Run the check first, and read what it says. Then repair the
# function.


# %% exercise="repair_attention"

# %% check="repair_attention"
check(repair_attention)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The function multiplied the scores by the mask. True counts as 1 and False as 0, so a hidden score became 0. But 0
# is a score like any other, and exp(0) is 1. The hidden words kept a weight, and their values leaked into outputs that
# should not depend on them.</p>
# <p>Nothing looked wrong, because the outputs are still means of the values. The test that finds it changes a hidden
# word and compares the output. Write such a test for every mask.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | no root | nothing at first; for large $d_k$ one weight is nearly 1, and queries and keys get hardly any gradient |
# | softmax over the wrong axis | the columns add up to 1, not the rows |
# | the mask's meaning reversed | no error; each word sees exactly what it should not |
# | the scores multiplied by the mask | no error; hidden keys still get a weight |
# | the weights set to 0 after the softmax | rows that add up to less than 1 |
# | a causal mask that hides the diagonal | nan in the first row |
# | heads split by `reshape` alone | no error: the shape is right, and the heads mix words |
# | `x @ W` instead of `x @ W.T` in the projections | no error: the matrices are square |
#
# Most of these raise no error, and the output has the right shape.

# %% [markdown]
# ### In your own words
#
# To save parameters, someone uses the same matrix to compute the queries and the keys from the words. What is
# true of the scores then? Take *it* and *cat* from section 6, or your own words: why is that a disadvantage? Answer
# in two or three sentences.

# %% [markdown] question="one_matrix_for_both"
# <details><summary>Model answer and rubric</summary>
# <p>If q = k for each word, the score of word i for word j is the score of word j for word i: the scores are symmetric.
# And a word's score for itself is the squared length of its query, often the largest score, so words look mostly at
# themselves. But who looks at whom is not symmetric in a text: <em>it</em> has to find <em>cat</em>, and
# <em>cat</em> has no reason to look at <em>it</em> as much.</p>
# <ul><li>1 point: the scores are symmetric.</li>
# <li>1 point: a word's score for itself is large (or: words tend to look at themselves).</li>
# <li>1 point: an example of why looking is not symmetric.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - Each query takes a mean of the values: $Y = \mathrm{softmax}(Q K^T / \sqrt{d_k}) \, V$. The softmax runs over the
#   keys.
# - A mask works on the scores, before the softmax: $-\infty$ hides. The core has no parameters, and takes
#   $n \, l_q \, l_k \, (d_k + d_v)$ mult-adds.
# - Multi-head attention has four linear layers, $4 (d_m^2 + d_m)$ parameters, whatever the number of heads. A head is
#   a slice of $d_m / \text{heads}$ numbers with its own softmax.
# - Splitting and merging heads takes a reshape **and** a transpose.
# - Backward pass: product, softmax, product. If one weight is nearly 1, queries and keys get no gradient; the root
#   prevents that. Values always get theirs.
#
# ### Elsewhere
#
# | library | layer | a boolean mask | also |
# |:--|:--|:--|:--|
# | PyTorch | `scaled_dot_product_attention` | True: may look | heads before positions |
# | PyTorch | `torch.nn.MultiheadAttention` | True: hidden | (l, n, e) unless `batch_first=True` |
# | Keras | `keras.layers.MultiHeadAttention` | 1: may look | `key_dim` is the size of one head |
# | Flax (JAX) | `flax.nnx.MultiHeadAttention` | True: may look | positions before heads |
#
# ### Further reading
#
# -
#   [scaled_dot_product_attention](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html)
#   and [MultiheadAttention](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html) in
#   PyTorch's documentation.
# - Vaswani and others, [Attention is all you need](https://arxiv.org/abs/1706.03762), sections 3.2.1 and 3.2.2.
# - Bahdanau, Cho and Bengio, [Neural machine translation by jointly learning to align and
#   translate](https://arxiv.org/abs/1409.0473): attention before the transformer, with heat maps like yours.
# - Zhang and others, *Dive into Deep Learning*,
#   [the chapter on attention](https://d2l.ai/chapter_attention-mechanisms-and-transformers/index.html).
