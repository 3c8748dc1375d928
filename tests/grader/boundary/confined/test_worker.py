"""What a worker runs and shows, and that a call ends there as it does in this process."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course.calling.call import call as call_here
from course.calling.endings import Attempt, Ending
from course.calling.work import Operation
from course.checking.compare import as_data
from grader.boundary.shared import sandbox
from grader.boundary.trusted.judge import CellOutput, Limits, Nursery

SECONDS = 10.0
ANSWERS = """\
import collections, contextlib, enum, functools
import numpy as np

class Thing:
    def __repr__(self):
        raise RuntimeError("not to be asked")

class Tuple(tuple):
    pass

class Colour(enum.IntEnum):
    RED = 1

class Broken(Exception):
    def __str__(self):
        raise ValueError("no")

def array(x): return x * 2
def transposed(x): return np.arange(6.0).reshape(2, 3).T
def float32(x): return np.float32(x[0])
def half(x): return x.astype(np.float16)
def long_double(x): return x.astype(np.longdouble)
def boolean(x): return x > 1
def zero_dimensional(x): return np.array(1.5)
def empty(x): return x[:0]
def several(x): return x, x + 1, None
def pair(x): return [x, 1]
def ragged(x): return [[1, 2], [3]]
def numbers(x): return [1, 2.5, True]
def none(x): return None
def whole(x): return 3
def truth(x): return True
def infinite(x): return float("inf")
def imaginary(x): return 1 + 2j
def huge(x): return 10**400
def text(x): return "3"
def mapping(x): return {"a": x}
def numbered(x): return {1: x}
def thing(x): return Thing()
def kind(x): return Thing
def subclass(x): return Tuple((1, 2))
def named(x): return collections.namedtuple("Point", "a b")(1, 2)
def member(x): return Colour.RED
def function(x): return array
def generator(x):
    yield x
def a_set(x): return {1, 2}
def masked(x): return np.ma.masked_array(x, x > 1)
def matrix(x): return np.asmatrix(x)
def objects(x): return np.array([None, x], dtype=object)
def texts(x): return np.array(["a", "b"])
def text_scalar(x): return np.str_("a")
def a_rng(x): return np.random.default_rng(0)
def error(x):
    y = x
    raise ValueError("bad " + str(y.shape))
def numpy_error(x):
    return x @ np.ones((9, 9))
def helped(x):
    y = 1
    return helper(x)
def helper(x):
    return x.nothing
def broken(x): raise Broken
def custom(x):
    class Own(Exception): pass
    raise Own("mine")
def exits(x): raise SystemExit(3)
def interrupts(x): raise KeyboardInterrupt
def todo(x): raise NotImplementedError
def todo_with_words(x): raise NotImplementedError("later")
def recursive(x): return recursive(x)
def asserts(x): assert x.size == 0, "not empty"
def chained(x):
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("again") from error
def changes(x):
    x[0] = 9
    return x
def reshapes(x):
    x.resize(1, x.size, refcheck=False)
    return x
def no_parameters(): return 1
def two_parameters(x, y): return 1
def keyword_only(*, x): return x
def renamed(a): return a
def defaults(x, y=3): return x + y
def anything(*args, **kwargs): return len(args)
anonymous = lambda x: x + 1
partial = functools.partial(defaults, y=1)
partly_named = functools.partial(two_parameters, x=1)
class Callable:
    def __call__(self, x): return x
instance = Callable()
class Constructed:
    def __init__(self, x): self.x = x
builtin = np.maximum
length = len
dictionary = dict
@functools.wraps(array)
def wrapped(x):
    return helper(x)
@functools.lru_cache
def cached(x): return x
@contextlib.contextmanager
def context(x): yield x
async def later(x): return x
def prints(x):
    print("hello")
    return x
"""
NAMES = [
    line.removeprefix("async ").removeprefix("def ").split("(")[0]
    for line in ANSWERS.splitlines()
    if line.startswith(("def ", "async def "))
]
NAMES += ["anonymous", "partial", "partly_named", "instance", "Constructed", "builtin", "length", "dictionary"]


@pytest.fixture(scope="module")
def worker(nursery: Nursery) -> Iterator[Any]:
    with nursery.worker() as found:
        (output,) = found.run_cells([ANSWERS])
        assert output == CellOutput()
        yield found


@pytest.fixture(scope="module")
def here() -> dict[str, Any]:
    """Define the same answers in this process, with lines that a traceback finds, as a notebook's are found."""
    name = "<cell of test_worker>"
    linecache.cache[name] = (len(ANSWERS), None, ANSWERS.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(ANSWERS, name, "exec"), namespace)
    return namespace


