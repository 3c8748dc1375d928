"""Everything runs where the system is like Windows; `tests/like_windows` says what that is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.config import ROOT
from tests.grader.boundary.ended import has_ended

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("like windows")]
ONLY_LINUX = {"grader.boundary.confined.warm", "grader.boundary.shared.seccomp"}
"""Modules that can only be used on Linux: a process that is forked from, and the filter of its calls to the system."""
IMPORT_ALL = """
import importlib, json, pkgutil, traceback
import course, grader
found = {}
for package in (course, grader):
    for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda name: None):
        if one.name.endswith("__main__") or one.name == "grader.nbgrader_config":  # these run something
            continue
        try:
            importlib.import_module(one.name)
        except BaseException as error:
            names = [frame.f_globals["__name__"] for frame, _ in traceback.walk_tb(error.__traceback__)]
            where = next(name for name in reversed(names) if name.partition(".")[0] in ("course", "grader"))
            found[where] = repr(error)
print(json.dumps(found))
"""


def like_windows(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run Python there, with a console that has Windows' usual characters."""
    simulation = [] if sys.platform == "win32" else [str(ROOT / "tests" / "like_windows")]
    paths = os.pathsep.join((*simulation, str(ROOT)))
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "cp1252", "TMPDIR": str(temporary(folder))}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=300, check=False)


def temporary(folder: Path) -> Path:
    """Give a folder for temporary files."""
    made = folder / ".temporary"
    made.mkdir(exist_ok=True)
    return made


def run(folder: Path, *words: str, code: int = 0) -> str:
    """Run a command, which leaves no temporary folder behind, and give what it prints."""
    done = like_windows(folder, "-m", *words)
    told = (done.stdout + done.stderr).decode("cp1252", "replace")
    assert done.returncode == code, told
    assert "Traceback" not in told
    assert not list(temporary(folder).glob("grader-*"))
    return told


def test_every_module_can_be_imported(tmp_path: Path) -> None:
    """Only what a function really needs from Linux may be missing, and only when it is called."""
    done = like_windows(tmp_path, "-c", IMPORT_ALL)
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert set(found) == ONLY_LINUX, found


def test_a_student_can_start(tmp_path: Path) -> None:
    """The commands that the README begins with."""
    assert "my-course is ready" in run(tmp_path, "course", "start", "my-course")
    assert "up to date" in run(tmp_path, "course", "update", "my-course")
    assert "works here" in run(tmp_path, "course", "doctor", "my-course")
    assert "Next: warm_up" in run(tmp_path, "course", "progress", "my-course")
    assert "Linear" in run(tmp_path, "course", "table")


CHECKED = """
import course
def warm_up(x):
    while True:
        pass
course.exercises["warm_up"].__dict__["seconds"] = 0.2
report = course.assess(warm_up)
print(report.score, "stopped" in str(report))
"""


def test_a_check_stops_what_does_not_end(tmp_path: Path) -> None:
    """Without a timer: another thread watches."""
    done = like_windows(tmp_path, "-c", CHECKED)
    assert done.stdout.split() == [b"0.0", b"True"], done.stderr.decode()


CELLS = """
import os
os.environ["TERM"] = "xterm"  # where IPython would show help in a program of its own
from grader.boundary.confined.shell import make_shell
shell, out = make_shell(), os.fdopen(os.dup(1), "w")
for cell in ("while True:\\n    pass", "while True: pass\\n1", "import numpy as np\\nnp.ones?", "np.linalg.inv(np.zeros((2, 2)))"):
    shown = shell.run(cell, 1, 0.3 if "while" in cell else 60)
    print(shown["error"] and shown["error"]["message"], "Signature: np.ones" in shown["text"], file=out)
"""


def test_cells_are_run_and_stopped(tmp_path: Path) -> None:
    """Without a timer, and help without a pager, which would wait for a key."""
    done = like_windows(tmp_path, "-c", CELLS)
    stopped = "The cell was stopped after 0.3 s. False"
    assert done.stdout.decode().splitlines() == [stopped, stopped, "None True", "Singular matrix False"], done.stderr


