"""A release in nbgrader's gradebook: added where it is missing, and brought up to date where no grade depends on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from traceback import walk_tb
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    InvalidEntry,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    TaskCell,
)
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from sqlalchemy.exc import SQLAlchemyError

from grader.config import own_programs_first
from grader.errors import GraderError
from grader.gradebook_address import has_stray_sign, one_at_a_time, shown, unreadable_address
from grader.gradebook_version import own_version, version_of
from grader.node import AnyNode
from grader.notebook_files import read_any_format

NAMED = 10
"""At most this many students, or cells, are named in a sentence."""
KINDS = {"grade": GradeCell, "solution": SolutionCell, "task": TaskCell}


class GradebookError(GraderError):
    """The gradebook can't be used."""


class ReleaseChanged(GradebookError):
    """Grades depend on an earlier release."""

    def __init__(self, assignment: str, changes: Changes, students: list[str]) -> None:
        many = f"{len(students)} student{'s' if len(students) > 1 else ''} ({shorten(students)})"
        super().__init__(
            f"{many} {'were' if len(students) > 1 else 'was'} graded by an earlier release of {assignment}: {changes}. "
            f"No grade was changed. `grader grade {assignment} --regrade` takes over the release and grades them again."
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """How a release differs from what the gradebook knows of it.

    Examples
    --------
    >>> print(Changes(added=("check-bias",), points={"check-linear": (4.0, 5.0)}))
    `check-bias` is new, `check-linear` counts 5 points instead of 4
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    points: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    @property
    def matter(self) -> bool:
        """Whether a grade may depend on them; none depends on another text alone."""
        return bool(self.added or self.removed or self.points)

    def __bool__(self) -> bool:
        return self.matter or bool(self.texts)

    def __str__(self) -> str:
        said = [f"`{name}` is new" for name in self.added] + [f"`{name}` is gone" for name in self.removed]
        said += [f"`{name}` counts {now:g} points instead of {before:g}" for name, (before, now) in self.points.items()]
        return shorten(said)


def shorten(names: list[str]) -> str:
    """Name a few, and count the others.

    Examples
    --------
    >>> shorten([f"s{i}" for i in range(12)])
    's0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 2 more'
    """
    some = ", ".join(names[:NAMED])
    return some if len(names) <= NAMED else f"{some} and {len(names) - NAMED} more"


@contextmanager
def gradebook(url: str, course: str = "", alone: bool = False) -> Iterator[Gradebook]:
    """Open nbgrader's gradebook, or make it.

    Parameters
    ----------
    url, course
        Where the gradebook is, and the course's id.
    alone
        Have other graders wait until it is closed.

    Raises
    ------
    GradebookError
        If it can't be opened or used, or another version of nbgrader made it. It is left as it was.
    """
    with ExitStack() as waiting:
        with _opening(url):
            waiting.enter_context(one_at_a_time(url))
            _same_version(url)
            with own_programs_first():
                book = Gradebook(url, course)
        if not alone:
            waiting.close()
        try:
            with book:
                yield book
        except (SQLAlchemyError, InvalidEntry) as error:
            raise GradebookError(f"The gradebook {shown(url)} can't be used: {_why(error)}") from None
        except (LookupError, TypeError, ValueError, AssertionError, AttributeError) as error:
            if not _raised_by_the_database(error):
                raise
            raise unreadable_entry(url, error) from None


def look_into(url: str) -> None:
    """Check that a gradebook, or an empty database for one, can be opened. Nothing is made or changed.

    Raises
    ------
    GradebookError
        As `gradebook` does.
    """
    with _opening(url):
        _same_version(url, begin=False)


@contextmanager
def _opening(url: str) -> Iterator[None]:
    """Say in a sentence why a gradebook can't be opened."""
    try:
        if why := unreadable_address(url):
            raise GradebookError(why)
        if has_stray_sign(url):
            raise GradebookError(f"The gradebook {shown(url)} has an @ in its password; write it as %40.")
        yield
    except ImportError as error:
        raise GradebookError(
            f"The gradebook {shown(url)} needs the package {error.name}, which is not installed. For PostgreSQL, "
            "write postgresql+psycopg:// and install it with pip install 'layer-by-layer[postgres]'."
        ) from None
    except (SQLAlchemyError, OSError, ValueError) as error:
        raise GradebookError(f"The gradebook {shown(url)} can't be opened: {_why(error)}") from None


def register(db_url: str, release: Path, assignment: str, course: str = "", regrade: bool = False) -> None:
    """Let the gradebook know a release, as nbgrader does when it makes one.

    A fresh clone has notebooks but no gradebook; this makes it ready for grading.

    Parameters
    ----------
    db_url, course
        Where the gradebook is, and the course's id.
    release
        The folder with the releases.
    assignment
        The assignment.
    regrade
        Take over what has changed also where grades hang on it: they are going to be made again.

    Raises
    ------
    GradebookError
        If the gradebook can't be used.
    ReleaseChanged
        If grades hang on an earlier release, and `regrade` is not given.
    """
    for path in sorted((release / assignment).glob("*.ipynb")):
        notebook = read_any_format(path)
        with gradebook(db_url, course, alone=True) as book:
            try:
                known = book.find_notebook(path.stem, assignment)
            except MissingEntry:
                book.update_or_create_assignment(assignment)
                kernel: Any = json.dumps(notebook.metadata.get("kernelspec", {}))  # typed as a dict there
                known = book.add_notebook(path.stem, assignment, kernelspec=kernel)
            changes = compare(notebook, known)
            students = sorted(found.student.id for found in known.submissions)
            if changes.matter and students and not regrade:
                raise ReleaseChanged(assignment, changes, students)
            if changes:
                _take_over(book, notebook, known, changes)


def compare(release: NotebookNode, known: Notebook) -> Changes:
    """Tell how a release differs from what the gradebook knows of it."""
    ours, sources = outline(release)
    theirs = {(kind, cell.name): cell for kind in KINDS for cell in getattr(known, f"{kind}_cells")}
    texts = {cell.name: _facts(cell.cell_type, cell.locked, cell.source, cell.checksum) for cell in known.source_cells}
    return Changes(
        added=tuple(dict.fromkeys(name for kind, name in ours if (kind, name) not in theirs)),
        removed=tuple(sorted({name for kind, name in theirs if (kind, name) not in ours})),
        points={
            key[1]: (theirs[key].max_score, points)
            for key, points in ours.items()
            if key in theirs and points is not None and theirs[key].max_score != points
        },
        texts=tuple(sorted(name for name in {*sources, *texts} if sources.get(name) != texts.get(name))),
    )


def first_line(error: BaseException) -> str:
    """Give what an error of a database says, in one line. SQLite calls a file that is gone read-only."""
    if getattr(getattr(error, "orig", None), "sqlite_errorname", "") == "SQLITE_READONLY_DBMOVED":
        return (
            "it was deleted or moved away meanwhile. Put it back, if you can: otherwise the next `grader grade` makes "
            "a new one, without what was graded by hand"
        )
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return said.rstrip(".") or type(error).__name__


def _why(error: BaseException) -> str:
    """Say what is wrong, and what to do about a file that is damaged or no database: sqlite3 has a type for these."""
    if type(getattr(error, "orig", None)) is not sqlite3.DatabaseError:
        return f"{first_line(error)}."
    return (
        f"{first_line(error)}. Use a copy of it from before, or move it away: `grader grade` then makes a new one, "
        "without what was graded by hand."
    )


def unreadable_entry(url: str, error: BaseException) -> GradebookError:
    """Say that something in a gradebook is not what belongs there."""
    return GradebookError(
        f"The gradebook {shown(url)} has an entry that can't be read: {first_line(error)}. Use a copy of it from "
        "before; `grader grade --force` then brings the grades up to date."
    )


def _raised_by_the_database(error: BaseException) -> bool:
    """Tell whether an error came up where rows are made into objects, which happens if an entry is damaged."""
    (*_, (frame, _)) = walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__")).partition(".")[0] in ("sqlalchemy", "nbgrader")


def outline(release: AnyNode) -> tuple[dict[tuple[str, str], float | None], dict[str, dict[str, Any]]]:
    """Give what nbgrader keeps of a release: its cells by kind and name, with points, and their texts."""
    cells: dict[tuple[str, str], float | None] = {}
    sources: dict[str, dict[str, Any]] = {}
    for cell in release.cells:
        kinds = [kind for kind, has in (("grade", is_grade), ("solution", is_solution), ("task", is_task)) if has(cell)]
        if kinds or is_locked(cell):
            marks = cell.metadata["nbgrader"]
            for kind in kinds:
                cells[kind, marks["grade_id"]] = None if kind == "solution" else float(marks["points"])
            sources[marks["grade_id"]] = _facts(cell.cell_type, is_locked(cell), cell.source, marks.get("checksum"))
    return cells, sources


def _facts(cell_type: str, locked: bool, source: str, checksum: str | None) -> dict[str, Any]:
    return {"cell_type": cell_type, "locked": bool(locked), "source": source, "checksum": checksum}


def _take_over(book: Gradebook, release: NotebookNode, known: Notebook, changes: Changes) -> None:
    """Bring the cells up to date in one transaction, also where submissions refer to them: nbgrader would refuse to."""
    ours, sources = outline(release)
    types = {name: facts["cell_type"] for name, facts in sources.items()}
    db = book.db
    with db.no_autoflush:
        _remove(db, known, set(ours))
        there = {(kind, cell.name): cell for kind in KINDS for cell in getattr(known, f"{kind}_cells")}
        for (kind, name), points in ours.items():
            cell = there.get((kind, name))
            if cell is None:
                _add(db, known, kind, name, types[name], points)
            elif points is not None:
                cell.max_score, cell.cell_type = points, types[name]
        texts = {cell.name: cell for cell in known.source_cells}
        for name in changes.texts:
            if name not in sources:
                db.delete(texts[name])
            elif name in texts:
                for key, value in sources[name].items():
                    setattr(texts[name], key, value)
            else:
                db.add(SourceCell(name=name, notebook=known, **sources[name]))
    db.commit()


def _remove(db: Any, known: Notebook, wanted: set[tuple[str, str]]) -> None:
    for kind in KINDS:
        for cell in list(getattr(known, f"{kind}_cells")):
            if (kind, cell.name) not in wanted:
                for row in [*cell.grades, *cell.comments]:
                    db.delete(row)
                db.delete(cell)
    db.flush()
    db.expire(known)


def _add(db: Any, known: Notebook, kind: str, name: str, cell_type: str, points: float | None) -> None:
    """Add a cell, with what each submission has for it: a grade, a comment, or both."""
    graded = {} if points is None else {"max_score": points, "cell_type": cell_type}
    cell: BaseCell = KINDS[kind](name=name, notebook=known, **graded)
    db.add(cell)
    for submission in known.submissions:
        if kind != "solution":
            db.add(Grade(cell=cell, notebook=submission))
        if kind != "grade":
            db.add(Comment(cell=cell, notebook=submission))


def _same_version(url: str, begin: bool = True) -> None:
    """Look at a gradebook before anything is written to it; a new one gets its version, unless it is not begun here.

    Raises
    ------
    GradebookError
        If another version of nbgrader made it, or it is none.
    """
    if version_of(url, begin) != own_version():
        raise GradebookError(
            f"The gradebook {shown(url)} was made by another version of nbgrader. Keep a copy of it, then run "
            "`nbgrader db upgrade`."
        )
