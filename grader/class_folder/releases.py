"""The releases of a class: the course's notebooks, with the class's points, exercises and switches in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from course.workcopy.history import History
from course.workcopy.release import released_notebooks
from course.workcopy.safe_write import Written, digest, write_unless_changed
from grader.cell_roles import METADATA_KEY, nbgrader_metadata, role
from grader.class_settings.checks import nearest
from grader.class_settings.reading import read_class
from grader.class_settings.settings import ClassSettings
from grader.config import course_config
from grader.errors import GraderError
from grader.grading import exercise_of
from grader.questions import give_points, is_question
from grader.registering import ReleaseChanged, gradebook, register

HISTORY = "releases.json"
"""The record of what was released, next to the gradebook: it tells an instructor's own change of a release."""


class NoRelease(GraderError):
    """A release can't be made."""


NOTE = """\
nbgrader's formgrader lists the assignments that have a folder in solutions/. Nothing else is needed here:
the releases in notebooks/ come from the installed course, and `grader release` makes them.
"""


@dataclass(frozen=True, slots=True)
class Released:
    """One file of a release, and what became of it.

    Parameters
    ----------
    name
        Its path in the class's ``notebooks/``.
    written
        What was done.
    """

    name: str
    written: Written


def make_releases(root: Path, chapters: Collection[str] = ()) -> tuple[list[Released], list[str]]:
    """Make the releases of a class from the installed course, and let the gradebook know them with their deadlines.

    A release that an instructor has changed by hand stays as it is.

    Parameters
    ----------
    root
        The class folder.
    chapters
        Which of the class's chapters; by default all.

    Returns
    -------
    files, waiting
        What was done with each file, and a sentence for each chapter that was graded with other exercises or points:
        what changes for whom, and what takes it over.

    Raises
    ------
    NoRelease
        If a chapter is not the class's, or has no notebook in the course.
    GradebookError
        If the gradebook can't be used.
    """
    settings = read_class(root)
    for name in chapters:
        if name not in settings.chapters:
            raise NoRelease(f"{name!r} is not a chapter of this class.{nearest(name, settings.chapters)}")
    wanted = [name for name in settings.chapters if name in chapters or not chapters]
    url = course_config(root).CourseDirectory.db_url
    (root / "grader").mkdir(exist_ok=True)
    with gradebook(url, settings.name):
        pass  # what is wrong with it is reported before anything is written
    files = _write(root, {name: dict(_files(name, settings)) for name in wanted})
    for name in wanted:
        note = root / "solutions" / name / "README.txt"
        if not note.parent.exists():
            note.parent.mkdir(parents=True)
            note.write_text(NOTE, encoding="utf-8")
    return files, list(_tell_the_gradebook(url, root, wanted, settings))


def for_class(notebook: NotebookNode, settings: ClassSettings, chapter: str) -> NotebookNode:
    """Put a class's points, choice of exercises and questions, and switches into a release.

    The notebook is changed and returned.
    """
    for cell in notebook.cells:
        if role(cell) != "check":
            continue
        name = exercise_of(cell)
        if not settings.counts(chapter, name):
            del cell.metadata["nbgrader"]  # for practice: it can be run, and is not graded
        elif name in settings.points:
            marks = nbgrader_metadata(cell)
            marks["points"] = settings.points[name]
            marks["checksum"] = compute_checksum(cell)
    if chapter in settings.questions:
        for cell in filter(is_question, notebook.cells):
            give_points(cell, settings.questions[chapter])
    if settings.switched_off:
        notebook.metadata[METADATA_KEY] = {"class": settings.name, **settings.switched_off}
    for cell in notebook.cells:
        if role(cell) == "lesson" and cell.cell_type == "markdown":
            cell.source += _what_is_off(cell.source, settings)
    return notebook


def _what_is_off(text: str, settings: ClassSettings) -> str:
    """Say below a text what it promises and this class has switched off."""
    switches = (("`hint(", "hints", settings.hints), ("`solution(", "solutions", settings.solution))
    said = [what for call, what, on in switches if not on and call in text]
    return f"\n\nIn this class, {' and '.join(said)} are switched off." if said else ""


def questions_asked(chapter: str) -> int:
    """Count the questions of a chapter that a person could grade."""
    paths = (released_notebooks() / chapter).glob("*.ipynb")
    notebooks = (nbformat.reads(path.read_text(encoding="utf-8"), as_version=4) for path in paths)
    return sum(is_question(cell) for notebook in notebooks for cell in notebook.cells)


def _files(chapter: str, settings: ClassSettings) -> Iterator[tuple[str, bytes]]:
    """Give the files of a release with their contents."""
    source = released_notebooks() / chapter
    paths = [path for path in sorted(source.rglob("*")) if path.is_file() and not _hidden(path.relative_to(source))]
    if not any(path.suffix == ".ipynb" for path in paths):
        raise NoRelease(f"The installed course has no notebook of {chapter}; looked for in {source}.")
    for path in paths:
        content = path.read_bytes()
        if path.suffix == ".ipynb":
            notebook = for_class(nbformat.reads(content.decode(), as_version=4), settings, chapter)
            content = (nbformat.v4.writes(notebook) + "\n").encode()
        yield f"{chapter}/{path.relative_to(source).as_posix()}", content


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "__")) for part in path.parts)


def _write(root: Path, contents: dict[str, dict[str, bytes]]) -> list[Released]:
    history = History.load(root / "grader" / HISTORY)
    files = []
    try:
        for name, content in (item for group in contents.values() for item in group.items()):
            written = write_unless_changed(root / "notebooks" / name, content, history.of(name))
            if written is not Written.TAKEN:
                history.add(name, digest(content))
            files.append(Released(name, written))
    finally:
        history.save()
    return files


def _tell_the_gradebook(url: str, root: Path, chapters: Collection[str], settings: ClassSettings) -> Iterator[str]:
    """Say what changes for whom, where something was graded by an earlier release."""
    for chapter in chapters:
        try:
            register(url, root / "notebooks", chapter, settings.name)
        except ReleaseChanged as change:
            yield str(change)
    with gradebook(url, settings.name) as book:
        for chapter in chapters:
            if chapter in settings.deadlines:
                due: Any = settings.deadlines[chapter]  # nbgrader types it as a dict
                book.update_or_create_assignment(chapter, duedate=due)
