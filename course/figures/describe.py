"""A sentence for what a figure shows, for readers who can't see it: the alternative text of a picture."""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FRAMES = "LAYER_BY_LAYER_FRAMES"
"""Set in the environment where outputs are made that are read without a kernel."""
_SEEN = "<told with the first>"
_TOGETHER = "<together>"
"""Before a sentence for several axes, to which none of their titles belongs."""


def describe(drawn: Artist, sentence: str) -> None:
    """Say what has been drawn on axes, or on a whole figure. A later sentence takes the place of an earlier one.

    In a notebook the sentences of a figure become the picture's alternative text. In an animation they are what a
    screen reader says for each frame.

    Parameters
    ----------
    drawn
        The axes; or a figure, whose sentence then counts for all its axes.
    sentence
        Without the title, which is added.

    Examples
    --------
    >>> ax = Figure().subplots()
    >>> describe(ax, "a line from 3 to 1")
    >>> described(ax.figure)
    'A line from 3 to 1.'
    """
    drawn.set_label(sentence)
    _tell_notebook()


def describe_together(axes: Iterable[Axes], sentence: str) -> None:
    """Say in one sentence what has been drawn on several axes.

    Examples
    --------
    >>> axes = Figure().subplots(1, 2)
    >>> describe_together(axes, "ten digits")
    >>> described(axes[0].figure)
    'Ten digits.'
    """
    first, *others = axes
    describe(first, sentence)
    first.set_label(_TOGETHER + sentence)
    for ax in others:
        ax.set_label(_SEEN)


def forget(figure: Figure) -> None:
    """Forget the descriptions of a figure's axes: the next frame is another picture."""
    for ax in figure.axes:
        if ax.get_label() != "<colorbar>":
            ax.set_label("")


def from_to(lines: Mapping[str, Sequence[float] | np.ndarray]) -> str:
    """Say where each curve begins and ends.

    Examples
    --------
    >>> from_to({"ReLU": [3.0, 1.0], "none": [3.0, 2.5]})
    'ReLU from 3 to 1, none from 3 to 2.5'
    """
    return ", ".join(f"{name} from {number(values[0])} to {number(values[-1])}" for name, values in lines.items())


def each(names: Iterable[object], values: Iterable[float]) -> str:
    """Say how high each bar is.

    Examples
    --------
    >>> each(["cat", "dog"], [0.25, 0.75])
    'cat 0.25, dog 0.75'
    """
    return ", ".join(
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {number(value)}"
        for name, value in zip(names, values, strict=True)
    )


def by(values: np.ndarray) -> str:
    """Give the size of an image or a matrix.

    Examples
    --------
    >>> by(np.zeros((3, 4)))
    '3 by 4'
    """
    return " by ".join(map(str, np.shape(values)))


def spread(values: np.ndarray) -> str:
    """Give the range of the values.

    Examples
    --------
    >>> spread(np.array([-1.0, 0.5]))
    'from -1 to 0.5'
    """
    finite = np.asarray(values)[np.isfinite(values)]
    if not finite.size:
        return "none of them finite"
    least, most = number(finite.min()), number(finite.max())
    return f"from {least} to {most}" if least != most else f"each {least}"


def number(value: float) -> str:
    """Give a number with three digits, and zero without a sign.

    Examples
    --------
    >>> number(-0.0), number(2 / 3)
    ('0', '0.667')
    """
    return f"{value + 0.0:.3g}"


def described(figure: Figure) -> str:
    """Give the alternative text of a figure: its own sentence, or one sentence for each of its axes, with the title.

    Axes without a sentence are described by their own texts: title, axis labels, legend.

    Examples
    --------
    >>> left, right = Figure().subplots(1, 2)
    >>> for ax, name in ((left, "before"), (right, "after")):
    ...     describe(ax, "four bars")
    ...     _ = ax.set_title(name)
    >>> described(left.figure)
    'before, after: four bars.'
    """
    own = str(figure.get_label() or "")
    told: dict[str, list[str]] = {own: []} if own else {}
    for ax in [] if own else figure.axes:
        label = str(ax.get_label())
        title = "" if label.startswith(_TOGETHER) else ax.get_title() or ax.get_title(loc="left")
        label = label.removeprefix(_TOGETHER)
        if not label.startswith("<"):  # a colour bar, or told with other axes
            told.setdefault(label or _in_words(ax), []).extend([title] if title else [])
    above = figure.get_suptitle()
    parts = [
        above,
        *[": ".join(filter(None, (", ".join(titles), _large(said, titles)))) for said, titles in told.items()],
    ]
    text = ". ".join(part.strip().rstrip(".") for part in parts if part)
    text = " ".join(text.replace("$", "").replace("\\", "").split())
    return f"{text}." if text else ""


def _large(said: str, titles: Sequence[str]) -> str:
    """Begin with a capital letter, but not after a title."""
    return said if titles else said[:1].upper() + said[1:]


def _in_words(ax: Axes) -> str:
    """Describe a drawing by its own texts: axis labels and legend."""
    x, y = ax.get_xlabel(), ax.get_ylabel()
    said = f"{y} against {x}" if x and y else x or y
    legend = ax.get_legend()
    lines = ", ".join(text.get_text() for text in legend.get_texts()) if legend else ""
    return ": ".join(filter(None, (said, lines)))


def _bundle(figure: Figure, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Add the alternative text to a figure's picture, which is made elsewhere."""
    text = described(figure)
    return {}, {"image/png": {"alt": text}} if text else {}


def _display(figure: Figure) -> None:
    """Show a figure as a page's element with its alternative text: JupyterLab has none for the picture alone."""
    shell = sys.modules["IPython"].get_ipython()
    formatter = shell.display_formatter
    formatter.ipython_display_formatter.enabled = False
    try:
        data, metadata = formatter.format(figure)
    finally:
        formatter.ipython_display_formatter.enabled = True
    text, picture = described(figure), data.get("image/png")
    if text and isinstance(picture, str):
        sizes = metadata.get("image/png", {})
        size = "".join(f' {name}="{sizes[name]}"' for name in ("width", "height") if name in sizes)
        source = "".join(picture.split())
        page = f'<img alt="{html.escape(text)}" src="data:image/png;base64,{source}"{size} style="background: white">'
        data, metadata = {"text/html": page, "text/plain": text}, {}
    shell.display_pub.publish(data, metadata)


def _tell_notebook() -> None:
    """Have IPython ask for the alternative text when it shows a figure."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.display_formatter.mimebundle_formatter.for_type(Figure, _bundle)
        # a built lesson keeps its pictures as they are: the build compares them, and the site adds their texts
        if not os.environ.get(FRAMES):
            shell.display_formatter.ipython_display_formatter.for_type(Figure, _display)
