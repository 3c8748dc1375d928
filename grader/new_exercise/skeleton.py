"""The texts of a new exercise, for a small function that is right: every place to change is marked TODO."""

from __future__ import annotations

DECLARATION = '''\
"""TODO: what this exercise is about."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


# TODO: the solution, as a student should write it. Its docstring is handed out.
def {name}(input, other):
    """Subtract twice the second array from the first.

    input, other  arrays of one shape
    returns       an array of this shape

    >>> {name}(np.array([5.0, 3.0]), np.array([1.0, 2.0]))
    array([ 3., -1.])
    """
    return input - 2 * other


# TODO: cases. The first is for a pencil: few whole numbers. Sizes that may be confused differ from each other.
def _by_hand(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {{"input": whole(rng, 2, 3), "other": whole(rng, 2, 3)}}


def _drawn(rng: np.random.Generator, *shape: int) -> dict[str, np.ndarray]:
    return {{"input": normal(rng, *shape), "other": normal(rng, *shape)}}


# TODO: how one value of the result is computed, in a line.
def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    first, second = arguments["input"][index], arguments["other"][index]
    return f"{{first:.4g}} - 2·{{in_a_sum(second)}} = {{first - 2 * second:.4g}}"


EXERCISE = Exercise(
    points=1,
    solution={name},
    # TODO: PyTorch's counterpart. Without one, oracle=None, and a test of the chapter holds the solution to something.
    oracle=TorchFunction("torch.sub", arrange=lambda input, other: ((input, other), {{"alpha": 2}})),
    cases=(
        Case("a small matrix", _by_hand),
        Case("a vector", lambda rng: _drawn(rng, 7)),
        Case("three axes", lambda rng: _drawn(rng, 2, 3, 5)),
    ),
    # TODO: at least three mistakes, the most common first: an edit of the solution whose old text is there once.
    mistakes=(
        Mistake(
            "not-doubled",
            edit=("2 * other", "other"),
            gives="when the second array is subtracted once.",
            advice="Read the first line of the docstring again. How often is it subtracted?",
        ),
        Mistake(
            "added",
            edit=("input - 2", "input + 2"),
            gives="when the arrays are added.",
            advice="Which sign makes the result smaller where the second array is positive?",
        ),
        Mistake(
            "reversed",
            edit=("input - 2 * other", "2 * other - input"),
            gives="when the first array is subtracted from the second.",
            advice="Look at the order: from which array is the other one subtracted?",
        ),
    ),
    # TODO: at least three hints, in the order in which they help. None of them gives the answer away.
    hints=(
        "NumPy computes with whole arrays: no loop is needed.",
        "Work out one value with a pencil, for the numbers in the docstring.",
        "Write what you did with the two numbers, with the arrays in their place.",
    ),
    explanation="TODO: why the solution is right. NumPy works on each pair of values.",
    trace=_trace,
)
'''

RIGHT = """

# TODO: at least two right answers in another style.
def {name}_by_loop(input, other):
    output = np.empty_like(input)
    for index in np.ndindex(input.shape):
        output[index] = input[index] - other[index] - other[index]
    return output


def {name}_as_list(a, b):
    return np.subtract(a, np.multiply(2, b)).tolist()


RIGHT["{name}"] = [{name}_by_loop, {name}_as_list]
"""

WRONG = """

# TODO: at least six wrong answers that no mistake describes.
def {name}_absolute(input, other):
    return abs(input - 2 * other)


def {name}_rounded(input, other):
    return np.round(input - 2 * other, 2) + 0.001


def {name}_in_place(input, other):
    input -= 2 * other
    return input


def {name}_flattened(input, other):
    return (input - 2 * other).ravel()[:, None]


def {name}_tripled(input, other):
    return input - 3 * other


def {name}_squared(input, other):
    return input - other**2


WRONG["{name}"] = [
    {name}_absolute,
    {name}_rounded,
    {name}_in_place,
    {name}_flattened,
    {name}_tripled,
    {name}_squared,
]
"""

LESSON = """\
# %% [markdown]
# ### TODO {name}
#
# TODO: say what to write, and why.

# %% exercise="{name}"

# %% check="{name}"
check({name})

"""
