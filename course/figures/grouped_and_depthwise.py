"""Pictures of grouped convolutions: which channels reach which, what they cost, what they do to a photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.figures.cells import cells
from course.figures.describe import by, describe, each
from course.figures.frame import frame
from course.figures.style import BLUE, FAINT, GREEN, GREY, INK, PALETTE, SMALL

SIDE = 0.62  # of a channel's square; channels are at whole numbers
WIDTH = 4.0  # from input to output
DARK = (BLUE, GREEN)  # colours on which white can be read
STYLES = ("-", (0, (5, 1.5)), (0, (1.5, 1.5)), "-.")


def reach(reaches: np.ndarray, ax: Axes, title: str = "", at: int | None = None) -> Axes:
    """Draw channels as squares, and a line from each input channel to each output channel that it reaches.

    Output channels that see the same inputs are a group. Groups differ in colour and in the dashes of their lines.

    Parameters
    ----------
    reaches
        Shape ``(c_o, c_i)``: True where an output channel sees an input channel.
    ax
        Where to draw. It is cleared first, so that it can draw the frames of an animation.
    title
        Written above.
    at
        Show one output channel at work: its lines are thick, lines of earlier ones thin, later ones still empty.
        By default all are there.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = reach(np.eye(3, dtype=bool), Figure().subplots(), "depthwise")
    >>> len(ax.lines), [text.get_text() for text in ax.texts]
    (3, ['0', '1', '2', '0', '1', '2', 'input', 'output'])
    """
    ax.clear()
    reaches = np.asarray(reaches, dtype=bool)
    c_o, c_i = reaches.shape
    left, right = (np.arange(count) - (count - 1) / 2 for count in (c_i, c_o))
    groups = _groups(reaches)
    inputs = {c: groups[int(np.flatnonzero(reaches[:, c])[0])] for c in range(c_i) if reaches[:, c].any()}
    for o, c in np.argwhere(reaches):
        if at is not None and o > at:
            continue
        ax.plot(
            (SIDE / 2, WIDTH - SIDE / 2),
            (left[c], right[o]),
            color=_colour(groups[o]),
            linestyle=STYLES[groups[o] % len(STYLES)],
            linewidth=3.0 if o == at else 1.2,
            zorder=2 if o == at else 1,
        )
    for c in range(c_i):
        shown = c in inputs and (at is None or at >= c_o or reaches[at, c])
        _channel((0.0, left[c]), str(c), _colour(inputs[c]) if shown else "white", ax)
    for o in range(c_o):
        shown = at is None or o <= at
        _channel((WIDTH, right[o]), str(o), _colour(groups[o]) if shown else "white", ax)
    top = -(max(c_i, c_o) / 2) - 0.15
    for x, name in ((0.0, "input"), (WIDTH, "output")):
        ax.text(x, top, name, ha="center", va="bottom")
    ax.set(xlim=(-0.7, WIDTH + 0.7), ylim=(max(c_i, c_o) / 2 + 0.1, top - 0.5), aspect="equal", title=title)
    ax.set_axis_off()
    if at is None:
        count = len(set(groups))
        seen = f"each output sees {int(reaches[0].sum())} inputs"
        told = f"{count} {'group' if count == 1 else 'groups'} of outputs, and {seen}"
    else:
        o = min(at, c_o - 1)
        told = f"output {o} reads {', '.join(map(str, np.flatnonzero(reaches[o])))}"
    describe(ax, f"{c_i} input channels and {c_o} output channels, joined by lines: {told}")
    return ax


def two_layers(first: np.ndarray, order: Sequence[int], second: np.ndarray, ax: Axes, title: str, trace: int) -> Axes:
    """Draw two layers in a row with the hidden channels between them, and all that one input reaches.

    Parameters
    ----------
    first, second
        Shape ``(c, c)``: True where an output of the layer sees an input.
    order
        The hidden channels in the order in which the second layer gets them.
    ax
        Where to draw.
    title
        Written above.
    trace
        The input channel that is followed. What it reaches is blue.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = two_layers(np.eye(2), [1, 0], np.eye(2), Figure().subplots(), "shuffled", trace=0)
    >>> [text.get_text() for text in ax.texts][-3:]
    ['input', 'hidden', 'output']
    """
    count = len(first)
    y = np.arange(count) - (count - 1) / 2
    hidden = np.asarray(first, bool)[:, trace]
    output = (np.asarray(second, bool) & hidden[list(order)]).any(axis=1)
    columns = (np.arange(count) == trace, hidden, hidden[list(order)], output)
    places = (0.0, 2.4, 4.0, 6.4)
    moved = np.zeros((count, count), bool)
    moved[np.arange(count), list(order)] = True
    for left, (links, before) in enumerate(zip((first, moved, second), columns[:-1], strict=True)):
        for o, c in np.argwhere(links):
            color, width = (BLUE, 2.0) if before[c] else (FAINT, 0.9)
            ends = (places[left] + SIDE / 2, places[left + 1] - SIDE / 2), (y[c], y[o])
            ax.plot(*ends, color=color, linewidth=width, zorder=1 + bool(before[c]))
    names = (range(count), range(count), order, range(count))
    for x, reached, numbers in zip(places, columns, names, strict=True):
        for height, number, blue in zip(y, numbers, np.asarray(reached).tolist(), strict=True):
            _channel((x, height), str(number), BLUE if blue else "white", ax)
    top = -count / 2 - 0.15
    for x, name in ((places[0], "input"), (sum(places[1:3]) / 2, "hidden"), (places[3], "output")):
        ax.text(x, top, name, ha="center", va="bottom")
    ax.set(xlim=(-0.7, places[-1] + 0.7), ylim=(count / 2 + 0.1, top - 0.5), aspect="equal", title=title)
    ax.set_axis_off()
    describe(
        ax, f"input {trace} reaches {int(hidden.sum())} hidden channels and {int(output.sum())} of {count} outputs"
    )
    return ax


def mixing(input: np.ndarray, weight: np.ndarray, output: np.ndarray, place: tuple[int, int, int], ax: Axes) -> Axes:
    """Draw how a pointwise convolution makes one value: the same pixel of all channels, each times a weight.

    Parameters
    ----------
    input
        Shape ``(c_i, h, w)``.
    weight
        Shape ``(c_o, c_i)``.
    output
        Shape ``(c_o, h, w)``.
    place
        Channel, row and column of the value.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> x, weight = np.arange(4.0).reshape(2, 1, 2), np.array([[1.0, 10.0]])
    >>> ax = mixing(x, weight, np.array([[[20.0, 31.0]]]), (0, 0, 1), Figure().subplots())
    >>> ax.texts[-1].get_text()
    '1·1 + 10·3 = 31'
    """
    (c_i, h, w), (o, row, column) = input.shape, place
    limit, x = float(np.abs(input).max(initial=0.0)) or 1.0, 0.0
    for c in range(c_i):
        ax.text(x - 0.2, h / 2, f"{weight[o, c]:g} ×", ha="right", va="center", fontsize=SMALL + 2)
        cells(input[c], ax, corner=(x, 0.0), limit=limit)
        frame((x + column, row), ax)
        ax.text(x + w / 2, -0.15, f"channel {c}", ha="center", va="bottom")
        ax.text(x + w + 0.35, h / 2, "+" if c < c_i - 1 else "=", ha="center", va="center", fontsize=SMALL + 4)
        x += w + 2.0
    x -= 1.0
    cells(output[o], ax, corner=(x, 0.0))
    frame((x + column, row), ax)
    ax.text(x + w / 2, -0.15, f"output {o}", ha="center", va="bottom")
    terms = " + ".join(f"{weight[o, c]:g}·{input[c, row, column]:g}" for c in range(c_i))
    told = f"{terms} = {output[place]:g}".replace("+ -", "− ")
    ax.text(0, h + 0.3, told, ha="left", va="top")
    ax.set(xlim=(-1.2, x + w + 0.1), ylim=(h + 1.0, -0.9), aspect="equal")
    ax.set_axis_off()
    describe(ax, f"the same pixel of {c_i} channels, each times its weight, gives a pixel of output {o}: {told}")
    return ax


def amounts(numbers: Mapping[str, int], ax: Axes, label: str) -> Axes:
    """Draw a bar for each number, with the number next to it.

    Parameters
    ----------
    numbers
        By name, from top to bottom.
    ax
        Where to draw.
    label
        What is counted.
    """
    places = np.arange(len(numbers))
    ax.barh(places, list(numbers.values()), color=BLUE, height=0.6)
    for place, number in zip(places, numbers.values(), strict=True):
        ax.annotate(f"{number:,}", (number, place), (4, 0), textcoords="offset points", va="center")
    ax.set_yticks(places, list(numbers))
    ax.set(xlabel=label, xlim=(0, 1.15 * max(numbers.values())), ylim=(len(numbers) - 0.5, -0.5))
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"{label}, as bars: {each(numbers, numbers.values())}")
    return ax


def photo(image: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw an image of one or three channels, with values from 0 to 1. What is outside is cut off.

    Parameters
    ----------
    image
        Shape ``(3, h, w)``, red, green and blue, or ``(1, h, w)``, grey.
    ax
        Where to draw.
    title
        Written above.

    Raises
    ------
    ValueError
        Where there are neither one nor three channels.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> photo(np.zeros((3, 4, 5)), Figure().subplots()).images[0].get_array().shape
    (4, 5, 3)
    """
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[0] not in (1, 3):
        raise ValueError(f"photo draws shape (1, h, w) or (3, h, w); this image has shape {image.shape}.")
    pixels = image.clip(0, 1)
    ax.imshow(pixels.transpose(1, 2, 0) if len(pixels) == 3 else pixels[0], cmap="gray", vmin=0, vmax=1)
    ax.set(title=title)
    ax.set_axis_off()
    describe(ax, f"{'a colour' if len(pixels) == 3 else 'a grey'} picture of {by(pixels[0])} pixels")
    return ax


def _groups(reaches: np.ndarray) -> list[int]:
    """Give each output channel the number of its group, in the order in which groups first come."""
    seen: dict[bytes, int] = {}
    return [seen.setdefault(row.tobytes(), len(seen)) for row in reaches]


def _colour(group: int) -> str:
    return PALETTE[group % len(PALETTE)]


def _channel(middle: tuple[float, float], name: str, colour: str, ax: Axes) -> None:
    x, y = middle
    corner = (x - SIDE / 2, y - SIDE / 2)
    blank = colour == "white"
    ax.add_patch(Rectangle(corner, SIDE, SIDE, facecolor=colour, edgecolor=GREY if blank else INK, zorder=3))
    ink = GREY if blank else "white" if colour in DARK else INK
    ax.text(x, y, name, ha="center", va="center", color=ink, fontweight="bold", zorder=4)
