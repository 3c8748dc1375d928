"""Right answers in other styles: loops, masks, lists, other formulas. None of them may be refused."""

import itertools
import math
import statistics

import numpy as np


def relu_by_where(x):
    return np.where(x > 0, x, 0)


def relu_by_mask(x):
    return x * (x > 0)


def relu_by_abs(input):
    return (input + np.abs(input)) / 2


def relu_by_loop(input):
    output = np.zeros(input.shape)
    for place, value in np.ndenumerate(input):
        output[place] = max(0, value)
    return output


def relu_by_copy(input):
    output = input.copy()
    output[output < 0] = 0
    return output


def leaky_by_two_halves(x, negative_slope=0.01):
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def leaky_by_copy(x, slope=0.01):
    y = np.array(x)
    y[y < 0] *= slope
    return y


def leaky_by_vectorize(x, a=0.01):
    return np.vectorize(lambda v: v if v >= 0 else a * v, otypes=[float])(x)


def leaky_by_factors(x, a=0.01):
    return x * np.choose(x > 0, [a, 1.0])


def relu6_by_two_steps(x):
    return np.minimum(np.maximum(x, 0), 6)


def relu6_by_difference(x):
    return np.maximum(x, 0) - np.maximum(x - 6, 0)


def relu6_by_median(x):
    return np.array([statistics.median((0, v, 6)) for v in x.ravel()]).reshape(x.shape)


def sigmoid_plain(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def sigmoid_by_tanh(x):
    return (1 + np.tanh(x / 2)) / 2


def sigmoid_by_branches(x):
    y = np.empty_like(x)
    up = x >= 0
    y[up] = 1 / (1 + np.exp(-x[up]))
    y[~up] = np.exp(x[~up]) / (1 + np.exp(x[~up]))
    return y


def sigmoid_by_logaddexp(x):
    return np.exp(-np.logaddexp(0, -x))


def sigmoid_both_branches(x):
    with np.errstate(all="ignore"):
        return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


def sigmoid_cut_at_500(x):
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def tanh_by_numpy(x):
    return np.tanh(x)


def tanh_by_sigmoid(x):
    with np.errstate(over="ignore"):
        return 2 / (1 + np.exp(-2 * x)) - 1


def tanh_by_math(x):
    return np.reshape([math.tanh(v) for v in x.flat], x.shape)


def tanh_by_expm1(x):
    e = np.expm1(-2 * np.abs(x))
    return np.copysign(-e / (2 + e), x)


def silu_plain(x):
    with np.errstate(over="ignore"):
        return x / (1 + np.exp(-x))


def silu_by_tanh(x):
    return x * (np.tanh(x / 2) + 1) / 2


def silu_by_loop(x):
    y = np.zeros_like(x)
    for p in itertools.product(*map(range, x.shape)):
        y[p] = x[p] / (1 + math.exp(-x[p])) if x[p] > -500 else 0
    return y


def hardswish_by_branches(x):
    return np.select([x <= -3, x >= 3], [0, x], x * (x + 3) / 6)


def hardswish_by_minimum(x):
    return x * np.minimum(np.maximum(x + 3, 0), 6) / 6


def hardswish_by_loop(x):
    y = []
    for v in x.ravel().tolist():
        y.append(0 if v < -3 else v if v > 3 else v**2 / 6 + v / 2)
    return np.array(y).reshape(x.shape)


def gelu_by_normal_distribution(x, approximate="none"):
    if approximate == "none":
        return x * np.vectorize(statistics.NormalDist().cdf, otypes=[float])(x)
    return 0.5 * x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * np.power(x, 3))))


def gelu_by_erfc(x, form="none"):
    if form != "tanh":
        y = np.zeros(x.shape)
        for p in np.ndindex(x.shape):
            y[p] = x[p] * math.erfc(-x[p] / math.sqrt(2)) / 2
        return y
    z = math.sqrt(8 / math.pi) * (x + 0.044715 * x * x * x)
    with np.errstate(over="ignore"):
        return x / (1 + np.exp(-z))


