"""The padding that keeps the size of an image."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def same_padding(kernel_size, dilation=1):
    """Count the zeros before an image that keep its size, along one axis and for stride 1.

    As many are added after it, or one more where that is needed.

    >>> same_padding(5)
    2
    """
    lost = dilation * (kernel_size - 1)
    return lost // 2


def _even(rng: np.random.Generator, least: int) -> int:
    return odd(rng, least + 1) - 1


def _multiple_of_4(rng: np.random.Generator) -> int:
    """Draw a kernel size where half the loss ends in .5 after an odd number: Python's `round` rounds it up."""
    return 4 * int(rng.integers(2, 9))


def _dilated(rng: np.random.Generator) -> dict[str, int]:
    """Draw an even kernel and an odd dilation where `round` rounds half the loss down."""
    dilation = odd(rng, 3)
    return {"kernel_size": dilation + 1 + 4 * int(rng.integers(1, 6)), "dilation": dilation}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    k, d = arguments["kernel_size"], arguments.get("dilation", 1)
    lost = d * (k - 1)
    rounded = ", rounded down," if lost % 2 else ""
    return f"an image loses {d}·({k} - 1) = {lost} rows, and half of them{rounded} = {lost // 2}"


EXERCISE = Exercise(
    points=1,
    solution=same_padding,
    oracle=None,
    cases=(
        Case("an odd kernel", lambda rng: {"kernel_size": odd(rng, 5, choices=6)}),
        Case("an even kernel", lambda rng: {"kernel_size": _multiple_of_4(rng)}),
        Case("a dilated odd kernel", lambda rng: {"kernel_size": odd(rng, 5), "dilation": int(rng.integers(2, 9))}),
        Case("a dilated even kernel", _dilated),
        Case(
            "an even kernel with an even dilation",
            lambda rng: {"kernel_size": _even(rng, 6), "dilation": _even(rng, 2)},
        ),
    ),
    mistakes=(
        Mistake(
            "dilation-ignored",
            edit=("dilation * (kernel_size - 1)", "kernel_size - 1"),
            gives="when dilation is left out.",
            unwritten="Dilation is not written yet",
            advice="A dilated kernel reaches further. How far is it from its first element to its last?",
        ),
        Mistake(
            "rounded-up",
            edit=("lost // 2", "(lost + 1) // 2"),
            gives="when half a zero is rounded up. Even kernels then give one row too many at the front.",
            advice="PyTorch puts the zero that is left over after the image. How many are before it?",
        ),
        Mistake(
            "half-kernel",
            edit=(("(kernel_size - 1)", "(kernel_size // 2)"), ("lost // 2", "lost")),
            gives="when half of the kernel is taken, kernel_size // 2. That is right for odd kernels only.",
            advice="An image gets shorter by k - 1, not by k. Try a kernel of 2.",
        ),
        Mistake(
            "dilated-kernel-halved",
            edit=("(kernel_size - 1)", "kernel_size"),
            gives="when k · d elements are halved.",
            advice="Between k elements there are k - 1 steps of length d.",
        ),
        Mistake(
            "dilation-added",
            edit=("dilation * (kernel_size - 1)", "kernel_size - 1 + dilation - 1"),
            gives="when the kernel is taken to grow by dilation - 1, however many elements it has.",
            advice="Draw a kernel of 3 with dilation 2. How many gaps get wider?",
        ),
        Mistake(
            "both-ends",
            edit=("lost // 2", "lost"),
            gives="when the zeros of both ends are counted together.",
            advice="That is what the image loses. Padding is given for one end.",
        ),
        Mistake(
            "not-rounded",
            edit=("lost // 2", "lost / 2"),
            gives="when half a zero is left as it is.",
            advice="There are no half zeros. The one that is left over goes after the image.",
        ),
        Mistake(
            "rounded-too-early",
            edit=(("(kernel_size - 1)", "((kernel_size - 1) // 2)"), ("lost // 2", "lost")),
            gives="when the half is rounded before it is multiplied by dilation.",
            advice="First find out how much the image loses, then halve that.",
        ),
    ),
    hints=(
        "How many rows does an image lose, without padding and with stride 1? Read it off the formula for h_o.",
        "It loses d(k - 1). Half of that goes to the front.",
        "Where that is odd, one zero is left over. It goes to the other end, so round down.",
    ),
    explanation=(
        "With stride 1 the output is h_i + (zeros before and after) - d(k - 1) high. It keeps its height with "
        "d(k - 1) zeros in all: half of them before the image, rounded down, and the others after."
    ),
    trace=_trace,
)
