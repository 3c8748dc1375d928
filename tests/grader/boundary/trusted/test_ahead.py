"""A worker that goes ahead tells what it would have told if it had been asked one by one, whatever a submission does."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course.calling.endings import Attempt, Ending
from course.calling.plain_data import identity
from course.calling.work import Operation
from grader.boundary.shared import sandbox
from grader.boundary.shared.codec import WireError
from grader.boundary.trusted.ahead import Ahead, Calls, can_go_ahead
from grader.boundary.trusted.judge import CellOutput, Limits, Nursery, Worker

CONFINED = not sandbox.missing()
SHORT = Limits(cell_seconds=1.0, total_seconds=60.0, grace=0.5)


def _neighbour() -> Any:
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location("hostile_calls", Path(__file__).with_name("test_judge.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


JUDGE = _neighbour()


def operation(name: str, *args: Any) -> Operation:
    return Operation("call", name, args, names=tuple("xyz"[: len(args)]), forget=True)


def grade(
    nursery: Nursery, cells: list[str], operations: list[Operation], ahead: bool, seconds: float = 1.0
) -> tuple[list[CellOutput], list[Attempt], int]:
    """Run a submission, and give what its cells showed, how its calls ended, and how many messages that took."""
    with nursery.worker(SHORT) as worker:
        asked = counted(worker)
        if ahead:
            worker.expect(cells, [Calls.of([(one, seconds) for one in operations])])
        outputs = [output for cell in cells for output in worker.run_cells([cell])]
        attempts = [worker.perform(one, seconds) for one in operations]
    return outputs, attempts, len(asked)


def counted(worker: Worker) -> list[str]:
    asked: list[str] = []

    def count(name: str) -> None:
        method: Callable[..., Any] = getattr(worker, name)

        def counting(*args: Any) -> Any:
            asked.append(name)
            return method(*args)

        setattr(worker, name, counting)

    count("_ask")
    count("_go_ahead")
    return asked


def told(attempts: list[Attempt]) -> list[Any]:
    """Give all of an attempt but its time."""
    return [(one.ending, identity(one.value), one.changed, one.error, one.detail) for one in attempts]


HARMLESS = {
    "right": "def f(x):\n    return x + 1",
    "state": "import numpy as np\nn = [0]\ndef f(x):\n    n[0] += 1\n    return x + n[0]",
    "raises": "def f(x):\n    return x[10]",
    "not attempted": "def f(x):\n    raise NotImplementedError",
    "not defined": "g = 1",
    "another signature": "def f(x, y, z):\n    return x",
    "changes its argument": "def f(x):\n    x += 1\n    return x",
    "several results": "def f(x):\n    return x, [1, 2.5, None], {'a': x.sum()}",
    "an object": "class F:\n    pass\ndef f(x):\n    return F()",
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_calls_made_ahead_end_alike_and_take_one_message(nursery: Nursery, kind: str) -> None:
    cells = ["import numpy as np\nprint('once')", HARMLESS[kind], "def other(x, y):\n    return x * y"]
    operations = [operation("f", np.arange(3.0)), operation("f", np.ones(2)), operation("other", 2, 3.5)]
    there = grade(nursery, cells, operations, ahead=True)
    alone = grade(nursery, cells, operations, ahead=False)
    assert there[0] == alone[0]
    assert there[0][0].text == "once\n"
    assert told(there[1]) == told(alone[1])
    assert (there[2], alone[2]) == (1, 6)


def test_a_cell_that_stops_ends_the_going_ahead_and_the_rest_begins_another(nursery: Nursery) -> None:
    cells = ["a = 1", "b = 1 / 0", "c = a + 1\ndef f(x):\n    return x + c", "c"]
    operations = [operation("f", 1)]
    there, alone = (grade(nursery, cells, operations, ahead=one) for one in (True, False))
    assert there[0] == alone[0]
    assert there[0][1].error
    assert there[0][1].error.name == "ZeroDivisionError"
    assert there[1][0].value == 3
    assert there[2] == 2


@pytest.mark.parametrize("expression", JUDGE.CALLS)
def test_a_hostile_call_made_ahead_harms_itself_only(nursery: Nursery, expression: str) -> None:
    """It ends as it does when it is asked alone, and so do the calls before and after it."""
    if expression.startswith(JUDGE.NEEDS_CONFINEMENT) and not CONFINED:
        pytest.skip("student code can't be confined on this machine")
    cells = [JUDGE.INNOCENT, JUDGE.HELPERS, f"def hostile(x):\n    return {expression}"]
    ending = JUDGE.CALLS[expression]
    operations = [operation(name, np.arange(3.0)) for name in ("innocent", "hostile", "innocent")]
    start = time.monotonic()
    _, attempts, _ = grade(nursery, cells, operations, True, 0.3 if ending is Ending.TOO_SLOW else 10.0)
    assert time.monotonic() - start < JUDGE.HANG
    assert [one.ending for one in attempts] == [Ending.RETURNED, ending, Ending.RETURNED], attempts
    assert [attempts[i].value.tolist() for i in (0, 2)] == [[1, 2, 3], [1, 2, 3]]


@pytest.mark.parametrize("source", JUDGE.CELLS)
def test_a_hostile_cell_run_ahead_is_left_out(nursery: Nursery, source: str) -> None:
    cells = [JUDGE.INNOCENT, JUDGE.HELPERS, source, "def twice(x):\n    return 2 * x"]
    outputs, attempts, _ = grade(nursery, cells, [operation("innocent", 1), operation("twice", 4)], True)
    assert JUDGE.CELLS[source] in outputs[2].note
    assert [one.value for one in attempts] == [2, 8]


def test_a_slow_call_is_made_once_and_the_rest_one_by_one(nursery: Nursery) -> None:
    cells = [
        "import time\nn = [0]\ndef slow(x):\n    n[0] += 1\n    time.sleep(0.6)\n    return n[0]\ndef f(x): return n[0]"
    ]
    operations = [operation("f", 0), operation("slow", 0), operation("f", 0), operation("f", 1)]
    _, attempts, asked = grade(nursery, cells, operations, ahead=True, seconds=5.0)
    assert [one.value for one in attempts] == [0, 1, 1, 1]
    assert attempts[1].seconds >= 0.6
    assert asked == 3


def test_another_operation_than_the_expected_one_is_asked_alone(nursery: Nursery) -> None:
    """Equal arguments are not enough: an answer belongs to the call that was planned."""
    with nursery.worker(SHORT) as worker:
        planned = operation("f", np.zeros(2))
        worker.expect(["def f(x):\n    return x + 1"], [Calls.of([(planned, 1.0), (operation("f", 1), 1.0)])])
        worker.run_cells(["def f(x):\n    return x + 1"])
        assert worker.perform(operation("f", np.zeros(2)), 1.0).value.tolist() == [1, 1]
        asked = counted(worker)
        assert worker.perform(planned, 1.0).value.tolist() == [1, 1]
        assert asked == ["_ask"]


def test_groups_of_calls_are_made_when_their_turn_comes(nursery: Nursery) -> None:
    """An object in between is made and used between them, as in a chapter that asks for both."""
    cells = ["n = [0]\ndef f(x):\n    n[0] += 1\n    return n[0]\nclass Box:\n    def get(self):\n        return n[0]"]
    first, second = operation("f", 0), operation("f", 1)
    with nursery.worker(SHORT) as worker:
        worker.expect(cells, [Calls.of([(first, 1.0)]), Calls.of([(second, 1.0)])])
        worker.run_cells(cells)
        assert worker.perform(first, 1.0).value == 1
        box = worker.perform(Operation("call", "Box", keep=1, forget=True), 1.0).value
        assert worker.perform(Operation("call", "get", owner=box), 1.0).value == 1
        assert worker.perform(second, 1.0).value == 2
        assert worker.perform(Operation("call", "get", owner=box), 1.0).ending is Ending.LOST


FORGERIES = {
    "more time than passed": [{"ending": "returned", "value": 1, "seconds": 100.0}],
    "more calls than asked": [{"ending": "returned", "value": 1}] * 3,
    "no list": {"ending": "returned"},
    "no ending": [{"value": 1}],
    "an object that is kept": [{"ending": "returned", "value": 1, "kept": True}],
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_senseless_replies_are_refused(forgery: str) -> None:
    calls = Calls.of([(operation("f", 1), 1.0)])
    with pytest.raises(WireError):
        Ahead([], [calls]).take_calls(FORGERIES[forgery], calls, 1.0)


def test_senseless_cells_are_refused() -> None:
    shown = {"text": "", "result": "", "images": [], "notes": [], "error": None}
    for replies in ([], [shown, shown], {"text": ""}, [{"text": ""}]):
        with pytest.raises(WireError):
            Ahead(["x = 1"]).take_cells(replies, ["x = 1"])


def test_calls_are_read_once_for_all_workers_and_each_calls_with_its_own_arguments(nursery: Nursery) -> None:
    """What one worker does to an argument, no other sees."""
    cells = ["def f(x):\n    x += 1\n    return x.sum()"]
    operations = [operation("f", np.zeros(3)), operation("f", np.zeros(4))]
    calls = Calls.of([(one, 1.0) for one in operations])
    for _ in range(3):
        with nursery.worker(SHORT) as worker:
            asked = counted(worker)
            worker.expect(cells, [calls])
            worker.run_cells(cells)
            assert [worker.perform(one, 1.0).value for one in operations] == [3, 4]
            assert asked == ["_go_ahead"]
    assert nursery._source.learned.count(calls.message) == 1


def test_a_worker_from_before_the_calls_were_known_is_asked_one_by_one(nursery: Nursery) -> None:
    one = operation("f", 41.5)
    with nursery.worker(SHORT) as worker:
        worker.run_cells(["a = 1"])
        worker.expect(["def f(x):\n    return x + a"], [Calls.of([(one, 1.0)])])
        worker.run_cells(["def f(x):\n    return x + a"])
        asked = counted(worker)
        assert worker.perform(one, 1.0).value == 42.5
        assert asked[-1] == "_ask"


def test_only_calls_that_need_nothing_kept_go_ahead() -> None:
    assert can_go_ahead(operation("f", 1))
    assert not can_go_ahead(Operation("call", "f", keep=1, forget=True))
    assert not can_go_ahead(Operation("read", "f", forget=True))
    with pytest.raises(WireError):
        Calls.of([(operation("f", len), 1.0)])
