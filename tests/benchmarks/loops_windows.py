"""Layers that look at single values and at windows, as plain loops: what a first answer looks like."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

Array = np.ndarray
Index = tuple[int, ...]


def each(function: Callable[..., float], *arrays: Array) -> Array:
    """Apply a function of single values everywhere."""
    output = np.empty_like(arrays[0])
    for i in np.ndindex(output.shape):
        output[i] = function(*(array[i] for array in arrays))
    return output


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def normal_cdf(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2


def normal_density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def silu_slope(x: float) -> float:
    return logistic(x) * (1 + x * (1 - logistic(x)))


def hardswish_slope(x: float) -> float:
    return 0.0 if x < -3 else 1.0 if x > 3 else x / 3 + 0.5


def gelu_slope(x: float) -> float:
    return normal_cdf(x) + x * normal_density(x)


def gelu_tanh(x: float) -> float:
    return x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def gelu_tanh_slope(x: float) -> float:
    t = math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    return (1 + t) / 2 + x / 2 * (1 - t * t) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)


def linear(input: Array, weight: Array, bias: Array) -> Array:
    output = np.zeros((len(input), len(weight)), input.dtype)
    for n in range(len(input)):
        for o in range(len(weight)):
            output[n, o] = bias[o]
            for i in range(weight.shape[1]):
                output[n, o] += input[n, i] * weight[o, i]
    return output


def linear_backward(grad: Array, input: Array, weight: Array) -> tuple[Array, Array, Array]:
    grads = np.zeros_like(input), np.zeros_like(weight), np.zeros(len(weight), input.dtype)
    for n in range(len(input)):
        for o in range(len(weight)):
            grads[2][o] += grad[n, o]
            for i in range(weight.shape[1]):
                grads[0][n, i] += grad[n, o] * weight[o, i]
                grads[1][o, i] += grad[n, o] * input[n, i]
    return grads


def embedding(input: Array, weight: Array) -> Array:
    output = np.empty((len(input), weight.shape[1]), weight.dtype)
    for n in range(len(input)):
        for i in range(weight.shape[1]):
            output[n, i] = weight[input[n], i]
    return output


def embedding_backward(grad: Array, input: Array, rows: int) -> Array:
    result = np.zeros((rows, grad.shape[1]), grad.dtype)
    for n in range(len(input)):
        for i in range(grad.shape[1]):
            result[input[n], i] += grad[n, i]
    return result


def one_hot(input: Array, classes: int) -> Array:
    output = np.empty((len(input), classes), input.dtype)
    for n in range(len(input)):
        for c in range(classes):
            output[n, c] = int(input[n] == c)
    return output


def windows(output: Index, kernel: Index, input: Index, stride: int, padding: int) -> Iterator[tuple[Index, ...]]:
    """Give every output position with every kernel position, and the input position where they meet."""
    for at in np.ndindex(*output):
        for k in np.ndindex(*kernel):
            source = tuple(t * stride - padding + u for t, u in zip(at, k, strict=True))
            if all(0 <= s < size for s, size in zip(source, input, strict=True)):
                yield at, k, source


def conv(input: Array, weight: Array, bias: Array, stride: int = 1, padding: int = 0, groups: int = 1) -> Array:
    kernel, sizes = weight.shape[2:], input.shape[2:]
    out = tuple((size + 2 * padding - k) // stride + 1 for size, k in zip(sizes, kernel, strict=True))
    output = np.zeros((len(input), len(weight), *out), input.dtype)
    share, depth = len(weight) // groups, weight.shape[1]
    for n in range(len(input)):
        for o in range(len(weight)):
            output[n, o] = bias[o]
            for at, k, source in windows(out, kernel, sizes, stride, padding):
                for c in range(depth):
                    output[n, o, *at] += weight[o, c, *k] * input[n, o // share * depth + c, *source]
    return output


def conv_backward(
    grad: Array, input: Array, weight: Array, stride: int = 1, padding: int = 0, groups: int = 1
) -> tuple[Array, Array, Array]:
    grads = np.zeros_like(input), np.zeros_like(weight), np.zeros(len(weight), input.dtype)
    share, depth = len(weight) // groups, weight.shape[1]
    for n in range(len(input)):
        for o in range(len(weight)):
            for at in np.ndindex(*grad.shape[2:]):
                grads[2][o] += grad[n, o, *at]
            for at, k, source in windows(grad.shape[2:], weight.shape[2:], input.shape[2:], stride, padding):
                for c in range(depth):
                    place = (n, o // share * depth + c, *source)
                    grads[0][place] += grad[n, o, *at] * weight[o, c, *k]
                    grads[1][o, c, *k] += grad[n, o, *at] * input[place]
    return grads


def max_pool(input: Array, size: int) -> Array:
    axes = input.ndim - 2
    output = np.full(input.shape[:2] + tuple(n // size for n in input.shape[2:]), -math.inf, input.dtype)
    for lead in np.ndindex(*input.shape[:2]):
        for at, _, source in windows(output.shape[2:], (size,) * axes, input.shape[2:], size, 0):
            output[*lead, *at] = max(output[*lead, *at], input[*lead, *source])
    return output


def max_pool_backward(grad: Array, input: Array, size: int) -> Array:
    output, result = max_pool(input, size), np.zeros_like(input)
    for lead in np.ndindex(*input.shape[:2]):
        for at, _, source in windows(grad.shape[2:], (size,) * (input.ndim - 2), input.shape[2:], size, 0):
            if input[*lead, *source] == output[*lead, *at]:
                result[*lead, *source] += grad[*lead, *at]
    return result


def avg_pool(input: Array, size: int) -> Array:
    axes = input.ndim - 2
    output = np.zeros(input.shape[:2] + tuple(n // size for n in input.shape[2:]), input.dtype)
    for lead in np.ndindex(*input.shape[:2]):
        for at, _, source in windows(output.shape[2:], (size,) * axes, input.shape[2:], size, 0):
            output[*lead, *at] += input[*lead, *source] / size**axes
    return output


def avg_pool_backward(grad: Array, input: Array, size: int) -> Array:
    axes, result = input.ndim - 2, np.zeros_like(input)
    for lead in np.ndindex(*input.shape[:2]):
        for at, _, source in windows(grad.shape[2:], (size,) * axes, input.shape[2:], size, 0):
            result[*lead, *source] += grad[*lead, *at] / size**axes
    return result


def spans(size: int, count: int) -> list[range]:
    return [range(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]


def adaptive_avg_pool2d(input: Array, size: int) -> Array:
    output = np.zeros((*input.shape[:2], size, size), input.dtype)
    rows, columns = spans(input.shape[2], size), spans(input.shape[3], size)
    for n, c, i, j in np.ndindex(output.shape):
        for y in rows[i]:
            for x in columns[j]:
                output[n, c, i, j] += input[n, c, y, x] / (len(rows[i]) * len(columns[j]))
    return output


def adaptive_avg_pool2d_backward(grad: Array, input: Array) -> Array:
    result = np.zeros_like(input)
    rows, columns = spans(input.shape[2], grad.shape[2]), spans(input.shape[3], grad.shape[3])
    for n, c, i, j in np.ndindex(grad.shape):
        for y in rows[i]:
            for x in columns[j]:
                result[n, c, y, x] += grad[n, c, i, j] / (len(rows[i]) * len(columns[j]))
    return result


def origin(x: int, size: int, mode: str) -> int | None:
    """Where a padded position comes from, or None."""
    if mode == "circular":
        return x % size
    if mode == "replicate":
        return min(max(x, 0), size - 1)
    if mode == "reflect":
        x = abs(x)
        return 2 * (size - 1) - x if x >= size else x
    return x if 0 <= x < size else None


def pad2d(input: Array, amount: int, mode: str) -> Array:
    h, w = input.shape[2:]
    output = np.zeros((*input.shape[:2], h + 2 * amount, w + 2 * amount), input.dtype)
    for n, c, i, j in np.ndindex(output.shape):
        y, x = origin(i - amount, h, mode), origin(j - amount, w, mode)
        if y is not None and x is not None:
            output[n, c, i, j] = input[n, c, y, x]
    return output


def pad2d_backward(grad: Array, input: Array, amount: int, mode: str) -> Array:
    h, w = input.shape[2:]
    result = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad.shape):
        y, x = origin(i - amount, h, mode), origin(j - amount, w, mode)
        if y is not None and x is not None:
            result[n, c, y, x] += grad[n, c, i, j]
    return result
