"""Mistakes that many make and no known mistake describes: one small change corrects them, and its line is reported."""

import linecache
import math

import numpy as np
import pytest

import course
from course.checking import runner
from course.checking.locating import order
from course.checking.locating.changes import changes_of
from course.checking.locating.cleared import cleared
from course.checking.locating.code import Code
from course.checking.locating.one_method import in_one_method
from course.checking.locating.standing import Standing

ZIPPED = "tuple(slice(i * own_s, i * own_s + j) for i, j, own_s in zip(x, q, s))"
CHANGES = [
    ("x.sum(axis=(1, 2, 3))[:, None]", "x.sum(axis=(2, 3))"),
    ("x + w[0, u, v]", "x + w[:, u, v][:, None, None]"),
    ("x >= y", "x == y"),
    ("np.pad(x, 1, mode='wrap')", "np.pad(x, 1, mode='edge')"),
    ("k * k + p", "k * k + p * q"),
    ("d * k", "(d * (k - 1) + 1)"),
    ("d * k - 1", "(d * (k - 1) + 1)"),
    ("(x - k) // s", "(x - k) // s + 1"),
    ("g", "g.sum(axis=(0, 2))"),
    ("None if b is None else g", "None if b is None else g.sum(axis=0)"),
    ("np.sqrt(x.var())", "np.sqrt(x.var() + q)"),
    ("g.sum(axis=1)", "(g * q).sum(axis=1)"),
    ("np.pad(x, ((p, 0), (0, 0)))", "np.pad(x, ((p, p), (0, 0)))"),
    ("np.concatenate([x, y])", "np.concatenate([y, x])"),
    ("x.var(axis=(2, 3)).mean(axis=0)", "x.var(axis=(0, 2, 3))"),
    ("np.sqrt(x ** 2 + eps).mean(axis=1)", "np.sqrt((x ** 2 + eps).mean(axis=1))"),
    ("x.mean(axis=1) ** 2", "(x ** 2).mean(axis=1)"),
    ("x.flatten()", "x.reshape(len(x), -1)"),
    ("q @ k.T", "q @ k.swapaxes(-1, -2)"),
    ("x.T @ g", "g.T @ x"),
    ("[b] + [w]", "[w] + [b]"),
    ("np.tanh(x + b) + h @ w + c", "np.tanh(x + b + h @ w + c)"),
    ("np.array(rows)", "np.stack(rows, axis=1)"),
    ("np.pad(x, ((0, 0), p, p))", "np.pad(x, ((0, 0), (p[0], p[0]), (p[1], p[1])))"),
    ("out[:-1]", "out[1:]"),
    ("g * np.maximum(x, 0)", "g * (x > 0)"),
    ("x[:, d:2 * d] + h[:, :d]", "x[:, d:2 * d] + h[:, d:2 * d]"),
    ("norm(y, p['bn2.weight'], p['bn1.mean'], p['bn1.var'])", "norm(y, p['bn2.weight'], p['bn2.mean'], p['bn2.var'])"),
    ("(x - x.mean(axis=0)) / x.std(axis=0)", "(x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True)"),
    ("s * (1 - h)", "s * (1 - (h ** 2))"),
    ("x / d + max(y)", "x / np.sqrt(d) + max(y)"),
    ("norm(x) + norm(y)", "norm(x + y)"),
    ("np.sort(x)[k]", "np.sort(x)[-k]"),
    ("x.mean(axis=tuple(range(k, x.ndim)))", "x.mean(axis=tuple(range(x.ndim - k, x.ndim)))"),
    ("x.mean(axis=tuple(range(len(s))))", "x.mean(axis=tuple(range(-len(s), 0)))"),
    ("x.reshape(x.shape[:k] + (1,))", "x.reshape(x.shape[:-k] + (1,))"),
    ("x - k * d - np.sqrt(y)", "x - k * d * x - np.sqrt(y)"),
    ("w[(slice(None, None, s[0]),) * d]", "w[tuple(slice(None, None, own_s) for own_s in s)]"),
    ("np.maximum(x, 0) @ w.T + b", "np.maximum(x @ w.T + b, 0)"),
    ("(d - k) * (h - q)", "(d - k + 1) * (h - q + 1)"),
    ("norm(x, w) + y", "norm(x + y, w)"),
    ("norm(x + y)", "x + norm(y)"),
    ("norm(x) * g + np.tanh(y)", "norm(x) * np.tanh(g) + np.tanh(y)"),
    ("norm(x) * np.tanh(y)", "norm(x) * norm(y)"),
    ("np.tile(x, (1, g, 1, 1)), np.tile(w, (1, g, 1, 1))", "np.repeat(x, g, axis=1), np.repeat(w, g, axis=1)"),
    ("np.tensordot(x, w, axes=(1, 1))", "np.moveaxis(np.tensordot(x, w, axes=(1, 1)), -1, 1)"),
    ("tuple(slice(None, None, s[0]) for d in s)", "tuple(slice(None, None, d) for d in s)"),
    ("x.shape[0] * x.shape[2]", "x.shape[0] * x.shape[2] * x.shape[3]"),
    ("np.maximum(x, s)", "np.maximum(x, 0)"),
    ("x.sum() / s[0]", "x.sum() / np.prod(s)"),
    ("w + b[s]", "w + b"),
    ("x / d - y[0] * g", "x / d - (y[0] / d) * g"),
    ("q * (x + h)", "(x + q * h)"),
    ("np.var(x, axis=1)", "np.mean((x ** 2), axis=1)"),
    ("x.var(axis=1)", "(x ** 2).mean(axis=1)"),
    ("np.maximum(norm(x), 0) + norm(y)", "np.maximum(norm(x), 0) + np.maximum(norm(y), 0)"),
    ("np.einsum('nclk,ock->nocl', x, w)", "np.einsum('nclk,ock->nol', x, w)"),
    ("g * (q + x * q * q)", "g * (q + x * q * (1 - q))"),
    ("[(d - k) // s[0] + 1 for i, d in enumerate(g)]", "[(d - k) // s[i] + 1 for i, d in enumerate(g)]"),
    ("x.sum()", "x.sum() / len(x)"),
    ("x + s[0] * s[1] * s[-1]", "x + np.prod(s)"),
    ("tuple(slice(i * s[0], i * s[0] + j) for i, j in zip(x, q))", ZIPPED),
    ("x + b[0]", "x + b[:, None]"),
    ("g + [(s[0], s[0])] * d", "g + [(own_s, own_s) for own_s in s]"),
    ("x / q + k", "(x + k) / q"),
    ("np.abs(x - q).sum()", "((x - q) ** 2).sum()"),
    ("np.pad(x, ((0, 0), (p, q), (p, q)))", "np.pad(x, ((0, 0), (p, p), (q, q)))"),
    ("2 ** (x - k) + q", "np.exp(x - k) + q"),
    ("g[0] + x.sum(axis=1)[0]", "g[0] + x.sum(axis=1).sum(axis=0)"),
    ("x[d * s] + (h - k) // q + 1", "x[d * s] + (h - s * (k - 1) - 1) // q + 1"),
    ("x[g * s + k] * w[k] + b[k]", "x[g * s + k] * w[g * s + k] + b[g * s + k]"),
    ("x[d * s:d * s + k] + w[d:d + k]", "x[d * s:d * s + k] + w[d * s:d * s + k]"),
]
STATEMENTS = [
    ("x[:, g] -= 1\n    return x", "x[np.arange(len(g)), g] -= 1\n    return x"),
    ("k = s + 1\n    return q / (1 - b * k)", "k = s + 1\n    return q / (1 - (1.0 * b) ** k)"),
    ("k = x + 1\n    return norm(k, w)", "k = x + 1\n    return k + norm(k, w)"),
    ("k = norm(x, g + 1)\n    return norm(y, d)", "k = norm(x, g + 1)\n    return norm(y, g + 1)"),
    ("norm(x, w, c)\n    return out(x, w)", "norm(x, w, c)\n    return out(x, w, c)"),
    (
        "h, c = x.shape\n    for k in range(h):\n        y = d[k // c]\n    return y",
        "h, c = x.shape\n    for k in range(h):\n        y = d[k // (h // c)]\n    return y",
    ),
    ("k = (1 - b) * x\n    return b * y + g", "k = (1 - b) * x\n    return b * y + (g * (1 - b))"),
    (
        "for k in range(q):\n        d += g\n    return d",
        "for k in range(q - len(rows)):\n        d += g\n    return d",
    ),
    ("for k in g:\n        y = x[:, d]\n    return y", "for k in g:\n        y = x[k, d]\n    return y"),
    ("z = x + 1\n    return norm(w, np.abs(x))", "z = x + 1\n    return norm(w, z)"),
    ("k, g = q\n    return x / k", "k, g = q\n    return x / (k * g)"),
    ("k = np.arange(d, d + s)\n    return norm(np.arange(s))", "k = np.arange(d, d + s)\n    return norm(k)"),
    ("k = np.argsort(x)[-q:]\n    return k", "k = np.sort(np.argsort(x)[-q:])\n    return k"),
    (
        "for k in range(q):\n        d = d + s * h\n    return d",
        "for k in range(q):\n        d = d + s * h\n        s = h\n    return d",
    ),
    ("s[d] = 0\n    return s", "s = np.where(d, s, 0)\n    return s"),
    (
        "n = len(x)\n    m = x.shape[1]\n    z = n - 1\n    return m * z",
        "n = len(x)\n    m = z // x.shape[1]\n    z = n - 1\n    return m * z",
    ),
    ("z = np.maximum(x, 0)\n    return z + np.exp(-z)", "z = np.maximum(x, 0)\n    return z + np.exp(-np.abs(x))"),
    (
        "for k in g:\n        y = y + k * 2 + b\n    return y",
        "for k in g:\n        y = y + k * 2\n    y = y + b\n    return y",
    ),
    (
        "if x:\n        y = 1\n    else:\n        y = 2\n        s += 1\n    return y",
        "if x:\n        y = 1\n    else:\n        y = 2\n    s += 1\n    return y",
    ),
    ("if x > k:\n        y = 1\n    return y", "if x > k:\n        y = x\n    return y"),
    ("if x > k:\n        y = b\n    return y", "if x > k:\n        y = 0\n    return y"),
    ("out[k][0] += b[0]\n    return out", "out[k] += b\n    return out"),
    ("x[k] += g[q[k]]\n    return x", "x[q[k]] += g[k]\n    return x"),
    ("x[k] = g[q[k]]\n    return x", "x[q[k]] = g[k]\n    return x"),
    ("y = x * s[1]\n    z = g + s[0]\n    return y, z", "y = x * s[0]\n    z = g + s[1]\n    return y, z"),
    (
        "s = 0\n    rows = []\n    for k in g:\n        s += k\n    return s",
        "s = 0\n    rows = []\n    for k in g:\n        s = 0\n        s += k\n    return s",
    ),
    ("z = np.swapaxes(x, d, -1)\n    return z / 2", "z = np.swapaxes(x, d, -1)\n    return np.swapaxes(z / 2, -1, d)"),
    ("z = x.moveaxis(d, 0)\n    return z", "z = x.moveaxis(d, 0)\n    return np.moveaxis(z, 0, d)"),
]


