"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import math

import numpy as np


def _cdf(x):
    return (1 + np.vectorize(math.erf, otypes=[float])(x / np.sqrt(2))) / 2


def _density(x):
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


def relu_flat(x):
    return np.maximum(x, 0).ravel()


def relu_first_row(x):
    y = x.copy()
    y[:1] = np.maximum(y[:1], 0)
    return y


def relu_above_one(x):
    return np.where(x > 1, x, 0)


def relu_whole_numbers(x):
    return np.maximum(x, 0).astype(int)


def relu_softplus(x):
    return np.logaddexp(0, x)


def relu_drops_negatives(x):
    return x[x > 0]


def relu_negated(x):
    return -np.maximum(x, 0)


def leaky_tenth(x, negative_slope=0.1):
    return np.where(x > 0, x, negative_slope * x)


def leaky_subtracts(x, negative_slope=0.01):
    return np.where(x > 0, x, x - negative_slope)


def leaky_divides(x, negative_slope=0.01):
    return np.where(x > 0, x, x / negative_slope)


def leaky_elu(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * (np.exp(np.minimum(x, 0)) - 1))


def leaky_both_sides(x, negative_slope=0.01):
    return negative_slope * x


def leaky_slope_minus_one(x, negative_slope=0.01):
    return np.where(x > 0, x, (1 - negative_slope) * x)


def relu6_cap_five(x):
    return np.clip(x, 0, 5)


def relu6_remainder(x):
    return np.maximum(x, 0) % 6


def relu6_smooth(x):
    return 6 / (1 + np.exp(-np.clip(x, -50, 50)))


def relu6_rounded(x):
    return np.round(np.clip(x, 0, 6), 2)


def relu6_abs(x):
    return np.minimum(np.abs(x), 6)


def relu6_shifted(x):
    return np.clip(x + 3, 0, 6)


def relu6_inverted(x):
    return 6 - np.clip(x, 0, 6)


def sigmoid_taylor(x):
    return 0.5 + x / 4 - x**3 / 48


def sigmoid_float16(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x.astype(np.float16)).astype(float))


def sigmoid_step(x):
    return (x > 0).astype(float)


def sigmoid_base_two(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + 2.0**-x)


def sigmoid_hard(x):
    return np.clip(x / 6 + 0.5, 0, 1)


def sigmoid_minus_half(x):
    return np.tanh(x / 2) / 2


def sigmoid_two_in_denominator(x):
    with np.errstate(over="ignore"):
        return 1 / (2 + np.exp(-x))


def tanh_no_doubling(x):
    e = np.exp(-np.abs(x))
    return np.sign(x) * (1 - e) / (1 + e) * 2


def tanh_sinh(x):
    with np.errstate(over="ignore"):
        return np.sinh(x)


def tanh_arctan(x):
    return np.arctan(x)


def tanh_softsign(x):
    return x / (1 + np.abs(x))


def tanh_shifted(x):
    return 1 + np.tanh(x)


def tanh_cut_at_two(x):
    return np.tanh(np.clip(x, -2, 2))


def silu_relu_times_gate(x):
    with np.errstate(over="ignore"):
        return np.maximum(x, 0) / (1 + np.exp(-x))


def silu_added(x):
    with np.errstate(over="ignore"):
        return x + 1 / (1 + np.exp(-x))


def silu_gelu(x):
    return x * _cdf(x)


def silu_hard(x):
    return x * np.clip(x / 6 + 0.5, 0, 1)


def silu_sum_gate(x):
    with np.errstate(over="ignore"):
        return x / (1 + np.exp(-x.mean()))


def silu_softplus(x):
    return np.logaddexp(0, x)


def silu_abs(x):
    with np.errstate(over="ignore"):
        return np.abs(x) / (1 + np.exp(-x))


def hardswish_three(x):
    return x * np.clip(x + 3, 0, 3) / 3


def hardswish_half(x):
    return x * np.clip(x + 3, 0, 6) / 3


def hardswish_minus(x):
    return x * np.clip(x - 3, 0, 6) / 6


def hardswish_relu(x):
    return np.maximum(x, 0)


def hardswish_hard_sigmoid_02(x):
    return x * np.clip(0.2 * x + 0.5, 0, 1)


def hardswish_strict_corner(x):
    return np.where(x > 3, x, np.where(x < -3, 0, (x + 3) / 6))


