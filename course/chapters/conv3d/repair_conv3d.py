"""A broken convolution of videos, to be repaired: the kernel does not move through time."""

from __future__ import annotations

import numpy as np

from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def repair_conv3d(input, weight, bias=None):
    """Slide kernels through videos.

    (n, c_i, d, h, w) and (c_o, c_i, k_d, k_h, k_w) give (n, c_o, d_o, h_o, w_o).
    """
    k_d, k_h, k_w = weight.shape[2:]
    height, width = input.shape[3] - k_h + 1, input.shape[4] - k_w + 1
    frames = []
    for z in range(input.shape[2] - k_d + 1):
        frame = np.zeros((len(weight), len(input), height, width))
        for t in range(k_d):
            # It read frame z for every t. Frame t of the kernel meets frame z + t of the video.
            video = input[:, :, z + t]
            for u in range(k_h):
                for v in range(k_w):
                    block = video[:, :, u : u + height, v : v + width]
                    frame += np.tensordot(weight[:, :, t, u, v], block, (1, 1))
        frames.append(frame if bias is None else frame + bias.reshape(-1, 1, 1, 1))
    return np.stack(frames).transpose(2, 1, 0, 3, 4)


EXERCISE = Exercise(
    points=2,
    solution=repair_conv3d,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.conv3d"),
    cases=(
        Case("two frames at a time", lambda rng: by_hand(rng, layer(rng, 1, 1, 2, size=(3, 2, 2), kernel=(2, 1, 2)))),
        Case("three frames at a time", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(6, 4, 5), kernel=(3, 2, 3))),
        Case("no bias", lambda rng: layer(rng, n=2, c_i=3, c_o=2, size=(5, 3, 6), kernel=(4, 3, 2), bias=False)),
        Case("a kernel as long as the video", lambda rng: layer(rng, 1, 2, 3, size=(3, 4, 5), kernel=(3, 3, 2))),
        Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, size=(4, 3, 5), kernel=(2, 1, 3))),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                "            # It read frame z for every t. Frame t of the kernel meets frame z + t of the video.\n"
                "            video = input[:, :, z + t]",
                "            video = input[:, :, z]",
            ),
            gives="when the function is left as it was handed out.",
            advice="t counts the frames of the kernel. Which frame of the video should each of them meet?",
        ),
        Mistake(
            "offset-only",
            edit=("z + t]", "t]"),
            gives="when every output looks at the first frames of the video: the window no longer moves in time.",
            advice="Output z starts its window at frame z.",
        ),
        Mistake(
            "backwards",
            edit=("z + t]", "z - t]"),
            gives="when the kernel reaches back from frame z: z - t.",
            advice="The window of output z starts at frame z. In which direction does it continue?",
        ),
        Mistake(
            "time-reversed",
            edit=("z + t]", "z + k_d - 1 - t]"),
            gives="when the kernel runs backwards in time.",
            advice="The window is right. The first frame of the kernel must meet the first frame in it.",
        ),
        Mistake(
            "last-frame",
            edit=("z + t]", "z + k_d - 1]"),
            gives="when the whole kernel meets the last frame of its window.",
            advice="Only the last frame of the kernel belongs there. Where do the others belong?",
        ),
    ),
    hints=(
        "Try it on a video in which only one frame is not 0, with a kernel of one pixel and two frames.",
        "u and v move the window across a frame. Does anything move it through time?",
        "The formula reads X at z + t. Look for the line that reads the video.",
    ),
    explanation=(
        "The video was read at z for every t, so that all frames of the kernel met the same frame. At z + t, each "
        "meets its own. In a video in which nothing moves, the two are the same."
    ),
    trace=output_worked_out,
)
