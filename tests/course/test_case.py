"""`case(name)`: the arrays of the case that a report is about, to work with."""

import numpy as np
import pytest

import course
from course import case, notebook


def linear(input, weight, bias=None):
    return input @ weight.T


@pytest.fixture(autouse=True)
def nothing_checked(monkeypatch):
    """Begin as a new session does."""
    monkeypatch.setattr(notebook, "_leading", {})


def test_the_leading_case_has_its_arguments_by_name_and_both_results(capsys):
    """What is given is the call that the report shows, what came back, and what should have."""
    with pytest.raises(course.CheckFailed) as failed:
        course.check(linear)
    leading = case("linear")
    assert leading.called == failed.value.report.lead.called
    assert list(leading.arguments) == ["input", "weight", "bias"]
    np.testing.assert_array_equal(linear(**leading.arguments), leading.yours)
    np.testing.assert_allclose(leading.yours + leading.arguments["bias"], leading.expected)
    capsys.readouterr()


def test_the_leading_case_is_the_reports_also_where_it_is_not_the_first():
    """Its numbers are listed in the report, and it is the same case."""
    report = course.assess(lambda x: x if x.ndim > 1 else 2 * x + 1, "warm_up")
    assert report.lead.numbers is not None
    assert case("warm_up").called == report.lead.called == "warm_up(x (3, 5))"


def test_the_arrays_are_copies():
    """Whatever is done to them, the next `case` gives the same."""
    course.assess(linear)
    before = case("linear").yours
    case("linear").arguments["input"][:] = 0
    case("linear").yours[:] = 0
    np.testing.assert_array_equal(linear(**case("linear").arguments), before)


def test_a_function_names_its_exercise_and_shows_the_call():
    """`case(linear)` is `case("linear")`; shown, it is the call and what can be asked of it."""
    course.assess(linear)
    assert repr(case(linear)) == (
        "linear(input (2, 3), weight (4, 3), bias (4,)), with .arguments, .yours and .expected"
    )


def test_before_a_check_there_is_a_plain_sentence():
    """Nothing was checked, or there is no such exercise: one line says the call to make."""
    with pytest.raises(
        notebook.NotChecked, match=r"^linear was not checked in this session: run check\(linear\) first"
    ):
        case("linear")
    with pytest.raises(
        notebook.NotChecked, match=r"There is no exercise 'conv2dd'\. Did you mean case\(\"conv2d\"\)\?"
    ):
        case("conv2dd")
    with pytest.raises(notebook.NotChecked) as told:
        case("linear")
    assert told.value._render_traceback_() == [f"NotChecked: {told.value}"]


def test_a_failing_report_says_that_the_arrays_are_there():
    """Where values can be followed, the report names the call; where there are none, it does not."""
    told = str(course.assess(linear))
    assert told.endswith('case("linear") has the arrays.')
    assert len(told.splitlines()) <= 12
    assert "has the arrays" not in str(course.assess(lambda x: x, "linear"))
    assert "has the arrays" not in str(course.assess(lambda input, weight, bias=None: course_stub(), "linear"))


def course_stub():
    raise NotImplementedError


def test_after_a_right_answer_the_first_case_is_given():
    """There is always something to look at."""
    course.assess(course.exercises["linear"].solution, "linear")
    leading = case("linear")
    np.testing.assert_allclose(leading.yours, leading.expected)


def test_an_answer_that_stopped_has_no_result():
    """Then the arguments are what helps."""

    def linear(input, weight, bias=None):
        return input @ weight

    assert "has the arrays" in str(course.assess(linear))
    assert case("linear").yours is None
    assert case("linear").arguments["weight"].shape == (4, 3)
