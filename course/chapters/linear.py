"""Chapter 01: the linear layer, its parameters and its work."""

from __future__ import annotations

import math

import numpy as np

from course import functional
from course.chapters.linear_backward import BACKWARDS
from course.chapters.mistakes import linear as wrong
from course.checking.oracles import TorchFunction, TorchMacs, TorchParameters
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "01_linear"


def linear(input, weight, bias=None):
    """Apply the layer to every row of input: the lesson's version."""
    output = input @ weight.T
    return output if bias is None else output + bias


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


LINEAR = Exercise(
    name="linear",
    chapter=CHAPTER,
    points=4,
    reference=functional.linear,
    solution=linear,
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
    misconceptions=(
        Misconception(
            "linear.transposed-weight",
            wrong.transposed_weight,
            "when the weight is not transposed: input @ weight.",
            "PyTorch stores one row of weights per output. Which axis of weight must meet the features of input?",
        ),
        Misconception(
            "linear.reshaped-weight",
            wrong.reshaped_weight,
            "when the weight is reshaped to (c_i, c_o) in place of transposed.",
            "reshape keeps the values in the order they are stored in. What exchanges rows and columns?",
        ),
        Misconception(
            "linear.no-bias",
            wrong.no_bias,
            "when the bias is left out.",
            "The layer is y = x Wᵀ + b. Add the b, where there is one.",
        ),
        Misconception(
            "linear.bias-subtracted",
            wrong.bias_subtracted,
            "when the bias is subtracted in place of added.",
            "Compare the sign before b in the formula with yours.",
        ),
        Misconception(
            "linear.bias-per-sample",
            wrong.bias_per_sample,
            "when the bias is added along the wrong axis: one value per sample.",
            "bias[i] belongs to output i, which is column i of the result.",
        ),
        Misconception(
            "linear.bias-per-feature",
            wrong.bias_per_feature,
            "when the bias is added once for every feature: it stands inside the innermost loop.",
            "How often does the bias appear in the formula for one output? Move it out of the sum.",
        ),
        Misconception(
            "linear.last-product-only",
            wrong.last_product_only,
            "when each product overwrites the ones before it, and only the last feature counts.",
            "A weighted sum collects. Look for an `=` that should be a `+=`.",
        ),
        Misconception(
            "linear.activation-left-in",
            wrong.activation_left_in,
            "when a ReLU follows: every negative output has become 0.",
            "A linear layer has no activation function. ReLU is a layer of its own, and comes in chapter 03.",
        ),
    ),
    hints=(
        "One output is a weighted sum: row i of weight times the sample, feature by feature, plus bias[i].",
        "All outputs of all samples at once are one matrix product. input is (n, c_i), weight is (c_o, c_i), "
        "and the result must be (n, c_o): turn one of them.",
        "`weight.T` is (c_i, c_o). Multiply with `@`, then add bias if it is not None; "
        "NumPy adds a (c_o,) array to every row.",
    ),
    explanation=(
        "`input @ weight.T` lines up the features of each sample with those of each row of weight. "
        "The bias, shape (c_o,), is added to every row by broadcasting."
    ),
    trace=_trace,
)


def linear_num_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """Count the trainable parameters of a linear layer: a weight per connection and a bias per output."""
    return in_features * out_features + (out_features if bias else 0)


def _odd(rng: np.random.Generator, least: int) -> int:
    """Draw an odd size: a product of these shows where it was rounded."""
    return least + 2 * int(rng.integers(0, 50))


def _sizes(rng: np.random.Generator, in_features: int, out_features: int) -> dict[str, int]:
    return {"in_features": _odd(rng, in_features), "out_features": _odd(rng, out_features)}


