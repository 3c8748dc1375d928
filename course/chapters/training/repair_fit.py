"""Fitting a line by gradient descent, with gradients that are never reset."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.on_the_way import on_the_way
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def repair_fit(x, target, lr, steps):
    """Fit a line by gradient descent, and give the loss before each step."""
    # It added up the gradients of all steps. Now they are assigned.
    weight, bias = 0.0, 0.0
    losses = []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        grad_weight = np.mean(2 * error * x)
        grad_bias = np.mean(2 * error)
        weight -= lr * grad_weight
        bias -= lr * grad_bias
    return losses


MOST_SAMPLES = 3


def _line(rng: np.random.Generator, n: int, steps: int) -> dict[str, Any]:
    x = normal(rng, n)
    return {"x": x, "target": np.round(1.5 * x - 1 + 0.3 * normal(rng, n), 6), "lr": 0.1, "steps": steps}


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    return {"x": whole(rng, 2, most=2), "target": whole(rng, 2), "lr": 0.1, "steps": 3}


_line_after = on_the_way(repair_fit, "weight", "bias")


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, target = arguments["x"], arguments["target"]
    (step,) = index
    if len(x) > MOST_SAMPLES:
        return ""
    weight, bias = _line_after(**{**arguments, "steps": step})
    slope, shift = in_a_sum(round(weight, 10) + 0.0), in_a_sum(round(bias, 10) + 0.0)
    squares = [f"({slope}·{in_a_sum(a)} + {shift} - {in_a_sum(t)})²" for a, t in zip(x, target, strict=True)]
    loss = np.mean((weight * x + bias - target) ** 2)
    return f"before step {step + 1}, ({' + '.join(squares)})/{len(x)} = {loss:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=repair_fit,
    repair=True,
    oracle=None,
    cases=(
        Case("two samples", _by_hand),
        Case("five samples", lambda rng: _line(rng, 5, 3)),
        Case("ten steps", lambda rng: _line(rng, 8, 10)),
        Case("more samples", lambda rng: _line(rng, 30, 20)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                (
                    "# It added up the gradients of all steps. Now they are assigned.\n    weight, bias =",
                    "weight, bias = 0.0, 0.0\n    grad_weight, grad_bias =",
                ),
                ("grad_weight = np", "grad_weight += np"),
                ("grad_bias = np", "grad_bias += np"),
            ),
            gives="when the function is left as it was handed out.",
            advice="Print grad_weight in every step. Does it ever become small, when the loss does?",
        ),
        Mistake(
            "bias-piles-up",
            edit=(("losses = []", "grad_bias, losses = 0.0, []"), ("grad_bias = np", "grad_bias += np")),
            gives="when the weight's gradient is assigned in every step, and the bias's gradients are still added up.",
            advice="The same was wrong with both.",
        ),
        Mistake(
            "weight-piles-up",
            edit=(("losses = []", "grad_weight, losses = 0.0, []"), ("grad_weight = np", "grad_weight += np")),
            gives="when the bias's gradient is assigned in every step, and the weight's gradients are still added up.",
            advice="The same was wrong with both.",
        ),
        Mistake(
            "mean-of-all-gradients",
            edit=(
                ("losses = []", "grad_weight, grad_bias, losses = 0.0, 0.0, []"),
                (
                    "grad_weight = np.mean(2 * error * x)",
                    "grad_weight += (np.mean(2 * error * x) - grad_weight) / len(losses)",
                ),
                ("grad_bias = np.mean(2 * error)", "grad_bias += (np.mean(2 * error) - grad_bias) / len(losses)"),
            ),
            gives="when each step uses the mean of all gradients so far.",
            advice="Old gradients belong to old parameters. Use the gradients of this step alone.",
        ),
    ),
    hints=(
        "In the first step everything is right. What does the second step use that it should not?",
        "`+=` adds to what is there. What is there at the start of the second step?",
        "Each step's gradients must start from zero, or be assigned with `=`.",
    ),
    explanation=(
        "Each step's gradients were added to the earlier ones. In PyTorch, backward() adds as well, which is "
        "why every loop there begins with optimizer.zero_grad()."
    ),
    trace=_trace,
)
