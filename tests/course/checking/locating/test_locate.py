"""Locating: which line of an answer without a known mistake is wrong, and when no line is named."""

import itertools
import linecache
import warnings

import numpy as np
import pytest

import course
from course.checking import render, runner
from course.checking.locating import eligible, locate, second
from course.checking.locating.code import Code
from course.checking.locating.own_source import helper_source, own_source, source_in
from course.checking.locating.search import Search
from course.checking.prepared import Prepared
from course.checking.words.location import hint_at

_NUMBERS = itertools.count()


def cell(source, name):
    """Run a source as a notebook's cell, so that its lines can be found."""
    file = f"<cell of test_locate {next(_NUMBERS)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names = {"__name__": "__main__"}
    exec(compile("import numpy as np", file, "exec"), names)
    exec(compile(source, file, "exec"), names)
    return names[name]


def assess(source, name):
    """Check an answer, with as much time for the search as a busy machine may need."""
    work = runner.Here.of(cell(source, name), name)
    prepared = Prepared(course.exercises[name])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = runner.run(prepared, work)
    return runner.point(report, prepared, work, source_in(source, name), 30)


LOCATED = [
    ("conv_output_size", 3, "a = size + 2 * padding", """\
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    a = dilation * (kernel_size - 1) + 1
    a = size + 2 * padding + a
    return a // stride + 1
"""),
    ("mse_loss", 2, "d = input + target", """\
def mse_loss(input, target):
    d = input + target
    return np.mean(d ** 2)
"""),
    ("group_norm", 6, "y = y.reshape(n, c, w, h)", """\
def group_norm(input, num_groups, weight, bias, eps=1e-5):
    'Normalize groups of channels of input (n, c, h, w).'
    n, c, h, w = input.shape
    x = input.reshape(n, num_groups, -1)
    y = (x - x.mean(axis=2, keepdims=True)) / np.sqrt(x.var(axis=2, keepdims=True) + eps)
    y = y.reshape(n, c, w, h)
    return y * weight[:, None, None] + bias[:, None, None]
"""),
    ("embedding_backward", 5, "grad_weight[i] += rows[flat[i]]", """\
def embedding_backward(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    flat, rows = input.reshape(-1), grad_output.reshape(-1, grad_output.shape[-1])
    for i in range(len(flat)):
        grad_weight[i] += rows[flat[i]]
    return grad_weight
"""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "line", "quoted", "source"), LOCATED, ids=[row[0] for row in LOCATED])
def test_the_line_with_the_mistake_is_quoted(name, line, quoted, source):
    """One small change in the line makes every case right: its number is in the data, its text in the report."""
    report = assess(source, name)
    assert (report.misconceptions, report.to_dict()["line"]) == ((), line)
    assert f"Your line {line}, `{quoted}" in str(report)
    assert f"with one change there, all {len(report.cases)} cases are right." in str(report)


def test_two_mistakes_in_two_lines():
    """Where it takes a change in each of two lines, both are quoted, and the first is the line in the data."""
    report = assess(
        """\
class ReLU:
    def forward(self, input):
        self.mask = input <= 0
        input[self.mask] = 0
        return input
    def backward(self, grad_output):
        grad_output[self.mask] = 0
        return grad_output
    def parameters(self):
        return []
    def gradients(self):
        return []
""",
        "ReLU",
    )
    assert report.located is not None
    assert (report.located.lines, report.line) == ((4, 7), 4)
    assert "Your line 4, `input[self.mask] = 0`, and line 7, `grad_output[self.mask] = 0`:" in str(report)


def test_the_change_is_not_shown():
    """The report quotes the student's line and nothing that the search has put in its place."""
    text = str(assess("def warm_up(x):\n    return 2 / x + 1\n", "warm_up"))
    assert "`return 2 / x + 1`" in text
    assert "2 * x" not in text


def test_a_right_answer_and_a_named_one_are_not_searched(monkeypatch):
    """A line is looked for only where no known mistake was named."""
    monkeypatch.setattr(Search, "run", lambda self: pytest.fail("searched"))
    assert assess("def warm_up(x):\n    return 2 * x + 1\n", "warm_up").passed
    assert assess("def warm_up(x):\n    return 2 * x\n", "warm_up").misconceptions


@pytest.mark.parametrize(
    "line",
    [
        "print(x)",
        "open('/dev/null').close()",
        "np.random.default_rng().normal()",
        "import os",
        "global seen",
        "time.sleep(0.03)",
    ],
)
def test_code_that_does_more_than_compute_is_not_run_again(monkeypatch, line):
    """Code that prints, touches files, draws random numbers or is slow is run on the cases, and that is all."""
    monkeypatch.setattr(Search, "run", lambda self: pytest.fail("searched"))
    report = assess(f"import time\ndef warm_up(x):\n    {line}\n    return 2 / x + 1\n", "warm_up")
    assert (report.passed, report.line) == (False, None)


