"""How one number of a recurrent layer's result is worked out."""

from __future__ import annotations

import numpy as np

from course.checking.spec import Arguments, Trace
from course.checking.worked_out import in_a_sum, sum_of_products, unless_long


def state_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one number of a plain layer's next state.

    Examples
    --------
    >>> one, zero = np.array([[1.0]]), np.zeros(1)
    >>> names = ("input", "hx", "weight_ih", "weight_hh", "bias_ih", "bias_hh")
    >>> state_worked_out(dict(zip(names, (one, one, 2 * one, -one, zero, zero))), (0, 0))
    'tanh(1·2 + 1·(-1) + 0 + 0 = 1) = 0.7616'
    """
    row, place = index
    total = _sums(arguments)[row, place]
    products = [*zip(arguments["input"][row], arguments["weight_ih"][place], strict=True)]
    products += zip(arguments["hx"][row], arguments["weight_hh"][place], strict=True)
    terms = [sum_of_products([a], [b]).partition(" = ")[0] for a, b in products]
    terms += [in_a_sum(arguments[name][place]) for name in ("bias_ih", "bias_hh")]
    return unless_long(f"tanh({' + '.join(terms)} = {total:.4g}) = {np.tanh(total):.4g}")


def gru_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one number of a GRU's next state as a mixture of the new and the old one."""
    row, place = index
    from_input, from_state = _parts(arguments)
    hidden = arguments["hx"].shape[1]
    r, z = (_sigmoid((from_input + from_state)[row, gate * hidden + place]) for gate in (0, 1))
    n = np.tanh(from_input[row, 2 * hidden + place] + r * from_state[row, 2 * hidden + place])
    h = arguments["hx"][row, place]
    return f"r = {r:.4g}, z = {z:.4g}, n = {n:.4g}; (1 - z)·n + z·h = {sum_of_products([1 - z, z], [n, h])}"


def _gates(arguments: Arguments, row: int, place: int) -> tuple[float, float, float, float]:
    hidden = arguments["hx"].shape[1]
    i, f, g, o = (_sums(arguments)[row, gate * hidden + place] for gate in range(4))
    return _sigmoid(i), _sigmoid(f), float(np.tanh(g)), _sigmoid(o)


def _new_c(arguments: Arguments, index: tuple[int, ...]) -> str:
    i, f, g, _ = _gates(arguments, *index)
    told = sum_of_products([f, i], [arguments["cx"][index], g])
    return f"f·c + i·g = {told}"


def _new_h(arguments: Arguments, index: tuple[int, ...]) -> str:
    i, f, g, o = _gates(arguments, *index)
    c = f * arguments["cx"][index] + i * g
    return f"c = {c:.4g}, and o·tanh(c) = {o:.4g}·{in_a_sum(np.tanh(c))} = {o * np.tanh(c):.4g}"


LSTM_CELL = {"h": _new_h, "c": _new_c}
"""The two results of an LSTM's cell."""


def _of_position(part: str) -> Trace:
    """Tell one number of an LSTM's state, or of its cell state, at some position."""

    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        *position, row, place = index
        cell, last = _cell_at(arguments, position[0] if part == "output" else len(arguments["input"]) - 1)
        told = LSTM_CELL["c" if part == "c" else "h"](cell, (row, place))
        return f"at position {last}: {told}"

    return trace


LSTM = {part: _of_position(part) for part in ("output", "h", "c")}
"""The three results of an LSTM over a sequence."""


def _cell_at(arguments: Arguments, position: int) -> tuple[dict[str, np.ndarray], int]:
    """Give the cell's arguments at a position of the sequence."""
    parameters = {name: value for name, value in arguments.items() if name.startswith(("weight", "bias"))}
    h, c = arguments["h0"][0], arguments["c0"][0]
    for x in arguments["input"][:position]:
        sums = _sums({"input": x, "hx": h, **parameters})
        i, f, g, o = np.split(sums, 4, axis=1)
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
    return {"input": arguments["input"][position], "hx": h, "cx": c, **parameters}, position


def batch_first_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one number of a plain layer's output, where axis 0 counts sequences."""
    row, position, place = index
    inputs, bias = arguments["input"][row], arguments["bias"]
    h = np.zeros(len(bias))
    for x in inputs[:position]:
        h = np.tanh(arguments["weight_ih"] @ x + arguments["weight_hh"] @ h + bias)
    factors = [*inputs[position], *h], [*arguments["weight_ih"][place], *arguments["weight_hh"][place]]
    told = sum_of_products(*factors, bias[place])
    total = sum(a * b for a, b in zip(*factors, strict=True)) + bias[place]
    return unless_long(f"tanh({told}) = {np.tanh(total):.4g}")


def through_time(arguments: Arguments) -> tuple[np.ndarray, np.ndarray]:
    """Give the states, with the first one before them, and the gradients of the sums before tanh."""
    weight_hh, gradient = arguments["weight_hh"], arguments["grad_output"]
    states = [np.zeros(gradient.shape[1:])]
    for x in arguments["input"]:
        states.append(np.tanh(_sums({**arguments, "input": x, "hx": states[-1]})))
    sums, later = np.zeros_like(gradient), 0.0
    for t in reversed(range(len(gradient))):
        sums[t] = (gradient[t] + later) * (1 - states[t + 1] ** 2)
        later = sums[t] @ weight_hh
    return np.stack(states), sums


def _grad_input(arguments: Arguments, index: tuple[int, ...]) -> str:
    t, row, feature = index
    states, sums = through_time(arguments)
    weights, gradient = arguments["weight_ih"][:, feature], arguments["grad_output"][t, row]
    if len(weights) > 1:
        return unless_long(sum_of_products(sums[t, row], weights))
    (weight,), (own,), (state,), (total,) = weights, gradient, states[t + 1, row], sums[t, row]
    later = f" + {in_a_sum(total / (1 - state**2) - own)}" if t + 1 < len(sums) else ""
    return f"({own:.4g}{later})·(1 - {in_a_sum(state)}²)·{in_a_sum(weight)} = {total * weight:.4g}"


def _grad_weight(name: str) -> Trace:
    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        place, column = index
        states, sums = through_time(arguments)
        met = arguments["input"] if name == "weight_ih" else states[:-1]
        return unless_long(sum_of_products(sums[:, :, place].flat, met[:, :, column].flat))

    return trace


def _grad_bias(arguments: Arguments, index: tuple[int, ...]) -> str:
    _, sums = through_time(arguments)
    shares = sums[:, :, index[0]]
    return unless_long(f"{' + '.join(map(in_a_sum, shares.flat))} = {shares.sum():.4g}")


RNN_BACKWARD = {
    "grad_input": _grad_input,
    "grad_weight_ih": _grad_weight("weight_ih"),
    "grad_weight_hh": _grad_weight("weight_hh"),
    "grad_bias_ih": _grad_bias,
    "grad_bias_hh": _grad_bias,
}
"""The five gradients of a plain layer over a sequence."""


def _parts(arguments: Arguments) -> tuple[np.ndarray, np.ndarray]:
    return (
        arguments["input"] @ arguments["weight_ih"].T + arguments["bias_ih"],
        arguments["hx"] @ arguments["weight_hh"].T + arguments["bias_hh"],
    )


def _sums(arguments: Arguments) -> np.ndarray:
    from_input, from_state = _parts(arguments)
    return from_input + from_state


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))
