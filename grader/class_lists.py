"""What collecting keeps for the commands after it: class lists, and the names under which a system takes pages back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from course.workcopy.safe_write import overwrite
from grader.errors import GraderError
from grader.roster import Roster, read_roster

FOLDER = Path("grader") / "class_lists"
_NAMES = "pages.json"

Names = Mapping[str, Mapping[str, str]]
"""The name of each student's page in a zip, by assignment and student."""


def remember(root: Path, system: str, roster: Path, names: Names) -> None:
    """Keep a class list as a system wrote it, and the names of pages that it takes back.

    Parameters
    ----------
    root
        The class folder.
    system
        ``"canvas"`` or ``"moodle"``.
    roster
        The class list, which could be read.
    names
        For each student whose notebook was collected.
    """
    known = names_of_pages(root)
    merged = {one: {**known.get(one, {}), **names.get(one, {})} for one in {**known, **names}}
    try:
        (root / FOLDER).mkdir(parents=True, exist_ok=True)
        if not (root / FOLDER / f"{system}.csv").exists() or not roster.samefile(root / FOLDER / f"{system}.csv"):
            overwrite(root / FOLDER / f"{system}.csv", roster.read_bytes())
        overwrite(root / FOLDER / _NAMES, json.dumps(merged, indent=1, sort_keys=True).encode())
    except OSError as error:
        raise GraderError(f"{root / FOLDER} can't be written: {error.strerror}.") from None


def names_of_pages(root: Path) -> Names:
    """Give the names under which systems take pages back; none where nothing was collected."""
    try:
        return json.loads((root / FOLDER / _NAMES).read_bytes())
    except (OSError, ValueError):
        return {}


def class_list(root: Path, system: str = "") -> Path | None:
    """Give the class list that was kept, of one system or of any."""
    return next(iter(sorted((root / FOLDER).glob(f"{system or '*'}.csv"))), None)


def wanted_list(root: Path, system: str, given: Path | None) -> tuple[Path, Roster]:
    """Give the class list that was named, or else the one that was kept.

    Raises
    ------
    GraderError
        If there is none, or it can't be read.
    """
    path = given or class_list(root, system)
    if path is None:
        raise GraderError(
            f"There is no class list of {system.title()} yet. Name it once with --roster FILE: the gradebook that "
            f"Canvas exports, or Moodle's grading worksheet. It is kept for the next commands."
        )
    return path, read_roster(path)


def absent(root: Path, assignment: str) -> list[str]:
    """Name the students of all class lists who have no submission of an assignment."""
    submitted = root / "grader" / "submitted"
    ids = {one.id for path in (root / FOLDER).glob("*.csv") for one in read_roster(path)}
    return sorted(one for one in ids if not (submitted / one / assignment).is_dir())
