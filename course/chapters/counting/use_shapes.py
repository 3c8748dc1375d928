"""What a case does with a table of shapes: it gives a line of text for each layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.naming import type_name
from course.calling.student import Student

LAYERS = 5
"""How many layers the network of each case has."""


def use_shapes(student: Student, layers: list[tuple[Any, ...]]) -> Any:
    """Give the shapes of each layer as text, such as ``"(2, 3) and (2,)"``."""
    given = student.call("parameter_shapes", layers)
    if type(given) not in (list, tuple) or len(given) != LAYERS:
        return given
    return tuple(_told(shapes) for shapes in given)


def _told(shapes: Any) -> str:
    if type(shapes) not in (list, tuple):
        return _shape(shapes)
    return " and ".join(map(_shape, shapes)) if shapes else "nothing to train"


def _shape(shape: Any) -> str:
    """Give a shape as Python writes it, whatever is in it: (5) is 5, and (5,) is a shape."""
    shape = tuple(map(plain_size, shape)) if type(shape) in (list, tuple) else plain_size(shape)
    plain = (
        shape is None or type(shape) in (int, float) or (type(shape) is tuple and {int, float} >= set(map(type, shape)))
    )
    return str(shape) if plain else f"a {type_name(type(shape))}"


def plain_size(size: Any) -> Any:
    """Give a whole number of NumPy's as Python's."""
    return size.item() if isinstance(size, np.integer) else size
