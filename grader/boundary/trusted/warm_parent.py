"""The judge's hold on the warm parent: starts it, asks it for workers, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from grader.boundary.shared.codec import WireError, encode
from grader.boundary.shared.scratch import remove
from grader.boundary.shared.wire import WireClosed, receive, send
from grader.boundary.trusted.begun import Begun, End, NotStarted, environment
from grader.boundary.trusted.limits import Limits
from grader.boundary.trusted.owned import owned_folder, remove_left_behind

START = 60.0
"""Seconds within which the warm parent must be ready: the first start builds a font cache."""
ANSWER = 20.0
"""Seconds within which it must answer."""


class WarmParent:
    """Where workers are forked from a process that has loaded what they need. Not safe to share between threads.

    Parameters
    ----------
    sandboxed
        Whether the workers are confined.
    connection
        To a copy of a warm parent that another process has started. By default one is started when it is needed.
    """

    def __init__(self, sandboxed: bool, connection: socket.socket | None = None) -> None:
        self.learned: list[bytes] = []
        self.folder: Path | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._sandboxed = sandboxed
        self._control = connection
        self._mark: int | None = None
        self._ready = False

    @property
    def pid(self) -> int | None:
        """The warm parent's process, where it runs and was started by this one."""
        return self.process.pid if self.process else None

    def begin(self) -> None:
        """Start the warm parent, if there is none, and don't wait for it."""
        if self._control is None:
            self._start()

    def begin_with_copies(self, number: int) -> list[socket.socket]:
        """Start the warm parent, and give a connection to each of this many copies that it makes of itself."""
        return self._start(number)

    def fork(self, limits: Limits, calls: Iterable[bytes]) -> Begun:
        """Get a new worker. The warm parent reads each message with calls once, for all workers."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            try:
                found = self._ask_for_fork(limits, theirs, calls)
            except WireError:  # it had ended, after a long rest, or it was killed
                self.stop()
                found = self._ask_for_fork(limits, theirs, calls)
            connection = socket.socket(fileno=ours.detach())
        kill = partial(self._kill, found["pid"], self._control)
        return Begun(found["pid"], Path(found["scratch"]), connection, kill)

    def end(self, pid: int, patience: float) -> End:
        """End a worker, after `patience` seconds in which it may end by itself; tidy up behind it."""
        try:
            found = self._ask({"kind": "end", "pid": pid, "patience": patience})
        except WireError:  # the warm parent is gone, and the kernel ends its workers with it
            self.stop()
            return End()
        return End(found["killed"], found["exit"], found["cpu_seconds"])

    def last_line(self, pid: int) -> str:
        """Give nothing: a worker that fails says so through its connection."""
        return ""

    def stop(self) -> None:
        """End the warm parent with all its workers, and remove what they left."""
        if self._control is not None:
            self._control.close()
        if self.process is not None:
            try:
                self.process.wait(2.0)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.folder is not None:
            remove(self.folder)
        if self._mark is not None:
            os.close(self._mark)
        self._control = self.process = self.folder = self._mark = None
        self._ready, self.learned = False, []

    def _kill(self, pid: int, control: socket.socket | None) -> None:
        if control is self._control:  # with its warm parent, a worker has ended, and its number may be anybody's
            os.kill(pid, signal.SIGKILL)

    def _ask_for_fork(self, limits: Limits, theirs: socket.socket, calls: Iterable[bytes]) -> dict[str, Any]:
        self.begin()
        if not self._ready:
            self._wait_for_start()
        assert self._control is not None
        for message in calls:
            if message not in self.learned:
                self._ask({"kind": "learn"}, message)
                self.learned.append(message)
        request = {"kind": "fork", "confined": self._sandboxed, **limits.of_a_process()}
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
        self.folder, self._mark = owned_folder()
        root = str(Path(__file__).resolve().parents[3])
        pairs = [socket.socketpair() for _ in range(1 + copies)]
        fds = [theirs.fileno() for _, theirs in pairs]
        code = (
            f"import sys; sys.path.insert(0, {root!r}); from grader.boundary.confined.warm import main; "
            f"main({fds}, {str(self.folder)!r})"
        )
        with open(self.folder / "errors.txt", "wb") as errors:
            self.process = subprocess.Popen(
                # not -I: that would ignore PYTHONHASHSEED, and the environment is our own anyway
                [sys.executable, "-s", "-P", "-c", code],
                env=environment(self.folder),
                cwd=self.folder,
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
            if self.folder is None:  # another process has started it, and knows why it ended
                raise
            said = (self.folder / "errors.txt").read_text(errors="replace").strip().splitlines()
            self.stop()
            raise NotStarted(
                f"The grader's warm process did not start: {said[-1] if said else 'it said nothing'}"
            ) from None
