"""`interpolate`: larger images without any weights, by repeating pixels or by mixing neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import sum_of_products


def interpolate(input, scale_factor, mode="nearest"):
    """Make images larger by a whole factor.

    input   (n, c, h, w)
    mode    "nearest": each pixel is repeated; "bilinear": each output mixes the nearest pixels
    returns (n, c, h·scale_factor, w·scale_factor)

    >>> interpolate(np.array([[[[1.0, 5.0]]]]), 2)
    array([[[[1., 1., 5., 5.],
             [1., 1., 5., 5.]]]])
    >>> interpolate(np.array([[[[1.0, 5.0]]]]), 2, mode="bilinear")
    array([[[[1., 2., 4., 5.],
             [1., 2., 4., 5.]]]])
    """
    if mode == "nearest":
        return input.repeat(scale_factor, axis=2).repeat(scale_factor, axis=3)

    def stretched(values):
        # along the last axis: where each output pixel's centre is, counted in input pixels
        size = values.shape[-1]
        places = (np.arange(size * scale_factor) + 0.5) / scale_factor - 0.5
        places = np.clip(places, 0, size - 1)
        before = np.floor(places).astype(int)
        after = np.minimum(before + 1, size - 1)
        share = places - before
        return values[..., before] * (1 - share) + values[..., after] * share

    wide = stretched(input)
    return stretched(wide.swapaxes(2, 3)).swapaxes(2, 3)


def _drawn(rng: np.random.Generator, shape: tuple[int, ...], factor: int, mode: str | None = None) -> dict[str, Any]:
    return {"input": normal(rng, *shape), "scale_factor": factor, **({"mode": mode} if mode else {})}


def _shares(index: int, size: int, factor: int) -> dict[int, float]:
    """Give the shares of the two nearest pixels along one axis; a share of 0 is left out."""
    place = min(max((index + 0.5) / factor - 0.5, 0), size - 1)
    before = int(place)
    both = {before: 1 - (place - before), before + 1: place - before}
    return {pixel: share for pixel, share in both.items() if share}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    image, channel, y, x = index
    pixels, factor = arguments["input"][image, channel], arguments["scale_factor"]
    if arguments.get("mode", "nearest") == "nearest":
        row, column = y // factor, x // factor
        return f"row {y}//{factor} = {row} and column {x}//{factor} = {column} of the input = {pixels[row, column]:.4g}"
    rows, columns = (_shares(at, size, factor) for at, size in zip((y, x), pixels.shape, strict=True))
    pairs = [(a * b, pixels[i, j]) for i, a in rows.items() for j, b in columns.items()]
    return sum_of_products([share for share, _ in pairs], [value for _, value in pairs])


EXERCISE = Exercise(
    points=3,
    solution=interpolate,
    oracle=TorchFunction("torch.nn.functional.interpolate", by_name=True),
    cases=(
        Case("nearest", lambda rng: {"input": whole(rng, 1, 1, 2, 3), "scale_factor": 2}),
        Case("bilinear", lambda rng: {"input": 4 * whole(rng, 1, 1, 2, 3), "scale_factor": 2, "mode": "bilinear"}),
        Case("nearest, a batch of several channels", lambda rng: _drawn(rng, (2, 3, 3, 2), 3)),
        Case("bilinear, a batch of several channels", lambda rng: _drawn(rng, (2, 3, 4, 3), 2, "bilinear")),
        Case("bilinear, factor 3", lambda rng: _drawn(rng, (1, 2, 3, 4), 3, "bilinear")),
        Case("bilinear, factor 4", lambda rng: _drawn(rng, (2, 1, 2, 3), 4, "bilinear")),
        Case("bilinear, a single row", lambda rng: _drawn(rng, (1, 2, 1, 4), 2, "bilinear"), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "bilinear-missing",
            edit=('if mode == "nearest":', "if True:"),
            gives="when pixels are repeated, whatever the mode.",
            unwritten="The bilinear mode is not written yet",
            advice="With mode='bilinear', each output mixes the two nearest pixels along each axis.",
        ),
        Mistake(
            "always-bilinear",
            edit=('if mode == "nearest":', "if False:"),
            gives="when neighbours are mixed, whatever the mode.",
            advice="The default mode mixes nothing.",
        ),
        Mistake(
            "tiled",
            edit=(
                "input.repeat(scale_factor, axis=2).repeat(scale_factor, axis=3)",
                "np.tile(input, (1, 1, scale_factor, scale_factor))",
            ),
            gives="when the whole image is repeated, not each pixel.",
            advice="The first two pixels of the output are the same input pixel. What repeats single elements?",
        ),
        Mistake(
            "corners-aligned",
            edit=(
                "(np.arange(size * scale_factor) + 0.5) / scale_factor - 0.5",
                "np.arange(size * scale_factor) * (size - 1) / (size * scale_factor - 1)",
            ),
            gives="when the centres of the corner pixels are matched, as with align_corners=True.",
            advice="By default PyTorch matches the edges of the images. Where is the centre of output pixel 0 then?",
        ),
        Mistake(
            "centres-ignored",
            edit=(
                "(np.arange(size * scale_factor) + 0.5) / scale_factor - 0.5",
                "np.arange(size * scale_factor) / scale_factor",
            ),
            gives="when a pixel's place is its left edge: the image moves half an output pixel or more.",
            advice="A pixel's centre is half a pixel from its edge. That holds for the output and for the input.",
        ),
        Mistake(
            "input-centres-ignored",
            edit=(" / scale_factor - 0.5", " / scale_factor"),
            gives="when the half pixel is added for the output, and not subtracted for the input.",
            advice="The centre of input pixel 0 is at 0.5 too. What is its index?",
        ),
        Mistake(
            "wrapped-at-the-border",
            edit=("        places = np.clip(places, 0, size - 1)\n", ""),
            gives="when places before the first pixel have the index -1: that is the last pixel.",
            advice="Print the places. Which of them are outside of the image, and what should happen there?",
        ),
        Mistake(
            "shares-exchanged",
            edit=(
                "values[..., before] * (1 - share) + values[..., after] * share",
                "values[..., before] * share + values[..., after] * (1 - share)",
            ),
            gives="when the two neighbours have each other's share.",
            advice="For a place of 2.25, which pixel is nearer, and so has the larger share?",
        ),
        Mistake(
            "shares-exchanged-inside",
            edit=(
                (
                    "        places = np.clip(places, 0, size - 1)\n"
                    "        before = np.floor(places).astype(int)\n"
                    "        after = np.minimum(before + 1, size - 1)\n"
                    "        share = places - before\n",
                    "        before = np.floor(places).astype(int)\n"
                    "        share = places - before\n"
                    "        before, after = np.clip([before, before + 1], 0, size - 1)\n",
                ),
                (
                    "values[..., before] * (1 - share) + values[..., after] * share",
                    "values[..., before] * share + values[..., after] * (1 - share)",
                ),
            ),
            gives="when the two neighbours have each other's share, and the border is right.",
            advice="For a place of 2.25, which pixel is nearer, and so has the larger share?",
        ),
        Mistake(
            "columns-only",
            edit=(
                "stretched(wide.swapaxes(2, 3)).swapaxes(2, 3)",
                "wide.repeat(scale_factor, axis=2)",
            ),
            gives="when columns are mixed, and rows are only repeated.",
            advice="Bilinear means linear along both axes.",
        ),
    ),
    hints=(
        "Nearest: an array's method repeat(s, axis=2) writes each row s times. Columns in the same way.",
        "Bilinear: do one axis, then the other. Along one axis, output pixel i has its centre at (i + 0.5) / s - 0.5, "
        "counted in input pixels.",
        "A place such as 1.25 is between pixels 1 and 2: 0.75 of pixel 1 and 0.25 of pixel 2. np.floor gives the pixel "
        "before. Index arrays such as values[..., before] take them all at once.",
        "Places before pixel 0 and after the last one take the border's value: np.clip.",
    ),
    explanation=(
        "Both images cover the same area, so the centre of output pixel i is at (i + 0.5) / s of the input's width, "
        "and that is index (i + 0.5) / s - 0.5. The nearer of the two neighbours gets the larger share. Mixing along "
        "rows and then along columns is the same as mixing four pixels at once."
    ),
    trace=_trace,
)
