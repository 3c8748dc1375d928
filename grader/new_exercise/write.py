"""Writing the skeleton of an exercise into the six files that an exercise takes."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

import course
from course.catalog.chapters import TOPICS, folder_of
from course.workcopy.safe_write import overwrite
from grader.class_settings.checks import nearest
from grader.errors import GraderError
from grader.new_exercise import skeleton

RECAP = re.compile(r"^# %% \[markdown\]\n# ## (\d+\. )?Recap", re.MULTILINE)


class CantWriteExercise(GraderError):
    """A skeleton can't be written; nothing was."""


def new_exercise(name: str, topic: str, root: Path) -> list[Path]:
    """Write a skeleton exercise into a chapter of the source tree. Either all files are written or none.

    Parameters
    ----------
    name
        The exercise, which is its function's name.
    topic
        The chapter's topic, such as ``"linear"``, or its folder, ``"01_linear"``.
    root
        The source tree.

    Returns
    -------
    list of Path
        The files that were written or changed.

    Raises
    ------
    CantWriteExercise
        If the name is not a valid name or is taken, if there is no such chapter, or if a file is not as expected.
    """
    topic = re.sub(r"^\d\d_", "", topic)
    if topic not in TOPICS:
        raise CantWriteExercise(f"There is no chapter {topic!r}.{nearest(topic, TOPICS)}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise CantWriteExercise(
            f"{name!r} can't name an exercise; a function's name is expected, such as moving_average."
        )
    chapter, folder = folder_of(topic), root / "course" / "chapters" / topic
    if name in course.exercises or (folder / f"{name}.py").exists():
        where = course.exercises[name].chapter if name in course.exercises else folder
        raise CantWriteExercise(f"There is already an exercise {name}, in {where}; choose another name.")
    tables = root / "tests" / "course" / "chapters"
    texts = {
        folder / f"{name}.py": skeleton.DECLARATION.format(name=name),
        folder / "__init__.py": _listed(_read(folder / "__init__.py"), topic, name),
        root / "solutions" / chapter / f"{topic}.py": _with_cells(
            _read(root / "solutions" / chapter / f"{topic}.py"), name
        ),
        tables / "right" / f"{topic}.py": _read(tables / "right" / f"{topic}.py") + skeleton.RIGHT.format(name=name),
        tables / "wrong" / f"{topic}.py": _read(tables / "wrong" / f"{topic}.py") + skeleton.WRONG.format(name=name),
        root / "README.md": _counted(_read(root / "README.md"), chapter),
    }
    for path, text in texts.items():
        overwrite(path, text.encode())
    return list(texts)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise CantWriteExercise(
            f"{path} does not exist. An exercise is written into the course's source tree; clone the repository."
        ) from None


def _listed(source: str, topic: str, name: str) -> str:
    """Add an exercise to its chapter's list, as the last."""
    end = source.rfind("\n)")
    if "EXERCISES = (" not in source or end < 0:
        raise CantWriteExercise(
            f"course.chapters.{topic} does not list its exercises as other chapters do; add {name} by hand."
        )
    return f'{source[:end]}\n    "{name}",{source[end:]}'


def _with_cells(lesson: str, name: str) -> str:
    """Put the exercise's cells before the recap, or at the end."""
    recaps = list(RECAP.finditer(lesson))
    place = recaps[-1].start() if recaps else len(lesson)
    before = lesson[:place].rstrip("\n") + "\n\n"
    after = lesson[place:]
    return before + skeleton.LESSON.format(name=name) + after if after else before + skeleton.LESSON.format(name=name)


def _counted(readme: str, chapter: str) -> str:
    """Count one exercise more in the table of chapters."""
    row = re.compile(rf"^(\| `{chapter}` \|.*\| )(\d+)( \|)$", re.MULTILINE)
    return row.sub(lambda found: f"{found[1]}{int(found[2]) + 1}{found[3]}", readme)
