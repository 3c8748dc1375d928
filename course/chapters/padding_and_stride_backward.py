"""Chapter 08, the way back: gradients through stride and padding, and a padding to repair."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import padding_and_stride_backward as wrong
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "08_padding_and_stride"

Size = tuple[int, int]


def layer(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: Size,
    kernel: Size,
    bias: bool = True,
    **options: int | Size,
) -> dict[str, Any]:
    """Draw a call of the layer; `options` are stride, padding and dilation."""
    arguments = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, c_o, c_i, *kernel)}
    return {**arguments, **({"bias": normal(rng, c_o)} if bias else {}), **options}


def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    """Give the three gradients: the lesson's version, element by element of the kernel."""
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    (h, w), (h_o, w_o) = input.shape[2:], grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for u, v in np.ndindex(weight.shape[2:]):
        met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met])
        grad_padded[met] += np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, u, v])
    return grad_padded[:, :, p_h : p_h + h, p_w : p_w + w], grad_weight, grad_output.sum(axis=(0, 2, 3))


def _gradient(
    rng: np.random.Generator, n: int, c_i: int, c_o: int, size: Size, kernel: Size, **options: int | Size
) -> dict[str, Any]:
    strides, paddings = np.broadcast_to(options.get("stride", 1), 2), np.broadcast_to(options.get("padding", 0), 2)
    out = [int((i + 2 * p - k) // s + 1) for i, k, s, p in zip(size, kernel, strides, paddings, strict=True)]
    return {
        "grad_output": normal(rng, n, c_o, *out),
        "input": normal(rng, n, c_i, *size),
        "weight": normal(rng, c_o, c_i, *kernel),
        **options,
    }


BACKWARD = Exercise(
    name="conv2d_backward",
    chapter=CHAPTER,
    points=5,
    reference=functional.conv2d_backward,
    solution=conv2d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.conv2d",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, input, weight, stride=1, padding=0: (
            (input, weight, np.zeros(len(weight))),
            {"stride": stride, "padding": padding},
        ),
    ),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("one channel", lambda rng: _gradient(rng, n=1, c_i=1, c_o=1, size=(3, 4), kernel=(2, 2))),
        Case("several channels", lambda rng: _gradient(rng, n=2, c_i=3, c_o=4, size=(4, 6), kernel=(3, 2))),
        Case("stride", lambda rng: _gradient(rng, n=2, c_i=2, c_o=3, size=(7, 5), kernel=(3, 2), stride=2)),
        Case("padding", lambda rng: _gradient(rng, n=2, c_i=2, c_o=3, size=(4, 5), kernel=(3, 2), stride=1, padding=1)),
        Case(
            "pairs",
            lambda rng: _gradient(rng, 2, 3, 2, size=(8, 5), kernel=(2, 3), stride=(3, 2), padding=(1, 2)),
            note="the last row of the padded image is in no window",
        ),
        Case("shapes that are all the same", lambda rng: _gradient(rng, 3, 3, 3, (5, 5), (3, 3), stride=1, padding=1)),
        Case(
            "steps longer than the kernel",
            lambda rng: _gradient(rng, 2, 2, 3, size=(7, 6), kernel=(2, 1), stride=3),
            note="some pixels are in no window",
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "conv2d_backward.stride-ignored",
            wrong.backward_stride_ignored,
            "when the way back goes step by step, whatever the stride was.",
            "Element (u, v) of the kernel met every s-th pixel on the way forward. Go back to the same ones.",
        ),
        Misconception(
            "conv2d_backward.overwritten",
            wrong.backward_overwritten,
            "when each element of the kernel overwrites in grad_input what those before it had left there.",
            "A pixel lies in several windows, and each adds its share. Look for an `=` that should be a `+=`.",
        ),
        Misconception(
            "conv2d_backward.kernel-flipped",
            wrong.backward_not_flipped,
            "when grad_input uses the kernel the wrong way round.",
            "Element (u, v) met a certain slice on the way forward. Its share must go back to the same slice.",
        ),
        Misconception(
            "conv2d_backward.border-kept",
            wrong.backward_border_kept,
            "when the gradient of the padding is kept.",
            "grad_input has the shape of input. The zeros around it are nobody's parameters.",
        ),
        Misconception(
            "conv2d_backward.border-cut-behind-only",
            wrong.backward_cut_behind,
            "when the border is cut off at the bottom and the right, twice as much as there is.",
            "Where in the padded image does the image begin?",
        ),
        Misconception(
            "conv2d_backward.bias-not-summed-over-batch",
            wrong.backward_bias_per_sample,
            "when the bias's gradient is not summed over the batch.",
            "One bias serves all images of the batch and all positions. Its gradient has the shape (c_o,).",
        ),
        Misconception(
            "conv2d_backward.mean-over-batch",
            wrong.backward_mean_of_batch,
            "when weight and bias take the mean over the batch.",
            "The gradients add up. Whether the loss is a mean is the business of grad_output.",
        ),
    ),
    hints=(
        "Start like the forward pass: pad the input. Make two arrays of zeros, one for the gradient of the padded "
        "input, one for that of the weight.",
        "Loop over the kernel's elements (u, v). On the way forward, element (u, v) met the rows u, u + s_h, "
        "u + 2 s_h, ... of the padded input, h_o of them; the same for columns. Write that slice down.",
        "grad_weight[:, :, u, v] sums grad_output times that slice, over batch and positions. The same slice of the "
        "padded gradient gets `+=` grad_output times weight[:, :, u, v], summed over o.",
        "At the end, cut the border off. grad_bias sums grad_output over axes 0, 2 and 3.",
    ),
    explanation=(
        "It is the way back of chapter 06 with two axes. The slice has a step, the stride: pixels that no window read "
        "keep a gradient of 0. Padding is undone by a cut, as zeros that are no parameters need no gradient."
    ),
)


