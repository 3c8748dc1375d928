"""Cells after the last exercise: answers are judged before them, and those that are not right then once more after."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from grader.boundary.trusted.judge import Limits
from grader.cell_roles import METADATA_KEY, role
from grader.config import ROOT
from grader.grading import AFTER_ALL, Session

pytestmark = pytest.mark.whole

RIGHT = "def warm_up(x):\n    return 2 * x + 1\n"
HELPED = "def warm_up(x):\n    return twice(x) + 1\n"


def graded(answer, *later, **options):
    """Grade chapter 00 with an answer, and cells after the last exercise; give the report and the notebook."""
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here" / "start_here.ipynb", as_version=4)
    for cell in notebook.cells:
        if role(cell) == "solution" and cell.metadata.nbgrader.grade_id == "warm_up":
            cell.source = answer
    notebook.cells += [new_code_cell(source, metadata={METADATA_KEY: {"role": "extra"}}) for source in later]
    with Session(7, locating=0.0, **options) as session:
        return session.grade(notebook)["warm_up"], notebook


def judged_after_all(notebook):
    (check,) = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "check-warm_up")
    return bool(check.metadata[METADATA_KEY].get(AFTER_ALL))


@pytest.mark.parametrize(
    "later",
    [
        ["def twice(x): return 2 * x"],
        ["if True:\n    def twice(x): return 2 * x", "twice?"],
        ["%time factor = [2]", "globals()['twice'] = lambda x: factor[0] * x"],
        ["import builtins\nbuiltins.twice = lambda x: 2 * x"],
        [RIGHT],
        ["warm_up.__code__ = (lambda x: 2 * x + 1).__code__"],
    ],
)
def test_what_a_later_cell_defines_counts(later):
    """By whatever means: the answer is judged once more after all cells."""
    report, notebook = graded(HELPED, *later)
    assert report.passed
    assert judged_after_all(notebook)


@pytest.mark.parametrize(
    "later",
    [
        "def warm_up(x): return x",
        "del warm_up",
        "import os; os._exit(0)",
        "raise ValueError",
        "import numpy; del numpy.add",
    ],
)
def test_what_a_later_cell_spoils_costs_nothing(later):
    report, notebook = graded(RIGHT, later)
    assert report.passed
    assert not judged_after_all(notebook)


def test_the_better_result_counts():
    """A scratch definition that is right in fewer cases leaves the first report, and its number."""
    report, notebook = graded(
        "def warm_up(x):\n    return 2 * x + 1 if x.shape == (4,) else x\n", "def warm_up(x): return 0"
    )
    assert 0 < report.score < 1
    assert not judged_after_all(notebook)
    (check,) = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "check-warm_up")
    assert check.outputs[1].data["text/plain"] == repr(report.earned)


def test_slow_cells_at_the_end_cost_no_points():
    """They run in what is left of the submission's time."""
    slow = "import time\nbegin = time.time()\nwhile time.time() - begin < 2: pass\n"
    limits = Limits(total_seconds=5, cell_seconds=5)
    report, notebook = graded(RIGHT, slow, slow, slow, slow, "print('last')", limits=limits)
    assert report.passed
    assert "This cell was not run." in notebook.cells[-1].outputs[0].text
