"""Whether a lesson's solutions earn everything and its blanks nothing, without its demonstration cells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from grader.kernel import Kernel, error_of
from grader.lesson import is_exercise, is_setup

ASSESS = """
import json as _json
import course as _course

def _assess(name):
    if name not in globals():
        return 0, "it defines no " + name
    report = _course.assess(globals()[name], name, seed=7)
    return report.score, str(report).partition("\\n")[0]

print(_json.dumps({{name: _assess(name) for name in {names!r}}}))
"""


@dataclass(frozen=True, slots=True)
class WrongScore:
    """A solution that doesn't earn everything, or a blank that earns something.

    Parameters
    ----------
    solved
        Whether it is the solution.
    exercise
        The exercise's name.
    what
        What it earns, and why.
    """

    solved: bool
    exercise: str
    what: str


async def wrong_scores(
    solution: NotebookNode, release: NotebookNode, names: Sequence[str], kernel: Kernel
) -> list[WrongScore]:
    """Assess every exercise twice, solved and blank, and return what doesn't earn what it should.

    Only setup cells and exercises run, as when a submission is graded.

    Parameters
    ----------
    solution, release
        The two notebooks of a lesson.
    names
        Its exercises. Each is assessed as the object of that name.
    kernel
        Where to run them. What it knows is forgotten first.
    """
    sides = {"solved": solution, "blank": release}
    cells = [cell for side, notebook in sides.items() for cell in _graded_part(notebook, names, side)]
    together = nbformat.v4.new_notebook(cells=cells)
    failures = await kernel.run(together)
    by_id = {cell.id: cell for cell in together.cells}
    solved, blank = (_scores(by_id[f"assess-{side}"], names) for side in ("solved", "blank"))
    found = []
    for name in names:
        score, said = solved[name]
        if score != 1:
            stopped = failures.get(f"solved-{name}")
            said = f"the cell {stopped}" if stopped else said
            found.append(WrongScore(True, name, f"{_earns('solution', score)} without the demonstration cells: {said}"))
        score, said = blank[name]
        if score != 0:
            found.append(WrongScore(False, name, f"{_earns('blank', score)}: {said}"))
    return found


def _earns(what: str, score: float | None) -> str:
    return f"the {what} can't be assessed" if score is None else f"the {what} earns {score:.0%}"


def _graded_part(notebook: NotebookNode, names: Sequence[str], side: str) -> Iterator[NotebookNode]:
    yield nbformat.v4.new_code_cell("%reset -f", id=f"forget-{side}")
    for cell in notebook.cells:
        if cell.cell_type == "code" and (is_setup(cell) or is_exercise(cell)):
            yield nbformat.v4.new_code_cell(cell.source, id=f"{side}-{cell.id}")
    yield nbformat.v4.new_code_cell(ASSESS.format(names=list(names)), id=f"assess-{side}")


def _scores(cell: NotebookNode, names: Sequence[str]) -> dict[str, tuple[float | None, str]]:
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            return json.loads(output.text.strip().splitlines()[-1])
    return dict.fromkeys(names, (None, error_of(cell) or "the kernel has ended."))
