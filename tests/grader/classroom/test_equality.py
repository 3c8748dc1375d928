"""What `grader grade` writes is what nbgrader with our preprocessors writes: cell by cell."""

import copy
import os
import shutil
import sys
from pathlib import Path

import pytest
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import BasePlugin, CsvExportPlugin

from grader.config import course_config
from tests.grader.classroom.made import (
    CHAPTER,
    FILE,
    HALF,
    MISTAKEN,
    NAME,
    SOLVED,
    copy_class,
    graded,
    grades,
    hand_in,
    make_class,
    marks,
    nbgraders,
    notebook,
    opened,
    ours,
    raw,
    with_questions,
)  # fmt: skip

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("autograde")]

RELEASE = with_questions()
DUE, LATE = "2026-11-02 12:00:00 UTC", "2026-11-02 15:30:00 UTC"


def changed(change):
    handed_in = notebook(SOLVED, RELEASE)
    change(handed_in["cells"])
    return raw(handed_in)


def strip(cells):
    for cell in cells:
        cell["metadata"] = {}
        cell.pop("id")


def double(cells):
    cells[:] = [copy.deepcopy(cell) for cell in cells for _ in range(2)]


def print_much(cells):
    much = "for i in range(3000): print(i)", "def f(n): return f(n)\nf(1)"
    cells += [{"cell_type": "code", "source": one, "metadata": {}, "outputs": []} for one in much]


def claim(cells):
    for cell in cells:
        if marks(cell):
            marks(cell).update(points=1000, checksum="0")


ANSWERED = {**SOLVED, "why": "Because of *this*.", "essay": "An essay."}
HANDED_IN = {
    "solved": raw(notebook(SOLVED, RELEASE)),
    "answered": raw(notebook(ANSWERED, RELEASE)),
    "after answered": raw(notebook({}, RELEASE)),
    "blank": raw(RELEASE),
    "half": raw(notebook(HALF, RELEASE)),
    "mistaken": raw(notebook(MISTAKEN, RELEASE)),
    "wrong": raw(notebook({name: f"def {name}(*args): return 0" for name in SOLVED}, RELEASE)),
    "stopped": raw(notebook(dict.fromkeys(SOLVED, "1 / 0"), RELEASE)),
    "no metadata": changed(strip),
    "twice": changed(double),
    "much output": changed(print_much),
    "claims": changed(claim),
    "UTF-16": raw(notebook(SOLVED, RELEASE)).decode().encode("utf-16"),
    "cut off": raw(notebook(SOLVED, RELEASE))[:9000],
    "no notebook": b"dear teacher",
    "empty": b"",
    "late": raw(notebook(SOLVED, RELEASE)),
    "late and extended": raw(notebook(SOLVED, RELEASE)),
    "very late": raw(notebook(HALF, RELEASE)),
    "Jürgen Müller": raw(notebook(SOLVED, RELEASE)),
}


ALIKE = {"answered", "after answered", "claims", "UTF-16", "late", "late and extended", "very late"}
ALIKE |= {"solved", "blank", "wrong", "cut off", "empty"}
"""Students whose graded notebooks have only kinds of cells and outputs that other students' notebooks have, too."""


