"""The numbers of all heads, side by side again."""

from __future__ import annotations

import numpy as np  # noqa: F401 - the example uses it

from course.checking.sampling import distinct, normal
from course.checking.spec import Arguments, Case, Exercise, Mistake


def merge_heads(x):
    """Put the heads' numbers side by side again.

    x        (n, num_heads, l, size)
    returns  (n, l, num_heads * size)

    >>> merge_heads(np.array([[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]))
    array([[[1, 2, 3, 4],
            [5, 6, 7, 8]]])
    """
    n, num_heads, length, size = x.shape
    return x.swapaxes(1, 2).reshape(n, length, num_heads * size)


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = arguments["x"]
    n, position, i = index
    head, own = divmod(i, x.shape[3])
    place, value = f"{n}, {head}, {position}, {own}", x[n, head, position, own]
    return f"number {i} of a position is number {own} of head {head}, and x[{place}] = {value:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=merge_heads,
    oracle=None,
    cases=(
        Case("two heads", lambda rng: {"x": distinct(rng, 1, 2, 4, 3)}),
        Case("a batch", lambda rng: {"x": normal(rng, 2, 3, 4, 5)}),
        Case("as many heads as positions", lambda rng: {"x": normal(rng, 2, 3, 3, 2)}),
        Case("all sizes the same", lambda rng: {"x": normal(rng, 3, 3, 3, 3)}),
        Case("one head", lambda rng: {"x": normal(rng, 2, 1, 3, 4)}, weight=0.5),
        Case("heads of a single number", lambda rng: {"x": normal(rng, 2, 4, 3, 1)}, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "reshape-only",
            edit=("swapaxes(1, 2).", ""),
            gives="when x is reshaped to (n, l, d_m) at once: numbers of different positions end up in one row.",
            advice="Before the axes can be joined, heads and numbers must be neighbours. Which axes change places?",
        ),
        Mistake(
            "not-joined",
            edit=(".reshape(n, length, num_heads * size)", ""),
            gives="when the axes have changed places, but are not joined.",
            advice="The last two axes must become one. That is what reshape is for.",
        ),
        Mistake(
            "interleaved",
            edit=("swapaxes(1, 2)", "transpose(0, 2, 3, 1)"),
            gives="when the heads' numbers are interleaved: first number 0 of every head, then number 1.",
            advice="All of head 0's numbers come first. Which order must the last two axes have before reshape?",
        ),
        Mistake(
            "mean",
            edit=("swapaxes(1, 2).reshape(n, length, num_heads * size)", "mean(axis=1)"),
            gives="when the mean of the heads is taken.",
            advice="Nothing is added or averaged here: the heads' numbers are put side by side.",
        ),
        Mistake(
            "one-after-the-other",
            edit=("swapaxes(1, 2).reshape(n, length, num_heads * size)", "reshape(n, num_heads * length, size)"),
            gives="when the heads are put one below the other, as if each had its own positions.",
            advice="Every head has the same l positions. Join along the numbers, the last axis.",
        ),
        Mistake(
            "wrong-axes",
            edit=("swapaxes(1, 2)", "swapaxes(1, 3)"),
            gives="when heads and numbers change places, instead of heads and positions.",
            advice="The result is (n, l, d_m): which axis must come second?",
        ),
    ),
    hints=(
        "merge_heads undoes split_heads. Which two steps did that one take?",
        "Put the positions before the heads: exchange axes 1 and 2.",
        "Now each position has its heads, and each head its numbers, side by side. reshape joins the last two axes.",
    ),
    explanation=(
        "The same two steps as in split_heads, backwards: `swapaxes(1, 2)`, then `reshape` joins the heads' numbers."
    ),
    trace=_trace,
)