NUM_PARAMETERS = Exercise(
    name="linear_num_parameters",
    chapter=CHAPTER,
    points=1,
    reference=linear_num_parameters,
    oracle=TorchParameters(
        "torch.nn.Linear",
        arrange=lambda in_features, out_features, bias=True: ((in_features, out_features), {"bias": bias}),
    ),
    cases=(
        Case("Linear(10, 5)", lambda rng: {"in_features": 10, "out_features": 5}),
        Case("no bias", lambda rng: {"in_features": 7, "out_features": 3, "bias": False}),
        Case("more inputs than outputs", lambda rng: {**_sizes(rng, 701, 203), "bias": True}),
        Case("more outputs than inputs", lambda rng: _sizes(rng, 203, 701)),
        Case("any size without bias", lambda rng: {**_sizes(rng, 303, 501), "bias": False}),
    ),
    misconceptions=(
        Misconception(
            "linear_num_parameters.no-bias",
            wrong.parameters_no_bias,
            "when the bias is not counted.",
            "The bias is trained too. How many values does it hold?",
        ),
        Misconception(
            "linear_num_parameters.one-bias",
            wrong.parameters_one_bias,
            "when the bias is counted as a single number.",
            "The shape of the bias is (c_o,). How many values are that?",
        ),
        Misconception(
            "linear_num_parameters.bias-per-input",
            wrong.parameters_bias_per_input,
            "when there is a bias for every input.",
            "The bias is added to the output. So how long must it be?",
        ),
        Misconception(
            "linear_num_parameters.bias-always-counted",
            wrong.parameters_always_bias,
            "when the bias is counted even where bias=False.",
            "Look at the third argument before adding.",
        ),
        Misconception(
            "linear_num_parameters.condition-reversed",
            wrong.parameters_bias_reversed,
            "when the bias is counted only where there is none.",
            "Read your condition aloud with bias=True, then with bias=False.",
        ),
    ),
    hints=(
        "Every input is connected with every output, and each connection has a weight.",
        "The weight has shape (c_o, c_i), the bias (c_o,). How many values are that together?",
        "Add out_features only if bias is true.",
    ),
    explanation="The weight holds c_o · c_i values and the bias c_o. For Linear(10, 5) that is 50 + 5 = 55.",
)


def linear_macs(input_shape: tuple[int, ...], out_features: int) -> int:
    """Count the multiplications of a linear layer, each with its addition: c_i for every output of every sample."""
    return math.prod(input_shape) * out_features


MACS = Exercise(
    name="linear_macs",
    chapter=CHAPTER,
    points=1,
    reference=linear_macs,
    oracle=TorchMacs(
        "torch.nn.functional.linear",
        arrange=lambda input_shape, out_features: (
            (np.zeros(input_shape), np.zeros((out_features, input_shape[-1]))),
            {},
        ),
    ),
    cases=(
        Case("one sample through Linear(10, 5)", lambda rng: {"input_shape": (1, 10), "out_features": 5}),
        Case("a batch", lambda rng: {"input_shape": (32, 10), "out_features": 5}),
        Case(
            "any size",
            lambda rng: {
                "input_shape": (_odd(rng, 21), _odd(rng, 141)),
                "out_features": _odd(rng, 51),
            },
        ),
    ),
    misconceptions=(
        Misconception(
            "linear_macs.one-sample",
            wrong.macs_one_sample,
            "when the work is counted for one sample only.",
            "The layer does the same work for each sample of the batch.",
        ),
        Misconception(
            "linear_macs.bias-counted",
            wrong.macs_bias_counted,
            "when adding the bias counts as a mult-add, as torchinfo does.",
            "A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Misconception(
            "linear_macs.counted-twice",
            wrong.macs_counted_twice,
            "when a multiplication and its addition count as two.",
            "One mult-add is both together.",
        ),
        Misconception(
            "linear_macs.bias-counted-once",
            wrong.macs_bias_once,
            "when the bias is counted, once for the whole batch.",
            "A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Misconception(
            "linear_macs.outputs-counted",
            wrong.macs_outputs,
            "when every output counts as one mult-add.",
            "One output is a sum of products. How many?",
        ),
        Misconception(
            "linear_macs.parameters-counted",
            wrong.macs_parameters,
            "when the parameters are counted in place of the work.",
            "The parameters stay the same for any batch. The work does not.",
        ),
    ),
    hints=(
        "How many multiplications does one output of one sample take?",
        "One output takes c_i multiplications. There are c_o outputs for each of n samples.",
        "The product n · c_i is that of all numbers in input_shape.",
    ),
    explanation="Each of n · c_o outputs is a sum of c_i products, so there are n · c_i · c_o mult-adds.",
)


EXERCISES = (LINEAR, NUM_PARAMETERS, MACS, *BACKWARDS)
