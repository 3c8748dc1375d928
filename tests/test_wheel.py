"""The wheel, installed in a new environment outside the repository, as students do: without PyTorch."""

import os
import re
import signal
import subprocess
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from course.catalog.chapters import FOLDERS
from course.workcopy.release import released_notebooks
from grader.config import ROOT
from tests.installed import Student

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("wheel")]

SCRIPT = """
import sys
import numpy as np
import course
from course import check, exercises

def linear(input, weight, bias=None):
    return input @ weight.T + (0 if bias is None else bias)

check(linear)
print(sum(course.assess(one.solution, name).passed for name, one in exercises.items()), len(exercises))
print(course.assess(exercises["linear"].misconceptions[0].variant, "linear").misconception)
print(course.__file__)
print("torch" in sys.modules)
"""


@pytest.fixture(scope="module")
def student(wheel, tmp_path_factory):
    return Student(tmp_path_factory.mktemp("student"), wheel)


def test_the_wheel_has_the_notebooks_and_no_torch(wheel):
    """Every file of the release, the recorded answers, and no lesson with its solutions. PyTorch is an extra."""
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        (metadata,) = (packed.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
        for path in released_notebooks().glob("*/*"):
            name = f"course/_notebooks/{path.relative_to(released_notebooks()).as_posix()}"
            assert packed.read(name) == path.read_bytes()
        assert not [name for name in names if b"Model answer and rubric" in packed.read(name)]
    assert not [name for name in names if name.endswith(("teaching.md", "paths.md"))]
    assert sum(name.startswith("course/answers/") for name in names) >= 16
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"course", "grader"}
    needed = [
        line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist")
    ]
    always = {re.split(r"[<>=; ]", line)[0] for line in needed if "extra ==" not in line}
    assert always == {"numpy", "matplotlib", "jupyterlab", "ipykernel", "ipywidgets", "nbformat", "typer", "rich"}
    assert any(re.fullmatch(r"torch>=.*; extra == 'torch'", line) for line in needed)
    assert wheel.stat().st_size < 4e6


def test_a_student_starts_checks_and_sees_progress(student):
    """All from the installed package, with every exercise checked on PyTorch's word or the reference's."""
    assert student.course("start", "mein Kurs").splitlines()[0] == "mein Kurs is ready."
    chapter = student.folder / "mein Kurs" / "01_linear"
    (chapter / "answer.py").write_text(SCRIPT)
    told = subprocess.run(
        [student.python, "answer.py"], cwd=chapter, env=student.environment, capture_output=True, text=True, timeout=300
    )
    assert told.returncode == 0, told.stderr
    verdict, passed, mistake, home, torch = told.stdout.splitlines()
    assert re.match(r"linear: right\. .* PyTorch 2\.\d+\.\d+", verdict)
    assert len(set(passed.split())) == 1
    assert mistake.startswith("linear.")
    assert Path(home).is_relative_to(student.site)
    assert torch == "False"
    assert re.search(r"linear +4 of 4 +passed on", student.course("progress", "mein Kurs"))


def test_the_doctor_finds_that_it_works(student):
    """Without PyTorch; and the version says which exercises it has."""
    student.course("start", "mein Kurs")
    told = student.course("doctor", "mein Kurs")
    assert "lacks   PyTorch" in told
    assert "compared with PyTorch 2." in told
    assert told.endswith("The course works here.\n")
    version, exercises = re.fullmatch(
        r"layer-by-layer (\S+), exercises (\w{10})\n", student.course("--version")
    ).groups()
    assert f"{version}, exercises {exercises}, {len(FOLDERS)} chapters" in told
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text()


def test_a_new_release_is_put_beside_the_work(student):
    """After the package was upgraded: here a notebook in it was changed."""
    student.course("start", "mine")
    mine, released = (
        student.folder / "mine/01_linear/linear.ipynb",
        student.site / "course/_notebooks/01_linear/linear.ipynb",
    )
    mine.write_bytes(mine.read_bytes() + b"\n")
    before, work = released.read_bytes(), mine.read_bytes()
    try:
        released.write_bytes(before.replace(b"Linear", b"Linear!", 1))
        told = student.course("update", "mine")
    finally:
        released.write_bytes(before)
    assert "You hand in 01_linear/linear.ipynb, as it is. linear.new.ipynb is not handed in." in told
    assert mine.read_bytes() == work
    assert mine.with_name("linear.new.ipynb").read_bytes() == before.replace(b"Linear", b"Linear!", 1)


@pytest.mark.skipif(os.name != "posix", reason="the process is ended by a signal")
def test_the_lab_serves_the_working_copy(student):
    """From the environment's own JupyterLab."""
    from course.machine import is_taken

    port = next(port for port in range(18_640, 18_700) if not is_taken(port))
    command = student.command("lab", "mein Kurs", "--no-browser", "--port", str(port))
    with (student.folder / "log").open("wb") as log:
        lab = subprocess.Popen(command, cwd=student.folder, env=student.environment, stdout=log, stderr=log)
    try:
        for _ in range(300):
            if is_taken(port) or lab.poll() is not None:
                break
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=30) as answer:
            assert b"version" in answer.read()
        again = subprocess.run(
            command, cwd=student.folder, env=student.environment, capture_output=True, text=True, timeout=60
        )
        assert (again.returncode, "Traceback" in again.stderr) == (1, False)
        assert again.stderr.startswith(f"Port {port} is taken")
    finally:
        lab.send_signal(signal.SIGTERM)
        lab.wait(30)
    assert "Traceback" not in (student.folder / "log").read_text()
