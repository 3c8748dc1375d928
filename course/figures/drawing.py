"""A figure as a drawing for a page: without a background, in the colour of the page's text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from PIL import Image

_DPI = 144
_COLOURS = 128
_SVG: Any = {
    "svg.fonttype": "path",  # letters look the same everywhere
    "svg.hashsalt": "drawing",  # two builds give the same names
    "image.composite_image": False,
}
_NOT_DRAWN = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE.*?>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>\*\{([^}]*)\}</style>")
_FITS = "display: block; width: 100%; height: auto; "
_LONG = re.compile(r"[1-9]\d*\.\d{3,}")  # what is below 1 is a scale


def svg(figure: Figure) -> str:
    """Draw a figure as SVG, in as few lines as are needed. What is black has the colour of the page's text.

    Examples
    --------
    >>> drawn = svg(Figure(figsize=(1, 1)))
    >>> drawn.startswith("<svg"), drawn.endswith("</svg>")
    (True, True)
    """
    for ax in figure.axes:
        for image in ax.images:
            image.set_interpolation("none")  # a value stays a square with sharp edges
    file = io.StringIO()
    with matplotlib.rc_context(_SVG), _drawn_once(figure):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    drawn = _NOT_DRAWN.sub("", file.getvalue()).replace("#000000", "currentColor").replace("base64,\n", "base64,")
    drawn = _LONG.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), drawn)
    # A style would hold for the whole page.
    lines = _STYLE.search(drawn)
    drawn = _STYLE.sub("", drawn).replace(
        "<svg ", f'<svg style="{_FITS}{lines[1] if lines else ""}" fill="currentColor" ', 1
    )
    return "\n".join(line.strip() for line in drawn.splitlines() if line.strip())


@contextmanager
def _drawn_once(figure: Figure) -> Iterator[None]:
    """Only lay a figure out where `savefig` would draw it without output, to have it laid out before it is drawn."""
    draw = figure.draw

    def draw_or_lay_out(renderer: Any) -> None:
        engine = figure.get_layout_engine()
        if engine is None or isinstance(engine, PlaceHolderLayoutEngine):
            draw(renderer)
        else:
            engine.execute(figure)

    vars(figure)["draw"] = draw_or_lay_out
    try:
        yield
    finally:
        del vars(figure)["draw"]


def png(figure: Figure) -> bytes:
    """Draw a figure as a PNG file in few colours, which keeps it small.

    Examples
    --------
    >>> png(Figure(figsize=(1, 1)))[1:4]
    b'PNG'
    """
    file, small = io.BytesIO(), io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI, metadata={"Software": None})
    file.seek(0)
    pixels = np.round(255 * imread(file)[..., :3]).astype(np.uint8)
    Image.fromarray(pixels).quantize(_COLOURS).save(small, format="png", optimize=True)
    return small.getvalue()
