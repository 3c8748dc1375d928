"""Wrong versions of chapter 11, global pooling and pooling by blocks. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is


def global_axes_dropped(input):
    return input.mean(axis=(2, 3))


def global_over_channels(input):
    return input.mean(axis=1, keepdims=True)


def global_whole_sample(input):
    return input.mean(axis=(1, 2, 3), keepdims=True)


def global_over_batch(input):
    return input.mean(axis=(0, 2, 3), keepdims=True)


def global_one_axis(input):
    return input.mean(axis=3, keepdims=True)


def global_maximum(input):
    return input.max(axis=(2, 3), keepdims=True)


def global_not_divided(input):
    return input.sum(axis=(2, 3), keepdims=True)


def global_square_assumed(input):
    return input.sum(axis=(2, 3), keepdims=True) / input.shape[2] ** 2


def repair_block_max_pool(input, kernel_size):
    """Pool blocks that do not overlap, without a loop and without windows.

    input        (n, c, h_i, w_i)  h_i and w_i are multiples of kernel_size
    kernel_size  one number: the height and width of a block
    returns (n, c, h_i / kernel_size, w_i / kernel_size): the largest value of each block
    """
    k = kernel_size
    n, c, h, w = input.shape
    blocks = input.reshape(n, c, h // k, w // k, k, k)
    return blocks.max(axis=(4, 5))


def repair_blocks_interleaved(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, kernel_size, h // kernel_size, kernel_size, w // kernel_size).max(axis=(2, 4))


def repair_block_count_reduced(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size).max(axis=(2, 4))


def repair_axes_left(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size).max(axis=(4, 5))


def repair_columns_only(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, h, w // kernel_size, kernel_size).max(axis=4)
