"""One figure limits what a submission may take: its calls, its cells, starting its processes again, and judging it."""

import time

from course.calling.endings import Ending
from course.calling.here import Here
from course.calling.student import use_work
from course.calling.work import Operation
from grader.boundary.trusted.judge import Limits, Nursery


def test_calls_that_raise_take_the_time_that_they_took() -> None:
    """A case of several calls has one limit, however the last of them ends."""

    def slow(x):
        time.sleep(0.2)
        if x > 1:
            raise ValueError

    def use(student, x):
        return [student.call("slow", number) for number in (1, 2)]

    attempt, _ = use_work(use, Here({"slow": slow}), {"x": 1}, 5.0)
    assert attempt.ending is Ending.RAISED
    assert attempt.seconds >= 0.4


def test_a_call_that_raises_counts_in_the_worker(nursery: Nursery) -> None:
    """What the judge waited for counts, whatever the worker says."""
    source = "import time\ndef slow():\n    time.sleep(0.3)\n    raise ValueError"
    with nursery.worker(Limits(total_seconds=600.0)) as worker:
        worker.run_cells([source])
        left = worker.left
        assert worker.perform(Operation("call", "slow"), 50.0).ending is Ending.RAISED
        assert worker.left <= left - 0.3


def test_cells_that_die_are_within_the_limit(nursery: Nursery) -> None:
    """Ending a process, starting another one, and running the good cells again take the submission's own time."""
    cells = ["import time\ntime.sleep(0.05)", *["import os\nos._exit(1)"] * 200]
    with nursery.worker() as first, nursery.worker(Limits(total_seconds=4.0)) as worker:
        first.run_cells(["1"])  # starts what all workers come from
        start = time.monotonic()
        outputs = worker.run_cells(cells)
        assert worker.left <= 0
        assert time.monotonic() - start < 20
    assert outputs[1].note == "This cell was left out, because the process ended with exit code 1."
    assert outputs[-1].note.startswith("This cell was not run. The time for all cells and answers")


def test_what_judging_takes_counts(nursery: Nursery) -> None:
    """Time that is spent elsewhere for a submission is its own."""
    with nursery.worker(Limits(total_seconds=30.0)) as worker:
        worker.run_cells(["def f(): return 1"])
        worker.spend(31.0)
        assert worker.perform(Operation("call", "f"), 5.0).ending is Ending.NOT_RUN
