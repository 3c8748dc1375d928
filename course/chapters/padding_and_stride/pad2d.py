"""The padding of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import distinct, normal
from course.checking.spec import Arguments, Case, Exercise, Mistake


def pad2d(input, padding, mode="constant", value=0):
    """Put a border around images.

    input    (n, c, h, w)
    padding  one number for all sides, or (left, right, top, bottom)
    mode     "constant", "reflect" or "replicate"; the border may be wider than the image, except for "reflect"
    value    what a constant border holds
    returns  (n, c, top + h + bottom, left + w + right)

    >>> pad2d(np.array([[[[1.0, 2.0, 3.0]]]]), (2, 1, 0, 0), mode="reflect")
    array([[[[3., 2., 1., 2., 3., 2.]]]])
    """
    left, right, top, bottom = np.broadcast_to(padding, 4)
    n, c, h, w = input.shape
    if mode == "constant":
        output = np.full((n, c, top + h + bottom, left + w + right), value, dtype=input.dtype)
        output[:, :, top : top + h, left : left + w] = input
        return output
    rows = np.arange(-top, h + bottom)
    columns = np.arange(-left, w + right)
    if mode == "replicate":
        rows = rows.clip(0, h - 1)
        columns = columns.clip(0, w - 1)
    else:
        rows = h - 1 - abs(h - 1 - abs(rows))
        columns = w - 1 - abs(w - 1 - abs(columns))
    return input[:, :, rows[:, np.newaxis], columns]


def _torch_pad(input: Any, padding: Any, mode: str = "constant", value: float = 0) -> tuple[Any, dict[str, Any]]:
    amounts = (padding,) * 4 if isinstance(padding, int) else padding
    # Only constant padding takes a value.
    return (input, amounts), {"mode": mode, **({"value": value} if mode == "constant" else {})}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell which value of the image an output is, or that it is in the border."""
    left, _, top, _ = np.broadcast_to(arguments["padding"], 4)
    images, mode = arguments["input"], arguments.get("mode", "constant")
    place = [index[2] - top, index[3] - left]
    at = f"it is row {place[0]} and column {place[1]} of the image"
    if all(0 <= y < size for y, size in zip(place, images.shape[2:], strict=True)):
        return f"{at} = {images[*index[:2], *place]:.4g}"
    if mode == "constant":
        return f"{at}, outside of it, so value = {arguments.get('value', 0):.4g}"
    read = [_read(mode, y, size) for y, size in zip(place, images.shape[2:], strict=True)]
    verb = "repeats" if mode == "replicate" else "mirrors"
    return f"{at}, outside of it, and {verb} row {read[0]} and column {read[1]} = {images[*index[:2], *read]:.4g}"


def _read(mode: str, at: int, size: int) -> int:
    """Give the row, or column, that is read for one outside of the image."""
    if mode == "replicate":
        return min(max(at, 0), size - 1)
    return size - 1 - abs(size - 1 - abs(at))


