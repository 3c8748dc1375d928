"""What the grader's own errors have in common."""

import errno
import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import grader
from grader import cli, config
from grader.console import plain_errors
from grader.errors import GraderError
from grader.notebook_files import UnreadableNotebook, read_notebook

MODULES = [info.name for info in pkgutil.iter_modules(grader.__path__) if not info.ispkg and info.name != "__main__"]


@pytest.mark.parametrize("name", MODULES)
def test_every_error_has_the_one_base(name):
    """So that a command line can show any of them as its text."""
    module = importlib.import_module(f"grader.{name}")
    own = [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ == module.__name__
    ]
    assert [kind.__name__ for kind in own if not issubclass(kind, GraderError)] == []


def test_a_command_shows_an_error_as_its_text(tmp_path):
    """In one line without a traceback, and with exit code 1."""
    result = CliRunner().invoke(cli.app, ["replay", "mia", "01_linear", "linear", "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output == f"mia has no autograded notebook of 01_linear in {tmp_path / 'grader' / 'autograded'}.\n"


def test_a_command_shows_the_log_of_an_error(capsys):
    """What nbgrader logged helps to find the cause."""

    class Failed(GraderError):
        log = "ERROR: no such table"

    with pytest.raises(cli.typer.Exit) as stop, plain_errors():
        raise Failed("Autograding failed.")
    assert stop.value.exit_code == 1
    assert capsys.readouterr().out == "Autograding failed.\nERROR: no such table\n"


COMMANDS = {
    "release": ["release"],
    "collect": ["collect", "x.zip", "--from", "canvas", "--roster", "x.csv"],
    "grade": ["grade", "--dry-run"],
    "feedback": ["feedback"],
    "grades": ["grades"],
    "insights": ["insights"],
    "replay": ["replay", "mia", "01_linear", "linear"],
}


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 1, "Something can't be read or written: No space left on device."),
        (PermissionError(13, "Permission denied", "a\x1b[8m"), 1, r"a\x1b[8m can't be read or written: Permission denied."),
        (KeyboardInterrupt(), 130, "Stopped. No file is half written; run the same command again to continue."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_what_stops_a_command_is_one_sentence(monkeypatch, words, error, code, told):
    """Wherever it comes up: a full disk, a missing right, Ctrl-C."""

    def stop(root=None):
        raise error

    monkeypatch.setattr(config, "wanted_class", stop)
    result = CliRunner().invoke(cli.app, words)
    assert (result.exit_code, result.output) == (code, f"{told}\n")


@pytest.mark.parametrize(("cause", "code"), [(KeyboardInterrupt(), 130), (ValueError(), 1), (None, 1)])
def test_ctrl_c_while_a_class_is_made_is_ctrl_c(monkeypatch, cause, code):
    """Python 3.11 tells it as the cause of a RuntimeError. Other ones are ours, and seen."""

    def stop(root=None):
        raise RuntimeError("Error calling __set_name__") from cause

    monkeypatch.setattr(config, "wanted_class", stop)
    result = CliRunner().invoke(cli.app, COMMANDS["replay"])
    assert result.exit_code == code
    assert ("Stopped." in result.output) == (code == 130)


@pytest.mark.whole
def test_an_output_without_room_is_told_beside_it(tmp_path):
    words = [sys.executable, "-m", "grader", "replay", "mia", "01_linear", "linear", "--root", str(tmp_path)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, check=False, timeout=120)
    assert done.stderr.startswith(b"mia has no autograded notebook of 01_linear in ")
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)


def test_an_output_without_umlauts_gets_escapes(tmp_path):
    """As in the C locale, or on Windows for other scripts."""
    result = CliRunner(charset="ascii").invoke(
        cli.app, ["replay", "Zoë", "01_linear", "linear", "--root", str(tmp_path)]
    )
    assert result.exit_code == 1
    assert result.output.startswith(r"Zo\xeb has no autograded notebook of 01_linear")


def test_an_unreadable_notebook_is_named(tmp_path):
    """The error has its path as a field, too."""
    path = tmp_path / "linear.ipynb"
    path.write_text("[]")
    with pytest.raises(UnreadableNotebook, match="can't be read as a notebook") as caught:
        read_notebook(path)
    assert caught.value.path == path
