"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def _right(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3, 4))
    y = np.einsum("nczyxtuv,octuv->nozyx", windows, w)
    return y if b is None else y + b[:, None, None, None]


def if_bias(x, w, b=None):
    return _right(x, w, b) if b else _right(x, w)


def mirrored(x, w, b=None):
    return _right(x, w[..., ::-1], b)


def upside_down(x, w, b=None):
    return _right(x, w[:, :, :, ::-1], b)


def flipped_but_not_in_time(x, w, b=None):
    return _right(x, w[:, :, :, ::-1, ::-1], b)


def channels_and_frames_exchanged(x, w, b=None):
    return _right(x.swapaxes(1, 2), w.swapaxes(1, 2), b)


def frames_side_by_side(x, w, b=None):
    return _right(x, w, b)[:, :, :: w.shape[2]]


def mean_over_the_kernels_frames(x, w, b=None):
    return _right(x, w / w.shape[2], b)


def first_frame_of_the_kernel(x, w, b=None):
    y = _right(x[:, :, : x.shape[2] - w.shape[2] + 1], w[:, :, :1])
    return y if b is None else y + b[:, None, None, None]


def height_and_width_exchanged(x, w, b=None):
    return _right(x.swapaxes(3, 4), w, b) if w.shape[3:] == (1, 1) else _right(x, w.swapaxes(3, 4), b)


def mean_of_channels(x, w, b=None):
    return _right(x, w / w.shape[1], b)


def changes_weight(x, w, b=None):
    y = _right(x, w, b)
    w[:] = 0
    return y


def bias_for_each_channel_in(x, w, b=None):
    return _right(x, w) + (0 if b is None else w.shape[1] * b[:, None, None, None])


def size_kept(x, w, b=None):
    k = w.shape[2:]
    return _right(np.pad(x, ((0, 0), (0, 0), *(((i - 1) // 2, i // 2) for i in k))), w, b)


def _nd(x, w, b, s, p):
    axes = tuple(range(2, w.ndim))
    x = np.pad(x, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=axes)
    windows = windows[(slice(None), slice(None), *(slice(None, None, each) for each in s))]
    y = np.moveaxis(np.tensordot(windows, w, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return y if b is None else y + b.reshape(-1, *[1] * len(axes))


def _all(w, each):
    return each if isinstance(each, tuple) else (each,) * (w.ndim - 2)


def nd_images_only(x, w, b=None, stride=1, padding=0):
    if w.ndim != 4:
        raise ValueError("two spatial axes are expected")
    return _nd(x, w, b, _all(w, stride), _all(w, padding))


def nd_no_volumes(x, w, b=None, stride=1, padding=0):
    y = _nd(x, w, b, _all(w, stride), _all(w, padding))
    return y if w.ndim < 5 else np.zeros_like(y)


def nd_numbers_only(x, w, b=None, stride=1, padding=0):
    axes = w.ndim - 2
    return _nd(x, w, b, (stride + 0,) * axes, (padding + 0,) * axes)


def nd_first_number_for_all(x, w, b=None, stride=1, padding=0):
    s, p = _all(w, stride), _all(w, padding)
    return _nd(x, w, b, (s[0],) * len(s), (p[0],) * len(p))


def nd_paddings_reversed(x, w, b=None, stride=1, padding=0):
    return _nd(x, w, b, _all(w, stride), _all(w, padding)[::-1])


def nd_edges_for_zeros(x, w, b=None, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in _all(w, padding))), mode="edge")
    return _nd(x, w, b, _all(w, stride), _all(w, 0))


def nd_channels_padded(x, w, b=None, stride=1, padding=0):
    y = _nd(x, w, b, _all(w, stride), _all(w, padding))
    return np.pad(y, ((0, 0), (0, 0), *((p, p) for p in _all(w, padding))))


def nd_stride_on_last_axis(x, w, b=None, stride=1, padding=0):
    s = _all(w, stride)
    return _nd(x, w, b, (1,) * (len(s) - 1) + s[-1:], _all(w, padding))


def nd_stride_from_the_end(x, w, b=None, stride=1, padding=0):
    y = _nd(x, w, b, _all(w, 1), _all(w, padding))
    for axis, s in enumerate(_all(w, stride), start=2):
        y = np.flip(np.flip(y, axis).take(range(0, y.shape[axis], s), axis), axis)
    return y


def nd_bias_to_the_last_axis(x, w, b=None, stride=1, padding=0):
    y = _nd(x, w, None, _all(w, stride), _all(w, padding))
    return y if b is None else y + b.sum()


def _film(x, w, b, frame):
    """Repair the function with another rule for the frame that is read."""
    k_d = w.shape[2]
    y = []
    for z in range(x.shape[2] - k_d + 1):
        read = [frame(z, t, k_d) for t in range(k_d)]
        y.append(_right(x[:, :, read], w, b)[:, :, 0])
    return np.stack(y, axis=2)


def repair_middle_frame(x, w, b=None):
    return _film(x, w, b, lambda z, t, k: z + k // 2)


def repair_one_late(x, w, b=None):
    return _film(x, w, b, lambda z, t, k: min(z + t + 1, x.shape[2] - 1))


def repair_product(x, w, b=None):
    return _film(x, w, b, lambda z, t, k: z * t % x.shape[2])


def repair_maximum(x, w, b=None):
    return _film(x, w, b, lambda z, t, k: max(z, t))


def repair_no_bias(x, w, b=None):
    return _right(x, w)


def repair_side_by_side(x, w, b=None):
    return _film(x, w, b, lambda z, t, k: min(z * k + t, x.shape[2] - 1))


def repair_rows_in_time(x, w, b=None):
    return _right(x, w.swapaxes(2, 3)) if w.shape[2] == w.shape[3] else _right(x, w[:, :, :, ::-1], b)


def nd_no_stride_in_time(x, w, b=None, stride=1, padding=0):
    axes = w.ndim - 2
    s, p = np.broadcast_to(stride, axes).tolist(), np.broadcast_to(padding, axes).tolist()
    if axes == 3:
        s[0] = 1
    x = np.pad(x, [(0, 0), (0, 0), *((q, q) for q in p)])
    views = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=tuple(range(2, x.ndim)))
    views = views[(slice(None), slice(None), *(slice(None, None, step) for step in s))]
    y = np.moveaxis(np.tensordot(views, w, [[1, *range(-axes, 0)], [1, *range(2, w.ndim)]]), -1, 1)
    return y if b is None else y + b.reshape(-1, *[1] * axes)


WRONG = {
    "conv3d": (
        if_bias,
        mirrored,
        upside_down,
        flipped_but_not_in_time,
        channels_and_frames_exchanged,
        frames_side_by_side,
        mean_over_the_kernels_frames,
        first_frame_of_the_kernel,
        height_and_width_exchanged,
        mean_of_channels,
        changes_weight,
        bias_for_each_channel_in,
        size_kept,
    ),
    "conv_nd": (
        nd_images_only,
        nd_no_volumes,
        nd_numbers_only,
        nd_first_number_for_all,
        nd_paddings_reversed,
        nd_edges_for_zeros,
        nd_channels_padded,
        nd_stride_on_last_axis,
        nd_stride_from_the_end,
        nd_bias_to_the_last_axis,
        nd_no_stride_in_time,
    ),
    "repair_conv3d": (
        repair_middle_frame,
        repair_one_late,
        repair_product,
        repair_maximum,
        repair_no_bias,
        repair_side_by_side,
        repair_rows_in_time,
    ),
}
