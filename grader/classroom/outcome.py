"""What a grading run did with an assignment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Summary:
    """What a run did with one assignment.

    Parameters
    ----------
    assignment
        The assignment.
    graded, regraded
        Students whose work was graded for the first time, or again.
    recovered
        Students whose work had been graded by a run that ended early, and only now reached the gradebook.
    retimed
        Students whose file is the same, and was handed in at another time.
    other_penalty
        Students for whom the deadline, an extension, the late rule or points given by hand change what lateness costs.
    unchanged
        How many submissions had been graded before.
    outdated
        Students whose grade comes from an earlier release, or from exercises that have changed since.
    unreadable, missing
        Students whose file is not a notebook, or who handed in none.
    by_hand
        Students of whom a person has to grade something.
    problems
        What the feedback tells, by student.
    errors
        What could not be graded, or was not judged, by student.
    seconds
        How long it took.
    """

    assignment: str
    graded: list[str] = field(default_factory=list)
    regraded: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)
    retimed: list[str] = field(default_factory=list)
    other_penalty: list[str] = field(default_factory=list)
    unchanged: int = 0
    outdated: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)
    problems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether everything that was handed in could be graded."""
        return not self.unreadable and not self.errors

    def tell(self, student: str, readable: bool, problems: Iterable[str] = (), errors: Iterable[str] = ()) -> None:
        """Note what to say about a student's submission."""
        if not readable and student not in self.unreadable:
            self.unreadable.append(student)
        if problems := tuple(problems):
            self.problems[student] = problems
        if errors := tuple(errors):
            self.errors[student] = errors
