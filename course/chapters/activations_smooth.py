"""Chapter 03, the smooth layers: sigmoid, tanh, SiLU and GELU."""

from __future__ import annotations

import math

import numpy as np

from course import functional
from course.chapters.activations_inputs import CHAPTER, far_out, in_a_formula, spread
from course.chapters.mistakes import activations_smooth as wrong
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Misconception


def sigmoid(input):
    """Squeeze into 0 .. 1, with no exponential that could overflow: the lesson's version."""
    small = np.exp(-np.abs(input))
    return np.where(input >= 0, 1, small) / (1 + small)


def tanh(input):
    """Squeeze into -1 .. 1, with no exponential that could overflow: the lesson's version."""
    small = np.exp(-2 * np.abs(input))
    return np.sign(input) * (1 - small) / (1 + small)


def silu(input):
    """Multiply by one's own sigmoid: the lesson's version."""
    small = np.exp(-np.abs(input))
    gate = np.where(input >= 0, 1, small) / (1 + small)
    return input * gate


def gelu(input, approximate="none"):
    """Multiply by the normal distribution function, or by what stands in for it: the lesson's version."""
    if approximate == "tanh":
        inner = np.sqrt(2 / np.pi) * (input + 0.044715 * input**3)
        return input * (1 + np.tanh(inner)) / 2
    erf = np.vectorize(math.erf, otypes=[float])
    return input * (1 + erf(input / np.sqrt(2))) / 2


def _sigmoid_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    if abs(x) > 20:
        return f"e^{in_a_formula(-x)} is {'next to nothing' if x > 0 else 'huge'}, so the result is {int(x > 0)}"
    return f"1 / (1 + e^{in_a_formula(-x)}) = 1 / (1 + {math.exp(-x):.5g}) = {1 / (1 + math.exp(-x)):.5g}"


SIGMOID = Exercise(
    name="sigmoid",
    chapter=CHAPTER,
    points=3,
    reference=functional.sigmoid,
    solution=sigmoid,
    oracle=TorchFunction("torch.sigmoid"),
    cases=(
        Case("a vector", lambda rng: {"input": spread(rng, 6)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5, reach=6)}),
        Case("up to 30", lambda rng: {"input": spread(rng, 2, 4, reach=30)}, note="up to 30 away from 0"),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
        Case("no values", lambda rng: {"input": np.zeros((2, 0))}, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "sigmoid.sign",
            wrong.sigmoid_sign,
            "when the exponent has the wrong sign: large values give 0.",
            "For x = 5 the result is close to 1. What is e^(-5), and what did you compute?",
        ),
        Misconception(
            "sigmoid.overflow-on-the-right",
            wrong.sigmoid_overflow_right,
            "when e^x / (1 + e^x) is computed for large x, too: infinity over infinity is nan, and so is 0 · nan.",
            "Let the exponent never be above 0. Which form suits x = 1000, and which x = -1000?",
        ),
        Misconception(
            "sigmoid.overflow-on-the-left",
            wrong.sigmoid_overflow_left,
            "when e^(-x) stands above and below a fraction line for very negative x: infinity over infinity is nan.",
            "Let the exponent never be above 0. Which form suits x = -1000?",
        ),
        Misconception(
            "sigmoid.input-cut-off",
            wrong.sigmoid_clipped,
            "when the input is cut off at -10 and 10 to be safe.",
            "At -20 the result is far smaller than at -10. A form that can't overflow needs no cut.",
        ),
        Misconception(
            "sigmoid.tanh",
            wrong.sigmoid_tanh,
            "when tanh is computed: its values run from -1 to 1.",
            "A sigmoid's values run from 0 to 1, and at 0 it is one half.",
        ),
        Misconception(
            "sigmoid.softmax",
            wrong.sigmoid_softmax,
            "when all values share one denominator: that is a softmax.",
            "Element-wise: each value has a denominator of its own, 1 + e^(-x).",
        ),
        Misconception(
            "sigmoid.derivative",
            wrong.sigmoid_slope,
            "when the derivative is computed in place of the function.",
            "The derivative comes in section 7. Here large inputs give 1, not 0.",
        ),
        Misconception(
            "sigmoid.brackets",
            wrong.sigmoid_brackets,
            "when the brackets are missing: 1 / 1 + e^(-x).",
            "Python divides before it adds. What belongs below the fraction line?",
        ),
    ),
    hints=(
        "1 / (1 + np.exp(-input)) is right as long as nothing overflows. Where is -input large?",
        "Multiply the fraction by e^x above and below: e^x / (e^x + 1). This form is safe where x is negative.",
        "In both forms the exponential that is safe is np.exp(-np.abs(input)). Compute it once; "
        "np.where chooses what stands above the fraction line.",
    ),
    explanation=(
        "`small` is e^(-|x|), which lies between 0 and 1 and can't overflow. For x ≥ 0 the sigmoid is "
        "1 / (1 + small), for x < 0 it is small / (1 + small). In NumPy the plain formula passes too, with a warning: "
        "1 / infinity is 0."
    ),
    trace=_sigmoid_trace,
)


