"""Right answers in other styles: loops, einsum, moved axes, torch-like views, lists. None of them may be refused."""

import math
import statistics

import numpy as np

AXES_COUNTED_FROM_THE_END = {"batch": (-1, 0, 2), "layer": (3, 2, 1), "instance": (-2, -1), "group": (-3, -2, -1)}
AXES_AS_LISTS = {"group": [1, 2, 3], "instance": [3, 2], "layer": [1, 2, 3], "batch": [0, 2, 3], "rms": [1, 2, 3]}
AXES_AS_ARRAYS = {
    "batch": np.array([0, 2, 3]),
    "layer": np.arange(1, 4),
    "instance": np.array([-1, -2], dtype=np.int8),
    "group": tuple(np.arange(1, 4)),
}


def batch_norm_by_loops(x, mean, var, w, b, training, momentum=0.1, eps=1e-5):
    y, new_mean, new_var = np.empty_like(x), mean.copy(), var.copy()
    for c in range(x.shape[1]):
        values = x[:, c]
        mu, sigma2 = mean[c], var[c]
        if training:
            mu, sigma2 = values.mean(), values.var()
            new_mean[c] += momentum * (mu - mean[c])
            new_var[c] += momentum * (values.var(ddof=1) - var[c])
        y[:, c] = w[c] * (values - mu) / math.sqrt(sigma2 + eps) + b[c]
    return y, new_mean, new_var


