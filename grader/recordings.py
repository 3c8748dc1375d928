"""PyTorch's answers to the cases of a notebook's checks: recorded as data, and compared with PyTorch itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from course.checking import oracle
from course.checking.answers import Answers
from course.checking.compare import compare
from course.checking.prepared import Prepared
from course.checking.recording import UnreadableRecording, read_recording, recorded_names, written
from course.checking.runner import RECORDED_SEED
from course.checking.spec import Exercise
from course.workcopy.safe_write import overwrite
from grader.lesson import Problem

CLOSE = 1e-9
"""What two machines may differ by: they round the last digit differently."""


def keep_recordings(exercises: Iterable[Exercise], root: Path, *, check: bool) -> tuple[list[str], list[Problem]]:
    """Record PyTorch's answers again where they are no longer what PyTorch gives, or only say so.

    Parameters
    ----------
    exercises
        Exercises of one chapter or several. Chapters whose package is elsewhere than under `root` are left out.
    root
        The course's root.
    check
        Write nothing, and count every difference as a problem.

    Returns
    -------
    list of str, list of Problem
        The files that were written, and what is wrong.
    """
    files: list[str] = []
    problems: list[Problem] = []
    asked = [one for one in exercises if one.recording and one.recording.is_relative_to(root)]
    for path, chapter in groupby(asked, key=lambda one: one.recording):
        assert path
        name, wanted = path.relative_to(root).as_posix(), [one for one in chapter if one.oracle]
        if not oracle.available():
            problems.append(Problem(name, "", "was not compared: PyTorch is not installed here."))
            continue
        live = {one.name: Prepared(one, RECORDED_SEED).own_answers() for one in wanted}
        wrong = list(_differences(path, wanted, live))
        if check:
            problems += [Problem(name, "", f"{what}; grader build records it again.") for what in wrong]
        elif wrong:
            path.parent.mkdir(parents=True, exist_ok=True)
            overwrite(path, written(live))
            files.append(name)
    return files, problems


def _differences(path: Path, exercises: list[Exercise], live: dict[str, Answers]) -> Iterator[str]:
    """Say for each exercise in what its recorded answers are not what PyTorch gives now."""
    if set(recorded_names(path)) - set(live):
        yield "has answers to exercises that are no longer there"
    for exercise in exercises:
        new = live[exercise.name]
        try:
            old = read_recording(path, exercise.name)
        except UnreadableRecording:
            yield "can't be read"
            return
        if old is None:
            yield f"has no answers to {exercise.name}"
        elif old.cases != new.cases:
            yield f"answers other cases of {exercise.name}"
        elif (old.from_pytorch, old.version) != (new.from_pytorch, new.version):
            yield f"has answers to {exercise.name} by version {old.version}, and {new.version} is installed"
        elif not all(map(_close, old.expected, new.expected, [exercise] * len(new.expected))):
            yield f"has other answers to {exercise.name} than PyTorch gives"


def _close(old: object, new: object, exercise: Exercise) -> bool:
    found = compare(old, new, exercise.returns)
    return found.right and found.largest < CLOSE
