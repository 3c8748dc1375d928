"""The table of activation functions that are made of straight pieces: where they bend, and how steep they are."""

from __future__ import annotations

from course.chapters.activations.use import PARTS, read_pieces
from course.checking.spec import Case, Exercise, Mistake

RIGHT_TO_LEFT = "the slopes are listed from right to left"
FAR_LEFT = "The first slope belongs to the piece on the far left."
EACH_BENDS = "Each min in a formula makes a bend, and so does each max."
FLAT = "On a flat piece the output does not change. What is its slope, whatever its value?"
LIMITED = ("ReLU6", "hardtanh", "gate of hardswish")
PIECES = {
    "leaky ReLU with slope 0.1": ([0], [0.1, 1]),
    "ReLU6": ([0, 6], [0, 1, 0]),
    "hardtanh": ([-1, 1], [0, 1, 0]),
    "gate of hardswish": ([-3, 3], [0, 0.1667, 0]),
    "absolute value": ([0], [-1, 1]),
}


def _in_one(slug: str, function: str, changed: tuple[list, list], gives: str, advice: str) -> Mistake:
    """Make the mistake that a table has in one of its entries."""
    where = function.partition(" with ")[0].lower().replace(" ", "-")
    return Mistake(f"{where}-{slug}", body=PIECES | {function: changed}, gives=f"when {gives}.", advice=advice)


def _right_to_left(function: str) -> Mistake:
    bends, slopes = PIECES[function]
    return _in_one("right-to-left", function, (bends, slopes[::-1]), f"{RIGHT_TO_LEFT} under {function!r}", FAR_LEFT)


def _without_a_bend(function: str, upper: bool) -> Mistake:
    bends, slopes = PIECES[function]
    changed = (bends[:1], slopes[:2]) if upper else (bends[1:], slopes[1:])
    slug, limit = ("never-flat-again", "upper") if upper else ("never-flat-before", "lower")
    return _in_one(slug, function, changed, f"the bend at the {limit} limit of {function!r} is left out", EACH_BENDS)


def _value_for_slope(function: str, slopes: list) -> Mistake:
    told = f"{function!r} has the value of a flat piece instead of its slope"
    return _in_one("value-for-slope", function, (PIECES[function][0], slopes), told, FLAT)


def _entry(function: str, part: str) -> Case:
    return Case(f'{part} under "{function}"', lambda rng: {"function": function, "part": part})


EXERCISE = Exercise(
    name="pieces",
    points=2,
    solution=PIECES,
    oracle=None,
    use=read_pieces,
    cases=tuple(_entry(function, part) for function in PIECES for part in PARTS),
    mistakes=(
        Mistake(
            "gate-with-slope-one",
            body=PIECES | {"gate of hardswish": ([-3, 3], [0, 1, 0])},
            gives="when the gate of hardswish has slope 1 in the middle: then it rises from 0 to 6.",
            advice="The gate rises from 0 to 1 while x goes from -3 to 3. Divide the first by the second.",
        ),
        Mistake(
            "gate-not-shifted",
            body=PIECES | {"gate of hardswish": ([0, 6], [0, 0.1667, 0])},
            gives="when the gate of hardswish begins to open at 0: the shift by 3 is left out.",
            advice="The formula has x + 3 in its max. For which x is that 0?",
        ),
        Mistake(
            "zero-for-the-leak",
            body=PIECES | {"leaky ReLU with slope 0.1": ([0], [0, 1])},
            gives="when a leaky ReLU is flat on the left: that is a ReLU.",
            advice="Compute its values at -2 and at -1. By how much do they differ?",
        ),
        Mistake(
            "right-to-left",
            body={function: (bends, slopes[::-1]) for function, (bends, slopes) in PIECES.items()},
            gives=f"when {RIGHT_TO_LEFT}.",
            advice=FAR_LEFT,
        ),
        Mistake(
            "never-flat-again",
            body=PIECES
            | {"ReLU6": ([0], [0, 1]), "hardtanh": ([-1], [0, 1]), "gate of hardswish": ([-3], [0, 0.1667])},
            gives="when the functions with an upper limit keep rising: the second bend is left out.",
            advice=EACH_BENDS,
        ),
        Mistake(
            "values-for-slopes",
            body=PIECES | {"ReLU6": ([0, 6], [0, 1, 6]), "hardtanh": ([-1, 1], [-1, 1, 1])},
            gives="when the value of a flat piece is given instead of its slope.",
            advice=FLAT,
        ),
        Mistake(
            "absolute-value-without-sign",
            body=PIECES | {"absolute value": ([0], [1, 1])},
            gives="when the absolute value rises on both sides: then it has no bend.",
            advice="Compute |-2| and |-1|. Does it rise or fall between them?",
        ),
        _right_to_left("leaky ReLU with slope 0.1"),
        _right_to_left("absolute value"),
        *(_without_a_bend(function, upper=True) for function in LIMITED),
        *(_without_a_bend(function, upper=False) for function in LIMITED),
        _value_for_slope("ReLU6", [0, 1, 6]),
        _value_for_slope("hardtanh", [-1, 1, 1]),
    ),
    hints=(
        "A max or a min in a formula makes a bend: where its two arguments are equal.",
        "For the slope of a piece, take two inputs on it that are 1 apart. By how much do the outputs differ?",
        "There is one slope more than there are bends, from left to right. A flat piece has slope 0. Fractions such as "
        "2/3 can be written as they are.",
    ),
    explanation=(
        "Bends and slopes determine such a function up to a constant. Each bend is what one ReLU can do: a hidden "
        "neuron switches there, and its weight is the change of the slope."
    ),
)
