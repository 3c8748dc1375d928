"""A report of each kind, for tests of how reports look."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

import course
from course.checking.findings import TooSlow
from course.checking.refused import Refused
from course.checking.report import Report
from course.checking.result import Asked
from course.checking.runner import refuse


def right(input, weight, bias=None):
    return input @ weight.T + (0 if bias is None else bias)


def not_attempted(input, weight, bias=None):
    raise NotImplementedError


def not_transposed(input, weight, bias=None):
    output = input @ weight
    return output if bias is None else output + bias


def adds_the_weight(input, weight, bias=None):
    return input @ weight.T + weight


def last_row_off(input, weight, bias=None):
    output = input @ weight.T + (0 if bias is None else bias)
    output[-1, ::2] += 0.37
    return output


def skips_the_first_output(input, weight, bias=None):
    output = np.zeros((len(input), len(weight)))
    for i in range(len(input)):
        for j in range(1, len(weight)):
            output[i, j] = (input[i] * weight[j]).sum()
    return output if bias is None else output + bias


def drops_axes(input):
    return input.mean(axis=(2, 3))


def turns_large_results(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    output = course.functional.conv2d(input, weight, bias)
    return output[..., ::-1].copy() if output.size > 36 else output


def writes_into_its_input(input):
    output = input
    output[output < 0] = 0
    return output


def changes_its_input(x):
    x *= 2
    x += 1
    return x


def averages_and_transposes(grad_output, input, weight):
    first, second, third = course.exercises["linear_backward"].solution(grad_output, input, weight)
    return first, second.T / len(input), third / len(input)


@cache
def reports() -> dict[str, Report]:
    """Check one answer of each kind."""
    assess, linear = course.assess, Asked.by(course.exercises["linear"])
    axes = {**course.exercises["normalization_axes"].solution, "layer": (2, 3)}  # type: ignore[dict-item]
    return {
        "right": assess(right, "linear"),
        "right, with a remark": assess(lambda x: (2 * x + 1).tolist(), "warm_up"),
        "right, refused in class": replace(assess(right, "linear"), refused=(Refused("torch", 2, "torch"),)),
        "not attempted": assess(not_attempted, "linear"),
        "shapes clash in a product": assess(not_transposed, "linear"),
        "shapes clash in a sum": assess(adds_the_weight, "linear"),
        "wrong shape": assess(drops_axes, "global_avg_pool2d"),
        "wrong values": assess(last_row_off, "linear"),
        "large leading case": assess(turns_large_results, "conv2d"),
        "two mistakes": assess(averages_and_transposes, "linear_backward"),
        "located line": assess(skips_the_first_output, "linear"),
        "trap": assess(writes_into_its_input, "relu"),
        "changed arguments": assess(changes_its_input, "warm_up"),
        "too slow": refuse(linear, TooSlow(5.01)),
        "stopped early": refuse(linear, TooSlow(1.26)),
        "count": assess(
            lambda in_features, out_features, bias=True: in_features * out_features, "linear_num_parameters"
        ),
        "value": assess(axes, "normalization_axes"),
        "NaN": assess(lambda input, weight, bias=None: right(input, weight, bias) * np.nan, "linear"),
        "signature": assess(lambda x: x, "linear"),
        "no such exercise": assess(right, "liner"),
        "not a function": assess(7, "linear"),
    }


KINDS = (
    "right",
    "right, with a remark",
    "right, refused in class",
    "not attempted",
    "shapes clash in a product",
    "shapes clash in a sum",
    "wrong shape",
    "wrong values",
    "large leading case",
    "two mistakes",
    "located line",
    "trap",
    "changed arguments",
    "too slow",
    "stopped early",
    "count",
    "value",
    "NaN",
    "signature",
    "no such exercise",
    "not a function",
)
"""The names of the kinds, known before anything is checked."""
