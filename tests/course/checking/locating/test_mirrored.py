"""One idea in two places, such as height and width: the same change in both is one change."""

import ast
import linecache

import numpy as np
import pytest

import course
from course.checking import runner
from course.checking.locating.changes import changes_of
from course.checking.locating.code import Code
from course.checking.locating.mirrored import mirrored

PAIRS = [
    ("a size", "h = y + p - kh\n    w = x + p - kw", "h = y + p - kh + 1\n    w = x + p - kw + 1"),
    ("a slice", "c = a[i : i + k_h, j : j + k_w]", "c = a[i + 1 : i + k_h, j + 1 : j + k_w]"),
    ("one of a pair", "h = a // s[0]\n    w = a // s[1]", "h = a / s[0]\n    w = a / s[1]"),
    ("a negative axis", "h = a.sum(-2) - 1\n    w = a.sum(-1) - 1", "h = a.sum(-2) + 1\n    w = a.sum(-1) + 1"),
    ("another of a pair", "c = a[y * kh, x * kw]", "c = a[y * sh, x * sw]"),
    ("words", "rows = a - height\n    columns = a - width", "rows = a + height\n    columns = a + width"),
]


def in_two_places(source):
    code = Code(source)
    found = mirrored(code, [change for change in changes_of(code, course.exercises["warm_up"]) if not change.one])
    return {
        ast.dump(ast.parse(change.apply(source))): code.lines_of(change) for change in found if _reads(change, source)
    }


def _reads(change, source):
    try:
        ast.parse(change.apply(source))
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_the_same_change_is_made_in_both(before, after):
    """The second place has its own names."""
    source = f"def f(a, b, kh, kw, sh, sw):\n    {before}\n    return a\n"
    found = in_two_places(source)
    lines = (2, 3) if "\n" in before else (2, 2)
    assert found[ast.dump(ast.parse(source.replace(before, after)))] == lines


def test_places_that_are_not_alike_are_left_alone():
    """Two sums of other things are two ideas."""
    assert in_two_places("def f(a, b):\n    mean = a + total\n    scale = b + other\n    return a\n") == {}


def test_most_of_what_is_proposed_is_python():
    """A text that can't be read costs a try."""
    exercise = course.exercises["max_pool2d"]
    code = Code(POOLING)
    both = [change for change in changes_of(code, exercise) if change.one]
    assert len(both) > 100
    assert sum(_reads(change, POOLING) for change in both) > 0.9 * len(both)


POOLING = """\
def max_pool2d(input, kernel_size, stride=None, padding=0):
    k = np.broadcast_to(kernel_size, 2)
    s = k if stride is None else np.broadcast_to(stride, 2)
    p = np.broadcast_to(padding, 2)
    x = np.pad(input, ((0, 0), (0, 0), (p[0], p[0]), (p[1], p[1])), constant_values=-np.inf)
    rows = (x.shape[2] - k[0]) // s[0]
    cols = (x.shape[3] - k[1]) // s[1]
    out = np.zeros((*x.shape[:2], rows, cols))
    for i in range(rows):
        for j in range(cols):
            out[:, :, i, j] = x[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].max(axis=(2, 3))
    return out
"""


def assess(source, name):
    cell = f"<both {abs(hash(source))}>"
    linecache.cache[cell] = (len(source), None, source.splitlines(keepends=True), cell)
    names = {"np": np}
    exec(compile(source, cell, "exec"), names)
    return course.assess(names[name], name)


def test_a_report_quotes_both_lines(monkeypatch):
    """It is one mistake, made in two lines."""
    monkeypatch.setattr(runner, "SECONDS", 60)
    report = assess(POOLING, "max_pool2d")
    assert report.located
    assert report.located.lines == (6, 7)
    assert report.located.kinds == ("a factor or a term", "a factor or a term")
    assert (
        f"Your line 6, `rows = (x.shape[2] - k[0]) // s[0]`, and line 7, `cols = (x.shape[3] - k[1]) // s[1]`: with one "
        f"change in each, all {len(report.counted)} cases are right."
    ) in str(report)


def test_both_places_of_one_line(monkeypatch):
    """The line is quoted once."""
    monkeypatch.setattr(runner, "SECONDS", 60)
    wrong = POOLING.replace(" // s[0]", " // s[0] + 1").replace(" // s[1]", " // s[1] + 1")
    wrong = wrong.replace("i * s[0] + k[0]", "i + k[0]").replace("j * s[1] + k[1]", "j + k[1]")
    report = assess(wrong, "max_pool2d")
    assert report.located
    assert report.located.lines == (11, 11)
    assert "with two changes there, all " in str(report)
