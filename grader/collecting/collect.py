"""Collecting: every student's newest notebook of each assignment, put where nbgrader looks for it, all or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath

from dateutil import parser

from grader.boundary.trusted.locks import lock
from grader.collecting.archive import Handed, open_archive
from grader.collecting.names import READERS, Directory, Owner, name_of_page
from grader.collecting.recognise import Release, chapter_by_name, read_releases, recognise
from grader.console import number
from grader.errors import GraderError
from grader.roster import Listed, Roster
from grader.submission import load

TIMESTAMP = "timestamp.txt"
LOCK = ".collecting.lock"
"""A file next to the students' folders that is locked meanwhile. It stays: another process must find the same one."""
_STAGE = ".collecting-"


class NothingCollected(GraderError):
    """There is nothing to collect."""


@dataclass(slots=True)
class Collected:
    """What was done for one assignment: students' ids by result, and how the system names their pages."""

    new: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Collection:
    """What was collected: by assignment, and what was left out or decided, in sentences."""

    assignments: dict[str, Collected] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Notebook:
    """One notebook that was handed over, with its student; its content is kept on the disk."""

    student: Listed
    owner: Owner
    chapter: str
    content: Path

    @property
    def key(self) -> tuple[str, str]:
        return self.student.id, self.chapter


def collect(
    source: Path, system: str, roster: Roster, root: Path, zone: tzinfo = UTC, assignment: str = ""
) -> Collection:
    """Collect submissions from what Canvas or Moodle let an instructor download.

    Parameters
    ----------
    source
        The zip, or a folder with what was in it.
    system
        ``"canvas"`` or ``"moodle"``.
    roster
        The class list.
    root
        The class folder.
    zone
        The time zone of the times in the roster.
    assignment
        Take only notebooks of this chapter. By default each goes where it belongs.

    Raises
    ------
    NothingCollected
        If it has no notebooks, or none of the roster's students or of the class's chapters.
    BadArchive
        If it can't be taken apart.
    """
    releases = read_releases(root / "notebooks")
    if not releases or (assignment and assignment not in {one.chapter for one in releases}):
        there = ", ".join(one.chapter for one in releases) or "none"
        raise NothingCollected(
            f"The class has no release {assignment or 'in ' + str(root / 'notebooks')}; there are: {there}."
        )
    submitted, done = root / "grader" / "submitted", Collection()
    with _told(root), _stage(submitted) as stage:
        with open_archive(source) as files:
            notebooks = _look_through(source, files, system, roster, releases, stage, done)
        wanted = [one for one in notebooks if not assignment or one.chapter == assignment]
        for one in notebooks:
            if one not in wanted:
                done.left_out.append(f"{one.owner.file} of {one.student.id} is of {one.chapter or 'no chapter'}.")
        chosen = _choose(wanted, done)
        if not chosen:
            told = f" {done.left_out[0]}" if done.left_out else ""
            raise NothingCollected(f"Nothing in {source} could be collected.{told}")
        _put_in_place(chosen, submitted, stage, {one.chapter: one.file for one in releases}, zone, done)
    for one in chosen:
        topic = one.chapter.partition("_")[2]
        done.assignments[one.chapter].pages[one.student.id] = name_of_page(system, one.owner, topic)
    for chapter, found in done.assignments.items():
        found.missing = [one.id for one in roster if not os.path.isdir(submitted / one.id / chapter)]
    return done


@contextmanager
def _told(root: Path) -> Iterator[None]:
    """Say in one sentence what can't be written: nothing is in place then."""
    try:
        yield
    except OSError as error:
        where, why = error.filename or root, error.strerror or error
        raise NothingCollected(f"{where} can't be written: {why}. Nothing was collected.") from None


