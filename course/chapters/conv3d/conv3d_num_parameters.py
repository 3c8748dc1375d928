"""`conv3d_num_parameters`: ..."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchParameters
from course.checking.spec import Case, Exercise, Mistake


def conv3d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Count the trainable parameters of a convolution along three axes.

    kernel_size is a number for all axes, or (k_d, k_h, k_w).
    bias is True or False: whether the layer has one.

    >>> conv3d_num_parameters(3, 8, (3, 5, 5))
    1808
    """
    if not isinstance(kernel_size, tuple):
        kernel_size = (kernel_size, kernel_size, kernel_size)
    k_d, k_h, k_w = kernel_size
    count = out_channels * in_channels * k_d * k_h * k_w
    if bias:
        count += out_channels
    return count


def _channels(rng: np.random.Generator, c_i: int, c_o: int) -> dict[str, int]:
    return {"in_channels": c_i + 2 * int(rng.integers(0, 20)), "out_channels": c_o + 2 * int(rng.integers(0, 20))}


def _flat_kernel(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size[1:] if isinstance(kernel_size, tuple) else (kernel_size,) * 2
    return out_channels * in_channels * k[0] * k[1] + (out_channels if bias else 0)


def _no_bias(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    return out_channels * in_channels * k[0] * k[1] * k[2]


def _one_axis_only(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, 1, 1)
    return out_channels * in_channels * k[0] * k[1] * k[2] + (out_channels if bias else 0)


def _first_size_cubed(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size[0] if isinstance(kernel_size, tuple) else kernel_size
    return out_channels * in_channels * k**3 + (out_channels if bias else 0)


def _one_kernel_for_all_inputs(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    return out_channels * k[0] * k[1] * k[2] + (out_channels if bias else 0)


def _bias_always_counted(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    return out_channels * in_channels * k[0] * k[1] * k[2] + out_channels


EXERCISE = Exercise(
    name="conv3d_num_parameters",
    points=1,
    solution=conv3d_num_parameters,
    oracle=TorchParameters(
        "torch.nn.Conv3d",
        arrange=lambda in_channels, out_channels, kernel_size, bias=True: (
            (in_channels, out_channels, kernel_size),
            {"bias": bias},
        ),
    ),
    cases=(
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 3}),
        Case("a number for all axes", lambda rng: {**_channels(rng, 13, 31), "kernel_size": 3}),
        Case("one for each axis", lambda rng: {**_channels(rng, 31, 13), "kernel_size": (2, 5, 3), "bias": True}),
        Case("no bias", lambda rng: {**_channels(rng, 21, 17), "kernel_size": (3, 1, 7), "bias": False}),
    ),
    mistakes=(
        Mistake(
            "flat-kernel",
            body=_flat_kernel,
            gives="when the kernel has a height and a width, and no depth.",
            advice="The kernel of Conv3d has three axes.",
        ),
        Mistake(
            "no-bias",
            body=_no_bias,
            gives="when the bias is not counted.",
            advice="The bias is trained too. How many values does it hold?",
        ),
        Mistake(
            "one-axis-only",
            body=_one_axis_only,
            gives="when a kernel_size such as 3 is taken for 3 weights: one axis only.",
            advice="Conv3d(…, 3) has a kernel of 3 by 3 by 3.",
        ),
        Mistake(
            "first-size-cubed",
            body=_first_size_cubed,
            gives="when the first of three kernel sizes is taken for all.",
            advice="kernel_size may be (k_d, k_h, k_w), and the three may differ.",
        ),
        Mistake(
            "one-kernel-for-all-inputs",
            body=_one_kernel_for_all_inputs,
            gives="when all input channels share one kernel.",
            advice="An output channel has a kernel for each input channel.",
        ),
        Mistake(
            "bias-always-counted",
            body=_bias_always_counted,
            gives="when the bias is counted even where bias=False.",
            advice="Look at that argument before adding.",
        ),
    ),
    hints=(
        "The weight is (c_o, c_i, k_d, k_h, k_w), the bias (c_o,).",
        "kernel_size is a number or a tuple: isinstance(kernel_size, tuple) tells which. Make a tuple of it first.",
        "Multiply the five sizes. Add out_channels only if bias is true.",
    ),
    explanation=(
        "The weight holds c_o · c_i · k_d · k_h · k_w values and the bias c_o. For Conv3d(16, 32, 3) that is "
        "13,824 + 32 = 13,856."
    ),
)
