"""A convolution as an object, with the gradients of its input, weight and bias."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.counting.draws import Draw, earlier_batch
from course.chapters.counting.layer_traces import OF_CONV2D
from course.chapters.counting.setup import pair
from course.chapters.counting.use_layer import use_layer
from course.checking.sampling import normal, whole
from course.checking.spec import Case, Exercise, Mistake


class Conv2d:
    """A convolution. weight is (c_o, c_i, k_h, k_w), bias is (c_o,) or None.

    kernel_size, stride and padding are a number or a pair.

    >>> layer = Conv2d(3, 8, kernel_size=(5, 3), stride=2, padding=1)
    >>> layer.forward(np.ones((4, 3, 9, 9))).shape
    (4, 8, 4, 5)
    >>> layer.backward(np.ones((4, 8, 4, 5))).shape, layer.grad_weight.shape, layer.grad_bias.shape
    ((4, 3, 9, 9), (8, 3, 5, 3), (8,))
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = pair(kernel_size), pair(stride), pair(padding)
        rng = np.random.default_rng(rng)
        shape = (out_channels, in_channels, *self.kernel_size)
        bound = 1 / np.sqrt(np.prod(shape[1:]))
        self.weight = rng.uniform(-bound, bound, size=shape)
        self.bias = rng.uniform(-bound, bound, size=out_channels) if bias else None

    def forward(self, input):
        ### BEGIN SOLUTION
        (p_h, p_w), (k_h, k_w), (s_h, s_w) = self.padding, self.kernel_size, self.stride
        self.padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
        h_o = (self.padded.shape[2] - k_h) // s_h + 1
        w_o = (self.padded.shape[3] - k_w) // s_w + 1
        output = np.zeros((len(input), self.out_channels, h_o, w_o))
        for i in range(k_h):
            for j in range(k_w):
                seen = self.padded[:, :, i : i + s_h * h_o : s_h, j : j + s_w * w_o : s_w]
                output += np.einsum("nchw,oc->nohw", seen, self.weight[:, :, i, j], optimize=True)
        return output if self.bias is None else output + self.bias[:, None, None]
        ### END SOLUTION

    def backward(self, grad_output):
        ### BEGIN SOLUTION
        (p_h, p_w), (k_h, k_w), (s_h, s_w) = self.padding, self.kernel_size, self.stride
        h_o, w_o = grad_output.shape[2:]
        grad_padded = np.zeros(self.padded.shape)
        self.grad_weight = np.zeros(self.weight.shape)
        self.grad_bias = None if self.bias is None else grad_output.sum(axis=(0, 2, 3))
        for i in range(k_h):
            for j in range(k_w):
                rows, columns = slice(i, i + s_h * h_o, s_h), slice(j, j + s_w * w_o, s_w)
                seen = self.padded[:, :, rows, columns]
                self.grad_weight[:, :, i, j] = np.einsum("nohw,nchw->oc", grad_output, seen, optimize=True)
                back = np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j], optimize=True)
                grad_padded[:, :, rows, columns] += back
        h, w = self.padded.shape[2:]
        return grad_padded[:, :, p_h : h - p_h, p_w : w - p_w]
        ### END SOLUTION

    def parameters(self):
        ### BEGIN SOLUTION
        return [self.weight] if self.bias is None else [self.weight, self.bias]
        ### END SOLUTION

    def gradients(self):
        ### BEGIN SOLUTION
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]
        ### END SOLUTION


def _conv2d(
    rng: np.random.Generator,
    wanted: str,
    channels: tuple[int, int],
    size: tuple[int, int, int],
    kernel: tuple[int, int] | int,
    out: tuple[int, int] = (0, 0),
    bias: bool = True,
    draw: Draw = normal,
    **options: Any,
) -> dict[str, Any]:
    (c_i, c_o), (n, h, w) = channels, size
    drawn = {"sizes": channels, "kernel_size": kernel, **options, "wanted": wanted}
    drawn["weight"] = draw(rng, c_o, c_i, *pair(kernel))
    drawn |= {"bias": draw(rng, c_o)} if bias else {"with_bias": False}
    drawn["input"] = draw(rng, n, c_i, h, w)
    return drawn if wanted == "output" else drawn | {"grad_output": draw(rng, n, c_o, *out)}


