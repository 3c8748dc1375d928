"""What a worker may write together, and what its cells may show together."""

import ctypes
import errno
import mmap
import os
import threading
from pathlib import Path

import pytest

from course.calling.endings import Ending
from course.calling.work import Operation
from grader.boundary.shared.scratch import remove
from grader.boundary.trusted import watch
from grader.boundary.trusted.files_below import OPEN
from grader.boundary.trusted.judge import CellOutput, Limits, Nursery
from grader.boundary.trusted.watch import Most, excess


def test_little_is_no_excess(tmp_path: Path) -> None:
    """Folders, files and what is below are counted; a folder that is gone has nothing in it."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.txt").write_bytes(bytes(10_000))
    assert excess(tmp_path, Most(1 << 20, 3)) == ""
    assert excess(tmp_path, Most(1 << 20, 2)) == "it made more than 2 files"
    assert excess(tmp_path, Most(8_000, 3)) == "it wrote more than 8,000 bytes of files"
    assert excess(tmp_path / "gone", Most(0, 0)) == ""


def test_a_hole_takes_no_room(tmp_path: Path) -> None:
    """Only what takes the disk counts, not what a file says that it holds."""
    with open(tmp_path / "hole", "wb") as file:
        file.truncate(1 << 40)
    assert excess(tmp_path, Most(1 << 20, 3)) == ""


@pytest.mark.parametrize(
    ("depth", "most", "beside", "why"),
    [
        (30, 40, False, ""),
        (30, 20, False, "it made more than 20 files"),
        (2000, 3000, False, ""),
        (2 * OPEN, 1000, True, "it made folders that can't be looked into"),
    ],
)
def test_nothing_is_hidden_where_no_path_leads(tmp_path: Path, depth: int, most: int, beside: bool, why: str) -> None:
    """Folders whose path is too long for the system are counted. A deep tree with many branches is an excess."""
    home, name = os.getcwd(), "d" * 200
    os.chdir(tmp_path)
    try:
        for _ in range(depth):
            os.mkdir(name)
            if beside:
                os.mkdir("e")
                os.mkdir("c")
            os.chdir(name)
    finally:
        os.chdir(home)
    assert excess(tmp_path, Most(1 << 30, most)) == why
    remove(tmp_path / name)  # pytest could not


@pytest.mark.parametrize("what", ["folder", "files"])
def test_names_that_change_hide_nothing(tmp_path: Path, what: str) -> None:
    """A folder that is renamed all the time, or files that are, are counted at each look, or the look says so.

    Which of the two depends on the moments at which the renames fall: a folder can be missed in every try.
    """
    inside = tmp_path / "a"
    inside.mkdir()
    for number in range(40):
        (inside / str(number)).write_bytes(bytes(8192))
    missed = "it made folders that can't be looked into" if what == "folder" else "nothing"
    over = threading.Event()

    def rename() -> None:
        here, there = (tmp_path / "a", tmp_path / "b") if what == "folder" else (inside / "0", inside / "x")
        while not over.is_set():
            os.rename(here, there)
            here, there = there, here

    renaming = threading.Thread(target=rename)
    renaming.start()
    try:
        for _ in range(30):
            assert excess(tmp_path, Most(1 << 20, 30)) in {"it made more than 30 files", missed}
            assert excess(tmp_path, Most(150_000, 1000)) in {"it wrote more than 150,000 bytes of files", missed}
    finally:
        over.set()
        renaming.join()


def test_files_without_a_name_are_counted(tmp_path: Path) -> None:
    """What was written stays on the disk while a file is open, or mapped, after its name was removed."""
    with open(tmp_path / "open", "wb") as file:
        file.write(bytes(1 << 20))
        file.flush()
        os.unlink(file.name)
        assert excess(tmp_path, Most(500_000, 10), os.getpid()) == "it wrote more than 500,000 bytes of files"
        assert excess(tmp_path, Most(5 << 20, 10), os.getpid()) == ""
    with open(tmp_path / "mapped", "w+b") as file:
        file.truncate(1 << 20)
        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p  # Python's own mmap keeps the file open
        mapped = ctypes.c_void_p(libc.mmap(None, 1 << 20, mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0))
        os.unlink(file.name)
    assert excess(tmp_path, Most(5 << 20, 10, file_size=6 << 20), os.getpid()).startswith("it wrote more than")
    libc.munmap(mapped, ctypes.c_size_t(1 << 20))
    assert excess(tmp_path, Most(5 << 20, 10, file_size=6 << 20), os.getpid()) == ""


_UNNAMED = """
import mmap, os, time
kept = []
while True:
    with open(str(n), 'w+b') as file:
        file.truncate(1 << 20)
        kept.append(mmap.mmap(file.fileno(), 1 << 20))
    kept[-1][:] = bytes(1 << 20)
    os.unlink(str(n))
    n += 1
    if n == 40:
        time.sleep(60)
