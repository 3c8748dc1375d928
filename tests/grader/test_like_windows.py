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
"""Modules that use what Windows lacks as soon as they are imported."""
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
    paths = os.pathsep.join((str(ROOT / "tests" / "like_windows"), str(ROOT)))
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
assert sorted(size for inode, size in files_below(left, 0))[:2] == [5, 6]
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


def test_the_simulation_refuses_what_windows_refuses(tmp_path: Path) -> None:
    """Otherwise the other tests could not fail."""
    done = like_windows(tmp_path, "-c", REFUSED)
    assert done.returncode == 0, done.stderr.decode()
    refused = ("import fcntl", "import os; os.fork", "from signal import SIGKILL", "import os; os.open('.', 0)")
    for code in (*refused, "import seccompy", "open('.')", "open('/proc/self/status')"):
        named = f"exec({code!r}, {{'__name__': 'grader.made_up', '__builtins__': __builtins__}})"
        assert like_windows(tmp_path, "-c", named).returncode == 1, code