EXERCISE = Exercise(
    name="Conv2d",
    points=5,
    solution=Conv2d,
    oracle=None,
    returns=("weight", "bias", "grad_weight", "grad_bias"),
    use=use_layer("Conv2d", results=4),
    cases=(
        Case("forward", lambda rng: _conv2d(rng, "output", (1, 2), (1, 3, 3), (2, 2), draw=whole)),
        Case("forward without bias", lambda rng: _conv2d(rng, "output", (3, 2), (2, 4, 6), (3, 2), bias=False)),
        Case("padding", lambda rng: _conv2d(rng, "output", (2, 3), (2, 4, 5), 3, padding=(1, 2))),
        Case("stride", lambda rng: _conv2d(rng, "output", (2, 3), (1, 7, 8), (3, 2), stride=(2, 3))),
        Case("grad_input", lambda rng: _conv2d(rng, "grad_input", (1, 2), (1, 2, 3), (1, 2), out=(2, 2), draw=whole)),
        Case(
            "grad_input with stride and padding",
            lambda rng: _conv2d(rng, "grad_input", (2, 3), (2, 6, 5), 3, out=(3, 5), stride=(2, 1), padding=1),
        ),
        Case("both lists", lambda rng: _conv2d(rng, "lists", (1, 2), (1, 2, 3), (1, 2), out=(2, 2), draw=whole)),
        Case(
            "both lists, stride and padding, no bias",
            lambda rng: _conv2d(
                rng, "lists", (3, 2), (2, 5, 8), (3, 2), out=(3, 4), bias=False, stride=2, padding=(1, 0)
            ),
        ),
        Case(
            "a second batch",
            lambda rng: (
                _conv2d(rng, "lists", (2, 3), (2, 5, 4), (2, 3), out=(4, 2))
                | earlier_batch(rng, (2, 2, 5, 4), out=(2, 3, 4, 2))
            ),
        ),
        Case(
            "as it is made",
            lambda rng: {"sizes": (2, 4), "kernel_size": (3, 2), "wanted": "as made", "input": normal(rng, 1, 2, 5, 5)},
            weight=0.5,
        ),
        Case(
            "grad_input with padding along one axis",
            lambda rng: _conv2d(rng, "grad_input", (2, 3), (2, 4, 5), (3, 2), out=(4, 4), padding=(1, 0)),
        ),
        Case(
            "grad_weight and grad_bias",
            lambda rng: _conv2d(rng, "kept", (2, 3), (2, 4, 5), (2, 3), out=(3, 3)),
            note="the attributes after backward",
            weight=0.5,
        ),
        Case(
            "after a step of training",
            lambda rng: (
                _conv2d(rng, "output", (2, 3), (1, 4, 5), (2, 3)) | {"step": [normal(rng, 3, 2, 2, 3), normal(rng, 3)]}
            ),
            note="a step writes into the arrays of parameters()",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "flipped-kernel",
            edit=(
                ("seen, self.weight[:, :, i, j]", "seen, self.weight[:, :, -1 - i, -1 - j]"),
                ("self.grad_weight[:, :, i, j]", "self.grad_weight[:, :, -1 - i, -1 - j]"),
                ("grad_output, self.weight[:, :, i, j]", "grad_output, self.weight[:, :, -1 - i, -1 - j]"),
            ),
            gives="when the kernel is flipped: a true convolution.",
            advice="PyTorch's layer computes cross-correlation. The window and the kernel run in the same direction.",
        ),
        Mistake(
            "one-kernel-for-all-channels",
            edit=(
                ("output = np.zeros", "self.padded[:, 1:] = 0\n        output = np.zeros"),
                ("grad_padded[:, :, rows, columns] += back", "grad_padded[:, :1, rows, columns] += back[:, :1]"),
            ),
            gives="when only the first input channel is read.",
            advice="A kernel has one slice for each input channel. The output is the sum over all of them.",
        ),
        Mistake(
            "padding-forgotten",
            edit=("pair(stride), pair(padding)", "pair(stride), (0, 0)"),
            gives="when the padding is not used.",
            unwritten="Padding is not written yet",
            advice="np.pad puts zeros around an image. Only the last two axes are padded.",
        ),
        Mistake(
            "border-not-cut",
            edit=("grad_padded[:, :, p_h : h - p_h, p_w : w - p_w]", "grad_padded"),
            gives="when grad_input still has the gradients of the padding around it.",
            advice="The layer added the padding: it is not part of the input. Cut it off at the end of backward.",
        ),
        Mistake(
            "overlap-overwritten",
            edit=("+= back", "= back"),
            gives="when each kernel position overwrites the gradients of the ones before.",
            advice="An input value takes part in several windows. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "bias-per-position",
            edit=("grad_output.sum(axis=(0, 2, 3))", "grad_output.sum(axis=0)"),
            gives="when grad_bias is summed over the batch alone.",
            advice="A bias serves every position of its channel. Over which axes must grad_output be summed?",
        ),
        Mistake(
            "gradients-pile-up",
            edit=(
                ("bound = 1", "self.grad_weight, self.grad_bias = np.zeros(shape), 0\n        bound = 1"),
                ("        self.grad_weight = np.zeros(self.weight.shape)\n", ""),
                ("None if self.bias is None else grad_output", "self.grad_bias + grad_output"),
                ("self.grad_weight[:, :, i, j] =", "self.grad_weight[:, :, i, j] +="),
            ),
            gives="when each backward adds its gradients to the previous ones.",
            advice="Here grad_weight and grad_bias belong to the latest call. When do they start at zero?",
        ),
        Mistake(
            "cut-from-p-to-minus-p",
            edit=("p_h : h - p_h, p_w : w - p_w", "p_h:-p_h, p_w:-p_w"),
            gives="when the border is cut off with p:-p: for padding 0 that is 0:0, and nothing is left.",
            advice="Count the end of the slice from the front: where in the padded image does the image end?",
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
    ),
    hints=(
        f"Take conv2d_strided and conv2d_backward from {chapter('padding_and_stride')}. Both loop over the few "
        "positions of the kernel, not over the many positions of the image.",
        "At kernel position (i, j) every output sees one value: padded[:, :, i : i + s·h_o : s, j : j + s·w_o : "
        "s]. Weighted with weight[:, :, i, j] and summed over the input channels, it is added to the output.",
        "backward loops over the same (i, j). grad_weight[:, :, i, j] sums grad_output times what was seen; the "
        "gradient of what was seen, grad_output times weight[:, :, i, j], is added where it came from. At the "
        "end the padding is cut off.",
    ),
    explanation=(
        "At each kernel position the layer is a linear layer over channels, so each part of backward is one of "
        "Linear's. Windows overlap: a value that was seen several times adds up what comes back."
    ),
    trace=OF_CONV2D,
)
