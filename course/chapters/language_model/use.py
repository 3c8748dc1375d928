"""What the cases of this chapter do with a student's functions, and what they compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.calling.student import Student

Step = Callable[[Any, Any], tuple[np.ndarray, np.ndarray]]
ONCE = "each position once"
A_DICT = "dict"


def use_adamw_step(
    student: Student, params: Any, grads: Any, state: Any, lr: float, steps: int = 1, **options: Any
) -> Any:
    """Take steps with the same gradients, each from where the last ended; give all arrays after them, and the count."""
    given: Any = None
    for _ in range(steps):
        given = student.call("adamw_step", params, grads, state, lr, **options)
        if not _is_new_state(given, len(grads)):
            one_by_one = type(given) in (list, tuple) and len(given) == 3 * len(grads) + 1
            return (given,) if one_by_one else given
        params, state = given
    return (*params, *state["exp_avg"], *state["exp_avg_sq"], state["step"])


def _is_new_state(given: Any, length: int) -> bool:
    if type(given) not in (list, tuple) or len(given) != 2 or type(given[1]) is not dict:
        return False
    if not {"step", "exp_avg", "exp_avg_sq"} <= given[1].keys():
        return False
    lists = given[0], given[1]["exp_avg"], given[1]["exp_avg_sq"]
    return all(type(part) in (list, tuple) and len(part) == length for part in lists)


def use_train_decoder(
    student: Student, params: Any, tokens: Any, starts: Any, length: int, lr: float, **heads: Any
) -> Any:
    """Train, then train what came out on the same pieces; give the losses of both: they depend on the parameters."""
    losses: list[Any] = []
    for _ in range(2):
        given = student.call("train_decoder", params, tokens, starts, length, lr, **heads)
        if type(given) not in (list, tuple) or len(given) != 2:
            return given
        params, found = given
        if type(params) is not dict:
            return type(params).__name__, found
        if type(found) not in (list, tuple, np.ndarray) or np.shape(found) != (len(starts),):
            return A_DICT, found
        losses.extend(found)
    return A_DICT, losses


def use_sample(
    student: Student, logits: np.ndarray, temperature: float, top_k: int | None, seed: int, rounds: int
) -> Any:
    """Draw several words, each with a new generator; give their numbers."""
    drawn: list[int] = []
    for i in range(rounds):
        word = student.call("sample", logits, temperature, top_k, np.random.default_rng([seed, i]))
        if not isinstance(word, (int, np.integer)) or isinstance(word, bool):
            return word
        drawn.append(int(word))
        if not 0 <= word < len(logits):
            break
    return np.array(drawn)


def use_generate(
    student: Student, step: Step, prompt: Any, length: int, temperature: float, top_k: int | None, seed: int
) -> Any:
    """Let the student write with a model that counts positions; give the words, and whether any was computed twice."""
    computed = 0

    def counted(tokens, cache):
        nonlocal computed
        logits, kept = step(tokens, cache)
        computed += len(logits)
        return logits, kept

    counted.__name__ = "step"
    words = student.call("generate", counted, prompt, length, temperature, top_k, np.random.default_rng(seed))
    if type(words) not in (list, np.ndarray):
        return words
    return words, ONCE if computed <= length else f"{computed} positions for {length} words"
