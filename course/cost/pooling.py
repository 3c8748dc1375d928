"""Pooling: nothing to learn, and no mult-adds in any count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from course.cost.convolution import Sizes, positions
from course.cost.layer import Layer, Shape, ShapeMismatch, channels_first
from course.errors import ArgumentValueError
from course.functional.arguments import per_axis


@dataclass(frozen=True, slots=True)
class _Pool(Layer):
    """A window's maximum or mean, channel by channel: ``(n, c, *)`` or ``(c, *)`` to the same number of axes."""

    kernel_size: Sizes
    stride: Sizes | None = None
    padding: Sizes = 0
    axes: ClassVar[int]

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = channels_first(self, inputs, self.axes)
        kernel = self._per_axis("kernel_size")
        stride = kernel if self.stride in (None, ()) else self._per_axis("stride")
        padding = self._per_axis("padding")
        if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
            raise ArgumentValueError(
                "padding", f"is {self.padding}", f"at most half of kernel_size {self.kernel_size} is expected"
            )
        windows = zip(shape[-self.axes :], kernel, stride, padding, self._per_axis("dilation"), strict=True)
        sizes = tuple(self._positions(*window) for window in windows)
        if min(sizes) < 1:
            raise ShapeMismatch(self, shape, "an input, with its padding, no smaller than the window")
        return (*shape[: -self.axes], *sizes)

    def _positions(self, size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
        if not getattr(self, "ceil_mode", False):
            return positions(size, kernel, stride, padding, dilation)
        count = positions(size + stride - 1, kernel, stride, padding, dilation)
        # The last window must begin inside the input or its padding on the left.
        return count - 1 if (count - 1) * stride >= size + padding else count

    def _per_axis(self, name: str) -> tuple[int, ...]:
        return per_axis(name, getattr(self, name, 1), self.axes, at_least=0 if name == "padding" else 1)


@dataclass(frozen=True, slots=True)
class _MaxPool(_Pool):
    dilation: Sizes = 1
    return_indices: bool = False
    ceil_mode: bool = False


@dataclass(frozen=True, slots=True)
class _AvgPool(_Pool):
    ceil_mode: bool = False
    count_include_pad: bool = True


@dataclass(frozen=True, slots=True)
class MaxPool1d(_MaxPool):
    """``torch.nn.MaxPool1d``."""

    axes = 1


@dataclass(frozen=True, slots=True)
class MaxPool2d(_MaxPool):
    """``torch.nn.MaxPool2d``.

    Examples
    --------
    >>> MaxPool2d(2).output_shape((1, 16, 100, 101))
    (1, 16, 50, 50)
    >>> MaxPool2d(2, ceil_mode=True).output_shape((1, 16, 100, 101))
    (1, 16, 50, 51)
    """

    axes = 2


@dataclass(frozen=True, slots=True)
class MaxPool3d(_MaxPool):
    """``torch.nn.MaxPool3d``."""

    axes = 3


@dataclass(frozen=True, slots=True)
class AvgPool1d(_AvgPool):
    """``torch.nn.AvgPool1d``."""

    axes = 1


@dataclass(frozen=True, slots=True)
class AvgPool2d(_AvgPool):
    """``torch.nn.AvgPool2d``."""

    divisor_override: int | None = None
    axes = 2


@dataclass(frozen=True, slots=True)
class AvgPool3d(_AvgPool):
    """``torch.nn.AvgPool3d``."""

    divisor_override: int | None = None
    axes = 3


@dataclass(frozen=True, slots=True)
class _AdaptivePool(Layer):
    """Pooling to a given size; None keeps an axis as it is."""

    output_size: int | tuple[int | None, ...] | None
    axes: ClassVar[int]

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = channels_first(self, inputs, self.axes)
        wanted = self.output_size if isinstance(self.output_size, tuple) else (self.output_size,) * self.axes
        if len(wanted) != self.axes:
            raise ArgumentValueError(
                "output_size", f"is {self.output_size}", f"one number, or {self.axes}, are expected"
            )
        sizes = zip(wanted, shape[-self.axes :], strict=True)
        return (*shape[: -self.axes], *(old if new is None else new for new, old in sizes))


@dataclass(frozen=True, slots=True)
class AdaptiveAvgPool1d(_AdaptivePool):
    """``torch.nn.AdaptiveAvgPool1d``."""

    axes = 1


@dataclass(frozen=True, slots=True)
class AdaptiveAvgPool2d(_AdaptivePool):
    """``torch.nn.AdaptiveAvgPool2d``.

    Examples
    --------
    >>> AdaptiveAvgPool2d((None, 1)).output_shape((1, 16, 100, 90))
    (1, 16, 100, 1)
    """

    axes = 2


@dataclass(frozen=True, slots=True)
class AdaptiveMaxPool2d(_AdaptivePool):
    """``torch.nn.AdaptiveMaxPool2d``."""

    axes = 2
