"""Sliders above a picture that follows them, and what stays of it in a notebook that is read without its kernel."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from string import Template
from typing import Any

import ipywidgets
from IPython.display import display
from matplotlib.figure import Figure

from course.figures.describe import described
from course.figures.drawing import png, svg
from course.figures.motion import Frame, Motion
from course.figures.parameters import named, short

_CSS_INCH = 96
_AGAIN = "Run this cell to get its sliders."
# The widget hides what is kept: a page that shows the one does not need the other. Without a kernel JupyterLab writes a
# complaint instead of the widget, an element with text and nothing in it, which is hidden in turn.
_KEPT = """\
<style>.jp-OutputArea:has(.$name) .jp-OutputArea-output.jupyter-widgets:not(:has(*)) { display: none; }</style>
<div class="$name">$shown<p>$again</p></div>"""


class Sliders(ipywidgets.VBox):
    """A slider for each parameter, and below them the picture, drawn again whenever one is moved.

    A notebook keeps the pictures that were seen, as frames: they are shown wherever no kernel has the sliders.

    Parameters
    ----------
    figure
        What is drawn on.
    drawn
        Draws it for one value of each parameter.
    values
        The values of each parameter. The first ones are shown first.
    description
        What the picture shows, for readers who can't see it.

    Examples
    --------
    >>> figure = Figure(figsize=(1, 1))
    >>> shown = Sliders(figure, lambda chosen: figure.suptitle(str(chosen["n"])), {"n": [1, 2]}, "a number")
    >>> [slider.description for slider in shown.children[0].children]
    ['n']
    """

    def __init__(
        self,
        figure: Figure,
        drawn: Callable[[dict[str, Any]], None],
        values: Mapping[str, Sequence[Any]],
        description: str,
    ) -> None:
        self._figure, self._drawn, self._description = figure, drawn, description
        self._sliders = {
            name: ipywidgets.SelectionSlider(
                options=[(short(value), value) for value in several],
                description=name,
                style={"description_width": "initial"},
            )
            for name, several in values.items()
        }
        self._picture = ipywidgets.HTML()
        self._seen: dict[tuple[int, ...], Frame] = {}
        self._handle: Any = None
        row = ipywidgets.HBox(list(self._sliders.values()), layout={"flex_flow": "row wrap"})
        hiding = ipywidgets.HTML(layout={"display": "none"})
        super().__init__([row, self._picture, hiding])
        hiding.value = f"<style>.{self._name} {{ display: none; }}</style>"
        self._show()
        self._first = png(figure)
        for slider in self._sliders.values():
            slider.observe(self._moved, names="value")

    def _ipython_display_(self, **_: Any) -> None:
        bundle = self._repr_mimebundle_() or {}
        display({**bundle, "text/plain": _AGAIN}, raw=True)
        self._handle = display(self._kept(), raw=True, display_id=True)

    def _moved(self, change: object) -> None:
        try:
            self._show()
        except Exception as error:  # a student's function, with values that it was not called with before
            self._picture.value = f"<pre>{html.escape(f'{type(error).__name__}: {error}')}</pre>"

    def _show(self) -> None:
        chosen = {name: slider.value for name, slider in self._sliders.items()}
        self._drawn(chosen)
        picture, told = svg(self._figure), described(self._figure) or self._description
        style = f"max-width: {self._width}; color: var(--jp-content-font-color1, inherit)"
        said = html.escape(told)
        self._picture.value = f'<div role="img" aria-label="{said}" style="{style}">{picture}</div>'
        place = tuple(int(slider.index or 0) for slider in self._sliders.values())
        if place not in self._seen:
            values = named(chosen)
            self._seen[place] = Frame(f"<div>{html.escape(values)}</div>\n{picture}", f"{values}. {told}", None)
            if self._handle is not None:
                self._handle.update(self._kept(), raw=True)

    @property
    def _name(self) -> str:
        return f"explored-{self.model_id}"

    @property
    def _width(self) -> str:
        return f"{self._figure.get_figwidth() * _CSS_INCH:.0f}px"

    def _kept(self) -> dict[str, str]:
        """Give the pictures that were seen, in the order of the sliders."""
        frames = [self._seen[place] for place in sorted(self._seen)]
        width = self._figure.get_figwidth()
        shown = Motion(frames, self._first, width=width, per_second=1.0, description=self._description)
        played = shown._repr_html_() if len(frames) > 1 else shown.still()
        texts = {"name": self._name, "shown": played, "again": _AGAIN}
        return {"text/html": Template(_KEPT).substitute(texts), "text/plain": ""}
