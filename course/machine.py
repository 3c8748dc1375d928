"""What is asked of the machine: what is installed, which port is free, what can be written."""

from __future__ import annotations

import contextlib
import os
import socket
from importlib.util import find_spec
from pathlib import Path


def writable_home() -> bool:
    """Tell whether Jupyter can write where it keeps its files."""
    from jupyter_core.paths import jupyter_runtime_dir

    probe = Path(jupyter_runtime_dir())
    try:
        probe.mkdir(parents=True, exist_ok=True)
        file = probe / f"course-{os.getpid()}"
        file.touch()
        file.unlink()
    except OSError:
        return False
    return True


def is_taken(port: int) -> bool:
    """Tell whether a program listens on a port of this machine."""
    with contextlib.closing(socket.socket()) as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


def is_installed(library: str) -> bool:
    """Tell whether a library can be found; it is not imported."""
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        return False
