"""A dropout to repair: it takes p for the probability of keeping."""

from __future__ import annotations

from course.chapters.dropout.draws import dropping, small
from course.chapters.dropout.use import use_of
from course.chapters.dropout.worked_out import survivor_worked_out
from course.checking.spec import Case, Exercise, Mistake


def repair_dropout(input, p, training, rng):
    """Drop each value with probability p while training, and scale the others."""
    output = input.copy()
    if training and p > 0:
        # p was taken for the probability of keeping, here and in the division below
        dropped = rng.random(input.shape) < p
        output[dropped] = 0
        output = output / (1 - p) if p < 1 else output
    return output


# the comment goes with the line, so that what is handed out does not explain the repair
DROPPED = (
    "# p was taken for the probability of keeping, here and in the division below\n"
    "        dropped = rng.random(input.shape) < p"
)

EXERCISE = Exercise(
    points=2,
    solution=repair_dropout,
    repair=True,
    oracle=None,
    use=use_of("repair_dropout"),
    cases=(
        Case(
            "six whole numbers",
            small,
            note="only what was kept is compared; what was dropped is filled in",
        ),
        Case("how many are dropped at p = 0.2", dropping("share", 0.2, 40, 100), note="the share of zeros"),
        Case(
            "what becomes of the kept values", dropping("survivors", 0.2, 8, 50), note="only what was kept is compared"
        ),
        Case("p = 0.7", dropping("survivors", 0.7, 9, 50), note="only what was kept is compared"),
        Case("evaluation", dropping("output", 0.3, 3, 5, training=False)),
        Case("which are dropped together", dropping("pattern", 0.4, 40, 50)),
        Case("which are dropped together in images", dropping("pattern", 0.4, 4, 3, 8, 8)),
        Case("the mask comes from rng", dropping("generator", 0.4, 5, 20), note="twice in one state, once in another"),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=((DROPPED, "dropped = rng.random(input.shape) >= p"), ("(1 - p) if p < 1 else output", "p")),
            gives="when the function is left as it was handed out.",
            advice="Try p = 0.1 on a thousand ones. How many are left?",
        ),
        Mistake(
            "scale-only",
            edit=(") < p", ") >= p"),
            gives="when the scale is repaired and the mask is not.",
            advice="What is the probability that a number from 0 to 1 is at least p?",
        ),
        Mistake(
            "mask-only",
            edit=("(1 - p) if p < 1 else output", "p"),
            gives="when the mask is repaired and the scale is not.",
            advice="Now a share of 1 - p is kept. Divide by that.",
        ),
        Mistake(
            "not-scaled",
            edit=("output = output / (1 - p) if p < 1 else output", ""),
            gives="when the mask is repaired and the scale is gone.",
            advice="The kept values must make up for what was dropped.",
        ),
    ),
    hints=(
        "At p = 0.5 the function is right. Try a p far from one half.",
        "It treats p as the probability of keeping a value. Two lines depend on that.",
        "Drop where the drawn number is below p, and divide by the share that is left.",
    ),
    explanation=(
        "The function took p for the probability of keeping, as early TensorFlow did. In PyTorch p is the "
        "probability of dropping. At p = 0.5 the two are the same, so a test with the default value sees nothing."
    ),
    trace=survivor_worked_out,
)
