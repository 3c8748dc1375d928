"""`lstm`: the cell, over a whole sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.recurrent.draws import cell_by_hand, sequence
from course.chapters.recurrent.lstm_cell import EXERCISE as LSTM_CELL
from course.chapters.recurrent.lstm_cell import WORKED_OUT, lstm_cell
from course.chapters.recurrent.rnn_cell import EXERCISE as RNN_CELL
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake, Trace


def lstm(input, h0, c0, weight_ih, weight_hh, bias_ih, bias_hh):
    """Run one layer of an LSTM over sequences, from their first position to their last.

    input      (l, n, f)        position first
    h0, c0     (1, n, d_h)      the states before the first position; axis 0 counts layers, and here is one
    weight_ih  (4·d_h, f)       rows in the order i, f, g, o
    weight_hh  (4·d_h, d_h)
    bias_ih, bias_hh            (4·d_h,)
    returns    output (l, n, d_h), the states h of all positions; and the last h and c, (1, n, d_h) each
    """

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    h, c = h0[0], c0[0]
    output = []
    for x in input:
        sums = x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        i, f, g, o = np.split(sums, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        output.append(h)
    return np.stack(output), h[np.newaxis], c[np.newaxis]


def _drawn(rng: np.random.Generator, length: int, n: int, features: int, hidden: int) -> dict[str, Any]:
    given, *learnt = sequence(rng, 4, length, n, features, hidden).items()
    return dict([given, ("h0", normal(rng, 1, n, hidden)), ("c0", normal(rng, 1, n, hidden)), *learnt])


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two positions, one sequence and a state of one number."""
    one = cell_by_hand(rng, gates=4, hidden=1, states=2)
    states = {"h0": one.pop("hx")[np.newaxis], "c0": one.pop("cx")[np.newaxis]}
    return {"input": np.stack([one.pop("input"), whole(rng, 1, 1, most=1)]), **states, **one}


