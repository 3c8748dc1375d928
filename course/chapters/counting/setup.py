"""What the lesson's setup cells define: an example of a layer, and helpers for sizes and windows."""

from __future__ import annotations

import numpy as np


def pair(value):
    """Give two numbers for one, and a pair as it is.

    Examples
    --------
    >>> pair(3), pair((3, 2))
    ((3, 3), (3, 2))
    """
    return value if isinstance(value, tuple) else (value, value)


class Affine:
    """Multiply by one number and add another: the layer that the lesson shows as a model."""

    def __init__(self, weight, bias):
        self.weight = np.array([weight])
        self.bias = np.array([bias])

    def forward(self, input):
        """Give the output, and keep the input."""
        self.kept = input
        return self.weight * input + self.bias

    def backward(self, grad_output):
        """Give grad_input, and keep the gradients of weight and bias."""
        self.grad_weight = np.array([(grad_output * self.kept).sum()])
        self.grad_bias = np.array([grad_output.sum()])
        return grad_output * self.weight

    def parameters(self):
        """Give the arrays that training changes."""
        return [self.weight, self.bias]

    def gradients(self):
        """Give their gradients, in the same order."""
        return [self.grad_weight, self.grad_bias]


def windows(input, kernel_size, stride, padding=(0, 0)):
    """Give all windows of a batch with zeros around it: (n, c, h_o, w_o, k_h, k_w).

    Examples
    --------
    >>> windows(np.arange(12.0).reshape(1, 1, 3, 4), (2, 2), (1, 2))[0, 0, 1, 1]
    array([[ 6.,  7.],
           [10., 11.]])
    """
    (p_h, p_w), (s_h, s_w) = padding, stride
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    return np.lib.stride_tricks.sliding_window_view(padded, kernel_size, axis=(2, 3))[:, :, ::s_h, ::s_w]


def put_back(grad_windows, shape, stride, padding=(0, 0)):
    """Add the gradients of all windows up, each where its window was: an array of this shape.

    Examples
    --------
    >>> put_back(np.ones((1, 1, 1, 2, 2, 2)), (1, 1, 2, 3), (1, 1))
    array([[[[1., 2., 1.],
             [1., 2., 1.]]]])
    """
    (n, c, h, w), (p_h, p_w), (s_h, s_w) = shape, padding, stride
    rows, columns, k_h, k_w = grad_windows.shape[2:]
    around = np.zeros((n, c, h + 2 * p_h, w + 2 * p_w))
    for i, j in np.ndindex(k_h, k_w):
        around[:, :, i : i + s_h * rows : s_h, j : j + s_w * columns : s_w] += grad_windows[..., i, j]
    return around[:, :, p_h : p_h + h, p_w : p_w + w]
