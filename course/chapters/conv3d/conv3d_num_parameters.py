"""The number of parameters of a convolution of films and volumes."""

from __future__ import annotations

from course.chapters.conv1d.draws import channels
from course.chapters.conv3d.worked_out import sides
from course.checking.oracles import TorchParameters
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


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


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    c_i, c_o, kernel = arguments["in_channels"], arguments["out_channels"], sides(arguments["kernel_size"])
    bias = arguments.get("bias", True)
    factors = "·".join(map(str, (c_o, c_i, *kernel)))
    return f"{factors}{f' + {c_o}' if bias else ''} = {conv3d_num_parameters(c_i, c_o, kernel, bias)}"


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
        Case(
            "a number for all axes",
            lambda rng: {
                "in_channels": odd(rng, 3, choices=5),
                "out_channels": odd(rng, 13, choices=5),
                "kernel_size": 3,
            },
        ),
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 3}),
        Case("one for each axis", lambda rng: {**channels(rng, 31, 13), "kernel_size": (2, 5, 3), "bias": True}),
        Case("no bias", lambda rng: {**channels(rng, 21, 17), "kernel_size": (3, 1, 7), "bias": False}),
    ),
    mistakes=(
        Mistake(
            "flat-kernel",
            edit=("k_d * k_h", "k_h"),
            gives="when the kernel has a height and a width, and no depth.",
            advice="The kernel of Conv3d has three axes.",
        ),
        Mistake(
            "no-bias",
            edit=("    if bias:\n        count += out_channels\n", ""),
            gives="when the bias is not counted.",
            unwritten="The bias is not counted yet",
            advice="The bias is trained too. How many values does it hold?",
        ),
        Mistake(
            "one-axis-only",
            edit=("(kernel_size, kernel_size, kernel_size)", "(kernel_size, 1, 1)"),
            gives="when a kernel_size such as 3 is taken for 3 weights: one axis only.",
            advice="Conv3d(…, 3) has a kernel of 3 by 3 by 3.",
        ),
        Mistake(
            "first-size-cubed",
            edit=("k_d * k_h * k_w", "k_d**3"),
            gives="when the first of three kernel sizes is taken for all.",
            advice="kernel_size may be (k_d, k_h, k_w), and the three may differ.",
        ),
        Mistake(
            "one-kernel-for-all-inputs",
            edit=("out_channels * in_channels", "out_channels"),
            gives="when all input channels share one kernel.",
            advice="An output channel has a kernel for each input channel.",
        ),
        Mistake(
            "bias-always-counted",
            edit=("    if bias:\n        count +=", "    count +="),
            gives="when the bias is counted even where bias=False.",
            advice="Check that argument before you add.",
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
    trace=_trace,
)
