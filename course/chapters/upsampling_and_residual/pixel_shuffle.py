"""`pixel_shuffle`: channels become pixels, and no number changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def pixel_shuffle(input, upscale_factor):
    """Make images larger by a whole factor r: the numbers of r·r channels become blocks of r by r pixels.

    input   (n, c·r·r, h, w)
    returns (n, c, h·r, w·r)

    >>> pixel_shuffle(np.array([[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]]), 2)
    array([[[[1., 2.],
             [3., 4.]]]])
    """
    n, channels, h, w = input.shape
    r = upscale_factor
    c = channels // r**2
    blocks = input.reshape(n, c, r, r, h, w)
    return blocks.transpose(0, 1, 4, 2, 5, 3).reshape(n, c, h * r, w * r)


def _drawn(rng: np.random.Generator, n: int, c: int, h: int, w: int, factor: int) -> dict[str, Any]:
    return {"input": normal(rng, n, c * factor**2, h, w), "upscale_factor": factor}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell from which channel and pixel the value comes."""
    image, c, y, x = index
    r = arguments["upscale_factor"]
    (row, u), (column, v) = divmod(y, r), divmod(x, r)
    channel = c * r**2 + u * r + v
    value = arguments["input"][image, channel, row, column]
    return f"channel {c}·{r}² + {u}·{r} + {v} = {channel}, row {row}, column {column} of the input = {value:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=pixel_shuffle,
    reference=functional.pixel_shuffle,
    oracle=TorchFunction("torch.nn.functional.pixel_shuffle"),
    cases=(
        Case("four channels become one", lambda rng: {"input": whole(rng, 1, 4, 1, 3, most=9), "upscale_factor": 2}),
        Case("several channels", lambda rng: _drawn(rng, 1, 3, 2, 4, factor=2)),
        Case("a batch, factor 3", lambda rng: _drawn(rng, 2, 2, 3, 2, factor=3)),
        Case("as many rows as the factor", lambda rng: _drawn(rng, 2, 2, 2, 3, factor=2)),
        Case("factor 1", lambda rng: _drawn(rng, 2, 3, 2, 4, factor=1), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "no-transpose",
            edit=("blocks.transpose(0, 1, 4, 2, 5, 3)", "blocks"),
            gives="when the array is reshaped without moving its axes: whole channels follow each other.",
            advice="In one row of the output, the numbers come from different channels. Which axes must be neighbours?",
        ),
        Mistake(
            "channels-last-in-the-group",
            edit=("input.reshape(n, c, r, r, h, w)", "input.reshape(n, r, r, c, h, w).transpose(0, 3, 1, 2, 4, 5)"),
            gives="when the output channel counts fastest among the input channels, as in TensorFlow.",
            advice="In PyTorch, the first r·r channels belong to output channel 0.",
        ),
        Mistake(
            "rows-and-columns-exchanged",
            edit=("(0, 1, 4, 2, 5, 3)", "(0, 1, 4, 3, 5, 2)"),
            gives="when each block of pixels is filled column by column.",
            advice="Channels 0 and 1 should be neighbours in a row of the output. Where are they in yours?",
        ),
        Mistake(
            "whole-images-side-by-side",
            edit=("(0, 1, 4, 2, 5, 3)", "(0, 1, 2, 4, 3, 5)"),
            gives="when the channels are put next to each other as whole small images.",
            advice="Neighbours in the output come from the same place of the input. Which axis counts fastest?",
        ),
        Mistake(
            "height-not-interleaved",
            edit=("(0, 1, 4, 2, 5, 3)", "(0, 1, 2, 4, 5, 3)"),
            gives="when the columns are interleaved, and the rows are whole images below each other.",
            advice="What you do for the width is needed for the height, too.",
        ),
    ),
    hints=(
        "Nothing is computed: reshape, move axes, reshape. Name the six axes first: image, channel, row and column in "
        "the block, row and column in the image.",
        "Split the channel axis in three: (n, c, r, r, h, w). The first r counts rows of a block, the second columns.",
        "Before the last reshape, the axis of h must come directly before the r of the rows, and w directly before the "
        "r of the columns.",
    ),
    explanation=(
        "Output row y is row y // r of the input, and row y % r within a block. So h counts slowly and r fast, and "
        "they must be neighbours in this order before reshape makes one axis of them. The same holds for the columns."
    ),
    trace=_trace,
)
