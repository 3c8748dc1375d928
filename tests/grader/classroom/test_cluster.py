"""Grading on a real Dask cluster, whose workers get everything that they need with a task."""

import json
import pickle
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread

import nbformat
import pytest
from typer.testing import CliRunner

import course
from grader.beside import files_beside, told_beside
from grader.classroom import cluster as clusters
from grader.classroom import there
from grader.classroom.cluster import marking
from grader.classroom.handed_in import Carried, find_submissions
from grader.classroom.judge import NotMarked
from grader.classroom.marking import Assignment, Marked
from grader.classroom.plausible import Plausible
from grader.classroom.pool import GIVEN_UP, CannotGrade
from grader.classroom.there import EXERCISES
from grader.cli import app
from tests.grader.classroom.dask_cluster import cluster, kill
from tests.grader.classroom.made import (
    CHAPTER,
    FILE,
    HALF,
    MISTAKEN,
    NAME,
    SEED,
    SOLVED,
    copy_class,
    graded,
    grades,
    hand_in,
    make_class,
    notebook,
    ours,
    raw,
)  # fmt: skip
from tests.grader.hostile import HOSTILE

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("cluster")]

SIZE = 8
FULL = course.exercises["linear"].points


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Grade a class on this machine: right, half, mistaken and empty answers, and what is in the way."""
    handed_in = {}
    for number in range(SIZE):
        answers = (SOLVED, HALF, MISTAKEN, {})[number % 4]
        handed_in[f"s{number:02}"] = notebook({name: f"{text}\n# {number}" for name, text in answers.items()})
    root = make_class(tmp_path_factory.mktemp("whole") / "class", handed_in)
    hand_in(root, "teacher", b"dear teacher", time="2026-11-03 12:00:00 UTC")
    folder = hand_in(root, "odd", time="whenever")
    (folder / "linear (1).ipynb").write_bytes((hand_in(root, "s00") / FILE).read_bytes())
    (folder / "data.csv").symlink_to("/etc/passwd")
    fresh = copy_class(root, root.with_name("fresh"))
    return root, fresh, ours(root)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started.wait()


@pytest.fixture(scope="module")
def two_workers(scheduler):
    """Give the cluster a worker with Dask's nanny and one without."""
    scheduler.add_worker()
    scheduler.add_worker("--no-nanny")
    return scheduler


def said(summary):
    return {name: getattr(summary, name) for name in summary.__dataclass_fields__ if name != "seconds"}


def same(root, other):
    assert grades(root) == grades(other)
    for student in grades(other):
        assert graded(root, student) == graded(other, student)


def call(root, *words):
    done = CliRunner().invoke(app, ["grade", CHAPTER, *words, "--root", str(root)])
    return done.exit_code, done.output.strip()


def nothing_written(root):
    return sorted(path.name for path in (root / "grader").iterdir()) == ["submitted"]


# Without a cluster


