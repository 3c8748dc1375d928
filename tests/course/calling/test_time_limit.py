"""The time limit on a student's code."""

import gc
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest

import course
from course.calling import time_limit
from course.calling.call import call
from course.calling.endings import Ending
from course.calling.time_limit import TimeUp, limited, watched
from course.checking.runner import assess


class LongLastWords:
    def __del__(self):
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            pass


def test_an_alarm_in_last_words_is_not_printed_and_rings_again():
    """What is raised in `__del__` is lost, and Python prints it; the limit holds all the same, and says nothing."""
    told = []
    before, sys.unraisablehook = sys.unraisablehook, told.append

    def action():
        del [LongLastWords()][:]
        while True:
            pass

    try:
        with pytest.raises(TimeUp):
            limited(0.05, action)
        assert sys.unraisablehook == told.append
    finally:
        sys.unraisablehook = before
    assert told == []


def test_other_lost_exceptions_are_still_told():
    """A hook for exceptions that can't be raised still gets a student's own errors."""

    class Broken:
        def __del__(self):
            raise ValueError

    told = []
    before, sys.unraisablehook = sys.unraisablehook, lambda lost: told.append(lost.exc_type)

    def action():
        del [Broken()][:]

    try:
        limited(5.0, action)
    finally:
        sys.unraisablehook = before
    assert told == [ValueError]


SWITCHED_OFF = {
    "ignored": lambda: signal.signal(signal.SIGALRM, signal.SIG_IGN),
    "timer": lambda: signal.setitimer(signal.ITIMER_REAL, 0),
    "blocked": lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]),
    "handled": lambda: signal.signal(signal.SIGALRM, lambda *_: None),
}


@pytest.mark.whole
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no timer signal to be switched off")
@pytest.mark.parametrize("how", SWITCHED_OFF)
def test_code_that_switches_the_alarm_off_is_stopped_all_the_same(how):
    """Also where it catches the exception once. The next limit is as before."""
    caught = []

    def action():
        SWITCHED_OFF[how]()
        try:
            while True:
                pass
        except BaseException as late:
            caught.append(type(late))
        while True:
            pass

    with watched():
        with pytest.raises(TimeUp):
            limited(0.05, action)
        assert caught == [TimeUp]
        assert limited(5.0, lambda: 3) == 3
        began = time.monotonic()
        with pytest.raises(TimeUp):
            limited(0.05, lambda: time.sleep(60))
        assert time.monotonic() - began < 30, "a signal that is still blocked lets it sleep"
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def catches_all():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def catches_all_in_layers():
    while True:
        try:
            if hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGALRM, signal.SIG_IGN)
            try:
                catches_all()
            except BaseException:
                try:
                    catches_all()
                finally:
                    continue  # noqa: B012 - that is what it is about
        except BaseException:
            continue


def too_deep():
    try:
        too_deep()
    except BaseException:
        catches_all()
    finally:
        catches_all()


def makes_another_of_what_it_caught():
    caught = []
    while True:
        try:
            caught and caught[-1]()
            while True:
                pass
        except BaseException as error:
            caught.append(type(error))


def traces():
    def trace(*_):
        return trace

    while True:
        try:
            sys.settrace(trace)
            while True:
                len("a")
        except BaseException:
            pass


def last_words():
    class Last:
        def __del__(self):
            catches_all()

    while True:
        with suppress(BaseException):
            Last()


def a_generator():
    def numbers():
        while True:
            try:
                while True:
                    yield 1
            except BaseException:
                pass

    while True:
        try:
            for _ in numbers():
                pass
        except BaseException:
            pass


CALLED = ("_thread", "_main_thread", "_clock", "_lock", "_get_handler", "_get_timer", "_set_handler", "_set_timer")
"""What a limit calls apart from the code that it limits. Python raises what an alarm raises when such a call returns."""


