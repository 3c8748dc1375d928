"""What a worker will be asked, told in advance: cells and calls in one message each way, as long as nothing is unusual.

Whatever is unusual, a slow cell, a process that is lost, a reply without sense, ends the going ahead. The rest is
asked one by one, and so is everything that gave no reply: in a new process, as if it had never been asked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from course.calling.endings import Attempt
from course.calling.work import Operation
from grader.boundary.shared.agreed import AHEAD
from grader.boundary.shared.caps import CAPS
from grader.boundary.shared.codec import WireError, encode
from grader.boundary.trusted.replies import CellOutput, read_attempt, read_cell


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls that are made of every submission one after the other, with their message, which is made once.

    Parameters
    ----------
    operations
        The calls.
    longest
        The largest of their time limits.
    message
        As a worker reads it.
    """

    operations: tuple[Operation, ...] = ()
    longest: float = 0.0
    message: bytes = encode([])

    @classmethod
    def of(cls, calls: Iterable[tuple[Operation, float]]) -> Calls:
        """Take calls with their time limits.

        Raises
        ------
        WireError
            If one needs more than data: a function, or an object that was kept.
        """
        calls = list(calls)
        told = [{**fields(operation), "seconds": float(seconds)} for operation, seconds in calls]
        longest = max((seconds for _, seconds in calls), default=0.0)
        return cls(tuple(operation for operation, _ in calls), longest, encode(told, strict=True))


def fields(operation: Operation) -> dict[str, Any]:
    """Give an operation as a request's fields."""
    told = {key: getattr(operation, key) for key in ("verb", "name", "args", "names", "owner", "keep")}
    return {**told, "kwargs": dict(operation.kwargs)}


def can_go_ahead(operation: Operation) -> bool:
    """Tell whether nothing that follows depends on how this ends: a call that keeps nothing, and needs nothing kept."""
    return operation.verb == "call" and operation.forget and not operation.keep and operation.owner is None


NONE = Calls()


class Ahead:
    """What is expected to be asked, and the replies to it.

    Parameters
    ----------
    cells
        The sources of the cells.
    calls
        Groups of calls. Other operations may be asked before each group.
    """

    def __init__(self, cells: Iterable[str] = (), calls: Iterable[Calls] = ()) -> None:
        self.cells = deque(cells)
        self.calls = deque(calls)
        self._shown: deque[CellOutput] = deque()
        self._sources: deque[str] = deque()
        self._made: deque[tuple[Operation, Attempt]] = deque()

    def shown(self, source: str) -> CellOutput | None:
        """Give what the next cell has shown, where it was run ahead."""
        if self._sources and self._sources[0] == source:
            self._sources.popleft()
            return self._shown.popleft()
        return None

    def made(self, operation: Operation) -> Attempt | None:
        """Give how the next call ended, where it was made ahead."""
        if self._made:
            planned, attempt = self._made.popleft()
            if _same(planned, operation):
                return attempt
            self._made.clear()
        return None

    def begins(self, operation: Operation) -> bool:
        """Tell whether the next group begins with this."""
        return bool(self.calls) and not self.cells and _same(self.calls[0].operations[0], operation)

    def next_cells(self, source: str) -> list[str]:
        """Give the cells to be run ahead, beginning with this one; none where it is not the one expected."""
        if self._sources or not self.cells or self.cells[0] != source:
            return []
        too_long = next((i for i, cell in enumerate(self.cells) if len(cell) > CAPS.text), len(self.cells))
        return list(self.cells)[:too_long]

    def next_calls(self, cells: Sequence[str]) -> Calls:
        """Give the calls to be made after these cells; none where other cells come first."""
        return self.calls[0] if self.calls and len(cells) == len(self.cells) else NONE

    def give_up(self) -> None:
        """Expect nothing more."""
        self.cells.clear()
        self.calls.clear()

    def take_cells(self, replies: Any, cells: Sequence[str]) -> None:
        """Take what cells have shown.

        Raises
        ------
        WireError
            Where the reply is not one.
        """
        if type(replies) is not list or len(replies) > len(cells) or (cells and not replies):
            raise WireError("The reply is about other cells.")
        self._shown = deque(map(read_cell, replies))
        self._sources = deque(cells[: len(replies)])
        for _ in replies:
            self.cells.popleft()

    def take_calls(self, replies: Any, calls: Calls, took: float) -> None:
        """Take how calls have ended.

        Parameters
        ----------
        replies
            What came.
        calls
            What was asked.
        took
            How long the judge waited for all of them. How it divides among them is the worker's word.

        Raises
        ------
        WireError
            Where the reply is not one.
        """
        if type(replies) is not list or len(replies) > len(calls.operations):
            raise WireError("The reply is about other calls.")
        for operation, reply in zip(calls.operations, replies, strict=False):
            attempt = read_attempt(reply, operation.names, 0.0)
            seconds = reply.get("seconds", 0.0)
            took -= seconds
            if took < 0:
                raise WireError("The reply reports more time than has passed.")
            self._made.append((operation, replace(attempt, seconds=seconds)))
        if replies:
            self.calls.popleft()


def patience(longest: float) -> float:
    """Give the seconds within which several things are done, if each may take this long."""
    return longest + AHEAD


def _same(planned: Operation, operation: Operation) -> bool:
    """Tell whether this is the planned call, with the very same arguments."""
    return planned is operation or (
        planned.name == operation.name
        and planned.verb == operation.verb
        and len(planned.args) == len(operation.args)
        and all(map(_is, planned.args, operation.args))
        and planned.kwargs.keys() == operation.kwargs.keys()
        and all(value is operation.kwargs[key] for key, value in planned.kwargs.items())
    )


def _is(one: Any, other: Any) -> bool:
    return one is other
