"""Chapter 06, second half: the gradients of the convolution along one axis, and a convolution to repair."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.mistakes import conv1d_backward as wrong
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "06_conv1d"


def layer(
    rng: np.random.Generator, n: int, c_i: int, c_o: int, w: int, k: int, bias: bool = True
) -> dict[str, np.ndarray]:
    """Draw a call of the layer."""
    arguments = {"input": normal(rng, n, c_i, w), "weight": normal(rng, c_o, c_i, k)}
    return {**arguments, "bias": normal(rng, c_o)} if bias else arguments


def conv1d_backward(grad_output, input, weight):
    """Give the three gradients: the lesson's version, element by element of the kernel."""
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2))


def _gradient(rng: np.random.Generator, n: int, c_i: int, c_o: int, w: int, k: int) -> dict[str, np.ndarray]:
    return {
        "grad_output": normal(rng, n, c_o, w - k + 1),
        "input": normal(rng, n, c_i, w),
        "weight": normal(rng, c_o, c_i, k),
    }


BACKWARD = Exercise(
    name="conv1d_backward",
    chapter=CHAPTER,
    points=5,
    reference=functional.conv1d_backward,
    solution=conv1d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.conv1d",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, input, weight: ((input, weight, np.zeros(len(weight))), {}),
    ),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("one channel", lambda rng: _gradient(rng, n=1, c_i=1, c_o=1, w=6, k=3)),
        Case("several channels", lambda rng: _gradient(rng, n=1, c_i=2, c_o=3, w=7, k=2)),
        Case("a batch", lambda rng: _gradient(rng, n=3, c_i=2, c_o=4, w=9, k=4)),
        Case("as many outputs as inputs", lambda rng: _gradient(rng, n=2, c_i=3, c_o=3, w=6, k=3)),
        Case("shapes that are all the same", lambda rng: _gradient(rng, n=3, c_i=3, c_o=3, w=5, k=3)),
        Case("a kernel as long as the signal", lambda rng: _gradient(rng, n=2, c_i=2, c_o=3, w=4, k=4), weight=0.5),
        Case("a kernel of one", lambda rng: _gradient(rng, n=2, c_i=3, c_o=2, w=5, k=1), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "conv1d_backward.last-window-only",
            wrong.backward_last_window_only,
            "when each window overwrites in grad_input what the windows before it had left there.",
            "Neighbouring windows overlap, and each adds its share. Look for an `=` that should be a `+=`.",
        ),
        Misconception(
            "conv1d_backward.last-tap-only",
            wrong.backward_overwrites,
            "when each element of the kernel overwrites in grad_input what those before it had left there.",
            "An element of the signal lies in up to k windows, and each adds its share. Look for an `=` for a `+=`.",
        ),
        Misconception(
            "conv1d_backward.kernel-not-flipped",
            wrong.backward_input_not_flipped,
            "when grad_input uses the kernel the wrong way round.",
            "Element v of the kernel met input x + v on the way forward. Its share must go back to the same place.",
        ),
        Misconception(
            "conv1d_backward.weight-flipped",
            wrong.backward_weight_flipped,
            "when grad_weight comes out back to front.",
            "Weight v met the slice of input that starts at v.",
        ),
        Misconception(
            "conv1d_backward.windows-inside-only",
            wrong.backward_valid_only,
            "when grad_input is a convolution without padding: it is too short.",
            "grad_input has the shape of input. The elements at its ends lie in few windows, but they have a gradient.",
        ),
        Misconception(
            "conv1d_backward.bias-not-summed-over-batch",
            wrong.backward_bias_per_sample,
            "when the bias's gradient is not summed over the batch.",
            "One bias serves all signals of the batch and all positions. Its gradient has the shape (c_o,).",
        ),
        Misconception(
            "conv1d_backward.bias-not-summed-over-positions",
            wrong.backward_bias_per_position,
            "when the bias's gradient is not summed over the positions.",
            "One bias serves all signals of the batch and all positions. Its gradient has the shape (c_o,).",
        ),
        Misconception(
            "conv1d_backward.mean-over-batch",
            wrong.backward_mean_of_batch,
            "when weight and bias take the mean over the batch.",
            "The gradients add up. Whether the loss is a mean is the business of grad_output.",
        ),
        Misconception(
            "conv1d_backward.mean-over-positions",
            wrong.backward_mean_of_positions,
            "when weight and bias take the mean over the positions.",
            "A weight is used at every position, and every use adds its share.",
        ),
        Misconception(
            "conv1d_backward.results-exchanged",
            wrong.backward_results_exchanged,
            "when grad_input and grad_weight have changed places.",
            "Return them in the order of the docstring.",
        ),
    ),
    hints=(
        "Each gradient has the shape of what it belongs to. Start grad_input and grad_weight from zeros.",
        "Take one element v of the kernel. On the way forward it met input[:, :, v : v + w_o], and gave one share of "
        "the whole output. Loop over v.",
        "Inside the loop, this is a linear layer: weight[:, :, v] is (c_o, c_i), and the positions are more samples. "
        "grad_weight[:, :, v] sums grad_output times that slice, over batch and positions.",
        "grad_input[:, :, v : v + w_o] gets `+=` grad_output times weight[:, :, v], summed over o. "
        "grad_bias sums grad_output over axes 0 and 2.",
    ),
    explanation=(
        "For one element of the kernel, the layer is a linear layer at every position, so its gradients are those of "
        "chapter 01. grad_input adds k of them up, each shifted to where its element had met the signal."
    ),
)


