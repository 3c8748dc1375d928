"""The linear layer."""

from __future__ import annotations

import numpy as np

from course import functional
from course.catalog.chapters import chapter
from course.chapters.linear.draws import draw_layer, draw_whole_layer
from course.chapters.linear.worked_out import output_trace
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake


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


def _without_bias(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i)}


EXERCISE = Exercise(
    points=4,
    solution=linear,
    stages={
        "the product of input and weight": "input @ weight.T",
        "the output with its bias": "result",
    },
    reference=functional.linear,
    oracle=TorchFunction("torch.nn.functional.linear"),
    cases=(
        Case("with bias", lambda rng: draw_whole_layer(rng, 2, 3, 4)),
        Case("no bias", lambda rng: _without_bias(rng, 5, 3, 4)),
        Case("square weight", lambda rng: draw_layer(rng, 3, 4, 4)),
        Case("as many samples as outputs", lambda rng: draw_layer(rng, 4, 3, 4)),
        Case("one feature", lambda rng: draw_layer(rng, 3, 1, 1), weight=0.5),
        Case("a larger batch", lambda rng: draw_layer(rng, 32, 10, 5)),
        Case("an empty batch", lambda rng: draw_layer(rng, 0, 3, 2), note="not a single sample", remark=True),
    ),
    mistakes=(
        Mistake(
            "transposed-weight",
            edit=("input @ weight.T", "input @ weight"),
            gives="when the weight is not transposed: input @ weight.",
            advice=(
                "PyTorch stores one row of weights per output. Which axis of weight must meet the features of input?"
            ),
        ),
        Mistake(
            "reshaped-weight",
            edit=("weight.T", "weight.reshape(weight.shape[::-1])"),
            gives="when the weight is reshaped to (c_i, c_o) instead of transposed.",
            advice="reshape keeps the values in the order they are stored in. What exchanges rows and columns?",
        ),
        Mistake(
            "no-bias",
            edit=("    if bias is not None:\n        output = output + bias\n", ""),
            gives="when the bias is left out.",
            unwritten="The bias is not written yet",
            advice="The layer is y = x Wᵀ + b. Add the b, where there is one.",
        ),
        Mistake(
            "bias-subtracted",
            edit=("output + bias", "output - bias"),
            gives="when the bias is subtracted instead of added.",
            advice="Compare the sign before b in the formula with yours.",
        ),
        Mistake(
            "bias-per-sample",
            edit=("output + bias", "output + bias.reshape(-1, 1)"),
            gives="when the bias is added along the wrong axis: one value per sample.",
            advice="bias[i] belongs to output i, which is column i of the result.",
        ),
        Mistake(
            "bias-per-feature",
            edit=("output + bias", "output + weight.shape[1] * bias"),
            gives="when the bias is added once for every feature, inside the innermost loop.",
            advice="How often does the bias appear in the formula for one output? Move it out of the sum.",
        ),
        Mistake(
            "last-product-only",
            edit=("input @ weight.T", "input[:, -1:] * weight[:, -1]"),
            gives="when each product overwrites the ones before it, and only the last feature counts.",
            advice="A weighted sum collects. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "activation-left-in",
            edit=("return output", "return np.maximum(output, 0)"),
            gives="when a ReLU follows: every negative output has become 0.",
            advice=(
                "A linear layer has no activation function. "
                f"ReLU is a separate layer, and comes in {chapter('activations')}."
            ),
        ),
    ),
    hints=(
        "One output is a weighted sum: row i of weight times the sample, feature by feature, plus bias[i].",
        "All outputs of all samples at once are one matrix product. input is (n, c_i), weight is (c_o, c_i), and "
        "the result must be (n, c_o): transpose one of them.",
        "`weight.T` is (c_i, c_o). Multiply with `@`, then add bias if it is not None; NumPy adds a (c_o,) array "
        "to every row.",
    ),
    explanation=(
        "`input @ weight.T` lines up the features of each sample with each row of weight. The bias, "
        "shape (c_o,), is added to every row by broadcasting."
    ),
    trace=output_trace,
)
