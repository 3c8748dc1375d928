"""The part of a full convolution's weights that a separable one needs."""

from __future__ import annotations

from course.chapters.conv1d.draws import channels
from course.chapters.grouped_and_depthwise.worked_out import sides
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def separable_saving(in_channels, out_channels, kernel_size):
    """Give the part of the weights that is left when a full convolution is separated.

    The weights of a depthwise convolution (in_channels to in_channels) and of a pointwise one
    (in_channels to out_channels) together, divided by the weights of the full convolution. No biases.
    kernel_size is a number, or a tuple (k_h, k_w).

    >>> separable_saving(10, 5, 2)
    0.45
    """
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    depthwise = in_channels * k_h * k_w
    pointwise = in_channels * out_channels
    full = in_channels * out_channels * k_h * k_w
    return (depthwise + pointwise) / full


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    c_i, c_o = arguments["in_channels"], arguments["out_channels"]
    k_h, k_w = sides(arguments["kernel_size"])
    part = separable_saving(c_i, c_o, (k_h, k_w))
    return f"({c_i}·{k_h}·{k_w} + {c_i}·{c_o}) / ({c_i}·{c_o}·{k_h}·{k_w}) = {part:.4g}"


EXERCISE = Exercise(
    points=1,
    solution=separable_saving,
    oracle=None,
    cases=(
        Case(
            "small numbers",
            lambda rng: {
                "in_channels": odd(rng, 3, choices=5),
                "out_channels": odd(rng, 13, choices=5),
                "kernel_size": 3,
            },
        ),
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 3}),
        Case("more inputs than outputs", lambda rng: {**channels(rng, 71, 21), "kernel_size": 5}),
        Case("more outputs than inputs", lambda rng: {**channels(rng, 7, 61), "kernel_size": 3}),
        Case("a pair", lambda rng: {**channels(rng, 9, 31), "kernel_size": (3, 7)}),
        Case("a kernel of one pixel", lambda rng: {**channels(rng, 9, 11), "kernel_size": 1}, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "reversed",
            edit=("(depthwise + pointwise) / full", "full / (depthwise + pointwise)"),
            gives="when the full convolution is divided by the two small ones.",
            advice="The docstring asks what part of the weights is left: less than 1 in most cases.",
        ),
        Mistake(
            "saved-share",
            edit=("return (", "return 1 - ("),
            gives="when the part that is saved is given.",
            advice="The docstring asks for the part that is left.",
        ),
        Mistake(
            "depthwise-only",
            edit=("(depthwise + pointwise)", "depthwise"),
            gives="when the pointwise convolution is left out.",
            advice="There are two layers in a row. Count the weights of both.",
        ),
        Mistake(
            "pointwise-only",
            edit=("(depthwise + pointwise)", "pointwise"),
            gives="when the depthwise convolution is left out.",
            advice="There are two layers in a row. Count the weights of both.",
        ),
        Mistake(
            "kernel-per-output",
            edit=("depthwise = in_channels", "depthwise = out_channels"),
            gives="when the depthwise convolution has a kernel for each output channel.",
            advice="The depthwise convolution comes first. How many channels does it have?",
        ),
        Mistake(
            "bias-counted",
            edit=(
                "(depthwise + pointwise) / full",
                "(depthwise + in_channels + pointwise + out_channels) / (full + out_channels)",
            ),
            gives="when the biases are counted too.",
            advice="The docstring asks for the weights, without biases.",
        ),
        Mistake(
            "one-side-only",
            edit=("depthwise =", "k_w = 1\n    depthwise ="),
            gives="when a kernel of k by k is taken for k weights.",
            advice="A kernel has a height and a width.",
        ),
    ),
    hints=(
        "Count the weights of three convolutions: the depthwise, the pointwise and the full one.",
        "The depthwise weight is (c_i, k_h, k_w), the pointwise (c_o, c_i, 1, 1), the full one (c_o, c_i, k_h, k_w).",
        "Add the first two, and divide by the third.",
    ),
    explanation=(
        "c_i k_h k_w + c_i c_o weights instead of c_i c_o k_h k_w: the ratio is 1/c_o + 1/(k_h k_w). With many "
        "output channels and a kernel of 3 that is little more than a ninth."
    ),
    trace=_trace,
)
