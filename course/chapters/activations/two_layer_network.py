"""A network of two linear layers with a ReLU in its place: between them."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import sum_of_products, unless_long


def two_layer_network(input, weight1, bias1, weight2, bias2):
    """Give the output of two linear layers with a ReLU as the inner layer.

    input    (n, c_i)
    weight1  (c_h, c_i)  for c_h hidden neurons
    bias1    (c_h,)
    weight2  (c_o, c_h)
    bias2    (c_o,)
    returns  (n, c_o)

    >>> w = np.array([[1.0], [-1.0]])
    >>> two_layer_network(np.array([[3.0], [-4.0]]), w, np.zeros(2), w.T, np.array([0.5]))
    array([[ 3.5],
           [-3.5]])
    """
    hidden = np.maximum(input @ weight1.T + bias1, 0)
    return hidden @ weight2.T + bias2


MOST_HIDDEN = 4
TRIES = 200


def network(rng: np.random.Generator, n: int, c_i: int, c_h: int, c_o: int, draw=normal) -> dict[str, np.ndarray]:
    """Draw a network whose hidden neurons and outputs have both signs, so that a ReLU in any place shows."""
    shapes = {
        "input": (n, c_i),
        "weight1": (c_h, c_i),
        "bias1": (c_h,),
        "weight2": (c_o, c_h),
        "bias2": (c_o,),
    }
    drawn = {}
    for _ in range(TRIES):
        drawn = {name: draw(rng, *shape) for name, shape in shapes.items()}
        scores = drawn["input"] @ drawn["weight1"].T + drawn["bias1"]
        output = two_layer_network(**drawn)
        if all(part.min() < 0 < part.max() for part in (scores, output)):
            break
    return drawn


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    input, weight1, bias1, weight2, bias2 = arguments.values()
    if len(bias1) > MOST_HIDDEN:
        return ""
    scores = weight1 @ input[index[0]] + bias1
    told = ", ".join(f"{score:.4g}" for score in scores)
    output = sum_of_products(np.maximum(scores, 0), weight2[index[1]], float(bias2[index[1]]))
    return unless_long(f"hidden {told}; after the ReLU {output}")


EXERCISE = Exercise(
    points=2,
    solution=two_layer_network,
    stages={
        "the product of input and weight1": "input @ weight1.T",
        "the first linear layer": "input @ weight1.T + bias1",
        "the hidden numbers after the ReLU": "hidden",
        "the product of the hidden numbers and weight2": "hidden @ weight2.T",
        "the second linear layer": "result",
    },
    oracle=None,
    cases=(
        Case("one output", lambda rng: network(rng, 4, 2, 3, 1, draw=whole)),
        Case("two outputs", lambda rng: network(rng, 3, 4, 6, 2)),
        Case("square weights", lambda rng: network(rng, 2, 4, 4, 4)),
        Case("fewer hidden neurons than inputs", lambda rng: network(rng, 4, 6, 3, 2)),
        Case("a large batch", lambda rng: network(rng, 50, 3, 8, 2)),
    ),
    mistakes=(
        Mistake(
            "no-activation",
            edit=("np.maximum(input @ weight1.T + bias1, 0)", "input @ weight1.T + bias1"),
            gives="when there is no ReLU between the linear layers.",
            unwritten="The ReLU is not written yet",
            advice="Two linear layers in a row are one linear layer. What must come between them?",
        ),
        Mistake(
            "activation-last",
            edit=(
                ("np.maximum(input @ weight1.T + bias1, 0)", "input @ weight1.T + bias1"),
                ("hidden @ weight2.T + bias2", "np.maximum(hidden @ weight2.T + bias2, 0)"),
            ),
            gives="when the ReLU is the last layer, and nothing is between the linear layers.",
            advice="An inner layer comes before the second linear layer. Move it.",
        ),
        Mistake(
            "activation-twice",
            edit=("hidden @ weight2.T + bias2", "np.maximum(hidden @ weight2.T + bias2, 0)"),
            gives="when a ReLU comes last: no output can be negative.",
            advice="The ReLU is an inner layer here. What should come after the last linear layer?",
        ),
        Mistake(
            "sigmoid-inside",
            edit=("np.maximum(input @ weight1.T + bias1, 0)", "1 / (1 + np.exp(-(input @ weight1.T + bias1)))"),
            gives="when the inner layer is a sigmoid, in place of the ReLU.",
            advice="Which function is the inner layer here? The docstring names it.",
        ),
        Mistake(
            "activation-first",
            edit=("np.maximum(input @ weight1.T + bias1, 0)", "np.maximum(input, 0) @ weight1.T + bias1"),
            gives="when the ReLU is applied to the network's input.",
            advice="A hidden neuron first adds up, and then the ReLU is applied to its sum.",
        ),
        Mistake(
            "activation-before-bias",
            edit=("np.maximum(input @ weight1.T + bias1, 0)", "np.maximum(input @ weight1.T, 0) + bias1"),
            gives="when the first bias is added after the ReLU.",
            advice="The bias belongs to the linear layer. It moves the bend, so it comes before the ReLU.",
        ),
        Mistake(
            "first-bias-forgotten",
            edit=("weight1.T + bias1", "weight1.T"),
            gives="when the bias of the first layer is left out.",
            advice="Each of the two linear layers has a bias.",
        ),
        Mistake(
            "second-bias-forgotten",
            edit=("weight2.T + bias2", "weight2.T"),
            gives="when the bias of the second layer is left out.",
            advice="Each of the two linear layers has a bias.",
        ),
        Mistake(
            "absolute-value",
            edit=("np.maximum(input @ weight1.T + bias1, 0)", "np.abs(input @ weight1.T + bias1)"),
            gives="when negative hidden numbers lose their sign instead of becoming 0.",
            advice="What does a ReLU give for -3?",
        ),
    ),
    hints=(
        "There are three steps: linear layer, ReLU, linear layer. Give the result of the first two a name.",
        "PyTorch's weights are (out, in), so a linear layer is input @ weight.T + bias.",
        "Apply the ReLU to the hidden sums with their bias. Nothing comes after the second linear layer.",
    ),
    explanation=(
        "The ReLU is the inner layer. Without it the two products would be one. The last layer has no ReLU, so the "
        "output may be any number."
    ),
    trace=_trace,
)
