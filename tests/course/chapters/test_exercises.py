"""What every exercise promises, generated from its declaration."""

import dataclasses
import importlib.util
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch

import course
from course.calling.by_name import CallByName
from course.calling.endings import Ending
from course.calling.here import Here
from course.calling.student import use_work
from course.checking import oracle
from course.checking.compare import compare
from course.checking.evidence import same
from course.checking.findings import Outcome
from course.checking.prepared import Prepared
from course.checking.runner import run
from tests.course.chapters.remembered import assess, prepared
from tests.course.chapters.seeds import FIRST, SEEDS, seeds_of

# NumPy tells a student of an overflow by a warning; that ends no answer, in a notebook or in a worker
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

SECONDS = 60.0
EXERCISES = list(course.exercises.values())
MISCONCEPTIONS = [
    (exercise, known, seeds_of(turn)) for exercise in EXERCISES for turn, known in enumerate(exercise.misconceptions)
]


def _tables(folder):
    """Collect the table of each chapter's file; importlib mode has no package to import a neighbour from."""
    tables = {}
    for path in sorted(Path(__file__).with_name(folder).glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"{folder}_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        tables[path.stem] = getattr(module, folder.upper())
    return tables


TABLES = {folder: _tables(folder) for folder in ("right", "wrong")}
RIGHT, WRONG = (
    {name: answers for table in TABLES[folder].values() for name, answers in table.items()} for folder in TABLES
)

NAMED = {
    # 2 (1 - e) / (1 + e) with the exponential of -|x| is twice the stretched sigmoid
    "tanh_no_doubling": ("tanh.input-not-doubled",),
    # ReLU's output alone, where its slope times grad_output is expected
    "relu_backward_output": ("relu_backward.grad-output-left-out", "relu_backward.times-output"),
    # two sums are compared, and one that stays the same counts as a no
    "elementwise_total_compared": ("is_elementwise.sums-compared", "is_elementwise.own-place-must-change"),
    # it multiplies by 1 - p in evaluation and divides by it in training, where it also doubles
    "dropout_columns_of_last_axis": ("dropout.scaled-twice",),
    # all three gradients are averaged; the mistake averages two
    "linear_grad_all_divided": ("linear_backward.mean-for-sum",),
    # the border is constant in every mode; in the constant one its value is wrong as well
    "pad_mean": ("pad2d.mode-ignored",),
    # each entry of a value is named by itself: these are wrong in one entry, as the mistake is
    "last_layer_for Softmax": ("last_layer_for.softmax-before-loss",),
    "last_layer_for ReLU": ("last_layer_for.relu-for-regression",),
    "normalization_axes 0 1 2": ("normalization_axes.batch-axis-only",),
    # a bias for each kernel, whatever `bias` says
    "count_bias_in_kernel": ("conv1d_num_parameters.bias-always-counted", "conv1d_num_parameters.bias-per-kernel"),
    # stride and padding
    "nd_first_number_for_all": ("conv_nd.first-stride-for-all", "conv_nd.first-padding-for-all"),
    # c_i·k + 1 values of each filter, less one, always with a bias
    "kernel_from_out_channels": ("conv1d_kernel_size.one-kernel-for-all-inputs", "conv1d_kernel_size.bias-always"),
}
"""Answers without their own name: a known mistake is a true part of each, or two together are the whole."""

each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
each_function = pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES if e.kind == "function"], ids=lambda e: e.name
)
each_plain_function = pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES if e.kind == "function" and isinstance(e.use, CallByName)], ids=lambda e: e.name
)
each_misconception = pytest.mark.parametrize(
    ("exercise", "known", "seeds"), MISCONCEPTIONS, ids=[known.id for _, known, _ in MISCONCEPTIONS]
)


