"""How a loss becomes one number, and how that number's gradient spreads again."""

from __future__ import annotations

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import require_floating, require_shape
from course.functional.precision import quiet, widened
from course.functional.sums import sum_along


def require_reduction(reduction: str) -> None:
    """Refuse what is not the name of a reduction.

    Raises
    ------
    ValueError
        Says what came and what is allowed.

    Examples
    --------
    >>> require_reduction("average")
    Traceback (most recent call last):
    course.errors.ArgumentValueError: reduction is 'average'; 'none', 'mean' or 'sum' is expected.
    """
    if reduction not in ("none", "mean", "sum"):
        raise ArgumentValueError("reduction", f"is {reduction!r}", "'none', 'mean' or 'sum' is expected")


def reduced(losses: np.ndarray, reduction: str, total: float | np.floating) -> np.ndarray:
    """Give the losses themselves, their sum, or their sum divided by `total`.

    The mean of nothing is not a number, as in PyTorch, and no warning.

    Examples
    --------
    >>> reduced(np.array([1.0, 2.0, 6.0]), "mean", total=3)
    array(3.)
    """
    if reduction == "none":
        return losses
    with quiet():
        sum_of_losses = sum_along(-1, losses).sum()
        return np.asarray(sum_of_losses if reduction == "sum" else sum_of_losses / losses.dtype.type(total))


def spread(
    grad_output: np.ndarray | float, shape: tuple[int, ...], dtype: np.dtype, reduction: str, total: float | np.floating
) -> np.ndarray:
    """Give the gradient of each single loss from the gradient of `reduced`: one for all, or of shape `shape`.

    Parameters
    ----------
    grad_output
        Shape ``shape`` for reduction 'none', otherwise ``()``, for which a plain number will do.
    shape
        That of the losses before their reduction.
    dtype
        That of the loss.
    reduction, total
        As in `reduced`.

    Raises
    ------
    TypeError, ValueError
        Where grad_output is of another dtype or shape.

    Examples
    --------
    >>> spread(6.0, (3,), np.dtype(np.float64), "mean", total=3)
    array(2.)
    """
    plain = isinstance(grad_output, (int, float))
    grads = np.asarray(grad_output, dtype=dtype if plain else None)
    require_floating(loss=np.empty(0, dtype), grad_output=grads)
    require_shape("grad_output", grads, shape if reduction == "none" else ())
    if reduction != "mean":
        return widened(grads)
    with quiet():
        return np.asarray(widened(grads) / widened(grads).dtype.type(total))
