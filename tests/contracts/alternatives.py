"""Right answers in other styles: loops, einsum, lists, float64 inside. None of them may be refused."""

import numpy as np


def warm_up_by_loop(x):
    result = np.empty_like(x)
    for index, value in np.ndenumerate(x):
        result[index] = value + value + 1
    return result


def warm_up_as_list(x):
    return (x * 2 + 1).tolist()


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


def parameters_by_arrays(in_features, out_features, bias=True):
    weight, b = np.empty((out_features, in_features)), np.empty(out_features)
    return weight.size + (b.size if bias else 0)


def parameters_as_float(in_features, out_features, bias=True):
    return float((in_features + int(bias)) * out_features)


def macs_by_numpy(input_shape, out_features):
    return np.prod(input_shape) * out_features


def macs_by_loop(input_shape, out_features):
    count = out_features
    for size in input_shape:
        count *= size
    return count


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


def one_hot_by_eye(input, num_classes):
    return np.eye(num_classes)[input]


def one_hot_by_comparison(input, num_classes):
    return input[:, None] == np.arange(num_classes)


def one_hot_by_assignment(input, num_classes):
    result = np.zeros((len(input), num_classes), dtype=np.int32)
    result[np.arange(len(input)), input] = 1
    return result


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


def embedding_parameters_by_array(num_embeddings, embedding_dim):
    return np.empty((num_embeddings, embedding_dim)).size


def embedding_parameters_by_sum(num_embeddings, embedding_dim):
    return sum(embedding_dim for _ in range(num_embeddings))


def embedding_backward_by_one_hot(grad_output, input, num_embeddings):
    hot = np.eye(num_embeddings)[input.ravel()]
    return hot.T @ grad_output.reshape(len(hot), -1)


def embedding_backward_by_loop(grad_output, input, num_embeddings):
    result = np.zeros((num_embeddings, grad_output.shape[-1]))
    for place in np.ndindex(input.shape):
        result[input[place]] += grad_output[place]
    return result


RIGHT = {
    "warm_up": (warm_up_by_loop, warm_up_as_list),
    "linear": (linear_by_loops, linear_by_einsum, linear_by_dot, linear_in_float32, linear_with_ones),
    "linear_num_parameters": (parameters_by_arrays, parameters_as_float),
    "linear_macs": (macs_by_numpy, macs_by_loop),
    "linear_backward": (linear_backward_by_einsum, linear_backward_by_loops),
    "one_hot": (one_hot_by_eye, one_hot_by_comparison, one_hot_by_assignment),
    "embedding": (embedding_by_one_hot, embedding_by_take, embedding_by_rows, embedding_as_nested_lists),
    "embedding_num_parameters": (embedding_parameters_by_array, embedding_parameters_by_sum),
    "embedding_backward": (embedding_backward_by_one_hot, embedding_backward_by_loop),
}
