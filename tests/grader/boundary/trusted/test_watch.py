"""What a worker may write together, and what its cells may show together."""

import os
from pathlib import Path

import pytest

from course.calling.endings import Ending
from course.calling.work import Operation
from grader.boundary.trusted.judge import CellOutput, Limits, Nursery
from grader.boundary.trusted.watch import excess


@pytest.fixture(scope="module")
def nursery():
    with Nursery() as nursery:
        yield nursery


def test_little_is_no_excess(tmp_path: Path) -> None:
    """Folders, files and what lies below are counted; a folder that is gone has nothing in it."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.txt").write_bytes(bytes(10_000))
    assert excess(tmp_path, 1 << 20, 3) == ""
    assert excess(tmp_path, 1 << 20, 2) == "it made more than 2 files"
    assert excess(tmp_path, 8_000, 3) == "it wrote more than 8,000 bytes of files"
    assert excess(tmp_path / "gone", 0, 0) == ""


def test_a_hole_takes_no_room(tmp_path: Path) -> None:
    """Only what takes the disk counts, not what a file says that it holds."""
    with open(tmp_path / "hole", "wb") as file:
        file.truncate(1 << 40)
    assert excess(tmp_path, 1 << 20, 3) == ""


def test_folders_too_deep_for_a_path_are_an_excess(tmp_path: Path) -> None:
    """Nothing can be hidden where no path leads."""
    home, name = os.getcwd(), "d" * 200
    os.chdir(tmp_path)
    try:
        for _ in range(30):
            os.mkdir(name)
            os.chdir(name)
    finally:
        os.chdir(home)
    assert excess(tmp_path, 1 << 20, 1000) == "it made folders that can't be looked into"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("while True: open(str(n), 'wb').write(bytes(1 << 20)); n += 1", "it wrote more than 4,194,304 bytes of files"),
        ("while True: open(str(n), 'w'); n += 1", "it made more than 50 files"),
    ],
)
def test_who_writes_too_much_is_ended_and_told(nursery: Nursery, source: str, why: str) -> None:
    """The cell is left out, a call is lost, and the answers before it still count."""
    inside = f"def fill(n=0):\n    {source}"
    with nursery.worker(Limits(scratch=4 << 20, entries=50)) as worker:
        outputs = worker.run_cells(["def twice(x): return 2 * x", f"n = 0\n{source}", inside])
        assert outputs[1] == CellOutput(note=f"This cell was left out, because {why}.")
        lost = worker.perform(Operation("call", "fill"), 5.0)
        assert (lost.ending, lost.detail) == (Ending.LOST, why)
        assert worker.perform(Operation("call", "twice", (4,), names=("x",)), 5.0).value == 8


def test_what_cells_show_is_limited_together(nursery: Nursery) -> None:
    """A later cell may still show what there is room for; an error is told in any case."""
    sources = ["print('x' * 800)", "print('y' * 800)\n1 / 0", "print('z' * 100)"]
    with nursery.worker(Limits(output=1000)) as worker:
        first, second, third = worker.run_cells(sources)
    assert (first.text, third.text) == ("x" * 800 + "\n", "z" * 100 + "\n")
    assert (second.text, second.error.name) == ("", "ZeroDivisionError")
    assert second.note == "What this cell showed was left out: all cells together may show 1,000 bytes."


def test_only_colours_are_left_of_escape_sequences(nursery: Nursery) -> None:
    """What a cell prints can't steer the terminal of whoever reads a log or a file."""
    with nursery.worker() as worker:
        (output,) = worker.run_cells([r"print('\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J \x9b31m \x1bc')"])
    assert output.text == "\x1b[31mred\x1b[0m ]0;title [2J 31m c\n"


def test_an_answer_of_very_many_values_is_not_compared(nursery: Nursery) -> None:
    """A list of a million numbers would take the judge seconds; an array of as many is fine."""
    with nursery.worker() as worker:
        worker.run_cells(
            ["import numpy as np\ndef long(): return [1] * 1_000_000\ndef array(): return np.ones(1_000_000)"]
        )
        told = worker.perform(Operation("call", "long"), 5.0)
        assert told.value.type_name == "list, too large or too deeply nested to be compared"
        assert worker.perform(Operation("call", "array"), 5.0).value.shape == (1_000_000,)