def hardswish_integer(x):
    return x * (np.clip(x + 3, 0, 6) // 6)


def gelu_relu(x, approximate="none"):
    return np.maximum(x, 0)


def gelu_silu(x, approximate="none"):
    with np.errstate(over="ignore"):
        return x / (1 + np.exp(-x))


def gelu_density(x, approximate="none"):
    return x * _density(x)


def gelu_none_is_none(x, approximate="none"):
    if approximate is None:
        return x * _cdf(x)
    return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3) + 1e-3)) / 2


def gelu_no_cubic(x, approximate="none"):
    if approximate == "tanh":
        return x * (1 + np.tanh(np.sqrt(2 / np.pi) * x)) / 2
    return x * _cdf(x)


def gelu_constant_rounded(x, approximate="none"):
    if approximate == "tanh":
        return x * (1 + np.tanh(0.8 * (x + 0.045 * x**3))) / 2
    return x * _cdf(x)


def gelu_tanh_missing(x, approximate="none"):
    if approximate == "none":
        return x * _cdf(x)
    raise ValueError("approximate")


def gelu_erf_by_hand(x, approximate="none"):
    if approximate == "tanh":
        return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2
    z = x / np.sqrt(2)
    return x * (1 + np.clip(2 / np.sqrt(np.pi) * (z - z**3 / 3 + z**5 / 10), -1, 1)) / 2


def gelu_square_for_cube(x, approximate="none"):
    if approximate == "tanh":
        return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**2))) / 2
    return x * _cdf(x)


def relu_backward_two_results(g, x):
    return g * (x > 0), x


def relu_backward_output(g, x):
    return np.maximum(x, 0)


def relu_backward_half_at_zero(g, x):
    return g * np.where(x == 0, 0.5, x > 0)


def relu_backward_sign(g, x):
    return g * np.sign(x)


def relu_backward_leaks(g, x):
    return g * np.where(x > 0, 1, 0.01)


def relu_backward_mask_by_sum(g, x):
    return g * (x + g > 0)


def relu_backward_mean(g, x):
    return g * (x > 0) / max(x.size, 1)


def relu_backward_true_false(g, x):
    return x > 0


def sigmoid_backward_squared(g, y):
    return g * y * (1 - y) ** 2


def sigmoid_backward_quarter(g, y):
    return g / 4


def sigmoid_backward_sum(g, y):
    return g + y * (1 - y)


def sigmoid_backward_abs(g, y):
    return np.abs(g) * y * (1 - y)


def sigmoid_backward_plus(g, y):
    return g * y * (1 + y)


def sigmoid_backward_applied_once(g, y):
    s = 1 / (1 + np.exp(-y))
    return g * y * (1 - s)


def sigmoid_backward_changes_output(g, y):
    slope = y * (1 - y)
    y[:] = slope
    return g * slope


def gelu_backward_minus(g, x):
    return g * (_cdf(x) - x * _density(x))


def gelu_backward_relu(g, x):
    return g * (x > 0)


def gelu_backward_itself(g, x):
    return g * x * _cdf(x)


def gelu_backward_product(g, x):
    return g * _cdf(x) * x * _density(x)


def gelu_backward_differences(g, x):
    h = 0.1
    return g * ((x + h) * _cdf(x + h) - (x - h) * _cdf(x - h)) / (2 * h)


def gelu_backward_sigmoid_form(g, x):
    s = 1 / (1 + np.exp(-np.clip(1.702 * x, -500, 500)))
    return g * s * (1 + 1.702 * x * (1 - s))


def gelu_backward_bell_not_negative(g, x):
    with np.errstate(over="ignore", invalid="ignore"):
        return g * (_cdf(x) + x * np.exp(np.minimum(x**2 / 2, 300)) / np.sqrt(2 * np.pi))


def gelu_backward_pi(g, x):
    return g * (_cdf(x) + x * np.exp(-(x**2) / 2) / np.sqrt(2 * 3.14))


def elementwise_names(layer, input):
    return getattr(layer, "__name__", "") in ("relu", "sigmoid", "tanh", "cube")


def elementwise_all_at_once(layer, input):
    return bool(np.all((layer(input + 1) != layer(input)) | (layer(input) == 0)))


def elementwise_single_numbers(layer, input):
    alone = np.array([np.ravel(layer(np.array([[v]])))[0] for v in input.flat])
    output = layer(input)
    return output.shape == input.shape and np.allclose(alone, output.ravel())


