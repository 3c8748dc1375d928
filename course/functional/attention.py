"""Scaled dot-product attention: each query takes a mean of the values, weighted by how well their keys match."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError
from course.functional.arguments import require_flag, require_floating, require_real, require_shape
from course.functional.attention_weights import attention_backward, attention_weights
from course.functional.dropout import dropout_factors, require_probability
from course.functional.precision import quiet, rounded, widened


def scaled_dot_product_attention(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
    rng: np.random.Generator | None = None,
) -> np.ndarray:
    r"""Attend: :math:`y = \mathrm{softmax}(q k^T / \sqrt E + m)\, v`.

    Parameters
    ----------
    query
        Shape ``(..., H_q, L, E)``; heads and the axes before them may be missing, and broadcast.
    key
        Shape ``(..., H, S, E)``.
    value
        Shape ``(..., H, S, E_v)``.
    attn_mask
        Broadcasts to ``(..., L, S)``: bool, True where a query may look, or floating-point, added to the scores.
        A query that may look nowhere gives zeros.
    dropout_p
        The probability that a weight is dropped. It has no `training`: give 0 in evaluation.
    is_causal
        Query i may look at keys 0 .. i. Not together with attn_mask.
    scale
        The factor of the scores; None is :math:`1 / \sqrt E`.
    enable_gqa
        Grouped queries: :math:`H_q` is a multiple of :math:`H`, and each head of keys serves that many in a row.
    rng
        Where dropout draws from; None makes a new generator. Ours, not PyTorch's.

    Returns
    -------
    Shape ``(..., H_q, L, E_v)``.

    Raises
    ------
    TypeError
        Where an array is not floating-point of one dtype, or attn_mask neither of bool nor of the query's dtype
        nor float32.
    ValueError
        Where shapes don't fit, both a mask and is_causal come, or dropout_p is not a probability.

    References
    ----------
    PyTorch, ``torch.nn.functional.scaled_dot_product_attention``. Vaswani et al. (2017), Attention is all you need.

    Examples
    --------
    >>> query, key, value = np.zeros((2, 4)), np.zeros((2, 4)), np.array([[1.0], [3.0]])
    >>> scaled_dot_product_attention(query, key, value, is_causal=True)
    array([[1.],
           [2.]])
    """
    call = _prepared(query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa)
    weights = attention_weights(call.query, call.key, call.mask, call.scale)
    if dropout_p > 0:
        weights *= dropout_factors(weights, dropout_p, rng)
    with quiet():
        return rounded(weights @ call.value, query.dtype)


def scaled_dot_product_attention_backward(
    grad_output: np.ndarray,
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
    rng: np.random.Generator | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Give the gradients of `scaled_dot_product_attention` for query, key and value.

    With the weights :math:`w`: :math:`w^T g` for the value, and with
    :math:`s = w (g v^T - \sum g v^T w) / \sqrt E` element by element, :math:`s k` for the query and :math:`s^T q`
    for the key. A mask counts as a constant.

    Parameters
    ----------
    grad_output
        Shape of the output.
    query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa
        As in the forward pass.
    rng
        For dropout, a generator in the state that the forward pass had; it draws the same mask again.

    Returns
    -------
    grad_query, grad_key, grad_value
        Shaped as their arguments.

    Raises
    ------
    TypeError, ValueError
        As the forward pass; also where grad_output has not the output's dtype and shape, or dropout comes without rng.

    Examples
    --------
    >>> query, key, value = np.zeros((2, 4)), np.zeros((2, 4)), np.array([[1.0], [3.0]])
    >>> scaled_dot_product_attention_backward(np.ones((2, 1)), query, key, value, is_causal=True)[2]
    array([[1.5],
           [0.5]])
    """
    call = _prepared(query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa)
    require_floating(query=query, grad_output=grad_output)
    if dropout_p > 0 and rng is None:
        raise ArgumentValueError(
            "rng", "is None", "with dropout a generator in the state of the forward pass is expected"
        )
    weights = attention_weights(call.query, call.key, call.mask, call.scale)
    batch = np.broadcast_shapes(weights.shape[:-2], call.value.shape[:-2])
    require_shape("grad_output", grad_output, (*batch, query.shape[-2], value.shape[-1]))
    kept = dropout_factors(weights, dropout_p, rng) if dropout_p > 0 else None
    grads = attention_backward(widened(grad_output), call.query, call.key, call.value, weights, kept, call.scale)
    if enable_gqa:
        with quiet():
            grads = grads[0], _ungrouped(grads[1], key.shape), _ungrouped(grads[2], value.shape)
    grad_query, grad_key, grad_value = (rounded(grad, query.dtype) for grad in grads)
    return grad_query, grad_key, grad_value


