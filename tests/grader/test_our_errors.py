"""Where the course itself fails at judging one answer, that answer fails, says so, and costs no other a point."""

import json
import time
import tracemalloc
from dataclasses import replace

import nbformat
import numpy as np
import pytest

import course
from course.calling import plain_data
from course.calling.here import Here
from course.checking import prepared, runner
from course.checking.findings import Outcome
from course.checking.prepared import Prepared
from grader.cell_roles import METADATA_KEY
from grader.config import ROOT
from grader.grading import Session
from grader.made_up_class import worked_solutions
from grader.rebuild import rebuild
from grader.submission import read_submission

SEED = 20_261_128


@pytest.fixture(scope="module")
def session():
    with Session(SEED) as session:
        yield session


def read(kind, chapter):
    (path,) = (ROOT / kind / chapter).glob("*.ipynb")
    return nbformat.read(path, as_version=4)


def grade(session, chapter, changes):
    """Grade the solutions of a chapter with some answers changed."""
    release = read("notebooks", chapter)
    answers = {**worked_solutions(read("solutions", chapter)), **changes}
    notebook = json.loads(nbformat.writes(release))
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(grade_id, cell["source"])
    rebuilt = rebuild(release, read_submission(json.dumps(notebook).encode()))
    return rebuilt, session.grade(rebuilt)


@pytest.mark.parametrize("error", [MemoryError("no room"), RecursionError(), ValueError("{x}"), AssertionError()])
@pytest.mark.parametrize("where", ["compare", "diagnose"])
def test_an_error_of_ours_costs_the_other_exercises_nothing(session, monkeypatch, error, where):
    """Whatever goes wrong around one answer, in comparing, diagnosing or telling: the others keep their points."""
    home = {"compare": prepared, "diagnose": runner}[where]
    right = getattr(home, where)
    judged = []
    run_of = Prepared.attempt

    def attempt(self, work, index, seconds):
        judged.append(self.exercise.name)
        return run_of(self, work, index, seconds)

    def fails(*args, **kwargs):
        if judged[-1] == "linear":
            raise error
        return right(*args, **kwargs)

    monkeypatch.setattr(Prepared, "attempt", attempt)
    monkeypatch.setattr(home, where, fails)
    wrong = "def linear(input, weight, bias=None):\n    return np.zeros(3)\n"
    rebuilt, reports = grade(session, "01_linear", {"linear": wrong})
    report = reports.pop("linear")
    assert report.score == 0
    assert {name: other.score for name, other in reports.items()} == dict.fromkeys(reports, 1.0)
    assert type(error).__name__ in str(report)
    if where == "compare":
        assert report.outcome is Outcome.OUR_ERROR
        assert "This is an error in the course, not in your code" in str(report)
    (cell,) = [cell for cell in rebuilt.cells if cell.id == "check-linear"]
    assert cell.metadata[METADATA_KEY]["earned"] == 0
    assert cell.outputs[1].data["text/plain"] == "0.0"


def test_an_error_in_writing_a_report_costs_the_other_exercises_nothing(session, monkeypatch):
    """A report that can't be written is replaced by one that says so."""
    right = runner.Report.document.func

    def fails(self):
        if self.exercise == "linear" and self.outcome is not Outcome.OUR_ERROR:
            raise MemoryError
        return right(self)

    monkeypatch.setattr(runner.Report, "document", property(fails))
    _, reports = grade(session, "01_linear", {})
    assert reports.pop("linear").outcome is Outcome.OUR_ERROR
    assert {report.score for report in reports.values()} == {1.0}


