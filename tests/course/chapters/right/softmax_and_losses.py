"""Right answers in other styles: loops, logaddexp, one-hot, lists, float32 inside. None of them may be refused."""

import math

import numpy as np


def softmax_by_rows(x, dim):
    result = np.empty_like(x)
    for place in np.ndindex(*np.delete(x.shape, dim)):
        index = list(place)
        index.insert(dim % x.ndim, slice(None))
        row = x[tuple(index)]
        top = max(row)
        powers = [math.exp(v - top) for v in row]
        result[tuple(index)] = [p / sum(powers) for p in powers]
    return result


def softmax_by_logaddexp(input, dim):
    return np.exp(input - np.logaddexp.reduce(input, axis=dim, keepdims=True))


def softmax_by_moveaxis(input, dim):
    rows = np.moveaxis(input, dim, -1)
    e = np.exp(rows - rows.max(-1)[..., None])
    return np.moveaxis(e / e.sum(-1)[..., None], -1, dim)


def softmax_by_einsum(scores, axis):
    x = np.swapaxes(scores, axis, -1)
    e = np.exp(x - np.amax(x, axis=-1, keepdims=True))
    return np.swapaxes(np.einsum("...i,...->...i", e, 1 / np.einsum("...i->...", e)), axis, -1)


def softmax_in_float32(input, dim):
    x = input.astype(np.float32)
    e = np.exp2((x - x.max(dim, keepdims=True)) * np.float32(1 / math.log(2)))
    return e / e.sum(dim, keepdims=True)


def softmax_by_pairs(input, dim):
    x = np.moveaxis(input, dim, 0)
    y = np.zeros_like(x)
    for i in range(len(x)):
        # -inf minus -inf is not a number: such a class has no share
        with np.errstate(invalid="ignore", over="ignore"):
            y[i] = np.where(np.isneginf(x[i]), 0, 1 / np.exp(x - x[i]).sum(axis=0))
    return np.moveaxis(y, 0, dim)


def log_softmax_by_logaddexp(input, dim):
    return input - np.logaddexp.reduce(input, axis=dim, keepdims=True)


def log_softmax_from_the_sorted(input, dim):
    top = np.take(np.sort(input, axis=dim), [-1], axis=dim)
    rest = np.exp(input - top).sum(axis=dim, keepdims=True) - 1
    return (input - top) - np.log1p(rest)


def log_softmax_as_lists(x, dim):
    rows = np.moveaxis(x, dim, -1)
    flat = []
    for row in rows.reshape(-1, rows.shape[-1]).tolist():
        top = max(row)
        total = top + math.log(math.fsum(math.exp(v - top) for v in row))
        flat.append([v - total for v in row])
    return np.moveaxis(np.array(flat).reshape(rows.shape), -1, dim).tolist()


def log_softmax_in_longdouble(input, dim):
    x = input.astype(np.longdouble)
    top = x.max(axis=dim, keepdims=True)
    return x - (top + np.log(np.exp(x - top).sum(axis=dim, keepdims=True)))


def mse_by_loop(x, y):
    total = 0.0
    for a, b in zip(x.ravel(), y.ravel(), strict=True):
        total += (a - b) ** 2
    return total / x.size


def mse_by_dot(input, target):
    d = np.ravel(input - target)
    return d @ d / len(d)


def mse_by_norm(input, target):
    return np.linalg.norm((target - input).ravel()) ** 2 / target.size


def mse_by_moments(input, target):
    d = input - target
    return d.var() + d.mean() ** 2


def bce_by_logaddexp(x, y):
    return np.average(y * np.logaddexp(0, -x) + (1 - y) * np.logaddexp(0, x))


def bce_by_loop(input, target):
    losses = []
    for x, y in zip(input.ravel().tolist(), target.ravel().tolist(), strict=True):
        away = x if x > 0 else 0.0
        losses.append(away - x * y + math.log1p(math.exp(-abs(x))))
    return math.fsum(losses) / len(losses)


def bce_as_two_classes(input, target):
    scores = np.stack([np.zeros_like(input), input])
    log_p = scores - np.logaddexp.reduce(scores, axis=0)
    return -np.mean(log_p[0] * (1 - target) + log_p[1] * target)