def batch_norm_channels_last(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    x = np.moveaxis(input, 1, -1)
    if training:
        rows = x.reshape(-1, x.shape[-1])
        mean, var = np.average(rows, axis=0), np.cov(rows.T, ddof=0).reshape(len(weight), -1)
        var = var.diagonal() if len(weight) > 1 else var[0]
        running_mean = running_mean + momentum * (mean - running_mean)
        running_var = running_var + momentum * (rows.var(axis=0, ddof=1) - running_var)
    else:
        mean, var = running_mean, running_var
    y = (x - mean) * (weight / np.sqrt(var + eps)) + bias
    return [np.moveaxis(y, -1, 1), running_mean, running_var]


def batch_norm_by_einsum(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    m = x.size / x.shape[1]
    mean, var = rm, rv
    if training:
        mean = np.einsum("nchw->c", x) / m
        d = x - mean[None, :, None, None]
        var = np.einsum("nchw,nchw->c", d, d) / m
        rm = rm * (1 - momentum) + mean * momentum
        rv = rv * (1 - momentum) + var * m / (m - 1) * momentum
    scale = w * (var + eps) ** -0.5
    d = x - mean[None, :, None, None]
    return np.einsum("nchw,c->nchw", d, scale) + b[None, :, None, None], rm, rv


def batch_norm_as_nested_lists(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    columns = [x[:, c].ravel().tolist() for c in range(len(w))]
    mean, var = rm.tolist(), rv.tolist()
    if training:
        mean = [statistics.fmean(column) for column in columns]
        var = [statistics.pvariance(column) for column in columns]
        rm = [(1 - momentum) * old + momentum * new for old, new in zip(rm.tolist(), mean, strict=True)]
        unbiased = [statistics.variance(column) for column in columns]
        rv = [(1 - momentum) * old + momentum * new for old, new in zip(rv.tolist(), unbiased, strict=True)]
    y = [
        [((sample[c] - mean[c]) / math.sqrt(var[c] + eps) * w[c] + b[c]).tolist() for c in range(len(w))]
        for sample in x
    ]
    return y, rm, rv


def layer_norm_flattened(x, shape, w, b, eps=1e-5):
    rows = x.reshape(-1, math.prod(shape))
    centred = rows - rows.mean(axis=1)[:, None]
    y = centred / np.sqrt((centred * centred).mean(axis=1) + eps)[:, None]
    return (y * w.ravel() + b.ravel()).reshape(x.shape)


def layer_norm_by_loops(input, normalized_shape, weight, bias, eps=1e-5):
    output = np.zeros_like(input)
    for index in np.ndindex(input.shape[: input.ndim - len(normalized_shape)]):
        x = input[index]
        output[index] = (x - x.mean()) * (x.var() + eps) ** -0.5 * weight + bias
    return output


def layer_norm_by_apply(x, normalized_shape, w, b, eps=1e-5):
    def one(row):
        return (row - np.mean(row)) / np.sqrt(np.var(row) + eps)

    return np.apply_along_axis(one, 1, x.reshape(-1, w.size)).reshape(x.shape) * w + b


def layer_norm_as_nested_lists(x, shape, w, b, eps=1e-5):
    rows = []
    for row in x.reshape(-1, w.size).tolist():
        mean, var = statistics.fmean(row), statistics.pvariance(row)
        pairs = zip(row, w.ravel().tolist(), b.ravel().tolist(), strict=True)
        rows.append([p * (v - mean) / math.sqrt(var + eps) + q for v, p, q in pairs])
    return np.reshape(rows, x.shape).tolist()


def instance_norm_by_loops(x, eps=1e-5):
    y = x.copy()
    for n in range(len(x)):
        for c in range(len(x[n])):
            y[n, c] -= x[n, c].mean()
            y[n, c] /= np.sqrt(x[n, c].var() + eps)
    return y


def instance_norm_flattened(x, eps=1e-5):
    rows = x.reshape(x.shape[0] * x.shape[1], -1).T
    return ((rows - rows.mean(0)) / np.hypot(rows.std(0), eps**0.5)).T.reshape(x.shape)


def instance_norm_by_einsum(x, eps=1e-5):
    d = x - np.einsum("nchw->nc", x)[..., None, None] / (x.shape[2] * x.shape[3])
    var = np.einsum("nchw,nchw->nc", d, d) / (x.shape[2] * x.shape[3])
    return np.einsum("nchw,nc->nchw", d, 1 / np.sqrt(var + eps))


def group_norm_by_slices(x, num_groups, w, b, eps=1e-5):
    size = x.shape[1] // num_groups
    parts = []
    for start in range(0, x.shape[1], size):
        part = x[:, start : start + size]
        flat = part.reshape(len(x), -1)
        mean, var = flat.mean(axis=1), flat.var(axis=1)
        parts.append((part - mean[:, None, None, None]) / np.sqrt(var + eps)[:, None, None, None])
    return np.concatenate(parts, axis=1) * w[:, None, None] + b[:, None, None]


def group_norm_by_split(input, num_groups, weight, bias, eps=1e-5):
    output = []
    for sample in input:
        groups = np.split(sample, num_groups)
        output.append(np.concatenate([(g - g.mean()) / np.sqrt(g.var() + eps) for g in groups]))
    return np.array(output) * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def group_norm_flattened(x, g, w, b, eps=1e-5):
    rows = x.reshape(x.shape[0], g, -1)
    rows = (rows - rows.mean(-1, keepdims=True)) / np.sqrt(rows.var(-1, keepdims=True) + eps)
    return (rows.reshape(*x.shape[:2], -1) * w[None, :, None] + b[None, :, None]).reshape(x.shape)


def group_norm_by_strides(x, g, w, b, eps=1e-5):
    x = np.ascontiguousarray(x)
    n, c, h, width = x.shape
    item = x.itemsize
    group = c // g * h * width
    rows = np.lib.stride_tricks.as_strided(x, (n * g, group), (group * item, item))
    y = (rows - rows.mean(1)[:, None]) / np.sqrt(rows.var(1) + eps)[:, None]
    return y.reshape(x.shape) * np.reshape(w, (c, 1, 1)) + np.reshape(b, (c, 1, 1))


def rms_norm_flattened(x, shape, w, eps=1e-6):
    rows = x.reshape(-1, w.size)
    scale = np.sqrt(np.einsum("rc,rc->r", rows, rows) / w.size + eps)
    return (rows / scale[:, None]).reshape(x.shape) * w


def rms_norm_by_norm(x, normalized_shape, weight, eps=1e-6):
    rows = x.reshape(-1, weight.size)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.hypot(length / weight.size**0.5, eps**0.5)).reshape(x.shape) * weight


def rms_norm_by_loops(x, shape, weight, eps=1e-6):
    result = np.empty(x.shape)
    for index in np.ndindex(x.shape[: x.ndim - len(shape)]):
        result[index] = weight * x[index] / math.sqrt(np.vdot(x[index], x[index]) / weight.size + eps)
    return result.tolist()


def layer_backward_flattened(g, x, w, eps=1e-5):
    rows, grads = x.reshape(-1, w.size), g.reshape(-1, w.size)
    c = w.size
    inverse = (rows.var(axis=1, keepdims=True) + eps) ** -0.5
    hat = (rows - rows.mean(axis=1, keepdims=True)) * inverse
    h = grads * w.ravel()
    grad = inverse / c * (c * h - h.sum(1, keepdims=True) - hat * (h * hat).sum(1, keepdims=True))
    return grad.reshape(x.shape), (grads * hat).sum(0).reshape(w.shape), grads.sum(0).reshape(w.shape)


def layer_backward_by_jacobian(grad_output, input, weight, eps=1e-5):
    c = weight.size
    grad_input, grad_weight, grad_bias = np.zeros_like(input), np.zeros(weight.shape), np.zeros(weight.shape)
    for index in np.ndindex(input.shape[: input.ndim - weight.ndim]):
        x, g = input[index].ravel(), grad_output[index].ravel()
        s = math.sqrt(x.var() + eps)
        hat = (x - x.mean()) / s
        jacobian = (np.eye(c) - 1 / c - np.outer(hat, hat) / c) / s
        grad_input[index] = (jacobian @ (g * weight.ravel())).reshape(weight.shape)
        grad_weight += (g * hat).reshape(weight.shape)
        grad_bias += g.reshape(weight.shape)
    return grad_input, grad_weight, grad_bias


def layer_backward_step_by_step(dy, x, w, eps=1e-5):
    axes, samples = tuple(range(-w.ndim, 0)), tuple(range(x.ndim - w.ndim))
    d = x - x.mean(axes, keepdims=True)
    var = (d * d).mean(axes, keepdims=True)
    d_hat = dy * w
    d_var = (d_hat * d).sum(axes, keepdims=True) * -0.5 * (var + eps) ** -1.5
    d_d = d_hat / np.sqrt(var + eps) + d_var * 2 * d / w.size
    dx = d_d - d_d.mean(axes, keepdims=True)
    return [dx, (dy * d / np.sqrt(var + eps)).sum(samples), dy.sum(samples)]


def batch_backward_channels_last(g, x, w, eps=1e-5):
    rows, grads = (np.moveaxis(a, 1, -1).reshape(-1, len(w)) for a in (x, g))
    std = np.sqrt(rows.var(0) + eps)
    hat = (rows - rows.mean(0)) / std
    grad_w, grad_b = (grads * hat).sum(0), grads.sum(0)
    grad = w / std * (grads - grad_b / len(rows) - hat * grad_w / len(rows))
    n, c, height, width = x.shape
    return np.moveaxis(grad.reshape(n, height, width, c), -1, 1), grad_w, grad_b


def batch_backward_by_loops(grad_output, input, weight, eps=1e-5):
    grad_input, grad_weight, grad_bias = np.zeros(input.shape), np.zeros(len(weight)), np.zeros(len(weight))
    for c, w in enumerate(weight):
        x, g = input[:, c], grad_output[:, c]
        s = math.sqrt(x.var() + eps)
        hat = (x - x.mean()) / s
        grad_weight[c], grad_bias[c] = np.sum(g * hat), np.sum(g)
        grad_input[:, c] = w / s * (g - np.mean(g) - hat * np.mean(g * hat))
    return grad_input, grad_weight, grad_bias


def batch_backward_by_einsum(g, x, w, eps=1e-5):
    m = x.size / len(w)
    d = x - np.einsum("nchw->c", x)[:, None, None] / m
    inverse = (np.einsum("nchw,nchw->c", d, d) / m + eps) ** -0.5
    hat = np.einsum("nchw,c->nchw", d, inverse)
    gw, gb = np.einsum("nchw,nchw->c", g, hat), np.einsum("nchw->c", g)
    inner = g - (gb / m)[:, None, None] - hat * (gw / m)[:, None, None]
    return np.einsum("nchw,c->nchw", inner, w * inverse), gw, gb


def repaired_by_numpy(input, weight, bias, eps=1e-5):
    return weight * (input - input.mean(1, keepdims=True)) / np.sqrt(input.var(1, keepdims=True) + eps) + bias


def repaired_by_loops(x, w, b, eps=1e-5):
    output = []
    for row in x:
        mean = sum(row) / len(row)
        variance = sum((value - mean) ** 2 for value in row) / len(row)
        output.append([p * (value - mean) / (variance + eps) ** 0.5 + q for value, p, q in zip(row, w, b, strict=True)])
    return output


def repaired_by_shifting(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row] - input[row, 0]  # near 0 the short formula is good enough
        mean = sum(values) / len(values)
        variance = sum(values * values) / len(values) - mean * mean
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def rms_norm_in_float32(x, shape, weight, eps=1e-6):
    return np.array(rms_norm_by_loops(x.astype(np.float32), shape, weight.astype(np.float32), np.float32(eps)))


def layer_backward_in_float32(g, x, w, eps=1e-5):
    return layer_backward_flattened(np.float32(g), np.float32(x), np.float32(w), np.float32(eps))


def batch_backward_in_float32(g, x, w, eps=1e-5):
    return [
        a.tolist() for a in batch_backward_channels_last(np.float32(g), np.float32(x), np.float32(w), np.float32(eps))
    ]


def group_norm_with_five_axes(x, g, w, b, eps=1e-5):
    n, c, height, width = x.shape
    y = x.reshape(n, g, c // g, height, width)
    y = (y - y.mean(axis=(2, 3, 4), keepdims=True)) / np.sqrt(y.var(axis=(2, 3, 4), keepdims=True) + eps)
    return np.asfortranarray((y * w.reshape(g, -1, 1, 1) + b.reshape(g, -1, 1, 1)).reshape(x.shape))


def layer_norm_sample_by_sample(x, shape, w, b, eps=1e-5):
    if x.ndim == len(shape):
        return (x - x.mean()) / math.sqrt(x.var() + eps) * w + b
    return [layer_norm_sample_by_sample(part, shape, w, b, eps) for part in x]


RIGHT = {
    "normalization_axes": (AXES_COUNTED_FROM_THE_END, AXES_AS_LISTS, AXES_AS_ARRAYS),
    "batch_norm": (batch_norm_by_loops, batch_norm_channels_last, batch_norm_by_einsum, batch_norm_as_nested_lists),
    "layer_norm": (
        layer_norm_sample_by_sample,
        layer_norm_flattened,
        layer_norm_by_loops,
        layer_norm_by_apply,
        layer_norm_as_nested_lists,
    ),
    "instance_norm": (instance_norm_by_loops, instance_norm_flattened, instance_norm_by_einsum),
    "group_norm": (
        group_norm_with_five_axes,
        group_norm_by_slices,
        group_norm_by_split,
        group_norm_flattened,
        group_norm_by_strides,
    ),
    "rms_norm": (rms_norm_in_float32, rms_norm_flattened, rms_norm_by_norm, rms_norm_by_loops),
    "layer_norm_backward": (
        layer_backward_in_float32,
        layer_backward_flattened,
        layer_backward_by_jacobian,
        layer_backward_step_by_step,
    ),
    "batch_norm_backward": (
        batch_backward_in_float32,
        batch_backward_channels_last,
        batch_backward_by_loops,
        batch_backward_by_einsum,
    ),
    "repair_layer_norm": (repaired_by_numpy, repaired_by_loops, repaired_by_shifting),
}
