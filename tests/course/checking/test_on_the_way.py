"""What a function computes on the way to its result, and the stages that an exercise names by it."""

import numpy as np
import pytest

import course
from course.checking.on_the_way import on_the_way
from course.checking.spec import Aside, Exercise


def _steps(x, twice=False):
    def half(value):
        return value / 2

    total = x + 1
    if twice:
        total = half(4 * total)
        return total
    return half(total)


def test_values_are_read_where_the_function_returns():
    """At each return of the function itself, not of a function inside it."""
    values = on_the_way(_steps, "total", "half(total)", "result")
    assert values(x=5) == (6, 3, 3)
    assert values(x=5, twice=True) == (12, 6, 12)


def test_what_comes_first_can_be_used_by_what_follows():
    assert on_the_way(_steps, "(more := total + 1)", "more * 2")(x=1) == (3, 6)


def test_what_is_not_an_expression_is_refused():
    with pytest.raises(ValueError, match="'lambda' is not an expression: invalid syntax"):
        on_the_way(_steps, "lambda")(x=1)


def _exercise(**stages):
    return Exercise(points=1, solution=_steps, oracle=None, cases=(), stages=stages)


def test_a_stage_is_left_out_where_its_expression_gives_none():
    """An aside stays one."""
    exercise = _exercise(sum=Aside("total", "result"), again="total if twice else None", result="result")
    declared = exercise.stages_of(x=5)
    assert list(declared) == ["sum", "result"]
    assert (declared["sum"].value, declared["sum"].needed_by) == (np.array(6), "result")
    assert list(exercise.stages_of(x=5, twice=True)) == ["sum", "again", "result"]


def test_an_exercise_is_named_after_its_solution():
    assert _exercise().name == "_steps"
    with pytest.raises(ValueError, match="needs a name"):
        Exercise(points=1, solution={"a": 1}, oracle=None, cases=())


def test_a_mistake_of_a_sister_has_its_words_and_may_have_an_edit_of_its_own():
    loops = course.exercises["conv1d_loops"]
    declared = next(mistake for mistake in loops.mistakes if mistake.slug == "no-bias")
    assert loops.mistake("no-bias") is declared
    other = loops.mistake("no-bias", edit=("a", "b"))
    assert (other.edits, other.gives, other.advice) == ((("a", "b"),), declared.gives, declared.advice)
    with pytest.raises(LookupError, match="conv1d_loops has no mistake 'no-biass'"):
        loops.mistake("no-biass")
