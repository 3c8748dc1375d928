# %% [markdown]
# # {{embedding}} · Embedding: a row for every identifier
#
# At the end of this chapter you will have written PyTorch's embedding layer in NumPy, forwards and backwards. You will
# know why it is a linear layer in disguise, and why it is not computed as one. You will have trained a small table of
# word vectors with your own code, and drawn it.
#
# You need chapter {{linear}}, and NumPy's indexing. Plan about 65 minutes.
#
# Run the cells from top to bottom with Shift+Enter. Five of them are exercises, each with a check right below. When
# you are stuck, `hint("embedding")` gives one step of help, `solution("embedding")` the answer.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, solution, table

# %% [markdown]
# The next cell loads what the demonstrations need. Your own code uses NumPy alone.

# %%
import torch
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary

import course
from course.figures import embedding as figures

# %% [markdown]
# ## 1. Where it sits
#
# Here is the layer's row of the summary table.

# %%
table("Embedding")

# %% [markdown]
# Networks compute with numbers. Words are not numbers, but you can number them: word 0, word 1, word 2. Such a number
# is an **identifier**. It is a name, not an amount: word 4 is not twice word 2. An embedding turns each identifier into
# a row of numbers, which the rest of the network can work with.
#
# Why not feed the identifier itself to a linear layer? Then word 4 would count twice as much as word 2. The classic
# answer is the **one-hot** vector: a row of zeros with a single 1, at the place of the identifier. With four classes,
# identifier 2 is
#
# $$
# 2 \;\to\; (0, 0, 1, 0)
# $$
#
# ### Exercise 1: one-hot vectors
#
# Write a sequence of identifiers as one-hot rows. You may use a loop; NumPy can do it without one.


# %% exercise="one_hot"

# %% check="one_hot"
check(one_hot)

# %% [markdown]
# ### A table of rows
#
# An embedding layer keeps a table with one row for each identifier, and looks the row up. The rows start at random.
# Training changes them until things that are used in similar ways have similar rows. Section 7 shows this.
#
# It is a **first** layer: it takes identifiers, and only the input of a network contains identifiers. It can't be the
# last layer, and it is rarely an inner layer: the layers before it would have to return integers.
#
# The picture shows a sentence that goes through such a layer. The vocabulary has six words.

# %%
vocabulary = ["cat", "dog", "mat", "on", "sat", "the"]
sentence = "the cat sat on the mat"
ids = np.array([vocabulary.index(word) for word in sentence.split()])

rng = np.random.default_rng(0)
W = rng.normal(size=(6, 3)).round(1)
rows = torch.nn.functional.embedding(torch.tensor(ids), torch.tensor(W)).numpy()

print("identifiers", ids)
fig, ax = plt.subplots(figsize=(7, 3.8))
figures.lookup(ids, W, rows, ax, words=vocabulary)
plt.show()

# %% [markdown]
# The table `W` is on the left, the output on the right. Follow the two arrows that leave row 5: *the* comes twice, so
# its row is copied twice. No arrow leaves row 1: the sentence has no dog.

# %% [markdown]
# ## 2. Formula and shapes
#
# For one identifier $j$, output number $i$ is
#
# $$
# f_i(j) = W_{j,i}
# $$
#
# There is no sum, no product and no bias. The identifier is not a factor, it is an index.
#
# In this chapter,
#
# - $n$ is the number of identifiers to look up,
# - $c_i$ is the number of different identifiers: they are 0, 1, …, $c_i - 1$,
# - $c_o$ is the number of output channels: how many numbers each identifier gets.
#
# | array | shape | PyTorch's names |
# |:--|:--|:--|
# | input, integers | $(n{,})$ | `input` |
# | weight $W$ | $(c_i, c_o)$ | `weight`; $c_i$ is `num_embeddings`, $c_o$ is `embedding_dim` |
# | output | $(n, c_o)$ | |
#
# The input may have more axes. A batch of $n$ sentences of length $l$ is $(n, l)$, and its output is $(n, l, c_o)$.
# The rule is always the same: the output has the shape of the input, and one more axis at the end.
#
# Some books write $E_{i,j}$, with one **column** for each identifier. PyTorch stores the transpose of that: one row
# for each.

# %% [markdown]
# ## 3. See it in PyTorch
#
# The layer of the table knows 10,000 identifiers and gives each 256 numbers. We look up ten of them, drawn at random.

