"""What an exercise is: a declaration from which checks, grades and tests are derived."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from course.calling.by_name import CallByName
from course.checking.on_the_way import on_the_way
from course.checking.oracles import Oracle
from course.checking.source import bare, source_of, with_docstring
from course.checking.variant import compiled, edited
from course.checking.withheld import Withheld

Arguments = Mapping[str, Any]
"""One call's arguments by name, in the order of the signature."""

Trace = Callable[[Arguments, tuple[int, ...]], str]
"""Says how the value at an index of the result is computed."""


@dataclass(frozen=True, slots=True, eq=False)
class Aside:
    """What a layer computes next to the stages that follow: they don't need it, up to one.

    Parameters
    ----------
    value
        The stage; in a declaration, the expression that gives it.
    needed_by
        The name of the first stage that needs it.
    """

    value: Any
    needed_by: str


Stages = Callable[..., Mapping[str, np.ndarray | Aside]]
"""Gives what a layer computes on the way, by name and in order, from a call's arguments. The last is the result."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call that tells wrong from right.

    Parameters
    ----------
    name
        What the case is about, in a few words: ``"no bias"``. Partial credit is reported in these words.
    draw
        Draws the call's arguments from a generator: a dict, in the order of the signature.
    note
        Said after the call where the shapes don't show what is special: ``"identifier 2 appears twice"``.
    weight
        The case's share of the exercise's points, relative to the others.
    answer
        The right answer, where it is known and slow to compute. By default it is asked for. No known mistake is looked
        for in such a case.
    remark
        True for what the lesson does not ask for, such as an empty batch: the case neither counts nor fails. Where
        the rest is right, the report says what happened in it.
    optional
        The name of an argument that an answer may do without: for an answer that does not take it, the case is a
        remark.
    """

    name: str
    draw: Callable[[np.random.Generator], dict[str, Any]]
    note: str = ""
    weight: float = 1.0
    answer: Any = None
    remark: bool = False
    optional: str = ""


