"""A linear layer to repair: its bias runs along the samples."""

from __future__ import annotations

import numpy as np

from course.chapters.linear.draws import draw_layer, draw_whole_layer
from course.chapters.linear.worked_out import output_trace
from course.checking.oracles import TorchFunction
from course.checking.spec import Case, Exercise, Mistake


def repair_linear(input, weight, bias):
    """Give output (n, c_o) for input (n, c_i), weight (c_o, c_i) and bias (c_o,)."""
    output = np.zeros((len(input), len(weight)))
    for row in range(len(input)):
        output[row] = weight @ input[row]
    # It ended with bias.reshape(-1, 1), a column: bias[0] went to the first sample instead of the first output.
    return output + bias


# the comment is a part of it, so that what is handed out does not explain the repair
MOVED_BIAS = """\
# It ended with bias.reshape(-1, 1), a column: bias[0] went to the first sample instead of the first output.
    return output + bias"""


EXERCISE = Exercise(
    points=2,
    solution=repair_linear,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.linear"),
    cases=(
        Case("as many samples as outputs", lambda rng: draw_whole_layer(rng, 3, 2, 3)),
        Case("fewer samples than outputs", lambda rng: draw_layer(rng, 2, 3, 4)),
        Case("more samples than outputs", lambda rng: draw_layer(rng, 5, 3, 4)),
        Case("one sample", lambda rng: draw_layer(rng, 1, 2, 3)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(MOVED_BIAS, "return output + bias.reshape(-1, 1)"),
            gives="when the function is left as it was handed out.",
            advice="Which axis of the output does `bias` belong to, and along which is it added here?",
        ),
        Mistake(
            "bias-left-out",
            edit=("output + bias", "output"),
            gives="when the bias is no longer added at all.",
            advice="The bias was added in the wrong direction. Add it in the right one.",
        ),
        Mistake(
            "bias-summed",
            edit=("output + bias", "output + bias.sum()"),
            gives="when every output gets the sum of all biases.",
            advice="Output i has its own bias, bias[i].",
        ),
        Mistake(
            "bias-per-sample",
            edit=(("weight @ input[row]", "weight @ input[row] + bias[row]"), ("output + bias", "output")),
            gives="when sample i gets bias[i]: it is still added along the wrong axis.",
            advice="Every sample gets all the biases, one for each of its outputs.",
        ),
    ),
    hints=(
        "Write down the shapes of the two arrays that are added in the last line, for two samples and three outputs.",
        "The output is (n, c_o). NumPy lines up shapes from the right: an array of shape (c_o,) meets the last axis.",
        "`bias` has the right shape as it is. What does `reshape(-1, 1)` make of it?",
    ),
    explanation=(
        "`reshape(-1, 1)` makes the bias a column, so that it runs along the samples. Without it, NumPy "
        "adds bias[i] to output i of every sample."
    ),
    trace=output_trace,
)
