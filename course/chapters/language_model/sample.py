"""`sample`: choose the next word by chance, weighted by the logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.language_model.use import use_sample
from course.checking.spec import Arguments, Case, Exercise, Mistake


def sample(logits, temperature, top_k, rng):
    """Choose a word at random, with the probabilities that softmax gives.

    logits       (words,)
    temperature  the logits are divided by it; at 0, the word with the largest logit is chosen
    top_k        only the words with the k largest logits can be chosen; None: all words
    rng          a numpy.random.Generator. Draw once, with rng.choice(words, p=...), or one rng.random()
                 that is compared with the cumulative probabilities, which gives the same word
    returns      the number of the word, from 0 to words - 1

    >>> sample(np.array([1.0, 5.0, 2.0]), 1.0, 1, np.random.default_rng(0))
    1
    """
    if temperature == 0:
        return int(np.argmax(logits))
    scores = logits / temperature
    if top_k is not None:
        least = np.sort(scores)[-top_k]
        scores = np.where(scores >= least, scores, -np.inf)
    p = np.exp(scores - scores.max())
    p = p / p.sum()
    return int(rng.choice(len(p), p=p))


ROUNDS = 60
"""Words that are drawn in an ordinary case: enough that no two ways to weigh them agree on all."""


def _logits(rng: np.random.Generator, words: int, step: float = 0.8) -> np.ndarray:
    """Draw logits that differ by about `step`, in any order; the largest is never one of the first two."""
    logits = np.round(step * np.arange(words) + rng.uniform(0, step / 2, size=words), 3)
    order = rng.permutation(words)
    while order[:2].max() == words - 1:
        order = rng.permutation(words)
    return logits[order]


def _drawn(
    rng: np.random.Generator, words: int, temperature: float, top_k: int | None, rounds: int = ROUNDS
) -> dict[str, Any]:
    return {
        "logits": _logits(rng, words),
        "temperature": temperature,
        "top_k": top_k,
        "seed": int(rng.integers(1 << 30)),
        "rounds": rounds,
    }


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw three words with whole numbers as logits; not always the same word is chosen."""
    while True:
        drawn = _drawn(rng, 3, 2.0, None, rounds=5)
        drawn["logits"] = rng.permutation(np.array([0.0, 1.0, 2.0])) + rng.integers(0, 3)
        if len(set(_words(sample, **drawn))) > 1:
            return drawn


def _flat(rng: np.random.Generator) -> dict[str, Any]:
    """Draw logits for which a generator that starts again for each word does not choose the largest."""
    while True:
        drawn = _drawn(rng, 7, 2.5, None)
        if sample(drawn["logits"], 2.5, None, np.random.default_rng(0)) != drawn["logits"].argmax():
            return drawn


