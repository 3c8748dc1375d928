"""Chapter 07, second half: how far an output sees, a kernel that finds edges, and a convolution to repair."""

from __future__ import annotations

import numpy as np

from course.chapters.mistakes import conv2d_seeing as wrong
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception
from course.checking.work import Student

CHAPTER = "07_conv2d"


def layer(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    bias: bool = True,
) -> dict[str, np.ndarray]:
    """Draw a call of the layer."""
    arguments = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, c_o, c_i, *kernel)}
    return {**arguments, "bias": normal(rng, c_o)} if bias else arguments


LARGEST_KERNEL = 7
SILENT, STRONG = 1e-4, 0.1
AREAS = ("vertical_edges", "horizontal_edges", "flat_areas")

edge_kernel = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])


def _look_at(student: Student, image: np.ndarray) -> tuple[str, ...]:
    """Say how a student's kernel answers to three kinds of places of a drawn image, or why it is no kernel."""
    value = student.read("edge_kernel")
    if isinstance(value, (list, tuple)):
        try:
            value = np.array(value, dtype=float)
        except (TypeError, ValueError):
            return ("its rows are no matrix of numbers",) * len(AREAS)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        return ("it is no matrix of numbers",) * len(AREAS)
    kernel = value.astype(float)
    if kernel.ndim != 2:
        return (f"its shape is {kernel.shape}, not (k_h, k_w)",) * len(AREAS)
    if kernel.size == 0 or max(kernel.shape) > LARGEST_KERNEL:
        return (f"its shape is {kernel.shape}; at most {LARGEST_KERNEL} by {LARGEST_KERNEL} is looked at",) * len(AREAS)
    if not np.isfinite(kernel).all():
        return ("it holds values that are not finite",) * len(AREAS)
    return _answers(kernel, image)


def _answers(kernel: np.ndarray, image: np.ndarray) -> tuple[str, ...]:
    """Sort all places by what the kernel's window sees there, and take the largest answer of each kind."""
    # A single row, or column, sees no edge along it; with zeros beside it, it does.
    kernel = np.pad(kernel, [(0, size == 1) for size in kernel.shape])
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    rows_differ = np.ptp(windows, axis=2).any(axis=-1)
    columns_differ = np.ptp(windows, axis=3).any(axis=-1)
    # At an edge, 1 is the answer of weights that are as large, and all of one sign.
    full = np.abs(kernel).sum() * np.ptp(image) or 1.0
    answers = np.abs(np.einsum("yxuv,uv->yx", windows, kernel)) / full
    vertical, horizontal, flat = (
        answers[kind].max(initial=0.0)
        for kind in (columns_differ & ~rows_differ, rows_differ & ~columns_differ, ~rows_differ & ~columns_differ)
    )
    strength = "strong" if vertical > STRONG else "weak" if vertical > SILENT else "silent"
    return (strength, *("silent" if answer < SILENT else "not silent" for answer in (horizontal, flat)))


def _drawing(rng: np.random.Generator, wall: float, window: float) -> dict[str, np.ndarray]:
    """Draw a window in a wall: its left and right edges are vertical, the others horizontal."""
    image = np.full((30, 34), wall)
    top, left = rng.integers(8, 11, size=2)
    image[top : top + int(rng.integers(9, 12)), left : left + int(rng.integers(12, 15))] = window
    return {"image": image}


