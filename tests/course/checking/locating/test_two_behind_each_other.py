"""Two mistakes, one behind the other: what the solution computes on its way tells which change helps."""

import linecache

import numpy as np
import pytest

import course
from course.checking import runner
from course.checking.locating import order
from course.checking.locating.added import change_added
from course.checking.locating.code import Code
from course.checking.locating.looks import keeping, looked_at, with_looks
from course.checking.locating.moved import change_moved
from course.checking.locating.nearer import Where
from course.checking.locating.scaled import change_exchanged, change_scaled
from course.checking.locating.way import Way, way_of
from course.checking.prepared import Prepared

ATTEND = """\
def multi_head_attention(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    d = query.shape[-1]
    def project(x, i):
        y = x @ in_proj_weight[i * d:(i + 1) * d].T + in_proj_bias[i * d:(i + 1) * d]
        n, l, _ = y.shape
        return y.reshape(n, l, num_heads, d // num_heads).transpose(0, 2, 1, 3)
    q, k, v = project(query, 0), project(key, 1), project(value, 2)
    s = q @ k.transpose(0, 1, 3, 2)
    s = np.exp(s - s.max(-1, keepdims=True))
    p = s / s.sum(-1, keepdims=True)
    o = (p @ v).transpose(0, 2, 1, 3)
    o = o.reshape(o.shape[0], o.shape[1], d)
    return o @ out_proj_weight.T
"""
SHARED_HEADS = """\
def grouped_query_attention(query, key, value, is_causal=False):
    n, H, lq, d = query.shape
    rep = H // key.shape[1]
    k = np.tile(key, (1, rep, 1, 1))
    v = np.tile(value, (1, rep, 1, 1))
    s = query @ k.swapaxes(-1, -2) / d
    if is_causal:
        s = np.where(np.tri(lq, k.shape[2], dtype=bool), s, -np.inf)
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True) @ v
"""
GATES = """\
def lstm_cell(input, hx, cx, weight_ih, weight_hh, bias_ih, bias_hh):
    d = hx.shape[1]
    a = input @ weight_ih.T + bias_ih + hx @ weight_hh.T + bias_hh
    i = 1 / (1 + np.exp(-a[:, :d]))
    f = 1 / (1 + np.exp(-a[:, 3 * d:]))
    g = np.tanh(a[:, 2 * d:3 * d])
    o = 1 / (1 + np.exp(-a[:, d:2 * d]))
    c = f * cx + i * g
    return o * c, c
"""
LARGEST = """\
def max_pool2d(input, kernel_size, stride=None, padding=0):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    x = np.pad(input, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    h_o = (x.shape[2] - k_h) // s_h + 1
    w_o = (x.shape[3] - k_w) // s_w + 1
    out = np.empty(input.shape[:2] + (h_o, w_o))
    for i in range(h_o):
        for j in range(w_o):
            out[..., i, j] = x[..., i * k_h:i * k_h + k_h, j * k_w:j * k_w + k_w].max((-2, -1))
    return out
"""
FEATURES = """\
def feed_forward(x, w1, b1, w2, b2):
    hidden = np.einsum('nld,fd->nlf', x, w1)
    out = np.einsum('nlf,df->nld', hidden, w2) + b2
    return np.where(out > 0, out, 0)
"""


def assess(source, name, monkeypatch):
    """Check an answer as a notebook's cell, with as much time for the search as a busy machine may need."""
    monkeypatch.setattr(runner, "SECONDS", 20)
    monkeypatch.setattr(order, "BUSY", 100)
    file = f"<two mistakes in {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names = {"np": np}
    exec(compile(source, file, "exec"), names)
    return course.assess(names[name], name)


@pytest.mark.parametrize(
    ("source", "lines"),
    [(ATTEND, {8, 13}), (SHARED_HEADS, {4, 5, 6}), (GATES, {5, 7, 9}), (LARGEST, {4, 10}), (FEATURES, {2, 4})],
    ids=["a scale and a bias", "heads and a scale", "gates and tanh", "steps and padding", "a bias and an activation"],
)
def test_both_lines_are_told(source, lines, monkeypatch):
    """Neither change alone makes a result right; each line is quoted, and neither change is shown."""
    name = source[4 : source.index("(")]
    report = assess(source, name, monkeypatch)
    told = set(report.misconceptions)
    assert told or (set(report.located.lines) == lines and report.located.right == len(report.counted))
    if not told:
        text = str(report)
        assert all(source.splitlines()[line - 1].strip()[:40] in text for line in lines)
        assert "are right" in text


