"""The cases of `generate`: their arguments are functions, so they are drawn here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.chapters.language_model.use import Step
from course.checking.sampling import normal, whole
from course.checking.spec import Case


def _model(rng: np.random.Generator, words: int, draw: Callable[..., np.ndarray] = normal, sharp: float = 9) -> Step:
    """Let all words so far, and how many there are, decide. The cache is their list."""
    table, shift = draw(rng, words, words), int(rng.integers(words))

    def step(tokens, cache):
        tokens = np.asarray(tokens)
        if tokens.ndim != 1 or not len(tokens):
            raise ValueError(f"step takes tokens of shape (m,) with m at least 1, and got shape {tokens.shape}.")
        if cache is not None and (type(cache) is not np.ndarray or cache.ndim != 1):
            raise ValueError("step takes None as cache, or what the last call returned as cache.")
        known = tokens if cache is None else np.concatenate([cache, tokens])
        best = (np.cumsum(known) + np.arange(len(known)) + shift) % words
        logits = table[known] + sharp * np.eye(words)[best]
        return logits[-len(tokens) :], known

    return step


def _drawn(
    rng: np.random.Generator, step: Step, words: int, given: int, length: int, temperature: float, top_k: int | None
) -> dict[str, Any]:
    return {
        "step": step,
        "prompt": rng.permutation(words)[:given],
        "length": length,
        "temperature": temperature,
        "top_k": top_k,
        "seed": int(rng.integers(1 << 30)),
    }


CASES = (
    Case("four words", lambda rng: _drawn(rng, _model(rng, 4, whole), 4, 2, 5, 0, None)),
    Case("one word to start from", lambda rng: _drawn(rng, _model(rng, 7), 7, 1, 8, 0, None)),
    Case("a longer prompt", lambda rng: _drawn(rng, _model(rng, 8), 8, 4, 10, 0, None)),
    Case("temperature 1", lambda rng: _drawn(rng, _model(rng, 6, sharp=2), 6, 2, 30, 1.0, None)),
    Case("the two best, at temperature 2", lambda rng: _drawn(rng, _model(rng, 6, sharp=2), 6, 3, 30, 2.0, 2)),
    Case("nothing to add", lambda rng: _drawn(rng, _model(rng, 9), 9, 4, 4, 0, None), weight=0.5),
)
