# %% [markdown]
# # {{language_model}} · A language model: the layers of today, trained on a poem
#
# At the end of this chapter you will have written the layers of a present-day language model, trained one in NumPy on
# two poems, and let it write, with a cache that saves most of the work.
#
# You need chapters {{linear}}, {{normalization}}, {{attention}}, {{transformer}} and {{training}}. Plan about three
# hours, in three sittings: sections 1 to 5, sections 6 and 7, then the rest.
#
# Eleven cells are exercises, each with a check below. `hint("rotary_embedding")` gives one step,
# `solution("rotary_embedding")` the answer.

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
from course.data import carroll
from course.figures import decoder
from course.figures import language_model as figures
from course.figures.motion import motion
from course.figures.training import smoothed

# %% [markdown]
# ## 1. Where it sits
#
# A language model reads a text and gives a score to each word that could come next. It is an embedding, a stack of
# **decoder layers**, a last norm, and a linear layer. A decoder layer is the pre-norm layer of chapter {{transformer}}
# with a causal mask. It is an **inner layer**. The numbers are the exercises of this chapter.

# %%
notes = {
    "attention": "rotary positions (1)\nshared heads (3)\na cache (5)",
    "SwiGLU": "a gate (2, 6)",
    "decoder layer": "the whole layer (4)",
    "linear": "the embedding's\nweights again",
}
fig, ax = plt.subplots(figsize=(9.8, 2.9), layout="constrained")
decoder.language_model(notes, ax)
plt.show()

# %% [markdown]
# Most open models since Llama (2023) change the layer in the same way: positions turn, a gate replaces the ReLU, heads
# share keys and values, and the norm is the RMSNorm of chapter {{normalization}}.

# %% [markdown]
# ## 2. Positions that turn
#
# Take two features $(a, b)$ of a query as a point in a plane. At position $t$, turn it by the angle $t\,\theta_i$. A
# head has $d$ features, so $d/2$ pairs. Each pair $i$, counted from 0, has its own speed $\theta_i$:
#
# $$
# a' = a \cos(t\,\theta_i) - b \sin(t\,\theta_i)
# \qquad
# b' = b \cos(t\,\theta_i) + a \sin(t\,\theta_i)
# \qquad
# \theta_i = \text{base}^{-2i/d}
# $$
#
# In pair $i$, $a$ is feature $i$ and $b$ is feature $i + d/2$, as in Hugging Face's Llama. With $d = 4$ the pairs
# are features 0 and 2, and features 1 and 3.
#
# ### Exercise 1: the rotary embedding
#
# `positions` has the position of each row, any whole numbers in any order. Before the rows there may be more axes, such
# as samples and heads.


# %% exercise="rotary_embedding"

# %% check="rotary_embedding"
check(rotary_embedding)

# %% [markdown]
# Here is your function at work on one vector with three pairs, at positions 0 to 15, with a base of 200. **Predict
# before you play:** which pair turns fastest, and how far does the last one get?

# %%
vector = np.array([[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]])
turned = np.concatenate([rotary_embedding(vector, np.array([t]), base=200) for t in range(16)])
figure = Figure(figsize=(7.6, 3.2), layout="constrained")
ax = figure.subplots()


def turn_to(position):
    ax.clear()
    figures.turning_pairs(turned[max(0, position - 4) : position + 1], ax, f"position {position}")


about = "three pairs of features as arrows in circles: the first turns by one radian a position, the others more slowly"
motion(figure, turn_to, len(turned), description=about)

# %% [markdown]
# Why turn? Attention takes the dot product of a query and a key. If both are turned, only the difference of their
# angles is left. Predict: are these three numbers equal?

# %%
rng = np.random.default_rng(0)
query, key = rng.normal(size=(2, 1, 8))
for at in (0, 5, 100):
    product = rotary_embedding(query, np.array([at + 3])) @ rotary_embedding(key, np.array([at])).T
    print(f"query at position {at + 3:3}, key at {at:3}: {product.item():.6f}")

# %% [markdown]
# The product depends on the distance between the two words, and not on where they are in the text. No parameter is
# needed.

# %% [markdown]
# ## 3. A gate in the feed-forward part
#
# A ReLU decides for each hidden feature whether it passes, by its own sign. A **gate** decides it by other weights:
# each hidden feature is multiplied by a factor that a second linear layer computes from the same word.
#
# $$
# y = \left( \mathrm{SiLU}(x\, W_{gate}^T) \odot x\, W_{up}^T \right) W_{down}^T
# \qquad
# \mathrm{SiLU}(a) = a\, \sigma(a) = \frac{a}{1 + e^{-a}}
# $$
#
# Here $\odot$ is the element-wise product, and $\sigma$ is the sigmoid. $d_m$ is the number of features of a word,
# and $d_f$ the number of hidden features.
#
# | array | shape |
# |:--|:--|
# | $x$, and the output $y$ | $(n, l, d_m)$ |
# | $x\, W_{gate}^T$ and $x\, W_{up}^T$ | $(n, l, d_f)$ |
# | $W_{gate}$, $W_{up}$ | $(d_f, d_m)$ |
# | $W_{down}$ | $(d_m, d_f)$ |
#
# There are three weights instead of two, so models with SwiGLU choose a smaller $d_f$.
#
# **Predict:** a plain feed-forward part has $d_f = 4 d_m$. Which $d_f$ gives SwiGLU as many parameters?
#
# <details><summary>Answer</summary>
# <p>8/3 of d_m. The plain part has 2 · 4 · d_m² parameters, SwiGLU has 3 · d_f · d_m. That is where Llama's odd sizes
# come from: d_m = 4096 and d_f = 11008, which is 8/3 of 4096 rounded up to a multiple of 256.</p>
# </details>
#
# ### Exercise 2: SwiGLU
#
# Write the formula. It works on each position separately, so `x` may have any axes before the last.


