"""The summary table as data: one frozen `LayerCard` a row.

`SUMMARY` holds the ten most used layers, `CARDS` these and their relatives in the order of the chapters.
Every name, shape and figure here is compared with PyTorch in the tests.
"""

from __future__ import annotations

import difflib

from course.catalog import activation, attention, convolution, dense, normalization, pooling, recurrent, upsampling
from course.catalog.layer_card import Formula, LayerCard, Parameter, Tensor
from course.errors import CourseError

__all__ = [
    "CARDS",
    "FAMILIES",
    "NOTATION",
    "SUMMARY",
    "Formula",
    "LayerCard",
    "Parameter",
    "Tensor",
    "UnknownLayer",
    "card",
]

FAMILIES: tuple[tuple[str, tuple[LayerCard, ...]], ...] = (
    ("Linear and embedding", dense.CARDS),
    ("Activation, softmax and dropout", activation.CARDS),
    ("Convolution and padding", convolution.CARDS),
    ("Pooling", pooling.CARDS),
    ("Normalization", normalization.CARDS),
    ("Attention", attention.CARDS),
    ("Upsampling", upsampling.CARDS),
    ("Recurrent", recurrent.CARDS),
)
"""The cards of layers that do alike things, in the order of the chapters."""

CARDS: tuple[LayerCard, ...] = tuple(card for _, cards in FAMILIES for card in cards)

NOTATION: tuple[tuple[str, str], ...] = (
    ("n", "batch size"),
    ("c_i", "input channels"),
    ("c_o", "output channels"),
    ("c", "channels, where input and output have the same number"),
    ("h_i, h_o", "input and output height"),
    ("w_i, w_o", "input and output width"),
    ("d_i, d_o", "input and output depth"),
    ("k_h, k_w, k_d", "kernel height, width and depth"),
    ("s", "stride"),
    ("p", "padding on each side"),
    ("d", "dilation"),
    ("g", "groups"),
    ("l, l_q, l_k", "length of a sequence, of queries, of keys"),
    ("d_k, d_v", "size of a key, of a value"),
    ("d_m, d_f", "size of a token, of the feed-forward's inner layer"),
    ("f, d_h", "features of a position, size of a recurrent layer's state"),
    ("r", "factor by which an image becomes larger"),
)
"""What the symbols of the shapes and output sizes mean."""


class UnknownLayer(CourseError, KeyError):
    """No card has this name. `allowed` are the names that are close, or all names where none is."""

    def __init__(self, received: object) -> None:
        known = {card.name.lower(): card.name for card in CARDS}
        text = str(received).lower().removeprefix("torch.nn.")
        close = [known[match] for match in difflib.get_close_matches(text, known, n=3, cutoff=0.5)]
        close = close if isinstance(received, str) else []
        names = f"Did you mean {', '.join(close)}?" if close else f"The names are: {', '.join(known.values())}."
        super().__init__(
            f"There is no card named {received!r}. {names}",
            name="name",
            received=received,
            allowed=tuple(close or known.values()),
        )


def card(name: str) -> LayerCard:
    """Find a card by its name, with or without ``torch.nn.``.

    Raises
    ------
    UnknownLayer
        With the names that are close.

    Examples
    --------
    >>> card("Linear").num_parameters
    55
    >>> card("torch.nn.Conv2D")
    Traceback (most recent call last):
    course.catalog.UnknownLayer: There is no card named 'torch.nn.Conv2D'. Did you mean Conv2d, ...?
    """
    short = name.removeprefix("torch.nn.").removeprefix("functional.") if isinstance(name, str) else name
    for candidate in CARDS:
        if candidate.name == short:
            return candidate
    raise UnknownLayer(name)


SUMMARY: tuple[LayerCard, ...] = tuple(
    card(name)
    for name in (
        "Linear",
        "Embedding",
        "Conv1d",
        "Conv2d",
        "ReLU",
        "Sigmoid",
        "Softmax",
        "Dropout",
        "MaxPool2d",
        "AvgPool2d",
    )
)
