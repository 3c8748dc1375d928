"""How the numbers of a linear layer are worked out on paper."""

from __future__ import annotations

import numpy as np

from course.checking.spec import Arguments, Trace
from course.checking.worked_out import in_a_sum, sum_of_products

MOST_TERMS = 4
"""A longer sum is not written out."""


def output_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Work out one output of one sample; empty where it has more features than fit into a line.

    Examples
    --------
    >>> output_trace({"input": [[1.0, 2.0]], "weight": [[3.0, -4.0]], "bias": [0.5]}, (0, 0))
    '1·3 + 2·(-4) + 0.5 = -4.5'
    """
    sample, neuron = index
    x, w, bias = arguments["input"][sample], arguments["weight"][neuron], arguments.get("bias")
    if len(x) > MOST_TERMS:
        return ""
    return sum_of_products(x, w, None if bias is None else bias[neuron])


def _grad_input_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    sample, feature = index
    return _sum(arguments["grad_output"][sample], arguments["weight"][:, feature])


def _grad_weight_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    neuron, feature = index
    return _sum(arguments["grad_output"][:, neuron], arguments["input"][:, feature])


def _grad_bias_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    collected = arguments["grad_output"][:, index[0]]
    if len(collected) > MOST_TERMS:
        return ""
    return f"{' + '.join(map(in_a_sum, collected))} = {collected.sum():.4g}"


def _sum(left: np.ndarray, right: np.ndarray) -> str:
    return "" if len(left) > MOST_TERMS else sum_of_products(left, right)


BACKWARD: dict[str, Trace] = {
    "grad_input": _grad_input_trace,
    "grad_weight": _grad_weight_trace,
    "grad_bias": _grad_bias_trace,
}
"""The three gradients of a linear layer."""
