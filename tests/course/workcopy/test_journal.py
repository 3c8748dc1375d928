"""What the journal of a working copy keeps."""

import json
import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from course.recorded import Recorded
from course.workcopy.journal import Check, Journal
from course.workcopy.location import MARKER


@pytest.fixture
def journal(tmp_path):
    (tmp_path / MARKER).mkdir()
    return Journal(tmp_path)


def test_a_record_is_read_back_with_its_time_in_utc(journal):
    """What is written is what is read, and the time is now."""
    before = datetime.now(UTC)
    recorded = Recorded(("linear.no-bias", "linear.transposed-weight"), partly=True, trap="not-copied", case="a batch")
    assert journal.record(exercise="linear", score=0.5, passed=False, recorded=recorded)
    (check,) = journal
    assert (check.exercise, check.score, check.passed, check.recorded) == ("linear", 0.5, False, recorded)
    assert check.misconception == "linear.no-bias"
    assert abs((check.time - before).total_seconds()) < 60
    assert check.time.tzinfo is UTC


def test_a_line_of_an_earlier_version_is_read(journal):
    """It had one id or null, and nothing of what came later; a right answer adds nothing to its line."""
    old = {"time": "2026-11-01T10:00:00.000+00:00", "exercise": "linear", "score": 0.5, "passed": False}
    journal.path.write_text(
        json.dumps({**old, "misconception": "linear.no-bias"})
        + "\n"
        + json.dumps({**old, "misconception": None})
        + "\n"
    )
    journal.record(exercise="linear", score=1, passed=True)
    assert [check.recorded for check in journal] == [Recorded(("linear.no-bias",)), Recorded(), Recorded()]
    assert json.loads(journal.path.read_text().splitlines()[-1]).keys() == {"time", "exercise", "score", "passed"}


def test_records_are_only_appended(journal):
    """An earlier line stays byte for byte."""
    journal.record(exercise="linear", score=0.5, passed=False)
    first = journal.path.read_bytes()
    journal.record(exercise="linear", score=1.0, passed=True)
    assert journal.path.read_bytes().startswith(first)


def test_numpy_numbers_are_written_too(journal):
    """A score may come as a NumPy scalar."""
    assert journal.record(exercise="linear", score=np.float32(0.5), passed=np.bool_(False))
    assert [check.score for check in journal] == [0.5]


def test_best_keeps_the_first_pass_the_best_score_and_the_tries_it_took(journal):
    """Checks after the first pass change neither its date nor the tries."""
    for score, passed in [(0.2, False), (0.6, False), (1.0, True), (0.0, False), (1.0, True)]:
        journal.record(exercise="linear", score=score, passed=passed)
    journal.record(exercise="relu", score=0.3, passed=False)
    best = journal.best()
    passes = [check.time for check in journal if check.passed]
    assert (best["linear"].score, best["linear"].tries, best["linear"].passed_at) == (1.0, 3, passes[0])
    assert (best["relu"].score, best["relu"].tries, best["relu"].passed_at) == (0.3, 1, None)


def test_find_gives_the_journal_of_the_working_copy_around_a_folder(journal, tmp_path):
    """None outside a working copy."""
    found = Journal.find(journal.root / "01_linear")
    assert found is not None
    assert found.root == journal.root.resolve()
    assert Journal.find(tmp_path.parent) is None


FOREIGN = [
    b'{"time": "2026-11-0',
    b"",
    b"not json",
    b"\xff\xfe\x00",
    b"[1, 2]",
    b"null",
    b'{"time": "yesterday", "exercise": "linear", "score": 1, "passed": true}',
    b'{"time": "2026-11-01T10:00:00", "exercise": 3, "score": 1, "passed": true}',
    b'{"time": "2026-11-01T10:00:00", "exercise": "linear", "score": NaN, "passed": true}',
    b'{"time": "2026-11-01T10:00:00", "exercise": "linear", "score": 7, "passed": true}',
    b'{"time": "2026-11-01T10:00:00", "exercise": "linear", "score": 1e999, "passed": true}',
    b'{"time": "0001-01-01T00:00:00+23:00", "exercise": "linear", "score": 1, "passed": true}',
    b'{"time": "2026-11-01T10:00:00", "exercise": "linear", "score": 1, "passed": "yes"}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("line", FOREIGN, ids=range(len(FOREIGN)))
def test_a_torn_or_foreign_line_is_passed_over(journal, line):
    """Lines before and after it count."""
    journal.record(exercise="linear", score=0.5, passed=False)
    with journal.path.open("ab") as file:
        file.write(line + b"\n")
    journal.record(exercise="relu", score=1.0, passed=True)
    assert [check.exercise for check in journal] == ["linear", "relu"]


def test_a_torn_end_costs_only_itself(journal):
    """A record after a line without an end starts a new line."""
    journal.path.write_bytes(b'{"time": "2026-11-01T10:00')
    journal.record(exercise="relu", score=1.0, passed=True)
    assert [check.exercise for check in journal] == ["relu"]


def test_a_time_without_zone_is_utc_and_other_zones_are_converted(journal):
    """Whoever wrote the line, times compare."""
    for time in ("2026-11-01T10:00:00", "2026-11-01T12:00:00+02:00"):
        with journal.path.open("a") as file:
            file.write(json.dumps({"time": time, "exercise": "x", "score": 0, "passed": False}) + "\n")
    at = datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert list(journal) == [Check(at, "x", 0.0, False), Check(at, "x", 0.0, False)]


def test_an_unwritable_journal_never_breaks_a_check(journal):
    """Recording says that it failed, and reading finds nothing."""
    journal.path.mkdir()
    assert not journal.record(exercise="linear", score=1.0, passed=True)
    assert journal.best() == {}


def test_a_vanished_working_copy_never_breaks_a_check(tmp_path):
    """Nor does a marker folder that was deleted while the kernel ran; it is not made again."""
    journal = Journal(tmp_path)
    assert not journal.record(exercise="linear", score=1.0, passed=True)
    assert list(tmp_path.iterdir()) == []


def _write_many(root: Path, name: str, count: int, gate) -> None:
    gate.wait(60)
    for _ in range(count):
        assert Journal(root).record(exercise=name, score=1.0, passed=True)


@pytest.mark.skipif(os.name != "posix", reason="appends are atomic where the system promises it")
def test_concurrent_kernels_lose_no_line(journal):
    """Four processes write at once; every line is whole."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(4)
    writers = [context.Process(target=_write_many, args=(journal.root, f"exercise_{i}", 50, gate)) for i in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * 4
    lines = [line for line in journal.path.read_bytes().splitlines() if line]
    assert len(lines) == len(list(journal)) == 200
