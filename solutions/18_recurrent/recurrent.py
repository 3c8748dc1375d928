# %% [markdown]
# # {{recurrent}} · Recurrent layers: a state that goes from position to position
#
# At the end of this chapter you will have written PyTorch's RNN, GRU and LSTM in NumPy, and the backward pass through
# time. You will be able to say what each gate does, and why gradients over many positions vanish or explode.
#
# You need chapters {{linear}} and {{activations}}. Plan two sittings of 60 to 75 minutes: sections 1 to 6, then the
# rest.
#
# Run the cells from top to bottom with Shift+Enter. Eight of them are exercises, each with a check below.
# `hint("rnn_cell")` gives one step of help, `solution("rnn_cell")` the answer.

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
from course.figures import recurrent as figures
from course.figures.lstm import cell as draw_cell
from course.figures.motion import motion

# %% [markdown]
# ## 1. Where it sits
#
# A sentence, a melody or a series of measurements has an order, and no fixed length. A linear layer needs a fixed
# number of features, and has other weights for each of them. A recurrent layer reads one position at a time. It keeps a
# **state**: a vector that summarizes what it has read so far. At each position, a **cell** computes the new state from
# the input and the state before.

# %%
fig, ax = plt.subplots(figsize=(8.4, 2.6))
figures.unrolled(["the", "cat", "drank", "the", "milk"], ax)
plt.show()

# %% [markdown]
# All these cells are the same cell, with the same weights. So the layer has as many parameters for five words as for
# five thousand. In the summary table $h$ is the state.

# %%
table("RNN")

# %% [markdown]
# ## 2. Formula and shapes
#
# The plain recurrent layer, PyTorch's `RNN`, has one formula for position $t$:
#
# $$
# h_t = \tanh\left( W_{ih}\, x_t + b_{ih} + W_{hh}\, h_{t-1} + b_{hh} \right)
# $$
#
# It is a linear layer of the input, plus a linear layer of the state before, and tanh of the sum.
#
# ### Exercise 1: the plain cell
#
# One step of the formula, for a batch of $n$ sequences: `input` is $(n, f)$ with $f$ features, and `hx`, the state
# before, is $(n, d_h)$. The formula has column vectors; here each sample is a row, as in chapter {{linear}}.


# %% exercise="rnn_cell"

# %% check="rnn_cell"
check(rnn_cell)

# %% [markdown]
# ### The symbols
#
# - $l$ is the length of a sequence, $t$ a position, $n$ the batch size,
# - $f$ is the number of features of a position, $d_h$ the size of the state.
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | input $x$ | $(l, n, f)$ | `input`; $(n, l, f)$ with `batch_first=True` |
# | states $h$ of all positions | $(l, n, d_h)$ | `output` |
# | the last state | $(1, n, d_h)$ | `h_n`; axis 0 counts layers |
# | $W_{ih}$ | $(d_h, f)$ | `weight_ih_l0`: from input to state |
# | $W_{hh}$ | $(d_h, d_h)$ | `weight_hh_l0`: from state to state |
# | $b_{ih}$, $b_{hh}$ | $(d_h{,})$ | `bias_ih_l0`, `bias_hh_l0` |
#
# ### Where you find it
#
# The layer is used as an **inner** layer. A linear layer after it reads the last state, to classify the whole sequence,
# or every state, to label each position.

# %% [markdown]
# ## 3. See it in PyTorch
#
# A layer with sequences of 5 positions and 8 features, and a state of 16 numbers. It gives two results.

# %%
torch.manual_seed(0)
sequences = torch.randn(5, 2, 8)  # (l, n, f)
plain = torch.nn.RNN(input_size=8, hidden_size=16)
output, last = plain(sequences)

print("output    ", tuple(output.shape))
print("last state", tuple(last.shape))
print("the last state is the last row of the output:", torch.equal(output[-1], last[0]))
for name, parameter in plain.named_parameters():
    print(f"{name:13} {tuple(parameter.shape)}")

# %% [markdown]
# ## 4. Predict, then run
#
# A plain layer reads 3 sequences of 20 positions with 10 features, and its state has 12 numbers. Write down four
# answers before you run the next cell.
#
# 1. What are the shapes of the output and of the last state?
# 2. What are the shapes of the four parameters?
# 3. How many parameters does the layer have?
# 4. How many does it have for sequences of 40 positions?

