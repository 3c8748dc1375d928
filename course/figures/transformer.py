"""Pictures of the transformer: its place, its two orders, positions, who looks where, depth, the next word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from course.catalog.chapters import chapter
from course.figures.describe import describe, from_to
from course.figures.line_ends import label_lines
from course.figures.style import AMOUNT, BLUE, DARK_FROM, FAINT, GREY, INK, PALETTE, SIGNED, SKY, SMALL

ARROW = {"arrowstyle": "-|>", "mutation_scale": 12, "shrinkA": 0, "shrinkB": 0, "zorder": 1}
MARKS = ("o", "s", "^", "D")
MOST_SAID = 10
"""At most this many words of a text are shown above the next one."""
MOST_LEVEL_WORDS = 12
"""The names of more words than this are turned."""


def model(ax: Axes) -> Axes:
    """Draw what comes before and after encoder layers, from words to scores.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(model(Figure().subplots()).patches) >= 5
    True
    """
    boxes = (
        (0.0, 1.5, "embedding", chapter("embedding"), "white"),
        (2.1, 1.5, "positions", "added", "white"),
        (4.2, 2.3, "encoder layer", "N times in a row", SKY),
        (7.1, 1.5, "linear", chapter("linear"), "white"),
    )
    for left, width, title, remark, color in boxes:
        _box(ax, left, 0.0, width, 1.0, color)
        ax.text(left + width / 2, 0.62, title, ha="center", va="center", zorder=3)
        ax.text(left + width / 2, 0.3, remark, ha="center", va="center", fontsize=SMALL, color=INK, zorder=3)
    for start, end in ((-0.6, 0.0), (1.5, 2.1), (3.6, 4.2), (6.5, 7.1), (8.6, 9.2)):
        _arrow(ax, (start, 0.5), (end, 0.5))
    for left, under in ((1.8, "$(n, l, d_m)$"), (3.9, "$(n, l, d_m)$"), (6.8, "$(n, l, d_m)$")):
        ax.text(left, -0.3, under, ha="center", va="center", fontsize=SMALL, color=INK)
    ax.text(-0.7, 0.5, "words\n$(n, l)$", ha="right", va="center")
    ax.text(9.3, 0.5, "scores for\neach position", ha="left", va="center")
    ax.set(xlim=(-2.0, 11.2), ylim=(-0.6, 1.15))
    ax.set_axis_off()
    describe(
        ax,
        "words go through an embedding, positions are added, N encoder layers follow, then a linear layer gives scores",
    )
    return ax


def layer_order(ax: Axes, norm_first: bool) -> Axes:
    """Draw an encoder layer from left to right: its parts, its norms, and the residual connections around them.

    Parameters
    ----------
    ax
        Where to draw.
    norm_first
        Whether the norms come before the parts, or after the sums.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = layer_order(Figure().subplots(), norm_first=True)
    >>> [text.get_text() for text in ax.texts if "norm" in text.get_text()]
    ['norm1', 'norm2', 'pre-norm: norm_first=True']
    """
    names = ("norm1", "attention", "+", "norm2", "feed-forward", "+")
    if not norm_first:
        names = ("attention", "+", "norm1", "feed-forward", "+", "norm2")
    widths = {"+": 0.4, "attention": 1.7, "feed-forward": 1.9}
    x, fork = 0.0, -0.35
    _arrow(ax, (-0.9, 0.0), (0.0, 0.0))
    for name in names:
        width = widths.get(name, 1.05)
        if name == "+":
            ax.scatter(x + width / 2, 0.0, s=240, color="white", edgecolor=INK, zorder=2)
            over = ((fork, fork), (0.0, 0.85)), ((fork, x + width / 2), (0.85, 0.85))
            for xs, ys in over:
                ax.plot(xs, ys, color=BLUE, linewidth=2, zorder=1)
            _arrow(ax, (x + width / 2, 0.85), (x + width / 2, 0.17), color=BLUE, linewidth=2)
            ax.text((fork + x) / 2, 0.95, "residual", ha="center", va="bottom", fontsize=SMALL, color=BLUE)
            fork = x + width + 0.25
        else:
            _box(ax, x, -0.4, width, 0.8, FAINT if name.startswith("norm") else SKY)
        ax.text(x + width / 2, 0.0, name, ha="center", va="center", zorder=3)
        # where a norm follows a sum, the next residual connection starts behind it
        if name.startswith("norm") and not norm_first:
            fork = x + width + 0.25
        _arrow(ax, (x + width, 0.0), (x + width + 0.5, 0.0))
        x += width + 0.5
    title = "pre-norm: norm_first=True" if norm_first else "post-norm: norm_first=False"
    ax.text(-0.9, 1.45, title, ha="left", va="center", fontweight="bold")
    ax.set(xlim=(-1.1, 10.1), ylim=(-0.6, 1.7))
    ax.set_axis_off()
    describe(
        ax,
        f"the input goes through {', '.join(name for name in names if name != '+')}; a residual "
        "connection leads around each part",
    )
    return ax


def encoding(values: np.ndarray, ax: Axes) -> Axes:
    """Draw a positional encoding as an image, a row for each position.

    Parameters
    ----------
    values
        Shape ``(length, dim)``, between -1 and 1.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> encoding(np.zeros((5, 4)), Figure().subplots()).images[0].get_clim()
    (-1.0, 1.0)
    """
    image = ax.imshow(values, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    ax.figure.colorbar(image, ax=ax, label="value")
    ax.set_xlabel("column")
    ax.set_ylabel("position")
    describe(ax, f"the positional encoding of {len(values)} positions as stripes, a row for each position")
    return ax


def waves(values: np.ndarray, columns: Sequence[int], ax: Axes) -> Axes:
    """Draw some columns of a positional encoding as waves, one above the other, each with its number at its end.

    Parameters
    ----------
    values
        Shape ``(length, dim)``, between -1 and 1.
    columns
        Which columns, from the top to the bottom.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = waves(np.zeros((5, 8)), (0, 6), Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['column 0', 'column 6']
    """
    apart, length = 2.5, len(values)
    for k, column in enumerate(columns):
        level = -apart * k
        ax.plot((0, length - 1), (level, level), color=FAINT, linewidth=0.8, zorder=0)
        ax.plot(level + values[:, column], color=BLUE, linewidth=1.4, marker=".", markersize=3)
        ax.text(length, level, f"column {column}", ha="left", va="center", fontsize=SMALL, color=INK)
    ax.set(xlabel="position", xlim=(-1, 1.22 * length), yticks=())
    ax.set_xticks(range(0, length, 20))
    ax.spines[["top", "right", "left"]].set_visible(False)
    describe(
        ax,
        f"columns {', '.join(map(str, columns))} as waves over the position: the further right the "
        "column, the longer the wave",
    )
    return ax


def similarity(values: np.ndarray, ax: Axes) -> Axes:
    """Draw how alike positions are, each with each.

    Parameters
    ----------
    values
        Shape ``(length, length)``.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(similarity(np.eye(3), Figure().subplots()).images)
    1
    """
    image = ax.imshow(values, cmap=AMOUNT, interpolation="nearest")
    ax.figure.colorbar(image, ax=ax, label="similarity")
    ax.set_xlabel("position")
    ax.set_ylabel("position")
    describe(ax, f"how alike each of {len(values)} positions is to each: most alike are neighbours")
    return ax


def head(weights: np.ndarray, words: Sequence[str], ax: Axes, title: str = "") -> Axes:
    """Draw one head's attention: a row for each word that looks, a column for each word looked at.

    Parameters
    ----------
    weights
        Shape ``(l, l)``; each row adds up to 1.
    words
        The l words.
    ax
        Where to draw.
    title
        Written above.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = head(np.array([[1.0, 0.0], [0.25, 0.75]]), ["a", "b"], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['1.00', '0.25', '0.75']
    """
    ax.imshow(weights, cmap=AMOUNT, vmin=0, vmax=1)
    for (row, column), weight in np.ndenumerate(weights):
        if weight >= 0.005:
            ink = "white" if weight > DARK_FROM else INK
            ax.text(column, row, f"{weight:.2f}", ha="center", va="center", fontsize=SMALL, color=ink)
    ax.set_xticks(range(len(words)), words)
    ax.set_yticks(range(len(words)), words)
    ax.set_xlabel("looks at")
    ax.set_ylabel("word")
    ax.set_title(title)
    describe(
        ax,
        "the word that each word looks at most: "
        + ", ".join(f"{words[int(row.argmax())]} for {word}" for word, row in zip(words, weights, strict=True)),
    )
    return ax


def depth(values: Mapping[str, np.ndarray], ax: Axes, what: str, logarithmic: bool = False) -> Axes:
    """Draw a number that each layer of a deep stack gives, for several stacks.

    Parameters
    ----------
    values
        Label → one number for each layer, the input first.
    ax
        Where to draw.
    what
        Names the number.
    logarithmic
        Whether steps are factors.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(depth({"one": np.ones(4), "other": np.zeros(4)}, Figure().subplots(), "size").lines)
    2
    """
    for k, (label, numbers) in enumerate(values.items()):
        ax.plot(numbers, color=PALETTE[k], marker=MARKS[k % len(MARKS)], markersize=4, markevery=2, label=label)
    if logarithmic:
        ax.set_yscale("log")
    ax.set_xlabel("layers passed")
    ax.set_ylabel(what)
    ax.spines[["top", "right"]].set_visible(False)
    if len(values) > 1:
        label_lines(ax.lines, ax)
    describe(ax, f"{what} against the layers passed: {from_to(values)}")
    return ax


def next_word(said: Sequence[str], probabilities: np.ndarray, words: Sequence[str], ax: Axes) -> Axes:
    """Draw one step of greedy decoding: the words so far, the probability of every word, and the one that is taken.

    Parameters
    ----------
    said
        The words so far. The last of them are shown.
    probabilities
        Shape ``(vocab,)``: the softmax of the model's last row of logits.
    words
        The vocabulary.
    ax
        Where to draw. What was drawn there before goes.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = next_word(["the"], np.array([0.25, 0.75]), ["the", "cat"], Figure().subplots())
    >>> ax.get_title(loc="left")
    'the __'
    """
    ax.clear()
    best = int(np.argmax(probabilities))
    bars = ax.bar(range(len(words)), probabilities, color=FAINT, edgecolor=GREY, width=0.7)
    bars[best].set(color=SKY, edgecolor=INK, linewidth=1.8)
    ax.annotate(
        f"{probabilities[best]:.2f}, taken",
        (best, probabilities[best]),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        fontsize=SMALL,
    )
    many = len(words) > MOST_LEVEL_WORDS
    ax.set_xticks(range(len(words)), words, rotation=90 if many else 0)
    ax.set(ylabel="probability", ylim=(0, 1.15), yticks=(0, 0.5, 1), xlim=(-0.8, len(words) - 0.2))
    shown = said[-MOST_SAID:]
    ax.set_title(" ".join([*(["..."] if len(shown) < len(said) else []), *shown, "__"]), loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f'after "{" ".join(shown)}" the most likely word is {words[best]}, with {probabilities[best]:.2f}')
    return ax


def _box(ax: Axes, left: float, bottom: float, width: float, height: float, color: str) -> None:
    style = "round,pad=0,rounding_size=0.12"
    ax.add_patch(
        FancyBboxPatch((left, bottom), width, height, boxstyle=style, facecolor=color, edgecolor=INK, zorder=2)
    )


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str = INK, linewidth: float = 1.2
) -> None:
    ax.add_patch(FancyArrowPatch(start, end, color=color, linewidth=linewidth, **ARROW))
