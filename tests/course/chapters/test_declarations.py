"""What every declaration of an exercise promises, without running any answer to it."""

import ast
import inspect
import types
from pathlib import Path

import numpy as np
import pytest

import course
from course.checking.prepared import Prepared
from course.checking.source import bare, source_of

EXERCISES = list(course.exercises.values())
WRITTEN_OUT = [exercise for exercise in EXERCISES if exercise.written_out is not exercise.solution]

each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
each_written_out = pytest.mark.parametrize("exercise", WRITTEN_OUT, ids=lambda e: e.name)


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if not e.oracle], ids=lambda e: e.name)
def test_a_reference_that_alone_decides_is_held_against_something_else(exercise):
    """Where no oracle is declared, a test of the chapter's own file uses the exercise; a comment does not count."""
    topic = exercise.chapter.partition("_")[2]
    tree = ast.parse(Path(__file__).with_name(f"test_{topic}.py").read_text())
    assert exercise.name in _names_used(tree)


def _names_used(tree):
    """Give each name that the code has, or hands on as text. An import alone, or a word in a sentence, is no use."""
    nodes = list(ast.walk(tree))
    return {
        *(node.id for node in nodes if isinstance(node, ast.Name)),
        *(node.attr for node in nodes if isinstance(node, ast.Attribute)),
        *(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)),
    }


@each
def test_cases_discriminate_by_their_number(exercise):
    """At least three cases, three misconceptions and three hints that lead on."""
    assert len(exercise.cases) >= 3
    assert len({case.name for case in exercise.cases}) == len(exercise.cases)
    assert len(exercise.misconceptions) >= 3
    assert len(exercise.hints) >= 3
    assert exercise.explanation


@each
def test_ids_and_names_are_what_others_rely_on(exercise):
    """An id is exercise.mistake, the mapping's key is the function's own name, points are positive."""
    key = exercise.name if exercise.kind == "value" else exercise.reference.__name__
    assert key.isidentifier()
    assert course.exercises[key] is exercise
    assert exercise.points > 0
    ids = [known.id for known in exercise.misconceptions]
    assert len(set(ids)) == len(ids)
    for known in exercise.misconceptions:
        assert known.id.startswith(f"{exercise.name}.")
        assert known.diagnosis.endswith(".")
        assert known.advice.endswith((".", "?"))


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e.kind != "value"], ids=lambda e: e.name)
def test_a_variant_has_the_signature_of_its_exercise(exercise):
    """A wrong version is called like the right one."""
    for known in exercise.misconceptions:
        assert str(inspect.signature(known.variant)) == str(exercise.signature), known.id


@each
def test_a_mistake_is_an_edit_of_the_solution_or_a_body(exercise):
    """Its edits apply once each, change the code, and leave lines that a traceback can show."""
    for known in exercise.misconceptions:
        mistake = known.mistake
        assert bool(mistake.edits) != (mistake.body is not None), f"{known.id}: either edit= or body="
        if mistake.edits:
            assert inspect.getsource(known.variant).strip() == known.source.strip(), known.id
        if exercise.kind != "value":
            assert _code(known.source) != _code(source_of(exercise.written_out, exercise.name)), known.id


@each_written_out
def test_a_solution_that_is_written_out_needs_no_other_exercise(exercise):
    """It has the solution's signature, and all steps are in it: where one is another exercise, no edit can be in it."""
    assert str(inspect.signature(exercise.written_out)) == str(exercise.signature)
    others = {*course.exercises, "functional"}
    assert _names_used(ast.parse(source_of(exercise.solution, exercise.name))) & others
    assert not _names_used(ast.parse(source_of(exercise.written_out, exercise.name))) & others


def test_there_are_solutions_that_are_written_out():
    """Otherwise what is tested of these tests nothing."""
    assert WRITTEN_OUT


def _code(source):
    return ast.dump(ast.parse(bare(source)))


def _alike(one, other):
    """Compare arguments, also generators by their state and functions by their code and what they carry."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, np.random.Generator):
        return one.bit_generator.state == other.bit_generator.state
    if isinstance(one, types.FunctionType):
        carried = ([cell.cell_contents for cell in f.__closure__ or ()] for f in (one, other))
        return one.__code__ == other.__code__ and _alike(*carried) and _alike(one.__defaults__, other.__defaults__)
    if isinstance(one, (np.ndarray, np.generic, int, float, str, type(None), types.BuiltinFunctionType, np.ufunc)):
        return np.array_equal(one, other)
    return _alike(vars(one), vars(other))


@each
def test_equal_seeds_give_equal_cases(exercise):
    """A seed in a report is enough to see the case again."""
    one, other = Prepared(exercise, 123), Prepared(exercise, 123)
    assert _alike(one.arguments, other.arguments)


@each
def test_another_seed_gives_other_cases(exercise):
    """Where a case has anything to draw, it is drawn from the seed: answers learnt from one run are worth nothing."""
    one, other = Prepared(exercise, 123), Prepared(exercise, 124)
    assert not _alike(one.arguments, other.arguments) or all(map(one._is_fixed, range(len(exercise.cases))))