@pytest.mark.parametrize(("wrong", "right"), STATEMENTS)
def test_one_change_of_statements_gives_what_was_meant(wrong, right):
    """It is among the changes that are tried."""
    head = "def f(x, q, k, g, b, w, h, c, p, y, d, s, rows, out, norm, eps):\n    "
    code = Code(f"{head}{wrong}\n")
    assert f"{head}{right}\n" in {change.apply(code.text) for change in changes_of(code, course.exercises["warm_up"])}


@pytest.mark.parametrize(("wrong", "right"), CHANGES)
def test_one_change_gives_what_was_meant(wrong, right):
    """It is among the changes that are tried."""
    code = Code(f"def f(x, q, k, g, b, w, h, c, p, y, d, s, rows, out, norm, eps):\n    return {wrong}\n")
    found = {change.apply(code.text) for change in changes_of(code, course.exercises["warm_up"])}
    meant = {f"{code.text.splitlines()[0]}\n    return {text}\n" for text in (right, f"({right})")}
    assert found & meant


def test_what_is_likely_is_a_part_of_all_changes_and_in_the_same_order():
    """A second change is first looked for among these."""
    code, exercise = Code("def f(x, w):\n    n = len(x) - 1\n    return x[:n] @ w + 1\n"), course.exercises["linear"]
    likely = changes_of(code, exercise, likely=True)
    assert 0 < len(likely) < len(changes_of(code, exercise))
    assert [change for change in changes_of(code, exercise) if change in likely and not change.one] == [
        change for change in likely if not change.one
    ]


