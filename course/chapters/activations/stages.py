"""What composite layers compute on the way: a report says up to which of it an answer is right."""

from __future__ import annotations

import math

import numpy as np

from course.checking.spec import Aside

Array = np.ndarray


def gelu_backward_stages(grad_output: Array, input: Array) -> dict[str, Array | Aside]:
    """Give the stages of GELU's backward pass.

    Examples
    --------
    >>> list(gelu_backward_stages(np.array([1.0]), np.array([0.0])))
    ['the gate Φ(x)', 'the density φ(x)', 'the gradient of the input']
    """
    gate = (1 + np.vectorize(math.erf, otypes=[float])(input / np.sqrt(2))) / 2
    density = np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)
    return {
        "the gate Φ(x)": Aside(gate, needed_by="the gradient of the input"),
        "the density φ(x)": density,
        "the gradient of the input": grad_output * (gate + input * density),
    }


def two_layer_stages(input: Array, weight1: Array, bias1: Array, weight2: Array, bias2: Array) -> dict[str, Array]:
    """Give the stages of two linear layers with a ReLU between them.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> list(two_layer_stages(one, one, one[0], one, one[0]))[-1]
    'the second linear layer'
    """
    hidden = np.maximum(input @ weight1.T + bias1, 0)
    return {
        "the product of input and weight1": input @ weight1.T,
        "the first linear layer": input @ weight1.T + bias1,
        "the hidden numbers after the ReLU": hidden,
        "the product of the hidden numbers and weight2": hidden @ weight2.T,
        "the second linear layer": hidden @ weight2.T + bias2,
    }
