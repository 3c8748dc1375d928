"""`linear_macs`: ..."""

from __future__ import annotations

import numpy as np

from course.chapters.linear.draws import _odd
from course.checking.oracles import TorchMacs
from course.checking.spec import Case, Exercise, Mistake


def linear_macs(input_shape, out_features):
    """Count the mult-adds of a linear layer for one batch.

    input_shape is (n, c_i). The bias is not counted: it multiplies nothing.

    >>> linear_macs((4, 3), 2)
    24
    """
    n, c_i = input_shape
    return n * c_i * out_features


def _one_sample(input_shape, out_features):
    return input_shape[-1] * out_features


def _bias_counted(input_shape, out_features):
    return input_shape[0] * (input_shape[1] + 1) * out_features


def _counted_twice(input_shape, out_features):
    return 2 * input_shape[0] * input_shape[1] * out_features


def _bias_counted_once(input_shape, out_features):
    return input_shape[0] * input_shape[1] * out_features + out_features


def _outputs_counted(input_shape, out_features):
    return input_shape[0] * out_features


def _parameters_counted(input_shape, out_features):
    return (input_shape[1] + 1) * out_features


EXERCISE = Exercise(
    name="linear_macs",
    points=1,
    solution=linear_macs,
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
    mistakes=(
        Mistake(
            "one-sample",
            body=_one_sample,
            gives="when the work is counted for one sample only.",
            advice="The layer does the same work for each sample of the batch.",
        ),
        Mistake(
            "bias-counted",
            body=_bias_counted,
            gives="when adding the bias counts as a mult-add, as torchinfo does.",
            advice="A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Mistake(
            "counted-twice",
            body=_counted_twice,
            gives="when a multiplication and its addition count as two.",
            advice="One mult-add is both together.",
        ),
        Mistake(
            "bias-counted-once",
            body=_bias_counted_once,
            gives="when the bias is counted, once for the whole batch.",
            advice="A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Mistake(
            "outputs-counted",
            body=_outputs_counted,
            gives="when every output counts as one mult-add.",
            advice="One output is a sum of products. How many?",
        ),
        Mistake(
            "parameters-counted",
            body=_parameters_counted,
            gives="when the parameters are counted in place of the work.",
            advice="The parameters stay the same for any batch. The work does not.",
        ),
    ),
    hints=(
        "How many multiplications does one output of one sample take?",
        "One output takes c_i multiplications. There are c_o outputs for each of n samples.",
        "The product n · c_i is that of all numbers in input_shape.",
    ),
    explanation="Each of n · c_o outputs is a sum of c_i products, so there are n · c_i · c_o mult-adds.",
)
