"""The judge's functions in a student's hands: what is asked in vain, late or at the wrong time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from course.calling.endings import Ending
from course.calling.student import Stopped, Student
from course.calling.work import Operation
from grader.boundary.trusted.judge import Limits, Nursery, Worker

SECONDS = 10.0
CELL = """
import numpy as np
def apply(f, x): return f(x) + 1
def endless(f):
    while True: f(np.ones(100))
def waits(f): return f(1)
def reads(): return 3
"""


@pytest.fixture(scope="module")
def worker(nursery: Nursery) -> Iterator[Worker]:
    with nursery.worker(Limits(grace=30.0)) as found:  # it answers late on a busy machine, and is not lost
        found.run_cells([CELL])
        yield found


def call(name: str, *args: Any) -> Operation:
    return Operation("call", name, args, names=tuple("abc"[: len(args)]))


def double(x: Any) -> Any:
    return 2 * x


def test_a_call_that_is_stopped_in_the_midst_of_questions_keeps_its_process(worker: Worker) -> None:
    """A time limit that strikes while the judge answers leaves the connection whole."""
    before = worker.pid
    for _ in range(5):
        assert worker.perform(call("endless", double), 0.1).ending is Ending.TOO_SLOW
        assert worker.perform(call("apply", double, 4), SECONDS).value == 9
    slow = threading.Event()
    attempt = worker.perform(call("waits", lambda x: slow.wait(0.3)), 0.1)
    assert attempt.ending is Ending.TOO_SLOW
    assert worker.perform(call("apply", double, 4), SECONDS).value == 9
    assert worker.pid == before


def test_a_function_that_does_not_end_ends_with_the_case(nursery: Nursery) -> None:
    """The judge's own function is stopped at the deadline; the process is given up, and the next call has a new one."""

    def endless(x: Any) -> None:
        while True:
            pass

    with nursery.worker(Limits(grace=0.5)) as worker:
        worker.run_cells([CELL])
        start = time.monotonic()
        assert worker.perform(call("apply", endless, 1), 0.2).ending is Ending.TOO_SLOW
        assert time.monotonic() - start < 20
        assert worker.perform(call("apply", double, 4), SECONDS).value == 9


def test_a_function_can_not_use_the_students_work(worker: Worker) -> None:
    """The connection waits for the function's result, so the attempt is refused, and told as an error."""
    student = Student(worker, SECONDS)
    with pytest.raises(Stopped) as stopped:
        student.call("apply", lambda x: student.call("reads"), 1)
    assert stopped.value.attempt.error.type_name == "RuntimeError"
    assert worker.perform(call("reads"), SECONDS).value == 3
