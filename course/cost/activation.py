"""Layers that keep their input's shape and learn nothing: activation functions, softmax, dropout.

Their arguments are PyTorch's and change nothing about the cost, which is none in every count.
"""

from __future__ import annotations

from dataclasses import dataclass

from course.cost.layer import Layer, Shape, ShapeMismatch, only


@dataclass(frozen=True, slots=True)
class _Keeps(Layer):
    def output_shape(self, *inputs: Shape) -> Shape:
        return only(self, inputs)


@dataclass(frozen=True, slots=True)
class Identity(_Keeps):
    """``torch.nn.Identity``."""


@dataclass(frozen=True, slots=True)
class ReLU(_Keeps):
    """``torch.nn.ReLU``.

    Examples
    --------
    >>> ReLU().output_shape((2, 10))
    (2, 10)
    """

    inplace: bool = False


@dataclass(frozen=True, slots=True)
class LeakyReLU(_Keeps):
    """``torch.nn.LeakyReLU``."""

    negative_slope: float = 0.01
    inplace: bool = False


@dataclass(frozen=True, slots=True)
class ELU(_Keeps):
    """``torch.nn.ELU``."""

    alpha: float = 1.0
    inplace: bool = False


@dataclass(frozen=True, slots=True)
class ReLU6(_Keeps):
    """``torch.nn.ReLU6``."""

    inplace: bool = False


@dataclass(frozen=True, slots=True)
class Sigmoid(_Keeps):
    """``torch.nn.Sigmoid``."""


@dataclass(frozen=True, slots=True)
class Tanh(_Keeps):
    """``torch.nn.Tanh``."""


@dataclass(frozen=True, slots=True)
class SiLU(_Keeps):
    """``torch.nn.SiLU``."""

    inplace: bool = False


@dataclass(frozen=True, slots=True)
class Hardswish(_Keeps):
    """``torch.nn.Hardswish``."""

    inplace: bool = False


@dataclass(frozen=True, slots=True)
class GELU(_Keeps):
    """``torch.nn.GELU``."""

    approximate: str = "none"


@dataclass(frozen=True, slots=True)
class Softplus(_Keeps):
    """``torch.nn.Softplus``."""

    beta: float = 1.0
    threshold: float = 20.0


@dataclass(frozen=True, slots=True)
class _AlongAxis(_Keeps):
    dim: int | None = None

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = only(self, inputs)
        if self.dim is not None and not -len(shape) <= self.dim < len(shape):
            raise ShapeMismatch(self, shape, f"an input with an axis {self.dim}")
        return shape


@dataclass(frozen=True, slots=True)
class Softmax(_AlongAxis):
    """``torch.nn.Softmax``."""


@dataclass(frozen=True, slots=True)
class LogSoftmax(_AlongAxis):
    """``torch.nn.LogSoftmax``."""


@dataclass(frozen=True, slots=True)
class Dropout(_Keeps):
    """``torch.nn.Dropout``."""

    p: float = 0.5
    inplace: bool = False


@dataclass(frozen=True, slots=True)
class Dropout2d(_Keeps):
    """``torch.nn.Dropout2d``."""

    p: float = 0.5
    inplace: bool = False