def test_a_scheduler_that_does_not_answer(root, monkeypatch):
    """One sentence, and nothing is written."""
    monkeypatch.setattr(clusters, "PATIENCE", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # where no server listens
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        code, told = call(root, "--scheduler", address)
    assert (code, told.count("\n")) == (1, 0), told
    assert told.startswith(f"The scheduler {address} does not answer: ")
    assert told.endswith("Nothing was graded.")
    assert nothing_written(root)


@pytest.mark.parametrize("address", ["nonsense://127.0.0.1:1", "tcp://127.0.0.1:many", "tcp://no.such.host.invalid:1"])
def test_an_address_that_is_none(root, monkeypatch, address):
    monkeypatch.setattr(clusters, "PATIENCE", 0.5)
    code, told = call(root, "--scheduler", address)
    assert (code, told.count("\n")) == (1, 0), told
    assert told.startswith(f"The scheduler {address} does not answer: ")
    assert nothing_written(root)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff" * 100, bytes(range(256))])
def test_something_else_that_listens_there(root, monkeypatch, answer):
    """It may say nothing, or anything: the command ends in bounded time."""
    monkeypatch.setattr(clusters, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as other:

        def serve():
            with suppress(OSError):
                kept.append(other.accept()[0])
                kept[-1].sendall(answer)

        kept = []
        Thread(target=serve, daemon=True).start()
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        code, told = call(root, "--scheduler", address)
        for one in kept:
            one.close()
    assert (code, told.count("\n")) == (1, 0), told
    assert told.startswith(f"The scheduler {address} does not answer: ")
    assert nothing_written(root)


def test_without_dask(root, monkeypatch):
    """The sentence names the extra."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = "--scheduler needs Dask: pip install 'layer-by-layer[cluster]'."
    assert call(root, "--scheduler", "tcp://127.0.0.1:1") == (1, told)
    assert nothing_written(root)


def test_processes_are_the_workers_business(root):
    """An option that would do nothing is refused."""
    code, told = call(root, "--scheduler", "tcp://127.0.0.1:1", "--processes", "2")
    assert (code, "--processes is for this machine" in told) == (2, True)


def test_a_dry_run_asks_no_scheduler(root):
    code, told = call(root, "--scheduler", "tcp://127.0.0.1:1", "--dry-run")
    assert (code, "3 to be graded" in told) == (0, True)


# What travels


def test_no_file_is_looked_at_elsewhere(undisturbed):
    """No path travels; and what travels is all that is needed."""
    submitted = undisturbed[1] / "grader" / "submitted"
    found = list(find_submissions(submitted, CHAPTER, NAME, lambda folder, names: (names[0], ())))
    assert len(found) == SIZE + 2
    for one in found:
        carried = pickle.dumps(clusters.carried(one))
        assert b"submitted" not in carried
        assert pickle.loads(carried).read() == one.read()
        assert pickle.loads(carried).beside == told_beside(files_beside(one.folder)[1])


def marked_there(names=("linear",), wanted=(), unsandboxed=False):
    """Mark a submission without cells as a worker does."""
    release = raw(nbformat.reads(raw(notebook({})).decode(), as_version=4))
    assignment = Assignment(CHAPTER, NAME, release, SEED, {}, unsandboxed)
    one = Carried("ada", "", notebooks=0)
    wanted = there.described(names) | dict(wanted)
    return there.mark_there(wanted, names, f"{unsandboxed}", pickle.dumps(assignment), pickle.dumps(one))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"the course": "0.0.9"}, r"it has the course \S+ instead of 0\.0\.9"),
        ({"NumPy": "1.26.4"}, r"it has NumPy 2\S+ instead of 1\.26\.4"),
        ({"Python": "3.10"}, r"it has Python 3\.\d+ instead of 3\.10"),
        ({"exercises": "0"}, "its exercises are other ones"),
    ],
)
def test_a_worker_that_differs(other, told):
    """Other versions may draw other cases: it refuses, and says why."""
    found = marked_there(wanted=other)
    assert found.stop
    with pytest.raises(
        CannotGrade, match=rf"^This worker can't grade for this class: {told}\. Install the same [^.]*\.$"
    ):
        raise CannotGrade(found.why)


def test_an_exercise_that_a_worker_does_not_know():
    assert "its exercises are other ones" in marked_there(("linear", "of_tomorrow"), {EXERCISES: "0"}).why


def test_a_worker_without_confinement(monkeypatch, tmp_path):
    """It refuses in one sentence."""
    (tmp_path / "sitecustomize.py").write_text("import landlockpy\nlandlockpy.abi_version = lambda: 0")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = marked_there()
    assert found.stop
    assert found.why.startswith("This worker can't grade: Student code can't be confined here: It needs a kernel")
    assert "\n" not in found.why


class Fake:
    """A process that marks, or is lost."""

    def __init__(self, lost=False):
        self.lost, self.ended, self.told, self.connection = lost, Event(), [], self

    def mark(self, submission):
        self.told.append(submission)
        self.sent = False

    def tell(self):
        self.sent = True

    def recv(self):
        assert self.sent, "it would wait forever"
        if self.lost:
            raise EOFError
        return Marked(b"", {}, {})

    def end(self):
        self.ended.set()


@pytest.mark.parametrize("unsandboxed", [False, True])
def test_what_was_asked_for_travels(monkeypatch, unsandboxed):
    """A worker grades without confinement only where that was asked for."""
    asked = []
    monkeypatch.setattr(there, "kept", there.Kept())
    monkeypatch.setattr(there, "Judge", lambda assignment: asked.append(assignment) or Fake())
    assert isinstance(marked_there(unsandboxed=unsandboxed), Marked)
    assert [one.unsandboxed for one in asked] == [unsandboxed]
    there.kept.end()


@pytest.mark.parametrize(("losses", "why"), [(1, None), (2, GIVEN_UP)])
def test_a_process_that_is_lost(monkeypatch, losses, why):
    """Another one is started, and the submission is given up after the second. One that waits may have been lost, too."""
    made = [Fake(lost=number < losses) for number in range(2)]
    monkeypatch.setattr(there, "kept", there.Kept())
    rest = iter(made)
    monkeypatch.setattr(there, "Judge", lambda assignment: next(rest))
    assert getattr(marked_there(), "why", None) == why
    assert [one.ended.is_set() for one in made] == [True, losses == 2]
    there.kept.end()


def test_processes_without_work_are_ended(monkeypatch):
    """After a while, or where there are more than cores; before that, the next task takes one that knows the run."""
    monkeypatch.setattr(there, "cores", lambda: 2)
    kept, made = there.Kept(), [Fake() for _ in range(3)]
    for number, one in enumerate(made):
        kept.give(f"run {number}", one)
    assert [one.ended.is_set() for one in made] == [True, False, False]
    assert kept.take("run 2") is made[2]
    assert kept.take("run 2") is None
    monkeypatch.setattr(there, "IDLE", 0.01)
    kept.give("run 2", made[2])
    assert made[1].ended.wait(10)
    assert made[2].ended.wait(10)


class Gave:
    def __init__(self, found):
        self.result = lambda: found


@pytest.mark.parametrize("found", [None, "a mark", {"scores": {}}, [Marked(b"", {}, {})]])
def test_a_worker_that_answers_something_else(found):
    """Nothing of it is kept: what is kept is written to the gradebook, now or in the next run."""
    with pytest.raises(CannotGrade, match=r"The cluster of tcp://a:1 can't grade: TypeError: a worker gave a \w+ in"):
        clusters.result_of(Gave(found), "tcp://a:1", CHECK, "ab")


MARKS = {
    "check-a": {"grade": True, "solution": False, "points": 6},
    "text": {"grade": True, "solution": True, "points": 2},
    "a": {"grade": False, "solution": True},
}
CELLS = [{"metadata": {"nbgrader": {**marks, "grade_id": name}}} for name, marks in MARKS.items()]
CHECK = Plausible(json.dumps({"cells": [*CELLS, {"metadata": {}}]}).encode())
GOOD = Marked(b"{}", {"check-a": 6.0, "text": None}, {"text": None, "a": "No response."}, content="ab")


def test_a_mark_that_can_be():
    for found in (GOOD, replace(GOOD, scores={"check-a": 0.0, "text": 2.0}), NotMarked("It was lost.")):
        assert clusters.result_of(Gave(found), "tcp://a:1", CHECK, "ab") is found


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"scores": {"check-a": 6.5, "text": None}}, "check-a 6.5 of 6 points"),
        ({"scores": {"check-a": -1.0, "text": None}}, "check-a -1.0 of 6 points"),
        ({"scores": {"check-a": float("nan"), "text": None}}, "check-a nan of 6 points"),
        ({"scores": {"check-a": "6", "text": None}}, "check-a '6' of 6 points"),
        ({"scores": {"check-a": None, "text": None}}, "check-a None of 6 points"),
        ({"scores": {"check-a": 6.0}}, "marks of other cells"),
        ({"scores": {"check-a": 6.0, "text": None, "check-b": 1.0}}, "marks of other cells"),
        ({"scores": [6.0]}, "marks of other cells"),
        ({"comments": {"text": None}}, "marks of other cells"),
        ({"comments": {"text": 3, "a": None}}, "a comment that is not text"),
        ({"problems": (b"late",)}, "a comment that is not text"),
        ({"content": "cd"}, "the mark of another submission"),
        ({"notebook": "{}"}, "the mark of another submission"),
    ],
)
def test_a_mark_that_can_not_be(wrong, told):
    """Points beyond the cell's, of cells that there are not, or of another student's work reach no gradebook."""
    with pytest.raises(CannotGrade, match=rf"can't grade: ValueError: a worker gave {told}"):
        clusters.result_of(Gave(replace(GOOD, **wrong)), "tcp://a:1", CHECK, "ab")


class Failed:
    def __init__(self, error):
        self.error = error

    def result(self):
        raise self.error


def test_a_submission_whose_workers_are_lost_each_time():
    """It alone is not graded."""
    import distributed  # slow to load, and collected with every test run

    lost = distributed.KilledWorker("task", None, 3)
    assert (
        clusters.result_of(Failed(lost), "tcp://a:1", CHECK, "ab").why
        == "The workers that graded it were ended 4 times."
    )


def test_a_cluster_without_the_course():
    """The sentence says what to install, and where."""
    error = RuntimeError("Error during deserialization of the task graph. This frequently\noccurs if")
    with pytest.raises(
        CannotGrade, match=r"tcp://a:1 can't grade: .* graph\. This frequently\. .*'layer-by-layer\["
    ) as told:
        clusters.result_of(Failed(error), "tcp://a:1", CHECK, "ab")
    assert "\n" not in str(told.value)


# With a cluster


def test_a_scheduler_without_workers(root, scheduler, monkeypatch):
    monkeypatch.setattr(clusters, "PATIENCE", 3.0)  # the scheduler has to answer within it, on a busy machine, too
    code, told = call(root, "--scheduler", scheduler.address)
    assert (code, told.count("\n")) == (1, 0), told
    assert told.startswith(f"The scheduler {scheduler.address} has no workers. Start one on each machine")
    assert nothing_written(root)


def test_one_of_two_workers_is_killed(undisturbed, two_workers, tmp_path):
    """The gradebook, the notebooks and the summary equal an undisturbed run on this machine."""
    whole, fresh, told = undisturbed
    root = copy_class(fresh, tmp_path / "class")
    killed = []

    def progress(done, total):
        if done == 3:
            kill(two_workers.workers[1])
            killed.append(total - done)

    with marking(two_workers.address) as mark:
        summary = ours(root, mark=mark, progress=progress)
    assert killed == [SIZE - 1]
    assert said(summary) == said(told)
    same(root, whole)
    assert ours(root).unchanged == SIZE + 2  # this machine has nothing left to mark
    assert not [path for path in two_workers.folder.rglob("*") if path.name == FILE]


def test_hostile_submissions_cost_a_worker_nothing(two_workers, tmp_path):
    """On a worker they get what they get here, and so do the others."""
    texts = {"exit": HOSTILE["the process ended in the call"], "deep": HOSTILE["a reply that is endlessly deep"]}
    texts |= {"noise": HOSTILE["garbage on every descriptor"], "kill": HOSTILE["a kill of the parent"]}
    handed_in = {name: notebook({**SOLVED, "linear": text}) for name, text in texts.items()}
    here = make_class(tmp_path / "here", handed_in | {"good": notebook()})
    there = copy_class(here, tmp_path / "there")
    ours(here)
    with marking(two_workers.address) as mark:
        ours(there, mark=mark)
    same(there, here)
    found = grades(there)
    assert all(found[name]["grades"]["check-linear"][0] == 0 for name in texts)
    assert {found[name]["score"] for name in texts} == {found["good"]["score"] - FULL}


def test_a_cluster_of_another_version(undisturbed, two_workers, tmp_path, monkeypatch):
    """The run ends with the worker's sentence, and no grade is written."""
    root = copy_class(undisturbed[1], tmp_path / "class")
    monkeypatch.setattr(clusters, "described", lambda names: there.described(names) | {"NumPy": "1.26.4"})
    code, told = call(root, "--scheduler", two_workers.address)
    assert (code, told.count("\n")) == (1, 0), told
    assert told.startswith("The worker tcp://127.0.0.1:")
    assert "can't grade for this class: it has NumPy" in told
    assert grades(root) == {}


def test_a_cluster_that_is_lost(undisturbed, two_workers, tmp_path, monkeypatch, capfd):
    """First its last worker, then its scheduler: one sentence each, and this machine continues from there."""
    whole, fresh, _ = undisturbed
    root = copy_class(fresh, tmp_path / "class")
    seen = []

    def progress(done, total):
        seen.append(total)
        if done == 3:
            two_workers.end(two_workers.workers)

    def stops(told):
        with pytest.raises(CannotGrade, match=rf"^The scheduler tcp://\S+ {told}\. What was graded is kept") as error:
            ours(root, mark=mark, progress=progress)
        assert "\n" not in str(error.value)

    with marking(two_workers.address) as mark:
        monkeypatch.setattr(clusters, "ALONE", 0.0)
        stops("has had no worker for 0 seconds")
        monkeypatch.setattr(clusters, "ALONE", 60.0)
        import distributed

        wait = distributed.wait

        def killing(*futures, **options):
            kill(two_workers.scheduler)
            return wait(*futures, **options)

        monkeypatch.setattr(distributed, "wait", killing)
        stops("is gone")
        monkeypatch.setattr(distributed, "wait", wait)
    assert 3 <= len(seen) < SIZE + 2
    again = []
    ours(root, progress=lambda done, total: again.append(total))
    assert again[0] == SIZE + 2 - len(seen)
    same(root, whole)
    assert capfd.readouterr().err == ""  # Dask itself logs pages about it
