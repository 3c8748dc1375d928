"""Chapter 03: testing whether a layer is element-wise, and a function to be repaired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.chapters.activations_inputs import CHAPTER, far_out, spread
from course.chapters.mistakes import activations_elementwise as wrong
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Misconception
from course.checking.work import Student

Layer = Callable[[Any], np.ndarray]


def is_elementwise(layer, input):
    """Change one number at a time, and see whether another place of the output notices: the lesson's version."""
    before = layer(input)
    if before.shape != input.shape:
        return False
    for place in np.ndindex(input.shape):
        changed = input.copy()
        changed[place] += 1
        noticed = layer(changed) != before
        noticed[place] = False
        if noticed.any():
            return False
    return True


def _named(name: str, function: Layer) -> Layer:
    """Give a layer the name that a report calls it by. It takes lists as well, and always gives a new array."""

    def layer(x: Any) -> np.ndarray:
        return np.array(function(np.asarray(x, dtype=float)))

    layer.__name__ = layer.__qualname__ = name
    return layer


def _leaky(rng: np.random.Generator) -> Layer:
    slope = float(rng.uniform(0.05, 0.4))
    return _named("leaky", lambda x: np.where(x > 0, x, slope * x))


def _relu(rng: np.random.Generator) -> Layer:
    return _named("relu", lambda x: np.maximum(x, 0))


def _squashed(rng: np.random.Generator) -> Layer:
    scale = float(rng.uniform(0.2, 0.6))
    return _named("squashed", lambda x: np.tanh(scale * x))


def _cube(rng: np.random.Generator) -> Layer:
    factor = float(rng.uniform(0.5, 2))
    return _named("cube", lambda x: factor * x**3)


def _sign_flips(rng: np.random.Generator, shape: tuple[int, ...]) -> Layer:
    signs = rng.choice([-1.0, 1.0], size=shape)
    signs.flat[:2] = 1, -1
    return _named("sign_flips", lambda x: signs * x)


def _slope_per_channel(rng: np.random.Generator, channels: int) -> Layer:
    slopes = rng.uniform(0.1, 0.9, size=(channels, 1))
    return _named("slope_per_channel", lambda x: np.where(x > 0, x, slopes * x))


def _softmax(axis: int) -> Layer:
    def softmax(x: np.ndarray) -> np.ndarray:
        powers = np.exp(x - x.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)

    return _named(f"softmax_axis_{axis}", softmax)


def _minus_mean(rng: np.random.Generator) -> Layer:
    share = float(rng.uniform(0.5, 1))
    return _named("minus_mean", lambda x: x - share * x.mean())


def _running_sum(axis: int, step: int) -> Layer:
    def running_sum(x: np.ndarray) -> np.ndarray:
        return np.flip(np.cumsum(np.flip(x, axis), axis), axis) if step < 0 else np.cumsum(x, axis)

    return _named("running_sum" if step > 0 else "running_sum_backwards", running_sum)


def _sorting(axis: int) -> Layer:
    return _named("sorting", lambda x: np.sort(x, axis=axis))


def _exchange(rng: np.random.Generator, size: int) -> Layer:
    one, other = rng.choice(np.arange(1, size - 1), size=2, replace=False)

    def exchange(x: np.ndarray) -> np.ndarray:
        flat = x.flatten()
        flat[[one, other]] = flat[[other, one]]
        return flat.reshape(x.shape)

    return _named("exchange", exchange)


def _neighbours(rng: np.random.Generator) -> Layer:
    """Give each place a share of its neighbours' difference: what one of them gains the other loses."""
    share = float(rng.uniform(0.2, 0.8))
    return _named("neighbours", lambda x: x + share * (np.roll(x, 1, -1) - np.roll(x, -1, -1)))


def _lever(rng: np.random.Generator, size: int) -> Layer:
    """Let one place lift a second and lower a third by as much, all among the first places."""
    at, up, down = rng.choice(size, size=3, replace=False)
    share = float(rng.uniform(0.2, 0.8))

    def lever(x: np.ndarray) -> np.ndarray:
        flat = x.flatten()
        flat[up] += share * x.flat[at]
        flat[down] -= share * x.flat[at]
        return flat.reshape(x.shape)

    return _named("lever", lever)


def _listener(rng: np.random.Generator, place: int, listens_to: int) -> Layer:
    """Let one place, and no other, change with a second one."""
    share = float(rng.uniform(0.6, 0.9))

    def listener(x: np.ndarray) -> np.ndarray:
        flat = x.flatten()
        flat[place] += share * x.flat[listens_to]
        return flat.reshape(x.shape)

    return _named("listener", listener)


LISTENERS = ((2, 0), (0, 1), (5, 2), (4, 3), (1, 4), (3, 5))
"""Of six places in two rows each is heard once: beside it, above or below, or across."""


