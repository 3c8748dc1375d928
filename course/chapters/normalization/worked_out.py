"""One normalized value, or the gradient of one, worked out in figures for a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking.on_the_way import on_the_way
from course.checking.spec import Arguments, Trace
from course.checking.worked_out import in_a_sum, sum_of_products, tidy

LONGEST_SUM = 6
FAR_OFF = 1000.0
"""So far from zero, the few digits of a formula do not show by how much a value differs from the mean."""


def normalized(value: float, values: np.ndarray, eps: float, weight: float | None, bias: float | None) -> str:
    """Write out how one value is normalized.

    Parameters
    ----------
    value
        The value.
    values
        All that share its mean and variance.
    eps
        Added to the variance.
    weight, bias
        What it is scaled and shifted by, if it is.

    Examples
    --------
    >>> normalized(3.0, np.array([1.0, 3.0]), 0.0, 5.0, -1.0)
    '(3 - 2)/√(1 + 0) · 5 + (-1) = 4'
    """
    return normalized_by(value, float(values.mean()), float(values.var()), eps, weight, bias)


def normalized_by(value: float, mean: float, var: float, eps: float, weight: float | None, bias: float | None) -> str:
    """Write out how one value is normalized by a mean and a variance that are known; nothing far from zero.

    Examples
    --------
    >>> normalized_by(3.0, 2.0, 4.0, 0.0, None, None)
    '(3 - 2)/√(4 + 0) = 0.5'
    """
    if abs(mean) > FAR_OFF:
        return ""
    result = (value - mean) / np.sqrt(var + eps)
    text = f"({value:.4g} - {in_a_sum(mean)})/√({var:.4g} + {eps:g})"
    if weight is not None:
        result, text = result * weight, f"{text} · {in_a_sum(weight)}"
    if bias is not None:
        result, text = result + bias, f"{text} + {in_a_sum(bias)}"
    return f"{text} = {tidy(result):.4g}"


def backward_traces(
    backward: Callable[..., Any],
    together: Callable[[Arguments, tuple[int, ...]], Any],
    collected: Callable[[tuple[int, ...]], Any],
) -> dict[str, Trace]:
    """Give what works out the three gradients of a normalization.

    Parameters
    ----------
    backward
        The solution.
    together
        Gives where the values are that are normalized with the one at an index.
    collected
        Gives where the values are that a weight multiplies.
    """
    on_the_way_back = on_the_way(backward, "q", "x_hat", "input.var(axis=axes, keepdims=True)", "eps")

    def grad_input(arguments: Arguments, index: tuple[int, ...]) -> str:
        q, x_hat, var, eps = on_the_way_back(**arguments)
        own, var = together(arguments, index), np.broadcast_to(var, q.shape)
        return through_the_norm(q[index], q[own], x_hat[own], x_hat[index], var[index], eps)

    def grad_weight(arguments: Arguments, index: tuple[int, ...]) -> str:
        _, x_hat, *_ = on_the_way_back(**arguments)
        return gradient_of_weight(arguments["grad_output"][collected(index)], x_hat[collected(index)])

    def grad_bias(arguments: Arguments, index: tuple[int, ...]) -> str:
        return gradient_of_bias(arguments["grad_output"][collected(index)])

    return {"grad_input": grad_input, "grad_weight": grad_weight, "grad_bias": grad_bias}


def through_the_norm(own: float, q: np.ndarray, x_hat: np.ndarray, own_x_hat: float, var: float, eps: float) -> str:
    """Write out the gradient of one input: what arrives, less what comes back through mean and variance.

    Parameters
    ----------
    own, own_x_hat
        What arrives at the value itself, times the weight, and its normalized value.
    q, x_hat
        The same of all values that share its mean.
    var, eps
        Under the root.

    Examples
    --------
    >>> through_the_norm(2.0, np.array([2.0, 1.0]), np.array([1.0, -1.0]), 1.0, 4.0, 0.0)
    '(2 - 1.5 - 1·0.5)/√(4 + 0) = 0'
    """
    mean, product = tidy(q.mean()), tidy((q * x_hat).mean())
    result = (own - mean - own_x_hat * product) / np.sqrt(var + eps)
    terms = f"{own:.4g} - {in_a_sum(mean)} - {in_a_sum(tidy(own_x_hat))}·{in_a_sum(product)}"
    return f"({terms})/√({var:.4g} + {eps:g}) = {tidy(result):.4g}"


def gradient_of_weight(grad_output: np.ndarray, x_hat: np.ndarray) -> str:
    """Write out the sum of products that gives the gradient of one weight; nothing where it is long.

    Examples
    --------
    >>> gradient_of_weight(np.array([2.0, 3.0]), np.array([1.0, -1.0]))
    '2·1 + 3·(-1) = -1'
    """
    if grad_output.size > LONGEST_SUM:
        return ""
    return sum_of_products(grad_output.ravel().tolist(), [tidy(value) for value in x_hat.ravel()])


def gradient_of_bias(grad_output: np.ndarray) -> str:
    """Write out the sum that gives the gradient of one bias; nothing where it is long.

    Examples
    --------
    >>> gradient_of_bias(np.array([2.0, -3.0]))
    '2 + (-3) = -1'
    """
    if grad_output.size > LONGEST_SUM:
        return ""
    return f"{' + '.join(map(in_a_sum, grad_output.ravel().tolist()))} = {tidy(grad_output.sum()):.4g}"
