"""A time limit on a student's code, inside the process that runs it.

Three things end code that takes too long, each where the one before was not enough: a timer signal, which also ends a
sleeping call; an exception that another thread sends; and at last one that is raised again at every line.
"""

from __future__ import annotations

import _signal  # pyrefly: ignore[missing-import]
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import Any, TypeVar

AGAIN = 0.1
"""Seconds after which code that caught the exception is stopped once more; each further time much sooner."""
SOONEST = 2e-4
"""The fewest seconds between two alarms. At this rate, one soon strikes outside of any `try`."""
OVERDUE = 1.0
"""Seconds after which a limit's last resort is used: the code has switched the alarm off, or catches whatever comes."""
DEEPER = 50
"""Code that is too deep in calls to be stopped may be this many calls deeper."""


def _of_signal(name: str) -> Any:
    """Give what the module `signal` has by a name, or None: Windows has no timers."""
    return getattr(signal, name, None)


# Bound once: where answers are graded, a student may replace these names where they come from.
_set_handler = _signal.signal  # signal's own, without turning what was set before into an enum
_get_handler = _signal.getsignal
_set_timer, _get_timer, _real, _alarm = map(_of_signal, ("setitimer", "getitimer", "ITIMER_REAL", "SIGALRM"))
_mask: Any = getattr(_signal, "pthread_sigmask", None)
_unblock = _of_signal("SIG_UNBLOCK")
_thread, _main_thread = threading.get_ident, threading.main_thread
_clock, _lock = time.monotonic, threading.Lock
_raise_in, _as_object, _as_thread = ctypes.pythonapi.PyThreadState_SetAsyncExc, ctypes.py_object, ctypes.c_ulong
_gettrace, _settrace = sys.gettrace, sys.settrace
_getlimit, _setlimit = sys.getrecursionlimit, sys.setrecursionlimit

T = TypeVar("T")


class TimeUp(BaseException):
    """Raised inside a student's code when its time is over. Not an Exception: `except Exception` misses it."""


class _Alarm:
    """What is known about one limit. It interrupts only the thread that set it."""

    running: _Alarm | None = None
    """The innermost limit on the main thread, whichever way it is kept."""

    over = waits = came = struck = False
    pause = AGAIN
    depth = 0

    def __init__(self, seconds: float = 0.0) -> None:
        self.thread = _thread()
        self.due = _clock() + seconds
        self.delivering = _lock()

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

    def strike(self) -> None:
        """Raise `TimeUp` in this limit's thread, from another one; if that was in vain, at every line from there on."""
        with self.delivering:
            if self.over:
                return
            if self.waits:
                self.came = True
                return
            error = TimeUp
            if self.struck and _clock() > self.due + OVERDUE:
                depth = _getlimit()
                self.depth = self.depth or depth
                _setlimit(depth + DEEPER)
                error = _last_resort(self)
            self.struck = True
            _raise_in(_as_thread(self.thread), _as_object(error))

    def end(self) -> None:
        """Tidy up after what was struck."""
        if self.delivering.locked():
            self.delivering.release()
        if self.depth:
            _setlimit(self.depth)


def _last_resort(alarm: _Alarm) -> type[TimeUp]:
    """Make an exception that Python itself makes an object of, in the thread in which it is raised."""

    class LastResort(TimeUp):
        def __init__(self) -> None:
            super().__init__()
            if not alarm.over:
                _raise_at_every_line(alarm)

    return LastResort


class _AtEveryLine:
    """Raises `TimeUp` at every line and call of a thread, until that reaches the limit: no `except` gets to its end.

    A trace function in Python could do so once only: it is taken away as soon as it raises.
    """

    def __init__(self, alarm: _Alarm) -> None:
        self.alarm, trace = alarm, _gettrace()
        self.before = trace.before if type(trace) is _AtEveryLine else trace

    def __delitem__(self, frame: Any) -> None:
        if self.alarm.over or frame.f_code in _LIMITS:
            _settrace(self.before)
        elif frame.f_code.co_filename != _HERE:
            raise TimeUp


def _raise_at_every_line(alarm: _Alarm) -> None:
    """Trace this thread by a function of CPython's that has a trace function's form.

    ``PyObject_DelItem(thing, frame)`` calls ``thing.__delitem__(frame)``, and tells by -1 that it raised.
    """
    set_trace = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.py_object)(("PyEval_SetTrace", ctypes.pythonapi))
    set_trace(ctypes.cast(ctypes.pythonapi.PyObject_DelItem, ctypes.c_void_p), _AtEveryLine(alarm))


def limited(seconds: float, action: Callable[[], T]) -> T:
    """Give what `action` returns; raise `TimeUp` in it after `seconds`, and again until it stops.

    On the main thread a timer signal also ends a sleeping call. Elsewhere, and on Windows, the exception is delivered
    at the next Python instruction. Code that catches whatever is raised ends `OVERDUE` seconds later: on the main
    thread within `watched`, elsewhere always. What runs in compiled code can only be ended from outside.

    Examples
    --------
    >>> limited(5.0, lambda: 2 + 2)
    4
    """
    before = sys.unraisablehook
    sys.unraisablehook = partial(_unraised, before)
    try:
        return _limited(seconds, action, _Alarm(seconds))
    finally:
        sys.unraisablehook = before


