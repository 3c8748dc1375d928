"""A report: what a check found, which renders itself as text, as HTML and as plain data."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course.checking import render
from course.checking.comparison import Unit
from course.checking.document import Aside, Document, Role
from course.checking.findings import outcome_of_unit
from course.checking.result import CaseResult, CheckResult
from course.checking.words.story import tell


@dataclass(frozen=True, repr=False)
class Report(CheckResult):
    """The result of checking one answer to one exercise.

    Renders as text with ``str`` and as HTML in a notebook. See `course.checking.result.CheckResult` for the fields.
    """

    @cached_property
    def document(self) -> Document:
        """The report in words, before it is laid out."""
        return tell(self)

    @property
    def verdict(self) -> str:
        """The first line: right or not, how many cases, how many points."""
        return " ".join(render.text_line(line).strip() for line in self.document.of(Role.VERDICT))

    @property
    def step(self) -> str:
        """What to do next, in a sentence or two; empty where the answer is right."""
        steps = (piece for line in self.document.of(Role.STEP) for piece in line.pieces if not isinstance(piece, Aside))
        return render.sentence(steps)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data: dicts, lists, numbers, strings, None. Numbers are exact."""
        asked, facts = _plain(self.asked), _plain_fields(self)
        derived = {
            "exercise": asked.pop("name"),
            "cases": [_case(case) for case in self.cases],
            "passed": self.passed,
            "score": self.score,
            "earned": self.earned,
            "outcome": str(self.outcome),
            "misconception": self.misconception,
            "misconceptions": list(self.misconceptions),
            "line": self.line,
            "largest_difference": self.largest_difference,
            "text": str(self),
        }
        facts.pop("asked")
        return {**asked, **facts, **derived}

    @cached_property
    def text(self) -> str:
        """The report in at most twelve lines of plain text."""
        return render.text(self.document)

    @cached_property
    def html(self) -> str:
        """The report as a piece of a page."""
        return render.html(self.document)

    def __str__(self) -> str:
        """Give the report in at most twelve lines of plain text."""
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.html


def _case(case: CaseResult) -> dict[str, Any]:
    return {**_plain_fields(case), "outcome": str(case.outcome), "passed": case.passed}


def _plain_fields(facts: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(facts, field.name)) for field in dataclasses.fields(facts)}


def _plain(value: Any) -> Any:
    if isinstance(value, Unit):
        return {"name": value.name, "outcome": str(outcome_of_unit(value)), **_plain_fields(value.found)}
    if dataclasses.is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return str(value)
    return _finite_or_text(value)


def _finite_or_text(number: Any) -> Any:
    """Give a number as JSON can carry it: NaN, infinities and complex numbers as text."""
    if isinstance(number, complex):
        return str(number)
    return str(number) if isinstance(number, float) and not math.isfinite(number) else number
