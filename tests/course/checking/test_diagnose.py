"""Recognising a known mistake: it must end as the student's answer did, wherever that failed."""

import numpy as np
import pytest

from course.calling.endings import Attempt, Ending, Raised
from course.checking.diagnose import diagnose, same
from course.checking.spec import Misconception, Mistake


def returned(value, **facts):
    return Attempt(Ending.RETURNED, value, **facts)


def raised(name):
    return Attempt(Ending.RAISED, error=Raised(name, "no"))


def known(slug):
    return Misconception("linear", None, Mistake(slug, body=0, gives="when ...", advice="Look."))


@pytest.mark.parametrize("value", [np.ones(3), 3.0, None, "text", (np.ones(2), None), {"a": 1}, [1, [2, 3]]])
def test_whatever_was_returned_agrees_with_itself_only(value):
    """Also what is no data at all."""
    assert same(returned(value), returned(value))
    assert not same(returned(np.zeros(7)), returned(value))
    assert not same(returned(value), raised("ValueError"))


def test_changed_arguments_and_exceptions_are_part_of_an_ending():
    """Equal values are not enough where one of the two changed an argument."""
    assert not same(returned(1.0, changed=("x",)), returned(1.0))
    assert same(raised("ValueError"), raised("ValueError"))
    assert not same(raised("ValueError"), raised("TypeError"))


def test_an_exception_alone_names_nothing():
    """It could have many causes; together with a value that agrees it does."""
    mistake = known("a")
    endings = [raised("ValueError"), returned(np.ones(2))]
    assert diagnose([mistake], endings[:1], [False], lambda m, i: endings[i]) is None
    assert diagnose([mistake], endings, [False, False], lambda m, i: endings[i]) is mistake


def test_a_mistake_that_agrees_with_the_passing_cases_is_preferred():
    """Of two that explain the failures, the one that contradicts nothing."""
    first, second = known("first"), known("second")
    attempts = [returned(1.0), returned(2.0)]
    endings = {("first", 0): 5.0, ("first", 1): 2.0, ("second", 0): 1.0, ("second", 1): 2.0}

    def ends(mistake, index):
        return returned(endings[mistake.mistake.slug, index])

    assert diagnose([first, second], attempts, [True, False], ends) is second
    assert diagnose([first], attempts, [True, False], ends) is first
