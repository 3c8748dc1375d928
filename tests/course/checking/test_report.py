"""A report as others use it: plain data, attributes, and two ways to be shown."""

import json

import numpy as np
import pytest

import course
from course.checking.findings import NotCallable, UnknownExercise
from course.checking.result import Asked
from course.checking.runner import refuse


def plain(report):
    """Give a report's facts after a journey through strict JSON."""
    return json.loads(json.dumps(report.to_dict(), allow_nan=False))


def test_a_report_is_plain_data():
    """A report can be stored as JSON, NaN and all, with exact numbers."""
    report = course.assess(lambda input, weight, bias=None: (input @ weight.T) * np.nan, "linear", seed=7)
    facts = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert (facts["exercise"], facts["passed"], facts["seed"]) == ("linear", False, 7)
    assert facts["cases"][0]["finding"]["comparison"]["units"][0]["value"] == "nan"


def test_plain_data_says_what_was_named_and_where():
    """One name, both as the first and in the list; no line is known yet."""
    facts = plain(course.assess(lambda input, weight, bias=None: input @ weight.T, "linear"))
    assert (facts["misconception"], facts["misconceptions"]) == ("linear.no-bias", ["linear.no-bias"])
    assert facts["line"] is None
    assert facts["named"][0]["diagnosis"]
    facts = plain(course.assess(lambda input, weight, bias=None: input, "linear"))
    assert (facts["misconception"], facts["misconceptions"]) == (None, [])


def two_mistakes(input, weight, bias=None):
    return input @ weight


def wrong_line(x):
    return 2 / x + 1


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("linear", course.exercises["linear"].solution),
        ("linear", two_mistakes),
        ("warm_up", wrong_line),
        ("warm_up", None),
    ],
)
def test_the_documented_fields_are_those_of_the_report(name, answer):
    """Plain data and attributes agree, field by field; the line is one of the student's, or None."""
    report = course.assess(answer, name)
    facts = plain(report)
    documented = {
        "passed": report.passed,
        "score": report.score,
        "misconceptions": list(report.misconceptions),
        "misconception": report.misconception,
        "line": report.line,
    }
    assert {key: facts[key] for key in documented} == documented
    assert facts["misconception"] == next(iter(facts["misconceptions"]), None)
    assert 0 <= facts["score"] <= 1
    assert (facts["score"] == 1) == facts["passed"] == (answer is course.exercises["linear"].solution)
    assert (facts["line"] == 2) == (answer is wrong_line)
    assert (len(facts["misconceptions"]) > 0) == (answer is two_mistakes)
    assert facts["located"] is None or facts["located"]["lines"][0] == facts["line"]


def test_plain_data_has_each_result_of_each_case():
    """If one of three gradients is wrong, that one alone is."""
    reference = course.exercises["linear_backward"].reference

    def mean_instead_of_sum(*args):
        grad_input, grad_weight, grad_bias = reference(*args)
        return grad_input, grad_weight / len(grad_input), grad_bias

    (first, *_) = plain(course.assess(mean_instead_of_sum, "linear_backward"))["cases"]
    outcomes = {unit["name"]: unit["outcome"] for unit in first["finding"]["comparison"]["units"]}
    assert outcomes == {"grad_input": "right", "grad_weight": "wrong values", "grad_bias": "right"}


@pytest.mark.parametrize(
    "answer",
    [None, 3, lambda x: x * 1j, lambda x: "no", lambda x: 1 / 0, lambda x: (x, x), lambda x, y: x, lambda x: x[:0]],
)
def test_every_report_is_plain_data_text_and_html(answer):
    """Whatever was handed in."""
    report = course.assess(answer, "warm_up")
    facts = plain(report)
    assert (facts["passed"], facts["text"], facts["outcome"]) == (False, str(report), str(report.outcome))
    assert report._repr_html_().startswith("<div")
    assert str(report).splitlines()[0] == report.verdict


@pytest.mark.parametrize("finding", [NotCallable("int"), UnknownExercise("linear"), UnknownExercise("")])
def test_a_refusal_is_a_report_like_any_other(finding):
    """No case was run, nothing is earned, and there is a next step."""
    report = refuse(Asked("liner"), finding)
    assert (report.passed, report.score, report.misconceptions) == (False, 0, ())
    assert "Next:" in str(report)
    assert plain(report)["exercise"] == "liner"
