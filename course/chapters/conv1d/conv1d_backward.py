"""The gradients of the convolution along one axis."""

from __future__ import annotations

import numpy as np

from course import functional
from course.catalog.chapters import chapter
from course.chapters.conv1d.draws import gradient
from course.chapters.conv1d.worked_out import BACKWARD
from course.chapters.linear.linear_backward import EXERCISE as LINEAR_BACKWARD
from course.chapters.linear.linear_backward import with_a_bias
from course.checking.oracles import TorchGradient
from course.checking.sampling import whole
from course.checking.spec import Case, Exercise, Mistake


def conv1d_backward(grad_output, input, weight):
    """Give the gradients of a convolution along one axis, with bias.

    grad_output  (n, c_o, w_o)  gradient of the loss with respect to the output
    input        (n, c_i, w_i)  as in the forward pass
    weight       (c_o, c_i, k)
    returns grad_input (n, c_i, w_i), grad_weight (c_o, c_i, k), grad_bias (c_o,)

    >>> conv1d_backward(np.array([[[1.0, 1.0]]]), np.array([[[1.0, 2.0, 4.0]]]), np.array([[[10.0, 20.0]]]))
    (array([[[10., 30., 20.]]]), array([[[3., 6.]]]), array([2.]))
    """
    w_o = grad_output.shape[2]
    grad_input = np.zeros_like(input)
    grad_weight = np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    grad_bias = grad_output.sum(axis=(0, 2))
    return grad_input, grad_weight, grad_bias


