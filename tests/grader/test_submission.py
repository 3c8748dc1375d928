"""Reading submissions: whatever the file is, its text comes out and its faults are reported."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission import MAX_BYTES, MAX_CELLS, read_file, read_submission


def raw(**notebook):
    return json.dumps(notebook).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is not JSON"),
        (b"not json", "it is not JSON"),
        (b"\xff\xfe\x00", "it is not JSON"),
        (b" " * (MAX_BYTES + 1), "it has more than 20,000,000 bytes"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "it has no list of cells"),
        (b'"text"', "it has no list of cells"),
        (b"{}", "it has no list of cells"),
        (b'{"cells": {}}', "it has no list of cells"),
        (b'{"worksheets": [3]}', "it has no list of cells"),
    ],
)
def test_what_is_no_notebook_is_told(content, why):
    """A file that is not a notebook has no cells and one plain sentence."""
    submission = read_submission(content)
    assert submission.cells == ()
    assert submission.problems == (f"The file is not a notebook: {why}. Nothing in it could be graded.",)


def test_a_cell_is_its_text_its_kind_and_its_key():
    """The id of nbgrader's metadata comes before the cell's own."""
    marked = {"cell_type": "code", "id": "x", "source": ["a\n", "b"], "metadata": {"nbgrader": {"grade_id": "linear"}}}
    plain = {"cell_type": "markdown", "id": "y", "source": "# Title", "metadata": {}}
    one, other = read_submission(raw(cells=[marked, plain])).cells
    assert (one.source, one.code, one.key) == ("a\nb", True, "linear")
    assert (other.source, other.code, other.key) == ("# Title", False, "y")


def test_metadata_of_any_shape_does_no_harm():
    """Metadata that is not a mapping, a key that is not a string, points that are not a number: all are ignored."""
    for metadata in (None, 3, [], {"nbgrader": 7}, {"nbgrader": {"grade_id": {"a": 1}, "points": "many"}}):
        (cell,) = read_submission(raw(cells=[{"cell_type": "code", "source": "x", "metadata": metadata}])).cells
        assert (cell.source, cell.key, cell.points) == ("x", "", None)


def test_unreadable_cells_are_left_out_and_counted():
    """The readable cells of a damaged notebook are still graded."""
    submission = read_submission(raw(cells=[3, {"source": 4}, {"cell_type": "code", "source": "x"}]))
    assert [cell.source for cell in submission.cells] == ["x"]
    assert submission.problems == ("2 of its cells were left out: not readable, or too long.",)


@pytest.mark.parametrize("source", ["a." * 1000, "*" * 1000, "x" * 200_001])
def test_cells_that_would_hold_up_the_feedback_are_left_out(source):
    """A word of a thousand dots takes a code highlighter seconds, one of a hundred thousand many minutes."""
    submission = read_submission(raw(cells=[{"cell_type": "code", "source": source}]))
    assert submission.cells == ()
    assert submission.problems == ("1 of its cells was left out: not readable, or too long.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_what_an_editor_makes_of_the_encoding_is_read(encoding):
    """A notebook saved again on Windows keeps its answers."""
    content = json.dumps({"cells": [{"cell_type": "code", "source": "β = 1"}]}, ensure_ascii=False).encode(encoding)
    assert [cell.source for cell in read_submission(content).cells] == ["β = 1"]


@pytest.mark.parametrize("points", ["1" + "0" * 400, "NaN", "Infinity", "true"])
def test_points_of_any_size_are_taken(points):
    """Numbers that are none, or that no float holds, do no harm."""
    content = '{"cells": [{"source": "x", "metadata": {"nbgrader": {"points": HERE}}}]}'.replace("HERE", points)
    assert isinstance(read_submission(content.encode()).cells[0].points, float)


def test_only_regular_files_are_read(tmp_path):
    """Nothing is waited for, no link is followed, and what can't be read is reported."""
    (tmp_path / "real.ipynb").write_bytes(raw(cells=[{"cell_type": "code", "source": "x"}]))
    (tmp_path / "link.ipynb").symlink_to("real.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    assert [cell.source for cell in read_file(tmp_path / "real.ipynb").cells] == ["x"]
    for name, why in {
        "link": "it is a link to another file, and links are not followed",
        "pipe": "it is not a regular file",
        "folder": "it is a folder",
        "missing": "it could not be read (No such file or directory)",
    }.items():
        told = read_file(tmp_path / f"{name}.ipynb").problems
        assert told == (f"The file is not a notebook: {why}. Nothing in it could be graded.",)


def test_a_notebook_of_2014_is_read():
    """Worksheets and `input` of the third notebook format are understood."""
    old = raw(nbformat=3, worksheets=[{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}])
    assert [cell.source for cell in read_submission(old).cells] == ["x = 1"]


def test_too_many_cells_are_cut():
    """A notebook of very many cells is read up to a limit, which is reported."""
    submission = read_submission(raw(cells=[{"cell_type": "code", "source": "x"}] * (MAX_CELLS + 5)))
    assert len(submission.cells) == MAX_CELLS
    assert "the first 3,000 were read" in submission.problems[0]


def test_lone_surrogates_become_readable_text():
    """Text that no file could hold is replaced, so that writing it cannot fail."""
    (cell,) = read_submission(b'{"cells": [{"cell_type": "code", "source": "a\\ud800b"}]}').cells
    cell.source.encode("utf-8")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=10), children, max_size=4),
    max_leaves=15,
)
CELL_KEYS = st.sampled_from(["cell_type", "source", "metadata", "id", "input", "nbgrader", "grade_id", "points"])
cells = st.dictionaries(CELL_KEYS, json_values | st.dictionaries(CELL_KEYS, json_values, max_size=4), max_size=6)


@given(st.lists(cells | json_values, max_size=5))
def test_any_json_is_read(drawn):
    """Whatever JSON a submission holds, reading it ends in text and sentences."""
    submission = read_submission(raw(cells=drawn))
    assert all(isinstance(cell.source, str) and isinstance(cell.key, str) for cell in submission.cells)


@given(st.binary(max_size=200))
def test_any_bytes_are_read(content):
    """Whatever bytes a submission holds, reading them does not fail."""
    read_submission(content)
