"""A student's path uses nothing that only Linux has: on Windows and macOS it is the same code."""

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import course
from course import cli
from course.calling import time_limit
from course.calling.time_limit import TimeUp, limited

PACKAGE = Path(course.__file__).parent
ONLY_POSIX = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog"}
ONLY_SOMEWHERE = {
    "os": {"fork", "forkpty", "kill", "killpg", "setsid", "getuid", "sched_getaffinity", "mkfifo", "statvfs", "uname", "wait", "chown", "nice"},
    "time": {"thread_time", "pthread_getcpuclockid", "clock_settime"},
    "signal": {"SIGALRM", "SIGKILL", "setitimer", "alarm", "pthread_sigmask", "sigwait", "ITIMER_REAL"},
}  # fmt: skip
TEXT_CALLS = {"open", "read_text", "write_text"}


def sources():
    for path in sorted(PACKAGE.rglob("*.py")):
        if "_notebooks" not in path.parts:
            yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_of_one_system_is_imported_and_no_function_of_one_is_called():
    """What exists on some systems only is asked for with getattr or hasattr, and does without it elsewhere."""
    found = []
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {one.name.partition(".")[0] for one in node.names}
                names |= {node.module.partition(".")[0]} if isinstance(node, ast.ImportFrom) and node.module else set()
                found += [(name, module) for module in names & ONLY_POSIX]
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                absent = node.attr in ONLY_SOMEWHERE.get(node.value.id, ())
                found += [(name, f"{node.value.id}.{node.attr}")] * absent
    assert found == []


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
    """Have signals as Windows has them."""
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


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_a_console_of_another_code_page_shows_what_it_can(encoding, tmp_path):
    """A question mark in place of a character, and no traceback."""
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    told = python("script.py", folder=tmp_path, PYTHONIOENCODING=encoding)
    assert told.returncode == 0, told.stderr.decode("ascii", "replace")
    assert b"CheckFailed" in told.stdout
    assert b"warm_up: not yet" in told.stdout


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
    """Windows has an exec that returns to the console at once; the course waits for Jupyter there."""
    called = []
    monkeypatch.setattr(cli.os, "name", "nt")
    monkeypatch.setattr(cli.subprocess, "call", lambda command, env: called.append((command, env)) or 3)
    with pytest.raises(cli.typer.Exit) as stop:
        cli._become(["python", "-m", "jupyterlab"], {"A": "B"})
    assert (called, stop.value.exit_code) == ([(["python", "-m", "jupyterlab"], {"A": "B"})], 3)