def bce_in_float32(input, target):
    x, y = np.float32(input), np.float32(target)
    return np.mean(np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x))))


def cross_entropy_by_logaddexp(x, t):
    return np.mean([np.logaddexp.reduce(row) - row[k] for row, k in zip(x, t, strict=True)])


def cross_entropy_by_one_hot(input, target):
    y = np.eye(input.shape[1])[target]
    top = input.max(axis=1, keepdims=True)
    lse = top + np.log(np.exp(input - top).sum(axis=1, keepdims=True))
    return ((lse - input) * y).sum() / len(input)


def cross_entropy_by_take_along(input, target):
    z = input - np.take_along_axis(input, target[:, None], axis=1)
    top = z.max(axis=1)
    return (top + np.log(np.exp(z - top[:, None]).sum(axis=1))).mean()


def cross_entropy_by_loop(input, target):
    total = 0
    for row in range(len(input)):
        top = max(input[row])
        total += math.log(sum(math.exp(x - top) for x in input[row])) + top - input[row][target[row]]
    return total / len(input)


def cross_entropy_in_float32(x, t):
    x = x.astype(np.float32)
    x = x - x.max(1)[:, None]
    return -(x[range(len(t)), t] - np.log(np.exp(x).sum(1))).mean()


def softmax_backward_by_jacobian(g, y, dim):
    g, y = np.moveaxis(g, dim, -1), np.moveaxis(y, dim, -1)
    jacobian = y[..., :, None] * np.eye(y.shape[-1]) - y[..., :, None] * y[..., None, :]
    return np.moveaxis(np.einsum("...k,...ki->...i", g, jacobian), -1, dim)


def softmax_backward_by_loop(grad_output, output, dim):
    g, y = np.swapaxes(grad_output, dim, 0), np.swapaxes(output, dim, 0)
    grad = np.zeros(y.shape)
    for i in range(len(y)):
        for k in range(len(y)):
            grad[i] += g[k] * y[k] * ((i == k) - y[i])
    return np.swapaxes(grad, dim, 0)


def softmax_backward_expanded(g, p, d):
    gp = g * p
    return gp - p * np.sum(gp, d, keepdims=True)


def softmax_backward_in_float32(g, p, d):
    g, p = g.astype(np.float32), p.astype(np.float32)
    return p * (g - np.sum(g * p, axis=d, keepdims=True))


def cross_entropy_backward_by_one_hot(x, t):
    p = np.exp(x - np.logaddexp.reduce(x, axis=1, keepdims=True))
    return (p - np.eye(x.shape[1])[t]) / len(x)


def cross_entropy_backward_by_loop(input, target):
    grad = []
    for row, right in zip(input.tolist(), target.tolist(), strict=True):
        top = max(row)
        powers = [math.exp(v - top) for v in row]
        grad.append([(p / sum(powers) - (k == right)) / len(input) for k, p in enumerate(powers)])
    return grad


def cross_entropy_backward_by_comparison(x, t):
    x = x - np.max(x, axis=-1, keepdims=True)
    p = np.exp(x - np.log(np.exp(x).sum(-1, keepdims=True)))
    return np.where(np.arange(x.shape[1]) == t[:, None], p - 1, p) * (1 / x.shape[0])


def cross_entropy_backward_in_float32(x, t):
    e = np.exp(np.float32(x - x.max(1, keepdims=True)))
    return (e / e.sum(1, keepdims=True) - np.float32(np.arange(x.shape[1]) == t[:, None])) / np.float32(len(t))


def repair_without_a_loop(input, temperature):
    scores = input / temperature
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def repair_shifted_first(input, temperature):
    probabilities = np.zeros_like(input)
    for row, own in enumerate(input):
        powers = np.exp((own - max(own)) / temperature)
        probabilities[row] = powers / powers.sum()
    return probabilities


def repair_by_logaddexp(input, temperature):
    return [np.exp(row / temperature - np.logaddexp.reduce(row / temperature)) for row in input]


def log_softmax_in_float32(input, dim):
    x = input.astype(np.float32)
    x = x - x.max(axis=dim, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=dim, keepdims=True))


def mse_in_float32(input, target):
    return ((input.astype(np.float32) - target.astype(np.float32)) ** 2).mean()


