"""Wrong versions of chapter 10, the convolution for any number of axes and its repair. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def flipped(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    kernels = np.flip(weight, axis=axes)
    output = np.moveaxis(np.tensordot(windows, kernels, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def kernel_reversed_axes(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    kernels = weight.transpose(0, 1, *reversed(axes))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernels.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    output = np.moveaxis(np.tensordot(windows, kernels, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def first_channel(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)][:, :1]
    kernels = weight[:, :1]
    output = np.moveaxis(np.tensordot(windows, kernels, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def no_bias(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    return np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)


def channels_last(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    output = np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes)))
    return output if bias is None else output + bias


def last_windows_missing(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(0, -1, each) for each in s)]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def stride_ignored(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def stride_on_first_axis(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride[0] if isinstance(stride, tuple) else stride
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)[:, :, ::s]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def strides_reversed(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in reversed(s))]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def stride_on_input(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    padded = padded[:, :, *(slice(None, None, each) for each in s)]
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def padding_ignored(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def padding_in_front(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, 0) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def repair_as_given(input, weight, bias=None):
    """Slide kernels through films.

    (n, c_i, d, h, w) and (c_o, c_i, k_d, k_h, k_w) give (n, c_o, d_o, h_o, w_o).
    """
    k_d, k_h, k_w = weight.shape[2:]
    height, width = input.shape[3] - k_h + 1, input.shape[4] - k_w + 1
    frames = []
    for z in range(input.shape[2] - k_d + 1):
        frame = np.zeros((len(weight), len(input), height, width))
        for t in range(k_d):
            film = input[:, :, z]
            for u in range(k_h):
                for v in range(k_w):
                    block = film[:, :, u : u + height, v : v + width]
                    frame += np.tensordot(weight[:, :, t, u, v], block, (1, 1))
        frames.append(frame if bias is None else frame + bias.reshape(-1, 1, 1, 1))
    return np.stack(frames).transpose(2, 1, 0, 3, 4)


def repair_offset_only(input, weight, bias=None):
    k_d, k_h, k_w = weight.shape[2:]
    height, width = input.shape[3] - k_h + 1, input.shape[4] - k_w + 1
    frames = []
    for _ in range(input.shape[2] - k_d + 1):
        frame = np.zeros((len(weight), len(input), height, width))
        for t in range(k_d):
            film = input[:, :, t]
            for u in range(k_h):
                for v in range(k_w):
                    block = film[:, :, u : u + height, v : v + width]
                    frame += np.tensordot(weight[:, :, t, u, v], block, (1, 1))
        frames.append(frame if bias is None else frame + bias.reshape(-1, 1, 1, 1))
    return np.stack(frames).transpose(2, 1, 0, 3, 4)


def repair_backwards(input, weight, bias=None):
    k_d, k_h, k_w = weight.shape[2:]
    height, width = input.shape[3] - k_h + 1, input.shape[4] - k_w + 1
    frames = []
    for z in range(input.shape[2] - k_d + 1):
        frame = np.zeros((len(weight), len(input), height, width))
        for t in range(k_d):
            film = input[:, :, z - t]
            for u in range(k_h):
                for v in range(k_w):
                    block = film[:, :, u : u + height, v : v + width]
                    frame += np.tensordot(weight[:, :, t, u, v], block, (1, 1))
        frames.append(frame if bias is None else frame + bias.reshape(-1, 1, 1, 1))
    return np.stack(frames).transpose(2, 1, 0, 3, 4)


def repair_time_reversed(input, weight, bias=None):
    k_d, k_h, k_w = weight.shape[2:]
    height, width = input.shape[3] - k_h + 1, input.shape[4] - k_w + 1
    frames = []
    for z in range(input.shape[2] - k_d + 1):
        frame = np.zeros((len(weight), len(input), height, width))
        for t in range(k_d):
            film = input[:, :, z + k_d - 1 - t]
            for u in range(k_h):
                for v in range(k_w):
                    block = film[:, :, u : u + height, v : v + width]
                    frame += np.tensordot(weight[:, :, t, u, v], block, (1, 1))
        frames.append(frame if bias is None else frame + bias.reshape(-1, 1, 1, 1))
    return np.stack(frames).transpose(2, 1, 0, 3, 4)


def repair_last_frame(input, weight, bias=None):
    k_d, k_h, k_w = weight.shape[2:]
    height, width = input.shape[3] - k_h + 1, input.shape[4] - k_w + 1
    frames = []
    for z in range(input.shape[2] - k_d + 1):
        frame = np.zeros((len(weight), len(input), height, width))
        for t in range(k_d):
            film = input[:, :, z + k_d - 1]
            for u in range(k_h):
                for v in range(k_w):
                    block = film[:, :, u : u + height, v : v + width]
                    frame += np.tensordot(weight[:, :, t, u, v], block, (1, 1))
        frames.append(frame if bias is None else frame + bias.reshape(-1, 1, 1, 1))
    return np.stack(frames).transpose(2, 1, 0, 3, 4)
