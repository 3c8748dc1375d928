"""`lstm_num_parameters`: four gates, two weights each, and two biases, for every layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.oracles import TorchParameters
from course.checking.spec import Arguments, Case, Exercise, Mistake


def lstm_num_parameters(input_size, hidden_size, num_layers=1, bias=True):
    """Count what an LSTM learns.

    input_size   features of a position, as the first layer gets them
    hidden_size  numbers in the state of each layer
    num_layers   layers above each other: each gets the states of the one below as its input
    bias         whether there are biases, two for each gate
    returns      a number

    >>> lstm_num_parameters(1, 1)
    16
    """
    total = 0
    features = input_size
    for _ in range(num_layers):
        weights = features + hidden_size
        biases = 2 if bias else 0
        total += 4 * hidden_size * (weights + biases)
        features = hidden_size
    return total


def _sizes(rng: np.random.Generator, **options: Any) -> dict[str, Any]:
    """Draw two sizes that differ."""
    features, hidden = (int(size) for size in rng.choice(np.arange(5, 40), size=2, replace=False))
    return {"input_size": features, "hidden_size": hidden, **options}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    features, hidden = arguments["input_size"], arguments["hidden_size"]
    extra = " + 2" if arguments.get("bias", True) else ""
    first = 4 * hidden * (features + hidden + len(extra) // 4 * 2)
    told = f"4·{hidden}·({features} + {hidden}{extra})"
    others = arguments.get("num_layers", 1) - 1
    if others:
        told += f" + {others}·4·{hidden}·({hidden} + {hidden}{extra})"
        first += others * 4 * hidden * (2 * hidden + len(extra) // 4 * 2)
    return f"{told} = {first}"


EXERCISE = Exercise(
    points=1,
    solution=lstm_num_parameters,
    oracle=TorchParameters("torch.nn.LSTM"),
    cases=(
        Case("one layer", lambda rng: _sizes(rng)),
        Case("no bias", lambda rng: _sizes(rng, num_layers=1, bias=False)),
        Case("two layers", lambda rng: _sizes(rng, num_layers=2)),
        Case("four layers", lambda rng: _sizes(rng, num_layers=4)),
        Case("three layers, no bias", lambda rng: _sizes(rng, num_layers=3, bias=False)),
    ),
    mistakes=(
        Mistake(
            "one-bias",
            edit=("biases = 2 if bias", "biases = 1 if bias"),
            gives="when there is one bias for each number of a gate, as in Keras.",
            advice="PyTorch adds a bias to the input's product and another to the state's.",
        ),
        Mistake(
            "three-gates",
            edit=("4 * hidden_size", "3 * hidden_size"),
            gives="when three blocks are counted: that is a GRU.",
            advice="Three gates, and what else has its own weights?",
        ),
        Mistake(
            "one-block",
            edit=("4 * hidden_size", "hidden_size"),
            gives="when one block is counted: that is a plain recurrent layer.",
            advice="How many rows does weight_ih have?",
        ),
        Mistake(
            "layers-alike",
            edit=("        features = hidden_size\n", ""),
            gives="when every layer is counted like the first.",
            advice="The second layer gets the states of the first as its input. How many numbers are they?",
        ),
        Mistake(
            "layers-ignored",
            edit=("range(num_layers)", "range(1)"),
            gives="when one layer is counted, whatever num_layers says.",
            unwritten="num_layers is not used yet",
            advice="Each layer has its own weights.",
        ),
        Mistake(
            "bias-always",
            edit=("2 if bias else 0", "2"),
            gives="when the biases are counted also with bias=False.",
            unwritten="bias is not used yet",
            advice="With bias=False there are no biases at all.",
        ),
        Mistake(
            "state-weights-forgotten",
            edit=("features + hidden_size\n", "features\n"),
            gives="when weight_hh is left out.",
            advice="The state before has weights, too.",
        ),
        Mistake(
            "biases-once-a-layer",
            edit=("4 * hidden_size * (weights + biases)", "4 * hidden_size * weights + hidden_size * biases"),
            gives="when the biases are counted for one block of the four.",
            advice="Each row of the weights has its own bias. How many rows are there?",
        ),
    ),
    hints=(
        "Start with one layer. Write down the shapes of weight_ih, weight_hh, bias_ih and bias_hh.",
        "Each has 4·d_h rows. weight_ih has f columns, weight_hh has d_h, and each bias is one column.",
        "A layer above the first gets states as its input. So its f is d_h.",
    ),
    explanation=(
        "Each of the 4·d_h rows has f weights for the input, d_h for the state, and two biases. The state's part grows "
        "with the square of d_h: twice the state is nearly four times the parameters."
    ),
    trace=_trace,
)
