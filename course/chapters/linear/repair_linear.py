"""`repair_linear`: ..."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake


def repair_linear(input, weight, bias):
    # It ended with bias.reshape(-1, 1), a column: bias[0] went to the first sample in place of the first output.
    output = np.zeros((len(input), len(weight)))
    for row in range(len(input)):
        output[row] = weight @ input[row]
    return output + bias


def _layer(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i), "bias": normal(rng, c_o)}


EXERCISE = Exercise(
    name="repair_linear",
    points=2,
    solution=repair_linear,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.linear"),
    cases=(
        Case("as many samples as outputs", lambda rng: _layer(rng, 3, 2, 3)),
        Case("one sample", lambda rng: _layer(rng, 1, 2, 3)),
        Case("fewer samples than outputs", lambda rng: _layer(rng, 2, 3, 4)),
        Case("more samples than outputs", lambda rng: _layer(rng, 5, 3, 4)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=("+ bias", "+ bias.reshape(-1, 1)"),
            gives="when the function is left as it was handed out.",
            advice="Which axis of the output does `bias` belong to, and along which is it added here?",
        ),
        Mistake(
            "bias-left-out",
            edit=("+ bias", ""),
            gives="when the bias is no longer added at all.",
            advice="The bias was added in the wrong direction. Add it in the right one.",
        ),
        Mistake(
            # UNVERIFIED
            "bias-summed",
            edit=("+ bias", "+ bias.sum()"),
            gives="when every output gets the sum of all biases.",
            advice="Output i has a bias of its own, bias[i].",
        ),
        Mistake(
            "bias-per-sample",
            edit=(("\n    return output + bias"), ("+ bias[row]\n    return output")),
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
        "`reshape(-1, 1)` stands the bias up as a column, so that it runs along the samples. Without it, NumPy "
        "adds bias[i] to output i of every sample."
    ),
)