EDGE_KERNEL = Exercise(
    name="edge_kernel",
    chapter=CHAPTER,
    points=2,
    reference=edge_kernel,
    oracle=None,
    use=_look_at,
    returns=AREAS,
    cases=(
        Case("a bright window", lambda rng: _drawing(rng, 0.0, 1.0), note="a bright rectangle on a dark wall"),
        Case("a dark window", lambda rng: _drawing(rng, 0.9, 0.2), note="a dark rectangle on a bright wall"),
        Case("low contrast", lambda rng: _drawing(rng, 200.0, 210.0), note="200 beside 210"),
        Case("negative values", lambda rng: _drawing(rng, -1.0, 0.5), note="from -1 to 0.5"),
    ),
    misconceptions=(
        Misconception(
            "edge_kernel.horizontal",
            wrong.horizontal,
            "when the kernel finds horizontal edges: it compares above and below.",
            "At a vertical edge, left and right differ. Turn the kernel.",
        ),
        Misconception(
            "edge_kernel.every-direction",
            wrong.every_direction,
            "when the kernel finds edges of every direction.",
            "On a horizontal edge all columns are the same. What must each single row of the kernel add up to?",
        ),
        Misconception(
            "edge_kernel.sum-not-zero",
            wrong.sum_not_zero,
            "when the weights don't add up to 0: the kernel answers to brightness alone.",
            "On a flat area every weight meets the same value. What must their sum be to give 0?",
        ),
        Misconception(
            "edge_kernel.nothing",
            wrong.nothing,
            "when the kernel finds nothing at all.",
            "It must weigh left and right differently, so that a difference between them is left over.",
        ),
    ),
    hints=(
        "At a vertical edge, what lies left differs from what lies right. Subtract.",
        "On a flat area the output is the value times the sum of all weights. That sum has to be 0.",
        "On a horizontal edge each row of the window is flat. So the weights of each row, alone, must add up to 0.",
        "Two weights in one row are enough. Three columns with a zero in the middle, and three rows, are less nervous.",
    ),
    explanation=(
        "Each row subtracts left from right, and adds up to 0. So flat areas and horizontal edges cancel, and a "
        "vertical edge is left. Three rows average away noise. This one is Sobel's kernel, and many others are right."
    ),
)


def receptive_field(kernel_sizes, strides):
    """Count the inputs along one axis that one output sees, through a stack of layers."""
    field, step = 1, 1
    for kernel_size, stride in zip(kernel_sizes, strides, strict=True):
        field += (kernel_size - 1) * step
        step *= stride
    return field


