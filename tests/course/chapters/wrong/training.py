"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np

from course.chapters.counting.conv2d import Conv2d
from course.chapters.counting.flatten import Flatten
from course.chapters.counting.linear import Linear
from course.chapters.counting.maxpool2d import MaxPool2d
from course.chapters.counting.relu import ReLU
from course.chapters.counting.sequential import Sequential
from course.chapters.training.cross_entropy_loss import cross_entropy_loss
from course.chapters.training.sgd_step import sgd_step


def step_nothing(params, grads, lr, momentum, velocity):
    return list(params), list(velocity)


def step_first_only(params, grads, lr, momentum, velocity):
    new, moved = sgd_step(params, grads, lr, momentum, velocity)
    return [new[0], params[1]], moved


def step_twice(params, grads, lr, momentum, velocity):
    return sgd_step(params, [2 * g for g in grads], lr, momentum, velocity)


def step_velocity_not_returned(params, grads, lr, momentum, velocity):
    return sgd_step(params, grads, lr, momentum, velocity)[0]


def step_exchanged(params, grads, lr, momentum, velocity):
    return sgd_step(params, grads, lr, momentum, velocity)[::-1]


def step_exchanged_rates(params, grads, lr, momentum, velocity):
    return sgd_step(params, grads, momentum, lr, velocity)


def step_clipped(params, grads, lr, momentum, velocity):
    return sgd_step(params, [np.clip(g, -0.5, 0.5) for g in grads], lr, momentum, velocity)


def loss_first_label(logits, labels):
    return cross_entropy_loss(logits, np.full(len(labels), labels[0]) if len(labels) > 1 else (labels + 1) % 4)


def loss_of_the_worst(logits, labels):
    losses = [cross_entropy_loss(logits[[i]], labels[[i]])[0] for i in range(len(labels))]
    return max(losses), cross_entropy_loss(logits, labels)[1]


def loss_in_bits(logits, labels):
    loss, grad = cross_entropy_loss(logits, labels)
    return loss / np.log(2), grad / np.log(2)


def loss_alone(logits, labels):
    return cross_entropy_loss(logits, labels)[0]


def loss_squared(logits, labels):
    hot = np.eye(logits.shape[1])[labels]
    return np.mean((logits - hot) ** 2), 2 * (logits - hot) / logits.size


def loss_clipped(logits, labels):
    loss, grad = cross_entropy_loss(np.clip(logits, -1, 1), labels)
    return loss, grad


def _start(network, params):
    for own, given in zip(network.parameters(), params or network.parameters(), strict=True):
        own[...] = given
    return network


def net_without_padding(params=None):
    return Sequential(
        *(Conv2d(1, 6, 3), ReLU(), MaxPool2d(2), Conv2d(6, 16, 3, padding=1), ReLU(), Flatten(), Linear(144, 10))
    )


