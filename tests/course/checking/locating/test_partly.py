"""What reports say where one change makes some results right, or some cases, and where two faults come together."""

import itertools
import linecache
import math

import numpy as np
import pytest

import course
from course.checking import runner
from course.checking.locating import locate, order, search

pytestmark = pytest.mark.whole

_NUMBERS = itertools.count()


@pytest.fixture
def told(monkeypatch):
    """Check an answer as a notebook's cell, with as much time for the search as a busy machine may need."""
    monkeypatch.setattr(runner, "SECONDS", 60)
    monkeypatch.setattr(order, "BUSY", 100)

    def check(source, name):
        file = f"<cell of test_partly {next(_NUMBERS)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        names = {"np": np, "math": math}
        exec(compile(source, file, "exec"), names)
        with np.errstate(all="ignore"):
            return runner.check(course.exercises[name], names[name])

    return check


STATE_AFTER_AND_MEAN: str = """\
def rnn_backward(grad_output, input, weight_ih, weight_hh, bias_ih, bias_hh):
    l, n, d = grad_output.shape
    h = np.zeros((l, n, d))
    prev = np.zeros((n, d))
    for t in range(l):
        h[t] = np.tanh(input[t] @ weight_ih.T + prev @ weight_hh.T + bias_ih + bias_hh)
        prev = h[t]
    gx = np.zeros_like(input)
    gwi = np.zeros_like(weight_ih)
    gwh = np.zeros_like(weight_hh)
    gb = np.zeros(d)
    back = np.zeros((n, d))
    for t in range(l - 1, -1, -1):
        s = (grad_output[t] + back) * (1 - h[t] ** 2)
        gx[t] = s @ weight_ih
        gwi += s.T @ input[t]
        gwh += s.T @ h[t]
        gb += s.mean(axis=0)
        back = s @ weight_hh
    return gx, gwi, gwh, gb, gb
"""


def test_a_name_for_one_result_and_a_line_for_the_others(told):
    """The known mistake is in one gradient, the mean in two others: nothing is left open."""
    report = told(STATE_AFTER_AND_MEAN, "rnn_backward")
    assert report.misconceptions == ("rnn_backward.state-after-for-before",)
    assert report.explains.results == ("grad_weight_hh",)
    assert report.located
    assert (report.located.lines, report.located.results) == ((18,), ("grad_bias_ih", "grad_bias_hh"))
    assert "`grad_bias_ih` and `grad_bias_hh` are right in every case" in str(report)
    assert "something else" not in str(report)


EVERY_COLUMN: str = """\
def cross_entropy_loss(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    probs = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    n = len(labels)
    loss = -np.log(probs[range(n), labels]).mean()
    probs[:, labels] -= 1
    return loss, probs / n
"""


def test_the_columns_of_every_row_where_one_of_each_is_meant(told):
    """Logits near 1000 have another cause: the logarithm of a probability that is 0."""
    report = told(EVERY_COLUMN, "cross_entropy_loss")
    assert report.located
    assert (report.located.lines, report.located.right, len(report.counted)) == ((6,), 3, 4)


def test_what_was_found_is_told_where_the_search_has_to_be_given_up(told, monkeypatch):
    """Changed code whose calls don't end takes nothing from a change that helped before."""

    def give_up(*given):
        raise locate._Enough

    monkeypatch.setattr(search.Search, "_both", give_up)
    report = told(EVERY_COLUMN, "cross_entropy_loss")
    assert report.located
    assert (report.located.lines, report.located.right, len(report.counted)) == ((6,), 3, 4)


OVER_THE_BATCH: str = """\
def cross_entropy_loss(logits, labels):
    e = np.exp(logits - logits.max(axis=0))
    p = e / e.sum(axis=0)
    n = logits.shape[0]
    idx = np.arange(n)
    loss = -np.sum(np.log(p[idx, labels])) / n
    grad = p.copy()
    grad[idx, labels] -= 1
    return loss, grad / n
"""


def test_a_change_made_in_two_lines_may_mend_most_cases(told):
    """Both reductions run over the batch; the case that is left has another cause."""
    report = told(OVER_THE_BATCH, "cross_entropy_loss")
    assert report.located
    assert (report.located.lines, report.located.right) == ((2, 3), 3)


TWO_FAULTS_IN_ATTENTION: str = """\
def self_attention(x, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads, is_causal=False):
    n, l, d = x.shape
    h = num_heads
    q, k, v = np.split(x @ in_proj_weight.T + in_proj_bias, 3, axis=2)
    out = np.zeros((n, l, d))
    size = d // h
    for a in range(h):
        s = slice(a * size, (a + 1) * size)
        scores = q[:, :, s] @ k[:, :, s].transpose(0, 2, 1) / np.sqrt(d)
        if is_causal:
            scores = np.where(np.triu(np.ones((l, l)), k=0), -1e20, scores)
        w = np.exp(scores - scores.max(axis=-1, keepdims=True))
        out[:, :, s] = w / w.sum(axis=-1, keepdims=True) @ v[:, :, s]
    return out @ out_proj_weight.T + out_proj_bias
"""


