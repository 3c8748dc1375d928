"""What must not be in a student's notebook."""

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.release import ReleaseError, generate, leaks

SOLVED = '''def linear(input, weight):
    """Multiply. Example: input @ weight.T is 7."""
    n, c = input.shape
    ### BEGIN SOLUTION
    rows, columns = weight.shape
    product = input @ weight.T
    return product
    ### END SOLUTION'''
BLANK = '''def linear(input, weight):
    """Multiply. Example: input @ weight.T is 7."""
    n, c = input.shape
    # Your code here
    raise NotImplementedError'''


def notebook(source):
    exercise = new_code_cell(source, id="linear", metadata={"nbgrader": {"solution": True}})
    return new_notebook(cells=[exercise, new_markdown_cell("Afterwards.", id="after")])


def found(release):
    return [f"{cell}: {what}" for cell, what in leaks(notebook(SOLVED), release)]


def test_a_clean_release():
    """A blank shows nothing, though its docstring has a part of the solution in it."""
    assert found(notebook(BLANK)) == []


def test_a_line_of_the_solution_elsewhere():
    """A telling line is found in any cell, prose too, whatever its spaces; common lines are not telling."""
    release = notebook(BLANK)
    release.cells[
        1
    ].source = "As in `product  =  input @ weight.T`, with `rows, columns = weight.shape`, `return product`."
    assert found(release) == ["after: shows a line of the solution of linear: 'product = input @ weight.T'."]


def test_marks_outputs_and_metadata():
    """Whatever else is left over is named."""
    release = copy.deepcopy(notebook(SOLVED))
    release.cells[0].outputs = [new_output("stream", text="7")]
    release.cells[1].metadata["answer"] = "7"
    lines = found(release)
    assert "linear: has a mark of a solution or of hidden tests." in lines
    assert "linear: has outputs." in lines
    assert "after: has metadata that a student has no use for: answer." in lines


def test_nbgrader_s_reason_is_passed_on(tmp_path):
    """Where nbgrader makes no release, the error has its reason and its log."""
    with pytest.raises(ReleaseError, match="No notebooks were matched") as caught:
        generate(tmp_path, "01_linear")
    assert "No notebooks were matched" in caught.value.log