# %%
torch.manual_seed(0)
layer = torch.nn.Embedding(embedding_dim=256, num_embeddings=10_000)
input_data = torch.randint(low=0, high=10_000, size=(10,))
output_data = layer(input_data)

print("weight", tuple(layer.weight.shape))
print("input ", tuple(input_data.shape), input_data.dtype)
print("output", tuple(output_data.shape))

# %% [markdown]
# The weight is the only parameter. Each row of the output is a row of it, copied.

# %%
j = input_data[0]
print("first identifier", j.item())
print("its row, copied:", torch.equal(output_data[0], layer.weight[j]))

# %% [markdown]
# `torchinfo` can summarize the layer if it gets identifiers.

# %%
summary(layer, input_data=input_data)

# %% [markdown]
# 2,560,000 parameters: 10,000 rows of 256 numbers.
#
# With `input_size=` torchinfo creates an input itself. It creates floats, and a float cannot be a row number. That
# looks as if torchinfo can't handle this layer. It can: tell it that the input has integers.

# %%
try:
    summary(layer, input_size=(10,))
except RuntimeError as error:
    print("without dtypes:", error.__cause__)

print()
print("with dtypes:", summary(layer, input_size=(10,), dtypes=[torch.long]).total_params, "parameters")

# %% [markdown]
# One line of the summary is wrong: 25.60 million mult-adds. Copying ten rows multiplies nothing. torchinfo simply
# multiplies the number of parameters by the size of the first axis. If the same ten identifiers are one sequence, (1,
# 10), it gives another number.
#
# PyTorch has its own counter. It counts the operations that are really executed.

# %%
print("torchinfo, input (10,)  ", summary(layer, input_data=input_data).total_mult_adds)
print("torchinfo, input (1, 10)", summary(layer, input_data=input_data.reshape(1, 10)).total_mult_adds)

with FlopCounterMode(display=False) as counter:
    layer(input_data)
print("PyTorch's counter       ", counter.get_total_flops())

# %% [markdown]
# The 25.6 million have a reason, though. You will see it in section 5.

# %% [markdown]
# ## 4. Predict, then run
#
# A batch of 64 sentences, each of 20 words, goes through an embedding. The vocabulary has 5,000 words, and each gets
# 32 numbers.
#
# Write down five answers before you run the next cell.
#
# 1. What is the shape of the output?
# 2. What is the shape of the weight?
# 3. How many parameters does the layer have?
# 4. How many multiplications does the batch take?
# 5. How many rows of the weight can the batch touch at most?

# %%
sentences = torch.randint(5_000, size=(64, 20))
words = torch.nn.Embedding(5_000, 32)
with FlopCounterMode(display=False) as counter:
    output = words(sentences)

print("1. output", tuple(output.shape))
print("2. weight", tuple(words.weight.shape))
print("3. parameters", sum(p.numel() for p in words.parameters()))
print("4. multiplications", counter.get_total_flops())
print("5. rows touched, at most", 64 * 20, "- this batch touches", len(sentences.unique()))

# %% [markdown]
# One more, without code. The vocabulary grows from 5,000 to 50,000 words. What happens to the number of parameters,
# and what to the time that a batch takes?
#
# <details><summary>Answer</summary>
# <p>There are ten times as many parameters. The time hardly changes: the batch still copies 1,280 rows. A large
# embedding costs memory, not work.</p>
# </details>

# %% [markdown]
# ## 5. Write it
#
# ### From one-hot to lookup
#
# After one-hot vectors, a linear layer can follow. Here is the sentence of section 1, as six one-hot rows, times the
# table `W`.
#
# **Predict:** what does a one-hot row with its 1 at index 5 select from the table?

# %%
product = one_hot(ids, 6) @ W
print(product)
print("the rows of the picture in section 1:", np.array_equal(product, rows))

# %% [markdown]
# Five of the six products in each sum are zero. What remains is 1 times one row. So an embedding **is** a linear layer
# without bias, for one-hot inputs. Only the weight is stored transposed: $W$ has one row for each *input*, where the
# linear layer of chapter {{linear}} has one row for each *output*.

# %%
hot = torch.tensor(one_hot(ids, 6), dtype=torch.float64)
as_linear = torch.nn.functional.linear(hot, torch.tensor(W).T)
print("torch.nn.functional.linear gives the same:", np.array_equal(as_linear.numpy(), rows))

# %% [markdown]
# Then why is there a separate layer? Count what the product costs for the 10 identifiers of section 3, with a table of
# 10,000 rows of 256 numbers.