EXERCISE = Exercise(
    points=5,
    solution=conv1d_backward,
    reference=functional.conv1d_backward,
    oracle=TorchGradient("torch.nn.functional.conv1d", wrt=(0, 1, 2), arrange=with_a_bias),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case(
            "two signals of whole numbers",
            lambda rng: gradient(rng, n=2, c_i=1, c_o=2, size=(4,), kernel=(2,), draw=whole),
        ),
        Case("one channel", lambda rng: gradient(rng, n=1, c_i=1, c_o=1, size=(6,), kernel=(3,))),
        Case("several channels", lambda rng: gradient(rng, n=1, c_i=2, c_o=3, size=(7,), kernel=(2,))),
        Case("a batch", lambda rng: gradient(rng, n=3, c_i=2, c_o=4, size=(9,), kernel=(4,))),
        Case("as many outputs as inputs", lambda rng: gradient(rng, n=2, c_i=3, c_o=3, size=(6,), kernel=(3,))),
        Case("shapes that are all the same", lambda rng: gradient(rng, n=3, c_i=3, c_o=3, size=(5,), kernel=(3,))),
        Case(
            "a kernel as long as the signal",
            lambda rng: gradient(rng, n=2, c_i=2, c_o=3, size=(4,), kernel=(4,)),
            weight=0.5,
        ),
        Case("a kernel of one", lambda rng: gradient(rng, n=2, c_i=3, c_o=2, size=(5,), kernel=(1,)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "last-window-only",
            edit=(
                '        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])',
                "    for x in range(w_o):\n"
                '        meets = np.einsum("no,ocv->ncv", grad_output[:, :, x], weight)\n'
                "        grad_input[:, :, x : x + weight.shape[2]] = meets",
            ),
            gives="when each window overwrites in grad_input what the windows before it left there.",
            advice="Neighbouring windows overlap, and each adds its share. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "last-tap-only",
            edit=("v + w_o] +=", "v + w_o] ="),
            gives="when each element of the kernel overwrites in grad_input what the ones before it left there.",
            advice=(
                "An element of the signal is in up to k windows, and each adds its share. Look for an `=` that should "
                "be a `+=`."
            ),
        ),
        Mistake(
            "kernel-not-flipped",
            edit=("weight[:, :, v])", "weight[:, :, -1 - v])"),
            gives="when grad_input uses the kernel the wrong way round.",
            advice=(
                "Element v of the kernel met input x + v in the forward pass. Its share must go back to the same place."
            ),
        ),
        Mistake(
            "weight-flipped",
            edit=("grad_weight[:, :, v]", "grad_weight[:, :, -1 - v]"),
            gives="when grad_weight comes out back to front.",
            advice="Weight v met the slice of input that starts at v.",
        ),
        Mistake(
            "windows-inside-only",
            edit=("return grad_input,", "return grad_input[:, :, weight.shape[2] - 1 : w_o],"),
            gives="when grad_input is a convolution without padding: it is too short.",
            advice=(
                "grad_input has the shape of input. The elements at its ends are in few windows, but they have a "
                "gradient."
            ),
        ),
        Mistake(
            "bias-not-summed-over-batch",
            edit=("axis=(0, 2)", "axis=2"),
            gives="when the bias's gradient is not summed over the batch.",
            advice="One bias serves all signals of the batch and all positions. Its gradient has the shape (c_o,).",
        ),
        LINEAR_BACKWARD.mistake("bias-keeps-axes", edit=("sum(axis=(0, 2))", "sum(axis=(0, 2), keepdims=True)")),
        Mistake(
            "bias-not-summed-over-positions",
            edit=("axis=(0, 2)", "axis=0"),
            gives="when the bias's gradient is not summed over the positions.",
            advice="One bias serves all signals of the batch and all positions. Its gradient has the shape (c_o,).",
        ),
        Mistake(
            "mean-over-batch",
            edit=("grad_weight, grad_bias", "grad_weight / len(input), grad_bias / len(input)"),
            gives="when weight and bias take the mean over the batch.",
            advice="The gradients add up. If the loss is a mean, grad_output already contains it.",
        ),
        Mistake(
            "weight-mean-over-batch",
            edit=("grad_weight, grad_bias", "grad_weight / len(input), grad_bias"),
            gives="when grad_weight is the mean over the batch.",
            advice="Every sample adds its share to grad_weight. Where the loss is a mean, grad_output contains it.",
        ),
        Mistake(
            "bias-mean-over-batch",
            edit=("grad_weight, grad_bias", "grad_weight, grad_bias / len(input)"),
            gives="when grad_bias is the mean over the batch.",
            advice="Treat the bias like the weight: every sample adds its share to its gradient.",
        ),
        Mistake(
            "bias-mean",
            edit=("output.sum(", "output.mean("),
            gives="when grad_bias is the mean over the batch and all positions.",
            advice="The bias is used at every position of every sample, and every use adds its share.",
        ),
        Mistake(
            "mean-over-positions",
            edit=("grad_weight, grad_bias", "grad_weight / w_o, grad_bias / w_o"),
            gives="when weight and bias take the mean over the positions.",
            advice="A weight is used at every position, and every use adds its share.",
        ),
        Mistake(
            "results-exchanged",
            edit=("return grad_input, grad_weight", "return grad_weight, grad_input"),
            gives="when grad_input and grad_weight have changed places.",
            advice="Return them in the order of the docstring.",
        ),
        Mistake(
            "wraps-round",
            edit=(
                '        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])',
                "    for x, v in np.ndindex(input.shape[2], weight.shape[2]):\n"
                "        if x - v < w_o:\n"
                "            grad_input[:, :, x] += grad_output[:, :, x - v] @ weight[:, :, v]",
            ),
            gives=(
                "when grad_output is read at x - v, which is negative at the beginning: NumPy then counts from the end."
            ),
            advice="Element x is in no window that starts before 0. What does your code read for x = 0 and v = 1?",
        ),
        Mistake(
            "last-sample-only",
            edit=("grad_output, input[:, :, v", "grad_output[-1:], input[-1:, :, v"),
            gives="when grad_weight comes from the last sample only: it starts again for each.",
            advice="Where is grad_weight set to zeros: before the loop over the samples, or inside it?",
        ),
        Mistake(
            "weight-from-last-window",
            edit=("grad_output, input[:, :, v :", "grad_output[:, :, -1:], input[:, :, v + w_o - 1 :"),
            gives="when grad_weight comes from the last window only: each window overwrites the ones before it.",
            advice="Every window adds its share to grad_weight. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "weight-from-last-product",
            edit=("grad_output, input[:, :, v :", "grad_output[-1:, :, -1:], input[-1:, :, v + w_o - 1 :"),
            gives="when grad_weight comes from the last sample's last window: each one overwrites the ones before it.",
            advice="Every window of every sample adds its share to grad_weight. Look for an `=` that should be a `+=`.",
        ),
    ),
    hints=(
        "Each gradient has the shape of what it belongs to. Start grad_input and grad_weight from zeros.",
        "Take one element v of the kernel. On the way forward it met input[:, :, v : v + w_o], and gave one "
        "share of the whole output. Loop over v.",
        "Inside the loop, this is a linear layer: weight[:, :, v] is (c_o, c_i), and the positions are more "
        "samples. grad_weight[:, :, v] sums grad_output times that slice, over batch and positions.",
        "grad_input[:, :, v : v + w_o] gets `+=` grad_output times weight[:, :, v], summed over o. grad_bias "
        "sums grad_output over axes 0 and 2.",
    ),
    explanation=(
        "For one element of the kernel, the layer is a linear layer at every position, so its gradients are "
        f"the ones of {chapter('linear')}. grad_input adds k of them up, each shifted to where "
        "its element met the signal."
    ),
    trace=BACKWARD,
)
