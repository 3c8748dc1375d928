"""What was seen in a class's answers: which mistakes and who made them, and the answers that no name explains."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from course.checking.spec import Exercise
from grader.class_view import in_words
from grader.insights import AS_GIVEN, Result
from grader.pages.alike import form
from grader.pages.graded import Answer

STEPS = ("right", "partly", "tried", "blank")
"""How far an answer came: all of it, a part, nothing though something was tried, and not begun."""


def step(result: Result) -> str:
    """Say how far an answer came, as one of `STEPS`.

    Examples
    --------
    >>> step(Result("mia", "linear", 1.5, 0.4, False, "wrong values"))
    'partly'
    """
    if result.kind in ("right", "not begun"):
        return "right" if result.kind == "right" else "blank"
    return "partly" if result.earned else "tried"


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that several answers have in common.

    Parameters
    ----------
    exercise
        Where.
    what
        The mistake in words, or the code.
    students
        Who.
    of
        How many handed in this exercise.
    note
        The mistake's name, or how the answers ended.
    """

    exercise: str
    what: str
    students: tuple[str, ...]
    of: int
    note: str = ""


def mistakes(results: Iterable[Result], exercises: Mapping[str, Exercise]) -> list[Seen]:
    """List the known mistakes, the most common first. Code that is as it was handed out does not count."""
    results = list(results)
    who: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        for name in dict.fromkeys(result.recorded.misconceptions):
            if not result.passed and not name.endswith(AS_GIVEN):
                who[result.exercise, name].append(result.student)
    of = _handed_in(results)
    found = [
        Seen(exercise, in_words(name, exercises), tuple(sorted(students)), of[exercise], name.partition(".")[2])
        for (exercise, name), students in who.items()
    ]
    return sorted(found, key=lambda one: (-len(one.students), one.exercise, one.note))


def located(results: Iterable[Result]) -> list[Seen]:
    """List the lines that were located in answers without a name, the most common first."""
    results = list(results)
    who: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        if result.kind == "located":
            lines = result.recorded.sources or tuple(f"line {number}" for number in result.recorded.lines)
            who[result.exercise, "\n".join(line.strip() for line in lines)].append(result.student)
    return _grouped(who, _handed_in(results))


def unexplained(results: Iterable[Result], answers: Mapping[tuple[str, str], Answer]) -> list[Seen]:
    """List the answers that were only reported as wrong. Answers that differ only in names count as one."""
    results = list(results)
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        if result.kind in ("trap", "neither"):
            answer = answers.get((result.student, result.exercise))
            code = answer.own.strip() if answer else ""
            groups[result.exercise, form(code)[0] or code].append(result)
    of = _handed_in(results)
    found = []
    for (exercise, _), group in groups.items():
        first = answers.get((group[0].student, exercise))
        notes = dict.fromkeys(result.recorded.trap or result.outcome for result in group)
        students = tuple(sorted(result.student for result in group))
        found.append(Seen(exercise, first.own.strip() if first else "", students, of[exercise], ", ".join(notes)))
    return sorted(found, key=lambda one: (-len(one.students), one.exercise, one.students))


def _grouped(who: Mapping[tuple[str, str], list[str]], of: Mapping[str, int]) -> list[Seen]:
    found = [Seen(exercise, what, tuple(sorted(names)), of[exercise]) for (exercise, what), names in who.items()]
    return sorted(found, key=lambda one: (-len(one.students), one.exercise, one.what))


def _handed_in(results: Iterable[Result]) -> dict[str, int]:
    counted: dict[str, int] = defaultdict(int)
    for result in results:
        counted[result.exercise] += 1
    return counted


def without_comments(code: str) -> str:
    r"""Remove comments and docstrings, where students write their names; nothing is left of what can't be read.

    Examples
    --------
    >>> without_comments("x = f(2)  # Mia")
    'x = f(2)'
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _tokens_without_comments(code)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and isinstance(body, list) and len(body) > 1:
            node.body = [line for line in body if not _only_text(line)] or [ast.Pass()]
    try:
        return ast.unparse(tree)
    except (ValueError, RecursionError):  # a number has too many digits, or the code is too deep
        return ""


def _only_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _tokens_without_comments(code: str) -> str:
    """Do it with a line that is not a complete program, such as ``for x in y:``."""
    try:
        read = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return ""
    if any(one.type == tokenize.ERRORTOKEN and one.string.strip() for one in read):
        return ""
    return tokenize.untokenize(one for one in read if one.type != tokenize.COMMENT).rstrip()
