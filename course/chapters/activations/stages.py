"""What the gradient of GELU computes on the way: a report says up to which of it an answer is right."""

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
