"""A class, a value and a function that gets a function: graded in a worker as they are checked at home."""

import linecache

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.checking import runner
from course.checking.locating import eligible, locate, second
from course.checking.locating.own_source import source_in
from course.checking.prepared import Prepared
from course.checking.runner import check, point, run
from course.checking.spec import Case, Exercise, Mistake
from grader.grading import Session

SEED = 7
CHANGES, PAIRED = 100, 15
"""At most this many changes of an answer are tried, and this many in pairs."""
LONG = 600.0
"""Seconds that are never used up: what is tried must not depend on how busy the machine is."""


class Accumulator:
    def __init__(self, size, decay=0.5):
        self.total = np.zeros(size)
        self.decay = decay

    def add(self, values):
        self.total = self.decay * self.total + values
        return self

    def mean(self, weighting=None):
        return float(np.mean(self.total if weighting is None else weighting(self.total)))


class WithoutDecay:
    def __init__(self, size, decay=0.5):
        self.total = np.zeros(size)

    def add(self, values):
        self.total = self.total + values
        return self

    def mean(self, weighting=None):
        return float(np.mean(self.total if weighting is None else weighting(self.total)))


def use_accumulator(student, values, more, weighting):
    accumulator = student.call("Accumulator", values.size, decay=0.25)
    accumulator.call("add", values).call("add", more)
    return accumulator.read("total"), accumulator.call("mean"), accumulator.call("mean", weighting)


def is_elementwise(layer, input):
    once = layer(input)
    return once.shape == input.shape and bool(np.allclose(layer(input.reshape(-1)), once.reshape(-1)))


def by_shape(layer, input):
    return layer(input).shape == input.shape


def draw_accumulator(rng, size):
    return {"values": rng.normal(size=size), "more": rng.normal(size=size), "weighting": np.tanh}


def draw_layer(rng, layer):
    return {"layer": layer, "input": rng.normal(size=(2, 3))}


def softmax(x):
    e = np.exp(x)
    return e / e.sum(-1, keepdims=True)


LAYERS = {
    "relu": lambda x: np.maximum(x, 0),
    "softmax": softmax,
    "tanh": lambda x: np.tanh(x),
    "row sums": lambda x: x.sum(-1),
}
SHARES = {"first": 0.25, "second": "most"}
FIELDS = {"chapter": "01_linear", "points": 2.0, "oracle": None}
ACCUMULATOR = Exercise(
    name="Accumulator",
    solution=Accumulator,
    use=use_accumulator,
    returns=("total", "mean", "weighted"),
    cases=tuple(Case(f"{n} values", lambda rng, n=n: draw_accumulator(rng, n)) for n in (2, 5)),
    mistakes=(Mistake("decay", body=WithoutDecay, gives="when nothing decays.", advice="Use `decay`."),),
    **FIELDS,
)
VALUE = Exercise(
    name="shares",
    solution=SHARES,
    use=lambda student, part: student.read("shares")[part],
    cases=tuple(Case(part, lambda rng, part=part: {"part": part}) for part in SHARES),
    **FIELDS,
)
ELEMENTWISE = Exercise(
    name="is_elementwise",
    solution=is_elementwise,
    cases=tuple(Case(name, lambda rng, layer=layer: draw_layer(rng, layer)) for name, layer in LAYERS.items()),
    mistakes=(Mistake("shape", body=by_shape, gives="when only shapes are asked.", advice="Ask for values."),),
    **FIELDS,
)

