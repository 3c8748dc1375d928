"""Right answers of chapter 17 in other styles. None of them may be refused."""

import numpy as np


def size_by_placing(size, kernel_size, stride=1, padding=0, output_padding=0):
    ends = [row * stride + kernel_size for row in range(size)]
    return max(ends) - padding - padding + output_padding


def size_as_float(n, k, s=1, p=0, more=0):
    return float(s * n - s + k - 2 * p + more)


def size_by_searching(size, kernel_size, stride=1, padding=0, output_padding=0):
    """Look for the smallest image from which a convolution makes this size."""
    found = 1
    while (found + 2 * padding - kernel_size) / stride + 1 < size:
        found += 1
    return np.array(found + output_padding)


def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


def transposed_by_pixels(input, weight, bias=None, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    n, _, h, w = input.shape
    _, c_o, k_h, k_w = weight.shape
    full = np.zeros((n, c_o, (h - 1) * s_h + k_h, (w - 1) * s_w + k_w))
    for y in range(h):
        for x in range(w):
            block = np.tensordot(input[:, :, y, x], weight, axes=(1, 0))
            full[:, :, y * s_h : y * s_h + k_h, x * s_w : x * s_w + k_w] += block
    if bias is not None:
        full += bias.reshape(1, -1, 1, 1)
    return full[:, :, p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w]


def transposed_by_zero_insertion(x, w, b=None, stride=1, padding=0):
    """Slide a flipped kernel over the image with zeros in between, and with a border of k - 1 - p or a cut."""
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    k_h, k_w = w.shape[2:]
    spread = np.zeros((*x.shape[:2], (x.shape[2] - 1) * s_h + 1, (x.shape[3] - 1) * s_w + 1))
    spread[:, :, ::s_h, ::s_w] = x
    spread = np.pad(spread, [(0, 0), (0, 0), (k_h - 1,) * 2, (k_w - 1,) * 2])
    spread = spread[:, :, p_h : spread.shape[2] - p_h, p_w : spread.shape[3] - p_w]
    windows = np.lib.stride_tricks.sliding_window_view(spread, (k_h, k_w), axis=(2, 3))
    y = np.tensordot(windows, w[:, :, ::-1, ::-1], axes=([1, 4, 5], [0, 2, 3])).transpose(0, 3, 1, 2)
    return y if b is None else y + b[:, None, None]


def transposed_by_scattering(x, w, b=None, stride=1, padding=0):
    """Work out all shares at once, and where each belongs, and let np.add.at add them up."""
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    n, _, h, width = x.shape
    _, c_o, k_h, k_w = w.shape
    rows = (np.arange(h)[:, None] * s_h + np.arange(k_h)).reshape(h, 1, k_h, 1)
    columns = (np.arange(width)[:, None] * s_w + np.arange(k_w)).reshape(1, width, 1, k_w)
    y = np.zeros((n, c_o, (h - 1) * s_h + k_h, (width - 1) * s_w + k_w))
    np.add.at(y, (slice(None), slice(None), rows, columns), np.einsum("ncyx,couv->noyxuv", x, w))
    y = y if b is None else y + b[None, :, None, None]
    return y[..., p_h : y.shape[2] - p_h, p_w : y.shape[3] - p_w]


def transposed_by_a_matrix(x, w, b=None, stride=1, padding=0):
    """Write a convolution as a matrix, column by column, and multiply by its transpose."""
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    n, c_i, h, width = x.shape
    _, c_o, k_h, k_w = w.shape
    rows, columns = (h - 1) * s_h + k_h, (width - 1) * s_w + k_w
    matrix = np.zeros((c_i, h, width, c_o, rows, columns))
    for i, j in np.ndindex(h, width):
        matrix[:, i, j, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] = w
    y = (x.reshape(n, -1) @ matrix.reshape(c_i * h * width, -1)).reshape(n, c_o, rows, columns)
    y = y[:, :, p_h : rows - p_h, p_w : columns - p_w]
    return y if b is None else y + b[:, None, None]


def transposed_as_lists_in_float32(x, w, b=None, stride=1, padding=0):
    return transposed_by_pixels(x, w, b, stride, padding).astype(np.float32).tolist()


def backward_by_windows(g, x, w, stride=1, padding=0):
    """Take the input's gradient by a convolution, the weight's from the same windows."""
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    g = np.pad(g, [(0, 0), (0, 0), (p_h,) * 2, (p_w,) * 2])
    windows = np.lib.stride_tricks.sliding_window_view(g, w.shape[2:], axis=(2, 3))[:, :, ::s_h, ::s_w]
    gx = np.tensordot(windows, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    # the padding that was put back is 0, so it does not change the sum
    return gx, np.einsum("noyxuv,ncyx->couv", windows, x), np.einsum("noyx->o", g)


def backward_by_pixels(g, x, w, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    k_h, k_w = w.shape[2:]
    g_full = np.zeros((*g.shape[:2], g.shape[2] + 2 * p_h, g.shape[3] + 2 * p_w))
    g_full[:, :, p_h : p_h + g.shape[2], p_w : p_w + g.shape[3]] = g
    gx, gw = np.empty_like(x), np.zeros_like(w)
    for i, j in np.ndindex(x.shape[2:]):
        block = g_full[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        gx[:, :, i, j] = np.einsum("nouv,couv->nc", block, w)
        gw += np.einsum("nouv,nc->couv", block, x[:, :, i, j])
    return [gx, gw, g.sum((0, 2, 3))]


def repaired_in_the_windows(input, weight, stride=1):
    n, c_i, h, w = input.shape
    k_h, k_w = weight.shape[2:]
    spread = np.zeros((n, c_i, (h - 1) * stride + 1, (w - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = input
    bordered = np.pad(spread, ((0, 0), (0, 0), (k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(bordered, (k_h, k_w), axis=(2, 3))
    return np.einsum("ncyxuv,couv->noyx", windows[..., ::-1, ::-1], weight)


def repaired_with_rot90(x, w, stride=1):
    return transposed_by_zero_insertion(x, np.rot90(np.rot90(w, 2, axes=(2, 3)), 2, axes=(2, 3)), None, stride)


def repaired_anew(input, weight, stride=1):
    return transposed_by_pixels(input, weight, None, stride)


def interpolated_by_pixels(input, scale_factor, mode="nearest"):
    """Take each output pixel from its four neighbours, with shares that fall off with the distance."""
    n, c, h, w = input.shape
    s = scale_factor
    output = np.zeros((n, c, h * s, w * s))
    for y, x in np.ndindex(h * s, w * s):
        if mode == "nearest":
            output[:, :, y, x] = input[:, :, y // s, x // s]
            continue
        row = min(max((2 * y + 1 - s) / (2 * s), 0), h - 1)
        column = min(max((2 * x + 1 - s) / (2 * s), 0), w - 1)
        for i, j in np.ndindex(h, w):
            output[:, :, y, x] += max(0, 1 - abs(row - i)) * max(0, 1 - abs(column - j)) * input[:, :, i, j]
    return output


def interpolated_by_matrices(input, scale_factor, mode="nearest"):
    """Multiply from both sides by a matrix that holds each output row's shares."""

    def matrix(size):
        if mode == "nearest":
            return np.kron(np.eye(size), np.ones((scale_factor, 1)))
        centres = np.clip((np.arange(size * scale_factor) + 0.5) / scale_factor - 0.5, 0, size - 1)
        return np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(size)))

    return matrix(input.shape[2]) @ input @ matrix(input.shape[3]).T


def interpolated_with_interp(input, scale_factor, mode="nearest"):
    for axis in (2, 3):
        size = input.shape[axis]
        if mode == "nearest":
            input = np.repeat(input, scale_factor, axis)
        else:
            places = (np.arange(size * scale_factor) + 0.5) / scale_factor - 0.5
            rows = [np.interp(places, np.arange(size), row) for row in input.swapaxes(axis, 3).reshape(-1, size)]
            input = np.reshape(rows, (*input.swapaxes(axis, 3).shape[:3], -1)).swapaxes(axis, 3)
    return input


def shuffled_by_slices(input, upscale_factor):
    r = upscale_factor
    n, channels, h, w = input.shape
    output = np.empty((n, channels // r**2, h * r, w * r))
    for u in range(r):
        for v in range(r):
            output[:, :, u::r, v::r] = input[:, u * r + v :: r * r]
    return output


def shuffled_by_pixels(x, r):
    n, channels, h, w = x.shape
    return np.array(
        [
            [
                [
                    [x[i, c * r * r + row % r * r + column % r, row // r, column // r] for column in range(w * r)]
                    for row in range(h * r)
                ]
                for c in range(channels // (r * r))
            ]
            for i in range(n)
        ]
    )


def patches_by_loops(input, weight, bias):
    h, w = input.shape[2:]
    p_h, p_w = weight.shape[2:]
    tokens = []
    for y in range(0, h, p_h):
        for x in range(0, w, p_w):
            patch = input[:, :, y : y + p_h, x : x + p_w]
            tokens.append(np.tensordot(patch, weight, axes=([1, 2, 3], [1, 2, 3])) + bias)
    return np.stack(tokens, axis=1)


def patches_by_windows(x, w, b):
    """Slide a window over the image and keep every place that is a patch's size from the last."""
    p_h, p_w = w.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(x, (p_h, p_w), axis=(2, 3))[:, :, ::p_h, ::p_w]
    maps = np.einsum("ncyxuv,dcuv->nyxd", windows, w) + b
    return maps.reshape(len(x), -1, len(b))


def _shifted_convolution(x, w):
    """Add up shifted images, one for each element of the kernel."""
    k = w.shape[2]
    padded = np.pad(x, [(0, 0), (0, 0), (k // 2,) * 2, (k // 2,) * 2])
    total = 0.0
    for u, v in np.ndindex(k, k):
        total = total + np.einsum("nchw,oc->nohw", padded[:, :, u : u + x.shape[2], v : v + x.shape[3]], w[:, :, u, v])
    return total


def block_with_folded_norms(input, params):
    """Put each norm's scale into the kernels before it, and the rest into a bias."""
    x = input
    for i in "12":
        scale = params[f"bn{i}.weight"] / np.sqrt(params[f"bn{i}.running_var"] + 1e-5)
        shift = params[f"bn{i}.bias"] - params[f"bn{i}.running_mean"] * scale
        x = _shifted_convolution(x, params[f"conv{i}.weight"] * scale[:, None, None, None]) + shift[:, None, None]
        if i == "1":
            x = x * (x > 0)
    around = input
    if "shortcut.weight" in params:
        around = np.einsum("nchw,oc->nohw", input, params["shortcut.weight"][:, :, 0, 0])
    total = x + around
    return total * (total > 0)


def block_step_by_step(input, params):
    def norm(x, i):
        x = np.moveaxis(x, 1, -1) - params[f"bn{i}.running_mean"]
        x = x * params[f"bn{i}.weight"] / (params[f"bn{i}.running_var"] + 1e-5) ** 0.5 + params[f"bn{i}.bias"]
        return np.moveaxis(x, -1, 1)

    x = norm(_shifted_convolution(input, params["conv1.weight"]), 1)
    x = norm(_shifted_convolution(np.where(x > 0, x, 0), params["conv2.weight"]), 2)
    projection = params.get("shortcut.weight")
    x = x + (input if projection is None else _shifted_convolution(input, projection))
    return np.where(x > 0, x, 0.0)


RIGHT = {
    "interpolate": (interpolated_by_pixels, interpolated_by_matrices, interpolated_with_interp),
    "pixel_shuffle": (shuffled_by_slices, shuffled_by_pixels),
    "patch_embedding": (patches_by_loops, patches_by_windows),
    "residual_block": (block_with_folded_norms, block_step_by_step),
    "conv_transpose_output_size": (size_by_placing, size_as_float, size_by_searching),
    "conv_transpose2d": (
        transposed_by_pixels,
        transposed_by_zero_insertion,
        transposed_by_scattering,
        transposed_by_a_matrix,
        transposed_as_lists_in_float32,
    ),
    "conv_transpose2d_backward": (backward_by_windows, backward_by_pixels),
    "repair_zero_insertion": (repaired_in_the_windows, repaired_with_rot90, repaired_anew),
}
