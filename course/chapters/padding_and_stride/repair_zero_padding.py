"""A padded convolution to repair: it reads the opposite side of the image for the border."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def repair_zero_padding(input, weight, stride=1, padding=0):
    """Slide kernels over images that are surrounded by zeros, without making a padded copy."""
    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]
    h_o = (h + 2 * padding - k_h) // stride + 1
    w_o = (w + 2 * padding - k_w) // stride + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for y, x in np.ndindex(h_o, w_o):
        for u, v in np.ndindex(k_h, k_w):
            row = y * stride + u - padding
            column = x * stride + v - padding
            # Without the lower bounds, NumPy would take row -1 for the last row.
            if 0 <= row < h and 0 <= column < w:
                output[:, :, y, x] += input[:, :, row, column] @ weight[:, :, u, v].T
    return output


def _one_dark_border(rng: np.random.Generator) -> dict[str, Any]:
    """Draw an image whose last row and column are 0: there the mistake does not show."""
    drawn = layer(rng, n=1, c_i=1, c_o=1, size=(4, 5), kernel=(3, 3), bias=False, stride=1, padding=1)
    drawn["input"][:, :, -1], drawn["input"][:, :, :, -1] = 0, 0
    return drawn


EXERCISE = Exercise(
    points=2,
    solution=repair_zero_padding,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.conv2d", by_name=True),
    cases=(
        Case(
            "padding",
            lambda rng: by_hand(rng, layer(rng, 1, 1, 1, (3, 4), (3, 2), bias=False, stride=1, padding=1)),
        ),
        Case("no padding", lambda rng: layer(rng, 2, 2, 3, (4, 5), (2, 3), bias=False)),
        Case("an image with dark borders", _one_dark_border),
        Case("stride and padding", lambda rng: layer(rng, 2, 3, 2, (5, 6), (3, 2), bias=False, stride=2, padding=1)),
        Case("a wide border", lambda rng: layer(rng, 1, 2, 3, (5, 4), (4, 3), bias=False, stride=1, padding=2)),
        Case(
            "as many outputs as inputs",
            lambda rng: layer(rng, 2, 3, 3, (4, 5), (3, 2), bias=False, stride=1, padding=1),
        ),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                "# Without the lower bounds, NumPy would take row -1 for the last row.\n"
                "            if 0 <= row < h and 0 <= column < w:",
                "if row < h and column < w:",
            ),
            gives="when the function is left as it was handed out.",
            advice="Print row and column for y = x = u = v = 0 and padding=1. What does NumPy read there?",
        ),
        Mistake(
            "rows-only",
            edit=("0 <= column", "column"),
            gives="when the rows are repaired, and the columns are not.",
            advice="Does the same happen along the other axis?",
        ),
        Mistake(
            "first-lines-lost",
            edit=("0 <= row < h and 0 <= column", "0 < row < h and 0 < column"),
            gives="when row 0 and column 0 are taken for padding.",
            advice="Which is the first row of the image? Look at your comparison.",
        ),
        Mistake(
            "replicated",
            edit=(
                ("y * stride + u - padding", "max(y * stride + u - padding, 0)"),
                ("x * stride + v - padding", "max(x * stride + v - padding, 0)"),
            ),
            gives="when places before the image read its first row or column.",
            advice="Padding with zeros means that these places add nothing.",
        ),
        Mistake(
            "reflected",
            edit=(
                ("y * stride + u - padding", "abs(y * stride + u - padding)"),
                ("x * stride + v - padding", "abs(x * stride + v - padding)"),
            ),
            gives="when the minus sign is dropped, and places before the image read a mirrored row or column.",
            advice="Padding with zeros means that these places add nothing.",
        ),
        Mistake(
            "padding-dropped",
            edit=("(h, w), (k_h, k_w) =", "padding = 0\n    (h, w), (k_h, k_w) ="),
            gives="when there is no padding at all.",
            advice="The size was right, and the loops were, too. Only some values must not be added.",
        ),
    ),
    hints=(
        "Try it on an image in which a single pixel, the last one, is 1. Where does it show?",
        "Places outside the image add nothing. The function leaves out those behind the last row and column. "
        "Which others are there?",
        "row and column can be negative, and NumPy counts negative indices from the end.",
    ),
    explanation=(
        "Before the first row, row is negative. NumPy gives no error for input[..., -1, ...]: it reads the last "
        "row. So the border was not zero but the opposite side of the image. Both comparisons need a lower "
        "bound, too."
    ),
    trace=output_worked_out,
)
