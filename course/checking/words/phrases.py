"""Short pieces of wording that several sentences share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from course.checking.diagnosis import Located
from course.checking.document import Line, Role, Sentence
from course.checking.result import CheckResult

LONGEST_NAME, LONGEST_SOURCE = 60, 120
"""Characters that are shown of a type's name, and of a line of code."""


@dataclass(frozen=True, slots=True)
class Told:
    """What can be said about one case.

    Parameters
    ----------
    step
        What to do next.
    facts
        What happened, a line each.
    verdict
        What the report says first. Empty for the ordinary one, which counts the cases.
    """

    step: Sentence
    facts: tuple[Line, ...] = ()
    verdict: Sentence = ()


def fact(sentence: Sentence) -> Line:
    """Make a line that says what happened."""
    return Line(Role.FACT, sentence)


def subject(result: CheckResult) -> str:
    """Name what the student wrote."""
    return {"function": "Your function", "value": "Your value"}.get(result.asked.kind, "Your code")


def oracle_name(result: CheckResult) -> str:
    """Name what the answer was compared with."""
    return "the reference" if result.oracle == "reference" else result.oracle


def number(value: object, other: object = None) -> str:
    """Write a number short enough to read; with as many digits as it takes to differ from `other`.

    Examples
    --------
    >>> number(0.30000001), number(1.23456789, 1.23456111), number(2560001.0), number(-0.0)
    ('0.3', '1.234568', '2560001', '0')
    """
    if not isinstance(value, float):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return f"{value + 0.0:.0f}"  # minus zero becomes 0
    for digits in (5, 7, 9, 17):
        text = f"{value:.{digits}g}"
        if not isinstance(other, (int, float)) or text != f"{other:.{digits}g}":
            return text
    return repr(value)


def points(value: float) -> str:
    """Write points without needless zeros, with their unit.

    Examples
    --------
    >>> points(1.0), points(2.5)
    ('1 point', '2.5 points')
    """
    return f"{value:g} point{'' if value == 1 else 's'}"


def count(result: CheckResult) -> str:
    """Count the cases that passed."""
    return f"{sum(case.passed for case in result.counted)} of {len(result.counted)} cases"


def credit(result: CheckResult) -> str:
    """Count the cases that passed, and the points where they earn any."""
    earned = f", {result.earned:g} of {points(result.points)}" if result.earned else ""
    return f"{count(result)}{earned}"


def shorten(text: str, longest: int) -> str:
    """Bring a text into one line of bearable length.

    Examples
    --------
    >>> shorten("two  words", 20), shorten("two  words", 6)
    ('two words', 'two w…')
    """
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def a(thing: str) -> str:
    """Put the indefinite article before a noun.

    Examples
    --------
    >>> a("int"), a("list")
    ('an int', 'a list')
    """
    return f"{'an' if thing[:1].lower() in 'aeiou' else 'a'} {thing}"


def are(names: Sequence[str]) -> str:
    """List names, with the verb for what is said about them.

    Examples
    --------
    >>> are(["mean"]), are(["mean", "variance", "output"])
    ('`mean` is', '`mean`, `variance` and `output` are')
    """
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'}"


def lines_of(located: Located) -> str:
    """Name the lines, and the function that they are in where that is not the answer itself.

    Examples
    --------
    >>> lines_of(Located((4, 6), ("a = x", "b = y"), 5))
    'lines 4 and 6'
    """
    numbers = [str(number) for number in dict.fromkeys(located.lines)]
    lines = f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"
    return f"{lines} of `{located.function}`" if located.function else lines


def listed(names: Sequence[str]) -> str:
    """List names of code.

    Examples
    --------
    >>> listed(["mean", "variance"])
    '`mean` and `variance`'
    """
    return _joined([f"`{name}`" for name in names])


def in_quotes(name: str) -> str:
    """Quote the name of a case, unless there are quotation marks in it.

    Examples
    --------
    >>> in_quotes("no bias")
    '"no bias"'
    """
    return name if '"' in name else f'"{name}"'


def enumerated(names: Sequence[str]) -> str:
    """List names of cases.

    Examples
    --------
    >>> enumerated(["one row", "no bias"])
    '"one row" and "no bias"'
    """
    return _joined([in_quotes(name) for name in names])


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def first_sentence(text: str) -> str:
    """Give the first sentence of a text, without its full stop.

    Examples
    --------
    >>> first_sentence("when x is 0.5. Use 2.")
    'when x is 0.5'
    """
    return re.split(r"\.(?= [A-Z]|$)", text)[0]
