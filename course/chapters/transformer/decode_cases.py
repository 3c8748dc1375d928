"""The cases of `greedy_decode`: their arguments are functions, so they are drawn here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course.checking.sampling import normal, whole
from course.checking.spec import Case

LogitsFunction = Callable[[np.ndarray], np.ndarray]


def _model(wanted: Callable[[np.ndarray], np.ndarray], name: str) -> LogitsFunction:
    """Wrap a function of token arrays, so that it takes lists too, and refuses anything else."""

    def logits_fn(tokens):
        tokens = np.asarray(tokens)
        if tokens.ndim != 1 or not len(tokens):
            raise ValueError(f"logits_fn takes tokens of shape (t,) with t at least 1, and got shape {tokens.shape}.")
        return wanted(tokens)

    logits_fn.__name__ = name
    return logits_fn


def _bigram(rng: np.random.Generator, vocab: int, draw: Callable[..., np.ndarray] = normal) -> LogitsFunction:
    """Let the last token alone decide; no token repeats before all have come."""
    table = draw(rng, vocab, vocab)
    cycle = rng.permutation(vocab)
    table[cycle, np.roll(cycle, -1)] += 9
    return _model(lambda tokens: table[tokens], "bigram")


def _of_all(rng: np.random.Generator, vocab: int, offset: float = 0.0) -> LogitsFunction:
    """Let all tokens so far decide, and how many there are."""
    noise, shift = normal(rng, vocab, vocab), int(rng.integers(vocab))

    def logits(tokens):
        best = (np.cumsum(tokens) + np.arange(len(tokens)) + shift) % vocab
        return noise[tokens] + 9 * np.eye(vocab)[best] + offset

    return _model(logits, "model")


def _tied(rng: np.random.Generator, vocab: int) -> LogitsFunction:
    """Give every position two tokens that are equally likely."""
    one, other = rng.permutation(vocab), 1 + rng.integers(vocab - 1, size=vocab)

    def logits(tokens):
        best = one[(np.cumsum(tokens) + np.arange(len(tokens))) % vocab]
        return np.eye(vocab)[best] + np.eye(vocab)[(best + other[tokens]) % vocab]

    return _model(logits, "model")


def _decode(rng: np.random.Generator, logits_fn: LogitsFunction, vocab: int, given: int, length: int) -> dict:
    return {"logits_fn": logits_fn, "prompt": rng.permutation(vocab)[:given], "length": length}


CASES = (
    Case("four words", lambda rng: _decode(rng, _bigram(rng, 4, whole), 4, 2, 4)),
    Case("the last token decides", lambda rng: _decode(rng, _bigram(rng, 7), 7, 1, 6)),
    Case("all tokens decide", lambda rng: _decode(rng, _of_all(rng, 8), 8, 3, 10)),
    Case("scores below zero", lambda rng: _decode(rng, _of_all(rng, 9, -50.0), 9, 2, 8), note="all logits below 0"),
    Case(
        "ties",
        lambda rng: _decode(rng, _tied(rng, 7), 7, 2, 10),
        note="two tokens share the highest logit",
    ),
    Case(
        "nothing to add",
        lambda rng: _decode(rng, _of_all(rng, 9), 9, 4, 4),
        note="the prompt has the length already",
        weight=0.5,
    ),
)