def each_answer(table):
    """Parametrize a test by the answers of a table. Their seeds continue where the known mistakes' seeds end."""
    rows = [(name, answer, turn) for name, answers in table.items() for turn, answer in enumerate(answers)]
    known = {exercise.name: len(exercise.misconceptions) for exercise in EXERCISES}
    return pytest.mark.parametrize(
        ("name", "answer", "seeds"),
        [(name, answer, seeds_of(known[name] + turn)) for name, answer, turn in rows],
        ids=[f"{name}-{getattr(answer, '__name__', turn)}" for name, answer, turn in rows],
    )


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e.oracle], ids=lambda e: e.name)
def test_reference_and_pytorch_agree(exercise, seeds):
    """The reference gives what PyTorch gives, in every case of ten seeds, far closer than the tolerance."""
    assert oracle.available()
    for seed in seeds:
        drawn = prepared(exercise.name, seed)
        for index, expected in enumerate(drawn.expected):
            attempt, _ = drawn.attempt(Here.of(exercise.reference, exercise.name), index, SECONDS)
            found = compare(attempt.value, expected, exercise.returns)
            assert found.right, (seed, found)
            assert found.largest < 1e-9, (seed, found)


@each
def test_the_reference_passes(exercise, seeds):
    """The reference earns full marks and no misconception is named for it."""
    for seed in seeds:
        report = assess(exercise.reference, exercise.name, seed=seed)
        assert (report.passed, report.score, report.misconceptions) == (True, 1.0, ()), str(report)


@each_misconception
def test_a_misconception_is_refused_and_recognised(exercise, known, seeds):
    """Whatever the seed, the known mistake fails and is recognised by its own id."""
    for seed in seeds:
        report = assess(known.variant, exercise.name, seed=seed)
        assert not report.passed, f"seed {seed} lets it pass"
        assert report.misconceptions == (known.id,), f"seed {seed}: {report}"
        assert report.explains.everything, f"seed {seed}: {report}"
        if seed == FIRST:
            assert "error in the course" not in str(report)


@each
def test_no_two_misconceptions_are_indistinguishable(exercise, seeds):
    """For any two mistakes of an exercise, some case ends differently."""
    for seed in seeds:
        drawn = prepared(exercise.name, seed)
        for one, other in combinations(exercise.misconceptions, 2):
            assert any(
                not same(drawn.variant_attempt(one, i), drawn.variant_attempt(other, i))
                for i in range(len(exercise.cases))
            ), (seed, one.id, other.id)


@each_answer(RIGHT)
def test_a_right_answer_in_another_style_passes(name, answer, seeds):
    """Loops, einsum, lists, float32: a right answer is never refused."""
    for seed in seeds:
        report = assess(answer, name, seed=seed)
        assert report.passed, f"seed {seed}: {report}"


@each
def test_the_shown_solution_passes(exercise):
    """What `solution` shows is right, also where it is plainer than the reference."""
    assert assess(exercise.solution, exercise.name).passed


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e.written_out is not e.solution], ids=lambda e: e.name)
def test_a_solution_that_is_written_out_gives_what_the_solution_gives(exercise, seeds):
    """In every case of ten seeds: its edits are mistakes of the solution, too."""
    for seed in seeds:
        for arguments in prepared(exercise.name, seed).arguments:
            one, other = (
                use_work(exercise.use, Here.of(answer, exercise.name, exercise.needs), arguments, SECONDS)[0]
                for answer in (exercise.written_out, exercise.solution)
            )
            found = compare(one.value, other.value, exercise.returns)
            assert found.right, (seed, found)
            assert found.largest < 1e-9, (seed, found)


@each_answer(WRONG)
def test_a_mistake_without_a_name_is_refused_and_not_taken_for_another(name, answer, seeds):
    """Whatever the seed, it fails, and no mistake is named that isn't in it."""
    names = NAMED.get(_key(name, answer), ())
    for seed in seeds:
        report = assess(answer, name, seed=seed, together=True if names else None)
        assert not report.passed, f"seed {seed} lets it pass"
        assert report.misconceptions == names, f"seed {seed}: {report}"
        assert len(str(report).splitlines()) <= 12


def _key(name, answer):
    """Give a function's name, or a dict's entries."""
    said = answer.values() if isinstance(answer, dict) else ()
    return getattr(answer, "__name__", "") or f"{name} {' '.join(dict.fromkeys(map(str, said)))}"


