"""Layers that look at whole rows, as plain loops: softmax, losses, normalization, attention."""

from __future__ import annotations

import math

import numpy as np
from loops_windows import linear, linear_backward
from numpy.lib.stride_tricks import as_strided

Array = np.ndarray


def softmax(input: Array, axis: int, *, log: bool = False) -> Array:
    output = np.empty_like(input)
    rows, results = np.moveaxis(input, axis, -1), np.moveaxis(output, axis, -1)
    for i in np.ndindex(rows.shape[:-1]):
        top = max(rows[i])
        total = 0.0
        for x in rows[i]:
            total += math.exp(x - top)
        for k, x in enumerate(rows[i]):
            results[*i, k] = x - top - math.log(total) if log else math.exp(x - top) / total
    return output


def softmax_backward(grad: Array, output: Array, axis: int, *, log: bool = False) -> Array:
    result = np.empty_like(grad)
    arrays = (np.moveaxis(array, axis, -1) for array in (grad, output, result))
    g, y, r = arrays
    for i in np.ndindex(g.shape[:-1]):
        total = 0.0
        for k in range(g.shape[-1]):
            total += g[*i, k] * (1 if log else y[*i, k])
        for k in range(g.shape[-1]):
            r[*i, k] = g[*i, k] - math.exp(y[*i, k]) * total if log else y[*i, k] * (g[*i, k] - total)
    return result


def mse_loss(input: Array, target: Array) -> float:
    total = 0.0
    for i in np.ndindex(input.shape):
        total += (input[i] - target[i]) ** 2
    return total / input.size


def mse_loss_backward(grad: Array, input: Array, target: Array) -> tuple[Array, Array]:
    results = np.empty_like(input), np.empty_like(target)
    for i in np.ndindex(input.shape):
        results[0][i] = grad * 2 * (input[i] - target[i]) / input.size
        results[1][i] = -results[0][i]
    return results


def binary_cross_entropy_with_logits(input: Array, target: Array) -> float:
    total = 0.0
    for i in np.ndindex(input.shape):
        total += max(input[i], 0.0) - input[i] * target[i] + math.log1p(math.exp(-abs(input[i])))
    return total / input.size


def binary_cross_entropy_with_logits_backward(grad: Array, input: Array, target: Array) -> Array:
    result = np.empty_like(input)
    for i in np.ndindex(input.shape):
        result[i] = grad * (1 / (1 + math.exp(-input[i])) - target[i]) / input.size
    return result


def cross_entropy(input: Array, target: Array) -> float:
    logs, total = softmax(input, 1, log=True), 0.0
    for i in np.ndindex(target.shape):
        total -= logs[i[0], target[i], *i[1:]]
    return total / target.size


def cross_entropy_backward(grad: Array, input: Array, target: Array) -> Array:
    result = softmax(input, 1)
    for i in np.ndindex(target.shape):
        result[i[0], target[i], *i[1:]] -= 1
        for c in range(input.shape[1]):
            result[i[0], c, *i[1:]] *= grad / target.size
    return result


def normalize(
    input: Array, kept: tuple[int, ...], weight: Array, bias: Array | float, eps: float, *, center: bool = True
) -> Array:
    """Standardize over all axes but `kept`; weight and bias broadcast against `input`."""
    output = np.empty_like(input)
    front = range(len(kept))
    x, y = np.moveaxis(input, kept, front), np.moveaxis(output, kept, front)
    w, b = (np.moveaxis(np.broadcast_to(p, input.shape), kept, front) for p in (weight, bias))
    rest = x.shape[len(kept) :]
    for lead in np.ndindex(*x.shape[: len(kept)]):
        mean, root = statistics(x[lead], rest, eps, center)
        for i in np.ndindex(*rest):
            y[*lead, *i] = (x[*lead, *i] - mean) / root * w[*lead, *i] + b[*lead, *i]
    return output


def statistics(row: Array, shape: tuple[int, ...], eps: float, center: bool) -> tuple[float, float]:
    mean, square = 0.0, 0.0
    for i in np.ndindex(*shape):
        mean += row[i] / row.size if center else 0.0
    for i in np.ndindex(*shape):
        square += (row[i] - mean) ** 2 / row.size
    return mean, math.sqrt(square + eps)


def normalize_backward(
    grad: Array, input: Array, kept: tuple[int, ...], weight: Array, eps: float, *, center: bool = True
) -> tuple[Array, Array, Array]:
    result = np.empty_like(input)
    grads = np.zeros_like(weight), np.zeros_like(weight)
    # views, in which all values that share a parameter lead to one sum
    full = [as_strided(p, input.shape, np.broadcast_to(p, input.shape).strides) for p in (weight, *grads)]
    front = range(len(kept))
    x, g, r, w, gw, gb = (np.moveaxis(array, kept, front) for array in (input, grad, result, *full))
    rest = x.shape[len(kept) :]
    for lead in np.ndindex(*x.shape[: len(kept)]):
        mean, root = statistics(x[lead], rest, eps, center)
        total, along, count = 0.0, 0.0, x[lead].size
        for i in np.ndindex(*rest):
            place = (*lead, *i)
            standard = (x[place] - mean) / root
            gw[place] += g[place] * standard
            gb[place] += g[place]
            total += g[place] * w[place] if center else 0.0
            along += g[place] * w[place] * standard
        for i in np.ndindex(*rest):
            place = (*lead, *i)
            standard = (x[place] - mean) / root
            r[place] = (g[place] * w[place] - total / count - standard * along / count) / root
    return result, *grads


