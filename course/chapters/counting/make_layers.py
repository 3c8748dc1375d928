"""Layers and networks made from a line of text, which a report can show."""

from __future__ import annotations

import numpy as np

from course.calling.student import Student
from course.checking.sampling import normal


def make_layers(student: Student, layers: str, weights: int | None = None) -> list[Student]:
    """Make layers from a line of text such as ``"Conv2d 3 8 5, ReLU"``: class and sizes. Brackets hold a Sequential.

    Parameters
    ----------
    student
        The work whose classes are called.
    layers
        What to make. ``Affine`` gets its two numbers from `weights` where it has none.
    weights
        Seed from which weights are drawn and written; None leaves them as they are.
    """
    rng = np.random.default_rng(weights)
    made: list[Student] = []
    outer: list[list[Student]] = []
    for word in layers.replace("[", "[, ").replace("]", ", ]").split(", "):
        name, *sizes = word.split() or [""]
        if name == "[":
            outer.append(made)
            made = []
        elif name == "]":
            inner = student.call("Sequential", *made)
            made = [*outer.pop(), inner]
        elif name == "Affine":
            made.append(student.call(name, *(map(float, sizes) if sizes else normal(rng, 2).tolist())))
        elif name:
            made.append(_make_layer(student, name, [int(size) for size in sizes], rng if weights is not None else None))
    return made


def _make_layer(student: Student, name: str, sizes: list[int], rng: np.random.Generator | None) -> Student:
    layer = student.call(name, *sizes)
    if rng is not None and name == "Linear":
        in_features, out_features = sizes
        layer.write("weight", normal(rng, out_features, in_features))
        layer.write("bias", normal(rng, out_features))
    return layer


def make_network(student: Student, layers: str, order: tuple[int, ...], weights: int | None = None) -> Student:
    """Make a Sequential of the layers that `make_layers` makes, in an order in which one of them may come twice."""
    made = make_layers(student, layers, weights)
    return student.call("Sequential", *(made[i] for i in order))
