"""The mask that hides from each query what comes after it."""

from __future__ import annotations

import numpy as np

from course.chapters.attention.use import mask_and_kind
from course.checking.spec import Case, Exercise, Mistake


def causal_mask(length):
    """Say which keys each query may look at when it must not look ahead.

    returns (length, length), truth values: True where query i may look at key j

    >>> causal_mask(3)
    array([[ True, False, False],
           [ True,  True, False],
           [ True,  True,  True]])
    """
    position = np.arange(length)
    return position[:, np.newaxis] >= position


EXERCISE = Exercise(
    points=1,
    solution=causal_mask,
    oracle=None,
    returns=("mask", "kind"),
    use=mask_and_kind,
    cases=(
        Case("a short sentence", lambda rng: {"length": int(rng.integers(3, 6))}),
        Case("a longer one", lambda rng: {"length": int(rng.integers(7, 12))}),
        Case("one word", lambda rng: {"length": 1}, note="it may look at itself", weight=0.5),
    ),
    mistakes=(
        Mistake(
            "transposed",
            edit=(">=", "<="),
            gives="when the mask is transposed: every word looks at what comes after it.",
            advice="Row i belongs to query i. Which columns may the first word look at?",
        ),
        Mistake(
            "reversed",
            edit=(">=", "<"),
            gives="when True means hidden.",
            advice="Here True means: may look. In torch.nn.MultiheadAttention it is the other way round.",
        ),
        Mistake(
            "hides-the-present",
            edit=(">=", ">"),
            gives="when a word may not look at itself. The first one then has nothing to look at.",
            advice="Position i may look at 0, 1, ..., i. Is i among yours?",
        ),
        Mistake(
            "numbers",
            edit=("position[:, np.newaxis] >= position", "np.where(position[:, np.newaxis] >= position, 1.0, 0.0)"),
            gives="when the mask holds the numbers 1 and 0.",
            advice="A mask of numbers is added to the scores: 1 and 0 would hide nothing. Make it truth values.",
        ),
        Mistake(
            "scores",
            edit=("position[:, np.newaxis] >= position", "np.where(position[:, np.newaxis] >= position, 0.0, -np.inf)"),
            gives="when the mask holds 0 and -inf, to be added to the scores.",
            advice="Attention accepts this kind, too, but this exercise asks for True and False.",
        ),
        Mistake(
            "one-ahead",
            edit=(">= position", ">= position - 1"),
            gives="when every word may look at the next one, too.",
            advice="The next word is the one to be guessed. Where does row i have to end?",
        ),
        Mistake(
            "present-only",
            edit=(">=", "=="),
            gives="when every word may look at itself only.",
            advice="What comes before position i may be looked at as well.",
        ),
        Mistake(
            "everything",
            edit=("position[:, np.newaxis] >= position", "np.ones((length, length), dtype=bool)"),
            gives="when nothing is hidden.",
            advice="Write down the mask for length 3 by hand: which of the nine are False?",
        ),
    ),
    hints=(
        "mask[i, j] says whether query i may look at key j. For which j is it True?",
        "It may look where j <= i. Compare all pairs at once: np.arange(length) as a column with itself as a row.",
        "np.tri(length) has ones on the diagonal and below it. Its dtype argument makes them truth values.",
    ),
    explanation=(
        "Query i may look at keys 0 to i, so row i begins with i + 1 times True. A column of positions compared with a "
        "row of positions compares all pairs at once."
    ),
)
