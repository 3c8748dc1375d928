"""Windows' jobs: a process with all that it starts, which end together, and with whoever holds the job."""

from __future__ import annotations

import ctypes
import time
from ctypes import wintypes
from typing import Any

PATIENCE = 2.0
"""Seconds within which ended processes are gone, and let go of their files."""
_ENDS_WITH_ITS_HOLDER = 0x2000
_ACCOUNTING, _LIMITS = 1, 9
_MAY_BE_TIED = 0x101  # to set its quotas, and to end it


class _Limits(ctypes.Structure):
    """What Windows calls JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("times", ctypes.c_int64 * 2),
        ("flags", wintypes.DWORD),
        ("working_sets", ctypes.c_size_t * 2),
        ("processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("classes", wintypes.DWORD * 2),
        ("transfers", ctypes.c_uint64 * 6),
        ("memory", ctypes.c_size_t * 4),
    )


class _Accounting(ctypes.Structure):
    """What Windows calls JOBOBJECT_BASIC_ACCOUNTING_INFORMATION."""

    _fields_ = (
        ("times", ctypes.c_int64 * 4),
        ("page_faults", wintypes.DWORD),
        ("processes", wintypes.DWORD),
        ("active", wintypes.DWORD),
        ("ended", wintypes.DWORD),
    )


class Job:
    """A process and what it starts from now on. The system ends them all when this process ends, however that happens.

    Parameters
    ----------
    pid
        The process. Where it has ended already, there is nothing to tie.
    """

    def __init__(self, pid: int) -> None:
        # Loaded here, because only Windows has it.
        self._system: Any = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009
        for name in ("CreateJobObjectW", "OpenProcess"):
            getattr(self._system, name).restype = wintypes.HANDLE
        self._handle = wintypes.HANDLE(self._system.CreateJobObjectW(None, None))
        limits = _Limits(flags=_ENDS_WITH_ITS_HOLDER)
        self._system.SetInformationJobObject(self._handle, _LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        process = wintypes.HANDLE(self._system.OpenProcess(_MAY_BE_TIED, False, pid))
        self._system.AssignProcessToJobObject(self._handle, process)
        self._system.CloseHandle(process)

    def end(self) -> None:
        """End all its processes, and wait until they are gone."""
        if not self._handle:
            return
        self._system.TerminateJobObject(self._handle, 1)
        told, until = _Accounting(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            asked = self._handle, _ACCOUNTING, ctypes.byref(told), ctypes.sizeof(told), None
            if not self._system.QueryInformationJobObject(*asked) or not told.active:
                break
            time.sleep(0.005)
        self._system.CloseHandle(self._handle)
        self._handle = wintypes.HANDLE()
