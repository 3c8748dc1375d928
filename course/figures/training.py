"""Pictures of training: losses step by step, digits and what is read in them, what is taken for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from course.figures.describe import describe, describe_together, from_to
from course.figures.line_ends import label_ends, label_lines
from course.figures.style import BLUE, FAINT, GREY, INK, PALETTE, SIGNED, SMALL

ERRORS = matplotlib.colormaps["Oranges"]


def losses(curves: Mapping[str, np.ndarray], ax: Axes) -> Axes:
    """Draw losses over steps. The first curve is a wide pale line, so that one that covers it is still seen.

    Parameters
    ----------
    curves
        Losses, one a step, by name.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(losses({"yours": np.ones(3), "PyTorch": np.ones(3)}, Figure().subplots()).lines)
    2
    """
    for k, (name, values) in enumerate(curves.items()):
        wide = k == 0 and len(curves) > 1
        ax.plot(
            np.arange(1, len(values) + 1),
            values,
            color=FAINT if wide else PALETTE[(k - 1) % len(PALETTE)] if k else BLUE,
            linewidth=7 if wide else 1.5,
            solid_capstyle="round",
            label=name,
        )
    ax.set(xlabel="step", ylabel="loss", ylim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    if len(curves) > 1:
        colors = [line.get_color() for line in ax.lines]
        label_ends({name: values[-1] for name, values in curves.items()}, colors, ax)
    describe(ax, f"the loss in {len(next(iter(curves.values())))} steps: {from_to(curves)}")
    return ax


def digits(images: np.ndarray, read: np.ndarray, labels: np.ndarray, axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw images, and under each what was read; a wrong reading is shown with the label.

    Parameters
    ----------
    images
        Shape ``(k, 1, h, w)``.
    read, labels
        Shape ``(k,)``.
    axes
        One for each image.
    """
    for image, said, label, ax in zip(images, read, labels, axes, strict=True):
        ax.imshow(-image[0], cmap="gray")
        ax.set_xticks(())
        ax.set_yticks(())
        wrong = said != label
        ax.set_xlabel(f"{said}, is {label}" if wrong else f"{said}", fontweight="bold" if wrong else "normal")
    wrong = int((np.asarray(read) != np.asarray(labels)).sum())
    describe_together(axes, f"{len(images)} handwritten digits and what was read, {wrong} of them wrongly")
    return axes


def smoothed(values: np.ndarray, ax: Axes, over: int = 25, guessing: float | None = None) -> Axes:
    """Draw the loss of each step as dots, and their mean over some steps as a line.

    Parameters
    ----------
    values
        One loss a step.
    ax
        Where to draw.
    over
        How many steps around a place are averaged, an odd number. At both ends there are fewer.
    guessing
        The loss of equal probabilities, drawn as a dashed line.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = smoothed(np.array([3.0, 1.0, 2.0, 6.0]), Figure().subplots(), over=3)
    >>> ax.lines[1].get_ydata().tolist()
    [2.0, 2.0, 3.0, 4.0]
    """
    steps = np.arange(1, len(values) + 1)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    first, last = np.maximum(steps - 1 - over // 2, 0), np.minimum(steps + over // 2, len(values))
    ax.plot(steps, values, linestyle="", marker=".", markersize=3, color=GREY)
    ax.plot(steps, (sums[last] - sums[first]) / (last - first), color=BLUE, linewidth=1.6)
    ax.set(xlabel="step", ylabel="loss", ylim=(0, None), xlim=(0, len(values)))
    if guessing is not None:
        ax.axhline(guessing, color=INK, linestyle="--", linewidth=1.0)
        label_ends({"guessing": guessing}, [INK], ax)
    ax.spines[["top", "right"]].set_visible(False)
    describe(
        ax,
        f"the loss of each of {len(values)} steps as dots, and their mean as a line: "
        f"{from_to({'it goes': np.asarray(ax.lines[1].get_ydata())})}",
    )
    return ax


def confusion(read: np.ndarray, labels: np.ndarray, ax: Axes) -> Axes:
    """Draw how often each digit was read as each: right answers grey, mistakes in one hue, darker where more.

    Parameters
    ----------
    read, labels
        Shape ``(k,)``, digits 0 to 9.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = confusion(np.array([1, 1, 2]), np.array([1, 2, 2]), Figure().subplots())
    >>> sorted(text.get_text() for text in ax.texts)
    ['1', '1', '1']
    """
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, read), 1)
    right = np.eye(10, dtype=bool)
    mistakes = np.where(~right & (counts > 0), counts, 0)
    most = max(int(mistakes.max()), 4)  # one mistake must not look like many
    colors = ERRORS(mistakes / most * 0.75)
    colors[mistakes == 0] = (1, 1, 1, 1)
    colors[right] = to_rgba(FAINT)
    ax.imshow(colors)
    for (label, said), count in np.ndenumerate(counts):
        if count:
            weight = "normal" if label == said else "bold"
            ax.text(said, label, str(count), ha="center", va="center", fontsize=SMALL, color=INK, fontweight=weight)
    ax.set_xticks(range(10))
    ax.set_yticks(range(10))
    ax.set(xlabel="read as", ylabel="is")
    describe(
        ax,
        f"what each digit was read as: {int(np.trace(counts))} of {counts.sum()} right; the most "
        f"frequent mistake occurs {mistakes.max()} times",
    )
    return ax


