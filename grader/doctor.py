"""What this machine offers for grading, and what to do about what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from course.found import Found, State, safely
from grader.class_settings.reading import read_class
from grader.config import course_config, has_settings, own_programs_first
from grader.errors import GraderError
from grader.registering import look_into

PYTHON = (3, 11)
ROOM = 100_000_000
"""Bytes of disk without which a class's notebooks and gradebook can't be written."""
COMFORTABLE = 2_000_000_000
"""From this many bytes of disk, and of memory, there is enough."""


def examine(folder: Path) -> Iterator[Found]:
    """Look at everything that grading needs, one thing after the other.

    Parameters
    ----------
    folder
        Where the class is.
    """
    for look in (_python, _system, _confinement, _cores, _memory, _packages, _torch, _alembic, _browser):
        yield from safely(look)
    yield from safely(lambda: _disk(folder), "disk")
    if has_settings(folder):
        yield from safely(lambda: _class(folder), "class")


def _python() -> Iterator[Found]:
    wanted = ".".join(map(str, PYTHON))
    good = sys.version_info >= PYTHON
    advice = "" if good else f"Install Python {wanted} or newer, and the course in an environment of it."
    yield Found("Python", platform.python_version(), State.GOOD if good else State.BROKEN, advice)


def _system() -> Iterator[Found]:
    yield Found("system", f"{platform.system()} {platform.release()}, {platform.machine()}")


def _confinement() -> Iterator[Found]:
    """Start a worker: what the kernel says it can, a container may refuse."""
    thing = "confinement"
    advice = "Grade on Linux 5.13 or newer, or give --unsandboxed where you trust all submissions; reports then say so."
    try:
        from grader.boundary.shared import sandbox
        from grader.boundary.trusted.judge import Nursery
    except ImportError as error:
        yield Found(thing, f"{error.name or error} is missing", State.BROKEN, advice)
        return
    if missing := sandbox.missing():
        yield Found(thing, " ".join(missing), State.BROKEN, advice)
        return
    start = time.perf_counter()
    try:
        with Nursery() as nursery, nursery.worker() as worker:
            one, other = worker.run_cells(["print(6 * 7)", "open('/etc/hostname').read()"])
    except Exception as error:
        yield Found(thing, f"no worker could be started: {error}", State.BROKEN, advice)
        return
    if one.text.strip() != "42" or other.error is None:
        yield Found(thing, "a worker started, and is not confined", State.BROKEN, advice)
        return
    yield Found(thing, f"works (Landlock and seccomp); a worker answered in {time.perf_counter() - start:.1f} s")


def _cores() -> Iterator[Found]:
    affinity = getattr(os, "sched_getaffinity", None)
    count = len(affinity(0)) if affinity else os.cpu_count() or 1
    yield Found("cores", f"{count}; grading uses all of them" if count > 1 else "1")


def _memory() -> Iterator[Found]:
    free = _free_memory()
    if free is None:
        yield Found("memory", "not known on this system")
    elif free < COMFORTABLE:
        yield Found(
            "memory", f"{_size(free)} free", State.LACKS, "Close programs, or set a lower memory_mb in class.toml."
        )
    else:
        yield Found("memory", f"{_size(free)} free")


def _free_memory() -> int | None:
    """Give the free memory in bytes, within a container's limit; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        return None
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii"))
        free = min(free, limit - int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):  # no container, or one without a limit
        pass
    return free


def _packages() -> Iterator[Found]:
    advice = "Install the course with the instructor's tools: pip install 'layer-by-layer[grader]'."
    for name in ("nbgrader", "nbconvert", "jupytext"):
        found = _version(name)
        yield Found(name, found, State.GOOD) if found else Found(name, "is not installed", State.BROKEN, advice)


def _torch() -> Iterator[Found]:
    found = _version("torch")
    advice = "Without it answers are compared with the course's own layers. Install torch to compare them with PyTorch."
    yield Found("torch", found) if found else Found("torch", "is not installed", State.LACKS, advice)


def _alembic() -> Iterator[Found]:
    """Look where nbgrader will: it starts alembic by its name to make a gradebook."""
    with own_programs_first():
        found = shutil.which("alembic")
    advice = "nbgrader makes its gradebook with it. Install it into the environment of the course: pip install alembic."
    yield Found("alembic", found) if found else Found("alembic", "is not on PATH", State.BROKEN, advice)


def _browser() -> Iterator[Found]:
    names = ("chromium", "chromium-browser", "google-chrome", "firefox")
    found = next((path for name in names if (path := shutil.which(name))), None)
    advice = (
        "Grading needs none. To look at feedback and the formgrader, use a browser on another machine or install one."
    )
    yield Found("browser", found) if found else Found("browser", "none is on PATH", State.LACKS, advice)


def _disk(folder: Path) -> Iterator[Found]:
    free = shutil.disk_usage(folder).free
    state = State.BROKEN if free < ROOM else State.LACKS if free < COMFORTABLE else State.GOOD
    advice = "" if state is State.GOOD else "A graded notebook takes about 0.2 MB. Make room, or move the class folder."
    if not os.access(folder, os.W_OK):
        yield Found("disk", f"{folder} is not writable", State.BROKEN, "Use one of your own folders.")
    else:
        yield Found("disk", f"{_size(free)} free in {folder}", state, advice)


def _class(folder: Path) -> Iterator[Found]:
    try:
        settings = read_class(folder)
    except GraderError as error:
        yield Found("class", str(error), State.BROKEN, "Correct it; nothing is graded before.")
        return
    try:
        url = course_config(folder).CourseDirectory.db_url
        if not url.startswith("sqlite:") or Path(url.removeprefix("sqlite:///")).exists():
            look_into(url)
    except GraderError as error:
        yield Found("gradebook", str(error), State.BROKEN, "Nothing is graded before.")
    missing = [name for name in settings.chapters if not any((folder / "notebooks" / name).glob("*.ipynb"))]
    if missing:
        advice = "Make them with `grader release`."
        yield Found("class", f"there is no release of {', '.join(missing)}", State.BROKEN, advice)
    else:
        yield Found("class", f"{settings.name}, {len(settings.chapters)} chapters released")


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _size(count: int) -> str:
    """Write a number of bytes.

    Examples
    --------
    >>> _size(12_345_678_901)
    '12.3 GB'
    """
    return f"{count / 1e9:.1f} GB"
