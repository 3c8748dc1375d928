"""Dropout, in training and in evaluation."""

from __future__ import annotations

import numpy as np

from course.chapters.dropout.draws import dropping, small
from course.chapters.dropout.use import use_of
from course.chapters.dropout.worked_out import survivor_worked_out
from course.checking.spec import Case, Exercise, Mistake


def dropout(input, p, training, rng):
    """Drop values at random while training.

    input: any shape
    p: the probability of dropping a value, 0 to 1; with p = 1 everything is 0
    training: True or False
    rng: a numpy.random.Generator, which the random numbers must come from
    returns an array of the input's shape

    Example: in dropout(np.ones(1000), 0.2, True, rng) about 800 values are 1.25, and the others are 0.
    """
    if not training or p == 0:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    kept = rng.random(input.shape) >= p
    return input * kept / (1 - p)


EXERCISE = Exercise(
    points=4,
    solution=dropout,
    oracle=None,
    use=use_of("dropout"),
    cases=(
        Case(
            "six whole numbers",
            small,
            note="only what was kept is compared; what was dropped is filled in",
        ),
        Case(
            "what becomes of the kept values",
            dropping("survivors", 0.2, 8, 50),
            note="only what was kept is compared",
            weight=2,
        ),
        Case(
            "the kept values at p = 0.6",
            dropping("survivors", 0.6, 9, 50),
            note="only what was kept is compared",
            weight=2,
        ),
        Case("evaluation", dropping("output", 0.3, 3, 5, training=False)),
        Case("which are dropped together", dropping("pattern", 0.4, 40, 50)),
        Case("which are dropped together in images", dropping("pattern", 0.4, 4, 3, 8, 8)),
        Case("how many are dropped", dropping("share", 0.2, 40, 100), note="the share of zeros"),
        Case("how many are dropped at p = 0.8", dropping("share", 0.8, 40, 100), note="the share of zeros"),
        Case("p = 0 and p = 1", dropping("ends", 0.5, 9), note="called with p = 0, then with p = 1", weight=0.5),
        Case(
            "the mask comes from rng",
            dropping("generator", 0.4, 5, 20),
            note="twice in one state, once in another",
        ),
    ),
    mistakes=(
        Mistake(
            "not-scaled",
            edit=(" / (1 - p)", ""),
            gives="when the kept values keep their size.",
            advice="On average the output must be the input. If a share of 1 - p is kept, by how much must each grow?",
        ),
        Mistake(
            "scaled-by-p",
            edit=("(1 - p)", "p"),
            gives="when the kept values are divided by p.",
            advice="Divide by the share that is kept. Is that p?",
        ),
        Mistake(
            "scaled-down",
            edit=("/ (1 - p)", "* (1 - p)"),
            gives="when the kept values are multiplied by 1 - p: they shrink where they should grow.",
            advice="The output must be the input on average. What makes up for the values that are gone?",
        ),
        Mistake(
            "scaled-by-share-kept",
            edit=("/ (1 - p)", "/ kept.mean()"),
            gives="when the kept values are divided by the share that was kept this time.",
            advice="The factor must not depend on chance: it follows from p alone.",
        ),
        Mistake(
            "p-is-kept",
            edit=(("np.zeros_like(input)", "input.copy()"), (">= p", "< p"), ("(1 - p)", "p")),
            gives="when p is taken for the probability of keeping a value, as early TensorFlow did.",
            advice="In PyTorch, p is the probability of dropping. What is then the probability of keeping?",
        ),
        Mistake(
            "comparison-reversed",
            edit=(("not training or p == 0", "not training"), (">= p", "< p")),
            gives="when a value is kept with probability p, and scaled as if with 1 - p.",
            advice="`rng.random` gives numbers below p with probability p. Which of the two sides must be dropped?",
        ),
        Mistake(
            "active-in-evaluation",
            edit=("not training or p == 0", "p == 0"),
            gives="when values are dropped in evaluation as well.",
            unwritten="Evaluation is not written yet",
            advice="Look at `training` before anything is drawn.",
        ),
        Mistake(
            "scaled-in-evaluation",
            edit=(("input.copy()", "input * (1 - p)"), ("input * kept / (1 - p)", "input * kept")),
            gives="when the scaling is left to evaluation, as in the first paper.",
            advice="PyTorch scales while it trains, so that evaluation has nothing to do.",
        ),
        Mistake(
            "scaled-twice",
            edit=("input.copy()", "input * (1 - p)"),
            gives="when evaluation multiplies by 1 - p: training has divided by it already.",
            advice="Only one of the two is needed. Evaluation must give the input as it is.",
        ),
        Mistake(
            "training-reversed",
            edit=("if not training or", "if training or"),
            gives="when values are dropped in evaluation and left alone in training.",
            advice="Read your condition aloud for training=True.",
        ),
        Mistake(
            "one-mask-for-the-batch",
            edit=("input.shape", "input.shape[1:]"),
            gives="when one mask is drawn and used for every sample.",
            advice="Which shape must the drawn numbers have, so that every sample gets its own?",
        ),
        Mistake(
            "whole-samples",
            edit=("input.shape", "(len(input), *(1,) * (input.ndim - 1))"),
            gives="when whole samples are dropped.",
            advice="Draw a number for every single value.",
        ),
        Mistake(
            "one-number-for-all",
            edit=("rng.random(input.shape)", "rng.random()"),
            gives="when a single random number decides for all values: all are kept, or none.",
            advice="Each value is dropped or kept independently. How many random numbers does that take?",
        ),
        Mistake(
            "normal-numbers",
            edit=("rng.random(input.shape)", "rng.normal(size=input.shape)"),
            gives="when the mask is drawn from a normal distribution: its numbers are not below p with probability p.",
            advice="Numbers from 0 to 1, each equally likely, are below p with probability p.",
        ),
        Mistake(
            "own-generator",
            edit=("rng.random", "np.random.default_rng().random"),
            gives="when the mask comes from the function's own generator.",
            advice="Draw from `rng`. With it, a run can be repeated.",
        ),
        Mistake(
            "same-mask-always",
            edit=("rng.random", "np.random.default_rng(0).random"),
            gives="when the mask is the same at every call: it does not come from `rng`.",
            advice="Draw from `rng`, which continues from call to call.",
        ),
        Mistake(
            "does-nothing",
            edit=("if not training or p == 0", "if True"),
            gives="when nothing is dropped, not even in training.",
            advice="What must happen when `training` is True?",
        ),
        Mistake(
            "only-scales",
            edit=(("np.zeros_like(input)", "input.copy()"), ("input * kept", "input")),
            gives="when none of the values is dropped: all are only scaled.",
            advice="Draw a number for every value, and compare it with p.",
        ),
        Mistake(
            "nan-at-one",
            edit=("    if p == 1:\n        return np.zeros_like(input)\n", ""),
            gives="when p = 1 is not handled: 0 divided by 0 is NaN.",
            advice="At p = 1 nothing is kept. What is the output then, without any division?",
        ),
        Mistake(
            "kept-at-one",
            edit=("np.zeros_like(input)", "input.copy()"),
            gives="when p = 1 leaves the values as they are.",
            advice="p is the probability of dropping. With p = 1, what is left?",
        ),
        Mistake(
            "zeros-at-zero",
            edit=(("not training or p == 0", "not training"), ("p == 1", "p in (0, 1)")),
            gives="when p = 0 drops everything.",
            advice="p is the probability of dropping. With p = 0, what is dropped?",
        ),
        Mistake(
            "mask-inverted",
            edit=(">= p", "< p"),
            gives=(
                "when the mask is inverted: a value is kept with probability p. At both ends, p = 0 and p = 1, it is "
                "right."
            ),
            advice="`rng.random` gives numbers below p with probability p. Which of the two sides must be dropped?",
        ),
    ),
    hints=(
        "In evaluation the layer does nothing. Begin with that case.",
        "`rng.random(input.shape)` gives a number from 0 to 1 for every value. A comparison with p makes a mask of it.",
        "Multiply by the mask and divide by the share that is kept, 1 - p. At p = 1 that would divide by zero: "
        "give zeros there.",
    ),
    explanation=(
        "A number below p comes with probability p, so `>= p` keeps a share of 1 - p. Dividing by it makes the "
        "expected output equal to the input. That is why evaluation can leave the input as it is."
    ),
    trace=survivor_worked_out,
)
