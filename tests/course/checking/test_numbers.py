"""The numbers of a small call: whatever it takes and gives, listing them fails no check."""

import numpy as np
import pytest

import course
from course.checking import runner
from course.checking.document import Cell, Document, Grid, Grids, Line, Role, State, Text
from course.checking.numbers import count, in_full
from course.checking.render import MAX_LINES, text

UNEVEN = [np.ones((2, 3)), np.ones(2)]


@pytest.mark.parametrize(
    "value", [UNEVEN, tuple(UNEVEN), {"weight": UNEVEN[0]}, None, "text", [], [[1], [2, 3]], object()]
)
def test_any_argument_and_any_result_may_be_there(value):
    """What is not an array is left out of the listing, and the rest is there."""
    numbers = in_full({"x": np.ones(2), "parameters": value}, value, np.ones(2))
    assert numbers.arguments[0].name == "x"
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


def test_a_list_of_arrays_is_shown_array_by_array():
    """Each has the list's name and its place; a tuple of sizes is in the call already."""
    numbers = in_full({"params": [np.ones((1, 3)), np.zeros(1)], "shape": (1, 3)}, np.ones(2), np.zeros(2))
    assert [(given.name, given.shape) for given in numbers.arguments] == [("params[0]", (1, 3)), ("params[1]", (1,))]


def test_a_list_of_numbers_is_shown_as_an_array_of_them():
    """Losses, one for each step, are a result like any other."""
    numbers = in_full({"x": np.ones(2)}, [1.0, 3.0], [1.0, 2.0])
    assert numbers.yours[0].wrong == (False, True)
    assert numbers.expected[0].values == (1.0, 2.0)


def _numbers(name, rows):
    return Line(Role.NUMBERS, (Grids((Grid(name, (tuple((Cell("1"),) for _ in range(rows)),)),)),))


def test_where_a_report_is_long_the_last_numbers_go_first():
    """The arguments and the first wrong result stay, where there is room for these alone."""
    lines = (_numbers("first", 7), _numbers("second", 2), Line(Role.STEP, (Text("Next: think."),)))
    told = text(Document(State.NOT_YET, lines)).splitlines()
    assert len(told) <= MAX_LINES
    assert told[0] == "first"
    assert "second" in told
    longer = (_numbers("first", 7), _numbers("second", 4), lines[-1])
    told = text(Document(State.NOT_YET, longer)).splitlines()
    assert told[0] == "first"
    assert "second" not in told
    assert told[-1] == "Next: think."


def test_lists_and_dicts_of_arrays_are_counted():
    """Arrays of different shapes in one list are not an array, and what they hold counts."""
    assert count({"params": [np.zeros((2, 3)), np.zeros(4)], "mode": "same", "p": (1, 2.0)}) == 12
    assert in_full({"params": [np.zeros((2, 3)), np.zeros(4)]}, 1.0, 2.0) is not None


def test_an_exercise_with_lists_of_arrays_is_judged():
    """Its leading case has no arrays to show, and a report all the same."""

    def sgd_step(params, grads, lr, momentum, velocity):
        velocity = [momentum * v + (1 - momentum) * g for v, g in zip(velocity, grads, strict=True)]
        return [p - lr * v for p, v in zip(params, velocity, strict=True)], velocity

    assert course.assess(sgd_step, "sgd_step").outcome != "our error"
