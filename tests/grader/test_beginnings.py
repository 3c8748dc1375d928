"""How soon a lesson lets its students write something: the words that come before the first exercise."""

import re

import pytest

import course
from course.catalog.chapters import FOLDERS
from grader.config import ROOT
from grader.lesson import read_lesson

MOST = 300


def words_before_the_first_exercise(folder):
    """Count the words of text cells, formulas aside."""
    words = 0
    for cell in read_lesson(ROOT, folder, course.exercises).notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            return words
        if cell.cell_type == "markdown":
            text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|<[^>]+>", "", cell.source, flags=re.DOTALL)
            words += len(re.findall(r"[A-Za-z][\w'’]*", text))
    return None


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_first_exercise_comes_soon(folder):
    words = words_before_the_first_exercise(folder)
    assert words is not None
    assert 100 < words <= MOST
