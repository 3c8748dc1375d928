"""What an exercise gives to be repaired is what the students' notebook holds."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

import course
from course.checking.spec import Case, Exercise, Misconception
from grader.handout import HandOut

SOLVED = "def {name}(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"


def doubles_wrongly(x):
    return 2 + x


REPAIR = Exercise(
    name="repair_twice",
    chapter="00_start_here",
    points=2,
    reference=lambda x: 2 * x,
    oracle=None,
    cases=(Case("any", lambda rng: {"x": rng.normal(size=3)}),),
    misconceptions=(Misconception("repair_twice.as-given", doubles_wrongly, "when it is left so.", "Look."),),
    given=doubles_wrongly,
)


@pytest.mark.parametrize(
    ("name", "released"),
    [
        ("repair_twice", "def repair_twice(x):\n    return 2 + x"),
        ("twice", "def twice(x):\n    raise NotImplementedError"),
    ],
)
def test_a_repair_is_handed_out_broken_and_any_other_exercise_blank(monkeypatch, name, released):
    """The broken function stands under the exercise's name; other solutions give way to the stub."""
    monkeypatch.setattr(course, "exercises", {"repair_twice": REPAIR})
    marks = {"grade_id": name, "solution": True, "grade": False, "schema_version": 3, "locked": False, "task": False}
    cell = new_code_cell(SOLVED.format(name=name), metadata={"nbgrader": marks})
    notebook = new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    config = Config({"ClearSolutions": {"code_stub": {"python": "raise NotImplementedError"}}})
    HandOut(config=config).preprocess(notebook, {})
    assert cell.source == released
