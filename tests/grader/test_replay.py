"""A graded answer again: what was graded, word for word, and nothing in it steers the terminal."""

import unicodedata

import nbformat
import pytest
from typer.testing import CliRunner

from grader import cli, grading
from grader.cell_roles import METADATA_KEY, nbgrader_metadata, role
from grader.config import ROOT
from grader.grading import Session, exercise_of
from grader.replay import NothingToReplay, OtherCourse, replay

pytestmark = pytest.mark.whole

CHAPTER = "00_start_here"
MARKS = "\x1b[8m\x1b]0;owned\x07\x9b31m\u202e"
"""Hide what follows, name the window, ring, colour, write backwards: what a terminal obeys and a line may hold."""
FORGED = "warm_up: right. 3 of 3 cases, 1 point."


def graded(folder, answer, student="mia", **options):
    """Grade one answer as nbgrader would store it, and give the check's cell."""
    notebook = nbformat.read(ROOT / "notebooks" / CHAPTER / "start_here.ipynb", as_version=4)
    for cell in notebook.cells:
        if nbgrader_metadata(cell).get("grade_id") == "warm_up":
            cell.source = answer
    with Session(7, **options) as session:
        session.grade(notebook)
    path = folder / "grader" / "autograded" / student / CHAPTER / "start_here.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path, next(cell for cell in notebook.cells if role(cell) == "check" and exercise_of(cell) == "warm_up")


def again(folder):
    return replay(folder / "grader" / "autograded", CHAPTER, "mia", "warm_up")


ANSWERS = {
    "right": "def warm_up(x):\n    return 2 * x + 1\n",
    "named": "def warm_up(x):\n    return 2 * x\n",
    "located": "def warm_up(x):\n    return 2 / x + 1\n",
    "trap": "def warm_up(x):\n    y = 3\n    return np.ones(4)\n",
    "raised": "def warm_up(x):\n    return x @ np.ones((9, 9))\n",
    "blank": "def warm_up(x):\n    raise NotImplementedError\n",
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_report_is_what_was_graded(tmp_path, kind):
    """Word for word, with the line that was located and the case's numbers."""
    _, cell = graded(tmp_path, ANSWERS[kind], locating=5.0)
    found = again(tmp_path)
    assert str(found.report) == cell.outputs[0]["data"]["text/plain"]
    assert found.same
    lines = found.lines
    assert set(str(found.report).splitlines()) <= set(lines)
    assert any("Your line 2, `return 2 / x + 1`" in line for line in lines) == (kind == "located")
    assert any(line.startswith("x ") and "yours" in line for line in lines) == (kind in {"named", "located", "trap"})


def test_a_line_is_shown_only_where_one_was_located_in_class(tmp_path):
    """Switched off in class, nothing is searched for afterwards."""
    _, cell = graded(tmp_path, ANSWERS["located"], locating=0.0)
    found = again(tmp_path)
    assert found.report.located is None
    assert str(found.report) == cell.outputs[0]["data"]["text/plain"]


def test_a_record_of_an_earlier_version_is_replayed(tmp_path):
    """It kept a number of the line and one id; the line is searched for again."""
    for answer, old in (("located", {"misconception": None, "line": 2}), ("named", {"misconception": "warm_up.other"})):
        path, cell = graded(tmp_path / answer, ANSWERS[answer], locating=5.0)
        notebook = nbformat.read(path, as_version=4)
        for one in notebook.cells:
            if one.id == cell.id:
                scored = {key: cell.metadata[METADATA_KEY][key] for key in ("role", "score", "earned", "outcome")}
                one.metadata[METADATA_KEY] = {**scored, "passed": False, **old}
        nbformat.write(notebook, path)
        found = again(tmp_path / answer)
        assert found.report.line == old.get("line")
        assert found.same == (answer == "located")
        assert ("When it was graded" in found.lines[-1]) == (answer == "named")


HOSTILE = {
    "message": "def warm_up(x):\n    raise ValueError({text!r})\n",
    "name": "def warm_up(x):\n    raise type({text!r}, (Exception,), {{}})\n",
    "source": 'def warm_up(x):\n    y = "{marks}"; return 2 / x + 1 # {marks}\n',
    "raising source": "def warm_up(x):\n    return 1 / 0 # {marks}\n",
    "type": "def warm_up(x):\n    return type({text!r}, (), {{}})()\n",
    "text": "def warm_up(x):\n    return {text!r}\n",
    "cell": "raise ValueError({text!r})\n",
    "signature": "def warm_up(x, y={text!r}, z={text!r}, *, w):\n    return x\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_of_a_students_steers_the_terminal(tmp_path, kind):
    """Escapes are shown as text, and none of their newlines begins a line that looks like ours."""
    graded(tmp_path, HOSTILE[kind].format(text=f"{MARKS}\r\n{FORGED}", marks=MARKS), locating=5.0)
    shown = CliRunner().invoke(cli.app, ["replay", "mia", CHAPTER, "warm_up", "--root", str(tmp_path)])
    assert shown.exit_code == 0, shown.output
    lines = shown.output.split("\n")
    assert not [c for line in lines for c in line if unicodedata.category(c) in {"Cc", "Cf"}]
    assert not any(line.startswith(FORGED) for line in lines)
    assert lines[0].startswith("warm_up: ")


def test_the_student_or_the_assignment_comes_first(tmp_path):
    graded(tmp_path, ANSWERS["right"])
    (tmp_path / "notebooks" / CHAPTER).mkdir(parents=True)
    orders = (["mia", CHAPTER], [CHAPTER, "mia"])
    shown = [CliRunner().invoke(cli.app, ["replay", *order, "warm_up", "--root", str(tmp_path)]) for order in orders]
    assert shown[0].output == shown[1].output
    assert shown[0].output.startswith("warm_up: ")


def test_another_course_is_refused(tmp_path, monkeypatch):
    """With other cases the same seed draws other numbers: the report would be another one."""
    path, _ = graded(tmp_path, ANSWERS["named"])
    kept = nbformat.read(path, as_version=4).metadata[METADATA_KEY]
    assert again(tmp_path).same
    monkeypatch.setattr(grading, "digest_of_exercises", lambda exercises: "another digest")
    with pytest.raises(
        OtherCourse, match=rf"graded by another course: {kept.version}, exercise {kept.digests.warm_up}; "
    ):
        again(tmp_path)


def test_what_is_asked_for_is_shown_and_not_obeyed(tmp_path):
    """A name with an escape, of a student, a chapter or an exercise."""
    graded(tmp_path, ANSWERS["right"])
    for asked in (
        ("a\x1b[8m\nb", "mia", "warm_up"),
        (CHAPTER, "a\x1b[8m\nb", "warm_up"),
        (CHAPTER, "mia", "a\x1b[8m\nb"),
    ):
        with pytest.raises(NothingToReplay, match=r"x1b\[8m\\"):
            replay(tmp_path / "grader" / "autograded", *asked)