@dataclass(frozen=True, slots=True)
class _Call:
    """The arguments as the formula takes them: wide enough, heads repeated, one mask."""

    query: np.ndarray
    key: np.ndarray
    value: np.ndarray
    mask: np.ndarray | None
    scale: float


def _prepared(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None,
    dropout_p: float,
    is_causal: bool,
    scale: float | None,
    enable_gqa: bool,
) -> _Call:
    require_floating(query=query, key=key, value=value)
    require_flag(is_causal=is_causal, enable_gqa=enable_gqa)
    require_probability(dropout_p=dropout_p)
    for name, array in (("query", query), ("key", key), ("value", value)):
        if array.ndim < 2 + enable_gqa:
            raise ArgumentValueError(name, f"has shape {array.shape}", f"at least {2 + enable_gqa} axes are expected")
    if query.shape[-1] != key.shape[-1]:
        raise ArgumentValueError(
            "key", f"has shape {key.shape} and query {query.shape}", "their last axes must be of one length"
        )
    if key.shape[-2] != value.shape[-2]:
        raise ArgumentValueError(
            "value", f"has shape {value.shape} and key {key.shape}", "both must have the same number of rows"
        )
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    require_real(scale=scale)
    q, k, v = widened(query), widened(key), widened(value)
    if enable_gqa:
        k, v = _grouped("key", k, query.shape[-3]), _grouped("value", v, query.shape[-3])
    try:
        batch = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
        np.broadcast_shapes(batch, v.shape[:-2])
    except ValueError as mismatch:
        raise ArgumentValueError(
            "query",
            f"has shape {query.shape}, key {key.shape} and value {value.shape}",
            "the axes before the last two must be the same, or 1",
        ) from mismatch
    mask = _mask(attn_mask, is_causal, query.dtype, (*batch, q.shape[-2], k.shape[-2]))
    return _Call(q, k, v, mask, float(scale))


def _mask(attn_mask: np.ndarray | None, is_causal: bool, dtype: np.dtype, scores: tuple[int, ...]) -> np.ndarray | None:
    if attn_mask is None:
        return np.tri(*scores[-2:], dtype=bool) if is_causal else None
    if is_causal:
        raise ArgumentValueError("attn_mask", "is given and is_causal is True", "only one of them is expected")
    if not isinstance(attn_mask, np.ndarray) or attn_mask.dtype not in (np.bool_, np.float32, dtype):
        came = getattr(attn_mask, "dtype", type(attn_mask).__name__)
        raise ArgumentTypeError("attn_mask", f"is {came}", f"an array of bool or {dtype} is expected")
    shape = attn_mask.shape
    trailing = scores[len(scores) - len(shape) :]
    if not 2 <= len(shape) <= len(scores) or any(a not in (1, b) for a, b in zip(shape, trailing, strict=True)):
        raise ArgumentValueError(
            "attn_mask", f"has shape {shape}", f"at least 2 axes that broadcast to {scores} are expected"
        )
    return widened(attn_mask)


def _grouped(name: str, array: np.ndarray, heads: int) -> np.ndarray:
    groups = array.shape[-3]
    if groups == 0 or heads % groups:
        raise ArgumentValueError(name, f"has {groups} heads and query {heads}", "with enable_gqa a divisor is expected")
    return array.repeat(heads // groups, axis=-3)


def _ungrouped(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    heads = gradient.shape[-3]
    return gradient.reshape(*shape[:-3], shape[-3], heads // shape[-3], *shape[-2:]).sum(axis=-3)
