"""Layer by Layer: write each layer in NumPy, and find out at once whether it matches PyTorch.

The names a notebook needs::

    from course import check, hint, solution, progress, table, case

Everything is loaded when it is first used, so importing the course costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course import cost as cost
    from course import functional as functional
    from course.chapters import EXERCISES as exercises
    from course.checking.report import Report as Report
    from course.figures.explore import explore as explore
    from course.notebook import CheckFailed, assess, case, check, hint, progress, solution, table

if sys.version_info < (3, 11):  # noqa: UP036  pip refuses an older one, and a copied folder is not asked
    raise ImportError("Layer by Layer needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))

__all__ = [
    "CheckFailed",
    "Report",
    "assess",
    "case",
    "check",
    "cost",
    "exercises",
    "explore",
    "functional",
    "hint",
    "progress",
    "solution",
    "table",
]

_HOMES = {
    "exercises": ("course.chapters", "EXERCISES"),
    "explore": ("course.figures.explore", "explore"),
    "Report": ("course.checking.report", "Report"),
    **{
        name: ("course.notebook", name)
        for name in ("CheckFailed", "assess", "case", "check", "hint", "progress", "solution", "table")
    },
}


def __getattr__(name: str) -> Any:
    if name in ("cost", "functional"):
        return import_module(f"course.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'course' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value  # asked once
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
