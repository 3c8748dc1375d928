"""How the numbers of a linear layer are worked out on paper."""

from __future__ import annotations

from course.checking.spec import Arguments
from course.checking.worked_out import sum_of_products

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