@contextmanager
def _stage(submitted: Path) -> Iterator[Path]:
    """Give a folder for what is not in place yet, on the same file system."""
    submitted.mkdir(parents=True, exist_ok=True)
    with _only_one(submitted):
        for left in submitted.parent.glob(f"{_STAGE}*"):
            _clear_away(left, submitted)
        stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=submitted.parent))
        try:
            yield stage
        finally:
            _clear_away(stage, submitted)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the system lets go of it when the process ends, however it ends."""
    held = os.open(folder / LOCK, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        lock(held)
        yield
    except BlockingIOError:
        raise NothingCollected(f"Another `grader collect` runs in {folder} at the moment. Wait for its end.") from None
    finally:
        os.close(held)


def _clear_away(stage: Path, submitted: Path) -> None:
    """Remove what is not in place, also after a process that was killed; a submission without its successor is kept."""
    for old in stage.glob("old/*/*"):
        place = submitted / old.relative_to(stage / "old")
        if not os.path.lexists(place):
            place.parent.mkdir(exist_ok=True)
            os.replace(old, place)
    shutil.rmtree(stage, ignore_errors=True)


def _look_through(
    source: Path,
    files: list[Handed],
    system: str,
    roster: Roster,
    releases: list[Release],
    stage: Path,
    done: Collection,
) -> list[_Notebook]:
    """Find each notebook's student and chapter; put its content aside."""
    notebooks = [one for one in files if one.path.suffix.lower() == ".ipynb"]
    if not notebooks:
        raise NothingCollected(f"{source} has no notebooks in it ({number(len(files), 'other file')}).")
    directory, read_name = Directory(roster, system), READERS[system]
    owned = [(one, owner) for one in notebooks if (owner := read_name(one.path))]
    if not owned:
        raise NothingCollected(
            f"No file in {source} is named as {system.title()} names them, such as {_EXAMPLES[system]}; "
            f"there is {str(notebooks[0].path)!r}."
        )
    names = {one.path for one, _ in owned}
    done.left_out += [f"{_shown(one.path)} has no student in its name." for one in notebooks if one.path not in names]
    found = []
    for place, (one, owner) in enumerate(owned):
        student, why = directory.find(owner)
        if student is None:
            done.left_out.append(f"{_shown(one.path)}: {why}.")
            continue
        if one.why_not:
            done.left_out.append(f"{_shown(one.path)} {one.why_not}.")
            continue
        content = one.read()
        path = stage / f"{place}.ipynb"
        path.write_bytes(content)
        found.append(_Notebook(student, owner, recognise(content, releases), path))
    with_notebooks = {student.id for _, owner in owned if (student := directory.find(owner)[0])}
    for one in files:
        owner = read_name(one.path)
        student = directory.find(owner)[0] if owner else None
        if student and student.id not in with_notebooks:
            done.left_out.append(f"{student.id} has handed in no notebook: {_shown(one.path)}.")
            with_notebooks.add(student.id)
    # A download is of one assignment, so what can't be recognised belongs to the same one as the rest.
    usual = Counter(one.chapter for one in found if one.chapter).most_common(1)
    return [one if one.chapter else _guess(one, releases, usual[0][0] if usual else "", done) for one in found]


def _guess(one: _Notebook, releases: list[Release], usual: str, done: Collection) -> _Notebook:
    chapter = chapter_by_name(one.owner.file, releases) or usual
    if chapter:
        done.notes.append(
            f"{one.owner.file} of {one.student.id} has no cell of a lesson, or can't be read; taken for {chapter}."
        )
    return _Notebook(one.student, one.owner, chapter, one.content)


def _choose(notebooks: list[_Notebook], done: Collection) -> list[_Notebook]:
    """Take one notebook for each student and chapter: the newest, where the system says which that is."""
    groups: dict[tuple[str, str], list[_Notebook]] = {}
    for one in notebooks:
        if one.chapter:
            groups.setdefault(one.key, []).append(one)
        else:
            done.left_out.append(f"{one.owner.file} of {one.student.id} is of no chapter of this class.")
    chosen = []
    for (student, chapter), group in groups.items():
        group.sort(key=lambda one: one.owner.order)
        same = len({one.content.read_bytes() for one in group}) == 1
        named = [one for one in group if one.owner.file == f"{chapter.partition('_')[2]}.ipynb"]
        others = ", ".join(sorted(one.owner.file for one in group))
        if same or group[-1].owner.order > group[0].owner.order:
            chosen.append(group[-1])
            if not same:
                done.notes.append(
                    f"{student} has {len(group)} notebooks of {chapter} ({others}); the newest was taken."
                )
        elif len(named) == 1:
            chosen += named
            done.notes.append(
                f"{student} has {len(group)} notebooks of {chapter} ({others}); {named[0].owner.file} was taken."
            )
        else:
            done.left_out.append(
                f"{student} has {len(group)} notebooks of {chapter} ({others}), and nothing tells which one counts: "
                "none was taken."
            )
    return chosen


