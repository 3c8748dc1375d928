"""A picture that follows its parameters: sliders where a kernel runs, frames where none does."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from matplotlib.figure import Figure

from course.figures.describe import described, forget
from course.figures.drawing import svg
from course.figures.motion import Motion, motion
from course.machine import is_installed

FRAMES = "LAYER_BY_LAYER_FRAMES"
"""Set in the environment where an output is read without a kernel: frames are shown then."""
MOST_FRAMES = 24
"""More combinations than that are not all shown as frames: one parameter changes at a time."""


def explore(
    draw: Callable[..., object],
    *,
    description: str,
    figsize: tuple[float, float] = (6.4, 3.2),
    **values: Sequence[Any],
) -> Any:
    """Draw a picture again for other values of its parameters.

    In a notebook there is a slider for each parameter, and what the student's own functions give is drawn at once.
    Without ipywidgets, and in a built lesson, the same pictures are the frames of an animation.

    Parameters
    ----------
    draw
        Called with axes, which are empty, and one value of each parameter by its name.
    description
        What the picture shows, for readers who can't see it.
    figsize
        Of the picture, in inches.
    **values
        The values of each parameter, in the order of its slider. The first ones are shown first.

    Returns
    -------
    A widget, or a `Motion`.

    Examples
    --------
    >>> shown = explore(lambda ax, width: ax.bar(1, 1, width), description="a bar", width=[0.5, 1.0])
    >>> type(shown).__name__ in ("VBox", "Motion")
    True
    """
    if not values or not all(len(several) for several in values.values()):
        raise ValueError("explore draws a picture for values of its parameters; give it at least one, with its values.")
    figure = Figure(figsize=figsize, layout="constrained")
    ax = figure.subplots()

    def drawn(chosen: dict[str, Any]) -> None:
        forget(figure)
        ax.clear()
        draw(ax, **chosen)

    if os.environ.get(FRAMES) or not is_installed("ipywidgets"):
        return _frames(figure, drawn, values, description)
    return _sliders(figure, drawn, values, description)


def _frames(
    figure: Figure, drawn: Callable[[dict[str, Any]], None], values: dict[str, Sequence[Any]], description: str
) -> Motion:
    """Show combinations one after the other, with the values above."""
    shown = combinations(values)

    def draw(place: int) -> None:
        drawn(shown[place])
        figure.suptitle(", ".join(f"{name} = {_short(value)}" for name, value in shown[place].items()))

    return motion(figure, draw, len(shown), description=description, per_second=1.0)


def combinations(values: dict[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """List combinations: all, if they are few, or those in which one parameter differs from its first value.

    Examples
    --------
    >>> [tuple(one.values()) for one in combinations({"a": [1, 2], "b": [5, 6]})]
    [(1, 5), (1, 6), (2, 5), (2, 6)]
    >>> len(combinations({"a": range(9), "b": range(9)}))
    17
    """
    every = [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]
    if len(every) <= MOST_FRAMES:
        return every
    first = every[0]
    return [first, *(first | {name: value} for name, several in values.items() for value in several[1:])]


def _sliders(
    figure: Figure, drawn: Callable[[dict[str, Any]], None], values: dict[str, Sequence[Any]], description: str
) -> Any:
    """Show sliders above a picture that follows them."""
    import ipywidgets  # may not be installed

    sliders = {
        name: ipywidgets.SelectionSlider(
            options=[(_short(value), value) for value in several],
            description=name,
            style={"description_width": "initial"},
        )
        for name, several in values.items()
    }
    picture = ipywidgets.HTML()

    def show(change: object = None) -> None:
        try:
            drawn({name: slider.value for name, slider in sliders.items()})
        except Exception as error:  # a student's function, with values that it was not called with before
            if change is None:
                raise
            picture.value = f"<pre>{html.escape(f'{type(error).__name__}: {error}')}</pre>"
            return
        told = html.escape(described(figure) or description)
        width = f"{figure.get_figwidth() * 96:.0f}px"
        style = f"max-width: {width}; color: var(--jp-content-font-color1, inherit)"
        picture.value = f'<div role="img" aria-label="{told}" style="{style}">{svg(figure)}</div>'

    show()
    for slider in sliders.values():
        slider.observe(show, names="value")
    return ipywidgets.VBox([ipywidgets.HBox(list(sliders.values()), layout={"flex_flow": "row wrap"}), picture])


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
