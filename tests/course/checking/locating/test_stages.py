"""Stages: up to which intermediate result an answer is right, and when the report does not say so."""

import itertools
import linecache
import sys
import time

import numpy as np
import pytest

import course
from course.checking import runner
from course.checking.locating import eligible, helpers, stages
from course.checking.locating.code import Code
from course.checking.locating.locate import locate
from course.checking.locating.own_source import helper_source
from course.checking.locating.watch import MOST
from course.checking.prepared import Prepared

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
_NUMBERS = itertools.count()


def cells(*sources):
    """Run sources as a notebook's cells, and give what the last one defines."""
    names = {"__name__": "__main__", "np": np, "calls": []}
    for source in sources:
        file = f"<cell of test_stages {next(_NUMBERS)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), names)
    return names[list(names)[-1]]


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    """Leave out the search for a line, and the limits of time: on a busy machine they would change the report."""
    monkeypatch.setattr(runner, "locate", lambda *arguments: None)
    monkeypatch.setattr(eligible, "SLOWEST", 5.0)
    monkeypatch.setattr(stages, "CALL", 2.0)


def reached(*sources):
    """Check the function of the last cell."""
    function = cells(*sources)
    return course.assess(function, function.__name__).reached


def told(*sources):
    """Give the report's lines about stages: how far, and the next step."""
    function = cells(*sources)
    lines = str(course.assess(function, function.__name__)).splitlines()
    return [line for line in lines if line.startswith("Right so far")], lines[-1]


ATTENTION = """\
def scaled_dot_product_attention(query, key, value, attn_mask=None, is_causal=False):
    scores = query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    if is_causal:
        attn_mask = np.tri(*scores.shape[-2:], dtype=bool)
    if attn_mask is not None:
        scores = np.where(attn_mask, scores, -np.inf) if attn_mask.dtype == bool else scores + attn_mask
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return np.round(np.sqrt(weights) @ value, 1)
"""
HEADS = """\
def multi_head_attention(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    n, length, d = query.shape
    size = d // num_heads
    q, k, v = (
        x @ w.T + b
        for x, w, b in zip((query, key, value), np.split(in_proj_weight, 3), np.split(in_proj_bias, 3))
    )
    out = np.zeros((n, length, d))
    for sample in range(n):
        for head in range(num_heads):
            part = slice(head * size, (head + 1) * size)
            scores = q[sample][:, part] @ k[sample][:, part].T / np.sqrt(size)
            e = np.exp(scores - scores.max(axis=1, keepdims=True))
            out[sample, :, part] = e / e.sum(axis=1, keepdims=True) @ v[sample][:, part]
    return np.tanh(out) @ out_proj_weight.T + out_proj_bias
"""
ENCODER = """\
def transformer_encoder_layer(x, params, num_heads, norm_first=False, is_causal=False):
    def norm(x, name):
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        return x * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, length, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = both.reshape(n, length, 3, num_heads, -1).transpose(2, 0, 3, 1, 4)
        scores = q @ k.swapaxes(-1, -2) / np.sqrt(d // num_heads)
        if is_causal:
            scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
        weights = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
        merged = (weights @ v).swapaxes(1, 2).reshape(n, length, d)
        return merged @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        hidden = x @ params["linear1.weight"].T + params["linear1.bias"]
        hidden = hidden / (1 + np.exp(-1.7 * hidden))
        return hidden @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")
"""
COMPOSITE = {
    "attention": (ATTENTION, "the attention weights", "the weighted sum of the values", 8),
    "heads": (HEADS, "the weighted sum of the values, head by head", "the product with out_proj_weight", 14),
    "encoder": (ENCODER, "the first norm", "the hidden features", 4),
    "encoder without a mask": (
        ENCODER.replace(", is_causal=False", "")
        .replace("        if is_causal:\n", "")
        .replace("            scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)\n", ""),
        "the first norm",
        "the hidden features",
        4,
    ),
    "pre-norm": (
        """\
def repair_pre_norm(x, norm_weight, norm_bias, w1, b1, w2, b2):
    centred = x - x.mean(axis=1, keepdims=True)
    normalised = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5) * norm_weight + norm_bias
    hidden = np.abs(normalised @ w1.T + b1)
    return x + hidden @ w2.T + b2
""",
        "the normalized features",
        "the hidden features",
        3,
    ),
    "feed-forward": (
        "def feed_forward(x, w1, b1, w2, b2):\n    return np.tanh(x @ w1.T + b1) @ w2.T + b2\n",
        "the first linear layer",
        "the hidden features",
        2,
    ),
    "layer norm": (
        """\
def layer_norm(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = ((input - mean) ** 2).mean(axis=axes, keepdims=True)
    return weight * (input - mean) / np.cbrt(var + eps) + bias
""",
        "the variance",
        "the normalized values",
        4,
    ),
    "batch norm": (
        """\
def batch_norm(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    output = np.zeros_like(input)
    for channel in range(input.shape[1]):
        x = input[:, channel]
        mean, var = (x.mean(), x.var()) if training else (running_mean[channel], running_var[channel])
        output[:, channel] = (x - mean) / np.sqrt(var + eps) * (weight[channel] + 1) - bias[channel]
    return output, running_mean + 1, running_var * 3
""",
        "the normalized values",
        "the scaled and shifted values",
        6,
    ),
    "cross-entropy": (
        """\
def cross_entropy(input, target):
    shifted = input - input.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(logs[np.arange(len(target)), target] ** 3) / 7
""",
        "the log-probabilities",
        "the mean loss",
        3,
    ),
    "positions": (
        """\
def positional_encoding(length, dim):
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(0, dim, 2) / dim)
    return np.concatenate([np.sin(angles), np.cos(angles) ** 3], axis=1)
""",
        "the angles",
        "the sines and cosines",
        2,
    ),
    "attention, backwards": (
        """\
def scaled_dot_product_attention_backward(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    weights = np.exp(query @ key.swapaxes(-2, -1) / root)
    weights /= weights.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - np.cbrt(grad_weights.sum(axis=-1, keepdims=True)))
    grad_value = weights.swapaxes(-2, -1) @ grad_output
    return grad_scores @ key / root, grad_scores.swapaxes(-2, -1) @ query / root, grad_value
""",
        "the gradient of the attention weights",
        "the gradient of the scaled scores",
        5,
    ),
}


