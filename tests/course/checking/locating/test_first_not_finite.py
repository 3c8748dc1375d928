"""NaN and infinity in a result: the first operation that gives them is quoted, where it is certain."""

import numpy as np
import pytest

import course
from course.calling.endings import Attempt, Ending
from course.checking import runner
from course.checking.locating.first_not_finite import find_not_finite


def found(source, *args, expected):
    """Watch a function of a given source."""
    names = {"np": np}
    exec(source, names)
    name = source[4 : source.index("(")]

    def run(function):
        with np.errstate(all="ignore"):
            return Attempt(Ending.RETURNED, function(*args))

    return [
        (one.line, one.operation, one.what) for one in find_not_finite(source, names, run, run(names[name]), expected)
    ]


X = np.array([1.0, 1000.0])


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (["e = np.exp(x)", "return e"], [(2, "", "infinity")]),
        (["e = np.exp(x)", "return e / e.sum()"], [(2, "", "infinity"), (3, "", "NaN")]),
        (["return np.exp(x) / np.exp(x).sum()"], [(2, "", "NaN")]),
        (["return 1 / (x - 1)"], [(2, "", "infinity")]),
        (["y = x - 1", "return np.log(y) + 1"], [(3, "np.log(y)", "infinity")]),
        (["return np.sqrt(2 - x)"], [(2, "", "NaN")]),
        (["y = x - x", "y /= y.sum()", "return y"], [(3, "", "NaN")]),
        (["y = np.zeros(2)", "y[0] /= y[1]", "return y"], [(3, "", "NaN")]),
        (["m = np.where(x > 5, -np.inf, x)", "return m - m.max()", ""], []),
        (["m = np.full(2, -np.inf)", "return m - m.max()"], [(3, "", "NaN")]),
    ],
)
def test_the_first_operation(body, wanted):
    """An infinity that was written on purpose is not the first; what NaN was made of is."""
    source = "\n    ".join(["def f(x):", *body]) + "\n"
    expected = np.full(2, 0.5) if "where" not in source else np.array([np.nan, -np.inf])
    told = found(source, X, expected=expected)
    assert [one if one[1] else (one[0], "", one[2]) for one in told] == [
        (line, operation, what) if operation else (line, "", what) for line, operation, what in wanted
    ]


def test_nothing_is_said_where_it_is_not_certain():
    """NaN of the arguments, a result that is meant to be infinite, and code that would do more than compute."""
    assert found("def f(x):\n    return x + 1\n", np.array([np.nan, 1.0]), expected=X) == []
    assert found("def f(x):\n    return np.exp(x)\n", X, expected=np.exp(np.array([1.0, np.inf]))) == []
    assert found("def f(x):\n    print(end='')\n    return np.exp(x)\n", X, expected=X) == []
    assert found("def f(x):\n    return np.exp(x)[0]\n", X, expected=1.0) == []


def layer_norm(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    centered = input - input.mean(axis=axes, keepdims=True)
    return weight * centered / np.sqrt(-centered.var(axis=axes, keepdims=True)) + bias


@pytest.mark.filterwarnings("ignore")
def test_a_report_quotes_the_line():
    """With the operation, where the line has several; the step asks what happens there."""
    report = course.assess(layer_norm, "layer_norm")
    told = str(report)
    assert (
        "Your line 4, `return weight * centered / np.sqrt(-centered.var(axis=axes, keepdims=…`, is the first that gives "
        "NaN. Its `np.sqrt(-centered.var(axis=axes, keepdims=True))` does."
    ) in told
    assert "Which of these is it there?" in told
    assert "first to give one" not in told


class Linear:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        self.weight = np.zeros((out_features, in_features))
        self.bias = np.zeros(out_features)

    def forward(self, input):
        nothing = np.abs(input).sum() * 0
        return input @ self.weight.T / nothing - np.inf

    def parameters(self):
        return [self.weight, self.bias]


@pytest.mark.filterwarnings("ignore")
def test_methods_are_watched_too(monkeypatch):
    """Lines are counted from the first of the class, as everywhere in a report."""
    monkeypatch.setattr(runner, "SECONDS", 0)  # this needs no search
    told = str(course.assess(Linear, "Linear"))
    assert "Your line 8, `return input @ self.weight.T / nothing - np.inf`, is the first that gives " in told
