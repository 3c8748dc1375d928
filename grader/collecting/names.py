"""Whose file it is: what Canvas and Moodle write into the names of files and folders."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.roster import Listed, Roster, letters

# Canvas: sortable name in lower case without anything but letters, digits and underscores, LATE, the user's id, the
# attachment's id, the file's own name. An attachment's id grows with time.
# https://github.com/instructure/canvas-lms/blob/master/lib/content_zipper.rb
_CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<order>\d{1,30})_(?P<file>.+)", re.DOTALL)
_NUMBERS = re.compile(r"(?=_(\d+)_\d{1,30}_.)")
_ANONYMOUS = re.compile(r"anon(_LATE)?_\w{5}_\d+_.+|anon_anon_.*")
# Moodle: full name, the participant's number in this assignment, the plugin; a folder, or before the file's own name
# where one file a student is downloaded without folders.
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<user>\d+)_assignsubmission_file_?(?P<file>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Owner:
    """What a name says.

    Parameters
    ----------
    name
        The student's name as the system writes it.
    user
        The system's number of the student.
    late
        Whether the system says that it was late.
    order
        Which of several files is the newest: the largest number. 0 where the system does not say.
    file
        The name of the file as the student had it.
    others
        Other numbers that may be the student's: names of students and of files may look like what the system writes.
    """

    name: str
    user: str
    late: bool
    order: int
    file: str
    others: frozenset[str] = frozenset()


def read_canvas(path: PurePosixPath) -> Owner | None:
    """Read the name of a file from Canvas.

    Examples
    --------
    >>> read_canvas(PurePosixPath("leekim_LATE_12345_678901_linear-2.ipynb"))
    Owner(name='leekim', user='12345', late=True, order=678901, file='linear-2.ipynb', others=frozenset())
    """
    found = _CANVAS.fullmatch(path.name)
    if found is None or _ANONYMOUS.fullmatch(path.name):
        return None
    others = frozenset(_NUMBERS.findall(path.name)) - {found["user"]}
    return Owner(found["name"], found["user"], bool(found["late"]), int(found["order"]), found["file"], others)


def read_moodle(path: PurePosixPath) -> Owner | None:
    """Read the name of a file from Moodle, with its folder.

    Examples
    --------
    >>> read_moodle(PurePosixPath("Kim Lee_12345_assignsubmission_file_/linear.ipynb"))
    Owner(name='Kim Lee', user='12345', late=False, order=0, file='linear.ipynb', others=frozenset())
    """
    for part in path.parts:  # what Moodle wrote is in front of a student's own names, which may look like it
        found = _MOODLE.fullmatch(part)
        if found:
            return Owner(found["name"], found["user"], False, 0, found["file"] if part == path.name else path.name)
    return None


def name_of_page(system: str, owner: Owner, topic: str) -> str:
    """Name a page so that the system knows whose it is when it is uploaded.

    Canvas looks for the numbers of the user and of the attachment, Moodle for the participant's number and the plugin:
    https://github.com/instructure/canvas-lms/blob/master/app/models/abstract_assignment.rb
    https://github.com/moodle/moodle/blob/main/mod/assign/feedback/file/importziplib.php

    Examples
    --------
    >>> name_of_page("canvas", read_canvas(PurePosixPath("leekim_LATE_12345_678901_linear-2.ipynb")), "linear")
    'leekim_LATE_12345_678901_linear.html'
    >>> name_of_page("moodle", Owner("Kim Lee", "12345", False, 0, "linear (1).ipynb"), "linear")
    'Kim Lee_12345_assignsubmission_file_/linear.html'
    """
    if system == "moodle":
        return f"{owner.name}_{owner.user}_assignsubmission_file_/{topic}.html"
    return f"{owner.name}{'_LATE' * owner.late}_{owner.user}_{owner.order}_{topic}.html"


READERS: dict[str, Callable[[PurePosixPath], Owner | None]] = {"canvas": read_canvas, "moodle": read_moodle}


class Directory:
    """Finds students by what a system writes about them: by its number for the student, else by the name.

    Parameters
    ----------
    roster
        The class list.
    system
        ``"canvas"`` or ``"moodle"``.
    """

    def __init__(self, roster: Roster, system: str) -> None:
        self.field = "canvas_id" if system == "canvas" else "identifier"
        self._numbers = {number: one for one in roster if (number := self._number(one))}
        self._names: dict[str, list[Listed]] = {}
        for one in roster:
            for spelling in _spellings(one):
                self._names.setdefault(spelling, []).append(one)

    def find(self, owner: Owner) -> tuple[Listed | None, str]:
        """Give the student, or why there is none."""
        known = [one for number in (owner.user, *sorted(owner.others)) if (one := self._numbers.get(number))]
        if len(known) > 1:
            return None, f"its name fits {known[0].id} and {known[1].id}; put it where it belongs by hand"
        if known and known[0] is self._numbers.get(owner.user):
            return known[0], ""
        named = self._names.get(letters(owner.name), [])
        if len(named) == 1:
            return named[0], ""
        if named:
            return (
                None,
                f"{len(named)} students of the roster are called {owner.name}; a roster with numbers tells them apart",
            )
        return None, f"the roster has no {owner.name}"

    def _number(self, one: Listed) -> str:
        return re.sub(r"\D", "", one.get(self.field))  # Moodle's worksheet has "Participant 12345"


def _spellings(one: Listed) -> set[str]:
    """Give the ways in which a name may be written: Canvas puts the last name first."""
    first, last = one.get("first"), one.get("last")
    names = [one.name, f"{last}{first}", f"{first}{last}"]
    head, comma, tail = one.name.partition(",")
    if comma:
        names.append(tail + head)
    else:
        words = one.name.split()
        # which of several words belong to the last name, the list does not say
        names += ["".join(words[cut:] + words[:cut]) for cut in range(1, len(words))]
    return {letters(name) for name in names} - {""}
