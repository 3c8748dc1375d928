"""The numbers of a small call: which of its arguments and results are shown."""

import numpy as np

from course.checking.document import Cell, Document, Grid, Grids, Line, Role, State, Text
from course.checking.numbers import in_full
from course.checking.render import MAX_LINES, text


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
