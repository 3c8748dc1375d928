"""A process that leads a session, with whatever it started."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress


def end_group(pid: int) -> None:
    """End a process that leads a session, and what it started. What has begun a session of its own goes on."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):  # all have ended; macOS refuses then
            os.killpg(pid, signal.SIGKILL)
