"""`course update`: a new release next to the student's work, and which file is handed in."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course import cli
from course.workcopy.location import MARKER
from course.workcopy.release import course_version

LINEAR = "01_linear/linear.ipynb"
START = "00_start_here/start_here.ipynb"
NOW = course_version()


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """Make a release of two notebooks and a picture, and a working copy of it in `mine`."""
    root = tmp_path / "notebooks"
    for name in (START, LINEAR, "01_linear/cat.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("released")
    monkeypatch.setattr("course.workcopy.start.released_notebooks", lambda: root)
    monkeypatch.chdir(tmp_path)
    run("start", "mine")
    return root


def run(*words, code=0):
    result = CliRunner().invoke(cli.app, list(words), env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert result.exit_code == code, result.output
    return result


def texts():
    return {path.relative_to("mine").as_posix(): path.read_text() for path in Path("mine").glob("0*/*")}


def test_a_new_release_is_put_beside_work_and_replaces_what_was_not_touched(notebooks):
    """Each file is as it should be, and the last line says which is handed in."""
    record = Path("mine", MARKER, "copy.json")
    record.write_text(json.dumps({**json.loads(record.read_text()), "version": "0.0.9"}))
    for name in (LINEAR, "01_linear/cat.png"):
        Path("mine", name).write_text("work")
    for name in (START, LINEAR, "01_linear/cat.png"):
        (notebooks / name).write_text("newer")
    told = run("update", "mine").stdout.splitlines()
    assert texts() == {
        START: "newer",
        LINEAR: "work",
        "01_linear/linear.new.ipynb": "newer",
        "01_linear/cat.png": "work",
        "01_linear/cat.new.png": "newer",
    }
    assert told[-2:] == [
        f"It had release 0.0.9, and has {NOW} now.",
        "You hand in 01_linear/linear.ipynb, as it is. linear.new.ipynb is not handed in.",
    ]


def test_it_is_said_again_as_long_as_both_are_there(notebooks):
    """Until the student has decided; then there is nothing to say."""
    Path("mine", LINEAR).write_text("work")
    (notebooks / LINEAR).write_text("newer")
    run("update", "mine")
    said = "You hand in 01_linear/linear.ipynb, as it is. linear.new.ipynb is not handed in."
    assert run("update", "mine").stdout.splitlines() == ["mine is up to date.", f"It has release {NOW}.", said]
    Path("mine/01_linear/linear.new.ipynb").replace(Path("mine", LINEAR))
    assert run("update", "mine").stdout.splitlines() == ["mine is up to date.", f"It has release {NOW}."]


def test_it_finds_the_working_copy_around_the_current_folder_or_the_usual_one(notebooks, tmp_path, monkeypatch):
    """So a student doesn't have to remember where it is."""
    run("start", "my-course")
    (notebooks / LINEAR).write_text("newer")
    run("update")
    assert Path("my-course", LINEAR).read_text() == "newer"
    assert Path("mine", LINEAR).read_text() == "released"
    monkeypatch.chdir(tmp_path / "mine" / "01_linear")
    run("update")
    assert (tmp_path / "mine" / LINEAR).read_text() == "newer"


def test_what_is_no_working_copy_is_not_made_one(notebooks, tmp_path, monkeypatch):
    """A mistyped name makes no second copy; the sentence says what would."""
    told = run("update", "mnie", code=1)
    assert told.stderr == "mnie is not in a working copy; `course start mnie` makes one.\n"
    assert not Path("mnie").exists()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert "`course start my-course` makes one." in run("update", code=1).stderr
