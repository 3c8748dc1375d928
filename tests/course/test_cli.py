"""The command line of a student."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import course
from course import cli
from course.workcopy.journal import Journal
from course.workcopy.location import MARKER
from course.workcopy.release import PACKAGE

LINEAR = "01_linear/linear.ipynb"
QUOTE = '"' if os.name == "nt" else "'"


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    root = tmp_path / "notebooks"
    for name in ("00_start_here/start_here.ipynb", LINEAR):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text("{}")
    monkeypatch.setattr("course.workcopy.start.released_notebooks", lambda: root)
    monkeypatch.chdir(tmp_path)
    return root


def run(*words: str, code: int = 0):
    result = CliRunner().invoke(cli.app, list(words), env={"COLUMNS": "100", "NO_COLOR": "1"})
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def test_help_lists_the_commands():
    """Each with its one line."""
    shown = run("--help").stdout
    for words in ("start", "lab", "progress", "table", "Make a working copy", "Open JupyterLab"):
        assert words in shown


def test_version_is_told():
    """In one line."""
    assert run("--version").stdout.startswith("layer-by-layer ")


def test_an_unknown_command_is_a_usage_error():
    """With exit code 2; so is a missing argument."""
    run("stat", code=2)
    run("start", code=2)


def test_start_says_what_was_made_and_how_to_go_on(notebooks, tmp_path):
    """A folder with a space is quoted as a shell needs it."""
    shown = run("start", "my course").stdout.splitlines()
    assert shown == [
        "my course is ready.",
        "  made     00_start_here, 01_linear",
        f"Next:  course lab {QUOTE}my course{QUOTE}",
    ]
    assert (tmp_path / "my course" / LINEAR).exists()


def test_start_says_that_all_is_as_it_was(notebooks):
    """The second time there is nothing to do."""
    run("start", "mine")
    assert run("start", "mine").stdout.splitlines() == [
        "mine is up to date.",
        "Next:  course lab mine",
    ]


def test_start_says_in_one_line_what_was_left(notebooks, tmp_path):
    """Whose work it is and where the new release is."""
    run("start", "mine")
    (tmp_path / "mine" / LINEAR).write_text("work")
    (notebooks / LINEAR).write_text("newer")
    (notebooks / "00_start_here/start_here.ipynb").write_text("newer")
    assert run("start", "mine").stdout.splitlines()[:3] == [
        "mine is up to date.",
        "  updated  00_start_here",
        f"  left     {LINEAR} is your work; the new release is next to it, 01_linear/linear.new.ipynb",
    ]
    (tmp_path / "mine/01_linear/linear.new.ipynb").write_text("work too")
    (notebooks / LINEAR).write_text("newest")
    assert "are your work; move one away to get the new release" in run("start", "mine").stdout


def test_markup_in_a_name_is_only_a_name(notebooks):
    """Square brackets are not colours."""
    assert run("start", "[red]mine[/red]").stdout.startswith(f"{Path('[red]mine[/red]')} is ready.")


def test_a_refusal_is_one_plain_sentence_on_stderr(notebooks, tmp_path):
    """With exit code 1."""
    (tmp_path / "file").write_text("f")
    result = run("start", "file", code=1)
    assert result.stdout == ""
    assert result.stderr == "file is a file; name a folder for your notebooks.\n"


@pytest.fixture
def one_exercise(monkeypatch):
    linear = SimpleNamespace(name="linear", chapter="01_linear", points=4)
    monkeypatch.setattr(course, "exercises", {"linear": linear}, raising=False)


def test_progress_shows_the_journal_of_a_working_copy(notebooks, one_exercise, tmp_path, monkeypatch):
    """Named, or the one around the current folder."""
    run("start", "mine")
    assert "○ linear " not in run("progress", "mine").stdout
    assert "○ linear  0 of 4  not started" in run("progress", "mine", "--all").stdout
    Journal(tmp_path / "mine").record(exercise="linear", score=1.0, passed=True)
    assert "1 of 1 passed, 4 of 4 points" in run("progress", "mine").stdout
    monkeypatch.chdir(tmp_path / "mine" / "01_linear")
    assert "passed on " in run("progress", "--all").stdout


def test_progress_outside_a_working_copy_says_how_to_make_one(one_exercise, tmp_path):
    """With exit code 1."""
    result = run("progress", str(tmp_path), code=1)
    assert result.stderr == f"{tmp_path} is not in a working copy; `course start my-course` makes one.\n"


def test_table_shows_the_summary_or_every_row(monkeypatch):
    """What the table looks like is the table's affair."""
    monkeypatch.setattr(course, "table", lambda rows: f"the {rows} rows", raising=False)
    assert run("table").stdout == "the summary rows\n"
    assert run("table", "--all").stdout == "the all rows\n"
    assert run("table", "Linear").stdout == "the Linear rows\n"


