"""Two mistakes in one answer: two changes that add up, or one change after which a known mistake is left."""

from __future__ import annotations

import linecache

import numpy as np
import pytest

import course
from course.checking import runner
from course.checking.locating.effects import same

DECAY = """\
def adamw_step(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state["step"] + 1
    ms, vs, out = [], [], []
    for p, g, m, v in zip(params, grads, state["exp_avg"], state["exp_avg_sq"]):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        ms.append(m)
        vs.append(v)
        mh = m / (1 - b1 ** t)
        vh = v / (1 - b1 ** t)
        p = p * (1 - weight_decay)
        out.append(p - lr * mh / (np.sqrt(vh) + eps))
    return out, {"step": t, "exp_avg": ms, "exp_avg_sq": vs}
"""
FLIPPED = """\
def conv2d(input, weight, bias=None):
    n, ci, h, w = input.shape
    co, _, kh, kw = weight.shape
    ho, wo = h - kh + 1, w - kw + 1
    res = np.zeros((n, co, ho, wo))
    for y in range(ho):
        for x in range(wo):
            patch = input[:, :, y:y + kh, x:x + kw]
            res[:, :, y, x] = patch.reshape(n, -1) @ weight[:, :, ::-1].reshape(co, -1).T
            if bias is not None:
                res[:, :, y, x] += bias * kh
    return res
"""
SUMMED = """\
def conv1d(input, weight, bias=None):
    l_o = input.shape[2] - weight.shape[2] + 1
    cols = np.stack([input[:, :, j:j + l_o] for j in range(weight.shape[2])], axis=-1)
    out = np.tensordot(cols, weight, axes=([1, 3], [1, 2])).transpose(0, 2, 1)
    if bias is not None:
        out = out + bias.sum()
    return out
"""


def report_on(source: str, monkeypatch: pytest.MonkeyPatch):
    """Check an answer whose source can be found."""
    file, name = "<a cell with two mistakes>", source[4 : source.index("(")]
    monkeypatch.setitem(linecache.cache, file, (len(source), None, source.splitlines(True), file))
    monkeypatch.setattr(runner, "SECONDS", 30.0)  # the number of tries ends a search, also on a busy machine
    names = {"np": np}
    exec(compile(source, file, "exec"), names)
    return course.assess(names[name], name)


def test_a_line_is_told_with_the_known_mistake_that_is_left_after_a_change_there(monkeypatch):
    """The known mistake is in another line; its advice is the next step, and it counts as recognised."""
    report = report_on(DECAY, monkeypatch)
    assert report.located
    assert report.located.lines == (11,)
    assert report.misconceptions == ("adamw_step.decay-without-rate",)
    assert report.recorded.partly
    assert report.line is None
    assert "with one change there, what is left is exactly what you get when the weight decay is not" in str(report)
    assert report.located.leaves
    assert report.located.leaves.advice in str(report)


def test_two_changes_whose_effects_add_up_are_found(monkeypatch):
    """Neither makes a value right alone: the kernel is flipped, and the bias is added once per row."""
    report = report_on(FLIPPED, monkeypatch)
    assert report.located
    assert (report.located.lines, report.located.right) == ((9, 11), len(report.counted))


def test_leaving_out_what_is_wrong_is_no_change_that_leaves_a_known_mistake(monkeypatch):
    """Without its bias, this answer would be the known mistake without a bias: that is not in it."""
    report = report_on(SUMMED, monkeypatch)
    assert "conv1d.no-bias" not in report.misconceptions
    assert report.located is None or report.located.lines == (6,)


def test_a_change_that_no_longer_reads_an_argument_leaves_no_known_mistake(monkeypatch):
    """One number for each case is often the same by chance: here as if the last class were never read."""
    source = (
        "def accuracy(model, images, labels):\n    logits = model(images)\n"
        "    return np.mean(logits.argmax(axis=0) == labels)\n"
    )
    report = report_on(source, monkeypatch)
    assert not report.misconceptions
    assert report.located is None or report.located.leaves is None


def test_results_are_the_same_only_in_one_shape():
    """Of several results each must be the same."""
    assert same((np.ones(2), 3.0), (np.ones(2) + 1e-12, 3.0))
    assert not same(np.ones((2, 1)), np.ones((1, 2)))
    assert not same((np.ones(2), 3.0), (np.ones(2), 4.0))
    assert not same(None, None)
