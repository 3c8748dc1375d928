"""The table that torchinfo prints: shapes, parameters, work and memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.conv2d import Conv2d
from course.chapters.counting.flatten import Flatten
from course.chapters.counting.linear import Linear
from course.chapters.counting.maxpool2d import MaxPool2d
from course.chapters.counting.relu import ReLU
from course.chapters.counting.sequential import Sequential
from course.chapters.counting.use_network import COLUMNS, TOTAL_NAMES, use_summary
from course.chapters.counting.worked_out import table_traces
from course.chapters.linear.linear_macs import EXERCISE as LINEAR_MACS
from course.checking.sampling import odd
from course.checking.spec import Case, Exercise, Mistake


def summary(model, input_shape):
    """Sum up a Sequential of the layers above, for float32 numbers of 4 bytes.

    Returns a dict:
    "rows"                 a list with (name, output_shape, num_params, mult_adds) for each layer
    "total_params"         each array counted once
    "total_mult_adds"
    "input_mb", "forward_backward_mb", "params_mb", "total_mb"
                           in units of 1,000,000 bytes, rounded to two decimals at the very end

    >>> summary(Sequential(Linear(10, 5), ReLU()), (2, 10))["rows"]
    [('Linear: 1-1', (2, 5), 55, 110), ('ReLU: 1-2', (2, 5), 0, 0)]
    """
    x = np.zeros(input_shape)
    numbers, rows, seen = x.size, [], set()
    for position, layer in enumerate(model.layers, start=1):
        x = layer.forward(x)
        num_params = sum(array.size for array in layer.parameters())
        positions = x.shape[0] * x[0, 0].size if x.ndim == 4 else x.shape[0]
        kept = 0 if id(layer) in seen else num_params
        seen.add(id(layer))
        rows.append((f"{type(layer).__name__}: 1-{position}", x.shape, kept, num_params * positions, x.size))
    total_params = sum(row[2] for row in rows)
    outputs = sum(row[4] for row in rows if row[3])
    sizes = {"input_mb": 4 * numbers, "forward_backward_mb": 2 * 4 * outputs, "params_mb": 4 * total_params}
    sizes["total_mb"] = sum(sizes.values())
    return {
        "rows": [row[:4] for row in rows],
        "total_params": total_params,
        "total_mult_adds": sum(row[3] for row in rows),
        **{name: round(size / 1e6, 2) for name, size in sizes.items()},
    }


def _sum_up(layers: str, input_shape: tuple[int, ...], order: tuple[int, ...] = ()) -> dict[str, Any]:
    count = layers.count(",") + 1
    return {"layers": layers, "order": order or tuple(range(count)), "input_shape": input_shape}


def _samples(rng: np.random.Generator, features: int) -> int:
    """Draw how many samples there are, so that the input's megabytes are not next to where rounding turns."""
    while True:
        n = odd(rng, 51, 20)
        if abs(4 * n * features / 1e4 % 1 - 0.5) > 0.1:
            return n


