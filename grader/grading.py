"""Grading a rebuilt notebook: cells run in a confined worker, answers are judged here, scores are written."""

from __future__ import annotations

import copy
import secrets
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import MappingProxyType, TracebackType

import course
from course.calling.naming import one_line
from course.calling.work import Operation, Unavailable, Work
from course.checking.answers import Answers
from course.checking.as_written import add_source
from course.checking.diagnosis import Circumstance
from course.checking.digest import digest_of_exercises
from course.checking.findings import Outcome
from course.checking.locating.own_source import source_in
from course.checking.prepared import Prepared
from course.checking.report import Report
from course.checking.runner import failed, point, run
from course.checking.spec import Exercise
from course.workcopy.release import course_version
from grader.boundary.shared.codec import WireError
from grader.boundary.trusted.ahead import Calls, can_go_ahead
from grader.boundary.trusted.judge import CellOutput, Limits, Nursery, Worker
from grader.cell_roles import METADATA_KEY, nbgrader_metadata, role
from grader.cells import display_data, error, execute_result, stream
from grader.errors import GraderError
from grader.node import AnyNode
from grader.plain_cells import show_plainly
from grader.rebuild import note
from grader.stopped_cells import Import, failed_import, other_imports, tell_again, tell_import
from grader.written import Written, cells_that_run, exercises_end, key_of

LOCATING = 0.7
"""Seconds for looking for the line that is wrong, for each answer that fails without a known mistake."""
LOCATING_IN_ALL = 3
"""All answers of a submission may take this many times as long."""
_NOTHING = (Outcome.NOT_ATTEMPTED, Outcome.NOT_DEFINED)
AFTER_ALL = "after_all"
"""Marks a check whose answer was judged after all cells, and not where the last exercise ends."""
CHECK = "check-"


class UnknownExercise(GraderError):
    """A release contains an exercise that the course does not have.

    Parameters
    ----------
    exercise
        The name in the release.
    """

    def __init__(self, exercise: str) -> None:
        super().__init__(
            f"The release contains {exercise!r}, which is not an exercise of the course. Make it again: `grader build`."
        )
        self.exercise = exercise