# %%
plain = torch.nn.RNN(input_size=10, hidden_size=12)
output, last = plain(torch.randn(20, 3, 10))

print("1.", *(tuple(array.shape) for array in (output, last)))
print("2.", *(tuple(parameter.shape) for parameter in plain.parameters()))
print("3.", sum(parameter.numel() for parameter in plain.parameters()))
plain(torch.randn(40, 3, 10))
print("4.", sum(parameter.numel() for parameter in plain.parameters()))

# %% [markdown]
# By hand, the work is $l \cdot n$ times the size of both matrices. Two tools count it, and they don't agree:

# %%
exact = plain.double()
with FlopCounterMode(display=False) as counter:
    exact(torch.randn(20, 3, 10, dtype=torch.double))
counts = {
    "20 · 3 · 12 · (10 + 12)": 20 * 3 * 12 * (10 + 12),
    "PyTorch's flop counter": counter.get_total_flops() // 2,
    "torchinfo": summary(plain.float(), input_size=(20, 3, 10), verbose=0).total_mult_adds,
}
for name, count in counts.items():
    print(f"{name:23} {count:9,d}")

# %% [markdown]
# torchinfo counts a multiplication for each bias, too. There are none.

# %% [markdown]
# ## 5. Write it
#
# ### Gates
#
# A plain cell overwrites its whole state at every step. What it read ten positions ago has been multiplied by $W_{hh}$
# ten times since. To keep something, a cell needs a way to leave a part of its state alone.
#
# A **gate** does this. It is a vector of numbers between 0 and 1, computed by a sigmoid $\sigma$, that multiplies
# another vector: where it is 0, nothing passes, and where it is 1, everything does.
#
# **Predict:** the next cell mixes two vectors with a gate. Which three numbers come out?

# %%
gate, old, new = np.array([1.0, 0.0, 0.5]), np.array([4.0, 4.0, 4.0]), np.array([-2.0, -2.0, -2.0])
gate * old + (1 - gate) * new

# %% [markdown]
# The first number is kept, the second is replaced, and the third is halfway between.
#
# ### Exercise 2: the GRU's cell
#
# The **gated recurrent unit**, GRU, has two gates, $r$ and $z$:
#
# $$
# r_t = \sigma( W_{ir}\, x_t + b_{ir} + W_{hr}\, h_{t-1} + b_{hr} )
# $$
#
# $$
# z_t = \sigma( W_{iz}\, x_t + b_{iz} + W_{hz}\, h_{t-1} + b_{hz} )
# $$
#
# $$
# n_t = \tanh( W_{in}\, x_t + b_{in} + r_t \, ( W_{hn}\, h_{t-1} + b_{hn} ) )
# $$
#
# $$
# h_t = (1 - z_t)\, n_t + z_t\, h_{t-1}
# $$
#
# The products with gates are element by element. The **update gate** $z$ mixes the old state with a **candidate** $n$,
# a proposal for the new state. The **reset gate** $r$ decides how much of the old state the candidate sees. The letters
# are PyTorch's: $n_t$ with an index is the candidate, $n$ without one is the batch size. Mind the parentheses in the
# third line: $r_t$ multiplies what comes from the state, and not what comes from the input.
#
# PyTorch stacks the three weights in the order $r$, $z$, $n$. So `weight_ih` is $(3 d_h, f)$ and `weight_hh` is
# $(3 d_h, d_h)$. One product gives all three parts, side by side; `np.split(array, 3, axis=1)` separates them.


# %% exercise="gru_cell"

# %% check="gru_cell"
check(gru_cell)

# %% [markdown]
# ### Two states
#
# The **long short-term memory**, LSTM, is the recurrent layer that is used most. It separates what it stores from what
# it shows. The **cell state** $c$ is the store. The state $h$ is what the next layer, and the next step, get to see of
# it.

# %%
table("LSTM")

# %% [markdown]
# ### Exercise 3: the LSTM's cell
#
# Each step computes four parts, and from them the two states:
#
# $$
# i_t, f_t, o_t = \sigma(\ldots) \qquad g_t = \tanh(\ldots)
# $$
#
# $$
# c_t = f_t\, c_{t-1} + i_t\, g_t \qquad h_t = o_t \tanh(c_t)
# $$
#
# Each of the four has the sum of section 2 in its parentheses, with its own weights and biases.
#
# - The **forget gate** $f$ says how much of the store is kept. A gate of 1 keeps everything, despite its name.
# - The **input gate** $i$ says how much of the candidate $g$ is added.
# - The **output gate** $o$ says how much is shown.

