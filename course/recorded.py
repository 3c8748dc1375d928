"""What is kept of a check of a wrong answer: in the journal of a working copy, and in a graded notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_SOURCE = 200
"""Characters that are kept of a line of code."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a check found in a wrong answer, without its sentences.

    It is stored as plain data under the names of its fields. What is empty is left out, so a right answer adds
    nothing. Records from before these fields had ``misconception``, one id or None, and ``line``, one number or None.

    Parameters
    ----------
    misconceptions
        Ids of the known mistakes that were named: none, one or two.
    partly
        Whether the named mistakes leave a part of the failing cases to another cause.
    trap
        The kind of the trap in the student's code: ``"not-copied"``.
    lines, sources
        The located lines, counted from the first line of the cell, and their text.
    function
        The student's other function that these lines are in; empty where they are in the answer itself.
    right
        How many cases are right with a change in these lines.
    results
        The results that are right with it in every case, where no case is as a whole.
    case
        The name of the leading case.

    Examples
    --------
    >>> Recorded(misconceptions=("linear.no-bias",), case="one sample").to_dict()
    {'misconceptions': ['linear.no-bias'], 'case': 'one sample'}
    """

    misconceptions: tuple[str, ...] = ()
    partly: bool = False
    trap: str = ""
    lines: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    function: str = ""
    right: int = 0
    results: tuple[str, ...] = ()
    case: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the form that is stored: plain data, without what is empty."""
        found = {
            "misconceptions": list(self.misconceptions),
            "partly": self.partly,
            "trap": self.trap,
            "lines": list(self.lines),
            "sources": [source[:LONGEST_SOURCE] for source in self.sources],
            "function": self.function,
            "right": self.right,
            "results": list(self.results),
            "case": self.case,
        }
        return {key: value for key, value in found.items() if value}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Recorded:
        """Read what was stored, also by an earlier version. What is not as it should be is left out.

        Examples
        --------
        >>> Recorded.read({"score": 0.5, "misconception": "linear.no-bias", "line": None}).misconceptions
        ('linear.no-bias',)
        """
        return cls(
            misconceptions=_all(str, stored.get("misconceptions", [stored.get("misconception")])),
            partly=stored.get("partly") is True,
            trap=_text(stored.get("trap")),
            lines=_all(int, stored.get("lines", [stored.get("line")])),
            sources=_all(str, stored.get("sources")),
            function=_text(stored.get("function")),
            right=sum(_all(int, [stored.get("right")])),
            results=_all(str, stored.get("results")),
            case=_text(stored.get("case")),
        )


NOTHING = Recorded()
"""What is kept of a right answer."""


def _text(value: Any) -> str:
    return value if type(value) is str else ""


def _all(kind: type, values: Any) -> tuple[Any, ...]:
    """Give a list's items where all are of one kind; else nothing."""
    fits = type(values) is list and all(type(value) is kind for value in values)
    return tuple(values) if fits else ()
