"""Cells around an answer: one that stopped at an import, and a later one that defines a graded name again."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from grader.boundary.trusted.replies import CellError, CellOutput
from grader.cell_roles import METADATA_KEY
from grader.config import ROOT
from grader.grading import Session
from grader.stopped_cells import Import, failed_import, imports_of, other_imports

RIGHT = "def warm_up(x):\n    return 2 * x + 1\n"


def graded(answer, *later, locating=0.0):
    """Grade chapter 00 with an answer, and cells that were added at the end."""
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here" / "start_here.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "warm_up":
            cell.source = answer
    for source in later:
        notebook.cells.append(new_code_cell(source))
        notebook.cells[-1].metadata[METADATA_KEY] = {"role": "extra"}
    with Session(7, locating=locating) as session:
        return session.grade(notebook)["warm_up"]


@pytest.mark.whole
@pytest.mark.parametrize("line", ["import torch", "from course.functional import relu", "from torch import nn"])
def test_a_cell_that_stopped_at_an_import_says_which(line):
    """It is the first sentence after the verdict, and the step that comes next."""
    report = graded(f"import math\n{line}\n{RIGHT}")
    told = str(report).splitlines()
    assert report.earned == 0
    assert told[1] == (
        f"The cell of this function stopped at `{line}`, which is not available where answers are graded: `warm_up` was "
        "not defined."
    )
    assert any(text.startswith(f"Next: Leave `{line}` out: graded work is NumPy.") for text in told)


@pytest.mark.whole
def test_the_other_imports_of_a_stopped_cell_take_effect():
    """A later cell that needs them runs."""
    extra = "def warm_up(x):\n    return half.fmod(2, 3) * x + halves.add(1, 0)\n"
    report = graded("import torch, math as half\nimport operator as halves\n", extra)
    assert report.passed


@pytest.mark.whole
def test_a_later_definition_is_told_first():
    """It is the definition that was graded; its own lines are quoted."""
    report = graded("y = 1\n", "def warm_up(x):\n    y = 2 * x\n    return y - 1\n", locating=5.0)
    told = str(report).splitlines()
    assert told[1] == "A later cell defines `warm_up` again, and that definition was graded."
    assert any(text.startswith("Next: Give the later `warm_up` another name, or remove it.") for text in told)
    assert "return y - 1" in str(report)


@pytest.mark.whole
def test_a_later_definition_costs_a_right_answer_nothing():
    """What the exercise's own cell left was judged before; the page shows that cell."""
    report = graded(RIGHT, "def warm_up(x):\n    return x\n")
    assert report.passed
    assert "again" not in str(report)


@pytest.mark.whole
def test_a_later_definition_that_is_right_needs_no_sentence():
    """What was graded is right."""
    report = graded("def warm_up(x):\n    return x\n", RIGHT)
    assert report.passed
    assert "again" not in str(report)


def test_imports_one_by_one():
    """Of modules, of names, of several at once; what is in a function or a condition is its own business."""
    source = (
        "import a, b.c as d\nfrom e import f, g as h\nif True:\n    import i\ndef j():\n    import k\nfrom . import l\n"
    )
    assert [(one.text, one.module) for one in imports_of(source)] == [
        ("import a", "a"),
        ("import b.c as d", "b.c"),
        ("from e import f", "e"),
        ("from e import g as h", "e"),
    ]
    assert imports_of("def f(:") == []
    names = {}
    exec(other_imports("import no_such_module, math\nfrom os import no_such_name, sep"), names)
    assert {"math", "sep"} <= names.keys()


@pytest.mark.parametrize(
    ("error", "message", "found"),
    [
        ("ModuleNotFoundError", "torch.nn is not available where answers are graded.", Import("import torch.nn", "torch.nn")),
        ("ModuleNotFoundError", "No module named 'numpi'", Import("import numpi as np", "numpi")),
        ("ImportError", "cannot import name 'x' from 'os' (unknown location)", Import("from os import x", "os")),
        ("ModuleNotFoundError", "No module named 'elsewhere'", None),
        ("ValueError", "torch.nn", None),
    ],
)  # fmt: skip
def test_the_import_at_which_a_cell_stopped(error, message, found):
    """It is found by what the error says; another error, or an import inside a function, is none of them."""
    source = "import torch.nn\nimport numpi as np\nfrom os import x\n"
    assert failed_import(source, CellOutput(error=CellError(error, message))) == found
