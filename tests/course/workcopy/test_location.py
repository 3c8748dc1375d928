"""Where a working copy is found."""

import sys

import pytest

from course.workcopy.location import MARKER, find_working_copy


@pytest.fixture
def root(tmp_path):
    (tmp_path / MARKER).mkdir()
    return tmp_path.resolve()


def test_it_is_found_from_a_folder_below(root, monkeypatch):
    """A notebook runs in its chapter's folder."""
    chapter = root / "01_linear" / "deep"
    chapter.mkdir(parents=True)
    assert find_working_copy(chapter) == root
    monkeypatch.chdir(chapter)
    assert find_working_copy() == root


def test_the_nearest_one_counts(root):
    """One working copy inside another is its own."""
    inner = root / "inner"
    (inner / MARKER).mkdir(parents=True)
    assert find_working_copy(inner) == inner


def test_there_is_none_without_a_marker(tmp_path):
    """A file of the marker's name is not a marker, and a missing folder is not an error."""
    (tmp_path / MARKER).write_text("a file")
    assert find_working_copy(tmp_path) is None
    assert find_working_copy(tmp_path / "missing" / "folder") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a current folder from being deleted")
def test_there_is_none_where_the_current_folder_is_gone(tmp_path, monkeypatch):
    """A deleted current folder is no reason to fail."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert find_working_copy() is None
