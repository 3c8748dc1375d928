"""What a class has switched off in its notebooks: solutions, hints, or all of a report but its verdict.

A class's release carries the switches in its metadata, and the course obeys them where such a notebook is in the
working directory. They don't keep anyone from reading the installed course, which contains the solutions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from course.checking import render
from course.checking.document import Aside, Document, Line, Role, say
from course.checking.report import Report

KEY = "layer_by_layer"
"""Where a release's metadata has the switches, next to the class's name under ``class``."""


@dataclass(frozen=True, slots=True)
class ClassRules:
    """The rules of a class for its notebooks.

    Parameters
    ----------
    name
        The class; empty where there is none.
    solution, hints
        Whether solutions and hints are shown.
    verdict_only
        Whether a check says no more than right or not.
    """

    name: str = ""
    solution: bool = True
    hints: bool = True
    verdict_only: bool = False

    @property
    def who(self) -> str:
        """Name the class in a sentence."""
        return f"your class ({self.name})" if self.name else "your class"


NO_RULES = ClassRules()


def rules_in(folder: Path) -> ClassRules:
    """Read the rules of a class from the notebooks in a folder; of several, the stricter.

    Parameters
    ----------
    folder
        Where a notebook runs.
    """
    rules = NO_RULES
    for path in sorted(folder.glob("*.ipynb")):
        try:
            found = json.loads(path.read_text("utf-8"))["metadata"].get(KEY)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):  # it is not a notebook
            continue
        if isinstance(found, dict) and isinstance(found.get("class"), str):
            rules = ClassRules(
                found["class"],
                rules.solution and found.get("solution") is not False,
                rules.hints and found.get("hints") is not False,
                rules.verdict_only or found.get("verdict_only") is True,
            )
    return rules


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A report as a class's rules let it be seen."""

    document: Document

    def __repr__(self) -> str:
        return render.text(self.document)

    def _repr_html_(self) -> str:
        return render.html(self.document)


def as_ruled(report: Report, rules: ClassRules) -> Report | Shown:
    """Leave out of a report what a class has switched off, and say so."""
    if rules.verdict_only:
        off = Line(Role.NOTE, say("{} shows only the verdict.", _capitalised(rules.who)))
        return Shown(Document(report.document.state, (*report.document.of(Role.VERDICT), off)))
    if rules.hints:
        return report
    lines = tuple(
        Line(line.role, tuple(piece for piece in line.pieces if not _offers_a_hint(piece)))
        for line in report.document.lines
    )
    return Shown(Document(report.document.state, lines))


def _offers_a_hint(piece: object) -> bool:
    return isinstance(piece, Aside) and "hint(" in piece.text


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
