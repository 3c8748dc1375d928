"""What the cases of chapter 16 do with a student's network: start it, train it, show it digits it has not seen."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from course.calling.student import Student
from course.checking.compare import as_data
from course.data import digits

SHAPES = ((6, 1, 3, 3), (6,), (16, 6, 3, 3), (16,), (10, 256), (10,))
"""Of the network's parameters, in the order of `parameters()`."""
SPLIT = 4
"""The seed of the one split on which a network has to be right: another split could be harder by chance."""
TRAINED = 1397
STEPS = 300
WANTED = 0.95
ENOUGH = f"{WANTED:.0%} or more"


def start(rng: np.random.Generator) -> list[np.ndarray]:
    """Draw where a network starts, as PyTorch does: uniform, the wider the fewer inputs there are."""
    arrays = []
    for weight, bias in zip(SHAPES[::2], SHAPES[1::2], strict=True):
        bound = 1 / np.sqrt(np.prod(weight[1:]))
        arrays += [rng.uniform(-bound, bound, size=shape) for shape in (weight, bias)]
    return arrays


@functools.cache
def split() -> tuple[np.ndarray, np.ndarray]:
    """Give all digits in an order of chance, the same at every call; read-only."""
    images, labels = digits()
    order = np.random.default_rng(SPLIT).permutation(len(images))
    images, labels = images[order], labels[order]
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


def use_sgd_step(
    student: Student, params: Any, grads: Any, lr: float, momentum: float, velocity: Any, steps: int = 1
) -> Any:
    """Take steps with the same gradients, each from where the one before ended; give the last one's arrays in a row."""
    given: Any = None
    for _ in range(steps):
        given = student.call("sgd_step", params, grads, lr, momentum, velocity)
        if not _is_pair_of_lists(given, len(grads)):
            return given
        params, velocity = given
    return (*params, *velocity)


def _is_pair_of_lists(given: Any, length: int) -> bool:
    if type(given) not in (list, tuple) or len(given) != 2:
        return False
    return all(type(part) in (list, tuple) and len(part) == length for part in given)


def use_lenet(
    student: Student, params: Any, images: np.ndarray, grad_logits: np.ndarray | None = None, look: str = "logits"
) -> Any:
    """Build the network and look at its logits, its gradients, or its parameters as they are made."""
    if look == "shapes":
        given = student.call("lenet").call("parameters")
        shapes = [str(np.shape(p)) if isinstance(p, np.ndarray) else type(p).__name__ for p in given]
        return ", ".join(shapes)
    network = student.call("lenet", params)
    if not isinstance(network, Student):
        return network
    logits = network.call("forward", images)
    if look == "logits":
        return logits
    network.call("backward", grad_logits)
    gradients = network.call("gradients")
    return tuple(gradients) if type(gradients) is list else gradients


def use_train(
    student: Student,
    params: Any,
    data: tuple[np.ndarray, np.ndarray],
    lr: float,
    momentum: float,
    batch_size: int,
    steps: int,
    look: str = "losses",
) -> Any:
    """Train the student's network, and give its losses, or tell how it reads digits that it has not seen."""
    network = student.call("lenet", params)
    losses = student.call("train", network, data, lr, momentum, batch_size, steps)
    if look == "losses":
        return losses
    if not _fall(losses, steps):
        return "losses that do not fall"
    images, labels = split()
    logits = network.call("forward", images[TRAINED:].copy())
    if not isinstance(logits, np.ndarray) or logits.shape != (len(labels) - TRAINED, 10):
        return logits
    share = float(np.mean(logits.argmax(axis=1) == labels[TRAINED:]))
    return ENOUGH if share >= WANTED else f"{share:.0%}"


def _fall(losses: Any, steps: int) -> bool:
    """Tell whether there is a finite loss for each step, and the last ones are smaller than the first."""
    values = as_data(losses)
    if not isinstance(values, np.ndarray) or values.shape != (steps,) or not np.isfinite(values).all():
        return False
    return bool(values[-20:].mean() < values[:20].mean())


def use_accuracy(student: Student, params: Any, images: np.ndarray, labels: np.ndarray) -> Any:
    """Let the student's function judge the student's network."""
    return student.call("accuracy", student.call("lenet", params), images, labels)
