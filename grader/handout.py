"""nbgrader's step that empties the solutions, also of questions, values and functions to repair."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

import course
from grader.questions import STUB, is_question


class HandOut(ClearSolutions):
    """Replace each solution by the stub, by what its exercise gives to be repaired, or for a value by nothing."""

    def preprocess_cell(self, cell: NotebookNode, resources: Any, cell_index: int) -> tuple[NotebookNode, Any]:
        """Empty a cell; a question's has the model answer in it."""
        if is_question(cell):
            cell.source = STUB
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)

    def _replace_solution_region(self, cell: NotebookNode, language: str) -> bool:
        above = cell.source.partition(self.begin_solution_delimeter)[0].rstrip("# \n")
        replaced = super()._replace_solution_region(cell, language)
        name = str(cell.metadata.get("nbgrader", {}).get("grade_id"))
        exercise = course.exercises.get(name)
        if replaced and exercise is not None:
            if exercise.repair:
                cell.source = exercise.misconceptions[0].handout
            elif exercise.kind == "value":
                cell.source = above  # it has `...` for a stub; raising below that would stay in the way of the answer
        return replaced