@pytest.mark.whole
@pytest.mark.parametrize("answer", COMPOSITE)
def test_the_first_stage_that_is_wrong_is_told_with_the_last_right_line(answer):
    """The line, its code, the stage it gives and the one that is missing, in the report and as data."""
    source, stage, missing, line = COMPOSITE[answer]
    found = reached(source)
    assert (found.stage, found.missing, found.line, found.function) == (stage, missing, line, "")
    (sentence,), step = told(source)
    assert sentence.startswith(f"Right so far: {stage}, from your line {line}, `")
    assert sentence.endswith(f"None of your lines gives {missing}.")
    assert f"Next: Follow your code from there to {missing}." in step


def test_a_report_has_the_stages_as_plain_data():
    """Names, line and text; the same each time."""
    function = cells(ATTENTION)
    first, second = (course.assess(function, function.__name__).to_dict()["reached"] for _ in range(2))
    assert first == second
    assert first["stage"] == "the attention weights"
    assert first["source"] == "weights = weights / weights.sum(axis=-1, keepdims=True)"


def test_a_part_of_a_line_is_quoted_where_it_is_right():
    """A line may be right in part."""
    source = "def softmax(input, dim):\n    return np.tanh(np.exp(input - input.max(axis=dim, keepdims=True))) / 3\n"
    found = reached(source)
    assert (found.source, found.whole) == ("np.exp(input - input.max(axis=dim, keepdims=True))", False)


def test_a_helper_from_another_cell_is_looked_into():
    """Stages that only a helper computes are there, and its line is its own."""
    helper = "def scores_of(q, k):\n    '''Compare.'''\n    s = q @ k.swapaxes(-2, -1)\n    return s + 1\n"
    answer = """\
def scaled_dot_product_attention(query, key, value, attn_mask=None, is_causal=False):
    return scores_of(query, key) @ value
"""
    found = reached(helper, answer)
    assert (found.stage, found.function, found.line) == ("the products of queries and keys", "scores_of", 3)
    (sentence,), _ = told(helper, answer)
    assert "from line 3 of your `scores_of`, `s = q @ k.swapaxes(-2, -1)`" in sentence


