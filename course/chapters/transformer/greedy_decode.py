"""Continue a text with a language model, one token at a time."""

from __future__ import annotations

import numpy as np

from course.chapters.transformer.decode_cases import CASES
from course.checking.spec import Arguments, Exercise, Mistake


def greedy_decode(logits_fn, prompt, length):
    """Continue a text with the most likely token, again and again.

    logits_fn  a function: tokens (t,) -> logits (t, words); its row t is about the token after position t
    prompt     (p,) whole numbers: the tokens to start from
    length     how many tokens there are in the end, the prompt included
    returns    (length,) whole numbers; the prompt comes first. Of equal logits the first wins

    >>> up = lambda tokens: np.eye(5)[(tokens + 1) % 5]  # after 0 comes 1, after 1 comes 2, ...
    >>> greedy_decode(up, np.array([3]), 4)
    array([3, 4, 0, 1])
    """
    tokens = list(prompt)
    while len(tokens) < length:
        logits = logits_fn(np.array(tokens))
        tokens.append(np.argmax(logits[-1]))
    return np.array(tokens)


MOST_TOKENS = 5


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    prompt, (position,) = arguments["prompt"], index
    if position < len(prompt):
        return f"the prompt comes first, and prompt[{position}] = {prompt[position]}"
    before = greedy_decode(arguments["logits_fn"], prompt, position)
    logits = arguments["logits_fn"](before)[-1]
    if position > MOST_TOKENS or len(logits) > MOST_TOKENS:
        return ""
    told, row = (", ".join(f"{value:.4g}" for value in values) for values in (before, logits))
    return f"after the tokens {told} the last row of logits is {row}; the place of its largest is = {logits.argmax()}"


EXERCISE = Exercise(
    points=3,
    solution=greedy_decode,
    oracle=None,
    cases=CASES,
    mistakes=(
        Mistake(
            "length-of-new",
            edit=("while len(tokens) < length:", "for _ in range(length):"),
            gives="when `length` new tokens are added to the prompt.",
            advice="`length` counts all tokens, the prompt's too. When is the list long enough?",
        ),
        Mistake(
            "prompt-left-out",
            edit=("return np.array(tokens)", "return np.array(tokens[len(prompt):], dtype=int)"),
            gives="when only the new tokens are returned, without the prompt.",
            advice="The result starts with the prompt, and has `length` tokens in all.",
        ),
        Mistake(
            "last-token-only",
            edit=("logits_fn(np.array(tokens))", "logits_fn(np.array(tokens[-1:]))"),
            gives="when the model is shown only the last token.",
            advice="What comes next may depend on everything before. Give the model all tokens so far.",
        ),
        Mistake(
            "not-fed-back",
            edit=("logits_fn(np.array(tokens))", "logits_fn(prompt)"),
            gives="when every new token is the one that follows the prompt.",
            advice="The model must see each new token. Where do you ask it again, and which row do you read?",
        ),
        Mistake(
            "first-position",
            edit=("logits[-1]", "logits[0]"),
            gives="when the logits of the first position are read.",
            advice="Row t of the logits is about the token after position t. Which row is about the missing token?",
        ),
        Mistake(
            "all-rows-at-once",
            edit=("np.argmax(logits[-1])", "np.argmax(logits)"),
            gives="when the largest logit is looked for in all rows together.",
            advice="One row of the logits is about the token that comes next. Take that row first.",
        ),
        Mistake(
            "least-likely",
            edit=("np.argmax", "np.argmin"),
            gives="when the token with the lowest logit is taken.",
            advice="The most likely token has the highest logit.",
        ),
        Mistake(
            "last-of-ties",
            edit=("np.argmax(logits[-1])", "len(logits[-1]) - 1 - np.argmax(logits[-1][::-1])"),
            gives="when the last of several equal logits wins.",
            advice="The first of them must win. What does `argmax` do, and what does a comparison with >= do?",
        ),
        Mistake(
            "one-too-few",
            edit=("< length:", "< length - 1:"),
            gives="when the loop ends one token early.",
            advice="How many tokens are missing at the start? The loop must run that many times.",
        ),
    ),
    hints=(
        "Do one step by hand: call logits_fn with the prompt. It gives a row of logits for each position. The "
        "last row is about the token that comes next.",
        "`argmax` of the last row is the new token; of equal logits it takes the first. Append it, and ask the "
        "model again with the longer list.",
        "Keep the tokens in a list that starts as list(prompt). While it is shorter than length, append "
        "logits_fn(np.array(tokens))[-1].argmax().",
    ),
    explanation=(
        "A language model gives one token at a time. Each new token becomes part of the input of the next step, "
        "so the model is called length - len(prompt) times."
    ),
    trace=_trace,
)
