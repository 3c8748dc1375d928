"""Chapter 14: writing text with a language model, and a shortcut to be repaired."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course.chapters.mistakes import transformer as wrong
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "14_transformer"

LogitsFunction = Callable[[np.ndarray], np.ndarray]


def greedy_decode(logits_fn, prompt, length):
    """Append the most likely token until there are `length` of them: the lesson's version."""
    tokens = [int(token) for token in prompt]
    while len(tokens) < length:
        tokens.append(int(logits_fn(np.array(tokens))[-1].argmax()))
    return np.array(tokens)


def _model(wanted: Callable[[np.ndarray], np.ndarray], name: str) -> LogitsFunction:
    """Make a function of token lists from one of arrays."""

    def logits_fn(tokens):
        tokens = np.asarray(tokens)
        if tokens.ndim != 1 or not len(tokens):
            raise ValueError(f"logits_fn takes tokens of shape (t,) with t at least 1, and got shape {tokens.shape}.")
        return wanted(tokens)

    logits_fn.__name__ = name
    return logits_fn


def _bigram(rng: np.random.Generator, vocab: int) -> LogitsFunction:
    """Let the last token alone decide, and each lead to another, so that nothing repeats before all have come."""
    table = normal(rng, vocab, vocab)
    cycle = rng.permutation(vocab)
    table[cycle, np.roll(cycle, -1)] += 9
    return _model(lambda tokens: table[tokens], "bigram")


def _of_all(rng: np.random.Generator, vocab: int, offset: float = 0.0) -> LogitsFunction:
    """Let all tokens so far decide, and their number."""
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


DECODE = Exercise(
    name="greedy_decode",
    chapter=CHAPTER,
    points=3,
    reference=greedy_decode,
    oracle=None,
    cases=(
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
    ),
    misconceptions=(
        Misconception(
            "greedy_decode.length-of-new",
            wrong.decode_length_of_new,
            "when `length` new tokens are added to the prompt.",
            "`length` counts all tokens, those of the prompt too. When is the list long enough?",
        ),
        Misconception(
            "greedy_decode.prompt-left-out",
            wrong.decode_prompt_left_out,
            "when only the new tokens are returned, without the prompt.",
            "The result starts with the prompt, and has `length` tokens in all.",
        ),
        Misconception(
            "greedy_decode.last-token-only",
            wrong.decode_last_token_only,
            "when the model is shown only the last token.",
            "What comes next may hang on everything before. Give the model all tokens there are so far.",
        ),
        Misconception(
            "greedy_decode.not-fed-back",
            wrong.decode_not_fed_back,
            "when every new token is the one that follows the prompt.",
            "Each new token belongs to what the model sees next. Where do you ask it again, and which row do you read?",
        ),
        Misconception(
            "greedy_decode.first-position",
            wrong.decode_first_position,
            "when the logits of the first position are read.",
            "Row t of the logits is about the token after position t. Which row is about the token that is missing?",
        ),
        Misconception(
            "greedy_decode.least-likely",
            wrong.decode_least_likely,
            "when the token with the lowest logit is taken.",
            "The most likely token has the highest logit.",
        ),
        Misconception(
            "greedy_decode.last-of-ties",
            wrong.decode_last_of_ties,
            "when the last of several equal logits wins.",
            "The first of them shall win. What does `argmax` do, and what a comparison with >=?",
        ),
        Misconception(
            "greedy_decode.one-too-few",
            wrong.decode_one_too_few,
            "when the loop ends one token early.",
            "How many tokens are missing at the start? The loop must run so often.",
        ),
    ),
    hints=(
        "Do one step by hand: call logits_fn with the prompt. It gives a row of logits for each position. The last row "
        "is about the token that comes next.",
        "`argmax` of the last row is the new token; of equal logits it takes the first. Append it, and ask the model "
        "again with the longer list.",
        "Keep the tokens in a list that starts as list(prompt). While it is shorter than length, append "
        "logits_fn(np.array(tokens))[-1].argmax().",
    ),
    explanation=(
        "A language model says one token at a time. Each new token becomes part of the input of the next step, so the "
        "model is called length - len(prompt) times."
    ),
)


def repair_pre_norm(x, norm_weight, norm_bias, w1, b1, w2, b2):
    """Add to each position what the feed-forward part makes of its normalised features."""
    output = np.zeros_like(x)
    for position, row in enumerate(x):
        normalised = (row - row.mean()) / np.sqrt(row.var() + 1e-5) * norm_weight + norm_bias
        hidden = np.maximum(w1 @ normalised + b1, 0)
        output[position] = row + w2 @ hidden + b2
    return output


def _half(rng: np.random.Generator, positions: int, features: int, hidden: int, offset: float = 0.0) -> dict:
    return {
        "x": offset + 2 * normal(rng, positions, features),
        "norm_weight": 1 + 0.3 * normal(rng, features),
        "norm_bias": normal(rng, features),
        "w1": normal(rng, hidden, features),
        "b1": normal(rng, hidden),
        "w2": normal(rng, features, hidden),
        "b2": normal(rng, features),
    }


REPAIR = Exercise(
    name="repair_pre_norm",
    chapter=CHAPTER,
    points=2,
    reference=repair_pre_norm,
    oracle=None,
    given=wrong.repair_as_given,
    cases=(
        Case("three positions", lambda rng: _half(rng, 3, 4, 5)),
        Case("as many features as hidden", lambda rng: _half(rng, 2, 4, 4)),
        Case("far from zero", lambda rng: _half(rng, 4, 3, 6, 20.0), note="features near 20"),
        Case("one position", lambda rng: _half(rng, 1, 5, 3)),
    ),
    misconceptions=(
        Misconception(
            "repair_pre_norm.as-given",
            wrong.repair_as_given,
            "when the function is left as it was handed out.",
            "The shortcut carries what came in, unchanged. What does `row` hold when it is added at the end?",
        ),
        Misconception(
            "repair_pre_norm.no-shortcut",
            wrong.repair_no_shortcut,
            "when nothing is added to what the feed-forward part gives.",
            "The shortcut was not too much, it carried the wrong thing.",
        ),
        Misconception(
            "repair_pre_norm.norm-left-out",
            wrong.repair_norm_left_out,
            "when the features go into the feed-forward part as they are, without being normalised.",
            "The way through the weights needs the normalised row, the shortcut the row itself. Keep both.",
        ),
        Misconception(
            "repair_pre_norm.norm-last",
            wrong.repair_norm_last,
            "when the sum is normalised: that is the other order, post-norm.",
            "Pre-norm normalises what goes into the feed-forward part, and leaves the sum alone.",
        ),
        Misconception(
            "repair_pre_norm.both-added",
            wrong.repair_both_added,
            "when the normalised row is still added, next to the one that came in.",
            "Only what came in takes the shortcut.",
        ),
    ),
    hints=(
        "Follow the name `row` from the top of the loop to its end. How often does its meaning change?",
        "The formula is x + feed_forward(layer_norm(x)). The x in front is what came in, before any norm.",
        "Give the normalised features a name of their own, and let `row` be.",
    ),
    explanation=(
        "The shortcut must carry the features as they came in. With a second name for the normalised ones, the same x "
        "is still there when it is added."
    ),
)

LATER = (DECODE, REPAIR)
