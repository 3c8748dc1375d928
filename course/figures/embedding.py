"""Pictures of the embedding layer: rows looked up, the one-hot product, gradients gathered, colours, a map of words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes

from course.figures.cells import cells
from course.figures.describe import by, describe
from course.figures.frame import frame
from course.figures.style import BLUE, FAINT, GREY, INK, PALETTE, SMALL

GAP = 2.6  # between two blocks that arrows join, in cells


def lookup(
    input: np.ndarray, weight: np.ndarray, output: np.ndarray, ax: Axes, words: Sequence[str] | None = None
) -> Axes:
    """Draw the table on the left, the output on the right, and an arrow from each row to its copy.

    Parameters
    ----------
    input
        Identifiers, shape ``(n,)``.
    weight
        Shape ``(num_embeddings, embedding_dim)``.
    output
        Shape ``(n, embedding_dim)``.
    ax
        Where to draw.
    words
        What the identifiers stand for, one for each row of `weight`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ids, table = np.array([2, 0]), np.eye(3)
    >>> len(lookup(ids, table, table[ids], Figure().subplots()).lines)
    2
    """
    names = _names(len(weight), words)
    return _joined(
        (weight, names, f"weight {weight.shape}"),
        (output, [names[identifier] for identifier in input], f"output {output.shape}"),
        [(int(identifier), row, int(identifier)) for row, identifier in enumerate(input)],
        ax,
    )


def gathered_gradient(
    grad_output: np.ndarray,
    input: np.ndarray,
    grad_weight: np.ndarray,
    ax: Axes,
    words: Sequence[str] | None = None,
) -> Axes:
    """Draw the gradient of the output on the left, and an arrow from each row to the row of the weight that it reaches.

    Parameters
    ----------
    grad_output
        Shape ``(n, embedding_dim)``.
    input
        Identifiers, shape ``(n,)``.
    grad_weight
        Shape ``(num_embeddings, embedding_dim)``.
    ax
        Where to draw.
    words
        What the identifiers stand for, one for each row of `grad_weight`.
    """
    names = _names(len(grad_weight), words)
    return _joined(
        (grad_output, [names[identifier] for identifier in input], f"grad_output {grad_output.shape}"),
        (grad_weight, names, f"grad_weight {grad_weight.shape}"),
        [(row, int(identifier), int(identifier)) for row, identifier in enumerate(input)],
        ax,
    )


def product_and_lookup(
    input: np.ndarray,
    one_hot: np.ndarray,
    weight: np.ndarray,
    product: np.ndarray,
    output: np.ndarray,
    ax: Axes,
    highlight: int | None = None,
) -> Axes:
    """Draw one-hot rows times the weight, as rows that meet columns, and the looked-up rows next to the product.

    Parameters
    ----------
    input
        Identifiers, shape ``(n,)``, written before their rows.
    one_hot
        Shape ``(n, num_embeddings)``, drawn on the left.
    weight
        Shape ``(num_embeddings, embedding_dim)``, drawn above the product.
    product, output
        Shape ``(n, embedding_dim)``: what the product gave, and what the lookup gave.
    ax
        Where to draw.
    highlight
        A row of `input`, to be framed together with all it is made of.
    """
    (n, num), dim = one_hot.shape, weight.shape[1]
    middle = num + 1.0
    right = middle + dim + 1.8
    y = num + 0.8
    limit = max(float(np.abs(array).max(initial=0.0)) for array in (weight, product, output)) or 1.0
    for values, corner in (
        (weight, (middle, 0.0)),
        (one_hot, (0.0, y)),
        (product, (middle, y)),
        (output, (right, y)),
    ):
        # The ones would be pale on the weight's scale, and they are what to look at.
        cells(values, ax, corner=corner, limit=1.0 if values is one_hot else limit)
    for k in range(num):
        ax.text(middle - 0.25, k + 0.5, str(k), ha="right", va="center", fontsize=SMALL, color=GREY)
        ax.text(k + 0.5, y - 0.15, str(k), ha="center", va="bottom", fontsize=SMALL, color=GREY)
    for row, identifier in enumerate(input):
        for x in (0.0, right):
            ax.text(x - 0.25, y + row + 0.5, str(identifier), ha="right", va="center", fontsize=SMALL, color=GREY)
    ax.text(middle + dim + 0.65, y + n / 2, "=", ha="center", va="center", fontsize=18, color=INK)
    for label, x, height, va in (
        (f"weight {weight.shape}", middle + dim / 2, -0.2, "bottom"),
        (f"one-hot {one_hot.shape}", num / 2, y + n + 0.2, "top"),
        ("product", middle + dim / 2, y + n + 0.2, "top"),
        ("lookup", right + dim / 2, y + n + 0.2, "top"),
    ):
        ax.text(x, height, label, ha="center", va=va)
    if highlight is not None:
        for x, height, width in (
            (0.0, y + highlight, num),
            (middle, float(input[highlight]), dim),
            (middle, y + highlight, dim),
            (right, y + highlight, dim),
        ):
            frame((x, height), ax, width)
    ax.set(xlim=(-0.8, right + dim + 0.1), ylim=(y + n + 1.0, -1.0), aspect="equal")
    ax.set_axis_off()
    describe(ax, f"one-hot rows {one_hot.shape} times the weight {weight.shape} give the rows that a lookup gives")
    return ax


def picture(image: np.ndarray, ax: Axes, title: str = "", identifiers: np.ndarray | None = None) -> Axes:
    """Draw an array of colours, with an identifier written in each pixel.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``: red, green and blue from 0 to 1.
    ax
        Where to draw.
    title
        Written above.
    identifiers
        Shape ``(height, width)``. By default nothing is written.
    """
    ax.imshow(image)
    if identifiers is not None:
        for (row, column), identifier in np.ndenumerate(identifiers):
            # The eye takes green for brighter than blue; these are the usual weights.
            dark = image[row, column] @ (0.299, 0.587, 0.114) < 0.5
            colour = "white" if dark else INK
            ax.text(column, row, str(identifier), ha="center", va="center", fontsize=SMALL, color=colour)
    ax.set(title=title, xlabel="column", ylabel="row")
    ax.set_xticks(range(image.shape[1]))
    ax.set_yticks(range(image.shape[0]))
    ax.tick_params(length=0, labelsize=SMALL)
    describe(
        ax,
        f"an image of {by(image[..., 0])} pixels in colour"
        + (", each with its number" if identifiers is not None else ""),
    )
    return ax


def word_map(vectors: np.ndarray, words: Sequence[str], ax: Axes, title: str = "", limit: float | None = None) -> Axes:
    """Draw word vectors of two dimensions as points with their words.

    Parameters
    ----------
    vectors
        Shape ``(len(words), 2)``.
    words
        A label for each row.
    ax
        Where to draw.
    title
        Written above.
    limit
        Both axes go from ``-limit`` to ``limit``. By default everything fits.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = word_map(np.array([[0.0, 1.0], [2.0, 0.0]]), ["cat", "car"], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['cat', 'car']
    """
    if limit is None:
        limit = 1.2 * float(np.abs(vectors).max(initial=0.0)) or 1.0
    ax.axhline(0, color=FAINT, linewidth=0.8, zorder=1)
    ax.axvline(0, color=FAINT, linewidth=0.8, zorder=1)
    ax.scatter(vectors[:, 0], vectors[:, 1], s=36, color=BLUE, zorder=2)
    for word, vector in zip(words, vectors, strict=True):
        ax.annotate(word, vector, xytext=(5, 4), textcoords="offset points", zorder=3)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", title=title)
    ax.locator_params(nbins=5)
    ax.set_xlabel("dimension 0")
    ax.set_ylabel("dimension 1")
    describe(
        ax,
        f"{len(words)} words as points of a plane: {', '.join(words[:6])}" + (" and others" if len(words) > 6 else ""),
    )
    return ax


_Block = tuple[np.ndarray, Sequence[str], str]
"""A matrix, the names of its rows, and what is below it."""


def _joined(left: _Block, right: _Block, arrows: Iterable[tuple[int, int, int]], ax: Axes) -> Axes:
    """Draw two matrices with arrows from rows of the left to rows of the right: ``(from, to, colour)``."""
    height = max(len(left[0]), len(right[0]))
    limit = max(float(np.abs(left[0]).max(initial=0.0)), float(np.abs(right[0]).max(initial=0.0))) or 1.0
    start = left[0].shape[1]
    end = start + GAP
    tops = [(height - len(block[0])) / 2 for block in (left, right)]
    for (values, names, title), x, top, edge, side in (
        (left, 0.0, tops[0], -0.25, "right"),
        (right, end, tops[1], end + right[0].shape[1] + 0.25, "left"),
    ):
        cells(values, ax, corner=(x, top), limit=limit)
        for row, name in enumerate(names):
            ax.text(edge, top + row + 0.5, name, ha=side, va="center")
        ax.text(x + values.shape[1] / 2, height + 0.25, title, ha="center", va="top")
    for source, target, colour in arrows:
        ax.plot(
            (start + 0.1, end - 0.2),
            (tops[0] + source + 0.5, tops[1] + target + 0.5),
            color=PALETTE[colour % len(PALETTE)],
            linewidth=1.8,
            marker=">",
            markevery=[1],
        )
    ax.set(xlim=(-2.2, end + right[0].shape[1] + 2.2), ylim=(height + 1.0, -0.2), aspect="equal")
    ax.set_axis_off()
    describe(
        ax, f"rows of {left[2]} with arrows to rows of {right[2]}: {', '.join(f'{a} to {b}' for a, b, _ in arrows)}"
    )
    return ax


def _names(count: int, words: Sequence[str] | None) -> list[str]:
    """Label rows with their identifiers, and with their words where there are any."""
    return [str(k) for k in range(count)] if words is None else [f"{k} {word}" for k, word in enumerate(words)]
