"""JupyterLite: the drive whose files the browser keeps is a working copy, without `course start`."""

import pytest

from course.workcopy import location
from course.workcopy.journal import Journal
from course.workcopy.location import MARKER, find_working_copy
from course.workcopy.progress import progress


@pytest.fixture
def drive(tmp_path, monkeypatch):
    folder = tmp_path.resolve() / "drive"
    (folder / "01_linear").mkdir(parents=True)
    monkeypatch.setattr(location, "DRIVE", folder)
    return folder


def test_a_chapter_on_the_drive_is_in_a_working_copy(drive, tmp_path):
    """Only there: outside the drive nothing is kept."""
    assert find_working_copy(drive / "01_linear") == drive
    assert find_working_copy(tmp_path) is None


def test_a_check_is_kept_on_the_drive(drive):
    """The first one makes the folder. No name has `json` in its ending: JupyterLite would wait forever."""
    for passed in (False, True):
        assert Journal.find(drive / "01_linear").record(exercise="linear", score=passed, passed=passed)
    assert [check.passed for check in Journal(drive)] == [False, True]
    assert [path.relative_to(drive).as_posix() for path in drive.rglob("*.*")] == [MARKER, f"{MARKER}/journal.txt"]


def test_a_browser_that_keeps_nothing_is_told(drive, tmp_path):
    """In a separate sentence: `course start` can't be run there."""
    told = str(progress({}, Journal.find(tmp_path)))
    assert told.startswith("Nothing is kept here, because this browser blocks storage for this page:")
    assert "course start" not in told
