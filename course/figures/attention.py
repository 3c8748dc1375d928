"""Pictures of attention: who looks at whom, the matrices on the way, and shares of a whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course.figures.cells import cells
from course.figures.describe import describe, each, spread
from course.figures.frame import frame
from course.figures.motion import Motion, motion
from course.figures.style import AMOUNT, BLUE, DARK_FROM, FAINT, GREY, INK, SMALL

LEAST = 0.005  # smaller weights get no line: they would be written as 0.00
WIDEST = 9  # the line of weight 1, in points


def looks(weights: np.ndarray, words: Sequence[str], ax: Axes, query: int = 0) -> Axes:
    """Draw a sentence twice, and lines from one of its words to those that it looks at.

    The wider a line, the larger its weight. The weights are above the words.

    Parameters
    ----------
    weights
        Shape ``(l, l)``: a row for each query.
    words
        The sentence, l of them.
    ax
        Where to draw. What was drawn there before goes.
    query
        The word that looks, counted from 0.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = looks(np.array([[0.75, 0.25], [0.0, 1.0]]), ["cats", "purr"], Figure().subplots(), query=1)
    >>> len(ax.lines)
    1
    """
    ax.clear()
    for place, (word, weight) in enumerate(zip(words, weights[query], strict=True)):
        if weight >= LEAST:
            ax.plot((query, place), (0, 1), color=BLUE, linewidth=WIDEST * weight, solid_capstyle="butt", zorder=1)
        ax.text(place, 1.26, f"{weight:.2f}", ha="center", va="bottom", fontsize=SMALL)
        ax.text(place, 1.06, word, ha="center", va="bottom")
        own = place == query
        colour, thickness = ("black", "bold") if own else (GREY, "normal")
        ax.text(place, -0.06, word, ha="center", va="top", color=colour, weight=thickness)
    ax.text(-0.75, 1.06, "keys", ha="right", va="bottom", fontsize=SMALL, color=GREY)
    ax.text(-0.75, -0.06, "query", ha="right", va="top", fontsize=SMALL, color=GREY)
    ax.set(xlim=(-1.2, len(words) - 0.4), ylim=(-0.25, 1.45))
    ax.set_axis_off()
    describe(ax, f"{words[query]} looks at {each(words, weights[query].round(2))}")
    return ax


def heat_map(
    weights: np.ndarray,
    ax: Axes,
    queries: Sequence[str] = (),
    keys: Sequence[str] = (),
    title: str = "",
    *,
    mask: np.ndarray | None = None,
    written: bool = True,
    highlight: int | None = None,
) -> Axes:
    """Draw weights as a map: a row for each query, a column for each key, the darker the larger.

    Parameters
    ----------
    weights
        Shape ``(l_q, l_k)``, between 0 and 1.
    ax
        Where to draw. What was drawn there before goes.
    queries, keys
        Words next to the rows and above the columns; none by default.
    title
        Written above.
    mask
        Shape ``(l_q, l_k)``: False is struck through.
    written
        Whether the weights are written into the cells.
    highlight
        A row to be framed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = heat_map(np.array([[0.75, 0.25]]), Figure().subplots(), keys=["cats", "purr"])
    >>> [text.get_text() for text in ax.texts]
    ['.75', '.25']
    """
    ax.clear()
    rows, columns = weights.shape
    ax.imshow(weights, cmap=AMOUNT, vmin=0, vmax=1, aspect="equal")
    for row, column in np.ndindex(rows, columns):
        corner = (column - 0.5, row - 0.5)
        ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=FAINT, linewidth=0.6))
        if mask is not None and not mask[row, column]:
            ax.add_patch(Rectangle(corner, 1, 1, facecolor="white", edgecolor=FAINT, linewidth=0, hatch="////"))
        elif written:
            label = f"{weights[row, column]:.2f}".removeprefix("0")
            ink = "white" if weights[row, column] > DARK_FROM else INK
            ax.text(column, row, label, ha="center", va="center", fontsize=SMALL - 1, color=ink)
    if highlight is not None:
        frame((-0.5, highlight - 0.5), ax, columns)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xticks(range(columns) if keys else (), keys or (), rotation=60, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(rows) if queries else (), queries or ())
    ax.tick_params(length=0)
    ax.set_xlabel("key")
    ax.set_ylabel("query")
    ax.spines[:].set_visible(False)
    ax.set_title(title)
    told = (
        ", ".join(f"{q} on {keys[int(row.argmax())]}" for q, row in zip(queries, weights, strict=True))
        if queries and keys
        else ""
    )
    describe(
        ax,
        f"weights of {rows} queries for {columns} keys, {spread(weights)}" + (f"; most weight: {told}" if told else ""),
    )
    return ax


def word_by_word(weights: np.ndarray, words: Sequence[str]) -> Motion:
    """Play through a sentence: in each frame the next word is the query, and looks at the others.

    Parameters
    ----------
    weights
        Shape ``(l, l)``: a row for each query.
    words
        The sentence, l of them.
    """
    figure = Figure(figsize=(9.6, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(2.3, 1))

    def draw(place: int) -> None:
        looks(weights, words, left, query=place)
        left.set_title(f"query {place}: {words[place]}")
        heat_map(weights, right, words, words, written=False, highlight=place)

    draw(0)
    figure.draw_without_rendering()  # the turned words need a second pass of the layout
    largest = [words[int(key)] for key in weights.argmax(axis=-1)]
    told = ", ".join(f"{word} to {found}" for word, found in zip(words, largest, strict=True))
    return motion(
        figure,
        draw,
        len(words),
        description=f"Each word in turn as the query. Its widest line goes from {told}.",
        per_second=1.0,
    )


def products(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    scores: np.ndarray,
    weights: np.ndarray,
    output: np.ndarray,
    ax: Axes,
    highlight: int | None = None,
) -> Axes:
    """Draw attention's matrices so that every product is where its rows and its columns meet.

    Parameters
    ----------
    query
        Shape ``(l_q, d_k)``, left of the scores.
    key
        Shape ``(l_k, d_k)``, transposed above the scores.
    value
        Shape ``(l_k, d_v)``, above the output.
    scores, weights
        Shape ``(l_q, l_k)``; the weights are left of the output.
    output
        Shape ``(l_q, d_v)``.
    ax
        Where to draw.
    highlight
        A query, to be framed with its row of all that follows.
    """
    (l_q, d_k), (l_k, d_v) = query.shape, value.shape
    y = max(d_k, l_k) + 1.2
    at_scores = d_k + 0.8
    at_weights = at_scores + l_k + 2.6
    at_output = at_weights + l_k + 0.8
    limit = max(float(np.abs(array).max(initial=0.0)) for array in (query, key, value, scores, output)) or 1.0
    above = y - 0.8
    blocks = (
        (query, (0.0, y), "query"),
        (key.T, (at_scores, above - d_k), "key.T"),
        (scores, (at_scores, y), "scores"),
        (weights, (at_weights, y), "weights"),
        (value, (at_output, above - l_k), "value"),
        (output, (at_output, y), "output"),
    )
    for values, (x, top), name in blocks:
        shares_of_one = name == "weights"
        cells(values.round(2), ax, corner=(x, top), limit=1.0 if shares_of_one else limit, amount=shares_of_one)
        low = top >= y
        middle = x + values.shape[1] / 2
        height = y + l_q + 0.2 if low else top - 0.15
        ax.text(middle, height, f"{name} {values.shape}", ha="center", va="top" if low else "bottom")
    arrow = {"arrowstyle": "->", "color": INK, "linewidth": 1.4}
    centre = y + l_q / 2
    ax.annotate("", (at_weights - 0.25, centre), (at_scores + l_k + 0.25, centre), arrowprops=arrow)
    ax.text((at_scores + l_k + at_weights) / 2, centre - 0.2, "softmax", ha="center", va="bottom", fontsize=SMALL)
    if highlight is not None:
        for x, width in ((0.0, d_k), (at_scores, l_k), (at_weights, l_k), (at_output, d_v)):
            corner = (x, y + highlight)
            frame(corner, ax, width)
    ax.set(xlim=(-0.2, at_output + d_v + 0.2), ylim=(y + l_q + 1.0, above - max(d_k, l_k) - 0.8))
    ax.set_axis_off()
    describe(
        ax,
        f"query {query.shape} times key.T gives scores {scores.shape}, softmax gives weights, and "
        f"weights times value give output {output.shape}",
    )
    return ax


def shares(weights: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw the weights of one query as bars, largest first, on an axis from 0 to 1.

    Parameters
    ----------
    weights
        Shape ``(l_k,)``.
    ax
        Where to draw.
    title
        Written above.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = shares(np.array([0.2, 0.5, 0.3]), Figure().subplots())
    >>> [round(float(bar.get_height()), 1) for bar in ax.patches]
    [0.5, 0.3, 0.2]
    """
    ordered = np.sort(weights)[::-1]
    ax.bar(range(len(ordered)), ordered, color=BLUE, width=0.75)
    ax.text(0, ordered[0] + 0.03, f"{ordered[0]:.2f}", ha="center", va="bottom", fontsize=SMALL, color=INK)
    ax.set(ylim=(0, 1.15), xticks=(), yticks=(0, 1))
    ax.set_title(title)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"the weights of {len(ordered)} keys as bars, the largest first: {spread(ordered)}")
    return ax
