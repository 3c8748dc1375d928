"""How random tests draw, and in which order tests run."""

import gc
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

# Before NumPy loads. Where tests run side by side, the threads of one product of matrices mostly wait for each other: it
# takes up to five times as much computing. Kernels and workers have one thread, too.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import pytest
from hypothesis import settings

from course.checking import diagnose, runner

# No deadline: a busy machine is not a defect. The blob that is printed with a failure repeats it.
settings.register_profile("usual", max_examples=100, deadline=None, print_blob=True)
settings.register_profile("thorough", max_examples=5_000, deadline=None, print_blob=True)
settings.register_profile("quick", max_examples=10, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

GROUP = "xdist_group"
WAITING = {"lab", "lite", "pages", "player", "site"}
"""Groups whose process mostly waits, for a browser or a server."""
APART = 4
"""This many other groups are between two that wait, so that one process computes while another waits."""
LONGEST_ID = 200
"""Characters of a parameter that name a test. Megabytes would go to and fro between the processes with each result."""


STEP = int(os.environ.get("ROWS_STEP", "1"))
"""Of a long table, every row, or every eighth where this is 8: `make quick` asks for that."""
LONG = 16
"""Rows of a table that is long."""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the search for known mistakes several times as long: a busy machine changes no name."""
    monkeypatch.setattr(diagnose, "SECONDS", 4 * diagnose.SECONDS)
    monkeypatch.setattr(runner, "NAMING", 4 * runner.NAMING)
    monkeypatch.setattr(runner, "FOR_NAMES", 4 * runner.FOR_NAMES)
    monkeypatch.setattr(runner, "DIAGNOSING", 10 * runner.DIAGNOSING)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the course's wheel, once for all tests of the group ``wheel``."""
    from tests.installed import build_wheel  # loads the grader's configuration

    return build_wheel(tmp_path_factory.mktemp("source"))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test by the beginning of a long text, and by its length."""
    if isinstance(val, (str, bytes)) and len(val) > LONGEST_ID:
        start = val[:40] if isinstance(val, str) else val[:40].decode("ascii", "replace")
        return f"{start.encode('unicode_escape').decode()}... of {len(val)}"
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect no garbage while tests are collected: it would be walked through again and again, for a quarter of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Leave what was collected out of every garbage collection that follows: walking through it all takes half a second."""
    gc.collect()
    gc.freeze()


def _left_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """Give rows of long tables, from one table to the next other ones: most exercises are still in some table."""
    tables: dict[str, list[pytest.Item]] = {}
    for item in items:
        tables.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return [
        row
        for name, rows in tables.items()
        for place, row in enumerate(rows, zlib.crc32(name.encode()))
        if len(rows) > LONG and place % STEP
    ]


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep an exercise's contracts together, so that its cases are drawn once, and put long groups first.

    With ``--dist loadgroup`` a group stays in one process, and processes take groups in this order. The single tests at
    the end fill up what is uneven.
    """
    if STEP > 1:
        config.hook.pytest_deselected(items=(rows := _left_out(items)))
        left_out = set(rows)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if item.path.name in ("test_exercises.py", "test_odd_answers.py") and isinstance(item, pytest.Function):
            params = item.callspec.params if hasattr(item, "callspec") else {}
            exercise = params["exercise"].name if "exercise" in params else params.get("name")
            if exercise:
                item.add_marker(pytest.mark.xdist_group(f"exercise {exercise}"))
    waiting, others = {}, {}

    def order(item: pytest.Item) -> tuple[int, int, bool]:
        mark = item.get_closest_marker(GROUP)
        if mark is None:
            return 2, 0, False
        if (group := mark.args[0]) in WAITING:
            return 0, APART * waiting.setdefault(group, len(waiting)), False
        seen = others.setdefault(group, len(others))
        # the last chapters have the slowest exercises
        return (1, -seen, True) if group.startswith("exercise ") else (0, seen, True)

    items.sort(key=order)
