"""What an exercise gives to be repaired is what the students' notebook holds."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

import course
from course.checking.spec import Case, Exercise, Mistake
from grader.handout import HandOut

SOLVED = "def {name}(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"


def doubles_wrongly(x):
    return 2 + x


REPAIR = Exercise(
    name="repair_twice",
    chapter="00_start_here",
    points=2,
    solution=lambda x: 2 * x,
    oracle=None,
    cases=(Case("any", lambda rng: {"x": rng.normal(size=3)}),),
    repair=True,
    mistakes=(Mistake("as-given", body=doubles_wrongly, gives="when it is left so.", advice="Look."),),
)


VALUE = Exercise(
    name="answers",
    chapter="00_start_here",
    points=1,
    solution={"half": 2},
    oracle=None,
    cases=(Case("any", lambda rng: {}),),
    use=lambda student: student.read("answers"),
)


def test_a_value_is_handed_out_with_its_blanks_and_no_stub_below_them(monkeypatch):
    """A stub that raises would stay in the way after the blanks are filled."""
    monkeypatch.setattr(course, "exercises", {"answers": VALUE})
    source = 'answers = {"half": ...}\n### BEGIN SOLUTION\nanswers = {"half": 2}\n### END SOLUTION'
    assert released(source, "answers") == 'answers = {"half": ...}'


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("repair_twice", "def repair_twice(x):\n    return 2 + x"),
        ("twice", "def twice(x):\n    raise NotImplementedError"),
    ],
)
def test_a_repair_is_handed_out_broken_and_any_other_exercise_blank(monkeypatch, name, wanted):
    """The broken function is under the exercise's name; other solutions give way to the stub."""
    monkeypatch.setattr(course, "exercises", {"repair_twice": REPAIR})
    assert released(SOLVED.format(name=name), name) == wanted


def released(source, name):
    """Give what a solution's cell turns into."""
    marks = {"grade_id": name, "solution": True, "grade": False, "schema_version": 3, "locked": False, "task": False}
    cell = new_code_cell(source, metadata={"nbgrader": marks})
    notebook = new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    config = Config({"ClearSolutions": {"code_stub": {"python": "raise NotImplementedError"}}})
    HandOut(config=config).preprocess(notebook, {})
    return cell.source
