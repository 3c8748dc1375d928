"""Grading a rebuilt notebook: its cells run apart, its answers are judged here, its scores are written out."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from types import TracebackType

from nbformat import NotebookNode
from nbformat.v4 import new_output

import course
from course.checking.report import Report
from course.checking.runner import Prepared, run
from grader.boundary.judge import CellOutput, Nursery
from grader.errors import GraderError
from grader.rebuild import KEY, marks, note, role

RUNS = frozenset({"setup", "solution", "extra"})
CHECK = "check-"


class UnknownExercise(GraderError, ValueError):
    """A release asks for an exercise that the course does not have."""


class Session:
    """One grading run: a seed, the cases drawn from it with their right answers, and where workers come from.

    Parameters
    ----------
    seed
        From which every case is drawn. By default a fresh one: a student can't know the cases.
    unsandboxed
        Grade without confinement, where it can't be had. Every report then says so.
    """

    def __init__(self, seed: int | None = None, *, unsandboxed: bool = False) -> None:
        self.seed = secrets.randbits(32) if seed is None else seed
        self.nursery = Nursery(unsandboxed=unsandboxed)
        self._prepared: dict[str, Prepared] = {}

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the warm parent, if one was started."""
        self.nursery.close()

    def prepared(self, name: str) -> Prepared:
        """Draw an exercise's cases and work out their answers, once a run."""
        if name not in self._prepared:
            exercise = course.exercises.get(name)
            if exercise is None:
                text = f"The release asks for {name!r}, which is no exercise of the course: rebuild it."
                raise UnknownExercise(text, name="exercise", received=name, allowed=tuple(course.exercises))
            self._prepared[name] = Prepared(exercise, self.seed)
        return self._prepared[name]

    @property
    def notes(self) -> tuple[str, ...]:
        """What every report of this run says besides."""
        seed = f"Cases drawn from seed {self.seed}."
        return (seed,) if self.nursery.sandboxed else (seed, "Graded without confinement (--unsandboxed).")

    def grade(self, notebook: NotebookNode) -> dict[str, Report]:
        """Run a rebuilt notebook's cells in a worker, judge its answers, and write outputs and scores into it.

        Parameters
        ----------
        notebook
            From `rebuild`. It is changed: cells get outputs, check cells a report and an explicit number.

        Returns
        -------
        The report of every exercise, by name.
        """
        checks = {exercise_of(cell): cell for cell in notebook.cells if role(cell) == "check"}
        prepared = {name: self.prepared(name) for name in checks}  # an unknown exercise stops here, before any work
        code = [cell for cell in notebook.cells if cell.cell_type == "code" and role(cell) in RUNS]
        reports, stopped = {}, {}
        with self.nursery.worker() as worker:
            outputs = worker.run_cells([cell.source for cell in code])
            for number, (cell, output) in enumerate(zip(code, outputs, strict=True), start=1):
                cell.execution_count, cell.outputs = number, _outputs(output, number)
                if role(cell) == "solution":
                    stopped[marks(cell)["grade_id"]] = _why_it_stopped(output)
            for name, cell in checks.items():
                reports[name] = run(prepared[name], worker, (*stopped.get(name, ()), *self.notes))
                write_score(cell, reports[name])
        record = notebook.metadata.setdefault(KEY, {})
        record.update(seed=self.seed, sandboxed=self.nursery.sandboxed)
        if record.get("problems"):
            notebook.cells.insert(0, note(list(record["problems"])))
        return reports


def exercise_of(cell: NotebookNode) -> str:
    """Name the exercise of a check cell."""
    return marks(cell)["grade_id"].removeprefix(CHECK)


def write_score(cell: NotebookNode, report: Report) -> None:
    """Write a report and an explicit number into a check cell, also where the number is 0.

    nbgrader takes the first ``execute_result`` as the score, and gives full marks where there is none.
    """
    cell.execution_count = None
    # A report has no formulas; a student's message in it may, which a feedback page would typeset.
    html = f'<div class="tex2jax_ignore mathjax_ignore">{report._repr_html_()}</div>'
    cell.outputs = [
        new_output("display_data", {"text/html": html, "text/plain": str(report)}),
        new_output("execute_result", {"text/plain": repr(report.earned)}),
    ]
    facts = report.to_dict()
    kept = ("score", "earned", "passed", "outcome", "misconception")
    cell.metadata[KEY] = {"role": "check", **{key: facts[key] for key in kept}}


def _why_it_stopped(output: CellOutput) -> tuple[str, ...]:
    """Say why a cell did not run to its end, where it did not: its function may never have been defined."""
    if output.error is None:
        return (output.note,) if output.note else ()
    message = " ".join(output.error.message.split())[:200]
    return (f"The cell of this function stopped with {output.error.name}{message and f': {message}'}",)


def _outputs(output: CellOutput, number: int) -> Sequence[NotebookNode]:
    """Turn what a worker's cell showed into outputs: text and pictures, nothing that a browser would run."""
    shown = []
    if output.text:
        shown.append(new_output("stream", name="stdout", text=output.text))
    shown += [
        new_output("display_data", {"image/png": b64encode(image).decode(), "text/plain": "<Figure>"})
        for image in output.images
    ]
    if output.result:
        shown.append(new_output("execute_result", {"text/plain": output.result}, execution_count=number))
    if output.error:
        lines = output.error.traceback.splitlines() or [f"{output.error.name}: {output.error.message}"]
        shown.append(new_output("error", ename=output.error.name, evalue=output.error.message, traceback=lines))
    if output.note:
        shown.append(new_output("stream", name="stdout", text=f"{output.note}\n"))
    return shown
