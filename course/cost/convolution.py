"""Convolutions over one, two and three axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from course.cost.layer import Layer, Parameter, Shape, ShapeMismatch, channels_first
from course.errors import ArgumentValueError
from course.functional.arguments import per_axis

Sizes = int | tuple[int, ...]


def positions(size: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    """Count the places of a window along one axis: ``floor((size + 2p - d(k - 1) - 1) / s) + 1``.

    Examples
    --------
    >>> positions(100, 5, 1, 0), positions(100, 3, 2, 1)
    (96, 50)
    """
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


@dataclass(frozen=True, slots=True)
class _Conv(Layer):
    """A convolution: ``(n, c_i, *)`` or ``(c_i, *)`` to as many axes with ``c_o`` channels.

    Every output sums ``c_i / g`` times the kernel's size products; the true count of mult-adds is that times the
    number of outputs, products with padding included. torchinfo counts the bias too, as one more, and takes the
    first axis for the batch and the second for the channels even where there is no batch axis.
    """

    in_channels: int
    out_channels: int
    kernel_size: Sizes
    stride: Sizes = 1
    padding: Sizes | Literal["same", "valid"] = 0
    dilation: Sizes = 1
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"
    axes: ClassVar[int]

    def __post_init__(self) -> None:
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ArgumentValueError(
                "groups",
                f"is {self.groups}",
                f"a divisor of in_channels {self.in_channels} and out_channels {self.out_channels} is wanted",
            )
        if isinstance(self.padding, str):
            if self.padding not in ("same", "valid"):
                raise ArgumentValueError("padding", f"is {self.padding!r}", "a number, 'same' or 'valid' is wanted")
            if self.padding == "same" and set(self._per_axis("stride")) != {1}:
                raise ArgumentValueError("stride", f"is {self.stride}", "with padding='same' it must be 1")

    def parameters(self) -> tuple[Parameter, ...]:
        shape = (self.out_channels, self.in_channels // self.groups, *self._per_axis("kernel_size"))
        bias = Parameter("bias", (self.out_channels,))
        return (Parameter("weight", shape), *([bias] if self.bias else []))

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = channels_first(self, inputs, self.axes, self.in_channels)
        leading, sizes = shape[: -self.axes - 1], shape[-self.axes :]
        if self.padding != "same":
            padding = (0,) * self.axes if self.padding == "valid" else self._per_axis("padding")
            windows = zip(
                sizes,
                self._per_axis("kernel_size"),
                self._per_axis("stride"),
                padding,
                self._per_axis("dilation"),
                strict=True,
            )
            sizes = tuple(positions(*window) for window in windows)
            if min(sizes) < 1:
                raise ShapeMismatch(self, shape, "an input, with its padding, no smaller than the kernel")
        return (*leading, self.out_channels, *sizes)

    def true_mult_adds(self, *inputs: Shape) -> int:
        kernel = math.prod(self._per_axis("kernel_size"))
        return math.prod(self.output_shape(*inputs)) * self.in_channels // self.groups * kernel

    def _per_axis(self, name: str) -> tuple[int, ...]:
        return per_axis(name, getattr(self, name), self.axes, at_least=0 if name == "padding" else 1)


@dataclass(frozen=True, slots=True)
class Conv1d(_Conv):
    """``torch.nn.Conv1d``.

    Examples
    --------
    >>> Conv1d(16, 32, 5, padding="same").output_shape((1, 16, 100))
    (1, 32, 100)
    """

    axes = 1


@dataclass(frozen=True, slots=True)
class Conv2d(_Conv):
    """``torch.nn.Conv2d``.

    Examples
    --------
    >>> layer = Conv2d(16, 32, 5)
    >>> sum(parameter.size for parameter in layer.parameters())
    12832
    >>> layer.output_shape((1, 16, 100, 100))
    (1, 32, 96, 96)
    """

    axes = 2


@dataclass(frozen=True, slots=True)
class Conv3d(_Conv):
    """``torch.nn.Conv3d``.

    Examples
    --------
    >>> Conv3d(16, 32, 3).output_shape((16, 8, 12, 14))
    (32, 6, 10, 12)
    """

    axes = 3