def repair_zero_padding(input, weight, stride=1, padding=0):
    """Slide kernels over images that are surrounded by zeros: what was handed out, repaired."""
    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]
    h_o = (h + 2 * padding - k_h) // stride + 1
    w_o = (w + 2 * padding - k_w) // stride + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for y, x in np.ndindex(h_o, w_o):
        for u, v in np.ndindex(k_h, k_w):
            row = y * stride + u - padding
            column = x * stride + v - padding
            if 0 <= row < h and 0 <= column < w:
                output[:, :, y, x] += input[:, :, row, column] @ weight[:, :, u, v].T
    return output


def _one_dark_border(rng: np.random.Generator) -> dict[str, Any]:
    """Draw an image whose last row and column are 0: there the mistake does not show."""
    drawn = layer(rng, n=1, c_i=1, c_o=1, size=(4, 5), kernel=(3, 3), bias=False, stride=1, padding=1)
    drawn["input"][:, :, -1], drawn["input"][:, :, :, -1] = 0, 0
    return drawn


REPAIR = Exercise(
    name="repair_zero_padding",
    chapter=CHAPTER,
    points=2,
    reference=repair_zero_padding,
    oracle=TorchFunction(
        "torch.nn.functional.conv2d",
        arrange=lambda input, weight, stride=1, padding=0: (
            (input, weight),
            {"stride": stride, "padding": padding},
        ),
    ),
    given=wrong.repair_zero_padding,
    cases=(
        Case("padding", lambda rng: layer(rng, 1, 1, 1, (3, 4), (3, 3), bias=False, stride=1, padding=1)),
        Case("no padding", lambda rng: layer(rng, 2, 2, 3, (4, 5), (2, 3), bias=False)),
        Case("an image with dark borders", _one_dark_border),
        Case("stride and padding", lambda rng: layer(rng, 2, 3, 2, (5, 6), (3, 2), bias=False, stride=2, padding=1)),
        Case("a wide border", lambda rng: layer(rng, 1, 2, 3, (5, 4), (4, 3), bias=False, stride=1, padding=2)),
    ),
    misconceptions=(
        Misconception(
            "repair_zero_padding.as-given",
            wrong.repair_zero_padding,
            "when the function is left as it was handed out.",
            "Print row and column for y = x = u = v = 0 and padding=1. What does NumPy read there?",
        ),
        Misconception(
            "repair_zero_padding.rows-only",
            wrong.repair_rows_only,
            "when the rows are repaired, and the columns are not.",
            "Does the same happen along the other axis?",
        ),
        Misconception(
            "repair_zero_padding.first-lines-lost",
            wrong.repair_first_lines_lost,
            "when row 0 and column 0 are taken for padding.",
            "Which is the first row of the image? Look at your comparison.",
        ),
        Misconception(
            "repair_zero_padding.replicated",
            wrong.repair_replicated,
            "when places before the image read its first row or column.",
            "Padding with zeros means that these places add nothing.",
        ),
        Misconception(
            "repair_zero_padding.reflected",
            wrong.repair_reflected,
            "when the minus sign is dropped, and places before the image read a mirrored row or column.",
            "Padding with zeros means that these places add nothing.",
        ),
        Misconception(
            "repair_zero_padding.padding-dropped",
            wrong.repair_padding_dropped,
            "when there is no padding at all.",
            "The size was right, and the loops were, too. Only some values must not be added.",
        ),
    ),
    hints=(
        "Try it on an image in which a single pixel, the last one, is 1. Where does it show?",
        "Places outside the image add nothing. The function leaves out those behind the last row and column. "
        "Which others are there?",
        "row and column can be negative, and NumPy counts negative indices from the end.",
    ),
    explanation=(
        "Before the first row, row is negative. NumPy gives no error for input[..., -1, ...]: it reads the last row. "
        "So the border was not zero but the opposite side of the image. Both comparisons need a lower bound, too."
    ),
)
