"""Layers one after another as one layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.linear import Linear
from course.chapters.counting.relu import ReLU
from course.chapters.counting.setup import Affine
from course.chapters.counting.use_network import use_sequential
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


class Sequential:
    """Layers one after another. Both lists go through the layers in their order.

    >>> model = Sequential(Affine(2.0, 0.0), Affine(3.0, 1.0))
    >>> model.forward(np.array([1.0, 10.0]))
    array([ 7., 61.])
    >>> model.backward(np.array([1.0, 0.0]))
    array([6., 0.])
    >>> len(model.parameters())
    4
    """

    def __init__(self, *layers):
        self.layers = layers

    def forward(self, input):
        ### BEGIN SOLUTION
        for layer in self.layers:
            input = layer.forward(input)
        return input
        ### END SOLUTION

    def backward(self, grad_output):
        ### BEGIN SOLUTION
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output
        ### END SOLUTION

    def parameters(self):
        ### BEGIN SOLUTION
        return [array for layer in self.layers for array in layer.parameters()]
        ### END SOLUTION

    def gradients(self):
        ### BEGIN SOLUTION
        return [array for layer in self.layers for array in layer.gradients()]
        ### END SOLUTION


def _stack(rng: np.random.Generator, layers: str, wanted: str, n: int, c_i: int, c_o: int) -> dict[str, Any]:
    return {
        "layers": layers,
        "wanted": wanted,
        "input": normal(rng, n, c_i),
        "grad_output": normal(rng, n, c_o),
        "weights": int(rng.integers(2**32)),
    }


def _by_hand(rng: np.random.Generator, wanted: str) -> dict[str, Any]:
    """Draw two Affine with whole numbers, and a few values."""
    first, second = (" ".join(f"{number:.0f}" for number in whole(rng, 2)) for _ in range(2))
    drawn = _stack(rng, f"Affine {first}, Affine {second}", wanted, 2, 3, 3)
    return drawn | {"input": whole(rng, 2, 3), "grad_output": whole(rng, 2, 3), "weights": 0}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Send one value through two Affine."""
    words = arguments["layers"].replace(",", "").split()
    if len(words) != 6 or words[::3] != ["Affine", "Affine"] or arguments["wanted"] != "output":
        return ""
    a, b, c, d = (float(word) for word in (*words[1:3], *words[4:]))
    x = arguments["input"][index]
    inner = a * x + b
    return (
        f"{in_a_sum(a)}·{in_a_sum(x)} + {in_a_sum(b)} = {inner:.4g}, "
        f"{in_a_sum(c)}·{in_a_sum(inner)} + {in_a_sum(d)} = {c * inner + d:.4g}"
    )


EXERCISE = Exercise(
    points=3,
    solution=Sequential,
    oracle=None,
    returns=("item 0", "item 1", "item 2", "item 3"),
    use=use_sequential,
    needs=(Affine, Linear, ReLU),
    cases=(
        Case("forward, two Affine", lambda rng: _by_hand(rng, "output")),
        Case("gradients(), two Affine", lambda rng: _by_hand(rng, "gradients")),
        Case("forward", lambda rng: _stack(rng, "Linear 3 4, ReLU, Linear 4 2", "output", 2, 3, 2)),
        Case("parameters()", lambda rng: _stack(rng, "Linear 3 5, ReLU, Linear 5 2", "parameters", 2, 3, 2)),
        Case("backward", lambda rng: _stack(rng, "Linear 4 5, ReLU, Linear 5 3", "grad_input", 3, 4, 3)),
        Case("gradients()", lambda rng: _stack(rng, "Linear 3 6, ReLU, Linear 6 2", "gradients", 4, 3, 2)),
        Case("one inside another", lambda rng: _stack(rng, "Affine, [Affine]", "gradients", 3, 5, 5)),
        Case("no layers", lambda rng: _stack(rng, "", "output", 2, 3, 3), note="what comes in goes out", weight=0.5),
        Case(
            "after a step of training",
            lambda rng: _stack(rng, "Linear 3 4, ReLU, Linear 4 2", "output after a step", 2, 3, 2),
            note="a step writes into the arrays of parameters()",
            weight=0.5,
        ),
        Case(
            "parameters() with a new weight",
            lambda rng: _stack(rng, "Linear 3 5, ReLU, Linear 5 2", "parameters with a new weight", 5, 3, 3),
            note="the first layer got another array as its weight",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "backward-in-forward-order",
            edit=("reversed(self.layers)", "self.layers"),
            gives="when backward goes through the layers from the first to the last.",
            advice="grad_output belongs to the output of the last layer. Which layer must see it first?",
        ),
        Mistake(
            "same-gradient-for-all",
            edit=(
                ("for layer in reversed", "grad_input = grad_output\n        for layer in reversed"),
                ("grad_output = layer", "grad_input = layer"),
                ("return grad_output", "return grad_input"),
            ),
            gives="when every layer gets the same grad_output.",
            advice="Each layer gives a gradient to the one before. What happens to the value that backward returns?",
        ),
        Mistake(
            "gradients-reversed",
            edit=(
                "in self.layers for array in layer.gradients()",
                "in reversed(self.layers) for array in layer.gradients()",
            ),
            gives="when gradients() lists the last layer first.",
            advice="gradients() must have the same order as parameters().",
        ),
        Mistake(
            "last-layer-missing",
            edit=("self.layers = layers", "self.layers = layers[:-1]"),
            gives="when the last layer is left out.",
            advice="How many layers does your loop visit?",
        ),
        Mistake(
            "lists-in-a-list",
            edit=(
                (
                    "array for layer in self.layers for array in layer.parameters()",
                    "layer.parameters() for layer in self.layers",
                ),
                (
                    "array for layer in self.layers for array in layer.gradients()",
                    "layer.gradients() for layer in self.layers",
                ),
            ),
            gives="when the lists hold a list for each layer instead of its arrays.",
            advice="It must be one flat list: extend joins two lists, append puts one inside the other.",
        ),
        Mistake(
            "listed-once",
            edit=(
                (
                    "self.layers = layers",
                    "self.layers = layers\n"
                    "        self.listed = [array for layer in layers for array in layer.parameters()]",
                ),
                ("return [array for layer in self.layers for array in layer.parameters()]", "return self.listed"),
            ),
            gives="when the list of parameters is made once, in `__init__`.",
            advice="A layer may get another array later. Ask the layers in `parameters`, each time.",
        ),
        Mistake(
            "copies-in-the-list",
            edit=(
                "[array for layer in self.layers for array in layer.parameters()]",
                "[array.copy() for layer in self.layers for array in layer.parameters()]",
            ),
            gives="when parameters() gives copies: no training reaches the layers.",
            advice="The list must hold the layers' own arrays, as they are. Where are they copied?",
        ),
    ),
    hints=(
        "forward is a loop: the output of one layer is the input of the next.",
        "backward is the same loop from the end: reversed(self.layers). What a layer returns goes to the one before.",
        "For the lists, go through the layers in order and join what each gives: result += layer.parameters().",
    ),
    explanation=(
        "A network of layers behaves like a layer: forward, backward, parameters, gradients. So a Sequential "
        "fits into another Sequential. Backward is the chain rule: each layer needs the gradient of the one "
        "after it."
    ),
    trace={"": _trace},
)
