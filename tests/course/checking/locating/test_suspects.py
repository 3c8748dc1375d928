"""Where a line is looked for first: what only failing cases come to, what they alone are given, what was right last."""

import numpy as np

from course.checking.comparison import Comparison, Right, Unit, WrongNumber
from course.checking.findings import Outcome, Returned
from course.checking.locating.cleared import set_in_line
from course.checking.locating.code import Code
from course.checking.locating.search import Search
from course.checking.locating.standing import Standing
from course.checking.locating.suspects import around, telling
from course.checking.result import CaseResult
from tests.course.checking.locating.test_locate import cell

BRANCHES = """\
def f(x, pad, first):
    p, q = pad, 2
    if first:
        return x * 2
    y = x - p
    return y * q
"""


def test_an_argument_tells_by_its_kind():
    """A pair of two sizes, a mask of another type, a value that is given only here; not a number like others."""
    passing = [{"x": np.ones(2), "size": 3, "pad": (1, 1)}, {"x": np.ones(4), "size": 4, "pad": 1, "mask": None}]
    failing = {"x": np.ones(3), "size": 9, "pad": (1, 2), "mask": np.ones(2, bool)}
    assert telling(failing, passing) == {"pad", "mask"}
    assert telling(failing | {"x": np.ones((2, 2)), "size": 0}, passing) == {"x", "size", "pad", "mask"}
    assert telling(failing, []) == frozenset()


def test_what_reads_an_argument_includes_other_names_for_it():
    """Of names that are set together, only the one that gets it."""
    code = Code(BRANCHES)
    assert [code.text[start:end] for start, end in around(code, {"pad"})] == ["pad, 2", "x - p"]


class Judge:
    """Runs changed code on its own cases, given as arguments with the right answers."""

    def __init__(self, name, cases):
        self.name, self.cases, self.function = name, cases, None

    def define(self, text, choice=0):
        self.function = cell(text, self.name)
        return not choice

    def run(self, index):

        arguments, wanted = self.cases[index]
        try:
            right = self.function(*arguments) == wanted
        except Exception:
            return Standing(Outcome.RAISED)
        return Standing(Outcome.RIGHT if right else Outcome.WRONG_VALUES, float(right))


def test_the_block_that_only_failing_cases_come_to_is_searched_first():
    """Here it is what follows the branch that returns."""
    code = Code(BRANCHES)
    judge = Judge("f", [((3, 1, True), 6), ((4, 2, True), 8), ((3, 1, False), 8)])
    results = [CaseResult(f"case {i}", "", _finding(judge, code, i)) for i in range(3)]
    search = Search(code, results, judge, lambda code, likely: [], 1.0)
    spans = next(search._suspected(2))
    assert [code.text[start:end] for start, end in spans] == ["y = x - p\n    return y * q"]


def _finding(judge, code, index):
    judge.define(code.text)
    found = Right(1) if judge.run(index).passed else WrongNumber(0, 1, 1.0)
    return Returned(Comparison((Unit("", found),)))


def test_names_that_a_line_sets():
    """Of an assignment to a part of an array it is the array."""
    code = Code("def f(x):\n    y, z[0] = x\n    return y")
    assert set_in_line(code, 2) == {"y", "z"}
    assert set_in_line(code, 3) == set()
