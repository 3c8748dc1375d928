"""A question graded by hand, in a real browser: the formgrader shows what was written, and keeps what a person gives."""

import sys

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import expect

from grader.class_folder.make import init
from grader.classroom.grade import grade
from grader.classroom.room import Classroom
from grader.config import course_config

pytestmark = pytest.mark.browser

CHAPTER, NOTEBOOK, STUDENT = "05_dropout", "dropout", "ada"
QUESTION = "question-two_complaints"
# If the page takes any of it for markup, it is marked, or loads something.
ANSWER = """Both are *wrong* <img src='/nowhere' onerror='window.marked = 1'><script>window.marked = 1</script>.

![](/nowhere) [here](javascript:window.marked=1) $\\href{javascript:window.marked=1}{x}$"""


@pytest.fixture
def classroom(tmp_path):
    """Make a class that gives its question points, and grade one submission of it."""
    root = tmp_path / "class"
    init(root, [CHAPTER])
    (root / "class.toml").write_text(f'name = "q"\nchapters = ["{CHAPTER}"]\n[questions]\n{CHAPTER} = 3\n')
    init(root)
    notebook = nbformat.read(root / "notebooks" / CHAPTER / f"{NOTEBOOK}.ipynb", as_version=4)
    next(cell for cell in notebook.cells if cell.id == QUESTION).source = ANSWER
    handed_in = root / "grader" / "submitted" / STUDENT / CHAPTER / f"{NOTEBOOK}.ipynb"
    handed_in.parent.mkdir(parents=True)
    nbformat.write(notebook, handed_in)
    assert not grade(Classroom(course_config(root), locating=0.0, processes=1), CHAPTER).errors
    return root


def booked(root):
    with Gradebook(course_config(root).CourseDirectory.db_url) as book:
        found = book.find_grade(QUESTION, NOTEBOOK, CHAPTER, STUDENT)
        return found.auto_score, found.manual_score, found.needs_manual_grade


def test_an_answer_is_read_and_graded(serve, page, picture, classroom):
    """The text is there as it was written, nothing of it runs, and the score arrives in the gradebook."""
    assert booked(classroom) == (None, None, True)
    extensions = {"nbgrader.server_extensions.formgrader": True, "jupyterlab": False, "notebook": False}
    command = [sys.executable, "-m", "jupyter_server", f"--ServerApp.root_dir={classroom}"]
    url = serve(command, classroom, {"ServerApp": {"jpserver_extensions": extensions}})
    page.goto(f"{url}/formgrader/gradebook/{CHAPTER}/{NOTEBOOK}")
    page.get_by_role("link", name="Submission #1").click()
    answer = page.get_by_text("Both are *wrong* <img src='/nowhere'")
    expect(answer).to_be_visible()
    expect(answer).to_contain_text(
        "![](/nowhere) [here](javascript:window.marked=1) $\\href{javascript:window.marked=1}{x}$"
    )
    assert page.locator("img[src='/nowhere'], a[href^='javascript:window']").count() == 0
    assert page.evaluate("window.marked") is None
    answer.scroll_into_view_if_needed()
    picture("formgrader-question")
    score = page.locator(".nbgrader_cell", has=page.get_by_text("Both are *wrong*")).locator("input.score")
    score.fill("2")
    with page.expect_response(lambda response: "/api/grade/" in response.url and response.request.method == "PUT"):
        score.press("Tab")
    assert booked(classroom)[:2] == (None, 2.0)
