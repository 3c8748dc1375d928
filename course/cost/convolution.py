"""Convolutions over one, two and three axes, and the transposed convolution of images."""

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


def require_groups(groups: int, in_channels: int, out_channels: int) -> None:
    """Refuse groups that do not divide the channels.

    Raises
    ------
    ValueError
        Says which channels they must divide.

    Examples
    --------
    >>> require_groups(2, 4, 5)
    Traceback (most recent call last):
    course.errors.ArgumentValueError: groups is 2; a divisor of in_channels 4 and out_channels 5 is expected.
    """
    if in_channels % groups or out_channels % groups:
        wanted = f"a divisor of in_channels {in_channels} and out_channels {out_channels} is expected"
        raise ArgumentValueError("groups", f"is {groups}", wanted)


@dataclass(frozen=True, slots=True)
class _Conv(Layer):
    """A convolution: ``(n, c_i, *)`` or ``(c_i, *)`` to the same number of axes with ``c_o`` channels.

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
        require_groups(self.groups, self.in_channels, self.out_channels)
        if isinstance(self.padding, str):
            if self.padding not in ("same", "valid"):
                raise ArgumentValueError("padding", f"is {self.padding!r}", "a number, 'same' or 'valid' is expected")
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


@dataclass(frozen=True, slots=True)
class ConvTranspose2d(Layer):
    """``torch.nn.ConvTranspose2d``: ``(n, c_i, h, w)`` or ``(c_i, h, w)`` to ``c_o`` channels of another size.

    Every input value is multiplied by the ``c_o / g`` kernels of its channel; the true count of mult-adds is that,
    products that padding cuts off included. torchinfo counts every parameter once for each output position.

    Examples
    --------
    >>> layer = ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1)
    >>> layer.output_shape((1, 32, 50, 50)), layer.true_mult_adds((1, 32, 50, 50))
    ((1, 16, 100, 100), 11520000)
    """

    in_channels: int
    out_channels: int
    kernel_size: Sizes
    stride: Sizes = 1
    padding: Sizes = 0
    output_padding: Sizes = 0
    groups: int = 1
    bias: bool = True
    dilation: Sizes = 1
    padding_mode: str = "zeros"

    def __post_init__(self) -> None:
        require_groups(self.groups, self.in_channels, self.out_channels)

    def parameters(self) -> tuple[Parameter, ...]:
        """Give the weight, whose input channels come first, and the bias."""
        shape = (self.in_channels, self.out_channels // self.groups, *per_axis("kernel_size", self.kernel_size, 2))
        return (Parameter("weight", shape), *([Parameter("bias", (self.out_channels,))] if self.bias else []))

    def output_shape(self, *inputs: Shape) -> Shape:
        """Spread the input, and add what the kernel reaches beyond it: ``(h - 1)s - 2p + d(k - 1) + op + 1``."""
        shape = channels_first(self, inputs, 2, self.in_channels)
        along = zip(
            shape[-2:],
            per_axis("kernel_size", self.kernel_size, 2, at_least=1),
            per_axis("stride", self.stride, 2, at_least=1),
            per_axis("padding", self.padding, 2),
            per_axis("dilation", self.dilation, 2, at_least=1),
            per_axis("output_padding", self.output_padding, 2),
            strict=True,
        )
        sizes = tuple((size - 1) * s - 2 * p + d * (k - 1) + op + 1 for size, k, s, p, d, op in along)
        if min(sizes) < 1:
            raise ShapeMismatch(self, shape, "an input that the padding leaves something of")
        return (*shape[:-3], self.out_channels, *sizes)

    def true_mult_adds(self, *inputs: Shape) -> int:
        """Multiply each input value by the kernels that it scales."""
        kernel = math.prod(per_axis("kernel_size", self.kernel_size, 2))
        return math.prod(channels_first(self, inputs, 2, self.in_channels)) * self.out_channels // self.groups * kernel