def scale_channels(input: Array, mean: Array, root: Array, weight: Array, bias: Array) -> Array:
    output = np.empty_like(input)
    for i in np.ndindex(input.shape):
        c = i[1]
        output[i] = (input[i] - mean[c]) / root[c] * weight[c] + bias[c]
    return output


def scale_channels_backward(
    grad: Array, input: Array, mean: Array, root: Array, weight: Array
) -> tuple[Array, Array, Array]:
    grads = np.empty_like(input), np.zeros_like(weight), np.zeros_like(weight)
    for i in np.ndindex(input.shape):
        c = i[1]
        grads[0][i] = grad[i] * weight[c] / root[c]
        grads[1][c] += grad[i] * (input[i] - mean[c]) / root[c]
        grads[2][c] += grad[i]
    return grads


def attention(query: Array, key: Array, value: Array, *, causal: bool = False) -> Array:
    """One head after the other: ``(n, heads, length, width)``."""
    output = np.zeros((*query.shape[:3], value.shape[3]), query.dtype)
    for n, h, i in np.ndindex(*query.shape[:3]):
        for j, share in enumerate(shares(query[n, h, i], key[n, h], i if causal else None)):
            for d in range(value.shape[3]):
                output[n, h, i, d] += share * value[n, h, j, d]
    return output


def shares(query: Array, keys: Array, last: int | None) -> Array:
    """How much of each value one query takes."""
    scores = np.full(len(keys), -math.inf, query.dtype)
    for j in range(len(keys)):
        if last is None or j <= last:
            scores[j] = 0
            for d in range(len(query)):
                scores[j] += query[d] * keys[j, d] / math.sqrt(len(query))
    return softmax(scores, 0)


def attention_backward(
    grad: Array, query: Array, key: Array, value: Array, *, causal: bool = False
) -> tuple[Array, Array, Array]:
    grads = np.zeros_like(query), np.zeros_like(key), np.zeros_like(value)
    scale = 1 / math.sqrt(query.shape[3])
    for n, h, i in np.ndindex(*query.shape[:3]):
        share = shares(query[n, h, i], key[n, h], i if causal else None)
        grad_share = np.zeros_like(share)
        for j in range(len(share)):
            for d in range(value.shape[3]):
                grads[2][n, h, j, d] += share[j] * grad[n, h, i, d]
                grad_share[j] += grad[n, h, i, d] * value[n, h, j, d]
        grad_score = softmax_backward(grad_share, share, 0)
        for j in range(len(share)):
            for d in range(query.shape[3]):
                grads[0][n, h, i, d] += grad_score[j] * key[n, h, j, d] * scale
                grads[1][n, h, j, d] += grad_score[j] * query[n, h, i, d] * scale
    return grads


def split_heads(array: Array, heads: int) -> Array:
    """From (length, n, features) to (n, heads, length, width)."""
    length, n, features = array.shape
    return array.reshape(length, n, heads, features // heads).transpose(1, 2, 0, 3)


def merge_heads(array: Array) -> Array:
    n, heads, length, width = array.shape
    return array.transpose(2, 0, 1, 3).reshape(length * n, heads * width)


def multi_head_attention(
    query: Array, key: Array, value: Array, w_in: Array, b_in: Array, w_out: Array, b_out: Array, *, heads: int
) -> Array:
    return linear(merge_heads(attention(*projected((query, key, value), w_in, b_in, heads))), w_out, b_out).reshape(
        query.shape
    )


def projected(inputs: tuple[Array, ...], w_in: Array, b_in: Array, heads: int) -> list[Array]:
    thirds = zip(inputs, np.split(w_in, 3), np.split(b_in, 3), strict=True)
    return [split_heads(linear(x.reshape(-1, x.shape[2]), w, b).reshape(x.shape), heads) for x, w, b in thirds]


def multi_head_attention_backward(
    grad: Array,
    query: Array,
    key: Array,
    value: Array,
    w_in: Array,
    b_in: Array,
    w_out: Array,
    b_out: Array,
    *,
    heads: int,
) -> tuple[Array, ...]:
    inputs = (query, key, value)
    q, k, v = projected(inputs, w_in, b_in, heads)
    grad_merged, *grads_out = linear_backward(grad.reshape(-1, grad.shape[2]), merge_heads(attention(q, k, v)), w_out)
    grads = attention_backward(split_heads(grad_merged.reshape(query.shape), heads), q, k, v)
    thirds = [
        linear_backward(merge_heads(g), x.reshape(-1, x.shape[2]), w)
        for g, x, w in zip(grads, inputs, np.split(w_in, 3), strict=True)
    ]
    grads_in = (np.concatenate([third[i] for third in thirds]) for i in (1, 2))
    return (*(third[0].reshape(x.shape) for third, x in zip(thirds, inputs, strict=True)), *grads_in, *grads_out)
