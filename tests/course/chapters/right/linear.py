"""Right answers in other styles: loops, einsum, lists, float64 inside. None of them may be refused."""

import collections
import functools
import math
import operator

import numpy as np


def linear_by_loops(x, w, b=None):
    (n, c_i), c_o = x.shape, len(w)
    y = np.zeros((n, c_o))
    for s in range(n):
        for o in range(c_o):
            for i in range(c_i):
                y[s, o] += x[s, i] * w[o, i]
            if b is not None:
                y[s, o] += b[o]
    return y


def linear_by_einsum(input, weight, bias=None):
    return np.einsum("...i,oi->...o", input, weight) + (0 if bias is None else bias)


def linear_by_dot(input, weight, bias=None):
    y = np.dot(weight, input.T)
    if bias is not None:
        y += bias[:, None]
    return y.T


def linear_in_float32(input, weight, bias=None):
    y = input.astype(np.float32) @ weight.T.astype(np.float32)
    return y if bias is None else y + bias.astype(np.float32)


def linear_with_ones(input, weight, bias=None):
    if bias is None:
        bias = np.zeros(len(weight))
    ones = np.ones((len(input), 1))
    return np.hstack([input, ones]) @ np.column_stack([weight, bias]).T


def linear_by_rows(input, weight, bias=None):
    return np.array([weight @ sample + (0 if bias is None else bias) for sample in input])


def linear_as_nested_lists(x, w, b=None):
    b = [0.0] * len(w) if b is None else b.tolist()
    return [[sum(map(operator.mul, row, out)) + c for out, c in zip(w.tolist(), b, strict=True)] for row in x.tolist()]


def linear_by_strides(x, w, b=None):
    pairs = np.lib.stride_tricks.as_strided(x, (len(x), len(w), x.shape[1]), (x.strides[0], 0, x.strides[1]))
    return (pairs * w).sum(axis=-1) + (0 if b is None else b)


def linear_in_longdouble(x, w, b=None):
    try:
        return np.inner(x.astype(np.longdouble), w) + b
    except TypeError:
        return np.tensordot(x, w, axes=(1, 1))


def parameters_by_arrays(in_features, out_features, bias=True):
    weight, b = np.empty((out_features, in_features)), np.empty(out_features)
    return weight.size + (b.size if bias else 0)


def parameters_as_float(in_features, out_features, bias=True):
    return float((in_features + int(bias)) * out_features)


def parameters_as_int32(i, o, bias=True):
    return np.int32(math.prod((i, o)) + bias * o)


def parameters_by_logarithms(*args):
    i, o, bias = (*args, True)[:3]
    return math.exp(math.log(i + bias) + math.log(o))


def macs_by_numpy(input_shape, out_features):
    return np.prod(input_shape) * out_features


def macs_by_loop(input_shape, out_features):
    count = out_features
    for size in input_shape:
        count *= size
    return count


def macs_by_reduce(shape, out):
    return np.array(functools.reduce(operator.mul, shape, out))


def macs_as_float(input_shape, out_features):
    match input_shape:
        case (*rows, c_i):
            return math.prod(map(float, rows)) * c_i * out_features


def linear_backward_by_einsum(grad_output, input, weight):
    return (
        np.einsum("no,oi->ni", grad_output, weight),
        np.einsum("no,ni->oi", grad_output, input),
        np.einsum("no->o", grad_output),
    )


def linear_backward_by_loops(g, x, w):
    grad_weight, grad_bias = np.zeros_like(w), np.zeros(len(w))
    for sample, grad in zip(x, g, strict=True):
        grad_weight += np.outer(grad, sample)
        grad_bias += grad
    return [g.dot(w), grad_weight, grad_bias]


def linear_backward_as_nested_lists(g, x, w):
    return [list(k @ w) for k in g], [list(column @ x) for column in g.T], [column.sum() for column in g.T]


def linear_backward_by_broadcasting(g, x, w):
    return (g[:, :, None] * w).sum(1), (g[:, :, None] * x[:, None]).sum(0), np.ones(len(g)) @ g


def linear_backward_in_float32(g, x, w):
    return tuple(a.astype(np.float32) for a in ((w.T @ g.T).T, (x.T @ g).T, sum(g)))


def repaired_at_once(input, weight, bias):
    return np.einsum("ni,oi->no", input, weight) + bias


def repaired_by_loops(x, w, b):
    return [
        [sum(xi * wi for xi, wi in zip(row, neuron, strict=True)) + bias for neuron, bias in zip(w, b, strict=True)]
        for row in x
    ]


def repaired_as_a_row(input, weight, bias):
    output = np.zeros((len(input), len(weight)))
    for row in range(len(input)):
        output[row] = weight @ input[row]
    return output + bias.reshape(1, -1)


Gradients = collections.namedtuple("Gradients", "input weight bias")


def linear_backward_as_a_named_tuple(g, x, w):
    return Gradients(g @ w, g.T @ x, g.sum(axis=0))


RIGHT = {
    "linear": (
        linear_by_loops,
        linear_by_einsum,
        linear_by_dot,
        linear_in_float32,
        linear_with_ones,
        linear_by_rows,
        linear_as_nested_lists,
        linear_by_strides,
        linear_in_longdouble,
    ),
    "linear_num_parameters": (
        parameters_by_arrays,
        parameters_as_float,
        parameters_as_int32,
        parameters_by_logarithms,
    ),
    "linear_macs": (macs_by_numpy, macs_by_loop, macs_by_reduce, macs_as_float),
    "linear_backward": (
        linear_backward_by_einsum,
        linear_backward_by_loops,
        linear_backward_as_nested_lists,
        linear_backward_by_broadcasting,
        linear_backward_in_float32,
        linear_backward_as_a_named_tuple,
    ),
    "repair_linear": (repaired_at_once, repaired_by_loops, repaired_as_a_row),
}
