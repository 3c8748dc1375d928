"""Objects, values and functions across the boundary: each operation ends as it does at home."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from course.calling.endings import Attempt, Ending
from course.calling.here import Here
from course.calling.plain_data import Foreign
from course.calling.student import Stopped, Student
from course.calling.work import GONE, Held, Operation
from course.checking.compare import as_data
from grader.boundary.trusted import judge
from grader.boundary.trusted.judge import CellOutput, Limits, Nursery, Worker

SECONDS = 10.0
CELL = """\
import collections, enum, functools, inspect
import numpy as np

class Linear:
    scale = 2
    def __init__(self, n, bias=True):
        self.weight, self.bias, self.calls = np.ones((n, n)), bias, []
    def forward(self, input):
        return input @ self.weight
    def me(self): return self
    def todo(self): raise NotImplementedError
    def changes(self, x): x[0] = 7
    def keeps(self, x): self.calls.append(x)
    @property
    def broken(self): raise ValueError("a property")
    @property
    def later(self): raise NotImplementedError("later")
    @staticmethod
    def static(x): return x + 1
    @classmethod
    def of(cls, n): return cls(n)
    def apply(self, x): return self.function(x)
    def parameters(self): return [self.weight]

class Stack:
    def __init__(self, *layers): self.layers = layers
    def names(self, more=()): return [type(layer).__name__ for layer in (*self.layers, *more)]
    def both(self): return [self.layers[0], 1]

class Refusing:
    def __getattr__(self, name): raise RuntimeError("not " + name)
    def __setattr__(self, name, value): raise ValueError("not " + name)
class Endless:
    def __getattr__(self, name): return Endless()
    def __call__(self, x): return x + 1
class Slotted:
    __slots__ = ("a",)
Pair = collections.namedtuple("Pair", "a b")
class Point(Pair):
    def turned(self): return Pair(self.b, self.a)
class Colour(enum.IntEnum):
    RED = 1
def rng(): return np.random.default_rng(3)
def keyed(): return {1: 2}
def red(): return Colour.RED
def text(): return np.str_("a")
def objects(): return np.array([None, 1])
def dots(): return ...
def dotted(): return [..., {"a": ...}]
def names(a): return [type(item).__name__ for item in a["layers"]]
def apply(f, x): return f(x) + 1
def twice(f, x): return f(f(x, by=2), by=3)
def catches(f):
    try:
        f(0)
    except ValueError as error:
        return [type(error).__name__, str(error)]
def itself(f): return f
def inside(f): return [f]
def none_of_it(f): return f(object())
def lines(f):
    x = 1
    return f(x)
number = 3
blank = ...
data = {"a": [1, np.ones(2)], "b": "text"}
def reads(): return number

class NonsenseSignature:
    __signature__ = "nonsense"
    def __call__(self, x): return x + 1
nonsense_signature = NonsenseSignature()
class RaisingSignature:
    @property
    def __signature__(self): raise ValueError("no")
    def __call__(self, x): return x + 1
raising_signature = RaisingSignature()
class Binds(inspect.Signature):
    def bind(self, *args, **kwargs): raise KeyError("no")
def other_signature(x): return x + 1
other_signature.__signature__ = Binds()
class RefusesAndCalls(Refusing):
    def __call__(self, x): return x + 1
refusing = RefusesAndCalls()
class RefusesAndFails(Refusing):
    def __call__(self, x): raise ValueError("bad")
failing = RefusesAndFails()
endless = Endless()
class Shy:
    def __repr__(self): raise RuntimeError("no")
def shy_default(x, y, z=Shy()): return x
def circular(x): raise ValueError("round")
circular.__wrapped__ = circular
def circular_right(x): return x + 1
circular_right.__wrapped__ = circular_right
class NoCode:
    __code__ = 5
    def __call__(self, x): raise ValueError("no code")
no_code = NoCode()
class Named(type):
    @property
    def __name__(cls): return "ValueError"
class Raising(type):
    @property
    def __name__(cls): raise RuntimeError("no name")
Liar = Named("Honest", (Exception,), {})
Nameless = Raising("Nameless", (Exception,), {})
def lies(x): raise Liar("who")
def nameless(x): raise Nameless("who")
thing_of_nameless = Raising("Weird", (), {})()
class Text(str):
    def __len__(self): raise RuntimeError("no length")
class Wordy(Exception):
    def __str__(self): return Text("words")
def wordy(x): raise Wordy
OddlyNamed = type(Text("Odd"), (Exception,), {})
def oddly_named(x): raise OddlyNamed("x")
class Pretends:
    __class__ = property(lambda self: np.ndarray)
class Explodes:
    @property
    def __class__(self): raise RuntimeError("no class")
