"""The core of attention, shared by one head and many: weights from queries and keys, and their backward pass."""

from __future__ import annotations

import numpy as np

from course.functional.precision import quiet
from course.functional.softmax import stays_in_range
from course.functional.sums import sum_along


def attention_weights(
    query: np.ndarray, key: np.ndarray, attn_mask: np.ndarray | None, scale: float, *, empty: float = 0.0
) -> np.ndarray:
    r"""Give the weights of the values: :math:`\mathrm{softmax}(\alpha q k^T + m)`, along the keys.

    Parameters
    ----------
    query
        Shape ``(..., L, E)``, float32 or float64.
    key
        Shape ``(..., S, E)``.
    attn_mask
        Broadcasts to ``(..., L, S)``: bool, True where a query may look, or floating-point, added to the scores.
    scale
        The factor of the scores.
    empty
        The weights of a query that may look nowhere: 0, or not a number for softmax's own 0 / 0.

    Returns
    -------
    Shape ``(..., L, S)``.

    Examples
    --------
    >>> attention_weights(np.eye(2), np.eye(2), np.array([[True, False], [False, False]]), scale=1.0)
    array([[1., 0.],
           [0., 0.]])
    """
    with quiet():
        weights = (query * query.dtype.type(scale)) @ key.swapaxes(-2, -1)
        hidden = None
        if attn_mask is not None and attn_mask.dtype == np.bool_:
            hidden = ~attn_mask
        elif attn_mask is not None:
            weights += attn_mask
        if stays_in_range(weights):
            np.exp(weights, out=weights)
            if hidden is not None:
                np.copyto(weights, 0, where=hidden)
        else:
            if hidden is not None:
                np.copyto(weights, -np.inf, where=hidden)
            peak = weights.max(axis=-1, keepdims=True, initial=-np.inf)
            # -inf - (-inf) would be NaN
            weights -= np.where(peak == -np.inf, 0, peak)
            np.exp(weights, out=weights)
        totals = sum_along(-1, weights)
        nowhere = totals == 0
        weights /= np.where(nowhere, 1, totals)
    if nowhere.any():
        weights += np.where(nowhere, weights.dtype.type(empty), 0)
    return weights


def attention_backward(
    grad_output: np.ndarray,
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    weights: np.ndarray,
    kept: np.ndarray | None,
    scale: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Give the gradients of :math:`w v`, where :math:`w` are the `attention_weights`.

    Parameters
    ----------
    grad_output
        Shape ``(..., L, E_v)``.
    query, key, value
        Shapes ``(..., L, E)``, ``(..., S, E)``, ``(..., S, E_v)``.
    weights
        Shape ``(..., L, S)``, before dropout.
    kept
        The factor that dropout gave each weight, or None.
    scale
        As in the forward pass.

    Returns
    -------
    grad_query, grad_key, grad_value
        Shaped as their arguments, also where those were broadcast.

    Examples
    --------
    >>> grads = attention_backward(np.ones((1, 1)), np.ones((1, 1)), np.ones((2, 1)), np.ones((2, 1)),
    ...                            np.array([[0.5, 0.5]]), None, 1.0)
    >>> grads[2]
    array([[0.5],
           [0.5]])
    """
    with quiet():
        scale = query.dtype.type(scale)
        used = weights if kept is None else weights * kept
        grad_value = used.swapaxes(-2, -1) @ grad_output
        grad_weights = grad_output @ value.swapaxes(-2, -1)
        if kept is not None:
            grad_weights *= kept
        # softmax's gradient, from its output
        grad_scores = grad_weights
        grad_scores -= sum_along(-1, grad_weights, weights)
        grad_scores *= weights
        grad_scores *= scale
        grad_query = grad_scores @ key
        grad_key = grad_scores.swapaxes(-2, -1) @ query
        return _summed(grad_query, query.shape), _summed(grad_key, key.shape), _summed(grad_value, value.shape)


def _summed(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    # what was broadcast was used several times, and its gradient is the sum over them
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1 and gradient.shape[axis] != 1)
    return gradient.sum(axis=stretched, keepdims=True)