def call(worker: Any, name: str, args: Any, kwargs: Any, names: Any, seconds: float) -> Attempt:
    return worker.perform(Operation("call", name, args, kwargs, names), seconds)


def told(attempt: Attempt) -> dict[str, Any]:
    """Bring an attempt into a form that can be compared: time aside, values as the comparison sees them."""
    value = as_data(attempt.value)
    if isinstance(attempt.value, np.random.Generator):
        value = "Generator"
    return {
        "ending": attempt.ending,
        "value": repr(value),
        "dtype": getattr(value, "dtype", None) if attempt.ending is Ending.RETURNED else None,
        "changed": attempt.changed,
        "error": attempt.error,
        "detail": attempt.detail,
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of a coroutine that is never awaited
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of np.matrix
def test_a_call_ends_as_it_does_here(name: str, worker: Any, here: dict[str, Any]) -> None:
    """Value, changes, error, line and signature are the same from a worker as from a call in this process."""
    x = np.array([1.0, 2.0, 3.0])
    near = call_here(lambda: here[name], (x,), {}, ("x",), SECONDS)
    far = call(worker, name, (x,), {}, ("x",), SECONDS)
    if name == "long_double":  # the wire carries it as a double
        assert far.value.tolist() == near.value.tolist()
        return
    assert told(far) == told(near)
    assert x.tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", ["keyword_only", "renamed", "two_parameters", "anything", "defaults", "builtin"])
def test_a_call_by_name_ends_as_it_does_here(name: str, worker: Any, here: dict[str, Any]) -> None:
    """Keyword arguments reach the function by name, or are found not to fit."""
    kwargs = {"x": np.ones(2)}
    near = call_here(lambda: here[name], (), kwargs, ("x",), SECONDS)
    assert told(call(worker, name, (), kwargs, ("x",), SECONDS)) == told(near)


def test_arguments_arrive_as_they_are(worker: Any) -> None:
    """Numbers, text, tuples, dicts, None and a generator keep their types and values on the way."""
    worker.run_cells(["def types(*a): return [type(v).__name__ for v in a]\ndef draw(rng): return rng.random(3)"])
    args = (1, 1.5, True, None, "s", (1, 2), [3], {"k": 1}, np.ones(1), np.float32(1))
    names = tuple("abcdefghij")
    found = call(worker, "types", args, {}, names, SECONDS).value
    assert found == ["int", "float", "bool", "NoneType", "str", "tuple", "list", "dict", "ndarray", "float32"]
    drawn = call(worker, "draw", (np.random.default_rng(3),), {}, ("rng",), SECONDS).value
    assert drawn.tolist() == np.random.default_rng(3).random(3).tolist()
    worker.run_cells(["def child(rng): return rng.spawn(1)[0].random()"])
    spawned = [call(worker, "child", (np.random.default_rng(seed),), {}, ("rng",), SECONDS).value for seed in (3, 3, 4)]
    assert spawned[0] == spawned[1] != spawned[2]


def test_a_slow_function_is_stopped_and_the_worker_lives(worker: Any) -> None:
    """At its time limit a call ends as too slow, in the same process."""
    worker.run_cells(["import time\ndef sleeps(x): time.sleep(60)\ndef spins(x):\n    while True: pass"])
    before = worker.pid
    for name in ("sleeps", "spins"):
        attempt = call(worker, name, (1,), {}, ("x",), 0.2)
        assert attempt.ending is Ending.TOO_SLOW
        assert 0.15 < attempt.seconds < 5
    assert worker.pid == before


def test_names_that_are_no_functions_are_told(worker: Any) -> None:
    """A missing name and a name for something else end as not defined; the second says what it is."""
    worker.run_cells(["number = 3"])
    for name, detail in (("nowhere", ""), ("number", "int")):
        found = call(worker, name, (), {}, (), SECONDS)
        assert found == Attempt(Ending.NOT_DEFINED, seconds=found.seconds, detail=detail)


@pytest.mark.parametrize(
    "expression",
    [
        "np.broadcast_to(0.0, (10**9,))",
        "nested(1000)",
        "np.zeros(20_000_000)",
        "cyclic()",
        "'x' * 5_000_000",
        "np.zeros(40 * (1,)) if np.__version__ >= '2' else nested(1000)",
    ],
)
def test_results_too_large_to_compare_are_named(worker: Any, expression: str) -> None:
    """A result over the wire's caps comes back as something that is not an array, and the worker lives."""
    cell = f"""
def nested(n):
    found = []
    for _ in range(n): found = [found]
    return found
def cyclic():
    found = []
    found.append(found)
    return found
def large(): return {expression}"""
    worker.run_cells([cell])
    before = worker.pid
    attempt = call(worker, "large", (), {}, (), SECONDS)
    assert attempt.ending is Ending.RETURNED
    assert "too large or too deeply nested" in attempt.value.type_name
    assert worker.pid == before


def test_an_error_in_a_helper_of_another_cell_is_told_at_the_call(worker: Any) -> None:
    """The line told is the function's own where the helper that fails was written in another cell."""
    worker.run_cells(
        ["def other_helper(x):\n    return x.nothing", "def caller(x):\n    y = 1\n    return other_helper(x)"]
    )
    error = call(worker, "caller", (1,), {}, ("x",), SECONDS).error
    assert (error.type_name, error.line, error.source) == ("AttributeError", 3, "return other_helper(x)")


CELLS = [
    ("x = 1", {}),
    ("print('hello'); 6 * 7", {"text": "hello\n", "result": "42"}),
    ("6 * 7;", {}),
    ("import sys\nprint('to stderr', file=sys.stderr)", {"text": "to stderr\n"}),
    ("from course import check, explore, hint, progress, solution, table\nexplore(print, x=[1]); check(print); hint('x')", {}),
    ("from IPython.display import HTML, display\ndisplay(HTML('<b>1</b>'), 'two')", {"text": "<IPython.core.display.HTML object>\n'two'\n"}),
    ("x", {"result": "1"}),
    ("%%writefile note.txt\nhi", {"text": "Writing note.txt\n"}),
    ("open('note.txt').read()", {"result": "'hi\\n'"}),
    ("import numpy as np\nnp.linalg.svd(np.eye(2)).S, np.fft.fft([1.0]), np.random.default_rng(0).integers(1)", {"result": "(array([1., 1.]), array([1.+0.j]), np.int64(0))"}),
    ("_ = 5\n_", {"result": "5"}),
    ("%matplotlib inline", {}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "wanted"), CELLS, ids=[source.splitlines()[0][:30] for source, _ in CELLS])
def test_cells_show_what_a_notebook_shows(worker: Any, source: str, wanted: dict[str, str]) -> None:
    """Prints, results, magics and displays come back as text; nothing else does."""
    worker.run_cells(["x = 1"])
    if "note.txt')" in source:
        worker.run_cells(["%%writefile note.txt\nhi"])
    assert worker.run_cells([source]) == [CellOutput(**wanted)]


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        ("1 / 0", "ZeroDivisionError", "division by zero"),
        ("x = = 1", "SyntaxError", "invalid syntax"),
        ("  x = 1\n y = 2", "IndentationError", "indent"),
        ("import torch", "ModuleNotFoundError", "torch is not available where answers are graded"),
        ("import torchinfo", "ModuleNotFoundError", "graded work is NumPy"),
        ("import course.functional", "ModuleNotFoundError", "course.functional is not available"),
        ("import grader.boundary.trusted.judge", "ModuleNotFoundError", "grader is not available"),
        ("from course import functional", "ImportError", "functional"),
        ("import course\ncourse.exercises", "AttributeError", "course.exercises is not available"),
        ("input('name? ')", "RuntimeError", "there is no one to type"),
        ("import sys; sys.exit(3)", "SystemExit", "3"),
        ("exit", "SystemExit", ""),
        ("%nonsense", "UsageError", "nonsense"),
        ("raise ValueError('x' * 10_000_000)", "ValueError", "xxx"),
        ("class A:\n    def __repr__(self): raise ValueError('mine')\nA()", "ValueError", "mine"),
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", "E", ""),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
    ],
)
def test_errors_in_cells_are_told(worker: Any, source: str, name: str, message: str) -> None:
    """An error comes back with its name, its message and a traceback without the machine's paths or our frames."""
    (output,) = worker.run_cells([source])
    assert output.error is not None
    assert output.error.name == name
    assert message in output.error.message
    assert len(output.error.message) < 3000
    assert "grader/boundary" not in output.error.traceback
    assert 'File "/' not in output.error.traceback


