"""`conv_transpose_output_size`: how far kernels reach that are put down a stride apart."""

from __future__ import annotations

from course.checking.sampling import Generator
from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0):
    """Give the output size of a transposed convolution, along one axis.

    size            of the input
    padding         cut off at each end
    output_padding  added at the far end

    >>> conv_transpose_output_size(50, 4, stride=2, padding=1)
    100
    """
    last = (size - 1) * stride
    return last + kernel_size - 2 * padding + output_padding


def _call(rng: Generator, kernel_size: int, **options: int) -> dict[str, int]:
    """Draw an input's size next to the options."""
    return {"size": int(rng.integers(20, 200)), "kernel_size": kernel_size, **options}


def _one_row(rng: Generator) -> dict[str, int]:
    return {"size": 1, "kernel_size": int(rng.integers(9, 99)), "stride": 5, "padding": int(rng.integers(1, 4))}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    size, kernel_size = arguments["size"], arguments["kernel_size"]
    stride = arguments.get("stride", 1)
    padding, more = arguments.get("padding", 0), arguments.get("output_padding", 0)
    last = (size - 1) * stride
    cut = f" - 2·{padding}" if padding else ""
    added = f" + {more}" if more else ""
    value = last + kernel_size - 2 * padding + more
    return f"the last kernel starts at ({size} - 1)·{stride} = {last}, and {last} + {kernel_size}{cut}{added} = {value}"


EXERCISE = Exercise(
    points=1,
    solution=conv_transpose_output_size,
    oracle=None,
    cases=(
        Case("a kernel alone", lambda rng: {"size": int(rng.integers(7, 20)), "kernel_size": 5}),
        Case("stride", lambda rng: _call(rng, 4, stride=3)),
        Case("padding", lambda rng: _call(rng, 7, stride=1, padding=2)),
        Case("stride and padding", lambda rng: _call(rng, 4, stride=2, padding=1)),
        Case("output padding", lambda rng: _call(rng, 3, stride=3, padding=1, output_padding=2)),
        Case("everything", lambda rng: _call(rng, 8, stride=5, padding=3, output_padding=4)),
        Case("a stride longer than the kernel", lambda rng: _call(rng, 2, stride=7), weight=0.5),
        Case("a single row", _one_row, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "size-of-a-convolution",
            edit=(
                "last = (size - 1) * stride\n    return last + kernel_size - 2 * padding + output_padding",
                "return (size + 2 * padding - kernel_size) // stride + 1",
            ),
            gives="when the formula of an ordinary convolution is used.",
            advice="This layer makes images larger. Where does the kernel of the last input value start?",
        ),
        Mistake(
            "one-stride-too-many",
            edit=("(size - 1) * stride", "size * stride"),
            gives="when a whole stride is counted for the last value, and the kernel on top of it.",
            advice="With an input of one row there is one kernel, whatever the stride. How large is the output then?",
        ),
        Mistake(
            "at-least-a-stride",
            edit=(
                "last = (size - 1) * stride\n    return last + kernel_size",
                "return size * stride + max(kernel_size - stride, 0)",
            ),
            gives="when the last value takes up a whole stride also where its kernel is shorter, as in Keras.",
            advice="PyTorch's output ends where the last kernel ends. Try a kernel of 2 with a stride of 7.",
        ),
        Mistake(
            "padding-added",
            edit=("- 2 * padding", "+ 2 * padding"),
            gives="when the padding is added, as in a convolution.",
            advice="Here padding cuts rows off. Does your output become larger or smaller with padding=1?",
        ),
        Mistake(
            "padding-once",
            edit=("2 * padding", "padding"),
            gives="when the padding is cut off at one end only.",
            advice="An axis has two ends.",
        ),
        Mistake(
            "kernel-minus-one",
            edit=("+ kernel_size", "+ kernel_size - 1"),
            gives="when one row too few is counted for the kernel.",
            advice="The kernel of the last value starts at (size - 1) · stride, and that row belongs to it.",
        ),
        Mistake(
            "stride-ignored",
            edit=("(size - 1) * stride", "size - 1"),
            gives="when the stride is left out.",
            unwritten="The stride is not written yet",
            advice="With stride 2, neighbouring values put their kernels down two rows apart.",
        ),
        Mistake(
            "output-padding-ignored",
            edit=(" + output_padding", ""),
            gives="when output_padding is left out.",
            unwritten="output_padding is not used yet",
            advice="The caller may ask for more rows at the far end.",
        ),
        Mistake(
            "output-padding-twice",
            edit=("+ output_padding", "+ 2 * output_padding"),
            gives="when output_padding is added at both ends.",
            advice="padding counts at both ends, output_padding at the far end only.",
        ),
    ),
    hints=(
        "Leave padding aside at first. The first value's kernel starts at row 0. Where does the last value's start?",
        "It starts at (size - 1) · stride, and is kernel_size rows long. So you know where the output ends.",
        "Padding takes rows away at both ends, output_padding adds some at one.",
    ),
    explanation=(
        "The kernel of the last value starts (size - 1) strides after the first and is kernel_size long, so together "
        "they span (size - 1) · stride + kernel_size rows. Solve a convolution's size formula for its input, without "
        "the floor, and you get the same."
    ),
    trace=_trace,
)
