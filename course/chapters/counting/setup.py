"""What the lesson's setup cell defines: an example of a layer, and a helper for sizes."""

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
