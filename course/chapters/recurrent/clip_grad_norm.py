"""`clip_grad_norm`: all gradients made smaller together, where they are too large together."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.recurrent.use import use_clip_grad_norm
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake, Trace
from course.checking.worked_out import in_a_sum


def clip_grad_norm(grads, max_norm):
    """Scale gradients down together, so that their norm is at most `max_norm`.

    grads    a list of arrays
    max_norm the largest norm that is allowed
    returns  a new list of arrays, the same shapes in the same order; and the norm before, one number

    The norm is the root of the sum of all squares, over all arrays. PyTorch divides by norm + 1e-6.

    >>> clip_grad_norm([np.array([3.0]), np.array([4.0])], max_norm=10.0)
    ([array([3.]), array([4.])], 5.0)
    """
    norm = float(np.sqrt(sum((grad**2).sum() for grad in grads)))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [grad * factor for grad in grads], norm


def _grads(rng: np.random.Generator, scale: float, max_norm: float) -> dict[str, Any]:
    return {"grads": [scale * normal(rng, 3, 4), scale * normal(rng, 4)], "max_norm": max_norm}


def _one_large(rng: np.random.Generator) -> dict[str, Any]:
    """Draw a small array next to a large one."""
    return {"grads": [0.05 * normal(rng, 2, 2), 30 * normal(rng, 5)], "max_norm": 2.0}


def _just_below(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two arrays, each far below the largest norm, whose sum of absolute values is above it."""
    drawn = _grads(rng, 1.0, 1.0)
    norm = np.sqrt(sum((grad**2).sum() for grad in drawn["grads"]))
    return drawn | {"max_norm": round(float(1.2 * norm), 3)}


def _norm(arguments: Arguments, index: tuple[int, ...]) -> str:
    numbers = [value for grad in arguments["grads"] for value in grad.flat]
    if len(numbers) > 6:
        return ""
    squares = " + ".join(f"{in_a_sum(value)}²" for value in numbers)
    return f"√({squares}) = {np.sqrt(sum(value**2 for value in numbers)):.4g}"


def _clipped(which: int) -> Trace:
    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        value, most = arguments["grads"][which][index], arguments["max_norm"]
        norm = np.sqrt(sum((grad**2).sum() for grad in arguments["grads"]))
        if norm <= most:
            return f"the norm {norm:.4g} is not above {most:g}, so it stays: = {value:.4g}"
        return f"the norm is {norm:.4g}, and {in_a_sum(value)}·{most:g}/{norm:.4g} = {value * most / norm:.4g}"

    return trace


