"""Wrong versions of chapter 03's test for element-wise layers, and of the function to be repaired."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def first_element_only(layer, input):
    if input.size == 0:
        return True
    before = layer(input)
    changed = input.copy()
    changed.flat[0] += 1
    after = layer(changed)
    return after.shape == input.shape and np.array_equal(before.flat[1:], after.flat[1:])


def last_element_only(layer, input):
    if input.size == 0:
        return True
    before = layer(input)
    changed = input.copy()
    changed.flat[-1] += 1
    after = layer(changed)
    return after.shape == input.shape and np.array_equal(before.flat[:-1], after.flat[:-1])


def same_shape(layer, input):
    return layer(input).shape == input.shape


def sums_compared(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return False
    for place in np.ndindex(input.shape):
        changed = input.copy()
        changed[place] += 1
        after = layer(changed)
        if abs(after.sum() - after[place] - before.sum() + before[place]) > 1e-9:
            return False
    return True


def own_output_must_change(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return False
    for place in np.ndindex(input.shape):
        changed = input.copy()
        changed[place] += 1
        differs = layer(changed) != before
        if not differs[place] or differs.sum() > 1:
            return False
    return True


def equal_values_compared(layer, input):
    output = layer(np.full_like(input, 0.5))
    return output.shape == input.shape and bool(np.all(output == output.flat[:1]))


def own_row_only(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return False
    for place in np.ndindex(input.shape):
        changed = input.copy()
        changed[place] += 1
        differs = layer(changed)[place[:-1]] != before[place[:-1]]
        differs[place[-1]] = False
        if differs.any():
            return False
    return True


def whole_row_changed(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return False
    for i in range(len(input)):
        changed = input.copy()
        changed[i] += 1
        noticed = layer(changed) != before
        noticed[i] = False
        if noticed.any():
            return False
    return True


def verdict_reversed(layer, input):
    before = layer(input)
    if before.shape != input.shape:
        return True
    for place in np.ndindex(input.shape):
        changed = input.copy()
        changed[place] += 1
        differs = layer(changed) != before
        differs[place] = False
        if differs.any():
            return True
    return False


def mish_as_given(input):
    """Mish, number by number: x times tanh(ln(1 + e^x))."""
    gate = input
    for place in np.ndindex(gate.shape):
        gate[place] = np.tanh(np.logaddexp(0, gate[place]))
    return gate * input


def mish_copied_but_shared(input):
    input = input.copy()
    gate = input
    for place in np.ndindex(gate.shape):
        gate[place] = np.tanh(np.logaddexp(0, gate[place]))
    return gate * input


def mish_gate_reads_itself(input):
    gate = np.zeros_like(input)
    for place in np.ndindex(gate.shape):
        gate[place] = np.tanh(np.logaddexp(0, gate[place]))
    return gate * input


def mish_gate_alone(input):
    return np.tanh(np.logaddexp(0, input))


def mish_without_tanh(input):
    return input * np.logaddexp(0, input)
