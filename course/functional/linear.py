"""The linear layer: every output is a weighted sum of all inputs."""

from __future__ import annotations

import numpy as np


def linear(input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    r"""Apply a linear map and add a bias: :math:`y = x W^T + b`.

    Parameters
    ----------
    input
        Shape ``(*, c_i)``: any number of leading axes.
    weight
        Shape ``(c_o, c_i)``: one row per output.
    bias
        Shape ``(c_o,)``, or None.

    Returns
    -------
    Shape ``(*, c_o)``.

    Raises
    ------
    ValueError
        Where the last axis of `input` is not as long as that of `weight`.

    References
    ----------
    PyTorch, ``torch.nn.functional.linear``.

    Examples
    --------
    >>> linear(np.array([[1.0, 2.0]]), np.array([[10.0, 1.0], [0.0, 1.0], [1.0, 0.0]]), np.array([0.0, 0.5, 0.0]))
    array([[12. ,  2.5,  1. ]])
    """
    output = input @ weight.T
    return output if bias is None else output + bias


def linear_backward(
    grad_output: np.ndarray, input: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the gradients of `linear` from the gradient of its output.

    Parameters
    ----------
    grad_output
        Shape ``(*, c_o)``.
    input
        Shape ``(*, c_i)``, as in the forward pass.
    weight
        Shape ``(c_o, c_i)``.

    Returns
    -------
    grad_input ``(*, c_i)``, grad_weight ``(c_o, c_i)``, grad_bias ``(c_o,)``. The last two are sums over all samples.

    Examples
    --------
    >>> grad_input, grad_weight, grad_bias = linear_backward(
    ...     np.array([[1.0], [2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([[7.0, 8.0]])
    ... )
    >>> grad_weight, grad_bias
    (array([[13., 16.]]), array([3.]))
    """
    samples = input.reshape(-1, weight.shape[1])
    grads = grad_output.reshape(-1, weight.shape[0])
    return grad_output @ weight, grads.T @ samples, grads.sum(axis=0)
