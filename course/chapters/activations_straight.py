"""Chapter 03, the layers made of straight pieces: ReLU, leaky ReLU, ReLU6, hardswish."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations_inputs import CHAPTER, far_out, in_a_formula, spread, with_zeros
from course.chapters.mistakes import activations as wrong
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Misconception


def relu(input):
    """Keep what is positive: the lesson's version."""
    return np.maximum(input, 0)


def leaky_relu(input, negative_slope=0.01):
    """Multiply what is negative by the slope: the lesson's version."""
    return np.where(input > 0, input, negative_slope * input)


def relu6(input):
    """Cap ReLU at six: the lesson's version."""
    return np.clip(input, 0, 6)


def hardswish(input):
    """Multiply by a gate of three straight pieces: the lesson's version."""
    return input * np.clip(input + 3, 0, 6) / 6


def _relu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    return f"max(0, {x:.5g}) = {max(0.0, x):.5g}"


RELU = Exercise(
    name="relu",
    chapter=CHAPTER,
    points=1,
    reference=functional.relu,
    solution=relu,
    oracle=TorchFunction("torch.nn.functional.relu"),
    cases=(
        Case("a vector", lambda rng: {"input": spread(rng, 5)}),
        Case("more above 0 than below", lambda rng: {"input": spread(rng, 3, 4) + 0.5}),
        Case("zeros among the values", lambda rng: {"input": with_zeros(rng, 2, 5)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5)}),
        Case("large values", lambda rng: {"input": far_out(rng)}),
        Case("no values", lambda rng: {"input": np.zeros((0, 3))}, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "relu.changes-input",
            wrong.relu_changes_input,
            "when the zeros are written into the input itself.",
            "Another layer may still need the input, and the way back does. Make a new array.",
        ),
        Misconception(
            "relu.step",
            wrong.relu_step,
            "when the comparison x > 0 is taken for the result: 1 for every positive value.",
            "The comparison says which values stay. What do they stay as?",
        ),
        Misconception(
            "relu.absolute-value",
            wrong.relu_absolute,
            "when negative values lose their sign.",
            "max(0, -3) is not 3. Work it out.",
        ),
        Misconception(
            "relu.minimum",
            wrong.relu_minimum,
            "when the smaller of 0 and x is taken: the negative values stay.",
            "Read your comparison aloud for x = 2 and for x = -2.",
        ),
        Misconception(
            "relu.whole-array-decides",
            wrong.relu_whole_array,
            "when the sum of the array decides for all of its values together.",
            "Each value is compared with 0 by itself. Which NumPy function compares value by value?",
        ),
        Misconception(
            "relu.capped-at-one",
            wrong.relu_capped_at_one,
            "when large values are cut off at 1.",
            "ReLU has a floor and no ceiling.",
        ),
        Misconception(
            "relu.leaks",
            wrong.relu_leaks,
            "when negative values are made small, but not zero: a leaky ReLU.",
            "What does max(0, x) give for x = -2? The leaky form is the next exercise.",
        ),
    ),
    hints=(
        "For one number it is `max(0, x)`. Python's `max` does not take an array apart.",
        "NumPy has a function that compares two arrays place by place and keeps the larger value; "
        "one of the two may be a single number.",
        "np.maximum(a, b) is that function. np.where(condition, a, b) can do it, too.",
    ),
    explanation="`np.maximum` compares every value with 0 and gives a new array. The input stays as it was.",
    trace=_relu_trace,
)


def _leaky_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, slope = float(arguments["input"][index]), float(arguments.get("negative_slope", 0.01))
    if x > 0:
        return f"{x:.5g} is above 0 and stays"
    return f"{x:.5g} is not above 0: {slope:.5g} · {in_a_formula(x)} = {slope * x:.5g}"


def _slope(rng: np.random.Generator, low: float = 0.1, high: float = 0.4) -> float:
    return round(float(rng.uniform(low, high)), 3)


