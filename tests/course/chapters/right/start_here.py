"""Right answers in other styles: loops, einsum, lists, float64 inside. None of them may be refused."""

import functools

import numpy as np


def warm_up_by_loop(x):
    result = np.empty_like(x)
    for index, value in np.ndenumerate(x):
        result[index] = value + value + 1
    return result


def warm_up_as_list(x):
    return (x * 2 + 1).tolist()


class Doubler:
    def __call__(self, x):
        return np.add(np.multiply(x, 2), 1)


def warm_up_by_vectorize(x, /):
    return np.vectorize(lambda value: 2 * value + 1)(x)


def warm_up_in_a_copy(*args, **kwargs):
    y = args[0].copy()
    y *= 2
    y += 1
    return y


def _add(amount, x):
    return 2 * x + amount


def center_by_copy(x):
    y = x.copy()
    for column in range(y.shape[1]):
        y[:, column] -= y[:, column].mean()
    return y


def center_by_matrix(x):
    n = len(x)
    return (np.eye(n) - np.full((n, n), 1 / n)) @ x


def center_as_lists(x):
    means = [sum(column) / len(column) for column in x.T]
    return [[value - mean for value, mean in zip(row, means, strict=True)] for row in x.tolist()]


RIGHT = {
    "warm_up": (
        warm_up_by_loop,
        warm_up_as_list,
        Doubler(),
        warm_up_by_vectorize,
        warm_up_in_a_copy,
        functools.partial(_add, 1),
    ),
    "repair_center": (center_by_copy, center_by_matrix, center_as_lists),
}
