"""Where the judge gets its workers: they are started, watched and ended here, and nothing is left behind."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from grader.boundary.shared import sandbox
from grader.boundary.shared.codec import WireError
from grader.boundary.shared.wire import Channel, channel, receive
from grader.boundary.trusted.begun import End, NotStarted
from grader.boundary.trusted.limits import Limits
from grader.boundary.trusted.spawning import Spawner
from grader.boundary.trusted.warm_parent import WarmParent
from grader.boundary.trusted.watch import Most, Watch, Watching

FORKED = sys.platform == "linux"
"""Whether workers are forked. macOS has no safe fork of a process that has loaded as much, and Windows has none."""
READY = 60.0
"""Seconds within which a worker must say that it is ready. Where it was forked, it does so at once."""

_NOT_FORKED = "It needs workers that are forked."


@dataclass(frozen=True, slots=True)
class Process:
    """A worker's process, the judge's end of its connection, who watches its folder, and the calls that it knows."""

    pid: int
    connection: socket.socket
    watch: Watch
    learned: tuple[bytes, ...] = ()

    @property
    def fd(self) -> Channel:
        """What messages to it go through."""
        return channel(self.connection)


class Processes:
    """Gets workers and ends them. A context manager; safe to share between threads.

    Parameters
    ----------
    unsandboxed
        Do without confinement. Whoever asks for it records it in every report.
    connection
        To a copy of a warm parent that another process has started. By default one is started when it is needed.
    forked
        Whether workers are forked from a warm parent. By default they are where the system can do it. Others can't be
        confined.

    Raises
    ------
    ConfinementError
        Where student code can't be confined on this machine and `unsandboxed` is not given.
    """

    def __init__(
        self, *, unsandboxed: bool = False, connection: socket.socket | None = None, forked: bool = FORKED
    ) -> None:
        self.sandboxed = not unsandboxed
        if self.sandboxed and (missing := sandbox.missing() or ([] if forked else [_NOT_FORKED])):
            raise sandbox.ConfinementError(*missing)
        self._lock = threading.Lock()
        self._source = WarmParent(self.sandboxed, connection) if forked else Spawner()
        self._watching: Watching | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The warm parent's process, where there is one that was started by this process."""
        return self._source.pid

    @property
    def folder(self) -> Path | None:
        """Where the workers' folders are, if the first of them was made by this process."""
        return self._source.folder

    def begin(self) -> None:
        """Start loading what workers need, and don't wait for it: it takes a second."""
        with self._lock:
            self._source.begin()

    def begin_with_copies(self, number: int) -> list[socket.socket]:
        """Start a warm parent, and give connections to this many copies of it; none where workers aren't forked."""
        with self._lock:
            return self._source.begin_with_copies(number)

    def fork(self, limits: Limits, calls: Iterable[bytes] = ()) -> Process:
        """Get a new worker, ready, and confined where that was not done without.

        Parameters
        ----------
        limits
            What it may use.
        calls
            Messages with calls that it should know.

        Raises
        ------
        ConfinementError
            Where the kernel refuses to confine it.
        NotStarted
            Where it does not start, or the warm parent doesn't.
        """
        with self._lock:
            try:
                begun = self._source.fork(limits, calls)
            except OSError as error:  # no more processes, descriptors or disk
                raise NotStarted(f"A worker did not start. {error}") from None
            begun.connection.setblocking(False)
            most = Most(limits.scratch, limits.entries, limits.threads, limits.file_size)
            watch = Watch(begun.pid, begun.scratch, most, begun.kill)
            self._watching = self._watching or Watching()
            self._watching.add(watch)
            process = Process(begun.pid, begun.connection, watch, tuple(self._source.learned))
        try:
            hello = receive(process.fd, time.monotonic() + READY)
        except WireError as error:
            said = self._source.last_line(process.pid) or error
            self.end(process)
            raise NotStarted(f"A worker did not start. {said}") from None
        if "refused" in hello:
            self.end(process)
            raise sandbox.ConfinementError(*hello["refused"])
        return process

    def end(self, process: Process, patience: float = 0.0) -> End:
        """End a worker, after `patience` seconds in which it may end by itself; tidy up behind it."""
        process.watch.stop()  # before the process is reaped, and its number anybody's
        with self._lock:
            try:
                end = self._source.end(process.pid, patience)
            finally:
                process.connection.close()  # only now: it would wake up, and tidy up what is thrown away
        return replace(end, excess=process.watch.why)

    def close(self) -> None:
        """End all workers, and the warm parent, and remove what they left."""
        with self._lock:
            if self._watching is not None:
                self._watching.close()
                self._watching = None
            self._source.stop()
