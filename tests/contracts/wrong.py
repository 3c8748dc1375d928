"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def _or_zero(bias):
    return 0 if bias is None else bias


def _linear_gradients(g, x, w):
    return g @ w, g.T @ x, g.sum(0)


def _table_gradient(g, i, n):
    grad_weight = np.zeros((n, g.shape[-1]))
    np.add.at(grad_weight, i, g)
    return grad_weight


def warm_up_minus_one(x):
    return 2 * x - 1


def warm_up_truncated(x):
    return np.trunc(2 * x + 1)


def warm_up_rounded4(x):
    return np.round(2 * x + 1, 4)


def warm_up_in_place(x):
    x *= 2
    x += 1
    return x


def warm_up_abs(x):
    return 2 * abs(x) + 1


def warm_up_only_first(x):
    y = x.copy()
    y[0] = 2 * y[0] + 1
    return y


def warm_up_flattened(x):
    return (2 * x + 1).ravel()


def warm_up_clipped(x):
    return np.clip(2 * x + 1, -10, 10)


def linear_if_bias(input, weight, bias=None):
    if bias:
        return input @ weight.T + bias
    return input @ weight.T


def linear_result_transposed(input, weight, bias=None):
    y = weight @ input.T
    return y if bias is None else y + bias[:, None]


def linear_elementwise_sum(input, weight, bias=None):
    return (input[:, None] * weight).sum(axis=1) + _or_zero(bias)


def linear_bias_mean(input, weight, bias=None):
    return input @ weight.T + (0 if bias is None else bias.mean())


def linear_hard_3_features(input, weight, bias=None):
    return sum(np.outer(input[:, i], weight[:, i]) for i in range(3)) + _or_zero(bias)


def linear_changes_input(input, weight, bias=None):
    y = input @ weight.T + _or_zero(bias)
    input[:] = 0
    return y


def linear_squeezed(input, weight, bias=None):
    return np.squeeze(input @ weight.T + _or_zero(bias))


def linear_larger_batch_missing(input, weight, bias=None):
    y = np.zeros((len(input), len(weight)))
    for s in range(min(len(input), 10)):
        y[s] = weight @ input[s] + _or_zero(bias)
    return y


def count_returns55(i, o, bias=True):
    return 55


def count_shape_tuple(i, o, bias=True):
    return (o, i), (o,)


def count_as_list(i, o, bias=True):
    return [i * o + (o if bias else 0)]


def count_off_by_one_large(i, o, bias=True):
    c = i * o + (o if bias else 0)
    return c + (1 if c > 100 else 0)


def count_significant(i, o, bias=True):
    c = i * o + (o if bias else 0)
    return float(f"{c:.5g}")


def count_int16(i, o, bias=True):
    return np.array(i * o + (o if bias else 0)).astype(np.int16)


def count_returns_none(i, o, bias=True):
    if bias:
        return i * o + o


def macs_returns50(input_shape, out_features):
    return 50


def macs_flops_minus(input_shape, out_features):
    n, c = input_shape
    return n * (2 * c - 1) * out_features


def macs_as_array(input_shape, out_features):
    return np.array(input_shape) * out_features


def macs_millions(input_shape, out_features):
    return np.prod(input_shape) * out_features / 1e6


def macs_off1(input_shape, out_features):
    c = np.prod(input_shape) * out_features
    return c + (c > 2000)


def macs_batch_fixed(input_shape, out_features):
    return (1 if input_shape[0] == 1 else 32) * input_shape[1] * out_features


def macs_list_macs(input_shape, out_features):
    return [np.prod(input_shape) * out_features]


def linear_grad_two_results(g, x, w):
    return _linear_gradients(g, x, w)[:2]


def linear_grad_bias_keepdims(g, x, w):
    return g @ w, g.T @ x, g.sum(axis=0, keepdims=True)


def linear_grad_bias_ones(g, x, w):
    return g @ w, g.T @ x, np.ones(len(w))


def linear_grad_bias_last(g, x, w):
    return g @ w, g.T @ x, g[-1]


def linear_grad_gw_reshaped(g, x, w):
    return g @ w, (x.T @ g).reshape(w.shape), g.sum(0)


def linear_grad_all_divided(g, x, w):
    return tuple(a / len(x) for a in _linear_gradients(g, x, w))


def linear_grad_negative(g, x, w):
    return tuple(-a for a in _linear_gradients(g, x, w))


def linear_grad_raises_square(g, x, w):
    assert w.shape[0] != w.shape[1]
    return _linear_gradients(g, x, w)


def one_hot_counts(input, num_classes):
    return np.bincount(input, minlength=num_classes)


def one_hot_size_n(input, num_classes):
    n = len(input)
    y = np.zeros((n, n), int)
    y[range(n), input % n] = 1
    return y


def one_hot_plus_one(input, num_classes):
    y = np.zeros((len(input), num_classes), int)
    y[range(len(input)), (input + 1) % num_classes] = 1
    return y


def one_hot_sorted_h(input, num_classes):
    return np.eye(num_classes, dtype=int)[np.sort(input)]


