"""Writing what belongs to a grade: the notebook with its reports, and the ordinary files that came with it."""

from __future__ import annotations

import os
from pathlib import Path

from grader.beside import MAX_BYTES, files_beside, is_taken, read_start, write_copy
from grader.classroom.handed_in import TIMESTAMP
from grader.errors import GraderError
from grader.removing import remove_file, remove_folder, replace_file

READ_ONLY = 0o444
"""The mode in which nbgrader leaves graded files."""


class NotWritten(GraderError):
    """A graded notebook could not be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} could not be written ({error.strerror}). What was graded is kept; run it again.")


def write_graded(graded: Path, notebook: str, content: bytes, submitted: Path, timestamp: str) -> None:
    """Write a graded notebook into its folder; a reader sees the former or the new one, and never a part of it.

    Parameters
    ----------
    graded
        ``autograded/STUDENT/ASSIGNMENT``.
    notebook
        The notebook's name without ``.ipynb``.
    content
        The notebook.
    submitted
        The folder with the submission, from which ordinary files are copied.
    timestamp
        When it was handed in; empty where that is not known.

    Raises
    ------
    NotWritten
        If the disk is full, or the folder can't be written.
    """
    try:
        graded.mkdir(parents=True, exist_ok=True)
        _remove_files_of_former(graded)
        for path in files_beside(submitted)[0]:
            try:
                beside = read_start(path, MAX_BYTES)
            except OSError:  # something else by now: only what can't be written stops a class
                continue
            write_copy(graded / path.relative_to(submitted), beside)
        write_time(graded, timestamp)
        _replace(graded / f"{notebook}.ipynb", content)
    except OSError as error:
        raise NotWritten(graded, error) from None


def _remove_files_of_former(graded: Path) -> None:
    """Remove what an earlier submission had next to its notebook: a file may be in the way of a folder."""
    with os.scandir(graded) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                remove_folder(graded / entry.name)
            elif not is_taken(entry.name):
                remove_file(graded / entry.name)


def write_time(graded: Path, timestamp: str) -> None:
    """Write when something was handed in next to its grade."""
    try:
        if timestamp:
            _replace(graded / TIMESTAMP, timestamp.encode())
        else:
            remove_file(graded / TIMESTAMP)
    except OSError as error:
        raise NotWritten(graded, error) from None


def remove_feedback(folder: Path) -> None:
    """Remove feedback on an earlier grade; nbgrader would take it for up to date.

    Raises
    ------
    NotWritten
        If it can't be removed.
    """
    try:
        remove_folder(folder)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise NotWritten(folder, error) from None


def _replace(path: Path, content: bytes) -> None:
    new = path.with_name(f".{path.name}.new")  # always the same: what a killed run has left is overwritten
    try:
        write_copy(new, content)
        new.chmod(READ_ONLY)
        replace_file(new, path)
    except BaseException:
        remove_file(new)
        raise
