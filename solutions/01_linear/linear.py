# %% [markdown]
# # {{linear}} · Linear: every output sees every input
#
# At the end of this chapter you will have written PyTorch's linear layer in NumPy, forwards and backwards. You will
# know its shapes, its cost, and its usual mistakes.
#
# You need first-year Python and matrix products, and for section 7 derivatives and the chain rule. Plan about 85
# minutes, or two sittings: sections 1 to 6, then 7 to 9.
#
# Run the cells from top to bottom with Shift+Enter. Five of them are exercises, each with a check right below. When
# you are stuck, `hint("linear")` gives one step of help, `solution("linear")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads what the demonstrations need. Your own code uses NumPy alone.

# %%
import torch
from torchinfo import summary

import course
from course.figures import linear as figures

# %% [markdown]
# ## 1. Where it sits
#
# Each output is a weighted sum of **all** inputs, plus its own constant. Here is the layer's row of the summary
# table.

# %%
table("Linear")

# %% [markdown]
# ## 2. Formula and shapes
#
# For one sample $x$, output number $i$ is
#
# $$
# f_i(x) = \sum_j W_{i,j} \, x_j + b_i
# $$
#
# The first index of $W$ says which output, the second says which input. A network processes a batch of samples at once.
# They are the **rows** of a matrix $X$, and the outputs are the rows of
#
# $$
# Y = X W^T + b
# $$
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | input $X$: $n$ samples of $c_i$ numbers | $(n, c_i)$ | `input`; $c_i$ is `in_features` |
# | weight $W$ | $(c_o, c_i)$ | `weight` |
# | bias $b$, added to each row | $(c_o{,})$ | `bias` |
# | output $Y$ | $(n, c_o)$ | $c_o$ is `out_features` |
#
# ### Exercise 1: the layer
#
# Here is the formula as three loops: over samples, outputs, and the inputs that are summed.


# %%
def linear_loops(input, weight, bias):
    n, c_i = input.shape
    c_o = weight.shape[0]
    output = np.zeros((n, c_o))
    for row in range(n):
        for i in range(c_o):
            for j in range(c_i):
                output[row, i] += weight[i, j] * input[row, j]
            output[row, i] += bias[i]
    return output


W = np.array([[2.0, 0.5, 1.0], [1.0, -1.0, -0.5], [-2.0, 3.0, 1.0], [-1.0, 1.0, 2.0]])
X = np.array([[1.0, 2.0, -1.0], [1.0, 0.0, 1.0]])
b = np.array([1.0, 0.0, -1.0, 2.0])
linear_loops(X, W, b)

# %% [markdown]
# The innermost loop is a dot product: `input[row] @ weight[i]`. The other two fill a table of dot products, every row
# of `input` with every row of `weight`. That is what a matrix product is. Write the layer without a loop. PyTorch
# accepts more axes before the last; here the input always has two.


# %% exercise="linear"

# %% check="linear"
check(linear)

# %% [markdown]
# The loops were right, and slow: Python runs the innermost line once for each multiplication. Yours gives the same.

# %%
np.array_equal(linear(X, W, b), linear_loops(X, W, b))

# %% [markdown]
# ### Two ways to write it
#
# The outputs of one sample are a matrix times a **column** vector:
#
# $$
# f(x) = W x + b
# $$
#
# $Y = X W^T + b$ says the same for many samples at once. In a matrix product, rows are multiplied with columns. The
# samples are rows, so the weights of an output must be a column. That is why $W$ moves to the right and is transposed.
#
# Check that the shapes fit: $X W^T$ is $(n, c_i)$ times $(c_i, c_o)$. The inner sizes agree, and the result is
# $(n, c_o)$. $n$ is the **batch size**, $c_i$ and $c_o$ are the numbers of input and output **channels**.
#
# ### Where you find it
#
# An activation function such as ReLU works on one number at a time. A linear layer combines different inputs. You find
# it in three places.
#
# - **As the first layer**, where the input is a plain list of features.
# - **As an inner layer**, with an activation function after it. Section 6 shows why it needs one.
# - **As the last layer**, where the network has to output numbers: a regression, or one score for each class. By itself
#   it *is* linear regression. In section 7 you train one.
#
# Other names for it are *fully connected layer*, *dense layer* and *affine layer*. The picture shows why it is called
# fully connected: there is a line from every input to every output. Each line is one weight. The thicker the line, the
# larger the absolute value of the weight: -2 is as thick as 2.

