"""The files that git tracks: held against freshly built ones, and replaced where they differ."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.drift import differences, keep_equal
from grader.lesson import Problem


def drift(root: Path, fresh: Path, notebooks: Sequence[Path]) -> Iterator[Problem]:
    """Find where committed files differ from fresh ones.

    Parameters
    ----------
    root
        The course's root.
    fresh
        A folder with the same layout, where they have been built.
    notebooks
        The paths of the notebooks in either. Whatever else was built beside them is compared, too.
    """
    for file in notebooks:
        committed = root / file
        if not committed.exists():
            yield Problem(file.as_posix(), "", "is missing; grader build makes it.")
            continue
        try:
            found = differences(read_notebook(committed), read_notebook(fresh / file))
        except ValueError as error:
            yield Problem(file.as_posix(), "", f"{error} grader build makes it anew.")
        else:
            yield from (Problem(file.as_posix(), difference.cell, difference.what) for difference in found)
    for file in _assets(fresh, notebooks):
        if not _same_bytes(root / file, fresh / file):
            yield Problem(file.as_posix(), "", "is not the lesson's file; grader build copies it.")


def install(root: Path, fresh: Path, notebooks: Sequence[Path]) -> list[str]:
    """Write what differs from the committed files. A file without a difference is not touched.

    Parameters
    ----------
    root, fresh, notebooks
        As in `drift`.

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
        except (FileNotFoundError, ValueError):
            pass  # none yet, or one that no program reads
        write_notebook(root / file, built)
        written.append(file.as_posix())
    for file in _assets(fresh, notebooks):
        if not _same_bytes(root / file, fresh / file):
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fresh / file, root / file)
            written.append(file.as_posix())
    return written


def _assets(fresh: Path, notebooks: Sequence[Path]) -> list[Path]:
    """List the files that nbgrader copied beside the notebooks."""
    found = {path.relative_to(fresh) for file in notebooks for path in (fresh / file.parent).rglob("*")}
    return sorted(path for path in found - set(notebooks) if (fresh / path).is_file())


def _same_bytes(one: Path, other: Path) -> bool:
    return one.exists() and one.read_bytes() == other.read_bytes()


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook as it is, without repairing it.

    Raises
    ------
    ValueError
        If it isn't a notebook.
    """
    try:
        notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        nbformat.validate(notebook)
    except (nbformat.ValidationError, ValueError, TypeError, KeyError, AttributeError):
        raise ValueError("can't be read as a notebook;") from None
    return notebook


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook as nbgrader does, and make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")
