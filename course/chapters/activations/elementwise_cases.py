"""The cases that ask whether layers are element-wise: their arguments are functions, so they are drawn here."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.student import Student
from course.chapters.activations import layers
from course.chapters.activations.draws import spread, whole_from
from course.checking.spec import Case


def _ask(rng: np.random.Generator, input: np.ndarray, *asked: layers.Layer) -> dict[str, Any]:
    """Give one array and several layers, in random order. Among the answers are both yes and no."""
    order = rng.permutation(len(asked))
    return {"input": input, **{f"layer {k + 1}": asked[i] for k, i in enumerate(order)}}


def _descending(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw rows that fall from left to right: sorting moves every value except one in the middle."""
    return np.flip(np.sort(spread(rng, *shape), axis=-1), axis=-1).copy()


def use_is_elementwise(student: Student, input: np.ndarray, **asked: layers.Layer) -> Any:
    """Ask about each layer. An answer that is not a truth value is returned as it is."""
    answers = []
    for layer in asked.values():
        answer = student.call("is_elementwise", layer, input)
        if not isinstance(answer, (bool, int, float, np.generic)) and not (
            isinstance(answer, np.ndarray) and answer.shape == () and answer.dtype.kind in "biuf"
        ):
            return answer
        answers.append(answer)
    return np.array(answers)


CASES = (
    Case(
        "softmax along rows",
        lambda rng: _ask(
            rng,
            whole_from(rng, range(-4, 0), range(1, 5)).reshape(2, 3),
            layers.softmax(1),
            layers.leaky(rng),
        ),
    ),
    Case("softmax along columns", lambda rng: _ask(rng, spread(rng, 3, 4), layers.softmax(0), layers.squashed(rng))),
    Case(
        "a shift by the mean",
        lambda rng: _ask(rng, spread(rng, 2, 4), layers.minus_mean(rng), layers.sign_flips(rng, (2, 4))),
    ),
    Case(
        "a product of neighbours",
        lambda rng: _ask(rng, spread(rng, 2, 3), layers.gated(rng), layers.cube(rng)),
    ),
    Case(
        "running sums",
        lambda rng: _ask(rng, spread(rng, 5), layers.running_sum(0, 1), layers.running_sum(0, -1), layers.cube(rng)),
    ),
    Case(
        "values that change places",
        lambda rng: _ask(rng, _descending(rng, 2, 4), layers.sorting(-1), layers.exchange(rng, 8), layers.relu(rng)),
    ),
    Case(
        "changes that cancel",
        lambda rng: _ask(
            rng,
            -np.abs(np.round(8 * spread(rng, 2, 5)) / 8) - 2,  # eighths: what cancels leaves no rounding
            layers.neighbours(rng),
            layers.lever(rng, 5),
            layers.sign_flips(rng, (2, 5)),
            layers.relu(rng),
        ),
    ),
    Case(
        "one place listens to another",
        lambda rng: _ask(
            rng, spread(rng, 2, 3), *(layers.listener(rng, *pair) for pair in layers.LISTENERS), layers.relu(rng)
        ),
        note="in six of the layers one single place depends on another",
    ),
    Case("a square turned over", lambda rng: _ask(rng, spread(rng, 3, 3), layers.turned(rng), layers.squashed(rng))),
    Case(
        "three axes",
        lambda rng: _ask(rng, spread(rng, 2, 3, 4), layers.standardized(rng), layers.slope_per_channel(rng, 3)),
    ),
    Case(
        "another shape",
        lambda rng: _ask(
            rng,
            spread(rng, 3, 4),
            layers.pairs_averaged(rng),
            layers.last_dropped(rng),
            layers.flattened(rng),
            layers.leaky(rng),
        ),
        note="three of the layers change the shape",
    ),
    Case(
        "an input of zeros",
        lambda rng: _ask(rng, np.zeros((2, 2)), layers.minus_mean(rng), layers.running_sum(1, 1), layers.leaky(rng)),
        weight=0.5,
    ),
    Case(
        "an input of ones",
        lambda rng: _ask(rng, np.ones((2, 2)), layers.minus_mean(rng), layers.running_sum(1, 1), layers.leaky(rng)),
        weight=0.5,
    ),
)
