"""Telling by experiment whether a layer is element-wise."""

from __future__ import annotations

import numpy as np

from course.chapters.activations.elementwise_cases import CASES, use_is_elementwise
from course.checking.spec import Arguments, Exercise, Mistake


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
    points=4,
    solution=is_elementwise,
    oracle=None,
    use=use_is_elementwise,
    cases=CASES,
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
            "own-place-counted",
            edit=("        noticed[place] = False\n", ""),
            gives="when a change counts at a place whose input was changed, just now or before.",
            advice=(
                "An element-wise layer may change its output there. Does only one place of the input differ at a time, "
                "and do you look at the others only?"
            ),
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
            "only-own-place",
            edit=(
                ("        noticed[place] = False\n", ""),
                ("noticed.any()", "not noticed[place]"),
            ),
            gives="when only the output at the changed place is looked at.",
            advice="Whether that one changes does not matter. Which outputs must stay as they were?",
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
