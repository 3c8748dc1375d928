"""The seeds from which the contracts draw cases: ten for every exercise, and two of them for each answer to it."""

import os

import pytest

FIRST = 0
"""The seed of the check in a notebook; every answer is tried with it."""
ALL = 10

_asked = os.environ.get("CONTRACT_SEEDS")
if _asked and int(_asked) < 1:
    raise pytest.UsageError("CONTRACT_SEEDS must be at least 1: without seeds the contracts would hold for nothing.")

SEEDS = range(int(_asked)) if _asked else range(ALL)
"""All seeds; the environment variable CONTRACT_SEEDS says how many, and then each answer is tried with all of them."""


def seeds_of(turn: int) -> tuple[int, ...]:
    """Give the seeds for one of an exercise's answers: the first and one other, which changes from answer to answer.

    A case that is weak for one seed is weak for many answers: an exercise's answers together are tried with all of them.
    """
    if _asked:
        return tuple(SEEDS)
    others = range(FIRST + 1, ALL)
    return FIRST, others[turn % len(others)]
