"""Answers of every odd kind, and as large as they may be, are judged like others: wrong, and soon."""

import functools
import time
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

import course
from course.calling import plain_data
from course.calling.by_name import CallByName
from course.calling.here import Here
from course.checking import diagnose, runner
from course.checking.findings import Outcome
from course.checking.prepared import Prepared
from tests.course.chapters.remembered import prepared
from tests.course.chapters.seeds import FIRST

# One answer of another kind than every exercise expects, which once ended the grading of its notebook.
ODD = {
    "an array": "np.arange(6.0).reshape(2, 3)",
    "an array of truth values": "np.array([True, False])",
    "a number out of every range": "10**400",
    "a very large number": "10**300000",
    "a negative one": "-(10**400)",
    "text": "'text'",
    "half a character": r"'\ud800'",
    "dots": "...",
    "a dict of arrays": "{'a': np.ones(2)}",
    "a nest of lists": "[[[[[]]]]]",
    "ragged lists": "[[1, 2], [3]]",
    "nothing": "None",
    "an object array": "np.array([None, 1])",
    "infinities": "np.full(3, np.inf)",
    "an int as large as an array": "1 << 200_000",
}
# As large as an answer may be, or larger.
LARGE = {
    "rows without bytes": "np.zeros((plain_data.AXIS, 0))",
    "as many bytes as are allowed": "np.zeros((plain_data.AXIS, plain_data.ELEMENTS // plain_data.AXIS), np.int8)",
    "a long axis at the end": "np.zeros((2, plain_data.AXIS))",
    "more rows than are allowed": "np.zeros((10**9, 0))",
    "axes without elements": "np.zeros((1,) * 31 + (0,))",
    "as many values as are allowed": "[0.0] * 30_000",
    "as many arrays as are allowed": "[np.zeros(500, np.int8)] * plain_data.ARRAYS",
    "lists in lists": "[[0.0] * 5] * 5000",
    "a long text": "'x' * plain_data.TEXT",
}
JUDGED = 2.0
"""Seconds within which the judge must be through with one case, on a busy machine; a billion rows took minutes."""


def _giving(exercise, value):
    thing = value if exercise.kind == "value" else lambda *args, **kwargs: value
    return Here.of(thing, exercise.name, exercise.needs)


@pytest.mark.whole
@pytest.mark.parametrize("exercise", course.exercises.values(), ids=lambda exercise: exercise.name)
def test_no_odd_answer_is_an_error_of_ours(exercise, monkeypatch):
    """Every exercise judges values of every kind: an odd one is the student's mistake, and named as such."""
    monkeypatch.setattr(diagnose, "pairs", lambda *args, **rest: ())  # no array of that shape is two mistakes together
    for kind, source in ODD.items():
        report = runner.run(prepared(exercise.name, FIRST), _giving(exercise, eval(source, {"np": np})))
        assert report.score < 1, kind
        assert Outcome.OUR_ERROR not in {case.outcome for case in report.cases}, f"{kind}: {report}"
        assert "error in the course" not in str(report), kind


def _form(expected):
    """Give what decides how an answer is compared: its type and number of axes, and the same for its parts."""
    parts = tuple(map(_form, expected)) if isinstance(expected, tuple) else np.ndim(expected)
    return type(expected), parts


@functools.cache
def _one_of_each_kind():
    """Draw the first case of one exercise of each form of result, and of each that uses an answer in its own way."""
    found = {}
    for exercise in course.exercises.values():
        drawn = Prepared(replace(exercise, cases=exercise.cases[:1]), FIRST)
        own = None if isinstance(exercise.use, CallByName) else exercise.name
        found.setdefault((own, *map(_form, drawn.expected)), drawn)
    return list(found.values())


@pytest.mark.whole
@pytest.mark.parametrize("kind", LARGE)
@pytest.mark.xdist_group("large answers")
def test_no_large_answer_takes_the_judge_long(kind):
    """Lengths are compared before anything goes through rows, and there are too few of them to matter."""
    assert 30 < len(_one_of_each_kind()) < len(course.exercises)
    for drawn in _one_of_each_kind():
        work = _giving(drawn.exercise, eval(LARGE[kind], {"np": np, "plain_data": plain_data}))
        start = time.process_time()
        report = runner.run(drawn, work)
        assert time.process_time() - start < JUDGED, drawn.exercise.name
        assert report.score < 1, drawn.exercise.name
        assert report.cases[0].outcome is not Outcome.OUR_ERROR, f"{drawn.exercise.name}: {report}"


def test_large_answers_to_all_cases_take_little_memory():
    """An answer that is far too large is kept in outline: all cases together take little more than one."""
    drawn = Prepared(course.exercises["linear"], FIRST)
    shape = (8, plain_data.NBYTES // 64)
    work = Here.of(lambda *args: np.ones(shape), "linear")
    tracemalloc.start()
    try:
        report = runner.run(drawn, work)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert f"{shape}" in str(report)
    assert len(report.cases) >= 6
    assert peak < 3 * plain_data.NBYTES


def test_an_answer_may_be_twice_as_large_as_any_that_is_right():
    """So a wrong one that is somewhat too large is still compared."""
    for exercise in course.exercises.values():
        for expected in runner.prepared_to_check(exercise)[0].expected:
            array = np.asarray(expected) if isinstance(expected, np.ndarray) else np.zeros(0)
            assert 2 * array.size <= plain_data.ELEMENTS, exercise.name
            assert 2 * array.nbytes <= plain_data.NBYTES, exercise.name
