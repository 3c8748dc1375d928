"""What a network costs: a row for every layer, and the totals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.cost.counting import Counter, Row, distinct
from course.cost.layer import Shape, Shapes
from course.cost.network import Composite, Functional
from course.cost.reading import describe
from course.cost.table import Totals, render
from course.errors import ArgumentValueError

_ITEMSIZES = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
_IDENTIFIER_BYTES = 8

# What Python adds to the bytes of an input's numbers when torchinfo asks it for their size (CPython 3.11).
_STORAGE_HEADER = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a network costs for one batch. It shows itself as torchinfo's table.

    Parameters
    ----------
    rows
        A layer each, in the order in which they run, each container before what it holds.
    input_shapes
        What the network was given.
    input_bytes
        Of these inputs: identifiers have 8 bytes each.
    true_parameters
        Every tensor counted once.
    true_parameter_bytes
        Likewise, attention's included.
    """

    rows: tuple[Row, ...]
    input_shapes: tuple[Shape, ...]
    input_bytes: int
    true_parameters: int
    true_parameter_bytes: int

    @property
    def output_shape(self) -> Shape:
        """The shape of the network's output, of the first where there are several."""
        return self.rows[0].output_shape

    @property
    def output_shapes(self) -> Shapes:
        """The shapes of all outputs, nested as the network returns them: an LSTM's ``(output, (h, c))``."""
        return self.rows[0].output_shapes

    @property
    def parameters(self) -> int:
        """As torchinfo counts: a layer used twice once, a tensor that two layers share twice."""
        return sum(row.parameters for row in self._counted())

    @property
    def trainable(self) -> int:
        """How many of `parameters` training changes."""
        return sum(row.trainable for row in self._counted())

    @property
    def mult_adds(self) -> int:
        """As torchinfo counts; see `course.cost`."""
        return sum(row.mult_adds for row in self.rows if row.is_leaf)

    @property
    def true_mult_adds(self) -> int:
        """The products that are summed in matrix products, convolutions and attention."""
        return self.rows[0].true_mult_adds

    @property
    def forward_backward_bytes(self) -> int:
        """As torchinfo estimates: twice the first outputs of the layers with parameters, attention's left out."""
        return sum(2 * row.output_bytes for row in self.rows if row.is_leaf and row.parameters)

    @property
    def parameter_bytes(self) -> int:
        """As torchinfo counts: attention's left out."""
        return sum(row.parameter_bytes for row in self._counted() if row.is_leaf)

    @property
    def total_bytes(self) -> int:
        """Input, forward and backward, and parameters."""
        return self.input_bytes + self.forward_backward_bytes + self.parameter_bytes

    def text(
        self,
        columns: Sequence[str] = ("output_size", "num_params", "mult_adds"),
        *,
        depth: int = 3,
        storage_header: int = _STORAGE_HEADER,
    ) -> str:
        """Write the table as torchinfo 1.8.0 writes it, but ``(M)`` for its ``(Units.MEGABYTES)``.

        Parameters
        ----------
        columns
            Of ``"input_size"``, ``"output_size"``, ``"num_params"``, ``"mult_adds"``, ``"true_mult_adds"`` and
            ``"trainable"``.
        depth
            Rows deeper than this are not shown.
        storage_header
            Bytes that torchinfo counts for each input on top of its numbers. They are Python's own,
            they depend on its version, and they matter where a megabyte's second decimal is just rounded up.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        totals = Totals(
            parameters=self.parameters,
            trainable=self.trainable,
            mult_adds=self.mult_adds,
            input_bytes=self.input_bytes + storage_header * len(self.input_shapes),
            forward_backward_bytes=self.forward_backward_bytes,
            parameter_bytes=self.parameter_bytes,
        )
        return render(self.rows, totals, columns, depth)

    def __str__(self) -> str:
        """Write the table with output shapes, parameters and mult-adds: a plain number where 0.00 M is all of them."""
        return self.text().replace("Total mult-adds (M): 0.00", f"Total mult-adds: {self.mult_adds:,}")

    __repr__ = __str__

    def _counted(self) -> list[Row]:
        return [row for row in self.rows if not row.is_container and not row.is_repeated]


def summary(network: Any, input_shape: Sequence[int] | Sequence[Sequence[int]], dtype: str = "float32") -> Summary:
    """Count what a layer or a network costs, from formulas: nothing is run.

    Parameters
    ----------
    network
        A description, a PyTorch module, or the line of Python that makes one; see `describe`.
    input_shape
        The batch axis included. A list of shapes for a layer with several inputs: query, key, value.
    dtype
        Of all parameters and outputs: ``"float16"``, ``"bfloat16"``, ``"float32"`` or ``"float64"``. An input that an
        Embedding receives holds identifiers of 8 bytes.

    Raises
    ------
    UnknownModule
        If something can't be described without being run.
    ShapeMismatch
        If a layer can't take the shape that comes to it.
    ValueError
        If a size is not positive, or the dtype none of these.

    Examples
    --------
    >>> from course.cost import Conv2d, Flatten, Linear, ReLU, Sequential
    >>> net = Sequential(Conv2d(1, 4, 3), ReLU(), Flatten(), Linear(144, 10))
    >>> counted = summary(net, (8, 1, 8, 8))
    >>> counted.parameters, counted.mult_adds, counted.true_mult_adds
    (1490, 23120, 21888)
    >>> print(counted)
    ===...
    Layer (type:depth-idx)                   Output Shape              Param #                   Mult-Adds
    ===...
    Sequential                               [8, 10]                   --                        --
    ├─Conv2d: 1-1                            [8, 4, 6, 6]              40                        11,520
    ├─ReLU: 1-2                              [8, 4, 6, 6]              --                        --
    ├─Flatten: 1-3                           [8, 144]                  --                        --
    ├─Linear: 1-4                            [8, 10]                   1,450                     11,600
    ===...
    Total params: 1,490
    Trainable params: 1,490
    Non-trainable params: 0
    Total mult-adds (M): 0.02
    ===...
    Input size (MB): 0.00
    Forward/backward pass size (MB): 0.01
    Params size (MB): 0.01
    Estimated Total Size (MB): 0.02
    ===...
    """
    if dtype not in _ITEMSIZES:
        raise ArgumentValueError("dtype", f"is {dtype!r}", f"{', '.join(_ITEMSIZES)} are allowed")
    root = describe(network)
    if isinstance(root, Functional) or (isinstance(root, Composite) and root.name is None):
        raise ArgumentValueError("The whole network", "has no name", "only a layer inside another may have name=None")
    shapes = _shapes(input_shape)
    counter = Counter(_ITEMSIZES[dtype])
    # A PyTorch module is visited as it is: what is used twice is known by being the same object.
    counter.visit(root if isinstance(network, str) else network, *shapes)
    numbers = sum(math.prod(shape) for shape in shapes)
    tensors = distinct(counter.tensors)
    return Summary(
        rows=tuple(counter.rows),
        input_shapes=shapes,
        input_bytes=numbers * (_IDENTIFIER_BYTES if counter.takes_identifiers else counter.itemsize),
        true_parameters=sum(tensor.size for tensor in tensors),
        true_parameter_bytes=sum(tensor.size for tensor in tensors) * counter.itemsize,
    )


def _shapes(given: Sequence[Any]) -> tuple[Shape, ...]:
    """Give a tuple of shapes for one shape or several.

    Examples
    --------
    >>> _shapes((1, 10)), _shapes([(1, 10), (2, 3)])
    (((1, 10),), ((1, 10), (2, 3)))
    """
    several = bool(given) and all(isinstance(shape, Sequence) for shape in given)
    shapes = tuple(tuple(shape) for shape in (given if several else [given]))
    for shape in shapes:
        if not shape or not all(isinstance(size, (int, np.integer)) and size > 0 for size in shape):
            raise ArgumentValueError(
                "input_shape", f"is {given}", "whole numbers above 0 are expected, or a list of such shapes"
            )
    return tuple(tuple(map(int, shape)) for shape in shapes)
