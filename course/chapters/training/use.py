"""What the cases of this chapter do with a network, and what they compare."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.student import Student
from course.chapters.training.split import SHAPES, split
from course.checking.compare import as_data

TRAINED = 1397
"""This many digits are for training; the others are not seen."""
START = np.zeros((10, 1))
"""The weight of the network that is trained with a pencil."""
WANTED = 0.95
ENOUGH = f"{WANTED:.0%} or more"


def use_accuracy(student: Student, params: Any, images: np.ndarray, labels: np.ndarray) -> Any:
    """Measure the student's network with the student's function."""
    return student.call("accuracy", student.call("lenet", params), images, labels)


def use_sgd_step(
    student: Student, params: Any, grads: Any, lr: float, momentum: float, velocity: Any, steps: int = 1
) -> Any:
    """Take steps with the same gradients, each from where the last ended; give the arrays after all of them."""
    given: Any = None
    for _ in range(steps):
        given = student.call("sgd_step", params, grads, lr, momentum, velocity)
        if not _is_pair_of_lists(given, len(grads)):
            one_by_one = type(given) in (list, tuple) and len(given) == 2 * len(grads)
            return (given,) if one_by_one else given
        params, velocity = given
    return (*params, *velocity)


def _is_pair_of_lists(given: Any, length: int) -> bool:
    if type(given) not in (list, tuple) or len(given) != 2:
        return False
    return all(type(part) in (list, tuple) and len(part) == length for part in given)


def use_lenet(
    student: Student, params: Any, images: np.ndarray, grad_logits: np.ndarray | None = None, look: str = "logits"
) -> Any:
    """Build the network, and give its logits, its gradients, or the shapes of its parameters as they are made.

    With `look` "copied", give 1 for each of its parameters that has the numbers of `params`, and 0 for each other.

    With `look` "sharing", another network starts from the parameters of this one and is then changed.
    """
    if look == "shapes":
        given = student.call("lenet").call("parameters")
        shapes = [str(np.shape(p)) if isinstance(p, np.ndarray) else type(p).__name__ for p in given]
        return ", ".join(shapes)
    network = student.call("lenet", params)
    if not isinstance(network, Student):
        return network
    if look == "copied":
        own = network.call("parameters")
        if type(own) not in (list, tuple):
            return own
        return np.array([float(np.array_equal(array, given)) for array, given in zip(own, params, strict=False)])
    if look == "sharing":
        other = network.hand("lenet", "parameters")
        if isinstance(other, Student):
            other.fill("parameters", [np.zeros(shape) for shape in SHAPES])
        look = "logits"
    logits = network.call("forward", images)
    if look == "logits":
        return logits
    network.call("backward", grad_logits)
    gradients = network.call("gradients")
    return tuple(gradients) if type(gradients) is list else gradients


def use_train(
    student: Student,
    params: Any,
    lr: float,
    momentum: float,
    batch_size: int,
    steps: int,
    data: tuple[np.ndarray, np.ndarray] | None = None,
    images: Any = None,
    labels: Any = None,
    look: str = "losses",
) -> Any:
    """Train the student's network, and give its losses, or tell how it reads digits that it has not seen.

    With `images` and `labels` instead of `data`, the network is one Linear, and its parameters come after the losses:
    so a report can tell whether the loss or the step is wrong.
    """
    network = student.call("lenet", params) if data else _one_linear(student)
    losses = student.call("train", network, data or (images, labels), lr, momentum, batch_size, steps)
    if not data:
        return _with_parameters(losses, network)
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


def _one_linear(student: Student) -> Any:
    """Make a network of one number for each of ten classes: that there are ten is known from the lesson."""
    linear = student.call("Linear", *reversed(START.shape))
    linear.write("weight", START.copy())
    linear.write("bias", np.zeros(len(START)))
    return student.call("Sequential", linear)


def _with_parameters(losses: Any, network: Any) -> Any:
    """Give the losses, the weight as a row and the bias, each as it is if it is not an array."""
    params = network.call("parameters")
    if type(params) is not list or len(params) != 2:  # the weight and the bias
        return losses
    weight, bias = params
    return losses, weight.ravel() if isinstance(weight, np.ndarray) else weight, bias


def _fall(losses: Any, steps: int) -> bool:
    """Tell whether there is a finite loss for each step, and the last ones are smaller than the first."""
    values = as_data(losses)
    if not isinstance(values, np.ndarray) or values.shape != (steps,) or not np.isfinite(values).all():
        return False
    return bool(values[-20:].mean() < values[:20].mean())