def one_hot_only_last(input, num_classes):
    for i in input:
        y = np.zeros((len(input), num_classes))
        y[:, i] = 1
    return y


def one_hot_five(input, num_classes):
    return np.eye(5, dtype=int)[input]


def one_hot_changes_h(input, num_classes):
    input += 1
    return np.eye(num_classes)[input - 1]


def one_hot_strings(input, num_classes):
    return [["1" if c == i else "0" for c in range(num_classes)] for i in input]


def embedding_vector_only(input, weight):
    y = np.zeros((len(input), weight.shape[1]))
    for k, i in enumerate(input):
        y[k] = weight[i]
    return y


def embedding_sorted(input, weight):
    return weight[np.sort(input)]


def embedding_scaled(input, weight):
    return weight[input] * np.sqrt(weight.shape[1])


def embedding_hot_wrong_size(input, weight):
    return np.eye(input.max() + 1)[input] @ weight


def embedding_squeezed(input, weight):
    return weight[input].squeeze()


def embedding_batch_2(input, weight):
    if input.ndim == 1:
        return weight[input]
    return np.stack([weight[input[0]], weight[input[1]]])


def embedding_uint8(input, weight):
    return weight[input.astype(np.uint8)]


def embedding_last_zero(input, weight):
    y = weight[input]
    y[input == 0] = 0  # padding_idx
    return y


def table_const(a, b):
    return 2560000


def table_dim_only(a, b):
    return b


def table_plus_1_large(a, b):
    return a * b + (a > 1)


def table_power_p(a, b):
    return a**b


def table_shape(a, b):
    return (a, b)


def table_f16_p(a, b):
    return np.float16(a * b)


def table_five_digits(a, b):
    return float(f"{a * b:.4g}")


def table_string_p(a, b):
    return f"{a * b:,}"


def table_grad_gather(g, i, n):
    return g


def table_grad_first_kept(g, i, n):
    grad_weight = np.zeros((n, g.shape[-1]))
    f = g.reshape(-1, g.shape[-1])
    for k, j in reversed(list(enumerate(i.ravel()))):
        grad_weight[j] = f[k]
    return grad_weight


def table_grad_scaled_b(g, i, n):
    return _table_gradient(g, i, n) / i.size


def table_grad_swap_hot(g, i, n):
    return np.swapaxes(np.eye(n)[i], -1, -2) @ g


def table_grad_first_batch(g, i, n):
    return _table_gradient(g[0], i[0], n) if i.ndim > 1 else _table_gradient(g, i, n)


def table_grad_total_sum(g, i, n):
    grad_weight = np.zeros((n, g.shape[-1]))
    for j in np.unique(i):
        grad_weight[j] = g[i == j].sum()
    return grad_weight


def table_grad_forgets_last(g, i, n):
    grad_weight = np.zeros((n, g.shape[-1]))
    f = g.reshape(-1, g.shape[-1])
    for k in range(i.size - 1):
        grad_weight[i.ravel()[k]] += f[k]
    return grad_weight


WRONG = {
    "warm_up": (
        warm_up_minus_one,
        warm_up_truncated,
        warm_up_rounded4,
        warm_up_in_place,
        warm_up_abs,
        warm_up_only_first,
        warm_up_flattened,
        warm_up_clipped,
    ),
    "linear": (
        linear_if_bias,
        linear_result_transposed,
        linear_elementwise_sum,
        linear_bias_mean,
        linear_hard_3_features,
        linear_changes_input,
        linear_squeezed,
        linear_larger_batch_missing,
    ),
    "linear_num_parameters": (
        count_returns55,
        count_shape_tuple,
        count_as_list,
        count_off_by_one_large,
        count_significant,
        count_int16,
        count_returns_none,
    ),
    "linear_macs": (
        macs_returns50,
        macs_flops_minus,
        macs_as_array,
        macs_millions,
        macs_off1,
        macs_batch_fixed,
        macs_list_macs,
    ),
    "linear_backward": (
        linear_grad_two_results,
        linear_grad_bias_keepdims,
        linear_grad_bias_ones,
        linear_grad_bias_last,
        linear_grad_gw_reshaped,
        linear_grad_all_divided,
        linear_grad_negative,
        linear_grad_raises_square,
    ),
    "one_hot": (
        one_hot_counts,
        one_hot_size_n,
        one_hot_plus_one,
        one_hot_sorted_h,
        one_hot_only_last,
        one_hot_five,
        one_hot_changes_h,
        one_hot_strings,
    ),
    "embedding": (
        embedding_vector_only,
        embedding_sorted,
        embedding_scaled,
        embedding_hot_wrong_size,
        embedding_squeezed,
        embedding_batch_2,
        embedding_uint8,
        embedding_last_zero,
    ),
    "embedding_num_parameters": (
        table_const,
        table_dim_only,
        table_plus_1_large,
        table_power_p,
        table_shape,
        table_f16_p,
        table_five_digits,
        table_string_p,
    ),
    "embedding_backward": (
        table_grad_gather,
        table_grad_first_kept,
        table_grad_scaled_b,
        table_grad_swap_hot,
        table_grad_first_batch,
        table_grad_total_sum,
        table_grad_forgets_last,
    ),
}