def test_a_way_finds_values_in_any_order_of_their_axes():
    """A transposed value is the same; one whose numbers are mixed up is only the same numbers."""
    value = np.random.default_rng(0).normal(size=(2, 3, 4))
    way = Way([value])
    mixed = np.random.default_rng(1).permutation(value.ravel())
    assert len(way) == 2
    for found, kinds in ((value, {"all", "order"}), (value.transpose(2, 0, 1), {"all", "order"}), (mixed, {"all"})):
        keys = way.among({5: [found.reshape(1, -1)]})
        assert {kind for kind, _ in keys[5]} == kinds
    assert way.among({5: [value.reshape(1, -1) + 1e-4]}) == {}


def test_a_way_finds_values_that_a_loop_computes_row_by_row():
    """The rows together are the value."""
    value = np.random.default_rng(0).normal(size=(3, 4))
    assert {kind for kind, _ in Way([value]).among({0: [value]})[0]} == {"all", "order"}


def test_what_is_given_or_simple_tells_nothing():
    """An argument is no step of the way, nor is a single number, a constant or a whole number."""
    given = np.random.default_rng(0).normal(size=4)
    assert len(Way([given, given[::-1].reshape(2, 2), np.ones(3), np.arange(5.0), np.array([0.37])], [given])) == 1


def test_the_way_of_an_exercise():
    """It contains what the solution computes, however the student's own code goes there."""
    prepared = Prepared(course.exercises["layer_norm"])
    arguments = prepared.arguments[1]
    way = way_of(prepared.exercise, arguments)
    assert way is not None
    x = arguments["input"]
    keys = way.among({0: [x.var(axis=-1).reshape(1, -1)], 1: [x.std(axis=-1, ddof=1).reshape(1, -1)]})
    assert set(keys) == {0}


def test_looks_change_nothing():
    """Code with looks computes the same, and each look has the number of what it looks at."""
    text = """\
def f(x, n=-1):
    total = np.zeros(3)
    for i in range(3):
        total[i] = sum(x[j] * 2 for j in range(i + 1)); total[i] += 1
    first, *rest = (np.sqrt(total) + 1,
                    f"{x[0]}", -x)
    return [first, rest[0], *rest[1:], (lambda y: y + n)(x)]
"""
    code = Code(text.rstrip())
    seen = {}
    names = {"np": np, "look__": lambda number, value: (seen.setdefault(number), value)[1]}
    exec(with_looks(code), names)
    plain = {"np": np}
    exec(text, plain)
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_equal(names["f"](x)[0], plain["f"](x)[0])
    assert len(looked_at(code)) == max(seen) + 1
    compile(keeping(code), "<kept>", "exec")


def test_the_place_where_the_way_is_left_comes_first():
    """A statement that is not right though all that it reads is, before others."""
    code = Code("def f(x):\n    a = x * 3\n    b = a + 2\n    c = b - x\n    return c * 5")
    numbers = {code.of(node): number for number, node in enumerate(looked_at(code))}
    where = Where(code, {numbers["x * 3"]: frozenset({("order", 1)})})
    plus, times = (next(one for one in _replaced(code, old)) for old in ("a + 2", "b - x"))
    assert where.unlikely(plus) == 0 < where.unlikely(times)


def _replaced(code, old):
    return [code.replace(node, "1") for node in looked_at(code) if code.of(node) == old]


@pytest.mark.parametrize(
    ("change", "wrong", "right"),
    [
        (change_scaled, "    d = q // 2\n    return x @ y", "    d = q // 2\n    return (x @ y) / np.sqrt(d)"),
        (change_exchanged, "    a = x[0]\n    b = x[1:]", "    a = x[1:]\n    b = x[0]"),
        (change_moved, "    a = x @ y\n    return np.tanh(a + 1)", "    a = np.tanh(x @ y)\n    return a + 1"),
        (change_moved, "    return x.reshape(q, -1)", "    return x.swapaxes(1, 2).reshape(q, -1)"),
        (change_moved, "    return (x @ y).reshape(q, -1)", "    return (x @ y).swapaxes(1, 2).reshape(q, -1)"),
        (
            change_added,
            "    a, b = 0, 0\n    for v in x:\n        a += v\n    return a, b",
            "    a, b = 0, 0\n    for v in x:\n        a += v\n        b += v\n    return a, b",
        ),
        (
            change_added,
            "    return np.pad(x, q).max()",
            "    return np.pad(x, q, constant_values=-np.inf).max()",
        ),
    ],
)
def test_changes(change, wrong, right):
    """Each wrong code becomes the right one by one of these changes."""
    head = "def f(x, y, q):\n"
    code = Code(head + wrong)
    assert head + right in [one.apply(code.text) for one in change(code)]
