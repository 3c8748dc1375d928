"""What the course and the grader raise: one base each, with fields as well as a sentence."""

from __future__ import annotations

import ast
import importlib
import inspect
import pickle
import pkgutil

import numpy as np
import pytest

import course
import course.functional
import grader
from course import cost
from course.catalog import UnknownLayer, card
from course.errors import ArgumentError, ArgumentIndexError, ArgumentTypeError, ArgumentValueError, CourseError
from course.notebook import CheckFailed
from course.workcopy.start import start
from grader.errors import GraderError
from grader.lesson import UnknownLesson, topic_of

ROOMS = ("course.functional", "course.cost", "course.catalog")
MODULES = [
    f"{room}.{module.name}" for room in ROOMS for module in pkgutil.iter_modules(importlib.import_module(room).__path__)
]


@pytest.mark.parametrize("name", [*MODULES, *ROOMS])
def test_every_error_of_these_rooms_derives_from_the_base(name):
    """Whatever is raised by name is a CourseError, and the built-in error that PyTorch's users expect."""
    module = importlib.import_module(name)
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Raise) and node.exc is not None:
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            kind = eval(ast.unparse(called), vars(module))
            assert issubclass(kind, CourseError), ast.unparse(node)
            assert issubclass(kind, (ValueError, TypeError, LookupError)), ast.unparse(node)


def test_every_error_of_the_grader_derives_from_its_base():
    """The boundary has its own errors, since the confined side loads nothing else of ours."""
    for found in pkgutil.iter_modules(grader.__path__):
        if found.name in ("__main__", "boundary", "nbgrader_config"):
            continue
        for kind in vars(importlib.import_module(f"grader.{found.name}")).values():
            if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == f"grader.{found.name}":
                assert issubclass(kind, GraderError), kind


REFUSALS = [
    (
        lambda: course.functional.linear(np.zeros((2, 3)), np.zeros((4, 3)), np.zeros(5)),
        ArgumentValueError,
        ("bias", "has shape (5,)", "(4,) is expected"),
    ),
    (
        lambda: course.functional.gelu(np.zeros(3, int)),
        ArgumentTypeError,
        ("input", "has dtype int64", "float16, float32 or float64 is expected"),
    ),
    (
        lambda: course.functional.softmax(np.zeros(3), 1),
        ArgumentIndexError,
        ("dim", "is 1", "for shape (3,) one of -1 to 0 is expected"),
    ),
    (
        lambda: cost.summary(cost.Linear(3, 4), (2, 5)),
        cost.ShapeMismatch,
        ("Linear(in_features=3, out_features=4, bias=True)", (2, 5), "a last axis of 3"),
    ),
    (
        lambda: cost.describe("torch.nn.Frobnicate(3)"),
        cost.UnknownModule,
        ("Frobnicate", "is not a layer that course.cost knows", "describe it with those it does"),
    ),
    (lambda: card("Conv1D"), UnknownLayer, ("name", "Conv1D", ("Conv1d", "Conv3d", "Conv2d"))),
    (lambda: topic_of("linear"), UnknownLesson, ("chapter", "linear", r"\d\d_(?P<topic>\w+)")),
]


@pytest.mark.parametrize(("call", "kind", "fields"), REFUSALS, ids=[kind.__name__ for _, kind, _ in REFUSALS])
def test_an_error_has_fields_and_survives_pickling(call, kind, fields):
    """Name, received and allowed, next to the text; another process gets the same."""
    with pytest.raises(kind) as caught:
        call()
    error = caught.value
    assert (error.name, error.received, error.allowed) == fields
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.name, again.received, again.allowed) == (kind, str(error), *fields)


def test_a_text_begins_with_the_argument_and_ends_with_what_is_wanted():
    """An argument's error is one sentence of its three fields."""
    error = ArgumentValueError("groups", "is 0", "at least 1 is expected")
    assert isinstance(error, (ArgumentError, ValueError))
    assert str(error) == "groups is 0; at least 1 is expected."


def test_a_failed_check_is_an_error_of_the_course():
    """One except clause catches all that the course raises."""
    with pytest.raises(CourseError) as caught:
        course.check(course.exercises["linear"].misconceptions[0].variant, "linear")
    assert isinstance(caught.value, CheckFailed)


def test_a_working_copy_that_can_not_be_made_is_an_error_of_the_course(tmp_path):
    """It carries the path."""
    file = tmp_path / "file"
    file.write_text("f")
    with pytest.raises(CourseError, match="is a file") as caught:
        start(file)
    assert caught.value.path == file.resolve()
