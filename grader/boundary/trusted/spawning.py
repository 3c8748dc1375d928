"""Workers that are spawned, each as a new process: macOS and Windows can't fork one that has loaded so much.

A worker takes a second to start, so the next one starts while another works.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.boundary.shared.codec import WireError, encode
from grader.boundary.shared.connected import Started, start
from grader.boundary.shared.scratch import remove
from grader.boundary.shared.wire import channel, send
from grader.boundary.trusted.begun import Begun, End, environment
from grader.boundary.trusted.limits import Limits
from grader.boundary.trusted.owned import give_back, owned_folder, remove_left_behind

ANSWER = 60.0
"""Seconds within which a worker must read its first request. The very first start builds a font cache."""


@dataclass(frozen=True, slots=True)
class _Started:
    """A process that was started, its connection, its folder, and a file for what it prints before it is ready."""

    process: Started
    connection: socket.socket
    scratch: Path
    errors: Path


class Spawner:
    """Spawns workers one by one. They are not confined. Not safe to share between threads."""

    pid = None
    """There is no warm parent."""

    def __init__(self) -> None:
        self.learned: list[bytes] = []
        self.folder: Path | None = None
        self._mark: int | None = None
        self._next: _Started | None = None
        self._at_work: dict[int, _Started] = {}

    def begin(self) -> None:
        """Start the next worker, if none waits, and don't wait for it."""
        if self._next and self._next.process.poll() is not None:  # it was killed
            self._end(self._next)
            self._next = None
        self._next = self._next or self._start()

    def begin_with_copies(self, number: int) -> list[socket.socket]:
        """Return no connections: there is no warm parent to copy."""
        return []

    def fork(self, limits: Limits, calls: Iterable[bytes]) -> Begun:
        """Get a new worker, which knows all calls that any of them was told."""
        self.begin()
        assert self._next is not None
        one = self._at_work[self._next.process.pid] = self._next
        self._next = None
        self.learned += [message for message in calls if message not in self.learned]
        request = encode({"calls": len(self.learned), **limits.of_a_process()})
        one.connection.setblocking(False)
        with suppress(WireError):  # the caller notices when it waits for the first reply
            send(channel(one.connection), request + b"".join(self.learned), time.monotonic() + ANSWER)
        with suppress(OSError):  # it is tried again when the next one is needed
            self.begin()
        return Begun(one.process.pid, one.scratch, one.connection, one.process.kill)

    def end(self, pid: int, patience: float) -> End:
        """End a worker, after `patience` seconds in which it may end by itself; tidy up behind it."""
        one = self._at_work.pop(pid, None)
        return self._end(one, patience) if one else End()

    def last_line(self, pid: int) -> str:
        """Return the last line that a worker printed before it was ready, such as why it failed."""
        with suppress(KeyError, OSError):  # it has been ended meanwhile
            return self._at_work[pid].errors.read_text("utf-8", "replace").strip().rpartition("\n")[2]
        return ""

    def stop(self) -> None:
        """End all workers, and remove what they left."""
        for one in (*self._at_work.values(), *([self._next] if self._next else [])):
            self._end(one)
        self._at_work.clear()
        folder, mark = self.folder, self._mark
        self._next = self.folder = self._mark = None
        self.learned = []
        if folder is not None and mark is not None:
            give_back(folder, mark)

    def _start(self) -> _Started:
        if self.folder is None:
            remove_left_behind()
            self.folder, self._mark = owned_folder()
        scratch = Path(tempfile.mkdtemp(prefix="worker-", dir=self.folder))
        errors = scratch.with_suffix(".txt")
        with errors.open("wb") as told:
            streams = {"stdout": subprocess.DEVNULL, "stderr": told}
            options = {"env": environment(self.folder), "cwd": scratch, "start_new_session": True, **streams}
            process, connection = start("grader.boundary.confined.spawned", [str(scratch)], **options)
        return _Started(process, connection, scratch, errors)

    def _end(self, one: _Started, patience: float = 0.0) -> End:
        killed = one.process.end(patience)
        one.connection.close()
        remove(one.scratch)
        with suppress(OSError):  # Windows may need a moment to close it; it goes with the folder
            one.errors.unlink()
        return End(killed, one.process.returncode)
