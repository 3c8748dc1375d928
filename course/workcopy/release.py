"""The student notebooks that come with the installed course."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of the package `course`."""

_CHAPTER = re.compile(r"\d\d_\w+")


def course_version() -> str:
    """Return the version of the installed course."""
    try:
        return importlib.metadata.version("layer-by-layer")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def source_root() -> Path | None:
    """Return the source tree that the course is imported from, or None for an installed package."""
    root = PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "notebooks").is_dir() else None


def released_notebooks() -> Path:
    """Return the folder of the student notebooks: the source tree's, or the one in the wheel."""
    root = source_root()
    return root / "notebooks" if root else PACKAGE / "_notebooks"


def read_release(notebooks: Path) -> Iterator[tuple[str, bytes]]:
    """Read every file of every chapter; hidden files and caches are left out.

    Yields
    ------
    name, content
        The file's path relative to `notebooks`, such as ``"01_linear/linear.ipynb"``, and its bytes.
    """
    for path in sorted(notebooks.rglob("*")):
        name = path.relative_to(notebooks)
        hidden = any(part.startswith((".", "__")) for part in name.parts)
        if not hidden and len(name.parts) > 1 and _CHAPTER.fullmatch(name.parts[0]) and path.is_file():
            yield name.as_posix(), path.read_bytes()
