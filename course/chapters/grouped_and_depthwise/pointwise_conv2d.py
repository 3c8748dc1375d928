"""The pointwise convolution of images: a kernel of 1 by 1."""

from __future__ import annotations

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.conv1d.conv1d import EXERCISE as CONV1D
from course.chapters.conv1d.conv1d_loops import EXERCISE as CONV1D_LOOPS
from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.chapters.conv2d.conv2d import EXERCISE as CONV2D
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def pointwise_conv2d(input, weight, bias=None):
    """Mix the channels of each pixel: a convolution with a kernel of 1 by 1.

    input   (n, c_i, h, w)
    weight  (c_o, c_i, 1, 1)
    bias    (c_o,)            or None, for a layer without bias
    returns (n, c_o, h, w)

    >>> images = np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    >>> pointwise_conv2d(images, np.array([[[[1.0]], [[10.0]]]]))
    array([[[[31., 42.]]]])
    """
    output = np.einsum("nchw,oc->nohw", input, weight[:, :, 0, 0])
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis]
    return output


EXERCISE = Exercise(
    points=2,
    solution=pointwise_conv2d,
    oracle=TorchFunction("torch.nn.functional.conv2d"),
    cases=(
        Case("one image", lambda rng: by_hand(rng, layer(rng, n=1, c_i=2, c_o=3, size=(1, 3), kernel=(1, 1)))),
        Case("a batch", lambda rng: layer(rng, n=2, c_i=3, c_o=5, size=(4, 3), kernel=(1, 1))),
        Case("no bias", lambda rng: layer(rng, n=3, c_i=4, c_o=2, size=(2, 5), kernel=(1, 1), bias=False)),
        Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, size=(4, 5), kernel=(1, 1))),
        Case("as many outputs as columns", lambda rng: layer(rng, n=2, c_i=2, c_o=4, size=(3, 4), kernel=(1, 1))),
        Case("a single pixel", lambda rng: layer(rng, n=2, c_i=4, c_o=3, size=(1, 1), kernel=(1, 1)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "reshaped",
            edit=(
                'np.einsum("nchw,oc->nohw", input, weight[:, :, 0, 0])',
                "(input.reshape(-1, input.shape[1]) @ weight[:, :, 0, 0].T).reshape(len(input), -1, *input.shape[2:])",
            ),
            gives="when reshape alone makes rows of pixels: the channels are not moved to the end.",
            advice=(
                "reshape keeps the order in which numbers are stored. Which axis must be last before you make rows?"
            ),
        ),
        Mistake(
            "channels-last",
            edit=(("->nohw", "->nhwo"), ("bias[:, np.newaxis, np.newaxis]", "bias")),
            gives="when the output has its channels last: (n, h, w, c_o).",
            advice="PyTorch's order is (n, c_o, h, w).",
        ),
        Mistake(
            "weight-reshaped",
            edit=('oc->nohw", input, weight[:, :, 0, 0]', 'co->nohw", input, weight.reshape(weight.shape[1], -1)'),
            gives="when the weight is reshaped to (c_i, c_o) instead of transposed.",
            advice="reshape keeps the order in which numbers are stored. What exchanges rows and columns?",
        ),
        CONV1D.mistake("mean-of-channels", edit=("0, 0])", "0, 0]) / input.shape[1]")),
        CONV1D_LOOPS.mistake(
            "no-bias",
            edit=("    if bias is not None:\n        output = output + bias[:, np.newaxis, np.newaxis]\n", ""),
        ),
        CONV2D.mistake("bias-per-column"),
    ),
    hints=(
        "A window of one pixel needs no sliding. Which sum is left of the convolution's?",
        f"Each pixel is a sample with c_i features, and the layer is {chapter('linear')}'s, at every pixel.",
        "weight[:, :, 0, 0] is (c_o, c_i). In einsum, the pixels' letters h and w are on both sides of the arrow.",
    ),
    explanation=(
        "Only the sum over the input channels is left. At each pixel it is a linear layer from c_i to c_o "
        "numbers, with the same weight everywhere."
    ),
    trace=output_worked_out,
)
