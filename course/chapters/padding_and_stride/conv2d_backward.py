"""The gradients of the convolution of images, with stride and padding."""

from __future__ import annotations

import numpy as np

from course import functional
from course.catalog.chapters import chapter
from course.chapters.conv1d.conv1d_backward import EXERCISE as CONV1D_BACKWARD
from course.chapters.conv1d.draws import gradient
from course.chapters.conv1d.worked_out import BACKWARD
from course.chapters.linear.linear_backward import EXERCISE as LINEAR_BACKWARD
from course.chapters.linear.linear_backward import with_a_bias
from course.checking.oracles import TorchGradient
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    """Give the gradients of a convolution of images, with bias.

    grad_output  (n, c_o, h_o, w_o)    gradient of the loss with respect to the output
    input        (n, c_i, h_i, w_i)    as in the forward pass
    weight       (c_o, c_i, k_h, k_w)
    stride, padding                    a number, or a pair (height, width)
    returns grad_input (n, c_i, h_i, w_i), grad_weight (c_o, c_i, k_h, k_w), grad_bias (c_o,)

    >>> grads = conv2d_backward(np.array([[[[1.0]]]]), np.array([[[[1.0, 2, 4]]]]), np.array([[[[10.0, 20]]]]), 2)
    >>> grads[0], grads[1]
    (array([[[[10., 20.,  0.]]]]), array([[[[1., 2.]]]]))
    """
    s_h, s_w = np.broadcast_to(stride, 2)
    p_h, p_w = np.broadcast_to(padding, 2)
    h, w = input.shape[2:]
    h_o, w_o = grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded = np.zeros_like(padded)
    grad_weight = np.zeros_like(weight)
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
            grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met])
            grad_padded[met] += np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, u, v])
    grad_input = grad_padded[:, :, p_h : p_h + h, p_w : p_w + w]
    grad_bias = grad_output.sum(axis=(0, 2, 3))
    return grad_input, grad_weight, grad_bias