LEAKY_RELU = Exercise(
    name="leaky_relu",
    chapter=CHAPTER,
    points=1,
    reference=functional.leaky_relu,
    solution=leaky_relu,
    oracle=TorchFunction("torch.nn.functional.leaky_relu"),
    cases=(
        Case("the default slope", lambda rng: {"input": spread(rng, 2, 4)}),
        Case("another slope", lambda rng: {"input": spread(rng, 3, 5), "negative_slope": _slope(rng)}),
        Case("zeros among the values", lambda rng: {"input": with_zeros(rng, 7), "negative_slope": _slope(rng)}),
        Case(
            "a slope above 1",
            lambda rng: {"input": spread(rng, 2, 3), "negative_slope": _slope(rng, 1.5, 3)},
            note="rare, and legal",
            weight=0.5,
        ),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5), "negative_slope": _slope(rng)}),
        Case("large values", lambda rng: {"input": far_out(rng), "negative_slope": 0.2}),
    ),
    misconceptions=(
        Misconception(
            "leaky_relu.changes-input",
            wrong.leaky_changes_input,
            "when the negative values are changed in the input itself.",
            "The caller's array must stay as it was. Make a new array.",
        ),
        Misconception(
            "leaky_relu.slope-always-default",
            wrong.leaky_slope_ignored,
            "when the slope is 0.01, whatever was asked for.",
            "Find the number in your code that should be an argument.",
        ),
        Misconception(
            "leaky_relu.no-leak",
            wrong.leaky_not_at_all,
            "when negative values become 0: a plain ReLU.",
            "Here a negative value is multiplied by something other than 0.",
        ),
        Misconception(
            "leaky_relu.positive-side",
            wrong.leaky_positive_side,
            "when the slope acts on the positive values.",
            "The argument is called negative_slope. Which branch of your condition has it?",
        ),
        Misconception(
            "leaky_relu.slope-alone",
            wrong.leaky_slope_alone,
            "when negative values are replaced by the slope itself.",
            "A slope is a factor. What does it multiply?",
        ),
        Misconception(
            "leaky_relu.sign-lost",
            wrong.leaky_sign_lost,
            "when negative values come out positive.",
            "A small factor above 0 changes no sign. Where does yours get lost?",
        ),
        Misconception(
            "leaky_relu.maximum",
            wrong.leaky_maximum,
            "when the larger of x and slope · x is taken, which is right only for slopes up to 1.",
            "Work out x = -2 with slope 2. Let the sign of x decide, not the size of the product.",
        ),
        Misconception(
            "leaky_relu.slope-everywhere",
            wrong.leaky_everywhere,
            "when slope · x is added to ReLU also where x is positive.",
            "For a positive x the result is x, with nothing added.",
        ),
    ),
    hints=(
        "There are two branches: one for values above 0, one for the others.",
        "Values above 0 stay. The others are multiplied by negative_slope.",
        "np.where(condition, a, b) takes from a where the condition holds, and from b elsewhere.",
    ),
    explanation=(
        "`np.where` computes both branches for the whole array and picks from them value by value. "
        "The popular `np.maximum(x, slope * x)` agrees only for slopes up to 1."
    ),
    trace=_leaky_trace,
)


def _relu6_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    return f"min(max(0, {x:.5g}), 6) = {min(max(0.0, x), 6.0):.5g}"


RELU6 = Exercise(
    name="relu6",
    chapter=CHAPTER,
    points=1,
    reference=functional.relu6,
    solution=relu6,
    oracle=TorchFunction("torch.nn.functional.relu6"),
    cases=(
        Case("a vector", lambda rng: {"input": spread(rng, 7, reach=12)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4, reach=10)}),
        Case("small values", lambda rng: {"input": spread(rng, 2, 3, reach=3)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5, reach=9)}),
        Case("large values", lambda rng: {"input": far_out(rng)}),
    ),
    misconceptions=(
        Misconception(
            "relu6.changes-input",
            wrong.relu6_changes_input,
            "when floor and cap are written into the input itself.",
            "The caller's array must stay as it was. Make a new array.",
        ),
        Misconception(
            "relu6.no-cap",
            wrong.relu6_no_cap,
            "when nothing stops large values: a plain ReLU.",
            "The formula has a max and a min. Which of them is missing?",
        ),
        Misconception(
            "relu6.no-floor",
            wrong.relu6_no_floor,
            "when negative values pass.",
            "The formula has a max and a min. Which of them is missing?",
        ),
        Misconception(
            "relu6.floor-at-minus-six",
            wrong.relu6_floor_at_minus_six,
            "when values are cut off at -6 in place of 0.",
            "It is a ReLU with a ceiling. Where is a ReLU's floor?",
        ),
        Misconception(
            "relu6.zero-above-six",
            wrong.relu6_to_zero,
            "when values above 6 become 0.",
            "A value that hits the ceiling stays there; it does not fall.",
        ),
        Misconception(
            "relu6.scaled",
            wrong.relu6_scaled,
            "when the result is divided by 6.",
            "ReLU6 ends at 6, not at 1. The division belongs to hardswish.",
        ),
        Misconception(
            "relu6.capped-at-one",
            wrong.relu6_capped_at_one,
            "when values are capped at 1.",
            "The cap is in the name.",
        ),
    ),
    hints=(
        "Start from ReLU. What is left to do for values above 6?",
        "First the larger of x and 0, then the smaller of that and 6.",
        "np.minimum is the counterpart of np.maximum; np.clip does both at once.",
    ),
    explanation="`np.clip(input, 0, 6)` is `np.minimum(np.maximum(input, 0), 6)`.",
    trace=_relu6_trace,
)


