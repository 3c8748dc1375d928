"""Workers that are spawned, as on macOS and Windows. They answer as forked ones do, without confinement."""

import errno
import os
import signal
import socket
import sys
import time
from unittest.mock import Mock

import numpy as np
import pytest

from course.calling.endings import Ending
from course.calling.work import Operation
from grader.boundary.shared import connected
from grader.boundary.shared.sandbox import ConfinementError
from grader.boundary.shared.scratch import remove
from grader.boundary.trusted import spawning
from grader.boundary.trusted.ahead import Calls
from grader.boundary.trusted.begun import NotStarted
from grader.boundary.trusted.judge import Limits, Nursery
from tests.grader.boundary.ended import has_ended

pytestmark = pytest.mark.xdist_group("spawning")
SHORT = Limits(cell_seconds=2.0, total_seconds=60.0, grace=2.0)
CELLS = [
    "def twice(x):\n    return 2 * x",
    "def ends(x):\n    import os\n    os._exit(3)",
    "def hangs(x):\n    while True:\n        pass",
    "def where(x):\n    import os, tempfile\n    return [os.getcwd(), tempfile.gettempdir(), os.environ['HOME']]",
]


def operation(name, value):
    return Operation("call", name, (value,), names=("x",))


@pytest.fixture(scope="module")
def nursery():
    with Nursery(unsandboxed=True, forked=False) as found:
        yield found


def test_each_submission_has_its_own_process_and_folder(nursery):
    """A function that ends or hangs its process costs only itself."""
    seen = []
    for _ in range(2):
        with nursery.worker(SHORT) as worker:
            worker.run_cells(CELLS)
            folders = worker.perform(operation("where", 0), 2.0).value
            assert len(set(folders)) == 1
            assert folders[0].startswith(str(nursery.folder))
            ended = worker.perform(operation("ends", 0), 2.0)
            assert (ended.ending, ended.detail) == (Ending.LOST, "the process ended with exit code 3")
            assert worker.perform(operation("hangs", 0), 0.5).ending is Ending.TOO_SLOW
            assert worker.perform(operation("twice", 21), 2.0).value == 42
            seen.append((worker.pid, *folders))
        assert has_ended(seen[-1][0])
        assert not os.path.exists(seen[-1][1])
    assert not set(seen[0]) & set(seen[1])


def test_calls_are_known_to_every_worker_after_they_were_told(nursery):
    operations = [operation("twice", np.full(3, number)) for number in (1.0, 2.0)]
    calls = Calls.of([(one, 1.0) for one in operations])
    for _ in range(2):
        with nursery.worker(SHORT) as worker:
            worker.expect(CELLS, [calls])
            worker.run_cells(CELLS)
            assert worker.perform(operations[0], 1.0).value.tolist() == [2.0, 2.0, 2.0]
            assert worker._ahead.made(operations[1]) is not None, "it was not made ahead"


def test_a_worker_that_is_killed_is_replaced(nursery):
    with nursery.worker(SHORT) as worker:
        worker.run_cells(CELLS)
        os.kill(worker.pid, signal.SIGKILL)
        lost = worker.perform(operation("twice", 1), 2.0)
        assert (lost.ending, lost.detail) == (Ending.LOST, "the process was ended by SIGKILL")
        assert worker.perform(operation("twice", 1), 2.0).value == 2
        assert not worker.interrupted


def test_a_worker_that_is_killed_while_it_waits_is_replaced(nursery):
    """It was started ahead; the submission that needs it loses nothing."""
    nursery.begin()
    waiting = nursery._source._next.process
    os.kill(waiting.pid, signal.SIGKILL)
    assert has_ended(waiting.pid)
    with nursery.worker(SHORT) as worker:
        worker.run_cells(CELLS)
        assert worker.perform(operation("twice", 1), 2.0).value == 2
    assert waiting.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_its_cpu_time_and_its_files_are_limited(nursery):
    busy = "def busy(x):\n    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass"
    with nursery.worker(Limits(cpu_seconds=1, grace=30.0)) as worker:
        worker.run_cells([busy])
        found = worker.perform(operation("busy", 0), 20.0)
        assert (found.ending, found.detail) == (Ending.TOO_SLOW, "it used up 1 s of CPU time")
    many = "def many(x):\n    for i in range(100):\n        open(f'{i}.txt', 'w').close()\n    import time\n    time.sleep(30)"
    with nursery.worker(Limits(entries=50)) as worker:
        worker.run_cells([many])
        assert worker.perform(operation("many", 0), 20.0).detail == "it made more than 50 files"


def test_nothing_is_left_behind():
    """A thread that a cell has started does not keep its process, and no folder stays."""
    endless = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()"
    with Nursery(unsandboxed=True, forked=False) as nursery:
        with nursery.worker(SHORT) as worker:
            worker.run_cells([endless])
            pids = [worker.pid, nursery._source._next.process.pid]
        folder = nursery.folder
        assert folder.is_dir()
    assert all(map(has_ended, pids))
    assert not folder.exists()


