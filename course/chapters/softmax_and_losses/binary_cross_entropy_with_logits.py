"""The binary cross-entropy of scores."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.worked_out import power
from course.chapters.softmax_and_losses.draws import FAR, eighths
from course.chapters.softmax_and_losses.worked_out import near_zero, on_a_line
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def binary_cross_entropy_with_logits(input, target):
    """Give the mean binary cross-entropy of scores.

    input   scores, any shape
    target  1 for yes, 0 for no, or a probability in between; the same shape
    returns one number

    >>> scores, answers = np.array([0.0, 1000.0]), np.array([1.0, 0.0])
    >>> round(float(binary_cross_entropy_with_logits(scores, answers)), 4)
    500.3466
    """
    softplus = np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))
    return (softplus - input * target).mean()  # softplus(-x) is softplus(x) - x


def _answers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw zeros and ones, at least one of each."""
    count = int(np.prod(shape))
    drawn = rng.integers(2, size=count)
    drawn[:2] = 0, 1
    return rng.permutation(drawn).reshape(shape).astype(float)


def _labels(rng: np.random.Generator, *shape: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, *shape), "target": _answers(rng, *shape)}


def _far(rng: np.random.Generator, centre: float) -> dict[str, np.ndarray]:
    return {"input": centre + eighths(rng, 2, 3), "target": _answers(rng, 2, 3)}


def _sure_and_wrong(rng: np.random.Generator) -> dict[str, np.ndarray]:
    yes = _answers(rng, 3, 2)
    return {"input": (1 - 2 * yes) * (50 + np.abs(eighths(rng, 3, 2))), "target": yes}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    scores, target = arguments["input"], arguments["target"]
    if not near_zero(scores) or not np.isin(target, (0, 1)).all():
        return ""
    signed = np.where(target == 1, -scores, scores)
    losses = " + ".join(f"log(1 + {power(score)})" for score in signed.flat)
    return on_a_line(f"({losses})/{scores.size}", np.log1p(np.exp(signed)).mean())


