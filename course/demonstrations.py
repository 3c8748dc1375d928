"""What the cells of a saved notebook define, where it matters in class.

Names that only demonstration cells define are missing there: these cells are not run. A graded name that a later cell
defines again means what that cell makes of it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from course.checking.student_code import names_bound

# The release's cells are called after their headings; what is added in Jupyter has an id like 3f9a1c02 or a UUID.
_ADDED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")


def demonstrated_names(exercise: str, folder: Path) -> set[str]:
    """Name what only demonstration cells define, in the notebook of a folder that has an exercise.

    Parameters
    ----------
    exercise
        Its name, which its cell has.
    folder
        Where the notebook was saved. Without one nothing is known, and the answer is empty.
    """
    cells = _cells(exercise, folder)
    return _bound(cells, demonstrations=True) - _bound(cells, demonstrations=False)


def defined_again(exercise: str, folder: Path) -> bool:
    """Tell whether a later cell than the exercise's own, which is run in class as well, defines its name again.

    Parameters
    ----------
    exercise
        Its name, which its cell has.
    folder
        Where the notebook was saved. Without one nothing is known, and the answer is False.
    """
    cells = _cells(exercise, folder)
    own = next((i for i, cell in enumerate(cells) if _grade_id(cell) == exercise), len(cells))
    return exercise in _bound(cells[own + 1 :], demonstrations=False)


def _cells(exercise: str, folder: Path) -> list[dict[str, Any]]:
    """Read the code cells of the notebook in a folder that has an exercise; none where there is no such notebook."""
    for path in sorted(folder.glob("*.ipynb")):
        try:
            cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
            if any(_grade_id(cell) == exercise for cell in cells):
                _bound(cells, demonstrations=False)  # it raises where a cell is none
                return cells
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # not a notebook, whatever it is called
            continue
    return []


def _bound(cells: list[dict[str, Any]], *, demonstrations: bool) -> set[str]:
    chosen = (cell for cell in cells if _is_demonstration(cell) is demonstrations)
    return {name for cell in chosen for name in names_bound("".join(cell["source"]))}


def _is_demonstration(cell: dict[str, Any]) -> bool:
    setup = "setup" in cell["metadata"].get("tags", ())
    return not _grade_id(cell) and not setup and not _ADDED.fullmatch(cell.get("id", "00000000"))


def _grade_id(cell: dict[str, Any]) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")