def _limited(seconds: float, action: Callable[[], T], alarm: _Alarm) -> T:
    if not _on_the_main_thread():  # other threads than the first set no handler
        return _limited_by_a_thread(seconds, action, alarm)
    outer, began = _Alarm.running, _clock()
    before, left = _get_handler(_alarm), _get_timer(_real)[0]
    try:  # from here on: a short limit is over before the call that sets its timer has returned
        _Alarm.running = alarm
        _set_handler(_alarm, alarm.ring)
        _set_timer(_real, max(seconds, SOONEST), AGAIN)
        return action()
    finally:
        alarm.over = True  # first, and before anything that an alarm could interrupt
        # What was sent by now is raised here. To withdraw it would leave CPython 3.11 with a pending interruption
        # that never comes, and the next traced function would wait for it forever.
        try:  # noqa: SIM105 - the first call of anything raises it, and `suppress` would be one
            alarm.delivering.acquire()
        except TimeUp:
            pass
        alarm.end()
        _set_timer(_real, 0)
        # The code may have blocked the signal. Another thread takes it then, and the next limit ends no sleep.
        _mask(_unblock, [_alarm])
        _Alarm.running = outer
        _set_handler(_alarm, before)
        if left:  # a limit inside another one
            _set_timer(_real, max(left - (_clock() - began), SOONEST), AGAIN)


def _on_the_main_thread() -> bool:
    """Whether a timer signal can end what this thread does. Windows has none, nor has Python in a browser."""
    return _set_timer is not None and _thread() == _main_thread().ident


def _unraised(before: Callable[[Any], None], unraisable: Any) -> None:
    """Print no word of an alarm that rings in a ``__del__`` or a callback: it is lost there, and rings again."""
    if not issubclass(unraisable.exc_type, TimeUp):
        with suppress(TimeUp):
            before(unraisable)


def _limited_by_a_thread(seconds: float, action: Callable[[], T], alarm: _Alarm) -> T:
    done = threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            alarm.strike()
            wait = alarm.pause = max(alarm.pause / 4, 1e-3)

    outer, on_main = _Alarm.running, _thread() == _main_thread().ident
    try:
        if on_main:
            _Alarm.running = alarm
        with suppress(RuntimeError):  # Python in a browser has no threads; a page that hangs is reloaded
            threading.Thread(target=watch, daemon=True).start()
        return action()
    finally:
        alarm.over = True
        # What was sent by now is raised here. To withdraw it would leave CPython 3.11 with a pending interruption
        # that never comes, and the next traced function would wait for it forever.
        try:  # noqa: SIM105 - the first call of anything raises it, and `suppress` would be one
            alarm.delivering.acquire()
        except TimeUp:
            pass
        alarm.end()
        done.set()
        if on_main:
            _Alarm.running = outer


@contextmanager
def watched() -> Iterator[None]:
    """Stop what an alarm on the main thread doesn't: its code may have switched it off, or catch whatever is raised.

    This is for one's own process. Where answers are graded, the judge ends what is late from outside.

    Examples
    --------
    >>> with watched():
    ...     limited(5.0, lambda: 2 + 2)
    4
    """
    if not _on_the_main_thread():
        yield  # a thread watches each limit
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(OVERDUE / 4):
            alarm = _Alarm.running
            if alarm is not None and _clock() > alarm.due + OVERDUE:
                alarm.strike()

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _of_this_thread() -> _Alarm | None:
    alarm = _Alarm.running
    return alarm if alarm is not None and alarm.thread == _thread() else None


def cancel() -> None:
    """Stop the clock, so that what has to be tidied up isn't interrupted."""
    if _on_the_main_thread():
        _set_timer(_real, 0)
    elif alarm := _of_this_thread():
        with alarm.delivering:  # what was sent by now is raised here
            alarm.over = True


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let an alarm wait until the block is through, for what must not be left half done."""
    alarm = _of_this_thread()
    if alarm is None:
        yield
        return
    try:
        # What another thread sent by now is raised here. A timer's alarm could strand the lock, and needs none.
        with alarm.delivering if _set_timer is None else nullcontext():
            alarm.waits = True
        yield
    finally:
        alarm.waits = False
    if alarm.came:
        alarm.came = False
        raise TimeUp


def let_go(action: Callable[[], Any], seconds: float) -> None:
    """Do what may set a student's objects free, whose finalizers must not run forever."""
    try:
        limited(seconds, action)
    except TimeUp:
        return


_LIMITS = (_limited.__code__, _limited_by_a_thread.__code__)
_HERE = _limited.__code__.co_filename
