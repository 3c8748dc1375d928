"""Pictures of gradient descent: paths on the contours of a loss, and losses for several learning rates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from course.figures.describe import describe, from_to
from course.figures.line_ends import label_ends
from course.figures.style import BLUE, FAINT, SMALL, ordered

STEEP = 12.0
"""How many times steeper the valley is across than along."""


def valley(point: np.ndarray) -> np.ndarray:
    """Give the height of a long narrow valley, x² / 2 + 6 y², at points ``(..., 2)``.

    Examples
    --------
    >>> float(valley(np.array([2.0, 1.0])))
    8.0
    """
    return point[..., 0] ** 2 / 2 + STEEP * point[..., 1] ** 2 / 2


def path(points: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw the steps of an optimizer on the contours of `valley`. What leaves the picture is not drawn further.

    Parameters
    ----------
    points
        Shape ``(steps + 1, 2)``: the start, and where each step ends.
    ax
        Where to draw.
    title
        Written above.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(path(np.array([[-9.0, 1.5], [-8.0, 0.5]]), Figure().subplots()).lines)
    2
    """
    wide, high = 10.5, 3.2
    x, y = np.meshgrid(np.linspace(-wide, wide, 121), np.linspace(-high, high, 81))
    heights = valley(np.stack([x, y], axis=-1))
    ax.contour(x, y, heights, levels=np.array([0.5, 3, 8, 16, 28, 44, 64]), colors=FAINT, linewidths=0.8)
    outside = np.flatnonzero((np.abs(points) > (wide, high)).any(axis=1))
    shown = points[: outside[0] + 1] if len(outside) else points
    ax.plot(*shown.T, color=BLUE, linewidth=1.0, marker="o", markersize=2.6, clip_on=True)
    ax.plot(*points[0], color="black", marker="s", markersize=4)
    ax.set(xlim=(-wide, wide), ylim=(-high, high), xticks=(), yticks=())
    ax.set_title(title, fontsize=SMALL)
    end = "leaves the picture" if len(outside) else f"ends at height {valley(points[-1]):.2g}"
    describe(ax, f"a path of {len(points) - 1} steps on the contours of a long narrow valley: it {end}")
    return ax


def losses_by_rate(curves: Mapping[float, np.ndarray], ax: Axes, highest: float = 4.0) -> Axes:
    """Draw the losses of several learning rates, from light for the smallest to dark for the largest.

    Parameters
    ----------
    curves
        Learning rate → losses, one a step.
    ax
        Where to draw.
    highest
        What is above is cut off.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = losses_by_rate({0.1: np.ones(3), 0.01: np.ones(3) / 2}, Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['rate 0.01', 'rate 0.1']
    """
    rates = sorted(curves)
    colors = [ordered(k, len(rates)) for k in range(len(rates))]
    for rate, color in zip(rates, colors, strict=True):
        ax.plot(np.arange(1, len(curves[rate]) + 1), curves[rate], color=color, linewidth=1.6)
    ax.set(xlabel="step", ylabel="loss", ylim=(0, highest), xlim=(1, max(len(values) for values in curves.values())))
    ends = {f"rate {rate:g}": float(np.nan_to_num(curves[rate][-1], nan=highest, posinf=highest)) for rate in rates}
    label_ends(ends, colors, ax)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, "losses for several learning rates: " + from_to({f"rate {rate:g}": curves[rate] for rate in rates}))
    return ax