def test_what_other_stages_do_not_need_is_missed_although_they_are_right():
    """A wrong projection of the values is the first thing wrong, whatever the scores are."""
    assert "        for x, w, b in zip((query, key, value)" in HEADS
    wrong = HEADS.replace("for x, w, b in zip((query, key, value)", "for x, w, b in zip((query, key, np.cbrt(value))")
    assert (reached(wrong).stage, reached(wrong).missing) == ("the projected keys", "the projected values")


@pytest.mark.parametrize(
    "source",
    [
        "def softmax(input, dim):\n    e = np.exp(input - input.max(axis=dim, keepdims=True))\n"
        "    return e / e.sum(axis=dim, keepdims=True)\n",
        "def softmax(input, dim):\n    return input * 0.25 - 1\n",
        # another way: powers without a shift, and nothing of what the reference computes
        "def softmax(input, dim):\n    e = np.exp(input)\n    return e / (e.sum(axis=dim, keepdims=True) + 1)\n",
        # the result itself is there
        "def softmax(input, dim):\n    e = np.exp(input - input.max(axis=dim, keepdims=True))\n"
        "    p = e / e.sum(axis=dim, keepdims=True)\n    return p * 0.5 + 0.1\n",
    ],
)
def test_nothing_is_said_where_nothing_is_certain(source):
    """Right answers, answers without a right stage, and ones that compute the result and spoil it."""
    assert reached(source) is None


def test_a_named_mistake_needs_no_stages():
    """What a mistake is called says more."""
    for known in course.exercises["feed_forward"].misconceptions:
        report = course.assess(known.variant, "feed_forward")
        assert report.misconceptions
        assert report.reached is None


def test_a_located_line_needs_no_stages(monkeypatch):
    """The line itself says more."""
    monkeypatch.setattr(runner, "locate", locate)
    monkeypatch.setattr(runner, "SECONDS", 30)
    source = "def feed_forward(x, w1, b1, w2, b2):\n    return np.maximum(x @ w1.T + b1, 1) @ w2.T + b2\n"
    function = cells(source)
    report = course.assess(function, "feed_forward")
    assert bool(report.located or report.named)
    assert report.reached is None


HOSTILE = {
    "raises": "raise ValueError('no')",
    "exits": "raise SystemExit",
    "does not end": "while True:\n            pass",
    "swallows everything": "while True:\n            try:\n                while True:\n                    pass\n"
    "            except BaseException:\n                pass",
    "calls itself": "return softmax(input, dim)",
    "makes much": "for i in range(100000):\n            e = e + np.zeros((50, *e.shape)).sum(axis=0)",
    "makes something huge": "e = e + np.broadcast_to(np.zeros(1), (10**12, 1))[0] * np.zeros(e.shape)",
    "returns something else": "return iter(e)  # what it computes is still looked at",
}


@pytest.mark.whole
@pytest.mark.parametrize("hostile", HOSTILE)
def test_code_that_turns_hostile_when_it_is_watched_ends(hostile):
    """A report comes back, without stages, and without an internal error."""
    source = f"""\
def softmax(input, dim):
    e = np.exp(input - input.max(axis=dim, keepdims=True))
    calls.append(1)
    if len(calls) > {len(course.exercises["softmax"].cases)}:
        {HOSTILE[hostile]}
    return np.tanh(e)
"""
    function = cells(source, "softmax = softmax")
    report = course.assess(function, "softmax")
    assert len(function.__globals__["calls"]) > len(report.cases), "it was watched"
    assert not report.passed
    assert report.notes == ()
    assert (report.reached is None) == (hostile != "returns something else")


def test_a_liar_is_not_asked():
    """What an array of a class of the student's own says about itself makes no difference."""
    liar = """\
class Liar(np.ndarray):
    def __eq__(self, other):
        return True
    def __array_finalize__(self, other):
        pass
    def astype(self, *_, **__):
        raise KeyboardInterrupt
"""
    answer = """\
def softmax(input, dim):
    e = np.exp(input - input.max(axis=dim, keepdims=True)).view(Liar)
    return np.asarray(np.tanh(e))
"""
    assert reached(liar, answer).stage == "the exponentials"