def test_a_layer_that_there_is_not_is_told_in_a_sentence():
    """On stderr, with names that are close."""
    assert "Did you mean Linear" in run("table", "Liner", code=1).stderr
    shown = run("table", "Linear").stdout
    assert "weight (5, 10)" in shown
    assert max(map(len, run("table", "--all").stdout.splitlines())) <= 100


@pytest.fixture
def lab(monkeypatch, tmp_path):
    """Catch what would be executed."""
    started = {}
    monkeypatch.setattr(cli, "_become", lambda command, environment: started.update(c=command, e=environment))
    return started


def test_lab_makes_the_working_copy_and_serves_it_quietly(notebooks, lab, tmp_path):
    """The first chapter is open; no news, no update check, no extension store."""
    run("lab", "mine", "--no-browser", "--port", "8899")
    root = tmp_path / "mine"
    assert (root / LINEAR).exists()
    assert Path.cwd() == root
    assert lab["c"][:3] == [sys.executable, "-m", "jupyterlab"]
    for word in (
        f"--ServerApp.root_dir={root}",
        "--LabApp.default_url=/lab/tree/00_start_here/start_here.ipynb",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--no-browser",
        "--ServerApp.port=8899",
        "--ServerApp.port_retries=0",
    ):
        assert word in lab["c"]
    folder = root / MARKER / "jupyter"
    assert lab["e"]["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0] == str(folder)
    settings = json.loads((folder / "labconfig/default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_lab_serves_the_working_copy_around_the_current_folder(notebooks, lab, tmp_path, monkeypatch):
    """Else the usual name, here."""
    run("start", "mine")
    run("lab")
    assert Path.cwd() == tmp_path / "my-course"
    monkeypatch.chdir(tmp_path / "mine" / "01_linear")
    run("lab")
    assert Path.cwd() == tmp_path / "mine"


def test_lab_keeps_the_environment_and_what_it_says_about_jupyter(notebooks, lab, monkeypatch):
    """A teacher's own settings path stays behind ours."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/theirs")
    run("lab", "mine")
    assert lab["e"]["JUPYTER_CONFIG_PATH"].endswith(os.pathsep + "/theirs")
    assert lab["e"]["PATH"] == os.environ["PATH"]


def test_lab_refuses_a_file_and_a_port_that_is_none(notebooks, lab, tmp_path):
    """Before anything is started."""
    (tmp_path / "file").write_text("f")
    run("lab", "file", code=1)
    run("lab", "mine", "--port", "70000", code=2)
    assert lab == {}


def test_python_m_course_is_the_command(monkeypatch, capsys):
    """So it works where scripts are not on the path."""
    monkeypatch.setattr(sys, "argv", ["course", "--version"])
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("course", run_name="__main__")
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("layer-by-layer ")


def test_using_progress_does_not_hide_the_function_behind_a_module():
    """A module of the package that is named like a public function would replace it once it is imported."""
    script = "from course import progress; progress(); from course import progress; print(progress())"
    root = str(PACKAGE.parent)
    shown = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, "PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
