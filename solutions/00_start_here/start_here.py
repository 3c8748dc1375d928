# %% [markdown]
# # {{start_here}} · Start here: how this course works
#
# At the end of this chapter you will have written a first function, had it checked, and read what the check says.
# You will know how shapes are written, where your progress is kept, and what is graded.
#
# Plan about twenty minutes. You need first-year Python.
#
# ## 1. What you will do
#
# A neural network is a chain of layers, and each layer is a function from arrays to arrays. In this course you write
# these functions yourself, in NumPy, and a check compares each of them with PyTorch at once. If you are a student,
# you work through the notebooks and hand them in; if you teach, you have a class's notebooks graded. If you learn on
# your own, the check is your teacher, and every solution is there to read.
#
# A cell with code runs with **Shift+Enter**. Run the next one: it imports what your own code needs.

# %% tags=["setup"]
import numpy as np
import matplotlib.pyplot as plt
from course import check, hint, progress, solution, table

# %% [markdown]
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
# The next cell builds a small network in PyTorch and sends the picture through it. There is no need to understand
# the code yet. Run it and look at what comes out.

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
# Read it from left to right. Blue is positive, orange is negative, white is zero. Below each array stands its shape.
#
# - `Conv2d` looks at the picture through two small windows and gives two images. The upper one reacts mostly to
#   horizontal strokes.
# - `ReLU` replaces what is negative by zero. `MaxPool2d` keeps the largest of every four neighbours.
# - `Linear` turns all that is left into ten scores, one for each digit. `Softmax` turns the scores into
#   probabilities.
#
# Nobody has trained this network. Its numbers are random, and no digit gets a probability far from one tenth:
# it guesses. A trained network is made of the same layers, with better numbers in them. Below each layer's name
# stands the chapter that takes it apart.
#
# Draw another digit into the same field of dots, and run both cells again. What changes, and what stays?

# %% [markdown]
# ## 2. How to work
#
# - Run the cells from the top. Later cells use what earlier ones have defined.
# - The file is yours. Change what you like, and add cells of your own. Only the checks are locked.
# - When something behaves strangely, choose **Kernel, Restart Kernel**, and run from the top again.
# - Every exercise has a check in the cell below it. Run it as often as you like.
# - When you are stuck, ask for a hint. They come in small steps, and none is counted against you.

# %%
hint("warm_up")

# %% [markdown]
# `solution("warm_up")` shows the answer with a short explanation. It is there for you, too. You learn more if
# you try first.
#
# ## 3. How a check reads
#
# A check calls your function several times, each time with other arrays. Each call is a **case**. It gives the
# same arrays to PyTorch and compares.
#
# The exercise of this chapter is called `warm_up`. It asks for $2x + 1$. Here are four answers that are not right.
# `course.assess` shows the report that `check` would give for them.
#
# **The first has not been written.** Most exercises look like this when you open them.


# %%
def not_written(x):
    raise NotImplementedError


course.assess(not_written, "warm_up")

# %% [markdown]
# There is nothing to compare yet. What to do is on blue, after **Next**. Every report that is not right yet has
# such a line. The rings on the right are the cases, one each. A case that is right has a full green dot.
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
# 2. On blue, what is wrong, and what to do next. `case("warm_up")`, after `from course import case`, gives you the
#    arrays of this call to try things on.
# 3. What shows it: the numbers of this call, where they are few, and here the shapes. A single number has the shape
#    `()`. Four numbers were wanted.
# 4. **Called as** tells how your function was called. `x (4,)` means: an array `x` of shape $(4{,})$, four numbers
#    in a row. Click on it to see which cases are right.
#
# The shape is compared before the values. A wrong shape is often the quickest way to find a mistake.
#
# **The third takes $2x$ for $x^2$.** Now the shape is right.


# %%
def squared(x):
    return x**2 + 1


course.assess(squared, "warm_up")

# %% [markdown]
# Two things are new.
#
# - A small call is shown in full: what went in, your result and PyTorch's. What differs is bold, the first of it has
#   a frame, and below is how PyTorch's value comes about there.
# - **This is exactly what you get when** names the mistake. The check knows the usual ones. It runs each of them,
#   and it names one only if that gives *your* numbers.
#
# **The fourth is a mistake that the check does not know.** Then it tells you all it can see. It also tries small
# changes of your code. If one of them makes every case right, it points at the line, and leaves the change to you.


# %%
def sometimes(x):
    return x + np.abs(x) + 1


course.assess(sometimes, "warm_up")

# %% [markdown]
# Only some values differ. Those that are right are pale. Look at the worked-out line.
# What is special about the number that was put in?
#
# <details><summary>Answer</summary>
# <p>It is negative. <code>np.abs</code> takes away the sign, so the function is right for positive numbers only.</p>
# </details>

# %% [markdown]
# ## 4. Your turn
#
# Run the check below once **before** you write anything. You see the report, and under it a line that starts with
# `CheckFailed`. That is not a fault of the notebook. A check that is not passed ends with an error on purpose:
# if you run all cells at once, Jupyter stops there, and you see where to go on.
#
# Then replace the line `raise NotImplementedError`, run the cell, and run the check again.
#
# ### Exercise: warm up
#
# Double every value, then add one. The array can have any shape.


# %% exercise="warm_up"

# %% check="warm_up"
check(warm_up)

# %% [markdown]
# When the check says **right**, it also says how close you are to PyTorch. Computers round, and two correct ways
# to compute the same can differ in the last digits. The check knows how much of that to expect.
#
# **Predict, then run.** Your function was written for whole arrays. What is the shape of the next result?

# %%
warm_up(np.zeros((2, 3))).shape

