"""`linear`: ..."""

from __future__ import annotations

import numpy as np

from course import functional
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Mistake


def linear(input, weight, bias=None):
    """Apply a linear layer to every row of input.

    input   (n, c_i)    one sample in each row
    weight  (c_o, c_i)  one row for each output
    bias    (c_o,)      or None, for a layer without bias
    returns (n, c_o)

    >>> linear(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([0.0, 10.0]))
    array([[11., 27.]])
    """
    output = input @ weight.T
    if bias is not None:
        output = output + bias
    return output


def _layer(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i), "bias": normal(rng, c_o)}


def _without_bias(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    sample, neuron = index
    x, w = arguments["input"][sample], arguments["weight"][neuron]
    if len(x) > 4:
        return ""
    terms = [f"{_in_a_sum(a)}·{_in_a_sum(b)}" for a, b in zip(x, w, strict=True)]
    total = float(x @ w)
    if "bias" in arguments:
        total += float(arguments["bias"][neuron])
        terms.append(_in_a_sum(arguments["bias"][neuron]))
    return f"{' + '.join(terms)} = {total:.4g}"


def _in_a_sum(value: float) -> str:
    return f"{value:.4g}" if value >= 0 else f"({value:.4g})"


def _no_bias(input, weight, bias=None):
    return input @ weight.T


def _activation_left_in(input, weight, bias=None):
    output = input @ weight.T
    return np.maximum(output if bias is None else output + bias, 0)


EXERCISE = Exercise(
    name="linear",
    points=4,
    solution=linear,
    reference=functional.linear,
    oracle=TorchFunction("torch.nn.functional.linear"),
    cases=(
        Case("with bias", lambda rng: _layer(rng, 2, 3, 4)),
        Case("square weight", lambda rng: _layer(rng, 3, 4, 4)),
        Case("no bias", lambda rng: _without_bias(rng, 5, 3, 4)),
        Case("as many samples as outputs", lambda rng: _layer(rng, 4, 3, 4)),
        Case("one feature", lambda rng: _layer(rng, 3, 1, 1), weight=0.5),
        Case("a larger batch", lambda rng: _layer(rng, 32, 10, 5)),
        Case("an empty batch", lambda rng: _layer(rng, 0, 3, 2), note="not a single sample", weight=0.5),
    ),
    mistakes=(
        Mistake(
            # UNVERIFIED
            "transposed-weight",
            edit=("weight.T", "weight"),
            gives="when the weight is not transposed: input @ weight.",
            advice=(
                "PyTorch stores one row of weights per output. Which axis of weight must meet the features of input?"
            ),
        ),
        Mistake(
            # UNVERIFIED
            "reshaped-weight",
            edit=(
                "output = input @ weight.T",
                ("c_o, c_i = weight.shape\n    output = input @ weight.reshape(c_i, c_o)"),
            ),
            gives="when the weight is reshaped to (c_i, c_o) in place of transposed.",
            advice="reshape keeps the values in the order they are stored in. What exchanges rows and columns?",
        ),
        Mistake(
            "no-bias",
            body=_no_bias,
            gives="when the bias is left out.",
            advice="The layer is y = x Wᵀ + b. Add the b, where there is one.",
        ),
        Mistake(
            # UNVERIFIED
            "bias-subtracted",
            edit=("output +", "output -"),
            gives="when the bias is subtracted in place of added.",
            advice="Compare the sign before b in the formula with yours.",
        ),
        Mistake(
            # UNVERIFIED
            "bias-per-sample",
            edit=("+ bias", "+ bias.reshape(-1, 1)"),
            gives="when the bias is added along the wrong axis: one value per sample.",
            advice="bias[i] belongs to output i, which is column i of the result.",
        ),
        Mistake(
            # UNVERIFIED
            "bias-per-feature",
            edit=("+ bias", "+ weight.shape[1] * bias"),
            gives="when the bias is added once for every feature: it stands inside the innermost loop.",
            advice="How often does the bias appear in the formula for one output? Move it out of the sum.",
        ),
        Mistake(
            # UNVERIFIED
            "last-product-only",
            edit=("@ weight.T", "[:, -1:] * weight[:, -1]"),
            gives="when each product overwrites the ones before it, and only the last feature counts.",
            advice="A weighted sum collects. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "activation-left-in",
            body=_activation_left_in,
            gives="when a ReLU follows: every negative output has become 0.",
            advice="A linear layer has no activation function. ReLU is a layer of its own, and comes in chapter 03.",
        ),
    ),
    hints=(
        "One output is a weighted sum: row i of weight times the sample, feature by feature, plus bias[i].",
        "All outputs of all samples at once are one matrix product. input is (n, c_i), weight is (c_o, c_i), and "
        "the result must be (n, c_o): turn one of them.",
        "`weight.T` is (c_i, c_o). Multiply with `@`, then add bias if it is not None; NumPy adds a (c_o,) array "
        "to every row.",
    ),
    explanation=(
        "`input @ weight.T` lines up the features of each sample with those of each row of weight. The bias, "
        "shape (c_o,), is added to every row by broadcasting."
    ),
    trace=_trace,
)