def _large(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _drawn(rng, 6, 0.5, None)
    return drawn | {"logits": drawn["logits"] + 900}


def _words(function: Any, logits: np.ndarray, temperature: float, top_k: int | None, seed: int, rounds: int) -> list:
    return [function(logits, temperature, top_k, np.random.default_rng([seed, i])) for i in range(rounds)]


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the cumulative probabilities, and the number that was drawn."""
    logits, temperature, top_k = (arguments[name] for name in ("logits", "temperature", "top_k"))
    if len(logits) > 4:
        return ""
    repeated: dict[str, Any] = {**arguments, "rounds": index[0] + 1}
    word = _words(sample, **repeated)[-1]
    if temperature == 0:
        return f"the largest logit is {logits.max():.4g}, and its place is = {word}"
    drawn = np.random.default_rng([arguments["seed"], index[0]]).random()
    least = np.sort(logits)[-(top_k or len(logits))]
    p = np.where(logits >= least, np.exp((logits - logits.max()) / temperature), 0)
    up_to = ", ".join(f"{share:.3g}" for share in np.cumsum(p / p.sum()))
    return f"the cumulative probabilities are {up_to}, rng.random() gives {drawn:.3g}; the first above it is = {word}"


EXERCISE = Exercise(
    points=3,
    solution=sample,
    oracle=None,
    use=use_sample,
    cases=(
        Case("three words", _by_hand, note="each time with another generator"),
        Case("temperature 1", lambda rng: _drawn(rng, 6, 1.0, None)),
        Case("a low temperature", lambda rng: _drawn(rng, 6, 0.6, None)),
        Case("a high temperature", _flat),
        Case("the three best of eight words", lambda rng: _drawn(rng, 8, 1.0, 3)),
        Case("the four best, at temperature 2", lambda rng: _drawn(rng, 9, 2.0, 4)),
        Case("temperature 0", lambda rng: _drawn(rng, 6, 0, None, rounds=2), weight=0.5),
        Case("large logits", _large, note="logits above 900"),
    ),
    mistakes=(
        Mistake(
            "always-the-best",
            edit=("if temperature == 0:", "if True:"),
            gives="when the word with the largest logit is always chosen.",
            unwritten="Nothing is drawn yet",
            advice="At temperatures above 0, every word can be chosen. Draw one from rng.",
        ),
        Mistake(
            "temperature-ignored",
            edit=("logits / temperature", "logits"),
            gives="when the temperature is not used.",
            unwritten="The temperature is not used yet",
            advice="Divide the logits by the temperature before the softmax.",
        ),
        Mistake(
            "temperature-multiplied",
            edit=("logits / temperature", "logits * temperature"),
            gives="when the logits are multiplied by the temperature.",
            advice="A high temperature makes the probabilities more alike. Does yours?",
        ),
        Mistake(
            "top-k-ignored",
            edit=("if top_k is not None:", "if False:"),
            gives="when top_k is not used.",
            unwritten="top_k is not used yet",
            advice="Words that are not among the k best must get a probability of 0.",
        ),
        Mistake(
            "lowest-k",
            edit=(("np.sort(scores)[-top_k]", "np.sort(scores)[top_k - 1]"), ("scores >= least", "scores <= least")),
            gives="when the k words with the smallest logits are kept.",
            advice="np.sort sorts upwards. Where are the largest?",
        ),
        Mistake(
            "one-too-few",
            edit=("scores >= least", "scores > least"),
            gives="when only k - 1 words are kept.",
            advice="The word with the k-th largest logit is among the k best.",
        ),
        Mistake(
            "one-too-many",
            edit=("[-top_k]", "[-top_k - 1]"),
            gives="when k + 1 words are kept.",
            advice="With k = 1, which place of the sorted logits is the last that is kept?",
        ),
        Mistake(
            "hidden-score-zero",
            edit=("scores, -np.inf)", "scores, 0)"),
            gives="when the logits of the other words become 0, which is an ordinary logit.",
            advice="Which logit has a probability of 0?",
        ),
        Mistake(
            "all-alike",
            edit=("rng.choice(len(p), p=p)", "rng.choice(len(p))"),
            gives="when all words are equally likely.",
            advice="rng.choice has an argument p, for the probabilities.",
        ),
        Mistake(
            "place-among-the-best",
            edit=("scores = logits / temperature", "scores = np.sort(logits)[::-1] / temperature"),
            gives="when the logits are sorted, and the place in the sorted order is returned.",
            advice="The result is the number of a word. Sorting loses it, and np.argsort keeps it.",
        ),
        Mistake(
            "drawn-in-another-order",
            edit=(
                "    return int(rng.choice(len(p), p=p))",
                "    order = np.argsort(-p, kind='stable')\n    return int(order[rng.choice(len(p), p=p[order])])",
            ),
            gives="when the words are sorted by their logits first: the same random number then means another word.",
            advice="Draw among the words in their own order. Which probabilities must be 0 for that?",
        ),
        Mistake(
            "own-generator",
            edit=("rng.choice", "np.random.default_rng(0).choice"),
            gives="when the function makes its own generator, with the same seed at every call.",
            advice="Draw from rng, the argument.",
        ),
    ),
    hints=(
        "At temperature 0 there is nothing to draw: return argmax. Otherwise divide the logits by the temperature.",
        "np.sort helps to find the k-th largest score. Scores below it become -inf, which softmax turns into 0.",
        "Softmax gives the probabilities. rng.choice draws one of the numbers 0 .. words - 1, and has an argument for "
        "their probabilities.",
    ),
    explanation=(
        "The temperature decides how much the logits count. Near 0 the best word is always chosen, and at a high "
        "temperature all words are nearly equally likely. top_k removes the many words that are unlikely one by one, "
        "but not so unlikely together."
    ),
    trace=_trace,
)