def _put_in_place(
    chosen: list[_Notebook],
    submitted: Path,
    stage: Path,
    files: dict[str, str],
    zone: tzinfo,
    done: Collection,
) -> None:
    """Put everything into place. Where that fails, what was there before is put back."""
    moves: list[tuple[Path, Path]] = []
    unread = {text for one in chosen if (text := one.student.get("modified")) not in ("", "-")}
    unread = sorted(text for text in unread if not handed_in_at(text, zone))
    if unread:
        done.notes.append(
            f"{number(len(unread), 'time')} of the class list can't be read, such as {unread[0]!r}, so lateness is not "
            "known. Moodle writes times in your language: set it to English, and export the list again."
        )
    for turn, one in enumerate(chosen):
        told = done.assignments.setdefault(one.chapter, Collected())
        if one.owner.late:
            told.late.append(one.student.id)
        when = handed_in_at(one.student.get("modified"), zone)
        place, content = submitted / one.student.id / one.chapter, one.content.read_bytes()
        if place.parent.is_symlink() or (place.parent.exists() and not place.parent.is_dir()):
            done.left_out.append(f"{one.student.id} was not collected: {place.parent} is not a folder; move it away.")
            continue
        before, file = _stamp(place), files[one.chapter]
        if load(place / file) == (content, "") and (not when or when == before):
            told.unchanged.append(one.student.id)
            continue
        if when and before and when < before:
            told.older.append(one.student.id)
            continue
        new = stage / f"new-{turn}"
        new.mkdir()
        (new / file).write_bytes(content)
        if when:
            (new / TIMESTAMP).write_text(when, encoding="utf-8")
        (told.replaced if place.exists() else told.new).append(one.student.id)
        moves.append((new, place))
    _move_all(moves, stage)


def _move_all(moves: list[tuple[Path, Path]], stage: Path) -> None:
    undo: list[tuple[Path, Path]] = []
    try:
        for new, place in moves:
            place.parent.mkdir(exist_ok=True)
            old = stage / "old" / place.parent.name / place.name
            undo.append((place, old))
            if os.path.lexists(place):
                old.parent.mkdir(parents=True, exist_ok=True)
                os.replace(place, old)
            os.replace(new, place)
    except BaseException:  # Ctrl-C, too: the stage is removed next
        for (place, old), (new, _) in reversed(list(zip(undo, moves, strict=False))):
            with suppress(OSError):
                if not new.exists():
                    os.replace(place, new)
            with suppress(OSError):
                if os.path.lexists(old):
                    os.replace(old, place)
                else:
                    place.parent.rmdir()
        raise


def handed_in_at(text: str, zone: tzinfo) -> str:
    """Read when something was handed in, as Moodle writes it in English; empty where that is not known.

    Examples
    --------
    >>> handed_in_at("Wednesday, 10 June 2026, 2:14 PM", UTC)
    '2026-06-10 14:14:00 UTC'
    >>> handed_in_at("-", UTC)
    ''
    """
    try:
        when = parser.parse(text, default=datetime(1, 1, 1))
        if when.year == 1:
            return ""
        when = when.replace(tzinfo=when.tzinfo or zone).astimezone(UTC)
    except Exception:  # what a parser of free text stumbles over is endless
        return ""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def _stamp(place: Path) -> str:
    return load(place / TIMESTAMP)[0][:200].decode(errors="replace").strip()


def _shown(path: PurePosixPath) -> str:
    text = str(path)
    return text if len(text) <= 80 else f"{text[:40]}…{text[-39:]}"


_EXAMPLES = {
    "canvas": "leekim_12345_678901_linear.ipynb",
    "moodle": "Kim Lee_12345_assignsubmission_file_/linear.ipynb",
}