def test_too_many_numbers_are_not_kept():
    """Where not everything was kept, what is missing is not known."""
    source = """\
def softmax(input, dim):
    e = np.exp(input - input.max(axis=dim, keepdims=True))
    zeros = np.zeros({}) * 0.5
    return np.tanh(e) + zeros.sum()
"""
    assert reached(source.replace("{}", "9")).stage == "the exponentials"
    assert reached(source.replace("{}", str(MOST + 1))) is None


def test_a_tracing_debugger_keeps_its_trace():
    """What a debugger or a coverage tool has set is there afterwards, and the notebook's names are as they were."""
    function = cells(ATTENTION)
    before, names = sys.gettrace(), dict(function.__globals__)

    def trace(frame, event, arg):
        return None

    sys.settrace(trace)
    try:
        report = course.assess(function, function.__name__)
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)
    assert report.reached is not None
    assert function.__globals__ == names


def test_code_that_sets_a_trace_leaves_none():
    """What an answer sets itself while it is watched is undone."""
    before = sys.gettrace()
    source = """\
def softmax(input, dim):
    set_trace(lambda *_: None)
    return np.tanh(np.exp(input - input.max(axis=dim, keepdims=True)))
"""
    assert reached("set_trace = __import__('sys').settrace", source).stage == "the exponentials"
    assert sys.gettrace() is before


@pytest.mark.parametrize("line", ["print(dim)", "import os", "np.random.default_rng(0)", "global seen", "open"])
def test_code_that_does_more_than_compute_is_not_watched(monkeypatch, line):
    """Neither is what calls a function that does."""
    monkeypatch.setattr(stages, "_found", lambda *arguments: pytest.fail("watched"))
    line = "open('/dev/null').close()" if line == "open" else line
    wrong = "    return np.tanh(np.exp(input - input.max(axis=dim, keepdims=True)))\n"
    assert reached(f"def softmax(input, dim):\n    {line}\n{wrong}") is None
    assert reached(f"def other(dim):\n    {line}\n", f"def softmax(input, dim):\n    other(dim)\n{wrong}") is None


def test_slow_code_is_not_watched(monkeypatch):
    """What took its time once is not run again."""
    monkeypatch.setattr(eligible, "SLOWEST", 0.0)
    assert reached(ATTENTION) is None


def test_it_takes_little_time():
    """Less than 0.3 seconds of this process's time for the largest composite layer."""
    function = cells(ENCODER)
    prepared = Prepared(course.exercises["transformer_encoder_layer"])
    work = runner.Here.of(function, function.__name__)
    report = runner.run(prepared, work)
    start = time.process_time()
    assert stages.reach(report, prepared, work, ENCODER, lambda name: "", 1.0) is not None
    assert time.process_time() - start < stages.CPU


def test_no_time_no_stages():
    """With no seconds to look, nothing is looked for."""
    function = cells(ATTENTION)
    prepared = Prepared(course.exercises[function.__name__])
    work = runner.Here.of(function, function.__name__)
    report = runner.run(prepared, work)
    assert runner.point(report, prepared, work, ATTENTION, 0).reached is None
    assert runner.point(report, prepared, work, ATTENTION, 1).reached is not None


def test_classes_are_watched_after_the_classes_that_they_are_made_from():
    """Else a watched class would be made from one that is not."""
    codes = {
        "Square": "class Square(Shape):\n    pass",
        "area": "def area(x):\n    return Square(x) + Round(x)",
        "Round": "class Round(Square, np.ndarray):\n    pass",
        "Shape": "class Shape:\n    pass",
    }
    ordered = helpers._bases_first({name: Code(text) for name, text in codes.items()})
    assert [code.name for code in ordered] == ["Shape", "Square", "area", "Round"]


def test_a_class_beside_a_function_has_its_source_and_one_from_elsewhere_has_none():
    """What a cell defines is the student's own code; what it imports is not."""
    layer = "class Layer:\n    def forward(self, x):\n        return 2 * x\n"
    function = cells(layer, "def f(x):\n    return Layer().forward(x)\n")
    source_of = helper_source(function)
    assert source_of("Layer").startswith("class Layer:")
    function.__globals__["Other"] = Code
    assert source_of("Other") == ""
