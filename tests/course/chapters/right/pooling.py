"""Right answers in other styles for chapter 11: loops, strides, sums over shifts, NaN padding. None may be refused."""

import numpy as np


def max_by_loops(input, kernel_size, stride=None, padding=0):
    if stride is None:
        stride = kernel_size
    k_h, k_w = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    s_h, s_w = (stride, stride) if isinstance(stride, int) else stride
    n, c, h, w = input.shape
    h_o = (h + 2 * padding - k_h) // s_h + 1
    w_o = (w + 2 * padding - k_w) // s_w + 1
    output = np.zeros((n, c, h_o, w_o))
    for b in range(n):
        for ch in range(c):
            for i in range(h_o):
                for j in range(w_o):
                    best = float("-inf")
                    for u in range(k_h):
                        for v in range(k_w):
                            y, x = i * s_h + u - padding, j * s_w + v - padding
                            if 0 <= y < h and 0 <= x < w:
                                best = max(best, input[b, ch, y, x])
                    output[b, ch, i, j] = best
    return output


def max_by_shifts(x, k, s=None, p=0):
    (k_h, k_w), (s_h, s_w) = np.broadcast_to(k, 2), np.broadcast_to(k if s is None else s, 2)
    x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)], constant_values=-1e30)
    h_o, w_o = (x.shape[2] - k_h) // s_h + 1, (x.shape[3] - k_w) // s_w + 1
    shifts = [x[:, :, u:, v:][:, :, ::s_h, ::s_w][:, :, :h_o, :w_o] for u in range(k_h) for v in range(k_w)]
    return np.maximum.reduce(shifts)


def max_axis_by_axis(input, kernel_size, stride=None, padding=0):
    def along(x, axis, k, s):
        x = np.pad(x, [(padding, padding) if a == axis else (0, 0) for a in range(4)], constant_values=-np.inf)
        starts = range(0, x.shape[axis] - k + 1, s)
        return np.stack([x.take(range(i, i + k), axis).max(axis) for i in starts], axis)

    k = np.broadcast_to(kernel_size, 2)
    s = k if stride is None else np.broadcast_to(stride, 2)
    return along(along(input, 3, k[1], s[1]), 2, k[0], s[0])


