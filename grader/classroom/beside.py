"""The ordinary files beside a notebook, which are kept with its grade."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from grader.classroom.handed_in import TIMESTAMP

MAX_FILES = 100
"""Files beside a notebook that are kept."""
MAX_BYTES = 20_000_000
"""Bytes of all of them together."""
HOLDS_SCRIPT = frozenset({".html", ".htm", ".xhtml", ".svg", ".xml", ".js", ".mjs", ".py", ".pyc", ".ipynb"})
"""Kinds of files that are not kept: a page could run what is in them, or Python import it."""


def files_beside(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """Give the ordinary files beside a notebook that are kept with its grade, and say what was left out."""
    kept: list[Path] = []
    left, size = 0, 0
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        folders[:] = sorted(name for name in folders if name[:1] != "." and name not in links)
        left += len(links)
        for name in sorted(names):
            path = Path(place, name)
            if name == TIMESTAMP or path.suffix.lower() in HOLDS_SCRIPT or name[:1] == ".":
                continue
            try:
                known = os.lstat(path)
            except OSError:
                left += 1
                continue
            fits = stat.S_ISREG(known.st_mode) and len(kept) < MAX_FILES and size + known.st_size <= MAX_BYTES
            if not fits:
                left += 1
                continue
            size += known.st_size
            kept.append(path)
        if left > MAX_FILES:
            break
    many = f"more than {MAX_FILES}" if left > MAX_FILES else str(left)
    told = f"Files beside the notebook that are no ordinary files, or too many or too large, were left out: {many}."
    return kept, (told,) if left else ()