# %%
fig, ax = plt.subplots(figsize=(6, 3.2))
figures.connections(W, ax)
plt.show()

# %% [markdown]
# ## 3. See it in PyTorch
#
# The layer of the table takes 10 numbers and gives 5. We give it one sample.

# %%
torch.manual_seed(0)
layer = torch.nn.Linear(in_features=10, out_features=5)
input_data = torch.randn(1, 10)
layer(input_data)

# %% [markdown]
# Five numbers come out. `grad_fn` records how PyTorch computed them; section 7 is about the backward pass.
#
# The layer's parameters are a weight and a bias. PyTorch fills them with small random numbers. Training changes them.

# %%
layer.weight.shape, layer.bias.shape

# %% [markdown]
# The weight is $(5, 10)$: outputs first, although the call names the inputs first. Each row has the ten weights of
# one output.
#
# Now the formula for one sample, $W x + b$. It gives the same result as the layer.

# %%
x = input_data[0]
torch.allclose(layer.weight @ x + layer.bias, layer(x))

# %% [markdown]
# `torchinfo` summarizes a layer: the shape of its output and its number of parameters.

# %%
summary(layer, input_size=(1, 10))

# %% [markdown]
# 55 parameters: 50 weights, one for each pair of an input and an output, and 5 biases.
#
# A *mult-add* is one multiplication together with the addition that follows it. It measures the work of a layer. The
# summary prints it in millions, so a small layer shows 0.00. (The unit in brackets depends on the version; some print
# `Units.MEGABYTES`.) Here is the plain number.

# %%
summary(layer, input_size=(1, 10)).total_mult_adds

# %% [markdown]
# Look at this number again. $W x$ takes 5 · 10 = 50 multiplications. torchinfo says 55, because it also counts each
# bias as a mult-add. In this course a mult-add is a multiplication, so the layer takes 50 for one sample.
#
# PyTorch's layer takes any number of axes before the last. All axes except the last count samples: below there are 4 ·
# 7 of them. torchinfo looks at the first axis only, and counts 4 · 55.

# %%
print("output shape", tuple(layer(torch.randn(4, 7, 10)).shape))
print("mult-adds according to torchinfo", summary(layer, input_size=(4, 7, 10)).total_mult_adds)
print("multiplications", 4 * 7 * 10 * 5)

# %% [markdown]
# ## 4. Predict, then run
#
# Images of 28 by 28 pixels are flattened to rows of 784 numbers. A layer turns each image into 10 scores, one for each
# digit. The batch has 64 images.
#
# Write down four answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weight?
# 3. How many parameters does the layer have?
# 4. How many multiplications does the batch take?

# %%
images = torch.randn(64, 784)
scores = torch.nn.Linear(784, 10)

print("1. output", tuple(scores(images).shape))
print("2. weight", tuple(scores.weight.shape))
print("3. parameters", sum(p.numel() for p in scores.parameters()))
print("4. multiplications", 64 * 784 * 10)

# %% [markdown]
# One more, without code. You double the batch. Which of the four answers change?
#
# <details><summary>Answer</summary>
# <p>The output gets twice as many rows, and the multiplications double. The weight and the number of parameters do not
# change: every sample uses the same weights. A layer does not depend on the batch size.</p>
# </details>

# %% [markdown]
# ## 5. Write it: what it costs
#
# ### Exercise 2: its parameters
#
# A parameter is a number that training changes. Count them from the two sizes.


# %% exercise="linear_num_parameters"

# %% check="linear_num_parameters"
check(linear_num_parameters)

# %% [markdown]
# ### Exercise 3: its work
#
# Count the mult-adds of a whole batch. This is also the number of times that the innermost line of `linear_loops`
# runs. Here the input may have more axes before the last: 20 words for each of $n$ sentences, with $c_i$ numbers a
# word, are $(n, 20, c_i)$. The layer works on each word, with the same weight. So the parameters stay as they are, and
# the work grows.


