"""`lstm_cell`: a cell state next to the state, with a gate for what enters, what stays and what is shown."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.recurrent.draws import cell, cell_by_hand, first_step
from course.checking.on_the_way import on_the_way
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Aside, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum, sum_of_products


def lstm_cell(input, hx, cx, weight_ih, weight_hh, bias_ih, bias_hh):
    """Give the next state and the next cell state of a long short-term memory.

    input      (n, f)
    hx, cx     (n, d_h)       state and cell state before
    weight_ih  (4·d_h, f)     rows of the gates in this order: input i, forget f, candidate g, output o
    weight_hh  (4·d_h, d_h)   in the same order
    bias_ih, bias_hh          (4·d_h,)
    returns    h, c           (n, d_h) each

    >>> one, weights, biases = np.ones((1, 1)), np.zeros((4, 1)), np.zeros(4)
    >>> h, c = lstm_cell(one, one, 2 * one, weights, weights, biases, biases)
    >>> c
    array([[1.]])
    """

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    sums = input @ weight_ih.T + bias_ih + hx @ weight_hh.T + bias_hh
    i, f, g, o = np.split(sums, 4, axis=1)
    c = sigmoid(f) * cx + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    return h, c


_gates = on_the_way(lstm_cell, "sigmoid(i)", "sigmoid(f)", "np.tanh(g)", "sigmoid(o)", "c")


def _new_c(arguments: Arguments, index: tuple[int, ...]) -> str:
    i, f, g, *_ = (gate[index] for gate in _gates(**arguments))
    return f"f·c + i·g = {sum_of_products([f, i], [arguments['cx'][index], g])}"


def _new_h(arguments: Arguments, index: tuple[int, ...]) -> str:
    *_, o, c = (gate[index] for gate in _gates(**arguments))
    return f"c = {c:.4g}, and o·tanh(c) = {o:.4g}·{in_a_sum(np.tanh(c))} = {o * np.tanh(c):.4g}"


WORKED_OUT = {"h": _new_h, "c": _new_c}


EXERCISE = Exercise(
    points=4,
    solution=lstm_cell,
    reference=functional.lstm_cell,
    stages={
        "the input gate": Aside("sigmoid(i)", "the new cell state"),
        "the forget gate": Aside("sigmoid(f)", "the new cell state"),
        "the candidate for the cell state": Aside("np.tanh(g)", "the new cell state"),
        "the output gate": Aside("sigmoid(o)", "the new state"),
        "the new cell state": "c",
        "the new state": "h",
    },
    oracle=TorchFunction(
        "torch.lstm_cell",
        arrange=lambda input, hx, cx, **parameters: ((input, (hx, cx), *parameters.values()), {}),
    ),
    returns=("h", "c"),
    cases=(
        Case("a state of one number", lambda rng: cell_by_hand(rng, gates=4, hidden=1, states=2)),
        Case("one sequence", lambda rng: cell(rng, gates=4, n=1, features=2, hidden=3, states=2)),
        Case("a batch", lambda rng: cell(rng, gates=4, n=4, features=5, hidden=2, states=2)),
        Case("as many states as features", lambda rng: cell(rng, gates=4, n=2, features=3, hidden=3, states=2)),
        Case("the first position", lambda rng: first_step(rng, gates=4, states=2), note="hx and cx are 0", weight=0.5),
    ),
    mistakes=(
        Mistake(
            "order-i-f-o-g",
            edit=("i, f, g, o = ", "i, f, o, g = "),
            gives="when the third block is used for the output gate and the fourth for the candidate.",
            advice="PyTorch's order is i, f, g, o.",
        ),
        Mistake(
            "order-i-g-f-o",
            edit=("i, f, g, o = ", "i, g, f, o = "),
            gives="when the second block is used for the candidate and the third for the forget gate.",
            advice="PyTorch's order is i, f, g, o.",
        ),
        Mistake(
            "forget-and-input-exchanged",
            edit=("i, f, g, o = ", "f, i, g, o = "),
            gives="when the first block is used for the forget gate and the second for the input gate.",
            advice="PyTorch's order is i, f, g, o.",
        ),
        Mistake(
            "old-cell-shown",
            edit=("np.tanh(c)", "np.tanh(cx)"),
            gives="when h shows the cell state from before this step.",
            advice="Update the cell state first. Then h shows the new one.",
        ),
        Mistake(
            "no-tanh-of-cell",
            edit=("sigmoid(o) * np.tanh(c)", "sigmoid(o) * c"),
            gives="when h is the output gate times the cell state itself.",
            advice="The cell state has no bound, and h has one. Which function is missing?",
        ),
        Mistake(
            "no-tanh-of-candidate",
            edit=("sigmoid(i) * np.tanh(g)", "sigmoid(i) * g"),
            gives="when the candidate is added without tanh.",
            advice="Three blocks go through sigmoid. What does the candidate go through?",
        ),
        Mistake(
            "candidate-sigmoid",
            edit=("sigmoid(i) * np.tanh(g)", "sigmoid(i) * sigmoid(g)"),
            gives="when the candidate goes through sigmoid, as the gates do.",
            advice="A candidate that is always positive can only add to the cell state. Which function has both signs?",
        ),
        Mistake(
            "tied-gates",
            edit=("sigmoid(i) * np.tanh(g)", "(1 - sigmoid(f)) * np.tanh(g)"),
            gives="when the input gate is 1 minus the forget gate, as in a GRU.",
            advice="An LSTM has a separate gate for what enters.",
        ),
        Mistake(
            "forget-reversed",
            edit=("sigmoid(f) * cx", "(1 - sigmoid(f)) * cx"),
            gives="when a forget gate of 1 forgets.",
            advice="Despite its name, a forget gate of 1 keeps everything.",
        ),
        Mistake(
            "results-exchanged",
            edit=("return h, c", "return c, h"),
            gives="when c comes first.",
            advice="PyTorch returns (h, c).",
        ),
        Mistake(
            "bias-hh-ignored",
            edit=(" + bias_hh", ""),
            gives="when bias_hh is left out.",
            unwritten="bias_hh is not used yet",
            advice="One of the seven arguments is not used.",
        ),
        Mistake(
            "bias-ih-ignored",
            edit=(" + bias_ih", ""),
            gives="when bias_ih is left out.",
            unwritten="bias_ih is not used yet",
            advice="One of the seven arguments is not used.",
        ),
    ),
    hints=(
        "All four blocks come from one sum: input @ weight_ih.T + bias_ih + hx @ weight_hh.T + bias_hh, (n, 4·d_h). "
        "np.split(sums, 4, axis=1) cuts it into i, f, g, o.",
        "i, f and o go through sigmoid: they are gates, between 0 and 1. g goes through tanh: it may be stored.",
        "The new cell state is what is kept of the old one plus what is let in. Both are products, element by element.",
        "h shows the new cell state through the output gate, after tanh.",
    ),
    explanation=(
        "The cell state is changed by a product and a sum, and by nothing else. Where the forget gate is near 1, it "
        "passes many steps nearly unchanged, and so does its gradient. The state h is what the layer shows of it."
    ),
    trace=WORKED_OUT,
)
