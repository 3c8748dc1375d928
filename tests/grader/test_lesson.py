"""Reading a lesson's text source."""

from pathlib import Path

import pytest
from nbgrader.nbgraderformat import MetadataValidator

from course.checking.spec import Case, Exercise
from grader.lesson import Lesson, read_lesson, topic_of


def linear(input):
    """Give 2 input + 1."""
    return 2 * input + 1


def declare(name, points, chapter="01_linear", solution=linear):
    case = Case("any number", lambda rng: {"input": rng.normal()})
    return Exercise(name=name, points=points, solution=solution, oracle=None, cases=(case,), chapter=chapter)


EXERCISES = {
    "linear": declare("linear", 4.0),
    "twice": declare("twice", 1.5),
    "one_hot": declare("one_hot", 2.0, "02_embedding"),
}
LINEAR = '\n# %% exercise="linear"\n'
TWICE = LINEAR.replace("linear", "twice")
CHECK_LINEAR, CHECK_TWICE = '\n# %% check="linear"\ncheck(linear)\n', '\n# %% check="twice"\ncheck(twice)\n'
PROSE = """
# %% [markdown]
# # What a linear layer does
#
# It multiplies.

# %% tags=["setup"]
import numpy as np

# %%
np.arange(3)

# %% [markdown]
# No heading here.
"""
WHOLE = PROSE + LINEAR + CHECK_LINEAR + TWICE + CHECK_TWICE


def lesson(tmp_path: Path, text: str) -> Lesson:
    folder = tmp_path / "solutions" / "01_linear"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "linear.py").write_text(text)
    return read_lesson(tmp_path, "01_linear", EXERCISES)


def complaints(tmp_path: Path, text: str) -> list[str]:
    return [str(problem) for problem in lesson(tmp_path, text).problems]


def test_metadata(tmp_path):
    """Exercises and checks get nbgrader's metadata, which nbgrader finds valid; points come from the course."""
    read = lesson(tmp_path, WHOLE)
    assert read.problems == ()
    assert read.exercises == ("linear", "twice")
    MetadataValidator().validate_nb(read.notebook)
    cells = {cell.id: cell for cell in read.notebook.cells}
    assert cells["linear"].metadata == {
        "nbgrader": {
            "grade": False,
            "grade_id": "linear",
            "locked": False,
            "schema_version": 3,
            "solution": True,
            "task": False,
        }
    }
    check = cells["check-twice"].metadata["nbgrader"]
    assert (check["grade"], check["locked"], check["solution"], check["points"]) == (True, True, False, 1.5)
    assert cells["what-a-linear-layer-does-2"].metadata == {"tags": ["setup"]}
    assert cells["what-a-linear-layer-does-1"].metadata == {}


def test_the_declaration_fills_the_cell(tmp_path):
    """The lesson's cell is the declared solution, what a student writes between the marks; a value keeps its stub."""
    [cell, *_] = [cell for cell in lesson(tmp_path, WHOLE).notebook.cells if cell.id == "linear"]
    assert cell.source == (
        'def linear(input):\n    """Give 2 input + 1."""\n'
        "    ### BEGIN SOLUTION\n    return 2 * input + 1\n    ### END SOLUTION"
    )


def test_a_value_needs_what_students_get(tmp_path, monkeypatch):
    """The stub is the lesson's, the value the declaration's."""
    monkeypatch.setitem(EXERCISES, "linear", declare("linear", 4.0, solution=3))
    stub = WHOLE.replace(LINEAR, LINEAR + "linear = ...\n")
    [cell] = [cell for cell in lesson(tmp_path, stub).notebook.cells if cell.id == "linear"]
    assert cell.source == "linear = ...\n### BEGIN SOLUTION\nlinear = 3\n### END SOLUTION"
    assert any("it needs what students get, such as linear = ..." in line for line in complaints(tmp_path, WHOLE))


def test_chapters_get_their_numbers(tmp_path):
    """A lesson names a chapter by its topic, so that numbers stay right where a chapter is put between two others."""
    numbered = PROSE.replace("# It multiplies.", "# It multiplies, as in chapters {{conv1d}} and {{conv2d}}.")
    [cell, *_] = [cell for cell in lesson(tmp_path, numbered).notebook.cells if cell.cell_type == "markdown"]
    assert cell.source.endswith("as in chapters 06 and 07.")
    assert any(
        "the course has no chapter 'conv9d'" in line
        for line in complaints(tmp_path, PROSE + '\n# %%\nprint("{{conv9d}}")\n')
    )


def test_ids_last(tmp_path):
    """A change of a cell's text, or of another section, leaves every cell's id as it was."""
    ids = [cell.id for cell in lesson(tmp_path, WHOLE).notebook.cells]
    assert len(set(ids)) == len(ids)
    edited = WHOLE.replace("np.arange(3)", "np.arange(4)").replace("No heading", "Still no heading")
    assert [cell.id for cell in lesson(tmp_path, edited).notebook.cells] == ids
    longer = [cell.id for cell in lesson(tmp_path, WHOLE + "\n# %% [markdown]\n# ## Recap\n").notebook.cells]
    assert longer == [*ids, "recap-1"]


def test_headings_never_take_an_exercise_s_id(tmp_path):
    """Headings that read like exercises and checks, or come twice, still give distinct ids."""
    headings = "\n# %% [markdown]\n# ## linear\n\n# %% [markdown]\n# ## Check linear\n" * 2
    read = lesson(tmp_path, headings + WHOLE)
    ids = [cell.id for cell in read.notebook.cells]
    assert read.problems == ()
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (PROSE + LINEAR + CHECK_LINEAR, "cell twice: the course declares this exercise, and no cell says"),
        (WHOLE + LINEAR + CHECK_LINEAR, "cell linear--2: linear comes twice"),
        (LINEAR + TWICE + CHECK_TWICE + CHECK_LINEAR, "cell linear: the next code cell must be its check"),
        (WHOLE.replace("twice", "thrice"), "cell thrice: the course has no exercise named 'thrice'"),
        (WHOLE + '\n# %% check="one_hot"\n', "cell check-one_hot: 'one_hot' is an exercise of 02_embedding"),
        (WHOLE + '\n# %% check="one_hot"\n', "cell check-one_hot: it checks an exercise that has no cell"),
        (WHOLE.replace('exercise="linear"', 'excercise="linear"'), "its header says 'excercise'"),
        (WHOLE.replace(LINEAR, LINEAR + "def linear(input): ...\n"), "cell linear: leave it empty: the solution comes"),
        (
            WHOLE + "\n# %%\n### BEGIN SOLUTION\n1\n### END SOLUTION\n",
            "has a solution, and its header names no exercise",
        ),
        (WHOLE.replace('exercise="linear"', '[markdown] exercise="linear"'), "so it must be code"),
    ],
)
def test_mistakes_of_a_source(tmp_path, text, complaint):
    """A mistake in the source is named with the file and the cell."""
    found = complaints(tmp_path, text)
    assert any(complaint in line for line in found), found
    assert all(line.startswith("solutions/01_linear/linear.py, cell ") for line in found)


def test_all_mistakes_are_listed(tmp_path):
    """The first mistake doesn't hide the others."""
    text = WHOLE.replace(LINEAR, LINEAR + "def linear(input): ...\n") + '\n# %% check="one_hot"\n'
    assert len(complaints(tmp_path, text)) >= 3


def test_a_folder_s_name():
    """A folder that isn't named like a lesson is refused with an example."""
    with pytest.raises(ValueError, match="named like 01_linear, not 'linear'"):
        topic_of("linear")