def _from_zeros(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _drawn(rng, 3, 2, 2, 3)
    return drawn | {name: 0 * drawn[name] for name in ("h0", "c0")}


def _cell_at(arguments: Arguments, position: int) -> dict[str, np.ndarray]:
    """Give the cell's arguments at a position of the sequence."""
    parameters = {name: value for name, value in arguments.items() if name.startswith(("weight", "bias"))}
    h, c = arguments["h0"][0], arguments["c0"][0]
    for x in arguments["input"][:position]:
        h, c = lstm_cell(x, h, c, **parameters)
    return {"input": arguments["input"][position], "hx": h, "cx": c, **parameters}


def _of_position(part: str) -> Trace:
    """Tell one number of a state, or of a cell state, at some position."""

    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        *axes, row, place = index
        position = axes[0] if part == "output" else len(arguments["input"]) - 1
        told = WORKED_OUT["c" if part == "c" else "h"](_cell_at(arguments, position), (row, place))
        return f"at position {position}: {told}"

    return trace


EXERCISE = Exercise(
    points=4,
    solution=lstm,
    stages={
        "the state of the first position": "output[0]",
        "the states of all positions": "np.stack(output)",
    },
    oracle=TorchFunction(
        "torch.lstm",
        # has_biases, num_layers, dropout, train, bidirectional, batch_first
        arrange=lambda input, h0, c0, **parameters: (
            (input, (h0, c0), list(parameters.values()), True, 1, 0.0, False, False, False),
            {},
        ),
    ),
    returns=("output", "h", "c"),
    cases=(
        Case("two positions, a state of one number", _by_hand),
        Case("one sequence", lambda rng: _drawn(rng, length=3, n=1, features=2, hidden=3)),
        Case("a batch", lambda rng: _drawn(rng, length=5, n=3, features=2, hidden=4)),
        Case("as many sequences as positions", lambda rng: _drawn(rng, length=3, n=3, features=2, hidden=3)),
        Case("from states of 0", _from_zeros),
        Case("one position", lambda rng: _drawn(rng, length=1, n=2, features=3, hidden=2), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "state-not-carried",
            edit=("+ h @ weight_hh.T", "+ h0[0] @ weight_hh.T"),
            gives="when each position sees the initial state h0, not the state before it.",
            advice="After each step, the new h takes the place of the old one.",
        ),
        Mistake(
            "cell-not-carried",
            edit=("sigmoid(f) * c +", "sigmoid(f) * c0[0] +"),
            gives="when each position sees the initial cell state c0, not the cell state before it.",
            advice="After each step, the new c takes the place of the old one.",
        ),
        Mistake(
            "cell-not-kept",
            edit=(("c = sigmoid(f) * c +", "new = sigmoid(f) * c +"), ("np.tanh(c)", "np.tanh(new)")),
            gives="when the new cell state is not kept: each position sees c0, and c0 is returned.",
            advice="After each step, the new c takes the place of the old one.",
        ),
        Mistake(
            "nothing-carried",
            edit=(("+ h @ weight_hh.T", "+ h0[0] @ weight_hh.T"), ("sigmoid(f) * c +", "sigmoid(f) * c0[0] +")),
            gives="when each position starts from h0 and c0 again.",
            advice="A position must see what is left of all positions before it.",
        ),
        Mistake(
            "started-from-zeros",
            edit=("h, c = h0[0], c0[0]", "h, c = np.zeros_like(h0[0]), np.zeros_like(c0[0])"),
            gives="when the states start from 0, whatever h0 and c0 are.",
            unwritten="h0 and c0 are not used yet",
            advice="The caller hands over the states before the first position.",
        ),
        Mistake(
            "backwards",
            edit=("for x in input:", "for x in input[::-1]:"),
            gives="when the positions are taken from the last to the first.",
            advice="Position 0 comes first. In which order does your loop go?",
        ),
        Mistake(
            "backwards-in-place",
            edit=(("for x in input:", "for x in input[::-1]:"), ("np.stack(output)", "np.stack(output[::-1])")),
            gives="when the positions are taken from the last to the first, and each state is put at its own position.",
            advice="Position 0 comes first. In which order does your loop go?",
        ),
        Mistake(
            "over-sequences",
            edit=(
                ("for x in input:", "for x in input.swapaxes(0, 1):"),
                ("np.stack(output),", "np.stack(output, axis=1),"),
            ),
            gives="when the loop goes over the sequences of the batch, and the state is handed from one to the next.",
            advice="Axis 0 counts positions. What does one round of your loop get, and whose state?",
        ),
        Mistake(
            "cells-as-output",
            edit=("output.append(h)", "output.append(c)"),
            gives="when the output has the cell states.",
            advice="The cell state is the layer's own. Which of the two states does it show?",
        ),
        Mistake(
            "states-before-the-step",
            edit=("        sums = x @", "        output.append(h)\n        sums = x @"),
            gives="when the output also has the states before each step.",
            advice="The output has one state for each position, from after it.",
        ),
        Mistake(
            "first-state-returned",
            edit=("h[np.newaxis], c[np.newaxis]", "output[0][np.newaxis], c[np.newaxis]"),
            gives="when the returned h belongs to the first position.",
            advice="The second result is the state after the last position.",
        ),
        Mistake(
            "last-states-exchanged",
            edit=("h[np.newaxis], c[np.newaxis]", "c[np.newaxis], h[np.newaxis]"),
            gives="when the last states are returned as c, h.",
            advice="PyTorch returns output, h, c.",
        ),
        Mistake(
            "layer-axis-lost",
            edit=("h[np.newaxis], c[np.newaxis]", "h, c"),
            gives="when the last states are returned without the axis that counts layers.",
            advice="h and c come back in the shapes of h0 and c0.",
        ),
        Mistake(
            "layer-axis-kept",
            edit=(
                ("h0[0], c0[0]", "h0, c0"),
                ("axis=1", "axis=-1"),
                ("h[np.newaxis], c[np.newaxis]", "h, c"),
            ),
            gives="when every state keeps the axis that counts layers: the output is (l, 1, n, d_h).",
            advice="The state at a position is (n, d_h). Which part of h0 has that shape?",
        ),
        Mistake(
            "old-cell-shown",
            edit=(
                "        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)\n        h = sigmoid(o) * np.tanh(c)\n",
                "        h = sigmoid(o) * np.tanh(c)\n        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)\n",
            ),
            gives="when h is computed before c is updated.",
            advice="h shows the new cell state. Which of the two lines must come first?",
        ),
        LSTM_CELL.mistake("order-i-f-o-g"),
        LSTM_CELL.mistake("forget-and-input-exchanged"),
        RNN_CELL.mistake("bias-hh-ignored"),
    ),
    hints=(
        "for x in input: goes over axis 0, the positions. Each x is (n, f).",
        "Before the loop, h and c are h0[0] and c0[0]. At the end of each step, they are the new states.",
        "Collect each new h in a list. np.stack(list) makes one array (l, n, d_h) of it.",
        "At the end, h[np.newaxis] has the axis that PyTorch keeps for its layers.",
    ),
    explanation=(
        "Position t needs the state of position t - 1, so the loop over positions can't be avoided. Everything else is "
        "done for all sequences of the batch at once. The last state is the last row of the output."
    ),
    trace={part: _of_position(part) for part in ("output", "h", "c")},
)