def max_by_nan(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmax(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def max_by_strides_and_sorting(input, kernel_size, stride=None, padding=0):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    n, c, h, w = input.shape
    x = np.full((n, c, h + 2 * padding, w + 2 * padding), -np.inf)
    x[:, :, padding : padding + h, padding : padding + w] = input
    size = n, c, (x.shape[2] - k_h) // s_h + 1, (x.shape[3] - k_w) // s_w + 1
    a, b, d, e = x.strides
    windows = np.lib.stride_tricks.as_strided(x, (*size, k_h, k_w), (a, b, d * s_h, e * s_w, d, e))
    return np.sort(windows.reshape(*size, -1), axis=-1)[..., -1]


def max_in_float32(input, kernel_size, stride=None, padding=0):
    return max_by_shifts(input.astype(np.float32), kernel_size, stride, padding)


def max_as_nested_lists(input, kernel_size, stride=None, padding=0):
    return max_by_loops(input, kernel_size, stride, padding).tolist()


def avg_by_loops(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    if stride is None:
        stride = kernel_size
    k_h, k_w = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    s_h, s_w = (stride, stride) if isinstance(stride, int) else stride
    n, c, h, w = input.shape
    output = np.zeros((n, c, (h + 2 * padding - k_h) // s_h + 1, (w + 2 * padding - k_w) // s_w + 1))
    for b, ch, i, j in np.ndindex(*output.shape):
        total, count = 0.0, 0
        for y in range(i * s_h - padding, i * s_h - padding + k_h):
            for x in range(j * s_w - padding, j * s_w - padding + k_w):
                inside = 0 <= y < h and 0 <= x < w
                total += input[b, ch, y, x] if inside else 0
                count += inside or count_include_pad
        output[b, ch, i, j] = total / count
    return output


def avg_by_nan(x, k, s=None, p=0, counted=True):
    s_h, s_w = np.broadcast_to(k if s is None else s, 2)
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), constant_values=0 if counted else np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(x, tuple(np.broadcast_to(k, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def avg_by_running_sums(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)

    def sums(x):
        x = np.pad(x, ((0, 0), (0, 0), (padding + 1, padding), (padding + 1, padding)))
        x = x.cumsum(2).cumsum(3)
        x = x[:, :, k_h:] - x[:, :, :-k_h]
        return (x[..., k_w:] - x[..., :-k_w])[:, :, ::s_h, ::s_w]

    return sums(input) / (k_h * k_w if count_include_pad else sums(np.ones(input.shape)))


def avg_by_matrices(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    def matrix(size, k, s):
        rows = np.zeros(((size + 2 * padding - k) // s + 1, size + 2 * padding))
        for i, row in enumerate(rows):
            row[i * s : i * s + k] = 1
        inside = rows[:, padding : padding + size]
        return inside / (k if count_include_pad else inside.sum(1, keepdims=True))

    k = np.broadcast_to(kernel_size, 2)
    s = k if stride is None else np.broadcast_to(stride, 2)
    high, wide = matrix(input.shape[2], k[0], s[0]), matrix(input.shape[3], k[1], s[1])
    return np.einsum("iy,ncyx,jx->ncij", high, input, wide)


def avg_in_float32(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return avg_by_nan(input.astype(np.float32), kernel_size, stride, padding, count_include_pad)


def global_by_sum(x):
    n, c, h, w = x.shape
    return (x.reshape(n, c, -1).sum(2) / (h * w)).reshape(n, c, 1, 1)


def global_by_loops(input):
    return [[[[sum(map(sum, channel)) / channel.size]] for channel in sample] for sample in input]


def global_by_einsum(input):
    return (np.einsum("nchw->nc", input) / input[0, 0].size)[:, :, None, None]


def global_in_two_steps(input):
    return input.mean(-1, keepdims=True).mean(-2, keepdims=True).astype(np.float32)


def max_backward_by_loops(g, x, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*g.shape):
        best, place = -np.inf, None
        for u in range(k_h):
            for v in range(k_w):
                if x[n, c, i * s_h + u, j * s_w + v] > best:
                    best, place = x[n, c, i * s_h + u, j * s_w + v], (i * s_h + u, j * s_w + v)
        grad[(n, c, *place)] += g[n, c, i, j]
    return grad


def max_backward_by_add_at(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    windows = np.lib.stride_tricks.sliding_window_view(input, (k_h, k_w), axis=(2, 3))[:, :, ::s_h, ::s_w]
    winner = windows.reshape(*grad_output.shape, -1).argmax(-1)
    n, c, i, j = np.indices(grad_output.shape)
    grad_input = np.zeros_like(input)
    np.add.at(grad_input, (n, c, i * s_h + winner // k_w, j * s_w + winner % k_w), grad_output)
    return grad_input


def max_backward_by_shifts(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    h_o, w_o = grad_output.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(input, (k_h, k_w), axis=(2, 3))[:, :, ::s_h, ::s_w]
    best, free = windows.max((4, 5)), np.ones(grad_output.shape, bool)
    grad_input = np.zeros(input.shape)
    for u, v in np.ndindex(k_h, k_w):
        here = (..., slice(u, u + h_o * s_h, s_h), slice(v, v + w_o * s_w, s_w))
        won = free & (input[here] == best)
        grad_input[here] += won * grad_output
        free &= ~won
    return grad_input


def max_backward_in_float32(g, x, k, s=None):
    return max_backward_by_add_at(g, x, k, s).astype(np.float32)


def avg_backward_by_shifts(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    h_o, w_o = grad_output.shape[2:]
    grad_input = np.zeros(input.shape)
    for u in range(k_h):
        for v in range(k_w):
            grad_input[:, :, u : u + h_o * s_h : s_h, v : v + w_o * s_w : s_w] += grad_output / k_h / k_w
    return grad_input


def avg_backward_by_matrices(g, x, k, s=None):
    def matrix(size, count, k, s):
        places = np.arange(size) - s * np.arange(count)[:, None]
        return ((places >= 0) & (places < k)) / k

    k = np.broadcast_to(k, 2)
    s = k if s is None else np.broadcast_to(s, 2)
    high, wide = (matrix(x.shape[a + 2], g.shape[a + 2], k[a], s[a]) for a in (0, 1))
    return high.T @ g @ wide


def avg_backward_by_fft(grad_output, input, kernel_size, stride=None):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    spread, box = np.zeros(input.shape), np.zeros(input.shape[2:])
    h_o, w_o = grad_output.shape[2:]
    spread[:, :, : h_o * s_h : s_h, : w_o * s_w : s_w] = grad_output
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    box[:k_h, :k_w] = 1 / (k_h * k_w)
    return np.fft.irfft2(np.fft.rfft2(spread) * np.fft.rfft2(box), s=input.shape[2:])


def avg_backward_as_nested_lists(g, x, k, s=None):
    return avg_backward_by_shifts(g, x, k, s).tolist()


def blocks_by_transpose(x, k):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // k, k, w // k, k).transpose(0, 1, 2, 4, 3, 5).reshape(n, c, h // k, w // k, -1).max(-1)


def blocks_by_slices(input, kernel_size):
    k = kernel_size
    return np.maximum.reduce([input[:, :, u::k, v::k] for u in range(k) for v in range(k)])


def blocks_by_loops(input, kernel_size):
    n, c, h, w = input.shape
    output = np.empty((n, c, h // kernel_size, w // kernel_size))
    for i, j in np.ndindex(output.shape[2:]):
        y, x = i * kernel_size, j * kernel_size
        output[:, :, i, j] = input[:, :, y : y + kernel_size, x : x + kernel_size].max((2, 3))
    return output


def max_padded_with_the_edge(x, k, s=None, p=0):
    # what is repeated is in every window that reaches it
    return max_by_strides_and_sorting(
        np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode="edge"), k, k if s is None else s
    )


def max_padded_with_the_smallest(x, k, s=None, p=0):
    border = ((0, 0), (0, 0), (p, p), (p, p))
    return max_by_strides_and_sorting(np.pad(x, border, constant_values=x.min()), k, k if s is None else s)


def avg_by_where(x, k, s=None, p=0, counted=True):
    s_h, s_w = np.broadcast_to(k if s is None else s, 2)
    border = ((0, 0), (0, 0), (p, p), (p, p))
    window = tuple(np.broadcast_to(k, 2))
    inside = np.pad(np.ones(x.shape, bool), border, constant_values=counted)
    values, counts = (
        np.lib.stride_tricks.sliding_window_view(a, window, axis=(2, 3))[:, :, ::s_h, ::s_w]
        for a in (np.pad(x, border), inside)
    )
    return values.mean(axis=(4, 5), where=counts)


RIGHT = {
    "max_pool2d": (
        max_padded_with_the_edge,
        max_padded_with_the_smallest,
        max_by_loops,
        max_by_shifts,
        max_axis_by_axis,
        max_by_nan,
        max_by_strides_and_sorting,
        max_in_float32,
        max_as_nested_lists,
    ),
    "avg_pool2d": (avg_by_where, avg_by_loops, avg_by_nan, avg_by_running_sums, avg_by_matrices, avg_in_float32),
    "global_avg_pool2d": (global_by_sum, global_by_loops, global_by_einsum, global_in_two_steps),
    "max_pool2d_backward": (
        max_backward_by_loops,
        max_backward_by_add_at,
        max_backward_by_shifts,
        max_backward_in_float32,
    ),
    "avg_pool2d_backward": (
        avg_backward_by_shifts,
        avg_backward_by_matrices,
        avg_backward_by_fft,
        avg_backward_as_nested_lists,
    ),
    "repair_block_max_pool": (blocks_by_transpose, blocks_by_slices, blocks_by_loops),
}
