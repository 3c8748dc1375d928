"""The leading case of a report with its arrays, for a student to work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from course.calling.arguments import copied


@dataclass(frozen=True, slots=True, eq=False)
class LeadingCase:
    """The case that a report is about.

    Parameters
    ----------
    name
        What the case is about.
    called
        The call as text.
    arguments
        What it was called with, by name: ``linear(**case("linear").arguments)`` makes the call again.
    yours
        What the student's code returned; None where it did not.
    expected
        What it should return.
    """

    name: str
    called: str
    arguments: Mapping[str, Any] = field(repr=False)
    yours: Any = field(repr=False)
    expected: Any = field(repr=False)

    def copy(self) -> LeadingCase:
        """Copy the arrays, so that a change to them does not change this case.

        Examples
        --------
        >>> kept = LeadingCase("a case", "double(x=[2])", {"x": [2]}, [5], [4])
        >>> kept.copy().arguments["x"].append(3)
        >>> kept.arguments
        {'x': [2]}
        """
        return replace(
            self,
            arguments=copied(dict(self.arguments)),
            yours=copied(self.yours),
            expected=copied(self.expected),
        )

    def __repr__(self) -> str:
        return f"{self.called or self.name}, with .arguments, .yours and .expected"
