"""Multi-head attention as cells: projected, cut into heads, attended, joined, and projected again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from course.figures.cells import cells
from course.figures.describe import describe
from course.figures.style import SMALL

STEPS = (
    "X times three weights",
    "gives query, key and value",
    "their columns move apart: a part for each head",
    "each head has its own weights of attention",
    "each head's weights times its values",
    "heads are joined, and W_o mixes them",
)
"""What each step shows."""
_APART = 0.9  # between the parts of two heads
_GAP = 1.5


def multi_head(arrays: Mapping[str, np.ndarray], step: int, heads: int, ax: Axes) -> Axes:
    """Draw one step of multi-head attention.

    Parameters
    ----------
    arrays
        ``"X"`` ``(l, d)``; ``"W_q"``, ``"W_k"``, ``"W_v"``, ``"W_o"`` ``(d, d)``, to multiply X by; ``"query"``,
        ``"key"``, ``"value"``, ``"joined"`` and ``"output"`` ``(l, d)``; ``"weights"`` ``(heads, l, l)``.
    step
        Which one, from 0 on; see `STEPS`.
    heads
        How many.
    ax
        Where to draw. Its limits are set, the same for every step.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> square = {name: np.ones((2, 2)) for name in ("X", "W_q", "W_k", "W_v", "W_o", "query", "key", "value")}
    >>> square |= {"joined": np.ones((2, 2)), "output": np.ones((2, 2)), "weights": np.ones((2, 2, 2)) / 2}
    >>> multi_head(square, 5, 2, Figure().subplots()).get_title()
    'heads are joined, and W_o mixes them'
    """
    length, size = arrays["X"].shape
    part = size // heads
    third = size + (heads - 1) * _APART + _GAP + 0.6
    left = size + _GAP
    below = size + 1.6
    if step in (0, 1):
        _block(arrays["X"], (0, below), "X", ax)
    if step in (0, 1, 2):
        for place, letter in enumerate("qkv"):
            x = left + place * third
            if step < 2:
                _block(arrays[f"W_{letter}"], (x, 0), f"W_{letter}", ax)
            if step:
                name = {"q": "query", "k": "key", "v": "value"}[letter]
                _heads(arrays[name], (x, below), name, heads if step == 2 else 1, ax)
    if step in (3, 4):
        for head in range(heads):
            y = head * (length + 1.6)
            cut = slice(head * part, (head + 1) * part)
            x = 0.0
            if step == 3:
                for name in ("query", "key"):
                    _block(arrays[name][:, cut], (x, y), f"{name} {head}", ax)
                    x += part + _GAP + 1
            _block(arrays["weights"][head], (x, y), f"weights {head}", ax, amount=True)
            if step == 4:
                x += length + _GAP
                _sign("·", (x - _GAP / 2, y + length / 2), ax)
                _block(arrays["value"][:, cut], (x, y), f"value {head}", ax)
                x += part + _GAP
                _sign("=", (x - _GAP / 2, y + length / 2), ax)
                _block(arrays["joined"][:, cut], (x, y), f"result {head}", ax)
    if step == 5:
        _block(arrays["joined"], (0, below), "joined heads", ax)
        _block(arrays["W_o"], (left, 0), "W_o", ax)
        _block(arrays["output"], (left, below), "output", ax)
    told = STEPS[step]
    describe(ax, f"step {step + 1} of {len(STEPS)}, {heads} heads")
    ax.set_title(told)
    high = max(below + length, heads * (length + 1.6))
    ax.set(xlim=(-0.3, left + 3 * third), ylim=(high + 0.2, -1.0), aspect="equal")
    ax.set_axis_off()
    return ax


def _block(values: np.ndarray, corner: tuple[float, float], name: str, ax: Axes, *, amount: bool = False) -> None:
    cells(np.round(values, 1), ax, corner=corner, amount=amount, limit=1.0 if amount else None)
    ax.text(corner[0] + values.shape[1] / 2, corner[1] - 0.15, name, ha="center", va="bottom", fontsize=SMALL)


def _heads(values: np.ndarray, corner: tuple[float, float], name: str, heads: int, ax: Axes) -> None:
    """Draw a matrix, with its columns apart where there is more than one head."""
    part = values.shape[1] // heads
    for head in range(heads):
        x = corner[0] + head * (part + _APART)
        shown = f"{name} {head}" if heads > 1 else name
        _block(values[:, head * part : (head + 1) * part], (x, corner[1]), shown, ax)


def _sign(sign: str, place: tuple[float, float], ax: Axes) -> None:
    ax.text(*place, sign, ha="center", va="center", fontsize=SMALL + 4)
