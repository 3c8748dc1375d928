"""`repair_next_token_loss`: a loss that falls to nothing, because the answer is in the input."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import identifiers, normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def repair_next_token_loss(logits, tokens):
    """Give the mean loss of predicting the next word: logits (n, l, words), tokens (n, l)."""
    logits, targets = logits[:, :-1], tokens[:, 1:]
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(log_p, targets[..., np.newaxis], axis=-1).mean()


def _drawn(rng: np.random.Generator, n: int, length: int, words: int) -> dict[str, Any]:
    return {"logits": 2 * normal(rng, n, length, words), "tokens": identifiers(rng, words, n, length)}


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    tokens = rng.permutation(3)[np.newaxis]
    return {"logits": whole(rng, 1, 3, 3, most=3), "tokens": tokens}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    logits, tokens = arguments["logits"], arguments["tokens"]
    if tokens.size > 4:
        return ""
    shares = np.exp(logits[:, :-1]) / np.exp(logits[:, :-1]).sum(axis=-1, keepdims=True)
    p = np.take_along_axis(shares, tokens[:, 1:, np.newaxis], axis=-1).ravel()
    terms = " - ".join(f"log {share:.4g}" for share in p)
    return f"the softmax of the words that come next: (-{terms})/{p.size} = {-np.log(p).mean():.4g}"


EXERCISE = Exercise(
    points=2,
    solution=repair_next_token_loss,
    repair=True,
    oracle=None,
    cases=(
        Case("three words", _by_hand),
        Case("one sentence", lambda rng: _drawn(rng, 1, 5, 4)),
        Case("a batch", lambda rng: _drawn(rng, 3, 4, 6)),
        Case("as many positions as words", lambda rng: _drawn(rng, 2, 5, 5)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=("logits[:, :-1], tokens[:, 1:]", "logits, tokens"),
            gives="when the function is left as it was handed out.",
            advice="Which word should the logits of position 0 be about?",
        ),
        Mistake(
            "first-left-out-of-both",
            edit=("logits[:, :-1], tokens[:, 1:]", "logits[:, 1:], tokens[:, 1:]"),
            gives="when position 0 is left out, and the others still predict the word that they see.",
            advice="Logits and targets must be one position apart.",
        ),
        Mistake(
            "last-left-out-of-both",
            edit=("logits[:, :-1], tokens[:, 1:]", "logits[:, :-1], tokens[:, :-1]"),
            gives="when the last position is left out, and the others still predict the word that they see.",
            advice="Logits and targets must be one position apart.",
        ),
        Mistake(
            "shifted-back",
            edit=("logits[:, :-1], tokens[:, 1:]", "logits[:, 1:], tokens[:, :-1]"),
            gives="when each position predicts the word before it.",
            advice="Position 0 should predict the word at position 1.",
        ),
        Mistake(
            "around-the-end",
            edit=("logits[:, :-1], tokens[:, 1:]", "logits, np.roll(tokens, -1, axis=1)"),
            gives="when the last position should predict the first word.",
            advice="Nothing is known about the word after the last one. How many positions have a target?",
        ),
        Mistake(
            "rolled-the-wrong-way",
            edit=("logits[:, :-1], tokens[:, 1:]", "logits, np.roll(tokens, 1, axis=1)"),
            gives="when the targets are moved one position to the right.",
            advice="Position 0 should predict the word at position 1.",
        ),
    ),
    hints=(
        "Write down three words, and under each the word that its logits are about.",
        "A text of l words has l - 1 predictions that can be judged.",
        "Which logits have no target? Which word is not a target? Cut both off.",
    ),
    explanation=(
        "The logits at position t are about the word at t + 1. Without the shift, the model is asked for a word that "
        "it has just read. It learns to copy: the loss falls to nearly 0, and what it writes repeats one word."
    ),
    trace=_trace,
)
