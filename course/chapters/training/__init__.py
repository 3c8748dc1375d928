"""A network of the student's own layers learns to read digits."""

from __future__ import annotations

from course.chapters.training import accuracy, cause_of_curve, cross_entropy_loss, lenet, repair_fit, sgd_step, train

EXERCISES = (
    cross_entropy_loss.EXERCISE,
    sgd_step.EXERCISE,
    lenet.EXERCISE,
    train.EXERCISE,
    accuracy.EXERCISE,
    cause_of_curve.EXERCISE,
    repair_fit.EXERCISE,
)
