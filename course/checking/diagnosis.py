"""What is found about a wrong answer: known mistakes, lines, stages, NaN, and what sets wrong cases apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedMistake:
    """A known mistake in an answer: its id, with its words."""

    id: str
    diagnosis: str
    advice: str


@dataclass(frozen=True, slots=True)
class Explains:
    """What of an answer the named mistakes explain.

    Parameters
    ----------
    cases
        Indexes of the failing cases, or empty where they explain all of these.
    results
        Names of the results, or empty where they explain all that are wrong.
    factor
        By what their values are also multiplied: -1, 2 or 0.5.
    unwritten, waiting
        What the second of two is, if it is a step that is still to be written, and the indexes of the failing cases
        that need this step.
    """

    cases: tuple[int, ...] = ()
    results: tuple[str, ...] = ()
    factor: float = 1.0
    unwritten: str = ""
    waiting: tuple[int, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is left to another cause."""
        return not self.cases and not self.results


EVERYTHING = Explains()
"""Every failing case, and every result that is wrong."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where a mistake is: lines of the student's code in which one small change each makes more cases right.

    Parameters
    ----------
    lines
        Their numbers: in a notebook's cell, as Jupyter numbers them, else from the first line of the function or class.
        One line, or two; the same number twice where both changes are in one line.
    sources
        Their text.
    right
        How many cases are right with these changes. No case that was right before becomes wrong.
    kinds
        What each change is about, such as ``"an axis"``: for a hint, which does not tell the change.
    reads
        The names that the changed code reads.
    left_out
        How many cases were too slow to be tried again; of these nothing is known.
    function
        The helper that the lines are in; empty where they are in the function or class itself.
    results
        Where no case becomes right as a whole, the names of the results that these changes make right in every case.
    leaves
        The known mistake that is left after these changes: it gives exactly the same in every case.
    """

    lines: tuple[int, ...]
    sources: tuple[str, ...]
    right: int
    kinds: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    left_out: int = 0
    function: str = ""
    results: tuple[str, ...] = ()
    leaves: NamedMistake | None = None


@dataclass(frozen=True, slots=True)
class NotFinite:
    """An operation of the student's code that is the first to give NaN or infinity in the leading case.

    Parameters
    ----------
    line, source
        Its line and the text of that line.
    operation
        The operation, where the line has more than this one; else empty.
    what
        ``"NaN"`` or ``"infinity"``.
    """

    line: int
    source: str
    operation: str
    what: str


@dataclass(frozen=True, slots=True)
class Separation:
    """A property of one argument that every case that is right has, and no other: "where `argument`" and `what`.

    Or, if `wrong`, that every case that is wrong has.
    """

    argument: str
    what: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What around an answer explains how it was judged: reported before everything else, with what to do about it."""

    sentence: str
    step: str


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a computation of several stages is right.

    Parameters
    ----------
    stage
        The last stage that the student's code gives, in the leading case: ``"the attention weights"``.
    missing
        The first stage that no line of it gives.
    line
        Where the stage is computed.
    source
        The text of that line, or of the part of it that gives the stage.
    whole
        Whether it is the line.
    function
        The helper that the line is in; empty where it is in the function or class itself.
    """

    stage: str
    missing: str
    line: int
    source: str
    whole: bool = True
    function: str = ""
