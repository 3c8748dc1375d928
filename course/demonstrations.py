"""Names that only demonstration cells of a notebook define: where answers are graded, these cells are not run."""

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
    for path in sorted(folder.glob("*.ipynb")):
        try:
            cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
            if any(_grade_id(cell) == exercise for cell in cells):
                return _bound(cells, demonstrations=True) - _bound(cells, demonstrations=False)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # it is no notebook, whatever it is called
            continue
    return set()


def _bound(cells: list[dict[str, Any]], *, demonstrations: bool) -> set[str]:
    chosen = (cell for cell in cells if _is_demonstration(cell) is demonstrations)
    return {name for cell in chosen for name in names_bound("".join(cell["source"]))}


def _is_demonstration(cell: dict[str, Any]) -> bool:
    setup = "setup" in cell["metadata"].get("tags", ())
    return not _grade_id(cell) and not setup and not _ADDED.fullmatch(cell.get("id", "00000000"))


def _grade_id(cell: dict[str, Any]) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")
