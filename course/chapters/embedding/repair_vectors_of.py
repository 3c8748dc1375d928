"""A lookup of words to repair: it numbers the words of each text again."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def repair_vectors_of(text, vocabulary, weight):
    """Give the vector of each word of a text: word i of vocabulary has row i of weight."""
    words = text.split()
    # It numbered the sorted words of each text. A word's number is its place in the vocabulary.
    numbers = [vocabulary.index(word) for word in words]
    return np.array([weight[number] for number in numbers])


# the comment goes with the line, so that what is handed out does not explain the repair
NUMBERED = (
    "# It numbered the sorted words of each text. A word's number is its place in the vocabulary.\n"
    "    numbers = [vocabulary.index(word)"
)

WORDS = np.array(["the", "cat", "sat", "on", "mat", "dog", "ran", "to", "a", "house"])


def _text(rng: np.random.Generator, known: int, used: int, length: int) -> dict[str, object]:
    """Draw a vocabulary in no particular order, and a text that uses some of its words, the last one too."""
    vocabulary = [str(word) for word in rng.permutation(WORDS)[:known]]
    while vocabulary[-used:] == sorted(vocabulary)[-used:] or vocabulary == sorted(vocabulary):
        vocabulary = [str(word) for word in rng.permutation(WORDS)[:known]]
    words = [*vocabulary[-used:], *(str(word) for word in rng.choice(vocabulary[-used:], length - used))]
    text = " ".join(str(word) for word in rng.permutation(words))
    return {"text": text, "vocabulary": vocabulary, "weight": normal(rng, known, 3)}


def _by_hand(rng: np.random.Generator) -> dict[str, object]:
    return {**_text(rng, 5, 2, 2), "weight": whole(rng, 5, 3)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    place, column = index
    word = arguments["text"].split()[place]
    row = arguments["vocabulary"].index(word)
    return (
        f"word {place} is '{word}', vocabulary[{row}]: weight[{row}, {column}] = {arguments['weight'][row, column]:.4g}"
    )


EXERCISE = Exercise(
    points=2,
    solution=repair_vectors_of,
    repair=True,
    oracle=TorchFunction(
        "torch.nn.functional.embedding",
        arrange=lambda text, vocabulary, weight: (
            (np.array([vocabulary.index(word) for word in text.split()]), weight),
            {},
        ),
    ),
    cases=(
        Case("two words of five", _by_hand),
        Case("a word that comes again", lambda rng: _text(rng, 6, 3, 5)),
        Case("a longer text", lambda rng: _text(rng, 10, 6, 12)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(NUMBERED, "known = sorted(set(words))\n    numbers = [known.index(word)"),
            gives="when the function is left as it was handed out.",
            advice="Row i of weight belongs to word i of `vocabulary`. Where do the numbers come from here?",
        ),
        Mistake(
            "vocabulary-sorted",
            edit=("vocabulary.index", "sorted(vocabulary).index"),
            gives="when the vocabulary is put into alphabetical order.",
            advice="The rows of weight stay where they are. So must the words.",
        ),
        Mistake(
            "place-in-the-text",
            edit=("vocabulary.index(word) for word in words", "place % len(weight) for place in range(len(words))"),
            gives="when a word's number is its place in the text.",
            advice="A word has the same number wherever it occurs.",
        ),
        Mistake(
            "first-seen",
            edit=("vocabulary.index", "list(dict.fromkeys(words)).index"),
            gives="when the words are numbered in the order of their first use in the text.",
            advice="Another text would number them differently. Only `vocabulary` is always the same.",
        ),
    ),
    hints=(
        "Print the numbers for two texts that share a word. Does it get the same number twice?",
        "The table was made for one numbering: the order of `vocabulary`.",
        "`list.index` gives the place of a word. Which list must it search?",
    ),
    explanation=(
        "A table belongs to one numbering. The function made a new one from the words of each text; the rows of "
        "weight were made for the numbering of `vocabulary`."
    ),
    trace=_trace,
)
