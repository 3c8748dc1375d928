"""Whether two pictures show the same, though another processor may have drawn them a little differently."""

from __future__ import annotations

import base64
import io

import numpy as np
from matplotlib.image import imread

BLOCK = 4  # pixels on a side: within one, edges may be smoothed differently
VISIBLE = 0.15  # of the way from black to white
FEW = 0.0005  # of all blocks
SLIP = 3  # pixels by which a picture that is cut to its contents may be larger


def same_picture(one: str, other: str) -> bool:
    """Compare two PNG files block by block.

    Parameters
    ----------
    one, other
        The files in base64, as notebooks hold them.

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
    except (SyntaxError, ValueError, OSError):  # Pillow's word for a file that is none is SyntaxError
        return False
    if max(abs(x - y) for x, y in zip(a.shape[:2], b.shape[:2], strict=True)) > SLIP:
        return False
    height, width = (min(sizes) // BLOCK * BLOCK for sizes in zip(a.shape[:2], b.shape[:2], strict=True))
    gap = np.abs(_blocks(a[:height, :width]) - _blocks(b[:height, :width])).max(axis=-1)
    return float((gap > VISIBLE).mean()) <= FEW


def _pixels(file: str) -> np.ndarray:
    """Give red, green and blue from 0 to 1, on white paper."""
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
