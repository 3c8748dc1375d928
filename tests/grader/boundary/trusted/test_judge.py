"""What a hostile submission can do to its judge: lose its own points, and nothing else."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course.calling.endings import Attempt, Ending
from course.calling.plain_data import Foreign
from course.calling.work import Held, Operation
from grader.boundary.shared import sandbox
from grader.boundary.shared.wire import WireError
from grader.boundary.trusted import processes
from grader.boundary.trusted.judge import Limits, Nursery, Worker
from grader.boundary.trusted.replies import read_attempt, read_cell
from tests.grader.boundary.ended import has_ended

CONFINED = not sandbox.missing()
SHORT = Limits(cell_seconds=1.0, total_seconds=60.0, grace=0.5)
INNOCENT = "import numpy as np\ndef innocent(x):\n    return x + 1"
HANG = 45.0
"""A generous bound on the time of one hostile submission, to tell a hang from a slow machine."""


@pytest.fixture
def worker(nursery: Nursery) -> Iterator[Worker]:
    start = time.monotonic()
    with nursery.worker(SHORT) as found:
        yield found
    assert time.monotonic() - start < HANG


def call(worker: Worker, name: str, seconds: float = 10.0) -> Attempt:
    return worker.perform(Operation("call", name, (np.arange(3.0),), names=("x",)), seconds)


def assert_innocent(worker: Worker) -> None:
    """Check that the next function of the same submission gets its right answer."""
    attempt = call(worker, "innocent", 5.0)
    assert attempt.ending is Ending.RETURNED, attempt
    assert attempt.value.tolist() == [1, 2, 3]


# What a function does -> how its call ends. All are called with x, in a submission that holds `innocent` too.
CALLS = {
    "os._exit(0)": Ending.LOST,
    "os.abort()": Ending.LOST,
    "os.kill(os.getpid(), 9)": Ending.LOST,
    "ctypes.string_at(0)": Ending.LOST,
    "sys.exit(0)": Ending.RAISED,
    "loop()": Ending.TOO_SLOW,
    "stubborn()": Ending.TOO_SLOW,
    "(signal.signal(signal.SIGALRM, signal.SIG_IGN), loop())": Ending.TOO_SLOW,
    "(signal.setitimer(signal.ITIMER_REAL, 0), loop())": Ending.TOO_SLOW,
    "(signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)), loop())": Ending.TOO_SLOW,
    "9 ** 9 ** 9": Ending.TOO_SLOW,
    "bytearray(8 << 30)": Ending.RAISED,
    "[np.empty(1 << 24) for _ in range(64)]": Ending.RAISED,
    "[print('x' * 1000) for _ in iter(int, 1)]": Ending.TOO_SLOW,
    "np.broadcast_to(0.0, (10**9,))": Ending.RETURNED,
    "np.zeros(90_000_000)": Ending.RETURNED,
    "nested(100_000)": Ending.RETURNED,
    "cyclic()": Ending.RETURNED,
    "throw(ValueError('x' * 10_000_000))": Ending.RAISED,
    "throw(Evil())": Ending.RAISED,
    "Evil()": Ending.RETURNED,
    "recursive()": Ending.RAISED,
    "write_everywhere(b'garbage')": Ending.LOST,
    "write_everywhere(b'LbL1' + b'\\xff' * 12)": Ending.LOST,
    "close_everything()": Ending.LOST,
    "forged(np.ones(3))": Ending.LOST,
    "[threading.Thread(target=loop, daemon=True).start() for _ in range(4)]": Ending.RETURNED,
    "[threading.Thread(target=loop).start() for _ in range(4)]": Ending.RETURNED,
    "atexit.register(loop)": Ending.RETURNED,
    "(atexit.register(loop), sys.exit())": Ending.RAISED,
    "np.__dict__.update(asarray=None, add=None, ndarray=None)": Ending.RETURNED,
    "vars(json).clear()": Ending.RETURNED,
    "[delattr(builtins, n) for n in ('len', 'isinstance', 'type', 'zip', 'dict', 'BaseException')]": Ending.RETURNED,
    "sys.modules.clear()": Ending.RETURNED,
    "sys.setrecursionlimit(60)": Ending.RETURNED,
    "sys.settrace(lambda *a: loop())": Ending.TOO_SLOW,
    "sys.setprofile(lambda *a: loop())": Ending.TOO_SLOW,
    "resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))": Ending.RAISED,
    "[open(f'f{i}', 'w').write('x') for i in range(1000)]": Ending.RETURNED,
    "hold(10_000)": Ending.RAISED,
    "open('big', 'wb').write(bytes(64 << 20))": Ending.RAISED,
    "[(os.mkdir('d'), os.chdir('d')) for _ in range(1200)]": Ending.RETURNED,
    "os.fork()": Ending.RAISED,
    "subprocess.run(['true'])": Ending.RAISED,
    "socket.socket()": Ending.RAISED,
    "open('/etc/passwd').read()": Ending.RAISED,
    "os.kill(os.getppid(), 9)": Ending.RAISED,
    "gc.get_objects()": Ending.RETURNED,
}
NEEDS_CONFINEMENT = (
    "resource.",
    "hold",
    "[(os.mkdir",
    "os.fork",
    "subprocess",
    "socket",
    "open('/etc",
    "os.kill(os.getppid",
)
HELPERS = """
import atexit, builtins, ctypes, gc, json, os, signal, socket, struct, subprocess, sys, threading
try: import resource
except ImportError: pass  # Windows
import numpy as np
def loop():
    while True: pass
