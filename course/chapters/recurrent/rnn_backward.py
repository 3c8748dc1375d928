"""`rnn_backward`: the backward pass through time."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.recurrent.draws import sequence
from course.checking.on_the_way import on_the_way
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake, Trace
from course.checking.worked_out import in_a_sum, sum_of_products, unless_long


def rnn_backward(grad_output, input, weight_ih, weight_hh, bias_ih, bias_hh):
    """Give the gradients of a plain recurrent layer that starts from a state of 0.

    grad_output (l, n, d_h)  gradient of the loss with respect to the states of all positions
    input       (l, n, f)    as in the forward pass, like what follows
    weight_ih   (d_h, f)
    weight_hh   (d_h, d_h)
    bias_ih, bias_hh         (d_h,)
    returns grad_input, grad_weight_ih, grad_weight_hh, grad_bias_ih, grad_bias_hh
    """
    states = [np.zeros((input.shape[1], len(weight_hh)))]
    for x in input:
        states.append(np.tanh(x @ weight_ih.T + bias_ih + states[-1] @ weight_hh.T + bias_hh))

    grad_input = np.zeros_like(input)
    grad_weight_ih, grad_weight_hh = np.zeros_like(weight_ih), np.zeros_like(weight_hh)
    grad_bias = np.zeros_like(bias_ih)
    grad_next = np.zeros_like(states[0])
    for t in reversed(range(len(input))):
        grad_state = grad_output[t] + grad_next
        grad_sum = grad_state * (1 - states[t + 1] ** 2)
        grad_input[t] = grad_sum @ weight_ih
        grad_weight_ih += grad_sum.T @ input[t]
        grad_weight_hh += grad_sum.T @ states[t]
        grad_bias += grad_sum.sum(axis=0)
        grad_next = grad_sum @ weight_hh
    return grad_input, grad_weight_ih, grad_weight_hh, grad_bias, grad_bias


def _drawn(rng: np.random.Generator, length: int, n: int, features: int, hidden: int) -> dict[str, Any]:
    drawn = sequence(rng, 1, length, n, features, hidden)
    return {"grad_output": normal(rng, length, n, hidden), **drawn}


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two positions with sums between -3 and 3, where tanh still has a slope."""
    drawn = {"grad_output": whole(rng, 2, 1, 1), "input": whole(rng, 2, 1, 1, most=2)}
    drawn |= {"weight_ih": whole(rng, 1, 1, most=1), "weight_hh": whole(rng, 1, 1, most=1)}
    bias = whole(rng, 1)
    return drawn | {"bias_ih": bias, "bias_hh": -bias}


