"""A broken grouped convolution, to be repaired: it deals the channels out in turn."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def repair_groups(input, weight, groups):
    """Slide grouped kernels over images: (n, c_i, h, w) and (c_o, c_i/g, k_h, k_w) give (n, c_o, h_o, w_o)."""
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    c_in, c_out = input.shape[1] // groups, len(weight) // groups
    for q in range(groups):
        # slice(q, None, groups) took every g-th channel. Groups are blocks of neighbours.
        ins, outs = slice(q * c_in, (q + 1) * c_in), slice(q * c_out, (q + 1) * c_out)
        for u, v in np.ndindex(weight.shape[2:]):
            met = input[:, ins, u : u + h_o, v : v + w_o]
            output[:, outs] += np.tensordot(met, weight[outs, :, u, v], axes=(1, 1)).transpose(0, 3, 1, 2)
    return output


def _call(rng: np.random.Generator, n: int, c_i: int, c_o: int, groups: int) -> dict[str, Any]:
    return layer(rng, n, c_i, c_o, size=(3, 5), kernel=(2, 3), groups=groups, bias=False)


EXERCISE = Exercise(
    points=2,
    solution=repair_groups,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.conv2d", by_name=True),
    cases=(
        Case(
            "two groups, kernels of one pixel",
            lambda rng: by_hand(rng, layer(rng, 1, 4, 4, size=(1, 3), kernel=(1, 1), groups=2, bias=False)),
        ),
        Case("two groups", lambda rng: _call(rng, 1, 4, 4, groups=2)),
        Case("more outputs than inputs", lambda rng: _call(rng, 2, 4, 6, groups=2)),
        Case("more inputs than outputs", lambda rng: _call(rng, 1, 9, 6, groups=3)),
        Case("each channel a group", lambda rng: _call(rng, 2, 3, 3, groups=3)),
        Case("one group", lambda rng: _call(rng, 2, 3, 2, groups=1)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                ("    c_in, c_out = input.shape[1] // groups, len(weight) // groups\n", ""),
                ("        # slice(q, None, groups) took every g-th channel. Groups are blocks of neighbours.\n", ""),
                (
                    "slice(q * c_in, (q + 1) * c_in), slice(q * c_out, (q + 1) * c_out)",
                    "slice(q, None, groups), slice(q, None, groups)",
                ),
            ),
            gives="when the function is left as it was handed out.",
            advice="Print list(range(6))[q::2] for q = 0 and q = 1. Which channels does each group get?",
        ),
        Mistake(
            "outputs-cut-as-inputs",
            edit=("slice(q * c_out, (q + 1) * c_out)", "slice(q * c_in, (q + 1) * c_in)"),
            gives="when a block of output channels is as long as a block of input channels.",
            advice="With 4 channels in, 6 out and two groups, how many outputs does a group have?",
        ),
        Mistake(
            "inputs-only",
            edit=("slice(q * c_out, (q + 1) * c_out)", "slice(q, None, groups)"),
            gives="when the input channels are repaired, and the output channels are not.",
            advice="Which output channels are in group 0?",
        ),
        Mistake(
            "outputs-only",
            edit=("slice(q * c_in, (q + 1) * c_in)", "slice(q, None, groups)"),
            gives="when the output channels are repaired, and the input channels are not.",
            advice="Which input channels does group 0 read?",
        ),
        Mistake(
            "starts-one-apart",
            edit=(
                "slice(q * c_in, (q + 1) * c_in), slice(q * c_out, (q + 1) * c_out)",
                "slice(q, q + c_in), slice(q, q + c_out)",
            ),
            gives="when group q is taken to start at channel q.",
            advice="A group has several channels. How many of them come before group 1?",
        ),
        Mistake(
            "first-channels",
            edit=("slice(q * c_in, (q + 1) * c_in)", "slice(c_in)"),
            gives="when every group reads the first channels.",
            advice="The channels of group 1 begin where the channels of group 0 end.",
        ),
    ),
    hints=(
        "Let only one input channel be different from 0. Which output channels change, and which should?",
        "slice(q, None, groups) takes every g-th channel. PyTorch's groups are blocks of neighbours.",
        "A group has c_i/g input channels and c_o/g output channels. The blocks of group q begin at q times that.",
    ),
    explanation=(
        "slice(q, None, groups) deals the channels out in turn. PyTorch's groups are neighbours: group q has the "
        "input channels from q · c_i/g on, and the output channels from q · c_o/g on. Where each channel is a "
        "group, or all are one, it makes no difference."
    ),
    trace=output_worked_out,
)
