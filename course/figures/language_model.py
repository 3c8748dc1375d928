"""Pictures of a language model: pairs that turn, a cache that grows, and how likely each letter is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from course.figures.describe import describe, each, number
from course.figures.style import BLUE, FAINT, GREY, INK, SMALL

WIDE = 2.6  # from one circle to the next


def turning_pairs(vectors: np.ndarray, ax: Axes, told: str = "") -> Axes:
    """Draw pairs of features as arrows in circles: the last position in blue, earlier ones fading behind it.

    Parameters
    ----------
    vectors
        Shape ``(positions, d)``: a vector turned by each position up to now. Feature i and feature i + d/2 are a pair.
    ax
        Where to draw. Its limits are set, the same for every number of positions.
    told
        Written above.

    Raises
    ------
    ValueError
        Where `vectors` has not two axes, or an odd number of features.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = turning_pairs(np.ones((2, 4)), Figure().subplots(), "position 1")
    >>> [text.get_text() for text in ax.texts]
    ['features 0 and 2', 'features 1 and 3', 'position 1']
    """
    if vectors.ndim != 2 or vectors.shape[1] % 2:
        raise ValueError(f"turning_pairs draws vectors of shape (positions, d) with an even d, not {vectors.shape}.")
    half = vectors.shape[1] // 2
    for pair in range(half):
        x = pair * WIDE
        ax.add_patch(Circle((x, 0), 1, fill=False, edgecolor=FAINT, linewidth=1.2))
        points = vectors[:, [pair, pair + half]]
        points = points / max(np.linalg.norm(points, axis=1).max(), 1e-12)
        for age, point in enumerate(points[::-1]):
            color, alpha = (BLUE, 1.0) if age == 0 else (GREY, max(0.12, 0.6 - 0.12 * age))
            ax.plot([x, x + point[0]], [0, point[1]], color=color, alpha=alpha, linewidth=2.6 if age == 0 else 1.4)
            ax.plot(x + point[0], point[1], "o", color=color, alpha=alpha, markersize=6 if age == 0 else 3)
        ax.text(x, -1.25, f"features {pair} and {pair + half}", ha="center", va="top", fontsize=SMALL)
    ax.text((half - 1) * WIDE / 2, 1.2, told, ha="center", va="bottom")
    ax.set(xlim=(-1.3, (half - 1) * WIDE + 1.3), ylim=(-1.7, 1.7), aspect="equal")
    ax.set_axis_off()
    angles = np.degrees(np.arctan2(vectors[-1, half:], vectors[-1, :half]))
    pointing = ", ".join(number(round(angle)) for angle in angles)
    describe(
        ax, f"{told or 'one vector'}: {half} pairs of features as arrows in circles, at angles of {pointing} degrees"
    )
    return ax


def causal_triangle(words: Sequence[str], computed: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw which word looks at which: what this step computes is blue, what is known already is grey.

    Parameters
    ----------
    words
        All words; a row and a column each. What looks is on the left, what is looked at on top.
    computed
        Shape ``(rows, words)`` with as many rows as are there yet: 2 for what this step computes, 1 for what is known,
        0 for what is not looked at.
    ax
        Where to draw. Its limits are set, the same for every number of rows.
    title
        Written above.

    Raises
    ------
    ValueError
        Where there are more rows than words, or another number of columns.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = causal_triangle(["a", "b"], np.array([[1, 0], [2, 2]]), Figure().subplots())
    >>> len(ax.patches)
    3
    """
    if computed.ndim != 2 or len(computed) > len(words) or computed.shape[1] != len(words):
        raise ValueError(f"causal_triangle draws rows of {len(words)} words, not an array of shape {computed.shape}.")
    for (row, column), kind in np.ndenumerate(computed):
        if kind:
            face = BLUE if kind == 2 else "#E4E4E4"
            ax.add_patch(Rectangle((column, row), 1, 1, facecolor=face, edgecolor="white", linewidth=1.5))
    for place, word in enumerate(words):
        shown = place < len(computed)
        ax.text(place + 0.5, -0.15, word if shown else "", ha="center", va="bottom", fontsize=SMALL)
        weight = "bold" if place == len(computed) - 1 else "normal"
        ax.text(-0.15, place + 0.5, word if shown else "", ha="right", va="center", fontsize=SMALL, weight=weight)
    ax.set(xlim=(-1.6, len(words) + 0.1), ylim=(len(words) + 0.1, -1.1), aspect="equal")
    ax.set_title(title, fontsize=10.5)
    ax.set_axis_off()
    new = int((computed == 2).sum())
    describe(
        ax,
        f"{len(computed)} of {len(words)} words look at themselves and at those before: {new} cells are "
        "computed in this step",
    )
    return ax


def likely(shares: Mapping[str, np.ndarray], names: Sequence[str], axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw how likely each of a few words is, in a panel for each way to choose; all from 0 on one scale.

    Parameters
    ----------
    shares
        A title for each panel, and a probability for each word.
    names
        The words.
    axes
        A panel each.

    Raises
    ------
    ValueError
        Where there are not as many panels as titles.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> panels = likely({"T = 1": np.array([0.75, 0.25])}, ["a", "b"], [Figure().subplots()])
    >>> [text.get_text() for text in panels[0].texts]
    ['75 %', '25 %']
    """
    if len(axes) != len(shares):
        raise ValueError(f"likely draws a panel for each of {len(shares)} titles, and got {len(axes)} panels.")
    top = max(float(values.max()) for values in shares.values())
    for ax, (title, values) in zip(axes, shares.items(), strict=True):
        ax.bar(range(len(names)), values, color=BLUE, width=0.7)
        for place, value in enumerate(values):
            ax.text(place, value, f"{100 * value:.0f} %", ha="center", va="bottom", fontsize=SMALL, color=INK)
        ax.set_xticks(range(len(names)), names)
        ax.set(ylim=(0, 1.12 * top), yticks=[])
        ax.set_title(title, fontsize=10.5)
        ax.spines[["top", "right", "left"]].set_visible(False)
    for ax, values in zip(axes, shares.values(), strict=True):
        describe(ax, "probabilities: " + each(names, values))
    return axes