EXERCISE = Exercise(
    points=2,
    solution=clip_grad_norm,
    oracle=None,
    returns=("first array", "second array", "norm"),
    use=use_clip_grad_norm,
    cases=(
        Case("four numbers, clipped", lambda rng: {"grads": [whole(rng, 1, 3), whole(rng, 1)], "max_norm": 2.0}),
        Case("clipped", lambda rng: _grads(rng, 3.0, 2.5)),
        Case("small enough", lambda rng: _grads(rng, 0.1, 5.0)),
        Case("one large array", _one_large),
        Case("just below the largest norm", _just_below),
        Case("all gradients 0", lambda rng: _grads(rng, 0.0, 1.0), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "always-scaled",
            edit=("min(1.0, max_norm / (norm + 1e-6))", "max_norm / (norm + 1e-6)"),
            gives="when small gradients are scaled up to the norm.",
            advice="Gradients that are small enough stay as they are.",
        ),
        Mistake(
            "each-array-alone",
            edit=(
                "    factor = min(1.0, max_norm / (norm + 1e-6))\n    return [grad * factor for grad in grads], norm",
                "    norms = [float(np.sqrt((grad**2).sum())) for grad in grads]\n"
                "    factors = [min(1.0, max_norm / (each + 1e-6)) for each in norms]\n"
                "    return [grad * factor for grad, factor in zip(grads, factors)], norm",
            ),
            gives="when each array is scaled by its own norm: the direction of the step changes.",
            advice="One factor for all arrays keeps the direction. Which norm is it made from?",
        ),
        Mistake(
            "values-clipped",
            edit=("grad * factor for", "np.clip(grad, -max_norm, max_norm) for"),
            gives="when each number is clipped separately, as clip_grad_value_ does.",
            advice="All numbers are multiplied by the same factor.",
        ),
        Mistake(
            "no-root",
            edit=(
                "float(np.sqrt(sum((grad**2).sum() for grad in grads)))",
                "float(sum((grad**2).sum() for grad in grads))",
            ),
            gives="when the norm is the sum of the squares, without the root.",
            advice="For the numbers 3 and 4, the norm is 5.",
        ),
        Mistake(
            "sum-of-norms",
            edit=(
                "float(np.sqrt(sum((grad**2).sum() for grad in grads)))",
                "float(sum(np.sqrt((grad**2).sum()) for grad in grads))",
            ),
            gives="when the norms of the arrays are added up.",
            advice="For the arrays [3] and [4], the norm is 5. Where does the root belong?",
        ),
        Mistake(
            "largest-norm",
            edit=(
                "float(np.sqrt(sum((grad**2).sum() for grad in grads)))",
                "float(np.sqrt(max((grad**2).sum() for grad in grads)))",
            ),
            gives="when the largest norm of one array is taken for the norm of all.",
            advice="For the arrays [3] and [4], the norm is 5: every array contributes to it.",
        ),
        Mistake(
            "absolute-values",
            edit=(
                "float(np.sqrt(sum((grad**2).sum() for grad in grads)))",
                "float(sum(np.abs(grad).sum() for grad in grads))",
            ),
            gives="when the norm is the sum of the absolute values.",
            advice="For the numbers 3 and 4, the norm is 5.",
        ),
        Mistake(
            "largest-number",
            edit=(
                "float(np.sqrt(sum((grad**2).sum() for grad in grads)))",
                "float(max(np.abs(grad).max() for grad in grads))",
            ),
            gives="when the norm is the largest absolute value.",
            advice="For the numbers 3 and 4, the norm is 5.",
        ),
        Mistake(
            "scaled-by-max-norm",
            edit=("min(1.0, max_norm / (norm + 1e-6))", "max_norm"),
            gives="when the gradients are multiplied by max_norm itself.",
            advice="After scaling, the norm should be max_norm. By what must it be divided?",
        ),
        Mistake(
            "max-norm-left-out",
            edit=("min(1.0, max_norm / (norm + 1e-6))", "1.0 / (norm + 1e-6) if norm > max_norm else 1.0"),
            gives="when gradients that are too large get the norm 1, whatever max_norm is.",
            advice="After scaling, the norm should be max_norm. Where is it in your factor?",
        ),
        Mistake(
            "norm-left-out",
            edit=("for grad in grads], norm", "for grad in grads]"),
            gives="when only the list of arrays is returned, without the norm.",
            advice="Two results are expected: the list, and the norm from before.",
        ),
        Mistake(
            "norm-after",
            edit=("for grad in grads], norm", "for grad in grads], norm * factor"),
            gives="when the norm after clipping is returned.",
            advice="The caller wants to see how large the gradients were.",
        ),
    ),
    hints=(
        "One norm for all arrays: add the squares of all numbers of all arrays, then take the root.",
        "The factor is max_norm / (norm + 1e-6), but never more than 1.",
        "Multiply every array by the same factor, in a new list. Return the list and the norm from before.",
    ),
    explanation=(
        "One factor for all gradients changes the length of the step and not its direction. Where the norm is small "
        "enough, the factor is 1. The 1e-6 avoids a division by zero."
    ),
    trace={"first array": _clipped(0), "second array": _clipped(1), "norm": _norm},
)
