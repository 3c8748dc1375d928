"""A time limit on a student's code, inside the process that runs it. The judge has one of its own outside."""

from __future__ import annotations

import signal
import types
from collections.abc import Iterator
from contextlib import contextmanager

_set_timer, _set_handler = signal.setitimer, signal.signal  # bound once: a student may replace them


class TimeUp(BaseException):
    """Raised inside a student's code when its time is over. Not an Exception: `except Exception` misses it."""


def _stop(signum: int, frame: types.FrameType | None) -> None:
    raise TimeUp


def cancel() -> None:
    """Stop the clock, so that what has to be tidied up isn't interrupted."""
    _set_timer(signal.ITIMER_REAL, 0)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in the running code after `seconds`, and again every tenth of a second until it stops."""
    before = _set_handler(signal.SIGALRM, _stop)
    _set_timer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        try:
            cancel()
        finally:  # the alarm may go off inside this very block
            cancel()
            _set_handler(signal.SIGALRM, before)
