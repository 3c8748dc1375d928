"""The small changes of a student's code: each is one place of the text, and every result can be read as Python or not."""

import numpy as np
import pytest

import course
from course.checking.locating.changes import MOST, changes_of
from course.checking.locating.code import Code
from course.checking.locating.own_source import own_source, source_in

REACHED = [
    ("an operator", "return a + b", "return a - b"),
    ("a division", "return a / b", "return a // b"),
    ("a comparison", "return a < b", "return a <= b"),
    ("a sign", "return a", "return (-a)"),
    ("an axis", "return a.sum(axis=0)", "return a.sum(axis=1)"),
    ("keepdims", "return a.sum(axis=0)", "return a.sum(axis=0, keepdims=True)"),
    ("ddof", "return a.var(ddof=1)", "return a.var(ddof=0)"),
    ("a constant", "return a * 3", "return a * 2"),
    ("a transpose", "return a @ b", "return a @ b.T"),
    ("no transpose", "return a @ b.T", "return a @ b"),
    ("swapped arguments", "return np.outer(a, b)", "return np.outer(b, a)"),
    ("another name", "return a + a", "return a + b"),
    ("the end of a slice", "return a[1:b]", "return a[1:b + 1]"),
    ("a step", "return a[::-1]", "return a[:]"),
    ("einsum's letters", "return np.einsum('ij,jk->ik', a, b)", "return np.einsum('ij,kj->ik', a, b)"),
    ("maximum", "return np.max(a, 0)", "return np.maximum(a, 0)"),
    ("a copy", "c = a", "c = a.copy()"),
    ("a new axis", "return a + b", "return a + b[:, None]"),
    ("brackets", "return a - b // 2", "return ((a - b) // 2)"),
    ("an axis of the code's own", "return a.sum(axis=0) + b.sum(axis=c)", "return a.sum(axis=c) + b.sum(axis=c)"),
    ("a size", "c = a // b", "c = a // b + 1"),
    ("where a slice begins", "return a[b : b * 2 + 1]", "return a[b * 2 : b * 2 + 1]"),
    ("where a slice ends", "return a[b * 2 : b + 1]", "return a[b * 2 : (b * 2) + 1]"),
    ("what a call takes", "return np.clip(a, 0, b)", "return np.clip(a, 0, b - 1)"),
    ("a missing factor", "return np.tanh(a)", "return np.tanh((a / 2))"),
    ("a missing term", "return a * b", "return ((a * b) - 1)"),
    ("a missing function", "return a / b", "return a / np.sqrt(b)"),
    ("a square", "return a + b", "return a + (b ** 2)"),
    ("where a condition ends", "return a * b + b if a else 0", "return a * b + (b if a else 0)"),
    ("calls in the other order", "return max(min(0, a), 6)", "return min(max(0, 6), a)"),
    ("what a call takes besides", "return np.sqrt(2) * a", "return np.sqrt(2 * a)"),
    ("one quotient", "return a - b / a + b", "return (a - b) / (a + b)"),
    ("a row for each index", "return a[b]", "return a[np.arange(len(b)), b]"),
    ("an index too many", "return a[b, np.arange(3)]", "return a[b]"),
    ("an index for a product", "return a @ b", "return b[a]"),
    ("all values", "return a.shape", "return a.size"),
    ("a new axis in a comparison", "return a == b", "return a[:, None] == b"),
    ("the other side of a mask", "c = a[b] / (1 + a[b])", "c = a[~b] / (1 + a[~b])"),
    ("an argument for a number", "return np.where(a > 3, 1, a)", "return np.where(a > 3, a, a)"),
    ("a number for a name", "return a - a", "return 1 - a"),
    ("a factor that is at hand", "c = np.tanh(a)", "c = (np.tanh(a) * b)"),
    ("a divisor that is at hand", "return np.tanh(a), b", "return (np.tanh(a) / b), b"),
    ("one minus a factor that is there", "return a * b", "return ((a * b) * (1 - b))"),
    ("a share that is kept", "return np.tanh(a)", "return (np.tanh(a) / (1 - b))"),
    ("what was computed and not used", "c = a * 2; return a * b", "c = a * 2; return a * (b - c)"),
    ("what is cut off at 0", "return np.minimum(a, b)", "return np.maximum(np.minimum(a, b), 0)"),
    ("two factors exchanged", "return a * c + b * d", "return b * c + a * d"),
    ("a padding of zero", "return a[b:-b]", "return a[b:-b or None]"),
]


def reached(source, name="warm_up"):
    code = Code(source)
    return [change.apply(source) for change in changes_of(code, course.exercises[name])]


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in REACHED], ids=[row[0] for row in REACHED])
def test_one_change_leads_there(before, after):
    """Each kind of small change is among those that are tried."""
    head = "def f(a, b):\n    "
    assert head + after in reached(head + before)


