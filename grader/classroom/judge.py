"""A process that marks submissions one after the other, as requested over a connection."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection

import course
from course.calling.work import Unavailable
from grader.beside import files_beside, told_beside
from grader.boundary.trusted.judge import Nursery
from grader.classroom.handed_in import Carried, HandedIn
from grader.classroom.marking import Assignment, Marked, Marker

OBJECTS = 20_000
"""This many new objects make it worth looking for garbage: marking leaves little in circles."""
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class NotMarked:
    """Why a submission could not be marked; `stop` where none can be."""

    why: str
    stop: bool = False


def main(to_parent: socket.socket, parent: int, unsandboxed: bool = False, warm: int | None = None) -> None:
    """Mark what comes over the connection, until it is closed or the parent is gone.

    Parameters
    ----------
    to_parent
        The connection.
    parent
        The process that started this one.
    unsandboxed
        Do without confinement.
    warm
        Descriptor of a socket to a warm parent. By default this process starts what it needs.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business; it closes the connection
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the call
            return
    connection = Connection(to_parent.detach())
    try:
        _serve(connection, unsandboxed, None if warm is None else socket.socket(fileno=warm))
    except (EOFError, ConnectionError):
        return


def _serve(connection: Connection, unsandboxed: bool, warm: socket.socket | None) -> None:
    try:
        nursery = Nursery(unsandboxed=unsandboxed, connection=warm)
    except Unavailable as error:
        connection.recv()  # the assignment
        connection.recv()
        connection.send(NotMarked(str(error), stop=True))
        return
    with nursery:
        nursery.begin()
        len(course.exercises)  # loads the chapters, while the right answers may still be computed
        assignment: Assignment = connection.recv()
        _mark_all(connection, Marker(assignment, nursery))


def _mark_all(connection: Connection, marker: Marker) -> None:
    gc.collect()
    gc.freeze()  # what is there now stays, and is not searched for garbage again and again
    gc.set_threshold(OBJECTS)
    gc.enable()
    with marker:
        while True:
            connection.send(_mark(marker, connection.recv()))


def _mark(marker: Marker, handed_in: HandedIn) -> Marked | NotMarked:
    try:
        beside = handed_in.beside if isinstance(handed_in, Carried) else told_beside(files_beside(handed_in.folder)[1])
        return marker.mark(handed_in, beside)
    except Unavailable as error:
        return NotMarked(str(error), stop=True)
    except Exception as error:
        return NotMarked(f"It could not be graded: {type(error).__name__}: {error}. This is an error in the course.")
