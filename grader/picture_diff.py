"""Whether two pictures show the same, apart from the rounding that differs between processors."""

from __future__ import annotations

import base64
import io

import numpy as np
from matplotlib.image import imread

BLOCK = 4  # pixels on a side; edges may be smoothed differently within one block
VISIBLE = 0.15  # of the way from black to white
FEW = 0.0005  # of all blocks may differ visibly
SLIP = 3  # pixels by which the size may differ: a picture is cropped to its contents


def same_picture(one: str, other: str) -> bool:
    """Compare two PNG files block by block.

    Parameters
    ----------
    one, other
        The files in base64, as in a notebook.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> def drawn(line):
    ...     figure, file = Figure(figsize=(2, 2)), io.BytesIO()
    ...     figure.subplots().plot(line)
    ...     figure.savefig(file)
    ...     return base64.b64encode(file.getvalue()).decode()
    >>> same_picture(drawn([0, 1]), drawn([0, 1])), same_picture(drawn([0, 1]), drawn([1, 0]))
    (True, False)
    """
    if "".join(one.split()) == "".join(other.split()):
        return True
    try:
        a, b = _pixels(one), _pixels(other)
    except (SyntaxError, ValueError, OSError):  # Pillow raises SyntaxError for a damaged file
        return False
    if max(abs(x - y) for x, y in zip(a.shape[:2], b.shape[:2], strict=True)) > SLIP:
        return False
    height, width = (min(sizes) // BLOCK * BLOCK for sizes in zip(a.shape[:2], b.shape[:2], strict=True))
    gap = np.abs(_blocks(a[:height, :width]) - _blocks(b[:height, :width])).max(axis=-1)
    return float((gap > VISIBLE).mean()) <= FEW


def _pixels(file: str) -> np.ndarray:
    """Return red, green and blue from 0 to 1, on a white background."""
    pixels = imread(io.BytesIO(base64.b64decode(file)), format="png").astype(np.float64)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., np.newaxis], 3, axis=-1)
    if pixels.shape[-1] == 4:
        alpha = pixels[..., 3:]
        pixels = pixels[..., :3] * alpha + 1 - alpha
    return pixels[..., :3]


def _blocks(pixels: np.ndarray) -> np.ndarray:
    height, width, colours = pixels.shape
    return pixels.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, colours).mean(axis=(1, 3))
