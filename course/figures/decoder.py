"""A language model from words to scores, and which exercise writes each of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from course.figures.describe import describe
from course.figures.style import BLUE, FAINT, GREY, INK, SKY, SMALL

HIGH, GAP = 0.8, 0.45
BOXES = (
    ("embedding", 1.6, "white"),
    ("norm1", 1.05, FAINT),
    ("attention", 1.7, SKY),
    ("+", 0.4, ""),
    ("norm2", 1.05, FAINT),
    ("SwiGLU", 1.4, SKY),
    ("+", 0.4, ""),
    ("norm", 0.95, FAINT),
    ("linear", 1.0, "white"),
)
"""From left to right: what a part is called, its width and its colour."""


def language_model(notes: Mapping[str, str], ax: Axes) -> Axes:
    """Draw a language model whose decoder layer is shown in full, with a note below some of its parts.

    Parameters
    ----------
    notes
        Name of a part, or ``"decoder layer"`` → what to write below it.
    ax
        Where to draw. Its limits are set.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = language_model({"SwiGLU": "a gate"}, Figure().subplots())
    >>> [text.get_text() for text in ax.texts][-1]
    'a gate'
    """
    places, x = {}, 0.0
    fork = 0.0
    ax.text(-0.75, 0, "words\n$(n, l)$", ha="right", va="center")
    _arrow((-0.65, 0), (0, 0), ax)
    for name, width, face in BOXES:
        middle = x + width / 2
        places[name] = middle
        if name == "+":
            ax.plot([fork, fork, middle], [0, 0.85, 0.85], color=BLUE, linewidth=2, zorder=1)
            _arrow((middle, 0.85), (middle, 0.2), ax, color=BLUE)
            ax.text((fork + middle) / 2, 0.92, "residual", ha="center", va="bottom", fontsize=SMALL, color=BLUE)
            ax.scatter(middle, 0, s=200, color="white", edgecolor=INK, zorder=2)
        else:
            _box((x, -HIGH / 2), (width, HIGH), ax, facecolor=face, edgecolor=INK)
        ax.text(middle, 0, name, ha="center", va="center", zorder=3)
        _arrow((x + width, 0), (x + width + GAP, 0), ax)
        if name in ("embedding", "+"):
            fork = x + width + 0.28
        x += width + GAP
    ax.text(x + 0.1, 0, "scores for\nthe next word\n$(n, l, \\mathrm{words})$", ha="left", va="center")
    left, right = places["norm1"] - 0.89, places["norm"] - 0.72
    _box((left, -1.55), (right - left, 2.95), ax, facecolor="none", edgecolor=GREY, linestyle="--")
    ax.text(left + 0.1, 1.5, "decoder layer, several times in a row", ha="left", va="bottom", fontsize=SMALL)
    places["decoder layer"] = (left + right) / 2
    for name, note in notes.items():
        height = -1.7 if name == "decoder layer" else -0.55
        ax.text(places[name], height, note, ha="center", va="top", fontsize=SMALL)
    ax.set(xlim=(-2.0, x + 2.2), ylim=(-2.2, 1.9))
    ax.set_axis_off()
    describe(
        ax,
        "words go through an embedding, several decoder layers, a norm and a linear layer; a decoder layer has a norm "
        "and attention, then a norm and SwiGLU, each pair inside a residual connection",
    )
    return ax


def _box(corner: tuple[float, float], size: tuple[float, float], ax: Axes, **style: Any) -> None:
    ax.add_patch(FancyBboxPatch(corner, *size, boxstyle="round,pad=0,rounding_size=0.12", zorder=2, **style))


def _arrow(start: tuple[float, float], end: tuple[float, float], ax: Axes, color: str = INK) -> None:
    ax.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, color=color, shrinkA=0, shrinkB=0, zorder=1)
    )
