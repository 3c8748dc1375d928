"""The time limit on a student's code."""

import signal
import sys
import time

import pytest

from course.calling.time_limit import TimeUp, limited, watched


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