def stubborn():
    while True:
        try: loop()
        except BaseException: pass
def nested(depth):
    found = []
    for _ in range(depth): found = [found]
    return found
def cyclic():
    found = []
    found.append(found)
    return found
def throw(error): raise error
class Evil(Exception):
    def __str__(self): os._exit(1) if False else loop_a_little()
    __repr__ = __str__
    __class__ = property(lambda self: throw(SystemExit(1)))
    def __array__(self, *a, **k): throw(SystemExit(1))
def loop_a_little(): raise KeyboardInterrupt
def recursive(): return recursive()
def write_everywhere(data):
    for fd in range(64):
        try: os.write(fd, data)
        except OSError: pass
def close_everything():
    os.closerange(0, 64)
def forged(value):
    body = b'["dict",[["token","0000000000000000"],["reply",["dict",[["ending","returned"],["value",1]]]]]]'
    write_everywhere(struct.pack(">4sIQ", b"LbL1", len(body), 0) + body)
    return value
def server():
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if type(value).__name__ == "Server": return value
        frame = frame.f_back
def hold(count):
    return [open(f"h{i}", "w") for i in range(count)]
"""


@pytest.mark.parametrize("expression", CALLS)
def test_a_hostile_call_harms_itself_only(worker: Worker, expression: str) -> None:
    """Whatever a function does, its call ends in bounded time, and the next function is judged rightly."""
    if expression.startswith(NEEDS_CONFINEMENT) and not CONFINED:
        pytest.skip("student code can't be confined on this machine")
    outputs = worker.run_cells([INNOCENT, HELPERS, f"def hostile(x):\n    return {expression}"])
    assert [output.error or output.note for output in outputs] == ["", "", ""]
    attempt = call(worker, "hostile", 0.3 if CALLS[expression] is Ending.TOO_SLOW else 10.0)
    assert attempt.ending is CALLS[expression], attempt
    assert_innocent(worker)


CELLS = {
    "os._exit(0)": "the process ended with exit code 0",
    "os.kill(os.getpid(), 11)": "the process was ended by SIGSEGV",
    "os.kill(os.getpid(), 40)": "the process was ended by signal 40",
    "signal.signal(signal.SIGALRM, signal.SIG_IGN); loop()": "it was ended after",
    "write_everywhere(b'garbage')": "its reply made no sense",
    "close_everything()": "it broke the process that ran it",
}


@pytest.mark.parametrize("source", CELLS)
def test_a_hostile_cell_is_left_out_and_the_others_stay(worker: Worker, source: str) -> None:
    """A cell that ends its process is reported as such; what came before and comes after it works."""
    outputs = worker.run_cells(["print('first')", HELPERS, source, INNOCENT, "print('last')"])
    assert CELLS[source] in outputs[2].note
    assert outputs[2].note.startswith("This cell was left out, because ")
    assert [outputs[0].text, outputs[4].text] == ["first\n", "last\n"]
    assert_innocent(worker)


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "bytearray(8 << 30)",
        "while True: print('x' * 100)",
        "isinstance = len = print = None",
        "import builtins\ndel builtins.len, builtins.isinstance, builtins.print, builtins.Exception",
        "import numpy as np\nnp.asarray = np.allclose = np.frombuffer = lambda *a, **k: True",
        "import json\njson.loads = json.dumps = json.JSONEncoder = None",
        "import sys\nfor name in list(sys.modules): del sys.modules[name]",
        "import sys\nsys.stdout = sys.stderr = sys.stdin = None",
        "import matplotlib.pyplot as plt\nfor _ in range(10_000): plt.figure().gca()",
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(1000, 1000)).gca();",
        "import matplotlib.pyplot as plt\nplt.text(1e9, 1e9, 'far away');",
        "class A:\n    def __repr__(self):\n        while True: pass\nA()",
        "import signal\nsignal.raise_signal(signal.SIGINT)",
        "import threading\nfor _ in range(3): threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()",
        "get_ipython().user_ns.clear()",
        "get_ipython().user_ns = type('Names', (dict,), {'__getitem__': lambda self, name: 1 / 0})()",
        "import types\nget_ipython().user_module = types.ModuleType('other')",
        "%reset -f",
        "def r(): r()\nr()",
        "'x' * 10**8",
        "import os\nos.chdir('/')",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    ],
)
def test_a_troublesome_cell_does_not_spoil_the_next(worker: Worker, source: str) -> None:
    """Cells that hang, fill, patch or break things end, and the next cell's function is judged rightly."""
    worker.run_cells([source, INNOCENT])
    assert_innocent(worker)


