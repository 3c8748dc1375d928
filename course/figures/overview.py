"""A whole network at a glance: what goes from layer to layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from course.figures.describe import describe
from course.figures.style import BLUE, FAINT, GREY, INK, SIGNED, SMALL

PICTURE = 2.6  # the side of a channel that is alone
HEIGHT = 5.6  # of everything that is stacked
GAP = 0.25  # between two channels
BAR, NUMBER = 2.4, 0.4  # the length of probability 1, and room for a class
ARROW = 2.1  # between two arrays, with the layer's name on it


def flow(arrays: Sequence[np.ndarray], layers: Sequence[str], ax: Axes) -> Axes:
    """Draw the arrays that go through a network, from left to right, with a layer's name on every arrow.

    Images are drawn channel above channel, other arrays as a column. Each array has its own colour scale:
    white is 0. Probabilities are bars from 0 to 1. The shape is below. Of a batch the first sample is drawn.

    Parameters
    ----------
    arrays
        The input, then what each layer gives: shape ``(n, c, h, w)`` or ``(n, c)``.
    layers
        What to write on the arrows, one fewer than there are arrays. Lines after the first are small.
    ax
        Where to draw.

    Raises
    ------
    ValueError
        Where the arrays and the layers don't go together, or an array has another number of axes.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = flow([np.ones((1, 1, 4, 4)), np.ones((1, 3))], ["Linear"], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['(1, 1, 4, 4)', 'Linear', '(1, 3)']
    """
    if len(arrays) != len(layers) + 1:
        raise ValueError(
            f"flow was given {len(arrays)} arrays and {len(layers)} layers; "
            "give the input and one array for each layer."
        )
    x = 0.0
    for array, layer in zip(arrays, ("", *layers), strict=True):
        if layer:
            _arrow(layer, x, ax)
            x += ARROW
        draw = _bars if _are_shares(np.asarray(array)) else _stack
        x += draw(np.asarray(array), x, ax)
    ax.set(xlim=(-0.9, x + 0.9), ylim=(HEIGHT / 2 + 0.9, -HEIGHT / 2 - 0.2), aspect="equal")
    ax.set_axis_off()
    describe(
        ax,
        f"what goes through a network: {arrays[0].shape}, then "
        + ", ".join(f"{name.splitlines()[0]} gives {a.shape}" for name, a in zip(layers, arrays[1:], strict=True)),
    )
    return ax


def _stack(array: np.ndarray, x: float, ax: Axes) -> float:
    """Draw one array with its left side at `x`, in the middle of the height. Give the width it takes."""
    if array.ndim not in (2, 4):
        raise ValueError(f"flow draws arrays of shape (n, c, h, w) or (n, c); this one has shape {array.shape}.")
    channels = array[0] if array.ndim == 4 else array[0][np.newaxis, :, np.newaxis]
    count, rows, columns = channels.shape
    tallest = PICTURE if array.ndim == 4 else HEIGHT
    side = min(tallest, (HEIGHT - GAP * (count - 1)) / count) / rows
    height, width = side * rows, side * columns
    limit = float(np.abs(channels).max(initial=0.0)) or 1.0
    top = -(count * height + (count - 1) * GAP) / 2
    for k, channel in enumerate(channels):
        y = top + k * (height + GAP)
        ax.imshow(channel, cmap=SIGNED, vmin=-limit, vmax=limit, extent=(x, x + width, y + height, y))
        ax.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=INK, linewidth=0.8))
        for row in range(1, rows):
            ax.plot((x, x + width), (y + row * side,) * 2, color=GREY, linewidth=0.3)
        for column in range(1, columns):
            ax.plot((x + column * side,) * 2, (y, y + height), color=GREY, linewidth=0.3)
    ax.text(x + width / 2, HEIGHT / 2 + 0.3, str(array.shape), ha="center", va="top", fontsize=SMALL)
    return width


def _are_shares(array: np.ndarray) -> bool:
    return array.ndim == 2 and array.shape[1] > 1 and array.min() >= 0 and bool(np.isclose(array[0].sum(), 1))


def _bars(array: np.ndarray, x: float, ax: Axes) -> float:
    """Draw probabilities as bars on a scale from 0 to 1, with their numbers. Give the width they take."""
    shares = array[0]
    step = HEIGHT / len(shares)
    for k, share in enumerate(shares):
        y = -HEIGHT / 2 + k * step
        ax.add_patch(Rectangle((x + NUMBER, y + 0.1 * step), BAR, 0.8 * step, facecolor="none", edgecolor=FAINT))
        ax.add_patch(Rectangle((x + NUMBER, y + 0.1 * step), BAR * share, 0.8 * step, facecolor=BLUE))
        ax.text(x + NUMBER - 0.1, y + step / 2, str(k), ha="right", va="center", fontsize=SMALL)
        percent = f"{100 * share:.0f} %"
        ax.text(x + NUMBER + BAR * share + 0.1, y + step / 2, percent, ha="left", va="center", fontsize=SMALL)
    width = NUMBER + BAR
    ax.text(x + width / 2, HEIGHT / 2 + 0.3, str(array.shape), ha="center", va="top", fontsize=SMALL)
    return width


def _arrow(layer: str, x: float, ax: Axes) -> None:
    name, _, rest = layer.partition("\n")
    ends = (x + 0.15, 0), (x + ARROW - 0.15, 0)
    ax.add_patch(
        FancyArrowPatch(*ends, arrowstyle="->", mutation_scale=12, color=INK, linewidth=1.4, shrinkA=0, shrinkB=0)
    )
    ax.text(x + ARROW / 2, -0.2, name, ha="center", va="bottom")
    if rest:
        ax.text(x + ARROW / 2, 0.2, rest, ha="center", va="top", fontsize=SMALL)
