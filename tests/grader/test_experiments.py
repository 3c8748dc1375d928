"""Cells after the last exercise: answers come first, unless they need one of these cells."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from grader.boundary.trusted.judge import Limits
from grader.cell_roles import METADATA_KEY, role
from grader.config import ROOT
from grader.experiments import split
from grader.grading import Session

ANSWER = "def warm_up(x):\n    return twice(x) + 1\n"
HELPER = "def twice(x):\n    return factor * x\n"


def cells(*extras, answer=ANSWER):
    """Put cells after an answer."""
    made = [new_code_cell(source, metadata={METADATA_KEY: {"role": "extra"}}) for source in extras]
    return [new_code_cell(answer, metadata={METADATA_KEY: {"role": "solution"}}), *made]


@pytest.mark.parametrize(
    ("extras", "later"),
    [
        (("print(warm_up(1))", "while True: pass"), [0, 1]),
        ((HELPER, "y = 1", "factor = 2"), [1]),  # a helper, and what it needs in turn
        (("def warm_up(x): ...", "%time y = 1"), [1]),  # a graded name
        (("%matplotlib inline\n" + HELPER, "%%timeit\nwarm_up(1)"), [1]),
        (("from helpers import *", "def other(:"), []),  # or IPython's syntax
        ((HELPER + "twice?", "files = !ls"), []),
        (("if True:\n    def twice(x): return 2 * x", "print(1)"), [1]),
        (("async def twice(x): ...", "print(1)"), [1]),
        (("try:\n    from m import twice\nexcept ImportError:\n    from n import twice", "print(1)"), [1]),
        (("match 1:\n    case twice: ...", "with open('x') as twice: ...", "print(1)"), [2]),
        (("def f():\n    global twice\n    twice = abs", "f()"), []),
        (("warm_up.scale = 2", "warm_up.__defaults__[0]", "del twice"), [1]),
        (("exec('twice = abs')", "globals()['twice'] = abs", "%run helpers.py", "print(warm_up(1))"), [3]),
        ((HELPER, "factor = [2]", "factor.append(3)", "factor[0] = 4", "g = factor; g += [1]", "print(1)"), [5]),
        (("x = 3  # twice",), [0]),  # the answer's x is its own
        ((), []),
    ],
)
def test_what_answers_may_need_runs_before_them(extras, later):
    """Names decide: those of exercises, and those that cells which are needed use."""
    code = cells(*extras)
    needed, experiments = split(code, {"warm_up"})
    assert [code.index(cell) - 1 for cell in experiments] == later
    assert [cell for cell in code if cell not in experiments] == needed


def test_values_that_only_cells_used_may_be_used_again():
    """Before the exercise, a cell has read `x` already; no call of an answer will."""
    before = new_code_cell("x = 3\nprint(x)", metadata={METADATA_KEY: {"role": "extra"}})
    code = [before, *cells("x = 4\nprint(warm_up(x))")]
    assert split(code, {"warm_up"})[1] == code[2:]


def test_what_is_before_an_exercise_stays_there():
    """An answer is judged in the state that the notebook's order gives."""
    code = [*cells("print(1)"), *cells("print(2)")]
    assert split(code, {"warm_up"})[1] == code[3:]


@pytest.mark.whole
def test_slow_experiments_at_the_end_cost_no_points():
    """Their cells run in what is left of the submission's time."""
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here" / "start_here.ipynb", as_version=4)
    for cell in notebook.cells:
        if role(cell) == "solution" and cell.metadata.nbgrader.grade_id == "warm_up":
            cell.source = "def warm_up(x):\n    return 2 * x + 1\n"
    slow = "import time\nbegin = time.time()\nwhile time.time() - begin < 2: pass\n"
    notebook.cells += cells(slow, slow, slow, slow, "print('last')")[1:]
    with Session(7, locating=0.0, limits=Limits(total_seconds=5, cell_seconds=5)) as session:
        assert session.grade(notebook)["warm_up"].passed
    assert "This cell was not run." in notebook.cells[-1].outputs[0].text
