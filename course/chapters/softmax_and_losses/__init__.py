"""Softmax and its logarithm, losses, their gradients, and the last layer that each task asks for."""

from __future__ import annotations

from course.chapters.softmax_and_losses import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_backward,
    last_layer_for,
    log_softmax,
    mse_loss,
    predict,
    repair_softmax,
    softmax,
    softmax_backward,
)

EXERCISES = (
    softmax.EXERCISE,
    log_softmax.EXERCISE,
    mse_loss.EXERCISE,
    binary_cross_entropy_with_logits.EXERCISE,
    cross_entropy.EXERCISE,
    last_layer_for.EXERCISE,
    predict.EXERCISE,
    softmax_backward.EXERCISE,
    cross_entropy_backward.EXERCISE,
    repair_softmax.EXERCISE,
)
