"""The numbers of each position, divided among heads."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import distinct, normal
from course.checking.spec import Arguments, Case, Exercise, Mistake


def split_heads(x, num_heads):
    """Divide the numbers of each position among heads.

    x        (n, l, d_m)   num_heads divides d_m
    returns  (n, num_heads, l, d_m / num_heads)

    >>> split_heads(np.array([[[1, 2, 3, 4], [5, 6, 7, 8]]]), 2)
    array([[[[1, 2],
             [5, 6]],
    <BLANKLINE>
            [[3, 4],
             [7, 8]]]])
    """
    n, length, d_m = x.shape
    return x.reshape(n, length, num_heads, d_m // num_heads).swapaxes(1, 2)


def _split_arguments(rng: np.random.Generator, n: int, length: int, d_m: int, num_heads: int) -> dict[str, object]:
    return {"x": normal(rng, n, length, d_m), "num_heads": num_heads}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, num_heads = arguments["x"], arguments["num_heads"]
    n, head, position, i = index
    size = x.shape[2] // num_heads
    place = f"{n}, {position}, {head * size + i}"
    value = x[n, position, head * size + i]
    first, last = head * size, (head + 1) * size - 1
    return f"head {head} has numbers {first} to {last} of each position, and x[{place}] = {value:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=split_heads,
    oracle=None,
    cases=(
        Case("two heads", lambda rng: {"x": distinct(rng, 1, 3, 6), "num_heads": 2}),
        Case("a batch", lambda rng: _split_arguments(rng, 2, 4, 6, 3)),
        Case("as many heads as positions", lambda rng: _split_arguments(rng, 2, 3, 6, 3)),
        Case("all sizes the same", lambda rng: _split_arguments(rng, 3, 3, 9, 3)),
        Case("one head", lambda rng: _split_arguments(rng, 2, 3, 4, 1), weight=0.5),
        Case("as many heads as numbers", lambda rng: _split_arguments(rng, 2, 3, 5, 5), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "reshape-only",
            edit=("length, num_heads, d_m // num_heads).swapaxes(1, 2)", "num_heads, length, d_m // num_heads)"),
            gives=(
                "when x is reshaped to (n, heads, l, d_m / heads) at once: that divides the positions among the heads, "
                "and not the numbers of each position."
            ),
            advice="Split the last axis in two first. Which two axes must then change places?",
        ),
        Mistake(
            "not-exchanged",
            edit=(".swapaxes(1, 2)", ""),
            gives="when the last axis is split, but the heads still come after the positions.",
            advice="The heads must come before the positions, so that each head attends alone.",
        ),
        Mistake(
            "interleaved",
            edit=("num_heads, d_m // num_heads).swapaxes(1, 2)", "d_m // num_heads, num_heads).transpose(0, 3, 1, 2)"),
            gives="when each head takes every num_heads-th number.",
            advice="A head takes adjacent numbers: head 0 has the first d_m / heads of them.",
        ),
        Mistake(
            "sizes-exchanged",
            edit=("num_heads, d_m // num_heads", "d_m // num_heads, num_heads"),
            gives="when the number of heads and the size of a head are exchanged.",
            advice="The second axis of the result has length num_heads.",
        ),
        Mistake(
            "positions-last",
            edit=("swapaxes(1, 2)", "transpose(0, 2, 3, 1)"),
            gives="when the positions end up last.",
            advice="Attention wants (l, d_m / heads) as the last two axes, in this order.",
        ),
        Mistake(
            "positions-split",
            edit=("length, num_heads, d_m // num_heads).swapaxes(1, 2)", "num_heads, length // num_heads, d_m)"),
            gives="when the positions are shared out among the heads.",
            advice="Each head sees all the positions, and some of the numbers of each.",
        ),
        Mistake(
            "heads-first",
            edit=("swapaxes(1, 2)", "transpose(2, 0, 1, 3)"),
            gives="when the heads come before the batch: (num_heads, n, l, size).",
            advice="The batch stays first: (n, num_heads, l, size).",
        ),
    ),
    hints=(
        "For one sentence and two heads, head 0 is x[0, :, : d_m // 2], and head 1 is the rest of the columns.",
        "Split the last axis: reshape to (n, l, num_heads, d_m // num_heads). No number has moved yet.",
        "Then exchange the axes 1 and 2, with swapaxes or transpose.",
    ),
    explanation=(
        "`reshape` splits the last axis: the first d_m / heads numbers of a position are head 0's, the next ones "
        "head 1's. `swapaxes(1, 2)` then puts the heads before the positions. A single reshape to the final "
        "shape would fill it in storage order, and mix positions with heads."
    ),
    trace=_trace,
)