def _tanh_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    if abs(x) > 20:
        return f"one exponential is huge, the other next to nothing, so the result is {1 if x > 0 else -1}"
    up, down = math.exp(x), math.exp(-x)
    return f"({up:.5g} - {down:.5g}) / ({up:.5g} + {down:.5g}) = {math.tanh(x):.5g}"


TANH = Exercise(
    name="tanh",
    chapter=CHAPTER,
    points=1,
    reference=functional.tanh,
    solution=tanh,
    oracle=TorchFunction("torch.tanh"),
    cases=(
        Case("a vector", lambda rng: {"input": spread(rng, 6, reach=3)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4, reach=2)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5)}),
        Case("with a zero", lambda rng: {"input": rng.permutation(np.append(spread(rng, 4), 0.0))}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
    ),
    misconceptions=(
        Misconception(
            "tanh.overflow",
            wrong.tanh_overflow,
            "when e^x or e^(-x) overflows: infinity over infinity is nan.",
            "Divide above and below by the larger of the two exponentials. What is left is never above 1.",
        ),
        Misconception(
            "tanh.overflow-on-the-right",
            wrong.tanh_overflow_right,
            "when e^(2x) overflows for large x: infinity over infinity is nan.",
            "Use the exponential of a number that is never above 0, and put the sign back afterwards.",
        ),
        Misconception(
            "tanh.sigmoid",
            wrong.tanh_sigmoid,
            "when a sigmoid is computed: its values run from 0 to 1.",
            "tanh is a sigmoid that is stretched to -1 .. 1, and twice as steep.",
        ),
        Misconception(
            "tanh.input-not-doubled",
            wrong.tanh_input_not_doubled,
            "when a sigmoid is stretched to -1 .. 1, but its input is not doubled.",
            "tanh(x) is 2 σ(2x) - 1. Compare the inner 2 with your code.",
        ),
        Misconception(
            "tanh.clipped",
            wrong.tanh_clipped,
            "when values are cut off at -1 and 1: a straight line with two corners, known as hardtanh.",
            "tanh bends all the way. Which exponentials are in its formula?",
        ),
        Misconception(
            "tanh.tangent",
            wrong.tanh_tangent,
            "when the tangent is taken for the hyperbolic tangent.",
            "np.tan belongs to angles. The h makes the difference.",
        ),
        Misconception(
            "tanh.derivative",
            wrong.tanh_slope,
            "when the derivative, 1 - tanh², is computed in place of the function.",
            "At x = 0 the function is 0; its derivative there is 1.",
        ),
        Misconception(
            "tanh.sign",
            wrong.tanh_sign,
            "when every value has the wrong sign.",
            "For x = 2 the result is positive. Which exponential comes first?",
        ),
    ),
    hints=(
        "The formula is (e^x - e^(-x)) / (e^x + e^(-x)). For x = 1000 it is infinity over infinity.",
        "For x ≥ 0, divide above and below by e^x: (1 - e^(-2x)) / (1 + e^(-2x)).",
        "tanh(-x) is -tanh(x): work with np.abs(input), and multiply by np.sign(input). NumPy has np.tanh as well, "
        "and you may use it.",
    ),
    explanation=(
        "Dividing both lines of the fraction by the larger exponential leaves e^(-2|x|), which can't overflow. "
        "The sign is put back at the end. `np.tanh(input)` is the same in one call."
    ),
    trace=_tanh_trace,
)


def _silu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    if abs(x) > 20:
        return f"the gate is {int(x > 0)}, so the result is {x if x > 0 else 0:.5g}"
    gate = 1 / (1 + math.exp(-x))
    return f"{x:.5g} · {gate:.5g} = {x * gate:.5g}"


