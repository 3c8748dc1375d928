"""Motion: a picture that changes frame by frame, played in the page itself, without a running kernel."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

LARGEST = 1 << 20
"""Bytes that one animation may take in a notebook."""
DPI = 80

# matplotlib's own player takes its buttons' icons from the network.
_PLAYER = """\
<div id="$name" style="max-width: 100%; width: fit-content">
<img alt="$description" src="$first" style="max-width: 100%; display: block; background: white">
<div style="display: flex; gap: 0.5em; align-items: center; padding: 0.3em 0">
<button type="button" aria-label="one frame back">&#9664;</button>
<button type="button" style="width: 5em">Play</button>
<button type="button" aria-label="one frame on">&#9654;</button>
<input type="range" aria-label="frame" min="0" max="$last" value="0" style="flex: 1">
<span style="min-width: 4em; text-align: right">1 of $frames</span>
</div>
</div>
<script>
(function () {
  const root = document.getElementById("$name");
  const frames = $sources;
  const [back, play, on] = root.querySelectorAll("button");
  const [image, slider, count] = ["img", "input", "span"].map((tag) => root.querySelector(tag));
  let timer = null;
  function show(frame) {
    slider.value = (frame + frames.length) % frames.length;
    image.src = frames[slider.value];
    count.textContent = `${Number(slider.value) + 1} of ${frames.length}`;
  }
  function step(by) { show(Number(slider.value) + by); }
  function stop() { clearInterval(timer); timer = null; play.textContent = "Play"; }
  back.onclick = () => { stop(); step(-1); };
  on.onclick = () => { stop(); step(1); };
  slider.oninput = () => { stop(); show(Number(slider.value)); };
  play.onclick = () => {
    if (timer) { stop(); return; }
    timer = setInterval(() => root.isConnected ? step(1) : stop(), $pause);
    play.textContent = "Pause";
  };
})();
</script>
"""


class Motion:
    """An animation as a page shows it: its frames as pictures, with buttons and a slider.

    Where a page runs no scripts, its first frame is there.

    Parameters
    ----------
    frames
        PNG files.
    per_second
        How many of them are shown in a second.
    description
        What the picture shows, for readers who can't see it.
    """

    def __init__(self, frames: Sequence[bytes], per_second: float, description: str) -> None:
        self.frames = tuple(frames)
        self.per_second = per_second
        self.description = description

    def __repr__(self) -> str:
        return f"<{len(self.frames)} frames: {self.description}>"

    def _repr_html_(self) -> str:
        sources = ["data:image/png;base64," + base64.b64encode(frame).decode() for frame in self.frames]
        texts = {
            # Named after the frames: two builds give the same page.
            "name": "motion-" + hashlib.sha256(b"".join(self.frames)).hexdigest()[:16],
            "description": self.description.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;"),
            "first": sources[0],
            "last": str(len(sources) - 1),
            "frames": str(len(sources)),
            "pause": f"{1000 / self.per_second:.0f}",
            "sources": json.dumps(sources),
        }
        page = _PLAYER
        for key, text in texts.items():
            page = page.replace(f"${key}", text)
        return page


def motion(
    figure: Figure, draw: Callable[[int], object], frames: int, *, description: str, per_second: float = 2.0
) -> Motion:
    """Draw a figure again for every frame, and put the frames into a page.

    Parameters
    ----------
    figure
        What is drawn on: a `matplotlib.figure.Figure` of one's own. One that pyplot has made would be shown twice.
    draw
        Called with 0, 1, ... before each frame; it clears the axes and draws them again.
    frames
        How many frames.
    description
        What the picture shows, for readers who can't see it.
    per_second
        How many frames are shown in a second.

    Raises
    ------
    ValueError
        If the animation would take more than a megabyte.

    Examples
    --------
    >>> figure = Figure(figsize=(1, 1))
    >>> ax = figure.subplots()
    >>> motion(figure, lambda frame: ax.plot([frame]), 2, description="a dot")
    <2 frames: a dot>
    """
    pictures = []
    for frame in range(frames):
        draw(frame)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
        pictures.append(picture.getvalue())
    size = sum(map(len, pictures)) * 4 // 3
    if size > LARGEST:
        raise ValueError(f"{frames} frames take {size:,} bytes; {LARGEST:,} are allowed. Use fewer, or smaller ones.")
    return Motion(pictures, per_second, description)