# %%
n, c_i, c_o = 10, 10_000, 256
multiplications = n * c_i * c_o
print(f"identifiers, 8 bytes each   {n * 8:>12,} bytes")
print(f"one-hot, 4 bytes a number   {n * c_i * 4:>12,} bytes")
print(f"multiplications             {multiplications:>12,}")
print(f"of these by zero            {multiplications - n * c_o:>12,}")
print()
print(f"one-hot, 64 texts of 512 words: {64 * 512 * c_i * 4 / 1e9:.2f} GB")

# %% [markdown]
# These are torchinfo's 25.6 million: it counts the embedding as the product, which no library computes. All but 2,560
# of the multiplications are by zero, and these 2,560 are by one.
#
# If you know that the product only selects a row, select the row. In a loop, for one sequence:


# %%
def lookup_loop(input, weight):
    output = np.zeros((len(input), weight.shape[1]))
    for place, identifier in enumerate(input):
        output[place] = weight[identifier]
    return output


lookup_loop(ids, W)

# %% [markdown]
# ### Exercise 2: the layer
#
# Write the lookup without a loop, and for identifiers of **any** shape. For a batch of sentences (n, length) the
# output is (n, length, embedding_dim).


# %% exercise="embedding"

# %% check="embedding"
check(embedding)

# %% [markdown]
# ### Exercise 3: its parameters
#
# Count them from the two sizes.


# %% exercise="embedding_num_parameters"

# %% check="embedding_num_parameters"
check(embedding_num_parameters)

# %% [markdown]
# A count can also be turned around. A table for 50,257 identifiers may take 100 MB, with 4 bytes a number.
#
# Most of it is spent on rare words. So some language models make the vector in two pieces: a table with 128 numbers for
# each identifier, and a linear layer without bias that makes 768 of them.
#
# **Predict:** are vectors of 768 numbers possible, as in GPT-2? And in two pieces?

# %%
for dim in (256, 384, 512, 768):
    print(f"{dim} numbers a vector: {4 * embedding_num_parameters(50_257, dim) / 1e6:6.1f} MB")
print(f"768 in two pieces:    {4 * (embedding_num_parameters(50_257, 128) + 128 * 768) / 1e6:6.1f} MB")

# %% [markdown]
# In one table, no: it would take 154 MB. At most 497 numbers fit, and 384 is the last in this list that does. In two
# pieces 768 numbers are cheap. But then all vectors are sums of 128 directions.
#
# ## 6. Look at it
#
# The pictures from here on are made with **your** functions.
#
# ### The product and the lookup
#
# The one-hot rows are on the left, the table is above the product. A 1 in column 5 selects row 5 of the table. Your
# lookup is on the right. One identifier is framed, together with everything that it affects.

# %%
hot = one_hot(ids, 6)
found = embedding(ids, W)

fig, ax = plt.subplots(figsize=(7.4, 6))
figures.product_and_lookup(ids, hot, W, hot @ W, found, ax, highlight=1)
plt.show()

# %% [markdown]
# ### A table of colours
#
# Nothing in the layer is about words. Here the table has four colours: red, green and blue from 0 to 1. The input is
# an 8 by 8 drawing with a colour's number in each pixel. The lookup colours the picture. GIF files store pictures this
# way.
#
# **Predict:** the input is (8, 8) and the table (4, 3). What is the shape of the output?