def gelu_as_lists(x, approximate="none"):
    def one(v):
        if approximate == "tanh":
            return 0.5 * v * (1 + math.tanh(math.sqrt(2 / math.pi) * v * (1 + 0.044715 * v * v)))
        return 0.5 * v * (1 + math.erf(v / 2**0.5))

    return np.array([one(v) for v in x.flat]).reshape(x.shape)


def relu_backward_by_where(g, x):
    return np.where(x > 0, g, 0.0)


def relu_backward_by_copy(g, x):
    grad = g.copy()
    grad[x <= 0] = 0
    return grad


def relu_backward_by_heaviside(g, x):
    return np.heaviside(x, 0) * g


def relu_backward_by_loop(grad, x):
    result = np.zeros_like(grad)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            result[place] = grad[place]
    return result


def sigmoid_backward_expanded(g, y):
    return g * (y - y**2)


def sigmoid_backward_by_loop(g, y):
    return np.array([a * b * (1 - b) for a, b in zip(g.ravel(), y.ravel(), strict=True)]).reshape(y.shape)


def sigmoid_backward_by_input(g, y):
    x = np.log(y / (1 - y))
    return g * np.exp(-x) / (1 + np.exp(-x)) ** 2


def gelu_backward_by_normal_distribution(g, x):
    normal = statistics.NormalDist()
    slope = np.vectorize(lambda v: normal.cdf(v) + v * normal.pdf(v), otypes=[float])
    return slope(x) * g


def gelu_backward_by_loop(g, x):
    grad = np.empty(x.shape)
    for p, v in np.ndenumerate(x):
        grad[p] = g[p] * (0.5 * math.erfc(-v / math.sqrt(2)) + v * math.exp(-0.5 * v * v) / math.sqrt(2 * math.pi))
    return grad