def _mlp(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c = odd(rng, 401, 50), odd(rng, 301, 50), odd(rng, 11, 20)
    return _sum_up(f"Linear {a} {b}, ReLU, Linear {b} {c}", (_samples(rng, a), a))


def _image_net(rng: np.random.Generator) -> dict[str, Any]:
    c, out = odd(rng, 7, 3), odd(rng, 31, 20)
    text = f"Conv2d 3 {c} 3 1 1, ReLU, MaxPool2d 2, Flatten, Linear {256 * c} {out}"
    return _sum_up(text, (odd(rng, 9, 3), 3, 32, 32))


def _strided(rng: np.random.Generator) -> dict[str, Any]:
    c = odd(rng, 7, 3)
    text = f"Conv2d 4 {c} 3 2 1, ReLU, Conv2d {c} 16 3 2, Flatten, Linear 784 10"
    return _sum_up(text, (odd(rng, 11, 5), 4, 32, 32))


def _repeated(rng: np.random.Generator) -> dict[str, Any]:
    a = odd(rng, 301, 50)
    return _sum_up(f"Linear {a} {a}, ReLU", (_samples(rng, a), a), (0, 1, 0, 1))


def _crumbs(rng: np.random.Generator) -> dict[str, Any]:
    c_i, c_o = 34 + int(rng.integers(3)), 16 + int(rng.integers(2))
    return _sum_up(f"Linear {c_i} {c_o}", (30 + int(rng.integers(3)), c_i))


LENET_5 = (
    "Conv2d 1 6 5 1 2, ReLU, MaxPool2d 2, Conv2d 6 16 5, ReLU, MaxPool2d 2, Flatten, "
    "Linear 400 120, ReLU, Linear 120 84, ReLU, Linear 84 10"
)


def _small(rng: np.random.Generator) -> dict[str, Any]:
    n, a, b, c = rng.permutation(np.arange(2, 10))[:4].tolist()
    return _sum_up(f"Linear {a} {b}, ReLU, Linear {b} {c}", (n, a))


EXERCISE = Exercise(
    points=4,
    solution=summary,
    oracle=None,
    returns=(*COLUMNS, *TOTAL_NAMES),
    use=use_summary,
    needs=(Linear, Conv2d, ReLU, MaxPool2d, Flatten, Sequential),
    cases=(
        Case("two small layers", _small),
        Case("two Linear", _mlp),
        Case("an image network", _image_net),
        Case("stride", _strided),
        Case("a layer used twice", _repeated, note="Linear and ReLU come twice"),
        Case("less than 0.01 MB each", _crumbs, note="input, outputs and parameters are small"),
        Case("LeNet-5", lambda rng: _sum_up(LENET_5, (1, 1, 28, 28))),
    ),
    mistakes=(
        Mistake(
            "bias-not-counted",
            edit=(
                (
                    "positions = x.shape[0]",
                    "weights = sum(array.size for array in layer.parameters() if array.ndim > 1)\n"
                    "        positions = x.shape[0]",
                ),
                ("num_params * positions", "weights * positions"),
            ),
            gives="when the bias is left out of the mult-adds. It multiplies nothing, but torchinfo counts it.",
            advice="Here the table is torchinfo's: every parameter, also the bias, counts once for each position.",
        ),
        LINEAR_MACS.mistake("counted-twice", edit=("num_params * positions", "2 * num_params * positions")),
        Mistake(
            "one-sample",
            edit=("x.shape[0] * x[0, 0].size if x.ndim == 4 else x.shape[0]", "x[0, 0].size if x.ndim == 4 else 1"),
            gives="when the mult-adds of one sample are counted.",
            advice="The input has a batch axis, and every sample takes the same work.",
        ),
        Mistake(
            "input-positions",
            edit=(("        x = layer.forward(x)\n", ""), ("kept = 0", "x = layer.forward(x)\n        kept = 0")),
            gives="when a convolution is counted at each position of its input.",
            advice="A kernel is used once for each position of the output.",
        ),
        Mistake(
            "used-again-counted-again",
            edit=("0 if id(layer) in seen else num_params", "num_params"),
            gives="when a layer that comes a second time counts its parameters a second time.",
            advice="It is one object. Remember which layers you have seen; torchinfo marks them (recursive).",
        ),
        Mistake(
            "used-again-shown-again",
            edit=(
                ("x.shape, kept, num_params * positions", "x.shape, num_params, num_params * positions"),
                (
                    "sum(row[2] for row in rows)",
                    "sum({id(array): array.size for array in model.parameters()}.values())",
                ),
            ),
            gives="when the row of a layer that comes a second time shows its parameters again.",
            advice="It is one object. Remember which layers you have seen; torchinfo marks them (recursive).",
        ),
        Mistake(
            "used-again-without-work",
            edit=(
                ("num_params * positions, x.size", "kept * positions, x.size if num_params else 0"),
                ("for row in rows if row[3]", "for row in rows"),
            ),
            gives="when a layer that comes a second time has no mult-adds there.",
            advice="Its parameters are stored once, but each use multiplies again. torchinfo counts both uses.",
        ),
        Mistake(
            "used-again-without-output",
            edit=("for row in rows if row[3]", "for row in rows if row[2]"),
            gives="when forward_backward_mb leaves out the output of a layer that comes a second time.",
            advice="Each use of a layer has its own output, which is kept for the backward pass.",
        ),
        Mistake(
            "one-image",
            edit=("x.shape[0] * x[0, 0].size if", "x[0, 0].size if"),
            gives="when a convolution is counted for one image of the batch.",
            advice="The input has a batch axis, and every image takes the same work.",
        ),
        Mistake(
            "every-output",
            edit=("for row in rows if row[3]", "for row in rows"),
            gives="when forward_backward_mb counts the outputs of all layers.",
            advice="torchinfo counts the outputs of layers with parameters only.",
        ),
        Mistake(
            "forward-only",
            edit=("2 * 4 * outputs", "4 * outputs"),
            gives="when forward_backward_mb counts each output once.",
            advice="In backward, each output has a gradient of the same size.",
        ),
        Mistake(
            "eight-bytes",
            edit=(
                ("4 * numbers", "8 * numbers"),
                ("4 * outputs", "8 * outputs"),
                ("4 * total_params", "8 * total_params"),
            ),
            gives="when a number takes eight bytes, as in NumPy's float64.",
            advice="torchinfo counts PyTorch's float32: four bytes.",
        ),
        Mistake(
            "mebibytes",
            edit=("1e6", "2**20"),
            gives="when a megabyte has 1024 · 1024 bytes.",
            advice="torchinfo's MB is 1,000,000 bytes.",
        ),
        Mistake(
            "sum-of-rounded",
            edit=("sum(sizes.values())", "sum(1e6 * round(size / 1e6, 2) for size in sizes.values())"),
            gives="when total_mb is the sum of the three rounded sizes.",
            advice="Add first, round last.",
        ),
    ),
    hints=(
        "Send zeros of the input's shape through the layers one by one. After each you know its output shape.",
        "torchinfo's mult-adds are the parameters times the positions: samples for a Linear, samples · height · "
        "width of the output for a Conv2d. Layers without parameters have 0.",
        "The bytes, with 4 for each number: the input; twice the outputs of all layers that have parameters; the "
        "parameters, each counted once. Divide by 1e6, and round at the very end.",
    ),
    explanation=(
        "One forward pass gives all shapes. A parameter is used once at each position of the output, so "
        "parameters times positions is the work, as torchinfo counts it. Its memory is four bytes a number: the input, "
        "outputs and their gradients, parameters. Training also stores the parameters' gradients and the optimizer's "
        "state."
    ),
    trace=table_traces(),
)
