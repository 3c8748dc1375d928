"""A trap, and the symptom that it must fit."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from course.calling.endings import Raised
from course.checking.comparison import Mismatch
from course.checking.student_code import StudentCode, line_of


@dataclass(frozen=True, slots=True)
class Trap:
    """A trap in one line of the student's code.

    Parameters
    ----------
    line, source
        The line and its text.
    effect
        What the line does, in a sentence with code between backticks.
    step
        What to do next.
    certain
        True where the step is better than a known mistake's: the mistake has this cause here.
    first
        True where it is reported before anything else: the code may be right, and is not where it can work.
    unused
        The argument that is never used, where this is the trap.
    kind
        A short name, under which a class's traps are counted: ``"not-copied"``.
    """

    line: int
    source: str
    effect: str
    step: str
    certain: bool = False
    first: bool = False
    unused: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Symptom:
    """How an answer is wrong, as far as a trap may fit it.

    Parameters
    ----------
    error
        What was raised.
    found
        What is wrong with the first wrong result.
    changed
        Whether arguments were changed.
    passed
        Names of the arguments of the call.
    elsewhere
        The chapters of the exercises, by name.
    chapter
        The chapter of this one.
    demonstrated
        Names that only demonstration cells define, where answers are graded.
    arguments
        The arguments of the call.
    parameters
        Names of the exercise's parameters, in order.
    required
        Those without a default.
    """

    error: Raised | None = None
    found: Mismatch | None = None
    changed: bool = False
    passed: Collection[str] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    chapter: str = ""
    demonstrated: Collection[str] = ()
    arguments: Mapping[str, object] = field(default_factory=dict)
    parameters: Collection[str] = ()
    required: Collection[str] = ()

    @property
    def message(self) -> str:
        """What the error says; empty where there is none."""
        return self.error.message if self.error else ""


def trap_at(code: StudentCode, node: ast.AST, effect: str, step: str, certain: bool = False) -> Trap:
    """Make a trap of a piece of code."""
    return Trap(line_of(node), code.line(line_of(node)), effect, step, certain)


def at_error(code: StudentCode, symptom: Symptom) -> list[ast.AST]:
    """Give what is on the line that raised."""
    return code.on_line(symptom.error.line, symptom.error.source) if symptom.error else []
