"""The judge's hold on the warm parent: starts it, asks it for workers, has them ended, and leaves nothing behind."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from course.calling.work import Unavailable
from grader.boundary.shared import sandbox
from grader.boundary.shared.codec import WireError, encode
from grader.boundary.shared.scratch import remove
from grader.boundary.shared.wire import WireClosed, receive, send
from grader.boundary.trusted.owned import owned_folder, remove_left_behind
from grader.boundary.trusted.watch import Most, Watch, Watching

START = 60.0
"""Seconds within which the warm parent must be ready: the first start builds a font cache."""
ANSWER = 20.0
"""Seconds within which it must answer."""

# What may pass from our environment into a worker's: how libraries are found, and which BLAS kernels run.
_PASSED_ON = ("LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "TZ")
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use.

    Parameters
    ----------
    cell_seconds
        Time for one cell.
    total_seconds
        Time for all its cells and calls together, and for starting its workers.
    grace
        How much later than a time limit inside the worker the judge ends it from outside.
    memory
        Bytes of address space, beyond what the warm parent has already.
    cpu_seconds
        CPU time of one worker.
    file_size
        Bytes of one file in its scratch folder.
    open_files
        Open files at once.
    scratch, entries
        Bytes of all files in its scratch folder together, and how many files and folders there may be.
    threads
        Threads at once.
    output
        Bytes that its cells may show, all together.
    """

    cell_seconds: float = 10.0
    total_seconds: float = 120.0
    grace: float = 1.5
    memory: int = 1 << 30
    cpu_seconds: int = 60
    file_size: int = 16 << 20
    open_files: int = 64
    scratch: int = 256 << 20
    entries: int = 5000
    threads: int = 32
    output: int = 16 << 20

    @classmethod
    def of(cls, seconds: float | None = None, memory_mb: int | None = None) -> Limits:
        """Give the usual limits with other seconds for a whole submission, or other megabytes.

        Examples
        --------
        >>> Limits.of(seconds=300.0).cpu_seconds
        150
        """
        usual = cls()
        seconds = usual.total_seconds if seconds is None else seconds
        memory = usual.memory if memory_mb is None else memory_mb << 20
        return cls(total_seconds=seconds, cpu_seconds=math.ceil(max(usual.cpu_seconds, seconds / 2)), memory=memory)


USUAL = Limits()
"""What a submission may use where a class has no settings."""


@dataclass(frozen=True, slots=True)
class Process:
    """A worker's process, the judge's end of its connection, who watches its folder, and the calls that it knows."""

    pid: int
    fd: int
    watch: Watch
    learned: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """How a worker's process ended.

    Parameters
    ----------
    killed
        It had to be ended from outside, when no one waited for it any more.
    exit
        Exit code, or the negative number of a signal; None where it is not known.
    cpu_seconds
        CPU time it had used.
    excess
        What it wrote too much of, where it was ended for that.
    """

    killed: bool = True
    exit: int | None = None
    cpu_seconds: float = 0.0
    excess: str = ""


class NotStarted(Unavailable):
    """The warm parent, or a worker, did not start."""


