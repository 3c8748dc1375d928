"""A student's path uses nothing that only Linux has: on Windows and macOS it is the same code."""

import ast
import contextlib
import functools
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import course
from course import cli
from course.calling import time_limit
from course.calling.time_limit import TimeUp, cancel, limited, uninterrupted

PACKAGE = Path(course.__file__).parent
ONLY_POSIX = {
    "fcntl",
    "resource",
    "pwd",
    "grp",
    "termios",
    "tty",
    "pty",
    "posix",
    "syslog",
    "curses",
    "readline",
    "crypt",
    "select",
    "multiprocessing",
}
"""Modules that Windows lacks, or that work otherwise there: no pipes in select, no fork."""
EVERYWHERE = {
    "os": {
        *(
            "_exit",
            "O_APPEND",
            "O_CREAT",
            "O_RDWR",
            "SEEK_SET",
            "W_OK",
            "access",
            "chdir",
            "close",
            "devnull",
            "environ",
            "execve",
        ),
        *(
            "fstat",
            "fsync",
            "getpid",
            "link",
            "lseek",
            "name",
            "open",
            "path",
            "pathsep",
            "read",
            "rename",
            "replace",
            "write",
        ),
    },
    "signal": {"SIGINT", "default_int_handler", "getsignal", "signal"},
    "socket": {"socket"},
    "subprocess": {"Popen", "call", "list2cmdline", "run"},
    "threading": {"Event", "Lock", "Thread", "get_ident", "main_thread"},
    "time": {"monotonic", "perf_counter", "sleep"},
}
"""What the course uses of modules that have more on some systems. A name is added here when it is on Windows, too."""
ASKED_FOR = {("cli.py", "os.geteuid")}
"""Used after `hasattr` has found it."""
PLACES = re.compile(r"/(tmp|proc|dev|etc|usr|home|var|sys|root)\b")
TEXT_CALLS = {"open", "read_text", "write_text"}


@functools.cache
def sources():
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "_notebooks" not in path.parts
    ]


def only_on_some_systems(tree, name):
    """List what a source uses that is not on every system; what is asked for by getattr is a text, and not used."""
    found = []
    nodes = list(ast.walk(tree))
    imported = {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
    for node in nodes:
        modules = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules = [node.module]
            allowed = EVERYWHERE.get(node.module)
            found += [
                f"{node.module}.{one.name}" for one in node.names if allowed is not None and one.name not in allowed
            ]
        found += [module for module in modules if module.partition(".")[0] in ONLY_POSIX]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            allowed, used = EVERYWHERE.get(node.value.id), f"{node.value.id}.{node.attr}"
            found += (
                [used] if allowed is not None and node.attr not in allowed and (name, used) not in ASKED_FOR else []
            )
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PLACES.match(node.value):
            found.append(node.value)
    return found


def test_no_module_of_one_system_is_imported_and_no_function_of_one_is_called():
    """What exists on some systems only is asked for with getattr or hasattr, and does without it elsewhere."""
    assert {name: found for name, tree in sources() if (found := only_on_some_systems(tree, name))} == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import resource", ["resource"]),
        ("from multiprocessing import Pool", ["multiprocessing"]),
        ("from os import path, fork", ["os.fork"]),
        ("import os\nos.getuid()", ["os.getuid"]),
        ("import signal\nsignal.signal(signal.SIGKILL, print)", ["signal.SIGKILL"]),
        ("open('/proc/meminfo')", ["/proc/meminfo"]),
        ("import os\nos.path.join(os.environ['HOME'], 'a/b')", []),
        ("getattr(signal, 'SIGALRM', None)", []),
    ],
)
def test_the_search_finds_what_only_some_systems_have(code, found):
    """Otherwise the test above could not fail."""
    assert only_on_some_systems(ast.parse(code), "x.py") == found


def test_no_two_files_differ_in_upper_case_only_and_each_name_is_allowed_everywhere():
    """Windows refuses some names and characters, and on Windows and macOS upper case does not count."""
    root = PACKAGE.parent
    files = [path.relative_to(root) for folder in ("course", "notebooks") for path in (root / folder).rglob("*")]
    files = [path for path in files if "__pycache__" not in path.parts]
    assert len({path.as_posix().lower() for path in files}) == len(files)
    devices = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))}
    parts = {part for path in files for part in path.parts}
    assert [
        part for part in parts if part.partition(".")[0].lower() in devices or re.search(r'[<>:"|?*\\]|[. ]$', part)
    ] == []
    assert max(len(path.as_posix()) for path in files) < 100


def is_text_without_encoding(node):
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name not in TEXT_CALLS or (isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "os"):
        return False
    given = [one.value for one in (*node.args, *(key.value for key in node.keywords)) if isinstance(one, ast.Constant)]
    binary = any(isinstance(value, str) and value in ("rb", "wb", "xb", "ab") for value in given)
    encoded = any(key.arg == "encoding" for key in node.keywords) or any(value in ("utf-8",) for value in given)
    return not binary and not encoded


def test_every_text_file_is_read_and_written_as_utf_8():
    """Windows would take the code page of the country."""
    found = [
        (name, ast.unparse(node))
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and is_text_without_encoding(node)
    ]
    assert found == []


