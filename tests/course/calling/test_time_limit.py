"""The time limit on a student's code."""

import sys
import time

import pytest

from course.calling.time_limit import TimeUp, limited


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
    """Whoever listens to what can't be raised still hears of a student's own errors."""

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
