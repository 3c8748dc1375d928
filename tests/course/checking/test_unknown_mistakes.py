"""The benchmark of mistakes that a check does not know: it leaves out what it should, and counts what it finds."""

import importlib.util
import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import course

pytestmark = pytest.mark.whole

FILE = Path(__file__).parents[2] / "benchmarks" / "bench_tutor.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_tutor", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclasses look for their annotations
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def place_of(exercise, slug):
    return [mistake.slug for mistake in exercise.mistakes].index(slug)


def test_a_mistake_is_checked_without_its_own_entry(bench):
    """It is never named by itself, and its own lines are its source, so that one can be located."""
    exercise = course.exercises["warm_up"]
    for place, known in enumerate(exercise.misconceptions):
        told = bench.check_unknown(exercise, place, seed=0)
        assert known.id not in told.report.misconceptions
        assert (told.known, told.report.passed) == (known, False)
        assert told.seconds >= 0
    assert course.assess(exercise.misconceptions[0].variant, "warm_up").misconception == exercise.misconceptions[0].id
    attention = course.exercises["attention_num_parameters"]
    located = bench.check_unknown(attention, place_of(attention, "one-head-counted"), seed=0)
    assert (located.kind, located.report.line) == ("located", 3)


@pytest.mark.parametrize(
    ("name", "slug", "false"),
    [
        ("two_layer_network", "activation-last", "no ReLU at all"),
        ("dropout", "scaled-in-evaluation", "training divides"),
        ("dropout", "does-nothing", "are scaled"),
    ],
)
def test_two_that_come_together_are_told_without_what_the_other_makes_false(bench, name, slug, false):
    """What one of them leaves as it should be, the other may change."""
    exercise = course.exercises[name]
    report = bench.check_unknown(exercise, place_of(exercise, slug), seed=0).report
    assert len(report.named) == 2
    assert "two things come together" in str(report)
    assert false not in str(report)


def test_what_a_repair_hands_out_is_left_out(bench):
    """A check always knows it."""
    listed = {exercise.misconceptions[place].id for exercise, place in bench.every_mistake()}
    handed_out = {e.misconceptions[0].id for e in course.exercises.values() if e.repair}
    assert not listed & handed_out
    assert len(listed) + len(handed_out) == sum(len(e.mistakes) for e in course.exercises.values())


def test_each_kind_is_counted_once(bench):
    """The table's row adds up, and a failure of the course itself is not taken for an answer without a name."""
    norm = course.exercises["layer_norm_backward"]
    named = bench.check_unknown(norm, place_of(norm, "statistics-constant"), seed=0)
    failed = replace(named, report=bench.runner.failed(norm, ZeroDivisionError()), chapter="99_elsewhere", seconds=3.0)
    assert (named.kind, failed.kind) == ("named", "our error")
    shown = io.StringIO()
    Console(file=shown, width=120).print(bench.by_chapter([named, failed]))
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.getvalue().splitlines() if "│" in line]
    assert rows[0][:8] == ["12_normalization", "1", "1", "0", "0", "0", "0", "0"]
    assert rows[-1][:8] == ["all", "2", "1", "0", "0", "0", "0", "1"]
    assert rows[-1][9] == "3.00 s"
    assert "layer_norm_backward.no-mean-term, layer_norm_backward.no-variance-term" in bench.as_text(named)


def test_the_weakest_reports_are_those_that_say_least(bench):
    """A name, a line, numbers and a worked-out line each count."""
    norm = course.exercises["layer_norm_backward"]
    named = bench.check_unknown(norm, place_of(norm, "statistics-constant"), seed=0)
    failed = replace(named, report=bench.runner.failed(norm, ZeroDivisionError()))
    assert bench.help_in(named.report) > bench.help_in(failed.report) == 0
    assert bench.weakest([named, failed], 1) == [failed]


def test_a_passing_and_a_failing_check_are_timed(bench):
    """The failing one includes the search."""
    passing, failing = bench.timed(course.exercises["warm_up"], 0)
    assert 0 < passing < failing


def test_no_two_mistakes_are_named_where_an_unused_argument_gives_the_same(bench):
    """Without padding, the zeros seem to be in the wrong place and left out of the size; where it is read, they may be."""
    exercise = course.exercises["conv2d_strided"]
    report = bench.check_unknown(exercise, place_of(exercise, "padding-ignored"), seed=0).report
    assert (report.misconceptions, report.passed) == ((), False)


def two_mistakes_in_a_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k = kernel_size if isinstance(kernel_size, int) else kernel_size[0] * kernel_size[1]
    return in_channels * out_channels * k // groups + (in_channels if bias else 0)


def test_two_mistakes_that_each_show_in_a_few_counts_are_named_if_no_others_fit():
    """Of each alone there are too few numbers."""
    report = course.assess(two_mistakes_in_a_count, "conv2d_num_parameters")
    assert report.misconceptions == ("conv2d_num_parameters.one-side-only", "conv2d_num_parameters.bias-per-input")


def test_the_field_of_a_wrong_result_is_looked_at_first(bench):
    """The gradient of a class's bias that is not summed is found in the line that sets it."""
    exercise = course.exercises["Linear"]
    report = bench.check_unknown(exercise, place_of(exercise, "bias-not-summed"), seed=0).report
    assert report.located.sources == ("self.grad_bias = None if self.bias is None else grad_output",)
