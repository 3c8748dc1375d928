"""What multi-head attention takes and what it refuses, and how its two masks become one."""

from __future__ import annotations

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError
from course.functional.arguments import (
    given,
    require_flag,
    require_floating,
    require_ndim,
    require_shape,
    require_whole,
)
from course.functional.dropout import require_probability
from course.functional.precision import widened


def require_arrays_fit(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: np.ndarray,
    in_proj_bias: np.ndarray | None,
    out_proj_weight: np.ndarray,
    out_proj_bias: np.ndarray | None,
) -> None:
    """Refuse arrays whose dtypes or shapes don't fit, and a number of heads that does not divide the embedding.

    Raises
    ------
    TypeError, ValueError
        Names the argument, what came and what is allowed.

    Examples
    --------
    >>> words, square = np.zeros((3, 4)), np.zeros((4, 4))
    >>> require_arrays_fit(words, words, words, 4, 3, np.zeros((12, 4)), None, square, None)
    Traceback (most recent call last):
    course.errors.ArgumentValueError: num_heads is 3; a divisor of embed_dim_to_check, 4, is expected.
    """
    require_floating(
        query=query,
        key=key,
        value=value,
        in_proj_weight=in_proj_weight,
        out_proj_weight=out_proj_weight,
        **given(in_proj_bias=in_proj_bias, out_proj_bias=out_proj_bias),
    )
    require_whole("embed_dim_to_check", embed_dim_to_check, at_least=1)
    require_whole("num_heads", num_heads, at_least=1)
    embed_dim = embed_dim_to_check
    if embed_dim % num_heads:
        raise ArgumentValueError(
            "num_heads", f"is {num_heads}", f"a divisor of embed_dim_to_check, {embed_dim}, is expected"
        )
    require_ndim("query", query, 2, 3)
    require_shape("query", query, (*query.shape[:-1], embed_dim))
    require_ndim("key", key, query.ndim)
    require_shape("key", key, (key.shape[0], *query.shape[1:]))
    require_shape("value", value, key.shape)
    require_shape("in_proj_weight", in_proj_weight, (3 * embed_dim, embed_dim))
    require_shape("in_proj_bias", in_proj_bias, (3 * embed_dim,))
    require_shape("out_proj_weight", out_proj_weight, (embed_dim, embed_dim))
    require_shape("out_proj_bias", out_proj_bias, (embed_dim,))


def require_common_case(bias_k: None, bias_v: None, add_zero_attn: bool, dropout_p: float, **flags: bool) -> None:
    """Refuse the options that are not taken here, and numbers and flags that are none.

    Raises
    ------
    TypeError, ValueError
        Names the argument, what came and what is allowed.

    Examples
    --------
    >>> require_common_case(None, None, True, 0.0, training=True)
    Traceback (most recent call last):
    course.errors.ArgumentValueError: add_zero_attn is True; only False is taken here.
    """
    for name, bias in (("bias_k", bias_k), ("bias_v", bias_v)):
        if bias is not None:
            raise ArgumentValueError(name, f"is a {type(bias).__name__}", "only None is taken here")
    require_flag(add_zero_attn=add_zero_attn, **flags)
    if add_zero_attn:
        raise ArgumentValueError("add_zero_attn", "is True", "only False is taken here")
    require_probability(dropout_p=dropout_p)


def joined_mask(
    query: np.ndarray,
    key: np.ndarray,
    num_heads: int,
    key_padding_mask: np.ndarray | None,
    attn_mask: np.ndarray | None,
    is_causal: bool,
    need_weights: bool,
) -> np.ndarray | None:
    """Give one mask from both: to be added to the scores, or for a causal one of bool, True where a query may look.

    Parameters
    ----------
    query, key
        Shapes ``(L, N, E)`` and ``(S, N, E)``, or without N.
    num_heads, key_padding_mask, attn_mask, is_causal, need_weights
        As for `multi_head_attention_forward`.

    Returns
    -------
    Broadcasts to ``(N, H, L, S)``.

    Raises
    ------
    TypeError, ValueError
        Where a mask has another dtype or shape, or is_causal comes without one.

    Examples
    --------
    >>> words = np.zeros((2, 4))
    >>> joined_mask(words, words, 1, np.array([False, True]), None, False, True)
    array([[[[  0., -inf]]]])
    """
    length, source = len(query), len(key)
    batch = query.shape[1:-1]
    (count,) = batch or (1,)
    if is_causal and attn_mask is None:
        raise ArgumentValueError("is_causal", "is True without attn_mask", "the causal mask itself is expected, too")
    mask = None
    if attn_mask is not None:
        _require_mask("attn_mask", attn_mask, query)
        if attn_mask.ndim == 3:
            require_shape("attn_mask", attn_mask, (count * num_heads, length, source))
            mask = _added(attn_mask, query).reshape(count, num_heads, length, source)
        else:
            require_shape("attn_mask", attn_mask, (length, source))
            mask = _added(attn_mask, query)[np.newaxis, np.newaxis]
    if key_padding_mask is not None:
        _require_mask("key_padding_mask", key_padding_mask, query)
        require_shape("key_padding_mask", key_padding_mask, (*batch, source))
        padding = _added(key_padding_mask, query).reshape(count, 1, 1, source)
        return padding if mask is None else mask + padding
    # PyTorch takes the hint at its word just here, where it has a fast way for it
    return np.tri(length, source, dtype=bool) if is_causal and not need_weights else mask


def _require_mask(name: str, mask: np.ndarray, query: np.ndarray) -> None:
    if not isinstance(mask, np.ndarray) or mask.dtype not in (np.bool_, query.dtype):
        came = getattr(mask, "dtype", type(mask).__name__)
        raise ArgumentTypeError(name, f"is {came}", f"an array of bool or {query.dtype} is expected")


def _added(mask: np.ndarray, query: np.ndarray) -> np.ndarray:
    if mask.dtype != np.bool_:
        return widened(mask)
    added = np.zeros(mask.shape, widened(query[:0]).dtype)
    added[mask] = -np.inf
    return added
