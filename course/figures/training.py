"""Pictures of training: losses step by step, digits and what is read in them, what is taken for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from course.figures.style import AMOUNT, BLUE, FAINT, GREY, INK, PALETTE, SIGNED, SMALL, VERMILLION


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
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def digits(images: np.ndarray, read: np.ndarray, labels: np.ndarray, axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw images, and under each what was read; a wrong reading is told with the label.

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
        ax.set_xlabel(f"{said}, is {label}" if wrong else f"{said}", color=VERMILLION if wrong else INK)
    return axes


def confusion(read: np.ndarray, labels: np.ndarray, ax: Axes) -> Axes:
    """Draw how often each digit was read as each.

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
    ax.imshow(np.where(counts > 0, counts, np.nan), cmap=AMOUNT, alpha=0.35)
    for (label, said), count in np.ndenumerate(counts):
        if count:
            weight = "normal" if label == said else "bold"
            ax.text(said, label, str(count), ha="center", va="center", fontsize=SMALL, color=INK, fontweight=weight)
    ax.set_xticks(range(10))
    ax.set_yticks(range(10))
    ax.set(xlabel="read as", ylabel="is")
    return ax


def kernels(weight: np.ndarray, axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw the first input channel of each kernel, all in one scale: orange below zero, blue above.

    Parameters
    ----------
    weight
        Shape ``(c_o, c_i, k_h, k_w)``.
    axes
        One for each output channel.
    """
    limit = float(np.abs(weight).max(initial=0.0)) or 1.0
    for kernel, ax in zip(weight[:, 0], axes, strict=True):
        ax.imshow(kernel, cmap=SIGNED, vmin=-limit, vmax=limit)
        ax.set_xticks(())
        ax.set_yticks(())
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
    return axes
