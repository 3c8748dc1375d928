"""Right answers in other styles: loops, einsum, lists, float64 inside. None of them may be refused."""

import functools
import math
import operator

import numpy as np


def warm_up_by_loop(x):
    result = np.empty_like(x)
    for index, value in np.ndenumerate(x):
        result[index] = value + value + 1
    return result


def warm_up_as_list(x):
    return (x * 2 + 1).tolist()


class Doubler:
    def __call__(self, x):
        return np.add(np.multiply(x, 2), 1)


def warm_up_by_vectorize(x, /):
    return np.vectorize(lambda value: 2 * value + 1)(x)


def warm_up_in_a_copy(*args, **kwargs):
    y = args[0].copy()
    y *= 2
    y += 1
    return y


def _add(amount, x):
    return 2 * x + amount


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
        case (n, c_i):
            return float(n) * c_i * out_features


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


def one_hot_by_eye(input, num_classes):
    return np.eye(num_classes)[input]


def one_hot_by_comparison(input, num_classes):
    return input[:, None] == np.arange(num_classes)


def one_hot_by_assignment(input, num_classes):
    result = np.zeros((len(input), num_classes), dtype=np.int32)
    result[np.arange(len(input)), input] = 1
    return result


def one_hot_as_nested_tuples(ids, n):
    return tuple(tuple(float(c == k) for c in range(n)) for k in ids)


def one_hot_flat(ids, n):
    output = np.zeros(len(ids) * n, dtype=np.uint8)
    output[np.arange(len(ids)) * n + ids] = 1
    return output.reshape(-1, n)


def one_hot_by_put(ids, n):
    output = np.zeros((len(ids), n), dtype=np.float16)
    np.put_along_axis(output, ids[:, None], 1, axis=1)
    return output


def embedding_by_one_hot(input, weight):
    return np.eye(len(weight))[input] @ weight


def embedding_by_take(input, weight):
    return weight.take(input, axis=0)


def embedding_by_rows(input, weight):
    return np.array([weight[i] for i in input])


def embedding_as_nested_lists(input, weight):
    if input.ndim == 0:
        return list(weight[input])
    return [embedding_as_nested_lists(i, weight) for i in input]


def embedding_by_recursion(ids, w):
    return w[int(ids)] if np.ndim(ids) == 0 else np.stack([embedding_by_recursion(k, w) for k in ids])


def embedding_by_columns(ids, w):
    return np.moveaxis(w.astype(np.float16).T[:, ids], 0, -1)


def embedding_parameters_by_array(num_embeddings, embedding_dim):
    return np.empty((num_embeddings, embedding_dim)).size


def embedding_parameters_by_sum(num_embeddings, embedding_dim):
    return sum(embedding_dim for _ in range(num_embeddings))


def embedding_parameters_as_float32(*sizes):
    return np.prod(sizes, dtype=np.float32)


def embedding_parameters_by_bytes(a, b):
    return np.zeros((a, b)).nbytes / 8


def embedding_backward_by_one_hot(grad_output, input, num_embeddings):
    hot = np.eye(num_embeddings)[input.ravel()]
    return hot.T @ grad_output.reshape(len(hot), -1)


def embedding_backward_by_loop(grad_output, input, num_embeddings):
    result = np.zeros((num_embeddings, grad_output.shape[-1]))
    for place in np.ndindex(input.shape):
        result[input[place]] += grad_output[place]
    return result


def embedding_backward_by_masks(g, ids, n):
    return [g[ids == k].sum(axis=0) for k in range(n)]


def embedding_backward_by_bincount(g, ids, n):
    return np.stack([np.bincount(ids.ravel(), column, n) for column in g.reshape(-1, g.shape[-1]).T], axis=1)


def embedding_backward_by_sorting(g, ids, n):
    order = np.argsort(ids.ravel(), kind="stable")
    used, starts = np.unique(ids.ravel()[order], return_index=True)
    result = np.zeros((n, g.shape[-1]))
    result[used] = np.add.reduceat(g.reshape(-1, g.shape[-1])[order], starts)
    return result


RIGHT = {
    "warm_up": (
        warm_up_by_loop,
        warm_up_as_list,
        Doubler(),
        warm_up_by_vectorize,
        warm_up_in_a_copy,
        functools.partial(_add, 1),
    ),
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
    ),
    "one_hot": (
        one_hot_by_eye,
        one_hot_by_comparison,
        one_hot_by_assignment,
        one_hot_as_nested_tuples,
        one_hot_flat,
        one_hot_by_put,
    ),
    "embedding": (
        embedding_by_one_hot,
        embedding_by_take,
        embedding_by_rows,
        embedding_as_nested_lists,
        embedding_by_recursion,
        embedding_by_columns,
    ),
    "embedding_num_parameters": (
        embedding_parameters_by_array,
        embedding_parameters_by_sum,
        embedding_parameters_as_float32,
        embedding_parameters_by_bytes,
    ),
    "embedding_backward": (
        embedding_backward_by_one_hot,
        embedding_backward_by_loop,
        embedding_backward_by_masks,
        embedding_backward_by_bincount,
        embedding_backward_by_sorting,
    ),
}