EXERCISE = Exercise(
    points=5,
    solution=conv2d_backward,
    reference=functional.conv2d_backward,
    oracle=TorchGradient("torch.nn.functional.conv2d", wrt=(0, 1, 2), arrange=with_a_bias),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("one channel", lambda rng: by_hand(rng, gradient(rng, 1, 1, 1, size=(3, 4), kernel=(2, 2)))),
        Case("two images", lambda rng: by_hand(rng, gradient(rng, 2, 1, 1, size=(2, 3), kernel=(2, 2)))),
        Case("stride", lambda rng: by_hand(rng, gradient(rng, 1, 1, 1, size=(3, 4), kernel=(1, 2), stride=2))),
        Case("padding", lambda rng: by_hand(rng, gradient(rng, 1, 1, 1, size=(2, 3), kernel=(3, 2), padding=1))),
        Case("several channels", lambda rng: gradient(rng, n=2, c_i=3, c_o=4, size=(4, 6), kernel=(3, 2))),
        Case("stride and channels", lambda rng: gradient(rng, n=2, c_i=2, c_o=3, size=(7, 5), kernel=(3, 2), stride=2)),
        Case(
            "padding and channels",
            lambda rng: gradient(rng, n=2, c_i=2, c_o=3, size=(4, 5), kernel=(3, 2), stride=1, padding=1),
        ),
        Case(
            "pairs",
            lambda rng: gradient(rng, 2, 3, 2, size=(8, 5), kernel=(2, 3), stride=(3, 1), padding=(1, 2)),
            note="the last row of the padded image is in no window",
        ),
        Case("shapes that are all the same", lambda rng: gradient(rng, 3, 3, 3, (5, 5), (3, 3), stride=1, padding=1)),
        Case(
            "steps longer than the kernel",
            lambda rng: gradient(rng, 2, 2, 3, size=(7, 6), kernel=(2, 1), stride=3),
            note="some pixels are in no window",
            weight=0.5,
        ),
        Case(
            "padding along one axis",
            lambda rng: gradient(rng, 2, 2, 3, size=(4, 5), kernel=(3, 2), stride=1, padding=(1, 0)),
        ),
    ),
    mistakes=(
        Mistake(
            "stride-ignored",
            edit=("np.broadcast_to(stride, 2)", "1, 1"),
            gives="when the backward pass moves one pixel at a time, whatever the stride was.",
            unwritten="The stride is not written yet",
            advice="Element (u, v) of the kernel met every s-th pixel in the forward pass. Go back to the same ones.",
        ),
        Mistake(
            "stride-ignored-for-weight",
            edit=("padded[met])", "padded[:, :, u : u + h_o, v : v + w_o])"),
            gives="when grad_weight reads the input one pixel at a time, whatever the stride was.",
            advice="Which pixels did element (u, v) meet in the forward pass? grad_weight needs the same ones.",
        ),
        Mistake(
            "stride-ignored-for-input",
            edit=("grad_padded[met] +=", "grad_padded[:, :, u : u + h_o, v : v + w_o] +="),
            gives="when grad_input collects the windows one pixel apart, whatever the stride was.",
            advice="Where did the window of an output start in the forward pass? Its gradient goes back there.",
        ),
        Mistake(
            "overwritten",
            edit=("grad_padded[met] +=", "grad_padded[met] ="),
            gives="when each element of the kernel overwrites in grad_input what the ones before it left there.",
            advice="A pixel is in several windows, and each adds its share. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "kernel-flipped",
            edit=("weight[:, :, u, v])", "weight[:, :, -1 - u, -1 - v])"),
            gives="when grad_input uses the kernel the wrong way round.",
            advice="Element (u, v) met a certain slice in the forward pass. Its share must go back to the same slice.",
        ),
        Mistake(
            "border-kept",
            edit=("grad_padded[:, :, p_h : p_h + h, p_w : p_w + w]", "grad_padded"),
            gives="when the gradient of the padding is kept.",
            advice="grad_input has the shape of input. The zeros around it are not part of the input.",
        ),
        Mistake(
            "border-cut-behind-only",
            edit=("p_h : p_h + h, p_w : p_w + w", ":h, :w"),
            gives="when the border is cut off at the bottom and the right, twice as much as there is.",
            advice="Where in the padded image does the image begin?",
        ),
        Mistake(
            "border-cut-from-rows-only",
            edit=(", p_w : p_w + w", ""),
            gives="when the border is cut off at the top and the bottom only.",
            advice="Padding also added columns. In which columns of the padded image is the image?",
        ),
        LINEAR_BACKWARD.mistake("bias-keeps-axes", edit=("sum(axis=(0, 2, 3))", "sum(axis=(0, 2, 3), keepdims=True)")),
        Mistake(
            "bias-not-summed-over-batch",
            edit=("axis=(0, 2, 3)", "axis=(2, 3)"),
            gives="when the bias's gradient is not summed over the batch.",
            advice="One bias serves all images of the batch and all positions. Its gradient has the shape (c_o,).",
        ),
        CONV1D_BACKWARD.mistake("mean-over-batch"),
        CONV1D_BACKWARD.mistake("weight-mean-over-batch"),
        CONV1D_BACKWARD.mistake("bias-mean-over-batch"),
        CONV1D_BACKWARD.mistake("bias-mean"),
        Mistake(
            "cut-from-p-to-minus-p",
            edit=("p_h : p_h + h, p_w : p_w + w", "p_h:-p_h, p_w:-p_w"),
            gives="when the border is cut off with p:-p: for padding 0 that is 0:0, and nothing is left.",
            advice="Count the end of the slice from the front: where in the padded image does the image end?",
        ),
        CONV1D_BACKWARD.mistake(
            "last-sample-only",
            edit=('"noyx,ncyx->oc", grad_output, padded[met]', '"noyx,ncyx->oc", grad_output[-1:], padded[met][-1:]'),
        ),
        Mistake(
            "weight-from-last-window",
            edit=(
                '"noyx,ncyx->oc", grad_output, padded[met]',
                '"noyx,ncyx->oc", grad_output[:, :, -1:, -1:], padded[met][:, :, -1:, -1:]',
            ),
            gives="when grad_weight comes from the last window only: each window overwrites the ones before it.",
            advice="Every window adds its share to grad_weight. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "weight-from-last-product",
            edit=(
                '"noyx,ncyx->oc", grad_output, padded[met]',
                '"noyx,ncyx->oc", grad_output[-1:, :, -1:, -1:], padded[met][-1:, :, -1:, -1:]',
            ),
            gives="when grad_weight comes from the last sample's last window: each one overwrites the ones before it.",
            advice="Every window of every sample adds its share to grad_weight. Look for an `=` that should be a `+=`.",
        ),
    ),
    hints=(
        "Start like the forward pass: pad the input. Make two arrays of zeros, one for the gradient of the "
        "padded input, one for the weight's gradient.",
        "Loop over the kernel's elements (u, v). On the way forward, element (u, v) met the rows u, u + s_h, u + "
        "2 s_h, ... of the padded input, h_o of them; the same for columns. Write that slice down.",
        "grad_weight[:, :, u, v] sums grad_output times that slice, over batch and positions. The same slice of "
        "the padded gradient gets `+=` grad_output times weight[:, :, u, v], summed over o.",
        "At the end, cut the border off. grad_bias sums grad_output over axes 0, 2 and 3.",
    ),
    explanation=(
        f"It is the backward pass of {chapter('conv1d')} with two axes. The slice has a step, the stride: pixels "
        "that no window read keep a gradient of 0. Padding is undone by a cut, as zeros that are not parameters need "
        "no gradient."
    ),
    trace=BACKWARD,
)