# %% exercise="swiglu"

# %% check="swiglu"
check(swiglu)

# %% [markdown]
# ## 4. Heads that share
#
# While a model writes, it keeps the keys and values of all words so far: section 6 shows why. For long texts they take
# more memory than anything else. So several heads share them. In chapter {{attention}}, each head had its own queries,
# keys and values. Now $H$ heads of queries share $H_{kv}$ heads of keys and values. With $H = 4$ and $H_{kv} = 2$:
#
# | head of the queries | 0 | 1 | 2 | 3 |
# |:--|--:|--:|--:|--:|
# | uses the keys and values of head | 0 | 0 | 1 | 1 |
#
# Everything else is as in chapter {{attention}}. The largest models of Llama 2 do this. With $H_{kv} = 1$ it is called
# multi-query attention.
#
# In PyTorch it is one argument:

# %%
query, key, value = torch.randn(2, 8, 5, 16), torch.randn(2, 2, 5, 16), torch.randn(2, 2, 5, 16)
output = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
print("query ", tuple(query.shape), "  key and value", tuple(key.shape), "  output", tuple(output.shape))

# %% [markdown]
# **Predict, then run:** a model has 32 layers, each with 32 heads of queries of size 128. It keeps the keys and values
# of 8,192 words, with 2 bytes for each number. How much memory is that with 32 heads of keys and values, and with 8?

# %%
for kv_heads in (32, 8):
    print(f"{kv_heads:2} heads of keys and values: {32 * 2 * kv_heads * 128 * 8192 * 2 / 2**30:.0f} GiB")

# %% [markdown]
# ### Exercise 3: grouped-query attention
#
# The function gets heads that are split already: queries $(n, H, l_q, d)$, keys and values $(n, H_{kv}, l_k, d)$. The
# number of keys $l_k$ can differ from the number of queries $l_q$, and scores can be as large as 800.


# %% exercise="grouped_query_attention"

# %% check="grouped_query_attention"
check(grouped_query_attention)

# %% [markdown]
# ## 5. The decoder layer
#
# You have three of the four parts that differ from the layer of chapter {{transformer}}. The fourth, RMSNorm, is in
# chapter {{normalization}}.
#
# | part | before | now |
# |:--|:--|:--|
# | positions | sines, added to the input | **rotary**: queries and keys are turned |
# | feed-forward | linear, ReLU, linear | **SwiGLU**: one linear layer gates another |
# | attention | each head has its own keys | **grouped**: several heads share keys and values |
# | norm | LayerNorm | RMSNorm, and mostly no biases |
#
# $$
# A = X + \mathrm{attention}(\mathrm{RMSNorm}_1(X))\, W_o^T
# \qquad
# Y = A + \mathrm{SwiGLU}(\mathrm{RMSNorm}_2(A))
# $$
#
# Inside the attention, the normalized features are multiplied by $W_q$, $W_k$ and $W_v$ and split into heads of $d$
# features. Queries and keys are turned, values are not. The mask is causal, and the result is merged before $W_o$.
#
# | `params[...]` | shape | name in Hugging Face's Llama |
# |:--|:--|:--|
# | `norm1`, `norm2` | $(d_m{,})$ | `input_layernorm`, `post_attention_layernorm` |
# | `w_q` | $(H d, d_m)$ | `self_attn.q_proj` |
# | `w_k`, `w_v` | $(H_{kv} d, d_m)$ | `self_attn.k_proj`, `self_attn.v_proj` |
# | `w_o` | $(d_m, H d)$ | `self_attn.o_proj` |
# | `w_gate`, `w_up` | $(d_f, d_m)$ | `mlp.gate_proj`, `mlp.up_proj` |
# | `w_down` | $(d_m, d_f)$ | `mlp.down_proj` |
#
# Three short functions from chapters {{normalization}} and {{attention}} are given:


# %% tags=["setup"]
def rms_norm(x, weight):
    """Divide by the root of the mean square over the last axis, then scale."""
    return weight * x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-6)