# %%
fig, ax = plt.subplots(figsize=(8.4, 3.2), layout="constrained")
draw_cell(ax)
plt.show()

# %% [markdown]
# The cell state passes along the top: it is multiplied by a gate, something is added, and no matrix changes it.
#
# PyTorch's order of the rows is $i$, $f$, $g$, $o$, so `weight_ih` is $(4 d_h, f)$. ($f_t$ is the forget gate, $f$ is
# the number of features.)


# %% exercise="lstm_cell"

# %% check="lstm_cell"
check(lstm_cell)

# %% [markdown]
# ### Exercise 4: over a sequence
#
# The layer applies the cell at every position and hands the two states on. You may call your `lstm_cell`, or write the
# step again.
#
# PyTorch's `h0` and `c0` have one more axis in front, because a layer may have several layers inside. Here it has one,
# so that axis has size 1. The last states are returned with it, too.


# %% exercise="lstm"

# %% check="lstm"
check(lstm)

# %% [markdown]
# Your function takes the parameters of PyTorch's module as they are:

# %%
module = torch.nn.LSTM(3, 4).double()
parameters = [parameter.detach().numpy() for parameter in module.parameters()]
sequences = torch.randn(6, 2, 3, dtype=torch.double)
zeros = np.zeros((1, 2, 4))

with torch.no_grad():
    theirs, (their_h, their_c) = module(sequences)