@pytest.mark.parametrize("code", ["open('x')", "path.read_text()", "path.write_text('text')", "path.open('w')"])
def test_the_search_finds_what_it_looks_for(code):
    """Otherwise the test above could not fail."""
    assert is_text_without_encoding(ast.parse(code).body[0].value)


@pytest.fixture
def without_alarms(monkeypatch):
    """Have the signals that Windows has."""
    for name in ("_set_timer", "_real", "_alarm"):
        monkeypatch.setattr(time_limit, name, None)


def endless():
    while True:
        pass


def test_the_time_limit_holds_without_alarms(without_alarms):
    """On the main thread as well, and what ends in time is as it was."""
    start = time.perf_counter()
    with pytest.raises(TimeUp):
        limited(0.05, endless)
    assert time.perf_counter() - start < 5
    assert limited(5, lambda: 42) == 42


def waiting(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_without_alarms_what_must_not_be_left_half_done_is_done_first(without_alarms):
    """Such as a question to the judge: then the time is over. A limit around it goes on."""
    done = []

    def action():
        with uninterrupted():
            waiting(0.2)
            done.append("whole")
        waiting(60)

    with pytest.raises(TimeUp):
        limited(0.05, action)
    assert done == ["whole"]
    with pytest.raises(TimeUp):
        limited(0.3, lambda: (limited(5, lambda: 42), waiting(60)))


def test_without_alarms_the_clock_can_be_stopped(without_alarms):
    """For what has to be tidied up after the end of a cell."""
    assert limited(0.05, lambda: (cancel(), waiting(0.2), 42)[-1]) == 42
    cancel()


def test_without_threads_there_is_no_limit_and_no_error(without_alarms, monkeypatch):
    """Python in a browser has neither."""

    def start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(time_limit.threading.Thread, "start", start)
    assert limited(0.01, lambda: sum(range(100_000))) == 4_999_950_000


def test_a_check_stops_an_endless_loop_without_alarms(without_alarms):
    """And reports it like any other wrong answer."""

    def warm_up(x):
        endless()

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(course.exercises["warm_up"].__dict__, "seconds", 0.1)
        report = course.assess(warm_up)
    assert report.score == 0
    assert "0.1" in str(report) or "stopped" in str(report)


def python(*words, folder, **environment):
    env = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONUTF8": "0", **environment}
    return subprocess.run([sys.executable, *words], cwd=folder, env=env, capture_output=True, timeout=120)


SCRIPT = """
from course import check, hint, solution
def warm_up(x):
    return 2 * x
try:
    check(warm_up)
except Exception as error:
    print(type(error).__name__)
hint("warm_up")
solution("gelu")
"""


@pytest.mark.whole
@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_a_console_of_another_code_page_shows_what_it_can(encoding, tmp_path):
    """A question mark instead of a character, and no traceback."""
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    told = python("script.py", folder=tmp_path, PYTHONIOENCODING=encoding)
    assert told.returncode == 0, told.stderr.decode("ascii", "replace")
    assert b"CheckFailed" in told.stdout
    assert b"warm_up: not yet" in told.stdout


@pytest.mark.whole
def test_the_commands_work_in_a_folder_with_spaces_and_umlauts(tmp_path):
    """On a console that can't show its name."""
    folder = tmp_path / "Übungen für Jörg" / "日本 my course"
    folder.parent.mkdir()
    for words in (("start", folder.name), ("progress", folder.name), ("table",), ("--version",)):
        told = python("-m", "course", *words, folder=folder.parent, PYTHONIOENCODING="cp1252")
        assert told.returncode == 0, told.stderr.decode("ascii", "replace")
        assert b"Traceback" not in told.stderr
    assert (folder / "01_linear" / "linear.ipynb").is_file()


def test_notebooks_and_journals_have_the_same_bytes_everywhere(tmp_path):
    """No newline is translated on the way."""
    told = python("-m", "course", "start", "mine", folder=tmp_path)
    assert told.returncode == 0
    files = [path for path in (tmp_path / "mine").rglob("*") if path.is_file()]
    assert len(files) > 18
    assert all(b"\r" not in path.read_bytes() for path in files if path.suffix in (".ipynb", ".json"))


def test_jupyter_is_started_without_exec_where_there_is_none(monkeypatch):
    """Windows has an exec that returns to the console at once; the course waits for Jupyter there, also after Ctrl+C."""
    started = []

    class Jupyter(contextlib.nullcontext):
        def __init__(self, command, env):
            super().__init__(self)
            started.append((command, env))
            self.waits = iter([KeyboardInterrupt, KeyboardInterrupt, 3])

        def wait(self):
            if (ended := next(self.waits)) is KeyboardInterrupt:
                raise KeyboardInterrupt
            return ended

    monkeypatch.setattr(cli.os, "name", "nt")
    monkeypatch.setattr(cli.subprocess, "Popen", Jupyter)
    with pytest.raises(cli.typer.Exit) as stop:
        cli._become(["python", "-m", "jupyterlab"], {"A": "B"})
    assert (started, stop.value.exit_code) == ([(["python", "-m", "jupyterlab"], {"A": "B"})], 3)