def _hardswish_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    gate = min(max(x + 3, 0.0), 6.0)
    return f"{x:.5g} · {gate:.5g} / 6 = {x * gate / 6:.5g}"


HARDSWISH = Exercise(
    name="hardswish",
    chapter=CHAPTER,
    points=2,
    reference=functional.hardswish,
    solution=hardswish,
    oracle=TorchFunction("torch.nn.functional.hardswish"),
    cases=(
        Case("a vector", lambda rng: {"input": spread(rng, 8, reach=6)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 5, reach=5)}),
        Case("between the corners", lambda rng: {"input": spread(rng, 2, 4, reach=2.5)}),
        Case("at the corners", lambda rng: {"input": np.append(rng.permutation([-3.0, 0.0, 3.0]), spread(rng, 4))}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5, reach=5)}),
        Case("large values", lambda rng: {"input": far_out(rng)}),
    ),
    misconceptions=(
        Misconception(
            "hardswish.gate-alone",
            wrong.hardswish_gate_alone,
            "when the gate is returned without the input.",
            "The gate is a factor between 0 and 1. What does it multiply?",
        ),
        Misconception(
            "hardswish.not-divided",
            wrong.hardswish_not_divided,
            "when the gate runs from 0 to 6.",
            "A fully open gate lets x through as it is. What must the gate be divided by?",
        ),
        Misconception(
            "hardswish.gate-not-shifted",
            wrong.hardswish_no_shift,
            "when the gate starts to open at 0 in place of -3.",
            "At x = 0 the gate is half open. Look at what stands inside the max.",
        ),
        Misconception(
            "hardswish.gate-without-cap",
            wrong.hardswish_no_cap,
            "when nothing stops the gate at 1.",
            "For x = 10 the result should be 10. What is your gate there?",
        ),
        Misconception(
            "hardswish.gate-without-floor",
            wrong.hardswish_no_floor,
            "when the gate goes below 0.",
            "For x = -10 the result should be 0. What is your gate there?",
        ),
        Misconception(
            "hardswish.product-cut-off",
            wrong.hardswish_product_capped,
            "when x is multiplied first, and floor and cap act on the product.",
            "Only the gate has a floor and a cap. Finish it, then multiply.",
        ),
        Misconception(
            "hardswish.smooth-gate",
            wrong.hardswish_smooth_gate,
            "when the gate is a sigmoid: that is SiLU.",
            "Hardswish does without the exponential. Its gate has three straight pieces.",
        ),
        Misconception(
            "hardswish.gate-added",
            wrong.hardswish_added,
            "when the gate is added to the input.",
            "A gate multiplies: shut, it must give 0.",
        ),
    ),
    hints=(
        "Write the gate first, as an array of its own: 0 up to x = -3, 1 from x = 3 on, a straight line in between.",
        "The gate is ReLU6 of x + 3, divided by 6.",
        "Then multiply the gate by the input.",
    ),
    explanation=(
        "`np.clip(input + 3, 0, 6) / 6` is the gate: 0 up to -3, one half at 0, 1 from 3 on. "
        "The input times its gate is the result."
    ),
    trace=_hardswish_trace,
)
