"""What a notebook calls: check, assess, case, hint, solution, progress, table."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any

from course.calling.naming import name_of, text_of
from course.chapters import EXERCISES
from course.checking import render, runner
from course.checking.diagnosis import Located
from course.checking.document import Line, Role, Sentence, marked, say
from course.checking.findings import NotCallable, UnknownExercise
from course.checking.leading import LeadingCase
from course.checking.locating.own_source import own_cell, own_source
from course.checking.refused import Refused, find_refused, find_refused_imports
from course.checking.report import Report
from course.checking.result import Asked
from course.checking.source import bare, source_of
from course.checking.spec import Exercise
from course.checking.words.location import hint_at
from course.class_rules import Shown, as_ruled, rules_in
from course.demonstrations import defined_again, demonstrated_names
from course.errors import CourseError
from course.streams import put_back
from course.without_torch import prepare
from course.workcopy.journal import Journal

if TYPE_CHECKING:
    from course.summary_table import Table
    from course.workcopy.progress import Progress


class CheckFailed(CourseError):
    """Raised by `check` for an answer that is not right yet. In Jupyter its traceback is one line.

    Parameters
    ----------
    report
        The report that was shown.
    verdict_only
        Whether to leave out the next step, because the class shows none.
    """

    def __init__(self, report: Report, *, verdict_only: bool = False) -> None:
        super().__init__(report.verdict if verdict_only else f"{report.verdict} {report.step}")
        self.report = report

    def _render_traceback_(self) -> list[str]:
        return [f"CheckFailed: {self}"]


def check(function: Any, name: str | None = None) -> None:
    """Check a function against its exercise, show the report, and note the result in the working copy.

    Parameters
    ----------
    function
        The function to check. Its name is the exercise's.
    name
        The exercise, where the function has another name.

    Raises
    ------
    CheckFailed
        Where the answer is not right yet.

    Examples
    --------
    >>> check(EXERCISES["warm_up"].solution)
    warm_up: right. 3 of 3 cases, 1 point. ...
    """
    put_back()
    exercise = EXERCISES.get(_name_of(function, name))
    report = runner.check(exercise, function, keep=_keeper(exercise.name)) if exercise else _unknown(function, name)
    if exercise and not report.passed:
        report = replace(report, notes=(*_of_another_chapter(exercise), *report.notes))
    if exercise and defined_again(exercise.name, Path.cwd()):
        again = f"A later cell defines {exercise.name} again: run from the top, and in class, that definition counts."
        report = replace(report, notes=(again, *report.notes))
    if exercise and report.passed and exercise.kind != "value":
        report = replace(report, refused=_refused(function, exercise))
    _remember(report)
    rules = rules_in(Path.cwd())
    _show(as_ruled(report, rules) if exercise else report)
    journal = Journal.find() if exercise else None
    if journal and not journal.record(
        exercise=report.exercise, score=report.score, passed=report.passed, recorded=report.recorded
    ):
        print(f"progress() does not know of this check, because {journal.path} can't be written: is the disk full?")
    if not report.passed:
        raise CheckFailed(report, verdict_only=bool(exercise) and rules.verdict_only) from None


def assess(function: Any, name: str | None = None, seed: int = 0) -> Report:
    """Check a function silently and give the report. Never raises, whatever the function is or does.

    Parameters
    ----------
    function
        The function to check.
    name
        The exercise, where it isn't the function's name.
    seed
        From which the cases are drawn.

    Examples
    --------
    >>> assess(lambda x: 2 * x, "warm_up", seed=7).misconception
    'warm_up.forgets-the-one'
    """
    put_back()
    exercise = EXERCISES.get(_name_of(function, name))
    if exercise is None:
        return _unknown(function, name)
    report = runner.assess(exercise, function, seed, keep=_keeper(exercise.name))
    _remember(report)
    return report


class SwitchedOff(CourseError):
    """Raised by `case` where a class shows verdicts only. In Jupyter its traceback is one line."""

    def _render_traceback_(self) -> list[str]:
        return [f"SwitchedOff: {self}"]


class NotChecked(CourseError, LookupError):
    """Raised by `case` for an exercise that has no report in this session. In Jupyter its traceback is one line."""

    def _render_traceback_(self) -> list[str]:
        return [f"NotChecked: {self}"]


_located: dict[str, Located] = {}
"""The line that the last report of each exercise pointed at, until a hint says what kind of change it takes."""


def _remember(report: Report) -> None:
    _located.pop(report.exercise, None)
    if report.located:
        _located[report.exercise] = report.located


_leading: dict[str, LeadingCase] = {}
"""The leading case of the last report of each exercise, in this process."""


def _keeper(name: str) -> Callable[[LeadingCase], None]:
    return partial(_leading.__setitem__, name)


def case(name: Any) -> LeadingCase:
    """Give the case that an exercise's last report was about, with its arrays, to work with.

    Parameters
    ----------
    name
        The exercise, by name or as the function.

    Raises
    ------
    NotChecked
        If the exercise was not checked in this session, or does not exist.
    SwitchedOff
        If the class shows verdicts only.

    Examples
    --------
    >>> _ = assess(lambda x: 2 * x, "warm_up")
    >>> leading = case("warm_up")
    >>> leading
    warm_up(x (4,)), with .arguments, .yours and .expected
    >>> leading.expected - leading.yours
    array([1., 1., 1., 1.])
    """
    wanted, rules = _name_of(name, None), rules_in(Path.cwd())
    if rules.verdict_only:
        raise SwitchedOff(f"case() is switched off by {rules.who}.", name=wanted) from None
    if wanted in _leading:
        return _leading[wanted].copy()
    if wanted in EXERCISES:
        raise NotChecked(f"{wanted} was not checked in this session: run check({wanted}) first.", name=wanted) from None
    near = difflib.get_close_matches(wanted, EXERCISES, n=1)
    meant = f' Did you mean case("{near[0]}")?' if near else ' Name it: case("linear").'
    raise NotChecked(f"There is no exercise {wanted!r}.{meant}", name=wanted) from None


def hint(name: Any, number: int = 1) -> None:
    """Show one hint of an exercise. The next has the next number.

    Where the last report pointed at a line, the first hint says what kind of change it takes; the exercise's own
    hints follow.

    Parameters
    ----------
    name
        The exercise, by name or as the function.
    number
        Which hint, from 1.

    Examples
    --------
    >>> hint("warm_up")
    Hint 1 of 3: A NumPy array takes part in arithmetic as a whole: no loop is needed.
    The next one: hint("warm_up", 2)
    """
    exercise = EXERCISES.get(_name_of(name, None))
    if exercise is None:
        _show(_unknown(name, None, "hint"))
        return
    rules, hints = rules_in(Path.cwd()), exercise.hints
    if not rules.hints:
        _show(_Note((say("Hints are switched off by {}.", rules.who),)))
        return
    if issubclass(type(number), str):
        example = str(number).strip() if str(number).strip().isdigit() else "1"
        call = f'hint("{exercise.name}", {example})'
        _show(_Note((say("The number of a hint is not a text: {:v}", call),)))
        return
    if number not in range(1, len(hints) + 1):
        _show(_Note((say("{} has hints 1 to {}; there is no hint {}.", exercise.name, len(hints), number),)))
        return
    located = _located.pop(exercise.name, None) if number == 1 else None
    if located and located.kinds:
        _show(_Note((*hint_at(located), say("The next one: {:v}", f'hint("{exercise.name}")'))))
        return
    told = (*say("Hint {} of {}: ", number, len(hints)), *marked(hints[number - 1]))
    if number < len(hints):
        following = say("The next one: {:v}", f'hint("{exercise.name}", {number + 1})')
    elif rules.solution:
        following = say("That was the last. The answer: {:v}", f'solution("{exercise.name}")')
    else:
        following = say("That was the last.")
    _show(_Note((told, following)))


def solution(name: Any) -> None:
    """Show an exercise's solution with a short explanation.

    Parameters
    ----------
    name
        The exercise, by name or as the function.

    Examples
    --------
    >>> solution("warm_up")
    def warm_up(x):
        ...
    <BLANKLINE>
    NumPy applies `*` and `+` to every element, so the formula is the code.
    """
    exercise = EXERCISES.get(_name_of(name, None))
    if exercise is None:
        _show(_unknown(name, None, "solution"))
        return
    rules = rules_in(Path.cwd())
    if not rules.solution:
        _show(_Note((say("Solutions are switched off by {}.", rules.who),)))
        return
    if exercise.withheld:
        who = rules.who if rules.name else exercise.withheld.decides
        _show(_Note((say("This is a closed book: it has no solutions, and {} decides when they are shown.", who),)))
        return
    _show(_Solution(bare(source_of(exercise.solution, exercise.name)), exercise.explanation))


def progress() -> Progress:
    """Show which exercises are passed, and since when, as kept in this working copy."""
    from course.workcopy.progress import progress as of

    return of(EXERCISES, Journal.find())


def table(rows: str = "summary") -> Table:
    """Show the summary table of layers, its rows marked with this working copy's progress.

    Parameters
    ----------
    rows
        ``"summary"`` for the most used layers, ``"all"`` for every layer of the course, or one layer's name.
    """
    from course.summary_table import table as of

    marks = progress().by_chapter() if Journal.find() else None
    return of(progress=marks, rows=rows)


def _name_of(function: Any, name: str | None) -> str:
    """Give an exercise's name, whatever the object does that is asked for it."""
    told = function if name is None else name
    return text_of(told) if name is not None or issubclass(type(told), str) else name_of(function)


