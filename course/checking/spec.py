"""What an exercise is: a declaration from which checks, grades and tests are derived."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.checking.oracles import Oracle

Arguments = Mapping[str, Any]
"""One call's arguments by name, in the order of the signature."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call that tells wrong from right.

    Parameters
    ----------
    name
        What the case is about, in a few words: ``"no bias"``. Partial credit is told in these.
    draw
        Draws the call's arguments from a generator: a dict, in the order of the signature.
    note
        Said after the call where the shapes don't show what is special: ``"identifier 2 appears twice"``.
    weight
        The case's share of the exercise's points, relative to the others.
    answer
        The right answer, where it is known and slow to compute. By default it is asked for.
    """

    name: str
    draw: Callable[[np.random.Generator], dict[str, Any]]
    note: str = ""
    weight: float = 1.0
    answer: Any = None


@dataclass(frozen=True, slots=True)
class Misconception:
    """A known mistake, as a wrong version that runs.

    Parameters
    ----------
    id
        ``exercise.mistake``, such as ``"linear.transposed-weight"``.
    variant
        The mistake itself: a plain function or class over NumPy alone, so that its source can be handed in as an
        answer, or the wrong value.
    diagnosis
        Ends the sentence "This is exactly what you get ...": ``"when the bias is left out."``
    advice
        The next step, without the answer.
    """

    id: str
    variant: Any
    diagnosis: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One thing to write, and everything that is known about it.

    Parameters
    ----------
    name
        The name of the function, class or value that a student writes.
    chapter
        The folder of its chapter: ``"01_linear"``.
    points
        What it is worth in the gradebook.
    reference
        The right answer in NumPy: a function, a class, or a value.
    oracle
        The PyTorch counterpart. None where PyTorch has none; then the reference decides.
    cases
        Small to large. The first that fails and is smallest leads the report.
    misconceptions
        Known mistakes, most common first.
    hints
        One step each, in the order in which they help.
    explanation
        A few sentences under the solution: why it is right.
    solution
        The answer to show, where the reference is more general than the lesson. By default the reference.
        Its signature is the exercise's.
    returns
        Names of the results, where there is more than one.
    use
        What a case does with the student's work: ``use(student, **arguments) -> result``, see
        `course.checking.work.Student`. By default it calls the function with the case's arguments. It is needed for
        classes and values, and where many results are right: then it gives what can be compared. It must expect
        any value to come back.
    given
        What the notebook hands out to be repaired, in place of an empty function: the first misconception's
        variant. Such an exercise earns all of its points or none.
    trace
        Tells how one value of the result comes about: ``trace(arguments, index) -> str``, empty if too long to say.
    seconds
        Time limit for one case.
    """

    name: str
    chapter: str
    points: float
    reference: Any
    oracle: Oracle | None
    cases: tuple[Case, ...]
    misconceptions: tuple[Misconception, ...] = ()
    hints: tuple[str, ...] = ()
    explanation: str = ""
    solution: Any = None
    use: Callable[..., Any] | None = None
    given: Callable[..., Any] | None = None
    returns: tuple[str, ...] = ()
    trace: Callable[[Arguments, tuple[int, ...]], str] | None = None
    seconds: float = 5.0

    @property
    def kind(self) -> str:
        """What a student writes: a ``"function"``, a ``"class"``, or a ``"value"``."""
        if isinstance(self.reference, type):
            return "class"
        return "function" if callable(self.reference) else "value"

    @property
    def signature(self) -> inspect.Signature:
        """How the function, or the class, is called, without annotations."""
        if self.kind == "value":
            return inspect.Signature()
        plain = inspect.signature(self.solution or self.reference)
        bare = [p.replace(annotation=inspect.Parameter.empty) for p in plain.parameters.values()]
        return plain.replace(parameters=bare, return_annotation=inspect.Signature.empty)


def split_call(signature: inspect.Signature, arguments: Arguments) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arrange named arguments as a call: by position as far as the signature goes without a gap, then by name.

    A student who renames the parameters is so still called correctly.

    Examples
    --------
    >>> import inspect
    >>> def linear(input, weight, bias=None): ...
    >>> split_call(inspect.signature(linear), {"input": 1, "weight": 2})
    ((1, 2), {})
    """
    positional: list[Any] = []
    remaining = dict(arguments)
    for name in signature.parameters:
        if name not in remaining:
            break
        positional.append(remaining.pop(name))
    return tuple(positional), remaining
