"""`pointwise_conv2d_backward`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.oracles import TorchGradient
from course.checking.sampling import normal
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


Size = tuple[int, int]


def _gradient(rng: np.random.Generator, n: int, c_i: int, c_o: int, size: Size) -> dict[str, Any]:
    return {
        "grad_output": normal(rng, n, c_o, *size),
        "input": normal(rng, n, c_i, *size),
        "weight": normal(rng, c_o, c_i, 1, 1),
    }


def _axes_dropped(grad_output, input, weight):
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    return grad_input, np.einsum("nohw,nchw->oc", grad_output, input), grad_output.sum(axis=(0, 2, 3))


def _mean_over_pixels(grad_output, input, weight):
    n, _, h, w = input.shape
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    grad_weight = np.einsum("nohw,nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]
    return grad_input, grad_weight / (n * h * w), grad_output.mean(axis=(0, 2, 3))


EXERCISE = Exercise(
    name="pointwise_conv2d_backward",
    points=3,
    solution=pointwise_conv2d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.conv2d",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, input, weight: ((input, weight, np.zeros(len(weight))), {}),
    ),
    returns=(
        "grad_input",
        "grad_weight",
        "grad_bias",
    ),
    cases=(
        Case("one image", lambda rng: _gradient(rng, n=1, c_i=2, c_o=3, size=(2, 4))),
        Case("a batch", lambda rng: _gradient(rng, n=3, c_i=4, c_o=2, size=(3, 5))),
        Case("as many outputs as inputs", lambda rng: _gradient(rng, n=2, c_i=3, c_o=3, size=(4, 2))),
        Case("shapes that are all the same", lambda rng: _gradient(rng, n=3, c_i=3, c_o=3, size=(3, 3))),
        Case("a single pixel", lambda rng: _gradient(rng, n=2, c_i=4, c_o=3, size=(1, 1)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            # UNVERIFIED
            "bias-not-summed-over-batch",
            edit=("(0,", "("),
            gives="when the bias's gradient is not summed over the batch.",
            advice="One bias serves all pixels of all images. Its gradient has the shape (c_o,).",
        ),
        Mistake(
            # UNVERIFIED
            "bias-not-summed-over-pixels",
            edit=("(0, 2, 3)", "0"),
            gives="when the bias's gradient is not summed over the pixels.",
            advice="One bias serves all pixels of all images. Its gradient has the shape (c_o,).",
        ),
        Mistake(
            "axes-dropped",
            body=_axes_dropped,
            gives="when grad_weight is (c_o, c_i): the kernel's two axes are missing.",
            advice="A gradient has the shape of what it belongs to, with the axes of length 1.",
        ),
        Mistake(
            "mean-over-pixels",
            body=_mean_over_pixels,
            gives="when weight and bias take the mean over all pixels.",
            advice="A weight is used at every pixel, and every use adds its share.",
        ),
        Mistake(
            # UNVERIFIED
            "weight-transposed",
            edit=('"nohw,nchw->oc"', '"nohw,nchw->co"'),
            gives="when grad_weight has its two axes of channels exchanged.",
            advice="`grad_weight` has the shape of weight: output channels first.",
        ),
        Mistake(
            # UNVERIFIED
            "outputs-summed-too-early",
            edit=(
                ('grad_input = np.einsum("nohw,oc->nchw", grad_output,', "kernels ="),
                (
                    "0])",
                    (
                        "0].sum(axis=0)[:, np.newaxis, np.newaxis]\n"
                        "    grad_input = grad_output.sum(axis=1, keepdims=True) * kernels"
                    ),
                ),
            ),
            gives="when output channels and weights are summed before they are multiplied.",
            advice="The gradient of each output channel meets its own weights. Multiply first, then sum over o.",
        ),
    ),
    hints=(
        "Chapter 01 has these gradients, with samples in rows. Here each pixel is a sample.",
        "grad_input sums over the output channels, grad_weight over all images and pixels.",
        'In einsum\'s words: "nohw,oc->nchw" and "nohw,nchw->oc". grad_weight then needs two axes of length 1 more.',
    ),
    explanation=(
        "The gradients are those of the linear layer. A pixel is a sample, so the sums over samples run over n, "
        "h and w."
    ),
)
