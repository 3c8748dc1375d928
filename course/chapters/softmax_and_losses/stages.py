"""What softmax and the losses compute on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def softmax_stages(input: Array, dim: int) -> dict[str, Array]:
    """Give the stages of softmax."""
    shifted = input - input.max(axis=dim, keepdims=True)
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=dim, keepdims=True)
    return {
        "the shifted scores": shifted,
        "the exponentials": exponentials,
        "the sums of the exponentials": total,
        "the probabilities": exponentials / total,
    }


def log_softmax_stages(input: Array, dim: int) -> dict[str, Array]:
    """Give the stages of softmax's logarithm."""
    stages = softmax_stages(input, dim)
    names = {"the shifted scores", "the exponentials", "the sums of the exponentials"}
    before = {name: value for name, value in stages.items() if name in names}
    return {
        **before,
        "the log-probabilities": stages["the shifted scores"] - np.log(stages["the sums of the exponentials"]),
    }


def softmax_backward_stages(grad_output: Array, output: Array, dim: int) -> dict[str, Array]:
    """Give the stages of softmax's backward pass."""
    products = grad_output * output
    total = products.sum(axis=dim, keepdims=True)
    return {
        "the products of grad_output and output": products,
        "the sums of the exponentials": total,
        "the gradient of the scores": output * (grad_output - total),
    }


def cross_entropy_stages(input: Array, target: Array) -> dict[str, Array]:
    """Give the stages of the cross-entropy."""
    stages = log_softmax_stages(input, 1)
    loss = -stages["the log-probabilities"][np.arange(len(target)), target].mean()
    return {**stages, "the mean loss": np.asarray(loss)}


def cross_entropy_backward_stages(input: Array, target: Array) -> dict[str, Array]:
    """Give the stages of the cross-entropy's backward pass."""
    stages = softmax_stages(input, 1)
    of_the_class = np.eye(input.shape[1])[target]
    return {**stages, "the gradient of the scores": (stages["the probabilities"] - of_the_class) / len(target)}


def predict_stages(
    input: Array, weight1: Array, bias1: Array, weight2: Array, bias2: Array, task: str
) -> dict[str, Array]:
    """Give the stages of a small network with its task's last layer."""
    linear = input @ weight1.T + bias1
    hidden = np.maximum(linear, 0)
    scores = hidden @ weight2.T + bias2
    return {
        "the first linear layer": linear,
        "the hidden numbers after the ReLU": hidden,
        "the scores": scores,
        "the predictions": _last_layer(scores, task),
    }


def _last_layer(scores: Array, task: str) -> Array:
    if task == "regression":
        return scores
    if task == "one of several classes":
        return softmax_stages(scores, 1)["the probabilities"]
    return np.exp(-np.logaddexp(0, -scores))