def test_an_answer_without_its_source_has_no_line():
    """What was made by `exec` has no lines that could be quoted."""
    names = {}
    exec("def warm_up(x):\n    return 2 / x + 1\n", names)
    report = course.assess(names["warm_up"], "warm_up")
    assert (report.passed, report.located, report.notes) == (False, None, ())


def test_a_source_that_is_not_the_answers_has_no_line():
    """Where the lines were changed after the answer was defined, they are not the ones that ran."""
    wrong = cell("def warm_up(x):\n    return 2 / x + 1\n", "warm_up")
    other = "def warm_up(x):\n    return 2 * x + 1\n"
    linecache.cache[wrong.__code__.co_filename] = (len(other), None, other.splitlines(keepends=True), "")
    assert course.assess(wrong, "warm_up").located is None


def test_what_fits_only_these_cases_is_not_said(monkeypatch):
    """A change must make the cases of another seed right, too."""
    monkeypatch.setattr(locate._Trial, "confirm_cases", lambda self, indices: False)
    assert assess("def warm_up(x):\n    return 2 / x + 1\n", "warm_up").located is None


def test_an_error_in_the_search_is_a_note(monkeypatch):
    """A report comes back also where the search itself fails."""
    monkeypatch.setattr(Search, "run", lambda self: 1 / 0)
    report = assess("def warm_up(x):\n    return 2 / x + 1\n", "warm_up")
    assert not report.passed
    assert "Looking for the line failed: ZeroDivisionError" in str(report)


def test_changed_code_that_does_not_end_is_stopped():
    """A change that makes a loop endless costs one stopped call, and a few of them end the search."""
    source = """\
def warm_up(x):
    n = 3
    while n > 0:
        n = n - 1
    return x ** 3 + x
"""
    assert not assess(source, "warm_up").passed


def test_the_students_names_stay_as_they_are(monkeypatch):
    """Searching defines nothing in the notebook."""
    monkeypatch.setattr(runner, "SECONDS", 30)
    wrong = cell("def warm_up(x):\n    return 2 / x + 1\n", "warm_up")
    before = dict(wrong.__globals__)
    assert course.assess(wrong, "warm_up").line == 2
    assert wrong.__globals__ == before


def test_an_answer_under_another_name(monkeypatch):
    """The function that is checked may have any name."""
    monkeypatch.setattr(runner, "SECONDS", 30)
    other = cell("def mine(x):\n    return 2 / x + 1\n", "mine")
    assert course.assess(other, "warm_up").line == 2


def test_no_time_no_line():
    """With no seconds to look, nothing is looked for."""
    exercise = course.exercises["warm_up"]
    source = "def warm_up(x):\n    return 2 / x + 1\n"
    work = runner.Here.of(cell(source, "warm_up"), "warm_up")
    prepared = Prepared(exercise)
    report = runner.run(prepared, work)
    assert runner.point(report, prepared, work, source, 0).line is None
    assert runner.point(report, prepared, work, source, 30).line == 2


def test_two_changes_that_are_no_better_alone():
    """Where neither change makes a result right by itself, the simplest ones are tried in pairs."""
    report = assess(
        "def repair_center(x):\n    middle = x.mean(axis=1, keepdims=True)\n    return (x - middle) / x.std()\n",
        "repair_center",
    )
    assert report.located is not None
    assert (report.located.lines, report.located.right) == ((2, 3), 3)


def test_two_changes_of_which_one_is_around_the_other():
    """A divisor too many, and a wrong axis in what it divides."""
    line = "return (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)"
    report = assess(f"def repair_center(x):\n    {line}\n", "repair_center")
    assert report.located is not None
    assert (report.located.lines, report.located.right) == ((2, 2), 3)
    assert "a factor or a term" in report.located.kinds


def _every_code(monkeypatch):
    """Keep each code that is tried, in order, compiled one by one."""
    tried = []
    define = locate._Trial.define

    def kept(self, text, choice=0):
        tried.append(text)
        return define(self, text, choice)

    monkeypatch.setattr(second, "AT_ONCE", 1)
    monkeypatch.setattr(locate._Trial, "define", kept)
    return tried


def test_lines_that_no_failing_case_reaches_are_not_changed(monkeypatch):
    """A change in a block that is never reached can't correct a case."""
    tried = _every_code(monkeypatch)
    body = "    if x.size > 10**6:\n        return 7 * x - 5\n    return 2 / x + 1\n"
    assert assess(f"def warm_up(x):\n{body}", "warm_up").line == 4
    assert len(tried) > 3
    assert not any("x.size > 10**6" in text and "7 * x - 5" not in text for text in tried)


@pytest.mark.parametrize(
    ("value", "expected", "right"),
    [
        (np.ones(3), np.ones(3) * 2, (0,)),
        (np.ones(3), np.ones(3), None),
        (np.ones(3), np.ones(2), None),
        (np.ones(3, int), np.ones(3) * 2, None),
        ((np.ones(3), np.zeros(2)), (np.ones(3), np.ones(2)), (1, 0)),
        ((np.ones(3), np.ones(2)), (np.ones(3), np.ones(2)), None),
        ((np.ones(3),), (np.ones(3), np.ones(2)), None),
        ([np.ones(3), np.zeros(2)], (np.ones(3), np.ones(2)), None),
    ],
)
def test_a_first_look_counts_right_results_where_only_values_are_wrong(value, expected, right):
    """Whatever else may be wrong, and what is right, is left to the whole comparison."""
    assert locate.right_shares(value, expected, ("one", "other")) == right


