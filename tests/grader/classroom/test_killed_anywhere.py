"""A run that is killed before any of the calls by which it writes ends, when it is started again, as an undisturbed one.

Nothing is run here. What a kill leaves is what is in the class's folder at that moment.
"""

import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from grader.classroom import writing
from grader.classroom.ledger import Ledger
from grader.config import course_config
from tests.grader.classroom.made import (
    CHAPTER,
    FILE,
    HALF,
    copy_class,
    grades,
    hand_in,
    hand_in_files,
    make_class,
    notebook,
    opened,
    ours,
    stub,
    with_questions,
    write_release,
)  # fmt: skip

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("without_answers")]

# By the file that calls them: the databases, folders and files.
WRITES = {
    "default.py": {"execute", "executemany", "commit"},
    "ledger.py": {"execute", "executemany", "executescript", "close"},
    "pathlib.py": {"mkdir", "unlink", "write", "chmod", "replace"},
    "_local.py": {"mkdir", "unlink", "write", "chmod", "replace"},
    "shutil.py": {"unlink", "rmdir"},
}
STEP = 16
"""Of this many calls, one is tried: all of them take minutes."""


class Killed:
    """Copies a class's folder before some of the calls that write."""

    def __init__(self, root, folder, first):
        self.root, self.folder, self.first, self.calls = root, folder, first, 0

    def __call__(self, frame, event, called):
        if event == "return" and frame.f_code is Ledger.finish.__code__:
            self.first = None  # the run has ended: whoever repeats it with --force begins another
        if event == "c_call" and called.__name__ in WRITES.get(Path(frame.f_code.co_filename).name, ()):
            self.calls += 1
            if self.calls % STEP == self.first:
                copy_class(self.root, self.folder / str(self.calls))


def run(root, **options):
    config = course_config(root)
    config.AssignLatePenalties.plugin_class = "grader.late.PercentPerDay"
    config.PercentPerDay.percent_per_day = 10.0
    return ours(root, config=config, mark=stub, **options)


def new(root):
    make_class(root, {"ada": notebook(), "bo": notebook(HALF), "cy": b"dear teacher"})
    hand_in(root, "ada", time="2026-11-03 14:00:00 UTC")
    hand_in_files(root, "bo", {"data.csv": b"1", "more/data.csv": b"2"})


def changed(root):
    """Of a class that was graded, one is late, one handed in other work and files, one is new; a person has graded."""
    new(root)
    run(root)
    with opened(root) as book:
        book.update_or_create_assignment(CHAPTER, duedate="2026-11-02 12:00:00 UTC")
        book.find_grade("check-linear", "linear", CHAPTER, "bo").manual_score = 2.5
        book.find_comment("linear", "linear", CHAPTER, "bo").manual_comment = "well done"
        book.db.commit()
    hand_in(root, "ada", time="2026-11-05 14:00:00 UTC")
    shutil.rmtree(root / "grader" / "submitted" / "bo")
    hand_in_files(root, "bo", {FILE: notebook(), "more": b"a file now"})
    hand_in(root, "di", notebook(HALF), time="2026-11-02 15:00:00 UTC")
    (root / "grader" / "feedback" / "ada" / CHAPTER).mkdir(parents=True)


def rebuilt(root):
    changed(root)
    write_release(root, with_questions())


def found(root):
    """Give all that is in a class's folder."""
    with sqlite3.connect(root / "grader" / "grading.db") as ledger:
        columns = "student, content, digest, run, seed, timestamp, readable, done, mark"
        marks = ledger.execute(f"select {columns} from marks order by student").fetchall()
        runs = ledger.execute("select id, open from runs").fetchall()
    with sqlite3.connect(root / "grader" / "gradebook.db") as book:
        tables = book.execute("select name, sql from sqlite_master order by name").fetchall()
        rows = {
            name: book.execute(f"select count(*) from {name}").fetchone()
            for name, sql in tables
            if sql and "TABLE" in sql.upper().split()
        }
        dangling = book.execute("pragma foreign_key_check").fetchall()
    files = {
        path.relative_to(root): (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in root.rglob("*")
        if path.suffix != ".db"
    }
    return marks, runs, tables, rows, dangling, files, grades(root)


@pytest.mark.parametrize(
    ("make", "options"), [(new, {}), (changed, {}), (changed, {"force": True}), (rebuilt, {"regrade": True})]
)
def test_killed_before_any_call_that_writes(tmp_path, monkeypatch, make, options):
    """The same gradebook, notebooks and ledger, and no file too many."""
    monkeypatch.setattr(writing, "BATCH", 2)
    root = tmp_path / "class"
    make(root)
    killed = Killed(root, tmp_path / "killed", first=len(make.__name__) + len(options))
    sys.setprofile(killed)
    try:
        run(root, **options)
    finally:
        sys.setprofile(None)
    wanted = found(root)
    left = sorted(killed.folder.iterdir())
    assert len(left) >= killed.calls // STEP > 5
    for again in left:
        run(again, **options)
        assert found(again) == wanted, again.name
