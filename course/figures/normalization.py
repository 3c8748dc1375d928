"""Pictures of normalization: who shares a mean, tables before and after, pictures of one contrast, curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course.figures.cells import cells
from course.figures.describe import describe, from_to
from course.figures.line_ends import label_ends
from course.figures.motion import Motion, motion
from course.figures.style import BLUE, FAINT, GREY, INK, PALETTE, SMALL, ordered

SHAPE = (3, 4, 2, 2)
"""Sizes of the input in the drawing of cubes: samples, channels, height, width."""
GROUPS = 2

_DEPTH = (0.4, 0.3)  # how far the back of a cube is to the right and up
_GAP = 1.0  # between two samples
_SPLIT = 0.35  # between two groups of channels
_FACES = {True: (BLUE, "#005A8E", "#3D96CC"), False: ("#F4F4F4", "#DADADA", "#E8E8E8")}  # front, right, top


def sharing(axes: Sequence[int], shape: tuple[int, ...] = SHAPE, groups: int = 1) -> np.ndarray:
    """Tell which values share a mean when it is taken over some axes.

    Parameters
    ----------
    axes
        As `numpy.mean` takes them.
    shape
        Of the input, ``(n, c, h, w)``.
    groups
        Into how many groups the channels are split before.

    Returns
    -------
    An array of `shape` with a number in it for each mean: equal numbers share one.

    Examples
    --------
    >>> sharing((0,), (2, 3))
    array([[0, 1, 2],
           [0, 1, 2]])
    """
    n, c, *rest = shape
    split = (n * groups, c // groups, *rest)
    kept = tuple(1 if axis in {a % len(split) for a in axes} else size for axis, size in enumerate(split))
    return np.broadcast_to(np.arange(math.prod(kept)).reshape(kept), split).reshape(shape)


def cubes(numbers: np.ndarray, ax: Axes, *, highlight: int = 0, groups: int = 1, title: str = "") -> Axes:
    """Draw an input as cubes: a block for each sample, channels to the right, positions downwards.

    Parameters
    ----------
    numbers
        Shape ``(n, c, h, w)``: values with the same number belong together, see `sharing`.
    ax
        Where to draw.
    highlight
        The number whose cubes are coloured.
    groups
        Into how many groups the channels are drawn.
    title
        Written above.
    """
    n, c = numbers.shape[:2]
    flat = numbers.reshape(n, c, -1)
    height = flat.shape[2]
    size = c // groups
    width = c + (groups - 1) * _SPLIT
    right, up = _DEPTH
    polygons, colours = [], []
    for sample, channel, position in np.ndindex(flat.shape):
        x = sample * (width + _GAP) + channel + channel // size * _SPLIT
        y = float(height - 1 - position)
        front, side, top = _FACES[bool(flat[sample, channel, position] == highlight)]
        polygons.append([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)])
        colours.append(front)
        if channel % size == size - 1:  # the others' sides are hidden
            polygons.append([(x + 1, y), (x + 1 + right, y + up), (x + 1 + right, y + 1 + up), (x + 1, y + 1)])
            colours.append(side)
        if position == 0:
            polygons.append([(x, y + 1), (x + 1, y + 1), (x + 1 + right, y + 1 + up), (x + right, y + 1 + up)])
            colours.append(top)
    ax.add_collection(PolyCollection(polygons, facecolors=colours, edgecolors=GREY, linewidths=0.5, antialiaseds=False))
    for sample in range(n):
        ax.text(sample * (width + _GAP) + width / 2, -0.25, f"sample {sample}", ha="center", va="top", fontsize=SMALL)
    ax.set(xlim=(-0.2, n * (width + _GAP) - _GAP + right + 0.2), ylim=(-1.1, height + up + 0.2), aspect="equal")
    ax.set_title(title)
    ax.set_axis_off()
    describe(ax, f"{int((numbers == highlight).sum())} of {numbers.size} values share the mean")
    return ax


def axes_in_motion(normalization_axes: Mapping[str, Any]) -> Motion:
    """Play through the means of each normalization: in each frame the values of one mean are coloured.

    Parameters
    ----------
    normalization_axes
        Kind → axes of ``(N, C, H, W)``; for ``"group"`` those after the split into groups.

    Raises
    ------
    ValueError
        If an entry has not been filled in.
    """
    blank = [kind for kind, axes in normalization_axes.items() if axes is ...]
    if blank:
        raise ValueError(f"There are still dots for {', '.join(blank)}: write the axes there, then run both cells.")
    chosen = {kind: (axes,) if isinstance(axes, int) else axes for kind, axes in normalization_axes.items()}
    numbers = {
        kind: (sharing(axes, SHAPE, groups), groups)
        for kind, axes in chosen.items()
        for groups in [GROUPS if kind == "group" else 1]
    }
    counts = {kind: int(of.max()) + 1 for kind, (of, _) in numbers.items()}
    figure = Figure(figsize=(8, 1.7 * math.ceil(len(numbers) / 2)), layout="constrained")
    grid = figure.subplots(math.ceil(len(numbers) / 2), 2, squeeze=False).ravel()
    for ax in grid:
        ax.set_axis_off()

    def draw(frame: int) -> None:
        for ax, (kind, (of, groups)) in zip(grid, numbers.items(), strict=False):
            current = frame % counts[kind]
            ax.clear()
            axes = tuple(int(axis) for axis in chosen[kind])
            cubes(
                of,
                ax,
                highlight=current,
                groups=groups,
                title=f"{kind}: axes {axes}, mean {current + 1} of {counts[kind]}",
            )

    kinds = ", ".join(f"{kind} has {count} means" for kind, count in counts.items())
    return motion(
        figure,
        draw,
        max(counts.values()),
        description=f"{SHAPE[0]} samples with {SHAPE[1]} channels as cubes; the values of one mean are blue: {kinds}",
        per_second=1.0,
    )


def table_with_margins(values: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw a matrix, with mean and standard deviation next to each row and under each column.

    Parameters
    ----------
    values
        Shape ``(n, c)``: samples in rows, channels in columns.
    ax
        Where to draw.
    title
        Written above.
    """
    n, c = values.shape
    cells(np.round(values, 1), ax)
    for axis, name in enumerate(("mean", "std")):
        ax.text(c + 0.8 + axis, -0.25, name, ha="center", va="bottom", fontsize=SMALL, color=INK)
        ax.text(-0.25, n + 0.7 + 0.8 * axis, name, ha="right", va="center", fontsize=SMALL, color=INK)
    for row, of in enumerate(values):
        for axis, number in enumerate((of.mean(), of.std())):
            ax.text(c + 0.8 + axis, row + 0.5, _short(number), **_margin(of))
    for column, of in enumerate(values.T):
        for axis, number in enumerate((of.mean(), of.std())):
            ax.text(column + 0.5, n + 0.7 + 0.8 * axis, _short(number), **_margin(of))
    ax.set(xlim=(-1.2, c + 2.4), ylim=(n + 2.0, -1.0), title=title)
    ax.set_axis_off()
    describe(
        ax, f"a table of {n} samples and {c} channels with the mean and the standard deviation of each row and column"
    )
    return ax


