"""Which outputs of a layer depend on which inputs, as a small drawing: dots on both sides, and lines between them."""

from __future__ import annotations

from dataclasses import dataclass

from course.catalog.layer_card import LayerCard

STRONG, WEAK, FAINT = 1.0, 0.55, 0.25


@dataclass(frozen=True, slots=True)
class Connectivity:
    """How a layer connects its inputs with its outputs.

    Parameters
    ----------
    said
        The same in words.
    inputs, outputs
        How many there are in the drawing.
    lines
        From which input to which output, and how strongly, 0 to 1.
    """

    said: str
    inputs: int
    outputs: int
    lines: tuple[tuple[int, int, float], ...]


def _all(inputs: int, outputs: int, strength: float = STRONG) -> tuple[tuple[int, int, float], ...]:
    return tuple((i, j, strength) for i in range(inputs) for j in range(outputs))


def _groups(count: int, size: int) -> tuple[tuple[int, int, float], ...]:
    return tuple((g * size + i, g * size + j, s) for g in range(count) for i, j, s in _all(size, size))


def _windows(
    outputs: int, size: int, step: int, start: int = 0, inputs: int = 99
) -> tuple[tuple[int, int, float], ...]:
    places = ((start + step * j + k, j) for j in range(outputs) for k in range(size))
    return tuple((i, j, STRONG) for i, j in places if 0 <= i < inputs)


def _turned(lines: tuple[tuple[int, int, float], ...]) -> tuple[tuple[int, int, float], ...]:
    return tuple((j, i, strength) for i, j, strength in lines)


_EACH = tuple((i, i, STRONG) for i in range(4))
_MOVED = tuple((i, j, STRONG) for i, j in enumerate((0, 2, 1, 3)))
_EARLIER = tuple((i, j, STRONG if i == j else WEAK) for i, j, _ in _all(4, 4) if i <= j)

_PATTERNS = {
    "each": Connectivity("each output from the input at its place", 4, 4, _EACH),
    "all": Connectivity("each output from all inputs", 4, 3, _all(4, 3)),
    "row": Connectivity("an identifier picks one row", 4, 3, ((1, 0, STRONG), (1, 1, STRONG), (1, 2, STRONG))),
    "statistics": Connectivity("each output from its input and a sum over all", 4, 4, (*_all(4, 4, FAINT), *_EACH)),
    "window": Connectivity("each output from a window of inputs", 5, 3, _windows(3, 3, 1)),
    "padded": Connectivity("windows that reach over the border", 5, 5, _windows(5, 3, 1, -1, 5)),
    "strided": Connectivity("windows that move on by two", 5, 3, _windows(3, 3, 2, -1, 5)),
    "groups": Connectivity("each group of outputs from its own group of inputs", 4, 4, _groups(2, 2)),
    "apart": Connectivity("each output channel from its own input channel", 3, 3, _EACH[:3]),
    "border": Connectivity("the inputs, with a border around them", 3, 5, tuple((i, i + 1, STRONG) for i in range(3))),
    "pairs": Connectivity("each output from its own window", 6, 3, _windows(3, 2, 2)),
    "one": Connectivity("one output from all inputs", 5, 1, _all(5, 1)),
    "weighted": Connectivity(
        "each output from all inputs, with weights that depend on them",
        4,
        3,
        tuple((i, j, (STRONG, WEAK, FAINT, WEAK)[(i + j) % 4]) for i, j, _ in _all(4, 3)),
    ),
    "spread": Connectivity("each input into a window of outputs", 3, 7, _turned(_windows(3, 3, 2))),
    "copies": Connectivity("each input into its own window", 3, 6, _turned(_windows(3, 2, 2))),
    "moved": Connectivity("each output from one input, at another place", 4, 4, _MOVED),
    "earlier": Connectivity("each output from its input and all before it", 4, 4, _EARLIER),
}  # fmt: skip

_NAMED = {
    "Linear": "all",
    "Embedding": "row",
    "Softmax": "statistics",
    "LogSoftmax": "statistics",
    "Conv1d": "window",
    "Conv1d padded": "padded",
    "Conv2d": "window",
    "Conv2d padded": "padded",
    "ZeroPad2d": "border",
    "Conv2d strided": "strided",
    "Conv2d grouped": "groups",
    "Conv2d depthwise": "apart",
    "Conv3d": "window",
    "MaxPool2d": "pairs",
    "AvgPool2d": "pairs",
    "AdaptiveAvgPool2d": "one",
    "BatchNorm2d": "statistics",
    "LayerNorm": "statistics",
    "InstanceNorm2d": "statistics",
    "GroupNorm": "statistics",
    "RMSNorm": "statistics",
    "scaled_dot_product_attention": "weighted",
    "MultiheadAttention": "weighted",
    "TransformerEncoderLayer": "weighted",
    "ConvTranspose2d": "spread",
    "Upsample": "copies",
    "PixelShuffle": "moved",
    "RNN": "earlier",
    "GRU": "earlier",
    "LSTM": "earlier",
}


def connectivity(card: LayerCard) -> Connectivity | None:
    """Tell how a layer connects inputs with outputs; None where nothing is declared.

    Examples
    --------
    >>> from course.catalog import card
    >>> connectivity(card("ReLU")).said
    'each output from the input at its place'
    """
    return _PATTERNS.get("each" if card.elementwise else _NAMED.get(card.name, ""))
