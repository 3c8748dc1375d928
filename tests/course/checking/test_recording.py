"""Right answers kept in a file, and what a check makes of a file that does not fit."""

import dataclasses
import sys

import numpy as np
import pytest

import course
from course.checking import oracle, runner
from course.checking.answers import Answers
from course.checking.digest import digest_of_cases
from course.checking.prepared import Prepared
from course.checking.recording import UnreadableRecording, read_recording, recorded_names, written
from course.checking.spec import Case

LINEAR = course.exercises["linear"]
VALUES = (
    np.array([[0.1, -0.0, np.nan], [np.inf, 1e-300, 2.0]]),
    np.array(3.5),
    np.float64(0.1),
    np.array([2**40, -1]),
    np.array([True, False]),
    np.empty((0, 3)),
    np.ones((2, 3), np.float32),
    (7, [None, "same", True, 0.1, (np.ones(2), {"weight": np.zeros(1)})], float("inf")),
)


def same(one, other):
    """Tell whether two values are the same in every bit, type and shape."""
    if isinstance(one, np.ndarray | np.generic):
        return (
            type(one) is type(other)
            and one.dtype == other.dtype
            and one.shape == other.shape
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "a chapter.npz"
    another = Answers(VALUES[:1], True, "2.13.0", "cd")
    path.write_bytes(written({"one": Answers(VALUES, True, "2.13.0", "ab", another), "two": Answers((1,), False)}))
    return path


def test_answers_come_back_as_they_were(kept):
    """In every bit, with what is known about them."""
    one, two = read_recording(kept, "one"), read_recording(kept, "two")
    assert same(one.expected, VALUES)
    assert same(one.another.expected, VALUES[:1])
    assert (one.from_pytorch, one.version, one.cases, one.another.cases) == (True, "2.13.0", "ab", "cd")
    assert two == Answers((1,), False)
    assert recorded_names(kept) == ("one", "two")


def test_what_is_not_there_is_none(kept, tmp_path):
    """Neither a file nor an exercise is needed."""
    assert read_recording(kept, "three") is None
    assert read_recording(tmp_path / "none.npz", "one") is None
    assert recorded_names(tmp_path / "none.npz") == ()


def test_what_does_not_fit_into_float64_is_no_recording():
    """Better no file than a wrong one."""
    with pytest.raises(ValueError, match="int64 does not fit into float64"):
        written({"one": Answers((np.array([2**53 + 1]),), True)})
    with pytest.raises(TypeError, match="object can't be recorded"):
        written({"one": Answers((object(),), True)})


def test_the_same_answers_give_the_same_bytes():
    """So a file changes only where an answer does."""
    assert written({"one": Answers(VALUES, True)}) == written({"one": Answers(VALUES, True)})


class Explosive:
    def __reduce__(self):
        return sys.exit, ("unpickled",)


def damaged(content, tmp_path):
    yield b""
    yield b"PK"
    yield content[: len(content) // 2]
    yield content[:60] + b"\0" * 30 + content[90:]
    np.savez(
        tmp_path / "x.npz", linear=np.array([Explosive()], object), **{"linear.json": np.array([Explosive()], object)}
    )
    yield (tmp_path / "x.npz").read_bytes()
    for text in (b"{}", b"[", b'{"by": 3, "cases": "", "expected": [], "another": null}'):
        np.savez(tmp_path / "x.npz", linear=np.ones(2), **{"linear.json": np.frombuffer(text, np.uint8)})
        yield (tmp_path / "x.npz").read_bytes()


def test_a_damaged_file_is_refused_and_the_report_says_so(tmp_path):
    """PyTorch decides where it is installed. Nothing in the file is run."""
    path = tmp_path / "linear.npz"
    exercise = dataclasses.replace(LINEAR, recording=path)
    content = LINEAR.recording.read_bytes()
    for number, wrong in enumerate(damaged(content, tmp_path)):
        path.write_bytes(wrong)
        with pytest.raises(UnreadableRecording):
            read_recording(path, "linear")
        if number < 2:
            report = runner.assess(exercise, LINEAR.solution)
            assert (report.passed, report.oracle) == (True, "PyTorch")
            assert "The recorded answers can't be read; PyTorch itself decided." in str(report)


def test_a_good_recording_decides_and_pytorch_is_not_asked(monkeypatch):
    """Neither for the check, nor for the cases of another seed. The verdict says which PyTorch gave the answers."""
    monkeypatch.setattr(oracle, "available", lambda: pytest.fail("PyTorch was asked"))
    report = runner.assess(LINEAR, LINEAR.solution)
    assert (report.passed, report.oracle, report.oracle_missing, report.notes) == (True, "PyTorch", False, ())
    assert report.version == read_recording(LINEAR.recording, "linear").version
    assert f"PyTorch {report.version}" in str(report)
    wrong = runner.assess(LINEAR, lambda input, weight, bias: input @ weight.T - bias)
    assert not wrong.passed


def test_the_recorded_numbers_decide(tmp_path):
    """A test that would pass without them would show nothing."""
    answers = read_recording(LINEAR.recording, "linear")
    wrong = dataclasses.replace(answers, expected=tuple(value + 1 for value in answers.expected))
    path = tmp_path / "linear.npz"
    path.write_bytes(written({"linear": wrong}))
    exercise = dataclasses.replace(LINEAR, recording=path)
    assert runner.assess(exercise, lambda input, weight, bias=None: LINEAR.solution(input, weight, bias) + 1).passed
    assert not runner.assess(exercise, LINEAR.solution).passed
    assert runner.assess(exercise, LINEAR.solution, seed=1).passed, "other seeds are not recorded"


@pytest.mark.parametrize(
    ("installed", "decided"), [(True, "PyTorch itself decided."), (False, "the course's reference decided.")]
)
def test_answers_to_other_cases_are_refused_and_the_report_says_so(monkeypatch, installed, decided):
    """An added case, another draw and another counterpart in PyTorch are other cases."""
    if not installed:
        monkeypatch.setattr(oracle, "available", lambda: False)
    first = LINEAR.cases[0]
    moved = Case(first.name, lambda rng: {name: value + 1e-6 for name, value in first.draw(rng).items()})
    others = (
        dataclasses.replace(LINEAR, cases=LINEAR.cases[:-1]),
        dataclasses.replace(LINEAR, cases=(moved, *LINEAR.cases[1:])),
        dataclasses.replace(LINEAR, oracle=dataclasses.replace(LINEAR.oracle, name="torch._C._nn.linear")),
    )
    for other in others:
        report = runner.assess(other, LINEAR.solution)
        assert report.passed
        assert report.oracle == ("PyTorch" if installed else "reference")
        assert f"The recorded answers are to other cases; {decided}" in str(report)


def test_a_digest_sees_every_argument():
    """Its name, type, shape and values, and how they are nested, but not the last digit of a number."""
    told = [
        {"x": np.ones(2)},
        {"y": np.ones(2)},
        {"x": np.ones((1, 2))},
        {"x": np.ones(2, np.float32)},
        {"x": np.array([1.0, 1.0 + 1e-8])},
        {"x": [1.0, 1.0]},
        {"x": (1.0, 1.0)},
        {"x": (1, 1)},
        {"x": {"x": 1.0}},
        {"x": None},
        {"x": "None"},
        {"x": True},
        {"x": len},
    ]
    digests = [digest_of_cases(LINEAR, [one]) for one in told]
    assert len(set(digests)) == len(told)
    assert digest_of_cases(LINEAR, [{"x": np.array([1.0 - 1e-16, 1.0 + 1e-15])}]) == digests[0]
    assert digest_of_cases(LINEAR, [told[0], told[0]]) != digests[0]


def test_every_exercise_with_a_counterpart_in_pytorch_is_recorded():
    """And the answers are to the cases of today."""
    for exercise in course.exercises.values():
        answers = read_recording(exercise.recording, exercise.name)
        assert (answers is not None) is (exercise.oracle is not None), exercise.name
        if answers:
            assert not Prepared(exercise, 0, answers).refused, exercise.name


def test_all_recordings_together_are_small():
    """A student downloads them, also in a browser."""
    folder = LINEAR.recording.parent
    assert 0 < sum(path.stat().st_size for path in folder.glob("*.npz")) < 3e6
