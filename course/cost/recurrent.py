"""Recurrent layers: one or more layers of cells over a sequence, forwards or both ways."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from course.cost.layer import Layer, Parameter, Shape, ShapeMismatch, Shapes, only
from course.errors import ArgumentValueError


class _Recurrent(Layer):
    """What the three have in common; they differ in the number of gates and in the states that they return."""

    __slots__ = ()
    gates: ClassVar[int]
    input_size: int
    hidden_size: int
    num_layers: int
    bias: bool
    batch_first: bool
    bidirectional: bool

    @property
    def _state_size(self) -> int:
        """How many numbers are handed from one position to the next."""
        return self.hidden_size

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def parameters(self) -> tuple[Parameter, ...]:
        """Give the weights and biases of every layer and direction."""
        rows, found = self.gates * self.hidden_size, []
        for layer in range(self.num_layers):
            size = self._directions * self._state_size if layer else self.input_size
            for direction in ("", "_reverse")[: self._directions]:
                end = f"l{layer}{direction}"
                found += [
                    Parameter(f"weight_ih_{end}", (rows, size)),
                    Parameter(f"weight_hh_{end}", (rows, self._state_size)),
                ]
                if self.bias:
                    found += [Parameter(f"bias_{kind}_{end}", (rows,)) for kind in ("ih", "hh")]
                if self._state_size != self.hidden_size:
                    found.append(Parameter(f"weight_hr_{end}", (self._state_size, self.hidden_size)))
        return tuple(found)

    def output_shape(self, *inputs: Shape) -> Shape:
        """Give the input's shape with the states of both directions, side by side, on the last axis."""
        return (*self._sequence(inputs)[:-1], self._directions * self._state_size)

    @abstractmethod
    def output_shapes(self, *inputs: Shape) -> Shapes:
        """Give the shapes of the output and of the last states."""

    def true_mult_adds(self, *inputs: Shape) -> int:
        """Count the products with every weight, once for each position of each sequence."""
        weights = (parameter.size for parameter in self.parameters() if parameter.name.startswith("weight"))
        return math.prod(self._sequence(inputs)[:-1]) * sum(weights)

    def _last(self, size: int, inputs: tuple[Shape, ...]) -> Shape:
        """Give the shape of the last states: one for each layer and direction."""
        shape, count = self._sequence(inputs), self.num_layers * self._directions
        if len(shape) == 2:
            return count, size
        return count, shape[0 if self.batch_first else 1], size

    def _sequence(self, inputs: tuple[Shape, ...]) -> Shape:
        shape = only(self, inputs)
        if len(shape) not in (2, 3) or shape[-1] != self.input_size:
            raise ShapeMismatch(self, shape, f"an input of 2 or 3 axes, ending with {self.input_size}")
        return shape


@dataclass(frozen=True, slots=True)
class RNN(_Recurrent):
    """``torch.nn.RNN``: ``(l, n, f)`` to ``(output, h)``; the batch comes first with `batch_first`.

    Examples
    --------
    >>> RNN(8, 16).output_shapes((5, 2, 8))
    ((5, 2, 16), (1, 2, 16))
    """

    gates = 1
    input_size: int
    hidden_size: int
    num_layers: int = 1
    nonlinearity: str = "tanh"
    bias: bool = True
    batch_first: bool = False
    dropout: float = 0.0
    bidirectional: bool = False

    def output_shapes(self, *inputs: Shape) -> Shapes:
        """Give the shapes of ``(output, h)``."""
        return self.output_shape(*inputs), self._last(self.hidden_size, inputs)


@dataclass(frozen=True, slots=True)
class GRU(_Recurrent):
    """``torch.nn.GRU``: ``(l, n, f)`` to ``(output, h)``; the batch comes first with `batch_first`.

    Examples
    --------
    >>> sum(parameter.size for parameter in GRU(8, 16).parameters())
    1248
    """

    gates = 3
    input_size: int
    hidden_size: int
    num_layers: int = 1
    bias: bool = True
    batch_first: bool = False
    dropout: float = 0.0
    bidirectional: bool = False

    def output_shapes(self, *inputs: Shape) -> Shapes:
        """Give the shapes of ``(output, h)``."""
        return self.output_shape(*inputs), self._last(self.hidden_size, inputs)


@dataclass(frozen=True, slots=True)
class LSTM(_Recurrent):
    """``torch.nn.LSTM``: ``(l, n, f)`` to ``(output, (h, c))``; the batch comes first with `batch_first`.

    With `proj_size`, the state that is handed on is a projection of this size.

    Examples
    --------
    >>> layer = LSTM(8, 16, batch_first=True)
    >>> layer.output_shapes((2, 5, 8))
    ((2, 5, 16), ((1, 2, 16), (1, 2, 16)))
    >>> layer.true_mult_adds((2, 5, 8))  # 4 gates, each of input and state
    15360
    """

    gates = 4
    input_size: int
    hidden_size: int
    num_layers: int = 1
    bias: bool = True
    batch_first: bool = False
    dropout: float = 0.0
    bidirectional: bool = False
    proj_size: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.proj_size < self.hidden_size:
            raise ArgumentValueError("proj_size", f"is {self.proj_size}", f"0 to {self.hidden_size - 1} is expected")

    @property
    def _state_size(self) -> int:
        return self.proj_size or self.hidden_size

    def output_shapes(self, *inputs: Shape) -> Shapes:
        """Give the shapes of ``(output, (h, c))``."""
        states = self._last(self._state_size, inputs), self._last(self.hidden_size, inputs)
        return self.output_shape(*inputs), states
