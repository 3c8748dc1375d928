"""`generate`: write on, one word at a time, and hand the model only what it has not seen."""

from __future__ import annotations

import numpy as np

from course.chapters.language_model.generate_cases import CASES
from course.chapters.language_model.sample import sample
from course.chapters.language_model.use import use_generate
from course.checking.spec import Arguments, Exercise, Mistake


def generate(step, prompt, length, temperature, top_k, rng):
    """Continue a text with a model that keeps a cache.

    step    a function: step(tokens, cache) -> logits, cache
            tokens (m,) are the new ones, in the first call the whole prompt; cache is None in the first call, then
            what the last call returned; logits (m, words): row i is about the word after the i-th new one
    prompt  (p,) whole numbers: the words to start from
    length  how many words there are in the end, the prompt included
    temperature, top_k, rng  are passed to your sample
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
    points=4,
    solution=generate,
    oracle=None,
    returns=("words", "what was computed"),
    use=use_generate,
    needs=(sample,),
    cases=CASES,
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
            advice="Pass on the cache that the last call returned. Then only one word is new.",
        ),
        Mistake(
            "cache-lost",
            edit=("step(new, cache)", "step(new, None)"),
            gives="when every call starts from an empty cache with one word.",
            advice="Pass on the cache that the last call returned.",
        ),
        Mistake(
            "cache-of-the-prompt",
            edit=(
                "logits, cache = step(new, cache)",
                "logits, kept = step(new, cache)\n        cache = kept if cache is None else cache",
            ),
            gives="when every call gets the cache of the first call.",
            advice="Each call returns a new cache, with one word more. Which one do you pass on?",
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
            gives="when top_k is not passed on.",
            advice="sample takes four arguments. Look at the third.",
        ),
        Mistake(
            "always-the-best",
            edit=("sample(logits[-1], temperature, top_k, rng)", "int(np.argmax(logits[-1]))"),
            gives="when the best word is always taken: greedy decoding.",
            unwritten="sample is not used yet",
            advice="Choose with your sample, and pass it temperature, top_k and rng.",
        ),
    ),
    hints=(
        "Keep three things between the calls: all words so far, the words that the model has not seen, and the cache.",
        "In the loop: call step with the new words and the cache, and keep the cache that it returns. The last row of "
        "the logits, and your sample, give the next word.",
        "After that word, only it is new: an array with one number.",
    ),
    explanation=(
        "Each call computes only what is new, and the cache has the rest. Without a cache, the first word of a text of "
        "a thousand words would be computed a thousand times."
    ),
    trace={"words": _trace},
)
