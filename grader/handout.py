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
        exercise = course.exercises.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if replaced and exercise is not None and exercise.given is not None:
            cell.source = written(exercise.given, exercise.name)
        return replaced
