"""Importing the course loads only what is used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import course

HEAVY = ("torch", "torchinfo", "matplotlib", "IPython", "rich", "nbformat")


def in_a_fresh_process(code: str) -> str:
    """Run code in a new interpreter and return what it prints."""
    env = {**os.environ, "PYTHONPATH": str(Path(course.__file__).parents[1])}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=env, check=True).stdout.strip()


def loaded_after(code: str) -> list[str]:
    """Return which of the heavy libraries a piece of code loads."""
    return in_a_fresh_process(f"{code}\nimport sys; print(*[n for n in {HEAVY} if n in sys.modules])").split()


@pytest.mark.parametrize(
    "code",
    [
        "import course",
        "from course import check, hint, solution, progress, table",
        "import course; course.exercises['conv2d'].reference",
        "import course; course.functional.relu, course.cost.summary",
    ],
)
def test_the_course_loads_no_heavy_library(code):
    """A notebook's first cell and the declared exercises need NumPy alone."""
    assert loaded_after(code) == []


def test_a_check_loads_no_heavy_library():
    """PyTorch's answers are recorded, and the second of them, to look for a wrong line, come from the reference."""
    code = "import course; {0}; {0}; assert {1}.oracle == 'PyTorch'; {1}"
    right = "course.assess(course.exercises['linear'].solution, 'linear')"
    wrong = "course.assess(course.exercises['linear'].misconceptions[0].variant, 'linear')"
    assert loaded_after(code.format(right, wrong)) == []


def test_the_measurement_sees_a_library_that_is_loaded():
    """Otherwise the test above could not fail."""
    assert loaded_after("import course, matplotlib") == ["matplotlib"]


def test_importing_the_course_loads_no_other_module_of_it():
    """Everything is loaded at first use, so that the import costs next to nothing."""
    code = "import sys, course; print(*[name for name in sys.modules if name.startswith('course.')])"
    assert in_a_fresh_process(code) == ""


def test_a_check_loads_the_exercises_of_its_own_chapter_only():
    """What an exercise takes from another chapter aside: `linear` takes nothing."""
    code = "import sys, course; course.assess(course.exercises['linear'].solution, 'linear')"
    loaded = in_a_fresh_process(f"{code}; print(*sys.modules)").split()
    parts = [name.split(".") for name in loaded if name.startswith("course.chapters.")]
    assert {chapter for _, _, chapter, *module in parts if module} == {"linear"}
