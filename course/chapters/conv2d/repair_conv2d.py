"""A convolution of images to repair: it moves the window along the wrong axes."""

from __future__ import annotations

import numpy as np

from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import whole
from course.checking.spec import Case, Exercise, Mistake


def repair_conv2d(input, weight, bias=None):
    """Slide kernels over images: (n, c_i, h, w) and (c_o, c_i, k_h, k_w) give (n, c_o, h_o, w_o)."""
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            # u counts rows, so it moves the window down. It was used for the columns.
            met = input[:, :, u : u + h_o, v : v + w_o]
            output += np.tensordot(weight[:, :, u, v], met, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        output = output + bias.reshape(-1, 1, 1)
    return output


def _symmetric(rng: np.random.Generator) -> dict[str, np.ndarray]:
    arguments = layer(rng, n=1, c_i=1, c_o=1, size=(5, 6), kernel=(3, 3))
    return {**arguments, "weight": arguments["weight"] + arguments["weight"].swapaxes(2, 3)}


EXERCISE = Exercise(
    points=2,
    solution=repair_conv2d,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.conv2d"),
    cases=(
        Case("whole numbers", lambda rng: layer(rng, n=1, c_i=1, c_o=1, size=(3, 4), kernel=(2, 2), draw=whole)),
        Case("a square kernel", lambda rng: layer(rng, n=1, c_i=1, c_o=1, size=(4, 6), kernel=(3, 3))),
        Case("a symmetric kernel", _symmetric),
        Case("square images", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(5, 5), kernel=(2, 2), bias=False)),
        Case("a wide kernel", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(5, 7), kernel=(2, 4))),
        Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, size=(4, 6), kernel=(2, 3))),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                "# u counts rows, so it moves the window down. It was used for the columns.\n"
                "            met = input[:, :, u : u + h_o, v : v + w_o]",
                "met = input[:, :, v : v + h_o, u : u + w_o]",
            ),
            gives="when the function is left as it was handed out.",
            advice="u runs over the rows of the kernel. Along which axis of the image does it move the window?",
        ),
        Mistake(
            "output-transposed",
            edit=("return output", "return output.swapaxes(2, 3)"),
            gives="when rows and columns of the output are exchanged.",
            advice="Exchanging them at the end undoes nothing. Look for the line in which u and v meet the image.",
        ),
        Mistake(
            "kernel-flipped",
            edit=("weight[:, :, u, v]", "weight[:, :, -1 - u, -1 - v]"),
            gives="when the kernel is flipped.",
            advice="The kernel was not the wrong way round, only rows and columns had changed places.",
        ),
        Mistake(
            "diagonal-by-rows",
            edit=("v : v + w_o", "u : u + w_o"),
            gives="when the row of the kernel moves the window along both axes.",
            advice="The image's rows go with u. And its columns?",
        ),
        Mistake(
            "diagonal-by-columns",
            edit=("u : u + h_o", "v : v + h_o"),
            gives="when the column of the kernel moves the window along both axes.",
            advice="The image's columns go with v. And its rows?",
        ),
    ),
    hints=(
        "Try it on an image in which a single pixel is 1, and a kernel whose nine weights all differ.",
        "Only one line touches the image. Name the axis of each slice in it.",
        "Axis 2 is the height: it goes with the kernel's rows.",
    ),
    explanation=(
        "u counts rows of the kernel, so it belongs in the slice of axis 2, and v in the slice of axis 3. "
        "Exchanged, they transpose the kernel: what should find vertical edges finds horizontal ones."
    ),
    trace=output_worked_out,
)