def pretends(x): return Pretends()
def explodes(x): return Explodes()
def exploding_list(x): return [Explodes(), Pretends()]
def not_for_us(x): raise StopIteration("stop")
"""
STRANGE = [
    "nonsense_signature",
    "raising_signature",
    "other_signature",
    "refusing",
    "failing",
    "endless",
    "shy_default",
    "circular",
    "circular_right",
    "no_code",
    "lies",
    "nameless",
    "thing_of_nameless",
    "wordy",
    "oddly_named",
    "pretends",
    "explodes",
    "exploding_list",
    "not_for_us",
    "Pretends",
]


def do(verb: str, name: str, *args: Any, of: int = 0, keep: int = 0, forget: bool = False, **kwargs: Any) -> Operation:
    names = (*(f"argument {i}" for i in range(len(args))), *kwargs)
    return Operation(verb, name, args, kwargs, names, Held(of, "") if of else None, keep, forget)


def double(x: Any) -> Any:
    return 2 * x


def multiply(x: Any, by: int) -> Any:
    return x * by


def fails(x: Any) -> Any:
    raise ValueError(f"no {x}")


def fails_in_numpy(x: Any) -> Any:
    return np.ones((2, 3)) @ np.ones((2, 3))


X = np.arange(9.0).reshape(3, 3)
MADE = do("call", "Linear", 3, keep=1)
SEQUENCES = {
    "a class": [MADE, do("read", "weight", of=1, keep=2), do("call", "forward", X, of=1, keep=3)],
    "an attribute written": [MADE, do("write", "weight", X, of=1, keep=2), do("call", "forward", X, of=1, keep=3)],
    "arrays filled": [
        MADE,
        do("fill", "parameters", [X], of=1, keep=2),
        do("read", "weight", of=1, keep=3),
        do("fill", "me", [X], of=1, keep=4),
        do("fill", "nothing", [X], of=1, keep=5),
    ],
    "what a method gives, handed on": [
        MADE,
        do("hand", "Linear", "me", of=1, keep=2),
        do("hand", "fails", "parameters", of=1, keep=3),
        do("hand", "nothing", "parameters", of=1, keep=4),
        do("hand", "Linear", "nothing", of=1, keep=5),
    ],
    "a new attribute": [MADE, do("write", "new", [1, "a"], of=1), do("read", "new", of=1, keep=2)],
    "a keyword": [do("call", "Linear", 3, bias=False, keep=1), do("read", "bias", of=1, keep=2)],
    "a wrong constructor": [do("call", "Linear", keep=1), do("call", "Linear", 1, 2, 3, keep=2)],
    "a wrong method": [MADE, do("call", "forward", of=1, keep=2), do("call", "forward", 1, 2, of=1, keep=3)],
    "a missing method": [MADE, do("call", "backward", of=1, keep=2)],
    "a missing attribute": [MADE, do("read", "nothing", of=1, keep=2)],
    "an attribute called": [MADE, do("call", "weight", X, of=1, keep=2), do("call", "bias", of=1, keep=3)],
    "a failing property": [MADE, do("read", "broken", of=1, keep=2), do("call", "broken", of=1, keep=3)],
    "work to do": [MADE, do("call", "todo", of=1, keep=2), do("read", "later", of=1, keep=3)],
    "itself": [MADE, do("call", "me", of=1, keep=2), do("read", "scale", of=2, keep=3)],
    "static": [
        MADE,
        do("call", "static", 3, of=1, keep=2),
        do("call", "of", 2, of=1, keep=3),
        do("read", "bias", of=3),
    ],
    "an error inside": [MADE, do("call", "forward", np.ones((2, 2)), of=1, keep=2)],
    "a changed argument": [MADE, do("call", "changes", np.ones(2), of=1, keep=2)],
    "an argument kept": [MADE, do("call", "keeps", X, of=1, keep=2), do("read", "calls", of=1, keep=3)],
    "objects handed on": [
        MADE,
        do("call", "Stack", Held(1, ""), Held(1, ""), keep=2),
        do("call", "names", of=2, keep=3),
        do("call", "names", [Held(1, ""), Held(2, "")], of=2, keep=4),
        do("call", "names", {"layers": ([Held(1, "")], Held(2, ""))}, keep=5),
        do("read", "layers", of=2, keep=6),
        do("call", "both", of=2, keep=7),
        do("write", "layers", (Held(2, ""),), of=2, keep=8),
        do("call", "names", of=2, keep=9),
    ],
    "refusing": [do("call", "Refusing", keep=1), do("read", "a", of=1, keep=2), do("write", "a", 1, of=1)],
    "endless": [do("call", "Endless", keep=1), do("read", "a", of=1, keep=2), do("call", "b", 3, of=2, keep=3)],
    "slots": [
        do("call", "Slotted", keep=1),
        do("write", "b", 1, of=1),
        do("write", "a", 1, of=1),
        do("read", "a", of=1),
    ],
    "a named tuple": [do("call", "Pair", 1, X, keep=1), do("call", "Pair", 1, 2)],
    "a named tuple with a method": [
        do("call", "Point", 1, X, keep=1),
        do("read", "b", of=1, keep=2),
        do("call", "turned", of=1, keep=3),
    ],
    "a generator": [do("call", "rng", keep=1), do("call", "random", 2, of=1), do("call", "random", 2, of=1)],
    "numbered keys": [do("call", "keyed", keep=1), do("call", "get", 1, of=1, keep=2)],
    "numbers of a kind": [do("call", "red", keep=1), do("call", "text", keep=2)],
    "an array of objects": [do("call", "objects", keep=1), do("read", "shape", of=1, keep=2), do("call", "objects")],
    "nothing kept": [do("call", "Linear", 3), do("call", "Point", 1, 2), do("call", "dots"), do("call", "keyed")],
    "dots": [do("call", "dots", keep=1), do("call", "dotted", keep=2), do("read", "blank", keep=3)],
    "values": [do("read", "number", keep=1), do("read", "data", keep=2), do("read", "nowhere", keep=3)],
    "a class as a value": [do("read", "Linear", keep=1), do("call", "of", 2, of=1, keep=2), do("read", "bias", of=2)],
    "a name written": [
        do("write", "number", 4),
        do("call", "reads"),
        do("write", "nowhere", 4),
        do("write", "number", 3),
    ],
    "what is not a function": [
        do("call", "number", keep=1),
        do("call", "thing_of_nameless", keep=2),
        do("call", "data"),
    ],
    "a new case": [MADE, do("call", "Linear", 2, keep=1, forget=True), do("read", "weight", of=1, keep=2)],
    "an object of an old case": [MADE, do("call", "rng", keep=2, forget=True), do("read", "weight", of=1, keep=3)],
    "an old object handed on": [
        MADE,
        do("call", "Stack", keep=2, forget=True),
        do("call", "names", [Held(1, "")], of=2),
    ],
    "a function": [
        do("call", "apply", double, X, keep=1),
        do("call", "twice", multiply, 5),
        do("call", "apply", len, "abc"),
    ],
    "a failing function": [do("call", "apply", fails, 3), do("call", "catches", fails), do("call", "lines", fails)],
    "a function of another kind": [do("call", "apply", multiply, 3), do("call", "lines", fails_in_numpy)],
    "a function that comes back": [do("call", "itself", double, keep=1), do("call", "inside", double, keep=2)],
    "a function that comes back and is called": [do("call", "itself", double, keep=1), do("call", "__call__", 4, of=1)],
    "a function in an object": [
        MADE,
        do("write", "function", double, of=1),
        do("call", "apply", X, of=1, keep=2),
        do("call", "apply", 4, of=1, keep=3),
    ],
}


@pytest.fixture(scope="module")
def worker(nursery: Nursery) -> Iterator[Worker]:
    with nursery.worker(Limits(grace=30.0)) as found:  # it answers late on a busy machine, and is not lost
        assert found.run_cells([CELL]) == [CellOutput()]
        yield found


@pytest.fixture(scope="module")
def here() -> Here:
    name = "<cell of test_objects>"
    linecache.cache[name] = (len(CELL), None, CELL.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(CELL, name, "exec"), namespace)
    return Here(namespace)


def told(attempt: Attempt) -> tuple[Any, ...]:
    """Bring an attempt into a form that can be compared: time aside, values as the comparison sees them."""
    held = type(attempt.value) is Held
    value = attempt.value if held else repr(as_data(attempt.value))
    return attempt.ending, value, attempt.changed, attempt.error, attempt.detail


@pytest.mark.parametrize("kind", SEQUENCES)
def test_operations_end_as_they_do_at_home(kind: str, worker: Worker, here: Here) -> None:
    """Values, objects, errors and changes are the same, operation by operation, in one process."""
    worker.perform(do("read", "number", forget=True), SECONDS)
    before = worker.pid
    for operation in SEQUENCES[kind]:
        assert told(worker.perform(operation, SECONDS)) == told(here.perform(operation, SECONDS))
    assert worker.pid == before


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("args", [(np.ones(2),), ()])
@pytest.mark.parametrize("keep", [0, 1])
def test_strange_functions_end_as_they_do_at_home(
    name: str, args: tuple[Any, ...], keep: int, worker: Worker, here: Here
) -> None:
    """Odd signatures, attributes, names and texts cost neither the process nor a right answer."""
    before = worker.pid
    operation = do("call", name, *args, keep=keep, forget=True)
    assert told(worker.perform(operation, SECONDS)) == told(here.perform(operation, SECONDS))
    assert worker.pid == before


def test_a_student_is_used_as_at_home(worker: Worker, here: Here) -> None:
    """What a case is written with works the same, and tells the same."""
    told = []
    for work in (here, worker):
        student = Student(work, SECONDS, {"input": X})
        layer = student.call("Linear", 3)
        layer.write("weight", X)
        stack = student.call("Stack", layer, layer.call("me"))
        told.append((stack.call("names", [layer]), layer.call("forward", X).tolist(), student.told))
        with pytest.raises(Stopped):
            layer.call("backward", X)
    assert told[0] == told[1]


def test_what_can_not_be_handed_on_is_the_cases_to_expect(worker: Worker, here: Here) -> None:
    """A list with an object in it comes back with its stand-in; to hand that on ends the case, here and there."""
    for work in (here, worker):
        student = Student(work, SECONDS)
        stack = student.call("Stack", student.call("Linear", 2))
        both = stack.call("both")
        assert both == [Foreign("Linear"), 1]
        with pytest.raises(TypeError, match="stays where it is"):
            stack.call("names", both)


def test_objects_are_gone_with_their_process(nursery: Nursery) -> None:
    """After a loss an object's operation is lost, without a new process; the number means no other object."""
    with nursery.worker() as worker:
        worker.run_cells([CELL, "class Ends:\n    def end(self):\n        import os; os._exit(3)"])
        ends = worker.perform(do("call", "Ends", keep=1, forget=True), SECONDS).value
        layer = worker.perform(do("call", "Linear", 3, keep=2), SECONDS).value
        lost = worker.perform(do("call", "end", of=1, keep=3), SECONDS)
        assert (lost.ending, lost.detail) == (Ending.LOST, "the process ended with exit code 3")
        for operation in (do("read", "bias", of=layer.number), do("call", "Stack", layer, ends)):
            assert worker.perform(operation, SECONDS) == Attempt(Ending.LOST, detail=GONE)
        again = worker.perform(do("call", "Stack", keep=2), SECONDS)
        assert again.value == Held(2, "Stack")
        assert worker.perform(do("read", "layers", of=2), SECONDS).value == ()


