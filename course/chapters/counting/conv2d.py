"""A convolution as an object, with the gradients of its input, weight and bias."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.draws import Draw, earlier_batch
from course.chapters.counting.layer_traces import OF_CONV2D
from course.chapters.counting.linear import EXERCISE as LINEAR
from course.chapters.counting.setup import pair, put_back, windows
from course.chapters.counting.use_layer import use_layer
from course.chapters.linear.linear_backward import EXERCISE as LINEAR_BACKWARD
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
        self.shape = input.shape
        self.seen = windows(input, self.kernel_size, self.stride, self.padding)
        output = np.einsum("nchwij,ocij->nohw", self.seen, self.weight, optimize=True)
        return output if self.bias is None else output + self.bias[:, None, None]
        ### END SOLUTION

    def backward(self, grad_output):
        ### BEGIN SOLUTION
        self.grad_weight = np.einsum("nohw,nchwij->ocij", grad_output, self.seen, optimize=True)
        self.grad_bias = None if self.bias is None else grad_output.sum(axis=(0, 2, 3))
        grad_seen = np.einsum("nohw,ocij->nchwij", grad_output, self.weight, optimize=True)
        return put_back(grad_seen, self.shape, self.stride, self.padding)
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
    points=4,
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
            "padding-forgotten",
            edit=("pair(stride), pair(padding)", "pair(stride), (0, 0)"),
            gives="when the padding is not used.",
            unwritten="Padding is not written yet",
            advice="`windows` and `put_back` take the padding as their last argument. Where does the layer keep it?",
        ),
        Mistake(
            "no-bias",
            edit=("return output if self.bias is None else output + self.bias[:, None, None]", "return output"),
            gives="when forward leaves the bias out.",
            unwritten="The bias is not written yet",
            advice="Each output channel has one bias, which is added at all of its positions.",
        ),
        Mistake(
            "bias-along-the-width",
            edit=("self.bias[:, None, None]", "self.bias"),
            gives="when the bias runs along the width: each column of the output gets one number of it.",
            advice="NumPy lines up the last axes. Which axis of the output does the bias belong to?",
        ),
        Mistake(
            "flipped-kernel",
            edit=(
                (
                    "self.stride, self.padding)\n        output",
                    "self.stride, self.padding)[..., ::-1, ::-1]\n        output",
                ),
                ("put_back(grad_seen", "put_back(grad_seen[..., ::-1, ::-1]"),
            ),
            gives="when the kernel is flipped: a true convolution.",
            advice="PyTorch's layer computes cross-correlation. The window and the kernel run in the same direction.",
        ),
        Mistake(
            "one-kernel-for-all-channels",
            edit=(
                ("windows(input", "windows(input * (np.arange(self.in_channels) < 1)[:, None, None]"),
                (
                    "return put_back(grad_seen",
                    "grad_seen[:, 1:] = 0\n        return put_back(grad_seen",
                ),
            ),
            gives="when only the first input channel is read.",
            advice="A kernel has one slice for each input channel. The output is the sum over all of them.",
        ),
        Mistake(
            "first-windows-kept",
            edit=(
                "self.seen = windows(input, self.kernel_size, self.stride, self.padding)\n        output = "
                'np.einsum("nchwij,ocij->nohw", self.seen',
                "seen = windows(input, self.kernel_size, self.stride, self.padding)\n"
                '        if not hasattr(self, "seen"):\n            self.seen = seen\n        output = '
                'np.einsum("nchwij,ocij->nohw", seen',
            ),
            gives="when only the first windows are kept, and every backward uses them.",
            advice="Every forward has a new input. When is what you store in self set?",
        ),
        Mistake(
            "stride-lost-in-backward",
            edit=("put_back(grad_seen, self.shape, self.stride", "put_back(grad_seen, self.shape, (1, 1)"),
            gives="when backward puts the windows next to each other, as with stride 1.",
            advice="Windows go back to where they were taken from. How far apart are they?",
        ),
        Mistake(
            "bias-per-position",
            edit=("grad_output.sum(axis=(0, 2, 3))", "grad_output.sum(axis=0)"),
            gives="when grad_bias is summed over the batch alone.",
            advice="A bias serves every position of its channel. Over which axes must grad_output be summed?",
        ),
        LINEAR_BACKWARD.mistake(
            "mean-for-sum",
            edit=(
                ("grad_output, self.seen, optimize=True)", "grad_output, self.seen, optimize=True) / len(grad_output)"),
                ("grad_output.sum(axis=(0, 2, 3))", "grad_output.sum(axis=(0, 2, 3)) / len(grad_output)"),
            ),
        ),
        Mistake(
            "gradients-pile-up",
            edit=(
                ("bound = 1", "self.grad_weight, self.grad_bias = np.zeros(shape), 0\n        bound = 1"),
                ("None if self.bias is None else grad_output", "self.grad_bias + grad_output"),
                ("self.grad_weight = np.einsum", "self.grad_weight = self.grad_weight + np.einsum"),
            ),
            gives="when each backward adds its gradients to the previous ones.",
            advice="Here grad_weight and grad_bias belong to the latest call. When do they start at zero?",
        ),
        LINEAR.mistake("copies-in-the-list"),
    ),
    hints=(
        "forward: `windows` gives an array (n, c_i, h_o, w_o, k_h, k_w). Each output is a sum of products over c_i, "
        "k_h and k_w. Name the axes in np.einsum, and leave these three out of its result.",
        "backward gets grad_output alone, (n, c_o, h_o, w_o). The gradient of the weight also needs what the kernels "
        "have seen, and put_back needs the shape of the input. So forward has to store both.",
        "All three products have the same groups of axes: samples and positions, output channels, and what a kernel "
        "covers. grad_weight sums over samples and positions; the gradient of the windows sums over the output "
        "channels, and put_back adds it up.",
    ),
    explanation=(
        "Each window is a row of numbers, and each kernel a row of weights: the layer is a Linear on windows, and its "
        "gradients are Linear's. Windows overlap: put_back adds up what comes back to one value from several of them. "
        "forward stores the windows, because the gradient of the weight is a product with them."
    ),
    trace=OF_CONV2D,
)