SILU = Exercise(
    name="silu",
    chapter=CHAPTER,
    points=1,
    reference=functional.silu,
    solution=silu,
    oracle=TorchFunction("torch.nn.functional.silu"),
    cases=(
        Case("a vector", lambda rng: {"input": spread(rng, 6)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5)}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
    ),
    misconceptions=(
        Misconception(
            "silu.gate-alone",
            wrong.silu_gate_alone,
            "when the gate is returned without the input.",
            "A sigmoid is only the gate. What does it multiply?",
        ),
        Misconception(
            "silu.input-without-gate",
            wrong.silu_without_gate,
            "when the gate is either shut or open: a ReLU.",
            "The gate of SiLU opens little by little. It is a sigmoid.",
        ),
        Misconception(
            "silu.gate-reversed",
            wrong.silu_gate_reversed,
            "when the gate is open for negative inputs and shut for positive ones.",
            "Look at the sign in the gate's exponent.",
        ),
        Misconception(
            "silu.overflow",
            wrong.silu_overflow,
            "when e^x / (1 + e^x) is the gate: for large x, infinity over infinity is nan.",
            "Use the form of the sigmoid that held at 1000.",
        ),
        Misconception(
            "silu.steeper-gate",
            wrong.silu_quick_gelu,
            "when the gate's input is multiplied by 1.702: an approximation of GELU.",
            "The gate of SiLU is the sigmoid of x, with no factor.",
        ),
        Misconception(
            "silu.gate-twice",
            wrong.silu_gate_twice,
            "when the gate is multiplied twice.",
            "There is one gate. Count the factors.",
        ),
        Misconception(
            "silu.tanh-gate",
            wrong.silu_tanh_gate,
            "when the gate is a tanh.",
            "A gate runs from 0, shut, to 1, open. Which of your functions does?",
        ),
        Misconception(
            "silu.gate-of-the-gate",
            wrong.silu_gate_of_gate,
            "when the sigmoid has taken the input's place, and is gated by itself.",
            "Keep two arrays: the input as it is, and its gate.",
        ),
    ),
    hints=(
        "Write the gate as an array of its own, then multiply.",
        "The gate is the sigmoid of the input. You have written one that survives large numbers.",
        "input times gate. A graded function stands alone: write the sigmoid's lines here once more.",
    ),
    explanation="The gate is a sigmoid, between 0 and 1. Multiplied by the input it lets large values through.",
    trace=_silu_trace,
)


def _gelu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    if arguments.get("approximate", "none") == "tanh":
        gate = 0.5 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        return f"half of 1 + tanh(...) is {gate:.6g}, and {x:.6g} · {gate:.6g} = {x * gate:.6g}"
    gate = 0.5 * (1 + math.erf(x / math.sqrt(2)))
    return f"Φ({x:.6g}) = {gate:.6g}, and {x:.6g} · {gate:.6g} = {x * gate:.6g}"


GELU = Exercise(
    name="gelu",
    chapter=CHAPTER,
    points=3,
    reference=functional.gelu,
    solution=gelu,
    oracle=TorchFunction(
        "torch.nn.functional.gelu",
        arrange=lambda input, approximate="none": ((input,), {"approximate": approximate}),
    ),
    cases=(
        Case("the exact form by default", lambda rng: {"input": spread(rng, 5, reach=3)}),
        Case("the tanh form", lambda rng: {"input": spread(rng, 5, reach=3), "approximate": "tanh"}),
        Case("the exact form by name", lambda rng: {"input": spread(rng, 3, 5), "approximate": "none"}),
        Case("the tanh form of a batch", lambda rng: {"input": spread(rng, 2, 3, 4), "approximate": "tanh"}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
        Case("no values", lambda rng: {"input": np.zeros((0, 3))}, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "gelu.always-tanh",
            wrong.gelu_always_tanh,
            "when the tanh form is computed, also where the exact one is asked for.",
            "approximate='none' means the exact form, with the error function.",
        ),
        Misconception(
            "gelu.always-exact",
            wrong.gelu_always_exact,
            "when the exact form is computed, also where the tanh form is asked for.",
            "The two differ in the fourth digit. Look at the second argument.",
        ),
        Misconception(
            "gelu.forms-exchanged",
            wrong.gelu_exchanged,
            "when each form is computed where the other is asked for.",
            "Read your condition aloud: what is computed for 'tanh'?",
        ),
        Misconception(
            "gelu.sigmoid-form",
            wrong.gelu_sigmoid_form,
            "when the gate is the sigmoid of 1.702 x, a third form.",
            "It is the coarsest of the three, and not asked for. Take the two from the lesson.",
        ),
        Misconception(
            "gelu.root-forgotten",
            wrong.gelu_root_forgotten,
            "when the exact form takes erf of x in place of x / √2.",
            "Φ and erf have different widths. What is x divided by?",
        ),
        Misconception(
            "gelu.gate-alone",
            wrong.gelu_gate_alone,
            "when the gate is returned without the input.",
            "Φ(x) is only the gate. What does it multiply?",
        ),
        Misconception(
            "gelu.not-halved",
            wrong.gelu_not_halved,
            "when the one half is left out: the gate runs from 0 to 2.",
            "A fully open gate is 1. What does 1 + erf come to, for large x?",
        ),
        Misconception(
            "gelu.cube-outside-the-bracket",
            wrong.gelu_cube_outside,
            "when in the tanh form only x is multiplied by √(2/π), and the cubic term is not.",
            "Look at the bracket in the tanh form: what stands in it?",
        ),
    ),
    hints=(
        "There are two forms: ask `approximate` which one is wanted.",
        "The exact gate is (1 + erf(x / √2)) / 2. NumPy has no erf. Python's math module has one, for single numbers.",
        "np.vectorize(math.erf, otypes=[float]) makes it work on arrays, also on those without values.",
    ),
    explanation=(
        "The gate is Φ(x), the chance that a normal random number lies below x. It is computed from the error "
        "function, or from a tanh that comes close. The two differ by up to 0.0005, so networks trained with one "
        "should not run with the other."
    ),
    trace=_gelu_trace,
)