def strip(pictures: np.ndarray, ax: Axes, title: str = "", limits: tuple[float, float] | None = None) -> Axes:
    """Draw grey pictures next to each other, on one scale.

    Parameters
    ----------
    pictures
        Shape ``(n, h, w)``.
    ax
        Where to draw.
    title
        Written above.
    limits
        What is black and what is white. By default the smallest and the largest value.
    """
    _, h, w = pictures.shape
    low, high = limits or (float(pictures.min()), float(pictures.max()))
    for place, picture in enumerate(pictures):
        left = place * (w + 2)
        ax.imshow(picture, cmap="gray", vmin=low, vmax=high, extent=(left, left + w, h, 0))
    ax.set(
        xlim=(0, len(pictures) * (w + 2) - 2), ylim=(h, 0), title=f"{title}: black {_short(low)}, white {_short(high)}"
    )
    ax.set_axis_off()
    describe(ax, f"{len(pictures)} grey pictures side by side, on one scale")
    return ax


def in_many_batches(training: Sequence[float], evaluation: Sequence[float], ax: Axes, title: str = "") -> Axes:
    """Draw the outputs for one sample, in one batch after the other: dots in training, a line in evaluation.

    Parameters
    ----------
    training, evaluation
        One output for each batch, in either mode.
    ax
        Where to draw.
    title
        Written above.

    Examples
    --------
    >>> ax = in_many_batches([0.5, 1.5], [1.0, 1.0], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['training', 'evaluation']
    """
    batches = np.arange(1, len(training) + 1)
    ax.vlines(batches, evaluation, training, color=FAINT, linewidth=1.0, zorder=1)
    ax.plot(batches, evaluation, color=INK, linewidth=1.8, zorder=2)
    ax.plot(batches, training, "o", color=BLUE, markersize=5, zorder=3)
    right, apart = len(training) + 0.8, 0.06 * max(float(np.ptp(np.append(training, evaluation[-1]))), 1.0)
    above = training[-1] >= evaluation[-1]
    places = {"training": training[-1], "evaluation": evaluation[-1]}
    if abs(training[-1] - evaluation[-1]) < 2 * apart:
        places["training"] = evaluation[-1] + (2 if above else -2) * apart
    for (name, height), color in zip(places.items(), (BLUE, INK), strict=True):
        ax.text(right, height, name, color=color, ha="left", va="center", fontsize=SMALL)
    ax.set(xlabel="batch", ylabel="output for one sample", title=title, xlim=(0, 1.24 * len(training) + 1))
    ax.set_xticks([k for k in range(0, len(training) + 1, 10) if k] or [1])
    ax.grid(color=FAINT, linewidth=0.5, axis="y")
    ax.spines[["top", "right"]].set_visible(False)
    describe(
        ax,
        f"the output for one sample in {len(training)} batches: between {min(training):.3g} and {max(training):.3g} in "
        f"training, {evaluation[-1]:.3g} in evaluation",
    )
    return ax


