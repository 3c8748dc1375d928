"""Questions that are answered in a sentence: practice in the course, and graded by hand if a class gives them points.

A lesson's text source asks one in a text cell; the next cell, ``# %% [markdown] question="name"``, has the model answer
and the rubric, folded. The build puts `STUB` in its place for students. Without points the cell is ordinary text and is
not graded. With points it is one of nbgrader's manually graded cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

TAG = "question"
"""The tag of a cell that is for a student's sentences."""
PREFIX = "question-"
"""How the ids of such cells begin, in a notebook and in the gradebook."""
STUB = "*Write your answer here: double-click this line and replace it.*"
"""What students see in the cell."""


def is_question(cell: NotebookNode) -> bool:
    """Tell whether a cell is for the answer to a question.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell
    >>> is_question(new_markdown_cell(STUB, metadata={"tags": ["question"]}))
    True
    """
    return cell["cell_type"] == "markdown" and TAG in cell["metadata"].get("tags", ())


def give_points(cell: NotebookNode, points: float) -> None:
    """Make a question's cell one that a person grades in nbgrader.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell
    >>> cell = new_markdown_cell(STUB, id="question-why", metadata={"tags": ["question"]})
    >>> give_points(cell, 3)
    >>> cell.metadata.nbgrader.points, cell.metadata.nbgrader.grade_id
    (3, 'question-why')
    """
    marks = {"grade": True, "solution": True, "locked": False, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = NotebookNode({**marks, "grade_id": cell.id, "points": points})
    cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)
    cell.metadata["deletable"] = False


def text_of_model_answer(source: str) -> Iterator[str]:
    """Give what a model answer and its rubric say, a paragraph or point at a time, without markup.

    Examples
    --------
    >>> list(text_of_model_answer("<details><summary>Model answer</summary><p>All of <code>x</code>.</p></details>"))
    ['Model answer', 'All of x.']
    """
    reader = _Paragraphs()
    reader.feed(source)
    reader.close()
    return (text for part in reader.parts if (text := " ".join(part.split())))


class _Paragraphs(HTMLParser):
    """Collects text between the elements that make a paragraph of it."""

    _ENDS = frozenset({"p", "li", "summary", "details", "ul", "ol"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._ENDS:
            self.parts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._ENDS:
            self.parts.append("")

    def handle_data(self, data: str) -> None:
        self.parts[-1] += data
