"""What normalizations compute on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course.checking.spec import Aside

Array = np.ndarray
NORMALIZED = "the normalized values"


def _standardized(input: Array, axes: Sequence[int], eps: float) -> dict[str, Array]:
    mean, var = input.mean(axis=tuple(axes), keepdims=True), input.var(axis=tuple(axes), keepdims=True)
    return {"the mean": mean, "the variance": var, NORMALIZED: (input - mean) / np.sqrt(var + eps)}


def _per_channel(values: Array) -> Array:
    return values.reshape(1, -1, 1, 1)


def layer_norm_stages(
    input: Array, normalized_shape: tuple[int, ...], weight: Array, bias: Array, eps: float = 1e-5
) -> dict[str, Array]:
    """Give the stages of layer normalization."""
    stages = _standardized(input, range(-len(normalized_shape), 0), eps)
    return {**stages, "the scaled and shifted values": weight * stages[NORMALIZED] + bias}


def batch_norm_stages(
    input: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array,
    bias: Array,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> dict[str, Array]:
    """Give the stages of batch normalization's output. Running statistics are no stage: they are given."""
    if training:
        stages = _standardized(input, (0, 2, 3), eps)
    else:
        stages = {NORMALIZED: (input - _per_channel(running_mean)) / np.sqrt(_per_channel(running_var) + eps)}
    return {**stages, "the scaled and shifted values": _per_channel(weight) * stages[NORMALIZED] + _per_channel(bias)}


def group_norm_stages(input: Array, num_groups: int, weight: Array, bias: Array, eps: float = 1e-5) -> dict[str, Array]:
    """Give the stages of group normalization."""
    stages = _standardized(input.reshape(len(input), num_groups, -1), (2,), eps)
    x_hat = stages[NORMALIZED].reshape(input.shape)
    return {**stages, "the scaled and shifted values": _per_channel(weight) * x_hat + _per_channel(bias)}


def instance_norm_stages(input: Array, eps: float = 1e-5) -> dict[str, Array]:
    """Give the stages of instance normalization."""
    return _standardized(input, (2, 3), eps)


def rms_norm_stages(
    input: Array, normalized_shape: tuple[int, ...], weight: Array, eps: float = 1e-6
) -> dict[str, Array]:
    """Give the stages of RMS normalization."""
    mean_square = np.mean(input**2, axis=tuple(range(-len(normalized_shape), 0)), keepdims=True)
    return {
        "the squares": input**2,
        "the mean of the squares": mean_square,
        "the scaled values": weight * input / np.sqrt(mean_square + eps),
    }


def layer_norm_backward_stages(
    grad_output: Array, input: Array, weight: Array, eps: float = 1e-5
) -> dict[str, Array | Aside]:
    """Give the stages of the backward pass of a layer normalization."""
    return _backward(grad_output * weight, input, range(-weight.ndim, 0), eps)


def batch_norm_backward_stages(
    grad_output: Array, input: Array, weight: Array, eps: float = 1e-5
) -> dict[str, Array | Aside]:
    """Give the stages of the backward pass of a batch normalization."""
    return _backward(grad_output * _per_channel(weight), input, (0, 2, 3), eps)


def _backward(grad: Array, input: Array, axes: Sequence[int], eps: float) -> dict[str, Array | Aside]:
    stages = _standardized(input, axes, eps)
    x_hat, axes = stages[NORMALIZED], tuple(axes)
    through_mean, through_var = (value.mean(axis=axes, keepdims=True) for value in (grad, grad * x_hat))
    std = np.sqrt(stages["the variance"] + eps)
    return {
        NORMALIZED: Aside(x_hat, "the gradient of the input"),
        "the gradient of the normalized values": grad,
        "the gradient of the input": (grad - through_mean - x_hat * through_var) / std,
    }
