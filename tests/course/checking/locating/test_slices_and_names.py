"""Slices whose bounds belong together, and names exchanged in a whole statement."""

import pytest

from course.checking.locating.calls import change_calls
from course.checking.locating.code import Code
from course.checking.locating.slices import change_slices
from course.checking.locating.statements import change_statements
from course.checking.locating.throughout import change_names_throughout


def texts(changes, code):
    return {change.apply(code.text) for change in changes(code)}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("x[v:n]", "x[v:v + n]"),
        ("x[v:v + n:s]", "x[v:v + s * n:s]"),
        ("x[v:v + s * n]", "x[v:v + s * n:s]"),
        ("x[y:y + k]", "x[y * s:y * s + k]"),
        ("x[y:y + k]", "x[v:v + k]"),
        ("x[slice(v, v + n, s)]", "x[slice(v, v + s * n, s)]"),
        ("x[slice(v, n)]", "x[slice(v, v + n)]"),
        ("x[::-1][v]", "x[v][::-1]"),
        ("x[y][:, v]", "x[:, v][y]"),
    ],
)
def test_a_slice_gets_the_bounds_that_were_meant(wrong, right):
    """Its length was taken for its end, its number for its place, or it comes too early."""
    head = "def f(x, v, n, s, y, k):\n    return "
    code = Code(head + wrong)
    assert head + right in texts(change_slices, code)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("z = g[x:x + k_h, y:y + k_w]", "z = g[y:y + k_h, x:x + k_w]"),
        ("_, k_w, k_h = g.shape", "_, k_h, k_w = g.shape"),
        ("z = g[p[1]:-p[1], p[0]:-p[0]]", "z = g[p[0]:-p[0], p[1]:-p[1]]"),
        ("z = (k_h + y) * y", "z = (k_h + x) * x"),
        ("z = g[y * k_h:y * k_h + x, x * k_h:x * k_h + y]", "z = g[y * k_h:y * k_h + x, x * k_w:x * k_w + y]"),
    ],
)
def test_names_change_in_a_whole_statement(wrong, right):
    """Both places at once: one alone would be no better."""
    head = "def f(g, x, y, k_h, k_w):\n    "
    code = Code(head + wrong)
    assert head + right in texts(change_names_throughout, code)


def test_a_sum_that_is_replaced_in_each_round_collects():
    """Whichever loop it is that the sum starts before."""
    code = Code("def f(x):\n    for u in x:\n        for v in u:\n            out = v * v\n    return out")
    assert (
        "def f(x):\n    out = 0\n    for u in x:\n        for v in u:\n            out += v * v\n    return out"
        in texts(change_statements, code)
    )
    changes = [change for change in change_statements(code) if "out = 0" in change.new]
    assert {code.line_of(change) for change in changes} == {4}


def test_a_sum_that_is_used_before_its_loop_is_left_alone():
    """There it starts from something."""
    code = Code("def f(x):\n    out = 1\n    for v in x:\n        out = v * v\n    return out")
    assert not [change for change in change_statements(code) if "out = 0" in change.new]


def test_axes_move_before_a_reshape():
    """A reshape alone keeps the order of the numbers."""
    code = Code("def f(x, n):\n    return x.reshape(n, -1)")
    assert "def f(x, n):\n    return x.swapaxes(1, 2).reshape(n, -1)" in texts(change_calls, code)


@pytest.mark.parametrize(
    ("order", "first"),
    [("n, c, h, w", "(n, c, h, w)"), ("n, c, w, h", "n, c, h, w = x"), ("a, b, d, e", "a, b, e, d = x")],
)
def test_sizes_in_the_written_order_are_taken_apart_as_they_should_be(order, first):
    """Where two changes mend the same, the one that puts the docstring's order in its place comes first."""
    *_, third, last = order.split(", ")
    used = order.replace(f"{third}, {last}", f"{last}, {third}")
    code = Code(f"def f(x):\n    'Take x (n, c, h_i, w_i).'\n    {order} = x.shape\n    return x.reshape({used})")
    mended = [one for one in change_calls(code) if _is_mended(one.apply(code.text))]
    best = min(mended, key=lambda one: one.rank)
    assert first in best.apply(code.text)
    assert (code.line_of(best) == 4) == (first[0] == "(")


def _is_mended(text):
    """Tell whether the sizes are taken apart and used in the same order."""
    *_, apart, used = text.splitlines()
    return f"({apart.partition('=')[0].strip()})" in used
