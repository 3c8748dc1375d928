"""Rebuilding on the release: the student's text, our notebook."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.cell_roles import METADATA_KEY, role
from grader.rebuild import MAX_EXTRA, note, rebuild
from grader.submission import Submission, SubmittedCell


def mark(cell, grade_id, *, grade=False, solution=False, points=None):
    cell.metadata["nbgrader"] = {
        "grade_id": grade_id, "grade": grade, "solution": solution, "locked": grade, "schema_version": 3, "task": False,
    }  # fmt: skip
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
    cell.id = grade_id
    return cell


@pytest.fixture
def release():
    setup = new_code_cell("import numpy as np", id="setup")
    setup.metadata["tags"] = ["setup"]
    return new_notebook(
        cells=[
            new_markdown_cell("# Linear", id="title"),
            setup,
            mark(new_code_cell("def linear(): raise NotImplementedError"), "linear", solution=True),
            mark(new_code_cell("check(linear)"), "check-linear", grade=True, points=4),
            new_code_cell("import torch", id="demo"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


def submit(*cells, problems=()):
    return Submission(tuple(cells), problems)


def sources(notebook, kind):
    return [cell.source for cell in notebook.cells if role(cell) == kind]


def test_an_answer_takes_its_place(release):
    """The text of the solution cell is the student's; everything else is the release's."""
    rebuilt = rebuild(release, submit(SubmittedCell("def linear(): return 1", key="linear")))
    assert sources(rebuilt, "solution") == ["def linear(): return 1"]
    assert [cell.id for cell in rebuilt.cells] == [cell.id for cell in release.cells]
    assert rebuilt.metadata[METADATA_KEY]["problems"] == []
    assert release.cells[2].source == "def linear(): raise NotImplementedError"
    nbformat.validate(rebuilt)


def test_a_changed_check_is_replaced_and_told(release):
    """The check cell's text and points come from the release, whatever the submission says."""
    changed = SubmittedCell("check = print", key="check-linear", points=100)
    rebuilt = rebuild(release, submit(SubmittedCell("x", key="linear"), changed))
    (cell,) = [cell for cell in rebuilt.cells if role(cell) == "check"]
    assert (cell.source, cell.metadata["nbgrader"]["points"]) == ("check(linear)", 4)
    assert rebuilt.metadata[METADATA_KEY]["problems"] == [
        "The points for `linear` are 4, not 100 as in the notebook that was handed in. There is nothing to do.",
        "The notebook that was handed in has another check of `linear`; the class's was used. There is nothing to do.",
    ]


def test_extra_code_runs_where_it_stood_without_metadata(release):
    """A helper that the student defined before the answer runs before it."""
    helper = SubmittedCell("def helper(): pass", key="own-cell")
    rebuilt = rebuild(release, submit(SubmittedCell("", False, "title"), helper, SubmittedCell("x", key="linear")))
    assert [role(cell) for cell in rebuilt.cells] == ["lesson", "extra", "setup", "solution", "check", "lesson"]
    assert rebuilt.cells[1].metadata == {METADATA_KEY: {"role": "extra"}}


def test_a_changed_demonstration_runs_as_an_extra_cell(release):
    """Code that a student wrote into a cell of the lesson is not lost; the lesson's own cell stays."""
    rebuilt = rebuild(release, submit(SubmittedCell("def helper(): pass", key="demo")))
    assert sources(rebuilt, "extra") == ["def helper(): pass"]
    assert sources(rebuilt, "lesson")[-1] == "import torch"


def test_extra_code_without_end_is_cut(release):
    """Running and colouring megabytes of code would hold up a class: the first cells are kept, the rest is reported."""
    many = [SubmittedCell("x = 1\n" * 10_000)] * 8
    rebuilt = rebuild(release, submit(*many, SubmittedCell("x", key="linear"), SubmittedCell("small")))
    assert len(sources(rebuilt, "extra")) == 5
    assert rebuilt.metadata[METADATA_KEY]["problems"] == [
        "4 extra code cells were left out: 500 cells of 300,000 characters together are run at most."
    ]


def test_prose_and_empty_cells_are_dropped(release):
    """A student's Markdown does not reach the graded notebook."""
    rebuilt = rebuild(release, submit(SubmittedCell("<script>", False), SubmittedCell("  ", True)))
    assert len(rebuilt.cells) == len(release.cells)


