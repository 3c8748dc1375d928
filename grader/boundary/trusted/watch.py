"""Watching what a worker takes of the machine: no limit of the kernel's counts one process's files, or its threads."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.boundary.trusted.files_below import OutOfSightError, files_below

LOOK = 0.25
"""Seconds between two looks."""
_HIDDEN = "it made folders that can't be looked into"


@dataclass(frozen=True, slots=True)
class Most:
    """What a worker may take.

    Parameters
    ----------
    size, entries
        Bytes of all its files on the disk, and how many files and folders there may be.
    threads
        Its threads.
    file_size
        Bytes that one file can have; a file that can't be looked at counts as this many.
    """

    size: int
    entries: int
    threads: int = 32
    file_size: int = 16 << 20


class Watch:
    """Looks at a worker and into its scratch folder, and ends it where there is too much.

    Parameters
    ----------
    pid
        The worker. Whoever may have it reaped must `stop` the watch first, so that the number is still its own.
    folder
        Its scratch folder.
    most
        What it may take.
    kill
        Ends it.
    """

    def __init__(self, pid: int, folder: Path, most: Most, kill: Callable[[], None]) -> None:
        self.why = ""
        self.over = False
        self._pid = pid
        self._folder = folder
        self._most = most
        self._kill = kill
        self._looking = threading.Lock()

    def stop(self) -> None:
        """Look no longer; a look that is under way is waited for."""
        with self._looking:
            self.over = True

    def look(self) -> str:
        """Say what there is too much of at this moment; empty where all is well."""
        return excess(self._folder, self._most, self._pid)

    def end_excess(self) -> None:
        """Look once more, and end the worker where there is too much, or where the look fails."""
        with self._looking:
            if self.over:
                return
            try:
                why = self.look()
            except Exception:  # it must not end the look at other workers
                why = "what it takes of the machine can't be seen"
            if why:
                self.why, self.over = why, True
                with contextlib.suppress(OSError):
                    self._kill()


class Watching:
    """Has all watches look, every `LOOK` seconds. To start a thread for each would take longer than most cells run."""

    def __init__(self) -> None:
        self._watches: list[Watch] = []
        self._closed = threading.Event()
        threading.Thread(target=self._run, name="grader-watch", daemon=True).start()

    def add(self, watch: Watch) -> None:
        """Have one more watch look, until it is over."""
        self._watches = [one for one in self._watches if not one.over] + [watch]

    def close(self) -> None:
        """Have no watch look any more."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.wait(LOOK):
            for watch in self._watches:
                watch.end_excess()


def excess(folder: Path, most: Most, pid: int | None = None) -> str:
    """Say what there is too much of, in words that follow "because"; empty where all is well.

    Parameters
    ----------
    folder
        The folder that a process may write to.
    most
        What it may take.
    pid
        The process, whose threads are counted, and the files that it uses after their names were removed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_bytes(bytes(10_000))
    ...     excess(Path(folder), Most(1 << 20, 10)), excess(Path(folder), Most(4096, 10))
    ('', 'it wrote more than 4,096 bytes of files')
    """
    if pid is not None and _threads(pid) > most.threads:
        return f"it started more than {most.threads:,} threads"
    size, entries = 0, 0
    seen: set[int] = set()
    try:
        for inode, taken in files_below(folder, most.file_size):
            entries += 1
            if inode not in seen:
                seen.add(inode)
                size += taken
            if size > most.size:
                return f"it wrote more than {most.size:,} bytes of files"
            if entries > most.entries:
                return f"it made more than {most.entries:,} files"
    except (OutOfSightError, OSError):
        return _HIDDEN
    if pid is not None:
        size += sum(taken for inode, taken in _nameless(pid, folder, most.file_size).items() if inode not in seen)
    return f"it wrote more than {most.size:,} bytes of files" if size > most.size else ""


def _threads(pid: int) -> int:
    """Count the threads of a process; 0 where it is gone."""
    try:
        return os.stat(f"/proc/{pid}/task").st_nlink - 2
    except OSError:
        return 0


def _nameless(pid: int, folder: Path, unknown: int) -> dict[int, int]:
    """Give inode and bytes of the files in use whose names were removed: open, or mapped into memory."""
    found: dict[int, int] = {}
    with contextlib.suppress(OSError):
        device = os.stat(folder).st_dev
        # What is only mapped can't be asked for its size; the path of its former name tells that it was written here.
        here = f"{folder}/"
        # The kernel escapes newlines in names, and nothing else: a carriage return must not end a line.
        with open(f"/proc/{pid}/maps", errors="replace", newline="\n") as maps:
            for line in maps:
                if not line.endswith(" (deleted)\n"):  # hardly any does, and there are hundreds at each look
                    continue
                fields = line.split(maxsplit=5)
                if len(fields) == 6 and fields[5].startswith(here):
                    found[int(fields[4])] = unknown
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                known = os.stat(f"/proc/{pid}/fd/{name}")
                if stat.S_ISREG(known.st_mode) and known.st_dev == device and not known.st_nlink:
                    found[known.st_ino] = 512 * known.st_blocks
    return found
