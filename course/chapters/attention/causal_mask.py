"""`causal_mask`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.student import Student
from course.checking.spec import Case, Exercise, Mistake


def causal_mask(length):
    """Say who may look where, when nobody may look ahead.

    returns (length, length), truth values: True where query i may look at key j

    >>> causal_mask(3)
    array([[ True, False, False],
           [ True,  True, False],
           [ True,  True,  True]])
    """
    position = np.arange(length)
    return position[:, np.newaxis] >= position


KINDS = {"b": "truth values", "i": "whole numbers", "u": "whole numbers", "f": "floating-point numbers"}


def use_causal_mask(student: Student, length: int) -> tuple[Any, str]:
    """Give the student's mask, and what it holds: attention would add a mask of ones and zeros to the scores."""
    mask = student.call("causal_mask", length)
    try:
        held = mask if isinstance(mask, np.ndarray) else np.array(mask)
        kind = KINDS.get(held.dtype.kind, "something else")
    except ValueError:
        kind = "something else"  # rows of different lengths
    return mask, kind


def _transposed(length):
    return np.triu(np.ones((length, length), dtype=bool))


def _reversed(length):
    return ~np.tri(length, dtype=bool)


def _hides_the_present(length):
    return np.tri(length, k=-1, dtype=bool)


def _numbers(length):
    return np.tri(length)


def _scores(length):
    return np.where(np.tri(length, dtype=bool), 0.0, -np.inf)


def _one_ahead(length):
    return np.tri(length, k=1, dtype=bool)


def _present_only(length):
    return np.eye(length, dtype=bool)


def _everything(length):
    return np.ones((length, length), dtype=bool)


EXERCISE = Exercise(
    name="causal_mask",
    points=1,
    solution=causal_mask,
    oracle=None,
    returns=(
        "mask",
        "kind",
    ),
    use=use_causal_mask,
    cases=(
        Case("a short sentence", lambda rng: {"length": int(rng.integers(3, 6))}),
        Case("a longer one", lambda rng: {"length": int(rng.integers(7, 12))}),
        Case("one word", lambda rng: {"length": 1}, note="it may look at itself", weight=0.5),
    ),
    mistakes=(
        Mistake(
            "transposed",
            body=_transposed,
            gives="when the mask is transposed: every word looks at what comes after it.",
            advice="Row i belongs to query i. Which columns may the first word look at?",
        ),
        Mistake(
            "reversed",
            body=_reversed,
            gives="when True means hidden.",
            advice="Here True means: may look. In torch.nn.MultiheadAttention it is the other way round.",
        ),
        Mistake(
            "hides-the-present",
            body=_hides_the_present,
            gives="when a word may not look at itself. The first one has nothing to look at then.",
            advice="Position i may look at 0, 1, ..., i. Is i among yours?",
        ),
        Mistake(
            "numbers",
            body=_numbers,
            gives="when the mask holds the numbers 1 and 0.",
            advice="A mask of numbers is added to the scores: 1 and 0 would hide nothing. Make it truth values.",
        ),
        Mistake(
            "scores",
            body=_scores,
            gives="when the mask holds 0 and -inf, to be added to the scores.",
            advice="Attention takes this kind, too, but here True and False are asked for.",
        ),
        Mistake(
            "one-ahead",
            body=_one_ahead,
            gives="when every word may look at the next one, too.",
            advice="The next word is the one to be guessed. Where does row i have to end?",
        ),
        Mistake(
            "present-only",
            body=_present_only,
            gives="when every word may look at itself only.",
            advice="What comes before position i may be looked at as well.",
        ),
        Mistake(
            "everything",
            body=_everything,
            gives="when nothing is hidden.",
            advice="Write down the mask for length 3 by hand: which of the nine are False?",
        ),
    ),
    hints=(
        "mask[i, j] says whether query i may look at key j. For which j is that so?",
        "It may where j <= i. Compare all pairs at once: np.arange(length) as a column with itself as a row.",
        "np.tri(length) has ones on the diagonal and below it. Its dtype argument makes them truth values.",
    ),
    explanation=(
        "Query i may look at keys 0 to i, so row i begins with i + 1 times True. `np.tri` fills the diagonal and "
        "what is below it."
    ),
)
