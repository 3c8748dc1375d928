"""What a class's autograded notebooks tell."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grader.cell_roles import METADATA_KEY
from grader.insights import Result, insights, read_results, sentences


def result(student, exercise, passed=False, misconception=None):
    return Result(student, exercise, float(passed), float(passed), passed, "wrong values", misconception)


def test_results_are_read_from_the_check_cells(tmp_path):
    """Only our own marks in check cells count; cells without them are passed over."""
    check, other = new_code_cell("check(linear)"), new_code_cell("x")
    check.metadata["nbgrader"] = {"grade_id": "check-linear"}
    facts = {"earned": 1.5, "score": 0.5, "passed": False, "outcome": "raised", "misconception": None}
    check.metadata[METADATA_KEY] = {"role": "check", **facts}
    path = tmp_path / "mia" / "01_linear" / "linear.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[other, check]), path)
    assert read_results(tmp_path, "01_linear") == [Result("mia", "linear", 1.5, 0.5, False, "raised", None)]
    assert read_results(tmp_path, "02_embedding") == []


def test_a_class_is_summed_up_exercise_by_exercise():
    """Passes and mistakes are counted, the most common mistake first."""
    found = insights([
        result("a", "linear", misconception="linear.no-bias"),
        result("b", "linear", misconception="linear.transposed-weight"),
        result("c", "linear", misconception="linear.transposed-weight"),
        result("d", "linear", passed=True),
        result("a", "macs", passed=True),
    ])  # fmt: skip
    assert [(one.exercise, one.students, one.passed) for one in found] == [("linear", 4, 1), ("macs", 1, 1)]
    assert found[0].mistakes == (("linear.transposed-weight", 2), ("linear.no-bias", 1))
    assert sentences(found) == (
        "Hardest: linear, right for 1 of 4 students.",
        "Most common mistake: linear.transposed-weight, 2 of 4 students.",
    )


@pytest.mark.parametrize(
    ("results", "second"),
    [
        ([], "No mistake was recognised."),
        ([result("a", "linear", passed=True)], "No known mistake was recognised."),
        (
            [result(str(i), "linear", misconception=f"linear.m{i}") for i in range(5)],
            "5 known mistakes were recognised, none of them in more than 1 of 5.",
        ),
    ],
)
def test_there_is_always_a_second_sentence(results, second):
    """With no mistakes, and with many different ones, the second line still says what there is."""
    assert sentences(insights(results))[1] == second


def test_what_was_left_as_handed_out_is_counted_but_is_not_the_most_common_mistake():
    """A repair that a student has not begun says nothing of what they understood."""
    found = insights(
        [result(str(i), "repair_linear", misconception="repair_linear.as-given") for i in range(3)]
        + [result("3", "repair_linear", misconception="repair_linear.no-bias")]
    )
    assert found[0].mistakes[0] == ("repair_linear.as-given", 3)
    assert sentences(found)[1] == "Most common mistake: repair_linear.no-bias, 1 of 4 students."
