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


def rhyme() -> list[list[str]]:
    """Read seven verses of *The House That Jack Built*, as words.

    Examples
    --------
    >>> " ".join(rhyme()[0])
    'this is the house that jack built .'
    """
    text = Path(__file__).with_name("rhyme.txt").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines()]


def rhyme_words() -> list[str]:
    """List the words of the rhyme in alphabetical order: a word's place is its token.

    Examples
    --------
    >>> len(rhyme_words()), rhyme_words()[:4]
    (26, ['.', 'all', 'ate', 'built'])
    """
    return sorted({word for verse in rhyme() for word in verse})


def rhyme_writer() -> dict[str, np.ndarray]:
    """Load the weights of a small transformer that has learned the rhyme by heart.

    Returns
    -------
    A dict of arrays, float64, by PyTorch's names: ``embedding.weight``, twelve for each of the two encoder layers, such
    as ``layers.0.linear1.weight``, and ``linear.weight`` and ``linear.bias`` for the logits.

    Examples
    --------
    >>> weights = rhyme_writer()
    >>> weights["embedding.weight"].shape, weights["layers.1.self_attn.in_proj_weight"].shape
    ((26, 32), (96, 32))
    """
    with np.load(Path(__file__).with_name("rhyme.npz")) as packed:
        return {name: packed[name].astype(np.float64) for name in packed.files}


def loss_curves() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Load the losses of four trainings, each with one fault.

    Returns
    -------
    Letter → two arrays: the loss of each step's batch, and every 12 steps the loss of 400 unseen digits.

    Examples
    --------
    >>> {letter: (len(batches), len(unseen)) for letter, (batches, unseen) in loss_curves().items()}
    {'A': (241, 21), 'B': (241, 21), 'C': (241, 21), 'D': (241, 21)}
    """
    with np.load(Path(__file__).with_name("loss_curves.npz")) as packed:
        return {letter: (packed[f"{letter} batches"], packed[f"{letter} unseen"]) for letter in "ABCD"}


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
