"""A time limit on a student's code, inside the process that runs it."""

from __future__ import annotations

import _signal  # pyrefly: ignore[missing-import]
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

AGAIN = 0.1
"""Seconds after which code that caught the exception is stopped once more; each further time much sooner."""
SOONEST = 2e-4
"""Seconds between two alarms at the least. So often, one strikes outside of any `try` before long."""
OVERDUE = 1.0
"""Seconds after which a limit's alarm is set again: the code may have switched it off."""


def _of_signal(name: str) -> Any:
    """Give what the module `signal` has by a name, or None: Windows has no timers."""
    return getattr(signal, name, None)


# Bound once: where answers are graded, a student may replace these names where they come from.
_set_handler = _signal.signal  # signal's own, without turning what was set before into an enum
_set_timer, _real, _alarm = map(_of_signal, ("setitimer", "ITIMER_REAL", "SIGALRM"))
_mask: Any = getattr(_signal, "pthread_sigmask", None)
_unblock = _of_signal("SIG_UNBLOCK")
_thread, _clock = threading.get_ident, time.monotonic
_raise_in, _as_object, _as_thread = ctypes.pythonapi.PyThreadState_SetAsyncExc, ctypes.py_object, ctypes.c_ulong

T = TypeVar("T")


class TimeUp(BaseException):
    """Raised inside a student's code when its time is over. Not an Exception: `except Exception` misses it."""


class _Alarm:
    """What is known of one limit. It interrupts only the thread that set it."""

    running: _Alarm | None = None
    """The innermost limit on the main thread."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.thread = _thread()
        self.due = _clock() + seconds
        self.over = False
        self.waits = False
        self.came = False
        self.pause = AGAIN

    def ring(self, signum: int, frame: Any) -> None:
        if self.over:
            return
        # one more alarm, not a stream of them: they could come faster than this function is entered
        self.pause = SOONEST if self.pause < 4 * SOONEST else self.pause / 4
        _set_timer(_real, self.pause)
        if self.waits:
            self.came = True
            return
        raise TimeUp


def limited(seconds: float, action: Callable[[], T]) -> T:
    """Give what `action` returns; raise `TimeUp` in it after `seconds`, and again until it stops.

    On the main thread a timer signal also ends a sleeping call. Elsewhere the exception is delivered at the next
    Python instruction. What runs in compiled code, or ignores the signal, can only be ended from outside.

    Examples
    --------
    >>> limited(5.0, lambda: 2 + 2)
    4
    """
    alarm = _Alarm(seconds)
    with _quiet_where_nothing_can_be_raised():
        return _limited(seconds, action, alarm)


def _limited(seconds: float, action: Callable[[], T], alarm: _Alarm) -> T:
    if _set_timer is None:  # Windows has no timer signal, nor has Python in a browser
        return _limited_by_a_thread(seconds, action, alarm)
    try:
        before = _set_handler(_alarm, alarm.ring)
    except (TypeError, ValueError):  # other threads than the first set no handler
        return _limited_by_a_thread(seconds, action, alarm)
    outer, began = _Alarm.running, _clock()
    _Alarm.running = alarm
    left, _ = _set_timer(_real, max(seconds, SOONEST), AGAIN)
    try:
        return action()
    finally:
        alarm.over = True  # first, and before anything that an alarm could interrupt
        _set_timer(_real, 0)
        # The code may have blocked the signal. Another thread takes it then, and the next limit ends no sleep.
        _mask(_unblock, [_alarm])
        _Alarm.running = outer
        _set_handler(_alarm, before)
        if left:  # a limit inside another one
            _set_timer(_real, max(left - (_clock() - began), SOONEST), AGAIN)


@contextmanager
def _quiet_where_nothing_can_be_raised() -> Iterator[None]:
    """Print no word of an alarm that rings in a ``__del__`` or a callback: it is lost there, and rings again."""
    before = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        if unraisable.exc_type is not TimeUp:
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def _limited_by_a_thread(seconds: float, action: Callable[[], T], alarm: _Alarm) -> T:
    ident = _as_thread(alarm.thread)
    done, delivering = threading.Event(), threading.Lock()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            with delivering:
                if not alarm.over:
                    _raise_in(ident, _as_object(TimeUp))
            wait = alarm.pause = max(alarm.pause / 4, 1e-3)

    try:
        threading.Thread(target=watch, daemon=True).start()
    except RuntimeError:  # Python in a browser has no threads; a page that hangs is reloaded
        return action()
    try:
        return action()
    finally:
        alarm.over = True
        # What the watcher has sent by now is raised here. To withdraw it would leave CPython 3.11 with a pending
        # interruption that never comes, and the next traced function would wait for it for ever.
        try:  # noqa: SIM105 - the first call of anything raises it, and `suppress` would be one
            delivering.acquire()
        except TimeUp:
            pass
        done.set()
        if delivering.locked():
            delivering.release()


@contextmanager
def watched() -> Iterator[None]:
    """Set an alarm again that does not ring on the main thread: its code may have switched it off.

    This is for one's own process. Where answers are graded, the judge ends what is late from outside.

    Examples
    --------
    >>> with watched():
    ...     limited(5.0, lambda: 2 + 2)
    4
    """
    if _set_timer is None or _thread() != threading.main_thread().ident:
        yield  # a thread watches each limit
        return
    done, again = threading.Event(), _on_main_thread()

    def watch() -> None:
        while not done.wait(OVERDUE / 4):
            if _is_overdue(_Alarm.running):
                ctypes.pythonapi.Py_AddPendingCall(again, None)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


@cache
def _on_main_thread() -> Any:
    """Give `_set_again` as Python can be asked to call it. It is kept: it may be called late."""
    return ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(_set_again)


def _is_overdue(alarm: _Alarm | None) -> bool:
    return alarm is not None and not alarm.over and _clock() > alarm.due + OVERDUE


def _set_again(_: Any) -> int:
    """Set the alarm of the innermost limit again, on the main thread."""
    alarm = _Alarm.running
    if alarm is not None and _is_overdue(alarm):
        _mask(_unblock, [_alarm])
        _set_handler(_alarm, alarm.ring)
        _set_timer(_real, SOONEST)
    return 0


def cancel() -> None:
    """Stop the clock, so that what has to be tidied up isn't interrupted."""
    _set_timer(_real, 0)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let an alarm wait until the block is through, for what must not be left half done."""
    alarm = _Alarm.running
    if alarm is None or _thread() != alarm.thread:
        yield
        return
    alarm.waits = True
    try:
        yield
    finally:
        alarm.waits = False
    if alarm.came:
        alarm.came = False
        raise TimeUp


def let_go(action: Callable[[], Any], seconds: float) -> None:
    """Do what may set a student's objects free, whose last words must not last for ever."""
    try:
        limited(seconds, action)
    except TimeUp:
        return
