# %% [markdown]
# # {{start_here}} · Start here: how this course works
#
# At the end of this chapter you will have written a first function, had it checked, and read what the check says.
# You will know how shapes are written, where your progress is kept, and what is graded.
#
# Plan about 35 minutes. You need first-year Python.
#
# ## 1. What you will do
#
# A neural network is a chain of layers, and each layer is a function from arrays to arrays. In this course you write
# these functions yourself, in NumPy, and a check compares each of them with PyTorch at once. If you are a student,
# you work through the notebooks and hand them in; if you teach, you grade your class's notebooks. If you learn on
# your own, the check is your teacher, and every solution is there to read.
#
# A cell with code runs with **Shift+Enter**. Run the next one: it imports what your own code needs.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, progress, solution, table

# %% [markdown]
# ### Exercise: warm up
#
# Double every value, then add one. The array can have any shape.
#
# An exercise has two cells: one for your function, and a check below it. Run both once **before** you write anything.
# You see a report, and under it a line that starts with `CheckFailed`. The notebook is not broken. A check that fails
# ends with an error on purpose: if you run all cells at once, Jupyter stops there, and you see where to continue.
#
# Then replace the line `raise NotImplementedError`, run the cell, and run the check again. `hint("warm_up")` in a new
# cell gives one step of help.


# %% exercise="warm_up"

# %% check="warm_up"
check(warm_up)

# %% [markdown]
# When the check says **right**, it also says how close you are to PyTorch. Computers round, and two correct ways to
# compute the same result can differ in the last digits. The check allows for this.
#
# **Predict, then run.** Your function was written for whole arrays. What is the shape of the next result?

# %%
warm_up(np.zeros((2, 3))).shape

# %% [markdown]
# NumPy works on every value of an array, whatever its shape. You will use that in every chapter.

# %% [markdown]
# ### A network
#
# Cells that show you something may import more. Here is a picture, drawn with the keyboard and turned into
# an array: 1 where there is a `#`, 0 elsewhere.

# %%
import torch

import course
from course.catalog import card
from course.figures import overview

drawing = """
..........
..######..
..#.......
..#.......
..#####...
.......#..
.......#..
.......#..
..#####...
..........
"""
digit = np.array([[mark == "#" for mark in row] for row in drawing.split()], dtype=np.float32)
digit.shape

# %% [markdown]
# The next cell builds a small network in PyTorch and sends the picture through it. You do not have to understand the
# code yet. Run it and look at what comes out.

# %%
torch.manual_seed(4)
network = {
    "Conv2d": torch.nn.Conv2d(1, 2, kernel_size=3),
    "ReLU": torch.nn.ReLU(),
    "MaxPool2d": torch.nn.MaxPool2d(2),
    "Linear": torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(32, 10)),
    "Softmax": torch.nn.Softmax(dim=1),
}
arrays = [torch.from_numpy(digit).reshape(1, 1, 10, 10)]
for layer in network.values():
    arrays.append(layer(arrays[-1]).detach())

names = [f"{name}\nchapter {card(name).chapter[:2]}" for name in network]
fig, ax = plt.subplots(figsize=(11, 3.6), layout="constrained")
overview.flow([array.numpy() for array in arrays], names, ax)
plt.show()
print("the ten probabilities:", arrays[-1].numpy().round(2))

# %% [markdown]
# Read it from left to right. Blue is positive, orange is negative, white is zero. The shape of each array is below it.
#
# - `Conv2d` looks at the picture through two small windows and gives two images. The upper one reacts mostly to
#   horizontal strokes.
# - `ReLU` replaces negative numbers with zero. `MaxPool2d` keeps the largest of every four neighbours.
# - `Linear` turns all remaining numbers into ten scores, one for each digit. `Softmax` turns the scores into
#   probabilities.
#
# This network has not been trained. Its weights are random, and every digit gets a probability near one tenth: it
# guesses. A trained network is made of the same layers, with better weights. Below each layer's name is the chapter
# about it.
#
# Draw another digit into the same field of dots, and run both cells again. What changes, and what stays the same?

