"""Normalization keeps its input's shape.

torchinfo counts n times the parameters as mult-adds, where n is the first axis: 16 for a BatchNorm2d of 8 channels, be
the image large or small. Scaling and shifting touches every number once; like other work number by number, the
true count leaves it out, and PyTorch's flop counter does too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from course.cost.layer import Layer, Parameter, Shape, ShapeMismatch, affine, channels_first, only
from course.errors import ArgumentValueError


@dataclass(frozen=True, slots=True)
class _BatchNorm(Layer):
    num_features: int
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True
    track_running_stats: bool = True
    axes: ClassVar[tuple[int, ...]]

    def parameters(self) -> tuple[Parameter, ...]:
        return affine((self.num_features,)) if self.affine else ()

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = only(self, inputs)
        if len(shape) not in self.axes:
            raise ShapeMismatch(self, shape, f"an input of {' or '.join(map(str, self.axes))} axes")
        if shape[1] != self.num_features:
            raise ShapeMismatch(self, shape, f"an input with {self.num_features} channels on axis 1")
        return shape


@dataclass(frozen=True, slots=True)
class BatchNorm1d(_BatchNorm):
    """``torch.nn.BatchNorm1d``."""

    axes = (2, 3)


@dataclass(frozen=True, slots=True)
class BatchNorm2d(_BatchNorm):
    """``torch.nn.BatchNorm2d``.

    Examples
    --------
    >>> BatchNorm2d(16).parameters()
    (Parameter(name='weight', shape=(16,), ...), Parameter(name='bias', shape=(16,), ...))
    """

    axes = (4,)


@dataclass(frozen=True, slots=True)
class BatchNorm3d(_BatchNorm):
    """``torch.nn.BatchNorm3d``."""

    axes = (5,)


@dataclass(frozen=True, slots=True)
class _InstanceNorm(Layer):
    num_features: int
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = False
    track_running_stats: bool = False
    axes: ClassVar[int]

    def parameters(self) -> tuple[Parameter, ...]:
        return affine((self.num_features,)) if self.affine else ()

    def output_shape(self, *inputs: Shape) -> Shape:
        # PyTorch only warns of another number of channels where there is no weight that must fit.
        return channels_first(self, inputs, self.axes, self.num_features if self.affine else None)


@dataclass(frozen=True, slots=True)
class InstanceNorm1d(_InstanceNorm):
    """``torch.nn.InstanceNorm1d``."""

    axes = 1


@dataclass(frozen=True, slots=True)
class InstanceNorm2d(_InstanceNorm):
    """``torch.nn.InstanceNorm2d``."""

    axes = 2


@dataclass(frozen=True, slots=True)
class InstanceNorm3d(_InstanceNorm):
    """``torch.nn.InstanceNorm3d``."""

    axes = 3


@dataclass(frozen=True, slots=True)
class GroupNorm(Layer):
    """``torch.nn.GroupNorm``: ``(n, c, *)``."""

    num_groups: int
    num_channels: int
    eps: float = 1e-5
    affine: bool = True

    def __post_init__(self) -> None:
        if self.num_channels % self.num_groups:
            raise ArgumentValueError(
                "num_groups", f"is {self.num_groups}", f"a divisor of {self.num_channels} channels is expected"
            )

    def parameters(self) -> tuple[Parameter, ...]:
        """Give weight and bias ``(c,)``."""
        return affine((self.num_channels,)) if self.affine else ()

    def output_shape(self, *inputs: Shape) -> Shape:
        """Keep the shape."""
        shape = only(self, inputs)
        if len(shape) < 2 or shape[1] != self.num_channels:
            raise ShapeMismatch(self, shape, f"an input with {self.num_channels} channels on axis 1")
        return shape


@dataclass(frozen=True, slots=True)
class _OverLastAxes(Layer):
    normalized_shape: int | tuple[int, ...]

    def output_shape(self, *inputs: Shape) -> Shape:
        shape, wanted = only(self, inputs), self._last_axes()
        if shape[-len(wanted) :] != wanted:
            raise ShapeMismatch(self, shape, f"an input that ends with {wanted}")
        return shape

    def _last_axes(self) -> Shape:
        return self.normalized_shape if isinstance(self.normalized_shape, tuple) else (self.normalized_shape,)


@dataclass(frozen=True, slots=True)
class LayerNorm(_OverLastAxes):
    """``torch.nn.LayerNorm``: ``(*, c)``."""

    eps: float = 1e-5
    elementwise_affine: bool = True
    bias: bool = True

    def parameters(self) -> tuple[Parameter, ...]:
        """Give weight and bias of `normalized_shape`."""
        return affine(self._last_axes(), bias=self.bias) if self.elementwise_affine else ()


@dataclass(frozen=True, slots=True)
class RMSNorm(_OverLastAxes):
    """``torch.nn.RMSNorm``: ``(*, c)``. There is no bias."""

    eps: float | None = None
    elementwise_affine: bool = True

    def parameters(self) -> tuple[Parameter, ...]:
        """Give weight of `normalized_shape`."""
        return affine(self._last_axes(), bias=False) if self.elementwise_affine else ()
