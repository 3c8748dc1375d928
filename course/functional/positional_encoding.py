"""Sinusoidal positions: attention knows no order, and these tell it where a word is."""

from __future__ import annotations

import numpy as np

from course.functional.arguments import require_whole


def positional_encoding(length: int, dim: int) -> np.ndarray:
    r"""Give each position a row of sines and cosines, from fast to slow waves.

    :math:`P_{t, 2i} = \sin(t / 10000^{2i / d})` and :math:`P_{t, 2i+1} = \cos(t / 10000^{2i / d})`.

    Parameters
    ----------
    length
        How many positions t there are.
    dim
        How long a row is, d. For an odd one the last sine has no cosine.

    Returns
    -------
    Shape ``(length, dim)``, float64.

    Raises
    ------
    TypeError, ValueError
        Where length or dim is not a whole number of at least 0.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.5. PyTorch has no such function.

    Examples
    --------
    >>> positional_encoding(2, 4).round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]])
    """
    require_whole("length", length, at_least=0)
    require_whole("dim", dim, at_least=0)
    column = np.arange(dim)
    # columns 2i and 2i+1 share a wave
    angle = np.arange(length)[:, np.newaxis] / 10_000.0 ** (2 * (column // 2) / max(dim, 1))
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))
