"""Functions of the judge's that a student's code may call: by number, with data, and only while it is asked itself.

A function given to a student's code gets what a student's code likes to give it. It should compute, and need no
more time and memory than in proportion to that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from course.calling.naming import MESSAGE
from course.calling.time_limit import TimeUp, limited
from grader.boundary.shared.agreed import EXCEPTIONS
from grader.boundary.shared.caps import ANSWER, ARGUMENTS
from grader.boundary.shared.codec import WireError, encode
from grader.boundary.shared.wire import Channel, WireLate, receive, send
from grader.boundary.trusted.replies import foreign

CALLS = 20_000
"""At most this many calls of them in one operation."""


class Functions:
    """The functions that one case has handed to a student's code."""

    def __init__(self) -> None:
        self.running = False
        """Whether one of them is running now, so that the connection waits for its result."""
        self._known: dict[int, Callable[..., Any]] = {}
        self._last = 0

    def number(self, function: Callable[..., Any]) -> int:
        """Give a function's number. None is used twice, so that one from an earlier case means no other."""
        for number, known in self._known.items():
            if known is function:
                return number
        self._last += 1
        self._known[self._last] = function
        return self._last

    def forget(self) -> None:
        """Answer no more calls of those known."""
        self._known.clear()

    def serve(self, fd: Channel, token: str, deadline: float) -> Any:
        """Receive an operation's answer; until it comes, answer the calls of functions that come.

        Raises
        ------
        WireError
            As from `receive`; also where a call is none, or its function is still running at the deadline.
        """
        count = 0
        while True:
            answer = receive(fd, deadline, caps=ANSWER, opaque=foreign)
            if type(answer) is not dict or answer.keys() != {"token", "function", "args", "kwargs"}:
                return answer
            if answer["token"] != token:
                raise WireError("The call belongs to no question.")
            count += 1
            reply = self._call(answer, deadline) if count <= CALLS else _failed("RuntimeError", _OFTEN.format(CALLS))
            try:
                message = encode(reply, strict=True)
            except WireError as error:
                message = encode(_failed("RuntimeError", f"The result can't be sent. {error}"))
            send(fd, message, deadline)

    def _call(self, question: dict[str, Any], deadline: float) -> dict[str, Any]:
        number, args, kwargs = question["function"], question["args"], question["kwargs"]
        if (
            type(number) is not int
            or not 0 < number <= self._last
            or type(args) is not tuple
            or type(kwargs) is not dict
        ):
            raise WireError("The call names no function.")
        _check([args, kwargs])
        function = self._known.get(number)
        if function is None:
            return _failed("RuntimeError", "This function was for an earlier case, which is over.")
        left = deadline - time.monotonic()
        if left <= 0:
            raise WireLate("The time is over.")
        self.running = True
        try:
            with np.errstate(all="ignore"):
                return {"value": limited(left, lambda: function(*args, **kwargs))}
        except TimeUp:
            raise WireLate("The time is over.") from None
        except Exception as error:
            return _failed(_kind(error), _message(error))
        finally:
            self.running = False


_OFTEN = "The function was called more than {:,} times."


def _failed(kind: str, message: str) -> dict[str, Any]:
    return {"raised": kind, "message": message}


def _kind(error: Exception) -> str:
    """Name the nearest kind that exists on both sides, so that `except ValueError` works as at home."""
    names = (kind.__name__ for kind in type(error).__mro__ if kind in EXCEPTIONS.values())
    return next(names, "RuntimeError")


def _message(error: Exception) -> str:
    text = error.args[0] if len(error.args) == 1 and type(error.args[0]) is str else str(error)
    return text[:MESSAGE]


def _check(value: Any) -> None:
    """Refuse more than a worker of ours would send: objects, and arrays that are large together."""
    left, items = ARGUMENTS.message, [value]
    while items:
        item = items.pop()
        kind = type(item)
        if kind in (list, tuple):
            items += item
        elif kind is dict:
            items += item.values()
        elif kind is np.ndarray:
            left -= item.nbytes
        elif not (item is None or kind in (bool, int, float, complex, str) or issubclass(kind, np.generic)):
            raise WireError("The call hands over something that is not data.")
    if left < 0:
        raise WireError("The call hands over too much.")
