"""How much a search may compute: counted in steps, and in seconds in which a pause of the machine counts little."""

from __future__ import annotations

import math
import time

LONGEST = 0.05
"""At most this many seconds of the clock count for one step: a longer one was interrupted by other programs."""
PAUSES = 1.5
"""Seconds by which all pauses together may prolong a search."""


def computing() -> float:
    """Give the seconds that this thread has computed. In a browser Python can't measure them: the clock is used.

    Examples
    --------
    >>> before = computing()
    >>> computing() >= before
    True
    """
    return getattr(time, "thread_time", time.perf_counter)()


class Budget:
    """A number of steps and of seconds of computing: a search ends when either is used up.

    Where steps are fast, their number decides: a search then ends at the same step each time, even if the machine
    pauses for a second.

    Parameters
    ----------
    seconds
        How long all steps may compute.
    steps
        How many steps are allowed.
    busy
        How many times as long they may take by the clock, on a busy machine; 0 for no limit.

    Examples
    --------
    >>> budget = Budget(60.0, steps=2)
    >>> budget.step(), budget.step(), budget.step(), budget.is_over(), budget.is_over(1.5)
    (True, True, False, True, False)
    """

    def __init__(self, seconds: float, steps: float = math.inf, busy: float = 0.0) -> None:
        self.seconds = seconds
        self.steps = steps
        self.busy = busy
        self.taken = 0
        self._clock = _Clock(time.perf_counter(), LONGEST)
        self._computing = _Clock(computing(), math.inf if hasattr(time, "thread_time") else LONGEST)

    def step(self, share: float = 1.0) -> bool:
        """Count one more step; False where the budget, or this share of it, does not allow it."""
        self.taken += 1
        return not self.is_over(share)

    def rest(self) -> float:
        """Give the seconds of computing that are left."""
        return max(0.0, self.seconds - self._computing.read(computing()))

    def is_over(self, share: float = 1.0) -> bool:
        """Tell whether more than this share is used up."""
        clock, computed = self._clock.read(time.perf_counter()), self._computing.read(computing())
        seconds = share * self.seconds
        return (
            self.taken > share * self.steps
            or computed > seconds
            or self._computing.passed > seconds + PAUSES
            or (self.busy > 0 and (clock > self.busy * seconds or self._clock.passed > self.busy * seconds + PAUSES))
        )


class _Clock:
    """Seconds between readings, where one interval counts only up to a limit."""

    def __init__(self, now: float, longest: float) -> None:
        self.start = self.last = now
        self.longest = longest
        self.counted = 0.0

    @property
    def passed(self) -> float:
        """All seconds up to the last reading."""
        return self.last - self.start

    def read(self, now: float) -> float:
        """Give the seconds that count."""
        self.counted += min(now - self.last, self.longest)
        self.last = now
        return self.counted
