"""The convolutional layers, named and shaped as PyTorch's; `conv_nd` does the work for all of them.

PyTorch calls them convolutions, and what they compute is a cross-correlation: the kernel is not flipped.
"""

from __future__ import annotations

import numpy as np

from course.functional.arguments import require_ndim, require_numbers
from course.functional.conv_nd import Numbers, conv_nd, conv_nd_backward

Gradients = tuple[np.ndarray, np.ndarray, np.ndarray]


def conv1d(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""Slide kernels along a signal: :math:`y_{n,o,t} = b_o + \sum_{c,k} W_{o,c,k} \, x_{n,\,c,\,ts + kd - p}`.

    Parameters
    ----------
    input
        Shape ``(n, c_i, l)``, or ``(c_i, l)`` for a single signal.
    weight
        Shape ``(c_o, c_i/g, k)``.
    bias
        Shape ``(c_o,)``, or None.
    stride, padding, dilation, groups
        A number each, or for `padding` 'same' or 'valid'; see `conv_nd`.

    Returns
    -------
    Shape ``(n, c_o, floor((l + 2p - d(k-1) - 1) / s) + 1)``, without n for a single signal.

    Raises
    ------
    TypeError, ValueError
        As `conv_nd`; also where `weight` hasn't three axes.

    References
    ----------
    PyTorch, ``torch.nn.functional.conv1d``.

    Examples
    --------
    >>> conv1d(np.array([[0.0, 1.0, 0.0, 0.0]]), np.array([[[1.0, 2.0, 3.0]]]), padding="same")
    array([[3., 2., 1., 0.]])
    """
    _require_weight(weight, 3)
    return conv_nd(input, weight, bias, stride, padding, dilation, groups)


def conv1d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Gradients:
    """Give the gradients of `conv1d` from the gradient of its output.

    Parameters
    ----------
    grad_output
        Shaped as the output: ``(n, c_o, *)`` or ``(c_o, *)``.
    input, weight, stride, padding, dilation, groups
        As in the forward pass.

    Returns
    -------
    grad_input, grad_weight, grad_bias
        Shaped as input, weight and bias.

    Raises
    ------
    TypeError, ValueError
        As `conv_nd_backward`; also where `weight` hasn't three axes.

    Examples
    --------
    >>> grad_input, grad_weight, grad_bias = conv1d_backward(
    ...     np.array([[1.0, 1.0]]), np.array([[1.0, 2.0, 4.0]]), np.array([[[10.0, 20.0]]])
    ... )
    >>> grad_input, grad_weight, grad_bias
    (array([[10., 30., 20.]]), array([[[3., 6.]]]), array([2.]))
    """
    _require_weight(weight, 3)
    return conv_nd_backward(grad_output, input, weight, stride, padding, dilation, groups)


def conv2d(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""Slide kernels over an image.

    .. math:: y_{n,o,i,j} = b_o + \sum_{c,k,l} W_{o,c,k,l} \, x_{n,\,c,\,i s_h + k d_h - p_h,\,j s_w + l d_w - p_w}

    Parameters
    ----------
    input
        Shape ``(n, c_i, h, w)``, or ``(c_i, h, w)`` for a single image.
    weight
        Shape ``(c_o, c_i/g, k_h, k_w)``. With groups = c_i it is ``(c_o, 1, k_h, k_w)``: a depthwise convolution.
    bias
        Shape ``(c_o,)``, or None.
    stride, padding, dilation
        A number for both axes or ``(along h, along w)``, or for `padding` 'same' or 'valid'; see `conv_nd`.
    groups
        Divides c_i and c_o.

    Returns
    -------
    Shape ``(n, c_o, *)`` with sizes floor((h + 2p - d(k-1) - 1) / s) + 1, without n for a single image.

    Raises
    ------
    TypeError, ValueError
        As `conv_nd`; also where `weight` hasn't four axes.

    References
    ----------
    PyTorch, ``torch.nn.functional.conv2d``.

    Examples
    --------
    >>> image = np.array([[[0.0, 0.0, 9.0, 9.0], [0.0, 0.0, 9.0, 9.0], [0.0, 0.0, 9.0, 9.0]]])
    >>> conv2d(image, np.array([[[[-1.0, 1.0]]]]), stride=(2, 1))
    array([[[0., 9., 0.],
            [0., 9., 0.]]])
    """
    _require_weight(weight, 4)
    return conv_nd(input, weight, bias, stride, padding, dilation, groups)


def conv2d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Gradients:
    """Give the gradients of `conv2d` from the gradient of its output.

    Parameters
    ----------
    grad_output
        Shaped as the output: ``(n, c_o, *, *)`` or ``(c_o, *, *)``.
    input, weight, stride, padding, dilation, groups
        As in the forward pass.

    Returns
    -------
    grad_input, grad_weight, grad_bias
        Shaped as input, weight and bias.

    Raises
    ------
    TypeError, ValueError
        As `conv_nd_backward`; also where `weight` hasn't four axes.

    Examples
    --------
    >>> grad_input, grad_weight, grad_bias = conv2d_backward(
    ...     np.array([[[1.0, 1.0]]]), np.array([[[1.0, 2.0, 4.0]]]), np.array([[[[10.0, 20.0]]]])
    ... )
    >>> grad_input, grad_weight, grad_bias
    (array([[[10., 30., 20.]]]), array([[[[3., 6.]]]]), array([2.]))
    """
    _require_weight(weight, 4)
    return conv_nd_backward(grad_output, input, weight, stride, padding, dilation, groups)


def conv3d(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> np.ndarray:
    """Slide kernels through a volume, or a video: `conv2d` with one spatial axis more.

    Parameters
    ----------
    input
        Shape ``(n, c_i, d, h, w)``, or ``(c_i, d, h, w)`` for a single volume.
    weight
        Shape ``(c_o, c_i/g, k_d, k_h, k_w)``.
    bias
        Shape ``(c_o,)``, or None.
    stride, padding, dilation
        A number for all axes or ``(along d, along h, along w)``, or for `padding` 'same' or 'valid'; see `conv_nd`.
    groups
        Divides c_i and c_o.

    Returns
    -------
    Shape ``(n, c_o, *)`` with sizes floor((h + 2p - d(k-1) - 1) / s) + 1, without n for a single volume.

    Raises
    ------
    TypeError, ValueError
        As `conv_nd`; also where `weight` hasn't five axes.

    References
    ----------
    PyTorch, ``torch.nn.functional.conv3d``.

    Examples
    --------
    >>> conv3d(np.ones((1, 2, 2, 3)), np.ones((1, 1, 2, 2, 2)))
    array([[[[8., 8.]]]])
    """
    _require_weight(weight, 5)
    return conv_nd(input, weight, bias, stride, padding, dilation, groups)


def conv3d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Gradients:
    """Give the gradients of `conv3d` from the gradient of its output.

    Parameters
    ----------
    grad_output
        Shaped as the output: ``(n, c_o, *, *, *)`` or ``(c_o, *, *, *)``.
    input, weight, stride, padding, dilation, groups
        As in the forward pass.

    Returns
    -------
    grad_input, grad_weight, grad_bias
        Shaped as input, weight and bias.

    Raises
    ------
    TypeError, ValueError
        As `conv_nd_backward`; also where `weight` hasn't five axes.

    Examples
    --------
    >>> grads = conv3d_backward(np.ones((1, 1, 1, 2)), np.ones((1, 2, 2, 3)), np.ones((1, 1, 2, 2, 2)))
    >>> [grad.shape for grad in grads]
    [(1, 2, 2, 3), (1, 1, 2, 2, 2), (1,)]
    """
    _require_weight(weight, 5)
    return conv_nd_backward(grad_output, input, weight, stride, padding, dilation, groups)


def _require_weight(weight: np.ndarray, axes: int) -> None:
    if not isinstance(weight, np.ndarray):  # else `conv_nd` looks at its dtype
        require_numbers(weight=weight)
    require_ndim("weight", weight, axes)
