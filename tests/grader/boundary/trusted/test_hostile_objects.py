"""Classes and functions that want points without an answer, or want to harm: each loses its own points only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from course.calling.endings import Ending
from course.calling.student import Student
from course.calling.work import Operation
from course.checking.prepared import Prepared
from course.checking.runner import run
from course.checking.spec import Case, Exercise
from grader.boundary.trusted import functions
from grader.boundary.trusted.judge import Limits, Nursery, Worker

SHORT = Limits(cell_seconds=1.0, total_seconds=60.0, grace=0.5)
HANG = 45.0
"""A generous bound on the time of one hostile submission, to tell a hang from a slow machine."""


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def forward(self, input):
        return self.factor * input


def known_only_to_the_judge(x):
    """Multiply with a number that can't be guessed."""
    return x * 738_291_645 % 1_000_003


def apply(function, input):
    return function(input) + 1


def use_scale(student: Student, factor: float, input: np.ndarray) -> Any:
    layer = student.call("Scale", factor)
    first = layer.call("forward", input)
    layer.write("factor", factor + 1)
    return first, layer.call("forward", input), layer.read("factor")


def declare(name: str, reference: Any, draw: Any, use: Any = None) -> Exercise:
    cases = tuple(Case(f"case {i}", draw) for i in range(2))
    return Exercise(
        name=name,
        chapter="01_linear",
        points=1,
        solution=reference,
        oracle=None,
        cases=cases,
        use=use,
        seconds=1.0,
        returns=("first", "second", "factor") if use else (),
    )


SCALE = declare("Scale", Scale, lambda rng: {"factor": rng.normal(), "input": rng.normal(size=(2, 3))}, use_scale)
APPLY = declare(
    "apply", apply, lambda rng: {"function": known_only_to_the_judge, "input": rng.integers(1, 10**6, size=5)}
)
INNOCENT = declare("innocent", lambda input: input + 1, lambda rng: {"input": rng.normal(size=4)})
WRONG = "def __init__(self, factor): self.factor = 0\n    def forward(self, input): return input"
HELPERS = """
import builtins, ctypes, gc, json, os, signal, struct, sys, threading, time
import numpy as np
def innocent(input): return input + 1
def write_everywhere(data):
    for fd in range(64):
        try: os.write(fd, data)
        except OSError: pass
def found(name):
    frame = sys._getframe()
    while frame:
        if name in frame.f_locals: return frame.f_locals[name]
        frame = frame.f_back
def server():
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if type(value).__name__ == "Server": return value
        frame = frame.f_back
def forge(tree):
    body = json.dumps(tree).encode()
    write_everywhere(struct.pack(">4sIQ", b"LbL1", len(body), 0) + body)
def reply(value):
    told = [["ending", "returned"], ["value", value], ["kept", True]]
    forge(["dict", [["token", found("token")], ["reply", ["dict", told]]]])
def ask(number, *args):
    fields = [["token", found("token")], ["function", number], ["args", ["tuple", list(args)]], ["kwargs", ["dict", []]]]
    forge(["dict", fields])
def asker(f): return next(cell.cell_contents for cell in f.__closure__ if type(cell.cell_contents) is not int)
def loop():
    while True: pass
"""

