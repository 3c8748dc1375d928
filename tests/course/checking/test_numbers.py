"""The numbers of a call in full, whatever holds them."""

import numpy as np

import course
from course.checking.numbers import count, in_full


def test_lists_and_dicts_of_arrays_are_counted():
    """Arrays of different shapes in one list are no array, and what they hold counts."""
    assert count({"params": [np.zeros((2, 3)), np.zeros(4)], "mode": "same", "p": (1, 2.0)}) == 12
    assert in_full({"params": [np.zeros((2, 3)), np.zeros(4)]}, 1.0, 2.0) is not None


def test_an_exercise_with_lists_of_arrays_is_judged():
    """Its leading case has no arrays to show, and a report all the same."""

    def sgd_step(params, grads, lr, momentum, velocity):
        velocity = [momentum * v + (1 - momentum) * g for v, g in zip(velocity, grads, strict=True)]
        return [p - lr * v for p, v in zip(params, velocity, strict=True)], velocity

    assert course.assess(sgd_step, "sgd_step").outcome != "our error"
