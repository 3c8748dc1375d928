"""nbgrader's autograding steps of ours: the notebook is rebuilt, and graded apart."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter, ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor, SaveCells
from traitlets import Bool

from grader.config import own_programs_first
from grader.errors import GraderError
from grader.grading import Session
from grader.rebuild import KEY, rebuild
from grader.submission import Submission, read_file

Resources = dict[str, Any]
SUBMISSION = "submission"
"""Under which key the exporter hands a submission to `Rebuild`."""


class MissingRelease(GraderError, FileNotFoundError):
    """There is no release to rebuild submissions on."""


class SubmissionExporter(NotebookExporter):
    """Reads submissions, whatever they are, so that no file stops a class. nbgrader's own reader raises on many."""

    def from_filename(self, filename: str, resources: Resources | None = None, **kw: Any) -> Any:
        """Read a submitted file into a notebook that `Rebuild` can take; other files as nbconvert does."""
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kw)
        handed_in = {"metadata": {"name": Path(filename).stem}, **(resources or {}), SUBMISSION: read_file(filename)}
        return self.from_notebook_node(new_notebook(), resources=handed_in, **kw)


class Rebuild(NbGraderPreprocessor):
    """Puts a student's answers into the trusted release, in place of nbgrader's repairs of the student's notebook."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Rebuild one submission."""
        submission: Submission = resources.pop(SUBMISSION)
        place = resources["nbgrader"]
        coursedir = _converter(self).coursedir
        rebuilt = rebuild(read_release(coursedir, place["assignment"], place["notebook"]), submission)
        problems = rebuilt.metadata[KEY]["problems"]
        folders = [coursedir.submitted_directory, coursedir.autograded_directory]
        submitted, copied = (
            Path(coursedir.format_path(folder, place["student"], place["assignment"])) for folder in folders
        )
        if links := remove_copies_of_links(submitted, copied):
            problems.append(f"Links among the files beside the notebook were left out: {links}.")
        for problem in problems:
            self.log.warning("%s, %s: %s", place["student"], place["notebook"], problem)
        return rebuilt, resources


class GradeApart(NbGraderPreprocessor):
    """Runs a rebuilt notebook in a confined worker and judges it here, in place of executing it in a kernel."""

    unsandboxed = Bool(False, help="Grade without confinement, where it can't be had; reports then say so").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade one rebuilt submission."""
        self.session_of(_converter(self)).grade(nb)
        return nb, resources

    def session_of(self, converter: Any) -> Session:
        """Give the session of a grading run.

        A run is one converter of nbgrader's, which makes new preprocessors for every notebook. A new run has a new
        seed, so that nobody can hand in answers to the cases of the last one.
        """
        session = getattr(converter, "grading_session", None)
        if session is None:
            session = converter.grading_session = Session(unsandboxed=self.unsandboxed)
            weakref.finalize(converter, session.close)
        return session


def _converter(preprocessor: NbGraderPreprocessor) -> Any:
    """Give nbgrader's converter: it owns the exporter, which owns the preprocessor."""
    exporter: Any = preprocessor.parent
    return exporter.parent


def remove_copies_of_links(submitted: Path, copied: Path) -> int:
    """Remove what nbgrader copied by following links in a submission, and count them.

    It follows them with the instructor's rights, and gives the copies back with the feedback: a link to the
    solutions, to the gradebook or to another student's work would come back as the file itself.
    """
    found = 0
    for folder, _, names in os.walk(submitted):
        for path in (Path(folder, name) for name in names if not name.endswith(".ipynb")):
            if path.is_symlink():
                (copied / path.relative_to(submitted)).unlink(missing_ok=True)
                found += 1
    return found


def read_release(coursedir: Any, assignment: str, notebook: str) -> NotebookNode:
    """Read the trusted student notebook of an assignment.

    Raises
    ------
    MissingRelease
        Where there is none.
    """
    folder = Path(coursedir.format_path(coursedir.release_directory, ".", assignment))
    path = folder / f"{notebook}.ipynb"
    if not path.is_file():
        text = f"There is no release of {assignment}/{notebook}.ipynb. Make it with `grader build`."
        raise MissingRelease(text, name="release", received=str(path))
    return nbformat.read(path, as_version=4)


def register(db_url: str, release: Path, assignment: str) -> None:
    """Enter a release into a gradebook that doesn't know it yet, as nbgrader does when it makes a release.

    A fresh clone has notebooks but no gradebook; this lets it grade at once.
    """
    for path in sorted((release / assignment).glob("*.ipynb")):
        with own_programs_first(), Gradebook(db_url) as gradebook:
            try:
                gradebook.find_notebook(path.stem, assignment)
                continue
            except MissingEntry:
                gradebook.update_or_create_assignment(assignment)
        place = {"notebook": path.stem, "assignment": assignment, "db_url": db_url}
        SaveCells().preprocess(nbformat.read(path, as_version=4), ResourcesDict(nbgrader=place))