# %% [markdown]
# ## 2. How to work
#
# - Run the cells from the top. Later cells use what earlier ones have defined.
# - The file is yours. Change what you like, and add your own cells. Only the checks are locked.
# - When something behaves strangely, choose **Kernel, Restart Kernel**, and run from the top again.
# - Every exercise has a check in the cell below it. Run it as often as you like.
# - When you are stuck, ask for a hint. Hints come in small steps and cost no points.

# %%
hint("warm_up")

# %% [markdown]
# `solution("warm_up")` shows the answer with a short explanation. You may use it at any time. You learn more if you
# try first.
#
# ## 3. How a check reads
#
# A check calls your function several times, each time with other arrays. Each call is a **case**. It gives the
# same arrays to PyTorch and compares.
#
# You wrote `warm_up`, which is $2x + 1$. Here are four answers that are not right. `course.assess` shows the report
# that `check` would give for them.
#
# **The first has not been written yet.** Most exercises look like this when you open them.


# %%
def not_written(x):
    raise NotImplementedError


course.assess(not_written, "warm_up")

# %% [markdown]
# There is nothing to compare yet. The blue line, after **Next**, says what to do. Every report of an answer that is
# not right yet has such a line. Each ring on the right is one case. A case that is right is a filled green dot.
#
# **The second loops over the values, and keeps only the last result.**


# %%
def only_the_last(x):
    for value in x:
        result = value + value + 1
    return result


course.assess(only_the_last, "warm_up")

# %% [markdown]
# Read it from the top.
#
# 1. The verdict: how many cases are right.
# 2. The blue line: what is wrong, and what to do next. `case("warm_up")`, after `from course import case`, gives you
#    the arrays of this call to try things on.
# 3. The evidence: the numbers of this call, if there are few, and here the shapes. A single number has the shape `()`.
#    The exercise asks for four numbers.
# 4. **Called as** shows how your function was called. `x (4,)` means: an array `x` of shape $(4{,})$, four numbers in
#    a row. Click on it to see which cases are right.
#
# The shape is compared before the values. A wrong shape is often the quickest way to find a mistake.
#
# **The third computes $x^2$ instead of $2x$.** Now the shape is right.


# %%
def squared(x):
    return x**2 + 1


course.assess(squared, "warm_up")

# %% [markdown]
# Two things are new.
#
# - A small call is shown in full: what went in, your result and PyTorch's. Values that differ are bold, and the first
#   one is framed. Below it you see how PyTorch computes this value.
# - **This is exactly what you get when** names the mistake. The check knows the usual mistakes. It runs each of them,
#   and names one only if it gives *your* numbers.
#
# **The fourth is a mistake that the check does not know.** Then it tells you what it can see. It also tries small
# changes to your code. If one of them makes every case right, it points to the line and leaves the change to you.


# %%
def sometimes(x):
    return x + np.abs(x) + 1


course.assess(sometimes, "warm_up")

# %% [markdown]
# Only some values differ. Correct values are pale. Look at the worked-out line. What is special about its input?
#
# <details><summary>Answer</summary>
# <p>It is negative. <code>np.abs</code> removes the sign, so the function is right only for positive numbers.</p>
# </details>

# %% [markdown]
# ## 4. Other exercises
#
# ### Find the bug
#
# Near its end, each chapter gives you a function with a mistake in it. The check says what is wrong with its result,
# and you find the cause. Here is the first one. It should subtract each column's mean. Run the check before you change
# anything.


# %% exercise="repair_center"