def alarm_after_call(n, monkeypatch, action):
    """Let the alarm ring as the `n`-th call of a limit's machinery returns.

    Give the seconds for which the timer still runs, or None if there are fewer calls.
    """
    calls = 0

    def ringing(call):
        def then_rings(*args):
            nonlocal calls
            result = call(*args)
            calls += 1
            if calls == n and signal.getitimer(signal.ITIMER_REAL)[0]:
                signal.raise_signal(signal.SIGALRM)
            return result

        return then_rings

    with monkeypatch.context() as patch:
        for name in CALLED:
            patch.setattr(time_limit, name, ringing(getattr(time_limit, name)))
        with suppress(TimeUp):
            action()
        left = signal.setitimer(signal.ITIMER_REAL, 0)[0]
    return left if calls >= n else None


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no timer signal")
@pytest.mark.parametrize(
    "action",
    [lambda: limited(60.0, int), lambda: limited(60.0, lambda: limited(30.0, int))],
    ids=["one limit", "a limit within another"],
)
def test_an_alarm_at_any_moment_leaves_nothing_behind(action, monkeypatch):
    """On a busy machine a short limit is over before the call that sets its timer has returned."""
    hook, n, left_behind = sys.unraisablehook, 1, {}
    while (seconds := alarm_after_call(n, monkeypatch, action)) is not None:
        left = {
            "timer": seconds > 0,
            "handler": signal.signal(signal.SIGALRM, signal.SIG_DFL) is not signal.SIG_DFL,
            "limit": time_limit._Alarm.running is not None,
            "hook": sys.unraisablehook is not hook,
        }
        time_limit._Alarm.running, sys.unraisablehook = None, hook
        if any(left.values()):
            left_behind[n] = [name for name, there in left.items() if there]
        n += 1
    assert n > 10
    assert left_behind == {}


def test_what_a_thread_sends_before_the_code_has_begun_is_not_sent_for_ever(monkeypatch):
    """The thread that watches a limit ends with it, even if the limit is over while that thread starts."""
    watches = []

    class Slow(threading.Thread):
        def start(self):
            super().start()
            watches.append(self)
            end = time.monotonic() + 5.0
            while time.monotonic() < end:
                time.sleep(0.001)

    def action():
        with suppress(TimeUp):
            limited(0.01, int)

    monkeypatch.setattr(time_limit, "threading", SimpleNamespace(Thread=Slow, Event=threading.Event))
    other = threading.Thread(target=action)
    other.start()
    other.join(20)
    watches[0].join(5)
    assert not watches[0].is_alive()


STUBBORN = (
    catches_all,
    catches_all_in_layers,
    too_deep,
    makes_another_of_what_it_caught,
    traces,
    last_words,
    a_generator,
)


def stopped(action):
    """Call it with a limit, and say how that ended and how long it took."""
    start = time.monotonic()
    with watched():
        ending = call(lambda: action, seconds=0.05).ending
    return ending, time.monotonic() - start < 10


@pytest.mark.whole
@pytest.mark.parametrize("action", STUBBORN)
def test_code_that_catches_whatever_is_raised_is_stopped(action, monkeypatch):
    """On the main thread and on another one; what was traced, and how deep calls may be, is as before."""
    monkeypatch.setattr(time_limit, "OVERDUE", 0.2)
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: None)  # a generator that does not end is told to it
    before, depth, found = sys.gettrace(), sys.getrecursionlimit(), []
    found.append(stopped(action))
    assert (sys.gettrace(), sys.getrecursionlimit()) == (before, depth)
    other = threading.Thread(target=lambda: found.append(stopped(action)), daemon=True)
    other.start()
    other.join(20)
    assert found == [(Ending.TOO_SLOW, True)] * 2
    assert sys.getrecursionlimit() == depth
    assert limited(5.0, lambda: sum(1 for _ in range(1000))) == 1000


def test_what_stopped_it_does_nothing_later(monkeypatch):
    """The exception that is the last resort is like any other once its limit is over."""
    monkeypatch.setattr(time_limit, "OVERDUE", 0.1)
    gc.disable()  # else it may be gone by now, as nothing refers to it
    try:
        stopped(catches_all_in_layers)  # without an alarm: only the last resort ends it
        before, kinds = sys.gettrace(), TimeUp.__subclasses__()
    finally:
        gc.enable()
    assert kinds
    assert all(isinstance(kind(), TimeUp) for kind in kinds)
    assert sys.gettrace() is before


@pytest.mark.whole
def test_an_answer_that_catches_whatever_is_raised_gets_its_report():
    """It is too slow, in bounded time."""

    def linear(*_):
        catches_all_in_layers()

    exercise = replace(course.exercises["linear"], seconds=0.2)
    start = time.monotonic()
    report = assess(exercise, linear)
    assert time.monotonic() - start < 15
    assert (report.score, report.outcome) == (0, "too slow")
