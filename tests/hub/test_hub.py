"""A class on a JupyterHub: an instructor and two students through nbgrader's exchange, over HTTP, graded confined."""

import json
import subprocess
import sys

import nbformat
import pytest

from grader.config import ROOT
from grader.made_up_class import worked_solutions

pytestmark = [pytest.mark.whole, pytest.mark.hub]

CHAPTER, COURSE = "01_linear", "layers"
WRONG = "def linear(input, weight, bias=None):\n    return input @ weight\n"


def fill(path, answers):
    """Write answers into a fetched notebook, by the grade id of their cells."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        answer = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if answer is not None:
            cell.source = answer
    nbformat.write(notebook, path)


def test_class_through_the_exchange(hub):
    """Released, fetched, submitted, collected, graded apart, and the feedback is back: all by what a browser sends."""
    folder = hub.home("teacher") / "class"
    folder.parent.mkdir()
    command = [sys.executable, "-m", "grader", "init", str(folder), "--chapter", CHAPTER, "--name", COURSE]
    done = subprocess.run(command, env=hub.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    settings = folder / "class.toml"
    settings.write_text(
        settings.read_text().replace('# exchange = "/srv/nbgrader/exchange"', f'exchange = "{hub.exchange}"')
    )
    own = hub.home("teacher") / ".jupyter" / "nbgrader_config.py"
    own.parent.mkdir()
    own.write_text(f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\n")
    hub.log_in("teacher")
    hub.formgrader("teacher", f"assignment/{CHAPTER}/release")

    answers = worked_solutions(nbformat.read(ROOT / "solutions" / CHAPTER / "linear.ipynb", as_version=4))
    for student in ("ada", "ben"):
        hub.log_in(student)
        [listed] = hub.assignments(student, course_id=COURSE)
        assert listed["status"] == "released"
        hub.assignments(student, "fetch", course_id=COURSE, assignment_id=CHAPTER)
        [notebook] = (hub.home(student) / CHAPTER).glob("*.ipynb")
        fill(notebook, answers if student == "ada" else answers | {"linear": WRONG})
        hub.assignments(student, "submit", course_id=COURSE, assignment_id=CHAPTER)

    hub.formgrader("teacher", f"assignment/{CHAPTER}/collect")
    for student in ("ada", "ben"):
        hub.formgrader("teacher", f"submission/{CHAPTER}/{student}/autograde")
    found = {s: hub.ask(f"/user/teacher/formgrader/api/submission/{CHAPTER}/{s}") for s in ("ada", "ben")}
    assert found["ada"]["score"] == found["ada"]["max_score"] > 0
    assert 0 < found["ben"]["score"] < found["ada"]["score"]

    hub.formgrader("teacher", f"assignment/{CHAPTER}/generate_feedback")
    hub.formgrader("teacher", f"assignment/{CHAPTER}/release_feedback")
    hub.assignments("ben", "fetch_feedback", course_id=COURSE, assignment_id=CHAPTER)
    [page] = (hub.home("ben") / CHAPTER / "feedback").rglob("*.html")
    assert "linear" in page.read_text(encoding="utf-8")
    assert not json.dumps(found).count("unconfined")