# %% check="repair_center"
check(repair_center)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The values were right. But the function assigned into <code>x</code>, and <code>x</code> is the caller's array:
# after the call, the caller's numbers were lost. A function that computes a result should leave its arguments
# alone.</p>
# <p>A repair earns points only if every case is right. Cases that were right before earn nothing by themselves.</p>
# </details>
#
# ### Other kinds of exercises
#
# Most exercises ask for a function. Some ask for something else and are checked in the same way.
#
# - **A value**: an array, or a table that you complete. Its cell reads, for example, `answer = ...`. Replace the dots
#   with your answer. Only a function or a class knows its own name, so pass the name too: `check(answer, "answer")`.
# - **A class**, in chapter {{counting}}: the check makes an object of it and calls its methods, one after the other.

# %% [markdown]
# ### In your own words
#
# Each chapter asks a question that you answer in sentences. This is the first. Nothing checks what you write; in a
# class that wants it, a person reads and grades it.
#
# A check calls your function with several cases: other sizes, negative numbers, more than one axis. Why is one case not
# enough? Take `sometimes` from section 3 as your example. Answer in two or three sentences.

# %% [markdown] question="why_several_cases"
# <details><summary>Model answer and rubric</summary>
# <p>A wrong function can be right for some inputs. <code>sometimes</code> computes x + |x| + 1, which is 2x + 1 for
# every number that is not negative: a single case with positive numbers would have passed it. Several cases of
# different kinds make it unlikely that a mistake stays hidden.</p>
# <ul><li>1 point: a wrong function can be right in a single case.</li>
# <li>1 point: <code>sometimes</code> is right for all numbers that are not negative.</li>
# <li>1 point: so cases must differ from each other in kind, not only in number.</li></ul>
# </details>

# %% [markdown]
# ## 5. Your progress
#
# `progress()` shows a symbol for each exercise: ● passed, ◐ tried, ○ not started. It names the next one. Click a
# chapter to see its exercises and the day on which you passed them.

# %%
progress()

# %% [markdown]
# Your progress is kept in your **working copy**: the folder that `course start my-course` makes, with all notebooks in
# it. Each check adds a line to a file there: the time, the exercise, the score, and the mistake if it was a known one.
# The file stays in that folder and is not used for grades.
#
# A notebook outside a working copy works too, but your progress is not kept.
#
# Run the same command again to get new notebooks; it does not touch your work. If there is a newer version of a
# notebook that you have changed, it is saved next to yours.

# %% [markdown]
# ## 6. The layers in one table
#
# These are the ten layers that you meet most often. In a working copy, each row shows how far you are in its chapter.
# You can run the cell again at any time.

# %%
table()

# %% [markdown]
# You do not have to learn this table by heart. By the end of the course you will have written every layer in it.
#
# What the columns mean:
#
# - The drawing: which outputs depend on which inputs.
# - **Layer** and **Example**: how PyTorch makes one, and the shapes that go in and come out.
# - **Trainable parameters**: the numbers inside the layer that training changes.
# - **Element-wise**: ✓ if each output depends only on the input at the same place. Your `warm_up` is element-wise.
# - **Last layer**, **inner layer**: whether you find it there in a network. (✓) means sometimes.

# %% [markdown]
# ## 7. How shapes are written
#
# The first question about any array is its shape. The whole course writes shapes with the same
# few letters.
#
# | symbol | meaning |
# |:--|:--|
# | $n$ | batch size: how many samples are processed at once |
# | $c_i$, $c_o$ | input and output channels: how many numbers, or images, go in and come out |
# | $h_i$, $h_o$ | height of the input and of the output |
# | $w_i$, $w_o$ | width of the input and of the output |
# | $k_h$, $k_w$ | height and width of the kernel, the small window of a convolution |
# | $s$ | stride: how far the window moves at each step |
# | $p$ | padding: how much is added around the input, on each side |
# | $g$ | groups: into how many parts the channels are divided |
#
# The index $i$ means *input* and $o$ means *output*. Some chapters need a few more letters; the line below the table
# in section 6 explains the ones in the table.
#
# **Try it.** Find `Conv2d` in the table above. Its example is called with an array of shape $(n, c_i, h_i, w_i)$.
#
# 1. How large is the batch, and how many channels go in?
# 2. The first number of its weight's shape is $c_o$. Where else in that row do you find it?
#
# <details><summary>Answer</summary>
# <p>One sample, 16 channels. The weight starts with 32, and so does the bias: there is one for each output channel.
# The output has 32 channels as well, so its second number is 32. In PyTorch's call it is <code>out_channels</code>.</p>
# </details>

