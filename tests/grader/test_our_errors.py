"""Where the course itself fails at judging one answer, that answer fails, says so, and costs no other a point."""

import json
import os
import signal

import nbformat
import pytest

from course.checking import prepared, runner
from course.checking.findings import Outcome
from course.checking.prepared import Prepared
from grader.boundary.trusted.judge import Worker
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


@pytest.mark.whole
def test_processes_that_somebody_else_ends_cost_no_point(session, monkeypatch):
    """Such as a system that is short of memory: it is not the student's doing, and all is judged again."""
    asked = []

    def do(self, operation, *about):
        asked.append(operation)
        if len(asked) == 1:
            os.kill(session.nursery.pid, signal.SIGKILL)
            session.nursery._source.process.wait()
        return right(self, operation, *about)

    right = Worker._do
    monkeypatch.setattr(Worker, "_do", do)
    monkeypatch.setattr(Worker, "expect", lambda *_: None)  # each call is asked for by itself
    rebuilt, reports = grade(session, "01_linear", {})
    assert [name for name, report in reports.items() if not report.passed] == []
    assert "left out" not in json.dumps(rebuilt)
