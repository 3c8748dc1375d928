"""The record of the releases that a working copy was given."""

import json

import pytest

from course.workcopy.history import History


def test_it_is_read_back_as_it_was_written(tmp_path):
    """With the version of the course next to it, and the date of the first time."""
    path = tmp_path / "copy.json"
    history = History.load(path)
    for digest in ("a", "b", "a"):
        history.add("01_linear/linear.ipynb", digest)
    history.save()
    again = History.load(path)
    assert again.of("01_linear/linear.ipynb") == ["b", "a"], "the newest is last, each is there once"
    assert again.of("02_b/b.ipynb") == []
    assert again.created == history.created
    assert set(json.loads(path.read_text())) == {"version", "created", "releases"}


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"releases": [1]}', '{"releases": {"x": 3}}', "\x00", "[" * 99_999]
)
def test_a_damaged_record_is_an_empty_one(tmp_path, content):
    """Then every file that differs from the release counts as the student's."""
    path = tmp_path / "copy.json"
    path.write_text(content)
    assert History.load(path).releases == {}
