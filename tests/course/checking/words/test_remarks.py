"""What does not count is reported after the verdict, and costs nothing."""

import numpy as np
import pytest

import course
from course.checking.findings import Outcome
from course.checking.runner import assess
from course.checking.spec import Case, Exercise


def linear(input, weight, bias=None):
    if len(input) == 0:
        raise ValueError("at least one row")
    output = input @ weight.T
    return output if bias is None else output + bias


def test_an_empty_batch_that_raises_is_a_remark():
    """The answer earns all of its points, and the report says what PyTorch also accepts."""
    report = course.assess(linear)
    assert (report.passed, report.score, report.earned) == (True, 1.0, 4)
    assert str(report).splitlines()[0].startswith("linear: right. 6 of 6 cases, 4 points.")
    assert (
        "Remark: PyTorch also accepts an empty batch (0, 3); yours raises ValueError at line 3. This doesn't count."
        in str(report)
    )


def test_an_empty_batch_of_another_shape_is_a_remark():
    """Both shapes are given."""
    report = course.assess(lambda *args: np.zeros((0, 7)) if len(args[0]) == 0 else linear(*args), "linear")
    assert report.passed
    assert "yours has the shape (0, 7), but should have (0, 2). This doesn't count." in str(report)


def test_a_remark_is_no_part_of_the_credit():
    """A partly right answer earns the same whatever it does with an empty batch; no remark is made yet."""

    def without_bias(input, weight, bias=None):
        return input @ weight.T

    def without_bias_or_batch(input, weight, bias=None):
        assert len(input)
        return input @ weight.T

    scores = [course.assess(function, "linear").score for function in (without_bias, without_bias_or_batch)]
    assert scores[0] == scores[1] > 0
    assert "Remark" not in str(course.assess(without_bias_or_batch, "linear"))
    assert course.assess(without_bias_or_batch, "linear").misconception == "linear.no-bias"


SCALED = Exercise(
    name="scaled",
    points=2,
    solution=lambda x, factor=1.0, shift=0.0: factor * x + shift,
    oracle=None,
    cases=(
        Case("alone", lambda rng: {"x": rng.normal(size=3)}),
        Case("a factor", lambda rng: {"x": rng.normal(size=3), "factor": 2.0}),
        Case("shifted", lambda rng: {"x": rng.normal(size=4), "shift": 0.5}, optional="shift"),
        Case("both", lambda rng: {"x": rng.normal(size=5), "factor": 2.0, "shift": 0.5}, optional="shift"),
    ),
)
"""An exercise with an argument that an answer may do without."""


def test_a_case_with_an_optional_argument_is_a_remark_for_an_answer_without_it():
    """Whether the case passes it by name or in its place; told once, and nothing is lost."""
    report = assess(SCALED, lambda x, factor=1.0: factor * x)
    assert (report.passed, report.score) == (True, 1.0)
    assert [case.remark for case in report.cases] == [False, False, True, True]
    assert str(report).count("Remark: your function does not take `shift`. This doesn't count.") == 1


def test_an_answer_that_takes_an_optional_argument_must_use_it():
    """The stub has this argument, so an answer with the same signature has to use it."""
    report = assess(SCALED, lambda x, factor=1.0, shift=0.0: factor * x)
    assert (report.passed, report.score) == (False, 0.5)
    assert [case.passed for case in report.counted] == [True, True, False, False]


def test_another_wrong_signature_is_told_as_before():
    """What all answers must take is not a remark where it is missing, and no remark is made about what is wrong."""
    report = assess(SCALED, lambda x: x)
    assert [case.passed for case in report.counted] == [True, False]
    assert report.outcome is Outcome.WRONG_SIGNATURE
    assert "Remark" not in str(report)


def test_a_right_answer_has_no_remark():
    """What is right everywhere is reported as before."""
    assert "Remark" not in str(course.assess(course.exercises["linear"].solution, "linear"))


ASKED_FOR = {("attend_with_cache", "an empty cache")}
"""Cases with an empty array that their lesson asks for: a text begins with an empty cache, and the result has values."""


def test_every_case_without_values_is_a_remark():
    """No lesson asks for an empty batch."""
    found, told = set(), set()
    for exercise in course.exercises.values():
        for case in exercise.cases:
            drawn = case.draw(np.random.default_rng(0))
            if any(isinstance(value, np.ndarray) and value.size == 0 for value in drawn.values()):
                found.add((exercise.name, case.name))
            if case.remark:
                told.add((exercise.name, case.name))
    assert found - ASKED_FOR == told


@pytest.mark.parametrize(("dtype", "told"), [(np.float16, True), (np.float32, False), (float, False), (int, False)])
def test_a_right_result_of_a_narrow_type_is_a_remark(dtype, told):
    """It earns everything: where few digits are enough, they are right."""
    report = course.assess(lambda input, num_classes: np.eye(num_classes, dtype=dtype)[input], "one_hot")
    assert (report.passed, report.score) == (True, 1.0)
    remark = "Remark: your result is float16, which has only 3 digits; here they are enough. This doesn't count."
    assert (remark in str(report)) is told
