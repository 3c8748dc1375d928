"""Pictures of a residual block, and of an image cut into patches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from course.figures.describe import describe
from course.figures.style import BLUE, GREY, INK, SMALL

WIDTH, GAP = 1.5, 0.7
ABOVE = 1.3  # how far the connection is above the branch


def block(branch: Sequence[str], after: str, ax: Axes, shortcut: str = "") -> Axes:
    """Draw a block with a connection around its branch.

    Parameters
    ----------
    branch
        The layers of the branch, from left to right.
    after
        The layer after the sum.
    ax
        Where to draw. Its limits are set.
    shortcut
        Written at the connection.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = block(["conv1", "bn1"], "ReLU", Figure().subplots(), "the input")
    >>> [text.get_text() for text in ax.texts]
    ['input', 'conv1', 'bn1', '+', 'the input', 'ReLU', 'output']
    """
    ax.text(-0.2, 0, "input", ha="right", va="center")
    x = 0.0
    for layer in branch:
        x = _box(layer, x, ax)
    _arrow((x, 0), (x + GAP, 0), ax)
    centre = x + GAP + 0.3
    ax.add_patch(Circle((centre, 0), 0.3, facecolor="white", edgecolor=INK, linewidth=1.4))
    ax.text(centre, 0, "+", ha="center", va="center", fontsize=13)
    start = GAP / 3
    ax.plot((start, start, centre), (0, -ABOVE, -ABOVE), color=BLUE, linewidth=1.8)
    _arrow((centre, -ABOVE), (centre, -0.3), ax, color=BLUE)
    ax.text((start + centre) / 2, -ABOVE - 0.12, shortcut, ha="center", va="bottom", color=BLUE)
    end = _box(after, centre + 0.3, ax)
    _arrow((end, 0), (end + GAP, 0), ax)
    ax.text(end + GAP + 0.15, 0, "output", ha="left", va="center")
    ax.set(xlim=(-1.3, end + GAP + 1.5), ylim=(0.8, -ABOVE - 0.7), aspect="equal")
    ax.set_axis_off()
    describe(ax, f"the input goes through {', '.join(branch)} and around them; both are added, then comes {after}")
    return ax


def patches(image: np.ndarray, patch: tuple[int, int], ax: Axes) -> Axes:
    """Draw a grey image cut into patches, with the number of each token.

    Parameters
    ----------
    image
        Shape ``(h, w)``; 0 is white and 1 is black.
    patch
        Rows and columns of a patch.
    ax
        Where to draw. Its limits are set.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = patches(np.zeros((4, 6)), (2, 3), Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['0', '1', '2', '3']
    """
    (h, w), (p_h, p_w) = image.shape, patch
    apart = 0.9
    for token, (row, column) in enumerate(np.ndindex(h // p_h, w // p_w)):
        x, y = column * (p_w + apart), row * (p_h + apart)
        piece = image[row * p_h : (row + 1) * p_h, column * p_w : (column + 1) * p_w]
        ax.imshow(piece, cmap="Greys", vmin=0, vmax=1, extent=(x, x + p_w, y + p_h, y))
        ax.add_patch(Rectangle((x, y), p_w, p_h, fill=False, edgecolor=GREY, linewidth=0.8))
        ax.text(x + p_w / 2, y - 0.08, str(token), ha="center", va="bottom", fontsize=SMALL, color=INK)
    ax.set(xlim=(-0.3, (w // p_w) * (p_w + apart)), ylim=((h // p_h) * (p_h + apart), -0.8), aspect="equal")
    ax.set_axis_off()
    describe(ax, f"an image of {h} by {w} pixels, cut into {h // p_h * (w // p_w)} patches of {p_h} by {p_w}")
    return ax


def _box(layer: str, x: float, ax: Axes) -> float:
    """Draw an arrow and a layer from `x` on; give where it ends."""
    _arrow((x, 0), (x + GAP, 0), ax)
    left = x + GAP
    ax.add_patch(Rectangle((left, -0.42), WIDTH, 0.84, facecolor="#DCE9F3", edgecolor=INK, linewidth=1.2))
    ax.text(left + WIDTH / 2, 0, layer, ha="center", va="center")
    return left + WIDTH


def _arrow(start: tuple[float, float], end: tuple[float, float], ax: Axes, color: str = INK) -> None:
    arrow = FancyArrowPatch(
        start, end, arrowstyle="->", mutation_scale=11, color=color, linewidth=1.3, shrinkA=0, shrinkB=0
    )
    ax.add_patch(arrow)