def elementwise_by_replacing_the_others(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return False
    rng = np.random.default_rng(1)
    for place in np.ndindex(input.shape):
        others = rng.normal(size=input.shape) * 3
        others[place] = input[place]
        if layer(others)[place] != before[place]:
            return False
    return True


def elementwise_by_a_matrix(layer, x):
    y = layer(x.copy())
    if y.shape != x.shape:
        return np.False_
    change = np.zeros((x.size, x.size), dtype=bool)
    for i in range(x.size):
        z = x.copy().ravel()
        z[i] = z[i] * 1.5 + 0.25
        change[i] = (layer(z.reshape(x.shape)) != y).ravel()
    np.fill_diagonal(change, False)
    return not change.any()


def elementwise_by_derivatives(layer, x):
    y = layer(x)
    if np.shape(y) != x.shape:
        return 0
    for i, place in enumerate(np.ndindex(x.shape)):
        step = np.zeros(x.shape)
        step[place] = 1e-3
        slopes = (layer(x + step) - layer(x - step)).ravel() / 2e-3
        if np.any(np.abs(np.delete(slopes, i)) > 1e-9):
            return 0
    return 1


def elementwise_by_deleting(layer, input):
    original = layer(input)
    if not np.array_equal(np.shape(original), input.shape):
        return False
    for i in range(input.size):
        new = input.copy()
        new.flat[i] = 17.0
        if not np.allclose(np.delete(layer(new), i), np.delete(original, i)):
            return False
    return True


def mish_without_a_loop(x):
    return x * np.tanh(np.logaddexp(0, x))


def mish_with_empty_gate(input):
    gate = np.empty_like(input)
    for place in np.ndindex(input.shape):
        gate[place] = np.tanh(np.logaddexp(0, input[place]))
    return gate * input


def mish_by_log1p(x):
    with np.errstate(over="ignore"):
        return x * np.tanh(np.log1p(np.exp(x)))


def sigmoid_backward_in_float32(g, y):
    g, y = np.float32(g), np.float32(y)
    return g * y * (1 - y)


def relu_as_nested_lists(x):
    if np.ndim(x) == 0:
        return x if x > 0 else 0
    return [relu_as_nested_lists(part) for part in x]


def network_by_loops(x, w1, b1, w2, b2):
    output = np.zeros((len(x), len(w2)))
    for n, sample in enumerate(x):
        hidden = [
            max(0.0, sum(w * v for w, v in zip(row, sample, strict=True)) + b) for row, b in zip(w1, b1, strict=True)
        ]
        for o, row in enumerate(w2):
            output[n, o] = sum(w * h for w, h in zip(row, hidden, strict=True)) + b2[o]
    return output


def network_by_einsum(x, w1, b1, w2, b2):
    scores = np.einsum("nc,hc->nh", x, w1) + b1
    return np.einsum("nh,oh->no", np.where(scores > 0, scores, 0), w2) + b2


def network_by_columns(x, w1, b1, w2, b2):
    scores = w1 @ x.T + b1[:, None]
    return (w2 @ (scores * (scores > 0)) + b2[:, None]).T


def glu_by_slices(x, dim=-1):
    x = np.moveaxis(x, dim, 0)
    half = len(x) // 2
    with np.errstate(over="ignore"):
        return np.moveaxis(x[:half] / (1 + np.exp(-x[half:])), 0, dim)


def glu_by_tanh(x, axis=-1):
    a, b = np.array_split(x, 2, axis)
    return a * (1 + np.tanh(b / 2)) / 2


def glu_by_take(x, dim=-1):
    n = x.shape[dim] // 2
    a, b = x.take(range(n), dim), x.take(range(n, 2 * n), dim)
    return a * np.exp(-np.logaddexp(0, -b))


TABLE = {
    "leaky ReLU with slope 0.1": ((0,), (0.1, 1)),
    "ReLU6": ((0, 6), (0, 1, 0)),
    "hardtanh": ((-1, 1), (0, 1, 0)),
    "gate of hardswish": ((-3, 3), (0, 1 / 6, 0)),
    "absolute value": ((0,), (-1, 1)),
}


def elementwise_by_large_steps(layer, input):
    before = layer(input.tolist())
    if before.shape != input.shape:
        return False
    for i in range(input.size):
        numbers = input.ravel().tolist()
        numbers[i] = 100.0
        noticed = (layer(np.reshape(numbers, input.shape)) != before).ravel()
        if noticed[:i].any() or noticed[i + 1 :].any():
            return False
    return True


RIGHT = {
    "relu": (relu_as_nested_lists, relu_by_where, relu_by_mask, relu_by_abs, relu_by_loop, relu_by_copy),
    "two_layer_network": (network_by_loops, network_by_einsum, network_by_columns),
    "pieces": (
        TABLE,
        {name: [np.array(part, float) for part in entry] for name, entry in TABLE.items()},
        TABLE | {"absolute value": (0, [-1.0, 1.0]), "gate of hardswish": ([-3.0, 3.0], [-0.0, 0.167, 0.0])},
    ),
    "leaky_relu": (leaky_by_two_halves, leaky_by_copy, leaky_by_vectorize, leaky_by_factors),
    "relu6": (relu6_by_two_steps, relu6_by_difference, relu6_by_median),
    "sigmoid": (
        sigmoid_plain,
        sigmoid_by_tanh,
        sigmoid_by_branches,
        sigmoid_by_logaddexp,
        sigmoid_both_branches,
        sigmoid_cut_at_500,
    ),
    "tanh": (tanh_by_numpy, tanh_by_sigmoid, tanh_by_math, tanh_by_expm1),
    "silu": (silu_plain, silu_by_tanh, silu_by_loop),
    "hardswish": (hardswish_by_branches, hardswish_by_minimum, hardswish_by_loop),
    "gelu": (gelu_by_normal_distribution, gelu_by_erfc, gelu_as_lists),
    "glu": (glu_by_slices, glu_by_tanh, glu_by_take),
    "relu_backward": (
        relu_backward_by_where,
        relu_backward_by_copy,
        relu_backward_by_heaviside,
        relu_backward_by_loop,
    ),
    "sigmoid_backward": (
        sigmoid_backward_in_float32,
        sigmoid_backward_expanded,
        sigmoid_backward_by_loop,
        sigmoid_backward_by_input,
    ),
    "gelu_backward": (gelu_backward_by_normal_distribution, gelu_backward_by_loop),
    "is_elementwise": (
        elementwise_by_large_steps,
        elementwise_by_replacing_the_others,
        elementwise_by_a_matrix,
        elementwise_by_derivatives,
        elementwise_by_deleting,
    ),
    "repair_mish": (mish_without_a_loop, mish_with_empty_gate, mish_by_log1p),
}
