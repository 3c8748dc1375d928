"""A small picture in colour, made of numbers alone: no file to ship, and no licence to ask for."""

from __future__ import annotations

import numpy as np

FINER = 4  # drawn this many times larger, then averaged: edges as soft as a camera's
SKY, GRASS, WALL, ROOF = (0.55, 0.75, 0.95), (0.35, 0.55, 0.25), (0.90, 0.86, 0.76), (0.72, 0.24, 0.18)
DARK, WOOD, LEAVES, SUN = (0.16, 0.20, 0.28), (0.42, 0.28, 0.18), (0.16, 0.38, 0.18), (1.00, 0.92, 0.55)


def photo(height: int = 72, width: int = 96) -> np.ndarray:
    """Give a picture of a house with windows, a door, a fence and a tree: red, green and blue, from 0 to 1.

    Parameters
    ----------
    height, width
        Its size in pixels.

    Returns
    -------
    Shape ``(3, height, width)``. It is the same at every call.

    Examples
    --------
    >>> photo().shape, bool(photo().min() >= 0), bool(photo().max() <= 1)
    ((3, 72, 96), True, True)
    """
    rng = np.random.default_rng(7)
    y, x = np.meshgrid(_middles(height), _middles(width), indexing="ij")
    picture = np.empty((3, *y.shape))

    def paint(where: np.ndarray, colour: tuple[float, float, float]) -> None:
        picture[:, where] = np.array(colour)[:, np.newaxis]

    def box(left: float, right: float, top: float, bottom: float) -> np.ndarray:
        return (left <= x) & (x < right) & (top <= y) & (y < bottom)

    picture[:] = np.array(SKY)[:, np.newaxis, np.newaxis] + 0.12 * y  # paler towards the horizon
    paint((x - 0.86) ** 2 + (0.75 * (y - 0.16)) ** 2 < 0.005, SUN)
    paint(y > 0.72, GRASS)
    paint(box(0.30, 0.68, 0.40, 0.84), WALL)
    paint(box(0.58, 0.63, 0.12, 0.32), WOOD)
    paint((y < 0.40) & (y > 0.14 + 1.05 * np.abs(x - 0.49)), ROOF)
    for left in (0.35, 0.53):
        paint(box(left, left + 0.10, 0.48, 0.62), DARK)
        paint(box(left + 0.045, left + 0.055, 0.48, 0.62), WALL)
        paint(box(left, left + 0.10, 0.545, 0.557), WALL)
    paint(box(0.455, 0.525, 0.66, 0.84), WOOD)
    paint(box(0.11, 0.14, 0.50, 0.86), WOOD)
    paint((x - 0.125) ** 2 + (0.8 * (y - 0.40)) ** 2 < 0.011, LEAVES)
    for left in np.arange(0.72, 0.99, 0.045):
        paint(box(left, left + 0.018, 0.66, 0.86), WALL)
    paint(box(0.70, 1.0, 0.71, 0.735), WALL)

    soft = picture.reshape(3, height, FINER, width, FINER).mean(axis=(2, 4))
    grain = rng.normal(scale=0.012, size=(3, height, width)) * np.linspace(0.5, 2, height)[:, np.newaxis]
    return np.clip(soft + grain, 0, 1)


def _middles(size: int) -> np.ndarray:
    return (np.arange(size * FINER) + 0.5) / (size * FINER)