def test_a_reply_written_before_its_question_is_not_believed(worker: Worker) -> None:
    """A forged reply has no token of a question that was not asked yet, and does not block the real one."""
    cell = """
import threading, time
def forges_later(x):
    def write():
        time.sleep(0.1)
        forged(1)
    threading.Thread(target=write).start()
    return x"""
    worker.run_cells([INNOCENT, HELPERS, cell])
    assert call(worker, "forges_later").ending is Ending.RETURNED
    assert worker._process is not None
    arrived, _, _ = select.select([worker._process.fd], [], [], HANG)
    assert arrived, "nothing was forged"
    assert_innocent(worker)


def test_a_worker_that_forges_its_replies_is_only_wrong(worker: Worker) -> None:
    """A student's patch of the worker's own code gives wrong answers, which are judged as such."""
    cell = "server().kinds['do'] = lambda request: {'ending': 'returned', 'value': 'full marks'}"
    worker.run_cells([INNOCENT, HELPERS, cell])
    found = call(worker, "innocent")
    assert (found.ending, found.value, found.error) == (Ending.RETURNED, "full marks", None)


def test_a_call_takes_as_long_as_the_judge_waits(worker: Worker) -> None:
    """A worker that says that its calls took no time, or says nothing of it, gets no more time by that."""
    cell = """
import time
def do(request):
    time.sleep(0.2)
    return {'ending': 'raised', 'seconds': 0.0, 'error': {'name': 'E', 'message': '', 'line': None, 'source': ''}}
server().kinds['do'] = do"""
    worker.run_cells([INNOCENT, HELPERS, cell])
    left = worker.left
    assert call(worker, "innocent").seconds > 0.15
    assert worker.left < left - 0.15