def split_heads(x, num_heads):
    """Give each head its part of the features: (n, l, H·d) to (n, H, l, d)."""
    n, length, features = x.shape
    return x.reshape(n, length, num_heads, features // num_heads).swapaxes(1, 2)


def merge_heads(x):
    """Undo split_heads: (n, H, l, d) to (n, l, H·d)."""
    n, heads, length, size = x.shape
    return x.swapaxes(1, 2).reshape(n, length, heads * size)


# %% [markdown]
# ### Exercise 4: the decoder layer
#
# Use your three functions, `rotary_embedding` with its default base. First follow the shapes.
#
# **Predict:** there are $n = 2$ texts of $l = 5$ words, and $d_m = 12$, $H = 4$, $H_{kv} = 2$ and $d = 3$. Which shapes
# have the queries after the split, the keys and values, the result of the attention, this result merged, and the
# product with $W_o^T$?
#
# <details><summary>Answer</summary>
# <p>Queries (2, 4, 5, 3). Keys and values (2, 2, 5, 3). The result of the attention (2, 4, 5, 3), merged (2, 5, 12),
# and after the product (2, 5, 12): as X, so the two can be added.</p>
# </details>


# %% exercise="decoder_layer"

# %% check="decoder_layer"
check(decoder_layer)

# %% [markdown]
# Is it causal? Change the word at position 3 of six, counted from 0, and see which outputs change. Predict first.

# %%
rng = np.random.default_rng(0)
shapes = {"norm1": (8,), "w_q": (8, 8), "w_k": (4, 8), "w_v": (4, 8), "w_o": (8, 8)}
shapes |= {"norm2": (8,), "w_gate": (12, 8), "w_up": (12, 8), "w_down": (8, 12)}
one_layer = {name: rng.normal(size=shape) for name, shape in shapes.items()}
x = rng.normal(size=(1, 6, 8))
changed = x.copy()
changed[0, 3] += 1

differs = (decoder_layer(x, one_layer, 4, 2) != decoder_layer(changed, one_layer, 4, 2)).any(axis=(0, 2))
print("positions that changed:", np.flatnonzero(differs).tolist())

# %% [markdown]
# ## 6. Look at it: nothing twice
#
# A model writes a word, reads the longer text, and writes the next word. But what it computed for earlier words is
# still right: the mask is causal, so no later word changes it. Keep the keys and values of all words in a **KV cache**.
# Then each step computes one row of the attention: the row of the new word.
#
# **Predict before you play:** how many cells of the attention are computed for eight words, without a cache and with
# one?

# %%
words = ["The", "sun", "was", "shining", "on", "the", "sea", ","]
figure = Figure(figsize=(8.4, 4.4), layout="constrained")
left, right = figure.subplots(1, 2)


def grow_to(step):
    rows = np.tri(step + 1, len(words))
    newest = rows.copy()
    newest[-1] *= 2
    all_again = sum(n * (n + 1) // 2 for n in range(step + 2))  # 1, then 1 + 2, then 1 + 2 + 3, ...
    left.clear()
    figures.causal_triangle(words, 2 * rows, left, f"without a cache; cells computed so far: {all_again}")
    right.clear()
    figures.causal_triangle(words, newest, right, f"with a KV cache; cells computed so far: {int(rows.sum())}")


about = "a causal triangle that grows by a row a word: with a cache, only the cells of the new row are computed"
motion(figure, grow_to, len(words), description=about, per_second=1)

# %% [markdown]
# Blue cells are computed in this step, grey cells are known. With a cache, $l$ words take $1 + 2 + \ldots + l$ cells,
# about $l^2 / 2$. Without one, each new word takes the whole triangle again, which adds up to about $l^3 / 6$.
#
# ### Exercise 5: attention with a cache
#
# The function gets the queries, keys and values of the new words only, of one or of several. They are not turned yet;
# the keys in the cache are. It returns the output and the new cache, which has the old words and the new ones.
#
# Mind the positions. With three words in the cache and two new ones:
#
# | new word | position | may look at positions |
# |:--|--:|:--|
# | first | 3 | 0 to 3 |
# | second | 4 | 0 to 4 |
#
# The mask of exercise 3 counts queries from 0, so `is_causal=True` does not fit here. You can give each new word a
# separate call, with the keys and values that it may look at.


# %% exercise="attend_with_cache"

# %% check="attend_with_cache"
check(attend_with_cache)

# %% [markdown]
# The same attention, once over nine words, and once in pieces of 4, 1, 1 and 3 words:

# %%
rng = np.random.default_rng(1)
query, key, value = rng.normal(size=(1, 4, 9, 8)), rng.normal(size=(1, 2, 9, 8)), rng.normal(size=(1, 2, 9, 8))
at = np.arange(9)
at_once = grouped_query_attention(rotary_embedding(query, at), rotary_embedding(key, at), value, is_causal=True)

kept = [np.zeros((1, 2, 0, 8)), np.zeros((1, 2, 0, 8))]
pieces = []
for begin, end in ((0, 4), (4, 5), (5, 6), (6, 9)):
    new = [array[:, :, begin:end] for array in (query, key, value)]
    output, *kept = attend_with_cache(*new, *kept)
    pieces.append(output)
print("equal:", np.allclose(np.concatenate(pieces, axis=2), at_once))

# %% [markdown]
# ## 7. Backwards, and training
#
# Most gradients of a decoder layer are known: linear layers from chapter {{linear}}, attention from chapter
# {{attention}}, the norm from chapter {{normalization}}. The gradient of turned features is turned back by the same
# angle, and a shared key gets the sum of the gradients from the heads that use it. Only the gate is new. With
# $a = x W_{gate}^T$ and $u = x W_{up}^T$, the hidden features $h = \mathrm{SiLU}(a) \odot u$ are a product of two
# factors:
#
# $$
# \frac{\partial L}{\partial u} = \frac{\partial L}{\partial h} \odot \mathrm{SiLU}(a)
# \qquad
# \frac{\partial L}{\partial a} = \frac{\partial L}{\partial h} \odot u \odot \mathrm{SiLU}'(a)
# \qquad
# \mathrm{SiLU}'(a) = \sigma(a)\,\bigl(1 + a\,(1 - \sigma(a))\bigr)
# $$
#
# ### Exercise 6: the backward pass of SwiGLU
#
# `x` and `grad_output` can have any number of axes. Bring them to two with `reshape(-1, d_m)`, so that there are rows
# of features, and the gradient of `x` back to the shape of `x`. Go from the end of the formula to its beginning:
#
# | gradient of | shape | how |
# |:--|:--|:--|
# | $W_{down}$ and $h$ | $(d_m, d_f)$, (rows, $d_f$) | a linear layer with the input $h$ |
# | $u$ and $a$ | (rows, $d_f$) | the formulas above |
# | $W_{up}$ and $W_{gate}$ | $(d_f, d_m)$ | two linear layers with the input $x$ |
# | $x$ | (rows, $d_m$) | it is used twice, so two gradients are added |


# %% exercise="swiglu_backward"

# %% check="swiglu_backward"
check(swiglu_backward)

# %% [markdown]
# Compared with autograd:

# %%
rng = np.random.default_rng(2)
arrays = [rng.normal(size=shape) for shape in ((2, 3, 4), (5, 4), (5, 4), (4, 5))]
G = rng.normal(size=(2, 3, 4))
leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
gated = torch.nn.functional.silu(leaves[0] @ leaves[1].T) * (leaves[0] @ leaves[2].T)
theirs = torch.autograd.grad(gated @ leaves[3].T, leaves, torch.tensor(G))
names = ("grad_x", "grad_w_gate", "grad_w_up", "grad_w_down")
for name, y, t in zip(names, swiglu_backward(G, *arrays), theirs, strict=True):
    print(f"{name:12} {y.shape!s:10} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# ### The optimizer
#
# Language models are trained with **AdamW**, which is Adam of chapter {{training}} with weight decay. It keeps two
# averages for each parameter: $m$ of the gradients, and $v$ of their squares. Both begin at 0, so they are too small at
# first, and each step uses corrected ones, $\hat m$ and $\hat v$. **Weight decay** makes each parameter a little
# smaller in every step, so that large ones remain only where the gradients want them. Here $t$ = 1, 2, … is the number
# of the step, $p$ a parameter, $g$ its gradient, $\eta$ the learning rate `lr`, $\lambda$ is `weight_decay`, $\beta_1$
# and $\beta_2$ are `betas`, and $\epsilon$ is `eps`:
#
# $$
# m \leftarrow \beta_1 m + (1 - \beta_1)\, g
# \qquad
# v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2
# \qquad
# \hat m = \frac{m}{1 - \beta_1^t}
# \qquad
# \hat v = \frac{v}{1 - \beta_2^t}
# $$
#
# $$
# p \leftarrow p - \eta\,\lambda\, p - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}
# $$
#
# **Predict:** all gradients become a thousand times larger. How does the step change?
#
# <details><summary>Answer</summary>
# <p>Hardly at all: m and the root of v both become a thousand times larger, and their quotient stays the same. So the
# same learning rate works for parameters whose gradients differ a lot in size.</p>
# </details>
#
# ### Exercise 7: a step of AdamW
#
# The state keeps $m$ and $v$ without the correction. As in PyTorch, they are called `exp_avg` and `exp_avg_sq`.
# `"step"` is the number of steps so far: in the first call it is 0, and $t$ is 1.


# %% exercise="adamw_step"

# %% check="adamw_step"
check(adamw_step)

# %% [markdown]
# ### The whole model
#
# What is left to write is long, and you know it from earlier chapters, so it is given, in three cells. The first has
# four small functions: the loss of chapter {{training}}, and the backward passes of a norm, of a linear layer, and of
# heads that share keys and values.


# %% tags=["setup"]
def cross_entropy_loss(logits, labels):
    """Give the mean loss of (n, classes) logits, and its gradient."""
    rows, n = np.arange(len(labels)), len(labels)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    grad_logits = np.exp(log_p)
    grad_logits[rows, labels] -= 1
    return -log_p[rows, labels].mean(), grad_logits / n


def rms_norm_backward(grad_output, x, weight):
    """Give the gradients for x and weight."""
    root = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-6)
    normed, grad = x / root, grad_output * weight
    grad_x = (grad - normed * np.mean(grad * normed, axis=-1, keepdims=True)) / root
    return grad_x, (grad_output * normed).sum(axis=tuple(range(x.ndim - 1)))


def product_backward(grad_output, x, weight):
    """Give the gradients of x @ weight.T for x and weight."""
    grads, rows = grad_output.reshape(-1, len(weight)), x.reshape(-1, weight.shape[1])
    return grad_output @ weight, grads.T @ rows


def shared(grad, group):
    """Add up the gradients of the heads that share keys and values."""
    n, heads, length, size = grad.shape
    return grad.reshape(n, heads // group, group, length, size).sum(axis=2)


# %% [markdown]
# The second cell has the backward pass of a decoder layer: each line of `decoder_layer` has its gradient here, from the
# last line to the first. You can continue without reading it. It gets only the input of the layer, and computes the rest
# of the layer again. This saves memory. Large models are often trained in this way, too. It is called *activation
# checkpointing*.


# %% tags=["setup"]
def decoder_layer_backward(grad_output, x, params, num_heads, num_kv_heads):
    """Give grad_x, and a dict with the gradients of params. The layer's intermediate results are computed again."""
    # forward again: A = X + attention(...) is `middle`, and what was multiplied by a weight is kept
    positions, group, size = np.arange(x.shape[1]), num_heads // num_kv_heads, len(params["w_q"]) // num_heads
    first = rms_norm(x, params["norm1"])
    heads = {name: split_heads(first @ params[name].T, len(params[name]) // size) for name in ("w_q", "w_k", "w_v")}
    query, key = (rotary_embedding(heads[name], positions) for name in ("w_q", "w_k"))
    key, value = key.repeat(group, axis=1), heads["w_v"].repeat(group, axis=1)
    allowed = np.tri(len(positions), dtype=bool)
    scores = np.where(allowed, query @ key.swapaxes(-2, -1) / np.sqrt(size), -np.inf)
    exp = np.exp(scores - scores.max(axis=-1, keepdims=True))
    attention = exp / exp.sum(axis=-1, keepdims=True)
    mixed = merge_heads(attention @ value)
    middle = x + mixed @ params["w_o"].T
    second = rms_norm(middle, params["norm2"])

    # Y = A + SwiGLU(RMSNorm_2(A)): A is used twice, so two gradients are added
    grads = dict.fromkeys(params)
    weights = params["w_gate"], params["w_up"], params["w_down"]
    grad, grads["w_gate"], grads["w_up"], grads["w_down"] = swiglu_backward(grad_output, second, *weights)
    grad, grads["norm2"] = rms_norm_backward(grad, middle, params["norm2"])
    grad_middle = grad_output + grad

    # the attention: back through W_o, the product with the values, the softmax, and the scores
    grad, grads["w_o"] = product_backward(grad_middle, mixed, params["w_o"])
    grad = split_heads(grad, num_heads)
    grad_attention = grad @ value.swapaxes(-2, -1)
    grad_scores = (
        attention * (grad_attention - (grad_attention * attention).sum(axis=-1, keepdims=True)) / np.sqrt(size)
    )
    # queries and keys are turned back; heads that shared keys and values are added up
    grad_heads = {
        "w_q": rotary_embedding(grad_scores @ key, -positions),
        "w_k": rotary_embedding(shared(grad_scores.swapaxes(-2, -1) @ query, group), -positions),
        "w_v": shared(attention.swapaxes(-2, -1) @ grad, group),
    }
    # the normalized X was multiplied by three weights, so three gradients are added
    grad_first = 0
    for name, grad in grad_heads.items():
        grad, grads[name] = product_backward(merge_heads(grad), first, params[name])
        grad_first = grad_first + grad
    # A = X + ...: X is used twice as well
    grad, grads["norm1"] = rms_norm_backward(grad_first, x, params["norm1"])
    return grad_middle + grad, grads


# %% [markdown]
# The third cell is the model. Read this one. It has three functions for you.
#
# | function | takes | gives |
# |:--|:--|:--|
# | `decoder_logits` | parameters, tokens $(n, l)$ | logits $(n, l, \text{words})$ |
# | `decoder_backward` | gradient of the logits, parameters, tokens | a dict with a gradient for each parameter |
# | `decoder_step` | parameters, new tokens $(m{,})$, cache | logits $(m, \text{words})$, the new cache |
#
# The parameters are one dict: `embedding`, then the nine arrays of each layer as `0.w_q` and so on, then `norm`. The
# matrix that maps letters to features also maps features to scores (*weight tying*). It is used twice, so its gradient
# is a sum of two.


# %% tags=["setup"]
def layers_of(params):
    """Give a dict for each layer: "0.w_q" is w_q of layer 0."""
    layers = {}
    for name, array in params.items():
        number, dot, rest = name.partition(".")
        if dot:
            layers.setdefault(number, {})[rest] = array
    return list(layers.values())


def decoder_logits(params, tokens, num_heads, num_kv_heads):
    """Give the logits of the next token at each position: tokens (n, l), logits (n, l, words)."""
    x = params["embedding"][tokens]
    for layer in layers_of(params):
        x = decoder_layer(x, layer, num_heads, num_kv_heads)
    return rms_norm(x, params["norm"]) @ params["embedding"].T


def decoder_backward(grad_logits, params, tokens, num_heads, num_kv_heads):
    """Give the gradients of all parameters, in a dict with the names and the order of params."""
    # forward again, to keep the input of each layer
    inputs, layers, grads = [params["embedding"][tokens]], layers_of(params), dict.fromkeys(params)
    for layer in layers:
        inputs.append(decoder_layer(inputs[-1], layer, num_heads, num_kv_heads))
    last = inputs.pop()
    # backward: the scores, the last norm, the layers from the last to the first, the embedding
    grad, grads["embedding"] = product_backward(grad_logits, rms_norm(last, params["norm"]), params["embedding"])
    grad, grads["norm"] = rms_norm_backward(grad, last, params["norm"])
    for number in reversed(range(len(layers))):
        grad, inside = decoder_layer_backward(grad, inputs[number], layers[number], num_heads, num_kv_heads)
        grads.update({f"{number}.{name}": array for name, array in inside.items()})
    np.add.at(grads["embedding"], tokens, grad)  # the embedding is used twice: at the start and at the end
    return grads


def decoder_step(params, tokens, cache, num_heads, num_kv_heads):
    """Read new words (m,), with the keys and values of earlier words in cache; give their logits and the new cache.

    The cache has a pair of arrays for each layer. At the start of a text it is None.
    """
    x, kept = params["embedding"][tokens][np.newaxis], []  # a batch of one text
    for number, layer in enumerate(layers_of(params)):
        normed = rms_norm(x, layer["norm1"])
        query = split_heads(normed @ layer["w_q"].T, num_heads)
        key, value = (split_heads(normed @ layer[name].T, num_kv_heads) for name in ("w_k", "w_v"))
        before = cache[number] if cache else (key[:, :, :0], value[:, :, :0])  # at first, no words
        mixed, *now = attend_with_cache(query, key, value, *before)
        kept.append(now)
        x = x + merge_heads(mixed) @ layer["w_o"].T
        x = x + swiglu(rms_norm(x, layer["norm2"]), layer["w_gate"], layer["w_up"], layer["w_down"])
    return (rms_norm(x, params["norm"]) @ params["embedding"].T)[0], kept


# %% [markdown]
# You don't have to trust these functions. Here the layer of section 5 is a model for a text of ten different letters.
# Take one number of each parameter, make it a little larger, and measure how much the loss changes. The ratio should be
# its gradient. The gradients use your `swiglu_backward`, too.

# %%
tiny = {"embedding": rng.normal(size=(10, 8)), "norm": np.ones(8)}
tiny |= {f"0.{name}": array for name, array in one_layer.items()}
read, following = np.array([[3, 1, 4, 1, 5]]), np.array([1, 4, 1, 5, 9])
logits = decoder_logits(tiny, read, 4, 2)
loss, grad_logits = cross_entropy_loss(logits[0], following)
gradients = decoder_backward(grad_logits[np.newaxis], tiny, read, 4, 2)
print(f"tokens (1, 5), logits {logits.shape}, loss {loss:.3f}\n")

step = 1e-6
print("parameter  measured  decoder_backward")
for name, array in tiny.items():
    place = (1,) * array.ndim
    nudged = array.copy()
    nudged[place] += step
    larger, _ = cross_entropy_loss(decoder_logits(tiny | {name: nudged}, read, 4, 2)[0], following)
    print(f"{name:9} {(larger - loss) / step:9.4f} {gradients[name][place]:17.4f}")

# %% [markdown]
# ### Exercise 8: train it
#
# One piece of text with `length + 1` letters gives `length` predictions: from the letters so far, predict the next
# letter. So the inputs are the piece without its last letter, and the targets are the piece without its first letter.
# Two pieces with `length = 5`:

# %%
line = "The sun was shining"
for start in (0, 8):
    piece = line[start : start + 6]
    print(f"piece {piece!r}: inputs {piece[:5]!r}, targets {piece[1:]!r}")

# %% [markdown]
# `starts` says where the pieces begin, with a row for each step. Each step is like a step of chapter {{training}}:
#
# | what | shape | by |
# |:--|:--|:--|
# | the pieces, then inputs and targets | $(n, \text{length} + 1)$, $(n, \text{length})$ | indexing `tokens` |
# | logits | $(n, \text{length}, \text{words})$ | `decoder_logits` |
# | the loss, and the gradient of the logits | a number, $(n \cdot \text{length}, \text{words})$ | `cross_entropy_loss` |
# | the gradients of all parameters | a dict | `decoder_backward`, with the logits' own three axes again |
# | new parameters | lists, then a dict again | `adamw_step` with learning rate `lr` and the other defaults |
#
# AdamW's state begins with `"step": 0` and averages of 0, and is passed on from step to step.
#
# The given functions call your `decoder_layer`, `rotary_embedding` and `swiglu_backward`, and `decoder_layer` calls
# `grouped_query_attention` and `swiglu`. Solve these first. The first loss depends on the forward pass alone. If it is
# right and the second is not, look at the gradients and the step.


# %% exercise="train_decoder"

# %% check="train_decoder"
check(train_decoder)

# %% [markdown]
# ### The poems
#
# Two poems by Lewis Carroll (1871) come with the course. This model reads and writes letters: what was a word so far is
# a letter here. Spaces, line ends and punctuation count as letters, too.

# %%
text = carroll()
letters = sorted(set(text))
number_of = {letter: number for number, letter in enumerate(letters)}
tokens = np.array([number_of[letter] for letter in text])
print(f"{len(tokens):,} letters, {len(letters)} of them different\n")
print(text[: text.index("\n\n")])

# %% [markdown]
# A model with two layers of 48 features, four heads of queries, and two of keys and values:

# %%
HEADS = {"num_heads": 4, "num_kv_heads": 2}
features, hidden, layers = 48, 128, 2


def fresh_params(seed):
    rng = np.random.default_rng(seed)
    shapes = {"w_q": (features, features), "w_k": (features // 2, features), "w_v": (features // 2, features)}
    shapes |= {"w_o": (features, features), "w_gate": (hidden, features), "w_up": (hidden, features)}
    shapes |= {"w_down": (features, hidden)}
    params = {"embedding": rng.normal(size=(len(letters), features)) * 0.1}
    for number in range(layers):
        params |= {f"{number}.norm1": np.ones(features), f"{number}.norm2": np.ones(features)}
        params |= {f"{number}.{name}": rng.normal(size=s) / np.sqrt(s[1]) for name, s in shapes.items()}
    return params | {"norm": np.ones(features)}


params = fresh_params(seed=0)
print(f"{sum(array.size for array in params.values()):,} parameters")
print(f"log {len(letters)} = {np.log(len(letters)):.2f}: the loss of a model that finds all letters equally likely")

# %% [markdown]
# First, twenty steps, and the same twenty in PyTorch, from the same start.


# %%
def torch_logits(params, tokens):
    F, x = torch.nn.functional, torch.nn.functional.embedding(tokens, params["embedding"])
    length, size = tokens.shape[1], features // HEADS["num_heads"]
    angles = torch.outer(torch.arange(length).double(), 10000.0 ** (-torch.arange(size // 2).double() / (size // 2)))
    cos, sin = angles.cos().repeat(1, 2), angles.sin().repeat(1, 2)

    def turn(z):
        return z * cos + torch.cat([-z[..., size // 2 :], z[..., : size // 2]], dim=-1) * sin

    for p in layers_of(params):
        normed = F.rms_norm(x, (features,), p["norm1"], 1e-6)
        q, k, v = ((normed @ p[name].T).unflatten(-1, (-1, size)).transpose(1, 2) for name in ("w_q", "w_k", "w_v"))
        mixed = F.scaled_dot_product_attention(turn(q), turn(k), v, is_causal=True, enable_gqa=True)
        x = x + mixed.transpose(1, 2).flatten(-2) @ p["w_o"].T
        normed = F.rms_norm(x, (features,), p["norm2"], 1e-6)
        x = x + (F.silu(normed @ p["w_gate"].T) * (normed @ p["w_up"].T)) @ p["w_down"].T
    return F.rms_norm(x, (features,), params["norm"], 1e-6) @ params["embedding"].T


length, starts = 32, np.random.default_rng(1).integers(0, len(tokens) - 33, size=(20, 4))
_, yours = train_decoder(params, tokens, starts, length, 0.005, **HEADS)

leaves = {name: torch.tensor(array, requires_grad=True) for name, array in params.items()}
optimizer = torch.optim.AdamW(leaves.values(), lr=0.005)
theirs = []
for rows in starts:
    pieces = torch.tensor(tokens[rows[:, np.newaxis] + np.arange(length + 1)])
    logits = torch_logits(leaves, pieces[:, :-1])
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), pieces[:, 1:].flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    theirs.append(loss.item())

for step in (0, 1, 9, 19):
    print(f"step {step + 1:2}: yours {yours[step]:.6f}, PyTorch's {theirs[step]:.6f}")
print("all equal:", np.allclose(yours, theirs, rtol=1e-6))

# %% [markdown]
# Now the real training: 600 steps of four pieces. **It takes up to a minute.**

# %% tags=["varies"]
length, steps = 128, 600
starts = np.random.default_rng(2).integers(0, len(tokens) - length - 1, size=(steps, 4))
began = time.process_time()
trained, losses = train_decoder(params, tokens, starts, length, 0.005, **HEADS)
print(f"{time.process_time() - began:.0f} seconds of the processor's time")

# %%
fig, ax = plt.subplots(figsize=(7.6, 3.2), layout="constrained")
smoothed(np.array(losses), ax, guessing=np.log(len(letters)))
plt.show()
print(f"loss of the first step {losses[0]:.2f}, mean of the last fifty {np.mean(losses[-50:]):.2f}")

# %% [markdown]
# ## 8. Writing
#
# The model gives scores. Which letter is written next? Always taking the best one gives dull text, which often ends in
# a loop. **Sampling** draws a letter with the probabilities that softmax gives. Two numbers control it.
#
# - The **temperature** $T$ divides the logits. Below 1, likely letters become more likely; above 1, all become more
#   alike. A temperature of 0 means: take the best letter.
# - **top-k** keeps only the $k$ letters with the largest logits.
#
# What comes after `The Walr`? Your model's six best letters, at three temperatures:

# %%
prompt = np.array([number_of[letter] for letter in "The Walr"])
logits = decoder_logits(trained, prompt[np.newaxis], **HEADS)[0, -1]
best = np.argsort(-logits)[:6]
shares = {}
for temperature in (0.5, 1.0, 2.0):
    exp = np.exp((logits - logits.max()) / temperature)
    shares[f"T = {temperature}"] = (exp / exp.sum())[best]

fig, axes = plt.subplots(1, 3, figsize=(9.2, 2.6))
figures.likely(shares, [repr(letters[number])[1:-1] for number in best], axes)
plt.show()

# %% [markdown]
# ### Exercise 9: sample
#
# The softmax comes after top-k, so the probabilities of the letters that are kept add up to 1. A logit of $-\infty$
# gets the probability 0. Two cases need no softmax: which?
#
# **Predict:** with `top_k=1`, what does the temperature change?
#
# <details><summary>Answer</summary>
# <p>Nothing: one letter is left, and its probability is 1. The other case without softmax is a temperature of 0, where
# dividing is not possible.</p>
# </details>


# %% exercise="sample"

# %% check="sample"
check(sample)

# %% [markdown]
# ### Exercise 10: write
#
# `step` is a function that reads new words. It returns their logits, and a cache to pass to the next call. What is in
# the cache does not matter here. In the first call the whole prompt is new; after that, one word at a time. The check
# also counts: no position may be computed twice.


# %% exercise="generate"

# %% check="generate"
check(generate)

# %% [markdown]
# Here are two such functions. One keeps keys and values: it calls `decoder_step` from the given cell, which calls your
# `attend_with_cache`. The other keeps only the letters, and reads the whole text again for each new one.
#
# **Predict:** do they write the same text? Which is faster?


# %% tags=["varies"]
def with_cache(new, cache):
    return decoder_step(trained, new, cache, **HEADS)


def without_cache(new, cache):
    read = new if cache is None else np.concatenate([cache, new])
    return decoder_logits(trained, read[np.newaxis], **HEADS)[0, -len(new) :], read


written = {}
for step in (with_cache, without_cache):
    began = time.process_time()
    written[step.__name__] = generate(step, prompt, 128, 0.4, 10, np.random.default_rng(4))
    print(f"{step.__name__:14} {time.process_time() - began:5.2f} seconds")
print("the same text:", np.array_equal(written["with_cache"], written["without_cache"]))

# %% tags=["varies"]
print("".join(letters[number] for number in written["with_cache"]))

# %% [markdown]
# After this short training there are lines, stanzas and quotation marks, and some of the words are real. Nothing told
# the model what a word is: it has seen letters only. It was trained on pieces of 128 letters. In a longer text it soon
# writes nonsense, because it has never seen such distances. Try other temperatures, prompts and lengths.

# %% [markdown]
# ## 9. What goes wrong
#
# ### Find the bug
#
# Exercise 11 gives you a loss for a model that has read `tokens` (n, l). Here is a model that can only repeat: at each
# position, its logit is large for the word that it has just read. The words are random, so that is hardly ever the next
# word.
#
# Should its loss be large or small? Run the cell and compare.

# %%
given_loss = course.exercises["repair_next_token_loss"].given
rng = np.random.default_rng(3)
some = rng.integers(0, 10, size=(4, 12))
parrot = 8.0 * np.eye(10)[some]
print(f"loss of the parrot         {given_loss(parrot, some):.4f}")
print(f"loss of equal probabilities {given_loss(0 * parrot, some):.4f}")

# %% [markdown]
# ### Exercise 11: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_next_token_loss"

# %% check="repair_next_token_loss"
check(repair_next_token_loss)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The parrot's loss should be high, since the next word is rarely the same one. But logits and words are compared at
# the same position. So a model is rewarded for repeating what it reads: the loss soon falls to nearly 0, and the model
# writes one word again and again.</p>
# </details>
#
# ### The usual mistakes
#
# Here is one of them, made on purpose: positions that start at 0 in every step.


# %%
def positions_from_zero(query, key, value, cached_key, cached_value):
    at = np.arange(query.shape[2])
    query, key = rotary_embedding(query, at), rotary_embedding(key, at)
    key, value = np.concatenate([cached_key, key], axis=2), np.concatenate([cached_value, value], axis=2)
    seen = cached_key.shape[2] + at
    rows = []
    for i, t in enumerate(seen):
        rows.append(grouped_query_attention(query[:, :, [i]], key[:, :, : t + 1], value[:, :, : t + 1]))
    return np.concatenate(rows, axis=2), key, value


course.assess(positions_from_zero, "attend_with_cache")

# %% [markdown]
# | what you write | what you see |
# |:--|:--|
# | pairs of neighbours instead of halves | no error; weights from models with halves don't fit |
# | values turned, too | no error; what a word passes on depends on where it is |
# | new positions counted from 0 | with a cache, the text differs from the text without one |
# | `is_causal=True` for one new word and a long cache | the word sees only position 0 |
# | keys and values tiled instead of repeated | right shapes, wrong heads |
# | targets not shifted | a loss near 0, and a model that repeats |
# | a new state for AdamW in each step | each parameter moves by the learning rate, however small its gradient is |
# | a new generator with the same seed for each word | the same random number at every step |

# %% [markdown]
# ### In your own words
#
# Two language models have the same loss on the texts that they were trained on. On new texts of the same kind, the
# first has a loss of 1.6 for each letter, and the second a loss of 3.1. Both write with the same settings: temperature
# 0.4 and the ten best letters. What has each of them learned? Why does the text of the second still look good, and how
# would you find out where it comes from? Answer in two or three sentences.

# %% [markdown] question="parrot"
# <details><summary>Model answer and rubric</summary>
# <p>The first has learned what is common in such texts: spelling, words, line lengths. The second has learned its
# training texts by heart. Its own text looks good because it repeats pieces of them: at a low temperature it mostly
# takes the letter that it is most certain of, and that is how the text continued in training. Search the training texts
# for long pieces of what it wrote, or look at the loss on held-out texts.</p>
# <ul><li>1 point: the first generalizes, the second has learned by heart (overfitting).</li>
# <li>1 point: its text looks good because it is copied from the training texts.</li>
# <li>1 point: a test: search the training texts for long pieces, or measure the loss on other texts.</li></ul>
# </details>

# %% [markdown]
# ## 10. Recap
#
# - Rotary positions turn queries and keys, so their positions affect the dot products only through the distance. This
#   needs no parameters.
# - SwiGLU multiplies the outputs of two linear layers, one of them after SiLU. It has three weights, so the hidden size
#   is smaller.
# - Heads of queries in a group share keys and values, so the cache is smaller.
# - A KV cache keeps the keys and values of all words, so a new word costs one row of attention.
# - Each position is trained to predict the next word. Temperature and top-k choose from what it predicts.
#
# ### Elsewhere
#
# | where | what | how it differs |
# |:--|:--|:--|
# | Meta's own Llama code, RoFormer's paper | rotary embedding | pairs are neighbours, 2i and 2i + 1; weights are permuted to convert |
# | ONNX | `RotaryEmbedding` | halves as here; neighbours with `interleaved=1` |
# | PyTorch | `scaled_dot_product_attention` | `is_causal` lines up query 0 with key 0, whatever the cache |
# | PyTorch | `torch.optim.Adam` | its `weight_decay` goes through the averages, and AdamW's does not |
# | Hugging Face | `temperature`, `top_k` | temperature 0 is `do_sample=False` |
# | GPT-2, 2019 | the layer | LayerNorm, GELU, learned positions, biases |
#
# ### Further reading
#
# - Su and others, [RoFormer](https://arxiv.org/abs/2104.09864) (2021): rotary positions.
# - Shazeer, [GLU Variants Improve Transformer](https://arxiv.org/abs/2002.05202) (2020): SwiGLU.
# - Ainslie and others, [GQA](https://arxiv.org/abs/2305.13245) (2023): grouped heads.
# - Loshchilov and Hutter, [Decoupled Weight Decay Regularization](https://arxiv.org/abs/1711.05101) (2019): AdamW.
# - Touvron and others, [LLaMA](https://arxiv.org/abs/2302.13971) (2023): rotary positions, SwiGLU and RMSNorm in one
#   model. [Llama 2](https://arxiv.org/abs/2307.09288) (2023) has grouped heads in its largest models.