LEFT_BEHIND = """
import os, tempfile
from pathlib import Path
from grader.boundary.trusted.files_below import files_below
from grader.boundary.trusted.owned import give_back, owned_folder, remove_left_behind
tempfile.tempdir = os.getcwd()
used, mark = owned_folder()
left, other = owned_folder()
(left / "inner").mkdir()
(left / "inner" / "file").write_bytes(bytes(5))
assert {5, 6} < {size for inode, size in files_below(left, 0)}
os.close(other)
remove_left_behind()
assert used.is_dir() and not left.exists()
with open(used / "in-use", "w"):
    give_back(used, mark)
    remove_left_behind()
    assert used.exists()
remove_left_behind()
assert not used.exists()
"""


def test_folders_for_temporary_files_are_removed(tmp_path: Path) -> None:
    """Those that a killed process left behind, and no others; nothing in them is open then."""
    done = like_windows(tmp_path, "-c", LEFT_BEHIND)
    assert done.returncode == 0, done.stderr.decode()


HELD = """
import threading
from pathlib import Path
from course.workcopy.safe_write import overwrite
path = Path("copy.json")
overwrite(path, b"old")
held = path.open("rb")
threading.Timer(0.2, held.close).start()
overwrite(path, b"new")
assert path.read_bytes() == b"new"
held = path.open("rb")
try:
    overwrite(path, b"newer")
except PermissionError:
    print(sorted(one.name for one in path.parent.iterdir()), path.read_bytes())
"""


def test_a_file_that_another_program_reads_is_replaced_after_that(tmp_path: Path) -> None:
    """A program that does not let go of it is told."""
    done = like_windows(tmp_path, "-c", HELD)
    assert done.stdout.decode().strip() == "['.temporary', 'copy.json'] b'new'", done.stderr


STOPPED = """
from course.calling.time_limit import TimeUp, cancel, limited, uninterrupted
def whole():
    with uninterrupted():
        for number in range(10 ** 7):
            pass
        done.append(number)
def tidied_up():
    try:
        while True:
            pass
    finally:
        cancel()
        whole()
done = []
for action in (whole, tidied_up):
    try:
        limited(0.05, action)
    except TimeUp:
        continue
    raise AssertionError(action)
assert len(done) == 2, done
"""


def test_what_must_not_be_left_half_done_is_not_interrupted(tmp_path: Path) -> None:
    """Where another thread watches the time."""
    done = like_windows(tmp_path, "-c", STOPPED)
    assert done.returncode == 0, done.stderr.decode()


TIED = """
import os, sys
from grader.boundary.shared.connected import start
process, connection = start("tests.grader.boundary.trusted.starts")
print(connection.recv(100).decode(), flush=True)
if sys.argv[1] == "ended":
    assert process.end()
else:
    os._exit(3)
"""


@pytest.mark.parametrize("how", ["ended", "killed"])
def test_a_process_ends_with_all_that_it_started(tmp_path: Path, how: str) -> None:
    """When it is ended, and when the process that has started it is gone, whatever it does at that moment."""
    done = like_windows(tmp_path, "-c", TIED, how)
    assert done.returncode == (0 if how == "ended" else 3), done.stderr.decode()
    assert has_ended(int(done.stdout))


REFUSED = """
import os, shutil
open("read-only", "w").close()
os.chmod("read-only", 0o444)
os.mkdir("folder")
held = open("folder/held", "w")
for refused in (
    lambda: os.unlink("read-only"), lambda: os.replace("folder/held", "read-only"), lambda: os.rename("folder", "other"),
    lambda: shutil.rmtree("folder"), lambda: open("con.ipynb", "w"), lambda: os.mkdir("dot."),
    lambda: os.rename("read-only", "folder"),
):
    try:
        refused()
    except OSError:
        continue
    raise AssertionError(refused)
held.close()
shutil.rmtree("folder")
os.fork, os.O_NOFOLLOW  # code that is not ours still runs on Linux
import fcntl
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is simulated there")
def test_the_simulation_refuses_what_windows_refuses(tmp_path: Path) -> None:
    """Otherwise the other tests could not fail."""
    done = like_windows(tmp_path, "-c", REFUSED)
    assert done.returncode == 0, done.stderr.decode()
    refused = ("import fcntl", "import os; os.fork", "from signal import SIGKILL", "import os; os.open('.', 0)")
    for code in (*refused, "import seccompy", "open('.')", "open('/proc/self/status')"):
        named = f"exec({code!r}, {{'__name__': 'grader.made_up', '__builtins__': __builtins__}})"
        assert like_windows(tmp_path, "-c", named).returncode == 1, code