def test_a_change_that_mends_most_cases_is_told_with_their_number():
    """It breaks nothing; what is left has another cause."""
    report = assess(
        "def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):\n"
        "    return (size - kernel_size + 2 * padding) // stride - 1\n",
        "conv_output_size",
    )
    assert report.located is not None
    assert report.line is None
    right, total = report.located.right, len(report.counted)
    assert 1 < right < total
    assert (
        f"`return (size - kernel_size + 2 * padding) // stride - 1`: with one change there, {right} of {total} cases"
        in str(report)
    )


def test_cases_that_are_slow_are_left_out_of_a_search(monkeypatch):
    """What is known is told: the others were not tried again."""
    monkeypatch.setattr(eligible, "slowest", lambda _, case: 5.0 if case.name in ("a vector", "a matrix") else 0.0)
    report = assess("def warm_up(x):\n    return 2 / x + 1\n", "warm_up")
    names = [case.name for case in report.counted]
    tried = len({"a vector", "a matrix"} & set(names))
    assert report.located is not None
    assert (report.located.right, report.located.left_out, report.line) == (tried, len(names) - tried, 2)
    assert "cases that run fast are right" in str(report) or "the case that runs fast is right" in str(report)


def test_the_line_that_raised_is_changed_first(monkeypatch):
    """And of a class the method whose result is wrong."""
    tried = _every_code(monkeypatch)
    assert assess("def warm_up(x):\n    y = 3 * x + 0 * x\n    return 2 @ x + 1\n", "warm_up").line == 3
    assert all("y = 3 * x + 0 * x" in text for text in tried if text)
    tried.clear()
    source = """\
class ReLU:
    def forward(self, input):
        self.mask = input > 0
        return input * self.mask
    def backward(self, grad_output):
        return grad_output / self.mask
    def parameters(self):
        return []
    def gradients(self):
        return []
"""
    assert assess(source, "ReLU").line == 6
    assert all("return input * self.mask" in text for text in tried if text)


def test_an_argument_that_is_not_computed_with_is_tried_first(monkeypatch):
    """A condition may read it: what is missing is then still likely to be there."""
    tried = _every_code(monkeypatch)
    head = "def leaky_relu(input, negative_slope=0.01):\n"
    source = (
        f"{head}    if negative_slope == 1:\n        return input\n    return np.where(input > 0, input, 0.3 * input)\n"
    )
    assess(source, "leaky_relu")
    changed = [text for text in tried if text and text.strip() != source.strip() and "raise KeyError" not in text]
    assert changed[0].count("negative_slope") > 2


HELPERS = """\
def softmax_rows(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-2, keepdims=True)


def attend(q, k, v):
    return softmax_rows(q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])) @ v


def self_attention(x, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads, is_causal=False):
    n, l, d = x.shape
    projected = np.split(x @ in_proj_weight.T + in_proj_bias, 3, axis=-1)
    q, k, v = (a.reshape(n, l, num_heads, d // num_heads).transpose(0, 2, 1, 3) for a in projected)
    if is_causal:
        rows = [attend(q[:, :, i : i + 1], k[:, :, : i + 1], v[:, :, : i + 1]) for i in range(l)]
        o = np.concatenate(rows, axis=2)
    else:
        o = attend(q, k, v)
    return o.transpose(0, 2, 1, 3).reshape(n, l, d) @ out_proj_weight.T + out_proj_bias
"""


def test_a_line_of_a_function_that_the_answer_calls_is_quoted_with_its_name():
    """Counted from the first line of that function; the answer itself has no such line."""
    function = cell(HELPERS, "self_attention")
    prepared = Prepared(course.exercises["self_attention"])
    work = runner.Here.of(function, "self_attention")
    report = runner.run(prepared, work)
    report = runner.point(report, prepared, work, own_source(function), 30, helper_source(function))
    assert report.located is not None
    assert (report.located.function, report.located.lines) == ("softmax_rows", (3,))
    assert report.line is None
    assert report.recorded.function == "softmax_rows"
    assert "Line 3 of your `softmax_rows`, `return e / e.sum(axis=-2, keepdims=True)`: with one change there" in str(
        report
    )
    assert "Line 3 of your `softmax_rows`" in render.sentence(hint_at(report.located)[0])


@pytest.mark.parametrize(
    ("draws", "computes"),
    [("np.random.default_rng()", True), ("np.random.normal(size=3)", True), ("open('x')", False)],
)
def test_a_layer_may_draw_its_first_weights(draws, computes):
    """Its other methods may not."""
    source = f"class A:\n    def __init__(self):\n        self.a = {draws}\n"
    assert eligible.only_computes(Code(source)) is computes
    assert not eligible.only_computes(Code(source.replace("__init__", "forward")))
