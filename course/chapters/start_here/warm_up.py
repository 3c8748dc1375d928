"""Doubling and adding one, to see how a check reads."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def warm_up(x):
    """Compute 2x + 1 for every value of x.

    x        an array of any shape
    returns  an array of the same shape

    >>> warm_up(np.array([1.0, 2.0, 5.0]))
    array([ 3.,  5., 11.])
    """
    return 2 * x + 1


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    value = arguments["x"][index]
    return f"2·{in_a_sum(value)} + 1 = {2 * value + 1:.4g}"


def _large_and_small(rng: np.random.Generator) -> np.ndarray:
    return np.round(rng.uniform(1, 9, size=6) * rng.permutation([-1, -1, -1, 1, 1, 1]) * 10.0 ** np.arange(-3, 3), 6)


EXERCISE = Exercise(
    points=1,
    solution=warm_up,
    oracle=TorchFunction("torch.add", arrange=lambda x: ((np.ones_like(x), x), {"alpha": 2})),
    cases=(
        Case("a vector", lambda rng: {"x": whole(rng, 4)}),
        Case("a matrix", lambda rng: {"x": normal(rng, 3, 5)}),
        Case("large and small values", lambda rng: {"x": _large_and_small(rng)}),
    ),
    mistakes=(
        Mistake(
            "forgets-the-one",
            edit=("2 * x + 1", "2 * x"),
            gives="when the 1 is left out: 2x instead of 2x + 1.",
            advice="The formula has two steps. Which of them is missing?",
        ),
        Mistake(
            "adds-first",
            edit=("2 * x + 1", "2 * (x + 1)"),
            gives="when the 1 is added before doubling: 2(x + 1).",
            advice="Multiplication comes before addition. Where are your parentheses?",
        ),
        Mistake(
            "squares",
            edit=("2 * x", "x**2"),
            gives="when x is squared: x² + 1 instead of 2x + 1.",
            advice="`**` is a power. Which operator doubles?",
        ),
        Mistake(
            "power-of-two",
            edit=("2 * x", "2**x"),
            gives="when 2 is raised to the power of x.",
            advice="Two stars are a power in Python. Which sign multiplies?",
        ),
    ),
    hints=(
        "A NumPy array takes part in arithmetic as a whole: no loop is needed.",
        "Doubling every value of x is written like doubling a number.",
        "Write the formula as it is, 2x + 1, with a `*` between the 2 and the x, and return it.",
    ),
    explanation="NumPy applies `*` and `+` to every element, so the formula is the code.",
    trace=_trace,
)
