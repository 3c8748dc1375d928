"""From a lesson's text source to its executed notebook and the students' notebook, or what is wrong."""

from __future__ import annotations

import asyncio
import copy
import importlib
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course.catalog.chapters import EXAMPLE, FOLDERS
from course.checking.spec import Exercise
from grader.committed import compare_committed, update_committed
from grader.config import ROOT, course_config
from grader.declarations import declaration_problems
from grader.forked_kernels import POSSIBLE, KernelParent
from grader.kernel import Kernel, Place, kernel
from grader.lesson import TEACHING_NOTE, TOPIC_FOLDER, Lesson, Problem, UnknownLesson, is_check, read_lesson, topic_of
from grader.notebook_files import read_notebook, write_notebook
from grader.recordings import keep_recordings
from grader.release import ReleaseError, generate, leaks
from grader.solved_and_blank import wrong_scores

AT_ONCE = 2
STEPS_AFTER_CELLS = 2  # the release, the scores
NOT_ASSETS = shutil.ignore_patterns(TEACHING_NOTE, "*.py", "*.pyc", "*.ipynb", "__pycache__", ".*")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did.

    Parameters
    ----------
    chapters
        The lessons that were built.
    written
        Files that were new or have changed, seen from the course's root.
    problems
        Everything that is wrong. A lesson with a problem is left as it was.
    """

    chapters: tuple[str, ...]
    written: tuple[str, ...]
    problems: tuple[Problem, ...]


def build(
    root: Path = ROOT,
    chapters: Sequence[str] = (),
    *,
    check: bool = False,
    exercises: Mapping[str, Exercise] | None = None,
    seconds: int = 180,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Build lessons, or check that the committed notebooks are what their sources give.

    Parameters
    ----------
    root
        The folder with ``solutions/`` and ``notebooks/``; nbgrader's gradebook is in its ``grader/``.
    chapters
        Folders' names. By default every lesson.
    check
        Write nothing, and count every difference from the committed notebooks as a problem.
    exercises
        Every exercise by name. By default `course.exercises`.
    seconds
        How long one cell may run.
    progress
        Called with the steps done and their number.

    Raises
    ------
    UnknownLesson
        If there is no lesson of a given name.
    """
    problems: list[Problem] = []
    if exercises is None:
        exercises, problems = _declared(root, chapters)
        expected = FOLDERS if root.resolve() == ROOT else ()  # another package has its own lessons
    else:
        expected = {exercise.chapter for exercise in exercises.values()}
    root = root.resolve()
    names = find_chapters(root, chapters)
    with tempfile.TemporaryDirectory(prefix="grader-build-") as folder:
        workshop = _Workshop(root, Path(folder), check, seconds)
        with _kernel_parent(workshop, len(names)) as parent:  # it loads, while the declarations are looked at
            if not chapters:
                problems += _not_covered(root, names, expected)
            declared = [one for one in exercises.values() if one.chapter in names]
            problems += declaration_problems(declared, root)
            recorded, wrong = keep_recordings(declared, root, check=check)
            problems += wrong
            lessons = []
            for name in names:
                try:
                    lessons.append(read_lesson(root, name, exercises))
                except FileNotFoundError:
                    problems.append(Problem(f"solutions/{name}", "", f"there is no {topic_of(name)}.py in it."))
            # not Windows' own kind of loop, which can't wait for a kernel's sockets
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                results = runner.run(_build_all(lessons, workshop, _Counter(lessons, progress), parent))
    problems += [problem for _, found in results for problem in found]
    written = tuple(path for paths, _ in results for path in paths)
    return Outcome(tuple(names), (*recorded, *written), tuple(problems))


def find_chapters(root: Path, wanted: Sequence[str] = ()) -> list[str]:
    """List the lessons' folders under ``solutions/``, or check that the wanted ones are there.

    Raises
    ------
    UnknownLesson
        If a wanted one is missing, or if there is none at all.
    """
    folders = (root / "solutions").glob("*/")
    there = sorted(folder.name for folder in folders if TOPIC_FOLDER.fullmatch(folder.name))
    for name in wanted:
        if name not in there:
            text = f"There is no lesson {name!r} in solutions/; there are {', '.join(there) or 'none'}."
            raise UnknownLesson(text, name="chapter", received=name, allowed=tuple(there))
    if not there:
        raise UnknownLesson(f"There is no lesson in {root / 'solutions'}; a lesson is a folder such as {EXAMPLE}.")
    return [name for name in there if not wanted or name in wanted]


@dataclass(frozen=True, slots=True)
class _Workshop:
    """Where a build works: a separate class in a temporary folder."""

    root: Path
    folder: Path
    check: bool
    seconds: int

    def place(self, chapter: str) -> Place:
        """Make an empty place for a lesson's kernel, with the lesson's assets in its working directory."""
        work = self.folder / "work" / chapter
        shutil.copytree(self.root / "solutions" / chapter, work, ignore=NOT_ASSETS)
        # Short names: a socket's path may have 107 bytes.
        return Place(self.root, self.folder / "k" / chapter[:2], work, self.seconds)


