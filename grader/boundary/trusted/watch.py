"""Watching what a worker writes: no limit of the kernel's counts the files of one process together."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path

LOOK = 0.25
"""Seconds between two looks."""


class Watch:
    """Looks into a worker's scratch folder while it lives, and ends it where there is too much.

    Parameters
    ----------
    pid
        The worker. Whoever may have it reaped must `stop` the watch first, so that the number is still its own.
    folder
        Its scratch folder.
    most_bytes, most_entries
        What all its files may take on the disk, and how many files and folders there may be.
    """

    def __init__(self, pid: int, folder: Path, most_bytes: int, most_entries: int) -> None:
        self.why = ""
        self._pid = pid
        self._look = folder, most_bytes, most_entries
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="grader-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no longer."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(LOOK):
            if why := excess(*self._look):
                self.why = why
                with contextlib.suppress(OSError):
                    os.kill(self._pid, signal.SIGKILL)
                return


def excess(folder: Path, most_bytes: int, most_entries: int) -> str:
    """Say what there is too much of in a folder, in words that go on after "because"; empty where all is well.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_bytes(bytes(10_000))
    ...     excess(Path(folder), 1 << 20, 10), excess(Path(folder), 4096, 10)
    ('', 'it wrote more than 4,096 bytes of files')
    """
    size, entries, folders = 0, 0, [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    known = entry.stat(follow_symlinks=False)
                    size += 512 * known.st_blocks
                    entries += 1
                    if size > most_bytes:
                        return f"it wrote more than {most_bytes:,} bytes of files"
                    if entries > most_entries:
                        return f"it made more than {most_entries:,} files"
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except FileNotFoundError:  # removed since it was listed
            continue
        except OSError:  # nested too deeply for a path, or made unreadable
            return "it made folders that can't be looked into"
    return ""
