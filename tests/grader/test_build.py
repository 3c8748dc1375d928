"""Building lessons: a separate small course, in a temporary folder."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from grader.build import Outcome, build, find_chapters
from grader.cli import app
from grader.committed import compare_committed, update_committed
from grader.config import ROOT, course_config
from grader.kernel import CELL_FILE

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("build")]

SMALL = Path(__file__).with_name("small_course.py")


def _load_small():
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location("small_course", SMALL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


small = _load_small()
EXERCISES = small.EXERCISES
COURSE = f"""
from importlib.util import module_from_spec, spec_from_file_location
from types import SimpleNamespace

_spec = spec_from_file_location("small_course", {str(SMALL)!r})
_small = module_from_spec(_spec)
_spec.loader.exec_module(_small)
exercises = _small.EXERCISES

def assess(function, name, seed=0):
    try:
        right = function(3) == {{"linear": 7, "twice": 6}}[name]
    except NotImplementedError:
        right = False
    return SimpleNamespace(score=float(right))

def check(function):
    if assess(function, function.__name__).score < 1:
        raise ValueError("not yet")
    print(function.__name__, "is right")
"""
LESSON = """# %% [markdown]
# # Linear

# %% tags=["setup"]
import numpy as np

# %%
from course import check

# %% exercise="linear"

# %% check="linear"
check(linear)

# %% exercise="twice"

# %% check="twice"
check(twice)

# %% [markdown]
# ## Look

# %%
object(), open("table.txt").read()
"""
SOURCE = "solutions/01_linear/linear.py"
SOLUTION = "solutions/01_linear/linear.ipynb"
RELEASE = "notebooks/01_linear/linear.ipynb"


def make_course(root: Path, lesson: str = LESSON) -> Path:
    folder = root / "solutions" / "01_linear"
    folder.mkdir(parents=True)
    (folder / "linear.py").write_text(lesson)
    (folder / "table.txt").write_text("ten layers")
    # a package, so that building finds the rest of the real one
    (root / "course.py").write_text(f"__path__ = [{str(ROOT / 'course')!r}]\n{COURSE}")
    return root


def run(root: Path, exercises=EXERCISES, **options):
    return build(root, exercises=exercises, seconds=60, **options)


def tracked(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for folder in ("solutions", "notebooks")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("course"))
    steps = []
    outcome = run(root, progress=lambda done, total: steps.append((done, total)))
    return root, outcome, steps


@pytest.fixture
def course(built, tmp_path):
    return Path(shutil.copytree(built[0], tmp_path / "course"))


def test_build(built):
    """One source gives the executed notebook, the students' notebook with its files, and the gradebook's entries."""
    root, outcome, steps = built
    assert outcome.problems == ()
    assert outcome.written == (SOLUTION, RELEASE, "notebooks/01_linear/table.txt")
    assert steps[-1][0] == steps[-1][1]
    solution = nbformat.read(root / SOLUTION, as_version=4)
    cells = {cell.id: cell for cell in solution.cells}
    assert cells["check-linear"].outputs[0].text == "linear is right\n"
    assert cells["look-2"].outputs[0].data["text/plain"] == "(<object at 0x...>, 'ten layers')"
    assert [c.execution_count for c in solution.cells if c.cell_type == "code"] == [1, 2, 3, 4, 5, 6, 7]
    assert str(root) not in (root / SOLUTION).read_text()

    release = nbformat.read(root / RELEASE, as_version=4)
    blank = {cell.id: cell for cell in release.cells}["twice"]
    assert blank.source == "def twice(input):\n    # Your code here\n    raise NotImplementedError"
    assert not (root / "notebooks/01_linear/linear.py").exists()
    with Gradebook(course_config(root).CourseDirectory.db_url, "layer-by-layer") as gradebook:
        assert gradebook.find_assignment("01_linear").max_score == 5.5


def test_a_rebuild_touches_nothing(course):
    """Neither a byte nor a time of a tracked file changes, and a check agrees."""
    before = tracked(course)
    assert run(course) == Outcome(("01_linear",), (), ())
    assert run(course, check=True).problems == ()
    assert tracked(course) == before


def test_drift_is_told_by_cell_and_repaired(course):
    """A check names every cell that isn't what its source gives, in either notebook; a build writes it again."""
    before = tracked(course)
    for name in (SOLUTION, RELEASE):
        notebook = json.loads((course / name).read_text())
        notebook["cells"][0]["source"] = "# Linear, by hand"
        notebook["cells"][4]["metadata"]["nbgrader"]["points"] = 40
        if name == SOLUTION:
            notebook["cells"][6]["outputs"][0]["text"] = "twice is wrong\n"
        (course / name).write_text(json.dumps(notebook))
    (course / "notebooks/01_linear/table.txt").write_text("eleven layers")
    told = [str(problem) for problem in run(course, check=True).problems]
    assert told == [
        f"{SOLUTION}, cell linear-1: line 1 is '# Linear, by hand', and its source gives '# Linear'.",
        f"{SOLUTION}, cell check-linear: metadata 'nbgrader' points is 40, and its source gives 4.",
        f"{SOLUTION}, cell check-twice: output stdout says 'twice is wrong', and a run gives 'twice is right'.",
        f"{RELEASE}, cell linear-1: line 1 is '# Linear, by hand', and its source gives '# Linear'.",
        f"{RELEASE}, cell check-linear: metadata 'nbgrader' points is 40, and its source gives 4.",
        "notebooks/01_linear/table.txt: is not the lesson's file; grader build copies it.",
    ]
    run(course)
    assert {name: data for name, (data, _) in tracked(course).items()} == {
        name: data for name, (data, _) in before.items()
    }


