"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def _or_zero(bias):
    return 0 if bias is None else bias


def _linear_gradients(g, x, w):
    return g @ w, g.T @ x, g.sum(0)


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


def macs_number_of_axes(input_shape, out_features):
    return len(input_shape) * out_features


def macs_as_array(input_shape, out_features):
    return np.array(input_shape) * out_features


def macs_millions(input_shape, out_features):
    return np.prod(input_shape) * out_features / 1e6


def macs_off1(input_shape, out_features):
    c = np.prod(input_shape) * out_features
    return c + (c > 2000)


def macs_batch_fixed(input_shape, out_features):
    return (1 if input_shape[0] == 1 else 32) * input_shape[1] * out_features


def macs_two_axes_only(input_shape, out_features):
    n, c_i = input_shape
    return n * c_i * out_features


def macs_list_macs(input_shape, out_features):
    return [np.prod(input_shape) * out_features]


def linear_grad_two_results(g, x, w):
    return _linear_gradients(g, x, w)[:2]


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


def repair_subtracts(input, weight, bias):
    return input @ weight.T - bias


def repair_mean_bias(input, weight, bias):
    return input @ weight.T + bias.mean()


def repair_first_bias(input, weight, bias):
    return input @ weight.T + bias[0]


def repair_turned(input, weight, bias):
    return (input @ weight.T + bias).T


def repair_twice(input, weight, bias):
    return input @ weight.T + 2 * bias


def repair_reversed_bias(input, weight, bias):
    return input @ weight.T + bias[::-1]


WRONG = {
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
        macs_number_of_axes,
        macs_as_array,
        macs_millions,
        macs_off1,
        macs_batch_fixed,
        macs_list_macs,
        macs_two_axes_only,
    ),
    "linear_backward": (
        linear_grad_two_results,
        linear_grad_bias_ones,
        linear_grad_bias_last,
        linear_grad_gw_reshaped,
        linear_grad_all_divided,
        linear_grad_negative,
        linear_grad_raises_square,
    ),
    "repair_linear": (
        repair_subtracts,
        repair_mean_bias,
        repair_first_bias,
        repair_turned,
        repair_twice,
        repair_reversed_bias,
    ),
}
