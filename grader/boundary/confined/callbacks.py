"""The judge's functions as a student's code has them inside the worker: a number, and the way to ask.

A call of one goes to the judge as a message, and its result comes back as one. The function itself, and what it
knows, stay where they are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from course.calling.time_limit import uninterrupted
from grader.boundary.shared.agreed import EXCEPTIONS
from grader.boundary.shared.caps import ARGUMENTS
from grader.boundary.shared.codec import WireError, encode
from grader.boundary.shared.wire import Channel, receive, send


class Callbacks:
    """Asks the judge, while a request of it is pending, one question at a time.

    Parameters
    ----------
    fd
        The connection to the judge.
    """

    def __init__(self, fd: Channel) -> None:
        self.whole = True
        """Whether every question has got its answer. Where not, the connection can't be used any more."""
        self._fd = fd
        self._token = ""
        self._asking = False
        self._lock = threading.RLock()  # a student's threads may ask at once

    def open(self, token: str) -> None:
        """Allow questions, as a part of the request that has this token."""
        self._token = token

    def close(self) -> None:
        """Allow no more questions, once the one that is under way has its answer."""
        with self._lock:
            self._token = ""

    def function(self, number: int) -> Callable[..., Any]:
        """Make what a student's code gets instead of the judge's function of this number."""

        def function(*args: Any, **kwargs: Any) -> Any:
            return self._ask(number, args, kwargs)

        return function

    def _ask(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with self._lock:
            if self._asking or not self._token:  # from a __del__ in the midst of a question, or from a thread left over
                raise RuntimeError("This function can't be called now: no call that may use it is running.")
            question = {"token": self._token, "function": number, "args": args, "kwargs": kwargs}
            try:
                message = encode(question, caps=ARGUMENTS, strict=True)
            except WireError as error:
                raise TypeError(f"This function can't be called with that. {error}") from None
            answer = self._exchange(message)
        if "value" in answer:
            return answer["value"]
        raise EXCEPTIONS.get(answer["raised"], RuntimeError)(answer["message"])

    def _exchange(self, message: bytes) -> dict[str, Any]:
        self._asking = True
        try:
            with uninterrupted():
                self.whole = False
                send(self._fd, message)
                answer = receive(self._fd)
                self.whole = True
        finally:
            self._asking = False
        return answer
