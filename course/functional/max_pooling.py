"""Max pooling: the largest value of each window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course.functional.arguments import require_flag, require_floating, require_shape
from course.functional.pooling_windows import Windows, lowest, output_shape, pool_windows, reduce_windows
from course.functional.pooling_winners import find_winners, winning_gradient, winning_positions
from course.functional.precision import rounded, widened


def max_pool1d(
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    """Take the largest value of each window of a signal: ``max_pool2d`` along one axis.

    Parameters
    ----------
    input
        Shape ``(n, c, l)`` or ``(c, l)``, integers too, which PyTorch takes here with `return_indices` only.
    kernel_size, stride, padding, dilation, ceil_mode, return_indices
        As in ``max_pool2d``.

    Returns
    -------
    Shape ``(n, c, l_o)`` or ``(c, l_o)``; with `return_indices` also the positions of the maxima, 0 to l - 1.

    Raises
    ------
    TypeError, ValueError
        As in ``max_pool2d``.

    References
    ----------
    PyTorch, ``torch.nn.functional.max_pool1d``.

    Examples
    --------
    >>> max_pool1d(np.array([[1.0, 4.0, 2.0, 3.0]]), kernel_size=2)
    array([[4., 3.]])
    """
    return _max_pool(input, pool_windows(input, 1, kernel_size, stride, padding, dilation, ceil_mode), return_indices)


def max_pool2d(
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    r"""Take the largest value of each window of an image, channel by channel.

    .. math:: y_{n,c,i,j} = \max_{u < k_h,\, v < k_w} x_{n,\, c,\, s_h i - p_h + d_h u,\, s_w j - p_w + d_w v}

    Positions outside the image do not take part. A NaN in a window makes NaN.

    Parameters
    ----------
    input
        Shape ``(n, c, h, w)`` or ``(c, h, w)``, integers too.
    kernel_size
        :math:`k`: the size of a window, one number or one for each axis.
    stride
        :math:`s`: the steps from window to window; `kernel_size` where it is left out.
    padding
        :math:`p`: how far windows reach over the border, at most half of `kernel_size`.
    dilation
        :math:`d`: the distance of neighbours within a window.
    ceil_mode
        Whether a last window may reach over the end; it starts at a value, never behind them.
    return_indices
        Whether to give the positions of the maxima too.

    Returns
    -------
    Shape ``(n, c, h_o, w_o)`` or ``(c, h_o, w_o)``, :math:`h_o = \lfloor (h + 2p - d(k-1) - 1) / s \rfloor + 1`,
    rounded up in `ceil_mode`. With `return_indices` also the positions, counted through the h·w pixels of a channel:
    the first where maxima are equal, the last NaN where there are some. A dilated window can miss all values: it
    gives minus infinity or the lowest integer, and the position -1 where PyTorch gives one outside the image.

    Raises
    ------
    TypeError
        Where `input` holds neither floating-point numbers nor integers, or an argument is of another type.
    ValueError
        Where the input has another number of axes, an axis but the batch is empty, an argument is out of range,
        or no window fits.

    References
    ----------
    PyTorch, ``torch.nn.functional.max_pool2d``.

    Examples
    --------
    >>> image = np.array([[[1.0, 2.0, 3.0, 4.0], [8.0, 7.0, 6.0, 5.0]]])
    >>> max_pool2d(image, 2)
    array([[[8., 6.]]])
    >>> max_pool2d(image, (2, 1), return_indices=True)[1]
    array([[[4, 5, 6, 7]]])
    """
    return _max_pool(input, pool_windows(input, 2, kernel_size, stride, padding, dilation, ceil_mode), return_indices)


def max_pool3d(
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    """Take the largest value of each window of a volume: ``max_pool2d`` along three axes.

    Parameters
    ----------
    input
        Shape ``(n, c, d, h, w)`` or ``(c, d, h, w)``, integers too.
    kernel_size, stride, padding, dilation, ceil_mode, return_indices
        As in ``max_pool2d``.

    Returns
    -------
    Shape ``(n, c, d_o, h_o, w_o)`` or without n; with `return_indices` also the positions of the maxima, counted
    through the d·h·w voxels of a channel.

    Raises
    ------
    TypeError, ValueError
        As in ``max_pool2d``.

    References
    ----------
    PyTorch, ``torch.nn.functional.max_pool3d``.

    Examples
    --------
    >>> max_pool3d(np.arange(8.0).reshape(1, 2, 2, 2), kernel_size=(1, 2, 2)).ravel()
    array([3., 7.])
    """
    return _max_pool(input, pool_windows(input, 3, kernel_size, stride, padding, dilation, ceil_mode), return_indices)


def max_pool1d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Give the gradient of `max_pool1d` for its input, as ``max_pool2d_backward`` does.

    Examples
    --------
    >>> max_pool1d_backward(np.array([[10.0, 20.0]]), np.array([[1.0, 4.0, 3.0, 3.0]]), kernel_size=2)
    array([[ 0., 10., 20.,  0.]])
    """
    windows = pool_windows(input, 1, kernel_size, stride, padding, dilation, ceil_mode)
    return _max_pool_backward(grad_output, input, windows)


def max_pool2d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Give the gradient of `max_pool2d` for its input.

    Each gradient goes whole to its window's maximum: the first where maxima are equal, the last NaN where there are
    some. A value that is the maximum of several windows gets the sum. (What is the gradient at a tie? None: the
    maximum has a kink there. PyTorch takes the first, and so does this.)

    Parameters
    ----------
    grad_output
        The shape of the output.
    input
        As in the forward pass, and so are all arguments after it.

    Returns
    -------
    The shape of `input`.

    Raises
    ------
    TypeError, ValueError
        As in ``max_pool2d``, and where `grad_output` has another shape or dtype than the output.

    Examples
    --------
    >>> max_pool2d_backward(np.array([[[10.0]]]), np.array([[[1.0, 5.0], [5.0, 2.0]]]), kernel_size=2)
    array([[[ 0., 10.],
            [ 0.,  0.]]])
    """
    windows = pool_windows(input, 2, kernel_size, stride, padding, dilation, ceil_mode)
    return _max_pool_backward(grad_output, input, windows)


def max_pool3d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Give the gradient of `max_pool3d` for its input, as ``max_pool2d_backward`` does.

    Examples
    --------
    >>> max_pool3d_backward(np.full((1, 1, 1, 1), 5.0), np.arange(8.0).reshape(1, 2, 2, 2), kernel_size=2).ravel()
    array([0., 0., 0., 0., 0., 0., 0., 5.])
    """
    windows = pool_windows(input, 3, kernel_size, stride, padding, dilation, ceil_mode)
    return _max_pool_backward(grad_output, input, windows)


def _max_pool(
    input: np.ndarray, windows: tuple[Windows, ...], return_indices: bool
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    require_flag(return_indices=return_indices)
    if not return_indices:
        return reduce_windows(widened(input), windows, np.maximum, lowest(input.dtype)).astype(input.dtype, copy=False)
    maxima, winners = find_winners(widened(input), windows)
    return maxima.astype(input.dtype, copy=False), winning_positions(winners, windows)


def _max_pool_backward(grad_output: np.ndarray, input: np.ndarray, windows: tuple[Windows, ...]) -> np.ndarray:
    require_floating(input=input, grad_output=grad_output)
    require_shape("grad_output", grad_output, output_shape(input, windows))
    _, winners = find_winners(widened(input), windows)
    return rounded(winning_gradient(widened(grad_output), winners, windows), input.dtype)
