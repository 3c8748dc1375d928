"""What is reported when something is in the way, and what is kept. Nothing is run here."""

import errno
import json
import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from typer.testing import CliRunner

import grader.classroom.files
import grader.classroom.grade
from grader.classroom.files import NotWritten
from grader.classroom.ledger import Ledger, LedgerError
from grader.classroom.pool import CannotGrade
from grader.classroom.room import NothingToGrade
from grader.cli import app
from grader.config import course_config
from grader.registering import GradebookError
from tests.grader.classroom.made import (
    CHAPTER,
    FILE,
    HALF,
    hand_in,
    hand_in_files,
    notebook,
    opened,
    problems,
    scores,
    stub,
)  # fmt: skip
from tests.grader.classroom.stubbed import FULL, Counting, autograded, run, submitted

pytestmark = pytest.mark.whole

# What may be in the way


def test_nothing_to_grade(root):
    """An assignment, a student or a class that isn't there is named."""
    with pytest.raises(NothingToGrade, match="There is no submission of 01_linear by zoe in"):
        run(root, students=("zoe", "ada"))
    shutil.rmtree(root / "grader" / "submitted")
    with pytest.raises(NothingToGrade, match="Nothing of 01_linear was handed in"):
        run(root)
    shutil.rmtree(root / "notebooks")
    with pytest.raises(NothingToGrade, match=r"There is no release '01_linear'. There are: none at all."):
        run(root)
    assert not (root / "grader").exists() or not list((root / "grader").iterdir())


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["02_nothing"], 2, "There is no release '02_nothing'"),
        ([CHAPTER, "--student", "zoe"], 2, "There is no submission of 01_linear by zoe"),
        ([CHAPTER, "--seed", "many"], 2, "Invalid value"),
        ([CHAPTER, "--dry-run"], 0, "3 to be graded"),
        (["--help"], 0, "Exit code 0"),
    ],
)
def test_exit_codes(root, words, code, told):
    """They mean what --help says."""
    done = CliRunner().invoke(app, ["grade", *words, "--root", str(root)], env={"COLUMNS": "200"})
    assert (done.exit_code, told in " ".join(done.output.split())) == (code, True), done.output


def kept(root):
    with sqlite3.connect(root / "grader" / "grading.db") as ledger:
        return [row[0] for row in ledger.execute("select student from marks where not done order by student")]


def stops(root, told, kind=GradebookError):
    """Check that a run says in one sentence what is wrong."""
    mark = Counting()
    with pytest.raises(kind, match=told) as error:
        run(root, mark=mark)
    assert "\n" not in str(error.value)
    return mark


@pytest.fixture
def impatient():
    """Have nbgrader wait half a second for a gradebook that is locked, and not five."""

    def connected(connection, record):
        connection.execute("pragma busy_timeout = 500")

    event.listen(Engine, "connect", connected)
    yield
    event.remove(Engine, "connect", connected)


@pytest.mark.usefixtures("impatient")
def test_a_locked_gradebook(root):
    """Another program writes to it for long."""
    run(root)
    hand_in(root, "di", notebook())
    holder = sqlite3.connect(root / "grader" / "gradebook.db", isolation_level=None)
    holder.execute("begin exclusive")
    stops(root, "is locked")
    holder.execute("rollback")
    holder.close()
    assert run(root)[0].graded == ["di"]


@pytest.mark.usefixtures("impatient")
def test_a_gradebook_that_is_locked_while_a_class_is_graded(root):
    """The marks are kept, and nothing is marked again."""
    holder = sqlite3.connect(root / "grader" / "gradebook.db", isolation_level=None)

    def mark(assignment, submissions, processes):
        yield from stub(assignment, submissions, processes)
        holder.execute("begin exclusive")

    with pytest.raises(GradebookError, match=r"could not be written: database is locked\. What was graded is kept"):
        run(root, mark=mark)
    holder.close()
    assert kept(root) == ["ada", "bo", "cy"]
    summary, again = run(root)
    assert (again.seen, summary.recovered) == ([], ["ada", "bo", "cy"])
    assert scores(root).keys() == {"ada", "bo", "cy"}


