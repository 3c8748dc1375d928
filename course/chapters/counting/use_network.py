"""What a case does with a whole network: make it, sum it up, count it, send numbers through it."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.plain_data import Foreign
from course.calling.student import Student
from course.chapters.counting.make_layers import make_layers, make_network
from course.chapters.counting.use_shapes import plain_size

COLUMNS = ("names", "output shapes", "num_params", "mult_adds")
TOTAL_NAMES = ("total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")


def use_summary(student: Student, layers: str, order: tuple[int, ...], input_shape: tuple[int, ...]) -> Any:
    """Give the columns of a network's table, then the totals."""
    summed = student.call("summary", make_network(student, layers, order), input_shape)
    if not isinstance(summed, dict):
        return summed
    return (*_columns(_entry(summed, "rows")), *(_entry(summed, name) for name in TOTAL_NAMES))


def _entry(summed: dict[str, Any], key: str) -> Any:
    """Give an entry; where there is none, say which keys there are."""
    keys = ", ".join(map(repr, summed)) or "none"
    return summed[key] if key in summed else Foreign(f"no key {key!r}; its keys are {keys}"[:200])


def _columns(rows: Any) -> tuple[Any, ...]:
    if rows is None or isinstance(rows, Foreign):
        return (rows,) * len(COLUMNS)
    if type(rows) not in (list, tuple) or any(type(row) not in (list, tuple) or len(row) != 4 for row in rows):
        return ("rows that are not made of four things each", None, None, None)
    names, shapes, params, work = ([row[k] for row in rows] for k in range(4))
    return " ".join(map(str, names)), " ".join(str(_as_tuple(shape)) for shape in shapes), params, work


def _as_tuple(shape: Any) -> Any:
    return tuple(map(plain_size, shape)) if type(shape) in (list, tuple) else shape


def use_sequential(
    student: Student, layers: str, wanted: str, input: np.ndarray, grad_output: np.ndarray, weights: int
) -> Any:
    """Send numbers through a Sequential and back; give ``"output"``, ``"grad_input"``, or one of the lists.

    ``"parameters with a new weight"`` is the list after `grad_output` became the weight of the first layer.
    ``"output after a step"`` is what it gives after new values were written into the arrays of ``parameters()``.
    """
    made = make_layers(student, layers, weights)
    model = student.call("Sequential", *made)
    if wanted == "parameters with a new weight":
        made[0].write("weight", grad_output)
        return _as_results(model.call("parameters"))
    if wanted == "output after a step":
        given = model.call("parameters")
        model.fill("parameters", [p[::-1] for p in given])
        return model.call("forward", input)
    output = model.call("forward", input)
    if wanted == "output":
        return output
    if wanted == "parameters":
        return _as_results(model.call("parameters"))
    grad_input = model.call("backward", grad_output)
    return grad_input if wanted == "grad_input" else _as_results(model.call("gradients"))


def _as_results(given: Any) -> Any:
    """Give a list's items as several results, and a list among them as text."""
    if type(given) not in (list, tuple):
        return given
    return tuple(f"a list of {len(item)}" if type(item) in (list, tuple) else item for item in given)


def use_count(student: Student, layers: str, order: tuple[int, ...], all_ones: bool = False) -> Any:
    """Count the parameters of layers in an order in which one of them may come twice."""
    model = make_network(student, layers, order, weights=0)
    if all_ones:
        model.fill("parameters", [np.ones_like(array) for array in model.call("parameters")])
    return student.call("count_parameters", model)
