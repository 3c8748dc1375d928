"""Runs a network's shapes through it, and writes down what every layer costs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from course.cost.dense import Embedding
from course.cost.layer import Layer, Parameter, Shape, Shapes, first_shape, one_output
from course.cost.network import Composite, Functional
from course.cost.reading import ReadLayer, read
from course.errors import ArgumentTypeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one layer costs, in one use of it.

    Parameters
    ----------
    name, depth, index
        What it is called, how deep it is, and its number among the layers of that depth, from 1.
    input_shape, output_shape
        The first input's shape, and the first output's.
    output_shapes
        The shapes of all outputs, nested as the layer returns them.
    parameters, trainable
        How many numbers it and the layers in it hold, and how many of them are trained.
    mult_adds, true_mult_adds
        By torchinfo's convention, and as they are, of it and the layers in it.
    is_leaf
        Whether torchinfo counts it as a layer.
    is_container
        Whether its costs are the sum of the rows below it.
    is_repeated
        Whether it stood in an earlier row already, so that its parameters were counted.
    output_bytes
        Of its first output.
    parameter_bytes
        Of its parameters.
    """

    name: str
    depth: int
    index: int
    input_shape: Shape
    output_shape: Shape
    output_shapes: Shapes
    parameters: int
    trainable: int
    mult_adds: int
    true_mult_adds: int
    is_leaf: bool
    is_container: bool
    is_repeated: bool
    output_bytes: int
    parameter_bytes: int

    @property
    def title(self) -> str:
        """Name, depth and number as torchinfo writes them: ``"Conv2d: 1-3"``."""
        return f"{self.name}: {self.depth}-{self.index}" if self.depth else self.name


@dataclass(slots=True)
class Counter:
    """Visits the layers of a network in the order in which they run.

    Parameters
    ----------
    itemsize
        Bytes of a number.
    """

    itemsize: int
    rows: list[Row] = field(default_factory=list)
    tensors: list[Parameter] = field(default_factory=list)
    takes_identifiers: bool | None = None
    _depth: int = 0
    _true_mult_adds: int = 0
    _seen: set[int] = field(default_factory=set)
    _per_depth: dict[int, int] = field(default_factory=dict)

    def visit(self, item: Any, *inputs: Shapes) -> Shapes:
        """Count one layer, or all layers of a composite, and give the shape of the output, or the shapes."""
        description = read(item)
        if isinstance(description, Composite):
            if description.name is None:
                return description.run(self.visit, *inputs)
            return self._container(description, description.name, item, inputs)
        if isinstance(description, Functional):
            return self._functional(description, inputs)
        return self._layer(description, item, tuple(one_output(description, shapes) for shapes in inputs))

    def _functional(self, description: Functional, given: tuple[Shapes, ...]) -> Shapes:
        layer = read(description.layer)
        if not isinstance(layer, Layer) or layer.parameters():
            raise ArgumentTypeError("Functional", f"is given {layer}", "one layer without parameters is expected")
        inputs = [one_output(layer, shapes) for shapes in given]
        self._note_first(layer)
        self._true_mult_adds += layer.true_mult_adds(*inputs)
        return layer.output_shapes(*inputs)

    def _layer(self, layer: Layer, item: Any, inputs: tuple[Shape, ...]) -> Shapes:
        self._note_first(layer)
        outputs = layer.output_shapes(*inputs)
        output = first_shape(outputs)
        true = layer.true_mult_adds(*inputs)
        self._true_mult_adds += true
        tensors = self._tensors(layer, item)
        self.tensors += tensors
        size, trainable = _sizes(tensors)
        self.rows.append(
            Row(
                name=layer.title,
                depth=self._depth,
                index=self._next_index(),
                input_shape=inputs[0],
                output_shape=output,
                output_shapes=outputs,
                parameters=size,
                trainable=trainable,
                mult_adds=torchinfo_mult_adds(layer, output) if layer.is_leaf else 0,
                true_mult_adds=true,
                is_leaf=layer.is_leaf,
                is_container=False,
                is_repeated=self._repeated(item),
                output_bytes=math.prod(output) * self.itemsize,
                parameter_bytes=size * self.itemsize,
            )
        )
        return outputs

    def _container(self, composite: Composite, name: str, item: Any, inputs: tuple[Shapes, ...]) -> Shapes:
        place, first_tensor, true_before = len(self.rows), len(self.tensors), self._true_mult_adds
        index, is_repeated = self._next_index(), self._repeated(item)
        self._depth += 1
        outputs = composite.run(self.visit, *inputs)
        output = first_shape(outputs)
        self._depth -= 1
        size, trainable = _sizes(self.tensors[first_tensor:])
        inside = self.rows[place:]
        self.rows.insert(
            place,
            Row(
                name=name,
                depth=self._depth,
                index=index,
                input_shape=first_shape(inputs[0]),
                output_shape=output,
                output_shapes=outputs,
                parameters=size,
                trainable=trainable,
                mult_adds=sum(row.mult_adds for row in inside if row.is_leaf),
                true_mult_adds=self._true_mult_adds - true_before,
                is_leaf=False,
                is_container=True,
                is_repeated=is_repeated,
                output_bytes=math.prod(output) * self.itemsize,
                parameter_bytes=size * self.itemsize,
            ),
        )
        return outputs

    def _tensors(self, layer: Layer, item: Any) -> list[Parameter]:
        tensors = []
        for parameter in layer.parameters():
            if parameter.itemsize not in (None, self.itemsize):
                raise ArgumentTypeError(
                    layer.title,
                    f"has a {parameter.name} of {parameter.itemsize} bytes a number where {self.itemsize} are counted",
                    "give its dtype to summary",
                )
            # A description knows no tensors: each layer has its own.
            key = (id(item), parameter.name) if parameter.key is None else parameter.key
            tensors.append(replace(parameter, key=key))
        return tensors

    def _note_first(self, layer: Layer) -> None:
        if self.takes_identifiers is None:
            inner = layer.layer if isinstance(layer, ReadLayer) else layer
            self.takes_identifiers = isinstance(inner, Embedding)

    def _next_index(self) -> int:
        self._per_depth[self._depth] = self._per_depth.get(self._depth, 0) + 1
        return self._per_depth[self._depth]

    def _repeated(self, item: Any) -> bool:
        is_repeated = id(item) in self._seen
        self._seen.add(id(item))
        return is_repeated


def torchinfo_mult_adds(layer: Layer, output: Shape) -> int:
    """Count multiply-adds as torchinfo 1.8.0 does, from the parameters and the output's shape.

    Every parameter, a bias too, counts once for each index of the output's first axis; in a convolution, once for each
    index of all axes but the second; in a recurrent layer, once for each index of the first two.

    Examples
    --------
    >>> from course.cost import Conv1d
    >>> torchinfo_mult_adds(Conv1d(16, 32, 5), (1, 32, 100))
    259200
    """
    uses = math.prod(output[:1] + output[2:]) if "Conv" in layer.title else output[0]
    total = 0
    for parameter in layer.parameters():
        # torchinfo knows a recurrent layer by the names of its parameters: weight_ih_l0
        total += parameter.size * (uses if parameter.name in ("weight", "bias") else math.prod(output[:2]))
    return total


def distinct(tensors: Iterable[Parameter]) -> list[Parameter]:
    """Give every tensor once."""
    return list({tensor.key: tensor for tensor in tensors}.values())


def _sizes(tensors: Iterable[Parameter]) -> tuple[int, int]:
    own = distinct(tensors)
    return sum(p.size for p in own), sum(p.size for p in own if p.trainable)
