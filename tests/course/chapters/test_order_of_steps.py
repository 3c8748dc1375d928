"""Exercises that are written in steps: which case leads where two steps are missing, and which cases come first."""

from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest

import course
from course.checking.pairs import Pair
from tests.course.chapters.remembered import assess


def _pairs():
    for exercise in course.exercises.values():
        steps = [known for known in exercise.misconceptions if known.mistake.unwritten]
        for one, other in combinations(steps, 2):
            if any(pair.variant is not None for pair in (Pair(one, other), Pair(other, one))):
                yield exercise.name, one.mistake.slug, other.mistake.slug


PAIRS = list(_pairs())


def _known(exercise, slug):
    return next(one for one in course.exercises[exercise].misconceptions if one.mistake.slug == slug)


@cache
def failing(exercise, slug):
    """Name the cases that need a step."""
    report = assess(_known(exercise, slug).variant, exercise)
    return {case.name for case in report.counted if not case.passed}


def test_there_are_such_exercises():
    """Otherwise what follows tests nothing."""
    assert len(PAIRS) > 30


@pytest.mark.whole
@pytest.mark.parametrize(("exercise", "one", "other"), PAIRS)
def test_a_case_that_needs_one_missing_step_is_told_before_those_that_need_two(exercise, one, other):
    """Whoever writes one step after the other is not led to the last of them first."""
    first, second = _known(exercise, one), _known(exercise, other)
    half = next(pair.variant for pair in (Pair(first, second), Pair(second, first)) if pair.variant is not None)
    report = assess(half, exercise)
    needs = {case.name: (case.name in failing(exercise, one)) + (case.name in failing(exercise, other))
             for case in report.counted if not case.passed and case.weight == 1}  # fmt: skip
    assert report.lead
    named = {f"{exercise}.{one}", f"{exercise}.{other}"} == set(report.misconceptions)
    if named and 1 in needs.values():
        assert needs.get(report.lead.name) == 1


@pytest.mark.parametrize("name", [name for name, one in course.exercises.items() if one.kind == "function"])
def test_a_case_whose_sizes_are_all_equal_does_not_lead_where_another_can(name):
    """Height and width, rows and columns: only unequal sizes tell one from the other. The first case has few numbers."""
    report = assess(lambda *args, **kwargs: None, name)
    assert not report.cases[0].alike
    for i in range(len(report.cases)):
        rest = replace(report, cases=report.cases[i:])
        ordinary = [case for case in rest.counted if case.weight == 1 and not case.empty]
        if any(not case.alike for case in ordinary):
            assert rest.lead
            assert not rest.lead.alike


def test_what_sets_all_sizes_alike_apart():
    """It is a case of square images. In a single row nothing could be confused."""
    report = assess(lambda *args, **kwargs: None, "batch_norm")
    assert [case.name for case in report.cases if case.alike] == ["all sizes equal"]
