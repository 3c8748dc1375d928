"""Which cells are run without a syntax tree: only those that show no value, whatever is in them."""

import ast

import nbformat
import pytest

from grader.boundary.confined.shell import ends_in_a_definition
from grader.config import ROOT

TEXT = '"""'


@pytest.mark.parametrize(
    "source",
    [
        "def one():\n    return 1",
        "x = one(\n    2)\nclass One:\n    pass\n\n# done\n",
        "import numpy as np\nfrom math import pi",
        f"def one():\n    {TEXT}Give\ndef one\n    {TEXT}\n    return 1\ndef two(): pass",
        "def one():\n\treturn 1\n\f\n# by kim",
    ],
)
def test_cells_that_end_in_a_definition(source):
    sure = not source.count(TEXT)
    assert ends_in_a_definition(source) == sure
    assert not isinstance(ast.parse(source).body[-1], ast.Expr)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "# nothing",
        "1 + 1",
        "def one(): return 1\none()",
        "import math; math.pi",
        "from math import pi; pi",
        "def one(): pass; one",
        "def one(): return 1\n(\n    one())",
        f"{TEXT}\ndef one():\n    return 1\n    {TEXT}",
        "'''\nimport numpy\n    '''",
        f"x = 1\n{TEXT}\nclass One:\n  {TEXT}",
        "print(\n  2)",
        "definition = 3\ndefinition",
        "if True:\n    1\nelse:\n    2",
    ],
)
def test_cells_of_which_it_is_not_sure(source):
    assert not ends_in_a_definition(source)


def test_no_cell_of_a_lesson_that_shows_a_value_is_taken_for_one_that_does_not():
    """Every code cell of every solution, whole and cut off after each line."""
    sure = 0
    for path in (ROOT / "solutions").glob("*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            lines = cell.source.split("\n") if cell.cell_type == "code" else []
            for end in range(1, len(lines) + 1):
                source = "\n".join(lines[:end])
                if ends_in_a_definition(source):
                    try:
                        last = ast.parse(source).body[-1]
                    except SyntaxError:
                        continue
                    assert isinstance(last, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)), source
                    sure += 1
    assert sure > 500
