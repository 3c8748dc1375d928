"""A worker's process as it begins and as it ends, and what surrounds it."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course.calling.endings import Ending
from course.calling.work import Unavailable
from grader.boundary.shared.agreed import BROKEN

# What may pass from our environment into a worker's: how libraries are found, and which BLAS kernels run.
_PASSED_ON = ("LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "TZ", "SYSTEMROOT")
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_CPU_USED_UP = -signal.SIGXCPU if sys.platform != "win32" else None
"""How a process ends that has used up its CPU time."""
_CRASHED = 0x80000000
"""From here on, Windows' exit codes are its own."""


class NotStarted(Unavailable):
    """The warm parent, or a worker, did not start."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A worker's process that was started.

    Parameters
    ----------
    pid
        Its number.
    scratch
        The folder that it writes to.
    connection
        The judge's side of its connection.
    kill
        Ends it at once. It must not be called any more when the process has been ended in another way.
    """

    pid: int
    scratch: Path
    connection: socket.socket
    kill: Callable[[], None]


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
        CPU time it had used, where that is known.
    excess
        What it wrote too much of, where it was ended for that.
    """

    killed: bool = True
    exit: int | None = None
    cpu_seconds: float = 0.0
    excess: str = ""

    def explained(self, most: int) -> tuple[Ending, str]:
        """Say what ended a process that has closed its connection, in words that follow "because".

        Parameters
        ----------
        most
            Seconds of CPU time that it was allowed.

        Examples
        --------
        >>> End(killed=False, exit=3).explained(60)[1]
        'the process ended with exit code 3'
        >>> End(killed=False, exit=0xC0000005).explained(60)[1]
        'the process crashed (0xC0000005)'
        """
        if self.excess:
            return Ending.LOST, self.excess
        if self.exit is None:
            return Ending.LOST, "its process is gone"
        if self.exit == _CPU_USED_UP or self.cpu_seconds >= most:
            return Ending.TOO_SLOW, f"it used up {most} s of CPU time"
        if self.killed:
            return Ending.LOST, "it closed its connection"
        if self.exit == BROKEN:
            return Ending.LOST, "it broke the process that ran it"
        if self.exit < 0:
            return Ending.LOST, f"the process was ended by {_name_of(-self.exit)}"
        if self.exit >= _CRASHED:
            return Ending.LOST, f"the process crashed (0x{self.exit:X})"
        return Ending.LOST, f"the process ended with exit code {self.exit}"


def _name_of(number: int) -> str:
    """Name a signal. Only the usual ones have names.

    Examples
    --------
    >>> _name_of(9), _name_of(40)
    ('SIGKILL', 'signal 40')
    """
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def environment(folder: Path) -> dict[str, str]:
    """Give the environment of a process in which a student's code will run: none of ours but what it needs.

    Examples
    --------
    >>> environment(Path("scratch"))["HOME"]
    'scratch'
    """
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
        "PYTHONUTF8": "1",
        "TERM": "dumb",
        "USERPROFILE": str(folder),
    }
    return passed | fixed | dict.fromkeys(_ONE_THREAD, "1")
