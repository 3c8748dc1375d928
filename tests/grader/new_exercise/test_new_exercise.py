"""`grader new exercise`: the skeleton keeps every contract of an exercise, and builds; or nothing is written."""

import os
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.config import ROOT
from grader.new_exercise.write import CantWriteExercise, new_exercise

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("new exercise")]

CHAPTER, TOPIC, NAME = "00_start_here", "start_here", "twice_less"
FILES = ("pyproject.toml", "README.md")
FOLDERS = ("course", "grader", f"solutions/{CHAPTER}", f"notebooks/{CHAPTER}", "tests/course/chapters")
TESTED_AND_BUILT = f"""
import sys, pytest
from grader.cli import app
sys.exit(pytest.main(sys.argv[1:]) or app(["build", "{CHAPTER}"]))
"""
CLASS = shutil.ignore_patterns("submitted", "autograded", "feedback", "gradebook.db*")


@pytest.fixture
def tree(tmp_path):
    """Copy as much of the source tree as one chapter needs."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=CLASS)
    for file in FILES:
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def run(tree, *command):
    """Run Python with the tree's own packages."""
    env = {**os.environ, "PYTHONPATH": str(tree), "CONTRACT_SEEDS": "2"}
    return subprocess.run([sys.executable, *command], cwd=tree, env=env, capture_output=True, text=True, check=False)


def contents(tree):
    return {path: path.read_bytes() for path in tree.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def test_the_skeleton_keeps_every_contract_and_builds(tree):
    before = contents(tree)
    made = CliRunner().invoke(app, ["new", "exercise", NAME, "--chapter", TOPIC, "--root", str(tree)])
    assert made.exit_code == 0, made.output
    after = contents(tree)
    changed = sorted(path.relative_to(tree).as_posix() for path in after if after[path] != before.get(path))
    assert changed == [
        "README.md",
        f"course/chapters/{TOPIC}/__init__.py",
        f"course/chapters/{TOPIC}/{NAME}.py",
        f"solutions/{CHAPTER}/{TOPIC}.py",
        f"tests/course/chapters/right/{TOPIC}.py",
        f"tests/course/chapters/wrong/{TOPIC}.py",
    ]
    assert all(f"wrote {name}" in made.output for name in changed)
    tests = [f"tests/course/chapters/{name}.py" for name in ("test_exercises", "test_declarations", "test_pencil")]
    words = ["-q", "-p", "no:cacheprovider", "-k", NAME, *tests, f"course/chapters/{TOPIC}/{NAME}.py"]
    # the build gives the solution full marks and the release none, or fails
    both = run(tree, "-c", TESTED_AND_BUILT, *words)
    assert both.returncode == 0, both.stdout + both.stderr
    assert "passed" in both.stdout
    assert "skipped" not in both.stdout
    assert f"check({NAME})" in (tree / "notebooks" / CHAPTER / f"{TOPIC}.ipynb").read_text()
    for tool in (["check", "--quiet"], ["format", "--check", "--quiet"]):
        linted = run(tree, "-m", "ruff", *tool, "course/chapters", "tests/course/chapters")
        assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("name", "chapter", "says"),
    [
        ("linear", "linear", "There is already an exercise linear, in 01_linear; choose another name."),
        ("Moving", "linear", "'Moving' can't name an exercise; a function's name is expected, such as moving_average."),
        ("../x", "linear", "'../x' can't name an exercise"),
        ("lambda", "linear", "'lambda' can't name an exercise"),
        ("twice_less", "liner", "There is no chapter 'liner'. Did you mean linear?"),
    ],
)
def test_what_can_not_be_written_is_one_sentence(tmp_path, name, chapter, says):
    result = CliRunner().invoke(app, ["new", "exercise", name, "--chapter", chapter, "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert says in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_installed_course_has_no_place_for_it(tmp_path):
    with pytest.raises(
        CantWriteExercise, match=r"does not exist\. An exercise is written into the course's source tree"
    ):
        new_exercise(NAME, "01_linear", tmp_path)
    assert list(tmp_path.iterdir()) == []
