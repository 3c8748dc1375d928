"""Losses that compare number with number: squared error, and cross-entropy of yes or no.

PyTorch has two arguments left over from old days, `size_average` and `reduce`, between those that are still in use.
They are not taken here, and what follows them is given by name: a call that works here means the same in PyTorch.
"""

from __future__ import annotations

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import given, require_floating, require_shape
from course.functional.precision import quiet, rounded, widened
from course.functional.reduction import reduced, require_reduction, spread


def mse_loss(input: np.ndarray, target: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    r"""Compare by the squared difference: :math:`\ell = (x - y)^2`.

    Parameters
    ----------
    input
        Any shape ``(*)``.
    target
        The same shape. PyTorch warns of another one and broadcasts; here it is refused.
    reduction
        'mean' over all elements, 'sum', or 'none'.

    Returns
    -------
    Shape ``()``, or ``(*)`` for 'none'.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape, or there is no such reduction.

    References
    ----------
    PyTorch, ``torch.nn.functional.mse_loss``.

    Examples
    --------
    >>> mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    array(2.)
    """
    _require_pair(input, target, reduction)
    with quiet():
        squares = np.asarray(widened(input) - widened(target))
        squares *= squares
        return rounded(reduced(squares, reduction, input.size), input.dtype)


def mse_loss_backward(
    grad_output: np.ndarray | float, input: np.ndarray, target: np.ndarray, *, reduction: str = "mean"
) -> tuple[np.ndarray, np.ndarray]:
    r"""Give the gradients of `mse_loss`: :math:`2 g (x - y)`, and its opposite for the target.

    Parameters
    ----------
    grad_output
        Shape of the loss; a plain number will do for shape ``()``.
    input, target, reduction
        As in the forward pass.

    Returns
    -------
    grad_input ``(*)``, grad_target ``(*)``.

    Raises
    ------
    TypeError, ValueError
        As `mse_loss`, and where grad_output has not the loss's dtype and shape.

    Examples
    --------
    >>> mse_loss_backward(1.0, np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    (array([ 0., -2.]), array([-0.,  2.]))
    """
    _require_pair(input, target, reduction)
    g = spread(grad_output, input.shape, input.dtype, reduction, input.size)
    with quiet():
        grad_input = np.asarray(widened(input) - widened(target))
        grad_input *= 2 * g
    return rounded(grad_input, input.dtype), rounded(-grad_input, input.dtype)


def binary_cross_entropy_with_logits(
    input: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    reduction: str = "mean",
    pos_weight: np.ndarray | None = None,
) -> np.ndarray:
    r"""Compare logits with yes or no: :math:`\ell = -w\,(p\, y \log \sigma(x) + (1 - y) \log(1 - \sigma(x)))`.

    Parameters
    ----------
    input
        Logits x, any shape ``(*)`` and size.
    target
        The probability y of yes, as a rule 0 or 1, the same shape.
    weight
        The factor w of each loss; any shape that broadcasts to ``(*)``.
    reduction
        'mean' over all elements, 'sum', or 'none'.
    pos_weight
        The factor p of the positive part; any shape that broadcasts to ``(*)``.

    Returns
    -------
    Shape ``()``, or ``(*)`` for 'none'.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and fitting shapes, or there is no such reduction.

    References
    ----------
    PyTorch, ``torch.nn.functional.binary_cross_entropy_with_logits``.

    Examples
    --------
    >>> binary_cross_entropy_with_logits(np.array([0.0, -1000.0]), np.array([1.0, 1.0]), reduction="none").round(4)
    array([6.931e-01, 1.000e+03])
    """
    _require_pair(input, target, reduction, weight=weight, pos_weight=pos_weight)
    x, y = widened(input), widened(target)
    with quiet():
        losses = _softplus_of_opposite(x)
        if pos_weight is not None:
            losses *= _positive_factor(y, pos_weight)
        losses += (1 - y) * x
        if weight is not None:
            losses = losses * widened(weight)
    return rounded(reduced(losses, reduction, input.size), input.dtype)


def binary_cross_entropy_with_logits_backward(
    grad_output: np.ndarray | float,
    input: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    reduction: str = "mean",
    pos_weight: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Give the gradients of the logits' cross-entropy: unweighted, :math:`g (\sigma(x) - y)` and :math:`-g x`.

    Parameters
    ----------
    grad_output
        Shape of the loss; a plain number will do for shape ``()``.
    input, target, weight, reduction, pos_weight
        As in the forward pass. The weights get no gradient, in PyTorch either.

    Returns
    -------
    grad_input ``(*)``, grad_target ``(*)``.

    Raises
    ------
    TypeError, ValueError
        As the forward pass, and where grad_output has not the loss's dtype and shape.

    Examples
    --------
    >>> binary_cross_entropy_with_logits_backward(1.0, np.array([0.0, 2.0]), np.array([1.0, 1.0]))[0].round(4)
    array([-0.25  , -0.0596])
    """
    _require_pair(input, target, reduction, weight=weight, pos_weight=pos_weight)
    x, y = widened(input), widened(target)
    g = spread(grad_output, input.shape, input.dtype, reduction, input.size)
    positive = 1.0 if pos_weight is None else widened(pos_weight)
    with quiet():
        if weight is not None:
            g = g * widened(weight)
        grad_input = g * (_positive_factor(y, pos_weight) / (1 + np.exp(-x)) - positive * y)
        grad_target = -g * x
        if pos_weight is not None:
            grad_target = grad_target + g * (widened(pos_weight) - 1) * _softplus_of_opposite(x)
    return rounded(grad_input, input.dtype), rounded(grad_target, input.dtype)


def _positive_factor(y: np.ndarray, pos_weight: np.ndarray | None) -> np.ndarray | float:
    # p y + (1 - y), the factor of log(1 + exp(-x)) in both parts of the loss together
    return 1.0 if pos_weight is None else (widened(pos_weight) - 1) * y + 1


def _softplus_of_opposite(x: np.ndarray) -> np.ndarray:
    # log(1 + exp(-x)) in a form whose exponential can't overflow
    logarithms = np.asarray(-np.abs(x))
    np.exp(logarithms, out=logarithms)
    np.log1p(logarithms, out=logarithms)
    logarithms -= np.clip(x, -np.inf, 0)
    return logarithms


def _require_pair(input: np.ndarray, target: np.ndarray, reduction: str, **weights: np.ndarray | None) -> None:
    require_floating(input=input, target=target, **given(**weights))
    require_shape("target", target, input.shape)
    require_reduction(reduction)
    for name, weight in weights.items():
        if weight is not None and not _broadcasts(weight.shape, input.shape):
            raise ArgumentValueError(
                name, f"has shape {weight.shape}", f"one that broadcasts to {input.shape} is expected"
            )


def _broadcasts(shape: tuple[int, ...], onto: tuple[int, ...]) -> bool:
    trailing = onto[len(onto) - len(shape) :]
    return len(shape) <= len(onto) and all(a in (1, b) for a, b in zip(shape, trailing, strict=True))
