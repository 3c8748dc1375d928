"""A chapter of another package is built, checked, graded and demonstrated like the course's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import course
from course.chapters import EXERCISES
from course.chapters.collecting import Chapter, ChapterError, Exercises, chapter_of, chapters_outside
from grader.config import ROOT

OUTSIDE = Path(__file__).with_name("outside")
ENTRY_POINTS = """\
[layer_by_layer.chapters]
40_moving_average = signal_layers.moving_average
41_broken = signal_layers.missing
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Make a folder for the path, with the package and what an installation writes next to it."""
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(OUTSIDE / "packages", site, dirs_exist_ok=True)
    metadata = site / "signal_layers-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: signal-layers\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    return site


def python(installed, *words, folder=ROOT):
    path = os.pathsep.join([str(installed), str(ROOT)])
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )


CHECK = """
import course, numpy as np
exercise = course.exercises["moving_average"]
print(exercise.chapter, len(course.exercises))
print(course.assess(lambda x, k: np.convolve(x, np.ones(k) / k, "valid"), "moving_average").passed)
print(course.assess(lambda x, k: np.convolve(x, np.ones(k), "valid"), "moving_average").misconception)
from course.chapters import PROBLEMS
print(*PROBLEMS)
"""


def test_its_exercises_are_checked_like_the_course_s_own(installed):
    """The others still work where one chapter can't be imported, and the message names it."""
    told = python(installed, "-c", CHECK)
    assert told.stderr == ""
    chapter, right, wrong, problem = told.stdout.splitlines()
    assert chapter == f"40_moving_average {len(EXERCISES) + 1}"
    assert (right, wrong) == ("True", "moving_average.sum")
    assert problem == (
        "The chapter 41_broken (signal_layers.missing) can't be imported: "
        "ModuleNotFoundError: No module named 'signal_layers.missing'"
    )


# With a smaller class, and without its cheats: how they end depends on no chapter, and the course's own demo has them.
SMALL_DEMO = """
from grader import cli, demo, made_up_class
demo.LARGE = 6
made_up_class.HOSTILE.clear()
cli.app(prog_name="grader")
"""


@pytest.mark.whole
def test_a_class_is_graded_in_it(installed, tmp_path):
    """The demo builds its lesson, hands in solutions and mistakes, and every score is what it should be."""
    words = ["-c", SMALL_DEMO, "demo", "40_moving_average", "--root", str(OUTSIDE), "--folder", str(tmp_path / "class")]
    told = python(installed, *words)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Every score is what it should be" in told.stdout
    assert "moving_average.means-of-positions" in told.stdout


def module(name, exercises):
    made = ModuleType(name)
    made.EXERCISES = exercises
    return made


def linear_as(name, folder):
    return chapter_of(module(name, (course.exercises["linear"],)), folder)


def test_two_exercises_with_one_name_are_refused():
    """The sentence names both chapters."""
    with pytest.raises(
        ChapterError, match=r"linear is an exercise of 01_linear and of 40_lines\. A name can be used once"
    ):
        Exercises([linear_as("linear", "01_linear"), linear_as("lines", "40_lines")], lambda: ([], []))


def test_an_outside_exercise_with_a_name_of_the_course_is_left_out():
    """The others still work, and the sentence names both chapters."""
    lines, more = linear_as("lines", "40_lines"), Chapter("41_more", ("more",), lambda name: course.exercises["linear"])
    exercises = Exercises([linear_as("linear", "01_linear")], lambda: ([lines, more], []))
    assert list(exercises) == ["linear", "more"]
    assert exercises["linear"].chapter == "01_linear"
    assert exercises["more"].elsewhere == {"linear": "01_linear", "more": "41_more"}
    assert exercises.problems == [
        "linear is an exercise of 01_linear and of 40_lines. A name can be used once: rename one of them."
    ]


def test_a_listed_name_without_its_exercise_is_told(monkeypatch):
    """The sentence says which module should declare it, and how."""
    lines, slope = module("lines", ("Slope",)), ModuleType("lines.slope")
    monkeypatch.setitem(sys.modules, "lines", lines)
    monkeypatch.setitem(sys.modules, "lines.slope", slope)
    chapter = chapter_of(lines, "40_lines")
    with pytest.raises(
        ChapterError, match=r"lines lists Slope, so lines\.slope needs EXERCISE = Exercise\(name='Slope'"
    ):
        chapter.load("Slope")


def test_a_chapter_without_declarations_is_named():
    """The sentence says what its __init__.py needs."""
    with pytest.raises(ChapterError, match=r"empty declares no exercises: its __init__.py needs EXERCISES"):
        chapter_of(module("empty", ()), "40_empty")


class Point:
    """An entry point whose package does something else than to be imported."""

    def __init__(self, name, error):
        self.name, self.value, self.error = name, "some.where", error

    def load(self):
        raise self.error


def test_whatever_another_package_does_the_rest_is_loaded():
    """Each failure is one sentence that names the chapter."""
    chapters, problems = chapters_outside([Point("41_b", ZeroDivisionError("by zero")), Point("40_a", OSError("gone"))])
    assert chapters == []
    assert problems == [
        "The chapter 40_a (some.where) can't be imported: OSError: gone",
        "The chapter 41_b (some.where) can't be imported: ZeroDivisionError: by zero",
    ]
