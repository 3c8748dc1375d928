"""What one submission may use of the machine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


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
        Bytes of address space, beyond those that a worker begins with. macOS and Windows don't limit it.
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

    def of_a_process(self) -> dict[str, Any]:
        """Give the limits that a worker's process sets for itself, as a request's fields."""
        return {
            "memory": self.memory,
            "cpu_seconds": self.cpu_seconds,
            "file_size": self.file_size,
            "open_files": self.open_files,
        }

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
