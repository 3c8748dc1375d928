"""Chapter 15: what a network costs. Parameters counted once, torchinfo's table, and a count to repair."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters import counting_layers as layers
from course.chapters.counting_use import COLUMNS, TOTAL_NAMES, use_count, use_summary
from course.chapters.mistakes import counting_totals as wrong
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "15_counting"


def _odd(rng: np.random.Generator, least: int, span: int) -> int:
    """Draw an odd size: a product of these shows where it was rounded."""
    return least + 2 * int(rng.integers(0, span))


def _counted(layers: str, order: tuple[int, ...]) -> dict[str, Any]:
    return {"layers": layers, "order": order}


def _two_linear(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c = _odd(rng, 21, 30), _odd(rng, 101, 20), _odd(rng, 3, 8)
    return _counted(f"Linear {a} {b}, ReLU, Linear {b} {c}", (0, 1, 2))


def _two_equal(rng: np.random.Generator) -> dict[str, Any]:
    a = _odd(rng, 11, 20)
    return _counted(f"Linear {a} {a}, Linear {a} {a}", (0, 1))


def _conv_and_linear(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c = _odd(rng, 3, 3), _odd(rng, 5, 8), _odd(rng, 3, 2)
    return _counted(f"Conv2d {a} {b} {c}, ReLU, Flatten, Linear {9 * b} {c}", (0, 1, 2, 3))


def _shared(rng: np.random.Generator) -> dict[str, Any]:
    a = _odd(rng, 11, 20)
    return _counted(f"Linear {a} {a}, ReLU", (0, 1, 0, 1, 0))


def _shared_inside(rng: np.random.Generator) -> dict[str, Any]:
    a, b = _odd(rng, 11, 20), _odd(rng, 11, 20)
    return _counted(f"[Linear {a} {b}, ReLU], Linear {b} {a}", (0, 1, 0))


COUNT_PARAMETERS = Exercise(
    name="count_parameters",
    chapter=CHAPTER,
    points=2,
    reference=layers.count_parameters,
    oracle=None,
    use=use_count,
    cases=(
        Case("two layers", _two_linear),
        Case("two layers of the same size", _two_equal),
        Case("convolution and linear", _conv_and_linear),
        Case("one layer three times", _shared, note="the first layer stands in it three times"),
        Case("a block twice", _shared_inside, note="the Sequential inside stands in it twice"),
        Case("nothing to train", lambda rng: _counted("ReLU, Flatten", (0, 1)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "count_parameters.shared-counted-again",
            wrong.count_shared_again,
            "when a layer that is used several times is counted each time.",
            "Its arrays are the same objects, whatever the number of uses. id(array) tells objects apart.",
        ),
        Misconception(
            "count_parameters.equal-sizes-taken-for-shared",
            wrong.count_by_shape,
            "when arrays of the same shape are taken for the same array.",
            "Two layers of one size still have their own numbers. What tells two objects apart, whatever they hold?",
        ),
        Misconception(
            "count_parameters.arrays-counted",
            wrong.count_arrays,
            "when arrays are counted in place of the numbers in them.",
            "A weight of shape (4, 3) holds 12 parameters.",
        ),
        Misconception(
            "count_parameters.no-bias",
            wrong.count_without_bias,
            "when the biases are left out.",
            "A bias is trained, too. Which arrays of the list do you skip?",
        ),
        Misconception(
            "count_parameters.first-axis-only",
            wrong.count_first_axis,
            "when len is taken for the number of values.",
            "len gives the size of the first axis. An array knows how many values it holds: its .size.",
        ),
    ),
    hints=(
        "model.parameters() gives all arrays. An array's .size says how many numbers it holds.",
        "A layer that is used twice has its arrays in the list twice. They must count once.",
        "Collect the arrays in a dict under their id, then sum the sizes of its values.",
    ),
    explanation=(
        "Sharing means that one object stands in several places. id tells objects apart: equal numbers in two arrays "
        "are two parameters, one array in two places is one."
    ),
)


def _sum_up(layers: str, input_shape: tuple[int, ...], order: tuple[int, ...] = ()) -> dict[str, Any]:
    count = layers.count(",") + 1
    return {"layers": layers, "order": order or tuple(range(count)), "input_shape": input_shape}


def _mlp(rng: np.random.Generator) -> dict[str, Any]:
    a, b, c = _odd(rng, 401, 50), _odd(rng, 301, 50), _odd(rng, 11, 20)
    return _sum_up(f"Linear {a} {b}, ReLU, Linear {b} {c}", (_odd(rng, 51, 20), a))


def _image_net(rng: np.random.Generator) -> dict[str, Any]:
    c, out = _odd(rng, 7, 3), _odd(rng, 31, 20)
    text = f"Conv2d 3 {c} 3 1 1, ReLU, MaxPool2d 2, Flatten, Linear {256 * c} {out}"
    return _sum_up(text, (_odd(rng, 9, 3), 3, 32, 32))


def _strided(rng: np.random.Generator) -> dict[str, Any]:
    c = _odd(rng, 7, 3)
    text = f"Conv2d 4 {c} 3 2 1, ReLU, Conv2d {c} 16 3 2, Flatten, Linear 784 10"
    return _sum_up(text, (_odd(rng, 11, 5), 4, 32, 32))


def _repeated(rng: np.random.Generator) -> dict[str, Any]:
    a = _odd(rng, 301, 50)
    return _sum_up(f"Linear {a} {a}, ReLU", (_odd(rng, 51, 20), a), (0, 1, 0, 1))


def _crumbs(rng: np.random.Generator) -> dict[str, Any]:
    c_i, c_o = 34 + int(rng.integers(3)), 16 + int(rng.integers(2))
    return _sum_up(f"Linear {c_i} {c_o}", (30 + int(rng.integers(3)), c_i))


LENET_5 = (
    "Conv2d 1 6 5 1 2, ReLU, MaxPool2d 2, Conv2d 6 16 5, ReLU, MaxPool2d 2, Flatten, "
    "Linear 400 120, ReLU, Linear 120 84, ReLU, Linear 84 10"
)

SUMMARY = Exercise(
    name="summary",
    chapter=CHAPTER,
    points=4,
    reference=layers.summary,
    oracle=None,
    use=use_summary,
    returns=(*COLUMNS, *TOTAL_NAMES),
    cases=(
        Case("two Linear", _mlp),
        Case("an image network", _image_net),
        Case("stride", _strided),
        Case("a layer used twice", _repeated, note="Linear and ReLU stand in it twice"),
        Case("less than 0.01 MB each", _crumbs, note="input, outputs and parameters are small"),
        Case("LeNet-5", lambda rng: _sum_up(LENET_5, (1, 1, 28, 28))),
    ),
    misconceptions=(
        Misconception(
            "summary.bias-not-counted",
            wrong.summary_without_bias,
            "when a mult-add is a multiplication. That is true, and not what torchinfo prints.",
            "torchinfo counts every parameter, the bias too, once for each position. Here its table is wanted.",
        ),
        Misconception(
            "summary.counted-twice",
            wrong.summary_two_each,
            "when a multiplication and its addition count as two.",
            "One mult-add is both together.",
        ),
        Misconception(
            "summary.one-sample",
            wrong.summary_one_sample,
            "when the mult-adds are those of one sample.",
            "The input has a batch axis, and every sample takes the same work.",
        ),
        Misconception(
            "summary.input-positions",
            wrong.summary_input_positions,
            "when a convolution is counted at each position of its input.",
            "A kernel is used once for each position of the output.",
        ),
        Misconception(
            "summary.used-again-counted-again",
            wrong.summary_counts_again,
            "when a layer that comes a second time counts its parameters a second time.",
            "It is one object. Remember which layers you have seen; torchinfo marks them (recursive).",
        ),
        Misconception(
            "summary.every-output",
            wrong.summary_every_output,
            "when forward_backward_mb counts the outputs of all layers.",
            "torchinfo counts the outputs of layers with parameters only.",
        ),
        Misconception(
            "summary.forward-only",
            wrong.summary_forward_only,
            "when forward_backward_mb counts each output once.",
            "Going back, each output has a gradient of the same size.",
        ),
        Misconception(
            "summary.eight-bytes",
            wrong.summary_eight_bytes,
            "when a number takes eight bytes, as in NumPy.",
            "torchinfo counts PyTorch's float32: four bytes.",
        ),
        Misconception(
            "summary.mebibytes",
            wrong.summary_mebibytes,
            "when a megabyte has 1024 · 1024 bytes.",
            "torchinfo's MB are 1,000,000 bytes.",
        ),
        Misconception(
            "summary.sum-of-rounded",
            wrong.summary_rounds_early,
            "when total_mb is the sum of the three rounded sizes.",
            "Add first, round last.",
        ),
    ),
    hints=(
        "Send zeros of the input's shape through the layers one by one. After each you know its output shape.",
        "torchinfo's mult-adds are the parameters times the positions: samples for a Linear, samples · height · width "
        "of the output for a Conv2d. Layers without parameters have 0.",
        "The bytes, with 4 for each number: the input; twice the outputs of all layers that have parameters; the "
        "parameters, each counted once. Divide by 1e6, and round at the very end.",
    ),
    explanation=(
        "One forward pass gives all shapes. A parameter is used once at each position of the output, so parameters "
        "times positions is the work, as torchinfo has it. Memory is four bytes a number: the input, outputs and "
        "their gradients, parameters."
    ),
)


def repair_conv2d_cost(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    """Count at the positions of the output."""
    n, c_i, h, w = input_shape
    h_o = (h + 2 * padding - kernel_size) // stride + 1
    w_o = (w + 2 * padding - kernel_size) // stride + 1
    num_params = out_channels * (c_i // groups * kernel_size**2 + 1)
    return num_params, num_params * n * h_o * w_o


def _cost(shape: tuple[int, int, int, int], out_channels: int, kernel_size: int, **options: int) -> dict[str, Any]:
    return {"input_shape": shape, "out_channels": out_channels, "kernel_size": kernel_size, **options}


REPAIR = Exercise(
    name="repair_conv2d_cost",
    chapter=CHAPTER,
    points=2,
    reference=repair_conv2d_cost,
    oracle=None,
    given=wrong.repair_as_given,
    returns=("num_params", "mult_adds"),
    cases=(
        Case("as many positions as pixels", lambda rng: _cost((1, 3, _odd(rng, 31, 9), 32), 8, 3, padding=1)),
        Case("no padding", lambda rng: _cost((2, 4, _odd(rng, 11, 9), 14), 6, 3)),
        Case("stride", lambda rng: _cost((2, 3, _odd(rng, 21, 9), 30), 7, 5, stride=3)),
        Case("stride and padding", lambda rng: _cost((3, 3, _odd(rng, 21, 9), 37), 8, 4, stride=2, padding=3)),
        Case("groups", lambda rng: _cost((2, 6, 16, _odd(rng, 11, 9)), 9, 3, stride=2, padding=1, groups=3)),
    ),
    misconceptions=(
        Misconception(
            "repair_conv2d_cost.as-given",
            wrong.repair_as_given,
            "when the function is left as it was handed out.",
            "It never reads stride and padding. What depends on them?",
        ),
        Misconception(
            "repair_conv2d_cost.divided-by-stride",
            wrong.repair_divides,
            "when height and width are divided by the stride, and kernel and padding stay out of it.",
            "How many windows fit into a row? The formula of chapter 08 says.",
        ),
        Misconception(
            "repair_conv2d_cost.padding-once",
            wrong.repair_pads_once,
            "when the padding is counted on one side only.",
            "There is padding on the left and on the right.",
        ),
        Misconception(
            "repair_conv2d_cost.groups-lost",
            wrong.repair_loses_groups,
            "when the groups have been lost in the repair.",
            "Each output channel sees c_i / g input channels. That part was right before.",
        ),
    ),
    hints=(
        "Try it on the symptom: a layer with stride 2. By which factor is the work too large?",
        "A kernel is used once at each position of the output, not of the input.",
        "h_o = (h + 2p - k) // s + 1, and the same for the width.",
    ),
    explanation=(
        "The work is done where outputs are made. With stride 1 and same padding there are as many outputs as pixels, "
        "and the mistake does not show."
    ),
)


TOTALS = (COUNT_PARAMETERS, SUMMARY, REPAIR)
