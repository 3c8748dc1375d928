"""A report is made once for all answers that do the same; what it says about their code is separate for each."""

import numpy as np
import pytest

import course
from course.calling.here import Here
from course.checking import runner
from course.checking.prepared import Prepared

SEED = 7
NAMES = ["linear", "linear_macs", "repair_linear", "linear_backward"]


@pytest.fixture
def searches(monkeypatch):
    """Note for which exercises a known mistake is looked for."""
    asked, diagnose = [], runner.diagnose
    monkeypatch.setattr(runner, "diagnose", lambda known, *rest: asked.append(known) or diagnose(known, *rest))
    return asked


def report_on(source, prepared):
    exercise, names = prepared.exercise, {"np": np}
    exec(source, names)
    work = Here.of(names[exercise.name], exercise.name, exercise.needs)
    return runner.run(prepared, work, source=source)


@pytest.mark.parametrize("name", NAMES)
def test_a_remembered_report_is_the_one_that_would_be_made(name, searches):
    exercise = course.exercises[name]
    prepared, other = Prepared(exercise, SEED), Prepared(exercise, SEED)
    for known in exercise.misconceptions:
        first = report_on(known.source, prepared)
        before = len(searches)
        again = report_on(f"# in other words\n{known.source}", prepared)
        assert len(searches) == before, f"{known.id} was looked for once more"
        fresh = report_on(f"# in other words\n{known.source}", other)
        assert first.misconceptions == again.misconceptions == fresh.misconceptions == (known.id,)
        assert (again.html, again.text, again.recorded) == (fresh.html, fresh.text, fresh.recorded)


def test_what_a_report_says_of_the_code_is_not_another_answers():
    """Two answers give what was handed out, and only one of them is what was handed out."""
    exercise = course.exercises["repair_linear"]
    prepared, given = Prepared(exercise, SEED), exercise.misconceptions[0].source
    changed = given.replace("return output", "result = output").rstrip() + "\n    return result\n"
    for source, unchanged in ((given, True), (changed, False), (given, True)):
        report = report_on(source, prepared)
        assert report.misconception == exercise.misconceptions[0].id
        assert ("your changes leave its results as they were" not in report.text) == unchanged


def test_an_answer_without_a_name_is_judged_by_its_own_calls(searches):
    """Whether its line can be looked for depends on how long its own calls take."""
    prepared = Prepared(course.exercises["linear"], SEED)
    wrong = "def linear(input, weight, bias=None):\n    return 2 * (input @ weight.T) + 1\n"
    first, again = report_on(wrong, prepared), report_on(wrong, prepared)
    assert first.named == again.named == ()
    assert len(searches) == 2


def test_an_untouched_stub_is_told_once(searches):
    prepared = Prepared(course.exercises["linear"], SEED)
    stub = "def linear(input, weight, bias=None):\n    raise NotImplementedError\n"
    first, again = report_on(stub, prepared), report_on(f"{stub}# not yet\n", prepared)
    assert first is again
    assert len(searches) == 1
