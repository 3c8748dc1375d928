"""Small data that travel with the course. Their source and licence are in this folder's README."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Load 1,797 handwritten digits, in the order of their source.

    Returns
    -------
    images
        Shape ``(1797, 1, 8, 8)``, float64 from 0 to 1: one channel of 8 by 8 pixels.
    labels
        Shape ``(1797,)``, int64: the digit in each image.

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, float(images.max()), labels[:10].tolist()
    ((1797, 1, 8, 8), 1.0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    with np.load(Path(__file__).with_name("digits.npz")) as packed:
        return packed["images"][:, np.newaxis] / 16.0, packed["labels"].astype(np.int64)


def carroll() -> str:
    """Load two poems of Lewis Carroll: Jabberwocky, then The Walrus and the Carpenter.

    Returns
    -------
    The text in plain ASCII, a newline after each line and an empty line after each stanza.

    Examples
    --------
    >>> carroll()[:35]
    "'Twas brillig, and the slithy toves"
    """
    return Path(__file__).with_name("carroll.txt").read_text(encoding="ascii").replace("\r\n", "\n")
