"""An instructor's button, in a real browser: the formgrader grades through the trust boundary."""

import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from playwright.sync_api import expect

import course
from grader.classroom import as_answer, hand_in, worked_solutions
from grader.config import ROOT, course_config

pytestmark = pytest.mark.browser

CHAPTER, NOTEBOOK = "01_linear", "linear"
FILE = f"{CHAPTER}/{NOTEBOOK}.ipynb"
STUDENT = "ada"
CONFIGURATION = """\
from pathlib import Path

from grader.config import course_config

c.merge(course_config(Path(__file__).resolve().parent.parent))
c.Exchange.root = {exchange!r}
"""
# Whatever of this reaches a page as markup says so there.
MARKUP = "<img src='/nowhere' onerror='window.markup_ran = true'><script>window.markup_ran = true</script>"


@pytest.fixture
def classroom(tmp_path):
    """A class of one: she has all but the bias, and hands in markup wherever a student can."""
    root, exchange = tmp_path / "class", tmp_path / "exchange"
    for folder in ("solutions", "notebooks"):
        (root / folder / CHAPTER).mkdir(parents=True)
        shutil.copy(ROOT / folder / FILE, root / folder / FILE)
    exchange.mkdir()
    exchange.chmod(0o777)  # the formgrader warns of any other
    release, solution = (nbformat.read(root / folder / FILE, as_version=4) for folder in ("notebooks", "solutions"))
    mistake = next(m for m in course.exercises["linear"].misconceptions if m.id == "linear.no-bias")
    answers = worked_solutions(solution) | {"linear": f"# {MARKUP}\n{as_answer(mistake.variant, 'linear')}"}
    release.cells.append(new_markdown_cell(MARKUP))
    release.cells.append(new_code_cell(f"from IPython.display import HTML, display\nprint({MARKUP!r})\ndisplay(HTML({MARKUP!r}))"))
    hand_in(release, answers, root / "grader" / "submitted" / STUDENT / FILE)
    (root / "grader" / "nbgrader_config.py").write_text(CONFIGURATION.format(exchange=str(exchange)))
    return root


@pytest.fixture
def formgrader(serve, classroom):
    """Start a Jupyter server in the class's `grader` folder; give the formgrader's address."""
    extensions = {"nbgrader.server_extensions.formgrader": True, "jupyterlab": False, "notebook": False}
    command = [sys.executable, "-m", "jupyter_server", f"--ServerApp.root_dir={classroom}"]
    url = serve(command, classroom / "grader", {"ServerApp": {"jpserver_extensions": extensions}})
    return f"{url}/formgrader"


def test_the_autograde_button_grades_apart(formgrader, page, picture, classroom):
    """One press grades a submission of a class whose gradebook is new: score in the page, report in the notebook."""
    page.goto(formgrader)
    row = page.get_by_role("row", name=CHAPTER)
    expect(row).to_be_visible()
    picture("formgrader-assignments")
    row.locator(".num-submissions a").click()
    row = page.get_by_role("row", name=STUDENT)
    expect(row).to_contain_text("needs autograding")
    row.locator(".autograde a").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Successfully autograded '{CHAPTER}' for student '{STUDENT}'.")
    dialog.get_by_role("button", name="OK").click()
    expect(dialog).to_be_hidden()
    expect(row).to_contain_text("graded")
    expect(row.locator(".score")).to_have_text(re.compile(r"/ 10"))
    picture("formgrader-score")
    print(row.inner_text())


    with Gradebook(course_config(classroom).CourseDirectory.db_url) as gradebook:
        found = gradebook.find_submission_notebook(NOTEBOOK, CHAPTER, STUDENT)
        scores = {grade.name.removeprefix("check-"): grade.auto_score for grade in found.grades}
    print(scores)
    page.goto(f"{formgrader}/gradebook/{CHAPTER}/{NOTEBOOK}")
    page.get_by_role("link", name=re.compile("Submission")).click()
    report = page.get_by_text("This is exactly what you get when the bias is left out.")
    expect(report).to_be_visible()
    report.scroll_into_view_if_needed()
    picture("formgrader-submission")
    page.screenshot(path=".out/full.png", full_page=True)
    assert page.evaluate("window.markup_ran") is None
