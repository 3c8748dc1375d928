"""Whether a process has ended."""

import time
from pathlib import Path


def has_ended(pid, seconds=20.0):
    """Wait until a process is gone, or is only a record that its new parent has not collected yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