ACCUMULATOR_SOURCE = """\
class Accumulator:
    def __init__(self, size, decay=0.5):
        self.total, self.decay = np.zeros(size), decay
    def add(self, values):
        self.total = self.decay * self.total + values
        return self
    def mean(self, weighting=None):
        return np.mean(self.total if weighting is None else weighting(self.total))
"""
ELEMENTWISE_SOURCE = """\
def is_elementwise(layer, input):
    once = layer(input)
    return once.shape == input.shape and all(
        np.allclose(layer(row), once[i]) and np.allclose(layer(row[:1]), once[i, :1]) for i, row in enumerate(input)
    )
"""
# What is handed in -> the score, and what the report says.
ANSWERS = [
    (ACCUMULATOR, ACCUMULATOR_SOURCE, 1.0, "right"),
    (ACCUMULATOR, ACCUMULATOR_SOURCE.replace("self.decay *", "1 *"), 0.0, "when nothing decays"),
    (ACCUMULATOR, ACCUMULATOR_SOURCE.replace("def mean", "def average"), 0.0, "Your Accumulator has no `mean`."),
    (ACCUMULATOR, ACCUMULATOR_SOURCE.replace("        return self\n", ""), 0.0, ""),
    (ACCUMULATOR, ACCUMULATOR_SOURCE.replace(", decay=0.5", "").replace("= np.zeros(size), decay", "= np.zeros(size), 1"), 0.0, "yours takes (size)"),
    (ACCUMULATOR, ACCUMULATOR_SOURCE.replace("return np.mean", "return self or np.mean"), 0.0, "an Accumulator"),
    (ACCUMULATOR, ACCUMULATOR_SOURCE.replace("return self\n", "raise ValueError('no')\n"), 0.0, "stopped with ValueError"),
    (ACCUMULATOR, "class Accumulator:\n    def __init__(self, size, decay=1): raise NotImplementedError\n", 0.0, "not attempted"),
    (VALUE, 'shares = {"first": 0.25, "second": "most"}\n', 1.0, "right"),
    (VALUE, 'shares = {"first": 0.25, "second": "few"}\n', 0.5, 'Your "few"'),
    (VALUE, 'shares = {"first": ..., "second": ...}\n', 0.0, "not attempted"),
    (VALUE, "shares = ...\n", 0.0, "not attempted"),
    (VALUE, "class Sly:\n    def __getitem__(self, key): return 0.25\nshares = Sly()\n", 0.0, "a Sly"),
    (ELEMENTWISE, ELEMENTWISE_SOURCE, 1.0, "right"),
    (ELEMENTWISE, "def is_elementwise(layer, input):\n    return layer(input).shape == input.shape\n", 0.75, "when only shapes are asked"),
    (ELEMENTWISE, "def is_elementwise(layer, input):\n    return layer\n", 0.0, "a function"),
    (ELEMENTWISE, "def is_elementwise(layer, input):\n    return layer(input, 2, 3, 4)\n", 0.0, "TypeError"),
    (ELEMENTWISE, "def is_elementwise(layer, input):\n    return layer(input.T @ input.T)\n", 0.0, "the inner sizes"),
]  # fmt: skip


@pytest.fixture(scope="module")
def session():
    with Session(SEED) as session:
        for exercise in (ACCUMULATOR, VALUE, ELEMENTWISE):
            session._prepared[exercise.name] = Prepared(exercise, SEED)
        yield session


def at_home(exercise, source):
    name = f"<cell of {exercise.name}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    names = {"__name__": "__main__", "np": np}
    exec(compile(source, name, "exec"), names)
    return check(exercise, names[exercise.name], SEED)


def facts(report):
    """Give what a report says, but for how long it took and how many notes there are."""
    told = report.to_dict()
    for case in told["cases"]:
        case.pop("seconds")
    return told


@pytest.fixture
def counted_search(monkeypatch):
    """Look for the line that is wrong among the likeliest changes, the same ones on each side, however long it takes."""
    every = locate.changes_of
    monkeypatch.setattr(locate, "changes_of", lambda code, exercise: every(code, exercise)[:CHANGES])
    monkeypatch.setattr(second, "MOST_OF_PAIRS", PAIRED)
    monkeypatch.setattr(locate, "CALL", LONG)
    monkeypatch.setattr(eligible, "SLOWEST", LONG)
    monkeypatch.setattr(eligible, "SLOWEST_OF_LARGEST", LONG)
    monkeypatch.setattr(runner, "SECONDS", LONG)


@pytest.mark.whole
@pytest.mark.parametrize(("exercise", "source", "score", "words"), ANSWERS)
def test_a_report_from_a_worker_is_the_one_from_home(counted_search, session, exercise, source, score, words):
    """Score, first difference, recognised mistake, line and words are equal, for right and for wrong answers."""
    with session.nursery.worker() as worker:
        assert worker.run_cells(["import numpy as np", source])[1].error is None
        prepared = session.prepared(exercise.name)
        report = run(prepared, worker, source=source)
        report = point(report, prepared, worker, source_in(source, exercise.name), LONG)
    assert report.score == score, str(report)
    assert words in str(report)
    assert facts(report) == facts(at_home(exercise, source))


def test_a_notebook_of_all_three_is_graded(session):
    """Right answers earn everything, one wrong one its part, and each check cell gets its number."""
    cells = [new_code_cell("import numpy as np", metadata={"layer_by_layer": {"role": "setup"}})]
    wrong = "shares = {'first': 0.25, 'second': 'few'}"
    for exercise, source in ((ACCUMULATOR, ACCUMULATOR_SOURCE), (VALUE, wrong), (ELEMENTWISE, ELEMENTWISE_SOURCE)):
        cells.append(new_code_cell(source, metadata={"nbgrader": {"grade_id": exercise.name, "solution": True}}))
        graded = {"grade_id": f"check-{exercise.name}", "grade": True, "points": 2}
        cells.append(new_code_cell("", metadata={"nbgrader": graded, "layer_by_layer": {"role": "check"}}))
    notebook = new_notebook(cells=cells)
    reports = session.grade(notebook)
    assert {name: report.earned for name, report in reports.items()} == {
        "Accumulator": 2,
        "shares": 1,
        "is_elementwise": 2,
    }
    shown = [cell.outputs[1].data["text/plain"] for cell in notebook.cells if "check" in str(cell.metadata)]
    assert [float(text) for text in shown] == [2, 1, 2]