@pytest.mark.parametrize("damage", ["", "[]", '{"cells": 3}', "\x00", '{"nbformat": 4, "metadata": {}, "cells": [{}]}'])
def test_a_committed_file_that_is_no_notebook(course, tmp_path, damage):
    """It is named, not stumbled over, and replaced by a build."""
    fresh = Path(shutil.copytree(course, tmp_path / "fresh"))
    (course / RELEASE).write_text(damage)
    files = [Path(SOLUTION), Path(RELEASE)]
    assert [str(problem) for problem in compare_committed(course, fresh, files)] == [
        f"{RELEASE}: can't be read as a notebook; grader build makes it again."
    ]
    assert update_committed(course, fresh, files) == [RELEASE]
    assert (course / RELEASE).read_bytes() == (fresh / RELEASE).read_bytes()


def test_every_defect_of_a_lesson_is_listed(tmp_path):
    """A wrong solution, a blank that earns points and a solution in the prose are all named, and nothing is written."""
    lesson = LESSON.replace("# ## Look", "# ## Look\n# As in `return linear(input) - 1`.")
    course = make_course(tmp_path, lesson)
    exercises = {
        "linear": small.declare("linear", small.linear_plus_two, 4.0),
        "twice": small.declare("twice", small.twice_given_away, 1.5),
    }
    outcome = run(course, exercises)
    assert [str(problem) for problem in outcome.problems] == [
        f"{SOURCE}, cell check-linear: raised ValueError: not yet.",
        f"{RELEASE}, cell look-1: shows a line of the solution of twice: 'return linear(input) - 1'.",
        f"{SOURCE}, cell linear: the solution earns 0% without the demonstration cells: namespace(score=0.0)",
        f"{RELEASE}, cell twice: the blank earns 100%: namespace(score=1.0)",
    ]
    assert outcome.written == ()
    assert not (course / RELEASE).exists()


def test_a_solution_that_needs_a_demonstration(tmp_path):
    """Full marks in the notebook don't help where the grader runs setup cells and exercises only."""
    lesson = LESSON.replace(' tags=["setup"]', "")
    problems = run(make_course(tmp_path, lesson), check=True).problems
    assert (
        f"{SOURCE}, cell linear: the solution can't be assessed without the demonstration cells: "
        "raised NameError: name 'np' is not defined." in map(str, problems)
    )


