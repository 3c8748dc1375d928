"""What a student's machine offers, and what to do about what is missing."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from course.calling.naming import one_line
from course.checking.digest import digest_of_exercises
from course.checking.recording import UnreadableRecording, read_recording
from course.checking.runner import RECORDED_SEED, assess
from course.checking.spec import Exercise
from course.found import Found, State, safely
from course.machine import is_installed, is_taken, writable_home
from course.torch_index import CPU_INDEX
from course.without_torch import OPTIONAL
from course.workcopy.history import History
from course.workcopy.location import MARKER, find_working_copy
from course.workcopy.release import course_version, read_release, released_notebooks

PYTHON = (3, 11)
NEEDED = ("numpy", "matplotlib", "jupyterlab", "ipykernel", "nbformat", "typer", "rich")
ROOM = 50_000_000
"""Bytes of disk without which notebooks can't be saved for long."""
USUAL_PORT = 8888


def examine(exercises: Mapping[str, Exercise], folder: Path | None = None) -> Iterator[Found]:
    """Look at everything that a student needs, one thing after the other.

    Parameters
    ----------
    exercises
        All of them, by name.
    folder
        A working copy, or a folder in one. By default the current one.
    """
    looks: dict[str, Callable[[], Iterator[Found]]] = {
        "Python": _python,
        "course": lambda: _course(exercises),
        "libraries": _libraries,
        "check": lambda: _check(exercises["linear"]),
        "PyTorch": _pytorch,
        "kernel": _kernel,
        "home": _home,
        "port": _port,
        "work": lambda: _work(folder),
    }
    for thing, look in looks.items():
        yield from safely(look, thing)


def _python() -> Iterator[Found]:
    good = sys.version_info >= PYTHON
    advice = "" if good else f"Install Python {'.'.join(map(str, PYTHON))} or newer, and the course with it."
    told = f"{platform.python_version()} on {platform.system()}, {sys.executable}"
    yield Found("Python", told, State.GOOD if good else State.BROKEN, advice)


def _course(exercises: Mapping[str, Exercise]) -> Iterator[Found]:
    chapters = {name.partition("/")[0] for name, _ in read_release(released_notebooks())}
    if not chapters:
        advice = "The installation is not complete: install the course again."
        yield Found("course", "has no notebooks", State.BROKEN, advice)
        return
    told = f"{course_version()}, exercises {digest_of_exercises(exercises.values())[:10]}, {len(chapters)} chapters"
    yield Found("course", told)


def _libraries() -> Iterator[Found]:
    versions = {name: _version(name) for name in NEEDED}
    missing = [name for name, version in versions.items() if not version]
    if missing:
        advice = f"{sys.executable} -m pip install {' '.join(missing)}"
        yield Found("libraries", f"{', '.join(missing)} not installed", State.BROKEN, advice)
    else:
        yield Found("libraries", ", ".join(f"{name} {version}" for name, version in versions.items()))


def _check(exercise: Exercise) -> Iterator[Found]:
    """Check a right answer as a notebook does."""
    right = exercise.reference
    if exercise.withheld:
        recorded = iter(exercise.withheld.read().answers.expected)

        def right(*args: object, **kwargs: object) -> object:  # in a closed book the right answers are data
            return next(recorded)

    start = time.perf_counter()
    report = assess(exercise, right)
    took = f"{1000 * (time.perf_counter() - start):.0f} ms"
    if not report.passed:
        yield Found("check", "a right answer does not pass", State.BROKEN, "Install the course again.")
        return
    yield Found("check", f"a right answer passes in {took}, compared with {report.oracle} {report.version}".rstrip())
    if exercise.withheld:
        yield Found("answers", f"a closed book: it has no solutions; {exercise.withheld.decides} decides about them")
        return
    told = ""
    try:
        answers = exercise.recording and read_recording(exercise.recording, exercise.name)
        told = "" if answers else "PyTorch's recorded answers are missing"
    except UnreadableRecording:
        told = "PyTorch's recorded answers can't be read"
    if not told and report.notes:
        told = f"PyTorch's recorded answers to seed {RECORDED_SEED} are to other cases"
    if told:
        yield Found("answers", told, State.LACKS, "Checks work without them. To get them, install the course again.")


def _pytorch() -> Iterator[Found]:
    missing = [name for name in OPTIONAL if not is_installed(name)]
    if not missing:
        yield Found("PyTorch", f"{_version('torch')}, for demonstrations; checks don't need it")
        return
    index = f" --extra-index-url {CPU_INDEX}" if sys.platform == "linux" else ""
    advice = f"To see the demonstrations: {sys.executable} -m pip install {' '.join(missing)}{index}"
    told = f"{' and '.join(missing)} not installed; all exercises work, and demonstrations say what they would show"
    yield Found("PyTorch", told, State.LACKS, advice)


def _kernel() -> Iterator[Found]:
    """Look which Python a notebook would run in."""
    from jupyter_client.kernelspec import KernelSpecManager

    started = KernelSpecManager().get_kernel_spec("python3").argv[0]
    version = sys.version_info
    if started in ("python", f"python{version.major}", f"python{version.major}.{version.minor}"):
        started = sys.executable  # so does Jupyter
    if Path(started).absolute() == Path(sys.executable).absolute():
        yield Found("kernel", "notebooks run in this Python")
    else:
        advice = f"{sys.executable} -m ipykernel install --sys-prefix"
        yield Found("kernel", f"notebooks would run in another Python, {started}", State.BROKEN, advice)


def _home() -> Iterator[Found]:
    if writable_home():
        yield Found("home", f"{Path.home()} is writable")
    else:
        told = f"{os.path.expanduser('~')} is not writable"
        yield Found("home", told, State.LACKS, "`course lab` keeps Jupyter's files in your working copy.")


def _port() -> Iterator[Found]:
    if is_taken(USUAL_PORT):
        told = f"{USUAL_PORT} is taken, perhaps by a JupyterLab that is open; `course lab` takes the next"
        yield Found("port", told)
    else:
        yield Found("port", f"{USUAL_PORT} is free")


def _work(folder: Path | None) -> Iterator[Found]:
    root = find_working_copy(folder)
    if root is None:
        yield Found("work", "this is not a working copy", State.LACKS, "`course start my-course` makes one.")
        return
    free = shutil.disk_usage(root).free
    if not os.access(root, os.W_OK) or not os.access(root / MARKER, os.W_OK):
        advice = "Nothing can be saved in it. Change its rights, or move it into one of your own folders."
        yield Found("work", f"{root} is not writable", State.BROKEN, advice)
    elif free < ROOM:
        yield Found("work", f"{root} has {free / 1e6:.0f} MB of disk left", State.BROKEN, "Make room.")
    else:
        had = History.load(root / MARKER / "copy.json").version
        old = bool(had) and had != course_version()
        told = f"{root}, from release {one_line(had, 40) or 'unknown'}, {free / 1e9:.1f} GB free"
        yield Found(
            "work", told, State.LACKS if old else State.GOOD, "`course update` brings the new one." if old else ""
        )
        yield from _unreadable(root)


def _unreadable(root: Path) -> Iterator[Found]:
    """Look for notebooks that are no longer notebooks."""
    for path in sorted(root.glob("[0-9][0-9]_*/*.ipynb")):
        try:
            good = path.is_file() and isinstance(json.loads(path.read_text("utf-8"))["cells"], list)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            good = False
        if not good:
            name = one_line(path.relative_to(root).as_posix(), 200)
            advice = "Move it away; `course update` then puts the released notebook in its place."
            yield Found("notebook", f"{name} can't be read", State.BROKEN, advice)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