yours, your_h, your_c = lstm(sequences.numpy(), zeros, zeros, *parameters)
for name, y, t in zip(("output", "h", "c"), (yours, your_h, your_c), (theirs, their_h, their_c), strict=True):
    print(f"{name:7} {y.shape!s:10} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# ### Exercise 5: how many parameters?
#
# Layers can be stacked: the second one reads the states of the first as its input. That is `num_layers=2`. Count the
# parameters of all layers. PyTorch keeps two biases for each row of the weights, although it only ever adds them.


# %% exercise="lstm_num_parameters"

# %% check="lstm_num_parameters"
check(lstm_num_parameters)

# %% [markdown]
# **Predict:** with 10 features and a state of 12 numbers, how many times as many parameters as the plain layer of
# section 4 does an LSTM have? What are the shapes of its four parameters?

# %%
lstm_layer = torch.nn.LSTM(input_size=10, hidden_size=12)
print(lstm_num_parameters(10, 12), "parameters, the plain layer has", sum(p.numel() for p in plain.parameters()))
print(*(tuple(parameter.shape) for parameter in lstm_layer.parameters()))

# %% [markdown]
# ## 6. Look at it
#
# Here is an LSTM whose weights are chosen, not trained. Its state is one number. At each position it reads three: a
# value, a signal to store it, and a signal to show what is stored. Large weights make gates that are nearly 0 or 1.
#
# Predict before you play: what is the cell state at position 4, and what is the state there? Step through the positions
# and work out the line below the picture.

# %%
values = np.array([0.4, -0.3, 0.8, 0.1, -0.6, 0.5, -0.9, 0.2, 0.7, -0.1])
store = np.array([0, 0, 1, 0, 0, 0, 1, 0, 0, 0.0])
show = np.array([0, 0, 0, 0, 1, 1, 0, 0, 0, 1.0])
read = np.stack([values, store, show], axis=1)[:, np.newaxis]  # (l, 1, 3)
chosen = [
    np.array([[0, 20, 0], [0, -20, 0], [1, 0, 0], [0, 0, 20.0]]),  # rows for i, f, g, o
    np.zeros((4, 1)),
    np.array([-10, 10, 0, -10.0]),
    np.zeros(4),
]
start = np.zeros((1, 1, 1))
kept = [lstm(read[: t + 1], start, start, *chosen)[2][0, 0, 0] for t in range(len(read))]
shown = lstm(read, start, start, *chosen)[0][:, 0, 0]

i, f, g, o = (read[:, 0] @ chosen[0].T + chosen[2]).T
i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
rows = {
    "value": values,
    "store it?": store,
    "show it?": show,
    "input gate i": i,
    "forget gate f": f,
    "candidate g": np.tanh(g),
    "cell state c": np.array(kept),
    "output gate o": o,
    "state h": shown,
}
figure = Figure(figsize=(8.4, 5.2), layout="constrained")
ax = figure.subplots()


def up_to(position):
    ax.clear()
    before = kept[position - 1] if position else 0.0
    terms = f"{f[position]:.2f} · ({before:.2f}) + {i[position]:.2f} · ({np.tanh(g[position]):.2f})"
    figures.gates(rows, position, ax, f"$c$ = f · c + i · g = {terms} = {kept[position]:.2f}")


about = "an LSTM's gates, cell state and state at ten positions: a value is stored, kept over four positions, and shown"
motion(figure, up_to, len(read), description=about, per_second=1)

# %% [markdown]
# At position 2, the input gate opens and the forget gate closes for one step: the store is replaced. From then on the
# forget gate is open, and the cell state stays the same while other values pass by. The output gate shows it at
# positions 4 and 5. Training can find such weights, though seldom such clear ones.

# %% [markdown]
# ## 7. Backwards
#
# Unrolled over time, the layer is a deep network that has the same weights in every layer. The backward pass goes
# through it from the last position to the first. This is called **backpropagation through time**.
#
# Let $G_t$ be `grad_output` at position $t$. The state $h_t$ is used twice: it is an output, and the next step reads
# it. So its gradient has two parts. With $s_t$ for the sum before tanh,
#
# $$
# \frac{\partial L}{\partial h_t} = G_t + \frac{\partial L}{\partial s_{t+1}} \, W_{hh}
# \qquad
# \frac{\partial L}{\partial s_t} = \frac{\partial L}{\partial h_t} \, (1 - h_t^2)
# $$
#
# The products with $1 - h_t^2$ are element by element: this is the slope of tanh. At the last position there is no
# later step, and the second part is 0.

# %%
fig, ax = plt.subplots(figsize=(8.4, 2.6))
figures.unrolled(["$x_0$", "$x_1$", "$x_2$", "$x_3$"], ax, backward=True)
plt.show()

# %% [markdown]
# The rest is a linear layer, as in chapter {{linear}}. The sum $s_t$ has two inputs, $x_t$ and $h_{t-1}$, so its
# gradient goes to four places:
#
# | gradient of | shape | all positions together |
# |:--|:--|:--|
# | $x_t$ | $(n, f)$ | one row of `grad_input` for each position |
# | $h_{t-1}$ | $(n, d_h)$ | passed on to the position before |
# | $W_{ih}$, $W_{hh}$ | $(d_h, f)$, $(d_h, d_h)$ | added up: the weights are the same at all positions |
# | $b_{ih}$, $b_{hh}$ | $(d_h{,})$ | added up, and equal |
#
# ### Exercise 6: the backward pass of the plain layer
#
# The layer starts from a state of 0. Run it forwards first and keep all states, then go backwards. First write the loop
# for the gradient of $s_t$ alone, from the last position to the first. Then add the four places.


# %% exercise="rnn_backward"

# %% check="rnn_backward"
check(rnn_backward)

# %% [markdown]
# ### Compared with autograd

# %%
rng = np.random.default_rng(1)
x, weights = rng.normal(size=(6, 2, 3)), [rng.normal(size=s) / 2 for s in ((4, 3), (4, 4), (4,), (4,))]
G = rng.normal(size=(6, 2, 4))

layer = torch.nn.RNN(3, 4).double()
with torch.no_grad():
    for parameter, array in zip(layer.parameters(), weights, strict=True):
        parameter.copy_(torch.from_numpy(array))
leaf = torch.tensor(x, requires_grad=True)
theirs = torch.autograd.grad(layer(leaf)[0], [leaf, *layer.parameters()], torch.from_numpy(G))

names = ("grad_input", "grad_weight_ih", "grad_weight_hh", "grad_bias_ih", "grad_bias_hh")
for name, y, t in zip(names, rnn_backward(G, x, *weights), theirs, strict=True):
    print(f"{name:15} {y.shape!s:10} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# ### Over many positions
#
# From each position to the one before, the gradient is multiplied by $W_{hh}$ once more. What does that do over 30
# positions? In the next cell $W_{hh}$ is a rotation times a factor, and the loss depends on the last state alone. The
# picture begins at the last position, on the left, and goes back to the first, on the right.
#
# **Predict:** for which factors does the first input still get a gradient?

# %%
length, size = 30, 16
rng = np.random.default_rng(0)
rotation = np.linalg.qr(rng.normal(size=(size, size)))[0]
x, weight_ih = rng.normal(size=(length, 1, 4)) / 10, rng.normal(size=(size, 4)) * 0.03
G = np.zeros((length, 1, size))
G[-1] = rng.normal(size=size)

norms = {}
for factor in (0.8, 1.0, 1.2):
    grad_input, *_ = rnn_backward(G, x, weight_ih, factor * rotation, np.zeros(size), np.zeros(size))
    norms[f"RNN, {factor}"] = np.linalg.norm(grad_input, axis=(1, 2))

torch.manual_seed(0)
remembering = torch.nn.LSTM(4, size).double()
with torch.no_grad():
    remembering.bias_ih_l0[size : 2 * size] = 4  # the forget gates start open
leaf = torch.tensor(x, requires_grad=True)
(grad,) = torch.autograd.grad(remembering(leaf)[0], leaf, torch.from_numpy(G))
norms["LSTM"] = np.linalg.norm(grad.numpy(), axis=(1, 2))

fig, ax = plt.subplots(figsize=(8, 3.6))
figures.over_time(norms, ax)
plt.show()
for name, sizes in norms.items():
    print(f"{name:9} first position {sizes[0]:8.4f}   last position {sizes[-1]:7.4f}")

# %% [markdown]
# With a factor of 0.8 the gradient **vanishes**: what happened 30 positions ago hardly counts in training. With 1.2 it
# **explodes**. Only a factor near 1 keeps it. In the LSTM, the gradient of the cell state is multiplied by the forget
# gate, and by no matrix. While that gate is open, the gradient passes.
#
# ### Exercise 7: clip the gradient
#
# A single exploding gradient can ruin a training run: the step is so large that the weights are useless afterwards. The
# usual remedy is to limit the **norm** of all gradients together, the root of the sum of all squares:
#
# $$
# g \leftarrow g \cdot \min\left( 1, \frac{\text{max norm}}{\text{norm} + 10^{-6}} \right)
# $$
#
# All gradients are multiplied by the same number, so the step has the same direction and another length. Return new
# arrays, and the norm from before, which is worth plotting.


# %% exercise="clip_grad_norm"

# %% check="clip_grad_norm"
check(clip_grad_norm)

# %% [markdown]
# The exploding layer once more. Its gradients, before and after:

# %%
exploding = rnn_backward(G, x, weight_ih, 1.2 * rotation, np.zeros(size), np.zeros(size))[1:]
clipped, before = clip_grad_norm(list(exploding), max_norm=1.0)
after = np.sqrt(sum((grad**2).sum() for grad in clipped))
print(f"norm before {before:.2f}, after {after:.2f}")

# %% [markdown]
# ## 8. What goes wrong
#
# ### Find the bug
#
# Exercise 8 gives you a plain recurrent layer for inputs of $(n, l, f)$. The shape of its output is right. Here it
# reads three sequences of four positions, twice. The second time, one number of sequence 0 is changed, at position 0.
#
# Which outputs should change? Look at which do.

# %%
given = course.exercises["repair_batch_first"].given
rng = np.random.default_rng(2)
inputs = rng.normal(size=(3, 4, 2))
arrays = rng.normal(size=(5, 2)), rng.normal(size=(5, 5)) / 2, rng.normal(size=5)

changed = inputs.copy()
changed[0, 0, 0] += 1
before, after = given(inputs, *arrays), given(changed, *arrays)
print("output", after.shape)
print("positions that changed (a row for each sequence)")
print((before != after).any(axis=2).astype(int))

# %% [markdown]
# ### Exercise 8: repair it
#
# Change as little as you can. All or nothing: it has to be right in every case.


# %% exercise="repair_batch_first"

# %% check="repair_batch_first"
check(repair_batch_first)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>Sequence 0 should have changed at all of its positions, and no other sequence at all. But the loop goes over axis 0,
# and that axis counts sequences. So the state is handed from one sequence to the next, at the same position. With
# <code>input.swapaxes(0, 1)</code> the loop goes over positions, and the states are stacked along axis 1.</p>
# <p>Training with this bug works a little: each position is still read. But the network never sees the order, so the loss
# stays too high. In PyTorch the same happens when <code>batch_first=True</code> is forgotten.</p>
# </details>
#
# ### The usual mistakes
#
# Here is one of them, made on purpose: the gates in another order.


# %%
def other_order(input, hx, cx, weight_ih, weight_hh, bias_ih, bias_hh):
    blocks = np.split(input @ weight_ih.T + bias_ih + hx @ weight_hh.T + bias_hh, 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-blocks[k])) for k in (0, 1, 2))
    c = f * cx + i * np.tanh(blocks[3])
    return o * np.tanh(c), c