@pytest.mark.parametrize("source", ["!ls", "x = !ls\nassert list(x) == []", "%%bash\nls", "%pip install x", "%sx ls"])
def test_programs_are_not_started_and_the_cell_goes_on(nursery: Nursery, source: str) -> None:
    """A forgotten `!pip install` above an answer costs no answer: nothing is started, and the report says so."""
    source = source if source.startswith("%%") else f"{source}\nprint('after')"
    with nursery.worker() as worker:
        (output,) = worker.run_cells([source])
    assert output.error is None
    assert "Other programs can't be started where answers are graded." in output.text
    assert "after" in output.text or source.startswith("%%")


def test_a_breakpoint_is_passed(nursery: Nursery) -> None:
    """There is no debugger, and no message about input() that was never called."""
    with nursery.worker() as worker:
        (output,) = worker.run_cells(["breakpoint()\nprint('on')"])
    assert (output.text, output.error) == ("on\n", None)


def test_a_module_that_a_cell_wrote_can_be_imported(nursery: Nursery) -> None:
    """A helper file works as at home, and does not shadow NumPy."""
    with nursery.worker() as worker:
        outputs = worker.run_cells(
            [
                "%%writefile helper.py\ndef twice(x): return 2 * x",
                "from helper import twice\ntwice(4)",
                "%%writefile statistics.py\nraise SystemExit",
                "import sys; sys.modules.pop('statistics', None)\nimport statistics\nstatistics.mean([1, 3])",
            ]
        )
    assert [output.error for output in outputs] == [None] * 4
    assert (outputs[1].result, outputs[3].result) == ("8", "2")