def net_one_relu(params=None):
    layers = (Conv2d(1, 6, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(6, 16, 3, padding=1), Flatten())
    return _start(Sequential(*layers, Linear(256, 10)), params)


def net_last_bias_lost(params=None):
    layers = (Conv2d(1, 6, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(6, 16, 3, padding=1), ReLU(), Flatten())
    return _start(Sequential(*layers, Linear(256, 10)), params and [*params[:-1], 0 * params[-1]])


def net_halved(params=None):
    return _start(net_one_relu(), params and [p / 2 for p in params])


def net_reversed(params=None):
    layers = (Conv2d(1, 6, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(6, 16, 3, padding=1), ReLU(), Flatten())
    return _start(Sequential(*layers, Linear(256, 10)), params and [p[::-1] for p in params])


def net_nothing(params=None):
    return None


def _train(change, model, data, lr, momentum, batch_size, steps):
    images, labels = data
    velocity, losses = [np.zeros(p.shape) for p in model.parameters()], []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        loss, grad = cross_entropy_loss(model.forward(images[rows]), labels[rows])
        model.backward(grad)
        params, velocity = change(model.parameters(), model.gradients(), lr, momentum, velocity)
        for own, new in zip(model.parameters(), params, strict=True):
            own[...] = new
        losses.append(loss)
    return losses


def train_uphill(model, data, lr, momentum, batch_size, steps):
    with np.errstate(all="ignore"):
        return _train(sgd_step, model, data, -lr / 10, momentum, batch_size, steps)


def train_weights_only(model, data, lr, momentum, batch_size, steps):
    def change(params, grads, lr, momentum, velocity):
        grads = [g if g.ndim > 1 else 0 * g for g in grads]
        return sgd_step(params, grads, lr, momentum, velocity)

    return _train(change, model, data, lr, momentum, batch_size, steps)


def train_one_step_less(model, data, lr, momentum, batch_size, steps):
    return _train(sgd_step, model, data, lr, momentum, batch_size, steps - 1)


def train_half_batches(model, data, lr, momentum, batch_size, steps):
    return _train(sgd_step, model, data, lr, momentum, batch_size // 2, steps)


def train_last_loss(model, data, lr, momentum, batch_size, steps):
    return _train(sgd_step, model, data, lr, momentum, batch_size, steps)[-1]


def train_constant(model, data, lr, momentum, batch_size, steps):
    return [float(np.log(10))] * steps


def accuracy_halved(model, images, labels):
    return np.mean(model.forward(images).argmax(axis=1) == labels) / 2


def accuracy_squared(model, images, labels):
    return np.mean(model.forward(images).argmax(axis=1) == labels) ** 2


def accuracy_one(model, images, labels):
    return 1.0


def accuracy_of_ten(model, images, labels):
    return np.sum(model.forward(images).argmax(axis=1) == labels) / 11


def accuracy_off_by_one(model, images, labels):
    return np.mean(model.forward(images).argmax(axis=1) + 1 == labels) + 0.01


def accuracy_of_the_argument(model, images, labels):
    return np.mean(images.reshape(len(images), -1)[:, :10].argmax(axis=1) == labels) + 1e-3


def fit_without_bias(x, target, lr, steps):
    weight, losses = 0.0, []
    for _ in range(steps):
        error = weight * x - target
        losses.append(np.mean(error**2))
        weight -= lr * np.mean(2 * error * x)
    return losses


def fit_without_two(x, target, lr, steps):
    weight, bias, losses = 0.0, 0.0, []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        weight, bias = weight - lr * np.mean(error * x), bias - lr * np.mean(error)
    return losses


def fit_sum(x, target, lr, steps):
    weight, bias, losses = 0.0, 0.0, []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.sum(error**2))
        weight, bias = weight - lr * np.mean(2 * error * x), bias - lr * np.mean(2 * error)
    return losses


def fit_in_turn(x, target, lr, steps):
    weight, bias, losses = 0.0, 0.0, []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        weight -= lr * np.mean(2 * error * x)
        bias -= lr * np.mean(2 * (weight * x + bias - target))
    return losses


def fit_uphill(x, target, lr, steps):
    weight, bias, losses = 0.0, 0.0, []
    for _ in range(steps):
        error = weight * x + bias - target
        losses.append(np.mean(error**2))
        weight, bias = weight + lr * np.mean(2 * error * x), bias + lr * np.mean(2 * error)
    return losses


def fit_never(x, target, lr, steps):
    return [np.mean(target**2)] * steps


WRONG = {
    "sgd_step": (
        step_nothing,
        step_first_only,
        step_twice,
        step_velocity_not_returned,
        step_exchanged,
        step_exchanged_rates,
        step_clipped,
    ),
    "cross_entropy_loss": (
        loss_first_label,
        loss_of_the_worst,
        loss_in_bits,
        loss_alone,
        loss_squared,
        loss_clipped,
    ),
    "lenet": (net_without_padding, net_one_relu, net_last_bias_lost, net_halved, net_reversed, net_nothing),
    "train": (
        train_uphill,
        train_weights_only,
        train_one_step_less,
        train_half_batches,
        train_last_loss,
        train_constant,
    ),
    "accuracy": (
        accuracy_halved,
        accuracy_squared,
        accuracy_one,
        accuracy_of_ten,
        accuracy_off_by_one,
        accuracy_of_the_argument,
    ),
    "cause_of_curve": (
        dict.fromkeys("ABCD", "rate too high"),
        dict.fromkeys("ABCD", "overfitting"),
        dict.fromkeys("ABCD", 1),
        dict.fromkeys("ABCD"),
        {curve: ["no update"] for curve in "ABCD"},
        list("ABCD"),
        "no update",
        {},
        {"A": "no update"},
        None,
    ),
    "repair_fit": (fit_without_bias, fit_without_two, fit_sum, fit_in_turn, fit_uphill, fit_never),
}