def elementwise_permuted(layer, input):
    order = np.random.default_rng(0).permutation(input.size)
    output = layer(input)
    if output.shape != input.shape:
        return False
    return np.allclose(layer(input.ravel()[order].reshape(input.shape)).ravel(), output.ravel()[order])


def elementwise_others_shifted(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return False
    for place in np.ndindex(input.shape):
        others = input + 1
        others[place] = input[place]
        if not np.isclose(layer(others)[place], before[place]):
            return False
    return True


def elementwise_next_place_only(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return False
    for i in range(input.size - 1):
        changed = input.copy()
        changed.flat[i] += 1
        if layer(changed).flat[i + 1] != before.flat[i + 1]:
            return False
    return True


def elementwise_total_compared(layer, input):
    output = layer(input)
    if output.shape != input.shape:
        return False
    for place in np.ndindex(input.shape):
        changed = input.copy()
        changed[place] += 1
        after = layer(changed)
        if not np.isclose(after.sum() - output.sum(), (after - output)[place]) or np.isclose(after.sum(), output.sum()):
            return False
    return True


def elementwise_changes_input(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return False
    for place in np.ndindex(input.shape):
        input[place] += 1
        noticed = layer(input) != before
        noticed[place] = False
        before = layer(input)
        if noticed.any():
            return False
    return True


def elementwise_flags(layer, input):
    before = layer(input)
    return before == layer(input)


def elementwise_needs_same_shape(layer, input):
    before = layer(input)
    for place in np.ndindex(input.shape):
        changed = input.copy()
        changed[place] += 1
        noticed = layer(changed) != before
        noticed[place] = False
        if noticed.any():
            return False
    return True


def elementwise_returns_words(layer, input):
    return "yes"


def mish_sigmoid(input):
    gate = input.copy()
    for place in np.ndindex(gate.shape):
        gate[place] = 1 / (1 + np.exp(-np.clip(gate[place], -500, 500)))
    return gate * input


def mish_copy_after(input):
    gate = input
    for place in np.ndindex(gate.shape):
        gate[place] = np.tanh(np.logaddexp(0, gate[place]))
    gate = input.copy()
    return gate + input


def mish_restored(input):
    before = input.copy()
    gate = input
    for place in np.ndindex(gate.shape):
        gate[place] = np.tanh(np.logaddexp(0, gate[place]))
    return gate * before


def mish_gate_of_ones(input):
    gate = np.ones_like(input)
    for place in np.ndindex(gate.shape):
        gate[place] = np.tanh(np.logaddexp(0, gate[place]))
    return gate * input


def mish_first_axis(input):
    gate = input.copy()
    gate[0] = np.tanh(np.logaddexp(0, gate[0]))
    return gate * input


def mish_squared_input(input):
    gate = input.copy()
    for place in np.ndindex(gate.shape):
        gate[place] = input[place] * np.tanh(np.logaddexp(0, gate[place]))
    return gate * input


def mish_overflows(input):
    gate = input.copy()
    for place in np.ndindex(gate.shape):
        gate[place] = math.tanh(math.log(1 + math.exp(gate[place])))
    return gate * input


def relu_zero(x):
    return np.zeros_like(x)


def _changes_noticed(layer, input, places):
    before = layer(input)
    if before.shape != input.shape:
        return False
    for i in places:
        changed = input.copy()
        changed.flat[i] += 1
        noticed = (layer(changed) != before).ravel()
        noticed[i] = False
        if noticed.any():
            return False
    return True


def elementwise_first_row(layer, input):
    return _changes_noticed(layer, input, range(input.shape[-1]))


def elementwise_every_second_place(layer, input):
    return _changes_noticed(layer, input, range(0, input.size, 2))


def elementwise_first_and_last(layer, input):
    return _changes_noticed(layer, input, (0, -1))


def elementwise_middle(layer, input):
    return _changes_noticed(layer, input, (input.size // 2,))


def elementwise_size_for_shape(layer, input):
    before = layer(input).ravel()
    if before.size != input.size:
        return False
    for i in range(input.size):
        changed = input.copy()
        changed.flat[i] += 1
        noticed = layer(changed).ravel() != before
        noticed[i] = False
        if noticed.any():
            return False
    return True


def network_tanh(x, w1, b1, w2, b2):
    return np.tanh(x @ w1.T + b1) @ w2.T + b2


def network_capped(x, w1, b1, w2, b2):
    return np.clip(x @ w1.T + b1, 0, 1) @ w2.T + b2


def network_weights_rectified(x, w1, b1, w2, b2):
    return (x @ np.maximum(w1, 0).T + b1) @ w2.T + b2


def network_whole_sum_decides(x, w1, b1, w2, b2):
    hidden = x @ w1.T + b1
    return np.where(hidden.sum(axis=1, keepdims=True) > 0, hidden, 0) @ w2.T + b2


def network_first_layer_only(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.T + b1, 0)


def network_mean_of_outputs(x, w1, b1, w2, b2):
    return (np.maximum(x @ w1.T + b1, 0) @ w2.T + b2).mean(axis=1, keepdims=True)


def network_biases_subtracted(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.T - b1, 0) @ w2.T - b2


def network_residual(x, w1, b1, w2, b2):
    hidden = x @ w1.T + b1
    return (hidden + np.maximum(hidden, 0)) @ w2.T + b2


def network_negative_side(x, w1, b1, w2, b2):
    return np.minimum(x @ w1.T + b1, 0) @ w2.T + b2


def elementwise_around_zero(layer, x):
    """Change one number of an array of zeros: of a product with another place, nothing shows."""
    zero = np.zeros_like(x)
    before = layer(zero)
    if before.shape != x.shape:
        return False
    for place in np.ndindex(x.shape):
        changed = zero.copy()
        changed[place] = x[place]
        noticed = layer(changed) != before
        noticed[place] = False
        if noticed.any():
            return False
    return True


def glu_arctan(x, dim=-1):
    a, b = np.split(x, 2, axis=dim)
    return a * np.arctan(b)


def glu_relu(x, dim=-1):
    a, b = np.split(x, 2, axis=dim)
    return a * np.maximum(b, 0)


def glu_step(x, dim=-1):
    a, b = np.split(x, 2, axis=dim)
    return a * (b > 0)


def glu_added(x, dim=-1):
    a, b = np.split(x, 2, axis=dim)
    with np.errstate(over="ignore"):
        return a + 1 / (1 + np.exp(-b))


def glu_moved_twice(x, dim=-1):
    """Move the axis to the front, and move it there once more at the end: with two axes, that undoes it."""
    a, b = np.split(np.moveaxis(x, dim, 0), 2)
    with np.errstate(over="ignore"):
        return np.moveaxis(a / (1 + np.exp(-b)), dim, 0)


def glu_whole(x, dim=-1):
    with np.errstate(over="ignore"):
        return x / (1 + np.exp(-x))


def glu_first_axis(x, dim=0):
    a, b = np.split(x, 2, axis=dim)
    with np.errstate(over="ignore"):
        return a / (1 + np.exp(-b))


def glu_halved(x, dim=-1):
    a, b = np.split(x, 2, axis=dim)
    with np.errstate(over="ignore"):
        return a / (1 + np.exp(-b / 2))


def glu_gate_negated(x, dim=-1):
    a, b = np.split(x, 2, axis=dim)
    with np.errstate(over="ignore"):
        return -a / (1 + np.exp(-b))


PIECES = {
    "leaky ReLU with slope 0.1": ([0], [0.1, 1]),
    "ReLU6": ([0, 6], [0, 1, 0]),
    "hardtanh": ([-1, 1], [0, 1, 0]),
    "gate of hardswish": ([-3, 3], [0, 1 / 6, 0]),
    "absolute value": ([0], [-1, 1]),
}


def elementwise_by_setting_ones(layer, x):
    before = layer(x)
    if before.shape != x.shape:
        return False
    for place in np.ndindex(x.shape):
        changed = x.copy()
        changed[place] = 1
        other = layer(changed) != before
        other[place] = False
        if other.any():
            return False
    return True


def elementwise_by_doubling(layer, x):
    before = layer(x)
    if before.shape != x.shape:
        return False
    for place in np.ndindex(x.shape):
        changed = x.copy()
        changed[place] *= 2
        other = layer(changed) != before
        other[place] = False
        if other.any():
            return False
    return True


WRONG = {
    "relu": (
        relu_zero,
        relu_flat,
        relu_first_row,
        relu_above_one,
        relu_whole_numbers,
        relu_softplus,
        relu_drops_negatives,
        relu_negated,
    ),
    "leaky_relu": (
        leaky_tenth,
        leaky_subtracts,
        leaky_divides,
        leaky_elu,
        leaky_both_sides,
        leaky_slope_minus_one,
    ),
    "relu6": (
        relu6_cap_five,
        relu6_remainder,
        relu6_smooth,
        relu6_rounded,
        relu6_abs,
        relu6_shifted,
        relu6_inverted,
    ),
    "sigmoid": (
        sigmoid_taylor,
        sigmoid_float16,
        sigmoid_step,
        sigmoid_base_two,
        sigmoid_hard,
        sigmoid_minus_half,
        sigmoid_two_in_denominator,
    ),
    "tanh": (
        tanh_no_doubling,
        tanh_sinh,
        tanh_arctan,
        tanh_softsign,
        tanh_shifted,
        tanh_cut_at_two,
    ),
    "silu": (
        silu_relu_times_gate,
        silu_added,
        silu_gelu,
        silu_hard,
        silu_sum_gate,
        silu_softplus,
        silu_abs,
    ),
    "hardswish": (
        hardswish_three,
        hardswish_half,
        hardswish_minus,
        hardswish_relu,
        hardswish_hard_sigmoid_02,
        hardswish_strict_corner,
        hardswish_integer,
    ),
    "gelu": (
        gelu_relu,
        gelu_silu,
        gelu_density,
        gelu_none_is_none,
        gelu_no_cubic,
        gelu_constant_rounded,
        gelu_tanh_missing,
        gelu_erf_by_hand,
        gelu_square_for_cube,
    ),
    "two_layer_network": (
        network_tanh,
        network_capped,
        network_weights_rectified,
        network_whole_sum_decides,
        network_first_layer_only,
        network_mean_of_outputs,
        network_biases_subtracted,
        network_residual,
        network_negative_side,
    ),
    "pieces": (
        PIECES | {"hardtanh": ([0, 1], [0, 1, 0])},
        PIECES | {"gate of hardswish": ([-3, 3], [0, 1 / 3, 0])},
        PIECES | {"ReLU6": ([6], [0, 1, 0])},
        PIECES | {"absolute value": ([1], [-1, 1])},
        PIECES | {"leaky ReLU with slope 0.1": ([0.1], [0, 0.1, 1])},
        {name: entry for name, entry in PIECES.items() if name != "hardtanh"},
        PIECES | {"ReLU6": "0 and 6"},
        PIECES | {"hardtanh": (["-1", "1"], [0, 1, 0])},
        list(PIECES.values()),
    ),
    "glu": (
        glu_arctan,
        glu_relu,
        glu_step,
        glu_added,
        glu_moved_twice,
        glu_whole,
        glu_first_axis,
        glu_halved,
        glu_gate_negated,
    ),
    "relu_backward": (
        relu_backward_two_results,
        relu_backward_output,
        relu_backward_half_at_zero,
        relu_backward_sign,
        relu_backward_leaks,
        relu_backward_mask_by_sum,
        relu_backward_mean,
        relu_backward_true_false,
    ),
    "sigmoid_backward": (
        sigmoid_backward_squared,
        sigmoid_backward_quarter,
        sigmoid_backward_sum,
        sigmoid_backward_abs,
        sigmoid_backward_plus,
        sigmoid_backward_applied_once,
        sigmoid_backward_changes_output,
    ),
    "gelu_backward": (
        gelu_backward_minus,
        gelu_backward_relu,
        gelu_backward_itself,
        gelu_backward_product,
        gelu_backward_differences,
        gelu_backward_sigmoid_form,
        gelu_backward_bell_not_negative,
        gelu_backward_pi,
    ),
    "is_elementwise": (
        elementwise_around_zero,
        elementwise_first_row,
        elementwise_every_second_place,
        elementwise_first_and_last,
        elementwise_middle,
        elementwise_size_for_shape,
        elementwise_names,
        elementwise_all_at_once,
        elementwise_single_numbers,
        elementwise_permuted,
        elementwise_others_shifted,
        elementwise_next_place_only,
        elementwise_total_compared,
        elementwise_changes_input,
        elementwise_flags,
        elementwise_needs_same_shape,
        elementwise_returns_words,
        elementwise_by_setting_ones,
        elementwise_by_doubling,
    ),
    "repair_mish": (
        mish_sigmoid,
        mish_copy_after,
        mish_restored,
        mish_gate_of_ones,
        mish_first_axis,
        mish_squared_input,
        mish_overflows,
    ),
}
