"""The record of every release that a working copy was given."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course.workcopy.release import course_version
from course.workcopy.safe_write import overwrite


@dataclass(slots=True)
class History:
    """The releases of each file by hash, the newest last.

    Parameters
    ----------
    path
        The JSON file that holds the record.
    created
        When the working copy was made, as an ISO date in UTC.
    releases
        The hashes by file name. A file whose content is among them is unchanged and may be replaced.
    version
        The version of the course that wrote it last; empty if none did.
    """

    path: Path
    created: str
    releases: dict[str, list[str]]
    version: str = ""

    @classmethod
    def load(cls, path: Path) -> History:
        """Read the record. A missing or damaged one is empty: then each file that differs counts as the student's."""
        data: Any = None
        with contextlib.suppress(OSError, ValueError, RecursionError):
            data = json.loads(path.read_bytes()) if path.is_file() else None
        data = data if isinstance(data, dict) else {}
        known = data.get("releases")
        releases = {
            name: [item for item in hashes if isinstance(item, str)]
            for name, hashes in (known if isinstance(known, dict) else {}).items()
            if isinstance(hashes, list)
        }
        created, version = data.get("created"), data.get("version")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        created = created if isinstance(created, str) else now
        return cls(path, created, releases, version if isinstance(version, str) else "")

    def of(self, name: str) -> list[str]:
        """Return the hashes of all releases of one file."""
        return self.releases.get(name, [])

    def add(self, name: str, newest: str) -> None:
        """Make `newest` the last release of a file."""
        self.releases[name] = [*(older for older in self.of(name) if older != newest), newest]

    def save(self) -> None:
        """Write the record, together with the version of the course that wrote it."""
        data = {"version": course_version(), "created": self.created, "releases": self.releases}
        content = (json.dumps(data, indent=1, sort_keys=True) + "\n").encode()
        overwrite(self.path, content)
