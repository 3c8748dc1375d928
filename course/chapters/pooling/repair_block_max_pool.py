"""A max pooling of blocks to repair: its blocks are cut wrongly."""

from __future__ import annotations

import numpy as np

from course.chapters.pooling.draws import negative
from course.chapters.pooling.worked_out import maximum_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import distinct, normal
from course.checking.spec import Case, Exercise, Mistake


def repair_block_max_pool(input, kernel_size):
    """Pool blocks that do not overlap, without a loop and without windows.

    input        (n, c, h_i, w_i)  h_i and w_i are multiples of kernel_size
    kernel_size  one number: the height and width of a block
    returns (n, c, h_i / kernel_size, w_i / kernel_size): the largest value of each block
    """
    k = kernel_size
    n, c, h, w = input.shape
    # The last two axes held k * k values in a row. Each axis must be cut where it is.
    blocks = input.reshape(n, c, h // k, k, w // k, k)
    return blocks.max(axis=(3, 5))


def _growing_downwards(rng: np.random.Generator) -> np.ndarray:
    """Draw an image whose columns grow downwards: the mistake shows in every block."""
    return np.sort(distinct(rng, 1, 1, 4, 4), axis=2)


# the comment goes with the line, so that what is handed out does not explain the repair
CUT_IN_PLACE = (
    "# The last two axes held k * k values in a row. Each axis must be cut where it is.\n"
    "    blocks = input.reshape(n, c, h // k, k, w // k, k)"
)

EXERCISE = Exercise(
    points=2,
    solution=repair_block_max_pool,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.max_pool2d"),
    cases=(
        Case("blocks of 2", lambda rng: {"input": _growing_downwards(rng), "kernel_size": 2}),
        Case("a wide image", lambda rng: {"input": normal(rng, 2, 3, 4, 6), "kernel_size": 2}),
        Case("blocks of 3", lambda rng: {"input": normal(rng, 2, 1, 9, 6), "kernel_size": 3}),
        Case("negative values", lambda rng: {"input": negative(rng, 1, 2, 6, 8), "kernel_size": 2}),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=((CUT_IN_PLACE, "blocks = input.reshape(n, c, h // k, w // k, k, k)"), ("(3, 5)", "(4, 5)")),
            gives="when the function is left as it was handed out.",
            advice="Print the blocks for one image of 4 by 4 with the values 0 to 15. Which values meet in a block?",
        ),
        Mistake(
            "interleaved",
            edit=(("h // k, k, w // k, k", "k, h // k, k, w // k"), ("(3, 5)", "(2, 4)")),
            gives="when kernel_size comes before the number of blocks: values that are far apart meet.",
            advice=(
                "Of the two axes made from the height, the second one runs fastest. Which of the two should that be: "
                "the block, or the row within the block?"
            ),
        ),
        Mistake(
            "blocks-reduced",
            edit=("(3, 5)", "(2, 4)"),
            gives="when the maximum runs over the blocks, and the places within a block are left.",
            advice="The blocks are right. Number the six axes from 0, and find the two within a block.",
        ),
        Mistake(
            "axes-left",
            edit=("(3, 5)", "(4, 5)"),
            gives="when the blocks are repaired and the maximum still runs over the last two axes.",
            advice=("The axes have changed places. Number the six of them from 0, and find the two within a block."),
        ),
        Mistake(
            "columns-only",
            edit=(("h // k, k, w // k, k", "h, w // k, k"), ("(3, 5)", "4")),
            gives="when only the width is cut into blocks.",
            advice="The height has to be cut in the same way.",
        ),
    ),
    hints=(
        "Try it on np.arange(16.0).reshape(1, 1, 4, 4) and print `blocks`. A block should hold 0, 1, 4 and 5.",
        "reshape keeps the order in which values are stored: row after row. It can cut one axis into two that "
        "are neighbours, and nothing else.",
        "Cut the height into (block, row within the block) and the width into (block, column within the block). "
        "What is then the order of the six axes?",
        "The maximum runs over the row and the column within the block. These are no longer the last two axes.",
    ),
    explanation=(
        "reshape can split the height into blocks and rows within a block, and the width likewise, if each pair "
        "stays side by side: (n, c, blocks, k, blocks, k). The maximum then runs over both axes of length k."
    ),
    trace=maximum_worked_out,
)