def test_packages_that_may_not_be_read_are_missing(nursery: Nursery) -> None:
    """`except ImportError` sees a package of the grading machine as missing, not as forbidden."""
    source = "try:\n    import nbgrader\nexcept ImportError as error:\n    print(error)"
    with nursery.worker() as worker:
        (output,) = worker.run_cells([source])
    assert (output.text, output.error) == ("nbgrader is not available where answers are graded.\n", None)


BREAKS = """\
import inspect, linecache, traceback

def breaks(x):
    for module in (inspect, linecache, traceback):
        vars(module).clear()
    return x

def raises(x):
    raise ValueError("no")

def needs(x, y, /): return x
"""


def test_what_tells_of_errors_is_there_whatever_a_call_has_broken(nursery: Nursery) -> None:
    """A line is told, a signature and a traceback, though a call that returned has emptied the modules for them."""
    with nursery.worker() as worker:
        worker.run_cells([BREAKS])

        def after_breaking(name: str) -> Attempt:
            assert worker.perform(Operation("call", "breaks", (1,), names=("x",)), SECONDS).value == 1
            return worker.perform(Operation("call", name, (1,), names=("x",)), SECONDS)

        raised = after_breaking("raises").error
        assert raised is not None
        assert raised.source == 'raise ValueError("no")'
        assert after_breaking("needs").detail == "(x, y, /)"
        assert after_breaking("breaks").value == 1
        for cell in ("raises(1)", "1\nraises(1)"):
            (output,) = worker.run_cells([cell])
            assert output.error is not None
            assert 'raise ValueError("no")' in output.error.traceback


def test_a_traceback_names_the_cells(nursery: Nursery) -> None:
    """Frames are given by cell and line, as in a notebook."""
    with nursery.worker() as worker:
        outputs = worker.run_cells(["def f():\n    return 1 / 0", "x = 1\nf()"])
    lines = outputs[1].error.traceback.splitlines()
    assert "  Cell 2, line 2, in <module>" in lines
    assert "  Cell 1, line 2, in f" in lines


def test_pictures_come_back(worker: Any) -> None:
    """Open figures, shown figures and a figure as a result each come back once, as PNG."""
    cells = [
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "figure, axes = plt.subplots()\naxes.plot([1])\nplt.show()\nprint('after')",
        "plt.figure()\nplt.plot([1])\nplt.figure()\nplt.plot([2]);",
        "%config InlineBackend.figure_format = 'svg'\nplt.plot([1]);",
        "plt.title('$x^2$');",
    ]
    outputs = worker.run_cells(cells)
    assert [len(output.images) for output in outputs] == [1, 1, 2, 0, 1]
    assert all(image.startswith(b"\x89PNG") for output in outputs for image in output.images)
    assert outputs[1].text == "after\n"