def test_a_worker_whose_judge_was_killed_puts_no_folder_there_again():
    """It may still be loading, which makes folders, when the next run removes what is left behind."""
    source = spawning.Spawner()
    source.begin()
    waiting, folder = source._next, source.folder
    remove(folder)
    waiting.connection.close()
    waiting.process.wait(30)
    assert not folder.exists()
    source.stop()


def test_a_worker_may_be_ended_after_its_nursery():
    """Another thread may have closed it."""
    with Nursery(unsandboxed=True, forked=False) as nursery:
        worker = nursery.worker(SHORT)
        worker.run_cells(CELLS)
    worker.close()
    nursery.close()


@pytest.mark.parametrize("forked", [True, False])
def test_a_machine_without_room_is_told(monkeypatch, forked):
    """It is not taken for an error in the course, and what has begun is served."""
    full = OSError(errno.EMFILE, "Too many open files")
    monkeypatch.setattr(socket, "socketpair", Mock(side_effect=full))
    with Nursery(unsandboxed=True, forked=forked) as nursery, pytest.raises(NotStarted, match="Too many open files"):
        nursery.fork(SHORT)
    monkeypatch.undo()
    if not forked:
        with Nursery(unsandboxed=True, forked=False) as nursery, nursery.worker(SHORT) as worker:
            nursery.begin()
            monkeypatch.setattr(socket, "socketpair", Mock(side_effect=full))
            worker.run_cells(CELLS)
            assert worker.perform(operation("twice", 21), 2.0).value == 42


def test_a_spawned_worker_never_passes_for_confined():
    with pytest.raises(ConfinementError, match="forked"):
        Nursery(forked=False)


STARTS = """import subprocess, sys
started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
def number(x):
    return started.pid
"""


@pytest.mark.parametrize("forked", [True, False])
def test_what_a_cell_started_ends_with_its_submission(forked):
    """Also a program that goes on after the cell, and where the worker itself has ended before."""
    with Nursery(unsandboxed=True, forked=forked) as nursery:
        for cells in (["pass"], ["import os\ndef ends(x):\n    os._exit(3)"]):
            with nursery.worker(SHORT) as worker:
                worker.run_cells([STARTS, *cells])
                pid = worker.perform(operation("number", 0), 2.0).value
                assert not has_ended(pid, 0.1)
                worker.perform(operation("ends", 0), 2.0)
            assert has_ended(pid)


def test_why_a_worker_does_not_start_is_told(monkeypatch):
    """The last line that it said."""
    monkeypatch.setattr(spawning, "environment", lambda folder: {"MPLBACKEND": "none such"})
    with Nursery(unsandboxed=True, forked=False) as nursery, pytest.raises(NotStarted, match="none such"):
        nursery.fork(SHORT)


@pytest.fixture
def tied(monkeypatch):
    """Give the processes that were tied to this one, as only Windows can do it."""
    found = []
    monkeypatch.setattr(connected, "Job", found.append)
    return found


@pytest.fixture(params=["inherited", "called back"])
def started(request, tied):
    """Start a process in either way; it sends a line, and then back what it gets."""

    def start(*arguments):
        if request.param == "inherited":
            return connected.start("tests.grader.boundary.trusted.echo", arguments)
        return connected._start_and_accept("tests.grader.boundary.trusted.echo", arguments, {})

    return start


def test_a_process_is_started_with_a_connection(started):
    process, connection = started("hello", [1, 2])
    with connection:
        assert connection.recv(100) == b"hello [1, 2]"
        connection.sendall(b"and back")
        assert connection.recv(100) == b"and back"
    assert process.wait(30) == 0


def test_a_process_that_ends_at_once_has_closed_its_connection(started):
    process, connection = started("end")
    with connection:
        assert connection.recv(100) == b""
    assert process.wait(30) == 7


def test_only_a_connection_with_the_secret_is_taken(monkeypatch, tied):
    """Connections without the secret are closed, and silent ones cause no delay."""
    made, create = [], socket.create_server

    def server(*arguments):
        made.append(create(*arguments))
        strangers.extend(socket.create_connection(made[-1].getsockname()) for _ in range(50))
        strangers[-1].sendall(b"x" * 36)
        return made[-1]

    strangers = []
    monkeypatch.setattr(socket, "create_server", server)
    monkeypatch.setattr(connected, "CONNECTIONS", 10)
    start = time.monotonic()
    process, connection = connected._start_and_accept("tests.grader.boundary.trusted.echo", ["hello"], {})
    assert time.monotonic() - start < 8
    with connection:
        assert connection.recv(100) == b"hello"
    assert {stranger.recv(100) for stranger in strangers} == {b""}
    for stranger in strangers:
        stranger.close()
    assert process.wait(30) == 0
    assert tied == [process.pid]


def test_a_process_is_ended_if_starting_it_is_interrupted(monkeypatch):
    """After Ctrl-C while it starts."""
    begun = []

    def interrupted(server, word, process):
        begun.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(connected, "_accept", interrupted)
    with pytest.raises(KeyboardInterrupt):
        connected._start_and_accept("tests.grader.boundary.trusted.echo", ["hello"], {})
    assert begun[0].wait(30) == -signal.SIGKILL
