"""`patch_embedding`: an image becomes a sequence of tokens, one a patch."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand, normal
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import sum_of_products, unless_long


def patch_embedding(input, weight, bias):
    """Cut images into patches that don't overlap, and map each patch to a token by one linear layer.

    input   (n, c, h, w)      h and w are multiples of the patch's sizes
    weight  (d_m, c, p_h, p_w)  a convolution's weight, with the patch as kernel and as stride
    bias    (d_m,)
    returns (n, l, d_m)       l patches in reading order

    >>> patch_embedding(np.array([[[[1.0, 2.0, 3.0, 4.0]]]]), np.ones((1, 1, 1, 2)), np.zeros(1))
    array([[[3.],
            [7.]]])
    """
    n, c, h, w = input.shape
    d_m, _, p_h, p_w = weight.shape
    patches = input.reshape(n, c, h // p_h, p_h, w // p_w, p_w)
    patches = patches.transpose(0, 2, 4, 1, 3, 5).reshape(n, -1, c * p_h * p_w)
    tokens = patches @ weight.reshape(d_m, -1).T + bias
    return tokens


def _drawn(
    rng: np.random.Generator, n: int, c: int, grid: tuple[int, int], patch: tuple[int, int], d_m: int
) -> dict[str, Any]:
    return {
        "input": normal(rng, n, c, grid[0] * patch[0], grid[1] * patch[1]),
        "weight": normal(rng, d_m, c, *patch),
        "bias": normal(rng, d_m),
    }


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one feature of a token as the sum of its patch's products."""
    image, token, feature = index
    weight = arguments["weight"][feature]
    _, p_h, p_w = weight.shape
    row, column = divmod(token, arguments["input"].shape[3] // p_w)
    patch = arguments["input"][image, :, row * p_h : (row + 1) * p_h, column * p_w : (column + 1) * p_w]
    return unless_long(sum_of_products(patch.flat, weight.flat, arguments["bias"][feature]))


EXERCISE = Exercise(
    points=3,
    solution=patch_embedding,
    stages={
        "the tokens without the bias": "patches @ weight.reshape(d_m, -1).T",
        "the tokens with their bias": "tokens",
    },
    oracle=TorchFunction(
        "torch.nn.functional.conv2d",
        arrange=lambda input, weight, bias: ((input, weight, bias), {"stride": weight.shape[2:]}),
        result=lambda maps: maps.reshape(*maps.shape[:2], -1).swapaxes(1, 2),
    ),
    cases=(
        Case("four patches, one feature", lambda rng: by_hand(rng, _drawn(rng, 1, 1, (2, 2), (2, 2), 1))),
        Case("several features", lambda rng: _drawn(rng, 1, 1, (2, 3), (2, 2), 4)),
        Case("several channels", lambda rng: _drawn(rng, 1, 3, (3, 2), (2, 2), 5)),
        Case("a batch", lambda rng: _drawn(rng, 3, 2, (2, 3), (3, 3), 4)),
        Case("patches that are not square", lambda rng: _drawn(rng, 2, 2, (3, 2), (2, 4), 3)),
        Case("as many patches as features", lambda rng: _drawn(rng, 2, 2, (2, 2), (2, 2), 4)),
        Case("one patch", lambda rng: _drawn(rng, 2, 3, (1, 1), (3, 2), 4), weight=0.5),
        Case("patches of one pixel", lambda rng: _drawn(rng, 1, 2, (2, 3), (1, 1), 3), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "features-before-tokens",
            edit=("return tokens", "return tokens.swapaxes(1, 2)"),
            gives="when the features come before the tokens, as a convolution has its channels.",
            advice="A transformer wants (n, l, d_m): one row for each token.",
        ),
        Mistake(
            "reshaped-only",
            edit=("patches.transpose(0, 2, 4, 1, 3, 5).reshape", "patches.reshape"),
            gives="when numbers are taken in the order of memory: a row of a patch, then its right neighbour's.",
            advice="A patch has p_h rows of the image. Which axes must come together before reshape can join them?",
        ),
        Mistake(
            "patches-column-by-column",
            edit=("(0, 2, 4, 1, 3, 5)", "(0, 4, 2, 1, 3, 5)"),
            gives="when the patches are counted from top to bottom first.",
            advice="Token 1 is the patch to the right of token 0.",
        ),
        Mistake(
            "channels-last-in-a-patch",
            edit=("(0, 2, 4, 1, 3, 5)", "(0, 2, 4, 3, 5, 1)"),
            gives="when a patch is flattened with its channels last, and the weight with its channels first.",
            advice="Flatten the patch in the same order as weight[o]: channels, rows, columns.",
        ),
        Mistake(
            "patch-transposed",
            edit=("(0, 2, 4, 1, 3, 5)", "(0, 2, 4, 1, 5, 3)"),
            gives="when rows and columns within a patch are exchanged.",
            advice="Flatten the patch in the same order as weight[o]: channels, rows, columns.",
        ),
        Mistake(
            "first-channel-only",
            edit=(
                (
                    "patches = input.reshape(n, c, h // p_h, p_h, w // p_w, p_w)",
                    "patches = input[:, :1].reshape(n, 1, h // p_h, p_h, w // p_w, p_w)",
                ),
                (".reshape(n, -1, c * p_h * p_w)", ".reshape(n, -1, p_h * p_w)"),
                ("weight.reshape(d_m, -1).T", "weight[:, 0].reshape(d_m, -1).T"),
            ),
            gives="when only the first channel is read.",
            advice="A patch has c channels, and so has weight[o]. All of them are added up.",
        ),
        Mistake(
            "bias-ignored",
            edit=(" + bias", ""),
            gives="when the bias is left out.",
            unwritten="The bias is not written yet",
            advice="Each feature has its own bias.",
        ),
        Mistake(
            "weight-reshaped-for-transposed",
            edit=("weight.reshape(d_m, -1).T", "weight.reshape(-1, d_m)"),
            gives="when the weight is reshaped to (c·p_h·p_w, d_m): the right shape, with numbers in other places.",
            advice="reshape does not transpose. Row o of a linear layer's weight is weight[o], flattened.",
        ),
    ),
    hints=(
        "One patch is input[:, :, a : a + p_h, b : b + p_w]. Flattened, it is a vector of c·p_h·p_w numbers, and "
        "weight[o], flattened, is another. A feature is their dot product, plus the bias.",
        "With loops: for each row and column of patches, compute the token (n, d_m), collect them in a list, and "
        "np.stack along axis 1.",
        "Without loops: reshape to (n, c, rows, p_h, columns, p_w). Bring rows and columns to the front of the others, "
        "and flatten what belongs to a patch.",
    ),
    explanation=(
        "The stride equals the kernel's size, so the windows don't overlap and a reshape cuts the image. What is left "
        "is one linear layer, the same for all patches: a matrix product. A Vision Transformer begins with it."
    ),
    trace=_trace,
)