# %%
drawing = np.array(
    [
        [0, 1, 0, 0, 0, 0, 1, 0],
        [0, 1, 1, 0, 0, 1, 1, 0],
        [0, 1, 1, 1, 1, 1, 1, 0],
        [0, 1, 2, 1, 1, 2, 1, 0],
        [0, 1, 1, 1, 1, 1, 1, 0],
        [0, 1, 1, 3, 3, 1, 1, 0],
        [0, 0, 1, 1, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ]
)
colours = np.array([[0.92, 0.94, 0.97], [0.90, 0.62, 0.10], [0.10, 0.10, 0.10], [0.80, 0.37, 0.20]])
grey_cat = colours.copy()
grey_cat[1] = [0.55, 0.57, 0.62]

print("output", embedding(drawing, colours).shape)
print("pixels that share row 1:", np.sum(drawing == 1))

fig, axes = plt.subplots(1, 2, figsize=(8, 4.2), layout="constrained")
figures.picture(embedding(drawing, colours), axes[0], "embedding(drawing, colours)", identifiers=drawing)
figures.picture(embedding(drawing, grey_cat), axes[1], "row 1 of the table changed", identifiers=drawing)
plt.show()

# %% [markdown]
# Only one row of the table is different, and yet every pixel with a 1 has changed. All uses of an identifier share one
# row. Remember this for the backward pass.

# %% [markdown]
# ## 7. Backwards
#
# In the backward pass the layer receives `grad_output`, the matrix $G$: $G_{r,i}$ is the derivative of the loss $L$
# with respect to output $i$ at place $r$. The input has no gradient. Its values are integers, and an integer can't be
# changed by a small amount. So only the weight has a gradient.
#
# Write $x_r$ for the identifier at place $r$. The forward pass is
#
# $$
# Y_{r,i} = W_{x_r,\,i}
# $$
#
# The number $W_{j,i}$ is used wherever $x_r$ is $j$, with the factor 1. So the chain rule adds up these positions:
#
# $$
# \frac{\partial L}{\partial W_{j,i}} = \sum_{r \,:\, x_r = j} G_{r,i}
# $$
#
# Two things to notice.
#
# - A row that the forward pass did not read gets a gradient of zero.
# - A row that it read twice gets **two** gradients, added.
#
# ### A trap in NumPy
#
# NumPy can surprise you when it adds at repeated indices. Here we count how often each word of the sentence occurs.
# *The* occurs twice.

# %%
counts = np.zeros(6, dtype=int)
counts[ids] += 1
print("counts[ids] += 1       ", counts)

counts = np.zeros(6, dtype=int)
np.add.at(counts, ids, 1)
print("np.add.at(counts, ids, 1)", counts)

# %% [markdown]
# The first line reads all the old counts, adds 1 to each, and writes them back. For *the* it writes 0 + 1 twice. The
# second line adds 1 for each index, as often as it occurs. A plain loop over the indices does the same.
#
# ### Exercise 4: the gradient
#
# Write the gradient of the weight. Here too `input` may have any shape; `grad_output` has one more axis.


# %% exercise="embedding_backward"

# %% check="embedding_backward"
check(embedding_backward)

# %% [markdown]
# Here is the backward pass for the picture of section 1, with your function. Two arrows end at row 5.

# %%
G = rng.normal(size=(6, 3)).round(1)

fig, ax = plt.subplots(figsize=(7, 3.8))
figures.gathered_gradient(G, ids, embedding_backward(G, ids, 6), ax, words=vocabulary)
plt.show()

# %% [markdown]
# Row 1 stays zero, because there was no dog. Add the first and the fifth row on the left: do they give row 5?
#
# The one-hot view gives the same gradient. Chapter {{linear}} found that the gradient of a linear layer's weight is a
# product of `grad_output` and the input. With the weight transposed, that is the transposed one-hot matrix times $G$.

# %%
np.allclose(one_hot(ids, 6).T @ G, embedding_backward(G, ids, 6))

# %% [markdown]
# ### Compared with autograd
#
# Now the large layer of section 3: ten identifiers, 10,000 rows.

# %%
G = rng.normal(size=(10, 256)).astype(np.float32)
yours = embedding_backward(G, input_data.numpy(), 10_000)
(theirs,) = torch.autograd.grad(layer(input_data), [layer.weight], grad_outputs=torch.tensor(G))

print("shape", yours.shape, "equal:", np.allclose(yours, theirs.numpy()))
print("rows that are not zero:", np.any(yours != 0, axis=1).sum(), "of", len(yours))

# %% [markdown]
# 9,990 rows of this gradient are zeros that take memory. With `sparse=True` PyTorch stores only the other ten.
#
# The sentences of a batch are padded to one length, with an identifier that means nothing. Its row must not be
# trained. Pass it as `padding_idx`, and its gradient stays zero, however often it occurs. Below, row 5 occurs twice.

# %%
sparse = torch.nn.functional.embedding(input_data, layer.weight, sparse=True)
(gradient,) = torch.autograd.grad(sparse, [layer.weight], grad_outputs=torch.tensor(G))
print("sparse gradient", tuple(gradient.shape), "with stored rows:", gradient.coalesce().values().shape[0])

weight = torch.tensor(W, requires_grad=True)
padded = torch.nn.functional.embedding(torch.tensor(ids), weight, padding_idx=5)
(gradient,) = torch.autograd.grad(padded, [weight], grad_outputs=torch.ones(6, 3, dtype=torch.float64))
print("with padding_idx=5, and ones for grad_output:")
print(gradient.numpy())

# %% [markdown]
# ### What gradients are for
#
# Here you train a table. The corpus has 37 sentences of two words, a noun and a verb. There are two tables: one has a
# row for each noun, the other a row for each verb, and a row is two numbers, so that we can draw it.
#
# The **score** of a noun and a verb is the dot product of their rows. It should be high if the two form a sentence of
# the corpus, and low if they don't: the target is 1 or 0, minus the mean of all targets. The loss is the mean of
# the squared errors.

# %%
corpus = """
cat eats. cat sleeps. cat jumps. dog eats. dog sleeps. dog runs. dog smells. dog jumps.
horse eats. horse runs. horse jumps. horse stops. bird eats. bird sleeps. bird flies.
car stops. car turns. car brakes. bus stops. bus starts. bus turns. bus brakes.
train stops. train starts. train runs. plane starts. plane turns. plane flies.
tea boils. tea cools. milk boils. milk cools. milk spills.
soup boils. soup cools. soup smells. soup spills.
"""
pairs = [sentence.split() for sentence in corpus.split(".")[:-1]]
nouns = sorted({noun for noun, _ in pairs})
verbs = sorted({verb for _, verb in pairs})

together = np.zeros((len(nouns), len(verbs)))
for noun, verb in pairs:
    together[nouns.index(noun), verbs.index(verb)] = 1
target = together - together.mean()
print(len(pairs), "sentences,", len(nouns), "nouns,", len(verbs), "verbs")

# %% [markdown]
# `noun_ids` and `verb_ids` contain every pair once. Both have one row for each noun and one column for each verb, and
# your `embedding` takes them as they are. The derivative of a score with respect to the noun's row is the verb's row,
# and vice versa. So the gradients that you pass to `embedding_backward` are products of an error and a row.

# %%
noun_ids, verb_ids = np.indices(target.shape)
rng = np.random.default_rng(175)
noun_table = rng.normal(scale=0.1, size=(len(nouns), 2))
verb_table = rng.normal(scale=0.1, size=(len(verbs), 2))

noun_table_at_start = noun_table
for step in range(301):
    noun_rows = embedding(noun_ids, noun_table)
    verb_rows = embedding(verb_ids, verb_table)
    error = np.sum(noun_rows * verb_rows, axis=-1) - target
    if step in (0, 30, 100, 300):
        print(f"step {step:3}  loss {np.mean(error**2):.3f}")
    grad_score = 2 * error[..., np.newaxis] / error.size
    noun_gradient = embedding_backward(grad_score * verb_rows, noun_ids, len(nouns))
    verb_gradient = embedding_backward(grad_score * noun_rows, verb_ids, len(verbs))
    noun_table = noun_table - 1.5 * noun_gradient
    verb_table = verb_table - 1.5 * verb_gradient

fig, axes = plt.subplots(1, 2, figsize=(9.2, 4.8), layout="constrained")
figures.word_map(noun_table_at_start, nouns, axes[0], "step 0, enlarged")
figures.word_map(noun_table, nouns, axes[1], "step 300")
plt.show()

# %% [markdown]
# The table was not told what an animal or a vehicle is. It saw only identifiers. Nouns that go with the same verbs got
# similar gradients, so they ended up close together. The horse stops, as vehicles do. The train runs, as animals do.
# Look where these two are in their groups.
#
# The table also gives scores to sentences that it never saw.

# %%
for noun, verb in (("cat", "sleeps"), ("cat", "runs"), ("tea", "spills"), ("cat", "boils")):
    i, j = nouns.index(noun), verbs.index(verb)
    seen = "in the corpus" if together[i, j] else "never seen"
    print(f"{noun} {verb:7} {seen:14} score {noun_table[i] @ verb_table[j]:5.2f}")

# %% [markdown]
# *Cat runs* gets a high score although it is not in the corpus: cats are like dogs, and dogs run. This is what
# embeddings are good for. Two numbers and 37 sentences are a toy, but the tables of large language models are trained
# by the same gradient.

# %% [markdown]
# ## 8. What goes wrong
#
# Vocabularies often count from 1, Python counts rows from 0. It is easy to subtract 1 once too often. Here is what a
# check says.


# %%
def counted_from_one(input, weight):
    return weight[input - 1]


course.assess(counted_from_one, "embedding")

# %% [markdown]
# Why was there no error for identifier 0, which became -1? NumPy counts negative indices from the end, and returns the
# last row. PyTorch raises an error for negative identifiers and for identifiers beyond the last row.

# %%
print("NumPy, identifier -1: the last row?", np.array_equal(embedding(np.array([-1]), W)[0], W[5]))

for identifier in (-1, 6):
    try:
        torch.nn.functional.embedding(torch.tensor([identifier]), torch.tensor(W))
    except IndexError as error:
        print(f"PyTorch, identifier {identifier}: IndexError: {error}")

# %% [markdown]
# | what you write | what you see |
# |:--|:--|
# | columns instead of rows, `weight[:, input]` | an error, if an identifier is too large for a column; else wrong values |
# | identifiers one too small | no error; identifier 0 gets the last row |
# | identifiers one too large | an error, but only when the last identifier comes up |
# | a batch (length, n) instead of (n, length) | no error here; the layers after it mix up the sentences |
# | a batch flattened before the lookup | (n · length, embedding_dim): one axis is missing |
# | `grad[input] += ...` | right until an identifier occurs twice; then all but one of its gradients are lost |
# | the gradients of a repeated identifier averaged | frequent words learn too slowly |
#
# ### Find the bug
#
# This function should return the vectors of a text's words. `vocabulary` is the list of all words: word $i$ has row
# $i$ of `weight`. It runs, and its shapes are right. With it, two texts that begin with the same three words got these
# first three rows, and only *cat* has kept its vector:
#
# ```
# the cat sat                   the cat sat on the mat
# the  row 2                    the  row 4
# cat  row 0                    cat  row 0
# sat  row 1                    sat  row 3
# ```
#
# What is wrong? Repair it.


# %% exercise="repair_vectors_of"

# %% check="repair_vectors_of"
check(repair_vectors_of)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>Each call made its own vocabulary from the words of its text. In the first, <em>cat</em>, <em>sat</em> and
# <em>the</em> are 0, 1 and 2. In the second, <em>mat</em> and <em>on</em> come in between, so <em>sat</em> is 3 and
# <em>the</em> is 4. Only <em>cat</em> stays at 0, by chance.</p>
# <p>A table belongs to one numbering. Make the vocabulary once, from the training texts, and keep it with the weights.
# Bugs of this kind raise no error. The network just gives bad results.</p>
# </details>

# %% [markdown]
# ### In your own words
#
# A table with 50,000 rows is trained on texts in which the word *zebra* never occurs. What is in its row after the
# training, and why? Someone wants to replace the embedding by one-hot vectors and a linear layer, so that *zebra* is
# trained, too. Does that help? Answer in two or three sentences.

# %% [markdown] question="unseen_word"
# <details><summary>Model answer and rubric</summary>
# <p>The row still has its initial random numbers: it was never read, so its gradient was zero in
# every step, and no step changed it. A linear layer on one-hot vectors does not help, because it computes the same: the
# weights for <em>zebra</em> are multiplied by 0 in every sample, and their gradient is zero, too.</p>
# <ul><li>1 point: the row has its initial random values.</li>
# <li>1 point: its gradient is zero, because no sample reads it.</li>
# <li>1 point: one-hot vectors and a linear layer are the same computation, so they change nothing.</li></ul>
# </details>

# %% [markdown]
# ## 9. Recap
#
# - An embedding is a table with one row for each identifier. The layer looks rows up: $f_i(j) = W_{j,i}$.
# - The weight is $(c_i, c_o)$: $c_i \, c_o$ parameters, no bias. The output has the input's shape and one more axis.
# - It gives the same result as a linear layer for one-hot inputs, without any multiplication.
# - In the backward pass each row gets the sum of the gradients of all its uses. Rows that were not used get zero.
# - An identifier is a name. Its value has no meaning; it only has to be the same everywhere.
#
# ### Elsewhere
#
# | library | layer | arguments |
# |:--|:--|:--|
# | PyTorch | `torch.nn.Embedding` | `num_embeddings, embedding_dim` |
# | Keras | `keras.layers.Embedding` | `input_dim, output_dim`; with `mask_zero=True`, identifier 0 is padding |
# | Flax (JAX) | `flax.nnx.Embed` | `num_embeddings, features` |
#
# All three store one row for each identifier, so tables move between them as they are.
#
# ### Further reading
#
# - [torch.nn.Embedding](https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html) in PyTorch's
#   documentation.
# - Bengio, Ducharme, Vincent and Jauvin, [A Neural Probabilistic Language
#   Model](https://www.jmlr.org/papers/v3/bengio03a.html) (2003): word vectors learned inside a network that predicts
#   the next word.
# - Mikolov, Chen, Corrado and Dean, [Efficient Estimation of Word Representations in Vector
#   Space](https://arxiv.org/abs/1301.3781) (2013): word2vec.
