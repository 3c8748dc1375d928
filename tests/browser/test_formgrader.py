"""The instructor's button, in a real browser: the formgrader grades through the trust boundary."""

import shutil
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from playwright.sync_api import expect

import course
from grader.config import ROOT, course_config
from grader.made_up_class import hand_in, worked_solutions

pytestmark = pytest.mark.browser

CHAPTER, NOTEBOOK, STUDENT = "01_linear", "linear", "ada"
FILE = f"{CHAPTER}/{NOTEBOOK}.ipynb"
EXERCISES = {name: exercise for name, exercise in course.exercises.items() if exercise.chapter == CHAPTER}
MISTAKE = next(m for m in EXERCISES["linear"].misconceptions if m.id == "linear.no-bias")
TOLD = f"This is exactly what you get {MISTAKE.diagnosis}"

# The class's own place in the course's own configuration.
CONFIGURATION = """\
from pathlib import Path

from grader.config import course_config

c.merge(course_config(Path(__file__).resolve().parent.parent))
c.Exchange.root = {exchange!r}
"""

# If a page takes any of it for markup, the page is marked.
MARKUP = "<img src='/nowhere' onerror='window.marked = 1'><script>window.marked = 1</script>"
SHOWN = f"from IPython.display import HTML, display\nprint({MARKUP!r})\ndisplay(HTML({MARKUP!r}))"


@pytest.fixture
def classroom(tmp_path):
    """Make a class of one, without a gradebook yet. Her layer lacks the bias, and she hands in markup wherever she can."""
    root, exchange = tmp_path / "class", tmp_path / "exchange"
    for folder in ("solutions", "notebooks"):
        (root / folder / CHAPTER).mkdir(parents=True)
        shutil.copy(ROOT / folder / FILE, root / folder / FILE)
    solution, handed_in = (nbformat.read(root / folder / FILE, as_version=4) for folder in ("solutions", "notebooks"))
    handed_in.cells += [new_markdown_cell(MARKUP), new_code_cell(SHOWN)]
    answers = worked_solutions(solution) | {"linear": f"# {MARKUP}\n{MISTAKE.source}"}
    hand_in(handed_in, answers, root / "grader" / "submitted" / STUDENT / FILE)
    exchange.mkdir()
    exchange.chmod(0o777)  # the formgrader warns of any other
    (root / "grader" / "nbgrader_config.py").write_text(CONFIGURATION.format(exchange=str(exchange)))
    return root


@pytest.fixture
def formgrader(serve, classroom):
    """Start a Jupyter server in the class's `grader` folder, and give the formgrader's address."""
    extensions = {"nbgrader.server_extensions.formgrader": True, "jupyterlab": False, "notebook": False}
    command = [sys.executable, "-m", "jupyter_server", f"--ServerApp.root_dir={classroom}"]
    url = serve(command, classroom / "grader", {"ServerApp": {"jpserver_extensions": extensions}})
    return f"{url}/formgrader"


def press(page, row, button, done):
    """Press one of a row's icons, wait for the message that it is done, and put that away."""
    row.locator(f".{button} a").click()
    message = page.locator(".modal")
    expect(message).to_contain_text(done)
    message.get_by_role("button", name="OK").click()
    expect(message).to_have_count(0)


def scores(classroom):
    """Read the scores as the gradebook has them, by exercise."""
    with Gradebook(course_config(classroom).CourseDirectory.db_url) as gradebook:
        found = gradebook.find_submission_notebook(NOTEBOOK, CHAPTER, STUDENT)
        return {grade.name.removeprefix("check-"): grade.auto_score for grade in found.grades}


def test_the_autograde_button_grades_apart(formgrader, page, picture, classroom):
    """One press, in a class whose gradebook is new: the score in the page, the report for both, no student's markup."""
    page.goto(formgrader)
    page.get_by_role("row", name=CHAPTER).locator(".num-submissions a").click()
    row = page.get_by_role("row", name=STUDENT)
    expect(row).to_contain_text("needs autograding")
    press(page, row, "autograde", f"Successfully autograded '{CHAPTER}' for student '{STUDENT}'.")

    earned, full = scores(classroom), {name: exercise.points for name, exercise in EXERCISES.items()}
    assert 0 < earned["linear"] < full["linear"]
    assert earned == full | {"linear": earned["linear"]}
    expect(row.locator(".status")).to_have_text("graded")
    expect(row.locator(".score")).to_have_text(f"{round(sum(earned.values()), 2):g} / {sum(full.values()):g}")
    picture("formgrader-score")

    graded = nbformat.read(classroom / "grader" / "autograded" / STUDENT / FILE, as_version=4)
    check = next(cell for cell in graded.cells if cell.id == "check-linear")
    assert TOLD in check.outputs[0].data["text/plain"]

    press(page, row, "generate-feedback", f"Successfully generated feedback for '{CHAPTER}'")
    page.goto(f"{formgrader}/gradebook/{CHAPTER}/{NOTEBOOK}")
    page.get_by_role("link", name="Submission #1").click()
    look_at_the_report(page, picture, "formgrader-submission")
    page.goto((classroom / "grader" / "feedback" / STUDENT / FILE).with_suffix(".html").as_uri())
    look_at_the_report(page, picture, "feedback")


def look_at_the_report(page, picture, name):
    """See the report in a page, and the student's markup only as the text that it is."""
    report = page.get_by_text(TOLD)
    expect(report).to_be_visible()
    expect(page.get_by_text("<img src='/nowhere'").first).to_be_visible()
    expect(page.locator("img[src='/nowhere']")).to_have_count(0)
    assert page.evaluate("window.marked") is None
    report.scroll_into_view_if_needed()
    picture(name)
