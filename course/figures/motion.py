"""Motion: a picture that changes frame by frame, played in the page itself, without a running kernel."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from course.figures.describe import described, forget
from course.figures.drawing import png, svg

LARGEST = 1 << 19
"""Bytes that one animation may take in a notebook."""
HANDLE = "handle"
"""The `gid` of what can be dragged through the frames, such as a window."""

_PLAYER = Path(__file__).with_name("player.html")
_CSS_INCH = 96


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its picture, what it shows in words, and where it can be dragged by, as parts of width and height."""

    picture: str
    told: str
    handle: tuple[float, float] | None


class Motion:
    """An animation as a page shows it: its frames as drawings, with buttons and a slider.

    Where a page runs no scripts, its first frame is there. On paper there are the first, the middle and the last.

    Parameters
    ----------
    frames
        At least one.
    first
        The first frame as a PNG file.
    width
        Of a frame, in inches.
    per_second
        How many frames are shown in a second.
    description
        What the animation shows, for readers who can't see it.
    """

    def __init__(
        self, frames: Sequence[Frame], first: bytes, *, width: float, per_second: float, description: str
    ) -> None:
        self.frames = tuple(frames)
        self.first = first
        self.width = width
        self.per_second = per_second
        self.description = description

    def __repr__(self) -> str:
        return f"<{len(self.frames)} frames: {self.description}>"

    def still(self) -> str:
        """Give the first frame alone, as a picture."""
        told = html.escape(self.frames[0].told or self.description)
        style = f"width: 100%; max-width: {self.width * _CSS_INCH:.0f}px; display: block; background: white"
        return f'<img alt="{told}" src="{self._first()}" style="{style}">'

    def _first(self) -> str:
        return "data:image/png;base64," + base64.b64encode(self.first).decode()

    def _repr_html_(self) -> str:
        # Most of a frame is in the other frames, too: each line is stored once.
        pieces: dict[str, int] = {}
        numbers = [
            [pieces.setdefault(line, len(pieces)) for line in frame.picture.splitlines()] for frame in self.frames
        ]
        drawn = "\n".join(frame.picture for frame in self.frames)
        texts = {
            # Named after the frames: two builds give the same page.
            "name": "motion-" + hashlib.sha256(drawn.encode()).hexdigest()[:16],
            "width": f"{self.width * _CSS_INCH:.0f}px",
            "description": html.escape(self.description),
            "spoken": _script(self.description),
            "first": self._first(),
            "pause": f"{1000 / self.per_second:.0f}",
            "pieces": _script(list(pieces)),
            "frames": _script(numbers),
            "told": _script([frame.told for frame in self.frames]),
            "handles": _script([frame.handle for frame in self.frames]),
        }
        page = _PLAYER.read_text(encoding="utf-8")
        return re.sub(r"\$(" + "|".join(texts) + r")\b", lambda found: texts[found[1]], page)


def motion(
    figure: Figure, draw: Callable[[int], object], frames: int, *, description: str, per_second: float = 2.0
) -> Motion:
    """Draw a figure again for every frame, and put the frames into a page.

    Text and lines that are black take the colour of the page's text, so that they can be read in a dark theme.

    Parameters
    ----------
    figure
        What is drawn on: a new `matplotlib.figure.Figure`. One that pyplot has made would be shown twice.
    draw
        Called with 0, 1, ... before each frame; it clears the axes and draws them again. What a frame shows in words is
        the figure's description, see `describe`.
    frames
        How many frames.
    description
        What the animation shows, for readers who can't see it.
    per_second
        How many frames are shown in a second.

    Raises
    ------
    ValueError
        If the animation would take more than half a megabyte.

    Examples
    --------
    >>> figure = Figure(figsize=(1, 1))
    >>> ax = figure.subplots()
    >>> motion(figure, lambda frame: ax.plot([frame]), 2, description="a dot")
    <2 frames: a dot>
    """
    drawn, first = [], b""
    for number in range(frames):
        forget(figure)
        draw(number)
        picture = svg(figure)
        first = first or png(figure)
        drawn.append(Frame(picture, described(figure), _handle(figure)))
    played = Motion(drawn, first, width=figure.get_figwidth(), per_second=per_second, description=description)
    size = len(played._repr_html_().encode())
    if size > LARGEST:
        raise ValueError(f"{frames} frames take {size:,} bytes; {LARGEST:,} are allowed. Use fewer, or simpler ones.")
    return played


def _script(value: object) -> str:
    """Write a value into a script: nothing in it ends the script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _handle(figure: Figure) -> tuple[float, float] | None:
    """Find the middle of what can be dragged, as parts of the width and the height."""
    patches = [patch for ax in figure.axes for patch in ax.patches]
    boxes = [patch.get_window_extent() for patch in patches if patch.get_gid() == HANDLE]
    if not boxes:
        return None
    x = sum(box.x0 + box.x1 for box in boxes) / 2 / len(boxes) / figure.bbox.width
    y = sum(box.y0 + box.y1 for box in boxes) / 2 / len(boxes) / figure.bbox.height
    return round(float(x), 4), round(float(1 - y), 4)