class Session:
    """One grading run: a seed, the cases drawn from it with their expected values, and the source of workers.

    Parameters
    ----------
    seed
        The seed of every case. By default a new random one, so that a student can't know the cases.
    unsandboxed
        Grade without confinement, on a system without it. Every report then says so.
    locating
        Seconds for looking for the line that is wrong in an answer without a known mistake; 0 for not at all.
    answers
        The right answers of exercises, where they were computed before for this seed.
    limits
        What one submission may use.
    nursery
        Where workers come from, if that was made before; it is closed with the session.
    """

    def __init__(
        self,
        seed: int | None = None,
        *,
        unsandboxed: bool = False,
        locating: float = LOCATING,
        answers: Mapping[str, Answers] = MappingProxyType({}),
        limits: Limits | None = None,
        nursery: Nursery | None = None,
    ) -> None:
        self.locating = locating
        self.answers = answers
        self.limits = limits
        self.seed = secrets.randbits(32) if seed is None else seed
        self.nursery = nursery or Nursery(unsandboxed=unsandboxed)
        self._prepared: dict[str, Prepared] = {}
        self._digests: dict[str, str] = {}
        self._planned: dict[tuple[str, ...], list[Calls]] = {}

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the warm parent, if one was started."""
        self.nursery.close()

    def prepared(self, name: str, points: float | None = None) -> Prepared:
        """Return an exercise's cases with their expected values; they are computed once a run.

        Parameters
        ----------
        name
            The exercise.
        points
            What it is worth in the release; by default as the course says.

        Raises
        ------
        UnknownExercise
            If the course has no such exercise.
        """
        if name not in self._prepared:
            exercise = course.exercises.get(name)
            if exercise is None:
                raise UnknownExercise(name)
            self._prepared[name] = Prepared(exercise, self.seed, self.answers.get(name))
        found = self._prepared[name]
        if points is not None and points != found.exercise.points:
            self._prepared[name] = found = copy.copy(found)  # the same cases, worth something else
            found.exercise = replace(found.exercise, points=points)
        return found

    def digest(self, name: str) -> str:
        """Give what identifies an exercise and the course that checks it; computed once a run."""
        if name not in self._digests:
            self._digests[name] = digest_of_exercises([self.prepared(name).exercise])[:16]
        return self._digests[name]

    @property
    def notes(self) -> tuple[str, ...]:
        """What every report of this run says in addition."""
        seed = f"Cases drawn from seed {self.seed}."
        return (seed,) if self.nursery.sandboxed else (seed, "Graded without confinement (--unsandboxed).")

    def grade(self, notebook: AnyNode) -> dict[str, Report]:
        """Run a rebuilt notebook's cells in a worker, judge its answers, and write outputs and scores to it.

        Parameters
        ----------
        notebook
            From `rebuild`. It is changed: cells get outputs, check cells a report and an explicit number.

        Returns
        -------
        dict of str to Report
            The report of every exercise, by name.

        Raises
        ------
        UnknownExercise
            If the course has no exercise of a check cell's name.
        """
        roles = [(cell, role(cell)) for cell in notebook.cells]
        checks = {exercise_of(cell): cell for cell, kind in roles if kind == "check"}
        # An unknown exercise stops here, before any work. The release is trusted: its points are the class's.
        prepared = {name: self.prepared(name, nbgrader_metadata(cell).get("points")) for name, cell in checks.items()}
        code = cells_that_run(notebook.cells)
        first = cells_that_run(notebook.cells[: exercises_end(notebook.cells)])
        lesson = [cell for cell, kind in roles if cell.cell_type == "code" and kind == "lesson"]
        show_plainly(code)
        stages = (
            [Written(first, lesson)] if len(first) == len(code) else [Written(first, lesson), Written(code, lesson)]
        )
        reports, interrupted = self._judge_all(prepared, stages, checks)
        if interrupted:
            reports, _ = self._judge_all(prepared, stages, checks)
        record = notebook.metadata.setdefault(METADATA_KEY, {})
        record.update(seed=self.seed, sandboxed=self.nursery.sandboxed, version=course_version())
        record["digests"] = {name: self.digest(name) for name in checks}
        if record.get("problems"):
            notebook.cells.insert(0, note(list(record["problems"])))
        return reports

    def _judge_all(
        self, prepared: dict[str, Prepared], stages: Sequence[Written], checks: dict[str, AnyNode]
    ) -> tuple[dict[str, Report], bool]:
        """Run the cells, judge the answers, write both results, and say if somebody else ended the processes.

        Answers are judged where the last exercise ends, so that the time of later cells is not missing. What is not
        right there is judged once more after the rest, which may have defined what it needs; the better result counts.
        """
        reports: dict[str, Report] = {}
        judged: dict[str, Written] = {}
        stopped, number = {}, 0
        with self.nursery.worker(self.limits) as worker:
            worker.expect([cell.source for cell in stages[0].code], self._calls(prepared))
            for written in stages:
                for cell in written.code[number:]:
                    number += 1
                    (output,) = worker.run_cells([cell.source])
                    cell.execution_count, cell.outputs = number, _outputs(output, number)
                    failed = failed_import(cell.source, output)
                    if failed:
                        worker.run_more(other_imports(cell.source))
                    if role(cell) == "solution":
                        stopped[key_of(cell)] = failed or _why_it_stopped(output)
                for name, cell in checks.items():
                    before = reports.get(name)
                    if before is not None and before.passed:
                        continue
                    with _own_time_counted(worker):
                        report = judge(prepared[name], worker, self.notes, cell, written, stopped.get(name))
                    if before is None or report.score > before.score or before.outcome in _NOTHING:
                        reports[name], judged[name] = report, written
                    else:
                        write_score(cell, before)
            # Only now: what runs changed code may cost its process, and no answer is judged by it any more.
            self._locate(reports, prepared, worker, judged, checks)
        for name, written in judged.items():
            if written is not stages[0]:
                checks[name].metadata[METADATA_KEY][AFTER_ALL] = True
        return reports, worker.interrupted

    def _calls(self, prepared: Mapping[str, Prepared]) -> list[Calls]:
        """Give the calls that can be made ahead, in groups between which something else is done; made once a run."""
        names = tuple(prepared)
        if names not in self._planned:
            groups: list[list[tuple[Operation, float]]] = [[]]
            for one in prepared.values():
                calls = one.calls()
                groups = [*groups[:-1], groups[-1] + calls] if calls and _fit(calls) else [*groups, []]
            self._planned[names] = [Calls.of(group) for group in groups if group]
        return self._planned[names]

    def _locate(
        self,
        reports: dict[str, Report],
        prepared: dict[str, Prepared],
        work: Work,
        judged: Mapping[str, Written],
        checks: dict[str, AnyNode],
    ) -> None:
        """Look for the lines that are wrong, in the worker, and add them to the reports. Scores stay as they are."""
        end = time.monotonic() + LOCATING_IN_ALL * self.locating
        for name, report in reports.items():
            seconds = min(self.locating, end - time.monotonic())
            if report.passed or report.settled or seconds <= 0:
                continue
            own = judged[name].source(name)
            sources = [cell.source for cell in judged[name].code if role(cell) == "solution"]
            helper = partial(_source_among, [own, *sources])
            try:
                found = point(report, prepared[name], work, source_in(own, name), seconds, helper)
                if found is not report:
                    write_score(checks[name], found)
                    reports[name] = found
            except Unavailable:
                raise
            except Exception:  # the report is as good without
                write_score(checks[name], report)


def _fit(calls: Sequence[tuple[Operation, float]]) -> bool:
    """Tell whether calls can be made ahead, and sent in one message."""
    try:
        Calls.of(calls)
    except WireError:
        return False
    return all(can_go_ahead(operation) for operation, _ in calls)


@contextmanager
def _own_time_counted(worker: Worker) -> Iterator[None]:
    """Count what judging takes in addition to the worker's own time, so that one figure limits a submission."""
    left, start = worker.left, time.monotonic()
    try:
        yield
    finally:
        worker.spend(time.monotonic() - start - (left - worker.left))


