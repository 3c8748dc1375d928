"""`residual_block`: two convolutions, and a connection around both."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.on_the_way import on_the_way
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def residual_block(input, params):
    """Compute the basic block of a ResNet in evaluation. The norms have an eps of 1e-5.

    input   (n, c_i, h, w)
    params  a dict of arrays:
            conv1.weight (c_o, c_i, 3, 3), conv2.weight (c_o, c_o, 3, 3)
            bn1.weight, bn1.bias, bn1.running_mean, bn1.running_var (c_o,), and the same for bn2
            shortcut.weight (c_o, c_i, 1, 1), the convolution in the residual connection,
            only where c_i and c_o differ
    returns (n, c_o, h, w)
    """

    def conv(x, name):
        # stride 1, and a border of zeros that keeps the size
        weight = params[f"{name}.weight"]
        border = weight.shape[2] // 2
        padded = np.pad(x, ((0, 0), (0, 0), (border, border), (border, border)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))
        return np.einsum("nchwuv,ocuv->nohw", windows, weight)

    def norm(x, name):
        weight, bias, mean, var = (
            params[f"{name}.{kind}"][:, np.newaxis, np.newaxis]
            for kind in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(var + 1e-5) * weight + bias

    branch = np.maximum(norm(conv(input, "conv1"), "bn1"), 0)
    branch = norm(conv(branch, "conv2"), "bn2")
    residual = conv(input, "shortcut") if "shortcut.weight" in params else input
    return np.maximum(branch + residual, 0)


def _params(rng: np.random.Generator, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    params = {"conv1.weight": normal(rng, c_o, c_i, 3, 3) / 2, "conv2.weight": normal(rng, c_o, c_o, 3, 3) / 2}
    for name in ("bn1", "bn2"):
        params |= {
            f"{name}.weight": 1 + 0.3 * normal(rng, c_o),
            f"{name}.bias": normal(rng, c_o),
            f"{name}.running_mean": normal(rng, c_o),
            # small ones among them, so that eps counts
            f"{name}.running_var": np.exp(3 * normal(rng, c_o) - 3),
        }
    return params | ({"shortcut.weight": normal(rng, c_o, c_i, 1, 1)} if c_i != c_o else {})


def _block(rng: np.random.Generator, n: int, c_i: int, c_o: int, h: int, w: int) -> dict[str, Any]:
    return {"input": normal(rng, n, c_i, h, w), "params": _params(rng, c_i, c_o)}


def _identity(rng: np.random.Generator) -> dict[str, Any]:
    """Draw a block whose second norm has a weight of 0, as many networks start."""
    drawn = _block(rng, 2, 3, 3, 3, 4)
    return drawn | {"params": {**drawn["params"], "bn2.weight": np.zeros(3)}}


_summed = on_the_way(residual_block, "branch", "branch + residual")


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Work out the last step: the branch before it has too many steps for one line."""
    branch, total = (value[index] for value in _summed(**arguments))
    return f"max({branch:.4g} + {in_a_sum(total - branch)}, 0) = {max(total, 0):.4g}"


