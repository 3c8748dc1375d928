"""The trusted side of the boundary: has a student's cells run and functions called by a worker, and believes nothing.

A worker may end, hang, or reply with anything. Each of these becomes a fact about the one cell or call it happened
in; the next call gets a new worker in which the cells that behaved have been run again.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from course.calling.endings import Attempt, Ending
from course.calling.work import GONE, Held, Operation
from grader.boundary.shared.caps import ANSWER, CAPS, CELL
from grader.boundary.shared.codec import Reference, WireError, encode
from grader.boundary.shared.wire import WireClosed, WireLate, discard, receive, send
from grader.boundary.trusted.ahead import NONE, Ahead, Calls, fields, patience
from grader.boundary.trusted.begun import End
from grader.boundary.trusted.functions import Functions
from grader.boundary.trusted.limits import Limits
from grader.boundary.trusted.processes import Process, Processes
from grader.boundary.trusted.replies import CellError, CellOutput, foreign, read_attempt, read_cell

__all__ = ["CellError", "CellOutput", "Limits", "Nursery", "Worker"]

LOSSES = 2
"""One function may cost at most this many processes; its further calls are not made."""
HELD = 1000
"""At most this many objects may be kept for one case."""
_PATIENCE = 0.5
_FULL = "What this cell showed was left out: all cells together may show {:,} bytes."
_OVER = "The time for all cells and answers of this submission, {:g} s, was used up before."


@dataclass(frozen=True, slots=True)
class _Loss:
    """Why a process is no longer there."""

    ending: Ending
    why: str
    seconds: float = 0.0


class _Gone(Exception):
    """An object among the arguments no longer exists."""


class Nursery(Processes):
    """Where workers come from; one a grading run. A context manager; safe to share between threads.

    Parameters
    ----------
    unsandboxed
        Do without confinement. Whoever asks for it records it in every report.

    Raises
    ------
    ConfinementError
        Where student code can't be confined on this machine and `unsandboxed` is not given.

    Notes
    -----
    In use::

        with Nursery() as nursery, nursery.worker() as worker:
            outputs = worker.run_cells(["def twice(x): return 2 * x"])
            attempt = worker.perform(Operation("call", "twice", (4,), names=("x",)), 5.0)
    """

    def worker(self, limits: Limits | None = None) -> Worker:
        """Get a worker for one submission."""
        return Worker(self, limits or Limits())


class Worker:
    """Runs one submission. A context manager.

    Parameters
    ----------
    nursery
        Where the processes come from.
    limits
        What the submission may use.

    Attributes
    ----------
    interrupted
        Whether a process was lost with the warm parent, which is beyond a student's reach: somebody else ended it.
    """

    def __init__(self, nursery: Processes, limits: Limits) -> None:
        self.limits = limits
        self.interrupted = False
        self._nursery = nursery
        self._process: Process | None = None
        self._cells = 0
        self._good: list[tuple[int, str]] = []
        self._losses: Counter[str] = Counter()
        self._held: dict[int, str] = {}
        self._served: str | None = None
        self._functions = Functions()
        self._left = self.limits.total_seconds
        self._since: float | None = None
        self._room = self.limits.output
        self._ahead = Ahead()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that serves at present."""
        return self._process.pid if self._process else None

    @property
    def left(self) -> float:
        """Seconds that the submission may still use."""
        return self._left - (0.0 if self._since is None else time.monotonic() - self._since)

    def spend(self, seconds: float) -> None:
        """Count time that this submission took elsewhere, such as in comparing its answers."""
        self._left -= seconds

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count all time until the block ends: starting and ending processes, and running cells again, too."""
        outermost = self._since is None
        if outermost:
            self._since = time.monotonic()
        try:
            yield
        finally:
            if outermost:
                self._left, self._since = self.left, None

    def close(self) -> None:
        """End the process and remove its files."""
        if self._process is not None:
            self._nursery.end(self._process)
            self._process = None

    def expect(self, cells: Iterable[str], calls: Iterable[Calls] = ()) -> None:
        """Say what will be asked, so that the worker can go ahead with it. What is asked is asked as without this.

        Parameters
        ----------
        cells
            The sources of all cells, in order.
        calls
            The calls that come after them, in groups. Other operations may be asked before each group.
        """
        self._ahead = Ahead(cells, calls)

    def run_cells(self, cells: Iterable[str]) -> list[CellOutput]:
        """Run cells one after the other, each with its time limit, in one namespace.

        A cell that ends its process is left out; the cells before it are run again in a new one.
        """
        outputs = []
        for cell in cells:
            self._cells += 1
            with self._counted():
                outputs.append(self._run_cell(cell))
        return outputs

    def run_more(self, source: str) -> CellOutput:
        """Run code that belongs to the cell that ran last, under its number."""
        with self._counted():
            return self._run_cell(source)

    def perform(self, operation: Operation, seconds: float) -> Attempt:
        """Do one thing with the student's work, as `course.calling.here.Here` does here.

        An object is lost with its process, and nothing can be done with it any more. Losses are counted for the
        notebook's name with which an operation, or the making of its object, began.

        Raises
        ------
        TypeError
            An argument is neither data, nor a function, nor `Held`, or is too large: an exercise's error.
        """
        if self._functions.running:
            raise RuntimeError("A function that was handed to a student's code can't use the student's work itself.")
        if (attempt := self._ahead.made(operation)) is not None:
            return attempt
        with self._counted():
            if self._ahead.begins(operation) and self._ready():
                self._forget()
                self._go_ahead([])
                if (attempt := self._ahead.made(operation)) is not None:
                    return attempt
            return self._perform(operation, seconds)

    def _perform(self, operation: Operation, seconds: float) -> Attempt:
        if operation.forget:
            self._forget()
        owner = operation.owner
        root = operation.name if owner is None else self._held.get(owner.number)
        if root is None:
            return Attempt(Ending.LOST, detail=GONE)
        if self._losses[root] >= LOSSES:
            return Attempt(Ending.LOST, detail=f"it did so {LOSSES} times before, and was not called again")
        if operation.keep and len(self._held) >= HELD:
            return Attempt(Ending.NOT_RUN, detail=f"One case may keep {HELD:,} objects; this one wants more.")
        self._clear_up_after_others(root)
        if not self._ready():
            return Attempt(Ending.NOT_RUN, detail=_OVER.format(self.limits.total_seconds))
        others, begins = self._served not in (None, root), not self._held
        self._served = root
        try:
            attempt = self._do(operation, root, float(seconds))
            if attempt.ending is Ending.LOST and others and begins and self._ready():
                # What ran before in the process may have ended it: it is asked again in a new one.
                self._losses[root] -= 1
                self._served = root
                attempt = self._do(operation, root, float(seconds))
            return attempt
        except _Gone:
            return Attempt(Ending.LOST, detail=GONE)

    def _clear_up_after_others(self, root: str) -> None:
        """End a process in which another name's work took too much: the watch would end it under this one's."""
        if self._process is not None and self._served not in (None, root) and self._process.watch.look():
            self._give_up()

    def _run_cell(self, source: str) -> CellOutput:
        if len(source) > CAPS.text:
            return CellOutput(note=f"This cell was not run: it has more than {CAPS.text:,} characters.")
        if not self._ready():
            return CellOutput(note=f"This cell was not run. {_OVER.format(self.limits.total_seconds)}")
        if cells := self._ahead.next_cells(source):
            self._go_ahead(cells)
            if not self._ready():
                return CellOutput(note=f"This cell was not run. {_OVER.format(self.limits.total_seconds)}")
        found = self._ahead.shown(source) or self._ask_cell(self._cells, source)
        if isinstance(found, _Loss):
            return CellOutput(note=f"This cell was left out, because {found.why}.")
        self._good.append((self._cells, source))
        if found.size <= self._room:
            self._room -= found.size
            return found
        error = found.error and CellError(found.error.name, found.error.message[:200])
        return CellOutput(error=error, note=_FULL.format(self.limits.output))

    def _do(self, operation: Operation, root: str, seconds: float) -> Attempt:
        start = time.monotonic()
        reply = self._ask("do", {**fields(operation), "seconds": seconds}, seconds)
        if not isinstance(reply, _Loss):
            try:
                attempt = read_attempt(reply, operation.names, time.monotonic() - start, operation.keep)
            except WireError:
                reply = self._lose_senseless()
            else:
                if isinstance(attempt.value, Held):
                    self._held[operation.keep] = root
                return attempt
        self._losses[root] += 1
        return Attempt(reply.ending, seconds=reply.seconds, detail=reply.why)

    def _refer(self, value: Any) -> Reference | None:
        """Give what is sent for an object in the worker, and for a function on this side."""
        if isinstance(value, Held):
            if value.number not in self._held:
                raise _Gone
            return Reference("held", value.number)
        return Reference("function", self._functions.number(value)) if callable(value) else None

    def _forget(self) -> None:
        """Let go of a case's objects and functions. What an object does as it goes is charged to whoever made it."""
        self._functions.forget()
        roots = set(self._held.values())
        if not roots:
            return
        if isinstance(self._ask("forget", {}, self.limits.cell_seconds), _Loss):
            self._losses.update(roots)
        self._held.clear()

    def _ready(self) -> bool:
        """Have a process in which the cells that behaved have run. False where the time is used up."""
        while self._process is None and self.left > 0:
            self._process = self._nursery.fork(self.limits, [calls.message for calls in self._ahead.calls])
            for number, source in list(self._good):
                if isinstance(self._ask_cell(number, source), _Loss):
                    self._good.remove((number, source))  # it behaved only once
                    break
        return self.left > 0

    def _ask_cell(self, number: int, source: str) -> CellOutput | _Loss:
        seconds = self.limits.cell_seconds
        reply = self._ask("cell", {"source": source, "number": number, "seconds": seconds}, seconds)
        if isinstance(reply, _Loss):
            return reply
        try:
            return read_cell(reply)
        except WireError:
            return self._lose_senseless()

    def _go_ahead(self, cells: list[str]) -> None:
        """Have the worker go ahead. Where that ends badly, nothing was asked; what comes next gets a new process."""
        assert self._process is not None
        fd, seconds, learned = self._process.fd, self.limits.cell_seconds, self._process.learned
        calls = self._ahead.next_calls(cells)
        calls = calls if calls.message in learned else NONE
        token, numbered = secrets.token_hex(8), [[self._cells + i, source] for i, source in enumerate(cells)]
        request = {"token": token, "kind": "ahead", "cells": numbered, "seconds": seconds}
        number = learned.index(calls.message) if calls.operations else None
        message = encode({**request, "calls": number}, strict=True)
        start = time.monotonic()
        try:
            discard(fd)
            deadline = self._deadline(patience(seconds) if cells else 0.0)
            send(fd, message, deadline)
            if _reply(receive(fd, deadline), token) is not None:
                raise WireError("It does not say that the cells have run.")
            deadline = self._deadline(patience(calls.longest))
            self._ahead.take_cells(_reply(receive(fd, deadline, caps=CELL), token), cells)
            answer = receive(fd, deadline, caps=ANSWER, opaque=foreign)
            self._ahead.take_calls(_reply(answer, token), calls, time.monotonic() - start)
        except WireError:
            self._ahead = Ahead()
            self._give_up()
        except BaseException:
            self._give_up()
            raise

    def _deadline(self, seconds: float) -> float:
        """Give the deadline of something that may take this long, within the time that is left to the submission."""
        return time.monotonic() + min(seconds + self.limits.grace, max(self.left, 0.1))

    def _ask(self, kind: str, request: dict[str, Any], seconds: float) -> Any:
        """Send one request and wait for its reply; on any failure the process is given up."""
        assert self._process is not None
        fd = self._process.fd
        # A reply written before its question was asked can't have the question's token.
        token = secrets.token_hex(8)
        try:
            message = encode({"token": token, "kind": kind, **request}, strict=True, refer=self._refer)
        except WireError as error:
            raise TypeError(str(error)) from None
        start = time.monotonic()
        deadline = self._deadline(seconds)
        try:
            discard(fd)
            send(fd, message, deadline)
            answer = self._functions.serve(fd, token, deadline) if kind == "do" else receive(fd, deadline, caps=CELL)
            reply = _reply(answer, token)
        except WireLate:
            took = time.monotonic() - start
            self._give_up()
            return _Loss(Ending.TOO_SLOW, f"it was ended after {took:.1f} s", took)
        except WireClosed:
            took = time.monotonic() - start
            end = self._give_up(_PATIENCE)
            return _Loss(*end.explained(self.limits.cpu_seconds), took)
        except WireError:
            return self._lose_senseless()
        except BaseException:  # an interruption: what is under way has no one to wait for it
            self._give_up()
            raise
        return reply

    def _give_up(self, patience: float = 0.0) -> End:
        process, self._process, self._served = self._process, None, None
        assert process is not None
        self._held.clear()
        end = self._nursery.end(process, patience)
        self.interrupted |= end.exit is None
        return end

    def _lose_senseless(self) -> _Loss:
        self._give_up()
        return _Loss(Ending.LOST, "its reply made no sense")


def _reply(answer: Any, token: str) -> Any:
    if type(answer) is not dict or answer.keys() != {"token", "reply"} or answer["token"] != token:
        raise WireError("The answer belongs to no question.")
    return answer["reply"]
