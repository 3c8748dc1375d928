"""A linear layer as an object, which keeps what its gradients need."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.counting.draws import Draw, earlier_batch
from course.chapters.counting.layer_traces import OF_LINEAR
from course.chapters.counting.use_layer import use_layer
from course.checking.sampling import normal, whole
from course.checking.spec import Case, Exercise, Mistake


class Linear:
    """A linear layer. weight is (c_o, c_i), bias is (c_o,) or None.

    >>> layer = Linear(3, 2)
    >>> layer.forward(np.ones((5, 3))).shape
    (5, 2)
    >>> layer.backward(np.ones((5, 2))).shape, layer.grad_weight.shape, layer.grad_bias.shape
    ((5, 3), (2, 3), (2,))
    """

    def __init__(self, in_features, out_features, bias=True, rng=None):
        self.in_features, self.out_features = in_features, out_features
        rng = np.random.default_rng(rng)
        bound = 1 / np.sqrt(in_features)
        self.weight = rng.uniform(-bound, bound, size=(out_features, in_features))
        self.bias = rng.uniform(-bound, bound, size=out_features) if bias else None

    def forward(self, input):
        ### BEGIN SOLUTION
        self.input = input
        output = input @ self.weight.T
        return output if self.bias is None else output + self.bias
        ### END SOLUTION

    def backward(self, grad_output):
        ### BEGIN SOLUTION
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = None if self.bias is None else grad_output.sum(axis=0)
        return grad_output @ self.weight
        ### END SOLUTION

    def parameters(self):
        ### BEGIN SOLUTION
        return [self.weight] if self.bias is None else [self.weight, self.bias]
        ### END SOLUTION

    def gradients(self):
        ### BEGIN SOLUTION
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]
        ### END SOLUTION


def _linear(
    rng: np.random.Generator, wanted: str, n: int, c_i: int, c_o: int, bias: bool = True, draw: Draw = normal
) -> dict[str, Any]:
    drawn = {"sizes": (c_i, c_o), "wanted": wanted, "weight": draw(rng, c_o, c_i)}
    drawn |= {"bias": draw(rng, c_o)} if bias else {"with_bias": False}
    drawn |= {"input": draw(rng, n, c_i)}
    return drawn if wanted == "output" else drawn | {"grad_output": draw(rng, n, c_o)}


EXERCISE = Exercise(
    points=3,
    solution=Linear,
    oracle=None,
    returns=("weight", "bias", "grad_weight", "grad_bias"),
    use=use_layer("Linear", results=4),
    cases=(
        Case("forward", lambda rng: _linear(rng, "output", 2, 3, 2, draw=whole)),
        Case("forward, square weight", lambda rng: _linear(rng, "output", 2, 4, 4)),
        Case("forward without bias", lambda rng: _linear(rng, "output", 3, 2, 4, bias=False)),
        Case("grad_input", lambda rng: _linear(rng, "grad_input", 2, 3, 2, draw=whole)),
        Case("both lists", lambda rng: _linear(rng, "lists", 2, 3, 2, draw=whole)),
        Case("both lists without bias", lambda rng: _linear(rng, "lists", 4, 3, 5, bias=False)),
        Case("a second batch", lambda rng: _linear(rng, "lists", 2, 4, 5) | earlier_batch(rng, (2, 4), out=(2, 5))),
        Case(
            "as it is made",
            lambda rng: {"sizes": (5, 6), "wanted": "as made", "input": normal(rng, 2, 5)},
            weight=0.5,
        ),
        Case(
            "grad_weight and grad_bias",
            lambda rng: _linear(rng, "kept", 2, 3, 5),
            note="the attributes after backward",
            weight=0.5,
        ),
        Case(
            "after a step of training",
            lambda rng: _linear(rng, "output", 2, 3, 4) | {"step": [normal(rng, 4, 3), normal(rng, 4)]},
            note="a step writes into the arrays of parameters()",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "transposed-weight",
            edit=(
                ("size=(out_features, in_features)", "size=(in_features, out_features)"),
                ("input @ self.weight.T", "input @ self.weight"),
                ("grad_output.T @ self.input", "self.input.T @ grad_output"),
                ("return grad_output @ self.weight", "return grad_output @ self.weight.T"),
            ),
            gives="when the weight is used as (c_i, c_o), without being transposed.",
            advice="PyTorch's weight is (c_o, c_i). What must happen to it before it meets input?",
        ),
        Mistake(
            "no-bias",
            edit=("return output if self.bias is None else output + self.bias", "return output"),
            gives="when forward leaves the bias out.",
            unwritten="The bias is not written yet",
            advice="forward gives x Wᵀ + b. Add the b, where there is one.",
        ),
        Mistake(
            "gradients-pile-up",
            edit=(
                ("bound = 1", "self.grad_weight = self.grad_bias = 0\n        bound = 1"),
                ("self.grad_weight = grad_output.T", "self.grad_weight = self.grad_weight + grad_output.T"),
                ("None if self.bias is None else grad_output", "self.grad_bias + grad_output"),
            ),
            gives="when each backward adds its gradients to the previous ones.",
            advice="Here grad_weight and grad_bias belong to the latest call. Look for a `+=` that should be a `=`.",
        ),
        Mistake(
            "first-input-kept",
            edit=("self.input = input", 'if not hasattr(self, "input"):\n            self.input = input'),
            gives="when only the first input is kept, and every backward uses it.",
            advice="Every forward has a new input. When is self.input set?",
        ),
        Mistake(
            "mean-for-sum",
            edit=(("@ self.input", "@ self.input / len(grad_output)"), (".sum(axis=0)", ".mean(axis=0)")),
            gives="when the gradients of weight and bias are averaged over the batch.",
            advice="A mean belongs to the loss. The layer adds up what comes from each sample.",
        ),
        Mistake(
            "bias-not-summed",
            edit=("grad_output.sum(axis=0)", "grad_output"),
            gives="when grad_bias is grad_output itself.",
            advice="grad_bias has the shape of bias. Which axis of grad_output must go?",
        ),
        Mistake(
            "none-in-the-list",
            edit=(
                ("[self.weight] if self.bias is None else ", ""),
                ("[self.grad_weight] if self.bias is None else ", ""),
            ),
            gives="when the lists hold None instead of a bias that isn't there.",
            advice="A layer without bias has one parameter. How long is its list?",
        ),
        Mistake(
            "copies-in-the-list",
            edit=(
                "return [self.weight] if self.bias is None else [self.weight, self.bias]",
                "return [p.copy() for p in (self.weight, self.bias) if p is not None]",
            ),
            gives="when parameters() gives copies, or arrays that the layer no longer has: training does not reach it.",
            advice="The list must hold the layer's own arrays, as they are now. When is it made, and of what?",
        ),
        Mistake(
            "none-and-a-gradient",
            edit=(
                ("[self.weight] if self.bias is None else ", ""),
                ("[self.grad_weight] if self.bias is None else ", ""),
                ("None if self.bias is None else ", ""),
            ),
            gives="when parameters() has None instead of a bias that isn't there, and gradients() a gradient for it.",
            advice="A layer without bias has one parameter. How long are its lists?",
        ),
    ),
    hints=(
        f"forward is your linear of {chapter('linear')}, and backward is your linear_backward. Only the place where "
        "things are kept is new: self.",
        "backward gets grad_output alone. It also needs the input, so forward has to keep it: self.input = input.",
        "backward sets self.grad_weight = grad_output.T @ self.input and self.grad_bias, the sum over the "
        "samples, and returns grad_output @ self.weight. The lists hold the bias and its gradient only if "
        "self.bias is not None.",
    ),
    explanation=(
        "The object holds the parameters, and between forward and backward also the input: the gradient of the "
        "weight is a product with it. backward returns what the layer before needs, and keeps what training needs."
    ),
    trace=OF_LINEAR,
)
