"""A convolution to repair: it flips the kernel."""

from __future__ import annotations

import numpy as np

from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.small_cases import TWO_CHANNELS
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake


def repair_conv1d(input, weight, bias=None):
    """Slide kernels along signals: (n, c_i, w) and (c_o, c_i, k) give (n, c_o, w - k + 1)."""
    samples = []
    for sample in input:
        rows = []
        for kernels in weight:
            total = 0
            for c in range(len(sample)):
                # np.convolve flips the kernel; np.correlate leaves it as it is.
                total = total + np.correlate(sample[c], kernels[c], mode="valid")
            rows.append(total)
        samples.append(rows)
    output = np.array(samples)
    if bias is not None:
        output = output + bias.reshape(-1, 1)
    return output


def _symmetric(rng: np.random.Generator) -> dict[str, np.ndarray]:
    arguments = layer(rng, n=1, c_i=1, c_o=1, size=(7,), kernel=(3,))
    side, middle = normal(rng, 2)
    return {**arguments, "weight": np.array([[[side, middle, side]]])}


EXERCISE = Exercise(
    points=2,
    solution=repair_conv1d,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.conv1d"),
    cases=(
        TWO_CHANNELS,
        Case("a difference", lambda rng: layer(rng, n=1, c_i=1, c_o=1, size=(6,), kernel=(2,), bias=False)),
        Case("a symmetric kernel", _symmetric),
        Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(8,), kernel=(3,))),
        Case("an even kernel", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(7,), kernel=(4,))),
        Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, size=(6,), kernel=(3,))),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                "# np.convolve flips the kernel; np.correlate leaves it as it is.\n"
                "                total = total + np.correlate(",
                "total = total + np.convolve(",
            ),
            gives="when the function is left as it was handed out.",
            advice=(
                "Work out one output by hand: signal (0, 0, 1), kernel (1, 2, 3). What does np.convolve give for it?"
            ),
        ),
        Mistake(
            "output-reversed",
            edit=("sample[c], kernels", "kernels[c], sample"),
            gives=(
                "when signal and kernel change places, or the signal is reversed instead of the kernel: the "
                "output runs backwards."
            ),
            advice="Leave the signal as it is, and pass it first.",
        ),
        Mistake(
            "channels-reversed",
            edit=("in weight", "in weight[:, ::-1]"),
            gives="when not only the kernel is reversed, but the order of its channels too.",
            advice="Which axis of weight runs along the signal? Reverse that one only.",
        ),
        Mistake(
            "length-kept",
            edit=('"valid"', '"same"'),
            gives='when mode="same" puts zeros around the signal.',
            advice="The flip was the mistake. The mode was right.",
        ),
        Mistake(
            "full",
            edit=('"valid"', '"full"'),
            gives='when mode="full" lets the kernel stick out at both ends.',
            advice="The flip was the mistake. The mode was right.",
        ),
    ),
    hints=(
        "Try it on a short signal with a kernel that is not symmetric, and compare with your conv1d.",
        "Look up what np.convolve computes. Which way does it run through its second argument?",
        "NumPy has a function next to np.convolve that leaves the kernel as it is: a cross-correlation.",
    ),
    explanation=(
        "np.convolve computes what mathematics calls a convolution: it flips the kernel. np.correlate doesn't, "
        "and this is what the layer computes. Turning the kernel round first, kernels[c][::-1], undoes the flip "
        "as well."
    ),
    trace=output_worked_out,
)
