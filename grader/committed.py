"""The committed files of a lesson: compared with freshly built ones, and replaced where they differ."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.lesson import Problem
from grader.notebook_diff import differences, keep_equal
from grader.notebook_files import UnreadableNotebook, read_notebook, write_notebook


def compare_committed(root: Path, fresh: Path, notebooks: Sequence[Path]) -> Iterator[Problem]:
    """Find where committed files differ from fresh ones.

    Parameters
    ----------
    root
        The course's root.
    fresh
        A folder with the same layout, in which they have just been built.
    notebooks
        The paths of the notebooks, relative to both. Other files that were built next to them are compared too.

    Yields
    ------
    Problem
        One for each difference.
    """
    for file in notebooks:
        committed = root / file
        if not committed.exists():
            yield Problem(file.as_posix(), "", "is missing; grader build makes it.")
            continue
        try:
            found = differences(read_notebook(committed), read_notebook(fresh / file))
        except UnreadableNotebook:
            yield Problem(file.as_posix(), "", "can't be read as a notebook; grader build makes it again.")
        else:
            yield from (Problem(file.as_posix(), difference.cell, difference.what) for difference in found)
    for file in _assets(fresh, notebooks):
        if not _same_bytes(root / file, fresh / file):
            yield Problem(file.as_posix(), "", "is not the lesson's file; grader build copies it.")


def update_committed(root: Path, fresh: Path, notebooks: Sequence[Path]) -> list[str]:
    """Replace the committed files that differ from fresh ones. A file without a difference is not touched.

    Parameters
    ----------
    root, fresh, notebooks
        As in `compare_committed`.

    Returns
    -------
    list of str
        The files that were written.
    """
    written = []
    for file in notebooks:
        built = read_notebook(fresh / file)
        try:
            committed = read_notebook(root / file)
            if not differences(committed, built):
                continue
            built = keep_equal(committed, built)
        except (FileNotFoundError, UnreadableNotebook):
            pass  # there is nothing to keep
        write_notebook(root / file, built)
        written.append(file.as_posix())
    for file in _assets(fresh, notebooks):
        if not _same_bytes(root / file, fresh / file):
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fresh / file, root / file)
            written.append(file.as_posix())
    return written


def _assets(fresh: Path, notebooks: Sequence[Path]) -> list[Path]:
    """List the files that nbgrader copied next to the notebooks."""
    found = {path.relative_to(fresh) for file in notebooks for path in (fresh / file.parent).rglob("*")}
    return sorted(path for path in found - set(notebooks) if (fresh / path).is_file())


def _same_bytes(one: Path, other: Path) -> bool:
    return one.exists() and one.read_bytes() == other.read_bytes()
