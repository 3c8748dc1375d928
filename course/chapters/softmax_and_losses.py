"""Chapter 04: softmax, its logarithm, the squared error; with the other losses and the gradients, its exercises."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.mistakes import softmax_and_losses as wrong
from course.chapters.softmax_and_losses_backward import BACKWARDS
from course.chapters.softmax_and_losses_entropy import CHAPTER, ENTROPIES
from course.chapters.softmax_and_losses_scores import FAR, eighths, far_apart, spread
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception


def softmax(input, dim):
    """Turn scores into probabilities along one axis: the lesson's version."""
    exponentials = np.exp(input - input.max(axis=dim, keepdims=True))
    return exponentials / exponentials.sum(axis=dim, keepdims=True)


def log_softmax(input, dim):
    """Give the logarithm of softmax without forming softmax: the lesson's version."""
    shifted = input - input.max(axis=dim, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))


def mse_loss(input, target):
    """Average the squared errors: the lesson's version."""
    return ((input - target) ** 2).mean()


def _one_forbidden(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    scores = normal(rng, rows, columns)
    scores[np.arange(rows), rng.integers(columns, size=rows)] = -np.inf
    return scores


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    scores, dim = arguments["input"], arguments["dim"]
    along = np.moveaxis(scores, dim, -1)
    place = list(index)
    own = place.pop(dim)
    row = along[tuple(place)]
    if len(row) > 4 or not np.abs(row).max() < 100:
        return ""
    terms = [f"exp({score:.4g})" for score in row]
    share = np.exp(row[own]) / np.exp(row).sum()
    return f"{terms[own]} / ({' + '.join(terms)}) = {share:.4g}"


SOFTMAX = Exercise(
    name="softmax",
    chapter=CHAPTER,
    points=3,
    reference=functional.softmax,
    solution=softmax,
    oracle=TorchFunction("torch.nn.functional.softmax"),
    cases=(
        Case("samples in rows", lambda rng: {"input": normal(rng, 2, 3), "dim": 1}),
        Case("samples in columns", lambda rng: {"input": normal(rng, 3, 4), "dim": 0}),
        Case("as many samples as classes", lambda rng: {"input": normal(rng, 4, 4), "dim": 1}),
        Case("the last of three axes", lambda rng: {"input": normal(rng, 2, 3, 4), "dim": -1}),
        Case("the classes of each pixel", lambda rng: {"input": normal(rng, 2, 3, 4, 5), "dim": 1}),
        Case(
            "scores near 1000",
            lambda rng: {"input": FAR + eighths(rng, 2, 4), "dim": 1},
            note="all scores near 1000",
            weight=2.0,
        ),
        Case(
            "rows far apart",
            lambda rng: {"input": far_apart(rng, 4), "dim": 1},
            note="one row near 1000, one near 0, one near -1000",
            weight=2.0,
        ),
        Case(
            "an impossible class",
            lambda rng: {"input": _one_forbidden(rng, 3, 4), "dim": 1},
            note="one score of each row is -inf",
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "softmax.no-maximum",
            wrong.softmax_no_maximum,
            "without subtracting the row's maximum: exp(1000) is infinite, exp(-1000) is 0.",
            "Softmax does not change when a constant is subtracted from a row. Which constant keeps exp small?",
        ),
        Misconception(
            "softmax.global-maximum",
            wrong.softmax_global_maximum,
            "when one maximum serves the whole array: a row far below it becomes 0/0.",
            "Each row needs a maximum of its own. `max` takes an axis, and keepdims.",
        ),
        Misconception(
            "softmax.zeros-for-nan",
            wrong.softmax_zeros_for_nan,
            "when a row far below the largest score of the array comes out as zeros: its 0/0 was only hidden.",
            "Add up that row: it must give 1. Why are all its exponentials 0?",
        ),
        Misconception(
            "softmax.dim-ignored",
            wrong.softmax_dim_ignored,
            "when the last axis is used, whatever `dim` says.",
            "`dim` is the axis whose values add up to 1. Where does your code use it?",
        ),
        Misconception(
            "softmax.first-axis",
            wrong.softmax_first_axis,
            "when the first axis is used, whatever `dim` says.",
            "`dim` is the axis whose values add up to 1. Where does your code use it?",
        ),
        Misconception(
            "softmax.whole-array",
            wrong.softmax_whole_array,
            "when the whole array is normalised: all its values together add up to 1.",
            "Each row shall add up to 1 by itself. Over which axis must the sum run?",
        ),
        Misconception(
            "softmax.plain-whole-array",
            wrong.softmax_plain_whole_array,
            "when each exponential is divided by the sum of all: every value of the array together adds up to 1.",
            "Each row shall add up to 1 by itself. Over which axis must the sum run? After that, try scores near 1000.",
        ),
        Misconception(
            "softmax.plain-no-keepdims",
            wrong.softmax_plain_no_keepdims,
            "when sum drops the axis it summed, so that sums and rows do not line up; and no maximum is subtracted.",
            "keepdims=True keeps the axis, with size 1. After that, try scores near 1000.",
        ),
        Misconception(
            "softmax.no-keepdims",
            wrong.softmax_no_keepdims,
            "when the sums are divided along the wrong axis: sum has dropped the axis it summed.",
            "Compare the shape of the sums with that of the exponentials. keepdims=True keeps the axis, with size 1.",
        ),
        Misconception(
            "softmax.shifted-above-only",
            wrong.softmax_shifted_above_only,
            "when the maximum is subtracted above the fraction bar, and not below.",
            "The constant cancels only if it is subtracted in the numerator and in the sum.",
        ),
        Misconception(
            "softmax.no-exponential",
            wrong.softmax_no_exponential,
            "when the scores themselves are divided by their sum.",
            "Scores may be negative, probabilities may not. What does the formula apply to each score first?",
        ),
        Misconception(
            "softmax.not-normalised",
            wrong.softmax_largest_for_sum,
            "when the exponentials are not divided by their sum: the largest of each row is 1.",
            "Add up one row of your result. What would make the sum 1?",
        ),
        Misconception(
            "softmax.changes-input",
            wrong.softmax_changes_input,
            "when the scores are overwritten on the way.",
            "Make a new array in place of `-=`, `/=` or `out=`.",
        ),
    ),
    hints=(
        "Take the exponential of every score. Then divide each by the sum of its row: `sum` needs an axis, and "
        "keepdims=True, so that the sums line up with their rows.",
        "exp(1000) is infinite. Subtracting the same number from all scores of a row changes nothing: above and below "
        "the fraction bar it is the same factor.",
        "Subtract each row's own largest score, input.max(axis=dim, keepdims=True), before the exponential. Then the "
        "largest exponential is exp(0) = 1, and the sum is at least 1.",
    ),
    explanation=(
        "Subtracting the maximum along `dim` makes every exponent 0 or less, so nothing overflows. One exponential is "
        "exactly 1, so the sum is never 0. keepdims=True keeps the reduced axis with size 1, and NumPy repeats it."
    ),
    trace=_trace,
)


LOG_SOFTMAX = Exercise(
    name="log_softmax",
    chapter=CHAPTER,
    points=2,
    reference=functional.log_softmax,
    solution=log_softmax,
    oracle=TorchFunction("torch.nn.functional.log_softmax"),
    cases=(
        Case("samples in rows", lambda rng: {"input": normal(rng, 2, 3), "dim": 1}),
        Case("samples in columns", lambda rng: {"input": normal(rng, 4, 4), "dim": 0}),
        Case("the second of three axes", lambda rng: {"input": normal(rng, 2, 3, 4), "dim": 1}),
        Case("the last of three axes", lambda rng: {"input": normal(rng, 3, 2, 4), "dim": -1}),
        Case(
            "scores near 1000",
            lambda rng: {"input": FAR + eighths(rng, 2, 4), "dim": 1},
            note="all scores near 1000",
            weight=2.0,
        ),
        Case(
            "columns far apart",
            lambda rng: {"input": far_apart(rng, 4).T, "dim": 0},
            note="one column near 1000, one near 0, one near -1000",
            weight=2.0,
        ),
        Case(
            "tiny probabilities",
            lambda rng: {"input": spread(rng, 3), "dim": 1},
            note="the scores of a row lie hundreds apart",
            weight=2.0,
        ),
    ),
    misconceptions=(
        Misconception(
            "log_softmax.of-softmax",
            wrong.log_softmax_of_softmax,
            "when the logarithm is taken of a probability that was rounded to 0.",
            "A probability of exp(-800) can't be stored, its logarithm can. Write log(a / b) as a difference first.",
        ),
        Misconception(
            "log_softmax.of-plain-softmax",
            wrong.log_softmax_of_plain_softmax,
            "when softmax is computed without subtracting the maximum, and its logarithm is taken afterwards.",
            "Write log(a / b) as a difference first. Then see to the sum: a constant may be subtracted from a row.",
        ),
        Misconception(
            "log_softmax.epsilon",
            wrong.log_softmax_epsilon,
            "when 1e-12 is added before the logarithm: nothing gets below log(1e-12) = -27.6.",
            "That hides the -inf, and gives a wrong number. Can you do without forming the probability?",
        ),
        Misconception(
            "log_softmax.no-maximum",
            wrong.log_softmax_no_maximum,
            "without subtracting the maximum: the sum of the exponentials is infinite, or 0.",
            "log_softmax, too, stays the same when a constant is subtracted from a row.",
        ),
        Misconception(
            "log_softmax.maximum-lost",
            wrong.log_softmax_maximum_lost,
            "when the maximum is subtracted inside the sum only, and never accounted for.",
            "Subtract it from both: from the scores inside the sum, and from the score in front.",
        ),
        Misconception(
            "log_softmax.global-maximum",
            wrong.log_softmax_global_maximum,
            "when one maximum serves the whole array: the sum of a row far below it is 0.",
            "Each row needs a maximum of its own, along `dim`.",
        ),
        Misconception(
            "log_softmax.dim-ignored",
            wrong.log_softmax_dim_ignored,
            "when the last axis is used, whatever `dim` says.",
            "Where does your code use `dim`? Both the maximum and the sum run along it.",
        ),
        Misconception(
            "log_softmax.whole-array",
            wrong.log_softmax_whole_array,
            "when the sum runs over the whole array.",
            "Each row has a sum of its own. Over which axis must it run?",
        ),
        Misconception(
            "log_softmax.no-logarithm",
            wrong.log_softmax_no_logarithm,
            "when softmax itself is returned.",
            "The logarithm of a probability is 0 or negative. Yours are all positive.",
        ),
        Misconception(
            "log_softmax.sign",
            wrong.log_softmax_sign,
            "when the sign is reversed: this is -log of the probability.",
            "The minus sign belongs to the loss. The logarithm of a probability is 0 or negative.",
        ),
        Misconception(
            "log_softmax.shifted-only",
            wrong.log_softmax_of_shifted_only,
            "when only the maximum is subtracted.",
            "The exponentials of your result must add up to 1 along `dim`. What is still to be subtracted?",
        ),
    ),
    hints=(
        "The logarithm of a quotient is a difference: log(exp(x_i) / s) = x_i - log(s), with s the sum of the "
        "exponentials.",
        "The first part needs no exponential at all, so nothing in it can vanish. The sum in the second overflows for "
        "large scores, as in softmax, and the cure is the same.",
        "Subtract the maximum along dim first, and work with the shifted scores alone: shifted minus the logarithm of "
        "the sum of their exponentials, with keepdims=True.",
    ),
    explanation=(
        "log(exp(x) / s) is x - log(s), and x is known exactly. After the shift the sum lies between 1 and the number "
        "of classes, so its logarithm is always an ordinary number."
    ),
)


def _pair(rng: np.random.Generator, *shape: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, *shape), "target": normal(rng, *shape)}


