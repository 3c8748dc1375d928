"""The residual connection and the norm around a part of a layer, in both orders."""

from __future__ import annotations

import numpy as np

from course.chapters.normalization.instance_norm import EXERCISE as INSTANCE_NORM
from course.chapters.normalization.layer_norm import EXERCISE as LAYER_NORM
from course.chapters.transformer.add_and_norm_cases import CASES
from course.checking.spec import Arguments, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def add_and_norm(x, part, weight, bias, norm_first=False):
    """Put a residual connection and a layer norm around a part of a layer.

    x             (n, l, d_m)
    part          a function: features (n, l, d_m) -> features (n, l, d_m)
    weight, bias  (d_m,) each, of the norm
    norm_first    False: normalize the sum. True: normalize what goes into the part, and not the sum
    returns       (n, l, d_m)

    >>> x = np.array([[[1.0, 3.0]]])
    >>> add_and_norm(x, lambda x: 0 * x, np.ones(2), np.zeros(2)).round(3)
    array([[[-1.,  1.]]])
    """

    def norm(x):
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = (centred**2).mean(axis=-1, keepdims=True)
        return centred / np.sqrt(variance + 1e-5) * weight + bias

    if norm_first:
        return x + part(norm(x))
    return norm(x + part(x))


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, part, weight, bias, *_ = arguments.values()
    if x.shape[-1] > 3 or arguments.get("norm_first"):
        return ""
    row, feature = (x + part(x))[index[:-1]], index[-1]
    told = ", ".join(f"{value:.4g}" for value in row)
    fraction = f"({in_a_sum(row[feature])} - {in_a_sum(row.mean(), 3)})/√({row.var():.4g} + 1e-05)"
    result = (row[feature] - row.mean()) / np.sqrt(row.var() + 1e-5) * weight[feature] + bias[feature]
    return f"x + part(x) is {told}; {fraction}·{in_a_sum(weight[feature])} + {in_a_sum(bias[feature])} = {result:.4g}"


EXERCISE = Exercise(
    points=3,
    solution=add_and_norm,
    stages={
        "the normalized features": "norm(x) if norm_first else None",
        "the output of part": "part(norm(x) if norm_first else x)",
        "the sum with the residual connection": "x + part(norm(x) if norm_first else x)",
        "the normalized sum": "None if norm_first else result",
    },
    oracle=None,
    cases=CASES,
    mistakes=(
        Mistake(
            "always-post-norm",
            edit=("if norm_first:", "if False:"),
            gives="when the sum is normalized, whatever `norm_first` says.",
            unwritten="norm_first is not used yet",
            advice="With norm_first=True, the input of the part is normalized, and the sum is not.",
        ),
        Mistake(
            "always-pre-norm",
            edit=("if norm_first:", "if True:"),
            gives="when the input of the part is normalized, whatever `norm_first` says.",
            advice="With norm_first=False, the sum is normalized after it is made.",
        ),
        Mistake(
            "order-reversed",
            edit=("if norm_first:", "if not norm_first:"),
            gives="when the norm comes first for norm_first=False, and last for norm_first=True.",
            advice="Read your condition aloud for norm_first=True.",
        ),
        Mistake(
            "no-residual",
            edit=(("x + part(norm(x))", "part(norm(x))"), ("norm(x + part(x))", "norm(part(x))")),
            gives="when there is no residual connection.",
            advice="The result of the part is added to what went in. Look for the plus sign in the formula.",
        ),
        Mistake(
            "part-normalized-alone",
            edit=("norm(x + part(x))", "x + norm(part(x))"),
            gives="when post-norm normalizes the part's result alone, not the sum.",
            advice="Post-norm normalizes x + part(x): make the sum first.",
        ),
        Mistake(
            "residual-after-norm",
            edit=("return x + part(norm(x))", "x = norm(x)\n        return x + part(x)"),
            gives="when the residual connection of pre-norm carries the normalized features.",
            advice="The residual connection starts before the norm. What must be added to the part's result?",
        ),
        Mistake(
            "both-normalized",
            edit=("return x + part(norm(x))", "return norm(x + part(norm(x)))"),
            gives="when pre-norm normalizes the sum as well.",
            advice="Pre-norm leaves the sum as it is.",
        ),
        Mistake(
            "sum-into-part",
            edit=("norm(x + part(x))", "part(norm(x))"),
            gives="when the part of post-norm follows the norm and nothing is added.",
            advice="Post-norm: first the part, then the sum, then the norm.",
        ),
        Mistake(
            "no-weight-and-bias",
            edit=(" * weight + bias", ""),
            gives="when the norm's weight and bias are left out.",
            advice="Two of the arguments are not used yet.",
        ),
        LAYER_NORM.mistake(
            "bias-before-weight",
            edit=(
                "centred / np.sqrt(variance + 1e-5) * weight + bias",
                "(centred / np.sqrt(variance + 1e-5) + bias) * weight",
            ),
        ),
        Mistake(
            "unbiased-variance",
            edit=("(centred**2).mean(axis=-1, keepdims=True)", "x.var(axis=-1, ddof=1, keepdims=True)"),
            gives="when the norm divides by the unbiased standard deviation, with d_m - 1.",
            advice="Layer norm takes the plain mean of the squares.",
        ),
        Mistake(
            "no-eps",
            edit=(" + 1e-5", ""),
            gives="when the norm has no eps.",
            advice="Layer norm adds 1e-5 to the variance, under the root.",
        ),
        INSTANCE_NORM.mistake("eps-outside", edit=("np.sqrt(variance + 1e-5)", "(np.sqrt(variance) + 1e-5)")),
        Mistake(
            "eps-1e-6",
            edit=("1e-5", "1e-6"),
            gives="when the norm's eps is 1e-6.",
            advice="PyTorch's layer norm adds 1e-5.",
        ),
        Mistake(
            "norm-over-positions",
            edit=(("x.mean(axis=-1", "x.mean(axis=-2"), ("(centred**2).mean(axis=-1", "(centred**2).mean(axis=-2")),
            gives="when the norm takes mean and variance over the positions.",
            advice="Each position is normalized alone. Which axis contains its features?",
        ),
        Mistake(
            "norm-over-sentence",
            edit=(
                ("x.mean(axis=-1", "x.mean(axis=(-2, -1)"),
                ("(centred**2).mean(axis=-1", "(centred**2).mean(axis=(-2, -1)"),
            ),
            gives="when the norm takes one mean and one variance for a whole sentence.",
            advice="Each position is normalized alone. Which axis contains its features?",
        ),
        Mistake(
            "divided-by-variance",
            edit=("np.sqrt(variance + 1e-5)", "(variance + 1e-5)"),
            gives="when the norm divides by the variance instead of its root.",
            advice="Which has the same unit as the features: the variance, or the standard deviation?",
        ),
    ),
    hints=(
        "Write the norm as a small function inside this one first: it is needed in both orders.",
        "The norm, for each position: minus the mean of its features, divided by the root of their variance plus 1e-5, "
        "times weight, plus bias. keepdims=True keeps the axis.",
        "`part` is a function: call it. With the norm last, what does it take, and what is normalized? With the norm "
        "first, what does it take, and what is added?",
    ),
    explanation=(
        "Only the place of the norm differs. With the norm last, it normalizes the sum. With the norm first, x goes "
        "around it unchanged, and only the part sees normalized features."
    ),
    trace=_trace,
)