def _refused(function: Any, exercise: Exercise) -> tuple[Refused, ...]:
    """Find what a right answer uses that is not available where answers are graded."""
    names = getattr(sys.modules.get("__main__"), "__dict__", {})
    names = getattr(function, "__globals__", names) if type(function) is FunctionType else names
    try:
        demonstrated = demonstrated_names(exercise.name, Path.cwd())
        imports = find_refused_imports(own_cell(function))
        return (*imports, *find_refused(own_source(function), exercise.name, names, demonstrated))
    except Exception:  # a warning that fails is none
        return ()


def _unknown(function: Any, given: str | None, verb: str = "check") -> Report:
    name = _name_of(function, given)
    is_text = issubclass(type(function), str)
    if given is None and not callable(function) and not is_text:
        value = _value_named(function)
        return runner.refuse(Asked(value or verb), NotCallable(name, value))
    why = ""
    if name == "<lambda>":
        why = "a lambda has no name."
    elif given is None and type(function) is BuiltinFunctionType:
        why = f"{name} is Python's own; pass what you wrote."
    near = "" if why else next(iter(difflib.get_close_matches(name, EXERCISES, n=1)), "")
    wanted = near or "linear"
    called = f"check({wanted})" if is_text or why.endswith("wrote.") else f'check(your_function, "{wanted}")'
    call = called if verb == "check" else f'{verb}("{wanted}")'
    return runner.refuse(Asked("check" if why else name), UnknownExercise(near, call, why))


