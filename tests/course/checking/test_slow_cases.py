"""A case whose right answer is given, because it is slow to compute, is judged, and no known mistake is looked for in it."""

import numpy as np
import pytest

from course.calling.here import Here
from course.checking.prepared import Prepared
from course.checking.runner import run
from course.checking.spec import Case, Exercise, Mistake
from grader.closed_book.recorded import known


def mean(values):
    return values.sum() / len(values)


def use(student, values, look="mean"):
    given = student.call("mean", values)
    return given if look == "mean" else "small" if abs(given) < 1 else f"{given:.3g}"


MEAN = Exercise(
    name="mean",
    chapter="01_linear",
    points=1,
    solution=mean,
    oracle=None,
    use=use,
    cases=(
        Case("three values", lambda rng: {"values": rng.normal(size=3)}),
        Case("a thousand values", lambda rng: {"values": rng.normal(size=1000), "look": "size"}, answer="small"),
    ),
    mistakes=(Mistake("sum", edit=(" / len(values)", ""), gives="when nothing is divided.", advice="Divide."),),
)


@pytest.fixture
def prepared(monkeypatch):
    """Note in which cases a known mistake is computed."""
    found = Prepared(MEAN, 1)
    found.computed, variant_attempt = [], found.variant_attempt

    def noted(mistake, index):
        found.computed.append(index)
        return variant_attempt(mistake, index)

    monkeypatch.setattr(found, "variant_attempt", noted)
    return found


@pytest.mark.parametrize("large", [lambda values: f"{values.sum():.3g}", lambda values: 2.0])
def test_a_mistake_is_named_by_the_other_cases(prepared, large):
    """Also where the slow case ends otherwise than with the mistake, as it may in other words."""
    report = run(prepared, Here({"mean": lambda values: values.sum() if len(values) == 3 else large(values)}))
    assert report.misconceptions == ("mean.sum",)
    assert [case.passed for case in report.cases] == [False, False]
    assert set(prepared.computed) == {0}


def test_an_answer_that_fails_in_the_slow_case_alone_has_no_known_mistake(prepared):
    report = run(prepared, Here({"mean": lambda values: values.mean() if len(values) == 3 else values.sum()}))
    assert [case.passed for case in report.cases] == [True, False]
    assert (report.misconceptions, prepared.computed) == ((), [])


def test_a_closed_book_records_no_mistake_in_it():
    assert known(MEAN).attempts.keys() == {("mean.sum", 0)}


def test_a_right_answer_passes(prepared):
    assert run(prepared, Here({"mean": np.mean})).passed