def test_senseless_replies_cost_the_process(worker: Worker) -> None:
    """Replies of another form end the process; the cell that follows gets a new one."""
    cell = "server().kinds['cell'] = lambda request: {'text': 1}"
    outputs = worker.run_cells([HELPERS, cell, INNOCENT])
    assert outputs[2].note == "This cell was left out, because its reply made no sense."


def test_a_function_may_cost_two_processes(worker: Worker) -> None:
    """After two losses its further calls are not made, and no process is started for them."""
    worker.run_cells([INNOCENT, "import os\ndef hostile(x): os._exit(7)"])
    assert call(worker, "hostile").detail == "the process ended with exit code 7"
    assert call(worker, "hostile").ending is Ending.LOST
    assert call(worker, "hostile").detail == "it did so 2 times before, and was not called again"
    assert worker.pid is None
    assert_innocent(worker)


LEFT_BEHIND = """
import os, threading, time
def many_files(x):
    for number in range(6000):
        open(f"{number}.txt", "w").close()
def many_threads(x):
    for _ in range(150):
        threading.Thread(target=time.sleep, args=(60,)).start()
def ends_later(x):
    threading.Timer(0.3, os._exit, [0]).start()
def slow(x):
    time.sleep(0.6)
    return x + 1
def lost(x):
    os._exit(0)
"""


@pytest.mark.parametrize("name", ["many_files", "many_threads", "ends_later"])
def test_what_a_call_leaves_behind_costs_no_other_function_a_case(worker: Worker, name: str) -> None:
    """The next function is called in a separate process, before or after this one ends."""
    worker.run_cells([LEFT_BEHIND])
    call(worker, name)
    attempt = call(worker, "slow")
    assert attempt.ending is Ending.RETURNED, attempt
    assert attempt.value.tolist() == [1, 2, 3]


def test_who_ends_a_process_of_its_own_has_lost(worker: Worker) -> None:
    """It is asked again once, since others were called before; no more."""
    worker.run_cells([LEFT_BEHIND, INNOCENT])
    assert_innocent(worker)
    assert call(worker, "lost").ending is Ending.LOST
    assert_innocent(worker)


def test_good_cells_are_run_again_without_showing_it(worker: Worker) -> None:
    """After a loss, names that earlier cells made are there again, and a cell that now ends the process is dropped."""
    second_time = "import os\nopen('seen', 'a').write('x')"
    outputs = worker.run_cells(["x = 40", "print('once')", "import os; os._exit(1)", "x + 2", second_time])
    assert [output.text for output in outputs] == ["", "once\n", "", "", ""]
    assert outputs[3].result == "42"


def test_nothing_of_the_rehearsal_is_left(worker: Worker) -> None:
    """A worker's first cell finds a new notebook."""
    fresh, numpy, double = worker.run_cells(["len(In), Out", "np", "double"])
    assert fresh.result == "(1, {})"
    assert [output.error and output.error.name for output in (numpy, double)] == ["NameError", "NameError"]


def test_a_submission_has_a_time_budget(nursery: Nursery) -> None:
    """When it is used up, further cells and calls are not run, and say why."""
    limits = Limits(cell_seconds=0.4, total_seconds=1.0, grace=0.3)
    with nursery.worker(limits) as worker:
        outputs = worker.run_cells([INNOCENT, *["while True: pass"] * 5, "1"])
        attempt = call(worker, "innocent")
    assert outputs[-1].note.startswith("This cell was not run. The time for all cells and answers")
    assert attempt.ending is Ending.NOT_RUN
    assert "1 s" in attempt.detail