def test_what_is_too_much_is_cut_and_said(worker: Any) -> None:
    """Text, pictures and their sizes have caps; the output says what was left out."""
    cells = [
        "for i in range(100_000): print(i)",
        "'x' * 1_000_000",
        "plt.figure(figsize=(1000, 1000)).gca();",
        "from IPython.display import Image, display\nfigure, _ = plt.subplots()\nfor _ in range(60): display(figure)\nplt.close()",
        "plt.figure().gca().set_title('$\\\\frac{$');",
    ]
    worker.run_cells(["import matplotlib.pyplot as plt"])
    text, result, large, many, broken = worker.run_cells(cells)
    assert text.text.endswith("[cut here: only the first 20,000 characters are kept]")
    assert result.result.endswith("[cut here]")
    assert (large.images, large.note) == ((), "A picture of 100000 by 100000 pixels was left out.")
    assert (len(many.images), many.note) == (20, "Pictures beyond the first 20 were left out.")
    assert broken.note.startswith("A picture could not be drawn: ")
    assert "\n" not in broken.note


def test_a_cell_has_a_time_limit(nursery: Nursery) -> None:
    """A cell that does not end is stopped; what came before it stays, and the next runs."""
    with nursery.worker(Limits(cell_seconds=0.3)) as worker:
        outputs = worker.run_cells(["x = 1\nprint('before')\nwhile True: pass", "x"])
    assert outputs[0].text == "before\n"
    assert outputs[0].error.message == "The cell was stopped after 0.3 s."
    assert outputs[1].result == "1"


def test_a_worker_holds_nothing_that_could_be_found(nursery: Nursery) -> None:
    """Students find the stub named `course` and nothing else of the course, by name or by path."""
    loaded = """
import os, sys
ours = ("torch", "torchinfo", "grader", "pytest", "course")
sorted(name for name in sys.modules if name.partition(".")[0] in ours), type(sys.modules["course"]).__name__, \\
    [p for p in sys.path if os.path.exists(os.path.join(p, "grader", "boundary"))]"""
    secrets = (
        "import os\nsorted(set(os.environ) & {'PYTHONPATH', 'SSH_AUTH_SOCK', 'USER'}), os.environ['PYTHONHASHSEED']"
    )
    with nursery.worker() as worker:
        outputs = worker.run_cells([loaded, secrets])
    assert [output.error for output in outputs] == [None, None]
    assert outputs[0].result == "(['course'], '_Course', [])"
    assert outputs[1].result == "([], '0')"


def test_of_the_course_only_the_calling_engine_is_in_the_process(nursery: Nursery) -> None:
    """A search of everything that can be reached finds no chapter, no reference, no judge: only what calls."""
    search = """
import gc, sys, types
frame, todo = sys._getframe(), [*gc.get_objects()]
while frame:
    todo.append(frame)
    frame = frame.f_back
seen, names = set(), set()
while todo:
    thing = todo.pop()
    if id(thing) in seen: continue
    seen.add(id(thing))
    if type(thing) is dict: names.add(thing.get("__name__"))
    if isinstance(thing, type): names.add(thing.__dict__.get("__module__"))
    if type(thing) is types.FunctionType: names.add(thing.__module__)
    todo += gc.get_referents(thing)
ours = sorted(n for n in names if type(n) is str and n.partition(".")[0] in ("course", "grader", "torch", "torchinfo"))
len(seen) > 100_000, ours"""
    with nursery.worker(Limits(cell_seconds=60)) as worker:
        (output,) = worker.run_cells([search])
    assert output.error is None
    many, names = ast.literal_eval(output.result)
    assert many
    assert {"course.calling.call", "grader.boundary.confined.worker", "grader.boundary.shared.wire"} <= set(names)
    allowed = (
        "course.calling",
        "grader.boundary.confined",
        "grader.boundary.shared",
        "course",
        "grader",
        "grader.boundary",
    )
    assert [name for name in names if not name.startswith(allowed[:3]) and name not in allowed] == []


@pytest.mark.parametrize(
    "name", ["course.calling", "course.calling.call", "course.functional", "course.chapters", "grader"]
)
def test_our_modules_cannot_be_imported_even_without_our_finders(nursery: Nursery, name: str) -> None:
    """Whoever takes the finders away, and names the folder, is refused by the kernel."""
    if sandbox.missing():
        pytest.skip("student code can't be confined on this machine")
    cell = f"""
import importlib, sys
from importlib.machinery import PathFinder
sys.meta_path[:] = [PathFinder]
sys.modules.pop("course", None)
sys.path.insert(0, {str(Path(sandbox.__file__).parents[3])!r})
sys.path_importer_cache.clear()
importlib.import_module({name!r})"""
    with nursery.worker() as worker:
        (output,) = worker.run_cells([cell])
    assert output.error is not None
    assert output.error.name in ("ModuleNotFoundError", "PermissionError", "ImportError")