class _Counter:
    """Counts steps over all lessons."""

    def __init__(self, lessons: Sequence[Lesson], progress: Callable[[int, int], None]) -> None:
        self.steps = {
            lesson.chapter: STEPS_AFTER_CELLS + sum(cell.cell_type == "code" for cell in lesson.notebook.cells)
            for lesson in lessons
        }
        self.done = dict.fromkeys(self.steps, 0)
        self.progress = progress

    def advance(self, chapter: str) -> None:
        self.done[chapter] += 1
        self._tell()

    def finish(self, chapter: str) -> None:
        self.done[chapter] = self.steps[chapter]
        self._tell()

    def _tell(self) -> None:
        self.progress(sum(self.done.values()), sum(self.steps.values()))


async def _build_all(
    lessons: Sequence[Lesson], workshop: _Workshop, counter: _Counter, parent: KernelParent | None
) -> list[tuple[list[str], list[Problem]]]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(lesson: Lesson) -> tuple[list[str], list[Problem]]:
        async with turns:
            try:
                return await _build_one(lesson, workshop, counter, parent)
            finally:
                counter.finish(lesson.chapter)

    # Later lessons take longer. They begin first, so that none of them runs alone at the end.
    results = await asyncio.gather(*map(one, reversed(lessons)))
    return results[::-1]


@contextmanager
def _kernel_parent(workshop: _Workshop, lessons: int) -> Iterator[KernelParent | None]:
    """Start the process from which the lessons' kernels are forked, where that is possible and there are several."""
    if POSSIBLE and lessons > 1:
        place = Place(workshop.root, workshop.folder / "k", workshop.folder)
        with KernelParent(place.environment(), place.private) as parent:
            yield parent
    else:
        _find_fonts()
        yield None


def _find_fonts() -> None:
    """Have Matplotlib find its fonts, which it announces at its first import on a machine: here, not in a lesson."""
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        importlib.import_module("matplotlib.font_manager")
    finally:
        log.setLevel(level)


async def _build_one(
    lesson: Lesson, workshop: _Workshop, counter: _Counter, parent: KernelParent | None
) -> tuple[list[str], list[Problem]]:
    problems = list(lesson.problems)
    async with kernel(workshop.place(lesson.chapter), parent) as running:
        files = await _make(lesson, workshop, counter, running, problems)
    if files and workshop.check:
        problems += compare_committed(workshop.root, workshop.folder, files)
    if not files or problems or workshop.check:
        return [], problems
    # The gradebook learns of a release only when nothing is wrong with it.
    written = update_committed(workshop.root, workshop.folder, files)
    try:
        generate(workshop.folder, lesson.chapter, _gradebook(workshop.root))
    except ReleaseError as error:
        what = f"nbgrader did not take it into the gradebook: {error}"
        problems.append(Problem(lesson.source, "", what, error.log))
    return written, problems


async def _make(
    lesson: Lesson, workshop: _Workshop, counter: _Counter, running: Kernel, problems: list[Problem]
) -> list[Path]:
    """Make both notebooks of a lesson and collect what is wrong; give their files, or none."""
    chapter = lesson.chapter

    def complain(cell: str, what: str, log: str = "", file: str = lesson.source) -> None:
        problems.append(Problem(file, cell, what, log))

    solution = copy.deepcopy(lesson.notebook)
    failures = await running.run(solution, lambda: counter.advance(chapter))
    for cell, what in [*failures.items(), *_noisy_checks(solution)]:
        complain(cell, what)
    if lesson.problems:  # nbgrader would only stumble over them again
        return []
    solution_file = Path("solutions") / chapter / f"{lesson.topic}.ipynb"
    release_file = Path("notebooks") / chapter / f"{lesson.topic}.ipynb"
    shutil.copytree(workshop.root / solution_file.parent, workshop.folder / solution_file.parent, ignore=NOT_ASSETS)
    write_notebook(workshop.folder / solution_file, solution)
    try:
        generate(workshop.folder, chapter)
    except ReleaseError as error:
        complain("", f"nbgrader made no release of it: {error}", error.log)
        return []
    counter.advance(chapter)
    release = read_notebook(workshop.folder / release_file)
    for cell, what in leaks(solution, release, lesson.given):
        complain(cell, what, file=release_file.as_posix())
    if not running.ended:
        for wrong in await wrong_scores(solution, release, lesson.exercises, running):
            complain(wrong.exercise, wrong.what, file=lesson.source if wrong.solved else release_file.as_posix())
    counter.advance(chapter)
    return [solution_file, release_file]


def _noisy_checks(solution: NotebookNode) -> Iterator[tuple[str, str]]:
    for cell in filter(is_check, solution.cells):
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield cell.id, "writes to stderr, which nbgrader takes for a failure."


def _declared(root: Path, chapters: Sequence[str]) -> tuple[Mapping[str, Exercise], list[Problem]]:
    """Give every exercise, and what is wrong with chapters of other packages, if all their lessons are built."""
    import course
    from course.chapters import PROBLEMS

    told = () if root.resolve() == ROOT or chapters else PROBLEMS
    return course.exercises, [Problem("entry points", "", problem) for problem in told]


def _not_covered(root: Path, names: Sequence[str], expected: Iterable[str]) -> list[Problem]:
    found = [
        Problem(f"solutions/{chapter}", "", "the course declares exercises for it, but there is no such lesson.")
        for chapter in sorted(set(expected) - set(names))
    ]
    orphans = sorted({folder.name for folder in (root / "notebooks").glob("*/")} - set(names))
    return found + [Problem(f"notebooks/{name}", "", "has no source in solutions/.") for name in orphans]


def _gradebook(root: Path) -> str:
    (root / "grader").mkdir(exist_ok=True)
    return str(course_config(None if root == ROOT else root).CourseDirectory.db_url)