class Processes:
    """Owns the warm parent from which workers are forked. A context manager; safe to share between threads.

    Parameters
    ----------
    unsandboxed
        Do without confinement. Whoever asks for it records it in every report.
    connection
        To a copy of a warm parent that another process has started. By default one is started when it is needed.

    Raises
    ------
    ConfinementError
        Where student code can't be confined on this machine and `unsandboxed` is not given.
    """

    def __init__(self, *, unsandboxed: bool = False, connection: socket.socket | None = None) -> None:
        self.sandboxed = not unsandboxed
        if self.sandboxed and (missing := sandbox.missing()):
            raise sandbox.ConfinementError(*missing)
        self._lock = threading.Lock()
        self._control = connection
        self._parent: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._mark: int | None = None
        self._ready = False
        self._learned: list[bytes] = []
        self._watching: Watching | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The warm parent's process, where it runs and was started by this one."""
        return self._parent.pid if self._parent else None

    def begin(self) -> None:
        """Start the warm parent, and don't wait for it: it takes a second to load what workers need."""
        with self._lock:
            if self._control is None:
                self._start()

    def begin_with_copies(self, number: int) -> list[socket.socket]:
        """Start the warm parent, and give a connection to each of this many copies that it makes of itself."""
        with self._lock:
            return self._start(number)

    def fork(self, limits: Limits, calls: Iterable[bytes] = ()) -> Process:
        """Get a new worker, confined and ready.

        Parameters
        ----------
        limits
            What it may use.
        calls
            Messages with calls that it should know. The warm parent reads each once, for all workers.

        Raises
        ------
        ConfinementError
            Where the kernel refuses to confine it.
        NotStarted
            Where the warm parent does not start.
        """
        with self._lock:
            ours, theirs = socket.socketpair()
            with ours, theirs:
                try:
                    found = self._ask_for_fork(limits, theirs, calls)
                except WireError:  # it had ended, after a long rest or by somebody's hand
                    self._stop()
                    found = self._ask_for_fork(limits, theirs, calls)
                ours.setblocking(False)
                most = Most(limits.scratch, limits.entries, limits.threads, limits.file_size)
                watch = Watch(found["pid"], Path(found["scratch"]), most)
                self._watching = self._watching or Watching()
                self._watching.add(watch)
                process = Process(found["pid"], ours.detach(), watch, tuple(self._learned))
        try:
            hello = receive(process.fd, time.monotonic() + ANSWER)
        except WireError as error:
            self.end(process)
            raise NotStarted(f"A worker did not start. {error}") from None
        if "refused" in hello:
            self.end(process)
            raise sandbox.ConfinementError(*hello["refused"])
        return process

    def end(self, process: Process, patience: float = 0.0) -> End:
        """End a worker, after `patience` seconds in which it may end by itself; tidy up behind it."""
        process.watch.stop()  # before the process is reaped, and its number anybody's
        with self._lock:
            try:
                found = self._ask({"kind": "end", "pid": process.pid, "patience": patience})
            except WireError:  # the warm parent is gone, and the kernel ends its workers with it
                self._stop()
                return End(excess=process.watch.why)
            finally:
                os.close(process.fd)  # only now: it would wake up, and tidy up what is thrown away
        return End(found["killed"], found["exit"], found["cpu_seconds"], process.watch.why)

    def close(self) -> None:
        """End the warm parent with all its workers, and remove what they left."""
        with self._lock:
            self._stop()

    def _ask_for_fork(self, limits: Limits, theirs: socket.socket, calls: Iterable[bytes]) -> dict[str, Any]:
        if self._control is None:
            self._start()
        if not self._ready:
            self._wait_for_start()
        assert self._control is not None
        for message in calls:
            if message not in self._learned:
                self._ask({"kind": "learn"}, message)
                self._learned.append(message)
        request = {
            "kind": "fork",
            "confined": self.sandboxed,
            "memory": limits.memory,
            "cpu_seconds": limits.cpu_seconds,
            "file_size": limits.file_size,
            "open_files": limits.open_files,
        }
        send(self._control.fileno(), encode(request), time.monotonic() + ANSWER)
        try:
            socket.send_fds(self._control, [b"+"], [theirs.fileno()])
        except OSError as error:
            raise WireClosed(f"The connection broke: {error.strerror}.") from None
        return receive(self._control.fileno(), time.monotonic() + ANSWER)

    def _ask(self, request: dict[str, Any], more: bytes = b"") -> dict[str, Any]:
        if self._control is None:
            raise WireClosed("There is no warm parent.")
        send(self._control.fileno(), encode(request) + more, time.monotonic() + ANSWER)
        return receive(self._control.fileno(), time.monotonic() + ANSWER)

    def _start(self, copies: int = 0) -> list[socket.socket]:
        remove_left_behind()
        self._folder, self._mark = owned_folder()
        root = str(Path(__file__).resolve().parents[3])
        pairs = [socket.socketpair() for _ in range(1 + copies)]
        fds = [theirs.fileno() for _, theirs in pairs]
        code = (
            f"import sys; sys.path.insert(0, {root!r}); from grader.boundary.confined.warm import main; "
            f"main({fds}, {str(self._folder)!r})"
        )
        with open(self._folder / "errors.txt", "wb") as errors:
            self._parent = subprocess.Popen(
                # not -I: that would ignore PYTHONHASHSEED, and the environment is our own anyway
                [sys.executable, "-s", "-P", "-c", code],
                env=_environment(self._folder),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=fds,
                start_new_session=True,
            )
        for _, theirs in pairs:
            theirs.close()
        self._control, *others = [ours for ours, _ in pairs]
        return others

    def _wait_for_start(self) -> None:
        assert self._control is not None
        try:
            receive(self._control.fileno(), time.monotonic() + START)
            self._ready = True
        except WireError:
            if self._folder is None:  # another process has started it, and knows why it ended
                raise
            said = (self._folder / "errors.txt").read_text(errors="replace").strip().splitlines()
            self._stop()
            raise NotStarted(
                f"The grader's warm process did not start: {said[-1] if said else 'it said nothing'}"
            ) from None

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._parent is not None:
            try:
                self._parent.wait(2.0)
            except subprocess.TimeoutExpired:
                self._parent.kill()
                self._parent.wait()
        if self._folder is not None:
            remove(self._folder)
        if self._mark is not None:
            os.close(self._mark)
        if self._watching is not None:
            self._watching.close()
        self._control = self._parent = self._folder = self._mark = self._watching = None
        self._ready, self._learned = False, []


def _environment(folder: Path) -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    fixed = {
        "HOME": str(folder),
        "IPYTHONDIR": str(folder / "ipython"),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "PATH": os.defpath,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TERM": "dumb",
    }
    return passed | fixed | dict.fromkeys(_ONE_THREAD, "1")