def test_a_gradebook_that_goes_while_a_class_is_graded(root):
    """Nothing is written into a file that isn't there any more; what happened is told, and what to do."""

    def mark(assignment, submissions, processes):
        yield from stub(assignment, submissions, processes)
        (root / "grader" / "gradebook.db").unlink()

    with pytest.raises(GradebookError) as error:
        run(root, mark=mark)
    assert str(error.value) == (
        "The gradebook could not be written: it was deleted or moved away meanwhile. Put it back, if you can: otherwise "
        "the next `grader grade` makes a new one, without what was graded by hand. What was graded is kept; run the same "
        "command to continue."
    )
    assert kept(root) == ["ada", "bo", "cy"]
    run(root)
    assert scores(root).keys() == {"ada", "bo", "cy"}


@pytest.mark.parametrize("version", ["0123456789ab", None])
def test_a_gradebook_of_another_version(root, version):
    """It is left as it was."""
    run(root)
    file = root / "grader" / "gradebook.db"
    with sqlite3.connect(file) as book:
        book.execute("update alembic_version set version_num = ?", (version,)) if version else book.execute(
            "drop table alembic_version"
        )
    book.close()
    before = file.read_bytes()
    hand_in(root, "di", notebook())
    stops(root, "was made by another version of nbgrader. Keep a copy of it, then run `nbgrader db upgrade`")
    assert file.read_bytes() == before


def test_a_gradebook_that_was_just_begun(root):
    """A run was killed when it had made the first table, and nothing in it."""
    with sqlite3.connect(root / "grader" / "gradebook.db") as book:
        book.execute("create table alembic_version (version_num varchar(32) not null)")
    run(root)
    assert scores(root).keys() == {"ada", "bo", "cy"}


@pytest.mark.parametrize("prepare", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("nowhere/at/all")])
def test_something_else_in_the_gradebooks_place(root, prepare):
    file = root / "grader" / "gradebook.db"
    file.unlink(missing_ok=True)
    prepare(file)
    stops(root, f"{file} is where the gradebook should be, and is not a file. Move it away.")
    file.rmdir() if file.is_dir() else file.unlink()


def test_a_gradebook_that_is_none(root):
    """Anything may have its name."""
    file = root / "grader" / "gradebook.db"
    file.write_bytes(b"my notes" * 1000)
    stops(root, "can't be opened: file is not a database")
    assert file.read_bytes() == b"my notes" * 1000


def test_a_ledger_that_is_none(root):
    """It is left as it was, and the sentence names it."""
    file = root / "grader" / "grading.db"
    file.write_bytes(b"my notes" * 1000)
    stops(root, r"grading.db, which keeps what has been graded, can't be used \(file is not a database\)", LedgerError)
    assert file.read_bytes() == b"my notes" * 1000


def test_a_read_only_gradebook(root):
    """SQLite opens it for reading only."""
    run(root)
    hand_in(root, "di", notebook())
    config = course_config(root)
    config.CourseDirectory.db_url = f"sqlite:///file:{root / 'grader' / 'gradebook.db'}?mode=ro&uri=true"
    with pytest.raises(GradebookError, match="attempt to write a readonly database"):
        run(root, config=config)
    assert kept(root) == ["di"]