def test_the_lines_that_read_a_right_stage_are_searched_first(told):
    """One fault is in the scores, the other one only in the mask."""
    report = told(TWO_FAULTS_IN_ATTENTION, "self_attention")
    assert report.located
    assert (report.located.lines, report.located.right) == ((9, 11), len(report.counted))


PRODUCT_FOR_POWER: str = """\
def adamw_step(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state["step"] + 1
    new_p, new_m, new_v = [], [], []
    for p, g, m, v in zip(params, grads, state["exp_avg"], state["exp_avg_sq"]):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        mh = m / (1 - b1 * t)
        vh = v / (1 - b2 * t)
        new_p.append(p - lr * weight_decay * p - lr * mh / (np.sqrt(vh) + eps))
        new_m.append(m)
        new_v.append(v)
    return new_p, {"step": t, "exp_avg": new_m, "exp_avg_sq": new_v}
"""


def test_nan_in_one_of_several_results_has_its_first_operation(told):
    """The root of a negative number; the cause is two lines before it."""
    report = told(PRODUCT_FOR_POWER, "adamw_step")
    assert [(one.line, one.operation, one.what) for one in report.not_finite] == [(10, "np.sqrt(vh)", "NaN")]
    assert report.located
    assert (report.located.lines, report.located.right) == ((8, 9), len(report.counted))


ONE_BIAS_UNUSED: str = """\
def multi_head_attention(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    n, lq, d = query.shape
    wq, wk, wv = in_proj_weight[:d], in_proj_weight[d:2 * d], in_proj_weight[2 * d:]
    bq, bk, bv = in_proj_bias[:d], in_proj_bias[d:2 * d], in_proj_bias[2 * d:]
    q = query @ wq.T + bq
    k = key @ wk.T + bk
    v = value @ wv.T
    heads = []
    size = d // num_heads
    for h in range(num_heads):
        cols = slice(h * size, (h + 1) * size)
        s = q[:, :, cols] @ k[:, :, cols].transpose(0, 2, 1) / np.sqrt(size)
        e = np.exp(s - s.max(axis=2, keepdims=True))
        heads.append(e / e.sum(axis=2, keepdims=True) @ v[:, :, cols])
    return np.concatenate(heads, axis=2) @ out_proj_weight + out_proj_bias
"""


def test_a_part_of_an_argument_that_is_never_used_is_told(told):
    """The bias of the values; the last projection is wrong as well."""
    report = told(ONE_BIAS_UNUSED, "multi_head_attention")
    assert report.located or "`bv` is never used." in str(report)


MAX_POOL: str = """\
class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = self.kernel_size if stride is None else stride
    def forward(self, input):
        self.shape, (k_h, k_w) = input.shape, self.kernel_size
        n, c, h, w = input.shape
        cut = input[:, :, : h // k_h * k_h, : w // k_w * k_w]
        blocks = cut.reshape(n, c, h // k_h, k_h, w // k_w, k_w).swapaxes(3, 4)
        self.blocks = blocks.reshape(*blocks.shape[:4], -1)
        return self.blocks.max(axis=-1)
    def backward(self, grad_output):
        (k_h, k_w), grad = self.kernel_size, np.zeros(self.shape)
        for n, c, y, x in np.ndindex(grad_output.shape):
            u, v = divmod(self.blocks[n, c, y, x].argmax(), k_w)
            grad[n, c, y * k_h + u, x * k_w + v] += grad_output[n, c, y, x]
        return grad
    def parameters(self):
        return []
    def gradients(self):
        return []
"""


def test_an_option_that_a_class_keeps_and_never_reads_is_told(told):
    """Blocks that don't overlap: the stride has no part in them."""
    report = told(MAX_POOL, "MaxPool2d")
    assert not report.passed
    assert report.trap
    assert (report.trap.kind, report.trap.line) == ("taken-and-not-used", 4)
    assert "`self.stride` is never read." in str(report)


@pytest.mark.parametrize("name", ["Linear", "Conv2d", "MaxPool2d", "batch_norm", "lstm_cell", "multi_head_attention"])
def test_nothing_is_unused_in_a_right_answer(name):
    """Not in another answer's symptom, either."""
    exercise = course.exercises[name]
    for known in exercise.misconceptions[:3]:
        report = runner.assess(exercise, known.variant, 0)
        assert not (report.trap and report.trap.kind == "taken-and-not-used")
