"""Multi-head attention: project, attend with several heads side by side, project back."""

from __future__ import annotations

import math

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import require_floating, require_shape
from course.functional.attention_weights import attention_backward, attention_weights
from course.functional.dropout import dropout_factors
from course.functional.linear import linear, linear_backward
from course.functional.multi_head_arguments import joined_mask, require_arrays_fit, require_common_case
from course.functional.precision import quiet, rounded, widened


def multi_head_attention_forward(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: np.ndarray,
    in_proj_bias: np.ndarray | None,
    bias_k: None,
    bias_v: None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: np.ndarray,
    out_proj_bias: np.ndarray | None,
    training: bool = True,
    key_padding_mask: np.ndarray | None = None,
    need_weights: bool = True,
    attn_mask: np.ndarray | None = None,
    *,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    rng: np.random.Generator | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    r"""Attend with H heads of size E / H, each on its own projections of query, key and value.

    :math:`y = [h_1, \dots, h_H] W_o^T + b_o`, :math:`h_i` the attention of the i-th slices of
    :math:`q W_q^T + b_q`, :math:`k W_k^T + b_k` and :math:`v W_v^T + b_v`.

    Parameters
    ----------
    query
        Shape ``(L, N, E)``, or ``(L, E)`` without a batch. The batch is the second axis.
    key, value
        Shape ``(S, N, E)``, or ``(S, E)``.
    embed_dim_to_check
        E, once more.
    num_heads
        H, a divisor of E.
    in_proj_weight, in_proj_bias
        :math:`W_q, W_k, W_v` one below the other, shape ``(3E, E)``, and their biases, ``(3E,)`` or None.
    bias_k, bias_v, add_zero_attn
        There for PyTorch's order; only None, None and False are taken.
    dropout_p
        The probability that a weight is dropped while training.
    out_proj_weight, out_proj_bias
        :math:`W_o`, shape ``(E, E)``, and its bias, ``(E,)`` or None.
    training
        Whether to drop.
    key_padding_mask
        Shape ``(N, S)``, or ``(S,)`` without a batch: bool, True where a key is *ignored*, or added to the scores.
    need_weights
        Whether to give the weights. With them, a query that may look nowhere gets nan; without, zero weights.
    attn_mask
        Shape ``(L, S)`` or ``(N H, L, S)``: bool, True where a query may *not* look, or added to the scores.
    average_attn_weights
        Whether to give the mean of the heads' weights rather than each head's.
    is_causal
        A hint that attn_mask, which must be there, is causal; taken in its place where PyTorch does so:
        without weights and without key_padding_mask.
    rng
        Where dropout draws from; None makes a new generator. Ours, not PyTorch's.

    Returns
    -------
    Output ``(L, N, E)`` or ``(L, E)``, and None or the weights ``(N, L, S)``, ``(N, H, L, S)`` for each head, no N
    without a batch.

    Raises
    ------
    TypeError
        Where arrays are not floating-point of one dtype, or a mask is neither bool nor of that dtype.
    ValueError
        Where a shape doesn't fit, or for bias_k, bias_v, add_zero_attn and is_causal without a mask.

    References
    ----------
    PyTorch, ``torch.nn.functional.multi_head_attention_forward``, whose separate projections and static keys are left
    out. Vaswani et al. (2017), Attention is all you need, section 3.2.2.

    Examples
    --------
    >>> words = np.array([[2.0, 0.0], [0.0, 2.0]])
    >>> output, weights = multi_head_attention_forward(
    ...     words, words, words, 2, 1, np.tile(np.eye(2), (3, 1)), None, None, None, False, 0.0, np.eye(2), None)
    >>> weights.round(2)
    array([[0.94, 0.06],
           [0.06, 0.94]])
    """
    require_common_case(
        bias_k,
        bias_v,
        add_zero_attn,
        dropout_p,
        training=training,
        need_weights=need_weights,
        average_attn_weights=average_attn_weights,
        is_causal=is_causal,
    )
    projections = in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias
    require_arrays_fit(query, key, value, embed_dim_to_check, num_heads, *projections)
    mask = joined_mask(query, key, num_heads, key_padding_mask, attn_mask, is_causal, need_weights)
    q, k, v = _projected_heads((query, key, value), in_proj_weight, in_proj_bias, num_heads)
    scale = 1 / math.sqrt(q.shape[-1])
    weights = attention_weights(q, k, mask, scale, empty=math.nan if need_weights else 0.0)
    if training and dropout_p > 0:
        weights *= dropout_factors(weights, dropout_p, rng)

    with quiet():
        output = linear(_merged(weights @ v), widened(out_proj_weight), _wide(out_proj_bias))
    output = rounded(output.reshape(query.shape), query.dtype)
    if not need_weights:
        return output, None
    given = rounded(weights.mean(axis=1) if average_attn_weights else weights, query.dtype)
    return output, given if query.ndim == 3 else given[0]


def multi_head_attention_forward_backward(
    grad_output: np.ndarray,
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: np.ndarray,
    in_proj_bias: np.ndarray | None,
    bias_k: None,
    bias_v: None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: np.ndarray,
    out_proj_bias: np.ndarray | None,
    training: bool = True,
    key_padding_mask: np.ndarray | None = None,
    need_weights: bool = True,
    attn_mask: np.ndarray | None = None,
    *,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    rng: np.random.Generator | None = None,
) -> tuple[np.ndarray | None, ...]:
    """Give `multi_head_attention_forward`'s gradients from its first result's; masks count as constants.

    Parameters
    ----------
    grad_output
        Shape of `query`.
    query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias
        As in the forward pass, like everything between and after them.
    rng
        For dropout, a generator in the state that the forward pass had; it draws the same mask again.

    Returns
    -------
    grad_query, grad_key, grad_value, grad_in_proj_weight, grad_in_proj_bias, grad_out_proj_weight, grad_out_proj_bias
        Shaped as their arguments; None for a bias that was left out. Self-attention's gradient is the sum of the
        first three.

    Raises
    ------
    TypeError, ValueError
        As the forward pass; also where grad_output is not like query, or dropout comes without rng.

    Examples
    --------
    >>> words = np.array([[2.0, 0.0], [0.0, 2.0]])
    >>> grads = multi_head_attention_forward_backward(np.ones((2, 2)), words, words, words, 2, 1,
    ...     np.tile(np.eye(2), (3, 1)), None, None, None, False, 0.0, np.eye(2), None)
    >>> grads[2]
    array([[1., 1.],
           [1., 1.]])
    """
    require_common_case(
        bias_k,
        bias_v,
        add_zero_attn,
        dropout_p,
        training=training,
        need_weights=need_weights,
        average_attn_weights=average_attn_weights,
        is_causal=is_causal,
    )
    projections = in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias
    require_arrays_fit(query, key, value, embed_dim_to_check, num_heads, *projections)
    require_floating(query=query, grad_output=grad_output)
    require_shape("grad_output", grad_output, query.shape)
    drops = training and dropout_p > 0
    if drops and rng is None:
        raise ArgumentValueError(
            "rng", "is None", "with dropout a generator in the state of the forward pass is expected"
        )
    mask = joined_mask(query, key, num_heads, key_padding_mask, attn_mask, is_causal, need_weights)
    q, k, v = _projected_heads((query, key, value), in_proj_weight, in_proj_bias, num_heads)
    scale = 1 / math.sqrt(q.shape[-1])
    weights = attention_weights(q, k, mask, scale, empty=math.nan if need_weights else 0.0)
    kept = dropout_factors(weights, dropout_p, rng) if drops else None

    with quiet():
        merged = _merged((weights if kept is None else weights * kept) @ v)
    grad_merged, grad_out_weight, grad_out_bias = linear_backward(
        widened(grad_output).reshape(merged.shape), merged, widened(out_proj_weight)
    )
    grad_heads = attention_backward(_split(grad_merged, num_heads), q, k, v, weights, kept, scale)
    # one linear layer each for query, key and value
    inputs = [_batched(array) for array in (query, key, value)]
    back = [
        linear_backward(_merged(g), x, w) for g, x, w in zip(grad_heads, inputs, _thirds(in_proj_weight), strict=True)
    ]
    grad_inputs, grad_weights, grad_biases = zip(*back, strict=True)
    found = (
        *(grad.reshape(array.shape) for grad, array in zip(grad_inputs, (query, key, value), strict=True)),
        np.concatenate(grad_weights),
        None if in_proj_bias is None else np.concatenate(grad_biases),
        grad_out_weight,
        None if out_proj_bias is None else grad_out_bias,
    )
    return tuple(None if grad is None else rounded(grad, query.dtype) for grad in found)


def _projected_heads(
    arrays: tuple[np.ndarray, ...], in_proj_weight: np.ndarray, in_proj_bias: np.ndarray | None, num_heads: int
) -> list[np.ndarray]:
    biases = [None] * 3 if in_proj_bias is None else _thirds(in_proj_bias)
    return [
        _split(linear(_batched(array), matrix, bias), num_heads)
        for array, matrix, bias in zip(arrays, _thirds(in_proj_weight), biases, strict=True)
    ]


def _thirds(parameters: np.ndarray) -> np.ndarray:
    # of queries, keys and values: np.split gives the same, and takes as long as the product with one of them
    return widened(parameters).reshape(3, len(parameters) // 3, *parameters.shape[1:])


def _batched(array: np.ndarray) -> np.ndarray:
    return widened(array if array.ndim == 3 else array[:, np.newaxis])


def _split(x: np.ndarray, num_heads: int) -> np.ndarray:
    # (L, N, E) to (N, H, L, E / H)
    length, batch, embed_dim = x.shape
    return x.reshape(length, batch, num_heads, embed_dim // num_heads).transpose(1, 2, 0, 3)


def _merged(heads: np.ndarray) -> np.ndarray:
    # (N, H, L, E / H) to (L, N, E)
    batch, num_heads, length, head_dim = heads.shape
    return heads.transpose(2, 0, 1, 3).reshape(length, batch, num_heads * head_dim)


def _wide(bias: np.ndarray | None) -> np.ndarray | None:
    return None if bias is None else widened(bias)
