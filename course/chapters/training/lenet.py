"""The small LeNet, built of the layers of the chapter about counting."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.conv2d import Conv2d
from course.chapters.counting.flatten import Flatten
from course.chapters.counting.linear import Linear
from course.chapters.counting.maxpool2d import MaxPool2d
from course.chapters.counting.relu import ReLU
from course.chapters.counting.sequential import Sequential
from course.chapters.training.draws import start
from course.chapters.training.split import SHAPES, split
from course.chapters.training.use import use_lenet
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Mistake


def lenet(params=None):
    """Build the small LeNet; with params, it starts from a copy of these arrays.

    params: None, or a list of six arrays in the order of parameters()
    returns a Sequential
    """
    network = Sequential(
        Conv2d(1, 6, kernel_size=3, padding=1),
        ReLU(),
        MaxPool2d(kernel_size=2),
        Conv2d(6, 16, kernel_size=3, padding=1),
        ReLU(),
        Flatten(),
        Linear(16 * 4 * 4, 10),
    )
    if params is not None:
        for own, given in zip(network.parameters(), params, strict=True):
            own[...] = given
    return network


LAYERS = (
    "the output of the first Conv2d",
    "the output of the first ReLU",
    "the output of the MaxPool2d",
    "the output of the second Conv2d",
    "the output of the second ReLU",
    "",
    "the logits",
)
"""What each layer gives, in a student's words."""


def _network(rng: np.random.Generator, n: int, look: str) -> dict[str, Any]:
    images, _ = split()
    chosen = images[rng.integers(0, len(images), size=n)]
    drawn = {"params": start(rng), "images": chosen}
    return drawn if look == "logits" else drawn | {"grad_logits": normal(rng, n, 10), "look": look}


def lenet_stages(
    params: Any, images: np.ndarray, grad_logits: np.ndarray | None = None, look: str = "logits"
) -> dict[str, np.ndarray]:
    """Give what each layer makes of the images. A Flatten only moves axes; none for a case without logits."""
    x, stages = images, {}
    if grad_logits is not None or look != "logits":
        return stages
    for layer, name in zip(lenet(params).layers, LAYERS, strict=True):
        x = layer.forward(x)
        if name:
            stages[name] = x
    return stages


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the largest value after each layer, on the way to the logits of one image; or what is compared."""
    if arguments.get("look") == "copied":
        return f"1 where parameters()[{index[0]}] has the numbers of params[{index[0]}], else 0: = 1"
    if "grad_logits" in arguments:
        return ""
    x, largest = arguments["images"][index[0] : index[0] + 1], []
    for layer in lenet(arguments["params"]).layers:
        x = layer.forward(x)
        largest.append(f"{x.max():.4g}")
    return f"after its {len(largest)} layers one by one, image {index[0]} has the largest values {', '.join(largest)}"


EXERCISE = Exercise(
    points=2,
    solution=lenet,
    oracle=None,
    returns=tuple(f"gradient {shape}" for shape in SHAPES),
    use=use_lenet,
    stages=lenet_stages,
    trace={"": _trace},
    cases=(
        Case(
            "parameters() of a network that starts from params",
            lambda rng: _network(rng, 1, "copied") | {"grad_logits": None},
            note="then parameters(), compared with params",
        ),
        Case("logits of one image", lambda rng: _network(rng, 1, "logits")),
        Case("logits of a batch", lambda rng: _network(rng, 5, "logits")),
        Case(
            "logits after another network has changed",
            lambda rng: _network(rng, 2, "logits") | {"grad_logits": None, "look": "sharing"},
            note="that network started from parameters() of this one",
        ),
        Case("gradients", lambda rng: _network(rng, 3, "gradients"), note="then gradients()"),
        Case(
            "parameters as they are made",
            lambda rng: {"params": None, "images": np.zeros((1, 1, 8, 8)), "look": "shapes"},
            note="the shapes of parameters()",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "no-activations",
            edit=(("ReLU(),\n        MaxPool2d", "MaxPool2d"), ("ReLU(),\n        Flatten", "Flatten")),
            gives="when there is no ReLU between the layers.",
            advice="Without activation functions between them, layers become one. Where does the text put ReLU?",
        ),
        Mistake(
            "last-relu",
            edit=("Linear(16 * 4 * 4, 10),", "Linear(16 * 4 * 4, 10),\n        ReLU(),"),
            gives="when a ReLU comes after the last layer.",
            advice="Logits may be negative. Nothing follows the last linear layer.",
        ),
        Mistake(
            "params-ignored",
            # the same start each time, where a real one would be random, so that it can be recognised
            edit=("own[...] = given", "own[...] = 0.1 * np.cos(np.arange(own.size)).reshape(own.shape)"),
            gives="when the network does not start from `params`.",
            advice="Where `params` is given, its arrays must get into the layers.",
        ),
        Mistake(
            "arrays-shared",
            edit=(
                "for own, given in zip(network.parameters(), params, strict=True):\n            own[...] = given",
                "affine = [layer for layer in network.layers if layer.parameters()]\n"
                "        for layer, weight, bias in zip(affine, params[::2], params[1::2], strict=True):\n"
                "            layer.weight, layer.bias = weight, bias",
            ),
            gives="when the layers take the arrays of `params` themselves: training the network then changes these.",
            advice="Copy the numbers into the network's own arrays.",
        ),
        Mistake(
            "biases-left-at-zero",
            edit=("own[...] = given", "own[...] = given if own.ndim > 1 else 0"),
            gives="when only the weights start from `params`, and the biases are zero.",
            advice="`params` has weight and bias of every layer, in turn.",
        ),
        Mistake(
            "pooling-late",
            edit=(
                ("        MaxPool2d(kernel_size=2),\n", ""),
                ("Flatten(),", "MaxPool2d(kernel_size=2),\n        Flatten(),"),
            ),
            gives="when the pooling comes after the second convolution.",
            advice="The second convolution works on the smaller images. Compare the order with the text.",
        ),
    ),
    hints=(
        "Sequential(...) takes the layers in their order. There are seven.",
        "The image is 8 by 8. Padding 1 keeps that through a 3 by 3 convolution, and pooling halves it. So 16 "
        "channels of 4 by 4 reach Flatten: 256 numbers.",
        "With zip(network.parameters(), params), `own[...] = given` writes each array into its layer.",
    ),
    explanation=(
        "parameters() gives the layers' own arrays, so writing into them with [...] changes the layers. "
        "Assigning `own = given` would only give the name another array."
    ),
)
