"""`Linear`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.draws import use_layer
from course.checking.sampling import normal
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


def _linear(rng: np.random.Generator, wanted: str, n: int, c_i: int, c_o: int, bias: bool = True) -> dict[str, Any]:
    drawn = {"sizes": (c_i, c_o), "wanted": wanted, "weight": normal(rng, c_o, c_i)}
    drawn |= {"bias": normal(rng, c_o)} if bias else {"with_bias": False}
    drawn |= {"input": normal(rng, n, c_i)}
    return drawn if wanted == "output" else drawn | {"grad_output": normal(rng, n, c_o)}


def _earlier(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, Any]:
    return {"earlier": normal(rng, n, c_i), "earlier_grad": normal(rng, n, c_o)}


class LinearTransposed:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(in_features, out_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = self.input.T @ grad_output
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight.T

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearWithoutBias:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight.T

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearPilesUp:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None
        self.grad_weight, self.grad_bias = np.zeros((out_features, in_features)), np.zeros(out_features)

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight += grad_output.T @ self.input
        self.grad_bias += grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearKeepsFirst:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None
        self.input = None

    def forward(self, input):
        if self.input is None:
            self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearMean:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input / len(grad_output)
        self.grad_bias = grad_output.mean(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearBiasNotSummed:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = grad_output
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearListsNone:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = None if self.bias is None else grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight, self.grad_bias]


EXERCISE = Exercise(
    name="Linear",
    points=3,
    solution=Linear,
    oracle=None,
    returns=(
        "weight",
        "bias",
        "grad_weight",
        "grad_bias",
    ),
    use=use_layer("Linear", results=4),
    cases=(
        Case("forward", lambda rng: _linear(rng, "output", 2, 3, 4)),
        Case("forward, square weight", lambda rng: _linear(rng, "output", 2, 4, 4)),
        Case("forward without bias", lambda rng: _linear(rng, "output", 3, 2, 4, bias=False)),
        Case("grad_input", lambda rng: _linear(rng, "grad_input", 3, 4, 5)),
        Case("both lists", lambda rng: _linear(rng, "lists", 3, 2, 5)),
        Case("both lists without bias", lambda rng: _linear(rng, "lists", 4, 3, 5, bias=False)),
        Case("a second batch", lambda rng: {**_linear(rng, "lists", 2, 4, 5), **_earlier(rng, 2, 4, 5)}),
        Case(
            "as it is made",
            lambda rng: {"sizes": (5, 6), "wanted": "as made", "input": normal(rng, 2, 5)},
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "transposed-weight",
            body=LinearTransposed,
            gives="when the weight is used as (c_i, c_o), without being transposed.",
            advice="PyTorch's weight is (c_o, c_i). What must happen to it before it meets input?",
        ),
        Mistake(
            "no-bias",
            body=LinearWithoutBias,
            gives="when forward leaves the bias out.",
            advice="forward gives x Wᵀ + b. Add the b, where there is one.",
        ),
        Mistake(
            "gradients-pile-up",
            body=LinearPilesUp,
            gives="when each backward adds its gradients to those of the call before.",
            advice="Here grad_weight and grad_bias belong to the latest call. Look for a `+=` that should be a `=`.",
        ),
        Mistake(
            "first-input-kept",
            body=LinearKeepsFirst,
            gives="when only the first input is kept, and backward uses it ever after.",
            advice="Every forward has a new input. When is self.input set?",
        ),
        Mistake(
            "mean-for-sum",
            body=LinearMean,
            gives="when the gradients of weight and bias are averaged over the batch.",
            advice="A mean belongs to the loss. The layer adds up what comes from each sample.",
        ),
        Mistake(
            "bias-not-summed",
            body=LinearBiasNotSummed,
            gives="when grad_bias is grad_output itself.",
            advice="grad_bias has the shape of bias. Which axis of grad_output must go?",
        ),
        Mistake(
            "none-in-the-list",
            body=LinearListsNone,
            gives="when the lists hold None in place of a bias that isn't there.",
            advice="A layer without bias has one parameter. How long is its list?",
        ),
    ),
    hints=(
        "All of it is chapter 01: forward is your linear, backward is your linear_backward. New is where things "
        "are kept: in self.",
        "backward gets grad_output alone. It also needs the input, so forward has to put it away: self.input = input.",
        "backward sets self.grad_weight = grad_output.T @ self.input and self.grad_bias, the sum over the "
        "samples, and returns grad_output @ self.weight. The lists hold the bias and its gradient only if "
        "self.bias is not None.",
    ),
    explanation=(
        "The object holds the parameters, and between forward and backward also the input: the gradient of the "
        "weight is a product with it. backward returns what the layer before needs, and keeps what training "
        "needs."
    ),
)