EXERCISE = Exercise(
    points=5,
    solution=residual_block,
    stages={
        "the first convolution": '(first := conv(input, "conv1"))',
        "the first norm": '(first_norm := norm(first, "bn1"))',
        "the hidden features": "(hidden := np.maximum(first_norm, 0))",
        "the second convolution": 'conv(hidden, "conv2")',
        "the second norm": "branch",
        "the sum": "branch + residual",
        "the output of the block": "result",
    },
    oracle=None,
    cases=(
        Case("one channel", lambda rng: _block(rng, 1, 1, 1, 2, 3)),
        Case("several channels", lambda rng: _block(rng, 2, 3, 3, 4, 3)),
        Case("more channels out than in", lambda rng: _block(rng, 2, 1, 3, 4, 3), note="with shortcut.weight"),
        Case("fewer channels out than in", lambda rng: _block(rng, 1, 3, 2, 3, 2), note="with shortcut.weight"),
        Case("a branch that adds a constant", _identity, note="bn2.weight is 0", weight=0.5),
    ),
    mistakes=(
        Mistake(
            "no-shortcut",
            edit=("np.maximum(branch + residual, 0)", "np.maximum(branch, 0)"),
            gives="when the branch alone is returned: two convolutions without a residual connection.",
            unwritten="The residual connection is not written yet",
            advice="What went into the block is added to what the branch gives.",
        ),
        Mistake(
            "relu-before-the-sum",
            edit=("np.maximum(branch + residual, 0)", "np.maximum(branch, 0) + residual"),
            gives="when ReLU is applied to the branch, before the sum.",
            advice="A branch that can't be negative can only add. Where is the second ReLU in the picture?",
        ),
        Mistake(
            "last-relu-left-out",
            edit=("np.maximum(branch + residual, 0)", "branch + residual"),
            gives="when the sum is returned without the second ReLU.",
            advice="The block has two ReLUs. The second one comes last.",
        ),
        Mistake(
            "first-relu-left-out",
            edit=('np.maximum(norm(conv(input, "conv1"), "bn1"), 0)', 'norm(conv(input, "conv1"), "bn1")'),
            gives="when there is no ReLU between the two convolutions.",
            advice="Two convolutions in a row, without ReLU, are one convolution. What comes between them?",
        ),
        Mistake(
            "shortcut-not-projected",
            edit=('conv(input, "shortcut") if "shortcut.weight" in params else input', "input"),
            gives="when the input is added as it is, also where the number of channels changes.",
            unwritten="shortcut.weight is not used yet",
            advice="Where params has shortcut.weight, the input goes through that convolution of 1 by 1 first.",
        ),
        Mistake(
            "batch-statistics",
            edit=(
                "return (x - mean) / np.sqrt(var + 1e-5)",
                "mean, var = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)\n"
                "        return (x - mean) / np.sqrt(var + 1e-5)",
            ),
            gives="when the norms use the mean and variance of the batch, as in training.",
            advice="In evaluation, a batch norm uses what it has stored.",
        ),
        Mistake(
            "relu-before-norm",
            edit=(
                'np.maximum(norm(conv(input, "conv1"), "bn1"), 0)',
                'norm(np.maximum(conv(input, "conv1"), 0), "bn1")',
            ),
            gives="when the first ReLU comes before the first norm.",
            advice="The order is convolution, norm, ReLU.",
        ),
        Mistake(
            "var-without-root",
            edit=("np.sqrt(var + 1e-5)", "(var + 1e-5)"),
            gives="when the norms divide by the variance.",
            advice="A norm divides by the standard deviation. How does it follow from the variance?",
        ),
        Mistake(
            "no-eps",
            edit=(" + 1e-5", ""),
            gives="when the norms have no eps.",
            advice="A batch norm adds 1e-5 to the variance, under the root.",
        ),
        Mistake(
            "first-norm-twice",
            edit=('conv(branch, "conv2"), "bn2")', 'conv(branch, "conv2"), "bn1")'),
            gives="when both norms use the parameters of bn1.",
            advice="There are two norms, with four arrays each. Which does each convolution belong to?",
        ),
        Mistake(
            "shortcut-after-first-norm",
            edit=(
                ("    branch = norm(conv(branch", "    input = branch\n    branch = norm(conv(branch"),
                ('conv(input, "shortcut") if "shortcut.weight" in params else input', "input"),
            ),
            gives="when the connection starts after the first half of the branch.",
            advice="The connection goes around both convolutions. What does it carry?",
        ),
    ),
    hints=(
        "Write two small functions first, inside this one: conv(x, name) and norm(x, name). Each looks its arrays up "
        "in params.",
        "conv: a border of zeros that keeps the size, 1 for a kernel of 3 and 0 for a kernel of 1. Then windows and "
        "einsum, as for a convolution. norm: the stored mean and variance, one for each channel, with eps = 1e-5.",
        "The branch is conv1, bn1, ReLU, conv2, bn2. Add what the residual connection carries. The last ReLU follows.",
    ),
    explanation=(
        "The branch computes what the block adds to its input. With weights of 0 in the last norm, the block changes "
        "almost nothing. So a block more does not make a network worse at the start, and in the backward pass the "
        "sum passes the gradient on to the input undiminished."
    ),
    trace=_trace,
)
