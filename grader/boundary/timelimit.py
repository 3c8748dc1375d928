"""A time limit on a student's code, inside the process that runs it. The judge has one of its own outside."""

from __future__ import annotations

import signal
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager

# Bound once: a student may replace them.
_set_timer, _set_handler, _thread = signal.setitimer, signal.signal, threading.get_ident


class TimeUp(BaseException):
    """Raised inside a student's code when its time is over. Not an Exception: `except Exception` misses it."""


class _Alarm:
    """What is known of the alarm. It only ever interrupts the thread that set the limit, the process's first."""

    thread = 0
    waits = False
    came = False


def _stop(signum: int, frame: types.FrameType | None) -> None:
    if _Alarm.waits:
        _Alarm.came = True
        return
    raise TimeUp


def cancel() -> None:
    """Stop the clock, so that what has to be tidied up isn't interrupted."""
    _set_timer(signal.ITIMER_REAL, 0)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in the running code after `seconds`, and again every tenth of a second until it stops."""
    _Alarm.thread, _Alarm.waits, _Alarm.came = _thread(), False, False
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


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let an alarm wait until the block is through, for what must not be left half done."""
    if _thread() != _Alarm.thread:
        yield
        return
    _Alarm.waits = True
    try:
        yield
    finally:
        _Alarm.waits = False
    if _Alarm.came:
        _Alarm.came = False
        raise TimeUp
