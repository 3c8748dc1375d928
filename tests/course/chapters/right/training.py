"""Right answers in other styles: loops, in-place work on copies, float32 inside. None of them may be refused."""

import numpy as np

from course.chapters.counting.conv2d import Conv2d
from course.chapters.counting.flatten import Flatten
from course.chapters.counting.linear import Linear
from course.chapters.counting.maxpool2d import MaxPool2d
from course.chapters.counting.relu import ReLU
from course.chapters.counting.sequential import Sequential


def step_by_loop(params, grads, lr, momentum, velocity):
    new_params, new_velocity = [], []
    for i in range(len(params)):
        new_velocity.append(momentum * velocity[i] + grads[i])
        new_params.append(params[i] - lr * new_velocity[i])
    return new_params, new_velocity


def step_on_copies(params, grads, lr, momentum, velocity):
    params, velocity = [p.copy() for p in params], [v.copy() for v in velocity]
    for p, g, v in zip(params, grads, velocity, strict=True):
        v *= momentum
        v += g
        p -= lr * v
    return [params, velocity]


def loss_by_loops(logits, labels):
    n, classes = logits.shape
    loss, grad = 0.0, np.zeros((n, classes))
    for i in range(n):
        top = max(logits[i])
        weights = [np.exp(value - top) for value in logits[i]]
        total = sum(weights)
        loss += (np.log(total) + top - logits[i, labels[i]]) / n
        for j in range(classes):
            grad[i, j] = (weights[j] / total - (j == labels[i])) / n
    return loss, grad


def loss_by_one_hot(logits, labels):
    hot = np.eye(logits.shape[1])[labels]
    z = logits - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    loss = np.mean(np.log(np.exp(z).sum(1)) - (z * hot).sum(1))
    return float(loss), (p - hot) / len(labels)


def net_layer_by_layer(params=None):
    first, second, last = Conv2d(1, 6, 3, padding=1), Conv2d(6, 16, (3, 3), padding=(1, 1)), Linear(256, 10)
    if params is not None:
        first.weight, first.bias, second.weight, second.bias, last.weight, last.bias = (p.copy() for p in params)
    return Sequential(first, ReLU(), MaxPool2d(2, 2), second, ReLU(), Flatten(), last)


class OneNetwork:
    """The same network as one object."""

    def __init__(self):
        self.layers = [Conv2d(1, 6, 3, padding=1), ReLU(), MaxPool2d(2)]
        self.layers += [Conv2d(6, 16, 3, padding=1), ReLU(), Flatten(), Linear(256, 10)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, g):
        for layer in reversed(self.layers):
            g = layer.backward(g)
        return g

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def gradients(self):
        return [g for layer in self.layers for g in layer.gradients()]


def net_as_one_object(params=None):
    network = OneNetwork()
    for k, p in enumerate(network.parameters()):
        if params is not None:
            np.copyto(p, params[k])
    return network


def train_in_place(model, data, lr, momentum, batch_size, steps):
    images, labels = data
    n, losses = len(images), []
    velocity = [0 * p for p in model.parameters()]
    for k in range(steps):
        rows = [(k * batch_size + i) % n for i in range(batch_size)]
        logits = model.forward(images[rows])
        hot = np.eye(10)[labels[rows]]
        z = logits - logits.max(1, keepdims=True)
        total = np.exp(z).sum(1, keepdims=True)
        losses.append(float(np.mean(np.log(total)[:, 0] - (z * hot).sum(1))))
        model.backward((np.exp(z) / total - hot) / batch_size)
        for p, g, v in zip(model.parameters(), model.gradients(), velocity, strict=True):
            v *= momentum
            v += g
            p -= lr * v
    return losses


def train_with_rolled_data(model, data, lr, momentum, batch_size, steps):
    images, labels = data[0].copy(), data[1].copy()
    velocity, losses = [np.zeros_like(p) for p in model.parameters()], np.empty(steps)
    for k in range(steps):
        x = np.concatenate([images] * (batch_size // len(images) + 1))[:batch_size]
        y = np.concatenate([labels] * (batch_size // len(labels) + 1))[:batch_size]
        losses[k], grad = loss_by_loops(model.forward(x), y)
        model.backward(grad)
        for p, g, v in zip(model.parameters(), model.gradients(), velocity, strict=True):
            v[...] = momentum * v + g
            p[...] = p - lr * v
        images, labels = np.roll(images, -batch_size, axis=0), np.roll(labels, -batch_size)
    return losses


def accuracy_by_loop(model, images, labels):
    right = 0
    for image, label in zip(images, labels, strict=True):
        logits = model.forward(image[None])[0]
        right += max(range(10), key=lambda k: logits[k]) == label
    return right / len(labels)


def accuracy_by_count(model, images, labels):
    return (np.argmax(model.forward(images), axis=-1) == labels).sum() / len(labels)


def fit_by_matrix(x, target, lr, steps):
    X, w, losses = np.stack([x, np.ones_like(x)], axis=1), np.zeros(2), []
    for _ in range(steps):
        error = X @ w - target
        losses.append(error @ error / len(x))
        w = w - lr * 2 * X.T @ error / len(x)
    return np.array(losses)


def fit_reset(x, target, lr, steps):
    weight = bias = 0.0
    losses = []
    for _ in range(steps):
        grad_weight = grad_bias = loss = 0.0
        for xi, ti in zip(x, target, strict=True):
            error = weight * xi + bias - ti
            loss += error**2 / len(x)
            grad_weight += 2 * error * xi / len(x)
            grad_bias += 2 * error / len(x)
        losses.append(loss)
        weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
    return losses


CAUSES = {"A": "no update", "B": "rate too high", "C": "overfitting", "D": "rate too low"}


RIGHT = {
    "sgd_step": (step_by_loop, step_on_copies),
    "cross_entropy_loss": (loss_by_loops, loss_by_one_hot),
    "lenet": (net_layer_by_layer, net_as_one_object),
    "train": (train_in_place, train_with_rolled_data),
    "accuracy": (accuracy_by_loop, accuracy_by_count),
    "cause_of_curve": (
        {curve: cause.upper() for curve, cause in CAUSES.items()},
        {curve: f" {cause.replace('rate', 'learning rate')}. " for curve, cause in CAUSES.items()},
        CAUSES | {"a curve of my own": "overfitting"},
    ),
    "repair_fit": (fit_by_matrix, fit_reset),
}