def _source_among(cells: Sequence[str], name: str) -> str:
    """Give the source of the function that one of several cells defines under a name; empty if none."""
    return next((source for cell in cells if name in cell and (source := source_in(cell, name))), "")


def exercise_of(cell: AnyNode) -> str:
    """Return the name of a check cell's exercise."""
    return nbgrader_metadata(cell)["grade_id"].removeprefix(CHECK)


def judge(
    prepared: Prepared,
    work: Work,
    notes: tuple[str, ...],
    cell: AnyNode,
    written: Written,
    stopped: Import | tuple[str, ...] | None = None,
) -> Report:
    """Judge one answer and write its score. Where the course itself fails at that, the other answers keep theirs."""
    name, notes = prepared.exercise.name, (*(stopped if isinstance(stopped, tuple) else ()), *notes)
    try:
        report = run(prepared, work, notes)
        if not report.passed:
            report = add_source(report, prepared, written.source(name), written.demonstrated)
            if around := _around(prepared.exercise, written.cell(name), stopped):
                report = replace(report, circumstance=around)
        write_score(cell, report)
    except Unavailable:
        raise
    except Exception as error:
        report = failed(prepared.exercise, error, prepared.seed, notes)
        write_score(cell, report)
    return report


def write_score(cell: AnyNode, report: Report) -> None:
    """Write a report and an explicit number to a check cell, also if the number is 0.

    nbgrader takes the first ``execute_result`` as the score, and gives full marks if there is none.
    """
    cell.execution_count = None
    # A report has no formulas, but a student's message in it may, and a feedback page would typeset them.
    html = f'<div class="tex2jax_ignore mathjax_ignore">{report.html}</div>'
    cell.outputs = [
        display_data({"text/html": html, "text/plain": report.text}),
        execute_result(repr(report.earned)),
    ]
    scored = {"score": report.score, "earned": report.earned, "passed": report.passed, "outcome": str(report.outcome)}
    cell.metadata[METADATA_KEY] = {"role": "check", **scored, **report.recorded.to_dict()}


def _around(
    exercise: Exercise, defining: AnyNode | None, stopped: Import | tuple[str, ...] | None
) -> Circumstance | None:
    """Give what around an answer explains how it was judged."""
    if stopped is not None and defining is not None and key_of(defining) != exercise.name:
        return tell_again(exercise.name)
    return tell_import(exercise.name, exercise.kind, stopped) if isinstance(stopped, Import) else None


def _why_it_stopped(output: CellOutput) -> tuple[str, ...]:
    """Return why a cell did not run to its end, if it did not: its function may never have been defined."""
    if output.error is None:
        return (output.note,) if output.note else ()
    message = one_line(" ".join(output.error.message.split()), 200)
    return (f"The cell of this function stopped with {output.error.name}{message and f': {message}'}",)


def _outputs(output: CellOutput, number: int) -> Sequence[AnyNode]:
    """Convert what a worker's cell showed to outputs: text and pictures, nothing that a browser would run."""
    shown = []
    if output.text:
        shown.append(stream(output.text))
    shown += [
        display_data({"image/png": b64encode(image).decode(), "text/plain": "<Figure>"}) for image in output.images
    ]
    if output.result:
        shown.append(execute_result(output.result, number))
    if output.error:
        lines = output.error.traceback.splitlines() or [f"{output.error.name}: {output.error.message}"]
        shown.append(error(output.error.name, output.error.message, lines))
    if output.note:
        shown.append(stream(f"{output.note}\n"))
    return shown
