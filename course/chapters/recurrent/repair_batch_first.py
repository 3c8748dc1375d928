"""`repair_batch_first`: a loop over the first axis, which counts sequences and not positions."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand, normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import sum_of_products, unless_long


def repair_batch_first(input, weight_ih, weight_hh, bias):
    """Run a plain recurrent layer over sequences: input (n, l, f), output (n, l, d_h)."""
    h = np.zeros(len(bias))
    states = []
    for x_t in input.swapaxes(0, 1):
        h = np.tanh(x_t @ weight_ih.T + h @ weight_hh.T + bias)
        states.append(h)
    return np.stack(states, axis=1)


def _drawn(rng: np.random.Generator, n: int, length: int, features: int, hidden: int) -> dict[str, Any]:
    return {
        "input": normal(rng, n, length, features),
        "weight_ih": normal(rng, hidden, features) * 0.5,
        "weight_hh": normal(rng, hidden, hidden) * 0.5,
        "bias": normal(rng, hidden) * 0.5,
    }


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two sequences of two positions, and a state of one number."""
    drawn = by_hand(rng, _drawn(rng, 2, 2, 1, 1))
    return drawn | {"weight_ih": whole(rng, 1, 1, most=1), "weight_hh": whole(rng, 1, 1, most=2), "bias": np.ones(1)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, position, place = index
    states = repair_batch_first(**arguments)[row]
    h = states[position - 1] if position else np.zeros(states.shape[1])
    weights = *arguments["weight_ih"][place], *arguments["weight_hh"][place]
    told = sum_of_products([*arguments["input"][row, position], *h], weights, arguments["bias"][place])
    return unless_long(f"tanh({told}) = {states[position, place]:.4g}")


EXERCISE = Exercise(
    points=2,
    solution=repair_batch_first,
    repair=True,
    oracle=TorchFunction(
        "torch.rnn_tanh",
        # has_biases, num_layers, dropout, train, bidirectional, batch_first
        arrange=lambda input, weight_ih, weight_hh, bias: (
            (
                input,
                np.zeros((1, len(input), len(bias))),
                [weight_ih, weight_hh, bias, np.zeros_like(bias)],
                *(True, 1, 0.0, False, False, True),
            ),
            {},
        ),
        result=lambda results: results[0],
    ),
    cases=(
        Case("two sequences of two positions", _by_hand),
        Case("one sequence", lambda rng: _drawn(rng, n=1, length=4, features=2, hidden=3)),
        Case("more sequences than positions", lambda rng: _drawn(rng, n=4, length=2, features=3, hidden=2)),
        Case("as many sequences as positions", lambda rng: _drawn(rng, n=3, length=3, features=2, hidden=3)),
        Case("sequences of one position", lambda rng: _drawn(rng, n=3, length=1, features=2, hidden=3)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(("input.swapaxes(0, 1)", "input"), ("np.stack(states, axis=1)", "np.stack(states)")),
            gives="when the function is left as it was handed out.",
            advice="Change one sequence and look which outputs change.",
        ),
        Mistake(
            "positions-first",
            edit=("np.stack(states, axis=1)", "np.stack(states)"),
            gives="when the output is (l, n, d_h): the positions come first.",
            advice="The loop is right. Along which axis do the states belong?",
        ),
        Mistake(
            "reshaped-back",
            edit=("np.stack(states, axis=1)", "np.stack(states).reshape(len(input), input.shape[1], -1)"),
            gives="when the states are given the shape of the output by a reshape, which exchanges no axes.",
            advice="reshape keeps the order of the values. Which state must come second in the output?",
        ),
        Mistake(
            "stacked-along-1-only",
            edit=("input.swapaxes(0, 1)", "input"),
            gives="when the states are stacked along axis 1, and the loop still goes over the sequences.",
            advice="What is x_t in the loop: one position of all sequences, or one sequence?",
        ),
        Mistake(
            "state-reset",
            edit=("h @ weight_hh.T", "np.zeros(len(bias)) @ weight_hh.T"),
            gives="when every position starts from a state of 0.",
            advice="Nothing leaks between sequences now, and nothing is remembered either.",
        ),
        Mistake(
            "positions-reversed",
            edit=("input.swapaxes(0, 1)", "input.swapaxes(0, 1)[::-1]"),
            gives="when the positions are taken from the last to the first.",
            advice="The state should go from position 0 to position 1.",
        ),
        Mistake(
            "last-state-only",
            edit=("np.stack(states, axis=1)", "np.stack(states[-1:], axis=1)"),
            gives="when the last state alone is returned.",
            advice="The output has the states of all positions.",
        ),
    ),
    hints=(
        "Print x_t.shape in the loop. Should it be (l, f) or (n, f)?",
        "A loop goes over the first axis. Which axis should come first, and which array method exchanges two axes?",
        "The states are collected in a list, position by position. np.stack has an argument axis: the place of the new "
        "axis in the result.",
    ),
    explanation=(
        "A loop over (n, l, f) takes sequence by sequence, so the state goes from one sequence into the next, and all "
        "positions of a sequence are treated at once. The shape of the output is right all the same. With positions "
        "first, each step takes one position of all sequences."
    ),
    trace=_trace,
)