def _value_named(value: Any) -> str:
    """Find the exercise whose value this is among the notebook's names."""
    names = getattr(sys.modules.get("__main__"), "__dict__", {})
    mine = (name for name in EXERCISES if names.get(name) is value)
    return next((name for name in mine if EXERCISES[name].kind == "value"), "")


def _of_another_chapter(exercise: Exercise) -> tuple[str, ...]:
    """Say that an exercise belongs to another chapter than the notebook's, and which of this chapter is like it."""
    here = Path.cwd().name
    own = [name for name in EXERCISES if EXERCISES.chapter(name) == here]
    if not own or exercise.chapter == here:
        return ()
    near = next((name for name in own if name.lower() == exercise.name.lower()), "")
    meant = f" Did you mean check({near})?" if near else ""
    return (f"{exercise.name} belongs to chapter {exercise.chapter[:2]}; this is chapter {here[:2]}.{meant}",)


def _show(thing: Report | Shown | _Note | _Solution) -> None:
    """Display in a notebook, print elsewhere."""
    put_back()  # what was checked may have taken it away
    if _shell() is not None:
        sys.modules["IPython"].display.display(thing)
    else:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        print(repr(thing).encode(encoding, "replace").decode(encoding))  # a code page may lack a sign


@dataclass(frozen=True, slots=True, repr=False)
class _Note:
    """One or two sentences."""

    sentences: tuple[Sentence, ...]

    @property
    def lines(self) -> list[Line]:
        """The sentences, as what to do next."""
        return [Line(Role.STEP, sentence) for sentence in self.sentences]

    def __repr__(self) -> str:
        return "\n".join(map(render.text_line, self.lines))

    def _repr_html_(self) -> str:
        return render.panel(self.lines)


@dataclass(frozen=True, slots=True, repr=False)
class _Solution:
    """Code, and why it is right."""

    code: str
    explanation: str

    def __repr__(self) -> str:
        return f"{self.code}\n\n{self.explanation}".rstrip()

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```\n\n{self.explanation}"


def _shell() -> Any:
    """Give IPython's shell; None outside of a notebook."""
    ipython = sys.modules.get("IPython")  # a notebook has loaded it; a script may not have
    return ipython.get_ipython() if ipython is not None else None


if _shell() is not None:
    prepare(_shell())
