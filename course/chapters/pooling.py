"""Chapter 11: pooling, by the largest value or the mean, of windows and of whole channels, forwards and backwards."""

from __future__ import annotations

import numpy as np

from course.chapters import pooling_backward, pooling_forward
from course.chapters.mistakes import pooling as wrong
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "11_pooling"


def global_avg_pool2d(input: np.ndarray) -> np.ndarray:
    """Take the mean of each channel, and keep the axes: (n, c, h_i, w_i) becomes (n, c, 1, 1)."""
    return input.mean(axis=(2, 3), keepdims=True)


def repair_block_max_pool(input: np.ndarray, kernel_size: int) -> np.ndarray:
    """Take the largest value of each block: the height becomes blocks and rows in them, and so does the width."""
    n, c, h, w = input.shape
    blocks = input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size)
    return blocks.max(axis=(3, 5))


GLOBAL = Exercise(
    name="global_avg_pool2d",
    chapter=CHAPTER,
    points=1,
    reference=global_avg_pool2d,
    oracle=TorchFunction("torch.nn.functional.adaptive_avg_pool2d", arrange=lambda input: ((input, 1), {})),
    cases=(
        Case("small images", lambda rng: {"input": normal(rng, 2, 3, 4, 5)}),
        Case("square images", lambda rng: {"input": normal(rng, 3, 2, 4, 4)}),
        Case("as many samples as channels", lambda rng: {"input": normal(rng, 3, 3, 2, 5)}),
        Case("one channel", lambda rng: {"input": normal(rng, 2, 1, 6, 3)}),
        Case("another size", lambda rng: {"input": normal(rng, 1, 4, 9, 7)}),
        Case("a single pixel", lambda rng: {"input": normal(rng, 2, 3, 1, 1)}, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "global_avg_pool2d.axes-dropped",
            wrong.global_axes_dropped,
            "when the two axes that were averaged are dropped.",
            "The result is (n, c, 1, 1): still an image, of one pixel. Which argument of NumPy's mean keeps the axes?",
        ),
        Misconception(
            "global_avg_pool2d.over-channels",
            wrong.global_over_channels,
            "when the mean runs over the channels, pixel by pixel.",
            "Each channel ends as one number. Over which two axes do you have to average?",
        ),
        Misconception(
            "global_avg_pool2d.whole-sample",
            wrong.global_whole_sample,
            "when all channels of a sample are averaged together.",
            "Channels stay apart: there must be one mean for each of them.",
        ),
        Misconception(
            "global_avg_pool2d.over-batch",
            wrong.global_over_batch,
            "when the mean runs over the batch, too.",
            "Samples stay apart. This mean is what batch normalization computes, in chapter 12.",
        ),
        Misconception(
            "global_avg_pool2d.one-axis",
            wrong.global_one_axis,
            "when the mean runs along the rows only.",
            "There is still one value for each row. What has to happen to these?",
        ),
        Misconception(
            "global_avg_pool2d.maximum",
            wrong.global_maximum,
            "when the largest value of each channel is taken.",
            "That is global max pooling. Here all values of a channel have the same say.",
        ),
        Misconception(
            "global_avg_pool2d.not-divided",
            wrong.global_not_divided,
            "when the values of each channel are summed, and nothing is divided.",
            "A mean is a sum divided by a count. How many values has a channel?",
        ),
        Misconception(
            "global_avg_pool2d.square-assumed",
            wrong.global_square_assumed,
            "when the sum is divided by the square of the height.",
            "Images need not be square. How many values has a channel of height h and width w?",
        ),
    ),
    hints=(
        "Think of it as average pooling with one window, as large as the image.",
        "The first axis counts samples and the second channels; both stay. The other two are averaged away.",
        "NumPy's mean takes a tuple of axes, and keepdims=True leaves a 1 where an axis was averaged away.",
    ),
    explanation=(
        "Averaging over axes 2 and 3 leaves one number for each sample and channel. keepdims=True keeps the shape "
        "(n, c, 1, 1), which broadcasts against the image it came from."
    ),
)

REPAIR = Exercise(
    name="repair_block_max_pool",
    chapter=CHAPTER,
    points=2,
    reference=repair_block_max_pool,
    oracle=TorchFunction("torch.nn.functional.max_pool2d"),
    given=wrong.repair_block_max_pool,
    cases=(
        Case("blocks of 2", lambda rng: {"input": normal(rng, 1, 2, 4, 4), "kernel_size": 2}),
        Case("a wide image", lambda rng: {"input": normal(rng, 2, 3, 4, 6), "kernel_size": 2}),
        Case("blocks of 3", lambda rng: {"input": normal(rng, 2, 1, 9, 6), "kernel_size": 3}),
        Case("negative values", lambda rng: {"input": -np.abs(normal(rng, 1, 2, 6, 8)) - 0.125, "kernel_size": 2}),
    ),
    misconceptions=(
        Misconception(
            "repair_block_max_pool.as-given",
            wrong.repair_block_max_pool,
            "when the function is left as it was handed out.",
            "Print the blocks for one image of 4 by 4 with the values 0 to 15. Which values meet in a block?",
        ),
        Misconception(
            "repair_block_max_pool.interleaved",
            wrong.repair_blocks_interleaved,
            "when kernel_size comes before the number of blocks: values that lie far apart meet.",
            "Of the two axes made from the height, the second one runs fastest. Which of the two should that be: "
            "the block, or the row within the block?",
        ),
        Misconception(
            "repair_block_max_pool.blocks-reduced",
            wrong.repair_block_count_reduced,
            "when the maximum runs over the blocks, and the places within a block are left.",
            "The blocks are right. Number the six axes from 0, and find the two that lie within a block.",
        ),
        Misconception(
            "repair_block_max_pool.axes-left",
            wrong.repair_axes_left,
            "when the blocks are repaired and the maximum still runs over the last two axes.",
            "The axes have changed places. Number the six of them from 0, and find the two that lie within a block.",
        ),
        Misconception(
            "repair_block_max_pool.columns-only",
            wrong.repair_columns_only,
            "when only the width is cut into blocks.",
            "The height has to be cut, too, in the same way.",
        ),
    ),
    hints=(
        "Try it on np.arange(16.0).reshape(1, 1, 4, 4) and print `blocks`. A block should hold 0, 1, 4 and 5.",
        "reshape keeps the order in which values are stored: row after row. It can cut one axis into two that are "
        "neighbours, and nothing else.",
        "Cut the height into (block, row within the block) and the width into (block, column within the block). "
        "In which order do the six axes then stand?",
        "The maximum runs over the row and the column within the block. These are no longer the last two axes.",
    ),
    explanation=(
        "reshape can split the height into blocks and rows within a block, and the width likewise, if each pair stays "
        "side by side: (n, c, blocks, k, blocks, k). The maximum then runs over both axes of length k."
    ),
)

EXERCISES = (*pooling_forward.EXERCISES, GLOBAL, *pooling_backward.EXERCISES, REPAIR)
