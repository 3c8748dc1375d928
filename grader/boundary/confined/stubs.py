"""What a student's cells find instead of `course` and torch where answers are graded."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

SILENT = ("check", "assess", "case", "hint", "solution", "progress", "table", "explore")
"""Functions of the course that a graded notebook may call; here they do nothing."""

_ABSENT = frozenset({"course", "functorch", "grader", "torch", "torchgen", "torchinfo", "torchvision"})


class _Course(ModuleType):
    """A `course` without answers."""

    def __init__(self) -> None:
        super().__init__("course", "The course's stand-in where answers are graded.")
        self.__path__ = []  # a package, so that `import course.x` reaches the finder below
        for name in SILENT:
            setattr(self, name, _silent(name))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"course.{name} is not available where answers are graded.")


def _silent(name: str) -> Any:
    def function(*args: Any, **kwargs: Any) -> None:
        return None

    function.__name__ = function.__qualname__ = name
    return function


class _Absent:
    """Finds no module of the course, and none of torch."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] in _ABSENT:
            raise ModuleNotFoundError(
                f"{name} is not available where answers are graded: graded work is NumPy.", name=name
            )
        return None


class _Readable:
    """Finds modules as Python does, but not those whose files a confined process may not read.

    They are installed next to the course's own, so a student's `except ImportError` must see them as missing.
    """

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.has_location and spec.origin:
            try:
                open(spec.origin, "rb").close()
            except PermissionError:
                raise ModuleNotFoundError(f"{name} is not available where answers are graded.", name=name) from None
        return spec


def install() -> None:
    """Put the stand-ins in place, for the whole process."""
    sys.modules["course"] = _Course()
    sys.meta_path.insert(0, _Absent)
    sys.meta_path.insert(sys.meta_path.index(PathFinder), _Readable)