# %% exercise="linear_macs"

# %% check="linear_macs"
check(linear_macs)

# %% [markdown]
# ## 6. Look at it
#
# The pictures from here on are made with **your** function.
#
# ### The matrix product
#
# The transposed weight is above the output, and the input is to the left of it. Each output is where its sample's row
# meets its weights' column. One output is framed, together with all the numbers it is computed from.

# %%
fig, ax = plt.subplots(figsize=(6.4, 5.4))
figures.matrix_product(X, W, b, linear(X, W, b), ax, highlight=(0, 2))
plt.show()

# %% [markdown]
# Compute the framed output from its frames: $1 \cdot (-2) + 2 \cdot 3 + (-1) \cdot 1 - 1$. Do you get the same number?
#
# ### What it does to the plane
#
# A layer with two inputs and two outputs moves the points of a plane. On the left, a grid and a letter drawn
# on it. In the middle, the weight alone. On the right, weight and bias.

# %%
ticks = np.linspace(-2, 2, 9)
grid = np.stack(np.meshgrid(ticks, ticks), axis=-1)  # (9, 9, 2)
letter = np.array([[0, 0], [0, 1], [1, 1], [0, 1], [0, 2], [1.5, 2]])
shear = np.array([[1.0, 0.8], [-0.3, 1.2]])
shift = np.array([1.0, -1.5])


def move_grid(bias):
    return linear(grid.reshape(-1, 2), shear, bias).reshape(grid.shape)


fig, axes = plt.subplots(1, 3, figsize=(9.2, 3.4), layout="constrained")
figures.plane(grid, letter, axes[0], "input", kind="input")
figures.plane(move_grid(None), linear(letter, shear), axes[1], "linear(input, weight)")
figures.plane(move_grid(shift), linear(letter, shear, shift), axes[2], "linear(input, weight, bias)")
plt.show()

# %% [markdown]
# Straight lines stay straight, and parallel lines stay parallel. This is so for every weight. The weight does not
# move the origin (the cross). Only the bias can move it.
#
# Change `shear` and run the cell again. Which weight rotates the letter by 90 degrees? Which one flattens it to a
# line?
#
# <details><summary>Answer</summary>
# <p><code>np.array([[0.0, -1.0], [1.0, 0.0]])</code> rotates it by 90 degrees to the left. A weight whose rows are
# multiples of each other maps everything onto one line: try <code>np.array([[1.0, 0.5], [2.0, 1.0]])</code>.</p>
# </details>
#
# ### Two in a row
#
# **Predict:** a layer from 10 to 100 numbers, then a layer from 100 to 5, with nothing in between. It has many
# more parameters than one layer from 10 to 5. Can it compute more?

# %%
print("two layers", linear_num_parameters(10, 100) + linear_num_parameters(100, 5), "parameters")
print("one layer ", linear_num_parameters(10, 5), "parameters")

rng = np.random.default_rng(0)
samples = rng.normal(size=(8, 10))
W1, b1 = rng.normal(size=(100, 10)), rng.normal(size=100)
W2, b2 = rng.normal(size=(5, 100)), rng.normal(size=5)

two_layers = linear(linear(samples, W1, b1), W2, b2)
one_layer = linear(samples, W2 @ W1, W2 @ b1 + b2)
print("the same outputs:", np.allclose(two_layers, one_layer))

# %% [markdown]
# Multiply it out, and you see why:
#
# $$
# W_2 (W_1 x + b_1) + b_2 = (W_2 W_1) \, x + (W_2 b_1 + b_2)
# $$
#
# One linear layer can do what the two did. This is why a network alternates linear layers with activation functions:
# there must be something nonlinear in between. You write them in chapter {{activations}}.

