"""Dropout: values left out at random while training, so that no unit relies on another."""

from __future__ import annotations

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError
from course.functional.arguments import require_flag, require_floating, require_real, require_shape
from course.functional.precision import quiet, rounded, widened


def dropout(
    input: np.ndarray, p: float = 0.5, training: bool = True, rng: np.random.Generator | None = None
) -> np.ndarray:
    r"""Put zero for each value with probability p and scale the survivors: :math:`y = x m / (1 - p)`.

    So the expected output is the input, in training as in evaluation.

    Parameters
    ----------
    input
        Any shape ``(*)``.
    p
        The probability that a value is dropped, 0 .. 1.
    training
        False gives a copy of `input` and draws nothing.
    rng
        Where the mask is drawn from; None makes a new generator. PyTorch has one for all, and `inplace` in this place.
        `dropout_mask` gives the mask that a generator in the same state makes here.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        If `input` is not an array of floating-point numbers, p not a number, training not a bool, or rng not a
        generator.
    ValueError
        Where p is not in 0 .. 1.

    References
    ----------
    PyTorch, ``torch.nn.functional.dropout``. Srivastava et al. (2014), Dropout, JMLR 15.

    Examples
    --------
    >>> dropout(np.ones(6), p=0.5, rng=np.random.default_rng(1))
    array([0., 2., 2., 2., 0., 0.])
    >>> dropout(np.ones(6), p=0.5, training=False)
    array([1., 1., 1., 1., 1., 1.])
    """
    require_floating(input=input)
    require_flag(training=training)
    require_probability(p=p)
    _require_generator(rng)
    if not training or p == 0:
        return input.copy()
    return dropout_backward(input, dropout_mask(input.shape, p, rng), p)


def dropout_mask(shape: tuple[int, ...], p: float = 0.5, rng: np.random.Generator | None = None) -> np.ndarray:
    """Draw which values `dropout` keeps.

    Parameters
    ----------
    shape
        That of the input.
    p
        The probability that a value is dropped, 0 .. 1.
    rng
        Where the mask is drawn from; None makes a new generator.

    Returns
    -------
    True where a value is kept.

    Raises
    ------
    TypeError, ValueError
        As `dropout`.

    Examples
    --------
    >>> dropout_mask((6,), p=0.5, rng=np.random.default_rng(1))
    array([False,  True,  True,  True, False, False])
    """
    require_probability(p=p)
    _require_generator(rng)
    # float32 draws are multiples of 2^-24 below 1, so p=0 keeps and p=1 drops every value
    draws = (rng or np.random.default_rng()).random(shape, dtype=np.float32)
    return np.asarray(draws >= p)


def dropout_backward(grad_output: np.ndarray, mask: np.ndarray, p: float) -> np.ndarray:
    r"""Give the gradient of `dropout`: :math:`g\, m / (1 - p)`, the forward pass over again.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    mask
        True where the forward pass kept a value, shape ``(*)``.
    p
        As in the forward pass. For evaluation, p is 0 and the mask all True.

    Returns
    -------
    grad_input ``(*)``.

    Raises
    ------
    TypeError
        If grad_output is not an array of floating-point numbers, mask not one of bool or p not a number.
    ValueError
        Where the shapes differ or p is not in 0 .. 1.

    Examples
    --------
    >>> dropout_backward(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]), p=0.5)
    array([2., 0., 6.])
    """
    require_floating(grad_output=grad_output)
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
        raise ArgumentTypeError(
            "mask", f"is {getattr(mask, 'dtype', type(mask).__name__)}", "an array of bool is expected"
        )
    require_shape("mask", mask, grad_output.shape)
    require_probability(p=p)
    # nothing survives p=1, which has no scale
    scale = 1 / (1 - float(p)) if p < 1 else 0.0
    grads = widened(grad_output)
    factors = np.asarray(mask.astype(grads.dtype))
    with quiet():
        factors *= scale
        factors *= grads
    return rounded(factors, grad_output.dtype)


def dropout_factors(values: np.ndarray, p: float, rng: np.random.Generator | None) -> np.ndarray:
    """Give what `dropout` multiplies each value with: 0 or 1 / (1 - p), in the dtype and shape of `values`.

    Examples
    --------
    >>> dropout_factors(np.zeros(6), p=0.5, rng=np.random.default_rng(1))
    array([0., 2., 2., 2., 0., 0.])
    """
    return dropout_backward(np.ones_like(values), dropout_mask(values.shape, p, rng), p)


def require_probability(**probabilities: float) -> None:
    """Refuse what is not a number in 0 .. 1.

    Raises
    ------
    TypeError, ValueError
        Names the argument and what came.

    Examples
    --------
    >>> require_probability(p=1.5)
    Traceback (most recent call last):
    course.errors.ArgumentValueError: p is 1.5; a probability from 0 to 1 is expected.
    """
    require_real(**probabilities)
    for name, value in probabilities.items():
        if not 0 <= value <= 1:
            raise ArgumentValueError(name, f"is {value}", "a probability from 0 to 1 is expected")


def _require_generator(rng: np.random.Generator | None) -> None:
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise ArgumentTypeError("rng", f"is a {type(rng).__name__}", "a numpy.random.Generator or None is expected")