EXERCISE = Exercise(
    points=4,
    solution=binary_cross_entropy_with_logits,
    reference=functional.binary_cross_entropy_with_logits,
    oracle=TorchFunction("torch.nn.functional.binary_cross_entropy_with_logits"),
    cases=(
        Case(
            "two questions a sample",
            lambda rng: {"input": whole(rng, 2, 2), "target": _answers(rng, 2, 2)},
        ),
        Case("four questions", lambda rng: _labels(rng, 4)),
        Case("several labels a sample", lambda rng: _labels(rng, 3, 2)),
        Case(
            "soft targets",
            lambda rng: {"input": normal(rng, 2, 3), "target": rng.integers(1, 10, size=(2, 3)) / 10},
            note="targets between 0 and 1",
        ),
        Case(
            "scores between 0 and 1",
            lambda rng: {"input": rng.uniform(0.05, 0.95, size=(2, 3)), "target": _answers(rng, 2, 3)},
            note="scores that could be probabilities",
        ),
        Case(
            "sure and wrong",
            _sure_and_wrong,
            note="scores beyond 50 and -50, each for the wrong answer",
            weight=2.0,
        ),
        Case("scores near 1000", lambda rng: _far(rng, FAR), note="all scores near 1000"),
        Case("scores near -1000", lambda rng: _far(rng, -FAR), note="all scores near -1000"),
    ),
    mistakes=(
        Mistake(
            "rounded-probability",
            edit=(
                ("softplus = np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))", "p = 1 / (1 + np.exp(-input))"),
                ("(softplus - input * target)", "-(target * np.log(p) + (1 - target) * np.log(1 - p))"),
            ),
            gives="when a sigmoid is computed first: for a score of 50 it is rounded to 1, and log(1 - 1) is -inf.",
            advice="Put the sigmoid's formula into the logarithm and simplify, before any number is computed.",
        ),
        Mistake(
            "epsilon",
            edit=(
                ("softplus = np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))", "p = 1 / (1 + np.exp(-input))"),
                ("(softplus - input * target)", "-(target * np.log(p + 1e-12) + (1 - target) * np.log(1 - p + 1e-12))"),
            ),
            gives="when 1e-12 is added before the logarithm: no loss is above 27.6.",
            advice="That hides the infinity, and gives a wrong number. Simplify the formula instead of patching it.",
        ),
        Mistake(
            "clipped",
            edit=(
                (
                    "softplus = np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))",
                    "p = np.clip(1 / (1 + np.exp(-input)), 1e-7, 1 - 1e-7)",
                ),
                ("(softplus - input * target)", "-(target * np.log(p) + (1 - target) * np.log(1 - p))"),
            ),
            gives="when the probabilities are clipped at 1e-7: no loss is above 16.1.",
            advice=(
                "Clipping hides the infinity, and gives a wrong number. Simplify the formula instead of patching it."
            ),
        ),
        Mistake(
            "overflow-above",
            edit=("np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))", "np.log(1 + np.exp(input))"),
            gives="when log(1 + exp(x)) is computed as written: for x near 1000, exp is infinite.",
            advice="log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)). In which of the two forms is exp never large?",
        ),
        Mistake(
            "overflow-below",
            edit=("np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))", "input + np.log(1 + np.exp(-input))"),
            gives="when log(1 + exp(-x)) is computed as written: for x near -1000, exp is infinite.",
            advice="log(1 + exp(t)) = max(t, 0) + log(1 + exp(-|t|)), here with t = -x. Which form never overflows?",
        ),
        Mistake(
            "probabilities-for-scores",
            edit=(
                ("softplus = np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))", "p = input"),
                ("(softplus - input * target)", "-(target * np.log(p) + (1 - target) * np.log(1 - p))"),
            ),
            gives="when the scores are treated as probabilities: the sigmoid is missing.",
            advice="`with_logits` says that input holds scores of any size. What turns a score into a probability?",
        ),
        Mistake(
            "sigmoid-twice",
            edit=("softplus =", "input = 1 / (1 + np.exp(-input))\n    softplus ="),
            gives="when the sigmoid is applied twice.",
            advice="The formula for scores has the sigmoid in it already. Give it the scores, not their sigmoid.",
        ),
        Mistake(
            "sign",
            edit=("softplus - input * target", "input * target - softplus"),
            gives="when the sign is reversed: the better the answer, the larger this number.",
            advice="Logarithms of probabilities are negative, a loss is not.",
        ),
        Mistake(
            "sum",
            edit=(".mean()", ".sum()"),
            gives="when the losses are summed and not averaged.",
            advice="Average over all elements.",
        ),
        Mistake(
            "sum-by-samples",
            edit=(".mean()", ".sum() / len(input)"),
            gives="when the sum is divided by the number of samples only.",
            advice="The mean runs over all elements: every label of every sample counts as one.",
        ),
        Mistake(
            "yes-only",
            edit=("softplus - input * target", "target * (softplus - input)"),
            gives="when only the questions whose answer is yes count.",
            advice="A target of 0 has a loss as well: -log(1 - p).",
        ),
        Mistake(
            "targets-exchanged",
            edit=("input * target", "input * (1 - target)"),
            gives="when yes and no are swapped.",
            advice="A high score is right for target 1. Which of your two terms belongs to target 1?",
        ),
    ),
    hints=(
        "Write s(t) for log(1 + exp(t)). Then -log(sigmoid(x)) = s(-x), and -log(1 - sigmoid(x)) = s(x). One "
        "loss is y s(-x) + (1 - y) s(x).",
        "s(t) overflows for large t if it is computed as written. Use max(t, 0) + log(1 + exp(-|t|)): "
        "np.maximum, np.abs and np.log1p work element by element.",
        "s(-x) = s(x) - x, so one loss is s(x) - x y. Compute it for all elements, then average.",
    ),
    explanation=(
        "y s(-x) + (1 - y) s(x) is s(x) - x y, because s(-x) = s(x) - x. In the form used here the exponential "
        "is never above 1. `np.log1p(t)` is log(1 + t) without losing the digits of a tiny t. `np.logaddexp(0, "
        "x)` is s(x), too."
    ),
    trace=_trace,
)
