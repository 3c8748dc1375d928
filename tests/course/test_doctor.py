"""`course doctor`: what a student's machine offers, and exit code 1 where the course would not work."""

import dataclasses
import socket
import subprocess
import sys
from pathlib import Path

import jupyter_client.kernelspec
import pytest
from typer.testing import CliRunner

import course
from course import cli, doctor, machine
from course.checking import oracle
from course.doctor import examine
from course.found import State
from course.workcopy.location import MARKER
from course.workcopy.release import course_version


@pytest.fixture
def copy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("start", "mine").exit_code == 0
    return tmp_path / "mine"


def run(*words):
    return CliRunner().invoke(cli.app, list(words), env={"COLUMNS": "200", "NO_COLOR": "1"})


def found(folder, exercises=course.exercises):
    return {one.thing: one for one in examine(exercises, folder)}


def test_everything_is_looked_at_and_works(copy):
    """Here PyTorch is installed, and the folder is a working copy of this release."""
    seen = found(copy)
    assert list(seen) == ["Python", "course", "libraries", "check", "PyTorch", "kernel", "home", "port", "work"]
    assert {one.state for one in seen.values()} == {State.GOOD}, seen
    assert "a right answer passes in " in seen["check"].says
    assert "compared with PyTorch 2." in seen["check"].says
    told = run("doctor", str(copy))
    assert told.exit_code == 0
    assert told.output.endswith("The course works here.\n")
    assert course_version() in told.output


def no_torch(patch, copy):
    patch.setattr(doctor, "is_installed", lambda name: False)


def another_kernel(patch, copy):
    spec = jupyter_client.kernelspec.KernelSpec(argv=["/usr/bin/python3.9", "-m", "ipykernel_launcher"])
    patch.setattr(jupyter_client.kernelspec.KernelSpecManager, "get_kernel_spec", lambda self, name: spec)


def no_library(patch, copy):
    patch.setattr(doctor, "NEEDED", ("numpy", "no_such_library"))


def no_notebooks(patch, copy):
    patch.setattr(doctor, "released_notebooks", lambda: copy / "nothing")


def an_old_python(patch, copy):
    patch.setattr(doctor, "PYTHON", (9, 0))


def read_only_home(patch, copy):
    patch.setattr(doctor, "writable_home", lambda: False)


def a_taken_port(patch, copy):
    patch.setattr(doctor, "is_taken", lambda port: True)


def a_damaged_notebook(patch, copy):
    (copy / "01_linear" / "linear.ipynb").write_text('{"cells": 3}')


def an_earlier_release(patch, copy):
    (copy / MARKER / "copy.json").write_text('{"version": "0.0.1"}')


def no_working_copy(patch, copy):
    (copy / MARKER).rename(copy / "moved")


def no_disk(patch, copy):
    patch.setattr(doctor.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1_000_000}))


def read_only_work(patch, copy):
    patch.setattr(doctor.os, "access", lambda path, mode: False)


def a_look_that_fails(patch, copy):
    patch.setattr(doctor, "is_taken", lambda port: 1 / 0)


@pytest.mark.parametrize(
    ("change", "thing", "state", "says", "advice"),
    [
        (no_torch, "PyTorch", State.LACKS, "all exercises work", "-m pip install torch torchinfo"),
        (another_kernel, "kernel", State.BROKEN, "another Python, /usr/bin/python3.9", "-m ipykernel install"),
        (no_library, "libraries", State.BROKEN, "no_such_library not installed", "pip install no_such_library"),
        (no_notebooks, "course", State.BROKEN, "has no notebooks", "install the course again"),
        (an_old_python, "Python", State.BROKEN, sys.executable, "Install Python 9.0 or newer"),
        (read_only_home, "home", State.LACKS, "is not writable", "in your working copy"),
        (a_taken_port, "port", State.GOOD, "8888 is taken", ""),
        (a_damaged_notebook, "notebook", State.BROKEN, "01_linear/linear.ipynb can't be read", "Move it away"),
        (an_earlier_release, "work", State.LACKS, "from release 0.0.1", "`course update`"),
        (no_working_copy, "work", State.LACKS, "not a working copy", "`course start my-course`"),
        (no_disk, "work", State.BROKEN, "has 1 MB of disk left", "Make room"),
        (read_only_work, "work", State.BROKEN, "is not writable", "Change its rights"),
        (a_look_that_fails, "port", State.LACKS, "could not be looked at: ZeroDivisionError", ""),
    ],
)
def test_what_is_missing_is_told_with_what_to_do(copy, monkeypatch, change, thing, state, says, advice):
    """Each in a separate line, and the exit code says whether the course works."""
    change(monkeypatch, copy)
    monkeypatch.chdir(copy)
    one = found(None)[thing]
    assert one.state is state
    assert says in one.says
    assert advice in one.advice
    told = run("doctor")
    assert told.exit_code == (1 if state is State.BROKEN else 0), told.output
    assert f"{state:<7} {thing}" in told.output
    assert "Traceback" not in told.output


