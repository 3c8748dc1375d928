"""Hostile submissions through the real boundary: none earns a point, none costs another exercise one."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

import course
from course.checking.prepared import Prepared
from grader.cell_roles import METADATA_KEY, nbgrader_metadata
from grader.config import ROOT
from grader.grading import Session
from grader.made_up_class import worked_solutions
from grader.rebuild import rebuild
from grader.submission import read_submission

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("hostile")]

CHAPTER = "01_linear"
SEED = 20_261_122


def _load_hostile():
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).with_name("hostile.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.HOSTILE


HOSTILE = _load_hostile()
EXERCISES = [name for name, exercise in course.exercises.items() if exercise.chapter == CHAPTER]
REST = [name for name in EXERCISES if name != "linear"]


@pytest.fixture(scope="module")
def session():
    # a search for the line that is wrong harms as much, or as little, in a tenth of a second
    with Session(SEED, locating=0.1) as session:
        assert session.nursery.sandboxed
        # an endless loop is as endless after one second as after five
        session._prepared["linear"] = Prepared(replace(course.exercises["linear"], seconds=1.0), SEED)
        yield session


@pytest.fixture(scope="module")
def release():
    return nbformat.read(ROOT / "notebooks" / CHAPTER / "linear.ipynb", as_version=4)


@pytest.fixture(scope="module")
def solved():
    return worked_solutions(nbformat.read(ROOT / "solutions" / CHAPTER / "linear.ipynb", as_version=4))


def grade(session, release, answers):
    notebook = json.loads(nbformat.writes(release))
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell["source"] = answers[grade_id]
    rebuilt = rebuild(release, read_submission(json.dumps(notebook).encode()))
    return rebuilt, session.grade(rebuilt)


def test_a_solved_notebook_earns_everything(session, release, solved):
    """The solutions of the course earn full marks through the boundary."""
    _, reports = grade(session, release, solved)
    assert {name: report.score for name, report in reports.items()} == dict.fromkeys(EXERCISES, 1.0)


def test_there_are_many_hostile_submissions():
    """The list below is the test; it must not shrink unseen."""
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostility_earns_nothing_and_costs_nothing(session, release, solved, kind):
    """Whatever the cell for `linear` does: 0 there, full marks elsewhere, an explicit number, no markup."""
    rebuilt, reports = grade(session, release, {**solved, "linear": HOSTILE[kind]})
    assert reports["linear"].score == 0, str(reports["linear"])
    assert not any(line.startswith("linear: right") for line in str(reports["linear"]).splitlines())
    assert [str(reports[name]) for name in REST if reports[name].score < 1] == []
    for cell in rebuilt.cells:
        if nbgrader_metadata(cell).get("grade"):
            results = [output for output in cell.outputs if output.output_type == "execute_result"]
            assert [result.data["text/plain"] for result in results] == [repr(reports[cell.id[6:]].earned)]
        for output in cell.get("outputs", []):
            page = output.get("data", {}).get("text/html", "")
            assert "<script" not in page
            assert "<img" not in page
            if not nbgrader_metadata(cell).get("grade"):
                assert set(output.get("data", {})) <= {"text/plain", "image/png"}
    nbformat.validate(rebuilt)


def test_answers_learnt_from_one_run_are_worth_nothing_in_the_next(release, solved):
    """Cases are drawn again for every run, so answers to the last run's cases are worth nothing."""
    with Session(1) as first:
        seen = [value.tolist() for value in first.prepared("linear").expected]
    hard_coded = f"answers = iter({seen!r})\ndef linear(*args):\n    return np.array(next(answers))\n"
    with Session(1) as same, Session() as fresh:
        _, again = grade(same, release, {**solved, "linear": hard_coded})
        _, reports = grade(fresh, release, {**solved, "linear": hard_coded})
    assert again["linear"].score > 0  # it is not the form of the answer that is refused
    assert reports["linear"].score == 0


def test_formulas_in_a_message_are_not_typeset(session, release, solved):
    """A message in LaTeX can't paint its own score into the feedback page."""
    painted = "def linear(*args):\n    raise ValueError(r'$\\Huge 4/4$')\n"
    rebuilt, _ = grade(session, release, {**solved, "linear": painted})
    (cell,) = [cell for cell in rebuilt.cells if cell.id == "check-linear"]
    assert "Huge 4/4" in cell.outputs[0].data["text/html"]
    assert cell.outputs[0].data["text/html"].startswith('<div class="tex2jax_ignore mathjax_ignore">')


def test_prints_and_pictures_come_back(session, release, solved):
    """What a student shows comes back as text and PNG; markup and scripts do not."""
    extra = (
        "\nprint('hello <b>there</b>')\nplt.plot([1, 2])\nplt.show()\n"
        "from IPython.display import HTML, display\ndisplay(HTML('<script>alert(1)</script>'))\n'last'\n"
    )
    rebuilt, reports = grade(session, release, {**solved, "linear": solved["linear"] + extra})
    assert reports["linear"].passed
    (cell,) = [cell for cell in rebuilt.cells if cell.id == "linear"]
    assert "hello <b>there</b>" in cell.outputs[0].text
    kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
    assert kinds == {"image/png", "text/plain"}


def test_a_cell_that_stopped_is_told_where_its_function_is_missed(session, release, solved):
    """Who imports torch in an answer loses the function, and the report says why."""
    _, reports = grade(session, release, {**solved, "linear": "import torch\n" + solved["linear"]})
    assert reports["linear"].outcome == "not defined"
    assert "The cell of this function stopped at `import torch`, which is not available" in str(reports["linear"])


def test_the_record_of_a_run_stands_in_the_notebook(session, release, solved):
    """Seed and confinement are recorded, and the report names the seed."""
    rebuilt, reports = grade(session, release, solved)
    assert rebuilt.metadata[METADATA_KEY]["seed"] == SEED
    assert rebuilt.metadata[METADATA_KEY]["sandboxed"] is True
    assert f"seed {SEED}" in str(reports["linear"])
