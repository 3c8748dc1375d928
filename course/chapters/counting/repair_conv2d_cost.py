"""A cost of Conv2d to repair: it counts at the positions of the input."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def repair_conv2d_cost(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    """Give num_params and mult_adds of a Conv2d with bias, as torchinfo counts them."""
    n, c_i, h, w = input_shape
    # It counted at the positions of the input. A kernel is used once at each position of the output.
    h_o = (h + 2 * padding - kernel_size) // stride + 1
    w_o = (w + 2 * padding - kernel_size) // stride + 1
    num_params = out_channels * (c_i // groups * kernel_size**2 + 1)
    return num_params, num_params * n * h_o * w_o


# the comment is a part of it, so that what is handed out does not explain the repair
OUTPUT_SIZE = """\
    # It counted at the positions of the input. A kernel is used once at each position of the output.
    h_o = (h + 2 * padding - kernel_size) // stride + 1
    w_o = (w + 2 * padding - kernel_size) // stride + 1
"""


def _cost(shape: tuple[int, int, int, int], out_channels: int, kernel_size: int, **options: int) -> dict[str, Any]:
    return {"input_shape": shape, "out_channels": out_channels, "kernel_size": kernel_size, **options}


def _small(rng: np.random.Generator) -> dict[str, Any]:
    h, w = 4 + rng.permutation(5)[:2]
    return _cost((2, 3, int(h), int(w)), 4 + int(rng.integers(3)), 2)


def _num_params(arguments: Arguments, index: tuple[int, ...]) -> str:
    c_i, c_o, k, groups = arguments["input_shape"][1], *_options(arguments, "out_channels", "kernel_size", "groups")
    inputs = f"{c_i}/{groups}" if groups > 1 else f"{c_i}"
    return f"{c_o}·({inputs}·{k}·{k} + 1) = {repair_conv2d_cost(**arguments)[0]}"


def _mult_adds(arguments: Arguments, index: tuple[int, ...]) -> str:
    (n, _, h, w), (k, stride, padding) = (
        arguments["input_shape"],
        _options(arguments, "kernel_size", "stride", "padding"),
    )
    num_params, mult_adds = repair_conv2d_cost(**arguments)
    h_o, w_o = ((size + 2 * padding - k) // stride + 1 for size in (h, w))
    return (
        f"{num_params} parameters at {h_o} by {w_o} places of {n} samples, {num_params}·{h_o}·{w_o}·{n} = {mult_adds}"
    )


def _options(arguments: Arguments, *names: str) -> tuple[int, ...]:
    given = {"stride": 1, "padding": 0, "groups": 1, **arguments}
    return tuple(given[name] for name in names)


EXERCISE = Exercise(
    points=2,
    solution=repair_conv2d_cost,
    repair=True,
    oracle=None,
    returns=("num_params", "mult_adds"),
    cases=(
        Case("a small image", _small),
        Case("no padding", lambda rng: _cost((2, 4, odd(rng, 11, 9), 14), 6, 3)),
        Case("stride", lambda rng: _cost((2, 3, odd(rng, 21, 9), 30), 7, 5, stride=3)),
        Case("stride and padding", lambda rng: _cost((3, 3, odd(rng, 21, 9), 37), 8, 4, stride=2, padding=3)),
        Case("groups", lambda rng: _cost((2, 6, 16, odd(rng, 11, 9)), 9, 3, stride=2, padding=1, groups=3)),
        Case("as many positions as pixels", lambda rng: _cost((1, 3, odd(rng, 31, 9), 32), 8, 3, padding=1)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=((OUTPUT_SIZE, ""), ("h_o * w_o", "h * w")),
            gives="when the function is left as it was handed out.",
            advice="Count by hand how often the kernel fits into a row of this input. What does it take instead?",
        ),
        Mistake(
            "divided-by-stride",
            edit=(OUTPUT_SIZE, "    h_o, w_o = h // stride, w // stride\n"),
            gives="when height and width are divided by the stride, and kernel and padding stay out of it.",
            advice=f"How many windows fit into a row? The formula of {chapter('padding_and_stride')} says.",
        ),
        Mistake(
            "padding-once",
            edit=(("h + 2 * padding", "h + padding"), ("w + 2 * padding", "w + padding")),
            gives="when the padding is counted on one side only.",
            advice="There is padding on the left and on the right.",
        ),
        Mistake(
            "one-position-less",
            edit=(
                ("(h + 2 * padding - kernel_size) // stride + 1", "(h + 2 * padding - kernel_size) // stride"),
                ("(w + 2 * padding - kernel_size) // stride + 1", "(w + 2 * padding - kernel_size) // stride"),
            ),
            gives="when the height and the width of the output are one too small.",
            advice="A kernel as large as the image has one position. How many does your formula give?",
        ),
        Mistake(
            "groups-lost",
            edit=("c_i // groups", "c_i"),
            gives="when the groups got lost in the repair.",
            advice="Each output channel sees c_i / g input channels. That part was right before.",
        ),
    ),
    hints=(
        "Try it on the symptom: a layer with stride 2. By which factor is the result too large?",
        "A kernel is used once at each position of the output, not of the input.",
        "h_o = (h + 2p - k) // s + 1, and the same for the width.",
    ),
    explanation=(
        "The work is done where outputs are made. With stride 1 and same padding there are as many outputs as "
        "pixels, and the mistake does not show."
    ),
    trace={"num_params": _num_params, "mult_adds": _mult_adds},
)
