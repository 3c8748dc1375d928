"""Collecting chapters: the course's own, and the ones that other packages bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

from course.checking.spec import Exercise
from course.errors import CourseError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class ChapterError(CourseError):
    """Chapters that can't be used together, or one that can't be used at all."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's exercises.

    Parameters
    ----------
    folder
        The folder of its notebook: ``"07_conv2d"``.
    names
        What the exercises are called, in the order of the lesson.
    load
        Gives an exercise by its name.
    """

    folder: str
    names: tuple[str, ...]
    load: Callable[[str], Exercise]


class Exercises(Mapping[str, Exercise]):
    """All exercises by name, in the order of the chapters. Each is loaded when it is first asked for.

    Parameters
    ----------
    own
        The course's chapters, in order.
    find_outside
        Finds the chapters of other packages, and tells what is wrong with those that can't be used. It is called when
        all exercises are listed, or one that is not the course's own is expected.

    Raises
    ------
    ChapterError
        If two of the course's exercises have the same name.
    """

    def __init__(self, own: Iterable[Chapter], find_outside: Callable[[], tuple[list[Chapter], list[str]]]) -> None:
        self._own = _by_name(own)
        self._find_outside = find_outside
        self._loaded: dict[str, Exercise] = {}

    @cached_property
    def _outside(self) -> tuple[dict[str, Chapter], list[str]]:
        chapters, problems = self._find_outside()
        found: dict[str, Chapter] = {}
        for chapter in chapters:
            try:
                found |= _by_name((chapter,), {**self._own, **found})
            except ChapterError as error:
                problems.append(str(error))
        return found, problems

    @property
    def problems(self) -> list[str]:
        """What is wrong with chapters of other packages that can't be used."""
        return self._outside[1]

    def chapter(self, name: str) -> str:
        """Give the folder of an exercise's chapter, without loading the exercise."""
        return self._home(name).folder

    def _home(self, name: str) -> Chapter:
        return self._own[name] if name in self._own else self._outside[0][name]

    def __getitem__(self, name: str) -> Exercise:
        if name not in self._loaded:
            home = self._home(name)
            known = self._own if name in self._own else {**self._own, **self._outside[0]}
            elsewhere = {other: chapter.folder for other, chapter in known.items()}
            self._loaded[name] = replace(home.load(name), chapter=home.folder, elsewhere=elsewhere)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._outside[0]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._own, *self._outside[0]))

    def __len__(self) -> int:
        return len(self._own) + len(self._outside[0])


def _by_name(chapters: Iterable[Chapter], taken: Mapping[str, Chapter] = MappingProxyType({})) -> dict[str, Chapter]:
    """Give the chapter of each exercise; a name that is taken is refused."""
    found: dict[str, Chapter] = {}
    for chapter in chapters:
        for name in chapter.names:
            other = found.get(name) or taken.get(name)
            if other:
                raise ChapterError(
                    f"{name} is an exercise of {other.folder} and of {chapter.folder}. "
                    "A name can be used once: rename one of them."
                )
            found[name] = chapter
    return found


def chapter_of(module: ModuleType, folder: str) -> Chapter:
    """Read a chapter from its package, which lists its exercises in ``EXERCISES``.

    A name in this list is an exercise in the module of that name, in lower case, which is imported when the exercise
    is asked for.

    Raises
    ------
    ChapterError
        If it lists none.
    """
    listed: tuple[str | Exercise, ...] = getattr(module, "EXERCISES", ())
    if not listed:
        raise ChapterError(f"{module.__name__} declares no exercises: its __init__.py needs EXERCISES = (...).")
    names = tuple(one if isinstance(one, str) else one.name for one in listed)
    load = partial(_load, module, dict(zip(names, listed, strict=True)))
    return Chapter(folder, names, load)


def _load(module: ModuleType, listed: Mapping[str, str | Exercise], name: str) -> Exercise:
    one = listed[name]
    if isinstance(one, str):
        home = f"{module.__name__}.{name.lower()}"
        one = getattr(import_module(home), "EXERCISE", None)
        if one is None or one.name != name:
            raise ChapterError(f"{module.__name__} lists {name}, so {home} needs EXERCISE = Exercise(name={name!r}).")
    return replace(one, recording=recording_of(module))


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
            chapter = chapter_of(point.load(), point.name)
            exercises = {name: chapter.load(name) for name in chapter.names}  # now: one that can't be used is reported
            chapters.append(replace(chapter, load=exercises.__getitem__))
        except ChapterError as error:
            problems.append(str(error))
        except Exception as error:  # whatever another package does when it is imported
            problems.append(
                f"The chapter {point.name} ({point.value}) can't be imported: {type(error).__name__}: {error}"
            )
    return chapters, problems