def test_statements_are_left_out_moved_and_added_up():
    """A statement can be missing, in another block, or an assignment where a sum is meant."""
    source = "def f(a):\n    for i in a:\n        s = i\n        s = s + 1\n    return s"
    found = reached(source)
    assert source.replace("s = i", "s += i") in found
    method = "def f(self, a):\n    for i in a:\n        self.s = i\n    return self.s"
    assert method.replace("self.s = i", "self.s += i") in reached(method)
    assert source.replace("s = s + 1", "pass") in found
    assert source.replace("        s = s + 1", "    s = s + 1") in found


def test_a_place_in_a_loop_is_added_to_an_index():
    """Within nested loops an index, or a slice that begins at 0, may begin at the outer loop's place."""
    source = "def f(a, n):\n    for i in a:\n        for j in a:\n            n += a[j] * a[:n]\n    return n"
    found = reached(source)
    assert source.replace("a[j]", "a[i + j]") in found
    assert source.replace("a[:n]", "a[i:i + n]") in found


def test_two_statements_have_each_others_value():
    """Both lines belong to the change: each of them computes something else."""
    code = Code("def f(a):\n    a[0] = sin(1)\n    a[1] = cos(2)\n    return a")
    wanted = "def f(a):\n    a[0] = cos(2)\n    a[1] = sin(1)\n    return a"
    exchanged = [c for c in changes_of(code, course.exercises["warm_up"]) if c.apply(code.text) == wanted]
    assert {code.lines_of(change) for change in exchanged} == {(2, 3)}


def test_a_known_mistake_is_undone():
    """Where the text of a known mistake is in the code, the solution's text is tried first."""
    exercise = course.exercises["linear"]
    mistake = next(mistake for mistake in exercise.mistakes if len(mistake.edits) == 1 and len(mistake.edits[0][1]) > 8)
    known = next(item for item in exercise.misconceptions if item.mistake is mistake)
    right = course.exercises["linear"]
    first = reached(known.source, "linear")[:20]
    assert any(runs_right(text, right) for text in first)


def runs_right(text, exercise):
    names = {"np": np}
    exec(text, names)
    return course.assess(names["linear"], exercise.name).passed


def test_the_order_depends_on_the_code_alone():
    """The same code gives the same changes in the same order, and there is an end to them."""
    source = "def f(a, b):\n    return a + b"
    assert reached(source) == reached(source)
    assert len(reached("def f(a, b):\n" + "    a = a + b * a - b\n" * 150)) == MOST


def test_a_docstring_and_annotations_stay():
    """Nothing is changed in a docstring or in an annotation."""
    source = "def f(a: int = 1) -> 'x + y':\n    'Give 2 + 2.'\n    return a"
    assert all("a: int" in text and "'Give 2 + 2.'" in text and "'x + y'" in text for text in reached(source))


@pytest.mark.parametrize(
    "source", ["def f(:", "x" * 10_000, "-" * 7000 + "1", "f" + "()" * 3900, "(" * 300 + ")" * 300]
)
def test_text_that_is_no_small_function_is_refused_before_it_costs_anything(source):
    """What can't be parsed, or is nested without end, is an ordinary exception."""
    assert source_in(source, "f") == ""
    with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
        Code(source).nodes  # noqa: B018


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("return k * s", True),
        ("return math.ceil(k * s)  # as in np.ceil", True),
        ("return k * s * x.shape[0]", True),
        ("sizes.append(k * s)", True),
        ("return numpy.arange(k * s)", False),
        ("return x.sum() * k * s", False),
        ("return (k * s) * x @ w", False),
        ("return k * s * x[:, 0]", False),
    ],
)
def test_code_of_numbers_alone_takes_only_sizes_of_arrays(line, alone):
    """Whatever NumPy is called there, and whatever a comment says of it."""
    assert Code(f"def f(x, w, k, s, sizes):\n    {line}").only_numbers == alone


def test_the_last_definition_of_a_cell_counts():
    """A cell may define a name twice; Python takes the last."""
    assert source_in("def f():\n    return 1\n\ndef f():\n    return 2\n", "f") == "\n\n\ndef f():\n    return 2"


class Methods:
    """Has a source."""

    def one(self):
        return 1


def test_sources_of_functions_classes_and_other_things():
    """Functions and classes have their lines; a lambda's line, a number, or a built-in has none to be changed."""
    assert own_source(Methods).startswith("class Methods:\n    ")
    assert own_source(Methods).rstrip().endswith("return 1")
    assert own_source(reached).startswith("def reached(")
    assert own_source(7) == own_source(print) == own_source(len) == ""
