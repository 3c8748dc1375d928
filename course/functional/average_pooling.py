"""Average pooling: the mean of each window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError
from course.functional.arguments import LONG, require_flag, require_floating, require_shape, require_whole
from course.functional.pooling_windows import Windows, output_shape, pool_windows, reduce_windows, spread_windows
from course.functional.precision import quiet, rounded, widened


def avg_pool1d(
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    """Take the mean of each window of a signal: ``avg_pool2d`` along one axis.

    Parameters
    ----------
    input
        Shape ``(n, c, l)`` or ``(c, l)``.
    kernel_size, stride, padding, ceil_mode, count_include_pad
        As in ``avg_pool2d``; PyTorch has no `divisor_override` here.

    Returns
    -------
    Shape ``(n, c, l_o)`` or ``(c, l_o)``.

    Raises
    ------
    TypeError, ValueError
        As in ``avg_pool2d``.

    References
    ----------
    PyTorch, ``torch.nn.functional.avg_pool1d``.

    Examples
    --------
    >>> avg_pool1d(np.array([[1.0, 3.0, 5.0, 9.0]]), kernel_size=2)
    array([[2., 7.]])
    """
    windows = pool_windows(input, 1, kernel_size, stride, padding, ceil_mode=ceil_mode)
    return _avg_pool(input, windows, count_include_pad, None)


def avg_pool2d(
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> np.ndarray:
    r"""Take the mean of each window of an image, channel by channel.

    .. math:: y_{n,c,i,j} = \frac{1}{k_h k_w} \sum_{u < k_h,\, v < k_w} x_{n,\, c,\, s_h i - p_h + u,\, s_w j - p_w + v}

    Positions outside the image count as zeros.

    Parameters
    ----------
    input
        Shape ``(n, c, h, w)`` or ``(c, h, w)``; int64 too, whose means are rounded towards zero.
    kernel_size
        :math:`k`: the size of a window, one number or one for each axis.
    stride
        :math:`s`: the steps from window to window; `kernel_size` where it is left out.
    padding
        :math:`p`: how far windows reach over the border, at most half of `kernel_size`.
    ceil_mode
        Whether a last window may reach over the end; what is beyond the padding is never counted.
    count_include_pad
        Whether the divisor counts the padding, or only the values.
    divisor_override
        A whole number to divide by instead.

    Returns
    -------
    Shape ``(n, c, h_o, w_o)`` or ``(c, h_o, w_o)``, :math:`h_o = \lfloor (h + 2p - k) / s \rfloor + 1`, rounded up in
    `ceil_mode`.

    Raises
    ------
    TypeError
        Where `input` is neither floating-point nor int64, or an argument is of another type.
    ValueError
        Where the input has another number of axes, an axis but the batch is empty, an argument is out of range,
        `divisor_override` is zero, or no window fits.

    References
    ----------
    PyTorch, ``torch.nn.functional.avg_pool2d``.

    Examples
    --------
    >>> image = np.array([[[1.0, 3.0], [5.0, 7.0]]])
    >>> avg_pool2d(image, 2)
    array([[[4.]]])
    >>> avg_pool2d(image, 2, padding=1, count_include_pad=False)
    array([[[1., 3.],
            [5., 7.]]])
    """
    windows = pool_windows(input, 2, kernel_size, stride, padding, ceil_mode=ceil_mode)
    return _avg_pool(input, windows, count_include_pad, divisor_override)


def avg_pool3d(
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> np.ndarray:
    """Take the mean of each window of a volume: ``avg_pool2d`` along three axes.

    Parameters
    ----------
    input
        Shape ``(n, c, d, h, w)`` or ``(c, d, h, w)``, not smaller than a window: unlike in ``avg_pool2d`` padding
        does not make up for it.
    kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
        As in ``avg_pool2d``.

    Returns
    -------
    Shape ``(n, c, d_o, h_o, w_o)`` or without n.

    Raises
    ------
    TypeError, ValueError
        As in ``avg_pool2d``, and where the input is smaller than a window.

    References
    ----------
    PyTorch, ``torch.nn.functional.avg_pool3d``.

    Examples
    --------
    >>> avg_pool3d(np.arange(8.0).reshape(1, 2, 2, 2), kernel_size=(1, 2, 2)).ravel()
    array([1.5, 5.5])
    """
    windows = _avg_pool3d_windows(input, kernel_size, stride, padding, ceil_mode)
    return _avg_pool(input, windows, count_include_pad, divisor_override)


def avg_pool1d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    """Give the gradient of `avg_pool1d` for its input, as ``avg_pool2d_backward`` does.

    Examples
    --------
    >>> avg_pool1d_backward(np.array([[4.0, 8.0]]), np.zeros((1, 3)), kernel_size=2, stride=1)
    array([[2., 6., 4.]])
    """
    windows = pool_windows(input, 1, kernel_size, stride, padding, ceil_mode=ceil_mode)
    return _avg_pool_backward(grad_output, input, windows, count_include_pad, None)


def avg_pool2d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> np.ndarray:
    """Give the gradient of `avg_pool2d` for its input: each gradient in equal shares to all values of its window.

    Parameters
    ----------
    grad_output
        The shape of the output.
    input
        As in the forward pass, and so are all arguments after it. Only its shape and dtype matter.

    Returns
    -------
    The shape of `input`.

    Raises
    ------
    TypeError, ValueError
        As in ``avg_pool2d``, and where `grad_output` has another shape or dtype than the output.

    Examples
    --------
    >>> avg_pool2d_backward(np.array([[[8.0]]]), np.zeros((1, 2, 2)), kernel_size=2)
    array([[[2., 2.],
            [2., 2.]]])
    """
    windows = pool_windows(input, 2, kernel_size, stride, padding, ceil_mode=ceil_mode)
    return _avg_pool_backward(grad_output, input, windows, count_include_pad, divisor_override)


def avg_pool3d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> np.ndarray:
    """Give the gradient of `avg_pool3d` for its input, as ``avg_pool2d_backward`` does.

    Examples
    --------
    >>> avg_pool3d_backward(np.full((1, 1, 1, 1), 8.0), np.zeros((1, 2, 2, 2)), kernel_size=2).ravel()
    array([1., 1., 1., 1., 1., 1., 1., 1.])
    """
    windows = _avg_pool3d_windows(input, kernel_size, stride, padding, ceil_mode)
    return _avg_pool_backward(grad_output, input, windows, count_include_pad, divisor_override)


def _avg_pool3d_windows(
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None,
    padding: int | Sequence[int],
    ceil_mode: bool,
) -> tuple[Windows, ...]:
    windows = pool_windows(input, 3, kernel_size, stride, padding, ceil_mode=ceil_mode)
    if any(along.size < along.kernel_size for along in windows):
        raise ArgumentValueError(
            "input", f"has shape {input.shape}", f"kernel_size is {kernel_size}, and must not be larger"
        )
    return windows


def _divisor(
    windows: tuple[Windows, ...], count_include_pad: bool, divisor_override: int | None, dtype: np.dtype
) -> int | np.ndarray:
    require_flag(count_include_pad=count_include_pad)
    if divisor_override is not None:
        require_whole("divisor_override", divisor_override)
        if divisor_override == 0:
            raise ArgumentValueError("divisor_override", "is 0", "any other whole number is expected")
        return divisor_override
    if all(along.stay_inside() for along in windows):
        return math.prod(along.kernel_size for along in windows)
    # the number of positions in a window is the product of its lengths along the axes
    return reduce(np.multiply.outer, [along.lengths(count_include_pad).astype(dtype) for along in windows])


def _avg_pool(
    input: np.ndarray, windows: tuple[Windows, ...], count_include_pad: bool, divisor_override: int | None
) -> np.ndarray:
    if input.dtype.kind != "f" and input.dtype not in LONG:
        raise ArgumentTypeError("input", f"has dtype {input.dtype}", "float16, float32, float64 or int64 is expected")
    with quiet():  # infinities of both signs make NaN, as in PyTorch
        sums = reduce_windows(widened(input), windows, np.add, 0)
    divisor = _divisor(windows, count_include_pad, divisor_override, sums.dtype)
    if input.dtype in LONG:
        return (sums - np.fmod(sums, divisor)) // divisor
    sums /= divisor
    return rounded(sums, input.dtype)


def _avg_pool_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    windows: tuple[Windows, ...],
    count_include_pad: bool,
    divisor_override: int | None,
) -> np.ndarray:
    require_floating(input=input, grad_output=grad_output)
    require_shape("grad_output", grad_output, output_shape(input, windows))
    grads = widened(grad_output)
    shares = grads / _divisor(windows, count_include_pad, divisor_override, grads.dtype)
    return rounded(spread_windows(shares, windows), input.dtype)
