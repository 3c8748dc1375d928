"""A mistake is an edit of the solution: it applies once, and what it makes is like code that was written."""

import inspect
import traceback

import numpy as np
import pytest

from course.checking.runner import assess
from course.checking.spec import Case, Exercise, Mistake
from course.checking.variant import EditError, compiled
from grader.mistakes import mistake_diff


def double(x):
    """Give 2x, with x + x here and nowhere else."""
    total = x + x
    if total.size == 0:
        return total
    return total


class Doubler:
    """Doubles."""

    def forward(self, x):
        """Give 2x."""
        return 2 * x


def exercise_with(*edits, solution=double, **fields):
    """Declare an exercise with one mistake, ``double.slip``."""
    return Exercise(
        name=solution.__name__,
        points=1,
        solution=solution,
        oracle=None,
        cases=(Case("three", lambda rng: {"x": rng.normal(size=3)}), Case("none", lambda rng: {"x": np.zeros(0)})),
        mistakes=(Mistake("slip", edit=edits, gives="when x is not doubled.", advice="Read the name."),),
        **fields,
    )


def slip_of(exercise):
    return exercise.misconceptions[0]


def test_an_edit_is_made_to_the_solution_without_its_docstring():
    """What the docstring says again does not count as an occurrence."""
    assert slip_of(exercise_with(("x + x", "x"))).source.splitlines()[:2] == ["def double(x):", "    total = x"]


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ([("x + y", "x")], "the edit's text 'x + y' does not occur in the solution; it must occur once."),
        ([("return total", "return x")], "the edit's text 'return total' occurs 2 times in the solution; "),
        ([("x + x", "x + x")], "the edit replaces 'x + x' with itself."),
        ([("x + x", "2 * x"), ("x + x", "x")], "the edit's text 'x + x' does not occur in the solution; "),
        ([("x + x", "(x + x")], "the edited solution does not compile: '(' was never closed in line 2."),
        ([("(x):", "(x, y=z):")], "the edited solution can't be defined: NameError: name 'z' is not defined."),
    ],
)
def test_an_edit_that_makes_no_answer_is_told_with_the_lines_of_the_source(edits, sentence):
    """The first line has the mistake's id and the problem, the lines below it the numbered source."""
    with pytest.raises(EditError) as caught:
        _ = slip_of(exercise_with(*edits)).variant
    first, *lines = str(caught.value).splitlines()
    assert first.startswith(f"double.slip: {sentence}")
    assert [line[:6] for line in lines] == [f"  {i} | " for i in range(1, 6)]
    assert lines[3] == "  4 |         return total"
    assert (caught.value.name, caught.value.mistake) == ("double.slip", "double.slip")


def test_a_traceback_shows_the_line_of_the_edited_source():
    """The line of the mistake, not the solution's."""
    variant = slip_of(exercise_with(("x + x", "x + undefined_here"))).variant
    with pytest.raises(NameError) as caught:
        variant(np.zeros(3))
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno, last.line) == ("<double.slip>", 2, "total = x + undefined_here")


@pytest.mark.parametrize(
    ("solution", "edit"), [(double, ("x + x", "x")), (Doubler, ("2 * x", "x"))], ids=["function", "class"]
)
def test_inspect_finds_the_source_of_what_was_edited(solution, edit):
    """Of a function as of a class: what is found is the mistake's source."""
    known = slip_of(exercise_with(edit, solution=solution, use=lambda student, x: x))
    assert inspect.getsource(known.variant).rstrip() == known.source
    assert edit[0] not in known.source


def test_an_edit_is_made_to_the_solution_that_is_written_out():
    """Where the solution calls another exercise, a mistake can be in any of the steps."""

    def by_another(x):
        return double(x)

    exercise = exercise_with(("x + x", "x"), solution=by_another, written_out=double)
    assert slip_of(exercise).source.splitlines()[:2] == ["def by_another(x):", "    total = x"]
    assert mistake_diff(exercise, slip_of(exercise))[1:3] == ["-    total = x + x", "+    total = x"]
    assert assess(exercise, by_another).passed
    assert assess(exercise, slip_of(exercise).variant).misconception == "by_another.slip"


def test_a_solution_is_its_own_where_none_is_written_out():
    """Then a mistake is an edit of what the lesson shows."""
    assert exercise_with(("x + x", "x")).written_out is double


def test_an_edit_leaves_the_solution_as_it_was():
    """The wrong answer is a separate function."""
    variant = slip_of(exercise_with(("x + x", "x"))).variant
    assert variant(np.ones(2)).tolist() == [1, 1]
    assert double(np.ones(2)).tolist() == [2, 2]


def test_a_mistake_that_is_handed_in_as_a_cell_is_recognised():
    """Its source needs only NumPy."""
    exercise = exercise_with(("x + x", "x"))
    notebook = {"np": np}
    exec(slip_of(exercise).source, notebook)
    report = assess(exercise, notebook["double"])
    assert not report.passed
    assert report.misconception == "double.slip"


def test_a_warning_about_edited_code_reaches_nobody(recwarn):
    """Two edits together may be odd code that Python warns of: it was neither a student's nor a lecturer's."""
    compiled("def double():\n    return (1, 2) (3)\n", "double", "odd", double)
    assert not recwarn.list
