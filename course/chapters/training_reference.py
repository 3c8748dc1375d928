"""Chapter 16's answers: a step of gradient descent, the loss, a small LeNet, and the loop that trains it."""

from __future__ import annotations

import numpy as np

from course.chapters.counting_layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential


def sgd_step(params, grads, lr, momentum, velocity):
    """Take one step against the gradients, with momentum."""
    velocity = [momentum * v + g for v, g in zip(velocity, grads, strict=True)]
    params = [p - lr * v for p, v in zip(params, velocity, strict=True)]
    return params, velocity


def cross_entropy_loss(logits, labels):
    """Give the mean loss of a batch, and its gradient with respect to the logits."""
    n = len(labels)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    grad_logits = np.exp(log_p)
    grad_logits[np.arange(n), labels] -= 1
    return -log_p[np.arange(n), labels].mean(), grad_logits / n


def lenet(params=None):
    """Build the network; with `params`, it starts from these arrays."""
    network = Sequential(
        Conv2d(1, 6, 3, padding=1),
        ReLU(),
        MaxPool2d(2),
        Conv2d(6, 16, 3, padding=1),
        ReLU(),
        Flatten(),
        Linear(256, 10),
    )
    if params is not None:
        for own, given in zip(network.parameters(), params, strict=True):
            own[...] = given
    return network


def train(model, data, lr, momentum, batch_size, steps):
    """Train a model in place, and give the loss of every step."""
    images, labels = data
    velocity = [np.zeros(p.shape) for p in model.parameters()]
    losses = []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        loss, grad_logits = cross_entropy_loss(model.forward(images[rows]), labels[rows])
        model.backward(grad_logits)
        params, velocity = sgd_step(model.parameters(), model.gradients(), lr, momentum, velocity)
        for own, new in zip(model.parameters(), params, strict=True):
            own[...] = new
        losses.append(loss)
    return losses


def accuracy(model, images, labels):
    """Give the share of images whose largest logit is that of their label."""
    return np.mean(model.forward(images).argmax(axis=1) == labels)


def repair_fit(x, target, lr, steps):
    """Fit a line by gradient descent, and give the loss before each step."""
    weight, bias = 0.0, 0.0
    losses = []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        grad_weight = np.mean(2 * error * x)
        grad_bias = np.mean(2 * error)
        weight -= lr * grad_weight
        bias -= lr * grad_bias
    return losses