CLASSES = {
    "lies about its type": "class Scale:\n    __class__ = property(lambda self: np.ndarray)\n    shape, dtype, factor = (2, 3), np.dtype(float), 0\n    def __init__(self, factor): pass\n    def forward(self, input): return self",
    "ends where its class is asked": "class Scale:\n    __class__ = property(lambda self: os._exit(0))\n    def __init__(self, factor): pass\n    def forward(self, input): return self",
    "something new for every name": "class Scale:\n    def __init__(self, *a): pass\n    def __getattr__(self, name): return Scale()\n    def __call__(self, *a): return Scale()",
    "a loop for every name": "class Scale:\n    def __init__(self, *a): pass\n    def __getattr__(self, name): loop()",
    "an exit for every name": "class Scale:\n    def __init__(self, *a): pass\n    def __getattribute__(self, name): raise SystemExit",
    "a metaclass that loops": "class Meta(type):\n    def __call__(cls, *a): loop()\n    __name__ = property(lambda cls: loop())\nclass Scale(metaclass=Meta): pass",
    "a last breath on the descriptor": f"class Scale:\n    {WRONG}\n    def __del__(self): write_everywhere(b'garbage')",
    "a last breath that ends the process": f"class Scale:\n    {WRONG}\n    def __del__(self): os._exit(0)",
    "a last breath that lasts": f"class Scale:\n    {WRONG}\n    def __del__(self): loop()",
    "a last breath that breaks Python": f"class Scale:\n    {WRONG}\n    def __del__(self): del builtins.len, builtins.isinstance, builtins.type",
    "a last breath that answers": f"class Scale:\n    {WRONG}\n    def __del__(self): forge(['dict', [['token', 'x'], ['reply', 1]]])",
    "the held thrown away": "class Scale:\n    def __init__(self, factor): server().here._held = {}\n    def forward(self, input):\n        server().here._held.clear()\n        return input",
    "the held replaced": "class Scale:\n    def __init__(self, factor): pass\n    def forward(self, input):\n        server().here._held[1] = input\n        return input",
    "the held that never forgets": "class Held(dict):\n    def clear(self): loop()\nclass Scale:\n    def __init__(self, factor): server().here._held = Held()\n    def forward(self, input): return input",
    "a claim that a number is held": "class Scale:\n    def __init__(self, factor):\n        server().here.perform = lambda *a: {'ending': 'returned', 'value': 1.0, 'kept': True}",
    "a claim of a number of its own": "class Scale:\n    def __init__(self, factor):\n        server().here.perform = lambda *a: {'ending': 'returned', 'value': object(), 'kept': 7}",
    "a reference in the reply": "class Scale:\n    def __init__(self, factor): reply(['reference', 'held', 1])",
    "a function in the reply": "class Scale:\n    def __init__(self, factor): reply(['reference', 'function', 1])",
    "a forged object": "class Scale:\n    def __init__(self, factor): reply(['opaque', 'Scale'])",
    "a question that is none": "class Scale:\n    def __init__(self, factor): ask(1, 2.0)\n    def forward(self, input): return input",
}
FUNCTIONS = {
    "called with an object": "return f(object())",
    "called with itself": "return f(f)",
    "called with itself in lists": "return f([[f]])",
    "called with an array of objects": "return f(np.array([None, f]))",
    "called with much": "return f(np.zeros(10_000_000))",
    "called with more": "return f(np.broadcast_to(0.0, (10**9,)))",
    "called with a deep list": "x = []\n    for _ in range(10_000): x = [x]\n    return f(x)",
    "called with a cycle": "x = []\n    x.append(x)\n    return f(x)",
    "called with very many arrays": "return f([np.ones(1)] * 5000)",
    "called with a giant number": "return f(9 ** 9 ** 5)",
    "called with nothing": "return f()",
    "called with names": "return f(x=1, secret=2)",
    "called for ever": "while True: f(1.0)",
    "called for ever, whatever comes": "while True:\n        try: f(1.0)\n        except BaseException: pass",
    "called in its own last breath": "class A:\n        def __del__(self): f(1)\n    f(1)\n    A()\n    return f(A())",
    "asked with another number": "ask(7, 1.0)\n    return input",
    "asked with no number": "ask('one', 1.0)\n    return input",
    "asked with a reference": "ask(1, ['reference', 'held', 1])\n    return input",
    "asked without waiting": "for _ in range(3): ask(1, 1.0)\n    return input",
    "asked without an end": "while True: ask(1, 1.0)",
    "asked with another token": "forge(['dict', [['token', 'x'], ['function', 1], ['args', ['tuple', []]], ['kwargs', ['dict', []]]]])",
    "another way of asking": "asker(f)._exchange = lambda message: {'value': input}\n    return f(input)",
    "an answer without an end": "asker(f)._exchange = lambda message: loop()\n    return f(input)",
    "a lock that is kept": "lock, kept = asker(f)._lock, threading.Event()\n    threading.Thread(target=lambda: (lock.acquire(), kept.set(), time.sleep(60)), daemon=True).start()\n    kept.wait()\n    return input",
    "a connection that is closed": "os.closerange(0, 64)\n    return f(input)",
    "an interruption": "signal.signal(signal.SIGALRM, lambda *a: (_ for _ in ()).throw(ValueError))\n    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n    while True: f(1.0)",
    "threads that go on": "[threading.Thread(target=lambda: [f(1) for _ in iter(int, 1)], daemon=True).start() for _ in range(4)]\n    return input",
    "a broken Python": "del builtins.len, builtins.isinstance, builtins.type, builtins.issubclass\n    return f(input)",
    "the worker's encoder replaced": "asker(f)._ask.__func__.__globals__['encode'] = lambda *a, **k: b'LbL1'\n    return f(input)",
    "a search for its source": "import inspect\n    return inspect.getsource(f)",
    "itself for an answer": "return f",
}


@pytest.fixture
def worker(nursery: Nursery) -> Iterator[Worker]:
    start = time.monotonic()
    with nursery.worker(SHORT) as found:
        yield found
    assert time.monotonic() - start < HANG


def grade(worker: Worker, exercise: Exercise, *cells: str) -> Any:
    """Grade a submission that holds an innocent function next to the cells, and check that this has its points."""
    outputs = worker.run_cells([HELPERS, *cells])
    assert [output.error or output.note for output in outputs] == [""] * len(outputs)
    report = run(Prepared(exercise, 1), worker)
    assert run(Prepared(INNOCENT, 1), worker).score == 1
    return report


