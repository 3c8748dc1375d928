"""`generate`: write on, one word at a time, and hand the model only what it has not seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.calling.student import Student
from course.chapters.language_model.sample import sample
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def generate(step, prompt, length, temperature, top_k, rng):
    """Continue a text with a model that keeps a cache.

    step    a function: step(tokens, cache) -> logits, cache
            tokens (m,) are the new ones, in the first call the whole prompt; cache is None in the first call, then
            what the last call returned; logits (m, words): row i is about the word after the i-th new one
    prompt  (p,) whole numbers: the words to start from
    length  how many words there are in the end, the prompt included
    temperature, top_k, rng  are for your sample
    returns (length,) whole numbers; the prompt comes first

    >>> up = lambda tokens, cache: (np.eye(5)[(tokens + 1) % 5], "kept")  # after 0 comes 1, after 1 comes 2, ...
    >>> generate(up, np.array([3]), 4, 0, None, np.random.default_rng(0))
    array([3, 4, 0, 1])
    """
    words, new, cache = list(prompt), np.array(prompt), None
    while len(words) < length:
        logits, cache = step(new, cache)
        word = sample(logits[-1], temperature, top_k, rng)
        words.append(word)
        new = np.array([word])
    return np.array(words)


Step = Callable[[Any, Any], tuple[np.ndarray, np.ndarray]]


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


ONCE = "each position once"


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


MOST_WORDS = 5


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    prompt, (position,) = arguments["prompt"], index
    if position < len(prompt):
        return f"the prompt comes first, and prompt[{position}] = {prompt[position]}"
    if arguments["temperature"] or position > MOST_WORDS:
        return ""
    step = arguments["step"]
    before = generate(step, prompt, position, 0, None, np.random.default_rng(0))
    logits = step(before, None)[0][-1]
    if len(logits) > MOST_WORDS:
        return ""
    told, row = (", ".join(f"{value:.4g}" for value in values) for values in (before, logits))
    return f"after the words {told} the last row of logits is {row}; the place of its largest is = {logits.argmax()}"


EXERCISE = Exercise(
    name="generate",
    points=4,
    solution=generate,
    oracle=None,
    returns=("words", "what was computed"),
    use=use_generate,
    needs=(sample,),
    cases=(
        Case("four words", lambda rng: _drawn(rng, _model(rng, 4, whole), 4, 2, 5, 0, None)),
        Case("one word to start from", lambda rng: _drawn(rng, _model(rng, 7), 7, 1, 8, 0, None)),
        Case("a longer prompt", lambda rng: _drawn(rng, _model(rng, 8), 8, 4, 10, 0, None)),
        Case("temperature 1", lambda rng: _drawn(rng, _model(rng, 6, sharp=2), 6, 2, 30, 1.0, None)),
        Case("the two best, at temperature 2", lambda rng: _drawn(rng, _model(rng, 6, sharp=2), 6, 3, 30, 2.0, 2)),
        Case("nothing to add", lambda rng: _drawn(rng, _model(rng, 9), 9, 4, 4, 0, None), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "all-again-into-the-cache",
            edit=("new = np.array([word])", "new = np.array(words)"),
            gives="when all words are handed over again, though the cache has them already.",
            advice="step wants the new words only. Which are new after the first call?",
        ),
        Mistake(
            "nothing-cached",
            edit=(("step(new, cache)", "step(new, None)"), ("new = np.array([word])", "new = np.array(words)")),
            gives="when every call starts from an empty cache with all words: right words, and most work done again.",
            advice="Hand on the cache that the last call returned. Then only one word is new.",
        ),
        Mistake(
            "cache-lost",
            edit=("step(new, cache)", "step(new, None)"),
            gives="when every call starts from an empty cache with one word.",
            advice="Hand on the cache that the last call returned.",
        ),
        Mistake(
            "last-of-the-prompt",
            edit=("np.array(prompt), None", "np.array(prompt[-1:]), None"),
            gives="when only the last word of the prompt is shown to the model.",
            advice="The first call gets the whole prompt.",
        ),
        Mistake(
            "length-of-new",
            edit=("while len(words) < length:", "for _ in range(length):"),
            gives="when `length` new words are added to the prompt.",
            advice="`length` counts all words, the prompt's too.",
        ),
        Mistake(
            "prompt-left-out",
            edit=("return np.array(words)", "return np.array(words[len(prompt):], dtype=int)"),
            gives="when only the new words are returned, without the prompt.",
            advice="The result starts with the prompt, and has `length` words in all.",
        ),
        Mistake(
            "first-row",
            edit=("logits[-1]", "logits[0]"),
            gives="when the first row of logits is read.",
            advice="Row i is about the word after the i-th new one. Which row is about the missing word?",
        ),
        Mistake(
            "top-k-ignored",
            edit=("temperature, top_k, rng)\n        words", "temperature, None, rng)\n        words"),
            gives="when top_k is not handed on.",
            advice="sample takes four arguments. Look at the third.",
        ),
        Mistake(
            "always-the-best",
            edit=("sample(logits[-1], temperature, top_k, rng)", "int(np.argmax(logits[-1]))"),
            gives="when the best word is always taken: greedy decoding.",
            unwritten="sample is not used yet",
            advice="Choose with your sample, and hand it temperature, top_k and rng.",
        ),
    ),
    hints=(
        "Keep three things between the calls: all words so far, the words that the model has not seen, and the cache.",
        "In the loop: call step with the new words and the cache, and keep the cache that it returns. The last row of "
        "the logits, and your sample, give the next word.",
        "After that word, only it is new: an array with one number.",
    ),
    explanation=(
        "Each call computes only what is new, and the cache has the rest. Without a cache, a text of a thousand words "
        "would be computed a thousand times."
    ),
    trace={"words": _trace},
)
