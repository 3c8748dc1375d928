"""A chapter's number is written in one place, so that a chapter can be inserted between two others."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import course
from course.catalog import CARDS
from course.catalog.chapters import FOLDERS, TOPICS, with_numbers

ROOT = Path(course.__file__).resolve().parent.parent
NUMBERED = ROOT / "course" / "catalog" / "chapters.py"
SOURCES = [
    *(ROOT / "course").rglob("*.py"),
    *(ROOT / "grader").rglob("*.py"),
    *(ROOT / "solutions").glob("*/*.py"),
]
CHAPTER = re.compile(r"\bchapters? \d\d\b", re.IGNORECASE)
FOLDER = re.compile(r"(?<![\w.])\d\d_[a-z]\w*")
OUTSIDE = {"40_fourier", "40_moving_average"}
"""How docstrings and the guide call chapters of another package."""
EXEMPT = {("grader/made_up_class.py", "01_linear")}
"""A cheat's source can't ask the course for the name of the folder that it wants to read."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def said_in_passing(tree: ast.AST) -> set[int]:
    """Find the strings that are whole statements: docstrings, and the texts below constants."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def folders_in_code(source: str) -> Iterator[str]:
    """Find the numbered folders that a program uses, leaving out what its docstrings show as an example."""
    tree = ast.parse(source)
    docs = said_in_passing(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield from FOLDER.findall(node.value)


def chapters_by_number(path: Path) -> list[str]:
    return CHAPTER.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("room", ["course", "grader", "solutions"])
def test_no_source_calls_a_chapter_by_its_number(room):
    """A text derives the number: `chapter("conv1d")` in code, ``{{conv1d}}`` in a lesson."""
    sources = [path for path in SOURCES if name_of(path).startswith(f"{room}/") and path != NUMBERED]
    assert sources
    assert {name_of(path): found for path in sources if (found := chapters_by_number(path))} == {}


@pytest.mark.whole
def test_no_program_names_a_numbered_folder():
    """A program derives the folder: `folder_of("conv1d")`."""
    found = {
        (name_of(path), folder)
        for path in SOURCES
        if path != NUMBERED
        for folder in folders_in_code(path.read_text(encoding="utf-8"))
    }
    assert found == EXEMPT


@pytest.mark.parametrize("room", ["course", "grader", "README.md", "CONTRIBUTING.md", "Makefile"])
def test_the_numbered_folders_of_examples_exist(room):
    """Docstrings, comments and the documents for readers may show a folder, if it is one of today's."""
    place = ROOT / room
    texts = [path.read_text(encoding="utf-8") for path in (place.rglob("*.py") if place.is_dir() else [place])]
    assert {folder for text in texts for folder in FOLDER.findall(text)} <= {*FOLDERS, *OUTSIDE}


def test_each_chapter_has_its_lesson():
    """Each chapter has a folder in solutions/, and there are no others."""
    lessons = [path for path in (ROOT / "solutions").glob("*/*.py") if path.stem == path.parent.name[3:]]
    assert (
        sorted(path.parent.name for path in lessons)
        == sorted(path.name for path in (ROOT / "solutions").iterdir() if path.is_dir())
        == list(FOLDERS)
    )


def test_the_readme_lists_the_chapters_in_their_order():
    """The table's rows are the chapters' folders."""
    rows = re.findall(r"^\| `(\d\d_\w+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(FOLDERS)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""As in 01_linear."""\nx = "02_embedding"', ["02_embedding"]),
        ('x = f"{y}/03_activations"', ["03_activations"]),
        ('X = 1\n"""Like 01_linear."""', []),
        ("x = 1_000_000", []),
    ],
)
def test_a_folder_in_code_is_found_and_one_in_a_docstring_is_not(source, found):
    """The search above can fail."""
    assert list(folders_in_code(source)) == found


@pytest.fixture(scope="module")
def renumbered(tmp_path_factory) -> dict[str, str]:
    """Copy the course, insert a chapter before `conv1d`, and ask the copy what it calls things."""
    root = tmp_path_factory.mktemp("inserted")
    shutil.copytree(ROOT / "course", root / "course", ignore=shutil.ignore_patterns("__pycache__"))
    numbered = root / NUMBERED.relative_to(ROOT)
    text = numbered.read_text(encoding="utf-8")
    assert text.count('    "conv1d",\n') == 1
    numbered.write_text(text.replace('    "conv1d",\n', '    "scaling",\n    "conv1d",\n'), encoding="utf-8")
    chapter = root / "course" / "chapters" / "scaling"
    chapter.mkdir()
    (chapter / "__init__.py").write_text(
        "from dataclasses import replace\n"
        "from course.chapters.start_here.warm_up import EXERCISE as WARM_UP\n"
        'EXERCISES = (replace(WARM_UP, name="scale"),)\n',
        encoding="utf-8",
    )
    program = """
        import json, course
        from course.catalog import CARDS
        from course.catalog.chapters import FOLDERS, chapter, with_numbers
        print(json.dumps({
            "here": course.__file__,
            "folders": list(FOLDERS),
            "exercises": {name: exercise.chapter for name, exercise in course.exercises.items()},
            "cards": {card.name: card.chapter for card in CARDS},
            "hint": course.exercises["depthwise_conv2d"].hints[0],
            "advice": course.exercises["linear"].misconceptions[-1].advice,
            "lesson": with_numbers("chapters {{dropout}} to {{conv2d}}"),
        }))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=root, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["here"].startswith(str(root))
    return told


def moved(folder: str) -> str:
    """Name a folder as it is called once a chapter comes before `conv1d`."""
    number, topic = folder.split("_", 1)
    return f"{int(number) + (TOPICS.index(topic) >= TOPICS.index('conv1d')):02}_{topic}"


def test_an_inserted_chapter_moves_the_folders_behind_it(renumbered):
    """The folders before it keep their numbers, those behind it go up by one."""
    at = TOPICS.index("conv1d")
    assert renumbered["folders"] == [*FOLDERS[:at], f"{at:02}_scaling", *map(moved, FOLDERS[at:])]


def test_an_inserted_chapter_renumbers_exercises_and_cards(renumbered):
    """An exercise and a row of the summary table follow their chapter."""
    exercises = {n: moved(e.chapter) for n, e in course.exercises.items() if e.chapter in FOLDERS}
    assert renumbered["exercises"] == {**exercises, "scale": "06_scaling"}
    assert renumbered["cards"] == {card.name: moved(card.chapter) for card in CARDS}


def test_an_inserted_chapter_renumbers_the_texts(renumbered):
    """Hints, advice and lessons give the new numbers."""
    assert "chapter 08" in renumbered["hint"]
    assert "chapter 03" in renumbered["advice"]
    assert renumbered["lesson"] == "chapters 05 to 08"
    assert with_numbers("chapters {{dropout}} to {{conv2d}}") == "chapters 05 to 07"
