"""What a confined process can't do, and what must still work in it.

Every attempt runs in a separate process, forked from one that is warm as the grader's is, so that pytest's
own process stays free.
"""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import seccompy

from grader.boundary.shared import sandbox

pytestmark = pytest.mark.skipif(bool(sandbox.missing()), reason=" ".join(sandbox.missing()))

ROOT = Path(sandbox.__file__).parents[3]
NOBODY = 65534

HELPER = r"""
import ctypes, errno, io, json, os, sys, threading, traceback
from pathlib import Path
import matplotlib; matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np, seccompy
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from grader.boundary.shared import sandbox

def call(name, *arguments):
    number = name if isinstance(name, int) else seccompy.syscall_nr(name)
    libc = ctypes.CDLL(None, use_errno=True)
    return "done" if libc.syscall(number, *arguments) >= 0 else errno.errorcode[ctypes.get_errno()]

def run(attempt, out):
    if attempt["user"]:
        os.setgroups([]); os.setgid(attempt["user"]); os.setuid(attempt["user"])
    may_read = *readable, Path(places["handout"]).parent
    policy = sandbox.Policy(may_read, Path(places["scratch"]), 2 << 30, attempt["cpu"], 1 << 20, 32)
    sandbox.confine(policy)
    names = {**places, "call": call, "shell": shell, "capture_output": capture_output, "np": np, "plt": plt,
             "os": os, "ctypes": ctypes, "policy": policy, "sandbox": sandbox, "threading": threading}
    try:
        exec(compile(attempt["source"], "attempt", "exec"), names)
        answer = names.get("result", "done")
    except BaseException as error:
        answer = f"{type(error).__name__}: {error}"
    os.write(out, str(answer).encode())

order = json.load(sys.stdin)
places = order["places"]
shell = InteractiveShell.instance()
shell.history_manager.enabled = False
with capture_output():
    shell.run_cell("1/0")
readable, _ = sandbox.readable_for_loaded_modules(), sandbox.missing()
answers = {}
for name, attempt in order["attempts"].items():
    inlet, outlet = os.pipe()
    child = os.fork()
    if not child:
        try:
            run(attempt, outlet)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(outlet)
    with open(inlet, errors="replace") as pipe:
        said = pipe.read()
    answers[name] = [said, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]
print(json.dumps({"answers": answers, "readable": [str(path) for path in readable]}))
"""

DENIED = {
    "read /etc/passwd": "open('/etc/passwd')",
    "list /etc": "os.listdir('/etc')",
    "list /tmp": "os.listdir('/tmp')",
    "read the answers": "open(secret)",
    "read another student's folder": "open(neighbour)",
    "read the course": "open(course)",
    "read the grader": "open(grader)",
    "read torch": "open(torch)",
    "import torch": "import torch",
    "read its environment": "open('/proc/self/environ')",
    "read its own memory as a file": "open('/proc/self/mem', 'rb')",
    "read its parent's memory": "open(f'/proc/{os.getppid()}/mem', 'rb')",
    "list processes": "os.listdir('/proc')",
    "write next to its folder": "open(os.path.join(os.path.dirname(secret), 'new'), 'w')",
    "write into the answers": "open(secret, 'a')",
    "write into a readable file": "open(handout, 'a')",
    "write next to a readable file": "open(handout + '.new', 'w')",
    "write into the standard library": "open(os.__file__, 'a')",
    "truncate by path": "os.truncate(secret, 0)",
    "truncate while reading": "os.open(handout, os.O_RDONLY | os.O_TRUNC)",
    "truncate with access mode 3": "os.open(secret, os.O_ACCMODE | os.O_TRUNC)",
    "delete outside": "os.remove(secret)",
    "move out": "open('mine', 'w').close(); os.rename('mine', secret + '.moved')",
    "move in": "os.rename(secret, 'mine')",
    "make a symbolic link": "os.symlink(secret, 'way-out')",
    "make a hard link": "os.link(handout, 'way-in')",
    "make a named pipe": "os.mkfifo('pipe')",
    "chmod": "os.chmod(secret, 0o777)",
    "chown": "os.chown(secret, 1, 1)",
    "change times": "os.utime(secret)",
    "set an attribute": "os.setxattr(secret, 'user.a', b'1')",
    "fork": "os.fork()",
    "start a program": "import subprocess; subprocess.run(['/bin/true'])",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "execve": "os.execv('/bin/true', ['true'])",
    "make a process pool": "import multiprocessing as m; m.get_context('fork').Process(target=int).start()",
    "open a TCP socket": "import socket; socket.socket()",
    "open a UDP socket": "import socket; socket.socket(type=socket.SOCK_DGRAM)",
    "open a unix socket": "import socket; socket.socket(socket.AF_UNIX)",
    "open a socket pair": "import socket; socket.socketpair()",
    "end its parent": "import signal; os.kill(os.getppid(), signal.SIGKILL)",
    "signal everybody": "os.kill(-1, 0)",
    "signal its group": "os.killpg(0, 0)",
    "have the kernel signal its parent": "import fcntl; fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
    "type into the terminal": "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSTI, b'x')",
    "change its user": "os.setuid(1)",
    "raise its limits": "import resource as r; r.setrlimit(r.RLIMIT_CPU, (99, 99))",
    "raise its limits otherwise": "import resource as r; r.prlimit(os.getpid(), r.RLIMIT_CPU, (99, 99))",
    "limit its parent": "import resource as r; r.prlimit(os.getppid(), r.RLIMIT_CPU, (1, 1))",
    "change its root": "os.chroot('.')",
}

