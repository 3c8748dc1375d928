"""How far an answer is right, in words."""

from dataclasses import replace

import numpy as np

import course
from course.checking.diagnosis import Reached
from course.checking.document import Code, Role

REACHED = Reached("the mean", "the variance", 3, "mean = x.mean()")


def told(reached):
    report = course.assess(lambda input, dim: np.sqrt(np.abs(input)), "softmax")
    return replace(report, trap=None, reached=reached)


def test_a_line_is_quoted_as_code():
    """The stage, the student's line, and what is missing; then where to continue."""
    report = told(REACHED)
    (line,) = (line for line in report.document.of(Role.DIAGNOSIS) if Code("mean = x.mean()") in line.pieces)
    assert line in report.document.lines
    text = str(report)
    assert "Right so far: the mean, from your line 3, `mean = x.mean()`. None of your lines gives the variance." in text
    assert "Next: Follow your code from there to the variance." in text
    assert ">mean = x.mean()</code>" in report._repr_html_()


def test_a_helper_is_named_and_a_long_line_is_cut():
    """A helper's lines are counted from its own first one."""
    text = str(told(replace(REACHED, function="centre", source="mean = " + "x + " * 30)))
    assert "Right so far: the mean, from line 3 of your `centre`, `mean = x + x" in text
    assert "…`." in text


def test_what_a_student_wrote_is_text():
    """Braces, backticks and markup in a line of code are shown as they are."""
    report = told(replace(REACHED, source="{0} `<b>`"))
    assert "{0} `<b>`" in str(report)
    assert "<b>" not in report._repr_html_()


def test_without_stages_nothing_is_said():
    """Most reports have none."""
    assert "Right so far" not in str(told(None))
