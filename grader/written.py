"""How the answers of a notebook are written: which cells run, where exercises end, and which cell defines a name."""

from __future__ import annotations

from collections.abc import Sequence

from course.checking.student_code import binds, names_bound
from grader.cell_roles import nbgrader_metadata, role
from grader.node import AnyNode

RUNS = frozenset({"setup", "solution", "extra"})


class Written:
    """How the answers of a submission are written: it takes longer to read them than to find that they are right.

    Parameters
    ----------
    code, lesson
        The cells that are run, and the code cells that are not.
    """

    def __init__(self, code: Sequence[AnyNode], lesson: Sequence[AnyNode]) -> None:
        self.code, self.lesson = code, lesson
        self._defining: dict[str, AnyNode | None] = {}

    def cell(self, name: str) -> AnyNode | None:
        """Give the cell that defines a graded name."""
        if name not in self._defining:
            self._defining[name] = defining_cell(self.code, name)
        return self._defining[name]

    def source(self, name: str) -> str:
        """Give the text of this cell."""
        return getattr(self.cell(name), "source", "")

    def demonstrated(self) -> set[str]:
        """Name what only demonstration cells define, which are not run."""
        return _names(self.lesson) - _names(self.code)


def key_of(cell: AnyNode) -> str:
    """Give the id of a cell in the gradebook; empty where it has none."""
    return nbgrader_metadata(cell).get("grade_id", "")


def cells_that_run(cells: Sequence[AnyNode]) -> list[AnyNode]:
    """Give the cells of a rebuilt or graded notebook whose code runs."""
    return [cell for cell in cells if cell.cell_type == "code" and role(cell) in RUNS]


def exercises_end(cells: Sequence[AnyNode]) -> int:
    """Give the place behind the last cell that belongs to an exercise."""
    ends = (place for place, cell in enumerate(cells, start=1) if role(cell) in ("solution", "restored", "check"))
    return max(ends, default=0)


def defining_cell(code: Sequence[AnyNode], name: str) -> AnyNode | None:
    """Give the cell that defines a graded name last; where none is seen to, the one that should."""
    own = [cell for cell in code if role(cell) == "solution" and key_of(cell) == name]
    later = code[code.index(own[0]) :] if own else code
    return next((cell for cell in reversed(later) if binds(cell.source, name)), own[0] if own else None)


def _names(cells: Sequence[AnyNode]) -> set[str]:
    """Name what code cells define."""
    return {name for cell in cells for name in names_bound(cell.source)}