def repair_conv1d(input, weight, bias=None):
    """Slide kernels along signals, one pair of signal and kernel at a time: what was handed out, repaired."""
    samples = []
    for sample in input:
        rows = []
        for kernels in weight:
            total = 0
            for c in range(len(sample)):
                total = total + np.correlate(sample[c], kernels[c], mode="valid")
            rows.append(total)
        samples.append(rows)
    output = np.array(samples)
    if bias is not None:
        output = output + bias.reshape(-1, 1)
    return output


def _symmetric(rng: np.random.Generator) -> dict[str, np.ndarray]:
    arguments = layer(rng, n=1, c_i=1, c_o=1, w=7, k=3)
    side, middle = normal(rng, 2)
    return {**arguments, "weight": np.array([[[side, middle, side]]])}


REPAIR = Exercise(
    name="repair_conv1d",
    chapter=CHAPTER,
    points=2,
    reference=repair_conv1d,
    oracle=TorchFunction("torch.nn.functional.conv1d"),
    given=wrong.repair_conv1d,
    cases=(
        Case("a difference", lambda rng: layer(rng, n=1, c_i=1, c_o=1, w=6, k=2, bias=False)),
        Case("a symmetric kernel", _symmetric),
        Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, w=8, k=3)),
        Case("an even kernel", lambda rng: layer(rng, n=2, c_i=2, c_o=3, w=7, k=4)),
    ),
    misconceptions=(
        Misconception(
            "repair_conv1d.as-given",
            wrong.repair_conv1d,
            "when the function is left as it was handed out.",
            "Work out one output by hand: signal (0, 0, 1), kernel (1, 2, 3). What does np.convolve give for it?",
        ),
        Misconception(
            "repair_conv1d.output-reversed",
            wrong.repair_exchanged,
            "when signal and kernel change places, or the signal is turned round in place of the kernel: "
            "the output runs backwards.",
            "Let the signal be, and see that it comes first.",
        ),
        Misconception(
            "repair_conv1d.channels-reversed",
            wrong.repair_channels_flipped,
            "when not only the kernel is turned round, but the order of its channels too.",
            "Which axis of weight runs along the signal? Turn that one only.",
        ),
        Misconception(
            "repair_conv1d.length-kept",
            wrong.repair_same,
            'when mode="same" puts zeros around the signal.',
            "The flip was the mistake. The mode was right.",
        ),
        Misconception(
            "repair_conv1d.full",
            wrong.repair_full,
            'when mode="full" lets the kernel stick out at both ends.',
            "The flip was the mistake. The mode was right.",
        ),
    ),
    hints=(
        "Try it on a short signal with a kernel that is not symmetric, and compare with your conv1d.",
        "Look up what np.convolve computes. Which way does it run through its second argument?",
        "NumPy has a function next to np.convolve that leaves the kernel as it is: a cross-correlation.",
    ),
    explanation=(
        "np.convolve computes what mathematics calls a convolution: it flips the kernel. np.correlate doesn't, and "
        "this is what the layer computes. Turning the kernel round first, kernels[c][::-1], undoes the flip as well."
    ),
)