def mse_multiplied_out(input, target):
    return np.mean(input**2 - 2 * input * target + target**2)


def cross_entropy_by_choose(input, target):
    log_p = input - np.logaddexp.reduce(input, axis=1, keepdims=True)
    return float(-np.choose(target, log_p.T).mean())


def softmax_backward_by_average(g, p, dim):
    return p * (g - np.expand_dims(np.average(g, axis=dim, weights=p), dim))


LAST_LAYERS = {
    "regression": "Linear",
    "yes or no": "Sigmoid",
    "one of several classes": "Softmax",
    "several labels at once": "Sigmoid",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Linear",
}


def predict_by_table(input, weight1, bias1, weight2, bias2, task):
    def softmax(x):
        e = np.exp(x - x.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def sigmoid(x):
        return np.exp(-np.logaddexp(0, -x))

    last = {
        "regression": lambda x: x,
        "yes or no": sigmoid,
        "one of several classes": softmax,
        "several labels at once": sigmoid,
    }
    hidden = input @ weight1.T + bias1
    hidden = np.where(hidden > 0, hidden, 0)
    return last[task](hidden @ weight2.T + bias2)


def predict_by_samples(x, w1, b1, w2, b2, task):
    rows = []
    for sample in x:
        scores = w2 @ np.clip(w1 @ sample + b1, 0, None) + b2
        if task == "one of several classes":
            rows.append(1 / np.exp(np.clip(scores - scores[:, None], None, 700)).sum(axis=1))
        elif task == "regression":
            rows.append(scores)
        else:
            rows.append((1 + np.tanh(scores / 2)) / 2)
    return np.array(rows)


def predict_by_einsum(x, w1, b1, w2, b2, task):
    h = np.einsum("nc,hc->nh", x, w1) + b1
    s = np.einsum("nh,oh->no", h * (h > 0), w2) + b2
    if task == "regression":
        return s
    if task == "one of several classes":
        return np.exp(s - np.logaddexp.reduce(s, axis=1, keepdims=True))
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-s))


RIGHT = {
    "softmax": (
        softmax_by_rows,
        softmax_by_logaddexp,
        softmax_by_moveaxis,
        softmax_by_einsum,
        softmax_in_float32,
        softmax_by_pairs,
    ),
    "log_softmax": (
        log_softmax_in_float32,
        log_softmax_by_logaddexp,
        log_softmax_from_the_sorted,
        log_softmax_as_lists,
        log_softmax_in_longdouble,
    ),
    "mse_loss": (mse_in_float32, mse_multiplied_out, mse_by_loop, mse_by_dot, mse_by_norm, mse_by_moments),
    "binary_cross_entropy_with_logits": (bce_by_logaddexp, bce_by_loop, bce_as_two_classes, bce_in_float32),
    "cross_entropy": (
        cross_entropy_by_choose,
        cross_entropy_by_logaddexp,
        cross_entropy_by_one_hot,
        cross_entropy_by_take_along,
        cross_entropy_by_loop,
        cross_entropy_in_float32,
    ),
    "last_layer_for": (
        {task: layer.lower() for task, layer in LAST_LAYERS.items()},
        {task: f"torch.nn.{layer}" for task, layer in LAST_LAYERS.items()},
        {task: f" nn.{layer}() " for task, layer in LAST_LAYERS.items()},
        {task: layer.replace("Softmax", "Softmax(dim=1)") for task, layer in LAST_LAYERS.items()},
        LAST_LAYERS | {"another task of my own": "ReLU"},
    ),
    "predict": (predict_by_table, predict_by_samples, predict_by_einsum),
    "softmax_backward": (
        softmax_backward_by_average,
        softmax_backward_by_jacobian,
        softmax_backward_by_loop,
        softmax_backward_expanded,
        softmax_backward_in_float32,
    ),
    "cross_entropy_backward": (
        cross_entropy_backward_by_one_hot,
        cross_entropy_backward_by_loop,
        cross_entropy_backward_by_comparison,
        cross_entropy_backward_in_float32,
    ),
    "repair_softmax": (repair_without_a_loop, repair_shifted_first, repair_by_logaddexp),
}
