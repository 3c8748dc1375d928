"""Reading ``class.toml``: every mistake in it is one plain sentence."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from grader.class_settings import checks
from grader.class_settings.checks import Check, Unfit, nearest, with_article
from grader.class_settings.settings import CLASS_TOML, ClassSettings
from grader.errors import GraderError

_TABLES = ("deadlines", "exercises", "points", "questions", "late", "homework", "grading")


class ClassTomlError(GraderError, ValueError):
    """``class.toml`` can't be read, or something in it is not what is expected.

    Parameters
    ----------
    path
        The file.
    key
        The key, with its table: ``"points.linear"``; empty where it is about the file.
    problem
        What came and what is expected.
    """

    def __init__(self, path: Path, key: str, problem: str, received: Any = None) -> None:
        end = "" if problem.endswith((".", "?")) else "."
        place = f"{path}: {key}" if key else str(path)
        super().__init__(f"{place} {problem}{end}", name=key, received=received)
        self.path = path


class _Table:
    """A table of the file: what is asked for is taken out, and what is left is unknown."""

    def __init__(self, path: Path, name: str, content: Any) -> None:
        if not isinstance(content, dict):
            raise ClassTomlError(
                path, name, f"is {content!r}; a table is expected: a line [{name}] with its keys below"
            )
        self.path, self.name, self.content = path, name, content
        self.asked: list[str] = []

    def take(self, key: str, check: Check, default: Any) -> Any:
        """Give the checked value of a key, or the default."""
        self.asked.append(key)
        if key not in self.content:
            return default
        return self._checked(key, check)

    def each(self, known: Collection[str], thing: str, check: Check) -> dict[str, Any]:
        """Give the checked values of all keys, which are known names of things."""
        for key in self.content:
            if key not in known:
                self._refuse(key, f"is not {with_article(thing)} of this class.{nearest(key, known)}", key)
        return {key: self._checked(key, check) for key in self.content}

    def close(self, tables: Iterable[str] = ()) -> None:
        """Refuse what was not asked for."""
        known = [*self.asked, *tables]
        for key in self.content:
            if key not in known:
                self._refuse(key, f"is not a setting.{nearest(key, known)}", key)

    def _checked(self, key: str, check: Check) -> Any:
        value = self.content[key]
        try:
            return check(value)
        except Unfit as error:
            shown = str(value) if hasattr(value, "isoformat") else repr(value)
            self._refuse(key, f"is {shown if len(shown) <= 60 else shown[:59] + '…'}; {error}", value)

    def _refuse(self, key: str, problem: str, received: Any) -> None:
        raise ClassTomlError(self.path, f"{self.name}.{key}" if self.name else key, problem, received)


def read_class(path: Path, chapters: Mapping[str, Collection[str]] | None = None) -> ClassSettings:
    """Read and check the settings of a class.

    Parameters
    ----------
    path
        ``class.toml``, or the folder with it.
    chapters
        The exercises of each chapter. By default the course's.

    Raises
    ------
    ClassTomlError
        If it can't be read, or has unknown keys or values that do not fit.
    """
    path = path / CLASS_TOML if path.is_dir() else path
    chapters = chapters_of_the_course() if chapters is None else chapters
    content = _load(path)
    top = _Table(path, "", content)
    zone = top.take("timezone", checks.timezone, UTC)
    used = top.take("chapters", checks.several(list(chapters), "chapter"), tuple(chapters))
    exercises = [name for chapter in used for name in chapters[chapter]]
    named = {
        "name": top.take("name", checks.name, ClassSettings().name),
        "exchange": top.take("exchange", checks.text, ""),
        "gradebook": top.take("gradebook", checks.text, ""),
    }
    top.close(_TABLES)
    tables = {name: _Table(path, name, content.get(name, {})) for name in _TABLES}
    chosen = {
        chapter: tables["exercises"].take(chapter, checks.several(list(chapters[chapter]), "exercise"), None)
        for chapter in used
    }
    tables["exercises"].each(used, "chapter", lambda value: value)
    settings = ClassSettings(
        **named,
        chapters=used,
        exercises={chapter: names for chapter, names in chosen.items() if names is not None},
        points=tables["points"].each(exercises, "exercise", checks.number(0, math.inf)),
        questions=tables["questions"].each(used, "chapter", checks.number(0, math.inf, above=True)),
        deadlines=tables["deadlines"].each(used, "chapter", checks.moment(zone)),
        **_scalars(tables),
    )
    for name in settings.points:
        chapter = next(chapter for chapter in used if name in chapters[chapter])
        if not settings.counts(chapter, name):
            raise ClassTomlError(path, f"points.{name}", f"is set, but exercises.{chapter} does not name {name}")
    return settings


def chapters_of_the_course() -> dict[str, list[str]]:
    """Give the exercises of every chapter of the installed course."""
    from course.chapters import EXERCISES

    found: dict[str, list[str]] = {}
    for name in EXERCISES:
        found.setdefault(EXERCISES.chapter(name), []).append(name)
    return found


def zone_of(folder: Path) -> tzinfo:
    """Give the time zone of a class; UTC where there is no ``class.toml``."""
    path = folder / CLASS_TOML
    return _Table(path, "", _load(path)).take("timezone", checks.timezone, UTC) if os.path.lexists(path) else UTC


def _scalars(tables: Mapping[str, _Table]) -> dict[str, Any]:
    """Read the tables whose keys are fixed."""
    wanted: dict[str, dict[str, Check]] = {
        "late": {"percent_per_day": checks.number(0, 100), "at_most": checks.number(0, 100)},
        "homework": dict.fromkeys(("solution", "hints", "verdict_only"), checks.switch),
        "grading": {
            "seconds": checks.number(0, math.inf, above=True),
            "memory_mb": checks.number(64, math.inf, whole=True),
            "locating_seconds": checks.number(0, math.inf),
            "seed": checks.number(0, 2**32 - 1, whole=True),
        },
    }
    usual, found = ClassSettings(), {}
    for table, keys in wanted.items():
        for key, check in keys.items():
            found[key] = tables[table].take(key, check, getattr(usual, key))
        tables[table].close()
    return found


def _load(path: Path) -> dict[str, Any]:
    if path.exists() and not path.is_file():
        raise ClassTomlError(path, "", "is not a file; the settings of the class are expected there")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        problem = "does not exist. `grader init FOLDER` makes a class folder with one"
    except OSError as error:
        problem = f"can't be read: {error.strerror}"
    except UnicodeDecodeError:
        problem = "can't be read: it is not UTF-8. Save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        problem = f"is not valid TOML: {str(error).rstrip('.')}"
    except (ValueError, RecursionError):  # a number of thousands of digits, or thousands of brackets
        problem = "can't be read: a number in it is too long, or brackets are nested too deeply"
    raise ClassTomlError(path, "", problem)