# %% [markdown]
# ## 7. Backwards
#
# Training changes the parameters so that a number, the loss $L$, gets smaller. For that we need to know how $L$
# changes with each of them.
#
# In the **backward pass** the layer receives `grad_output`, the matrix $G$ of shape $(n, c_o)$. $G_{r,i}$ is the
# derivative of $L$ with respect to output $i$ of row $r$. The derivatives with respect to all numbers of an array are
# the **gradient** of that array: $G$ is the gradient of the output. The layer returns the gradients of its input, its
# weight and its bias.
#
# Write the forward pass for a single number once more, with $r$ for the row of the batch:
#
# $$
# Y_{r,i} = \sum_j W_{i,j} \, X_{r,j} + b_i
# $$
#
# Now apply the chain rule: for every output that a value contributes to, multiply its factor there by $G$, and add
# up the products.
#
# $$
# \frac{\partial L}{\partial X_{r,j}} = \sum_i G_{r,i} \, W_{i,j}
# \qquad
# \frac{\partial L}{\partial W_{i,j}} = \sum_r G_{r,i} \, X_{r,j}
# \qquad
# \frac{\partial L}{\partial b_i} = \sum_r G_{r,i}
# $$
#
# Two things to notice.
#
# - Each gradient has the shape of the array it belongs to. The shapes alone nearly tell you which matrix product it
#   is.
# - An input contributes to all outputs of its row, so its gradient is a sum over outputs. A weight or a bias
#   contributes to all rows, so its gradient is a sum over the batch.
#
# ### Exercise 4: the gradients
#
# Turn the three sums into NumPy, without a loop.


# %% exercise="linear_backward"

# %% check="linear_backward"
check(linear_backward)

# %% [markdown]
# ### Compared with autograd
#
# PyTorch computes gradients automatically: it records the forward pass and goes through it in reverse. Your gradients
# should be the same.

# %%
G = rng.normal(size=(2, 4))
yours = linear_backward(G, X, W)

tensors = [torch.tensor(array, requires_grad=True) for array in (X, W, b)]
output = torch.nn.functional.linear(*tensors)
theirs = torch.autograd.grad(output, tensors, grad_outputs=torch.tensor(G))

for name, y, t in zip(("grad_input", "grad_weight", "grad_bias"), yours, theirs, strict=True):
    print(f"{name:11} {y.shape!s:6} equal: {np.allclose(y, t.numpy())}")

# %% [markdown]
# ### What gradients are for
#
# Here you train your layer. Forty points scatter around a line. A layer with one input and one output starts with
# weight 0 and bias 0. Each step moves weight and bias a little against their gradients. The factor, 0.1, is the
# **learning rate**.
#
# The loss is the mean of the squared errors. Its derivative with respect to each output is twice the error, divided by
# $n$. The loop calls it `grad_output` and passes it to your function.

# %%
x = rng.uniform(-2, 2, size=(40, 1))
target = 1.5 * x - 1 + rng.normal(scale=0.4, size=(40, 1))

weight, bias = np.zeros((1, 1)), np.zeros(1)
lines = {}
for step in range(101):
    output = linear(x, weight, bias)
    if step in (0, 1, 3, 100):
        lines[f"step {step}"] = output[:, 0]
        print(f"step {step:3}  loss {np.mean((output - target) ** 2):.3f}")
    grad_output = 2 * (output - target) / len(x)
    _, grad_weight, grad_bias = linear_backward(grad_output, x, weight)
    weight = weight - 0.1 * grad_weight
    bias = bias - 0.1 * grad_bias

fig, ax = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
figures.fitted_lines(x[:, 0], target[:, 0], lines, ax)
plt.show()

# %% [markdown]
# Gradient descent with your layer is a linear regression. NumPy can solve it directly. Both find the same line.

# %%
slope, intercept = np.polyfit(x[:, 0], target[:, 0], deg=1)
print(f"your layer   weight {weight[0, 0]:.3f}  bias {bias[0]:.3f}")
print(f"np.polyfit   slope  {slope:.3f}  intercept {intercept:.3f}")

# %% [markdown]
# ## 8. What goes wrong
#
# The most common mistake is to forget the transpose. Here is the code, and what the check says about it.


# %%
def not_transposed(input, weight, bias=None):
    output = input @ weight
    return output if bias is None else output + bias


course.assess(not_transposed, "linear")