MSE_LOSS = Exercise(
    name="mse_loss",
    chapter=CHAPTER,
    points=1,
    reference=functional.mse_loss,
    solution=mse_loss,
    oracle=TorchFunction("torch.nn.functional.mse_loss"),
    cases=(
        Case("a few numbers", lambda rng: _pair(rng, 4)),
        Case("two outputs a sample", lambda rng: _pair(rng, 3, 2)),
        Case("pictures", lambda rng: _pair(rng, 2, 3, 4, 5)),
        Case("one number", lambda rng: _pair(rng, 1), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "mse_loss.sum",
            wrong.mse_sum,
            "when the squares are summed and not averaged.",
            "The M stands for mean: over all elements.",
        ),
        Misconception(
            "mse_loss.sum-by-samples",
            wrong.mse_sum_by_samples,
            "when the sum is divided by the number of samples only.",
            "The mean runs over all elements: n samples times what each of them holds.",
        ),
        Misconception(
            "mse_loss.absolute",
            wrong.mse_absolute,
            "when the errors' sizes are averaged, without squaring.",
            "That is another loss, L1. Square each error here.",
        ),
        Misconception(
            "mse_loss.root",
            wrong.mse_root,
            "when the root of the mean is taken.",
            "That is the RMSE, with which results are often told. The loss has no root.",
        ),
        Misconception(
            "mse_loss.half",
            wrong.mse_half,
            "when half of the mean is returned.",
            "Some books write ½, so that the derivative looks nicer. PyTorch does not.",
        ),
        Misconception(
            "mse_loss.mean-first",
            wrong.mse_mean_first,
            "when the errors are averaged first and squared afterwards: errors of different sign cancel.",
            "Square each error by itself, then average.",
        ),
        Misconception(
            "mse_loss.not-squared",
            wrong.mse_not_squared,
            "when the square is missing: errors of different sign cancel.",
            "An error of -3 is as bad as one of 3. What makes both count the same?",
        ),
        Misconception(
            "mse_loss.per-sample",
            wrong.mse_per_sample,
            "when only the last axis is averaged: one loss for each sample.",
            "A loss is a single number. Average over all axes.",
        ),
    ),
    hints=(
        "The error of one element is input - target.",
        "Square every error. All are now 0 or positive.",
        "Average over all elements: .mean() without an axis gives a single number.",
    ),
    explanation="The errors are squared one by one, and averaged over all elements, whatever the shape is.",
)

EXERCISES = (SOFTMAX, LOG_SOFTMAX, MSE_LOSS, *ENTROPIES, *BACKWARDS)