def _last_only(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _drawn(rng, 4, 2, 3, 2)
    drawn["grad_output"][:-1] = 0
    return drawn


_states = on_the_way(rnn_backward, "np.stack(states)")


def _through_time(arguments: Arguments) -> tuple[np.ndarray, np.ndarray]:
    """Give the states, with the first one before them, and the gradients of the sums before tanh."""
    (states,), gradient = _states(**arguments), arguments["grad_output"]
    sums, later = np.zeros_like(gradient), 0.0
    for t in reversed(range(len(gradient))):
        sums[t] = (gradient[t] + later) * (1 - states[t + 1] ** 2)
        later = sums[t] @ arguments["weight_hh"]
    return states, sums


def _stages(**arguments: np.ndarray) -> dict[str, np.ndarray]:
    states, sums = _through_time(arguments)
    return {
        "the states of all positions": states[1:],
        "the gradient of the last sum before tanh": sums[-1],
        "the gradients of the sums before tanh": sums,
        "the gradient of the input": sums @ arguments["weight_ih"],
    }


def _grad_input(arguments: Arguments, index: tuple[int, ...]) -> str:
    t, row, feature = index
    states, sums = _through_time(arguments)
    weights, gradient = arguments["weight_ih"][:, feature], arguments["grad_output"][t, row]
    if len(weights) > 1:
        return unless_long(sum_of_products(sums[t, row], weights))
    (weight,), (own,), (state,), (total,) = weights, gradient, states[t + 1, row], sums[t, row]
    later = f" + {in_a_sum(total / (1 - state**2) - own)}" if t + 1 < len(sums) else ""
    return f"({own:.4g}{later})·(1 - {in_a_sum(state)}²)·{in_a_sum(weight)} = {total * weight:.4g}"


def _grad_weight(name: str) -> Trace:
    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        place, column = index
        states, sums = _through_time(arguments)
        met = arguments["input"] if name == "weight_ih" else states[:-1]
        return unless_long(sum_of_products(sums[:, :, place].flat, met[:, :, column].flat))

    return trace


def _grad_bias(arguments: Arguments, index: tuple[int, ...]) -> str:
    _, sums = _through_time(arguments)
    shares = sums[:, :, index[0]]
    return unless_long(f"{' + '.join(map(in_a_sum, shares.flat))} = {shares.sum():.4g}")


EXERCISE = Exercise(
    points=5,
    solution=rnn_backward,
    stages=_stages,
    oracle=TorchGradient(
        "torch.rnn_tanh",
        wrt=(0, 2),
        # has_biases, num_layers, dropout, train, bidirectional, batch_first
        arrange=lambda grad_output, input, **parameters: (
            (
                input,
                np.zeros((1, *grad_output.shape[1:])),
                list(parameters.values()),
                *(True, 1, 0.0, False, False, False),
            ),
            {},
        ),
        grad_outputs=lambda grad_output, **others: (grad_output, None),
        result=lambda grads: (grads[0], *grads[1]),
    ),
    returns=("grad_input", "grad_weight_ih", "grad_weight_hh", "grad_bias_ih", "grad_bias_hh"),
    cases=(
        Case("two positions, a state of one number", _by_hand),
        Case("one sequence", lambda rng: _drawn(rng, length=3, n=1, features=2, hidden=3)),
        Case("a batch", lambda rng: _drawn(rng, length=4, n=3, features=2, hidden=5)),
        Case("as many states as features", lambda rng: _drawn(rng, length=3, n=2, features=3, hidden=3)),
        Case("a loss on the last state alone", _last_only, note="grad_output is 0 but for the last position"),
        Case("one position", lambda rng: _drawn(rng, length=1, n=2, features=3, hidden=2), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "no-way-through-time",
            edit=("grad_state = grad_output[t] + grad_next", "grad_state = grad_output[t]"),
            gives="when each position gets its own gradient only, and nothing from the positions after it.",
            unwritten="The gradient from later positions is not added yet",
            advice="A state is used twice: it is shown, and it is handed on. So its gradient has two parts.",
        ),
        Mistake(
            "gradient-not-added",
            edit=(
                "grad_state = grad_output[t] + grad_next",
                "grad_state = grad_output[t] if t == len(input) - 1 else grad_next",
            ),
            gives="when only the last position's own gradient is used.",
            advice="Every position shows its state. Whose gradient is added at position t?",
        ),
        Mistake(
            "slope-left-out",
            edit=("grad_state * (1 - states[t + 1] ** 2)", "grad_state"),
            gives="when the slope of tanh is left out.",
            advice="The sum went through tanh. What is the slope of tanh, told by its output?",
        ),
        Mistake(
            "slope-for-own-gradient-only",
            edit=(
                ("grad_state = grad_output[t] + grad_next", "grad_state = grad_output[t]"),
                ("grad_state * (1 - states[t + 1] ** 2)", "grad_state * (1 - states[t + 1] ** 2) + grad_next"),
            ),
            gives="when the gradient from the later position is not multiplied by the slope of tanh.",
            advice="Both parts of a state's gradient pass the same tanh. When must they be added?",
        ),
        Mistake(
            "slope-of-state-before",
            edit=("states[t + 1] ** 2", "states[t] ** 2"),
            gives="when the slope of tanh is taken from the state before.",
            advice="Which state came out of this position's tanh?",
        ),
        Mistake(
            "slope-without-square",
            edit=("states[t + 1] ** 2", "states[t + 1]"),
            gives="when the slope of tanh is 1 minus its output, without a square.",
            advice="The slope of tanh is the same at 2 and at -2. Is yours?",
        ),
        Mistake(
            "state-after-for-before",
            edit=("grad_sum.T @ states[t]\n", "grad_sum.T @ states[t + 1]\n"),
            gives="when weight_hh's gradient is made with the state after the step.",
            advice="weight_hh was multiplied by the state before the step.",
        ),
        Mistake(
            "weight-hh-transposed",
            edit=("grad_next = grad_sum @ weight_hh", "grad_next = grad_sum @ weight_hh.T"),
            gives="when the gradient goes back through weight_hh transposed.",
            advice="Forwards it was hx @ weight_hh.T. What undoes the transposing?",
        ),
        Mistake(
            "grad-weight-hh-transposed",
            edit=("grad_weight_hh += grad_sum.T @ states[t]", "grad_weight_hh += states[t].T @ grad_sum"),
            gives="when weight_hh's gradient is transposed.",
            advice="Row k of the gradient belongs to number k of the new state.",
        ),
        Mistake(
            "last-position-for-all",
            edit=(
                ("grad_weight_ih += ", "grad_weight_ih = "),
                ("grad_weight_hh += ", "grad_weight_hh = "),
                ("grad_bias += ", "grad_bias = "),
            ),
            gives="when weights and biases get their gradients from position 0 alone.",
            advice="The same weights are used at every position. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "forwards-in-time",
            edit=("reversed(range(len(input)))", "range(len(input))"),
            gives="when the positions are taken in the order of time.",
            advice="The gradient of a state needs the gradient of the state after it. Where must the loop start?",
        ),
        Mistake(
            "averaged-over-time",
            edit=(
                "return grad_input, grad_weight_ih, grad_weight_hh, grad_bias, grad_bias",
                "means = [grad / len(input) for grad in (grad_weight_ih, grad_weight_hh, grad_bias)]\n"
                "    return grad_input, *means, means[2]",
            ),
            gives="when the gradients of weights and biases are averaged over the positions.",
            advice="The loss already says how positions are weighted. What is left is a sum.",
        ),
    ),
    hints=(
        "Go forwards first and keep all states in a list, with the state of 0 before them. Then go backwards from the "
        "last position.",
        "A state is used twice: it is an output, and it goes into the next position. Its gradient is the sum of both.",
        "Through tanh: multiply by 1 - h², where h is the state that came out at this position.",
        "The gradient of the sum then goes four ways, as in a linear layer: to the input, to both weights (add up over "
        "the positions), to the biases, and to the state before.",
    ),
    explanation=(
        "Unrolled over time, the layer is a deep network with the same weights in every layer. So each weight's "
        "gradient is a sum over positions. In the backward pass, the gradient is multiplied by weight_hh and by a "
        "slope of at most 1 at every step: over many steps it vanishes, or explodes."
    ),
    trace={
        "grad_input": _grad_input,
        "grad_weight_ih": _grad_weight("weight_ih"),
        "grad_weight_hh": _grad_weight("weight_hh"),
        "grad_bias_ih": _grad_bias,
        "grad_bias_hh": _grad_bias,
    },
)
