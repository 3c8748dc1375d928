"""Mish whose gate must not overwrite the input, to be repaired."""

from __future__ import annotations

import numpy as np

from course.chapters.activations.draws import far_out, spread, whole_from
from course.chapters.activations.worked_out import power
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def repair_mish(input):
    """Mish, number by number: x times tanh(ln(1 + e^x))."""
    # It began with gate = input: one array with two names.
    # So the loop overwrote the input while it filled the gate.
    gate = input.copy()
    for place in np.ndindex(gate.shape):
        gate[place] = np.tanh(np.logaddexp(0, gate[place]))
    return gate * input


def _mish_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    gate = float(np.tanh(np.logaddexp(0, x)))
    return f"{in_a_sum(x)}·tanh(ln(1 + {power(x)})) = {in_a_sum(x)}·{gate:.4g} = {x * gate + 0.0:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=repair_mish,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.mish"),
    cases=(
        Case("a vector", lambda rng: {"input": whole_from(rng, range(-3, 0), range(1, 4), each=2)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4)}),
        Case("a batch", lambda rng: {"input": spread(rng, 2, 3, 4)}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                "    # It began with gate = input: one array with two names.\n"
                "    # So the loop overwrote the input while it filled the gate.\n"
                "    gate = input.copy()",
                "    gate = input",
            ),
            gives="when the function is left as it was handed out.",
            advice="Print `input` before the loop and after it. How many arrays are there?",
        ),
        Mistake(
            "copied-but-shared",
            edit=("gate = input.copy()", "input = input.copy()\n    gate = input"),
            gives="when the caller's array is safe, but the gate is multiplied by itself.",
            advice="The product needs the gate and x. Which of your arrays still holds x at the end?",
        ),
        Mistake(
            "gate-reads-its-zeros",
            edit=("input.copy()", "np.zeros_like(input)"),
            gives="when the gate starts from zeros, and is computed from them.",
            advice="There are two arrays now. Which of them should the loop read?",
        ),
        Mistake(
            "gate-alone",
            edit=("gate * input", "gate"),
            gives="when the gate is returned without the input.",
            advice="The gate is right. What does it multiply?",
        ),
        Mistake(
            "tanh-lost",
            edit=("np.tanh(np.logaddexp(0, gate[place]))", "np.logaddexp(0, gate[place])"),
            gives="when the tanh was lost in the repair: the gate grows without bound.",
            advice="The formula in the docstring was right. Compare it with yours.",
        ),
    ),
    hints=(
        "The formula is right. Call the function twice with the same array: why does the second call differ?",
        "`gate = input` makes a second name, not a second array. What is written into gate is written into input.",
        "Give gate its own array: arrays have a method that makes a copy.",
    ),
    explanation=(
        "An assignment copies nothing in Python: `gate = input` gave the array a second name. With "
        "`input.copy()` there are two arrays, and the caller's stays as it was."
    ),
    trace=_mish_trace,
)
