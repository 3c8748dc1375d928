"""`grader grades`: what is a grade and what is none, as tables for people, Canvas and Moodle."""

import csv
import json
import os
import shutil
from datetime import datetime

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from grader.class_folder.make import init
from grader.cli import app
from grader.config import course_config
from grader.grades.read import NoGrades, Status, read_grades
from grader.registering import GradebookError
from grader.roster import read_roster
from grader.submission import read_submission

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("grades")]

CHAPTER, FILE = "00_start_here", "start_here.ipynb"
ROSTER = "Student,ID,SIS User ID,SIS Login ID,Section,00_start_here (4711)\n" + "".join(
    f'"{name}",{number},S{number},{login},A,\n'
    for number, (login, name) in enumerate([("ada", "=Ada"), ("bob", "Bob"), ("kim", "Kim"), ("lee", "Lee"), ("mia", "Mia"), ("zoe", "Zoë")])
)  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Make a class: graded, late, unreadable, honestly 0, waiting, and one who is only in the roster."""
    root = tmp_path_factory.mktemp("grades") / "class"
    init(root, [CHAPTER])
    (root / "students.csv").write_text(ROSTER, encoding="utf-8")
    release = (root / "notebooks" / CHAPTER / FILE).read_bytes()
    with Gradebook(course_config(root).CourseDirectory.db_url) as book:
        book.update_or_create_assignment(CHAPTER, duedate=datetime(2026, 10, 12))
        for student, scores, when in (
            ("ada", (1.0, 1 / 3), datetime(2026, 10, 11)),
            ("bob", (1.0, 1.0), datetime(2026, 10, 13)),
            ("kim", (0.0, 0.0), None),
            ("lee", (0.0, 0.0), None),
        ):
            book.add_student(student)
            submission = book.add_submission(CHAPTER, student)
            submission.timestamp = when
            for name, score in zip(("check-warm_up", "check-repair_center"), scores, strict=True):
                grade = book.find_grade(name, "start_here", CHAPTER, student)
                grade.auto_score, grade.needs_manual_grade = score, False
            submission.notebooks[0].late_submission_penalty = 0.30000000000000004 if student == "bob" else None
        book.db.commit()
    content = json.loads(release)
    content["metadata"]["layer_by_layer"] = {"problems": list(read_submission(b"dear teacher").problems)}
    unreadable = root / "grader" / "autograded" / "kim" / CHAPTER / FILE
    unreadable.parent.mkdir(parents=True)
    unreadable.write_text(json.dumps(content))
    waiting = root / "grader" / "submitted" / "mia" / CHAPTER / FILE
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(release)
    return root


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def written(graded, tmp_path, to):
    output = tmp_path / "out.csv"
    words = ["grades", "--to", to, "--output", output, "--root", graded, "--roster", graded / "students.csv"]
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return table(output), result.output


def test_for_people(graded, tmp_path):
    rows, shown = written(graded, tmp_path, "csv")
    assert rows == [
        ["student", "name", f"{CHAPTER} status", "warm_up /1", "repair_center /1", f"{CHAPTER} penalty", f"{CHAPTER} /2"],
        ["ada", "'=Ada", "graded", "1", "0.33", "0", "1.33"],
        ["bob", "Bob", "graded, late", "1", "1", "0.3", "1.7"],
        ["kim", "Kim", "unreadable", "", "", "", ""],
        ["lee", "Lee", "graded", "0", "0", "0", "0"],
        ["mia", "Mia", "not graded yet", "", "", "", ""],
        ["zoe", "Zoë", "not handed in", "", "", "", ""],
    ]  # fmt: skip
    assert "2 graded, 1 graded, late, 1 not graded yet (mia), 1 not handed in (zoe), 1 unreadable (kim)" in shown


def test_for_canvas(graded, tmp_path):
    """Canvas takes each column after Section for an assignment, and finds its own by the number."""
    rows, _ = written(graded, tmp_path, "canvas")
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{CHAPTER} (4711)"]
    assert rows[1] == ["    Points Possible", "", "", "", "", "2"]
    assert rows[2] == ["'=Ada", "0", "S0", "ada", "A", "1.33"]
    assert [row[-1] for row in rows[2:]] == ["1.33", "1.7", "", "0", "", ""]


def test_for_moodle(graded, tmp_path):
    (tmp_path / "moodle.csv").write_text("First name,Last name,Username,Email address\nAda,Byron,ada,ada@example.org\n")
    output = tmp_path / "out.csv"
    words = ["grades", CHAPTER, "--to", "moodle", "--output", output, "--root", graded, "--roster", tmp_path / "moodle.csv"]  # fmt: skip
    assert CliRunner().invoke(app, [str(word) for word in words]).exit_code == 0
    rows = table(output)
    assert rows[0] == ["First name", "Last name", "Username", "ID number", "Email address", CHAPTER, f"{CHAPTER} status"]  # fmt: skip
    assert rows[1] == ["Ada", "Byron", "ada", "", "ada@example.org", "1.33", "graded"]
    assert rows[2] == ["", "", "bob", "", "", "1.7", "graded, late"]


def test_without_a_roster_nobody_is_missing(graded):
    grades = read_grades(course_config(graded))
    assert [one.id for one in grades.students] == ["ada", "bob", "kim", "lee", "mia"]
    assert grades.of("zoe", CHAPTER).status is Status.MISSING
    assert grades.of("bob", CHAPTER).total == pytest.approx(1.7)


def test_a_folder_whose_name_is_no_text_is_a_row_like_others(graded, tmp_path):
    """Its name is written as Python would write it, and it gets no separate line on the terminal."""
    folder = graded / "grader" / "submitted" / os.fsdecode(b"\xff\n9 graded")
    (folder / CHAPTER).mkdir(parents=True)
    (folder / CHAPTER / FILE).write_text("{}")
    try:
        rows, output = written(graded, tmp_path, "csv")
    finally:
        shutil.rmtree(folder)
    assert [row[0] for row in rows if "9 graded" in row[0]] == ["\\udcff\n9 graded"]
    assert "\n9 graded" not in output


def test_totals_are_nbgraders_own(graded):
    grades = read_grades(course_config(graded), roster=read_roster(graded / "students.csv"))
    with Gradebook(course_config(graded).CourseDirectory.db_url) as book:
        for student in ("ada", "bob", "lee"):
            found = book.find_submission(CHAPTER, student)
            assert grades.of(student, CHAPTER).total == max(0.0, found.score - found.late_submission_penalty)


def test_points_by_hand_are_told_from_points_that_are_missing(graded, tmp_path):
    """After another grading, nbgrader asks for a look at points that a person has given; they count."""
    root = tmp_path / "class"
    shutil.copytree(graded, root)
    config = course_config(root)
    with Gradebook(config.CourseDirectory.db_url) as book:
        grade = book.find_grade("check-warm_up", "start_here", CHAPTER, "bob")
        grade.manual_score, grade.needs_manual_grade = 0.5, True
        book.db.commit()
    found = read_grades(config).of("bob", CHAPTER)
    assert (found.status, found.total) == (Status.REVIEW, pytest.approx(1.2))
    with Gradebook(config.CourseDirectory.db_url) as book:
        book.find_grade("check-repair_center", "start_here", CHAPTER, "bob").needs_manual_grade = True
        book.db.commit()
    assert read_grades(config).of("bob", CHAPTER).status is Status.BY_HAND


def test_a_score_given_by_hand_counts_for_an_unreadable_file(graded):
    url = course_config(graded).CourseDirectory.db_url
    with Gradebook(url) as book:
        book.find_grade("check-warm_up", "start_here", CHAPTER, "kim").manual_score = 0.0
        book.db.commit()
    try:
        assert read_grades(course_config(graded)).of("kim", CHAPTER).total == 0.0
    finally:
        with Gradebook(url) as book:
            book.find_grade("check-warm_up", "start_here", CHAPTER, "kim").manual_score = None
            book.db.commit()


def test_a_folder_whose_name_is_not_utf_8_is_in_the_table(graded, tmp_path):
    """One folder from elsewhere holds back no one's grades."""
    odd = os.fsencode(graded / "grader" / "submitted") + b"/by\xff/00_start_here"
    os.makedirs(odd)
    try:
        rows, _ = written(graded, tmp_path, "csv")
    finally:
        os.removedirs(odd)
    assert [row[0] for row in rows[1:]] == ["ada", "bob", r"by\udcff", "kim", "lee", "mia", "zoe"]


def test_what_is_not_there_is_told_in_a_sentence(graded, tmp_path):
    with pytest.raises(NoGrades, match=r"The gradebook has no assignment '00_start'\. Did you mean 00_start_here\?"):
        read_grades(course_config(graded), ["00_start"])
    with pytest.raises(NoGrades, match="nothing has been graded yet"):
        read_grades(course_config(tmp_path))
    (tmp_path / "grader").mkdir()
    (tmp_path / "grader" / "gradebook.db").write_bytes(b"no database at all, but long enough to be one" * 9)
    with pytest.raises(GradebookError, match="can't be opened: file is not a database"):
        read_grades(course_config(tmp_path))
