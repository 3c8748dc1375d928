"""The gradients of a pointwise convolution."""

from __future__ import annotations

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.conv1d.draws import gradient
from course.chapters.conv1d.worked_out import BACKWARD
from course.chapters.grouped_and_depthwise.pointwise_conv2d import EXERCISE as POINTWISE
from course.chapters.linear.linear_backward import EXERCISE as LINEAR_BACKWARD
from course.chapters.linear.linear_backward import with_a_bias
from course.checking.oracles import TorchGradient
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def pointwise_conv2d_backward(grad_output, input, weight):
    """Give the gradients of a pointwise convolution with bias.

    grad_output  (n, c_o, h, w)    gradient of the loss with respect to the output
    input        (n, c_i, h, w)    as in the forward pass
    weight       (c_o, c_i, 1, 1)
    returns grad_input (n, c_i, h, w), grad_weight (c_o, c_i, 1, 1), grad_bias (c_o,)

    >>> two_pixels, weight = np.array([[[[3.0, 4.0]]]]), np.array([[[[5.0]]]])
    >>> grads = pointwise_conv2d_backward(np.ones((1, 1, 1, 2)), two_pixels, weight)
    >>> [grad.ravel().tolist() for grad in grads]
    [[5.0, 5.0], [7.0], [2.0]]
    """
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    grad_weight = np.einsum("nohw,nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]
    grad_bias = grad_output.sum(axis=(0, 2, 3))
    return grad_input, grad_weight, grad_bias


EXERCISE = Exercise(
    points=3,
    solution=pointwise_conv2d_backward,
    oracle=TorchGradient("torch.nn.functional.conv2d", wrt=(0, 1, 2), arrange=with_a_bias),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("one image", lambda rng: by_hand(rng, gradient(rng, n=1, c_i=2, c_o=3, size=(1, 2), kernel=(1, 1)))),
        Case("a batch", lambda rng: gradient(rng, n=3, c_i=4, c_o=2, size=(3, 5), kernel=(1, 1))),
        Case("as many outputs as inputs", lambda rng: gradient(rng, n=2, c_i=3, c_o=3, size=(4, 2), kernel=(1, 1))),
        Case("shapes that are all the same", lambda rng: gradient(rng, n=3, c_i=3, c_o=3, size=(3, 3), kernel=(1, 1))),
        Case("a single pixel", lambda rng: gradient(rng, n=2, c_i=4, c_o=3, size=(1, 1), kernel=(1, 1)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "bias-not-summed-over-batch",
            edit=("(0, 2, 3)", "(2, 3)"),
            gives="when the bias's gradient is not summed over the batch.",
            advice="One bias serves all pixels of all images. Its gradient has the shape (c_o,).",
        ),
        LINEAR_BACKWARD.mistake("bias-keeps-axes", edit=("sum(axis=(0, 2, 3))", "sum(axis=(0, 2, 3), keepdims=True)")),
        Mistake(
            "bias-not-summed-over-pixels",
            edit=("(0, 2, 3)", "0"),
            gives="when the bias's gradient is not summed over the pixels.",
            advice="One bias serves all pixels of all images. Its gradient has the shape (c_o,).",
        ),
        Mistake(
            "axes-dropped",
            edit=("[:, :, np.newaxis, np.newaxis]", ""),
            gives="when grad_weight is (c_o, c_i): the kernel's two axes are missing.",
            advice="A gradient has the shape of what it belongs to, including axes of length 1.",
        ),
        Mistake(
            "mean-over-pixels",
            edit=(("np.newaxis]", "np.newaxis] / input[:, 0].size"), ("output.sum(", "output.mean(")),
            gives="when weight and bias take the mean over all pixels.",
            advice="A weight is used at every pixel, and every use adds its share.",
        ),
        Mistake(
            "bias-mean",
            edit=("output.sum(", "output.mean("),
            gives="when grad_bias is the mean over all pixels.",
            advice="The bias is added at every pixel, and every use adds its share.",
        ),
        Mistake(
            "weight-transposed",
            edit=("nchw->oc", "nchw->co"),
            gives="when grad_weight has its two axes of channels exchanged.",
            advice="`grad_weight` has the shape of weight: output channels first.",
        ),
        Mistake(
            "outputs-summed-too-early",
            edit=("nohw,oc->nchw", "nohw,pc->nchw"),
            gives="when output channels and weights are summed before they are multiplied.",
            advice="The gradient of each output channel meets its own weights. Multiply first, then sum over o.",
        ),
        Mistake(
            "weight-reshaped",
            edit=(
                'nohw,oc->nchw", grad_output, weight[:, :, 0, 0]',
                'nohw,co->nchw", grad_output, weight.reshape(weight.shape[1], -1)',
            ),
            gives="when grad_input reads the weight reshaped to (c_i, c_o) instead of transposed.",
            advice="reshape keeps the order in which numbers are stored. What exchanges rows and columns?",
        ),
        POINTWISE.mistake(
            "reshaped",
            edit=(
                (
                    'np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])',
                    "(grad_output.reshape(-1, len(weight)) @ weight[:, :, 0, 0]).reshape(input.shape)",
                ),
                (
                    'np.einsum("nohw,nchw->oc", grad_output, input)',
                    "(grad_output.reshape(-1, len(weight)).T @ input.reshape(-1, weight.shape[1]))",
                ),
                ("grad_output.sum(axis=(0, 2, 3))", "grad_output.reshape(-1, len(weight)).sum(axis=0)"),
            ),
        ),
        Mistake(
            "gradient-reshaped",
            edit=(
                'nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]',
                'nchw->co", grad_output, input).reshape(weight.shape)',
            ),
            gives=(
                "when grad_weight is computed as (c_i, c_o) and reshaped to the weight's shape instead of transposed."
            ),
            advice="reshape keeps the order in which numbers are stored. What exchanges rows and columns?",
        ),
    ),
    hints=(
        f"These gradients are the same as in {chapter('linear')}, where samples are rows. Here each pixel is a sample.",
        "grad_input sums over the output channels, grad_weight over all images and pixels.",
        'For einsum: "nohw,oc->nchw" and "nohw,nchw->oc". grad_weight then needs two more axes of length 1.',
    ),
    explanation=(
        "They are the linear layer's gradients. A pixel is a sample, so the sums over samples run over n, h and w."
    ),
    trace=BACKWARD,
)
