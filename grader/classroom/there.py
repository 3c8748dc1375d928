"""Marking on a worker of a cluster, in the same kind of processes as `pool` uses, kept for the next task.

What a task needs travels with it. Dask's scheduler handles it as bytes, and never loads it.
"""

from __future__ import annotations

import pickle
import platform
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Lock, Timer

import numpy as np

import course
from course.checking.digest import digest_of_exercises
from course.workcopy.release import course_version
from grader.classroom.handed_in import Carried
from grader.classroom.judge import NotMarked
from grader.classroom.marking import Marked
from grader.classroom.pool import GIVEN_UP, LOST, Judge, cores

IDLE = 60.0
"""Seconds after which a process that has nothing to mark is ended."""
EXERCISES = "exercises"


def described(exercises: Collection[str]) -> dict[str, str]:
    """Say what must be the same wherever a class is graded: other versions may draw other cases from a seed.

    Parameters
    ----------
    exercises
        The exercises that are graded.

    Examples
    --------
    >>> list(described(["linear"]))
    ['the course', 'Python', 'NumPy', 'exercises']
    """
    known = [course.exercises[name] for name in exercises if name in course.exercises]
    return {
        "the course": course_version(),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "NumPy": np.__version__,
        EXERCISES: digest_of_exercises(known),
    }


def difference(wanted: Mapping[str, str], exercises: Collection[str]) -> str:
    """Say how this machine differs from the one that asks; empty where it does not.

    Examples
    --------
    >>> difference(described(["linear"]) | {"NumPy": "1.0"}, ["linear"]).startswith("it has NumPy 2")
    True
    """
    for thing, here in described(exercises).items():
        there = wanted.get(thing, "")
        if here != there:
            return "its exercises are other ones" if thing == EXERCISES else f"it has {thing} {here} instead of {there}"
    return ""


def mark_there(
    wanted: Mapping[str, str], exercises: tuple[str, ...], run: str, assignment: bytes, submission: bytes
) -> Marked | NotMarked:
    """Mark one submission on this machine, for another one.

    Parameters
    ----------
    wanted
        What `described` says on the machine that asks.
    exercises
        The exercises that are graded.
    run
        A name for the assignment with its seed: processes that know it continue with it.
    assignment, submission
        The `Assignment` and the `Carried`, pickled.
    """
    if told := difference(wanted, exercises):
        why = f"{told}. Install the same version of the course and of its packages there, and restart the worker"
        return NotMarked(f"{_here()} can't grade for this class: {why}.", stop=True)
    try:
        found = _mark(run, assignment, pickle.loads(submission))  # noqa: S301 - Dask runs whatever it is sent anyway
    except Exception as error:
        return NotMarked(f"{_here()} could not grade it: {type(error).__name__}: {error}.")
    if isinstance(found, NotMarked) and found.stop:
        return replace(found, why=f"{_here()} can't grade: {found.why}")
    return found


def _mark(run: str, assignment: bytes, one: Carried) -> Marked | NotMarked:
    for time in range(LOST):
        judge = None if time else kept.take(run)
        judge = judge or Judge(pickle.loads(assignment))  # noqa: S301 - likewise
        judge.mark(one)
        judge.tell()
        try:
            found: Marked | NotMarked = judge.connection.recv()
        except (EOFError, OSError):
            judge.end()
            continue
        judge.told.clear()
        if isinstance(found, NotMarked) and found.stop:
            judge.end()
        else:
            kept.give(run, judge)
        return found
    return NotMarked(GIVEN_UP)


def _here() -> str:
    """Name the worker of the cluster."""
    with suppress(ImportError, ValueError):
        from distributed import get_worker

        return f"The worker {get_worker().address}"
    return "This worker"


class Kept:
    """Processes that have nothing to mark at the moment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._judges: list[tuple[str, Judge]] = []
        self._timer: Timer | None = None

    def take(self, run: str) -> Judge | None:
        """Give one that knows the assignment, if there is one."""
        with self._lock:
            for place, (known, _) in enumerate(self._judges):
                if known == run:
                    return self._judges.pop(place)[1]
        return None

    def give(self, run: str, judge: Judge) -> None:
        """Keep one; those that have waited longest are ended where there are more than cores."""
        with self._lock:
            self._judges.append((run, judge))
            self._judges, many = self._judges[-cores() :], self._judges[: -cores()]
            if self._timer:
                self._timer.cancel()
            self._timer = Timer(IDLE, self.end)
            self._timer.daemon = True
            self._timer.start()
        for _, old in many:
            old.end()

    def end(self) -> None:
        """End them all."""
        with self._lock:
            judges, self._judges = self._judges, []
        for _, judge in judges:
            judge.end()


kept = Kept()
