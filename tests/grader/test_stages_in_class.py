"""How far an answer is right, told where answers are graded: the values come from the confined worker."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

import course
from course.checking.locating import eligible, stages
from course.checking.locating.watch import GATHER, LOOK
from course.checking.prepared import Prepared
from course.checking.runner import point, run
from grader.grading import Session

pytestmark = pytest.mark.whole

SEED = 5
ANSWER = """\
def feed_forward(x, w1, b1, w2, b2):
    return np.tanh(layer(x, w1, b1)) @ w2.T + b2

def layer(x, w, b):
    product = x @ w.T
    return product + b
"""


@pytest.fixture(scope="module")
def session():
    with Session(SEED) as session:
        yield session


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    """Leave out the limits of time, which a busy machine may reach."""
    monkeypatch.setattr(eligible, "SLOWEST", 5.0)
    monkeypatch.setattr(stages, "CALL", 2.0)


def notebook(name, *sources):
    """Make a rebuilt notebook with solution cells, the last of which is the exercise's."""
    cells = [new_code_cell("import numpy as np", metadata={"layer_by_layer": {"role": "setup"}})]
    for i, source in enumerate(sources, start=1):
        grade_id = name if i == len(sources) else f"other-{i}"
        cells.append(new_code_cell(source, metadata={"nbgrader": {"grade_id": grade_id, "solution": True}}))
    graded = {"grade_id": f"check-{name}", "grade": True, "points": 2}
    cells.append(new_code_cell("", metadata={"nbgrader": graded, "layer_by_layer": {"role": "check"}}))
    return new_notebook(cells=cells)


def test_a_graded_report_tells_the_stages(session):
    """The same sentence as at home, with the helper's own line, in the check cell and in the report."""
    graded = notebook("feed_forward", ANSWER)
    report = session.grade(graded)["feed_forward"]
    assert (report.reached.stage, report.reached.missing) == ("the first linear layer", "the hidden features")
    sentence = "Right so far: the first linear layer, from your line 2, `layer(x, w1, b1)`."
    assert sentence in str(report)
    assert sentence in graded.cells[-1].outputs[0].data["text/plain"]
    assert report.score == 0


def test_a_helper_from_another_answer_is_looked_into(session):
    """A notebook's other solution cells are the student's own as well."""
    first, second = ANSWER.split("\n\n")
    spoilt = second.replace("return product + b", "return product - b")
    report = session.grade(notebook("feed_forward", f"{spoilt}\n", f"{first}\n"))["feed_forward"]
    assert (report.reached.stage, report.reached.function) == ("the product of x and w1", "layer")


def test_the_worker_is_as_it_was(session):
    """After watching, the notebook's own function answers, and none of our names is left."""
    exercise = course.exercises["feed_forward"]
    prepared = Prepared(exercise, SEED)
    with session.nursery.worker() as worker:
        worker.run_cells(["import numpy as np", ANSWER])
        before = run(prepared, worker, source=ANSWER)
        found = point(before, prepared, worker, ANSWER.split("\n\n")[0], 1, lambda name: "")
        assert found.reached is not None
        assert str(run(prepared, worker, source=ANSWER)) == str(before)
        (output,) = worker.run_cells([f"assert not {{{LOOK!r}, {GATHER!r}}} & set(globals())"])
        assert output.error is None