Edit = tuple[str, str]
"""A piece of the source of the solution, written out, that occurs there once, and what a mistake has in its place."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake of an exercise: an edit of its written-out solution, or where no edit fits, a whole answer.

    Parameters
    ----------
    slug
        The id's second half: ``"transposed-weight"``.
    edit
        One `Edit` or several, made one after the other to the solution without its docstring.
    body
        The whole wrong answer, instead of an edit: a plain function or class over NumPy alone, so that its source can
        be handed in, or the wrong value.
    gives
        Ends the sentence "This is exactly what you get ...": ``"when the bias is left out."``
    advice
        The next step, without the answer.
    unwritten
        Where the mistake is a step of the exercise that is still to be written: ``"Masks are not written yet"``. Next
        to another mistake it is reported separately, and the cases that need it come later.
    """

    slug: str
    edit: Edit | tuple[Edit, ...] = ()
    _: KW_ONLY
    body: Any = None
    gives: str
    advice: str
    unwritten: str = ""

    @property
    def combines(self) -> bool:
        """Whether it can be in one answer with another: as an edit, or as its results where the edit is withheld."""
        return bool(self.edit) or self.body is None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits, in a tuple also where there is one."""
        return tuple(edit for edit in _several(self.edit))


def _several(edit: Edit | tuple[Edit, ...]) -> tuple[Edit, ...]:
    match edit:
        case (str(old), str(new)):
            return ((old, new),)
        case _:
            return edit  # type: ignore[return-value]


@dataclass(frozen=True)
class Misconception:
    """A mistake of one exercise, with its id and the wrong answer itself, which is made when it is first used.

    Parameters
    ----------
    exercise
        The exercise's name.
    solution
        Its solution, written out: a mistake is an edit of it.
    mistake
        The declaration.
    """

    exercise: str
    solution: Any
    mistake: Mistake

    def __hash__(self) -> int:
        return hash((self.exercise, self.mistake.slug))

    @cached_property
    def id(self) -> str:
        """``exercise.slug``, such as ``"linear.transposed-weight"``."""
        return f"{self.exercise}.{self.mistake.slug}"

    @property
    def diagnosis(self) -> str:
        """What the mistake gives."""
        return self.mistake.gives

    @property
    def advice(self) -> str:
        """The next step."""
        return self.mistake.advice

    @cached_property
    def source(self) -> str:
        """The wrong answer as it would be written in a notebook's cell, without a docstring.

        Raises
        ------
        EditError
            If an edit does not apply exactly once.
        """
        if self.mistake.edits:
            return edited(bare(source_of(self.solution, self.exercise)), self.mistake.edits, self.id)
        return bare(source_of(self.mistake.body, self.exercise))

    @property
    def handout(self) -> str:
        """The wrong answer as a notebook hands it out to be repaired, with a docstring where there is one."""
        if self.mistake.edits:
            return with_docstring(self.source, source_of(self.solution, self.exercise))
        return source_of(self.mistake.body, self.exercise)

    @cached_property
    def variant(self) -> Any:
        """The wrong answer: a function or class, or the wrong value.

        Raises
        ------
        EditError
            If an edit does not apply exactly once, or if the edited solution does not compile.
        """
        if not self.mistake.edits:
            return self.mistake.body
        return compiled(self.source, self.exercise, self.id, self.solution)


@dataclass(frozen=True, kw_only=True, eq=False)
class Exercise:
    """One thing to write, and everything that is known about it.

    Parameters
    ----------
    name
        The name of the function, class or value that a student writes. By default the solution's; a value has none.
    points
        What it is worth in the gradebook.
    solution
        The right answer as the lesson and `course.solution` show it: a function, a class, or a value. Its
        signature is the exercise's. A student writes its body below the docstring; where the notebook hands out more,
        ``### BEGIN SOLUTION`` and ``### END SOLUTION`` enclose what the student writes.
    reference
        The right answer that decides where there is no oracle, where it is more general than the solution. By default
        the solution.
    written_out
        The solution in one function, where it calls other exercises' solutions: mistakes are edits of this one, so
        that they can be in any of its steps. By default the solution.
    oracle
        The PyTorch counterpart. None where PyTorch has none; then the reference decides.
    cases
        In the order in which they are reported, small ones first.
    mistakes
        Known mistakes, most common first.
    hints
        One step each, in the order in which they help.
    explanation
        A few sentences under the solution: why it is right.
    returns
        Names of the results, where there is more than one.
    use
        What a case does with the student's work: ``use(student, **arguments) -> result``, see
        `course.calling.student.Student`. By default it calls the function with the case's arguments. It is needed for
        classes and values, and where many results are right: then it gives what can be compared. It must expect
        any value to come back.
    needs
        Solutions of other exercises that the cases also use. A notebook has its own; a check of one answer alone
        borrows these.
    repair
        Whether the notebook hands out the first mistake, to be repaired, instead of an empty function. Such an
        exercise earns all of its points or none.
    trace
        Says how one value of the result is computed: ``trace(arguments, index) -> str``, empty if too long to say.
        The index of a single number is ``()``. Where there are several results, a dict with one for each name.
    stages
        What is computed on the way to the result, or to the first of several: ``"the attention weights": "weights"``.
        The names are a student's words, with their article; the values are expressions in the solution's own variables,
        and ``"result"`` is what it returns. Where an expression gives None, there is no such stage. Where the variables
        don't have them, a function gives the stages: ``stages(**arguments)``, a dict. A report says up to which one an
        answer is right. What another right way would compute otherwise, such as masked scores, is not a stage.
    seconds
        Time limit for one case.
    chapter
        The folder of its chapter, ``"01_linear"``: filled in by `course.chapters`.
    elsewhere
        The chapters of the other chapters' exercises, by name: filled in by `course.chapters`.
    recording
        The file that has PyTorch's recorded answers to the chapter's cases: filled in by `course.chapters`.
    withheld
        What takes the place of the solution in a closed book, where `solution` is what a notebook hands out.
    """

    name: str = ""
    points: float
    solution: Any
    reference: Any = None
    written_out: Any = None
    oracle: Oracle | None
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...] = ()
    hints: tuple[str, ...] = ()
    explanation: str = ""
    returns: tuple[str, ...] = ()
    use: Callable[..., Any] = None  # type: ignore[assignment]
    needs: tuple[Any, ...] = ()
    repair: bool = False
    trace: Trace | Mapping[str, Trace] | None = None
    stages: Mapping[str, str | Aside] | Stages | None = None
    seconds: float = 5.0
    chapter: str = ""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    recording: Path | None = None
    withheld: Withheld | None = None

    def __post_init__(self) -> None:
        if not self.name:
            if not callable(self.solution):
                raise ValueError("An exercise whose solution is a value needs a name: name=...")
            object.__setattr__(self, "name", self.solution.__name__)
        if self.reference is None:
            object.__setattr__(self, "reference", self.solution)
        if self.written_out is None:
            object.__setattr__(self, "written_out", self.solution)
        if self.use is None:
            object.__setattr__(self, "use", CallByName(self.name, self.signature))

    @property
    def kind(self) -> str:
        """What a student writes: a ``"function"``, a ``"class"``, or a ``"value"``."""
        if isinstance(self.solution, type):
            return "class"
        return "function" if callable(self.solution) else "value"

    @cached_property
    def signature(self) -> inspect.Signature:
        """How the function, or the class, is called."""
        return inspect.Signature() if self.kind == "value" else inspect.signature(self.solution)

    @cached_property
    def stages_of(self) -> Stages | None:
        """Gives the stages, by name and in order, from a call's arguments; None where none are declared."""
        if not isinstance(self.stages, Mapping):
            return self.stages
        asides = {name: stage for name, stage in self.stages.items() if isinstance(stage, Aside)}
        wanted = {name: stage.value if isinstance(stage, Aside) else stage for name, stage in self.stages.items()}
        values = on_the_way(self.solution, *wanted.values())

        def stages(**arguments: Any) -> dict[str, np.ndarray | Aside]:
            found = zip(wanted, values(**arguments), strict=True)
            given = {name: np.asarray(value) for name, value in found if value is not None}
            return {
                name: replace(asides[name], value=value) if name in asides else value for name, value in given.items()
            }

        return stages

    @cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The known mistakes with their ids and wrong answers."""
        return tuple(Misconception(self.name, self.written_out, mistake) for mistake in self.mistakes)

    def mistake(self, slug: str, *, edit: Edit | tuple[Edit, ...] = ()) -> Mistake:
        """Give a known mistake, to declare it of another exercise too: in the same words, and with its own edit.

        Raises
        ------
        LookupError
            If none has this slug.
        """
        for mistake in self.mistakes:
            if mistake.slug == slug:
                return replace(mistake, edit=edit) if edit else mistake
        raise LookupError(f"{self.name} has no mistake {slug!r}.")

    @property
    def given(self) -> Any:
        """The broken function that the notebook hands out to be repaired; None where it hands out none."""
        return self.misconceptions[0].variant if self.repair else None
