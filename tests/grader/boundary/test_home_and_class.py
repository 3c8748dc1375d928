"""Hostile objects, drawn at random: each ends in a confined worker as it ends at home, and none ends the engine."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import io
import linecache
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import course
from course.calling import call as calling
from course.calling.endings import Attempt, Ending
from course.calling.here import Here
from course.calling.work import Held, Operation, Work
from course.checking.compare import as_data
from course.checking.prepared import Prepared
from course.checking.runner import run
from grader.boundary.trusted.judge import Limits, Nursery, Worker

SEED = 20_261_128
DRAWN = 80
"""Answers of one test."""


def _neighbour(name: str) -> ModuleType:
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hostile_objects = _neighbour("hostile_objects")
pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # whatever such objects make Python and NumPy say
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # of a __del__ that raises
]


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Have the drawn objects end in their own test, where what they raise as they go is expected."""
    yield
    gc.collect()


@pytest.fixture
def worker(nursery: Nursery) -> Iterator[Worker]:
    with nursery.worker(Limits(total_seconds=600.0, cpu_seconds=300)) as found:
        (output,) = found.run_cells([hostile_objects.HELPERS])
        assert output.error is None
        yield found


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep from this process what an answer prints and sets."""
    with np.errstate(), contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        yield


def define(source: str) -> tuple[dict[str, Any], str]:
    """Run a cell in this process: its names, and what it raised."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for text, name in ((hostile_objects.HELPERS, "<helpers>"), (source, "<hostile cell>")):
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        try:
            exec(compile(text, name, "exec"), names)
        except BaseException as error:
            return names, type(error).__name__
    return names, ""


def told(attempt: Attempt) -> tuple[Any, ...]:
    """Bring an ending into a form that can be compared: without time, addresses and line numbers."""
    value = attempt.value if type(attempt.value) is Held else repr(as_data(attempt.value))
    error = attempt.error and (attempt.error.type_name, attempt.error.message, attempt.error.source)
    facts = attempt.ending, value, attempt.changed, error, attempt.detail
    return tuple(re.sub(r"0x[0-9a-f]+", "0x", fact) if isinstance(fact, str) else fact for fact in facts)


def use(work: Work, seconds: float) -> list[Attempt]:
    """Call the answer twice, and look at what it gave if that is an object."""
    found = []
    for _ in range(2):
        x, extra = np.arange(1.0, 4.0), {"w": np.ones(2)}
        names = ("x", "extra")
        found.append(work.perform(Operation("call", "hostile", (x, extra), {}, names, None, 1, True), seconds))
        assert (x.tolist(), extra["w"].tolist(), list(extra)) == ([1, 2, 3], [1, 1], ["w"])
        held = found[-1].value
        if type(held) is Held:
            found.append(work.perform(Operation("read", "shape", owner=held, keep=2), seconds))
            found.append(work.perform(Operation("call", "item", (1,), names=("i",), owner=held, keep=3), seconds))
            found.append(work.perform(Operation("write", "new", (1,), names=("v",), owner=held), seconds))
    found.append(work.perform(Operation("call", "throw", (3,), names=("error",), forget=True), seconds))
    return found


def differences(worker: Worker, seeds: range) -> list[str]:
    """Tell every answer that ends otherwise in a worker than at home."""
    found = []
    for seed in seeds:
        hostile = hostile_objects.draw(seed)
        (output,) = worker.run_cells([hostile.source])
        with quiet():
            names, error = define(hostile.source)
            near = [] if error else [told(attempt) for attempt in use(Here(names), 5.0)]
        assert error == (output.error.name if output.error else ""), f"seed {seed}\n{hostile.source}"
        if error:
            continue
        far = [told(attempt) for attempt in use(worker, 5.0)]
        if near != far:
            found.append(f"seed {seed}\n{hostile.source}\nat home  {near}\nin class {far}\n")
    return found


@pytest.mark.parametrize("first", [SEED, SEED + DRAWN, SEED + 2 * DRAWN])
def test_hostile_objects_end_in_class_as_they_do_at_home(worker: Worker, first: int) -> None:
    """Value, error, changes and signature are the same, and one process serves them all."""
    print(f"seeds {first} to {first + DRAWN - 1}")
    limit, before = sys.getrecursionlimit(), worker.pid
    found = differences(worker, range(first, first + DRAWN))
    assert not found, "\n".join(found)
    assert (worker.pid, sys.getrecursionlimit()) == (before, limit)


def test_the_drawn_objects_tell_a_broken_engine_from_a_whole_one(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the engine at home to let what a signature raises through, the test above would see it."""

    def unguarded(function: Any, args: Any, kwargs: Any) -> None:
        getattr(function, "__signature__", None)

    monkeypatch.setattr(calling, "other_signature", unguarded)
    assert differences(worker, range(SEED, SEED + DRAWN))


def test_the_drawn_objects_end_in_many_ways() -> None:
    """They are not all the same to the engine: most endings, errors and kinds of values occur."""
    endings, errors, kinds = set(), set(), set()
    for seed in range(SEED, SEED + 3 * DRAWN):
        with quiet():
            names, _ = define(hostile_objects.draw(seed).source)
            for attempt in use(Here(names), 5.0):
                endings.add(attempt.ending)
                errors.add(attempt.error and attempt.error.type_name)
                kinds.add(type(attempt.value).__name__)
    wanted = {Ending.RETURNED, Ending.RAISED, Ending.NOT_ATTEMPTED, Ending.INTERRUPTED, Ending.WRONG_SIGNATURE}
    assert wanted <= endings
    assert len(errors) >= 10, errors
    assert len(kinds) >= 8, kinds


def test_objects_that_loop_are_stopped_at_home_and_in_class(worker: Worker) -> None:
    """Whatever is asked of an object that loops when it is asked, the ending is the same, and comes in time."""
    seeds = [seed for seed in range(SEED, SEED + 60) if hostile_objects.draw(seed, may_loop=True).slow][:12]
    before = worker.pid
    for seed in seeds:
        source = hostile_objects.draw(seed, may_loop=True).source
        (output,) = worker.run_cells([source])
        with quiet():
            names, error = define(source) if output.error is None else ({}, output.error.name)
            near = [attempt.ending for attempt in use(Here(names), 0.5)]
        if output.error is None:
            assert error == ""
            far = [attempt.ending for attempt in use(worker, 0.5)]
            assert near == far, f"seed {seed}\n{source}"
    assert worker.pid == before


def test_a_report_comes_back_whatever_is_assessed(worker: Worker) -> None:
    """`course.assess` returns a report for every one of them, and a worker's answer is judged alike, case by case."""
    prepared = Prepared(course.exercises["warm_up"], 1)
    for seed in range(SEED, SEED + DRAWN):
        source = hostile_objects.draw(seed).source + "\nwarm_up = hostile"
        (output,) = worker.run_cells(["warm_up = 0", source])[1:]
        with quiet():
            names, _ = define(source)
            thing = names.get("warm_up", 0)
            unnamed = course.assess(thing)
            near = course.assess(thing, "warm_up", seed=1)
            thing = None
        assert 0 <= unnamed.score <= 1
        assert str(near)
        assert near.to_dict()["text"]
        if output.error is None and near.outcome != "not callable":
            far = run(prepared, worker)
            outcomes = [[case.outcome for case in report.cases] for report in (near, far)]
            assert outcomes[0] == outcomes[1], f"seed {seed}\n{source}"
            assert near.score == far.score
