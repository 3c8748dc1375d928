"""A search ends at the same step each time: a pause of the machine changes no report."""

import linecache
import math
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import course
from course.checking import budget, runner
from course.checking.budget import Budget
from course.checking.findings import Outcome
from course.checking.locating import locate
from course.checking.locating.code import Code
from course.checking.locating.standing import Standing
from course.checking.prepared import Prepared


class Time:
    """A clock that advances by the same time at each reading, and once by a pause. In a browser there is no other."""

    def __init__(self, each, pause=0.0, at=0):
        self.each, self.pause, self.at = each, pause, at
        self.readings, self.now = 0, 0.0

    def perf_counter(self):
        self.readings += 1
        self.now += self.each + (self.pause if self.readings == self.at else 0)
        return self.now


def test_a_pause_counts_little_and_computing_counts_all(monkeypatch):
    """Many pauses still end the search."""
    monkeypatch.setattr(budget, "time", Time(0.001, pause=1.0, at=9))
    one = Budget(0.7, steps=100)
    assert all(one.step() for _ in range(50))
    monkeypatch.setattr(budget, "time", Time(0.02))
    slow = Budget(0.7, steps=100)
    assert 10 < sum(slow.step() for _ in range(100)) < 30
    monkeypatch.setattr(budget, "time", Time(0.5))
    paused = Budget(0.7, steps=100)
    assert sum(paused.step() for _ in range(100)) < 5


def test_a_long_step_counts_whole_where_computing_is_measured(monkeypatch):
    """Other programs do not add to it."""
    computed = Time(0.5)
    monkeypatch.setattr(budget, "time", SimpleNamespace(perf_counter=lambda: 0.0, thread_time=computed.perf_counter))
    one = Budget(1.2)
    assert [one.step() for _ in range(3)] == [True, True, False]
    assert one.rest() == 0


@pytest.mark.parametrize(("busy", "steps"), [(3.0, 30), (0.0, 1000)])
def test_on_a_busy_machine_the_clock_may_take_longer_than_computing(busy, steps, monkeypatch):
    """Nothing is computed here, so only the clock or the number of steps can end the search."""
    waiting = Time(0.001)
    monkeypatch.setattr(budget, "time", SimpleNamespace(perf_counter=waiting.perf_counter, thread_time=lambda: 0.0))
    one = Budget(0.01, steps=1000, busy=busy)
    while one.step():
        pass
    assert abs(one.taken - steps) <= 2


LOCATED = """\
def gelu(input, approximate="none"):
    if approximate == "none":
        e = np.array([math.erf(v / math.sqrt(2)) for v in input.ravel()]).reshape(input.shape)
        return 0.5 * input * (1 + e)
    inner = np.sqrt(2 / np.pi) * (input + 0.044715 * input ** 2)
    return 0.5 * input * (1 + np.tanh(inner))
"""
NOT_FOUND = """\
def warm_up(x):
    return np.floor(x) % 3
"""
TWO_NAMES = """\
def pad2d(input, padding, mode="constant", value=0):
    l, r, t, b = (padding,) * 4 if np.isscalar(padding) else padding
    modes = {"constant": "constant", "reflect": "symmetric", "replicate": "edge"}
    return np.pad(input, [(0, 0), (0, 0), (t, b), (l, r)], mode=modes[mode])
"""
REACHED = """\
def add_and_norm(x, part, weight, bias, norm_first=False):
    added = x + part(x)
    middle = added - added.mean(axis=-1, keepdims=True)
    return np.sign(middle) * np.cbrt(np.abs(middle)) * weight + bias
"""


def report_on(source, name, monkeypatch, clock):
    """Check an answer as a notebook's cell, with a clock; give the report, and how often the clock was read."""
    file = f"<cell of test_budget {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names = {"np": np, "math": math, "__name__": "__main__"}
    exec(compile(source, file, "exec"), names)
    monkeypatch.setattr(budget, "time", clock)
    return runner.assess(course.exercises[name], names[name])


@pytest.mark.whole
@pytest.mark.parametrize(
    ("source", "name"),
    [(LOCATED, "gelu"), (NOT_FOUND, "warm_up"), (TWO_NAMES, "pad2d"), (REACHED, "add_and_norm")],
    ids=["located", "not found", "two names", "reached"],
)
def test_a_pause_of_a_second_changes_no_report(source, name, monkeypatch):
    """The pause may come while names, the line or the last right step are searched."""
    clock = Time(0.0001)
    told = str(report_on(source, name, monkeypatch, clock))
    readings = clock.readings
    assert readings > 4
    for at in np.linspace(3, readings, 4).astype(int).tolist():
        assert str(report_on(source, name, monkeypatch, Time(0.0001, pause=1.0, at=at))) == told


def test_a_call_that_a_pause_stopped_is_made_again():
    """A call that never ends is not."""
    asked = []

    class Cases:
        exercise = course.exercises["warm_up"]

        def standing(self, work, index, seconds):
            asked.append(index)
            while index and time.thread_time() - start < seconds:
                pass
            return Standing(Outcome.TOO_SLOW if index or len(asked) == 1 else Outcome.RIGHT, 1)

    trial = locate._Trial(Cases(), None, Code("def warm_up(x):\n    return x"), [0, 1])
    start = time.thread_time()
    assert trial.run(0).passed
    assert asked == [0, 0]
    start = time.thread_time()
    assert not trial.run(1).passed
    assert asked == [0, 0, 1]


def test_a_case_that_a_pause_made_slow_is_timed_again():
    """Otherwise it would be left out of a search."""
    prepared = Prepared(course.exercises["warm_up"])
    work = runner.Here.of(lambda x: x, "warm_up")
    report = runner.run(prepared, work)
    slow = replace(report, cases=tuple(replace(case, seconds=1.0) for case in report.cases))
    assert all(case.seconds < 0.5 for case in locate.timed_again(slow, prepared, work).cases)
