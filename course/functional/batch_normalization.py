"""Batch and instance normalization: statistics for each channel, of a batch or of each sample, and running ones."""

from __future__ import annotations

import math

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import require_flag, require_floating, require_parameters, require_real, require_shape
from course.functional.precision import rounded, widened
from course.functional.standardization import Standardized, View, apply_affine, standardize, standardize_backward


def batch_norm(
    input: np.ndarray,
    running_mean: np.ndarray | None,
    running_var: np.ndarray | None,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> np.ndarray:
    r"""Standardize each channel over the batch and all positions, then scale and shift it.

    .. math:: y = \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \epsilon}}\, w_c + b_c

    In training :math:`\mu_c` and :math:`\sigma_c^2` (biased) come from the batch, and the running statistics, if
    given, change in place: ``running = (1 - momentum) * running + momentum * new``, where the new variance is the
    unbiased one. In evaluation they are the running ones, and nothing changes.

    Parameters
    ----------
    input
        Shape ``(n, c, *)``; or ``(0,)``, which counts as an empty batch without channels.
    running_mean, running_var
        Shape ``(c,)``, or both None in training.
    weight, bias
        Shape ``(c,)``, or None for 1 and 0. May be float32, like the running statistics, where the input is float16.
    training
        Whether to use the batch's statistics.
    momentum
        How much of the running statistics is replaced: 1 forgets, 0 never learns.
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
        Where shapes don't fit, running statistics are missing, `eps` is negative (in training also zero),
        or in training there is one value per channel: it would always become 0.

    References
    ----------
    PyTorch, ``torch.nn.functional.batch_norm``. Ioffe and Szegedy, "Batch Normalization", 2015, arXiv:1502.03167.

    Examples
    --------
    >>> running_mean, running_var = np.zeros(1), np.ones(1)
    >>> batch_norm(np.array([[1.0], [3.0]]), running_mean, running_var, training=True, eps=1e-12).round(6)
    array([[-1.],
           [ 1.]])
    >>> running_mean, running_var
    (array([0.2]), array([1.1]))
    """
    view = _channels(input, or_empty=True, training=training, momentum=momentum, eps=eps)
    _check_per_channel(input, running_mean, running_var, weight, bias, own_statistics=training)
    _check_batch(input, view, training, eps)
    if training:
        standardized = standardize(input, view, eps)
        _update(running_mean, running_var, standardized, momentum, count=view[1] * view[4])
    else:
        standardized = standardize(input, view, eps, mean=running_mean, var=running_var)
    return rounded(apply_affine(standardized, weight, bias).reshape(input.shape), input.dtype)


def batch_norm_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray | None = None,
    eps: float = 1e-5,
    *,
    training: bool = True,
    running_mean: np.ndarray | None = None,
    running_var: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    r"""Give the gradients of `batch_norm` for its input, weight and bias.

    With :math:`g = w\,\partial L/\partial y` and means over the batch and all positions,
    :math:`\partial L/\partial x = (g - \overline g - \hat x\,\overline{g \hat x}) / \sqrt{\sigma^2 + \epsilon}`;
    in evaluation the statistics are constants, and what remains is :math:`g / \sqrt{\sigma^2 + \epsilon}`.

    Parameters
    ----------
    grad_output
        The shape of `input`.
    input, weight, eps, training, running_mean, running_var
        As in the forward pass; note that here `training` is the default. The running statistics are not changed,
        and only used in evaluation.

    Returns
    -------
    grad_input, of the shape of `input`; grad_weight ``(c,)``, None without a weight; grad_bias ``(c,)``.

    Raises
    ------
    TypeError, ValueError
        As in ``batch_norm``, and where `grad_output` has another shape or dtype than the input.

    Examples
    --------
    >>> _, grad_weight, grad_bias = batch_norm_backward(
    ...     np.array([[1.0], [5.0]]), np.array([[1.0], [3.0]]), np.array([2.0]), eps=1e-12
    ... )
    >>> grad_weight.round(6), grad_bias
    (array([4.]), array([6.]))
    """
    view = _channels(input, or_empty=True, training=training, eps=eps)
    _check_per_channel(input, running_mean, running_var, weight, None, own_statistics=training)
    _check_batch(input, view, training, eps)
    if training:
        return standardize_backward(grad_output, input, weight, standardize(input, view, eps))
    standardized = standardize(input, view, eps, mean=running_mean, var=running_var)
    return standardize_backward(grad_output, input, weight, standardized, constant_statistics=True)


def instance_norm(
    input: np.ndarray,
    running_mean: np.ndarray | None = None,
    running_var: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> np.ndarray:
    r"""Standardize each channel of each sample over its positions, then scale and shift it.

    .. math:: y = \frac{x - \mu_{n,c}}{\sqrt{\sigma_{n,c}^2 + \epsilon}}\, w_c + b_c

    The variance is the biased one. Running statistics, if given, change in place as in ``batch_norm``, towards the
    means over the batch of the samples' means and unbiased variances. Without `use_input_stats` they take the place
    of the samples' own, and the layer is ``batch_norm`` in evaluation.

    Parameters
    ----------
    input
        Shape ``(n, c, *)``, with more than one position where `use_input_stats` is set.
    running_mean, running_var
        Shape ``(c,)``, or both None.
    weight, bias
        Shape ``(c,)``, or None for 1 and 0.
    use_input_stats
        Whether to use each sample's own statistics.
    momentum, eps
        As in ``batch_norm``.

    Returns
    -------
    The shape of `input`.

    Raises
    ------
    TypeError
        Where an array is not floating-point or not of the input's dtype, or an option is of another type.
    ValueError
        Where shapes don't fit, running statistics are missing, or each sample's channels have one value only.

    References
    ----------
    PyTorch, ``torch.nn.functional.instance_norm``. Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016,
    arXiv:1607.08022.

    Examples
    --------
    >>> instance_norm(np.array([[[1.0, 3.0]], [[50.0, 90.0]]])).round(3)
    array([[[-1.,  1.]],
           [[-1.,  1.]]])
    """
    view = _channels(input, use_input_stats=use_input_stats, momentum=momentum, eps=eps)
    _check_per_channel(input, running_mean, running_var, weight, bias, own_statistics=use_input_stats)
    if use_input_stats:
        standardized = standardize(input, _instances(input, view), eps)
        _update(running_mean, running_var, standardized, momentum, count=view[4])
    else:
        standardized = standardize(input, view, eps, mean=running_mean, var=running_var)
    return rounded(apply_affine(standardized, weight, bias).reshape(input.shape), input.dtype)


def instance_norm_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray | None = None,
    eps: float = 1e-5,
    *,
    use_input_stats: bool = True,
    running_mean: np.ndarray | None = None,
    running_var: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Give the gradients of `instance_norm` for its input, weight and bias.

    The formula is the same as in ``batch_norm_backward``, with means over the positions of each sample.

    Parameters
    ----------
    grad_output
        The shape of `input`.
    input, weight, eps, use_input_stats, running_mean, running_var
        As in the forward pass. The running statistics are not changed, and only used without `use_input_stats`.

    Returns
    -------
    grad_input, of the shape of `input`; grad_weight ``(c,)``, None without a weight; grad_bias ``(c,)``.

    Raises
    ------
    TypeError, ValueError
        As in ``instance_norm``, and where `grad_output` has another shape or dtype than the input.

    Examples
    --------
    >>> instance_norm_backward(np.array([[[1.0, 5.0]]]), np.array([[[1.0, 3.0]]]), np.array([2.0]))[2]
    array([6.])
    """
    view = _channels(input, use_input_stats=use_input_stats, eps=eps)
    _check_per_channel(input, running_mean, running_var, weight, None, own_statistics=use_input_stats)
    if use_input_stats:
        standardized = standardize(input, _instances(input, view), eps)
        return standardize_backward(grad_output, input, weight, standardized)
    standardized = standardize(input, view, eps, mean=running_mean, var=running_var)
    return standardize_backward(grad_output, input, weight, standardized, constant_statistics=True)


def _channels(input: np.ndarray, *, eps: float, momentum: float = 0.1, or_empty: bool = False, **flags: bool) -> View:
    """Give the view of a batch; with `or_empty` an empty input of one axis has neither samples nor channels."""
    require_floating(input=input)
    is_empty_row = or_empty and input.shape == (0,)
    if input.ndim < 2 and not is_empty_row:
        raise ArgumentValueError(
            "input", f"has shape {input.shape}", "2 or more axes are expected, a batch and channels first"
        )
    require_flag(**flags)
    require_real(momentum=momentum, eps=eps)
    return (1, 0, 0, 1, 0) if is_empty_row else (1, input.shape[0], input.shape[1], 1, math.prod(input.shape[2:]))


def _instances(input: np.ndarray, view: View) -> View:
    _, n, c, _, length = view
    if length == 1:
        raise ArgumentValueError(
            "input", f"has shape {input.shape}: one value per sample and channel", "more are expected"
        )
    return n, 1, c, 1, length


def _check_batch(input: np.ndarray, view: View, training: bool, eps: float) -> None:
    _, n, _, _, length = view
    if training and n * length == 1:
        raise ArgumentValueError(
            "input", f"has shape {input.shape}: one value per channel", "more are expected in training"
        )
    if eps < 0 or (training and eps == 0):
        raise ArgumentValueError("eps", f"is {eps}", "in training more than 0 is expected, in evaluation at least 0")


def _check_per_channel(
    input: np.ndarray,
    running_mean: np.ndarray | None,
    running_var: np.ndarray | None,
    weight: np.ndarray | None,
    bias: np.ndarray | None,
    *,
    own_statistics: bool,
) -> None:
    if not own_statistics and (running_mean is None or running_var is None):
        missing = "running_mean" if running_mean is None else "running_var"
        raise ArgumentValueError(
            missing,
            "is None",
            "running_mean and running_var are expected where the input's own statistics are not used",
        )
    if (running_mean is None) != (running_var is None):
        missing = "running_mean" if running_mean is None else "running_var"
        raise ArgumentValueError(missing, "is None", "both running_mean and running_var are expected, or neither")
    arrays = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    require_parameters(input, **arrays)
    for name, array in arrays.items():
        require_shape(name, array, input.shape[1:2] or (0,))


def _update(
    running_mean: np.ndarray | None,
    running_var: np.ndarray | None,
    standardized: Standardized,
    momentum: float,
    count: int,
) -> None:
    """Move the running statistics towards the mean of the samples' ones; an empty batch moves nothing."""
    if running_mean is None or running_var is None or standardized.deviations.size == 0:
        return
    c, momentum = running_mean.size, float(momentum)
    with np.errstate(all="ignore"):
        mean = standardized.mean.reshape(-1, c).mean(axis=0)
        unbiased = standardized.var.reshape(-1, c).mean(axis=0) * (count / (count - 1))
        running_mean[...] = (1 - momentum) * widened(running_mean) + momentum * mean
        running_var[...] = (1 - momentum) * widened(running_var) + momentum * unbiased