class Hourly(BasePlugin):
    """Takes a point for each hour, and too much from one student."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 99 if student_id == "very late" else total_seconds_late / 3600


def configured(root):
    config = course_config(root)
    config.AssignLatePenalties.plugin_class = Hourly
    return config


@pytest.fixture(scope="module")
def alembic():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        yield


def set_up(root):
    """Give the assignment a deadline, and one student more time, as an instructor does."""
    with opened(root) as book:
        book.update_or_create_assignment(CHAPTER, duedate=DUE)
        book.update_or_create_student("late and extended")
        book.update_or_create_submission(CHAPTER, "late and extended")
        book.grant_extension(CHAPTER, "late and extended", hours=2)


@pytest.fixture(scope="module")
def pair(tmp_path_factory, alembic):
    """Make the same class twice, graded by nbgrader and by `grader grade`."""
    theirs = make_class(tmp_path_factory.mktemp("pair") / "theirs", HANDED_IN, RELEASE)
    for student in ("late", "late and extended", "very late"):
        hand_in(theirs, student, time=LATE)
    from grader.registering import register

    register(course_config(theirs).CourseDirectory.db_url, theirs / "notebooks", CHAPTER, "layer-by-layer")
    set_up(theirs)
    mine = copy_class(theirs, theirs.with_name("mine"))
    nbgraders(theirs, configured(theirs))
    summary = ours(mine, config=configured(mine))
    return theirs, mine, summary


def test_the_gradebooks_are_equal(pair):
    """Scores, what a person has to grade, comments, times and late penalties."""
    theirs, mine, summary = pair
    assert grades(mine) == grades(theirs)
    assert grades(mine).keys() == HANDED_IN.keys()
    assert summary.graded == sorted(HANDED_IN)
    assert sorted(summary.unreadable) == ["cut off", "empty", "no notebook"]
    assert summary.errors == {}


def test_this_class_has_every_kind_of_grade(pair):
    """The comparison would be worth little if all were alike."""
    found = grades(pair[1])
    assert {0.0, 12.0} < {one["score"] for one in found.values()}
    assert found["answered"]["grades"]["why"] == (None, None, None, True)
    assert found["solved"]["grades"]["why"] == (0.0, None, None, False)
    assert found["solved"]["comments"]["why"] == ("No response.", None)
    assert found["blank"]["comments"]["linear"] == ("No response.", None)
    assert found["late"]["late"] == [3.5]
    assert found["late and extended"]["late"] == [1.5]
    assert found["very late"]["late"] == [found["very late"]["score"]]


@pytest.mark.parametrize("student", HANDED_IN)
def test_the_graded_notebooks_are_equal(pair, student):
    """Every cell: text, outputs, report, metadata."""
    theirs, mine, _ = pair
    expected, found = graded(theirs, student), graded(mine, student)
    for ours_, theirs_ in zip(found.cells, expected.cells, strict=True):
        assert ours_ == theirs_
    assert found == expected


def test_an_answer_reaches_no_other_student(pair):
    """A question's text is the student's own."""
    texts = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in graded(pair[1], "after answered").cells if marks(cell)
    }
    assert texts["why"] == "Your answer here."


def test_long_outputs_are_shortened(pair):
    """A thousand lines of output are kept."""
    outputs = [output for cell in graded(pair[1], "much output").cells for output in cell.get("outputs", ())]
    assert any(output.get("text", "").endswith("... Output truncated ...") for output in outputs)


def test_what_a_person_entered_stays(pair, tmp_path):
    """Graded again after a change: manual scores, comments and extra credit stay, and want another look."""
    theirs, mine = copy_class(pair[0], tmp_path / "theirs"), copy_class(pair[1], tmp_path / "mine")
    for root, again in ((theirs, nbgraders), (mine, ours)):
        with opened(root) as book:
            grade = book.find_grade("check-linear", NAME, CHAPTER, "half")
            grade.manual_score, grade.extra_credit = 1.5, 0.25
            book.find_comment("linear", NAME, CHAPTER, "half").manual_comment = "See me."
            book.find_grade("essay", NAME, CHAPTER, "half").manual_score = 3
            book.db.commit()
        submitted = root / "grader" / "submitted"
        for student in HANDED_IN.keys() - {"half"}:
            shutil.rmtree(submitted / student)
        hand_in(root, "half", notebook(ANSWERED, RELEASE), time="2026-11-02 13:00:00 UTC")
        again(root, config=configured(root), force=True)
    assert grades(mine) == grades(theirs)
    found = grades(mine)["half"]
    assert found["grades"]["check-linear"][1:] == (1.5, 0.25, True)
    assert found["comments"]["linear"] == (None, "See me.")
    assert found["late"] == [1.0]


def test_nbgrader_goes_on_with_the_result(pair):
    """Feedback is written, and grades are exported."""
    _, mine, _ = pair
    config = course_config(mine)
    config.CourseDirectory.assignment_id = CHAPTER
    config.CourseDirectory.student_id_exclude = ",".join(ALIKE)
    GenerateFeedback(coursedir=CourseDirectory(config=config), config=config).start()
    page = (mine / "grader" / "feedback" / "half" / CHAPTER / f"{NAME}.html").read_text()
    assert "check-linear" in page
    pages = (mine / "grader" / "feedback").glob("*/*/*.html")
    assert {path.parent.parent.name for path in pages} == HANDED_IN.keys() - ALIKE
    file = mine / "grades.csv"
    with opened(mine) as book:
        CsvExportPlugin(to=str(file)).export(book)
    rows = file.read_text().splitlines()
    assert len(rows) == 1 + len(HANDED_IN)
    assert FILE not in rows[0]