TAKEN = {
    "timestamp.txt": {FILE: notebook(), "timestamp.txt/data.csv": b"1"},
    "notebook": {"Linear.ipynb": notebook(), f"{FILE}/data.csv": b"1"},
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_folder_with_the_name_of_a_file_of_ours(root, name):
    """It is left out, and no other grade is lost."""
    hand_in_files(root, "di", TAKEN[name])
    summary, _ = run(root)
    assert summary.graded == ["ada", "bo", "cy", "di"]
    assert (autograded(root, "di") / FILE).is_file()
    assert scores(root).keys() == {"ada", "bo", "cy", "di"}


def test_a_file_where_a_folder_was(root):
    """What was handed in later takes the place of what was there before, and the notebook stays a notebook."""
    folder = hand_in_files(root, "di", {FILE: notebook(), "one": b"1", "two/data.csv": b"2"})
    run(root)
    shutil.rmtree(folder)
    hand_in_files(root, "di", {FILE: notebook(HALF), "one/data.csv": b"3", "two": b"4"})
    assert run(root)[0].regraded == ["di"]
    graded = autograded(root, "di")
    assert ((graded / "one" / "data.csv").read_bytes(), (graded / "two").read_bytes()) == (b"3", b"4")
    assert json.loads((graded / FILE).read_text())["cells"]


def test_a_file_that_goes_while_a_class_is_graded(root, monkeypatch):
    """It is missing next to the grade; the class is graded."""
    hand_in_files(root, "di", {FILE: notebook(), "data.csv": b"1", "more.csv": b"2"})
    looked = grader.classroom.files.files_beside

    def then_gone(folder):
        found = looked(folder)
        (folder / "data.csv").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(grader.classroom.files, "files_beside", then_gone)
    assert run(root)[0].graded == ["ada", "bo", "cy", "di"]
    assert (autograded(root, "di") / "more.csv").read_bytes() == b"2"


def test_a_full_disk(root, monkeypatch):
    """No half notebook is left, and the ledger keeps the marks."""
    real = os.replace
    calls = []

    def replace(source, target):
        calls.append(target)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(grader.classroom.files.os, "replace", replace)
        with pytest.raises(
            NotWritten, match=r"could not be written \(No space left on device\). What was graded is kept"
        ):
            run(root)
    marked = kept(root)  # the run ends at the second notebook, whose turn it is as soon as it is marked
    assert len(marked) >= 2
    assert [path.name for path in (root / "grader" / "autograded").rglob("*") if path.is_file()] == [FILE]
    assert scores(root) == {}
    again, *_ = run(root)
    assert again.recovered == marked
    assert sorted([*again.graded, *again.recovered]) == ["ada", "bo", "cy"]


def test_a_disk_too_full_for_the_ledger(root, monkeypatch):
    """A mark that can't be kept stops the run."""
    real = Ledger.__init__

    def small(self, path, writes):
        real(self, path, writes)
        self._db.execute("pragma max_page_count = 12")

    monkeypatch.setattr(Ledger, "__init__", small)
    with pytest.raises(LedgerError, match=r"can't be used \(database or disk is full\)"):
        run(root)


def test_what_graded_files_look_like(root):
    """Files next to it come along, scripts and links do not; nothing is writable, as nbgrader leaves it."""
    folder = submitted(root, "ada")
    (folder / "data").mkdir()
    (folder / "data" / "numbers.csv").write_text("1,2")
    (folder / "page.html").write_text("<script>")
    (folder / "secret.txt").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    run(root)
    names = {path.relative_to(autograded(root, "ada")).as_posix() for path in autograded(root, "ada").rglob("*")}
    assert names == {FILE, "data", "data/numbers.csv"}
    assert stat.S_IMODE((autograded(root, "ada") / FILE).stat().st_mode) == 0o444


def test_where_nothing_can_be_graded(root):
    """What the pool raises ends the run; marks until then are kept."""
    with pytest.raises(CannotGrade, match="no confinement"):
        run(root, mark=Counting(stop_after=1, error=CannotGrade("There is no confinement here.")))
    assert kept(root) == ["ada"]


def test_a_plugin_that_fails(root):
    """Its student's grade is written, and the failure told."""
    config = course_config(root)
    config.AssignLatePenalties.plugin_class = "tests.grader.classroom.late.Failing"
    hand_in(root, "ada", time="2026-11-03 12:00:00 UTC")
    run(root, config=config)
    with opened(root) as book:
        book.update_or_create_assignment(CHAPTER, duedate="2026-11-02 12:00:00 UTC")
    summary, _ = run(root, config=config, force=True)
    assert summary.errors == {"ada": ("Failing failed: KeyError: 'ada'",)}
    assert scores(root)["ada"] == FULL


def test_problems_are_in_the_feedback(root):
    """What was wrong is reported where the student reads it."""
    hand_in(root, "ada", time="when it was done")
    (submitted(root, "bo") / FILE).rename(submitted(root, "bo") / "linear (1).ipynb")
    run(root)
    assert problems(root, "ada") == ["timestamp.txt contains no time; it is not known when this was handed in."]
    assert problems(root, "bo") == ["`linear (1).ipynb` was graded as `linear.ipynb`."]