def test_cpu_time_is_limited(nursery: Nursery) -> None:
    """A worker that burns its CPU time, in threads too, is ended; the call that it happened in was too slow."""
    cell = """
import signal, threading
def burn(x):
    while True: sum(range(10_000))"""
    with nursery.worker(Limits(cpu_seconds=1)) as worker:
        worker.run_cells([cell])
        attempt = call(worker, "burn", 30.0)
    assert attempt.ending is Ending.TOO_SLOW
    assert attempt.detail == "it used up 1 s of CPU time"


def test_arguments_that_cannot_be_sent_are_our_own_error(worker: Worker) -> None:
    """An exercise that passes an object is refused at once, not graded wrongly."""
    worker.run_cells([INNOCENT])
    for thing in (object(), np.array([None]), np.broadcast_to(0.0, (10**9,))):
        with pytest.raises(TypeError, match=r"can't be sent|are allowed"):
            worker.perform(Operation("call", "innocent", (thing,), names=("x",)), 1.0)
    assert_innocent(worker)


def test_nothing_is_left_behind() -> None:
    """Closing ends every process and removes every file, deep folders too; a dead parent is replaced."""
    deep = "import os\nfor _ in range(1200):\n    os.mkdir('d')\n    os.chdir('d')"
    with Nursery(unsandboxed=not CONFINED) as nursery:
        with nursery.worker(SHORT) as worker:
            worker.run_cells([INNOCENT, deep])
            first, folder, pid = nursery.pid, nursery.folder, worker.pid
            assert first is not None
            assert pid is not None
            os.kill(first, signal.SIGKILL)
            nursery._source.process.wait()
            assert call(worker, "innocent").ending is Ending.LOST
            assert_innocent(worker)
            assert nursery.pid != first
            last, pids = nursery.folder, [pid, worker.pid, first, nursery.pid]
        assert isinstance(folder, Path)
        assert not folder.exists()
        assert list(last.glob("worker-*")) == []
    assert not last.exists()
    for pid in pids:
        assert has_ended(pid), f"process {pid} is still there"


@pytest.mark.skipif(not CONFINED, reason="student code can't be confined on this machine")
def test_a_folder_that_was_left_empty_is_the_next_workers(nursery: Nursery) -> None:
    """One with something in it is removed, and no later worker sees what was in it."""
    look = "import os\nleft = os.listdir('.')\ndef looked(x):\n    return [os.getcwd(), *left, os.access('.', os.W_OK)]"
    write = "open('mine.txt', 'w').write('secret')"
    found = []
    for cells in ([look], [look, write], [look], [look]):
        with nursery.worker(SHORT) as worker:
            worker.run_cells(cells)
            found.append(call(worker, "looked").value)
    assert [rest for _, *rest in found] == [[True]] * 4
    assert found[0][0] == found[1][0] != found[2][0] == found[3][0]
    assert not Path(found[0][0]).exists()


def test_copies_of_a_warm_parent_serve_several_judges() -> None:
    """Each copy has its own workers; where one is gone, its judge starts its own warm parent."""
    with Nursery(unsandboxed=not CONFINED) as owner:
        ours, theirs = (Nursery(unsandboxed=not CONFINED, connection=one) for one in owner.begin_with_copies(2))
        with ours, theirs, ours.worker(SHORT) as first, theirs.worker(SHORT) as second:
            for worker in (first, second):
                worker.run_cells([INNOCENT])
                assert_innocent(worker)
            pids = [first.pid, second.pid]
            copies = [parent_of(pid) for pid in pids]
            assert len({*copies, owner.pid}) == 3
            assert theirs.pid is None
            os.kill(copies[1], signal.SIGKILL)
            assert has_ended(pids[1]), "a worker outlives what it was forked from"
            assert call(second, "innocent").ending is Ending.LOST
            assert_innocent(second)
            assert theirs.pid == parent_of(second.pid)
            assert_innocent(first)
            assert first.pid == pids[0]
            pids += [second.pid, theirs.pid, *copies, owner.pid]
        folder = owner.folder
        assert isinstance(folder, Path)
    assert not folder.exists()
    for pid in pids:
        assert has_ended(pid), f"process {pid} is still there"


