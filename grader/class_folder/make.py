"""Making a class folder, or completing one. What is there is never overwritten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import course
from course.workcopy.release import source_root
from course.workcopy.safe_write import Written, write_unless_changed
from grader.class_folder.releases import Released, make_releases, questions_asked
from grader.class_folder.template import GITIGNORE, NBGRADER_CONFIG, class_toml
from grader.class_settings.checks import nearest
from grader.class_settings.reading import chapters_of_the_course, read_class
from grader.class_settings.settings import CLASS_TOML, ClassSettings
from grader.config import CONFIG
from grader.errors import GraderError

FOLDERS = ("notebooks", "grader/submitted")


class NotAClassFolder(GraderError):
    """A folder can't become a class folder."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was done to a class folder.

    Parameters
    ----------
    root
        The folder.
    new
        Whether it was none before.
    added
        What was missing and is there now.
    files
        The files of the releases.
    settings
        What its ``class.toml`` says.
    waiting
        Which releases wait for a regrade, a sentence each.
    """

    root: Path
    new: bool
    added: tuple[str, ...]
    files: tuple[Released, ...]
    settings: ClassSettings
    waiting: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[int, int, int, float]:
        """How many chapters, graded exercises and graded questions there are, and their points."""
        graded = [
            exercise
            for name, exercise in course.exercises.items()
            if exercise.chapter in self.settings.chapters and self.settings.counts(exercise.chapter, name)
        ]
        points = sum(self.settings.points.get(one.name, one.points) for one in graded)
        questions = {chapter: questions_asked(chapter) for chapter in self.settings.questions}
        points += sum(number * self.settings.questions[chapter] for chapter, number in questions.items())
        return len(self.settings.chapters), len(graded), sum(questions.values()), points


def init(root: Path, chapters: Collection[str] = (), name: str = "") -> Made:
    """Make a class folder, or add what is missing in one.

    Parameters
    ----------
    root
        Where: a folder that does not exist, that is empty, or that is a class folder.
    chapters
        The chapters in use; by default all. For a new class only: afterwards ``class.toml`` says it.
    name
        The course's id; by default the folder's name.

    Raises
    ------
    NotAClassFolder
        If the folder holds something else, or belongs to the course.
    ClassTomlError
        If there is a ``class.toml``, and it is wrong.
    """
    root = root.expanduser().resolve()
    new = _admit(root)
    if not new and (chapters or name):
        raise NotAClassFolder(
            f"{root} is a class folder already; its chapters and its name are set in its {CLASS_TOML}."
        )
    there = chapters_of_the_course()
    for chapter in chapters:
        if chapter not in there:
            raise NotAClassFolder(f"{chapter!r} is not a chapter of the course.{nearest(chapter, there)}")
    texts = {CONFIG: NBGRADER_CONFIG, ".gitignore": GITIGNORE}
    if new:
        chosen = [chapter for chapter in there if chapter in chapters or not chapters]
        texts = {CLASS_TOML: class_toml(name or _plain(root.name), chosen, course.exercises), **texts}
    else:
        read_class(root)
    added = [folder + "/" for folder in FOLDERS if not (root / folder).is_dir()]
    try:
        for file, text in texts.items():  # class.toml before all else: a folder with it can be completed
            if write_unless_changed(root / file, text.encode(), ()) is Written.MADE:
                added.append(file)
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True, exist_ok=True)
        files, waiting = make_releases(root)
    except OSError as error:
        raise NotAClassFolder(f"{error.filename or root} can't be written: {error.strerror}.") from None
    return Made(root, new, tuple(added), tuple(files), read_class(root), tuple(waiting))


def _admit(root: Path) -> bool:
    """Tell whether a folder should become a class folder, and is not one already."""
    home = source_root()
    own = (home / "solutions", home / "notebooks", home / "course", home / "grader") if home else ()
    if root == home or any(root.is_relative_to(folder) for folder in own):
        raise NotAClassFolder(f"{root} belongs to the course itself; name another folder, such as my-class.")
    if "?" in str(root):
        raise NotAClassFolder(f"{root} has a ? in its path, which the gradebook's address can't have; name another.")
    if root.exists() and not root.is_dir():
        raise NotAClassFolder(f"{root} is a file; name a folder.")
    if (root / CLASS_TOML).exists():
        return False
    if root.is_dir() and any(root.iterdir()):
        raise NotAClassFolder(
            f"{root} is not empty and has no {CLASS_TOML}, so it is not a class folder; name an empty or a new folder."
        )
    return True


def _plain(name: str) -> str:
    """Make a course's id from a folder's name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name).strip("-") or "class"
