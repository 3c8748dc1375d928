"""A picture that follows its parameters: sliders where a kernel runs, frames where none does."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.figure import Figure

from course.figures.describe import FRAMES, forget
from course.figures.motion import Motion, motion
from course.figures.parameters import combinations, named
from course.machine import is_installed


def explore(
    draw: Callable[..., object],
    *,
    description: str,
    figsize: tuple[float, float] = (6.4, 3.2),
    **values: Sequence[Any],
) -> Any:
    """Draw a picture again for other values of its parameters.

    In a notebook there is a slider for each parameter, and what the student's own functions give is drawn at once.
    The notebook keeps the pictures that were seen, for a reader without its kernel. Without ipywidgets, and in a built
    lesson, the same pictures are the frames of an animation.

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
    >>> type(shown).__name__ in ("Sliders", "Motion")
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
    from course.figures.sliders import Sliders  # needs ipywidgets

    return Sliders(figure, drawn, values, description)


def _frames(
    figure: Figure, drawn: Callable[[dict[str, Any]], None], values: dict[str, Sequence[Any]], description: str
) -> Motion:
    """Show combinations one after the other, with the values above."""
    shown = combinations(values)

    def draw(place: int) -> None:
        drawn(shown[place])
        figure.suptitle(named(shown[place]))

    return motion(figure, draw, len(shown), description=description, per_second=1.0)