# %% [markdown]
# Here NumPy raised an error. One of the other cases has a **square** weight. There the product exists and its shape is
# right, but the values are wrong. Without a check nothing warns you of such a mistake.
#
# ### Find the bug
#
# The function below computes the layer sample by sample and has a bug. On this example, with three samples and three
# outputs, it runs and the shape is right. The numbers are its output minus the right output: in each row one value is
# right.
#
# ```
# [[  0. -10. -20.]
#  [ 10.   0. -10.]
#  [ 20.  10.   0.]]
# ```
#
# The biases were 10, 20 and 30. Run the check first, and read what it says. Then repair the function.


# %% exercise="repair_linear"

# %% check="repair_linear"
check(repair_linear)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The function added <code>bias.reshape(-1, 1)</code>, which turns the bias into a column. NumPy then adds
# <code>bias[0]</code> to the first <em>sample</em>, <code>bias[1]</code> to the second, and so on. The bias belongs to
# the outputs, not to the samples. The two agree only on the diagonal.</p>
# <p>It ran because there were as many samples as outputs. With two samples and three outputs, NumPy cannot add (2, 3)
# and (3, 1). Test code with sizes that all differ.</p>
# </details>
#
# **More mistakes, and what you see.**
#
# | what you write | what you see |
# |:--|:--|
# | the weight not transposed | an error, or for a square weight wrong values of the right shape |
# | the bias forgotten | every column is off by a constant, its own bias |
# | `if bias:` to ask whether there is one | with several outputs an error: the truth value of an array is ambiguous; with one it works |
# | a ReLU left in | all negative outputs are 0 |
# | the bias's gradient not summed over the batch | it has the shape $(n, c_o)$ instead of $(c_o{,})$ |
# | a mean over the batch instead of a sum | gradients too small by a factor of $n$ |

# %% [markdown]
# ### In your own words
#
# In section 6, two layers with nothing in between computed what one layer can. Someone concludes: "Then I can replace
# the layer from 784 to 10 by two, from 784 to 3 and from 3 to 10. That has fewer parameters, and it computes the same
# functions." What is right about this, and what is wrong? Answer in two or three sentences.

# %% [markdown] question="narrow_pair"
# <details><summary>Model answer and rubric</summary>
# <p>The number of parameters is right: 784 · 3 + 3 + 3 · 10 + 10 = 2,395 instead of 7,850. Every such pair is also one
# linear layer, with the weight W₂W₁. But the reverse is wrong: all ten scores are computed from only three numbers, so
# W₂W₁ has rank 3 at most. Most weights from 784 to 10 can't be written that way.</p>
# <ul><li>1 point: fewer parameters is right, with a reason or a count.</li>
# <li>1 point: the pair is one linear layer.</li>
# <li>1 point: not every layer from 784 to 10 is such a pair, because everything has to pass through three numbers (or:
# the rank is 3 at most).</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - Each output is a weighted sum of all inputs plus its own bias: $Y = X W^T + b$ with samples as rows.
# - The weight is $(c_o, c_i)$, one row for each output. The bias is $(c_o{,})$.
# - It has $c_o \, c_i + c_o$ parameters, however large the batch. A batch of $n$ takes $n \, c_i \, c_o$ mult-adds.
# - In the backward pass every gradient has the shape of the array it belongs to. For weight and bias it is a sum over
#   the batch.
# - Without an activation function in between, two linear layers are one.
#
# ### Elsewhere
#
# | library | layer | the weight's name and shape |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Linear` | `weight`, $(c_o, c_i)$ |
# | Keras | `keras.layers.Dense` | `kernel`, $(c_i, c_o)$: no transpose in the product |
# | Flax (JAX) | `flax.nnx.Linear` | `kernel`, $(c_i, c_o)$ |
#
# Transpose weights that you move from Keras or Flax to PyTorch. For a square weight there is no error to remind you.
#
# ### Further reading
#
# - [torch.nn.Linear](https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html) in PyTorch's documentation.
# - Goodfellow, Bengio and Courville, *Deep Learning*, [chapter 6](https://www.deeplearningbook.org/contents/mlp.html):
#   networks of such layers, and gradients through them.
# - The notes of Stanford's CS231n on [linear classification](https://cs231n.github.io/linear-classify/) and on
#   [backpropagation](https://cs231n.github.io/optimization-2/).
