"""Teacher's notes with the numbers of a class: how many students made each mistake that a note expects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from course.checking.spec import Exercise
from course.workcopy.release import source_root
from grader.class_view import in_words
from grader.errors import GraderError
from grader.insights import AS_GIVEN, ExerciseInsight
from grader.lesson import TEACHING_NOTE
from grader.visible import visible

ROW = re.compile(r"^\| `(?P<id>\w+\.[\w-]+)` \| (?P<share>[^|\n]*) \|", re.MULTILINE)
"""A line of a note's table of mistakes: the mistake's id, and the share of the class that made it."""
UNKNOWN = "–"
"""What a note says instead of a share before anything was graded."""
MOST = 5
"""How many mistakes that a note does not expect are added to it, at most."""


class NoNote(GraderError):
    """A chapter has no teacher's note here."""


def read_note(chapter: str, root: Path | None = None) -> str:
    """Read the teacher's note of a chapter.

    Parameters
    ----------
    chapter
        Its folder.
    root
        The course's source tree. By default the one that is running.

    Raises
    ------
    NoNote
        If there is none. An installed course has none, because students install it, too.
    """
    root = root or source_root()
    if root is None:
        raise NoNote("Teacher's notes are in the course's repository, not in an installed course. Clone it.")
    try:
        return (root / "solutions" / chapter / TEACHING_NOTE).read_text(encoding="utf-8")
    except OSError:
        raise NoNote(f"{chapter} has no teacher's note: solutions/{chapter}/{TEACHING_NOTE} does not exist.") from None


def with_shares(note: str, found: Sequence[ExerciseInsight], exercises: Mapping[str, Exercise]) -> str:
    """Fill the shares of a class into a teacher's note, and add its most common mistakes that the note does not expect.

    Parameters
    ----------
    note
        The note, with a table of mistakes.
    found
        What was found in the class's answers.
    exercises
        The course's exercises, which know the mistakes in words.

    Examples
    --------
    >>> found = [ExerciseInsight("linear", 40, 23, (("linear.no-bias", 17),))]
    >>> with_shares("| `linear.no-bias` | – | Ask for shapes. |", found, {})
    '| `linear.no-bias` | 17 of 40 | Ask for shapes. |'
    """
    students = {one.exercise: one.students for one in found}
    counts = {name: count for one in found for name, count in one.mistakes}

    def row(match: re.Match[str]) -> str:
        name = match["id"]
        handed_in = students.get(name.partition(".")[0])
        share = UNKNOWN if handed_in is None else f"{counts.get(name, 0)} of {handed_in}"
        return f"| `{name}` | {share} |"

    filled = ROW.sub(row, note)
    expected = {match["id"] for match in ROW.finditer(note)}
    others = [
        f"| `{visible(name)}` | {count} of {students[name.partition('.')[0]]} | {visible(in_words(name, exercises))} |"
        for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        if name not in expected and not name.endswith(AS_GIVEN) and name.partition(".")[0] in students
    ]
    if not others:
        return filled
    table = "\n".join(["| mistake | students | what it is |", "|:--|:--|:--|", *others[:MOST]])
    return f"{filled.rstrip()}\n\n## Also seen in this class\n\n{table}\n"
