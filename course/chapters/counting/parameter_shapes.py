"""The shapes of a network's parameters, layer by layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.use_shapes import LAYERS, use_shapes
from course.checking.spec import Case, Exercise, Mistake


def parameter_shapes(layers):
    """Give the shapes of each layer's parameters, in PyTorch's order: the weight, then the bias.

    layers is a list of tuples, a name and sizes:
    ("Linear", in_features, out_features)
    ("Conv2d", in_channels, out_channels, kernel_size, groups), with a square kernel
    ("Embedding", num_embeddings, embedding_dim)
    ("BatchNorm2d", num_features)
    ("ReLU",), ("MaxPool2d", kernel_size), ("Dropout", p), ("Flatten",), ("Softmax", dim)
    Options that are not given are PyTorch's defaults, such as bias=True.

    Returns a list with one list for each layer: its shapes as tuples.

    >>> parameter_shapes([("Linear", 3, 2), ("ReLU",)])
    [[(2, 3), (2,)], []]
    """
    shapes = []
    for name, *sizes in layers:
        own = []
        if name == "Linear":
            c_i, c_o = sizes
            own = [(c_o, c_i), (c_o,)]
        elif name == "Conv2d":
            c_i, c_o, k, g = sizes
            own = [(c_o, c_i // g, k, k), (c_o,)]
        elif name == "Embedding":
            rows, columns = sizes
            own = [(rows, columns)]
        elif name == "BatchNorm2d":
            (c,) = sizes
            own = [(c,), (c,)]
        shapes.append(own)
    return shapes


def _network(*layers: tuple[Any, ...]) -> dict[str, Any]:
    """Give a network as an argument, with a ReLU after its layers until there are as many as a case has."""
    return {"layers": [*layers, *[("ReLU",)] * (LAYERS - len(layers))]}


def _different(rng: np.random.Generator, low: int, high: int, count: int) -> list[int]:
    """Draw sizes that all differ, so that none can be taken for another."""
    return rng.choice(np.arange(low, high), size=count, replace=False).tolist()


def _small(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c = _different(rng, 2, 10, 3)
    return _network(("Linear", a, b), ("ReLU",), ("Linear", b, c))


def _images(rng: np.random.Generator) -> dict[str, Any]:
    a, b, k, out = _different(rng, 5, 40, 4)
    return _network(("Conv2d", a, b, k, 1), ("ReLU",), ("Flatten",), ("Linear", 9 * b, out))


def _groups(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c, k = _different(rng, 5, 20, 4)
    return _network(("Conv2d", 3 * a, 3 * b, k, 3), ("Conv2d", 3 * b, 3 * b, k, 3 * b), ("Conv2d", 3 * b, c, 1, 1))


def _lookup(rng: np.random.Generator) -> dict[str, Any]:
    rows, columns, out = _different(rng, 20, 90, 3)
    return _network(("Embedding", rows, columns), ("Dropout", 0.1), ("Linear", columns, out))


def _normalized(rng: np.random.Generator) -> dict[str, Any]:
    a, b, k = _different(rng, 5, 40, 3)
    return _network(("Conv2d", a, b, k, 1), ("BatchNorm2d", b), ("ReLU",), ("MaxPool2d", 2))


def _nothing(rng: np.random.Generator) -> dict[str, Any]:
    k = int(rng.integers(2, 5))
    return _network(("MaxPool2d", k), ("Dropout", 0.5), ("Flatten",), ("Softmax", 1))


EXERCISE = Exercise(
    points=3,
    solution=parameter_shapes,
    oracle=None,
    returns=tuple(f"layer {k}" for k in range(1, LAYERS + 1)),
    use=use_shapes,
    cases=(
        Case("two Linear", _small),
        Case("a convolution, flattened", _images),
        Case("groups, depthwise and pointwise", _groups),
        Case("an embedding first", _lookup),
        Case("batch normalization", _normalized, note="a BatchNorm2d also keeps running statistics"),
        Case("nothing to train", _nothing, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "linear-transposed",
            edit=("[(c_o, c_i), (c_o,)]", "[(c_i, c_o), (c_o,)]"),
            gives="when a Linear's weight is (c_i, c_o).",
            advice="PyTorch computes x Wᵀ + b, with x of shape (n, c_i). Which shape must W have?",
        ),
        Mistake(
            "channels-exchanged",
            edit=("(c_o, c_i // g, k, k)", "(c_i, c_o // g, k, k)"),
            gives="when the input channels come first in a kernel's shape.",
            advice="Each output channel has its own kernel. Which axis counts these kernels?",
        ),
        Mistake(
            "channels-last",
            edit=("(c_o, c_i // g, k, k)", "(k, k, c_i // g, c_o)"),
            gives="when a kernel's channels come last, as in Keras.",
            advice="In PyTorch the channels come before the positions, in images and in kernels.",
        ),
        Mistake(
            "groups-ignored",
            edit=("c_i // g", "c_i"),
            gives="when a convolution's groups are left out.",
            unwritten="The groups are not used yet",
            advice="With groups, a kernel sees only the input channels of its own group. How many are there?",
        ),
        Mistake(
            "both-divided-by-groups",
            edit=("[(c_o, c_i // g, k, k), (c_o,)]", "[(c_o // g, c_i // g, k, k), (c_o,)]"),
            gives="when the weight is given for one group alone.",
            advice="One array holds the kernels of all groups. How many output channels are there?",
        ),
        Mistake(
            "embedding-with-bias",
            edit=("own = [(rows, columns)]", "own = [(rows, columns), (columns,)]"),
            gives="when an embedding has a bias.",
            advice="An embedding looks up a row and gives it as it is. What would be added to it?",
        ),
        Mistake(
            "embedding-transposed",
            edit=("(rows, columns)]", "(columns, rows)]"),
            gives="when an embedding has a column for each identifier.",
            advice="PyTorch stores one row for each identifier.",
        ),
        Mistake(
            "buffers-counted",
            edit=("own = [(c,), (c,)]", "own = [(c,), (c,), (c,), (c,)]"),
            gives="when the running statistics of a batch normalization count as parameters.",
            advice="They are computed from the batches. No gradient changes them, so they are buffers.",
        ),
        Mistake(
            "norm-without-bias",
            edit=("own = [(c,), (c,)]", "own = [(c,)]"),
            gives="when a batch normalization has a weight and no bias.",
            advice="After the division it multiplies, and then? Each channel has its own number for that, too.",
        ),
        Mistake(
            "statistics-only",
            edit=("own = [(c,), (c,)]", "own = []"),
            gives="when a batch normalization has nothing to train.",
            unwritten="BatchNorm2d is not written yet",
            advice="After the division it multiplies and adds, each channel by its own number. These are trained.",
        ),
        Mistake(
            "no-bias",
            edit=(("(c_o, c_i), (c_o,)", "(c_o, c_i)"), ("k, k), (c_o,)", "k, k)")),
            gives="when Linear and Conv2d have no bias.",
            unwritten="The biases are not written yet",
            advice="Both add one number to each output channel. It is trained, too.",
        ),
    ),
    hints=(
        "Which of the layers have something to train? A ReLU, a pooling layer, a Dropout and a Flatten have no "
        "parameters: their lists are empty.",
        "A Linear's weight turns c_i numbers into c_o, and PyTorch writes x Wᵀ. A convolution has c_o kernels, and "
        "each covers c_i / g channels. Both have a bias for each output channel.",
        "An embedding is a table with a row for each identifier, without a bias. A BatchNorm2d has a weight and a bias "
        "for each channel; its running mean and variance are not trained.",
    ),
    explanation=(
        "A count can be right by accident: a transposed weight has just as many values. Shapes show what is where. "
        "The outputs come first in every weight, a bias is as long as the outputs, and layers that only choose, cut or "
        "reshape have nothing to train."
    ),
)
