"""Chapter 15: layers as objects, a network of them, and what it costs. Linear, ReLU, Flatten and Sequential."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters import counting_layers as layers
from course.chapters.counting_totals import TOTALS
from course.chapters.counting_use import use_layer, use_sequential
from course.chapters.counting_windows import CONV2D, MAX_POOL2D
from course.chapters.mistakes import counting as wrong
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "15_counting"


def _linear(rng: np.random.Generator, wanted: str, n: int, c_i: int, c_o: int, bias: bool = True) -> dict[str, Any]:
    drawn = {"sizes": (c_i, c_o), "wanted": wanted, "weight": normal(rng, c_o, c_i)}
    drawn |= {"bias": normal(rng, c_o)} if bias else {"with_bias": False}
    drawn |= {"input": normal(rng, n, c_i)}
    return drawn if wanted == "output" else drawn | {"grad_output": normal(rng, n, c_o)}


def _earlier(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, Any]:
    return {"earlier": normal(rng, n, c_i), "earlier_grad": normal(rng, n, c_o)}


LINEAR = Exercise(
    name="Linear",
    chapter=CHAPTER,
    points=3,
    reference=layers.Linear,
    oracle=None,
    use=use_layer("Linear", results=4),
    returns=("weight", "bias", "grad_weight", "grad_bias"),
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
    misconceptions=(
        Misconception(
            "Linear.transposed-weight",
            wrong.LinearTransposed,
            "when the weight is used as (c_i, c_o), without being transposed.",
            "PyTorch's weight is (c_o, c_i). What must happen to it before it meets input?",
        ),
        Misconception(
            "Linear.no-bias",
            wrong.LinearWithoutBias,
            "when forward leaves the bias out.",
            "forward gives x Wᵀ + b. Add the b, where there is one.",
        ),
        Misconception(
            "Linear.gradients-pile-up",
            wrong.LinearPilesUp,
            "when each backward adds its gradients to those of the call before.",
            "Here grad_weight and grad_bias belong to the latest call. Look for a `+=` that should be a `=`.",
        ),
        Misconception(
            "Linear.first-input-kept",
            wrong.LinearKeepsFirst,
            "when only the first input is kept, and backward uses it ever after.",
            "Every forward has a new input. When is self.input set?",
        ),
        Misconception(
            "Linear.mean-for-sum",
            wrong.LinearMean,
            "when the gradients of weight and bias are averaged over the batch.",
            "A mean belongs to the loss. The layer adds up what comes from each sample.",
        ),
        Misconception(
            "Linear.bias-not-summed",
            wrong.LinearBiasNotSummed,
            "when grad_bias is grad_output itself.",
            "grad_bias has the shape of bias. Which axis of grad_output must go?",
        ),
        Misconception(
            "Linear.none-in-the-list",
            wrong.LinearListsNone,
            "when the lists hold None in place of a bias that isn't there.",
            "A layer without bias has one parameter. How long is its list?",
        ),
    ),
    hints=(
        "All of it is chapter 01: forward is your linear, backward is your linear_backward. New is where things are "
        "kept: in self.",
        "backward gets grad_output alone. It also needs the input, so forward has to put it away: self.input = input.",
        "backward sets self.grad_weight = grad_output.T @ self.input and self.grad_bias, the sum over the samples, and "
        "returns grad_output @ self.weight. The lists hold the bias and its gradient only if self.bias is not None.",
    ),
    explanation=(
        "The object holds the parameters, and between forward and backward also the input: the gradient of the weight "
        "is a product with it. backward returns what the layer before needs, and keeps what training needs."
    ),
)


def _plain(rng: np.random.Generator, wanted: str, *shape: int, out: tuple[int, ...] | None = None) -> dict[str, Any]:
    drawn = {"sizes": (), "wanted": wanted, "input": normal(rng, *shape)}
    return drawn if wanted == "output" else drawn | {"grad_output": normal(rng, *(out or shape))}


def _with_zeros(rng: np.random.Generator, *shape: int) -> dict[str, Any]:
    drawn = _plain(rng, "grad_input", *shape)
    flat = drawn["input"].reshape(-1)
    flat[rng.choice(flat.size, size=flat.size // 3, replace=False)] = 0.0
    return drawn


RELU = Exercise(
    name="ReLU",
    chapter=CHAPTER,
    points=1,
    reference=layers.ReLU,
    oracle=None,
    use=use_layer("ReLU"),
    cases=(
        Case("forward", lambda rng: _plain(rng, "output", 2, 5)),
        Case("forward, images", lambda rng: _plain(rng, "output", 2, 3, 4, 5)),
        Case("backward", lambda rng: _plain(rng, "grad_input", 3, 5)),
        Case("backward, inputs that are 0", lambda rng: _with_zeros(rng, 4, 6), note="a third of input is 0"),
        Case(
            "a second batch",
            lambda rng: {
                **_plain(rng, "grad_input", 2, 6),
                "earlier": normal(rng, 2, 6),
                "earlier_grad": normal(rng, 2, 6),
            },
        ),
        Case("no parameters", lambda rng: _plain(rng, "lengths", 2, 3), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "ReLU.everything-passes-back",
            wrong.ReluPassesAll,
            "when backward hands on the whole of grad_output.",
            "An output that was cut off does not react to its input. What is its derivative?",
        ),
        Misconception(
            "ReLU.gradient-cut",
            wrong.ReluCutsGradient,
            "when backward cuts grad_output off below zero.",
            "What counts is the sign that the input had on the way in, not the sign of the gradient.",
        ),
        Misconception(
            "ReLU.zero-passes",
            wrong.ReluZeroPasses,
            "when the gradient passes where the input was exactly 0.",
            "PyTorch takes the derivative at 0 to be 0. Is your comparison > or >=?",
        ),
        Misconception(
            "ReLU.in-place",
            wrong.ReluInPlace,
            "when forward writes its zeros into the input itself.",
            "The input belongs to the layer before. Make a new array, with np.maximum for example.",
        ),
    ),
    hints=(
        "forward is your relu of chapter 03. What does backward have to know about the input?",
        "Keep where the input was above 0: self.positive = input > 0.",
        "backward returns grad_output * self.positive. Both lists are empty.",
    ),
    explanation=(
        "A value that passed had derivative 1, one that was cut off had 0. So the layer only keeps a truth value for "
        "each element. It has nothing to train, and its lists are empty."
    ),
)


FLATTEN = Exercise(
    name="Flatten",
    chapter=CHAPTER,
    points=1,
    reference=layers.Flatten,
    oracle=None,
    use=use_layer("Flatten"),
    cases=(
        Case("forward", lambda rng: _plain(rng, "output", 2, 3, 4, 5)),
        Case("forward, one sample", lambda rng: _plain(rng, "output", 1, 2, 3, 2)),
        Case("backward", lambda rng: _plain(rng, "grad_input", 3, 2, 4, 3, out=(3, 24))),
        Case(
            "a larger batch before",
            lambda rng: {
                **_plain(rng, "grad_input", 2, 3, 2, 2, out=(2, 12)),
                "earlier": normal(rng, 5, 3, 2, 2),
                "earlier_grad": normal(rng, 5, 12),
            },
        ),
        Case("rows stay as they are", lambda rng: _plain(rng, "grad_input", 3, 4), weight=0.5),
        Case("no parameters", lambda rng: _plain(rng, "lengths", 2, 3, 2, 2, out=(2, 12)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "Flatten.batch-too",
            wrong.FlattenBatch,
            "when the samples are joined into one long row, too.",
            "The first axis numbers the samples, and stays. Which sizes are multiplied?",
        ),
        Misconception(
            "Flatten.channels-last",
            wrong.FlattenChannelsLast,
            "when channels are moved to the end before flattening, as libraries with NHWC do.",
            "PyTorch keeps the order in which the values stand: channel, row, column.",
        ),
        Misconception(
            "Flatten.channels-kept",
            wrong.FlattenKeepsChannels,
            "when only height and width are joined, and the channels stay an axis.",
            "A Linear follows. How many axes may its input have here?",
        ),
        Misconception(
            "Flatten.stays-flat",
            wrong.FlattenStaysFlat,
            "when backward hands on rows, as they came.",
            "The layer before gave images. Which shape must the gradient for it have?",
        ),
    ),
    hints=(
        "Nothing is computed: the values only get another shape. Which axis stays?",
        "forward: input.reshape(len(input), -1). To fold it up again, backward must know the shape that came in.",
        "Keep self.shape = input.shape in forward; backward returns grad_output.reshape(self.shape).",
    ),
    explanation="Forward and backward only change the shape, and each undoes the other. The shape is all that is kept.",
)


def _stack(rng: np.random.Generator, layers: str, wanted: str, n: int, c_i: int, c_o: int) -> dict[str, Any]:
    return {
        "layers": layers,
        "wanted": wanted,
        "input": normal(rng, n, c_i),
        "grad_output": normal(rng, n, c_o),
        "weights": int(rng.integers(2**32)),
    }


SEQUENTIAL = Exercise(
    name="Sequential",
    chapter=CHAPTER,
    points=3,
    reference=layers.Sequential,
    oracle=None,
    use=use_sequential,
    returns=("item 0", "item 1", "item 2", "item 3"),
    cases=(
        Case("forward, two Affine", lambda rng: _stack(rng, "Affine, Affine", "output", 2, 3, 3)),
        Case("gradients(), two Affine", lambda rng: _stack(rng, "Affine, Affine", "gradients", 2, 4, 4)),
        Case("forward", lambda rng: _stack(rng, "Linear 3 4, ReLU, Linear 4 2", "output", 2, 3, 2)),
        Case("parameters()", lambda rng: _stack(rng, "Linear 3 5, ReLU, Linear 5 2", "parameters", 2, 3, 2)),
        Case("backward", lambda rng: _stack(rng, "Linear 4 5, ReLU, Linear 5 3", "grad_input", 3, 4, 3)),
        Case("gradients()", lambda rng: _stack(rng, "Linear 3 6, ReLU, Linear 6 2", "gradients", 4, 3, 2)),
        Case("one inside another", lambda rng: _stack(rng, "Affine, [Affine]", "gradients", 3, 5, 5)),
        Case("no layers", lambda rng: _stack(rng, "", "output", 2, 3, 3), note="what comes in goes out", weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "Sequential.backward-in-forward-order",
            wrong.SequentialForwardOrder,
            "when backward goes through the layers from the first to the last.",
            "grad_output belongs to the output of the last layer. Which layer must see it first?",
        ),
        Misconception(
            "Sequential.same-gradient-for-all",
            wrong.SequentialSameGradient,
            "when every layer gets the same grad_output.",
            "Each layer hands a gradient on to the one before. What becomes of the value that backward returns?",
        ),
        Misconception(
            "Sequential.gradients-reversed",
            wrong.SequentialGradientsReversed,
            "when gradients() lists the last layer first.",
            "Each gradient must stand where its parameter stands in parameters().",
        ),
        Misconception(
            "Sequential.last-layer-missing",
            wrong.SequentialStopsEarly,
            "when the last layer is left out.",
            "How many layers does your loop visit?",
        ),
        Misconception(
            "Sequential.lists-in-a-list",
            wrong.SequentialNestsLists,
            "when the lists hold a list for each layer in place of its arrays.",
            "One flat list is wanted: extend joins two lists, append puts one inside the other.",
        ),
    ),
    hints=(
        "forward is a loop: the output of one layer is the input of the next.",
        "backward is the same loop from the end: reversed(self.layers). What a layer returns goes to the one before.",
        "For the lists, go through the layers in order and join what each gives: result += layer.parameters().",
    ),
    explanation=(
        "A network of layers behaves like a layer: forward, backward, parameters, gradients. So a Sequential fits into "
        "another Sequential. Backward is the chain rule: each layer needs the gradient of the one after it."
    ),
)


EXERCISES = (LINEAR, RELU, CONV2D, MAX_POOL2D, FLATTEN, SEQUENTIAL, *TOTALS)