course.assess(other_order, "lstm_cell")

# %% [markdown]
# | what you write | what you see |
# |:--|:--|
# | `batch_first` forgotten | the right shapes; the state goes from sequence to sequence |
# | `hx @ weight_hh` without `.T` | no error, because the matrix is square; wrong values |
# | gates in another order | wrong values; weights from PyTorch don't fit |
# | $h$ computed before the new $c$ | a state that is one step late |
# | states not set to 0 between two batches | the text before leaks into the next one |
# | `output[-1]` of padded sequences | the state after the padding, not after the last word |
# | no clipping | a loss that suddenly jumps, or becomes NaN |

# %% [markdown]
# ### In your own words
#
# The bias of an LSTM's forget gate is often initialized to 1 or more, and all other biases to 0. Compare an initial
# value of 3 with one of −3: what happens to the cell state, and to its gradient, over 20 positions? Why does this
# matter before the first training step? Answer in two or three sentences.

# %% [markdown] question="forget_bias"
# <details><summary>Model answer and rubric</summary>
# <p>With 3 the gate is about sigmoid(3) = 0.95, so more than a third of the cell state is left after 20 positions
# (0.953²⁰ = 0.38). With −3 it is about 0.05: after two positions almost nothing is left. The gradient of the cell state
# is multiplied by the same gates, so with −3 no gradient reaches early positions, and the network can't learn that
# remembering would help.</p>
# <ul><li>1 point: with 3 the gate is nearly open and much of the state stays; with −3 it is nearly shut.</li>
# <li>1 point: the gradient is multiplied by the same factors.</li>
# <li>1 point: without a gradient from early positions, training can't open the gate.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - A recurrent layer reads a sequence position by position, with the same weights, and hands a state on.
# - A gate is a sigmoid that multiplies: 0 stops, 1 lets pass. A GRU has two gates, an LSTM three and a cell state.
# - An LSTM layer that reads $f$ features has $4 d_h (f + d_h + 2)$ parameters. The length does not matter.
# - Backwards through time, the weights' gradients add up over positions. The state's gradient vanishes or explodes.
# - Open forget gates keep gradients; clipping limits them.
#
# Position $t$ needs position $t - 1$, so the positions can't be computed at the same time. Attention, in chapter
# {{attention}}, has no such chain. That is a reason why transformers took over where sequences are long.
#
# ### Elsewhere
#
# | library | what | how it differs |
# |:--|:--|:--|
# | PyTorch | `LSTM` | positions first unless `batch_first=True`; rows in the order i, f, g, o; two biases |
# | Keras | `LSTM` | batch first; columns in the order i, f, c, o; one bias, with 1 for the forget gate at the start |
# | Keras | `GRU` | the order is z, r, n; `reset_after=True` is PyTorch's formula, apart from the order |
# | ONNX | `LSTM` | rows in the order i, o, f, c |
# | Flax (JAX) | `flax.nnx.OptimizedLSTMCell` | one bias; the loop over positions is a separate layer, `flax.nnx.RNN` |
#
# ### Further reading
#
# - [torch.nn.LSTM](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html) in PyTorch's documentation.
# - Hochreiter and Schmidhuber, [Long Short-Term Memory](https://doi.org/10.1162/neco.1997.9.8.1735) (1997).
# - Cho and others, [Learning Phrase Representations using RNN Encoder-Decoder](https://arxiv.org/abs/1406.1078) (2014):
#   the GRU.
# - Pascanu, Mikolov and Bengio, [On the difficulty of training recurrent neural
#   networks](https://arxiv.org/abs/1211.5063) (2013): vanishing, exploding, clipping.
# - Olah, [Understanding LSTM Networks](https://colah.github.io/posts/2015-08-Understanding-LSTMs/) (2015).
