"""What all normalizations share: values brought to mean 0 and variance 1 in groups, then an affine map.

The five layers differ only in two views of their input, each of shape ``(n, c, l)``, where all that has the same
index on the middle axis belongs together. One view says which values share a mean and a variance, the other which
share a weight and a bias:

=========== ====================================== ===========================
layer       share a mean and a variance            share a weight and a bias
=========== ====================================== ===========================
batch       ``(n, c, l)``                          ``(n, c, l)``
instance    ``(1, n * c, l)``                      ``(n, c, l)``
group       ``(1, n * groups, c // groups * l)``   ``(n, c, l)``
layer, rms  ``(1, rows, features)``                ``(rows, features, 1)``
=========== ====================================== ===========================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course.functional.arguments import require_floating, require_shape
from course.functional.precision import rounded, widened

View = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Standardized:
    """Values less their mean, divided by the standard deviation, and the statistics, one per group."""

    x_hat: np.ndarray
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
    center: bool = True,
) -> Standardized:
    r"""Give :math:`\hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}` in the shape of `view`.

    The variance is the biased one: divided by the number of values. `mean` and `var` replace the input's own.
    Without `center` the mean is taken for 0, which makes the variance the mean square.

    Examples
    --------
    >>> standardize(np.array([[1.0, 3.0], [5.0, 9.0]]), (1, 2, 2), eps=0.0).x_hat
    array([[[-1.,  1.],
            [-1.,  1.]]])
    """
    x = widened(input).reshape(view)
    # an empty group, infinities and eps=0 make NaN, as in PyTorch, and no warning
    with np.errstate(all="ignore"):
        if not center:
            mean = np.zeros(view[1], dtype=x.dtype)
        elif mean is None:
            mean = _group_mean(x)
        deviations = x - widened(mean)[:, np.newaxis] if center else x
        if var is None:
            # from the deviations: mean square less squared mean would lose its digits where the mean is large
            var = _group_mean(deviations, deviations)
        inverse_std = 1 / np.sqrt(widened(var) + float(eps))
        x_hat = np.multiply(deviations, inverse_std[:, np.newaxis], out=deviations if center else None)
    return Standardized(x_hat, mean, var, inverse_std)


def apply_affine(
    standardized: Standardized, view: View, weight: np.ndarray | None, bias: np.ndarray | None
) -> np.ndarray:
    r"""Give :math:`\hat x w + b` in the shape of `view`. The standardized values are used up: it works in place."""
    output = standardized.x_hat.reshape(view)
    with np.errstate(all="ignore"):
        if weight is not None:
            output *= widened(weight).reshape(-1, 1)
        if bias is not None:
            output += widened(bias).reshape(-1, 1)
    return output


def standardize_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray | None,
    standardized: Standardized,
    affine_view: View,
    *,
    center: bool = True,
    constant_statistics: bool = False,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    r"""Give the gradients of the input, of the weight (None without one) and of the bias, both one-dimensional.

    With :math:`g = w\,\partial L/\partial y`, the gradient of :math:`\hat x`, and means over each group:

    .. math:: \frac{\partial L}{\partial x} = \frac{1}{\sqrt{\sigma^2 + \epsilon}}
              \left(g - \overline{g} - \hat x\,\overline{g \hat x}\right)

    The second term comes through the mean and is missing without `center`; the third comes through the variance.
    Both are missing where the statistics are constants. The standardized values are used up: it works in place.
    """
    require_floating(input=input, grad_output=grad_output)
    require_shape("grad_output", grad_output, input.shape)
    x_hat, grads = standardized.x_hat, widened(grad_output).reshape(affine_view)
    with np.errstate(all="ignore"):
        grad_bias = _group_sum(grads)
        grad_weight = None
        if weight is not None:
            grad_weight = rounded(_group_sum(grads, x_hat.reshape(affine_view)), weight.dtype)
            grads = grads * widened(weight).reshape(-1, 1)
        g = grads.reshape(x_hat.shape)
        if constant_statistics:
            grad_input = np.multiply(g, standardized.inverse_std[:, np.newaxis], out=x_hat)
        else:
            grad_input = np.multiply(x_hat, -_group_mean(g, x_hat)[:, np.newaxis], out=x_hat)
            grad_input += g
            if center:
                grad_input -= _group_mean(g)[:, np.newaxis]
            grad_input *= standardized.inverse_std[:, np.newaxis]
    bias_dtype = grad_output.dtype if weight is None else weight.dtype
    return rounded(grad_input.reshape(input.shape), input.dtype), grad_weight, rounded(grad_bias, bias_dtype)


def _group_mean(x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
    """Give the mean of x, or of x y, over each group."""
    return _group_sum(x, y) / (x.shape[0] * x.shape[2])


def _group_sum(x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
    """Give the sum of x, or of x y, over each group. Dot products take a third of a sum's time on short rows."""
    n, _, length = x.shape
    if length == 1:
        return np.ones(n, dtype=x.dtype) @ (x if y is None else x * y)[:, :, 0]
    return np.vecdot(x, np.ones(length, dtype=x.dtype) if y is None else y).sum(axis=0)
