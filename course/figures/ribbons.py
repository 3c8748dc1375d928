"""A picture of the backward pass through residual connections: ribbons as wide as the gradient is large."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from course.figures.describe import describe
from course.figures.style import GRADIENT, INK, PURPLE, SMALL

HEIGHT = 1.7  # of the parts above the direct path
STEP = 3.0  # from one sum to the next
WIDEST = 0.62  # of the widest ribbon


def residual_gradients(passed: Sequence[float], through: Sequence[float], ax: Axes) -> Axes:
    """Draw the gradient in the backward pass, from the output on the right to the input on the left.

    At each sum the gradient is copied: one copy follows the residual connection as it is, and one goes through
    the part. Where the part began, the two are added.

    Parameters
    ----------
    passed
        Norms of the gradient in front of the first part, between the parts, and behind the last: one more than parts.
    through
        For each part, the norm of the gradient that has come through it.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = residual_gradients([2.5, 2.0], [1.5], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['2.0', 'part 1', '+', '1.5', '2.5', 'gradient of the output', 'gradient of the input']
    """
    scale = WIDEST / max(*passed, *through)
    wide, narrow = [scale * value for value in passed], [scale * value for value in through]
    parts = len(through)
    for k in range(parts - 1, -1, -1):
        left, right = k * STEP + 0.5, (k + 1) * STEP - 0.5
        centre = (left + right) / 2
        _straight(ax, (left, right + 0.5 if k == parts - 1 else right + 1.0), wide[k + 1], GRADIENT)
        # above the middle of the part the copy arrives, beyond it what came through continues
        _bent(ax, (right, 0.0), (centre + 0.55, HEIGHT), wide[k + 1], PURPLE)
        _bent(ax, (left, 0.0), (centre - 0.55, HEIGHT), narrow[k], PURPLE)
        box = FancyBboxPatch((centre - 0.55, HEIGHT - 0.42), 1.1, 0.84, boxstyle="round,pad=0,rounding_size=0.1")
        box.set(facecolor="white", edgecolor=INK, zorder=3)
        ax.add_patch(box)
        ax.text(right + 0.5, 0.5, f"{passed[k + 1]:.1f}", ha="center", va="bottom", fontsize=SMALL, color=GRADIENT)
        ax.text(centre, HEIGHT, f"part {k + 1}", ha="center", va="center", zorder=4)
        ax.scatter(right, 0.0, s=170, color="white", edgecolor=INK, zorder=3)
        ax.text(right, 0.0, "+", ha="center", va="center", zorder=4)
        ax.text(left - 0.1, 0.8 * HEIGHT, f"{through[k]:.1f}", ha="right", va="center", fontsize=SMALL, color=INK)
    _straight(ax, (-0.5, 0.5), wide[0], GRADIENT)
    ax.text(0.0, 0.5, f"{passed[0]:.1f}", ha="center", va="bottom", fontsize=SMALL, color=GRADIENT)
    end = parts * STEP
    for start, stop in ((end + 0.9, end + 0.1), (-0.6, -1.4)):
        arrow = FancyArrowPatch((start, 0.0), (stop, 0.0), arrowstyle="-|>", mutation_scale=14, color=INK)
        ax.add_patch(arrow)
    ax.text(end + 1.0, 0.0, "gradient of the output", ha="left", va="center")
    ax.text(-1.5, 0.0, "gradient of the input", ha="right", va="center")
    ax.set(xlim=(-4.6, end + 4.2), ylim=(-0.55, HEIGHT + 0.6), aspect="equal")
    ax.set_axis_off()
    describe(
        ax,
        f"the gradient goes back through {parts} parts and around them; its size is {passed[-1]:.1f} at "
        f"the output and {passed[0]:.1f} at the input",
    )
    return ax


def _straight(ax: Axes, between: tuple[float, float], width: float, color: str) -> None:
    ax.fill_between(between, -width / 2, width / 2, color=color, linewidth=0, alpha=0.75, zorder=1)


def _bent(ax: Axes, start: tuple[float, float], end: tuple[float, float], width: float, color: str) -> None:
    """Draw a ribbon that rises from the direct path and turns to a part."""
    turn = np.linspace(0, np.pi / 2, 30)
    x = end[0] + (start[0] - end[0]) * np.cos(turn)
    y = start[1] + (end[1] - start[1]) * np.sin(turn)
    dx, dy = np.gradient(x), np.gradient(y)
    length = np.hypot(dx, dy)
    shift = width / 2 * np.stack([-dy, dx]) / length
    outline = np.concatenate([np.stack([x, y]) + shift, (np.stack([x, y]) - shift)[:, ::-1]], axis=1)
    ax.fill(*outline, color=color, linewidth=0, alpha=0.75, zorder=1)
