"""`conv_transpose2d_backward`: where the forward pass wrote, the backward pass reads."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.upsampling_and_residual.draws import Size, layer
from course.chapters.upsampling_and_residual.worked_out import TRANSPOSED_BACKWARD
from course.checking.oracles import TorchGradient
from course.checking.sampling import by_hand, normal
from course.checking.spec import Case, Exercise, Mistake


def conv_transpose2d_backward(grad_output, input, weight, stride=1, padding=0):
    """Give the gradients of a transposed convolution of images, with bias.

    grad_output  (n, c_o, h_o, w_o)    gradient of the loss with respect to the output
    input        (n, c_i, h_i, w_i)    as in the forward pass
    weight       (c_i, c_o, k_h, k_w)
    stride, padding                    a number, or a pair (height, width)
    returns grad_input (n, c_i, h_i, w_i), grad_weight (c_i, c_o, k_h, k_w), grad_bias (c_o,)

    >>> G = np.array([[[[1.0, 2.0, 4.0, 8.0, 16.0]]]])
    >>> X, W = np.array([[[[1.0, 2.0]]]]), np.array([[[[1.0, 3.0, 1.0]]]])
    >>> grads = conv_transpose2d_backward(G, X, W, stride=2)
    >>> grads[0], grads[1]
    (array([[[[11., 44.]]]]), array([[[[ 9., 18., 36.]]]]))
    """
    s_h, s_w = np.broadcast_to(stride, 2)
    p_h, p_w = np.broadcast_to(padding, 2)
    h, w = input.shape[2:]
    grad_full = np.pad(grad_output, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_input = np.zeros_like(input)
    grad_weight = np.zeros_like(weight)
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            read = grad_full[:, :, u : u + s_h * h : s_h, v : v + s_w * w : s_w]
            grad_input += np.einsum("noyx,co->ncyx", read, weight[:, :, u, v])
            grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->co", read, input)
    grad_bias = grad_output.sum(axis=(0, 2, 3))
    return grad_input, grad_weight, grad_bias


def _gradient(
    rng: np.random.Generator, n: int, c_i: int, c_o: int, size: Size, kernel: Size, **options: int | Size
) -> dict[str, Any]:
    strides, paddings = np.broadcast_to(options.get("stride", 1), 2), np.broadcast_to(options.get("padding", 0), 2)
    out = [int((i - 1) * s + k - 2 * p) for i, k, s, p in zip(size, kernel, strides, paddings, strict=True)]
    return {"grad_output": normal(rng, n, c_o, *out), **layer(rng, n, c_i, c_o, size, kernel, bias=False, **options)}


EXERCISE = Exercise(
    points=5,
    solution=conv_transpose2d_backward,
    reference=functional.conv_transpose2d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.conv_transpose2d",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, input, weight, stride=1, padding=0: (
            (input, weight, np.zeros(weight.shape[1])),
            {"stride": stride, "padding": padding},
        ),
    ),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("one channel", lambda rng: by_hand(rng, _gradient(rng, 1, 1, 1, size=(2, 3), kernel=(2, 2)))),
        Case(
            "two images, two channels out",
            lambda rng: by_hand(rng, _gradient(rng, 2, 1, 2, size=(1, 2), kernel=(1, 2))),
        ),
        Case("stride 2", lambda rng: by_hand(rng, _gradient(rng, 1, 1, 1, size=(1, 3), kernel=(2, 3), stride=2))),
        Case("padding 1", lambda rng: by_hand(rng, _gradient(rng, 1, 1, 1, size=(2, 3), kernel=(2, 2), padding=1))),
        Case("several channels", lambda rng: _gradient(rng, n=2, c_i=3, c_o=4, size=(3, 5), kernel=(3, 2))),
        Case("stride", lambda rng: _gradient(rng, n=2, c_i=2, c_o=3, size=(4, 3), kernel=(3, 2), stride=2)),
        Case("padding", lambda rng: _gradient(rng, n=1, c_i=3, c_o=2, size=(4, 5), kernel=(3, 4), stride=1, padding=1)),
        Case(
            "pairs, padding on one axis",
            lambda rng: _gradient(rng, 2, 3, 2, size=(4, 3), kernel=(2, 5), stride=(3, 2), padding=(0, 2)),
        ),
        Case(
            "as many channels out as in, square kernel",
            lambda rng: _gradient(rng, 3, 3, 3, size=(3, 4), kernel=(3, 3), stride=2, padding=1),
        ),
        Case(
            "a stride longer than the kernel",
            lambda rng: _gradient(rng, 2, 2, 3, size=(2, 3), kernel=(2, 1), stride=3),
            note="some of grad_output is under no kernel",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "kernel-flipped",
            edit=("weight[:, :, u, v])", "weight[:, :, -1 - u, -1 - v])"),
            gives="when grad_input uses the kernel rotated by 180 degrees.",
            advice="Element (u, v) wrote to a certain slice in the forward pass. It must read the same slice now.",
        ),
        Mistake(
            "stride-ignored",
            edit=("u : u + s_h * h : s_h, v : v + s_w * w : s_w", "u : u + h, v : v + w"),
            gives="when the gradient is read one pixel apart, whatever the stride.",
            unwritten="The stride is not written yet",
            advice="In the forward pass, neighbouring values wrote a stride apart. Read where they wrote.",
        ),
        Mistake(
            "overwritten",
            edit=("grad_input +=", "grad_input ="),
            gives="when each element of the kernel overwrites in grad_input what the others gave.",
            advice="An input value changes a whole block of outputs. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "weight-axes-exchanged",
            edit=("->co", "->oc"),
            gives="when grad_weight is made as (c_o, c_i), as for a convolution.",
            advice="grad_weight has the shape of weight, and there the input channels come first.",
        ),
        Mistake(
            "bias-averaged",
            edit=(".sum(axis=(0, 2, 3))", ".mean(axis=(0, 2, 3))"),
            gives="when the bias's gradient is a mean.",
            advice="The bias was added to every pixel, and each contributes its gradient. Contributions add up.",
        ),
        Mistake(
            "bias-not-summed-over-batch",
            edit=(".sum(axis=(0, 2, 3))", ".sum(axis=(2, 3))"),
            gives="when the bias's gradient is not summed over the batch.",
            advice="One bias serves all images of the batch and all pixels. Its gradient has the shape (c_o,).",
        ),
        Mistake(
            "weight-averaged-over-batch",
            edit=("read, input)", "read, input) / len(input)"),
            gives="when the weight's gradient is the mean over the batch.",
            advice="Gradients add up. Whether the loss is a mean is already in grad_output.",
        ),
        Mistake(
            "zeros-behind-only",
            edit=("(p_h, p_h), (p_w, p_w)", "(0, 2 * p_h), (0, 2 * p_w)"),
            gives="when the rows and columns that were cut off are put back at the bottom and at the right only.",
            advice="The forward pass cut p_h rows off at the top. Where is the first row of grad_output?",
        ),
    ),
    hints=(
        "What was cut off has no gradient. Put zeros in its place: pad grad_output by p_h and p_w on each side.",
        "Loop over the kernel's elements (u, v). In the forward pass, element (u, v) wrote to the slice "
        "u : u + s_h * h : s_h of the rows, and likewise of the columns. Read that slice of the padded gradient.",
        "Each product in the forward pass was input times weight. So grad_input gets the slice times the weight, "
        "summed over the output channels, and grad_weight[:, :, u, v] the slice times the input, summed over images "
        "and pixels.",
        "The bias was added to every pixel of every image.",
    ),
    explanation=(
        "Every product of the forward pass has two factors, and each gets the gradient times the other one. The "
        "gradient is read where the product was written: at the same slice with a step. Where the padding was cut off, "
        "it is 0."
    ),
    trace=TRANSPOSED_BACKWARD,
)
