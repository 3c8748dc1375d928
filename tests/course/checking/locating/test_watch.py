"""Watched code: it computes what it computed before, and keeps what it computes on the way."""

import numpy as np
import pytest

from course.checking.locating.code import Code
from course.checking.locating.recorder import recorder
from course.checking.locating.watch import GATHER, Watched

SOURCES = [
    # expressions, tuples, attributes, what is changed in place
    """\
def f(x):
    '''Say nothing.'''
    a, (b, *rest) = x + 1, x * 2
    total = np.zeros(3)
    total += a
    total[0] = -7
    total[1:] *= 2
    np.add.at(total, [0, 0], a[:2])
    value: float = x.sum()
    return total / value, b, rest
""",
    # loops, branches, comprehensions, inner functions, generators, a default, a lambda
    """\
def f(x, n=2 + 1):
    def g(y):
        yield from (y * i for i in range(n))
    out = []
    for i, row in enumerate(g(x)):
        if i > 1 and not row.any():
            continue
        out.append(row)
    while (n := n - 1) > 0:
        out = [one - n for one in out]
    return sum(map(lambda one: one[0] * -1, out)), f"{x[0] + 1}", {"a": x[1] ** 2}
""",
    # patterns, try, with, deleted names, a conditional expression, starred arguments
    """\
def f(x):
    match x.ndim + 0:
        case 1:
            y = x @ x
        case _:
            y = 0
    try:
        [][int(y * 0)]
    except IndexError:
        y = y + 1
    with np.errstate(all="ignore"):
        z = np.log(x[0] * 0)
    both = [x.max(), x.min()]
    del both[1]
    return np.add(*(x, y)), (z if y > 1e9 else -y), both
""",
    # a class
    """\
class f:
    scale = 1 + 1
    def __init__(self, x):
        super().__init__()
        self.x = x
        self.x[0] += self.scale
    def __iter__(self):
        return iter([self.x * 2])
""",
]


def run(text, *arguments):
    names = {"np": np}
    exec(compile(text, "<watched>", "exec"), names)
    return names["f"], list(names["f"](*arguments))


@pytest.mark.parametrize("source", SOURCES)
def test_watched_code_gives_what_it_gave(source):
    """Whatever the code is made of, its result stays the same."""
    x = np.array([1.0, -2.0, 3.5])
    _, plain = run(source, x.copy())
    function, watched = run(Watched(Code(source)).text, x.copy())
    np.testing.assert_equal(watched, plain)
    numbers, arrays = getattr(function, GATHER)()
    assert numbers
    assert all(array.ndim == 2 for array in arrays)


def kept(source, *arguments):
    watched = Watched(Code(source))
    function, _ = run(watched.text, *arguments)
    numbers, arrays = getattr(function, GATHER)()
    places = [watched.places[number] for number in numbers]
    return [(place.line, place.source, array.tolist()) for place, array in zip(places, arrays, strict=True)]


def test_each_value_is_kept_with_its_line_as_it_was_then():
    """Parts of an expression, an array before and after a change in place, and each turn of a loop."""
    found = kept(
        "def f(x):\n    x = x * 2\n    for row in x:\n        x[0] += row * 3\n    return x, x[1] - 1\n", np.ones(2)
    )
    assert (2, "x = x * 2", [[2.0, 2.0]]) in found
    assert (4, "row * 3", [[6.0], [6.0]]) in found
    assert (4, "x[0] += row * 3", [[8.0, 2.0], [14.0, 2.0]]) in found
    assert (5, "x[1] - 1", [[1.0]]) in found


def test_where_something_is_found_is_not_looked_at():
    """The numbers within an index or a pattern are not results."""
    assert [source for _, source, _ in kept("def f(x):\n    return [x[np.arange(2) + 0]]\n", np.ones(3))] == [
        "x[np.arange(2) + 0]",
        "return [x[np.arange(2) + 0]]",
    ]


def test_a_recorder_hands_over_all_or_nothing():
    """Over its limit it keeps nothing; then it begins again."""
    look, gather = recorder(20)
    assert look(1, np.arange(12.0)) is not None
    assert gather()[0] == [1]
    look(1, np.arange(13.0))
    assert gather() is None
    assert gather() == [[], []]


@pytest.mark.parametrize("value", [None, True, "text", ..., {"a": 1.0}, np.array(["a"]), np.array([None]), np.zeros(0)])
def test_what_has_no_numbers_is_given_on(value):
    """A recorder keeps numbers only, and gives everything on."""
    look, gather = recorder(100)
    assert look(3, value) is value
    assert gather() == [[], []]


def test_a_number_too_large_for_a_float_is_not_known():
    """What can't be kept makes what was kept incomplete."""
    look, gather = recorder(100)
    assert look(3, 10**400) == 10**400
    assert gather() in (None, [[], []])