# One answer of another kind than every exercise expects, which once ended the grading of its notebook.
ODD = {
    "an array": "np.arange(6.0).reshape(2, 3)",
    "an array of truth values": "np.array([True, False])",
    "a number out of every range": "10**400",
    "a very large number": "10**300000",
    "a negative one": "-(10**400)",
    "text": "'text'",
    "half a character": r"'\ud800'",
    "dots": "...",
    "a dict of arrays": "{'a': np.ones(2)}",
    "a nest of lists": "[[[[[]]]]]",
    "ragged lists": "[[1, 2], [3]]",
    "nothing": "None",
    "an object array": "np.array([None, 1])",
    "infinities": "np.full(3, np.inf)",
    "an int as large as an array": "1 << 200_000",
}
# As large as an answer may be, or larger.
LARGE = {
    "rows without bytes": "np.zeros((plain_data.AXIS, 0))",
    "as many bytes as are allowed": "np.zeros((plain_data.AXIS, plain_data.ELEMENTS // plain_data.AXIS), np.int8)",
    "a long axis at the end": "np.zeros((2, plain_data.AXIS))",
    "more rows than are allowed": "np.zeros((10**9, 0))",
    "axes without elements": "np.zeros((1,) * 31 + (0,))",
    "as many values as are allowed": "[0.0] * 30_000",
    "as many arrays as are allowed": "[np.zeros(500, np.int8)] * plain_data.ARRAYS",
    "lists in lists": "[[0.0] * 5] * 5000",
    "a long text": "'x' * plain_data.TEXT",
}
JUDGED = 2.0
"""Seconds within which the judge must be through with one case, on a busy machine; a billion rows took minutes."""


@pytest.mark.parametrize("name", sorted(course.exercises))
def test_no_odd_answer_is_an_error_of_ours(name):
    """Every exercise judges values of every kind: an odd one is the student's mistake, and named as such."""
    exercise = course.exercises[name]
    drawn = Prepared(exercise, SEED)
    for kind, source in ODD.items():
        value = eval(source, {"np": np})
        thing = value if exercise.kind == "value" else lambda *args, value=value, **kwargs: value
        report = runner.run(drawn, Here.of(thing, name, exercise.needs))
        assert report.score < 1, kind
        assert Outcome.OUR_ERROR not in {case.outcome for case in report.cases}, f"{kind}: {report}"
        assert "error in the course" not in str(report), kind


@pytest.mark.parametrize("name", sorted(course.exercises))
def test_no_large_answer_takes_the_judge_long(name):
    """Lengths are compared before anything goes through rows, and there are not so many that it would matter."""
    exercise = course.exercises[name]
    exercise = replace(exercise, cases=exercise.cases[:1])
    prepared = Prepared(exercise, SEED)
    for kind, source in LARGE.items():
        value = eval(source, {"np": np, "plain_data": plain_data})
        thing = value if exercise.kind == "value" else lambda *args, value=value, **kwargs: value
        start = time.process_time()
        report = runner.run(prepared, Here.of(thing, name, exercise.needs))
        assert time.process_time() - start < JUDGED, kind
        assert report.score < 1, kind
        assert report.cases[0].outcome is not Outcome.OUR_ERROR, f"{kind}: {report}"


def test_large_answers_to_all_cases_take_little_memory():
    """An answer that is far too large is kept in outline: all cases together take little more than one."""
    prepared = Prepared(course.exercises["linear"], SEED)
    shape = (8, plain_data.NBYTES // 64)
    work = Here.of(lambda *args: np.ones(shape), "linear")
    tracemalloc.start()
    try:
        report = runner.run(prepared, work)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert f"{shape}" in str(report)
    assert len(report.cases) >= 6
    assert peak < 3 * plain_data.NBYTES


def test_an_answer_may_be_twice_as_large_as_any_that_is_right():
    """So a wrong one that is somewhat too large is still compared."""
    for exercise in course.exercises.values():
        for expected in runner.prepared_to_check(exercise)[0].expected:
            array = np.asarray(expected) if isinstance(expected, np.ndarray) else np.zeros(0)
            assert 2 * array.size <= plain_data.ELEMENTS, exercise.name
            assert 2 * array.nbytes <= plain_data.NBYTES, exercise.name
