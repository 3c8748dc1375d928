"""What the grader's own errors have in common."""

import importlib
import inspect
import pkgutil

import pytest
from typer.testing import CliRunner

import grader
from grader import cli
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
    result = CliRunner().invoke(cli.app, ["replay", "01_linear", "mia", "linear", "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output == f"mia has no autograded notebook of 01_linear in {tmp_path / 'grader' / 'autograded'}.\n"


def test_a_command_shows_the_log_of_an_error(capsys):
    """What nbgrader logged helps to find the cause."""

    class Failed(GraderError):
        log = "ERROR: no such table"

    with pytest.raises(cli.typer.Exit) as stop, cli.plain_errors():
        raise Failed("Autograding failed.")
    assert stop.value.exit_code == 1
    assert capsys.readouterr().out == "Autograding failed.\nERROR: no such table\n"


def test_an_unreadable_notebook_is_named(tmp_path):
    """The error has its path as a field, too."""
    path = tmp_path / "linear.ipynb"
    path.write_text("[]")
    with pytest.raises(UnreadableNotebook, match="can't be read as a notebook") as caught:
        read_notebook(path)
    assert caught.value.path == path
