"""Telling by experiment whether a layer is element-wise."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.student import Student
from course.chapters.activations import layers
from course.chapters.activations.draws import spread, whole_from
from course.checking.spec import Arguments, Case, Exercise, Mistake


def is_elementwise(layer, input):
    """Tell whether each output of a layer depends on the input at its own place only.

    layer    a function that takes an array and gives an array
    input    floating-point numbers, any shape; it must stay as it is
    returns  True or False; False if the layer changes the shape

    >>> is_elementwise(np.abs, np.array([[1.0, -2.0], [3.0, 4.0]]))
    True
    >>> is_elementwise(np.cumsum, np.array([1.0, -2.0, 3.0]))
    False
    """
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


def _ask(rng: np.random.Generator, input: np.ndarray, *asked: layers.Layer) -> dict[str, Any]:
    """Give one array and several layers, in random order. Among the answers are both yes and no."""
    order = rng.permutation(len(asked))
    return {"input": input, **{f"layer {k + 1}": asked[i] for k, i in enumerate(order)}}


def _descending(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw rows that fall from left to right: sorting moves every value except one in the middle."""
    return np.flip(np.sort(spread(rng, *shape), axis=-1), axis=-1).copy()


def _answers(student: Student, input: np.ndarray, **asked: layers.Layer) -> Any:
    """Ask about each layer. An answer that is not a truth value is returned as it is."""
    answers = []
    for layer in asked.values():
        answer = student.call("is_elementwise", layer, input)
        if not isinstance(answer, (bool, int, float, np.generic)) and not (
            isinstance(answer, np.ndarray) and answer.shape == () and answer.dtype.kind in "biuf"
        ):
            return answer
        answers.append(answer)
    return np.array(answers)


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell for one layer which change shows where, or that none does."""
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


EXERCISE = Exercise(
    name="is_elementwise",
    points=4,
    solution=is_elementwise,
    oracle=None,
    use=_answers,
    cases=(
        Case(
            "softmax along rows",
            lambda rng: _ask(
                rng,
                whole_from(rng, range(-4, 0), range(1, 5)).reshape(2, 3),
                layers.softmax(1),
                layers.leaky(rng),
            ),
        ),
        Case(
            "softmax along columns", lambda rng: _ask(rng, spread(rng, 3, 4), layers.softmax(0), layers.squashed(rng))
        ),
        Case(
            "a shift by the mean",
            lambda rng: _ask(rng, spread(rng, 2, 4), layers.minus_mean(rng), layers.sign_flips(rng, (2, 4))),
        ),
        Case(
            "running sums",
            lambda rng: _ask(
                rng, spread(rng, 5), layers.running_sum(0, 1), layers.running_sum(0, -1), layers.cube(rng)
            ),
        ),
        Case(
            "values that change places",
            lambda rng: _ask(
                rng, _descending(rng, 2, 4), layers.sorting(-1), layers.exchange(rng, 8), layers.relu(rng)
            ),
        ),
        Case(
            "changes that cancel",
            lambda rng: _ask(
                rng,
                -np.abs(np.round(8 * spread(rng, 2, 5)) / 8) - 2,  # eighths: what cancels leaves no rounding
                layers.neighbours(rng),
                layers.lever(rng, 5),
                layers.sign_flips(rng, (2, 5)),
                layers.relu(rng),
            ),
        ),
        Case(
            "one place listens to another",
            lambda rng: _ask(
                rng, spread(rng, 2, 3), *(layers.listener(rng, *pair) for pair in layers.LISTENERS), layers.relu(rng)
            ),
            note="in six of the layers one single place depends on another",
        ),
        Case(
            "a square turned over", lambda rng: _ask(rng, spread(rng, 3, 3), layers.turned(rng), layers.squashed(rng))
        ),
        Case(
            "three axes",
            lambda rng: _ask(rng, spread(rng, 2, 3, 4), layers.standardized(rng), layers.slope_per_channel(rng, 3)),
        ),
        Case(
            "another shape",
            lambda rng: _ask(
                rng,
                spread(rng, 3, 4),
                layers.pairs_averaged(rng),
                layers.last_dropped(rng),
                layers.flattened(rng),
                layers.leaky(rng),
            ),
            note="three of the layers change the shape",
        ),
    ),
    mistakes=(
        Mistake(
            "first-element-only",
            edit=("np.ndindex(input.shape)", "list(np.ndindex(input.shape))[:1]"),
            gives="when only the first number is changed.",
            advice="A layer may leave the first place alone and mix the others. Change each place in turn.",
        ),
        Mistake(
            "last-element-only",
            edit=("np.ndindex(input.shape)", "list(np.ndindex(input.shape))[-1:]"),
            gives="when only the last number is changed.",
            advice="In a running sum no other output depends on the last number. Change each place in turn.",
        ),
        Mistake(
            "shape-compared",
            edit=(
                "    if before.shape != input.shape:\n        return False\n",
                "    return before.shape == input.shape\n",
            ),
            gives="when every layer that keeps the shape counts as element-wise.",
            advice="Softmax keeps the shape, too. Change one number, by enough to be seen. Which outputs change?",
        ),
        Mistake(
            "sums-compared",
            edit=(
                ("layer(changed) != before", "layer(changed) - before"),
                ("noticed.any()", "noticed.sum() != 0"),
            ),
            gives="when the sum of the other outputs is compared: changes that cancel go unnoticed.",
            advice="Compare place by place, not the sums.",
        ),
        Mistake(
            "answers-exchanged",
            edit=("            return False\n    return True", "            return True\n    return False"),
            gives="when the answer is True as soon as another place changes, and False where none does.",
            advice="Read your `if` aloud: another place has changed. Is the layer element-wise then?",
        ),
        Mistake(
            "own-place-must-change",
            edit=("noticed[place] = False", "noticed[place] = not noticed[place]"),
            gives="when a layer counts as not element-wise because the output at the changed place stays the same.",
            advice="ReLU is flat below 0, and still element-wise. Look at the other places only.",
        ),
        Mistake(
            "changes-counted",
            edit=(("        noticed[place] = False\n", ""), ("noticed.any()", "noticed.sum() > 1")),
            gives="when it is counted how many outputs change, and not looked where they are.",
            advice="A layer may let one change show at another place, and at no other. Which place may change?",
        ),
        Mistake(
            "equal-values-compared",
            edit=(
                ("layer(input)", "layer(np.full_like(input, 0.5))"),
                ("layer(changed) != before", "before != before.flat[0]"),
            ),
            gives="when equal inputs are expected to give equal outputs, and nothing is changed.",
            advice=(
                "A softmax of equal values has equal values, too. And an element-wise layer may treat places "
                "differently: the question is what each output depends on."
            ),
        ),
        Mistake(
            "own-row-only",
            edit=(
                ("layer(changed) != before", "layer(changed)[place[:-1]] != before[place[:-1]]"),
                ("noticed[place]", "noticed[place[-1]]"),
            ),
            gives="when only the places of the same row are looked at.",
            advice="A layer can work along columns as well. Look at every other place.",
        ),
        Mistake(
            "whole-row-changed",
            edit=("np.ndindex(input.shape)", "range(len(input))"),
            gives="when all numbers of a row are changed at once: effects within the row go unnoticed.",
            advice="`for i in range(len(input))` goes along the first axis only. How do you reach every single number?",
        ),
        Mistake(
            "reversed",
            edit=(
                ("    return True", "    return False"),
                ("shape:\n        return False", "shape:\n        return True"),
                ("any():\n            return False", "any():\n            return True"),
            ),
            gives="when yes and no are exchanged.",
            advice="Try it on ReLU: the answer must be True.",
        ),
    ),
    hints=(
        "If every output depends on its own place only, a change of one input can show only at that place.",
        "Keep the output of the untouched input. Then, for each place (np.ndindex(input.shape) gives them): copy "
        "the input, change this one number, call the layer, and compare.",
        "Compare all places with !=, set the comparison at the changed place itself to False, and see whether "
        "any is left. Before all that, return False for a layer that changes the shape.",
    ),
    explanation=(
        "One change at a time shows which outputs depend on which input. The changed place itself is ignored: its "
        "output may change or not. The answer holds for this input; another one could show more."
    ),
    trace=_trace,
)