EXERCISE = Exercise(
    points=3,
    solution=pad2d,
    oracle=TorchFunction("torch.nn.functional.pad", arrange=_torch_pad),
    cases=(
        Case("one number", lambda rng: {"input": distinct(rng, 1, 1, 2, 3), "padding": 1}),
        Case("four numbers", lambda rng: {"input": distinct(rng, 1, 1, 2, 3), "padding": (1, 2, 3, 0)}),
        Case(
            "another value",
            lambda rng: {
                "input": distinct(rng, 1, 1, 2, 4),
                "padding": (0, 1, 2, 1),
                "mode": "constant",
                "value": int(rng.integers(10, 20)),
            },
        ),
        Case(
            "replicate", lambda rng: {"input": distinct(rng, 1, 1, 2, 3), "padding": (1, 2, 1, 0), "mode": "replicate"}
        ),
        Case("reflect", lambda rng: {"input": distinct(rng, 1, 1, 2, 3), "padding": (2, 1, 1, 0), "mode": "reflect"}),
        Case("several images and channels", lambda rng: {"input": normal(rng, 2, 3, 3, 4), "padding": (1, 2, 3, 0)}),
        Case(
            "several images in a mirror",
            lambda rng: {"input": normal(rng, 2, 2, 4, 5), "padding": (2, 1, 3, 2), "mode": "reflect"},
        ),
        Case(
            "reflect with one number", lambda rng: {"input": normal(rng, 1, 3, 5, 3), "padding": 2, "mode": "reflect"}
        ),
        Case(
            "a border wider than the image",
            lambda rng: {"input": normal(rng, 1, 2, 4, 3), "padding": (5, 4, 5, 6), "mode": "replicate"},
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "sides-exchanged",
            edit=("left, right, top, bottom =", "top, bottom, left, right ="),
            gives="when the four numbers are read as top, bottom, left, right.",
            advice="PyTorch begins with the last axis. Read the order in the docstring again.",
        ),
        Mistake(
            "in-front-only",
            edit=("n, c, h, w =", "right = bottom = 0\n    n, c, h, w ="),
            gives="when there is padding at the left and at the top, and none behind.",
            advice="A border has four sides. By how much does the height grow?",
        ),
        Mistake(
            "edge-repeated",
            edit=(
                ("h - 1 - abs(h - 1 - abs(rows))", 'np.pad(np.arange(h), (top, bottom), mode="symmetric")'),
                ("w - 1 - abs(w - 1 - abs(columns))", 'np.pad(np.arange(w), (left, right), mode="symmetric")'),
            ),
            gives='when reflect repeats the outermost value: NumPy calls that "symmetric".',
            advice="The mirror is on the outermost value, not beyond it. What comes left of (a, b, c)?",
        ),
        Mistake(
            "wrapped-round",
            edit=(("h - 1 - abs(h - 1 - abs(rows))", "rows % h"), ("w - 1 - abs(w - 1 - abs(columns))", "columns % w")),
            gives="when reflect continues at the opposite side of the image: circular padding.",
            advice=(
                "Negative indices count from the end. A mirror gives the value just as far inside from the same side."
            ),
        ),
        Mistake(
            "mode-ignored",
            edit=('mode == "constant"', "True"),
            gives="when the border is constant in every mode.",
            unwritten="The modes other than constant are not written yet",
            advice="Print mode. What do your lines do with it?",
        ),
        Mistake(
            "modes-exchanged",
            edit=(  # np.pad reflects a border wider than the image, too
                ('mode == "replicate"', 'mode == "reflect"'),
                ("h - 1 - abs(h - 1 - abs(rows))", 'np.pad(np.arange(h), (top, bottom), mode="reflect")'),
                ("w - 1 - abs(w - 1 - abs(columns))", 'np.pad(np.arange(w), (left, right), mode="reflect")'),
            ),
            gives="when reflect and replicate have changed places.",
            advice="To replicate is to copy the outermost value. To reflect is to mirror the image.",
        ),
        Mistake(
            "value-ignored",
            edit=("value, dtype", "0, dtype"),
            gives="when constant padding is always 0.",
            unwritten="value is not used yet",
            advice="The caller may ask for another value.",
        ),
        Mistake(
            "zeros-in-every-mode",
            edit=(
                ('mode == "constant"', "True"),
                ("value, dtype", "0, dtype"),
            ),
            gives="when the border is zeros in every mode. The sizes are right.",
            advice="`value` and `mode` are still to be used. Begin with value.",
        ),
        Mistake(
            "reflect-missing",
            edit=('mode == "constant"', 'mode != "replicate"'),
            gives="when reflect gives a constant border. The other two modes are right.",
            unwritten="The mode reflect is not written yet",
            advice="One mode is left. Which row of the image does row -2 of the border show in a mirror?",
        ),
        Mistake(
            "replicate-missing",
            edit=('mode == "constant"', 'mode != "reflect"'),
            gives="when replicate gives a constant border. The other two modes are right.",
            unwritten="The mode replicate is not written yet",
            advice="One mode is left. Which row of the image does row -2 of the border repeat?",
        ),
        Mistake(
            "first-number-only",
            edit=(
                "left, right, top, bottom = np.broadcast_to(padding, 4)",
                "left = right = top = bottom = np.ravel(padding)[0]",
            ),
            gives="when the first of the four numbers is used for all sides.",
            advice="(left, right, top, bottom) can be four different numbers. Where does each of them belong?",
        ),
    ),
    hints=(
        "np.broadcast_to(padding, 4) gives four numbers, whether padding is one number or four of them.",
        "For a constant: make an array of the new size with np.full, and assign the image into its middle.",
        "For the other modes, think of one axis. The rows of the output are the rows -top, ..., h + bottom - 1 "
        "of the image, and rows outside of 0, ..., h - 1 don't exist. Which row is read for row -2 in each mode?",
        "replicate: np.clip. reflect: at the top it is abs(row). At the bottom, count from the last row, take "
        "the absolute value there, and count back.",
        "With arrays rows and columns of indices, input[:, :, rows[:, np.newaxis], columns] reads all at once.",
    ),
    explanation=(
        "Constant padding assigns the image into a larger array. The other modes read the image itself: for each "
        "row and column of the output, they work out from which row and column of the image it comes. clip stops "
        "at the outermost one, the absolute value turns round there."
    ),
    trace=_trace,
)