@pytest.mark.parametrize("folder", TABLES)
def test_no_exercise_is_in_two_answer_tables(folder):
    """Each exercise's answers are in one file, its chapter's: a second table would replace the first unseen."""
    places = {}
    for chapter, table in TABLES[folder].items():
        for name in table:
            places.setdefault(name, []).append(chapter)
    assert places == {name: [course.exercises[name].chapter.partition("_")[2]] for name in course.exercises}


def _code(answer):
    """Give what a function does, whatever it is called and wherever it is written; other answers as they are."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return answer if isinstance(answer, type) else repr(answer)
    bare = code.replace(co_name="", co_qualname="", co_filename="", co_firstlineno=1, co_linetable=b"")
    closure = [cell.cell_contents for cell in answer.__closure__ or ()]
    return bare, repr((answer.__defaults__, answer.__kwdefaults__, closure))


@each
def test_there_are_enough_different_answers(exercise):
    """Two right ones, and six wrong ones without a name; no two are the same code, and none is the reference itself.

    Each is tried with two seeds; the known mistakes and the wrong answers together leave none out.
    """
    right, wrong = RIGHT[exercise.name], WRONG[exercise.name]
    assert len(right) >= 2
    assert len(wrong) >= 6
    seen = {}
    for answer in (exercise.reference, *right, *wrong):
        seen.setdefault(_code(answer), []).append(getattr(answer, "__name__", repr(answer)))
    assert [names for names in seen.values() if len(names) > 1] == []
    mistakes = len(exercise.misconceptions) + len(wrong)
    assert {seed for turn in range(mistakes) for seed in seeds_of(turn)} == set(SEEDS)


@pytest.mark.parametrize(
    ("name", "constant"),
    [("linear_num_parameters", 55), ("linear_macs", 50), ("embedding_num_parameters", 2_560_000)],
)
def test_a_number_that_can_be_looked_up_earns_nothing(name, constant):
    """A case that is the same for every seed is worth nothing alone, though its answer is right."""
    report = assess(lambda *args: constant, name)
    assert [case.fixed for case in report.cases if case.passed] == [True]
    assert report.score == 0


def _filled(exercise, value):
    def answer(*args, **kwargs):
        def fill(result):
            return tuple(map(fill, result)) if isinstance(result, tuple) else np.full(np.shape(result), value)

        return fill(exercise.reference(*args, **kwargs))

    answer.__signature__ = exercise.signature
    return answer


@each_function
def test_constant_answers_earn_nothing(exercise, judged):
    """Zeros, ones, NaN and infinities of the right shape are refused and earn no points."""
    for turn, value in enumerate([0.0, 1.0, np.nan, np.inf]):
        answer = _filled(exercise, value)
        for seed in seeds_of(turn):
            # what the report says does not depend on the seed
            first = seed == FIRST
            result = assess(answer, exercise.name, together=False) if first else judged(answer, exercise.name, seed)
            assert not result.passed, f"{value}: seed {seed} lets it pass"
            assert result.score == 0, f"{value}, seed {seed}: {result}"


def _torch_tensor():
    return torch.zeros(2)


NOT_ANSWERS = {
    "None": lambda: None,
    "a string": lambda: "0.5",
    "a dict": dict,
    "an object": object,
    "a generator": lambda: (x for x in (1.0, 2.0)),
    "a torch tensor": _torch_tensor,
    "a function": lambda: print,
    "an array of objects": lambda: np.array([None]),
}


@each_function
def test_what_is_no_answer_is_told_in_plain_words(exercise):
    """A return value of a strange type has its own outcome, one plain sentence, and earns nothing."""
    # what a case uses next stops it where it lacks a method
    stops = {Outcome.WRONG_TYPE, Outcome.WRONG_COUNT} | (
        set() if isinstance(exercise.use, CallByName) else {Outcome.RAISED}
    )
    for what, make in NOT_ANSWERS.items():
        report = assess(lambda *args, make=make, **kwargs: make(), exercise.name)
        assert report.outcome in stops, what
        assert report.score == 0, what
        assert "Traceback" not in str(report), what


@each_function
def test_the_stub_is_not_attempted(exercise):
    """Raising NotImplementedError is not a mistake: it is no attempt, and earns nothing."""

    def stub(*args, **kwargs):
        raise NotImplementedError

    report = assess(stub, exercise.name)
    assert (report.outcome, report.score, report.misconception) == (Outcome.NOT_ATTEMPTED, 0, None)


@each_plain_function
def test_a_wrong_shape_never_passes_by_broadcasting(exercise):
    """A result with one more axis, or repeated along one, is a wrong shape."""
    for copies in (1, 5):

        def answer(*args, copies=copies, **kwargs):
            return _map(lambda a: np.stack([a] * copies), exercise.reference(*args, **kwargs))

        report = assess(answer, exercise.name)
        assert (report.outcome, report.score) == (Outcome.WRONG_SHAPE, 0), str(report)


def _map(function, result):
    return tuple(map(function, result)) if isinstance(result, tuple) else function(np.asarray(result))


def _never_ends(*args, **kwargs):
    while True:
        time.sleep(0.001)  # no other test has to wait for it


@each_plain_function
def test_each_bad_answer_has_a_sentence_of_its_own(exercise):
    """Nothing written, None, too many results, a shape that would broadcast, axes exchanged, NaN, an endless loop."""

    def after(change):
        return lambda *args, **kwargs: change(exercise.reference(*args, **kwargs))

    def count(result):
        return (*result, result[0]) if isinstance(result, tuple) else (result, result)

    bad = {
        Outcome.NOT_ATTEMPTED: after(_raise),
        Outcome.WRONG_TYPE: after(lambda result: None),
        Outcome.WRONG_COUNT: after(count),
        Outcome.WRONG_SHAPE: after(lambda result: _map(lambda a: np.expand_dims(a, 0), result)),
        Outcome.WRONG_VALUES: after(lambda result: _map(lambda a: np.full(np.shape(a), np.nan), result)),
        Outcome.TOO_SLOW: _never_ends,
    }
    quick = Prepared(dataclasses.replace(exercise, seconds=0.02), 0)
    told = {}
    for outcome, answer in bad.items():
        drawn = quick if outcome is Outcome.TOO_SLOW else prepared(exercise.name, 0)
        report = run(drawn, Here.of(answer, exercise.name))
        assert (report.outcome, report.score) == (outcome, 0), str(report)
        told[outcome] = str(report)
    shapes = [np.shape(value) for value in prepared(exercise.name, 0).expected if not isinstance(value, tuple)]
    if any(len(shape) >= 2 for shape in shapes):
        report = assess(after(lambda result: _map(np.transpose, result)), exercise.name)
        assert report.outcome in (Outcome.WRONG_SHAPE, Outcome.WRONG_VALUES), str(report)
        told["turned"] = str(report)
    assert len(set(told.values())) == len(told)
    for text in told.values():
        assert len(text.splitlines()) <= 12
        assert "Traceback" not in text


def _raise(result):
    raise NotImplementedError


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e.repair], ids=lambda e: e.name)
def test_what_is_handed_out_to_be_repaired_is_its_own_first_mistake(exercise):
    """Handed in as it is, it earns nothing, and the report says that it was left so."""
    report = assess(exercise.given, exercise.name)
    assert (report.score, report.misconception) == (0, f"{exercise.name}.as-given")


@each
def test_arguments_are_never_changed(exercise):
    """The reference leaves its arguments as they were."""
    for i in range(len(exercise.cases)):
        work = Here.of(exercise.reference, exercise.name)
        attempt, _ = prepared(exercise.name, 5).attempt(work, i, SECONDS)
        assert (attempt.ending, attempt.changed) == (Ending.RETURNED, ()), exercise.cases[i].name


@each
def test_without_pytorch_the_reference_decides_and_the_report_says_so(exercise, monkeypatch):
    """Where PyTorch is not installed the check still works, and tells."""
    monkeypatch.setattr(oracle, "available", lambda: False)
    drawn = Prepared(exercise, 3)
    report = run(drawn, Here.of(exercise.reference, exercise.name))
    assert report.passed
    missing = exercise.oracle is not None
    assert (report.oracle, report.oracle_missing) == ("reference", missing)
    assert ("PyTorch is not installed here" in str(report)) is missing
    wrong = run(drawn, Here.of(exercise.misconceptions[0].variant, exercise.name, exercise.needs))
    assert wrong.misconception == exercise.misconceptions[0].id
