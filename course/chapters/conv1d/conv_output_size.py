"""The number of a window's positions along one axis."""

from __future__ import annotations

import numpy as np

from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """Count the positions of a window along one axis.

    size         of the input, without padding
    kernel_size  how many elements the kernel has
    padding      how many zeros are added at each end
    returns a whole number

    >>> conv_output_size(10, 3, stride=3)
    3
    """
    reach = dilation * (kernel_size - 1) + 1
    return (size + 2 * padding - reach) // stride + 1


def _left_over(rng: np.random.Generator, rest: int, **options: int) -> dict[str, int]:
    """Draw a size for which `rest` elements are left over after the last whole step."""
    stride, padding, dilation = (
        options.get(key, least) for key, least in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    reach = dilation * (options["kernel_size"] - 1) + 1
    steps = int(rng.integers(20, 60))
    return {"size": steps * stride + rest + reach - 2 * padding, **options}


def _small(rng: np.random.Generator) -> dict[str, int]:
    """Draw a call in which one element is left over, and padding at one end only would cost a position."""
    stride, kernel_size, steps = (int(rng.integers(*least_and_end)) for least_and_end in ((3, 6), (3, 9), (2, 12)))
    padding = stride - 1
    size = 1 + steps * stride + kernel_size - 2 * padding
    return {"size": size, "kernel_size": kernel_size, "stride": stride, "padding": padding}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    size, k, stride, padding, dilation = (
        arguments.get(name, usual)
        for name, usual in (("size", 0), ("kernel_size", 0), ("stride", 1), ("padding", 0), ("dilation", 1))
    )
    reach = dilation * (k - 1) + 1
    of_kernel = f"({dilation}·({k} - 1) + 1)" if dilation > 1 else f"{k}"
    way = f"{size}{f' + 2·{padding}' if padding else ''} - {of_kernel}"
    steps = f"floor(({way})/{stride}) + 1" if stride > 1 else f"{way} + 1"
    return f"{steps} = {(size + 2 * padding - reach) // stride + 1}"


def _few_positions(rng: np.random.Generator) -> dict[str, int]:
    """Draw a size for which the window has two to four positions."""
    kernel_size, stride, dilation = int(rng.integers(3, 9)), int(rng.integers(2, 5)), int(rng.integers(2, 5))
    size = dilation * (kernel_size - 1) + 1 + stride * int(rng.integers(1, 4))
    return {"size": size, "kernel_size": kernel_size, "stride": stride, "padding": 0, "dilation": dilation}


EXERCISE = Exercise(
    points=2,
    solution=conv_output_size,
    oracle=None,
    cases=(
        Case("stride and padding", _small),
        Case("a kernel alone", lambda rng: {"size": int(rng.integers(20, 200)), "kernel_size": 5}),
        Case("the table's layer", lambda rng: {"size": 100, "kernel_size": 5}),
        Case("padding", lambda rng: {"size": int(rng.integers(20, 200)), "kernel_size": 7, "stride": 1, "padding": 3}),
        Case("stride, little left over", lambda rng: _left_over(rng, 1, kernel_size=4, stride=5)),
        Case("stride, much left over", lambda rng: _left_over(rng, 4, kernel_size=3, stride=5)),
        Case("dilation", lambda rng: _left_over(rng, 0, kernel_size=4, stride=1, padding=0, dilation=3)),
        Case("everything", lambda rng: _left_over(rng, 2, kernel_size=5, stride=3, padding=2, dilation=4)),
        Case("hardly longer than the window", _few_positions, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "not-rounded",
            edit=("// stride", "/ stride"),
            gives="when the quotient is not rounded down.",
            advice="A position is there or it isn't. What happens to elements that are left over at the end?",
        ),
        Mistake(
            "rounded-up",
            edit=("(size + 2 * padding - reach) // stride", "-((reach - size - 2 * padding) // stride)"),
            gives="when the quotient is rounded up.",
            advice="A window that would reach over the end is not taken.",
        ),
        Mistake(
            "rounded-to-nearest",
            edit=("(size + 2 * padding - reach) // stride", "round((size + 2 * padding - reach) / stride)"),
            gives="when the quotient is rounded to the nearest number.",
            advice="However much is left over at the end, if it is less than a stride, no window starts there.",
        ),
        Mistake(
            "divided-too-early",
            edit=("(size + 2 * padding - reach) // stride", "(size + 2 * padding) // stride - reach"),
            gives="when the size is divided by the stride before the window is subtracted.",
            advice="The stride divides what is left after one window. Look at the brackets of the formula.",
        ),
        Mistake(
            "padding-once",
            edit=("2 * padding", "padding"),
            gives="when the padding is counted at one end only.",
            advice="Padding is added before the signal and after it.",
        ),
        Mistake(
            "no-dilation",
            edit=("dilation * (kernel_size - 1)", "(kernel_size - 1)"),
            gives="when the dilation is left out.",
            unwritten="Dilation is not written yet",
            advice="How far is it from the first element of a dilated kernel to its last?",
        ),
        Mistake(
            "dilation-times-kernel",
            edit=("dilation * (kernel_size - 1) + 1", "dilation * kernel_size"),
            gives="when a dilated kernel is taken to reach over dilation · kernel_size elements.",
            advice="A kernel of 3 has two gaps, not three. Draw it with dilation 2 and count.",
        ),
        Mistake(
            "dilation-from-zero",
            edit=("dilation * (", "(dilation + 1) * ("),
            gives="when a dilation of 1 is taken for one element left out.",
            advice="dilation is the distance between neighbours of the kernel. 1 is the usual kernel.",
        ),
        Mistake(
            "one-missing",
            edit=("// stride + 1", "// stride"),
            gives="when the first position is not counted.",
            advice="A signal of 5 and a kernel of 5: the window takes no step, and yet there is one output.",
        ),
        Mistake(
            "one-before-dividing",
            edit=("- reach) // stride + 1", "- reach + 1) // stride"),
            gives="when the 1 for the first position is added before dividing by the stride.",
            advice=(
                "Divide the way that is left for the window by the stride: these are the steps. Then count the start."
            ),
        ),
        Mistake(
            "no-stride",
            edit=(" // stride", ""),
            gives="when the stride is left out.",
            unwritten="The stride is not written yet",
            advice="With stride 2 the window takes every other position.",
        ),
        Mistake(
            "brackets-missing",
            edit=("(size + 2 * padding - reach) // stride", "size + 2 * padding - (reach - 1) - 1 // stride"),
            gives="when the brackets around the difference are missing: only the 1 is divided by the stride.",
            advice="// comes before + and -. What must be divided by the stride?",
        ),
    ),
    hints=(
        "How far does the kernel reach, from its first element to its last, both counted? Without dilation it is k.",
        "With dilation d, each of the k - 1 steps inside the kernel is d long. So it reaches over d · (k - 1) + 1.",
        "The padded signal has size + 2 · padding elements. Take the kernel's reach away: that is how far the "
        "window can still move.",
        "It moves in steps of stride: use // to count them. One more for the start.",
    ),
    explanation=(
        "After the first position, the window can move by size + 2p minus its reach. Whole strides in that are "
        "its steps, and the floor drops what is left over. Steps plus one are the positions."
    ),
    trace=_trace,
)