def _stack(rng: np.random.Generator, strides: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Draw kernels that get larger from layer to layer, by steps that differ."""
    sizes = 2 + np.cumsum(rng.integers(1, 4, size=len(strides)))
    return {"kernel_sizes": tuple(map(int, sizes)), "strides": strides}


RECEPTIVE_FIELD = Exercise(
    name="receptive_field",
    chapter=CHAPTER,
    points=2,
    reference=receptive_field,
    oracle=None,
    cases=(
        Case("one layer", lambda rng: _stack(rng, (1,))),
        Case("two layers of 3", lambda rng: {"kernel_sizes": (3, 3), "strides": (1, 1)}),
        Case("stride 1 throughout", lambda rng: _stack(rng, (1, 1, 1))),
        Case("one strided layer", lambda rng: _stack(rng, (2, 1))),
        Case("strides that differ", lambda rng: _stack(rng, (2, 3, 1))),
        Case("strides everywhere", lambda rng: _stack(rng, (3, 2, 2, 2))),
        Case("the last layer strides", lambda rng: _stack(rng, (1, 1, 3)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "receptive_field.strides-ignored",
            wrong.field_no_strides,
            "when the strides are left out.",
            "After a layer with stride 2, neighbours lie two inputs apart.",
        ),
        Misconception(
            "receptive_field.whole-kernels",
            wrong.field_whole_kernels,
            "when each layer adds its whole kernel.",
            "The first element of a window is there already. A kernel of k reaches k - 1 steps further.",
        ),
        Misconception(
            "receptive_field.own-stride-first",
            wrong.field_own_stride,
            "when a layer's own stride already counts for its own kernel.",
            "The stride says how far apart a layer's outputs lie. Its kernel lies on its inputs.",
        ),
        Misconception(
            "receptive_field.strides-not-multiplied",
            wrong.field_strides_not_multiplied,
            "when only the stride of the layer before is looked at.",
            "Two layers of stride 2, one after the other, put outputs four inputs apart.",
        ),
        Misconception(
            "receptive_field.strides-added",
            wrong.field_strides_added,
            "when strides add up.",
            "Two layers of stride 3, one after the other: a step of the second is three steps of the first.",
        ),
        Misconception(
            "receptive_field.product-of-kernels",
            wrong.field_product_of_kernels,
            "when the kernel sizes are multiplied.",
            "Draw two layers with kernels of 3 and stride 1. Windows of neighbours overlap.",
        ),
        Misconception(
            "receptive_field.wrong-end",
            wrong.field_from_the_end_wrongly,
            "when the layers are taken in the wrong order.",
            "field = (field - 1) · stride + kernel walks from the output back to the input. Which layer is first then?",
        ),
        Misconception(
            "receptive_field.one-short",
            wrong.field_starts_at_zero,
            "when the count starts from 0.",
            "Without any layer, an output sees one input: itself.",
        ),
        Misconception(
            "receptive_field.last-layer-only",
            wrong.field_last_layer_only,
            "when only the last layer is looked at.",
            "The last kernel meets outputs of the layers before, and each of these sees several inputs.",
        ),
    ),
    hints=(
        "Start without a layer: one output sees one input. Then add layer after layer, from the input on.",
        "A layer with stride 1 throughout adds k - 1 inputs.",
        "Keep a second number: how many inputs apart two neighbours lie. A layer's kernel adds k - 1 times that.",
        "Then the distance is multiplied by the layer's own stride, for the layers after it.",
    ),
    explanation=(
        "A kernel of k takes k - 1 steps, and a step is as long as all strides before it, multiplied. The layer's own "
        "stride lengthens only the steps of the layers that follow."
    ),
)


def repair_conv2d(input, weight, bias=None):
    """Slide kernels over images, one element of the kernel at a time: what was handed out, repaired."""
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            met = input[:, :, u : u + h_o, v : v + w_o]
            output += np.tensordot(weight[:, :, u, v], met, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        output = output + bias.reshape(-1, 1, 1)
    return output


def _symmetric(rng: np.random.Generator) -> dict[str, np.ndarray]:
    arguments = layer(rng, n=1, c_i=1, c_o=1, size=(5, 6), kernel=(3, 3))
    return {**arguments, "weight": arguments["weight"] + arguments["weight"].swapaxes(2, 3)}


REPAIR = Exercise(
    name="repair_conv2d",
    chapter=CHAPTER,
    points=2,
    reference=repair_conv2d,
    oracle=TorchFunction("torch.nn.functional.conv2d"),
    given=wrong.repair_conv2d,
    cases=(
        Case("a square kernel", lambda rng: layer(rng, n=1, c_i=1, c_o=1, size=(4, 6), kernel=(3, 3))),
        Case("a symmetric kernel", _symmetric),
        Case("square images", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(5, 5), kernel=(2, 2), bias=False)),
        Case("a wide kernel", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(5, 7), kernel=(2, 4))),
    ),
    misconceptions=(
        Misconception(
            "repair_conv2d.as-given",
            wrong.repair_conv2d,
            "when the function is left as it was handed out.",
            "u runs over the rows of the kernel. Along which axis of the image does it move the window?",
        ),
        Misconception(
            "repair_conv2d.output-transposed",
            wrong.repair_output_transposed,
            "when rows and columns of the output are exchanged.",
            "Exchanging them at the end undoes nothing. Look for the line in which u and v meet the image.",
        ),
        Misconception(
            "repair_conv2d.kernel-flipped",
            wrong.repair_flipped,
            "when the kernel is flipped.",
            "The kernel was not the wrong way round, only rows and columns had changed places.",
        ),
        Misconception(
            "repair_conv2d.diagonal-by-rows",
            wrong.repair_rows_only,
            "when the row of the kernel moves the window along both axes.",
            "The image's rows go with u. And its columns?",
        ),
        Misconception(
            "repair_conv2d.diagonal-by-columns",
            wrong.repair_columns_only,
            "when the column of the kernel moves the window along both axes.",
            "The image's columns go with v. And its rows?",
        ),
    ),
    hints=(
        "Try it on an image in which a single pixel is 1, and a kernel whose nine weights all differ.",
        "Only one line touches the image. Name the axis of each slice in it.",
        "Axis 2 is the height: it goes with the kernel's rows.",
    ),
    explanation=(
        "u counts rows of the kernel, so it belongs into the slice of axis 2, and v into that of axis 3. Exchanged, "
        "they transpose the kernel: what should find vertical edges finds horizontal ones."
    ),
)
