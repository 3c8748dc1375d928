"""The parameters of a linear layer."""

from __future__ import annotations

import numpy as np

from course.chapters.linear.draws import draw_two_sizes
from course.checking.oracles import TorchParameters
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def linear_num_parameters(in_features, out_features, bias=True):
    """Count the trainable parameters of a linear layer.

    bias is True or False: whether the layer has one.

    >>> linear_num_parameters(3, 2)
    8
    """
    count = in_features * out_features
    if bias:
        count += out_features
    return count


def _sizes(rng: np.random.Generator, in_features: int, out_features: int) -> dict[str, int]:
    return {"in_features": odd(rng, in_features, 50), "out_features": odd(rng, out_features, 50)}


def _by_hand(rng: np.random.Generator) -> dict[str, int]:
    return dict(zip(("in_features", "out_features"), draw_two_sizes(rng), strict=True))


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    c_i, c_o = arguments["in_features"], arguments["out_features"]
    if not arguments.get("bias", True):
        return f"{c_i}·{c_o} = {c_i * c_o}"
    return f"{c_i}·{c_o} + {c_o} = {c_i * c_o + c_o}"


EXERCISE = Exercise(
    points=1,
    solution=linear_num_parameters,
    oracle=TorchParameters("torch.nn.Linear"),
    cases=(
        Case("a small layer", _by_hand),
        Case("Linear(10, 5)", lambda rng: {"in_features": 10, "out_features": 5}),
        Case("more inputs than outputs", lambda rng: {**_sizes(rng, 701, 203), "bias": True}),
        Case("more outputs than inputs", lambda rng: _sizes(rng, 203, 701)),
        Case("no bias", lambda rng: {"in_features": 7, "out_features": 3, "bias": False}),
        Case("any size without bias", lambda rng: {**_sizes(rng, 303, 501), "bias": False}),
    ),
    mistakes=(
        Mistake(
            "no-bias",
            edit=("    if bias:\n        count += out_features\n", ""),
            gives="when the bias is not counted.",
            unwritten="The bias is not counted yet",
            advice="The bias is trained too. How many values does it hold?",
        ),
        Mistake(
            "one-bias",
            edit=("count += out_features", "count += 1"),
            gives="when the bias is counted as a single number.",
            advice="The shape of the bias is (c_o,). How many values are that?",
        ),
        Mistake(
            "bias-per-input",
            edit=("count += out_features", "count += in_features"),
            gives="when there is a bias for every input.",
            advice="The bias is added to the output. So how long must it be?",
        ),
        Mistake(
            "bias-always-counted",
            edit=("if bias:", "if True:"),
            gives="when the bias is counted even where bias=False.",
            advice="Look at the third argument before adding.",
        ),
        Mistake(
            "condition-reversed",
            edit=("if bias:", "if not bias:"),
            gives="when the bias is counted only where there is none.",
            advice="Read your condition aloud with bias=True, then with bias=False.",
        ),
    ),
    hints=(
        "Every input is connected with every output, and each connection has a weight.",
        "The weight has shape (c_o, c_i), the bias (c_o,). How many values are that together?",
        "Add out_features only if bias is true.",
    ),
    explanation="The weight holds c_o · c_i values and the bias c_o. For Linear(10, 5) that is 50 + 5 = 55.",
    trace=_trace,
)
