"""Marking in parallel, on the cores of this machine."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from grader.classroom.handed_in import HandedIn
from grader.classroom.marking import Assignment, Marked, Marker
from grader.errors import GraderError

AHEAD = 3
"""So many submissions are read ahead for each process: memory does not grow with the class."""
LOST = 3
"""So often may a process of ours be lost before the run ends: something on this machine ends them."""
_PR_SET_PDEATHSIG = 1


class ProcessesLost(GraderError):
    """Our own processes ended again and again."""

    def __init__(self, student: str) -> None:
        super().__init__(
            f"The processes that grade were ended {LOST} times, the last time while {student!r} was graded. "
            "Is memory short? What was graded is kept; the same command goes on from there."
        )


@dataclass(frozen=True, slots=True)
class Task:
    """A submission to be marked, with what is known to be wrong with it."""

    submission: HandedIn
    raw: bytes
    problems: tuple[str, ...] = ()


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def mark_here(assignment: Assignment, tasks: Iterable[Task], processes: int) -> Iterator[tuple[Task, Marked]]:
    """Mark submissions in processes of this machine, and give each as soon as it is done.

    Parameters
    ----------
    assignment
        What is marked.
    tasks
        The submissions. They are taken as needed.
    processes
        How many processes mark.

    Raises
    ------
    ProcessesLost
        If the processes are ended again and again, for example for want of memory.
    """
    waiting: dict[Future[Marked], Task] = {}
    again: list[Task] = []
    rest, lost = iter(tasks), 0
    pool = _pool(assignment, processes)
    try:
        while True:
            while len(waiting) < AHEAD * processes:
                task = again.pop() if again else next(rest, None)
                if task is None:
                    break
                waiting[pool.submit(_mark, task.raw, task.problems)] = task
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                task = waiting.pop(future)
                try:
                    yield task, future.result()
                except BrokenProcessPool:
                    lost += 1
                    if lost > LOST:
                        raise ProcessesLost(task.submission.student) from None
                    again += [task, *waiting.values()]
                    waiting.clear()
                    pool.shutdown(wait=False, cancel_futures=True)
                    pool = _pool(assignment, processes)
                    break
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_marker: Marker | None = None


def _pool(assignment: Assignment, processes: int) -> ProcessPoolExecutor:
    # spawned, not forked: a fork would have PyTorch, the gradebook's connections and every thread's locks
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(assignment, os.getpid()))


def _begin(assignment: Assignment, parent: int) -> None:
    global _marker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(0)
    _marker = Marker(assignment)


def _mark(raw: bytes, problems: tuple[str, ...]) -> Marked:
    assert _marker is not None
    return _marker.mark(raw, problems)
