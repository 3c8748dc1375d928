"""Recognising a known mistake by its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from course.calling.endings import Attempt, Ending
from course.checking.compare import as_data, compare
from course.checking.spec import Misconception

EXPLAINABLE = frozenset({Ending.RETURNED, Ending.RAISED})


def diagnose(
    misconceptions: Sequence[Misconception],
    attempts: Sequence[Attempt],
    passed: Sequence[bool],
    variant_attempt: Callable[[Misconception, int], Attempt],
) -> Misconception | None:
    """Find the misconception that ends as the student's function did in every failing case.

    At least one failing case must agree by value: an exception alone could have many causes.
    Of several that explain the failures, the first wins that agrees with every passing case as well; if none does,
    the most common.

    Parameters
    ----------
    misconceptions
        The known mistakes, most common first.
    attempts, passed
        The student's calls, one a case, and whether each was right.
    variant_attempt
        Gives how a misconception ends in the case of an index.
    """
    failing = [i for i, ok in enumerate(passed) if not ok]
    if not failing or any(attempts[i].ending not in EXPLAINABLE for i in failing):
        return None
    explaining = []
    for misconception in misconceptions:
        # the first case that ends otherwise settles it: the others may be slow
        if not all(same(attempts[i], variant_attempt(misconception, i)) for i in failing):
            continue
        if not any(attempts[i].ending is Ending.RETURNED for i in failing):
            continue
        right = (i for i, ok in enumerate(passed) if ok)
        if all(same(attempts[i], variant_attempt(misconception, i)) for i in right):
            return misconception
        explaining.append(misconception)
    return explaining[0] if explaining else None


def same(attempt: Attempt, variant: Attempt) -> bool:
    """Tell whether two calls ended alike: equal values and changed arguments, or the same type of exception."""
    if attempt.ending is not variant.ending:
        return False
    if attempt.ending is Ending.RAISED:
        assert attempt.error
        assert variant.error
        return attempt.error.type_name == variant.error.type_name
    comparison = compare(attempt.value, as_data(variant.value))
    return comparison.right and attempt.changed == variant.changed