def test_recorded_answers_that_are_missing_or_damaged_are_told(copy, tmp_path, monkeypatch):
    """The check works all the same."""
    monkeypatch.setattr(oracle, "available", lambda: False)
    linear = course.exercises["linear"]
    path = tmp_path / "linear.npz"
    for content, says in ((None, "are missing"), (b"PK", "can't be read")):
        if content:
            path.write_bytes(content)
        seen = found(copy, {"linear": dataclasses.replace(linear, recording=path)})
        assert seen["answers"].state is State.LACKS
        assert seen["answers"].says == f"PyTorch's recorded answers {says}"
        assert "compared with reference" in seen["check"].says
    other = dataclasses.replace(linear, cases=linear.cases[1:])
    assert found(copy, {"linear": other})["answers"].says.endswith("are to other cases")


def test_a_port_is_taken_while_a_program_listens():
    """And free afterwards."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        assert machine.is_taken(port)
    assert not machine.is_taken(port)


def test_a_home_is_writable_or_not(tmp_path, monkeypatch):
    """Tried, not asked: rights don't reveal a read-only disk."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    assert machine.writable_home()
    assert list((tmp_path / "runtime").iterdir()) == []
    (tmp_path / "file").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file" / "runtime"))
    assert not machine.writable_home()


@pytest.fixture
def lab(monkeypatch):
    started = {}
    monkeypatch.setattr(cli, "_become", lambda command, environment: started.update(environment))
    return started


def test_lab_with_a_taken_port_says_so_before_anything_is_made(tmp_path, monkeypatch, lab):
    """In one sentence with what to do."""
    monkeypatch.chdir(tmp_path)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        told = run("lab", "mine", "--port", str(port))
    assert told.exit_code == 1
    assert told.stderr.startswith(f"Port {port} is taken, perhaps by a JupyterLab that is open: ")
    assert f"http://localhost:{port}/lab" in told.stderr
    assert not Path("mine").exists()
    assert lab == {}


def test_lab_with_a_read_only_home_keeps_its_files_in_the_working_copy(copy, monkeypatch, lab):
    """And says so."""
    monkeypatch.setattr(machine, "writable_home", lambda: False)
    told = run("lab", "mine")
    assert "Your home folder is not writable, so Jupyter keeps its files in the working copy." in told.output
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        assert Path(lab[name]).is_dir()
        assert Path(lab[name]).is_relative_to(copy / MARKER)


def test_an_old_python_is_told_in_a_sentence():
    """Where the folder was copied; pip would have refused."""
    code = "import sys; sys.version_info = (3, 9, 1)\nimport course"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(course.__file__).parents[1]
    )
    assert told.stderr.splitlines()[-1] == "ImportError: Layer by Layer needs Python 3.11 or newer; this is 3.9."


def test_a_library_is_looked_for_without_being_imported():
    """PyTorch would take two seconds."""
    assert machine.is_installed("json")
    assert not machine.is_installed("no_such_library")


def test_lab_without_jupyterlab_says_so(tmp_path, monkeypatch, lab):
    """And makes nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(machine, "is_installed", lambda library: library != "jupyterlab")
    told = run("lab", "mine")
    assert told.exit_code == 1
    assert told.stderr == f"JupyterLab is not installed here: {sys.executable} -m pip install jupyterlab\n"
    assert not Path("mine").exists()
