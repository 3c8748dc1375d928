"""Layers that only rearrange numbers: Flatten, padding, PixelShuffle and Upsample."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from course.cost.layer import Layer, Shape, ShapeMismatch, channels_first, only
from course.errors import ArgumentValueError


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """``torch.nn.Flatten``: the axes from `start_dim` to `end_dim` become one.

    Examples
    --------
    >>> Flatten().output_shape((8, 16, 5, 5))
    (8, 400)
    """

    start_dim: int = 1
    end_dim: int = -1

    def output_shape(self, *inputs: Shape) -> Shape:
        """Multiply the sizes of the axes that become one."""
        shape = only(self, inputs)
        axes = range(len(shape))
        try:
            start, end = axes[self.start_dim], axes[self.end_dim]
        except IndexError:
            raise ShapeMismatch(self, shape, "an input with the axes start_dim and end_dim") from None
        if start > end:
            raise ShapeMismatch(self, shape, "a start_dim before end_dim")
        return (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])


@dataclass(frozen=True, slots=True)
class _Pad(Layer):
    """Adds to both ends of the last axes; `padding` lists them from the last axis backwards, before and after."""

    padding: int | tuple[int, ...]
    axes: ClassVar[int]

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = channels_first(self, inputs, self.axes)
        padding = self.padding if isinstance(self.padding, tuple) else (self.padding,) * 2 * self.axes
        if len(padding) != 2 * self.axes:
            raise ArgumentValueError("padding", f"is {self.padding}", f"one number, or {2 * self.axes}, are expected")
        pairs = list(zip(padding[::2], padding[1::2], strict=True))[::-1]
        sizes = tuple(size + sum(pair) for size, pair in zip(shape[-self.axes :], pairs, strict=True))
        if min(sizes) < 0:
            raise ShapeMismatch(self, shape, "an input no shorter than what negative padding cuts off")
        return (*shape[: -self.axes], *sizes)


@dataclass(frozen=True, slots=True)
class ZeroPad1d(_Pad):
    """``torch.nn.ZeroPad1d``."""

    axes = 1


@dataclass(frozen=True, slots=True)
class ZeroPad2d(_Pad):
    """``torch.nn.ZeroPad2d``.

    Examples
    --------
    >>> ZeroPad2d((1, 1, 0, 2)).output_shape((1, 16, 5, 7))
    (1, 16, 7, 9)
    """

    axes = 2


@dataclass(frozen=True, slots=True)
class ZeroPad3d(_Pad):
    """``torch.nn.ZeroPad3d``."""

    axes = 3


@dataclass(frozen=True, slots=True)
class ReplicationPad2d(_Pad):
    """``torch.nn.ReplicationPad2d``."""

    axes = 2


@dataclass(frozen=True, slots=True)
class ReflectionPad2d(_Pad):
    """``torch.nn.ReflectionPad2d``: the padding must be smaller than the axis it is reflected from."""

    axes = 2

    def output_shape(self, *inputs: Shape) -> Shape:
        """Add the padding."""
        output = _Pad.output_shape(self, *inputs)
        padding = self.padding if isinstance(self.padding, tuple) else (self.padding,) * 4
        if max(padding[:2]) >= inputs[0][-1] or max(padding[2:]) >= inputs[0][-2]:
            raise ShapeMismatch(self, inputs[0], "an input longer than its padding")
        return output


@dataclass(frozen=True, slots=True)
class PixelShuffle(Layer):
    """``torch.nn.PixelShuffle``: blocks of channels become blocks of pixels.

    Examples
    --------
    >>> PixelShuffle(2).output_shape((1, 32, 50, 40))
    (1, 8, 100, 80)
    """

    upscale_factor: int

    def output_shape(self, *inputs: Shape) -> Shape:
        """Divide the channels by the square of the factor, and multiply height and width by it."""
        shape, factor = only(self, inputs), self.upscale_factor
        if len(shape) < 3:
            raise ShapeMismatch(self, shape, "an input of 3 axes or more")
        *leading, channels, height, width = shape
        if channels % factor**2:
            raise ShapeMismatch(self, shape, f"a number of channels that is a multiple of {factor**2}")
        return (*leading, channels // factor**2, height * factor, width * factor)


@dataclass(frozen=True, slots=True)
class Upsample(Layer):
    """``torch.nn.Upsample`` by a factor: the mode changes the values and not the shape.

    Examples
    --------
    >>> Upsample(scale_factor=2).output_shape((1, 32, 50, 40))
    (1, 32, 100, 80)
    """

    size: int | tuple[int, ...] | None = None
    scale_factor: float | tuple[float, ...] | None = None
    mode: str = "nearest"
    align_corners: bool | None = None

    def __post_init__(self) -> None:
        if (self.size is None) == (self.scale_factor is None):
            raise ArgumentValueError("scale_factor", f"is {self.scale_factor}", "either it or size is expected")

    def output_shape(self, *inputs: Shape) -> Shape:
        """Multiply the spatial sizes, or replace them."""
        shape = only(self, inputs)
        if len(shape) < 3:
            raise ShapeMismatch(self, shape, "an input of 3 axes or more")
        *leading, axes = *shape[:2], len(shape) - 2
        given = self.size if self.scale_factor is None else self.scale_factor
        numbers = given if isinstance(given, tuple) else (given or 0,) * axes
        if len(numbers) != axes:
            raise ShapeMismatch(self, shape, f"an input with {len(numbers)} spatial axes")
        if self.scale_factor is None:
            return (*leading, *(int(size) for size in numbers))
        return (*leading, *(math.floor(size * factor) for size, factor in zip(shape[2:], numbers, strict=True)))
