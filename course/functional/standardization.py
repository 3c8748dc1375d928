"""What the normalizations of channels share: mean 0 and variance 1 in groups, then a weight and a bias per channel.

Batch, instance and group normalization differ only in how they see their input, as an array of five axes: values that
agree on the first and the third share a mean and a variance.

======== =================================
layer    view
======== =================================
batch    ``(1, n, c, 1, l)``
instance ``(n, 1, c, 1, l)``
group    ``(n, 1, groups, c // groups, l)``
======== =================================

The third and the fourth axis are the channels. Every sum is first one of each channel's positions, a dot product; what
is left to add up, weighted or not, is small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course.functional.arguments import require_floating, require_shape
from course.functional.precision import quiet, rounded, widened
from course.functional.sums import sum_along

View = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Standardized:
    """Values less their mean, in the shape of the view, and statistics that broadcast to it."""

    deviations: np.ndarray
    mean: np.ndarray
    var: np.ndarray
    inverse_std: np.ndarray


def standardize(
    input: np.ndarray,
    view: View,
    eps: float,
    *,
    mean: np.ndarray | None = None,
    var: np.ndarray | None = None,
) -> Standardized:
    r"""Give :math:`x - \mu` and :math:`1 / \sqrt{\sigma^2 + \epsilon}`, whose product is :math:`\hat x`.

    The variance is the biased one: divided by the number of values. `mean` and `var` replace the input's own.

    Examples
    --------
    >>> found = standardize(np.array([[1.0, 3.0], [5.0, 9.0]]), (1, 1, 2, 1, 2), eps=0.0)
    >>> (found.deviations * found.inverse_std).reshape(2, 2)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    x = widened(input).reshape(view)
    statistics = (view[0], 1, view[2], 1, 1)
    # an empty group, infinities and eps=0 make NaN, as in PyTorch, and no warning
    with quiet():
        mean = _group_mean(sum_along(-1, x), view) if mean is None else widened(mean).reshape(statistics)
        deviations = x - mean
        if var is None:
            # from the deviations: mean square less squared mean would lose its digits where the mean is large
            var = _group_mean(sum_along(-1, deviations, deviations), view)
        var = widened(var).reshape(statistics)
        return Standardized(deviations, mean, var, 1 / np.sqrt(var + float(eps)))


def apply_affine(standardized: Standardized, weight: np.ndarray | None, bias: np.ndarray | None) -> np.ndarray:
    r"""Give :math:`\hat x w + b` in the shape of the view. The deviations are used up: it works in place."""
    output, channels = standardized.deviations, _channels(standardized)
    with quiet():
        output *= standardized.inverse_std * (1 if weight is None else widened(weight).reshape(channels))
        if bias is not None:
            output += widened(bias).reshape(channels)
    return output


def standardize_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray | None,
    standardized: Standardized,
    *,
    constant_statistics: bool = False,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    r"""Give the gradients of the input, of the weight (None without one) and of the bias, both one-dimensional.

    With :math:`g = w\,\partial L/\partial y`, the gradient of :math:`\hat x`, and means over each group:

    .. math:: \frac{\partial L}{\partial x} = \frac{1}{\sqrt{\sigma^2 + \epsilon}}
              \left(g - \overline{g} - \hat x\,\overline{g \hat x}\right)

    The second term comes through the mean, the third through the variance; both are missing where the statistics are
    constants. The deviations are used up: it works in place.
    """
    require_floating(input=input, grad_output=grad_output)
    require_shape("grad_output", grad_output, input.shape)
    x_less_mean, inverse_std, view = standardized.deviations, standardized.inverse_std, standardized.deviations.shape
    grads = widened(grad_output).reshape(view)
    w = np.ones((), grads.dtype) if weight is None else widened(weight).reshape(_channels(standardized))
    with quiet():
        sums, products = sum_along(-1, grads), np.asarray(sum_along(-1, grads, x_less_mean))
        if input.size:  # of nothing there is no standard deviation
            products *= inverse_std
        grad_input = grads * (w * inverse_std)
        if not constant_statistics:
            x_less_mean *= _group_mean(w * products, view) * inverse_std * inverse_std
            x_less_mean += _group_mean(w * sums, view) * inverse_std
            grad_input -= x_less_mean
        grad_bias, grad_weight = (each.sum(axis=(0, 1)).reshape(-1) for each in (sums, products))
    parameter = grad_output.dtype if weight is None else weight.dtype
    return (
        rounded(grad_input.reshape(input.shape), input.dtype),
        None if weight is None else rounded(grad_weight, parameter),
        rounded(grad_bias, parameter),
    )


def _channels(standardized: Standardized) -> tuple[int, ...]:
    """Give the shape in which a parameter of each channel broadcasts to the view."""
    return (1, 1, *standardized.deviations.shape[2:4], 1)


def _group_mean(sums: np.ndarray, view: View) -> np.ndarray:
    """Give each group's mean, from the sums over positions."""
    return sums.sum(axis=(1, 3), keepdims=True) / (view[1] * view[3] * view[4])