def test_losses_count_for_the_name_that_a_case_began_with(nursery: Nursery) -> None:
    """A class whose methods end two processes is not made again; another class with such a method is."""
    ends = "    def end(self):\n        import os; os._exit(3)\n"
    fine = "class Fine:\n    def end(self): return 1"
    with nursery.worker() as worker:
        worker.run_cells([f"class Ends:\n{ends}", fine])
        for _ in range(2):
            worker.perform(do("call", "Ends", keep=1, forget=True), SECONDS)
            worker.perform(do("call", "end", of=1), SECONDS)
        assert worker.perform(do("call", "Ends", keep=1, forget=True), SECONDS).ending is Ending.LOST
        worker.perform(do("call", "Fine", keep=1, forget=True), SECONDS)
        assert worker.perform(do("call", "end", of=1), SECONDS).value == 1


def test_objects_do_not_pile_up(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new case lets the last one's objects go; a case can't keep more than a fixed number."""
    monkeypatch.setattr(judge, "HELD", 3)
    cell = "alive = 0\nclass Counted:\n    def __init__(self):\n        global alive\n        alive += 1\n    def __del__(self):\n        global alive\n        alive -= 1"
    with nursery.worker() as worker:
        worker.run_cells([cell])
        for _ in range(5):
            for number in (1, 2, 3):
                made = worker.perform(do("call", "Counted", keep=number, forget=number == 1), SECONDS)
                assert made.value == Held(number, "Counted")
            full = worker.perform(do("call", "Counted", keep=4), SECONDS)
            assert (full.ending, full.detail[:22]) == (Ending.NOT_RUN, "One case may keep 3 ob")
        assert worker.perform(do("read", "alive"), SECONDS).value == 3
        assert worker.perform(do("read", "alive", forget=True), SECONDS).value == 0


def test_a_slow_method_and_a_slow_property_are_stopped(worker: Worker) -> None:
    """Looking a name up runs a student's code, and has the same time limit as the call."""
    cell = "class Slow:\n    def loop(self):\n        while True: pass\n    attribute = property(loop)\n    def __getattr__(self, name): self.loop()"
    worker.run_cells([cell])
    worker.perform(do("call", "Slow", keep=1, forget=True), SECONDS)
    before = worker.pid
    for operation in (do("call", "loop", of=1), do("read", "attribute", of=1), do("call", "other", of=1)):
        assert worker.perform(operation, 0.2).ending is Ending.TOO_SLOW
    assert worker.pid == before
