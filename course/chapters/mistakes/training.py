"""Wrong versions of chapter 16, training. Each stands on NumPy, and on the layers that the notebook begins with."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np

from course.chapters.counting_layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential


def step_without_momentum(params, grads, lr, momentum, velocity):
    velocity = list(grads)
    return [p - lr * v for p, v in zip(params, velocity, strict=True)], velocity


def step_uphill(params, grads, lr, momentum, velocity):
    velocity = [momentum * v + g for v, g in zip(velocity, grads, strict=True)]
    return [p + lr * v for p, v in zip(params, velocity, strict=True)], velocity


def step_momentum_sign(params, grads, lr, momentum, velocity):
    velocity = [momentum * v - g for v, g in zip(velocity, grads, strict=True)]
    return [p - lr * v for p, v in zip(params, velocity, strict=True)], velocity


def step_dampened(params, grads, lr, momentum, velocity):
    velocity = [momentum * v + (1 - momentum) * g for v, g in zip(velocity, grads, strict=True)]
    return [p - lr * v for p, v in zip(params, velocity, strict=True)], velocity


def step_old_velocity(params, grads, lr, momentum, velocity):
    new = [momentum * v + g for v, g in zip(velocity, grads, strict=True)]
    return [p - lr * v for p, v in zip(params, velocity, strict=True)], new


def step_rate_in_velocity(params, grads, lr, momentum, velocity):
    velocity = [momentum * v + lr * g for v, g in zip(velocity, grads, strict=True)]
    return [p - v for p, v in zip(params, velocity, strict=True)], velocity


def step_nesterov(params, grads, lr, momentum, velocity):
    velocity = [momentum * v + g for v, g in zip(velocity, grads, strict=True)]
    looks_ahead = [momentum * v + g for v, g in zip(velocity, grads, strict=True)]
    return [p - lr * v for p, v in zip(params, looks_ahead, strict=True)], velocity


def step_in_place(params, grads, lr, momentum, velocity):
    for p, g, v in zip(params, grads, velocity, strict=True):
        v *= momentum
        v += g
        p -= lr * v
    return params, velocity


def loss_summed(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    grad_logits = np.exp(log_p)
    grad_logits[rows, labels] -= 1
    return -log_p[rows, labels].sum(), grad_logits


def loss_mean_gradient_summed(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    grad_logits = np.exp(log_p)
    grad_logits[rows, labels] -= 1
    return -log_p[rows, labels].mean(), grad_logits


def loss_without_minus_one(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    return -log_p[rows, labels].mean(), np.exp(log_p) / len(labels)


def loss_gradient_turned(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    grad_logits = np.exp(log_p)
    grad_logits[rows, labels] -= 1
    return -log_p[rows, labels].mean(), -grad_logits / len(labels)


def loss_unshifted(logits, labels):
    with np.errstate(all="ignore"):
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        loss = -np.log(p[rows, labels]).mean()
    p[rows, labels] -= 1
    return loss, p / len(labels)


def loss_without_log(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = 1 - p[rows, labels].mean()
    p[rows, labels] -= 1
    return loss, p / len(labels)


def net_without_activations(params=None):
    network = Sequential(
        Conv2d(1, 6, 3, padding=1), MaxPool2d(2), Conv2d(6, 16, 3, padding=1), Flatten(), Linear(256, 10)
    )
    for own, given in zip(network.parameters(), params or network.parameters(), strict=True):
        own[...] = given
    return network


def net_ends_with_relu(params=None):
    network = Sequential(
        *(Conv2d(1, 6, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(6, 16, 3, padding=1), ReLU()),
        *(Flatten(), Linear(256, 10), ReLU()),
    )
    for own, given in zip(network.parameters(), params or network.parameters(), strict=True):
        own[...] = given
    return network


def net_ignores_params(params=None):
    network = Sequential(
        *(Conv2d(1, 6, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(6, 16, 3, padding=1), ReLU()),
        *(Flatten(), Linear(256, 10)),
    )
    for own in network.parameters():
        own[...] = 0.1 * np.cos(np.arange(own.size)).reshape(own.shape)
    return network


def net_weights_only(params=None):
    network = Sequential(
        *(Conv2d(1, 6, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(6, 16, 3, padding=1), ReLU()),
        *(Flatten(), Linear(256, 10)),
    )
    for own, given in zip(network.parameters()[::2], (params or network.parameters())[::2], strict=True):
        own[...] = given
    for own in network.parameters()[1::2]:
        own[...] = 0
    return network


def net_pools_before_relu_twice(params=None):
    network = Sequential(
        *(Conv2d(1, 6, 3, padding=1), ReLU(), Conv2d(6, 16, 3, padding=1), ReLU(), MaxPool2d(2)),
        *(Flatten(), Linear(256, 10)),
    )
    for own, given in zip(network.parameters(), params or network.parameters(), strict=True):
        own[...] = given
    return network


def train_first_batch_only(model, data, lr, momentum, batch_size, steps):
    images, labels = data
    velocity, losses = [np.zeros(p.shape) for p in model.parameters()], []
    for _ in range(steps):
        x, y = images[:batch_size], labels[:batch_size]
        logits = model.forward(x)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        losses.append(-np.log(p[np.arange(len(y)), y]).mean())
        p[np.arange(len(y)), y] -= 1
        model.backward(p / len(y))
        for w, g, v in zip(model.parameters(), model.gradients(), velocity, strict=True):
            v[...] = momentum * v + g
            w -= lr * v
    return losses


def train_gradients_pile_up(model, data, lr, momentum, batch_size, steps):
    images, labels = data
    velocity, losses = [np.zeros(p.shape) for p in model.parameters()], []
    total = [np.zeros(p.shape) for p in model.parameters()]
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        x, y = images[rows], labels[rows]
        logits = model.forward(x)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        losses.append(-np.log(p[np.arange(len(y)), y]).mean())
        p[np.arange(len(y)), y] -= 1
        model.backward(p / len(y))
        for w, g, v, t in zip(model.parameters(), model.gradients(), velocity, total, strict=True):
            t += g
            v[...] = momentum * v + t
            w -= lr * v
    return losses


def train_never_steps(model, data, lr, momentum, batch_size, steps):
    images, labels = data
    losses = []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        x, y = images[rows], labels[rows]
        logits = model.forward(x)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        losses.append(-np.log(p[np.arange(len(y)), y]).mean())
    return losses


def train_without_momentum(model, data, lr, momentum, batch_size, steps):
    images, labels = data
    losses = []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        x, y = images[rows], labels[rows]
        logits = model.forward(x)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        losses.append(-np.log(p[np.arange(len(y)), y]).mean())
        p[np.arange(len(y)), y] -= 1
        model.backward(p / len(y))
        for w, g in zip(model.parameters(), model.gradients(), strict=True):
            w -= lr * g
    return losses


def train_velocity_lost(model, data, lr, momentum, batch_size, steps):
    images, labels = data
    losses = []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        x, y = images[rows], labels[rows]
        logits = model.forward(x)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        losses.append(-np.log(p[np.arange(len(y)), y]).mean())
        p[np.arange(len(y)), y] -= 1
        model.backward(p / len(y))
        for w, g in zip(model.parameters(), model.gradients(), strict=True):
            w -= lr * (momentum * g + g)
    return losses


def train_summed_gradient(model, data, lr, momentum, batch_size, steps):
    images, labels = data
    velocity, losses = [np.zeros(p.shape) for p in model.parameters()], []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        x, y = images[rows], labels[rows]
        logits = model.forward(x)
        with np.errstate(all="ignore"):
            p = np.exp(logits - logits.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            losses.append(-np.log(p[np.arange(len(y)), y]).mean())
        p[np.arange(len(y)), y] -= 1
        model.backward(p)
        for w, g, v in zip(model.parameters(), model.gradients(), velocity, strict=True):
            v[...] = momentum * v + g
            w -= lr * v
    return losses


def train_loss_after_the_step(model, data, lr, momentum, batch_size, steps):
    images, labels = data
    velocity, losses = [np.zeros(p.shape) for p in model.parameters()], []

    def share(x):
        logits = model.forward(x)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        x, y = images[rows], labels[rows]
        p = share(x)
        p[np.arange(len(y)), y] -= 1
        model.backward(p / len(y))
        for w, g, v in zip(model.parameters(), model.gradients(), velocity, strict=True):
            v[...] = momentum * v + g
            w -= lr * v
        losses.append(-np.log(share(x)[np.arange(len(y)), y]).mean())
    return losses


def accuracy_smallest(model, images, labels):
    return np.mean(model.forward(images).argmin(axis=1) == labels)


def accuracy_over_samples(model, images, labels):
    return np.mean(model.forward(images).argmax(axis=0) == labels[:10])


def accuracy_count(model, images, labels):
    return np.sum(model.forward(images).argmax(axis=1) == labels)


def accuracy_of_mistakes(model, images, labels):
    return np.mean(model.forward(images).argmax(axis=1) != labels)


def fit_as_given(x, target, lr, steps):
    """Fit a line by gradient descent, and give the loss before each step."""
    weight, bias = 0.0, 0.0
    grad_weight, grad_bias = 0.0, 0.0
    losses = []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        grad_weight += np.mean(2 * error * x)
        grad_bias += np.mean(2 * error)
        weight -= lr * grad_weight
        bias -= lr * grad_bias
    return losses


def fit_bias_piles_up(x, target, lr, steps):
    weight, bias, grad_bias, losses = 0.0, 0.0, 0.0, []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        grad_bias += np.mean(2 * error)
        weight -= lr * np.mean(2 * error * x)
        bias -= lr * grad_bias
    return losses


def fit_weight_piles_up(x, target, lr, steps):
    weight, bias, grad_weight, losses = 0.0, 0.0, 0.0, []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        grad_weight += np.mean(2 * error * x)
        weight -= lr * grad_weight
        bias -= lr * np.mean(2 * error)
    return losses


def fit_mean_of_all(x, target, lr, steps):
    weight, bias, grad_weight, grad_bias, losses = 0.0, 0.0, 0.0, 0.0, []
    for step in range(1, steps + 1):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        grad_weight += np.mean(2 * error * x)
        grad_bias += np.mean(2 * error)
        weight -= lr * grad_weight / step
        bias -= lr * grad_bias / step
    return losses