CALLS = """
    add_key bpf clock_settime clone3 finit_module init_module io_uring_setup kcmp keyctl
    memfd_create mount mq_open name_to_handle_at open_by_handle_at openat2 perf_event_open
    personality pidfd_getfd pidfd_open pidfd_send_signal process_vm_readv process_vm_writev ptrace
    quotactl reboot setns shmget splice swapon timer_create tkill unshare userfaultfd
"""

WORKS = {
    "linear algebra": ("result = np.linalg.svd(np.eye(60)).S.sum()", "60.0"),
    "fft": ("result = np.fft.fft(np.ones(4))[0].real", "4.0"),
    "random": ("result = np.random.default_rng(1).random() < 1", "True"),
    "a part of NumPy not loaded before": (
        "import numpy.polynomial.laguerre as m; result = m.__name__[-8:]",
        "laguerre",
    ),
    "the standard library": ("import statistics, calendar; result = statistics.mean([1, 3])", "2"),
    "source of a NumPy function": ("import inspect; result = 'def tile' in inspect.getsource(np.tile)", "True"),
    "local time": ("import time; result = time.localtime(0).tm_year", "1970"),
    "a time zone": ("import zoneinfo; result = zoneinfo.ZoneInfo('Europe/Rome').key", "Europe/Rome"),
    "temporary files": ("import tempfile; result = tempfile.mkdtemp().startswith(scratch)", "True"),
    "files of its own": (
        "os.makedirs('a/b'); np.save('a/b/x.npy', np.ones(3)); os.rename('a/b/x.npy', 'x.npy');"
        "result = np.load('x.npy').sum(); os.remove('x.npy'); __import__('shutil').rmtree('a')",
        "3.0",
    ),
    "a file it may read": ("result = open(handout).read(), os.listdir(os.path.dirname(handout))", "('42', ['file'])"),
    "the null device": ("print('x', file=open(os.devnull, 'w')); result = os.getcwd() == scratch", "True"),
    "threads": (
        "r = []; t = [threading.Thread(target=r.append, args=(i,)) for i in range(4)];"
        "[x.start() for x in t]; [x.join() for x in t]; result = sorted(r)",
        "[0, 1, 2, 3]",
    ),
    "a thread pool": (
        "from concurrent.futures import ThreadPoolExecutor as P\nwith P(2) as p: result = sum(p.map(int, '12'))",
        "3",
    ),
    "a timer signal to itself": (
        "import signal; r = []; signal.signal(signal.SIGALRM, lambda *_: r.append(1));"
        "signal.setitimer(signal.ITIMER_REAL, 0.01); signal.pause(); result = r",
        "[1]",
    ),
    "a signal to itself": (
        "import signal; r = []; signal.signal(signal.SIGUSR1, lambda *_: r.append(1));"
        "os.kill(os.getpid(), signal.SIGUSR1); signal.raise_signal(signal.SIGUSR1); result = r",
        "[1, 1]",
    ),
    "a plot with mathematics": (
        "import io; f, a = plt.subplots(); a.plot([1, 2]); a.set_title(r'$\\frac{\\alpha}{2}$ words');"
        "b = io.BytesIO(); f.savefig(b, format='png'); result = b.getvalue()[1:4]",
        "b'PNG'",
    ),
    "a plot as SVG": ("import io; b = io.StringIO(); plt.figure().savefig(b, format='svg')", "done"),
    "timeit": (
        "with capture_output() as c: shell.run_cell('%timeit -n1 -r1 sum(range(3))')\nresult = 'per loop' in c.stdout",
        "True",
    ),
    "a traceback through NumPy": (
        "with capture_output() as c: shell.run_cell('import numpy as n; n.linalg.inv(n.ones(3))')\n"
        "result = 'LinAlgError' in c.stdout and 'linalg.py' in c.stdout",
        "True",
    ),
    "confining again": ("sandbox.confine(policy); result = os.getcwd() == scratch", "True"),
    "its own limits": ("import resource as r; result = r.getrlimit(r.RLIMIT_CORE)", "(0, 0)"),
}

