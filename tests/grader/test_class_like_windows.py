"""A class is made, collected and graded where the system is like Windows."""

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.grader.classroom.made import CHAPTER, FILE, SOLVED, notebook, scores
from tests.grader.test_like_windows import run

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("like windows")]
FORGOTTEN = "def linear(input, weight, bias=None):\n    return input @ weight.T  # first try\n"
ENDLESS = "def linear(input, weight, bias=None):\n    while True:\n        pass\n"
NAMES = ("right", "wrong", "endless", "never", "broken")
Run = Callable[..., str]


def with_endless_cell(handed_in: dict) -> dict:
    """Begin with a cell that never ends."""
    cell = {"cell_type": "code", "id": "never", "metadata": {}, "execution_count": None, "outputs": []}
    handed_in["cells"].insert(1, {**cell, "source": "while True:\n    pass"})
    return handed_in


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class, and grade what it hands in."""
    folder = tmp_path_factory.mktemp("like windows")
    root = folder / "my class"
    assert 'cd "my class"' in run(folder, "grader", "init", root.name, "--chapter", CHAPTER)
    (root / "class.toml").write_bytes((root / "class.toml").read_bytes().replace(b'"UTC"', b'"Europe/Berlin"'))
    assert "1 release" in run(root, "grader", "release")
    release = json.loads((root / "notebooks" / CHAPTER / FILE).read_text(encoding="utf-8"))
    handed_in = {
        "right": notebook(SOLVED, release),
        "wrong": notebook({**SOLVED, "linear": FORGOTTEN}, release),
        "endless": notebook({**SOLVED, "linear": ENDLESS}, release),
        "never": with_endless_cell(notebook(SOLVED, release)),
    }
    with zipfile.ZipFile(root / "submissions.zip", "w") as packed:
        for number, name in enumerate(NAMES):
            content = json.dumps(handed_in[name]) if name in handed_in else "dear teacher"
            packed.writestr(f"one{name}_{number}_{500 + number}_{FILE}", content)
    rows = [f'"One, {name}",{number},,{name},A' for number, name in enumerate(NAMES)]
    text = "\n".join(["Student,ID,SIS User ID,SIS Login ID,Section", *rows, ""])
    (root / "canvas.csv").write_text(text, encoding="utf-8")
    told = run(root, "grader", "collect", "submissions.zip", "--from", "canvas", "--roster", "canvas.csv")
    assert "5 new" in told
    assert "5 unchanged" in run(root, "grader", "collect", "submissions.zip", "--from", "canvas")
    assert "5 graded" in run(root, "grader", "grade", "--unsandboxed", code=1)
    return root


def test_grading_asks_for_confinement(root: Path) -> None:
    """Unless it is told to do without."""
    submission = root / "grader" / "submitted" / "right" / CHAPTER / FILE
    before = submission.read_bytes()
    submission.write_bytes(before + b"\n")
    told = run(root, "grader", "grade", code=1)
    submission.write_bytes(before)
    assert "It needs Linux, this is win32." in told
    assert "--unsandboxed" in told
    assert "It needs Linux, this is win32." in run(root, "grader", "doctor", code=1)


def test_a_class_can_be_set_to_do_without(root: Path) -> None:
    """In its configuration, for all commands that grade."""
    config = root / "nbgrader_config.py"
    before = config.read_bytes()
    config.write_bytes(before + b"c.GradeApart.unsandboxed = True\n")
    assert "5 unchanged" in run(root, "grader", "grade", code=1)
    assert "Graded without confinement" in run(root, "grader", "replay", "wrong", CHAPTER, "linear")
    config.write_bytes(before)


def test_a_demo_asks_for_confinement_first(root: Path) -> None:
    """Not after it has made a class."""
    folder = root.parent / "demo"
    told = run(root.parent, "grader", "demo", "--folder", str(folder), code=1)
    assert "--unsandboxed" in told
    assert not folder.exists()


def test_each_gets_what_is_right(root: Path) -> None:
    """What never ends is stopped, in a function and in a cell, and costs no one else anything."""
    found = scores(root)
    assert [found[name] for name in ("right", "never", "endless")] == [12, 12, 8]
    assert 8 < (found["wrong"] or 0) < 12
    assert "The cell was stopped after 10 s." in (root / "grader" / "autograded" / "never" / CHAPTER / FILE).read_text()


def test_only_what_changed_is_graded_again(root: Path) -> None:
    """Read-only files of before are replaced, also next to a notebook."""
    folder = root / "grader" / "submitted" / "wrong" / CHAPTER
    (folder / "data").mkdir()
    (folder / "data" / "points.csv").write_bytes(b"1,2\n")
    for before, after in ((b"first", b"second"), (b"second", b"third")):
        (folder / FILE).write_bytes((folder / FILE).read_bytes().replace(before + b" try", after + b" try"))
        assert "1 graded again, 4 unchanged" in run(root, "grader", "grade", "--unsandboxed", code=1)
        written = root / "grader" / "autograded" / "wrong" / CHAPTER / "data" / "points.csv"
        assert written.read_bytes() == b"1,2\n"
        written.chmod(0o444)
    assert "5 unchanged" in run(root, "grader", "grade", "--unsandboxed", "--dry-run", code=1)
    assert "1 graded" in run(root, "grader", "grade", "--unsandboxed", "--force", "--student", "right")


def test_what_follows_grading_works(root: Path) -> None:
    """Pages, tables, a report again, and nothing is left behind."""
    assert "5 pages" in run(root, "grader", "feedback", "--zip", "pages.zip")
    assert "5 pages" in run(root, "grader", "feedback", "--zip", "pages.zip")  # in their place
    with zipfile.ZipFile(root / "pages.zip") as packed:
        assert len(packed.namelist()) == 5
    assert "5 students" in run(root, "grader", "grades")
    with open(root / "grades.csv", encoding="utf-8-sig", newline="") as file:
        points = {row["student"]: row["linear /4"] for row in csv.DictReader(file)}
    assert (points["right"], points["endless"], points["broken"]) == ("4", "0", "")
    run(root, "grader", "grades", "--to", "canvas")
    assert "5 exercises" in run(root, "grader", "insights", "--html", "class.html", "--teaching", "notes.md")
    told = run(root, "grader", "replay", "endless", CHAPTER, "linear", "--unsandboxed")
    assert "Graded without confinement" in told
    assert not list((root / "grader").glob(".collecting-*"))
