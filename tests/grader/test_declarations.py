"""What is wrong with a declared mistake is a plain sentence of the build's, never a traceback."""

import pytest

from course.checking.spec import Case, Exercise, Mistake
from grader.config import ROOT
from grader.declarations import declaration_problems


def halve(x):
    """Give x / 2."""
    return x / 2


def doubled(x):
    return 2 * x


def problems(*mistakes):
    exercise = Exercise(
        name="halve",
        points=1,
        solution=halve,
        oracle=None,
        cases=(Case("three", lambda rng: {"x": rng.normal(size=3)}),),
        mistakes=mistakes,
    )
    return list(declaration_problems([exercise], ROOT))


def mistake(*edits, slug="slip", body=None):
    return Mistake(slug, edit=edits, body=body, gives="when x is not halved.", advice="Look at the name.")


SOLUTION = "  1 | def halve(x):\n  2 |     return x / 2"


@pytest.mark.parametrize(
    ("declared", "sentence", "log"),
    [
        (
            [mistake(("x", "y"))],
            "halve.slip: the edit's text 'x' occurs 2 times in the solution; it must occur once.",
            SOLUTION,
        ),
        (
            [mistake(("x // 2", "x"))],
            "halve.slip: the edit's text 'x // 2' does not occur in the solution; it must occur once.",
            SOLUTION,
        ),
        ([mistake(("x / 2", "x / 2"))], "halve.slip: the edit replaces 'x / 2' with itself.", SOLUTION),
        (
            [mistake(("x / 2", "x / "))],
            "halve.slip: the edited solution does not compile: invalid syntax in line 2.",
            "  1 | def halve(x):\n  2 |     return x / ",
        ),
        (
            [mistake(("x / 2", "0.5 * x"))],
            "halve.slip changes nothing that a case can see: every case is right with it.",
            "def halve(x):\n    return 0.5 * x",
        ),
        ([mistake()], "halve.slip needs an edit of the solution or a body, one of the two.", ""),
        (
            [mistake(("x / 2", "x"), body=doubled)],
            "halve.slip needs an edit of the solution or a body, one of the two.",
            "",
        ),
    ],
)
def test_a_mistake_that_is_none_is_told_with_its_id_and_the_lines(declared, sentence, log):
    """One problem, in the file that declares the exercise."""
    (problem,) = problems(*declared)
    assert (problem.what, problem.log) == (sentence, log)
    assert problem.file.endswith("test_declarations.py")


def test_two_mistakes_with_one_name_are_told():
    """Each of them has the problem."""
    found = problems(mistake(("x / 2", "x")), mistake(body=doubled))
    assert [problem.what for problem in found] == ["halve.slip is declared 2 times."] * 2


def test_mistakes_of_both_kinds_that_change_something_are_no_problem():
    """An edit and a body."""
    assert problems(mistake(("x / 2", "x")), mistake(slug="doubled", body=doubled)) == []
