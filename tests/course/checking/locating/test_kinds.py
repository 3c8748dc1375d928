"""The kind of a change, as a hint says it."""

import numpy as np
import pytest

import course
from course.checking.diagnosis import Located
from course.checking.document import Line, Role
from course.checking.locating.changes import changes_of
from course.checking.locating.code import Change, Code
from course.checking.locating.kinds import kind_of
from course.checking.render import text_line
from course.checking.words.location import hint_at

LINES = """def f(x, y, n):
    a = x.sum(axis=0)
    b = np.mean(y, 1)
    c = x[1:n, ::2] - y
    d = np.einsum("ij,kj->ik", x, y)
    a += b * 3
    e = np.stack([i for i in range(n - 1)])
    if n < 2:
        return np.maximum(x, y).T, True
    return a - b - c
"""


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("axis=0", "axis=1", "an axis"),
        ("sum(axis=0)", "sum(axis=0, keepdims=True)", "how a function is called"),
        ("y, 1)", "y, 0)", "an axis"),
        ("1:n", "1:n + 1", "a slice's end"),
        ("1:n", ":n", "a slice's beginning"),
        ("::2", "::3", "a slice's step"),
        ("] - y", "] + y", "an operator"),
        ("] - y", "] - y.T", "the order of axes"),
        ("] - y", "] - y[:, None]", "an axis"),
        ("] - y", "] - y[::-1]", "the direction of an axis"),
        ('"ij,kj->ik"', '"ij,kj->ki"', "the letters of einsum"),
        ("a += b", "a = b", "how a value is assigned"),
        ("b * 3", "b * 4", "a number"),
        ("b * 3", "(-b) * 3", "a sign"),
        ("b * 3", "b", "a factor or a term"),
        ("range(n - 1)", "range(n)", "the end of a range"),
        ("n < 2", "n <= 2", "a comparison"),
        ("n < 2", "True", "a condition"),
        ("maximum", "minimum", "which function is called"),
        ("x, y).T", "y, x).T", "the order of two things"),
        ("True", "False", "a truth value"),
        ("a - b - c", "a - (b - c)", "brackets"),
        ("a - b - c", "a - b - d", "a name"),
        ("x.sum", "x.copy().sum", "an array that may be another one's"),
        ("    d = np.einsum", "        d = np.einsum", "a whole statement, or its place"),
        ("a += b * 3", "pass", "a whole statement, or its place"),
        ("x[1:n, ::2] - y", "x[1:n, ::2]", "a factor or a term"),
        # what is put in
        ("b * 3", "(b / 2) * 3", "a factor or a term"),
        ("b * 3", "(b * 3 * n)", "a factor or a term"),
        ("b * 3", "np.sqrt(b) * 3", "a call, or what it takes"),
        ("b * 3", "(1 - b) * 3", "an operator and its operands"),
        ("b * 3", "(b ** 2) * 3", "a factor or a term"),
        ("np.mean(y, 1)", "np.maximum(np.mean(y, 1), 0)", "a call, or what it takes"),
        ("a - b - c", "a - b * (1 - n) - c", "an operator and its operands"),
    ],
)
def test_each_kind(old, new, kind):
    """It says what to look at, and not what to write."""
    assert LINES.count(old) == 1
    start = LINES.index(old)
    assert kind_of(Code(LINES), Change(start, start + len(old), new)) == kind


def test_every_change_has_a_kind():
    """Whatever a search may propose."""
    exercise = course.exercises["conv2d_strided"]
    code = Code(LINES)
    kinds = {kind_of(code, change) for change in changes_of(code, exercise)}
    assert "" not in kinds
    assert len(kinds) > 12


def averaged_scores(input, dim):
    shifted = input - input.max(axis=dim, keepdims=True)
    powers = np.exp(shifted)
    return powers / powers.sum(axis=0, keepdims=True)


def test_a_hint_after_a_line_says_the_kind(capsys):
    """Once; then the exercise's own hints continue as before. The change itself is not revealed."""
    report = course.assess(averaged_scores, "softmax")
    assert report.located
    course.hint("softmax")
    first = capsys.readouterr().out
    assert first.startswith(
        "Your line 4, `return powers / powers.sum(axis=0, keepdims=True)`: look at an axis there.\n"
    )
    assert 'The next one: hint("softmax")\n' in first
    assert "axis=dim" not in first
    course.hint("softmax")
    assert capsys.readouterr().out.startswith("Hint 1 of ")


def test_another_report_takes_the_hint_back(capsys):
    """It belongs to the code of the last report."""
    course.assess(averaged_scores, "softmax")
    course.assess(lambda input, dim: input, "softmax")
    course.hint("softmax")
    assert capsys.readouterr().out.startswith("Hint 1 of ")
    course.assess(averaged_scores, "softmax")
    course.hint("softmax", 2)
    assert capsys.readouterr().out.startswith("Hint 2 of ")


def test_two_lines_have_a_kind_each():
    """A sentence each."""
    located = Located((2, 5), ("a = b", "return -a"), 4, ("a name", "a sign"))
    told = [text_line(Line(Role.STEP, sentence)) for sentence in hint_at(located)]
    assert told == ["Your line 2, `a = b`: look at a name there.", "Your line 5, `return -a`: look at a sign there."]
