"""PyTorch's answers are recorded again where they changed, and only there."""

import dataclasses
import shutil

import numpy as np
import pytest

import course
from course.checking import oracle
from course.checking.recording import read_recording, written
from grader.recordings import keep_recordings

FILE = "answers/linear.npz"


@pytest.fixture
def root(tmp_path):
    shutil.copytree(course.exercises["linear"].recording.parent, tmp_path / "answers")
    return tmp_path


@pytest.fixture
def exercises(root):
    chapter = (one for one in course.exercises.values() if one.chapter == "01_linear")
    return [dataclasses.replace(one, recording=root / FILE) for one in chapter]


def told(exercises, root):
    files, problems = keep_recordings(exercises, root, check=True)
    assert files == []
    return [str(problem) for problem in problems]


def changed(root, **changes):
    """Change what is recorded of linear."""
    path = root / FILE
    names = [one.name for one in course.exercises.values() if one.chapter == "01_linear" and one.oracle]
    kept = {name: read_recording(path, name) for name in names}
    kept["linear"] = dataclasses.replace(kept["linear"], **changes)
    path.write_bytes(written(kept))


def test_what_is_recorded_is_what_pytorch_gives(exercises, root):
    """The recordings that are committed. Then a build writes nothing."""
    before = (root / FILE).stat().st_mtime_ns
    assert told(exercises, root) == []
    assert keep_recordings(exercises, root, check=False) == ([], [])
    assert (root / FILE).stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            lambda old: {"expected": (old.expected[0] + 1e-6, *old.expected[1:])},
            "has other answers to linear than PyTorch gives",
        ),
        (lambda old: {"version": "1.0"}, "has answers to linear by version 1.0, and "),
        (lambda old: {"from_pytorch": False, "version": ""}, "has answers to linear by version "),
        (lambda old: {"cases": "0"}, "answers other cases of linear"),
    ],
)
def test_what_differs_is_told_and_recorded_anew(exercises, root, changes, problem):
    """And then it is right."""
    changed(root, **changes(read_recording(root / FILE, "linear")))
    (found,) = told(exercises, root)
    assert found.startswith(f"{FILE}: {problem}")
    assert found.endswith("; grader build records it again.")
    assert keep_recordings(exercises, root, check=False) == ([FILE], [])
    assert told(exercises, root) == []


def test_the_last_digit_may_differ(exercises, root):
    """Another machine sums in another order; that is no reason to write a file."""
    old = read_recording(root / FILE, "linear").expected
    changed(root, expected=(old[0] * (1 + np.finfo(float).eps), *old[1:]))
    assert told(exercises, root) == []


def test_missing_damaged_and_superfluous_answers_are_told(exercises, root):
    """Each in a sentence, and a build corrects it."""
    path = root / FILE
    assert told([one for one in exercises if one.name != "linear"], root) == [
        f"{FILE}: has answers to exercises that are no longer there; grader build records it again."
    ]
    path.write_bytes(b"PK")
    assert told(exercises, root) == [f"{FILE}: can't be read; grader build records it again."]
    path.unlink()
    assert f"{FILE}: has no answers to linear; grader build records it again." in told(exercises, root)
    assert keep_recordings(exercises, root, check=False) == ([FILE], [])
    assert told(exercises, root) == []


def test_without_pytorch_nothing_is_said_to_be_right(exercises, root, monkeypatch):
    """The check says that it could not be made."""
    monkeypatch.setattr(oracle, "available", lambda: False)
    assert told(exercises, root) == [f"{FILE}: was not compared: PyTorch is not installed here."]


def test_a_chapter_whose_package_is_elsewhere_is_left_alone(exercises, root, tmp_path):
    """A demo of it writes nothing into what is installed."""
    (tmp_path / "elsewhere").mkdir()
    assert keep_recordings(exercises, tmp_path / "elsewhere", check=False) == ([], [])
