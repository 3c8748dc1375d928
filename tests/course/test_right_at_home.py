"""Right at home, zero in class: what grading will not have is reported before, and in class it is reported first."""

import contextlib
import json
import linecache

import numpy as np
import pytest

import course
from course.calling.here import Here
from course.checking.as_written import add_source
from course.checking.locating.own_source import own_source
from course.checking.prepared import Prepared
from course.checking.refused import IN_CLASS, Refused, find_refused
from course.checking.runner import run
from course.demonstrations import demonstrated_names
from grader.boundary.confined.stubs import SILENT


def define(code, name, **names):
    """Run code as a cell of a notebook that has some names already."""
    cell = f"<home {abs(hash(code))}>"
    linecache.cache[cell] = (len(code), None, code.splitlines(keepends=True), cell)
    names |= {"np": np}
    exec(compile(code, cell, "exec"), names)
    return names[name]


def cell(source, name="", **facts):
    metadata = {"nbgrader": {"grade_id": name, "solution": True}} if name else {}
    return {"cell_type": "code", "source": source, "metadata": metadata | facts.pop("metadata", {}), **facts}


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """Save a notebook with a demonstration that defines `factor`, and an added cell that defines `mine`."""
    cells = [
        cell("import numpy as np", id="warm-up-1", metadata={"tags": ["setup"]}),
        cell("import torch\nfactor = 2\nboth = 1", id="a-demonstration-1"),
        cell("mine = 2\nboth = 2", id="3f9a1c02"),
        cell("def warm_up(x): ...", "warm_up", id="warm-up-2"),
    ]
    (tmp_path / "start_here.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "broken.ipynb").write_text("{")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_only_demonstrations_are_missed(notebook):
    """What a cell of the student's, or the setup, defines as well is there where answers are graded."""
    assert demonstrated_names("warm_up", notebook) == {"torch", "factor"}
    assert demonstrated_names("linear", notebook) == set()


@pytest.mark.parametrize(
    ("code", "names", "sentence"),
    [
        (
            "def warm_up(x):\n    return factor * x + 1\n",
            {"factor": 2},
            "In class this would be 0 points: line 2 uses `factor`, which only a demonstration cell defines; such cells "
            "are not run there. Define it in your cell.",
        ),
        (
            "def warm_up(x):\n    import torch\n    return (2 * torch.from_numpy(x) + 1).numpy()\n",
            {},
            "In class this would be 0 points: line 2 uses `torch`, which is not available there. Write it with NumPy.",
        ),
        (
            "def warm_up(x):\n    y = relu(2 * x + 100) - 100 + 1\n    return 2 * x + 1\n",
            {"relu": course.functional.relu},
            "In class this would be 0 points: line 2 uses `relu`, which is the course's and not available there.",
        ),
        (
            "def warm_up(x: torch.Tensor):\n    return 2 * x + 1\n",
            {"torch": __import__("torch")},
            "In class this would be 0 points: line 1 uses `torch`, which is not available there.",
        ),
    ],
)
def test_a_right_answer_that_grading_will_refuse_is_warned_about(code, names, sentence, notebook, capsys):
    """It passes at home, and the report says what it would be in class, and why."""
    course.check(define(code, "warm_up", **names))
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("warm_up: right. 3 of 3 cases, 1 point.")
    assert sentence in shown[1]


@pytest.mark.parametrize(
    "code", ["def warm_up(x):\n    return mine * x + 1\n", "def warm_up(x):\n    return 2 * x + 1\n"]
)
def test_what_is_there_in_class_is_not_warned_about(code, notebook, capsys):
    """A student's own cell is run where answers are graded."""
    course.check(define(code, "warm_up", mine=2))
    assert "In class" not in capsys.readouterr().out


def test_a_wrong_answer_has_no_warning(notebook, capsys):
    """First it must be right."""
    with contextlib.suppress(course.CheckFailed):
        course.check(define("def warm_up(x):\n    return factor * x\n", "warm_up", factor=2))
    assert "In class" not in capsys.readouterr().out


def test_names_of_the_function_itself_are_its_own():
    """Parameters, what is assigned, the function's own name and Python's are never missing."""
    code = "def f(n):\n    factor = 2\n    return factor * f(n - 1) if n else len([i for i in range(n)])\n"
    assert find_refused(code, "f", {}, {"factor", "n", "f", "i", "len"}) == ()
    assert find_refused("def f(x):\n    return W @ x", "f", {}, {"W"}) == (Refused("W", 2, "demonstration"),)


@pytest.mark.parametrize(
    ("code", "sentence", "step"),
    [
        (
            "def warm_up(x):\n    return factor * x + 1\n",
            "Your line 2, `return factor * x + 1`: `factor` is defined in a demonstration cell; such cells are not run "
            "where answers are graded.",
            "Next: Define `factor` in your own cell.",
        ),
        (
            "def warm_up(x):\n    return torch.tensor(x)\n",
            "Your line 2, `return torch.tensor(x)`: `torch` is not available where answers are graded.",
            "Next: Write it with NumPy.",
        ),
    ],
)
def test_in_class_the_same_cause_is_the_first_sentence(code, sentence, step):
    """The reader is not asked to check the spelling of a name that is spelt well."""
    function = define(code, "warm_up")
    prepared = Prepared(course.exercises["warm_up"], 3)
    report = run(prepared, Here.of(function, "warm_up"))
    report = add_source(report, prepared, own_source(function), lambda: {"factor", "torch"})
    told = str(report).splitlines()
    assert told[1] == sentence
    assert step in told[-1]
    assert "spelling" not in str(report)


@pytest.mark.parametrize("line", ["import torch", "from course.functional import relu", "from torch import nn"])
def test_an_import_at_which_the_cell_would_stop_is_warned_about(line, notebook, capsys):
    """The function does without it, but in class its cell stops before it."""
    course.check(define(f"import numpy as np\n{line}\ndef warm_up(x):\n    return 2 * x + 1\n", "warm_up"))
    shown = capsys.readouterr().out.splitlines()
    assert shown[1] == (
        f"In class this would be 0 points: line 2 is `{line}`, which is not available there: the cell would stop at it. "
        "Leave it out."
    )


def test_imports_that_are_there_in_class_are_not_warned_about(notebook, capsys):
    """The course's own functions for a notebook are there, and so is whatever a condition or a function guards."""
    cell = "import course, math\nfrom course import check, hint\nif False:\n    import torch\n"
    course.check(define(f"{cell}def warm_up(x):\n    return 2 * x + 1\n", "warm_up"))
    assert "In class" not in capsys.readouterr().out
    assert set(SILENT) == IN_CLASS


AGAIN = "A later cell defines warm_up again: run from the top, and in class, that definition counts."


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (cell("y = warm_up(3)", id="3f9a1c03"), False),
        (cell("def warm_up(x):\n    return x", id="3f9a1c03"), True),
        (cell("warm_up = None", id="3f9a1c03"), True),
        (cell("def warm_up(x):\n    return x", id="a-demonstration-2"), False),
    ],
)
@pytest.mark.parametrize("right", [True, False])
def test_a_later_cell_that_defines_the_name_again_is_told(later, told, right, notebook, capsys):
    """With a right answer and with a wrong one; demonstrations are not run in class."""
    path = notebook / "start_here.ipynb"
    path.write_text(json.dumps({"cells": [*json.loads(path.read_text())["cells"], later]}))
    with contextlib.suppress(course.CheckFailed):
        course.check(define(f"def warm_up(x):\n    return {'2 * x + 1' if right else '2 * x'}\n", "warm_up"))
    assert (AGAIN in capsys.readouterr().out) is told
