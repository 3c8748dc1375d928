"""A run that is killed at any moment can continue, and ends as an undisturbed one does."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

import course
from course.checking.source import source_of
from grader.classroom.ledger import Ledger
from grader.cli import app
from grader.config import ROOT
from tests.grader.classroom.made import (
    CHAPTER,
    SEED,
    copy_class,
    graded,
    grades,
    make_class,
    marks,
    notebook,
    ours,
    raw,
)  # fmt: skip

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("autograde")]

SIZE = 12
# The process for the right answers loads PyTorch at once, which none of them needs here.
WITHOUT_TORCH = """
from grader.boundary.shared import connected
from grader.cli import app
connected._CODE = "from course.checking import oracle; oracle.available = bool; " + connected._CODE
app(prog_name="grader")
"""
LEDGER = Path("grader", "grading.db")
# One exercise, whose right answers need no PyTorch: that takes longer to load than all the rest, and there are many runs.
EXERCISE = course.exercises["same_padding"]
RELEASE = json.loads((ROOT / "notebooks" / EXERCISE.chapter / "padding_and_stride.ipynb").read_text())
RELEASE["cells"] = [
    cell
    for cell in RELEASE["cells"]
    if "setup" in cell["metadata"].get("tags", ()) or marks(cell).get("grade_id", "").endswith(EXERCISE.name)
]
ANSWERS = (source_of(EXERCISE.solution, EXERCISE.name), *(known.source for known in EXERCISE.misconceptions[:2]))


def submission(number):
    """Give a right answer, one of two mistakes, or a blank. The answers take a moment, in which a run can be killed."""
    pause = f"import time\ntime.sleep(0.2)  # {number}"
    answers = {EXERCISE.name: f"{ANSWERS[number % 4]}\n{pause}"} if number % 4 < len(ANSWERS) else {}
    return raw(notebook(answers, RELEASE))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Grade a class at one go."""
    handed_in = {f"s{n:02}": submission(n) for n in range(SIZE)}
    root = make_class(tmp_path_factory.mktemp("whole") / "class", handed_in, RELEASE)
    fresh = copy_class(root, root.with_name("fresh"))
    ours(root)
    return root, fresh


def watched(root):
    """Have the ledger count every mark that it is given."""
    with Ledger(root / LEDGER):
        pass
    with sqlite3.connect(root / LEDGER) as book:
        book.execute("create table counted (student text)")
        book.execute("create trigger count after insert on marks begin insert into counted values (new.student); end")


def ask(root, query):
    with sqlite3.connect(root / LEDGER, timeout=10) as book:
        return [row[0] for row in book.execute(query)]


def start(root):
    """Start `grader grade` with its own temporary files, by which its processes are found."""
    place = root / "temporary"
    place.mkdir(exist_ok=True)
    words = ["grade", CHAPTER, "--seed", str(SEED), "--processes", "2", "--root", str(root)]
    command = [sys.executable, "-c", WITHOUT_TORCH, *words]
    environment = {**os.environ, "TMPDIR": str(place)}
    return subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def processes(root):
    """Find the processes of a run: each has its temporary folder in its environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if str(root / "temporary").encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


def gone(root, seconds=15.0):
    end = time.monotonic() + seconds
    while processes(root) and time.monotonic() < end:
        time.sleep(0.1)
    return not processes(root)


def wait_for_marks(root, run, number, seconds=60.0):
    """Stop a run once it has this many marks; say whether it was still running, which a busy machine may miss."""
    end = time.monotonic() + seconds
    with closing(sqlite3.connect(root / LEDGER, timeout=10)) as book:
        while run.poll() is None and time.monotonic() < end:
            if book.execute("select count(*) from counted").fetchone()[0] >= number:
                os.killpg(run.pid, signal.SIGSTOP)
                return run.poll() is None
            time.sleep(0.005)
    return False


def same(root, other):
    assert grades(root) == grades(other)
    for student in grades(other):
        assert graded(root, student) == graded(other, student)


def test_killed_at_any_moment(undisturbed, tmp_path):
    """The same gradebook, each submission marked once, no process left, whoever was killed."""
    rng = random.Random(0)
    whole, fresh = undisturbed
    for turn in range(5):
        root = copy_class(fresh, tmp_path / str(turn))
        watched(root)
        if killed_again_and_again(root, rng):
            break
    else:
        pytest.fail("each time a run was through before it could be killed")
    assert sorted(ask(root, "select student from counted")) == sorted(grades(whole))
    assert ask(root, "select count(*) from marks where done and mark is null") == [SIZE]
    same(root, whole)
    assert gone(root)
    assert not list((root / "temporary").iterdir())  # a folder that a kill left behind is removed by the next run


def killed_again_and_again(root, rng):
    """Grade a class in three runs, and say whether each could be killed before it was through.

    The first is killed as a whole, of the second the main process. The third loses a process that marks, and replaces
    it.
    """
    for killed in ("all", "main", "judge"):
        marks = len(ask(root, "select student from counted")) + rng.randint(2, 4)
        run = start(root)
        in_time = wait_for_marks(root, run, marks)
        if in_time and killed == "judge":
            os.kill(judges(root)[0], signal.SIGKILL)
            os.killpg(run.pid, signal.SIGCONT)
        elif in_time:
            os.killpg(run.pid, signal.SIGCONT)
            time.sleep(rng.random() * 0.05)
            run.kill() if killed == "main" else os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            assert gone(root)
            continue
        said, _ = run.communicate()
        assert run.returncode == 0, said
        return in_time
    return False


def judges(root):
    """Find the processes of a run that mark."""
    return [pid for pid in processes(root) if b"classroom.judge" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_two_runs_at_once(undisturbed, tmp_path):
    """The second one says so, and does nothing."""
    root = copy_class(undisturbed[1], tmp_path / "class")
    watched(root)
    with Ledger(root / LEDGER):
        second = CliRunner().invoke(app, ["grade", CHAPTER, "--seed", str(SEED), "--root", str(root)])
    assert second.exit_code == 1
    assert "Another run grades this class at the moment" in second.output
    assert ask(root, "select student from counted") == []
    assert not (root / "grader" / "gradebook.db").exists()
