"""The number of a model's parameters, in which a shared array counts once."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.conv2d import Conv2d
from course.chapters.counting.flatten import Flatten
from course.chapters.counting.linear import Linear
from course.chapters.counting.maxpool2d import MaxPool2d
from course.chapters.counting.relu import ReLU
from course.chapters.counting.sequential import Sequential
from course.chapters.counting.use_network import use_count
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def count_parameters(model):
    """Count the numbers that training changes. An array that comes several times counts once.

    >>> a = Linear(3, 3)
    >>> count_parameters(Sequential(a, Linear(3, 2))), count_parameters(Sequential(a, a))
    (20, 12)
    """
    arrays = {id(array): array for array in model.parameters()}
    return sum(array.size for array in arrays.values())


def _counted(layers: str, order: tuple[int, ...]) -> dict[str, Any]:
    return {"layers": layers, "order": order}


def _two_linear(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c = odd(rng, 21, 30), odd(rng, 101, 20), odd(rng, 3, 8)
    return _counted(f"Linear {a} {b}, ReLU, Linear {b} {c}", (0, 1, 2))


def _two_equal(rng: np.random.Generator) -> dict[str, Any]:
    a = odd(rng, 11, 20)
    return _counted(f"Linear {a} {a}, Linear {a} {a}", (0, 1))


def _conv_and_linear(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c = odd(rng, 3, 3), odd(rng, 5, 8), odd(rng, 3, 2)
    return _counted(f"Conv2d {a} {b} {c}, ReLU, Flatten, Linear {9 * b} {c}", (0, 1, 2, 3))


def _shared(rng: np.random.Generator) -> dict[str, Any]:
    a = odd(rng, 11, 20)
    return _counted(f"Linear {a} {a}, ReLU", (0, 1, 0, 1, 0))


def _shared_inside(rng: np.random.Generator) -> dict[str, Any]:
    a, b = odd(rng, 11, 20), odd(rng, 11, 20)
    return _counted(f"[Linear {a} {b}, ReLU], Linear {b} {a}", (0, 1, 0))


def _small(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c = rng.permutation(np.arange(2, 10))[:3].tolist()
    return _counted(f"Linear {a} {b}, ReLU, Linear {b} {c}", (0, 1, 2))


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Add up weights and biases of the layers, each once."""
    terms, total = [], 0
    for layer in arguments["layers"].replace("[", "").replace("]", "").split(", "):
        name, *sizes = layer.split()
        if name == "Linear":
            a, b = map(int, sizes)
            terms.append(f"{b}·{a} + {b}")
            total += b * a + b
        elif name == "Conv2d":
            a, b, k = map(int, sizes)
            terms.append(f"{b}·{a}·{k}·{k} + {b}")
            total += b * a * k * k + b
    return f"{' + '.join(terms)} = {total}" if terms else ""


EXERCISE = Exercise(
    points=2,
    solution=count_parameters,
    oracle=None,
    use=use_count,
    needs=(Linear, Conv2d, ReLU, MaxPool2d, Flatten, Sequential),
    cases=(
        Case("two small layers", _small),
        Case("two layers", _two_linear),
        Case("two layers of the same size", _two_equal),
        Case("equal numbers", lambda rng: _two_equal(rng) | {"all_ones": True}, note="every parameter is 1"),
        Case("convolution and linear", _conv_and_linear),
        Case("one layer three times", _shared, note="the first layer comes three times"),
        Case("a block twice", _shared_inside, note="the inner Sequential comes twice"),
        Case("nothing to train", lambda rng: _counted("ReLU, Flatten", (0, 1)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "shared-counted-again",
            edit=("arrays.values()", "model.parameters()"),
            gives="when a layer that is used several times is counted each time.",
            advice="Its arrays are the same objects, however often it is used. id(array) tells objects apart.",
        ),
        Mistake(
            "equal-sizes-taken-for-shared",
            edit=("id(array): array", "array.shape: array"),
            gives="when arrays of the same shape are taken for the same array.",
            advice="Two layers of one size still have their own numbers. What tells two equal objects apart?",
        ),
        Mistake(
            "equal-numbers-taken-for-shared",
            edit=("id(array): array", "array.tobytes(): array"),
            gives="when arrays with the same numbers are taken for the same array.",
            advice="Two arrays of equal numbers are trained apart. What tells two equal objects apart?",
        ),
        Mistake(
            "arrays-counted",
            edit=("sum(array.size for array in arrays.values())", "len(arrays)"),
            gives="when the arrays are counted instead of the numbers in them.",
            advice="A weight of shape (4, 3) holds 12 parameters.",
        ),
        Mistake(
            "no-bias",
            edit=("in model.parameters()", "in model.parameters() if array.ndim > 1"),
            gives="when the biases are left out.",
            advice="A bias is trained as well. Which arrays of the list do you skip?",
        ),
        Mistake(
            "first-axis-only",
            edit=("array.size", "len(array)"),
            gives="when len is used as the number of values.",
            advice="len gives the size of the first axis. An array knows how many values it holds: its .size.",
        ),
    ),
    hints=(
        "model.parameters() gives all arrays. An array's .size says how many numbers it holds.",
        "A layer that is used twice has its arrays in the list twice. They must count once.",
        "Collect the arrays in a dict under their id, then sum the sizes of its values.",
    ),
    explanation=(
        "Sharing means that one object is in several places. id tells objects apart: equal numbers in two "
        "arrays are two parameters, one array in two places is one."
    ),
    trace=_trace,
)
