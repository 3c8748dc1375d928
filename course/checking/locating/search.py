"""Trying one change after the other on the cases, until one makes all of them right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course.checking.locating.code import Change
from course.checking.locating.effects import Effects
from course.checking.locating.joined import Joined
from course.checking.locating.kinds import kind_of
from course.checking.locating.order import SIMPLE
from course.checking.locating.partly import Found, Seed, both_at_once, most_cases, some_results
from course.checking.locating.second import (
    ALONE_SHARE,
    NEARER_SHARE,
    PAIRS_SHARE,
    REST_SHARE,
    TWO_SHARE,
)
from course.checking.locating.together import Together


class Search(Joined):
    """A search for one change, or two, in a student's code."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.together = Together(self.code)

    def run(self) -> Found | None:
        """Search: one change first, then two; then say which change helps most."""
        if not self._is_this_code():
            return None
        changes = self._likely_first(self.code, self.propose(self.code, False))
        found = self._alone(changes, ALONE_SHARE) if self.two else self._alone(changes, 1.0)
        if self.two and not found:
            found = self._both(changes)
        return found or self.best()

    def best(self) -> Found | None:
        """Say which change that was tried so far helps most: it makes most cases right, or some of several results."""
        led = {self.failing[0]} if self.told is None else {self.failing[0], self.told}
        found = most_cases(self.seeds, led, self.failing, self.passing, self.trial)
        return found or some_results(self.seeds, self.results, self.trial)

    def _alone(self, changes: Sequence[Change], share: float) -> Found | None:
        """Try single changes; those that were tried before are left out."""
        self.share = share
        for some, lead in self._rounds(changes):
            found = self._one(some, lead)
            if found:
                return found
            if self.budget.is_over(share):
                break
        return None

    def _both(self, changes: Sequence[Change]) -> Found | None:
        """Try two changes; in between the rest of the single ones."""
        self.share = TWO_SHARE
        at_once = both_at_once(self.seeds, self.code, len(self.results), self.trial)
        found = at_once or self._joined() or self._with_known() or self._two()
        if found:
            return found
        self.share = NEARER_SHARE
        found = self._nearer(changes) or self._alone(changes, REST_SHARE)
        if found:
            return found
        self.share = PAIRS_SHARE
        return both_at_once(self.seeds, self.code, len(self.results), self.trial) or self._pairs()

    def _is_this_code(self) -> bool:
        """Tell whether this is the source of the code that failed: run again, it must fail in the same way."""
        lead = self.failing[0]
        return self.trial.define(self.code.text) and self.trial.run(lead).outcome is self.results[lead].outcome

    def _one(self, changes: list[Change], lead: int) -> Found | None:
        first = lead == self.failing[0]
        self.trial.define(self.code.text)
        unchanged = self.trial.run(lead)
        before = unchanged.rank
        if first and self.effects is None:
            self.effects = Effects(unchanged)
        if lead not in self.unreached:
            self.unreached[lead] = self._unreached(lead)
        left = self._left(self.code, changes, self.unreached[lead], lead)
        for change, text in self._defined(self.together, left):
            result = self.trial.run(lead)
            gain = result.rank
            if first and self.effects:
                self.effects.add(change, result)
            if first and (int(gain[0]), gain[1]) == (int(before[0]), before[1]) and change.rank <= SIMPLE:
                self.harmless.append(change)
            if gain <= before or not (self.trial.define(text) and self._breaks_nothing()):
                continue
            right = frozenset(self.passing)
            if result.passed:
                right |= {i for i in self.failing if i == lead or self.trial.run(i).passed}
            lines, kind = self.code.lines_of(change), kind_of(self.code, change.one or change)
            if first and len(right) == len(self.results) and self.trial.confirm():
                return Found(text, lines, (kind,) * len(lines), right)
            longer = change.new.count("\n") - self.code.text.count("\n", change.start, change.end)
            self.seeds.append(Seed(text, lines, kind, right, gain, longer, change))
        return None