BACKWARD = """\
def f(g, x):
    m = x.mean()
    s = x.std()
    for i in range(3):
        m = m + i
    z = (x - m) / s
    q = g * 2
    return q.sum(), (g * z).sum()
"""


def test_what_a_right_result_is_computed_from_is_right():
    """Where several results are returned, what is wrong is in the way of the others only."""
    code = Code(BACKWARD)
    told = [code.text[start:end] for start, end in cleared(code, right={1})]
    assert told == ["m = x.mean()", "s = x.std()", "m = m + i", "z = (x - m) / s", "(g * z).sum()"]
    assert [code.text[start:end] for start, end in cleared(code, line=3)] == ["s = x.std()"]
    assert cleared(code, line=5) == []  # in a loop a line may be right only now and then


def test_what_follows_a_branch_that_returns_is_a_branch():
    """It runs only where the condition does not hold."""
    code = Code("def f(x, q):\n    if q:\n        return x\n    y = x + 1\n    return y\n")
    assert [[code.of(one) for one in block] for block in code.branches] == [["return x"], ["y = x + 1", "return y"]]


def test_a_class_with_one_changed_method_is_compiled_without_the_others():
    """What differs in two methods, or in a class that uses super, is compiled as a whole."""
    code = Code("class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n")
    one = in_one_method(code, code.text.replace("return 2", "return 3"))
    assert one == "class A(A):\n    def g(self):\n            return 3".replace("            ", "        ")
    both = code.text.replace("return", "return -")
    assert in_one_method(code, both) == both
    heir = Code("class A(B):\n    def f(self):\n        return super().f()\n")
    assert in_one_method(heir, heir.text.replace("f()", "g()")) == heir.text.replace("f()", "g()")
    names = {}
    exec(code.text, names)
    exec(one, names)
    made = names["A"]()
    assert (made.f(), made.g(), type(made).__name__) == (1, 3, "A")


