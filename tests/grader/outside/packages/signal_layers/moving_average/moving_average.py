"""`moving_average`: each value becomes the mean of itself and its neighbours."""

import numpy as np

from course.checking.spec import Case, Exercise, Mistake


def moving_average(input, kernel_size):
    """Give the mean of every window of neighbours.

    input        (l,)
    kernel_size  the length of a window
    returns      (l - kernel_size + 1,)

    >>> moving_average(np.array([1.0, 3.0, 8.0]), 2)
    array([2. , 5.5])
    """
    windows = np.lib.stride_tricks.sliding_window_view(input, kernel_size)
    return windows.mean(axis=1)


EXERCISE = Exercise(
    name="moving_average",
    points=2,
    solution=moving_average,
    oracle=None,
    cases=(
        Case("pairs", lambda rng: {"input": rng.normal(size=5), "kernel_size": 2}),
        Case("windows of three", lambda rng: {"input": rng.normal(size=7), "kernel_size": 3}),
        Case("one window", lambda rng: {"input": rng.normal(size=4), "kernel_size": 4}),
    ),
    mistakes=(
        Mistake(
            "sum",
            edit=("mean(", "sum("),
            gives="when each window is summed and not averaged.",
            advice="By what must the sum be divided?",
        ),
        Mistake(
            "means-of-positions",
            edit=("axis=1", "axis=0"),
            gives="when the mean is taken over the windows, not within each.",
            advice="Which axis of windows counts the values of one window?",
        ),
    ),
    hints=("A window is a slice of input.", "There are l - kernel_size + 1 windows.", "np.mean gives the mean."),
    explanation="sliding_window_view lays the windows out as rows, and each row has a mean.",
)
