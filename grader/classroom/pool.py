"""Marking in parallel, on the cores of this machine."""

from __future__ import annotations

import contextlib
import os
import socket
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait

from course.calling.work import Unavailable
from grader.boundary.shared.connected import start
from grader.boundary.trusted.judge import Nursery
from grader.classroom.handed_in import HandedIn
from grader.classroom.judge import NotMarked
from grader.classroom.marking import Assignment, Marked
from grader.errors import GraderError

AHEAD = 2
"""A process is sent this many submissions: the one that it marks, and the next."""
LOST = 2
"""A submission is given up once it has cost this many processes."""
LOST_IN_A_ROW = 6
"""At most this many processes may be lost without a mark in between."""
GIVEN_UP = f"The process that graded it was ended {LOST} times."
_PATIENCE = 2.0


class CannotGrade(GraderError):
    """Nothing can be graded on this machine, as it is."""


class Judge:
    """A process that marks, and what it was sent to mark.

    Parameters
    ----------
    assignment
        What it marks.
    warm
        A connection to a warm parent, which it takes over. By default it starts what it needs.
    """

    def __init__(self, assignment: Assignment, warm: socket.socket | None = None) -> None:
        about = [os.getpid(), assignment.unsandboxed, warm and warm.fileno()]
        with warm or contextlib.nullcontext():
            self.process, ours = start("grader.classroom.judge", about, [warm] if warm else [])
        self.connection = Connection(ours.detach())
        self.told: deque[HandedIn] = deque()
        self._untold: list[Assignment | HandedIn] = [assignment]

    def mark(self, submission: HandedIn) -> None:
        """Tell it to mark a submission; its mark comes over the connection."""
        self.told.append(submission)
        self._untold.append(submission)

    def tell(self) -> None:
        """Send what is new to it. The assignment may be completed only now, when all processes have been started."""
        with contextlib.suppress(OSError):  # its end is seen at the next look
            for what in self._untold:
                self.connection.send(what)
        self._untold.clear()

    def end(self) -> None:
        """End the process: at once if it is at work, and otherwise as it wants to."""
        self.connection.close()
        self.process.end(0.0 if self.told else _PATIENCE)


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def mark_here(
    assignment: Assignment, submissions: Iterable[HandedIn], processes: int
) -> Iterator[tuple[HandedIn, Marked | NotMarked]]:
    """Mark submissions in processes of this machine, and give each as soon as it is done.

    A process that is lost is replaced. What it was marking is marked once more, and then given up.

    Parameters
    ----------
    assignment
        What is marked.
    submissions
        They are taken as needed.
    processes
        How many processes mark.

    Raises
    ------
    CannotGrade
        If student code can't be confined here, or the processes are lost again and again.
    """
    try:
        nursery = Nursery(unsandboxed=assignment.unsandboxed)
    except Unavailable as error:
        raise CannotGrade(str(error)) from None
    with nursery:
        warm = nursery.begin_with_copies(processes)
        try:
            yield from _mark(lambda: Judge(assignment, warm.pop() if warm else None), submissions, processes)
        finally:
            for connection in warm:
                connection.close()


def _mark(
    new_judge: Callable[[], Judge], submissions: Iterable[HandedIn], processes: int
) -> Iterator[tuple[HandedIn, Marked | NotMarked]]:
    rest, again = iter(submissions), deque[HandedIn]()
    judges: list[Judge] = []
    losses, in_a_row = Counter[str](), 0
    try:
        while True:
            _hand_out(judges, again, rest, new_judge, processes)
            if not judges:
                return
            for connection in wait([judge.connection for judge in judges]):
                judge = next(judge for judge in judges if judge.connection is connection)
                try:
                    found = judge.connection.recv()
                except (EOFError, OSError):
                    judges.remove(judge)
                    judge.end()
                    in_a_row += 1
                    if in_a_row > LOST_IN_A_ROW:
                        raise CannotGrade(_lost(judge)) from None
                    first = judge.told.popleft()
                    again.extend(judge.told)
                    losses[first.student] += 1
                    if losses[first.student] < LOST:
                        again.append(first)
                    else:
                        yield first, NotMarked(GIVEN_UP)
                    continue
                submission = judge.told.popleft()
                if isinstance(found, NotMarked) and found.stop:
                    raise CannotGrade(found.why)
                in_a_row = 0
                yield submission, found
    finally:
        for judge in judges:
            judge.end()


def _hand_out(
    judges: list[Judge],
    again: deque[HandedIn],
    rest: Iterator[HandedIn],
    new_judge: Callable[[], Judge],
    processes: int,
) -> None:
    """Give every process something to do, and start those that are needed; end those that are not."""
    for ahead in range(1, AHEAD + 1):
        for number in range(processes):
            judge = judges[number] if number < len(judges) else None
            if judge and len(judge.told) >= ahead:
                continue
            submission = again.popleft() if again else next(rest, None)
            if submission is None:
                break
            if judge is None:
                judge = new_judge()
                judges.append(judge)
            judge.mark(submission)
    for judge in judges:
        judge.tell()
    for judge in [judge for judge in judges if not judge.told]:
        judges.remove(judge)
        judge.end()


def _lost(judge: Judge) -> str:
    return (
        f"The processes that grade were ended {LOST_IN_A_ROW + 1} times in a row, the last time with "
        f"code {judge.process.returncode}. Is memory short? What was graded is kept; run the same command to "
        "continue."
    )