def test_a_share_of_right_values_is_progress_but_less_than_a_right_result():
    """Of two mistakes, one may spoil only some of the values."""
    wrong, half, right = (
        Standing(order.Outcome.WRONG_VALUES),
        Standing(order.Outcome.WRONG_VALUES, 0.25),
        Standing(order.Outcome.RIGHT, 1),
    )
    assert wrong.rank < half.rank < right.rank


TWO: str = """\
def lstm(input, h0, c0, weight_ih, weight_hh, bias_ih, bias_hh):
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))
    h, c = h0[0], c0[0]
    output = np.zeros((len(input), *h.shape))
    for t in range(len(input) - 1):
        i, f, g, o = np.split(input[t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh, 4, axis=1)
        c = sigmoid(i) * c + sigmoid(f) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        output[t] = h
    return output, h[None], c[None]
"""


def test_two_mistakes_of_which_each_spoils_some_of_the_values(monkeypatch):
    """The last position is missing, and two gates are exchanged."""
    monkeypatch.setattr(runner, "SECONDS", 60)
    monkeypatch.setattr(order, "BUSY", 100)
    linecache.cache["<two>"] = (len(TWO), None, TWO.splitlines(keepends=True), "<two>")
    names = {"np": np, "math": math}
    exec(compile(TWO, "<two>", "exec"), names)
    report = course.assess(names["lstm"], "lstm")
    assert report.located
    assert report.located.right == len(report.counted)
    assert report.located.lines[0] == 6


def test_pi_may_be_missing_where_a_right_answer_has_it():
    """Elsewhere it is not looked for."""
    code = Code("def f(x):\n    return np.exp(x) / np.sqrt(2)\n")
    meant = code.text.replace("sqrt(2)", "sqrt((2 * np.pi))")
    found = {name: [one.apply(code.text) for one in changes_of(code, course.exercises[name])] for name in PI}
    assert {name: meant in texts for name, texts in found.items()} == PI


PI = {"gelu_backward": True, "sigmoid": False}
ONE_OF_TWO: str = """\
def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    sy, sx = (stride, stride) if np.isscalar(stride) else stride
    py, px = (padding, padding) if np.isscalar(padding) else padding
    h, w = input.shape[2:]
    kh, kw = weight.shape[2:]
    ho, wo = grad_output.shape[2:]
    xp = np.pad(input, ((0, 0), (0, 0), (py, py), (px, px)))
    gxp, gw = np.zeros(xp.shape), np.zeros(weight.shape)
    for u in range(kh):
        for v in range(kw):
            rows, columns = slice(u, u + sy * ho, sy), slice(v, v + sx * wo, sx)
            gw[:, :, u, v] = np.einsum("nohw,nchw->oc", grad_output ** 3, xp[:, :, rows, columns] ** 3)
            gxp[:, :, rows, columns] += np.einsum("nohw,oc->nchw", grad_output, weight[:, :, u, v])
    return gxp[:, :, py:py + h, px:px + w], gw, grad_output.max(axis=(0, 2, 3))
"""


def test_the_line_of_one_result_is_told_where_another_one_stays_wrong(monkeypatch):
    """The bias's gradient needs one change, the weight's more than are looked for."""
    monkeypatch.setattr(runner, "SECONDS", 60)
    monkeypatch.setattr(order, "BUSY", 100)
    monkeypatch.setattr(order, "STEPS", 1200)
    linecache.cache["<one>"] = (len(ONE_OF_TWO), None, ONE_OF_TWO.splitlines(keepends=True), "<one>")
    names = {"np": np}
    exec(compile(ONE_OF_TWO, "<one>", "exec"), names)
    report = course.assess(names["conv2d_backward"], "conv2d_backward")
    assert report.located
    assert (report.located.lines, report.located.results) == ((14,), ("grad_bias",))
    assert "with one change there, `grad_bias` is right in every case." in str(report)
    assert report.line is None
    assert report.recorded.to_dict()["results"] == ["grad_bias"]
    assert type(report.recorded).read(report.recorded.to_dict()) == report.recorded


def test_an_axis_that_is_given_may_be_meant_where_a_fixed_one_is():
    """Also where the axis has no name."""
    code = Code("def f(x, dim):\n    return np.expand_dims(x.sum(dim), -1)\n")
    found = {change.apply(code.text) for change in changes_of(code, course.exercises["warm_up"])}
    assert code.text.replace("-1", "dim") in found
