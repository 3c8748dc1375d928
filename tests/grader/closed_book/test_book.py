"""A closed book of a few exercises: written, read again, and used for checks instead of the solutions."""

from dataclasses import replace

import numpy as np
import pytest

from course.chapters import EXERCISES
from course.checking.compare import compare
from course.checking.runner import assess
from course.checking.sealed import Sealed, sealed
from course.closed_book import DECLARED
from course.closed_book.reading import UnreadableBook, read_book
from grader.closed_book.book import book_of, modules_of
from grader.closed_book.declared import NotPlain, declared

NAMES = (
    "linear",
    "repair_linear",
    "normalization_axes",
    "is_elementwise",
    "Linear",
    "clip_grad_norm",
    "transformer_encoder_layer",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    for name, content in book_of([EXERCISES[name] for name in NAMES], "your class").items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def book(folder):
    return {name: one for exercises in read_book(folder).values() for name, one in exercises.items()}


@pytest.mark.whole
@pytest.mark.parametrize("name", NAMES)
def test_it_checks_as_the_course_does(book, name):
    """The right answer passes, what is handed out does not, and each mistake is named, with the same report."""
    exercise, closed = EXERCISES[name], book[name]
    assert assess(closed, exercise.solution).passed
    assert not assess(closed, closed.solution if exercise.kind != "value" else {}).passed
    for known in exercise.misconceptions:
        report, wanted = assess(closed, known.variant), assess(exercise, known.variant)
        assert report.misconceptions == wanted.misconceptions == (known.id,)
        assert str(report) == str(wanted)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_all_but_the_solution(book, name):
    """Signature, cases, hints, points; no edit, no explanation, and an object that only says NotImplementedError."""
    exercise, closed = EXERCISES[name], book[name]
    for what in ("name", "points", "kind", "signature", "hints", "returns", "repair", "seconds"):
        assert getattr(closed, what) == getattr(exercise, what)
    for what in ("name", "note", "weight", "remark", "optional"):
        assert [getattr(one, what) for one in closed.cases] == [getattr(one, what) for one in exercise.cases]
    assert not any(one.edits for one in closed.mistakes)
    assert (closed.explanation, closed.stages, closed.needs) == ("", None, ())
    assert closed.withheld.decides == "your class"


def test_another_seed_is_refused(book):
    """Only one seed is recorded."""
    report = assess(book["linear"], EXERCISES["linear"].solution, seed=3)
    assert str(report).splitlines()[0] == ("linear: a closed book has the answers to seed 0 only, and this is seed 3.")


def test_a_text_is_compared_without_being_known():
    """With a text, with another closed text, and with something else."""
    right = sealed("N, H", "salt")
    assert compare("N, H", right).right
    assert compare(right, right).right
    assert compare(("N, H",), (right,)).right
    assert not compare("N", right).right
    assert not compare(sealed("N", "salt"), right).right
    assert not compare(sealed("N, H", "other"), right).right
    assert not compare(np.zeros(2), right).right
    assert not compare(right, "N, H").right
    assert "N, H" not in repr(right)


def test_a_value_is_kept_as_digests(book):
    """Its right entries, and the wrong ones of its mistakes, which would give the right ones away."""
    known = book["normalization_axes"].withheld.read()
    assert all(isinstance(one, Sealed) for one in known.answers.expected)
    assert all(isinstance(one.value, Sealed) for one in known.attempts.values())


def test_functions_among_arguments_are_drawn_by_a_module_of_their_own(folder, book):
    """That module is part of the book, with what it imports, and no module of an exercise is."""
    found = modules_of((folder / DECLARED).read_bytes())
    assert found >= {f"course.chapters.activations.{name}" for name in ("elementwise_cases", "layers", "draws")}
    assert "course.chapters.counting.use_layer" in found
    assert not [name for name in found if name.rpartition(".")[2] in EXERCISES]
    assert book["is_elementwise"].cases is EXERCISES["is_elementwise"].cases


def test_use_must_be_in_a_module_without_a_solution():
    """A function in place, or one next to the solution, can't be in the book."""
    linear = EXERCISES["linear"]
    for use in (lambda student, **arguments: None, linear.solution):
        with pytest.raises(NotPlain, match="linear: its `use` must be a function in a separate module"):
            declared(replace(linear, use=use), [])


def test_every_exercise_can_be_in_a_closed_book():
    """Its `use` has a module without a solution, and so have its cases if they draw functions."""
    for exercise in EXERCISES.values():
        told = declared(exercise, [])
        drawn = [case.draw(np.random.default_rng([0, 1, 2])) for case in exercise.cases]
        functions = any(callable(value) for arguments in drawn for value in arguments.values())
        assert functions == isinstance(told["cases"], str), exercise.name


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"decides": "", "exercises": [{"name": 1}]}'])
def test_a_damaged_book_is_refused(tmp_path, content):
    """In one sentence."""
    if content is not None:
        (tmp_path / DECLARED).write_bytes(content)
    with pytest.raises(UnreadableBook, match=r"can't be read; install the course again\."):
        read_book(tmp_path)
