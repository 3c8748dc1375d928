"""What a worker's process does before it serves, besides being confined."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from grader.boundary.shared import sandbox

if sys.platform != "win32":
    import resource

_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_HOME = ("HOME", "USERPROFILE")


def settle(scratch: Path) -> None:
    """Have this process read and print nothing, and write to its own folder whatever has no other place."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    tempfile.tempdir = str(scratch)
    os.environ.update(dict.fromkeys((*_HOME, *_TEMPORARY), str(scratch)))
    sys.path.append(str(scratch))  # at its end: a helper.py that a cell wrote can be imported, no numpy.py


def hide_our_packages() -> None:
    """Have our own packages not found any more, once everything is loaded."""
    sys.path[:] = [entry for entry in sys.path if entry and not Path(entry, "grader", "boundary").is_dir()]


def limit_only(policy: sandbox.Policy) -> None:
    """Keep an unconfined worker at least from filling the machine, where the system has limits for that."""
    os.chdir(policy.scratch)
    if sys.platform == "win32":
        return
    limits = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (policy.cpu_seconds, policy.cpu_seconds + 1),  # the first of them tells what it was
        resource.RLIMIT_FSIZE: (policy.file_size, policy.file_size),
    }
    if mapped():  # macOS does not tell, and the limit would count what is loaded
        limits[resource.RLIMIT_AS] = (policy.memory, policy.memory)
    for kind, soft_and_hard in limits.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, soft_and_hard)


def mapped() -> int:
    """Count the bytes of address space that this process has; 0 where that is not known.

    Examples
    --------
    >>> mapped() >= 0
    True
    """
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
