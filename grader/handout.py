"""nbgrader's step that empties the solutions, for exercises that hand out something to repair as well."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

import course
from course.written import written


class HandOut(ClearSolutions):
    """Replace each solution by the stub, or by what its exercise gives the student to repair."""

    def _replace_solution_region(self, cell: NotebookNode, language: str) -> bool:
        replaced = super()._replace_solution_region(cell, language)
        name = str(cell.metadata.get("nbgrader", {}).get("grade_id"))
        given = getattr(course.exercises.get(name), "given", None)
        if replaced and given is not None:
            cell.source = written(given, name)
        return replaced
