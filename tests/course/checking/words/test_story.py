"""A whole report in words: verdict, credit, the known mistake, notes."""

from dataclasses import replace

import numpy as np

import course
from course.checking.document import Cases, Map, Role, State, Table
from course.checking.render import text_line
from tests.course.checking.kinds import reports


def say(function, name="linear"):
    return str(course.assess(function, name))


def right(input, weight, bias=None):
    return input @ weight.T + (0 if bias is None else bias)


def test_a_right_answer_is_told_in_one_line():
    """Cases, points, and how near it is."""
    assert say(right).startswith("linear: right. 6 of 6 cases, 4 points. Largest difference from PyTorch")
    assert course.assess(right, "linear").document.state is State.RIGHT


def test_a_known_mistake_is_named_once_and_first_advised():
    """A recognised mistake has its diagnosis and its advice."""
    told = say(lambda input, weight, bias=None: input @ weight.T)
    assert "This is exactly what you get when the bias is left out." in told
    assert told.splitlines()[-1].startswith("Next: The layer is y = x Wᵀ + b.")


def test_partial_credit_says_which_cases_are_right():
    """Points, and which cases are right and not yet, where no single mistake explains the failures."""
    report = course.assess(
        lambda input, weight, bias=None: input @ weight.T + (0 if bias is None else bias**2), "linear"
    )
    assert "linear: not yet, 1 of 6 cases, 0.73 of 4 points." in str(report)
    (line,) = report.document.of(Role.CASES)
    assert text_line(line).startswith("Right: no bias. Not yet: with bias; square weight; ")
    line, *_ = reports()["shapes clash in a product"].document.of(Role.FOLDED)
    assert [type(piece) for piece in line.pieces] == [Cases]


def test_each_line_knows_what_it_is_for():
    """A wrong answer is a document of lines in the order in which they are read."""
    document = course.assess(lambda x: np.where(np.abs(x) > 9, 0, 2 * x + 1), "warm_up").document
    assert [line.role for line in document.lines] == [
        Role.VERDICT,
        Role.CASES,
        Role.FOLDED,
        Role.CALL,
        Role.NUMBERS,
        Role.FACT,
        Role.FACT,
        Role.STEP,
    ]
    (first, _) = document.of(Role.FACT)
    assert [type(piece) for piece in first.pieces if isinstance(piece, Table | Map)] == [Table, Map]


def test_a_map_on_which_all_is_wrong_is_left_out():
    """It would show nothing."""
    fact, *_ = course.assess(lambda input, weight, bias=None: -right(input, weight, bias), "linear").document.of(
        Role.FACT
    )
    assert not any(isinstance(piece, Map) for piece in fact.pieces)


def test_what_stopped_an_answer_comes_before_its_numbers():
    """The line and the complaint explain more than what the result should have been."""
    roles = [line.role for line in reports()["shapes clash in a sum"].document.lines]
    assert roles.index(Role.FACT) < roles.index(Role.DETAIL) < roles.index(Role.NUMBERS)


def test_a_line_is_quoted_once_where_a_trap_and_one_change_agree_on_it():
    """The second sentence about it only counts."""
    told = str(reports()["changed arguments"])
    assert told.count("`x *= 2`") == 1
    assert "With one change there, all 3 cases are right." in told


def test_notes_come_before_the_next_step():
    """What was borrowed, what is missing, and what the grader adds: a report ends with what to do."""
    report = replace(reports()["wrong values"], notes=("Cases drawn from seed 5.",), borrowed=("conv1d",))
    assert [line.role for line in report.document.lines][-3:] == [Role.NOTE, Role.NOTE, Role.STEP]
    report = course.assess(right, "linear")
    told = str(replace(report, borrowed=("conv1d",), oracle_missing=True, notes=("Cases drawn from seed 5.",)))
    assert told.splitlines()[1:] == [
        "PyTorch is not installed here, so this was compared with the course's NumPy reference.",
        "Cases drawn from seed 5.",
        "`conv1d` is not defined here, so the course's own was used.",
    ]
