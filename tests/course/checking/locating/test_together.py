"""Many changes in one code that is compiled once give the same as each of them alone."""

import ast

import numpy as np
import pytest

import course
from course.checking.locating.changes import changes_of
from course.checking.locating.code import Change, Code
from course.checking.locating.together import AT_ONCE, CHOICE, Together

CODES = [
    """\
def f(x, n):
    # a remark; with a semicolon
    total = np.zeros(len(x))
    for i in range(n):
        total[i] += (x[i] -
                     n) * 2  # over two lines
        if i > 1: total[i] = 1
    def half(y):
        return y / 2
    return half(total), n
""",
    """\
def f(x, n):
    first, last = x[0], x[-1]; first = first + 1
    if n > 2:
        n -= 1
        first = np.maximum(first, n) / last
    return np.array([first, last + n])
""",
]


def outcome(text, choice):
    """Run a code: what it gives, or the kind of error that it ends with."""
    names = {"np": np, CHOICE: choice}
    try:
        exec(compile(text, "<together>", "exec"), names)
        return repr(names["f"](np.arange(4.0), 3))
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize("text", CODES, ids=["loops", "two on a line"])
def test_each_choice_gives_what_its_change_alone_gives(text):
    """And no choice what there was before."""
    code = Code(text)
    one = Together(code)
    changes = [change for change in changes_of(code, course.exercises["linear"]) if one.place(change)]
    changes = [change for change in changes if "empty" not in change.new and _is_python(change.apply(text))][::4]
    assert len(changes) > 2 * AT_ONCE
    for start in range(0, len(changes), AT_ONCE):
        some = changes[start : start + AT_ONCE]
        shared = one.text(some)
        assert outcome(shared, 0) == outcome(text, 0)
        for number, change in enumerate(some, 1):
            assert outcome(shared, number) == outcome(change.apply(text), 0), change


def _is_python(text):
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize(
    ("old", "new"),
    [("range(n)", "range(n + 1)"), ("total = np", "other = np"), ("n) * 2", "n)\n    * 2"), ("= 1", "= 1; n = 2")],
)
def test_what_can_not_be_chosen_within_a_function_has_no_place(old, new):
    """The head of a loop, a new name, more than a line, a branch on one line."""
    start = CODES[0].index(old)
    assert Together(Code(CODES[0])).place(Change(start, start + len(old), new)) is None
