"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def warm_up_minus_one(x):
    return 2 * x - 1


def warm_up_truncated(x):
    return np.trunc(2 * x + 1)


def warm_up_rounded4(x):
    return np.round(2 * x + 1, 4)


def warm_up_in_place(x):
    x *= 2
    x += 1
    return x


def warm_up_abs(x):
    return 2 * abs(x) + 1


def warm_up_only_first(x):
    y = x.copy()
    y[0] = 2 * y[0] + 1
    return y


def warm_up_flattened(x):
    return (2 * x + 1).ravel()


def warm_up_clipped(x):
    return np.clip(2 * x + 1, -10, 10)


def center_of_nothing(x):
    return x.copy()


def center_adds(x):
    return x + x.mean(axis=0)


def center_first_column(x):
    y = x.copy()
    y[:, 0] -= y[:, 0].mean()
    return y


def center_by_median(x):
    return x - np.median(x, axis=0)


def center_transposed(x):
    return (x - x.mean(axis=0)).T


def center_rounded(x):
    return np.round(x - x.mean(axis=0), 3)


def center_by_sum(x):
    return x - x.sum(axis=0)


WRONG = {
    "warm_up": (
        warm_up_minus_one,
        warm_up_truncated,
        warm_up_rounded4,
        warm_up_in_place,
        warm_up_abs,
        warm_up_only_first,
        warm_up_flattened,
        warm_up_clipped,
    ),
    "repair_center": (
        center_of_nothing,
        center_adds,
        center_first_column,
        center_by_median,
        center_transposed,
        center_rounded,
        center_by_sum,
    ),
}
