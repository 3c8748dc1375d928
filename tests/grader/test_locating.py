"""The line that is wrong is found in class, too: in the confined worker, after every answer has been judged."""

import nbformat
import pytest

from course.calling.work import Operation
from grader.cell_roles import METADATA_KEY, role
from grader.config import ROOT
from grader.grading import Session, exercise_of

pytestmark = pytest.mark.whole

CHAPTER = "00_start_here"
WRONG = "def warm_up(x):\n    return 2 / x + 1\n"


def grade(answer, **options):
    release = nbformat.read(ROOT / "notebooks" / CHAPTER / "start_here.ipynb", as_version=4)
    for cell in release.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "warm_up":
            cell.source = answer
    with Session(7, **options) as session:
        reports = session.grade(release)
    return reports, {exercise_of(cell): cell for cell in release.cells if role(cell) == "check"}


def test_the_line_is_found_in_the_worker():
    """Feedback quotes the line, its number is kept for the statistics, and the score is what it was."""
    reports, cells = grade(WRONG, locating=5.0)
    assert reports["warm_up"].line == 2
    assert "Your line 2" in cells["warm_up"].outputs[0]["data"]["text/plain"]
    kept = cells["warm_up"].metadata[METADATA_KEY]
    assert (kept["lines"], kept["sources"], kept["right"]) == ([2], ["return 2 / x + 1"], 3)
    assert cells["warm_up"].outputs[1]["data"]["text/plain"] == "0.0"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("return 2 / x + 1", "Your line 6, `return 2 / x + 1`"),
        ("return 2 * x + one", "at its line 6:  return 2 * x + one"),
        ("return math.exp(x) - x", "Your line 6, `return math.exp(x) - x`: `math.exp` takes a single number"),
    ],
)
def test_lines_are_counted_from_the_first_line_of_the_cell(line, told):
    """As Jupyter numbers them, whatever is above the function; an empty first line counts, too."""
    reports, _ = grade(f"\n# mine\nimport math\n\ndef warm_up(x):\n    {line}\n", locating=5.0)
    assert told in str(reports["warm_up"])


def test_it_can_be_switched_off():
    """With no time to look, nothing is changed and run again."""
    reports, _ = grade(WRONG, locating=0.0)
    assert (reports["warm_up"].passed, reports["warm_up"].located) == (False, None)


def test_a_function_that_becomes_hostile_when_it_is_changed_costs_nothing():
    """Code that ends its process when it is run once more earns what it earned, and so do the other answers."""
    hostile = """\
calls = []
def warm_up(x):
    calls.append(x)
    if len(calls) > 4:
        import ctypes
        ctypes.string_at(0)
    return 2 / x + 1
"""
    once, _ = grade(hostile, locating=0.0)
    again, _ = grade(hostile, locating=5.0)
    assert {name: report.earned for name, report in again.items()} == {
        name: report.earned for name, report in once.items()
    }
    assert again["warm_up"].line is None


def test_other_code_stands_in_for_a_name_until_it_is_withdrawn():
    """`define` leaves the student's names alone: what they define is there again afterwards."""
    with Session(7) as session, session.nursery.worker() as worker:
        worker.run_cells(["def f(x):\n    return x\nseen = f"])

        def do(verb, *args):
            return worker.perform(Operation(verb, "f", args, names=("x",)), 5.0)

        assert do("define", "def f(x):\n    return 2 * x").ending == "returned"
        assert do("call", 4).value == 8
        assert worker.perform(Operation("call", "seen", (4,), names=("x",)), 5.0).value == 4
        assert do("define", "def f(x: return").ending == "raised"
        assert do("call", 4).value == 4
        assert do("define", "").ending == "returned"
        assert do("call", 4).value == 4