"""


def test_no_file_begins_without_a_name(nursery: Nursery) -> None:
    """O_TMPFILE is not supported, so that `tempfile` makes a file in its other way."""
    source = "import os, tempfile\ntempfile.TemporaryFile().write(b'x')\nos.open('.', os.O_TMPFILE | os.O_RDWR)"
    with nursery.worker() as worker:
        (output,) = worker.run_cells([source])
    assert output.error is not None
    assert (output.error.name, output.error.message) == ("OSError", "[Errno 95] Operation not supported: '.'")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (_UNNAMED.strip().replace("\n", "\n    "), "it wrote more than 4,194,304 bytes of files"),
        (
            "import threading, time\n    threading.stack_size(65536)\n"
            # one after the other: all at once they may use up the memory before the watch looks
            "    while True: threading.Thread(target=time.sleep, args=(60,)).start(); time.sleep(0.001)",
            "it started more than 32 threads",
        ),
        (
            "import os\n    os.mkdir('a')\n    while True:\n        open(f'a/{n}', 'w'); n += 1\n"
            "        os.rename('a', 'b'); os.rename('b', 'a')",
            "it made more than 50 files",
        ),
        ("while True: open(str(n), 'wb').write(bytes(1 << 20)); n += 1", "it wrote more than 4,194,304 bytes of files"),
        ("while True: open(str(n), 'w'); n += 1", "it made more than 50 files"),
    ],
)
def test_who_writes_too_much_is_ended_and_told(nursery: Nursery, source: str, why: str) -> None:
    """The cell is left out, a call is lost, and the answers before it still count."""
    inside = f"def fill(n=0):\n    {source}"
    with nursery.worker(Limits(scratch=4 << 20, entries=50)) as worker:
        outputs = worker.run_cells(["def twice(x): return 2 * x", f"n = 0\nif True:\n    {source}", inside])
        # while a folder is renamed, a look may miss it in every try
        reasons = {why, "it made folders that can't be looked into"} if "os.rename" in source else {why}
        assert outputs[1] in [CellOutput(note=f"This cell was left out, because {reason}.") for reason in reasons]
        lost = worker.perform(Operation("call", "fill"), 5.0)
        assert lost.ending is Ending.LOST
        assert lost.detail in reasons
        assert worker.perform(Operation("call", "twice", (4,), names=("x",)), 5.0).value == 8


def test_what_cells_show_is_limited_together(nursery: Nursery) -> None:
    """A later cell may still show what there is room for; an error is reported in any case."""
    sources = ["print('x' * 800)", "print('y' * 800)\n1 / 0", "print('z' * 100)"]
    with nursery.worker(Limits(output=1000)) as worker:
        first, second, third = worker.run_cells(sources)
    assert (first.text, third.text) == ("x" * 800 + "\n", "z" * 100 + "\n")
    assert (second.text, second.error.name) == ("", "ZeroDivisionError")
    assert second.note == "What this cell showed was left out: all cells together may show 1,000 bytes."


def test_only_colours_are_left_of_escape_sequences(nursery: Nursery) -> None:
    """What a cell prints can't steer the terminal of a person who reads a log or a file."""
    with nursery.worker() as worker:
        (output,) = worker.run_cells([r"print('\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J \x9b31m \x1bc')"])
    assert output.text == "\x1b[31mred\x1b[0m ]0;title [2J 31m c\n"


def test_an_answer_of_very_many_values_is_not_compared(nursery: Nursery) -> None:
    """A list of a million numbers would take the judge seconds; an array of a million is fine."""
    with nursery.worker() as worker:
        worker.run_cells(
            ["import numpy as np\ndef long(): return [1] * 1_000_000\ndef array(): return np.ones((1000, 1000))"]
        )
        told = worker.perform(Operation("call", "long"), 5.0)
        assert told.value.type_name == "list, too large or too deeply nested to be compared"
        assert worker.perform(Operation("call", "array"), 5.0).value.shape == (1000, 1000)


def test_a_folder_that_can_not_be_read_is_an_excess(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the system says: one thread looks for all workers, and goes on looking."""

    def failing(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(watch, "files_below", failing)
    assert excess(tmp_path, Most(1 << 20, 3)) == "it made folders that can't be looked into"
