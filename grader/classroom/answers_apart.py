"""The right answers, computed by a separate process: it loads PyTorch while this one loads nbgrader."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Self

from grader.boundary.shared.connected import Started, start
from grader.errors import GraderError

if TYPE_CHECKING:
    from course.checking.answers import Answers

RightAnswer = Callable[[str, int], "Answers"]
"""Gives the right answers to an exercise's cases, by its name and the seed from which they are drawn."""


class NoAnswers(GraderError):
    """The process that computes the right answers ended."""


class AnswersApart:
    """Computes right answers in another process, which starts when it is needed. A context manager.

    Notes
    -----
    In use::

        with AnswersApart() as right_answer:
            answers = right_answer("linear", 7)
    """

    def __init__(self) -> None:
        self._process: Started | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process and self._connection:
            self._connection.close()
            self._process.end()  # it has nothing to tidy up

    def begin(self) -> tuple[Connection, Started]:
        """Start the process, if there is none, and don't wait for it."""
        if self._process is None or self._connection is None:
            self._process, ours = start("grader.classroom.answers_apart")
            self._connection = Connection(ours.detach())
        return self._connection, self._process

    def __call__(self, name: str, seed: int) -> Answers:
        """Give the right answers to an exercise's cases.

        Raises
        ------
        NoAnswers
            If the other process has ended.
        """
        connection, process = self.begin()
        try:
            connection.send((name, seed))
            found = connection.recv()
        except (EOFError, OSError):
            raise NoAnswers(
                f"The process that computes the right answers ended with code {process.wait()}. Is memory short? "
                "What was graded is kept; run the same command to continue."
            ) from None
        if isinstance(found, Exception):
            raise found
        return found


def main(to_parent: socket.socket) -> None:
    """Answer what comes over the connection, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business; it closes the connection
    import course
    from course.checking import oracle
    from course.checking.prepared import Prepared

    oracle.available()  # loads PyTorch
    gc.freeze()
    gc.enable()  # while loading, there is no garbage to collect
    connection = Connection(to_parent.detach())
    try:
        while True:
            name, seed = connection.recv()
            try:
                connection.send(Prepared(course.exercises[name], seed).answers())
            except Exception as error:
                connection.send(error)
    except (EOFError, OSError):
        os._exit(0)
