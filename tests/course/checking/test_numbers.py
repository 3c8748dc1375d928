"""The numbers of a small call: whatever it takes and gives, listing them fails no check."""

import numpy as np
import pytest

import course
from course.checking import runner
from course.checking.numbers import count, in_full

UNEVEN = [np.ones((2, 3)), np.ones(2)]


@pytest.mark.parametrize(
    "value", [UNEVEN, tuple(UNEVEN), {"weight": UNEVEN[0]}, None, "text", [], [[1], [2, 3]], object()]
)
def test_any_argument_and_any_result_may_be_there(value):
    """What is no array is left out of the listing, and the rest is there."""
    numbers = in_full({"x": np.ones(2), "parameters": value}, value, np.ones(2))
    assert [array.name for array in numbers.arguments] == ["x"]
    assert numbers.yours == ()
    several = in_full({"x": np.ones(2)}, value, (np.ones(2), np.ones(2), np.ones(2)))
    assert (several.yours, len(several.expected)) == ((), 3)


def test_numbers_are_counted_wherever_they_are():
    """In lists, tuples and dicts, too."""
    assert count([np.ones((2, 3)), (1, 2.0), {"a": [np.ones(2)]}, None, "abc"]) == 10


def test_a_failure_to_list_numbers_costs_no_points(monkeypatch):
    """What is right earns what it earns, and the report says that the error is ours."""

    def half(x):
        return 2 * x + 1 if x.size < 7 else x

    before = course.assess(half, "warm_up")
    monkeypatch.setattr(runner, "in_full", lambda *args: 1 / 0)
    report = course.assess(half, "warm_up")
    assert 0 < report.score == before.score < 1
    assert "Listing the numbers failed: ZeroDivisionError" in str(report)


@pytest.mark.parametrize("name", course.exercises)
def test_no_known_mistake_makes_the_course_fail(name):
    """In every exercise, a wrong answer is judged: no report says that the error is ours."""
    exercise = course.exercises[name]
    for known in exercise.misconceptions[:2]:
        assert "error in the course" not in str(course.assess(known.variant, name, seed=3))