LIMITS = {
    "memory of an array": ("np.ones(1 << 29)", "MemoryError"),
    "memory of Python's": ("bytearray(4 << 30)", "MemoryError"),
    "size of a file": ("f = open('big', 'wb', 0)\nfor _ in range(3): f.write(bytes(1 << 20))", "OSError: [Errno 27]"),
    "open files": ("f = [open(os.devnull) for _ in range(99)]", "OSError: [Errno 24]"),
}


def attempt(source: str, cpu: int = 20, user: int | None = None) -> dict[str, Any]:
    return {"source": source, "cpu": cpu, "user": user}


def run(attempts: dict[str, Any], scratch: Path, places: dict[str, str]) -> dict[str, Any]:
    """Run each attempt in a separate confined process: what it said, and how it ended."""
    order = {"attempts": attempts, "places": {**places, "scratch": str(scratch)}}
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "OPENBLAS_NUM_THREADS": "1",
        "IPYTHONDIR": tempfile.mkdtemp(),
        "TMPDIR": str(scratch),
    }
    done = subprocess.run(
        [sys.executable, "-c", HELPER],
        input=json.dumps(order),
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    shutil.rmtree(environment["IPYTHONDIR"])
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Files that a student would like to see."""
    folder = tmp_path_factory.mktemp("class")
    for name in ("handout", "neighbour", "secret"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("42")
    spec = importlib.util.find_spec("torch")
    return {
        "secret": str(folder / "secret/file"),
        "handout": str(folder / "handout/file"),
        "neighbour": str(folder / "neighbour/file"),
        "course": str(ROOT / "course/__init__.py"),
        "grader": sandbox.__file__,
        "torch": str(spec.origin) if spec else "/usr/lib/torch",
    }


@pytest.fixture(scope="module")
def outcome(places: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything tried by one warm process; some forty forks, once for this file."""
    sources = {**DENIED, **{name: source for name, (source, _) in {**WORKS, **LIMITS}.items()}}
    attempts = {name: attempt(source) for name, source in sources.items()}
    attempts["calls"] = attempt(f"result = {{n: call(n, 0, 0, 0, 0, 0) for n in {CALLS.split()}}}")
    attempts["time"] = attempt("while True: pass", cpu=1)
    attempts["time, warnings ignored"] = attempt(
        "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", cpu=1
    )
    # mov eax, 20 (getpid of the 32-bit table); int 0x80; ret
    attempts["another architecture"] = attempt(
        "import mmap; m = mmap.mmap(-1, 4096, prot=7); m.write(bytes.fromhex('b814000000cd80c3'));"
        "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()"
    )
    attempts["x32"] = attempt("result = call(0x40000000 + 39)")
    scratch = tmp_path_factory.mktemp("scratch").resolve()
    return run(attempts, scratch, places)


@pytest.fixture(scope="module")
def unprivileged(places: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Those attempts that need no file of the interpreter's, by a user without any privilege."""
    if os.getuid() != 0:
        pytest.skip("the other tests run without privilege already")
    names = [name for name in DENIED if not name.startswith("import") and "import" not in DENIED[name]]
    attempts = {name: attempt(DENIED[name], user=NOBODY) for name in names}
    for name in ("linear algebra", "threads", "files of its own"):
        attempts[name] = attempt(WORKS[name][0], user=NOBODY)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield run(attempts, Path(folder), places)["answers"]


@pytest.mark.parametrize("name", DENIED)
def test_denied(outcome: dict[str, Any], name: str) -> None:
    """A confined process is refused, with an error that Python can show, and continues."""
    said, ended = outcome["answers"][name]
    assert said.startswith(("PermissionError", "ValueError: not allowed to raise maximum limit")), said
    assert ended == 0


@pytest.mark.parametrize("name", WORKS)
def test_works(outcome: dict[str, Any], name: str) -> None:
    """What a student's code may do is not disturbed."""
    assert outcome["answers"][name] == [WORKS[name][1], 0]


@pytest.mark.parametrize("name", LIMITS)
def test_limits(outcome: dict[str, Any], name: str) -> None:
    """Memory, file size and open files end in an exception, not in a lost process."""
    said, ended = outcome["answers"][name]
    assert said.startswith(LIMITS[name][1]), said
    assert ended == 0


def test_system_calls(outcome: dict[str, Any]) -> None:
    """Calls that Python has no name for are refused too."""
    said, _ = outcome["answers"]["calls"]
    verdicts = json.loads(said.replace("'", '"'))
    assert set(verdicts) == set(CALLS.split())
    assert set(verdicts.values()) <= {"EPERM", "ENOSYS"}, verdicts
    assert verdicts["clone3"] == "ENOSYS"  # anything else would leave the C library without threads


def test_cpu_time(outcome: dict[str, Any]) -> None:
    """The time limit ends the process, also where it ignores the warning."""
    assert outcome["answers"]["time"] == ["", -signal.SIGXCPU]
    assert outcome["answers"]["time, warnings ignored"] == ["", -signal.SIGKILL]


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="x86-64 has two further call tables")
def test_other_call_tables(outcome: dict[str, Any]) -> None:
    """The 32-bit table ends the process, the x32 table does not exist."""
    said, ended = outcome["answers"]["another architecture"]
    assert said == ""
    assert ended < 0
    assert outcome["answers"]["x32"] == ["ENOSYS", 0]


def test_unprivileged(unprivileged: dict[str, Any]) -> None:
    """It confines a process that has no privilege at all."""
    for name, (said, ended) in unprivileged.items():
        assert ended == 0, name
        if name in WORKS:
            assert said == WORKS[name][1], name
        else:
            assert said.startswith("PermissionError"), (name, said)


def test_nothing_was_changed(outcome: dict[str, Any], places: dict[str, str]) -> None:
    """After all attempts the files outside are as they were."""
    assert {Path(places[name]).read_text() for name in ("handout", "neighbour", "secret")} == {"42"}
    assert len(list(Path(places["secret"]).parents[1].rglob("*"))) == 6


def test_readable_is_narrow(outcome: dict[str, Any], places: dict[str, str]) -> None:
    """No path that may be read contains the installed packages, torch, the course, or a user's files."""
    readable = [Path(path) for path in outcome["readable"]]
    forbidden = [places["torch"], places["course"], places["grader"], "/etc/passwd", "/proc/1", "/tmp", "/home/x"]
    for path in readable:
        assert path.name not in {"site-packages", "dist-packages"}
        assert not any(Path(other).is_relative_to(path) for other in forbidden), path


def test_threads_are_refused() -> None:
    """A process that has other threads isn't confined, since they would stay free."""
    source = """
import threading
from pathlib import Path
from grader.boundary.shared.sandbox import ConfinementError, Policy, confine
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
try:
    confine(Policy((), Path("."), 1 << 32, 10, 1 << 20, 32))
except ConfinementError as error:
    print(error)
stop.set()
"""
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == (
        "Student code can't be confined here: The process has more than one thread; confine it before it starts "
        "any. Grade where it can be, or give --unsandboxed to grade without confinement; every report then "
        "records that.\n"
    )


def test_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without Landlock nothing is confined by halves: it refuses, and says what to do."""
    monkeypatch.setattr("landlockpy.abi_version", lambda: 0)
    monkeypatch.setattr("seccompy.supported", lambda: False)
    policy = sandbox.Policy((), tmp_path, 1 << 30, 10, 1 << 20, 32)
    with pytest.raises(sandbox.ConfinementError, match="--unsandboxed") as caught:
        sandbox.confine(policy)
    kernel, filters = caught.value.missing
    assert kernel == "It needs a kernel of at least 5.13 with Landlock enabled (lsm=landlock at boot)."
    assert filters.startswith("It needs seccomp filters on x86-64 or arm64; this is ")


def test_seccomp_that_is_denied_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may deny the call itself; that is not our error."""

    def denied() -> bool:
        raise seccompy.SeccompError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("seccompy.supported", denied)
    assert sandbox.missing() == ["It needs seccomp filters, which are refused here (Operation not permitted)."]


NO_LANDLOCK = """
import errno, sys
from seccompy import Action, Filter
from grader.boundary.trusted.judge import Nursery
from course.calling.work import Unavailable
rules = Filter(default=Action.ALLOW)
rules.errno("landlock_restrict_self", errno.EPERM)
rules.load()
with Nursery() as nursery, nursery.worker() as worker:
    try:
        worker.run_cells(["x = 1"])
    except Unavailable as error:
        print(type(error).__name__, error)
"""


def test_a_worker_that_can_not_be_confined_says_so_once() -> None:
    """What the kernel refused in the worker is reported by the judge, in the same words and only once."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[4])}
    found = subprocess.run(
        [sys.executable, "-c", NO_LANDLOCK], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert found.stdout.startswith("ConfinementError Student code can't be confined here: The kernel refused it (")
    assert found.stdout.count("can't be confined here") == found.stdout.count("--unsandboxed") == 1