def parent_of(pid: int | None) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_without_confinement_grading_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel lacks something, the message says what; grading continues only on an explicit request, which is recorded."""
    monkeypatch.setattr(processes.sandbox, "missing", lambda: ["It needs Landlock."])
    with pytest.raises(sandbox.ConfinementError, match="It needs Landlock"):
        Nursery()
    with Nursery(unsandboxed=True) as nursery:
        assert not nursery.sandboxed


def test_unconfined_workers_answer_too() -> None:
    """With `unsandboxed`, the same worker runs with limits but without confinement."""
    with Nursery(unsandboxed=True) as nursery, nursery.worker(SHORT) as worker:
        worker.run_cells([INNOCENT])
        assert_innocent(worker)


GOOD_CELL = {"text": "", "result": "", "images": [], "notes": [], "error": None}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (10).to_bytes(4) + (10).to_bytes(4) + bytes(30)


@pytest.mark.parametrize(
    "change",
    [
        {"text": 3},
        {"text": "x" * 100_000},
        {"images": [b"x"]},
        {"images": [np.zeros(100, np.uint8)]},
        {"images": [np.frombuffer(PNG, np.uint8)] * 21},
        {"images": [np.frombuffer(PNG.replace((10).to_bytes(4), (10**6).to_bytes(4)), np.uint8)]},
        {"images": [np.frombuffer(PNG + bytes(5 << 20), np.uint8)]},
        {"notes": "x"},
        {"notes": ["linear: right. 6 of 6 cases, 4 points."]},
        {"notes": ["A picture of 9 by 9 pixels was left out. linear: right."]},
        {"error": "ValueError"},
        {"error": {"name": "E", "message": 1, "traceback": ""}},
        {"html": "<script>"},
    ],
)
def test_senseless_cell_replies_are_refused(change: dict[str, Any]) -> None:
    """Types, sizes and pictures of a cell's reply are checked on this side, too."""
    with pytest.raises(WireError):
        read_cell(GOOD_CELL | change)
    assert read_cell(GOOD_CELL | {"images": [np.frombuffer(PNG, np.uint8)]}).images == (PNG,)


@pytest.mark.parametrize(
    "change",
    [
        {"ending": "lost"},
        {"ending": "perfect"},
        {"ending": 3},
        {"changed": ["y"]},
        {"changed": "x"},
        {"seconds": -1.0},
        {"seconds": float("nan")},
        {"seconds": "fast"},
        {"error": {"name": "E", "message": "", "line": -4, "source": ""}},
        {"error": {"name": "E", "message": "x" * 9000, "line": 1, "source": ""}},
        {"detail": 5},
        {"score": 4},
        {"kept": True},
        {"kept": 2, "value": Foreign("Linear")},
        {"kept": True, "value": Held(2, "Linear")},
        {"kept": True, "value": Foreign("Linear"), "ending": "raised"},
    ],
)
def test_senseless_call_replies_are_refused(change: dict[str, Any]) -> None:
    """An ending that only the judge can find, strange times and unknown fields are not replies."""
    good = {"ending": "returned", "value": 1, "changed": ["x"], "seconds": 9.0}
    with pytest.raises(WireError):
        read_attempt(good | change, ("x",), 1.0, 1)
    with pytest.raises(WireError):
        read_attempt(good | {"kept": True, "value": Foreign("Linear")}, ("x",), 1.0)
    assert read_attempt(good, ("x",), 1.0) == Attempt(Ending.RETURNED, 1, ("x",), 1.0)


def test_control_characters_do_not_pass() -> None:
    """What could upset a terminal or an XML file is taken out of every text."""
    assert read_cell(GOOD_CELL | {"text": "a\x00b\x08\n\x1b[1m"}).text == "ab\n\x1b[1m"
