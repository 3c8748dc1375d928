"""`repair_block_max_pool`: ..."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake


def repair_block_max_pool(input, kernel_size):
    """Pool blocks that do not overlap, without a loop and without windows.

    input        (n, c, h_i, w_i)  h_i and w_i are multiples of kernel_size
    kernel_size  one number: the height and width of a block
    returns (n, c, h_i / kernel_size, w_i / kernel_size): the largest value of each block
    """
    k = kernel_size
    n, c, h, w = input.shape
    # The last two axes held k * k values in a row. Each axis must be cut where it stands.
    blocks = input.reshape(n, c, h // k, k, w // k, k)
    return blocks.max(axis=(3, 5))


def _interleaved(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, kernel_size, h // kernel_size, kernel_size, w // kernel_size).max(axis=(2, 4))


def _blocks_reduced(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size).max(axis=(2, 4))


def _axes_left(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size).max(axis=(4, 5))


def _columns_only(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, h, w // kernel_size, kernel_size).max(axis=4)


EXERCISE = Exercise(
    name="repair_block_max_pool",
    points=2,
    solution=repair_block_max_pool,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.max_pool2d"),
    cases=(
        Case("blocks of 2", lambda rng: {"input": normal(rng, 1, 2, 4, 4), "kernel_size": 2}),
        Case("a wide image", lambda rng: {"input": normal(rng, 2, 3, 4, 6), "kernel_size": 2}),
        Case("blocks of 3", lambda rng: {"input": normal(rng, 2, 1, 9, 6), "kernel_size": 3}),
        Case("negative values", lambda rng: {"input": -np.abs(normal(rng, 1, 2, 6, 8)) - 0.125, "kernel_size": 2}),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(("k, w //", "w // k,"), ("(3,", "(4,")),
            gives="when the function is left as it was handed out.",
            advice="Print the blocks for one image of 4 by 4 with the values 0 to 15. Which values meet in a block?",
        ),
        Mistake(
            "interleaved",
            body=_interleaved,
            gives="when kernel_size comes before the number of blocks: values that lie far apart meet.",
            advice=(
                "Of the two axes made from the height, the second one runs fastest. Which of the two should that be: the "
                "block, or the row within the block?"
            ),
        ),
        Mistake(
            "blocks-reduced",
            body=_blocks_reduced,
            gives="when the maximum runs over the blocks, and the places within a block are left.",
            advice="The blocks are right. Number the six axes from 0, and find the two that lie within a block.",
        ),
        Mistake(
            "axes-left",
            body=_axes_left,
            gives="when the blocks are repaired and the maximum still runs over the last two axes.",
            advice=(
                "The axes have changed places. Number the six of them from 0, and find the two that lie within a block."
            ),
        ),
        Mistake(
            "columns-only",
            body=_columns_only,
            gives="when only the width is cut into blocks.",
            advice="The height has to be cut, too, in the same way.",
        ),
    ),
    hints=(
        "Try it on np.arange(16.0).reshape(1, 1, 4, 4) and print `blocks`. A block should hold 0, 1, 4 and 5.",
        "reshape keeps the order in which values are stored: row after row. It can cut one axis into two that "
        "are neighbours, and nothing else.",
        "Cut the height into (block, row within the block) and the width into (block, column within the block). "
        "In which order do the six axes then stand?",
        "The maximum runs over the row and the column within the block. These are no longer the last two axes.",
    ),
    explanation=(
        "reshape can split the height into blocks and rows within a block, and the width likewise, if each pair "
        "stays side by side: (n, c, blocks, k, blocks, k). The maximum then runs over both axes of length k."
    ),
)