def test_structure_is_told_with_failures_of_cells(tmp_path):
    """A source with a mistake is still executed, so that one run tells both."""
    lesson = LESSON.replace('check="twice"', 'check="thrice"').replace("object(), ", "1 / 0, ")
    told = [str(problem) for problem in run(make_course(tmp_path, lesson)).problems]
    assert f'{SOURCE}, cell twice: the next code cell must be its check: # %% check="twice".' in told
    assert f"{SOURCE}, cell look-2: raised ZeroDivisionError: division by zero." in told


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("while True: pass", "was stopped after 3 s."),
        ("import os; os._exit(1)", "ended its kernel: out of memory, or a crash in compiled code."),
    ],
)
def test_a_cell_that_does_not_end(tmp_path, line, what):
    """A cell that hangs, or ends its kernel, is named."""
    course = make_course(tmp_path, LESSON.replace("object(), ", line + "\n"))
    outcome = build(course, exercises=EXERCISES, seconds=3)
    assert f"{SOURCE}, cell look-2: {what}" in map(str, outcome.problems)


def test_a_chapter_without_lesson_and_a_notebook_without_source(course):
    """Whatever the course declares has a lesson, and whatever students get has a source."""
    (course / "notebooks" / "09_old").mkdir()
    exercises = EXERCISES | {"softmax": small.declare("softmax", small.twice, 1, chapter="04_softmax")}
    assert [str(problem) for problem in build(course, check=True, exercises=exercises).problems] == [
        "solutions/04_softmax: the course declares exercises for it, but there is no such lesson.",
        "notebooks/09_old: has no source in solutions/.",
    ]


def test_finding_lessons(tmp_path):
    """A lesson that isn't there is refused by name, and the answer lists those that are."""
    with pytest.raises(ValueError, match="a lesson is a folder such as 01_linear"):
        find_chapters(tmp_path)
    make_course(tmp_path)
    assert find_chapters(tmp_path, ["01_linear"]) == ["01_linear"]
    with pytest.raises(ValueError, match="no lesson '02_x' in solutions/; there are 01_linear"):
        find_chapters(tmp_path, ["02_x"])


def test_command_line(course, monkeypatch):
    """``python -m grader build --check`` ends with 0, and with 1 and one line for each problem otherwise.

    It finds this environment's programs though they aren't on PATH.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(course), str(ROOT)]), "PATH": "/usr/bin:/bin"}
    shutil.rmtree(course / "grader")
    line = [sys.executable, "-m", "grader", "build", "--root", str(course)]
    first = subprocess.run(line, cwd=course, env=environment, capture_output=True, text=True, timeout=300)
    assert (first.returncode, first.stderr) == (0, "")
    assert "1 lesson in" in first.stdout
    assert (course / "grader" / "gradebook.db").exists()
    # the rest is the same here, without a process that imports all of nbgrader
    (course / RELEASE).unlink()
    monkeypatch.setattr("course.exercises", EXERCISES)
    second = CliRunner().invoke(app, ["build", "--root", str(course), "--check", "01_linear"])
    assert second.exit_code == 1
    assert second.stdout.splitlines()[0] == f"{RELEASE}: is missing; grader build makes it."
    assert "1 problem." in second.stdout
    assert CliRunner().invoke(app, ["build", "--root", str(course), "02_x"]).exit_code == 2


def test_a_published_course_says_where_else_a_notebook_opens(tmp_path):
    """Below the title of what is built are the links, and a cell that installs the course where it is missing."""
    make_course(tmp_path)
    settings = '[tool.layer-by-layer]\nrepository = "https://github.com/owner/name"\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    assert run(tmp_path).problems == ()
    for path in (SOLUTION, RELEASE):
        cells = nbformat.read(tmp_path / path, as_version=4).cells
        assert [cell.id for cell in cells[1:3]] == ["elsewhere-links", "elsewhere-install"]
        assert "https://colab.research.google.com/github/owner/name/blob/main/notebooks/" in cells[1].source
    assert run(tmp_path, check=True).problems == ()
    (tmp_path / "pyproject.toml").write_text("")
    assert [problem.cell for problem in run(tmp_path, check=True).problems][:2] == [
        "elsewhere-links",
        "elsewhere-install",
    ]


@pytest.mark.parametrize(
    "folder", ["/tmp/ipykernel_12/", r"C:\Users\Kim Lee\Temp\ipykernel_12" + "\\", "C:\\Temp/ipykernel_12/"]
)
def test_the_file_of_a_cell_has_the_same_name_on_every_system(folder: str) -> None:
    assert CELL_FILE.sub("cell.py", f"{folder}34.py:2: Warning: in x/y.py") == "cell.py:2: Warning: in x/y.py"
