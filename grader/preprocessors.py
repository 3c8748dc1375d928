"""Our steps of nbgrader's autograding: a submission is rebuilt, and graded in a confined worker."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Int

from course.checking.findings import OurError
from grader.boundary.trusted.limits import USUAL, Limits
from grader.careful_autograde import read_handed_in, take_care
from grader.cell_roles import METADATA_KEY
from grader.errors import GraderError
from grader.grading import LOCATING, Session
from grader.notebook_files import read_any_format
from grader.rebuild import rebuild
from grader.registering import ReleaseChanged, register
from grader.submission import Submission
from grader.visible import visible

Resources = dict[str, Any]
SUBMISSION = "submission"
"""The key under which the exporter passes a submission to `Rebuild`."""


class MissingRelease(GraderError):
    """There is no release to rebuild submissions on.

    Parameters
    ----------
    path
        The file that should be there.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no release {path.parent.name}/{path.name}. Make it with `grader build`.")
        self.path = path


class SubmissionExporter(NotebookExporter):
    """Reads any submission, so that no file stops the grading of a class. nbgrader's own reader raises on many."""

    def __init__(self, parent: Any = None, **kwargs: Any) -> None:
        super().__init__(parent=parent, **kwargs)
        take_care(parent)

    def from_filename(self, filename: str, resources: Resources | None = None, **kw: Any) -> Any:
        """Read a submitted file for `Rebuild`; other files as nbconvert does."""
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kw)
        converter: Any = self.parent
        submission = read_handed_in(converter.coursedir, Path(filename))
        handed_in = {"metadata": {"name": Path(filename).stem}, **(resources or {}), SUBMISSION: submission}
        return self.from_notebook_node(new_notebook(), resources=handed_in, **kw)


class Rebuild(NbGraderPreprocessor):
    """Puts a student's answers into the trusted release; nbgrader would repair the student's notebook instead."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Rebuild one submission."""
        submission: Submission = resources.pop(SUBMISSION)
        place = resources["nbgrader"]
        coursedir = _converter(self).coursedir
        know_release(_converter(self), place["assignment"])
        rebuilt = rebuild(read_release(coursedir, place["assignment"], place["notebook"]), submission)
        problems = rebuilt.metadata[METADATA_KEY]["problems"]
        problems += _converter(self).left_out.get((place["assignment"], place["student"]), ())
        for problem in problems:
            told = (place["student"], place["notebook"], problem)
            self.log.warning("%s, %s: %s", *map(visible, told))
        return rebuilt, resources


class GradeApart(NbGraderPreprocessor):
    """Runs a rebuilt notebook in a confined worker and judges it here; nbgrader would execute it in a kernel."""

    unsandboxed = Bool(False, help="Grade without confinement, on a system without it; reports then say so").tag(
        config=True
    )
    locating = Float(
        LOCATING,
        min=0.0,
        help="Seconds for looking for the line that is wrong in an answer without a known mistake; 0 switches it off",
    ).tag(config=True)
    seed = Int(None, allow_none=True, help="Draws the cases of every run; by default each run has a new one").tag(
        config=True
    )
    seconds = Float(USUAL.total_seconds, help="Seconds for all cells and answers of one submission").tag(config=True)
    memory_mb = Int(USUAL.memory >> 20, help="Megabytes that one submission may use").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade one rebuilt submission."""
        reports = self.session_of(_converter(self)).grade(nb)
        for name, report in reports.items():
            for case in report.cases:
                if isinstance(case.finding, OurError):
                    place = resources["nbgrader"]
                    told = (place["student"], name, case.name, case.finding.why)
                    self.log.error("%s, %s: %s was not judged: %s", *map(visible, told))
        return nb, resources

    def session_of(self, converter: Any) -> Session:
        """Return the session of a grading run.

        A run is one converter of nbgrader's, which makes new preprocessors for every notebook. Each run has a new
        seed, so that answers to the last run's cases are worth nothing.
        """
        session = getattr(converter, "grading_session", None)
        if session is None:
            session = converter.grading_session = self.new_session()
            weakref.finalize(converter, session.close)
        return session

    def new_session(self) -> Session:
        """Begin a run as the configuration says."""
        limits = Limits.of(self.seconds, self.memory_mb)
        return Session(self.seed, unsandboxed=self.unsandboxed, locating=self.locating, limits=limits)


def know_release(converter: Any, assignment: str) -> None:
    """Compare a release with the gradebook once a run, before a grade is written.

    Raises
    ------
    ReleaseChanged
        For each submission, if grades hang on an earlier release.
    """
    asked: dict[str, ReleaseChanged | None] = converter.__dict__.setdefault("releases_asked", {})
    if assignment not in asked:
        directory = converter.coursedir
        release = Path(directory.format_path(directory.release_directory, ".", assignment)).parent
        asked[assignment] = None
        try:
            register(directory.db_url, release, assignment, directory.course_id)
        except ReleaseChanged as error:
            asked[assignment] = error
    if found := asked[assignment]:
        raise found


def _converter(preprocessor: NbGraderPreprocessor) -> Any:
    """Return nbgrader's converter: it owns the exporter, which owns the preprocessor."""
    exporter: Any = preprocessor.parent
    return exporter.parent


def read_release(coursedir: Any, assignment: str, notebook: str) -> NotebookNode:
    """Read the trusted student notebook of an assignment.

    Raises
    ------
    MissingRelease
        If there is none.
    """
    folder = Path(coursedir.format_path(coursedir.release_directory, ".", assignment))
    path = folder / f"{notebook}.ipynb"
    if not path.is_file():
        raise MissingRelease(path)
    return read_any_format(path)