def kernels(weight: np.ndarray, responses: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """Draw each kernel above its response to an image: orange below zero, blue above, with a key for each row.

    Parameters
    ----------
    weight
        Shape ``(c_o, c_i, k_h, k_w)``. The first input channel is drawn.
    responses
        Shape ``(c_o, h, w)``: what the layer gives for the image.
    axes
        Shape ``(2, c_o)``: the kernels' row and the responses'.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = kernels(np.ones((3, 1, 3, 3)), np.ones((3, 8, 8)), Figure().subplots(2, 3))
    >>> [ax.get_ylabel() for ax in axes[:, 0]]
    ['kernel', 'response']
    """
    for row, images, name in zip(axes, (weight[:, 0], responses), ("kernel", "response"), strict=True):
        limit = float(np.abs(images).max(initial=0.0)) or 1.0
        shown = [ax.imshow(image, cmap=SIGNED, vmin=-limit, vmax=limit) for image, ax in zip(images, row, strict=True)]
        for ax in row:
            ax.set_xticks(())
            ax.set_yticks(())
        row[0].set_ylabel(name)
        row[0].figure.colorbar(shown[0], ax=list(row), fraction=0.02, pad=0.01)
    describe_together(axes.ravel(), f"{len(weight)} kernels, each above its response to an image")
    return axes


def curves_to_diagnose(curves: Mapping[str, tuple[np.ndarray, np.ndarray]], axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw for each training the loss of its batches and, now and then, the loss of unseen images.

    Parameters
    ----------
    curves
        Name → losses of the batches, one a step, and losses of unseen images, at even distances from the first step to
        the last.
    axes
        One for each training.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots(1, 2)
    >>> curves = {"A": (np.ones(9), np.ones(3)), "B": (np.ones(9), np.ones(3))}
    >>> [ax.get_title() for ax in curves_to_diagnose(curves, axes)]
    ['A', 'B']
    """
    for (name, (batches, unseen)), ax in zip(curves.items(), axes, strict=True):
        ax.plot(np.arange(len(batches)), batches, color=FAINT, linewidth=2.0, label="batches")
        ax.plot(np.linspace(0, len(batches) - 1, len(unseen)), unseen, color=INK, linewidth=1.4, label="unseen digits")
        ax.set_title(name)
        ax.set(xlabel="step", ylim=(0, 4))
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("loss")
    clearest = max(zip(curves.values(), axes, strict=True), key=lambda pair: abs(pair[0][0][-1] - pair[0][1][-1]))[1]
    label_lines(clearest.lines, clearest)
    for (batches, unseen), ax in zip(curves.values(), axes, strict=True):
        describe(ax, "the loss " + from_to({"of batches goes": batches, "of unseen digits": unseen}))
    return axes


def beliefs(image: np.ndarray, shares: np.ndarray, label: int, axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw an image next to the probability of each digit; the label's bar is blue.

    Parameters
    ----------
    image
        Shape ``(h, w)``.
    shares
        Shape ``(10,)``: probabilities.
    label
        What the image shows.
    axes
        Two: for the image and for the bars.
    """
    left, right = axes
    left.imshow(-image, cmap="gray")
    left.set_axis_off()
    right.bar(range(10), shares, color=[BLUE if digit == label else GREY for digit in range(10)])
    right.set_xticks(range(10))
    right.set(ylim=(0, 1))
    right.spines[["top", "right"]].set_visible(False)
    best = int(np.argmax(shares))
    describe_together(
        axes,
        f"a handwritten {label}; the digit {best} has the largest probability, {shares[best]:.2f}, and "
        f"{label} has {shares[label]:.2f}",
    )
    return axes
