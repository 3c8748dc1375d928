"""How the numbers of one layer are worked out in a report: its output, and its gradients."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from course.chapters.activations.relu_backward import gradient_worked_out as through_relu
from course.chapters.conv1d.worked_out import BACKWARD as THROUGH_CONV2D
from course.chapters.conv1d.worked_out import output_worked_out
from course.chapters.linear.worked_out import BACKWARD as THROUGH_LINEAR
from course.chapters.linear.worked_out import output_trace
from course.chapters.pooling.max_pool2d_backward import gradient_worked_out as through_max_pool2d
from course.chapters.pooling.worked_out import maximum_worked_out
from course.checking.spec import Arguments, Trace


def layer_traces(output: Trace, gradients: Mapping[str, Trace]) -> dict[str, Trace]:
    """Give what works out the results of `use_layer`'s cases.

    Parameters
    ----------
    output
        Works out the output.
    gradients
        What works out ``"grad_input"``, ``"grad_weight"`` and ``"grad_bias"``, as far as there are such.

    Examples
    --------
    >>> traces = layer_traces(lambda arguments, index: "1 = 1", {})
    >>> [traces[""]({"wanted": wanted}, (0,)) for wanted in ("output", "grad_input")]
    ['1 = 1', '']
    """

    def one_result(arguments: Arguments, index: tuple[int, ...]) -> str:
        trace = output if arguments["wanted"] == "output" else gradients.get(arguments["wanted"])
        with_these = "step" not in arguments  # else the numbers that count are others
        return trace(arguments, index) if trace and with_these else ""

    return {"": one_result, **{name: trace for name, trace in gradients.items() if name != "grad_input"}}


def _relu_output(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    return f"max({x:.4g}, 0) = {max(x, 0):.4g}"


def _flat_output(arguments: Arguments, index: tuple[int, ...]) -> str:
    input = arguments["input"]
    place = np.unravel_index(index[1], input.shape[1:])
    return f"input{[index[0], *map(int, place)]} = {input[index[0], *place]:.4g}"


def _flat_gradient(arguments: Arguments, index: tuple[int, ...]) -> str:
    sample, *place = index
    at = int(np.ravel_multi_index(place, arguments["input"].shape[1:]))
    return f"grad_output{[sample, at]} = {arguments['grad_output'][sample, at]:.4g}"


OF_FLATTEN = layer_traces(_flat_output, {"grad_input": _flat_gradient})
OF_LINEAR = layer_traces(output_trace, THROUGH_LINEAR)
OF_CONV2D = layer_traces(output_worked_out, THROUGH_CONV2D)
OF_MAX_POOL2D = layer_traces(maximum_worked_out, {"grad_input": through_max_pool2d})
OF_RELU = layer_traces(_relu_output, {"grad_input": through_relu})
