"""Removing a folder that a student's process wrote to."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder with all below it, also where it is too deep for Python's own way, or read-only."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        for command in (("rm", "-rf", "--"), ("cmd", "/c", "rmdir", "/s", "/q")):
            if shutil.which(command[0]):
                subprocess.run([*command, str(folder)], stderr=subprocess.DEVNULL, check=False)
                return
