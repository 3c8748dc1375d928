"""Group normalization: statistics for groups of channels, separately for each sample."""

from __future__ import annotations

import math

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import require_floating, require_parameters, require_real, require_shape, require_whole
from course.functional.precision import rounded
from course.functional.standardization import View, apply_affine, standardize, standardize_backward


def group_norm(
    input: np.ndarray,
    num_groups: int,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    eps: float = 1e-5,
) -> np.ndarray:
    r"""Standardize each sample over groups of neighbouring channels, then scale and shift each channel.

    .. math:: y = \frac{x - \mu_{n,g}}{\sqrt{\sigma_{n,g}^2 + \epsilon}}\, w_c + b_c

    Group g holds channels :math:`g c / G` to :math:`(g + 1) c / G - 1`, at all positions. One group normalizes the
    whole sample; as many groups as channels make an instance normalization.

    Parameters
    ----------
    input
        Shape ``(n, c, *)``.
    num_groups
        :math:`G`, a divisor of c.
    weight, bias
        Shape ``(c,)``, or None for 1 and 0. May be float32 where the input is float16.
    eps
        Keeps the root from 0.

    Returns
    -------
    The shape of `input`.

    Raises
    ------
    TypeError
        Where an array is not floating-point or not of the input's dtype, or an option is of another type.
    ValueError
        Where there are fewer than two axes, `num_groups` does not divide c, a parameter has another shape,
        or each group of a single sample has one value only.

    References
    ----------
    PyTorch, ``torch.nn.functional.group_norm``. Wu and He, "Group Normalization", 2018, arXiv:1803.08494.

    Examples
    --------
    >>> group_norm(np.array([[1.0, 3.0, 50.0, 90.0]]), 2).round(3)
    array([[-1.,  1., -1.,  1.]])
    """
    view = _group_view(input, num_groups, eps, weight=weight, bias=bias)
    output = apply_affine(standardize(input, view, eps), weight, bias)
    return rounded(output.reshape(input.shape), input.dtype)


def group_norm_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    num_groups: int,
    weight: np.ndarray | None = None,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Give the gradients of `group_norm` for its input, weight and bias.

    The formula is the same as in ``layer_norm_backward``, with means over each group of each sample.

    Parameters
    ----------
    grad_output
        The shape of `input`.
    input, num_groups, weight, eps
        As in the forward pass.

    Returns
    -------
    grad_input, of the shape of `input`; grad_weight ``(c,)``, None without a weight; grad_bias ``(c,)``.

    Raises
    ------
    TypeError, ValueError
        As in ``group_norm``, and where `grad_output` has another shape or dtype than the input.

    Examples
    --------
    >>> group_norm_backward(np.array([[1.0, 5.0]]), np.array([[1.0, 3.0]]), 1, np.ones(2))[2]
    array([1., 5.])
    """
    view = _group_view(input, num_groups, eps, weight=weight)
    return standardize_backward(grad_output, input, weight, standardize(input, view, eps))


def _group_view(input: np.ndarray, num_groups: int, eps: float, **parameters: np.ndarray | None) -> View:
    require_floating(input=input)
    require_parameters(input, **parameters)
    require_real(eps=eps)
    require_whole("num_groups", num_groups, at_least=1)
    if input.ndim < 2:
        raise ArgumentValueError(
            "input", f"has shape {input.shape}", "2 or more axes are expected, a batch and channels first"
        )
    n, c, length = input.shape[0], input.shape[1], math.prod(input.shape[2:])
    if c % num_groups:
        raise ArgumentValueError("num_groups", f"is {num_groups}", f"a divisor of the input's {c} channels is expected")
    if n * (c // num_groups) * length == 1:
        raise ArgumentValueError(
            "input", f"has shape {input.shape}: one value per group", f"fewer than {num_groups} are expected"
        )
    for name, array in parameters.items():
        require_shape(name, array, (c,))
    return n, 1, num_groups, c // num_groups, length