# %% [markdown]
# NumPy works on every value of an array, whatever its shape. You will use that in every chapter.

# %% [markdown]
# ### Find the bug
#
# Near its end, each chapter hands you a function that somebody else has written, with a mistake in it. Your check
# says what is wrong with what it does, and you find out where. Here is the first. It is to subtract from each column
# of a matrix that column's mean. Run the check before you change anything.


# %% exercise="repair_center"

# %% check="repair_center"
check(repair_center)

# %% [markdown]
# <details><summary>Answer</summary>
# <p>The values were right. But the function assigned into <code>x</code>, and <code>x</code> is the caller's array:
# after the call, the caller's numbers were gone. A function that computes a result should leave its arguments
# alone.</p>
# <p>A repair counts when all of it is right. There are no points for the cases that were right before.</p>
# </details>
#
# ### Other kinds of exercises
#
# Most exercises ask for a function. Some ask for something else, and are checked in the same way.
#
# - **A value**: an array, or a table that you complete. Its cell reads `answer = ...`, say. Put what you think in place
#   of the dots. Only a function or a class knows its own name, so the check of a value is told:
#   `check(answer, "answer")`.
# - **A class**, in chapter {{counting}}: the check makes an object of it and calls its methods, one after the other.

# %% [markdown]
# ## 5. Your progress
#
# `progress()` shows a sign for each exercise: ● is passed, ◐ was tried, ○ is not started. It names the one that comes
# next. Click on a chapter to see its exercises, and on which day you passed them.

# %%
progress()

# %% [markdown]
# Your progress is kept in your **working copy**: the folder that `course start my-course` makes, with all notebooks
# in it. Each check adds a line to a file there: the time, the exercise, the score, and the mistake if it was
# a known one. The file stays in that folder, and no grade is made from it.
#
# A notebook outside a working copy runs just as well, but nothing is kept.
#
# The same command, run again, brings what is new and leaves your work alone. If a notebook that you have changed
# has a newer version, that is put beside yours.

# %% [markdown]
# ## 6. The layers in one table
#
# These are the ten layers that you meet most often. In a working copy each row tells how far you are with its
# chapter: run the cell again whenever you like.

# %%
table()

# %% [markdown]
# Nobody learns such a table by heart. At the end you won't need to, because you will have written every layer in it.
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
# | $n$ | batch size: how many samples are computed at once |
# | $c_i$, $c_o$ | input and output channels: how many numbers, or images, go in and come out |
# | $h_i$, $h_o$ | height of the input and of the output |
# | $w_i$, $w_o$ | width of the input and of the output |
# | $k_h$, $k_w$ | height and width of the kernel, the small window of a convolution |
# | $s$ | stride: how far the window moves at each step |
# | $p$ | padding: how much is added around the input, on each side |
# | $g$ | groups: into how many parts the channels are divided |
#
# An index $i$ stands for *input*, an $o$ for *output*. Some chapters need a few more
# letters; the line below the table in section 6 names those that the table uses.
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
# If your notebooks are graded, this is how. If not, skip to section 9.
#
# - Each exercise has points; `progress()` shows them. Where some cases are right and some are not, you get a share.
#   A repair earns all of its points or none.
# - The grader calls your functions with **other numbers** than your check does. An answer that was copied from
#   a report earns nothing. A function that computes what the exercise asks for is right with any numbers.
# - The grade comes from the functions that you hand in, not from the reports in your file.
# - Graded functions use NumPy and plain Python. PyTorch is not there when they are called.
# - The grader runs the import cell at the top, your exercise cells and the cells that you have added. It does not
#   run the demonstrations. So let each function stand alone in its cell: what it needs is an argument, or is
#   written in the same cell. It may also call a function from an earlier exercise of the notebook. Then that has to be
#   right as well.

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
# | {{dropout}} Dropout | the layer that forgets on purpose |
# | {{conv1d}} Conv1d | one kernel that slides along a sequence |
# | {{conv2d}} Conv2d | the same over images |
# | {{padding_and_stride}} Padding and stride | what happens at the border, and what may be skipped |
# | {{grouped_and_depthwise}} Grouped and depthwise | the same work with fewer weights |
# | {{conv3d}} Conv3d | volumes, and any number of dimensions |
# | {{pooling}} Pooling | fewer pixels, without any weights |
# | {{normalization}} Normalization | keeping numbers in a range that trains well |
# | {{attention}} Attention | queries, keys and values |
# | {{transformer}} Transformer | attention, linear layers and normalization, put together |
# | {{counting}} Counting | parameters, work and memory of a whole network |
# | {{training}} Training | a network of your own layers learns to read digits |
#
# Take them in this order. At its top each says which others it needs, and how long it takes: mostly 45 to 90
# minutes.

# %% [markdown]
# ## 10. Recap
#
# - You write a function, run its check, and read the report from the top. Its last line says what to do next.
# - `CheckFailed` means: not right yet. It is expected.
# - `hint`, `solution` and `table` are there in every chapter. `progress()` tells where you stand; so does
#   `course progress` in a terminal.
# - Shapes are written $(n, c_i)$ or $(n, c_i, h_i, w_i)$: samples first, then channels, then places.
# - Graded functions use NumPy and plain Python, stand in one cell each, and are called with new numbers.
#
# Go on with chapter {{linear}}. It opens the layer that `warm_up` is the smallest example of: a weight of 2, a bias of 1.
#
# ## Every layer of the course
#
# `table("all")` is the long form of the table in section 6. Look through it for names that you have heard before,
# and come back to it when you need a formula. Click on a family to see its layers.

# %%
table("all")
