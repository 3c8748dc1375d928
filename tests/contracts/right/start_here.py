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


RIGHT = {
    "warm_up": (
        warm_up_by_loop,
        warm_up_as_list,
        Doubler(),
        warm_up_by_vectorize,
        warm_up_in_a_copy,
        functools.partial(_add, 1),
    ),
}
