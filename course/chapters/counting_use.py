"""What the cases of chapter 15 do with layers: make them, give them weights, send numbers through and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.calling.student import Student
from course.checking.sampling import normal

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
    ``"lists"`` for the arrays of ``parameters()`` and ``gradients()``, ``"lengths"`` for their number, ``"as made"``
    for what a new layer is like.
    """

    def use(
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
        output = layer.call("forward", input)
        if wanted == "output":
            return output
        grad_input = layer.call("backward", grad_output)
        if wanted == "grad_input":
            return grad_input
        return _lists(layer, results) if wanted == "lists" else _lengths(layer)

    return use


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
        return "weights that are no finite numbers"
    return "weights that differ" if weight.size and np.ptp(weight) > 0 else "weights that are all equal"


def _lists(layer: Student, results: int) -> Any:
    """Give the arrays of both lists; where a list is shorter than it could be, text stands in its place."""
    items: list[Any] = []
    for method in ("parameters", "gradients"):
        given = layer.call(method)
        if type(given) not in (list, tuple):
            return given
        arrays = [str(item) if item is None else item for item in given]
        items += arrays + [NO_ARRAY] * (results // 2 - len(arrays))
    return tuple(items)


def _lengths(layer: Student) -> Any:
    lengths = []
    for method in ("parameters", "gradients"):
        given = layer.call(method)
        if type(given) not in (list, tuple):
            return given
        lengths.append(len(given))
    return "parameters() has {} arrays, gradients() has {}".format(*lengths)


def use_sequential(
    student: Student, layers: str, wanted: str, input: np.ndarray, grad_output: np.ndarray, weights: int
) -> Any:
    """Send numbers through a Sequential and back.

    Parameters
    ----------
    student
        The work.
    layers
        As `make_layers` reads it.
    wanted
        ``"output"``, ``"grad_input"``, ``"parameters"`` or ``"gradients"``.
    input, grad_output
        Numbers to send.
    weights
        Seed of the layers' weights.
    """
    model = student.call("Sequential", *make_layers(student, layers, weights))
    output = model.call("forward", input)
    if wanted == "output":
        return output
    if wanted == "parameters":
        return _as_results(model.call("parameters"))
    grad_input = model.call("backward", grad_output)
    return grad_input if wanted == "grad_input" else _as_results(model.call("gradients"))


def _as_results(given: Any) -> Any:
    """Give a list's items as several results; a list among them is told in words."""
    if type(given) not in (list, tuple):
        return given
    return tuple(f"a list of {len(item)}" if type(item) in (list, tuple) else item for item in given)


def make_layers(student: Student, layers: str, weights: int | None = None) -> list[Student]:
    """Make layers of a line of text such as ``"Conv2d 3 8 5, ReLU"``: class and sizes. Brackets hold a Sequential.

    Parameters
    ----------
    student
        The work whose classes are called.
    layers
        What to make. ``Affine`` gets its two numbers from `weights`.
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
            made.append(student.call(name, *normal(rng, 2).tolist()))
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


def use_count(student: Student, layers: str, order: tuple[int, ...]) -> Any:
    """Count the parameters of layers in an order in which one of them may come twice."""
    made = make_layers(student, layers, 0)
    return student.call("count_parameters", student.call("Sequential", *(made[i] for i in order)))


COLUMNS = ("names", "output shapes", "num_params", "mult_adds")
TOTAL_NAMES = ("total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")


def use_summary(student: Student, layers: str, order: tuple[int, ...], input_shape: tuple[int, ...]) -> Any:
    """Sum up a Sequential, and give the columns of the table, then the totals."""
    made = make_layers(student, layers)
    told = student.call("summary", student.call("Sequential", *(made[i] for i in order)), input_shape)
    if not isinstance(told, dict):
        return told
    return (*_columns(told.get("rows")), *(told.get(name) for name in TOTAL_NAMES))


def _columns(rows: Any) -> tuple[Any, ...]:
    if rows is None:
        return (None,) * len(COLUMNS)
    if type(rows) not in (list, tuple) or any(type(row) not in (list, tuple) or len(row) != 4 for row in rows):
        return ("rows that are not made of four things each", None, None, None)
    names, shapes, params, work = ([row[k] for row in rows] for k in range(4))
    return " ".join(map(str, names)), " ".join(str(_as_tuple(shape)) for shape in shapes), params, work


def _as_tuple(shape: Any) -> Any:
    return tuple(map(_plain, shape)) if type(shape) in (list, tuple) else shape


def _plain(size: Any) -> Any:
    return size.item() if isinstance(size, np.integer) else size
