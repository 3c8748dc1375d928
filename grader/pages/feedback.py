"""Feedback for a class: one page a student, in nbgrader's folder and, if wanted, in one archive."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from course.workcopy.safe_write import overwrite, write_out
from grader.errors import GraderError
from grader.notebook_files import UnreadableNotebook
from grader.pages.booked import Booked, read_booked
from grader.pages.graded import read_graded
from grader.pages.student_page import student_page
from grader.student_names import student_names, with_name
from grader.visible import visible

BESIDE = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader needs next to feedback: by the time it sees what is older, by the other it returns a page."""
_DATE = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive: the same pages are the same archive."""


class NothingGraded(GraderError):
    """There is no graded notebook to write feedback for.

    Parameters
    ----------
    assignment, student
        What was asked for; None for all.
    folder
        Where graded notebooks are.
    """

    def __init__(self, assignment: str | None, student: str | None, folder: Path) -> None:
        whose = f" of {visible(student)}" if student else ""
        which = f" for {visible(assignment)}" if assignment else ""
        super().__init__(f"There is no graded notebook{whose}{which} in {folder}. Grade first: `grader grade`.")
        self.assignment, self.student = assignment, student


@dataclass(frozen=True, slots=True)
class Written:
    """A page that was written.

    Parameters
    ----------
    student, assignment
        Whose it is.
    path
        Where it is.
    """

    student: str
    assignment: str
    path: Path


@dataclass(slots=True)
class Outcome:
    """The outcome of writing a class's feedback.

    Parameters
    ----------
    pages
        The pages that were written.
    problems
        Which graded notebooks are damaged, a sentence each.
    """

    pages: list[Written] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def write_feedback(
    config: Config,
    assignment: str | None = None,
    student: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Write a page for each graded notebook, where nbgrader's own feedback would be.

    A notebook that is damaged does not stop the others.

    Parameters
    ----------
    config
        The class's configuration, from `course_config`.
    assignment, student
        Which; all by default.
    progress
        Called with the number of pages done, and of all.

    Raises
    ------
    NothingGraded
        If there is no graded notebook.
    """
    directory = CourseDirectory(config=config)
    found = _graded(directory, assignment, student)
    if not found:
        autograded = Path(directory.format_path(directory.autograded_directory, "", "")).resolve()
        raise NothingGraded(assignment, student, autograded)
    booked: dict[str, dict[tuple[str, str], Booked]] = {}
    names = student_names(Path(directory.root), directory.db_url)
    outcome = Outcome()
    for done, path in enumerate(found, start=1):
        progress(done, len(found))
        try:
            graded = read_graded(path)
        except UnreadableNotebook as error:
            outcome.problems.append(str(error))
            continue
        if graded.assignment not in booked:
            booked[graded.assignment] = read_booked(directory.db_url, graded.assignment)
        mine = booked[graded.assignment].get((graded.student, graded.topic))
        html = student_page(graded, mine, with_name(graded.student, names))
        folder = directory.format_path(directory.feedback_directory, graded.student, graded.assignment)
        outcome.pages.append(Written(graded.student, graded.assignment, _write(Path(folder), path, html)))
    return outcome


def _graded(directory: CourseDirectory, assignment: str | None, student: str | None) -> list[Path]:
    """List the graded notebooks that are meant. Names are compared: a student's may have any character."""
    autograded = Path(directory.format_path(directory.autograded_directory, "", ""))
    return [
        path
        for path in sorted(autograded.glob("*/*/*.ipynb"))
        if student in (None, path.parent.parent.name) and assignment in (None, path.parent.name)
    ]


def _write(folder: Path, graded: Path, html: str) -> Path:
    """Write a page at once: a reader has the old one or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{graded.stem}.html"
    overwrite(path, html.encode(errors="backslashreplace"))
    for name in BESIDE:
        if (graded.parent / name).is_file() and not (graded.parent / name).is_symlink():
            shutil.copyfile(graded.parent / name, folder / name)
    return path


def write_zip(file: Path, pages: Collection[Written], names: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Pack pages as Canvas and Moodle take them: one file a student.

    Pages of several assignments are in a folder each.

    Parameters
    ----------
    file
        The archive.
    pages
        The pages.
    names
        The names that a system knows, by assignment and student. Other pages are named by the student's id.

    Returns
    -------
    list of str
        The students whose page is named by the id.
    """
    unnamed = []
    several = len({page.assignment for page in pages}) > 1
    topics = {(page.assignment, page.path.stem) for page in pages}
    alone = len(topics) == len({page.assignment for page in pages})
    file.parent.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in pages:
            name = names.get(page.assignment, {}).get(page.student) if alone else None
            if name is None:
                unnamed.append(page.student)
                name = f"{page.student}.html" if alone else f"{page.student}-{page.path.stem}.html"
            place = f"{page.assignment}/{name}" if several else name
            entry = zipfile.ZipInfo(place.encode(errors="backslashreplace").decode(), _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, page.path.read_bytes())
    write_out(file, packed.getvalue())
    return unnamed
