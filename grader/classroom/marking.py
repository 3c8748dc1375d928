"""One submission, marked: its notebook with reports, and its scores. It needs neither PyTorch nor nbgrader."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from course.checking.answers import Answers
from course.checking.findings import OurError
from grader.boundary.trusted.judge import Nursery
from grader.boundary.trusted.limits import USUAL
from grader.boundary.trusted.limits import Limits as MayUse
from grader.cell_roles import METADATA_KEY, nbgrader_metadata
from grader.classroom.handed_in import HandedIn
from grader.grading import Session
from grader.limited import ALL, Limits, shorten_outputs
from grader.node import Node, read_node
from grader.rebuild import Rebuilder


class RightAnswers(Mapping[str, Answers]):
    """The right answers to an assignment's cases, computed when they are first looked at, or sent somewhere.

    Until then, the processes that will need them can start: loading PyTorch takes as long as that.

    Parameters
    ----------
    names
        The exercises.
    compute
        Gives an exercise's answers by its name.

    Examples
    --------
    >>> answers = RightAnswers(["linear"], lambda name: Answers((), True))
    >>> answers["linear"].from_pytorch
    True
    """

    def __init__(self, names: Iterable[str], compute: Callable[[str], Answers]) -> None:
        self._names, self._compute = tuple(names), compute
        self._computed: dict[str, Answers] = {}

    def __getitem__(self, name: str) -> Answers:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._computed:
            self._computed[name] = self._compute(name)
        return self._computed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __reduce__(self) -> tuple[type[dict[str, Answers]], tuple[dict[str, Answers]]]:
        """Be sent as what has been computed."""
        return dict, (dict(self),)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What it takes to mark a notebook of an assignment, anywhere: plain data that can be sent to another machine.

    Parameters
    ----------
    name, notebook
        The assignment's, and its notebook's without ``.ipynb``.
    release
        The trusted notebook as it was handed out, in nbformat 4, with each text in one piece.
    seed
        From which every case is drawn.
    answers
        The right answers to these cases, by exercise.
    unsandboxed, locating
        As `grader.grading.Session` takes them.
    limits
        How much of a cell's output is kept.
    may_use
        What one submission may use.
    """

    name: str
    notebook: str
    release: bytes
    seed: int
    answers: Mapping[str, Answers] = field(repr=False)
    unsandboxed: bool = False
    locating: float = 0.0
    limits: Limits = ALL
    may_use: MayUse = USUAL


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked submission.

    Parameters
    ----------
    notebook
        The notebook with outputs and reports, as JSON.
    scores
        Points by the id of the graded cell; None where a person has to grade.
    comments
        What nbgrader says about a cell that was left as it was handed out, by the cell's id.
    problems
        What was wrong with the submission, in plain sentences.
    errors
        What the course itself failed at, for the instructor.
    readable
        Whether there was a notebook to be graded.
    content
        What identifies the submission that was marked.
    """

    notebook: bytes
    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]
    problems: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    readable: bool = True
    content: str = ""


class Marker:
    """Marks submissions of one assignment, one after the other. A context manager.

    Parameters
    ----------
    assignment
        What is marked.
    nursery
        Where workers come from, if that was made before; it is closed with this.
    """

    def __init__(self, assignment: Assignment, nursery: Nursery | None = None) -> None:
        self.rebuilder = Rebuilder(read_node(assignment.release))
        self._written = {id(cell): _dumps(cell) for cell in self.rebuilder.shared}
        self.limits = assignment.limits
        self.session = Session(
            assignment.seed,
            unsandboxed=assignment.unsandboxed,
            locating=assignment.locating,
            answers=assignment.answers,
            limits=assignment.may_use,
            nursery=nursery,
        )

    def __enter__(self) -> Marker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.session.close()

    def mark(self, handed_in: HandedIn, problems: tuple[str, ...] = ()) -> Marked:
        """Mark whatever was handed in.

        Parameters
        ----------
        handed_in
            The submission.
        problems
            What else is known to be wrong with it; the feedback says so.

        Raises
        ------
        Unavailable
            If student code can't be confined on this machine, or its processes don't start.
        """
        content, submission = handed_in.read()
        notebook = self.rebuilder.rebuild(submission)
        notebook.metadata[METADATA_KEY]["problems"].extend((*handed_in.problems, *problems))
        reports = self.session.grade(notebook)
        told = tuple(notebook.metadata[METADATA_KEY]["problems"])
        errors = tuple(
            f"{name}: {case.name} was not judged: {case.finding.why}"
            for name, report in reports.items()
            for case in report.cases
            if isinstance(case.finding, OurError)
        )
        shorten_outputs(notebook, self.limits)
        graded = [cell for cell in notebook.cells if nbgrader_metadata(cell)]
        return Marked(
            notebook=self._write(notebook),
            scores={id_of(cell): _score(cell) for cell in graded if nbgrader_metadata(cell).get("grade")},
            comments={id_of(cell): _comment(cell) for cell in graded if nbgrader_metadata(cell).get("solution")},
            problems=told,
            errors=errors,
            readable=bool(submission.cells),
            content=content,
        )

    def _write(self, notebook: Node) -> bytes:
        """Write a notebook as JSON. The cells that all have are written once for the class."""
        cells = [self._written.get(id(cell)) or _dumps(cell) for cell in notebook.cells]
        rest = _dumps({key: value for key, value in notebook.items() if key != "cells"})
        return f'{{"cells": [{", ".join(cells)}], {rest[1:]}\n'.encode("utf-8", errors="replace")


_dumps = json.JSONEncoder(ensure_ascii=False).encode


def id_of(cell: Node) -> str:
    """Give nbgrader's id of a cell."""
    return nbgrader_metadata(cell)["grade_id"]


def _score(cell: Node) -> float | None:
    if nbgrader_metadata(cell).get("solution"):  # a person grades it, unless it was left as it was handed out
        return 0.0 if _is_untouched(cell) else None
    return float(cell.metadata[METADATA_KEY]["earned"])


def _comment(cell: Node) -> str | None:
    return "No response." if _is_untouched(cell) else None


def _is_untouched(cell: Node) -> bool:
    """Tell whether a cell is as it was handed out, by the checksum that nbgrader wrote into it."""
    marks = nbgrader_metadata(cell)
    parts = [cell.source, cell.cell_type, str(bool(marks.get("grade"))), str(bool(marks.get("solution")))]
    parts += [str(_is_locked(marks)), marks["grade_id"]]
    if marks.get("grade"):
        parts.append(str(float(marks["points"])))
    return marks.get("checksum") == hashlib.md5("".join(parts).encode()).hexdigest()  # noqa: S324 - it is nbgrader's


def _is_locked(marks: Mapping[str, object]) -> bool:
    if marks.get("solution"):
        return False
    return bool(marks.get("grade") or marks.get("locked"))