def _standardized(rng: np.random.Generator) -> Layer:
    eps = float(rng.uniform(0.01, 0.1))
    return _named("standardized", lambda x: (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps))


def _turned(rng: np.random.Generator) -> Layer:
    return _named("turned", lambda x: x.T)


def _pairs_averaged(rng: np.random.Generator) -> Layer:
    return _named("pairs_averaged", lambda x: (x[..., ::2] + x[..., 1::2]) / 2)


def _flattened(rng: np.random.Generator) -> Layer:
    return _named("flattened", lambda x: x.ravel())


def _last_dropped(rng: np.random.Generator) -> Layer:
    return _named("last_dropped", lambda x: x[..., :-1])


def _cases(rng: np.random.Generator, input: np.ndarray, *layers: Layer) -> dict[str, Any]:
    """Give one array and several layers in any order. Yes and no are both among the answers."""
    order = rng.permutation(len(layers))
    return {"input": input, **{f"layer {k + 1}": layers[i] for k, i in enumerate(order)}}


def _descending(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw rows that fall from left to right: sorted, every value moves but those in the middle."""
    return np.flip(np.sort(spread(rng, *shape), axis=-1), axis=-1).copy()


def _answers(student: Student, input: np.ndarray, **layers: Layer) -> Any:
    """Ask about each layer. What is no truth value is given back as it came."""
    answers = []
    for layer in layers.values():
        answer = student.call("is_elementwise", layer, input)
        if not isinstance(answer, (bool, int, float, np.generic)) and not (
            isinstance(answer, np.ndarray) and answer.shape == () and answer.dtype.kind in "biuf"
        ):
            return answer
        answers.append(answer)
    return np.array(answers)


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Say for one layer which place is noticed where, or that none is."""
    layer, input = list(arguments.values())[1 + index[0]], arguments["input"]
    name, before = f"call {index[0] + 1}, {layer.__name__}", layer(input)
    if before.shape != input.shape:
        return f"{name}: it turns shape {input.shape} into {before.shape}"
    for place in np.ndindex(input.shape):
        changed = input.copy()
        changed[place] += 1
        elsewhere = [tuple(map(int, p)) for p in np.argwhere(layer(changed) != before) if tuple(p) != place]
        if elsewhere:
            return f"{name}: a change of input{list(place)} shows at output{list(elsewhere[0])}"
    return f"{name}: a change of any place shows nowhere else"


IS_ELEMENTWISE = Exercise(
    name="is_elementwise",
    chapter=CHAPTER,
    points=4,
    reference=is_elementwise,
    oracle=None,
    use=_answers,
    cases=(
        Case("softmax along rows", lambda rng: _cases(rng, spread(rng, 2, 3), _softmax(1), _leaky(rng))),
        Case("softmax along columns", lambda rng: _cases(rng, spread(rng, 3, 4), _softmax(0), _squashed(rng))),
        Case(
            "a shift by the mean",
            lambda rng: _cases(rng, spread(rng, 2, 4), _minus_mean(rng), _sign_flips(rng, (2, 4))),
        ),
        Case(
            "running sums",
            lambda rng: _cases(rng, spread(rng, 5), _running_sum(0, 1), _running_sum(0, -1), _cube(rng)),
        ),
        Case(
            "values that change places",
            lambda rng: _cases(rng, _descending(rng, 2, 4), _sorting(-1), _exchange(rng, 8), _relu(rng)),
        ),
        Case(
            "changes that cancel",
            lambda rng: _cases(
                rng,
                -np.abs(spread(rng, 2, 5)) - 2,
                _neighbours(rng),
                _lever(rng, 5),
                _sign_flips(rng, (2, 5)),
                _relu(rng),
            ),
        ),
        Case(
            "one place listens to another",
            lambda rng: _cases(rng, spread(rng, 2, 3), *(_listener(rng, *pair) for pair in LISTENERS), _relu(rng)),
            note="in six of the layers one single place depends on another",
        ),
        Case("a square turned over", lambda rng: _cases(rng, spread(rng, 3, 3), _turned(rng), _squashed(rng))),
        Case(
            "three axes",
            lambda rng: _cases(rng, spread(rng, 2, 3, 4), _standardized(rng), _slope_per_channel(rng, 3)),
        ),
        Case(
            "another shape",
            lambda rng: _cases(
                rng, spread(rng, 3, 4), _pairs_averaged(rng), _last_dropped(rng), _flattened(rng), _leaky(rng)
            ),
            note="three of the layers change the shape",
        ),
    ),
    misconceptions=(
        Misconception(
            "is_elementwise.first-element-only",
            wrong.first_element_only,
            "when only the first number is changed.",
            "A layer may leave the first place alone and mix the others. Change each place in turn.",
        ),
        Misconception(
            "is_elementwise.last-element-only",
            wrong.last_element_only,
            "when only the last number is changed.",
            "In a running sum nobody notices the last number. Change each place in turn.",
        ),
        Misconception(
            "is_elementwise.shape-compared",
            wrong.same_shape,
            "when every layer that keeps the shape counts as element-wise.",
            "Softmax keeps the shape, too. Change a number, by so much that nobody can overlook it. Who notices?",
        ),
        Misconception(
            "is_elementwise.sums-compared",
            wrong.sums_compared,
            "when the sum of the other outputs is compared: changes that cancel go unnoticed.",
            "Compare place by place, not in sum.",
        ),
        Misconception(
            "is_elementwise.own-place-must-change",
            wrong.own_output_must_change,
            "when a layer fails because its own place does not change.",
            "ReLU is flat below 0, and element-wise all the same. Look at the other places only.",
        ),
        Misconception(
            "is_elementwise.equal-values-compared",
            wrong.equal_values_compared,
            "when equal inputs are expected to give equal outputs, and nothing is changed.",
            "A softmax of equal values has equal values, too. And an element-wise layer may treat places differently: "
            "the question is what each output depends on.",
        ),
        Misconception(
            "is_elementwise.own-row-only",
            wrong.own_row_only,
            "when only the places of the same row are looked at.",
            "A layer can work along columns as well. Look at every other place.",
        ),
        Misconception(
            "is_elementwise.whole-row-changed",
            wrong.whole_row_changed,
            "when all numbers of a row are changed at once: what they do to each other goes unnoticed.",
            "`for i in range(len(input))` walks over the first axis only. How do you reach every single number?",
        ),
        Misconception(
            "is_elementwise.reversed",
            wrong.verdict_reversed,
            "when yes and no are exchanged.",
            "Try it on ReLU: the answer must be True.",
        ),
    ),
    hints=(
        "If every output depends on its own place only, a change of one input can show at that place and nowhere else.",
        "Keep the output of the untouched input. Then, for each place (np.ndindex(input.shape) gives them): copy the "
        "input, change this one number, call the layer, and compare.",
        "Compare all places with !=, set the comparison at the changed place itself to False, and see whether any "
        "is left. Before all that, a layer that changes the shape gets a no.",
    ),
    explanation=(
        "A single change at a time shows which outputs depend on which input. The changed place itself is not looked "
        "at: it may change or not. The answer holds for this input; another one could show more."
    ),
    trace=_trace,
)


def repair_mish(input):
    """Multiply by tanh(ln(1 + e^x)), in an array of its own: the repaired version."""
    gate = input.copy()
    for place in np.ndindex(gate.shape):
        gate[place] = np.tanh(np.logaddexp(0, gate[place]))
    return gate * input


def _mish_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    gate = float(np.tanh(np.logaddexp(0, x)))
    return f"the gate of {x:.5g} is {gate:.5g}, and {x:.5g} · {gate:.5g} = {x * gate:.5g}"


REPAIR_MISH = Exercise(
    name="repair_mish",
    chapter=CHAPTER,
    points=2,
    reference=repair_mish,
    oracle=TorchFunction("torch.nn.functional.mish"),
    given=wrong.mish_as_given,
    cases=(
        Case("a vector", lambda rng: {"input": spread(rng, 5)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4)}),
        Case("a batch", lambda rng: {"input": spread(rng, 2, 3, 4)}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
    ),
    misconceptions=(
        Misconception(
            "repair_mish.as-given",
            wrong.mish_as_given,
            "when the function is left as it was handed out.",
            "Print `input` before the loop and after it. How many arrays are there?",
        ),
        Misconception(
            "repair_mish.copied-but-shared",
            wrong.mish_copied_but_shared,
            "when the caller's array is safe, but inside the function gate and input are still one array.",
            "The gate is multiplied by itself. Which of the two names needs an array of its own?",
        ),
        Misconception(
            "repair_mish.gate-reads-its-zeros",
            wrong.mish_gate_reads_itself,
            "when the gate starts from zeros, and is computed from these.",
            "There are two arrays now. From which of them should the loop read?",
        ),
        Misconception(
            "repair_mish.gate-alone",
            wrong.mish_gate_alone,
            "when the gate is returned without the input.",
            "The gate is right. What does it multiply?",
        ),
        Misconception(
            "repair_mish.tanh-lost",
            wrong.mish_without_tanh,
            "when the tanh has been lost in the repair: the gate grows without end.",
            "The formula in the docstring was right. Compare it with yours.",
        ),
    ),
    hints=(
        "The formula is right. Call the function twice with one and the same array: why does the second call differ?",
        "`gate = input` makes a second name, not a second array. What is written into gate is written into input.",
        "Give gate an array of its own: a method of arrays makes a copy.",
    ),
    explanation=(
        "An assignment copies nothing in Python: `gate = input` gave the array a second name. "
        "With `input.copy()` there are two arrays, and the caller's stays as it was."
    ),
    trace=_mish_trace,
)
