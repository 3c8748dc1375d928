"""Chapter 02, the way back: the table's gradient, and a lookup to repair."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.mistakes import embedding as wrong
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.sampling import normal, repeated
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "02_embedding"
WORDS = np.array(["the", "cat", "sat", "on", "mat", "dog", "ran", "to", "a", "house"])


def embedding_backward(grad_output, input, num_embeddings):
    """Add each gradient into the row that was read: the lesson's version."""
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    np.add.at(grad_weight, input, grad_output)
    return grad_weight


def _repeated_in_a_row(rng: np.random.Generator) -> np.ndarray:
    """Draw a batch in which one identifier comes twice in a sequence and once in the other, and some do not come."""
    often, once, other = rng.permutation(5)[:3]  # of six: the last never comes
    return rng.permuted([[often, often, once], [often, once, other]], axis=1)


def _gradient(rng: np.random.Generator, ids: np.ndarray, num: int, dim: int) -> dict[str, object]:
    return {"grad_output": normal(rng, *ids.shape, dim), "input": ids, "num_embeddings": num}


BACKWARD = Exercise(
    name="embedding_backward",
    chapter=CHAPTER,
    points=3,
    reference=functional.embedding_backward,
    solution=embedding_backward,
    oracle=TorchGradient(
        "torch.nn.functional.embedding",
        wrt=(1,),
        arrange=lambda grad_output, input, num_embeddings: (
            (input, np.zeros((num_embeddings, grad_output.shape[-1]))),
            {},
        ),
    ),
    cases=(
        Case(
            "a repeated identifier",
            lambda rng: _gradient(rng, repeated(rng, 5, 4), 5, 3),
            note="an identifier comes twice",
        ),
        Case("no repetition", lambda rng: _gradient(rng, rng.permutation(6)[:4], 6, 3)),
        Case("a batch of sequences", lambda rng: _gradient(rng, _repeated_in_a_row(rng), 6, 3)),
        Case(
            "one identifier",
            lambda rng: _gradient(rng, rng.integers(2, 8, size=1), 10, 4),
            note="only one row is used",
        ),
        Case("many repetitions", lambda rng: _gradient(rng, repeated(rng, 10, 50), 10, 4)),
    ),
    misconceptions=(
        Misconception(
            "embedding_backward.overwrites-repeated",
            wrong.backward_overwrites,
            "when the last use of an identifier overwrites the earlier ones.",
            "An identifier that comes twice was used twice: its two gradients add up. "
            "Beware of `grad[input] += ...`, which keeps one of several as well.",
        ),
        Misconception(
            "embedding_backward.averages-repeated",
            wrong.backward_averages,
            "when the gradients of a repeated identifier are averaged.",
            "Each use adds its own share to the loss, so the gradients add up.",
        ),
        Misconception(
            "embedding_backward.off-by-one",
            wrong.backward_off_by_one,
            "when identifiers are counted from 1: every gradient lands a row too early.",
            "Use the identifier as the index, as it is: identifier 0 has row 0.",
        ),
        Misconception(
            "embedding_backward.counts-uses",
            wrong.backward_counts,
            "when uses are counted and grad_output is left out.",
            "Each use brings its own row of grad_output.",
        ),
        Misconception(
            "embedding_backward.one-axis-only",
            wrong.backward_one_axis_only,
            "when a loop runs over the first axis of input only: in a batch, a whole sequence is added at once.",
            "In a batch `input[k]` is a sequence, in which an identifier may come twice. Walk over single identifiers.",
        ),
        Misconception(
            "embedding_backward.max-for-num-embeddings",
            wrong.backward_max_seen,
            "when the gradient ends at the largest identifier that happens to be there.",
            "The gradient has the shape of weight: num_embeddings rows, whether they were used or not.",
        ),
    ),
    hints=(
        "Which rows of weight did the forward pass read? Only these can have a gradient.",
        "Start with zeros of shape (num_embeddings, embedding_dim). Walk over the identifiers and add each row of "
        "grad_output to the row of its identifier.",
        "In a batch, too, the loop must reach every single identifier: np.ndindex(input.shape) gives their places. "
        "Without a loop: np.add.at(array, places, values) adds at every place, as often as it comes.",
    ),
    explanation=(
        "The forward pass copies rows, so the way back adds gradients into these rows. "
        "`np.add.at` adds once for each occurrence, where `grad_weight[input] += ...` adds only once a row."
    ),
)


def repair_vectors_of(text, vocabulary, weight):
    """Look up the vector of every word."""
    numbers = [vocabulary.index(word) for word in text.split()]
    return weight[np.array(numbers)]


def _text(rng: np.random.Generator, known: int, used: int, length: int) -> dict[str, object]:
    """Draw a vocabulary in no particular order, and a text that uses some of its words, the last one too."""
    vocabulary = [str(word) for word in rng.permutation(WORDS)[:known]]
    while vocabulary[-used:] == sorted(vocabulary)[-used:] or vocabulary == sorted(vocabulary):
        vocabulary = [str(word) for word in rng.permutation(WORDS)[:known]]
    words = [*vocabulary[-used:], *(str(word) for word in rng.choice(vocabulary[-used:], length - used))]
    text = " ".join(str(word) for word in rng.permutation(words))
    return {"text": text, "vocabulary": vocabulary, "weight": normal(rng, known, 3)}


REPAIR = Exercise(
    name="repair_vectors_of",
    chapter=CHAPTER,
    points=2,
    reference=repair_vectors_of,
    oracle=TorchFunction(
        "torch.nn.functional.embedding",
        arrange=lambda text, vocabulary, weight: (
            (np.array([vocabulary.index(word) for word in text.split()]), weight),
            {},
        ),
    ),
    given=wrong.repair_as_given,
    cases=(
        Case("two words of five", lambda rng: _text(rng, 5, 2, 2)),
        Case("a word that comes again", lambda rng: _text(rng, 6, 3, 5)),
        Case("a longer text", lambda rng: _text(rng, 10, 6, 12)),
    ),
    misconceptions=(
        Misconception(
            "repair_vectors_of.as-given",
            wrong.repair_as_given,
            "when the function is left as it was handed out.",
            "Row i of weight belongs to word i of `vocabulary`. Where do the numbers come from here?",
        ),
        Misconception(
            "repair_vectors_of.vocabulary-sorted",
            wrong.repair_sorted,
            "when the vocabulary is put into alphabetical order.",
            "The rows of weight stay where they are. So must the words.",
        ),
        Misconception(
            "repair_vectors_of.place-in-the-text",
            wrong.repair_by_place,
            "when a word's number is its place in the text.",
            "A word has the same number wherever it stands.",
        ),
        Misconception(
            "repair_vectors_of.first-seen",
            wrong.repair_first_seen,
            "when the words are numbered as they come up in the text.",
            "Another text would number them differently. Only `vocabulary` is always the same.",
        ),
    ),
    hints=(
        "Print the numbers for two texts that share a word. Does it get the same number twice?",
        "The table was made for one numbering: that of `vocabulary`.",
        "`list.index` gives the place of a word. In which list must it look?",
    ),
    explanation=(
        "A table belongs to one numbering. The function made a new one from the words of each text; "
        "`vocabulary` is the one that the rows of weight were made for."
    ),
)

BACKWARDS = (BACKWARD, REPAIR)