# %% [markdown]
# ## 8. What is graded
#
# This section is for students whose notebooks are graded. Otherwise go to section 9.
#
# - Each exercise has points; `progress()` shows them. If only some cases are right, you get part of the points. A
#   repair earns all of its points or none of them.
# - The grader calls your functions with **other numbers** than your check does. Numbers copied from a report earn
#   nothing. A function that computes what the exercise asks for is right for any numbers.
# - The grade depends on the functions that you hand in, not on the reports in your file.
# - Graded functions use NumPy and plain Python. PyTorch is not available when they are called.
# - **What a cell may use:** its arguments, the imports of the cell at the top, what you define in the same cell or in
#   a cell that you add, and your own functions from earlier exercises of the same notebook. These must then be right,
#   too. Names from the demonstration cells are not available: the grader does not run them. This rule holds in every
#   chapter.

# %% [markdown]
# ## 9. The way through
#
# | chapter | what you write |
# |:--|:--|
# | {{start_here}} Start here | a first function |
# | {{linear}} Linear | the layer in which every output sees every input |
# | {{embedding}} Embedding | from identifiers, such as words, to numbers |
# | {{activations}} Activations | ReLU, sigmoid and their relatives |
# | {{softmax_and_losses}} Softmax and losses | the end of a network: probabilities, and how wrong they are |
# | {{dropout}} Dropout | the layer that drops values at random |
# | {{conv1d}} Conv1d | one kernel that slides along a sequence |
# | {{conv2d}} Conv2d | the same over images |
# | {{padding_and_stride}} Padding and stride | what happens at the border, and how far the window moves |
# | {{grouped_and_depthwise}} Grouped and depthwise | the same work with fewer weights |
# | {{conv3d}} Conv3d | volumes, and any number of dimensions |
# | {{pooling}} Pooling | fewer pixels, without any weights |
# | {{normalization}} Normalization | keeping numbers in a range that trains well |
# | {{attention}} Attention | queries, keys and values |
# | {{transformer}} Transformer | attention, linear layers and normalization, put together |
# | {{counting}} Counting | parameters, work and memory of a whole network |
# | {{training}} Training | a network of your own layers learns to read digits |
# | {{upsampling_and_residual}} Upsampling and residual connections | larger images, and a connection around a layer |
# | {{recurrent}} Recurrent layers | a state that is passed from one position to the next |
# | {{language_model}} A language model | the layers of a present-day model, trained to write |
#
# Take them in this order. The top of each chapter says which others it needs and how long it takes: between 35 minutes
# and three hours. Long chapters are split into two or three sittings.

# %% [markdown]
# ## 10. Recap
#
# - You write a function, run its check, and read the report from the top. The blue line says what to do next.
# - `CheckFailed` means: not right yet. It is expected.
# - You can use `hint`, `solution` and `table` in every chapter. `progress()` shows how far you are; so does
#   `course progress` in a terminal.
# - Shapes are written $(n, c_i)$ or $(n, c_i, h_i, w_i)$: samples first, then channels, then places.
# - Graded functions use NumPy and plain Python, and are called with new numbers. They may call your earlier functions
#   of the same notebook.
#
# Continue with chapter {{linear}}. `warm_up` was the smallest example of its layer: a weight of 2 and a bias of 1.
#
# ## Every layer of the course
#
# `table("all")` lists every layer of the course. It is long, so it is not shown here. Run it in a new cell when
# you need a formula, and click a family to see its layers.