def test_a_missing_answer_is_restored_and_not_run(release):
    """Where the solution cell is gone, the stub is shown but cannot overwrite an answer given elsewhere."""
    rebuilt = rebuild(release, submit(SubmittedCell("def linear(): return 1")))
    assert sources(rebuilt, "restored") == ["def linear(): raise NotImplementedError"]
    assert sources(rebuilt, "extra") == ["def linear(): return 1"]
    assert "is missing from the submission" in rebuilt.metadata[METADATA_KEY]["problems"][0]


def test_a_copied_answer_runs_after_the_first(release):
    """Of two cells with one id the first is the answer; the other runs after it, as it did for the student."""
    copies = [SubmittedCell(text, key="linear") for text in ("one", "two", "three")]
    rebuilt = rebuild(release, submit(*copies))
    assert [cell.source for cell in rebuilt.cells if role(cell) in ("solution", "extra")] == ["one", "two", "three"]
    (problem,) = rebuilt.metadata[METADATA_KEY]["problems"]
    assert "more than once" in problem
    assert sum(cell.metadata.get("nbgrader", {}).get("grade_id") == "linear" for cell in rebuilt.cells) == 1


STUB, ANSWER = "def linear(): raise NotImplementedError", "def linear(): return 1"


@pytest.mark.parametrize("key", ["", "linear"])
@pytest.mark.parametrize("stub_key", ["", "linear"])
def test_a_stub_never_overwrites_an_answer_above_it(release, key, stub_key):
    """Also where Jupyter's copy of the cell has its id, or a system has dropped all ids."""
    rebuilt = rebuild(release, submit(SubmittedCell(ANSWER, key=key), SubmittedCell(STUB, key=stub_key)))
    assert [cell.source for cell in rebuilt.cells if role(cell) in ("solution", "extra")] == [ANSWER]
    said = " ".join(rebuilt.metadata[METADATA_KEY]["problems"])
    assert "`linear` is defined in another cell; the untouched one that was handed out for it was left out." in said


@pytest.mark.parametrize("above", [(), (SubmittedCell("def linear(): return 'a draft'"),)])
def test_a_stub_above_an_answer_is_no_answer(release, above):
    """With or without a draft above it: a report would ask to remove the answer, as the cell that defines it again."""
    rebuilt = rebuild(release, submit(*above, SubmittedCell(STUB, key="linear"), SubmittedCell(ANSWER)))
    assert sources(rebuilt, "restored") == [STUB]
    assert sources(rebuilt, "extra") == [*(cell.source for cell in above), ANSWER]
    assert "was left out" in " ".join(rebuilt.metadata[METADATA_KEY]["problems"])


def test_a_stub_runs_where_nothing_defines_its_name(release):
    """It is what says that an exercise was not attempted."""
    rebuilt = rebuild(release, submit(SubmittedCell("x = linear"), SubmittedCell(STUB, key="linear")))
    assert [cell.source for cell in rebuilt.cells if role(cell) in ("solution", "extra")] == ["x = linear", STUB]
    assert rebuilt.metadata[METADATA_KEY]["problems"] == []


def test_an_answer_turned_into_text_is_still_graded(release):
    """Whoever pressed M by accident keeps the answer."""
    rebuilt = rebuild(release, submit(SubmittedCell("def linear(): return 1", False, "linear")))
    assert rebuilt.cells[2].cell_type == "code"
    assert sources(rebuilt, "solution") == ["def linear(): return 1"]


def test_too_many_extra_cells_are_cut(release):
    """Thousands of extra cells are run up to a limit, which is reported."""
    rebuilt = rebuild(release, submit(*[SubmittedCell("x = 1")] * (MAX_EXTRA + 7)))
    assert len(sources(rebuilt, "extra")) == MAX_EXTRA
    assert "7 extra code cells were left out" in "".join(rebuilt.metadata[METADATA_KEY]["problems"])


def test_a_note_holds_no_markup():
    """What comes from a submission is shown as plain text."""
    cell = note(["The cell of `<script>alert(1)</script>` is ![](http://x) $x$."])
    assert "<script>" not in cell.source
    assert "![" not in cell.source
