"""`repair_dropout`: ..."""

from __future__ import annotations

from course.chapters.dropout.draws import _case, _use
from course.checking.spec import Exercise, Mistake


def repair_dropout(input, p, training, rng):
    # It dropped the draws from p upwards and divided by p: p was the probability to keep.
    output = input.copy()
    if training and p > 0:
        dropped = rng.random(input.shape) < p
        output[dropped] = 0
        output = output / (1 - p) if p < 1 else output
    return output


EXERCISE = Exercise(
    name="repair_dropout",
    points=2,
    solution=repair_dropout,
    repair=True,
    oracle=None,
    use=_use("repair_dropout"),
    cases=(
        _case("how many are dropped at p = 0.2", "share", 0.2, (40, 100), note="the share of zeros"),
        _case(
            "what becomes of the survivors",
            "survivors",
            0.2,
            (8, 50),
            note="only what was kept is compared",
        ),
        _case("p = 0.7", "survivors", 0.7, (9, 50), note="only what was kept is compared"),
        _case("evaluation", "output", 0.3, (3, 5), training=False),
        _case("which are dropped together", "pattern", 0.4, (40, 50)),
        _case("which are dropped together in images", "pattern", 0.4, (4, 3, 8, 8)),
        _case("the mask comes from rng", "generator", 0.4, (5, 20), note="twice in one state, once in another"),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(("@COMMENT@", "dropped = rng.random(input.shape) >= p"), ("(1 - p) if p < 1 else output", "p")),
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
            advice="Now a share of 1 - p survives. Divide by that.",
        ),
        Mistake(
            "not-scaled",
            edit=("output = output / (1 - p) if p < 1 else output", ""),
            gives="when the mask is repaired and the scale is gone.",
            advice="The survivors must make up for what was dropped.",
        ),
    ),
    hints=(
        "At p = 0.5 the function is right. Try a p far from one half.",
        "It treats p as the probability to keep a value. Two lines rest on that.",
        "Drop where the drawn number is below p, and divide by the share that is left.",
    ),
    explanation=(
        "The function took p for the probability to keep, as early TensorFlow did. In PyTorch p is the "
        "probability to drop. At p = 0.5 the two are the same, so a test with the default value sees nothing."
    ),
)
