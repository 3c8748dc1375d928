"""What a case does with one layer: make it, send numbers through it, look at its lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from course.calling.plain_data import Foreign
from course.calling.student import Student

NO_ARRAY = "no array"


def use_layer(name: str, results: int = 0) -> Callable[..., Any]:
    """Make the `use` of one class of layers.

    Parameters
    ----------
    name
        The class.
    results
        How many arrays ``parameters()`` and ``gradients()`` give at most, together.

    Returns
    -------
    A function of a student's work and a case's arguments. `wanted` says what it gives: ``"output"``, ``"grad_input"``,
    ``"lists"`` for the arrays of ``parameters()`` and ``gradients()``, ``"kept"`` for the attributes of the same names,
    ``"lengths"`` for the number of arrays, ``"as made"`` for what a new layer is like.
    `step` has arrays that are written into the arrays of ``parameters()`` first, as training does.
    """
    return partial(_use, name, results)


def _use(
    name: str,
    results: int,
    student: Student,
    sizes: tuple[Any, ...],
    wanted: str,
    input: np.ndarray,
    grad_output: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    with_bias: bool = True,
    kernel_size: int | tuple[int, int] | None = None,
    earlier: np.ndarray | None = None,
    earlier_grad: np.ndarray | None = None,
    step: list[np.ndarray] | None = None,
    **options: Any,
) -> Any:
    if kernel_size is not None:
        sizes = (*sizes, kernel_size)
    if not with_bias:
        options["bias"] = False
    layer = student.call(name, *sizes, **options)
    if wanted == "as made":
        return _as_made(layer, input)
    for attribute, value in (("weight", weight), ("bias", bias)):
        if value is not None:
            layer.write(attribute, value)
    if earlier is not None:
        layer.call("forward", earlier)
        layer.call("backward", earlier_grad)
    if step is not None:
        given = layer.call("parameters")
        if type(given) not in (list, tuple):
            return given
        # by shape: another order of the list is another mistake
        new = {array.shape: array for array in step}
        layer.fill("parameters", [new.get(np.shape(array), array) for array in given])
    output = layer.call("forward", input)
    if wanted == "output":
        return output
    grad_input = layer.call("backward", grad_output)
    if wanted == "grad_input":
        return grad_input
    if wanted == "kept":
        return tuple(layer.read(attribute) for attribute in ("weight", "bias", "grad_weight", "grad_bias"))
    return _lists(layer, results, results if with_bias else results // 2) if wanted == "lists" else _lengths(layer)


def _as_made(layer: Student, input: np.ndarray) -> str:
    """Tell in words what a new layer holds, and that it works as it is."""
    weight, bias = layer.read("weight"), layer.read("bias")
    told = [f"{name} {_shape_of(value)}" for name, value in (("weight", weight), ("bias", bias))]
    output = layer.call("forward", input)
    return ", ".join([*told, _variety(weight), f"output {_shape_of(output)}"])


def _shape_of(value: Any) -> str:
    return str(value.shape) if isinstance(value, np.ndarray) else type(value).__name__


def _variety(weight: Any) -> str:
    if not isinstance(weight, np.ndarray) or weight.dtype.kind not in "fiu" or not np.isfinite(weight).all():
        return "weights that are not finite numbers"
    return "weights that differ" if weight.size and np.ptp(weight) > 0 else "weights that are all equal"


def _lists(layer: Student, results: int, wanted: int) -> Any:
    """Give the arrays of both lists, each filled up: with text where it could have more, or with what it lacks."""
    items: list[Any] = []
    for method in ("parameters", "gradients"):
        given = layer.call(method)
        if type(given) not in (list, tuple):
            return given
        arrays = [str(item) if item is None else item for item in given]
        arrays += [Foreign(f"only {len(arrays)} of {wanted // 2} arrays in {method}()")] * (wanted // 2 - len(arrays))
        items += arrays + [NO_ARRAY] * (results // 2 - len(arrays))
    return tuple(items)


def _lengths(layer: Student) -> str:
    told = []
    for method in ("parameters", "gradients"):
        given = layer.call(method)
        is_list = type(given) in (list, tuple)
        told.append(f"{method}() gives {f'a list of {len(given)} arrays' if is_list else type(given).__name__}")
    return ", ".join(told)