def running(means: np.ndarray, batches: np.ndarray, ax: Axes, level: float) -> Axes:
    """Draw a running mean as a line, over the means of the batches that it was made from as dots.

    Parameters
    ----------
    means
        Shape ``(steps + 1,)``: the start, and the running mean after each batch.
    batches
        Shape ``(steps,)``: the mean of each batch.
    ax
        Where to draw. Its limits are set, the same for every momentum.
    level
        The mean of the source, drawn as a dashed line.

    Examples
    --------
    >>> ax = running(np.array([0.0, 1.0, 2.0]), np.array([2.0, 3.0]), Figure().subplots(), level=3.0)
    >>> [text.get_text() for text in ax.texts]
    ['running mean', 'source']
    """
    steps = len(batches)
    ax.plot(np.arange(1, steps + 1), batches, "o", color=GREY, markersize=3, zorder=1)
    ax.axhline(level, color="black", linestyle="--", linewidth=1.2, zorder=2)
    ax.plot(means, color=BLUE, linewidth=2.2, zorder=3)
    ax.set(xlabel="batch", ylabel="mean", xlim=(0, steps))
    ax.set_ylim(min(0.0, float(batches.min())) - 0.2, float(batches.max()) + 0.2)
    label_ends({"running mean": float(means[-1]), "source": level}, [BLUE, "black"], ax)
    ax.spines[["top", "right"]].set_visible(False)
    describe(
        ax,
        f"a running mean after {steps} batches: it goes from {means[0]:.3g} to {means[-1]:.3g}, the source's mean is "
        f"{level:.3g}; dots are the means of single batches",
    )
    return ax


def curves(
    lines: Mapping[str, np.ndarray],
    ax: Axes,
    *,
    x: str,
    y: str,
    level: float | None = None,
    level_name: str = "",
    logarithmic: bool = False,
    in_order: bool = False,
) -> Axes:
    """Draw one or more series of numbers from 0 on, each with its label at the end.

    Parameters
    ----------
    lines
        Label → values, shape ``(steps,)``.
    ax
        Where to draw.
    x, y
        What the axes show.
    level, level_name
        A value to compare with, drawn as a dashed line, and what it is.
    logarithmic
        Whether the y axis counts in powers of ten.
    in_order
        Whether the lines go from small to large, such as learning rates: then they have one hue, light to dark.

    Examples
    --------
    >>> ax = curves({"loss": np.array([3.0, 1.0])}, Figure().subplots(), x="step", y="loss")
    >>> ax.lines[0].get_xydata()
    array([[0., 3.],
           [1., 1.]])
    """
    if logarithmic:
        ax.set_yscale("log")
    shades = [ordered(k, len(lines)) if in_order else PALETTE[k % len(PALETTE)] for k in range(len(lines))]
    for shade, values in zip(shades, lines.values(), strict=True):
        ax.plot(np.arange(len(values)), values, color=shade, linewidth=1.8)
    ends = {name: float(values[-1]) for name, values in lines.items()}
    if level is not None:
        ax.axhline(level, color=GREY, linestyle="--", linewidth=1.2)
        if level_name:
            ends[level_name] = level
    ax.set(xlabel=x, ylabel=y, xlim=(0, max(len(values) for values in lines.values()) - 1))
    label_ends(ends, [*shades, GREY][: len(ends)], ax)
    ax.grid(color=FAINT, linewidth=0.5)
    ax.spines[["top", "right"]].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    describe(
        ax, f"{y} against {x}: {from_to(lines)}" + (f"; a dashed line at {level:.3g}" if level is not None else "")
    )
    return ax


def _short(number: float) -> str:
    return f"{round(float(number), 1) + 0:g}"


def _margin(of: np.ndarray) -> dict[str, Any]:
    """Print what has mean 0 and standard deviation 1 in bold."""
    done = abs(of.mean()) < 0.01 and abs(of.std() - 1) < 0.01
    return {"ha": "center", "va": "center", "fontsize": SMALL, "color": INK, "weight": "bold" if done else "normal"}