@pytest.mark.parametrize("kind", CLASSES)
def test_a_hostile_class_harms_itself_only(worker: Worker, kind: str) -> None:
    """No points for the class, full points for the function next to it."""
    report = grade(worker, SCALE, CLASSES[kind])
    assert report.score == 0, str(report)


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_a_hostile_use_of_a_function_harms_itself_only(worker: Worker, kind: str) -> None:
    """Whatever is done with the judge's function: no points, and no harm to the judge or to the function next to it."""
    report = grade(worker, APPLY, f"def apply(f, input):\n    {FUNCTIONS[kind]}")
    assert report.score == 0, str(report)


def test_a_function_called_too_often_says_so(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit a call raises; what the student's code makes of it is its own."""
    monkeypatch.setattr(functions, "CALLS", 50)
    cell = "def apply(f, input):\n    for _ in range(51): f(input)"
    report = grade(worker, APPLY, cell)
    assert (report.lead.finding.error.type_name, report.lead.finding.error.message) == (
        "RuntimeError",
        "The function was called more than 50 times.",
    )


def test_threads_get_each_its_own_answer(worker: Worker) -> None:
    """Questions asked at once are answered one after the other, and none is mistaken for another."""
    cell = """
def ask_at_once(f, n):
    found = {}
    def work(start):
        for i in range(start, start + n): found[i] = f(i)
    threads = [threading.Thread(target=work, args=(1000 * t,)) for t in range(6)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return sorted(found.items())"""
    worker.run_cells([HELPERS, cell])
    attempt = worker.perform(Operation("call", "ask_at_once", (lambda x: -x, 40), names=("f", "n")), 20.0)
    assert attempt.ending is Ending.RETURNED, attempt
    assert attempt.value == [(1000 * t + i, -(1000 * t + i)) for t in range(6) for i in range(40)]


def test_a_function_that_was_kept_is_of_no_use_later(worker: Worker) -> None:
    """In a later case, and in a cell, the function of an earlier one does not answer; nor does another in its place."""
    keeps = "kept = []\ndef keeps(f):\n    kept.append(f)\n    return f(1)\ndef later(g): return kept[0](1)"
    worker.run_cells([HELPERS, keeps])
    assert worker.perform(Operation("call", "keeps", (lambda x: x + 1,), names=("f",), forget=True), 5.0).value == 2
    for argument in (3, lambda x: "another"):
        later = worker.perform(Operation("call", "later", (argument,), names=("g",), forget=True), 5.0)
        assert later.ending is Ending.RAISED
        assert later.error.message == "This function was for an earlier case, which is over."
    (output,) = worker.run_cells(["kept[0](1)"])
    assert output.error.name == "RuntimeError"
    assert "no call that may use it is running" in output.error.message


def test_nothing_of_the_judges_function_is_in_the_process(worker: Worker) -> None:
    """Neither closures, frames nor all of the process's objects show its name, its text or its number."""
    search = """
def search(f):
    f(1)
    wanted = {"known_only" + "_to_the_judge", "nobody can" + " guess"}
    number = 738_291_644 + 1
    seen, todo, shown = set(), [f, sys._getframe(), *gc.get_objects()], []
    here = {id(wanted), id(search.__code__), id(search.__code__.co_consts), id(sys._getframe())}
    while todo:
        thing = todo.pop()
        if id(thing) in seen or id(thing) in here: continue
        seen.add(id(thing))
        if type(thing) is str and any(text in thing for text in wanted) and "def search" not in thing: shown.append(thing)
        if type(thing) is int and thing == number: shown.append(thing)
        todo += gc.get_referents(thing)
    return [len(seen) > 10_000, len(shown), [c.cell_contents for c in f.__closure__ if type(c.cell_contents) is int]]"""
    worker.run_cells([HELPERS, search])
    attempt = worker.perform(Operation("call", "search", (known_only_to_the_judge,), names=("f",)), 20.0)
    assert attempt.ending is Ending.RETURNED, attempt
    assert attempt.value == [True, 0, [1]]


def test_points_are_for_what_is_right(worker: Worker) -> None:
    """The right class and the right function earn everything here; it is not their form that is refused."""
    right = "class Scale:\n    def __init__(self, factor): self.factor = factor\n    def forward(self, input): return self.factor * input"
    assert grade(worker, SCALE, right).score == 1
    assert grade(worker, APPLY, "def apply(function, input): return function(input) + 1").score == 1


def test_an_object_for_an_answer_is_told_by_its_type(worker: Worker) -> None:
    """Where a case ends with an object, the report says which."""
    cell = (
        "class Scale:\n    def __init__(self, factor): self.factor = factor\n    def forward(self, input): return self"
    )
    assert "a Scale" in str(grade(worker, SCALE, cell))
