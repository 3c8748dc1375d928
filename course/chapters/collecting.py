"""Collecting chapters: the course's own, and the ones that other packages bring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

from course.checking.spec import Exercise
from course.errors import CourseError


class ChapterError(CourseError):
    """Chapters that can't be used together, or one that can't be used at all."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's exercises.

    Parameters
    ----------
    folder
        The folder of its notebook: ``"07_conv2d"``.
    exercises
        In the order of the lesson.
    """

    folder: str
    exercises: tuple[Exercise, ...]


def chapter_of(module: ModuleType, folder: str) -> Chapter:
    """Read a chapter from its package, which names its exercises in ``EXERCISES``.

    Raises
    ------
    ChapterError
        If it declares none.
    """
    declared = getattr(module, "EXERCISES", ())
    if not declared:
        raise ChapterError(f"{module.__name__} declares no exercises: its __init__.py needs EXERCISES = (...).")
    answers = recording_of(module)
    return Chapter(folder, tuple(replace(one, chapter=folder, recording=answers) for one in declared))


def recording_of(module: ModuleType) -> Path | None:
    """Name the file of PyTorch's recorded answers to a chapter: ``answers.npz`` in the folder of its package.

    The course's own are together, in ``course/answers``.
    """
    if not module.__dict__.get("__file__"):
        return None
    home = Path(module.__dict__["__file__"]).parent
    if home.parent == Path(__file__).parent:
        return home.parents[1] / "answers" / f"{home.name}.npz"
    return home / "answers.npz"


def exercises_by_name(chapters: Iterable[Chapter]) -> dict[str, Exercise]:
    """Put all exercises into one mapping.

    Raises
    ------
    ChapterError
        If two have the same name.
    """
    found: dict[str, Exercise] = {}
    for chapter in chapters:
        for exercise in chapter.exercises:
            other = found.setdefault(exercise.name, exercise)
            if other is not exercise:
                raise ChapterError(
                    f"{exercise.name} is an exercise of {other.chapter} and of {chapter.folder}. "
                    "A name can be used once: rename one of them."
                )
    chapters_of = {name: exercise.chapter for name, exercise in found.items()}
    return {name: replace(exercise, elsewhere=chapters_of) for name, exercise in found.items()}


def chapters_outside(entry_points: Iterable[EntryPoint]) -> tuple[list[Chapter], list[str]]:
    """Load the chapters of other packages, and tell what is wrong with those that can't be loaded.

    Parameters
    ----------
    entry_points
        Each named like the folder of the chapter's notebook, ``40_fourier``, and pointing to its package.
    """
    chapters: list[Chapter] = []
    problems: list[str] = []
    for point in sorted(entry_points, key=lambda point: point.name):
        try:
            chapters.append(chapter_of(point.load(), point.name))
        except ChapterError as error:
            problems.append(str(error))
        except Exception as error:  # whatever another package does when it is imported
            problems.append(
                f"The chapter {point.name} ({point.value}) can't be imported: {type(error).__name__}: {error}"
            )
    return chapters, problems
