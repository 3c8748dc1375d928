"""`gru_cell`: a state that is kept or replaced, as two gates decide."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.recurrent.draws import cell, cell_by_hand, first_step
from course.checking.on_the_way import on_the_way
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Aside, Case, Exercise, Mistake
from course.checking.worked_out import sum_of_products


def gru_cell(input, hx, weight_ih, weight_hh, bias_ih, bias_hh):
    """Give the next state of a gated recurrent unit.

    input      (n, f)
    hx         (n, d_h)       the state before
    weight_ih  (3·d_h, f)     rows of the reset gate r, then of the update gate z, then of the candidate
    weight_hh  (3·d_h, d_h)   in the same order
    bias_ih, bias_hh          (3·d_h,)
    returns    (n, d_h)       the state after

    >>> weights, biases = np.zeros((3, 1)), np.zeros(3)
    >>> gru_cell(np.ones((1, 1)), np.array([[4.0]]), weights, weights, biases, biases)
    array([[2.]])
    """

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    x_r, x_z, x_n = np.split(input @ weight_ih.T + bias_ih, 3, axis=1)
    h_r, h_z, h_n = np.split(hx @ weight_hh.T + bias_hh, 3, axis=1)
    reset = sigmoid(x_r + h_r)
    update = sigmoid(x_z + h_z)
    candidate = np.tanh(x_n + reset * h_n)
    return (1 - update) * candidate + update * hx


_gates = on_the_way(gru_cell, "reset", "update", "candidate")


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one number of the next state as a mixture of the new and the old one."""
    r, z, n = (gate[index] for gate in _gates(**arguments))
    mixture = sum_of_products([1 - z, z], [n, arguments["hx"][index]])
    return f"r = {r:.4g}, z = {z:.4g}, n = {n:.4g}; (1 - z)·n + z·h = {mixture}"


EXERCISE = Exercise(
    points=3,
    solution=gru_cell,
    reference=functional.gru_cell,
    stages={
        "the reset gate": "reset",
        "the update gate": Aside("update", "the new state"),
        "the candidate for the new state": "candidate",
        "the new state": "result",
    },
    oracle=TorchFunction("torch.gru_cell"),
    cases=(
        Case("a state of one number", lambda rng: cell_by_hand(rng, gates=3, hidden=1)),
        Case("one sequence", lambda rng: cell(rng, gates=3, n=1, features=2, hidden=3)),
        Case("a batch", lambda rng: cell(rng, gates=3, n=4, features=5, hidden=2)),
        Case("as many states as features", lambda rng: cell(rng, gates=3, n=2, features=3, hidden=3)),
        Case("the first position", lambda rng: first_step(rng, gates=3), note="hx is 0", weight=0.5),
    ),
    mistakes=(
        Mistake(
            "update-reversed",
            edit=("(1 - update) * candidate + update * hx", "update * candidate + (1 - update) * hx"),
            gives="when an update gate of 1 replaces the state, as some papers write it.",
            advice="In PyTorch, an update gate of 1 keeps the old state.",
        ),
        Mistake(
            "reset-before-the-product",
            edit=(
                "candidate = np.tanh(x_n + reset * h_n)",
                "rows = weight_hh.shape[1]\n"
                "    h_n = (reset * hx) @ weight_hh[-rows:].T + bias_hh[-rows:]\n"
                "    candidate = np.tanh(x_n + h_n)",
            ),
            gives="when the reset gate multiplies the state before its product with weight_hh.",
            advice="In PyTorch, the gate multiplies what comes from the state: the product and its bias.",
        ),
        Mistake(
            "reset-without-the-bias",
            edit=("reset * h_n", "reset * (h_n - bias_hh[-h_n.shape[1] :]) + bias_hh[-h_n.shape[1] :]"),
            gives="when the reset gate multiplies the product alone, and the bias is added afterwards.",
            advice="In the formula, which terms are in the parentheses after r?",
        ),
        Mistake(
            "reset-ignored",
            edit=("reset * h_n", "h_n"),
            gives="when the reset gate is not used.",
            unwritten="The reset gate is not used yet",
            advice="The reset gate decides how much of the state the candidate sees.",
        ),
        Mistake(
            "reset-multiplies-all",
            edit=("np.tanh(x_n + reset * h_n)", "np.tanh(reset * (x_n + h_n))"),
            gives="when the reset gate multiplies the input's part, too.",
            advice="The reset gate decides what is forgotten of the past. What comes from the input is kept.",
        ),
        Mistake(
            "gates-exchanged",
            edit=(
                "reset = sigmoid(x_r + h_r)\n    update = sigmoid(x_z + h_z)",
                "update = sigmoid(x_r + h_r)\n    reset = sigmoid(x_z + h_z)",
            ),
            gives="when the first third of the rows is used for the update gate, as in Keras.",
            advice="PyTorch's order is reset, update, candidate.",
        ),
        Mistake(
            "sigmoid-for-candidate",
            edit=("np.tanh(x_n + reset * h_n)", "sigmoid(x_n + reset * h_n)"),
            gives="when the candidate is a sigmoid, too.",
            advice="Gates are between 0 and 1. A state may be negative.",
        ),
        Mistake(
            "old-state-lost",
            edit=(" + update * hx", ""),
            gives="when the share of the old state is left out.",
            advice="The new state is a mean of two things, weighted by z and 1 - z.",
        ),
        Mistake(
            "bias-hh-ignored",
            edit=(" + bias_hh", ""),
            gives="when bias_hh is left out.",
            unwritten="bias_hh is not used yet",
            advice="One of the six arguments is not used.",
        ),
        Mistake(
            "bias-ih-ignored",
            edit=(" + bias_ih", ""),
            gives="when bias_ih is left out.",
            unwritten="bias_ih is not used yet",
            advice="One of the six arguments is not used.",
        ),
    ),
    hints=(
        "Compute both products first: input @ weight_ih.T + bias_ih and hx @ weight_hh.T + bias_hh, each (n, 3·d_h). "
        "np.split cuts each into three parts along axis 1.",
        "The two gates are sigmoids of a sum of two parts. Write a small sigmoid inside the function.",
        "The candidate is tanh of the input's third part, plus the state's third part times the reset gate.",
        "The new state is a weighted mean of candidate and old state. With z = 1 nothing changes.",
    ),
    explanation=(
        "The update gate chooses, number by number, between the old state and the candidate. Where it is 1, the state "
        "passes unchanged, and so does its gradient. The reset gate lets the candidate forget the past."
    ),
    trace=_trace,
)
