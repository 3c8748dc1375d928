"""Trying one change after the other on the cases, until one makes all of them right."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from course.checking.diagnosis import Reached
from course.checking.findings import Outcome, StoppedByError
from course.checking.locating.changes import LIKELY
from course.checking.locating.cleared import cleared
from course.checking.locating.code import Change, Code
from course.checking.locating.kinds import kind_of
from course.checking.result import CaseResult

_computing = getattr(time, "thread_time", time.perf_counter)  # in a browser Python has no such clock

SEEDS = 6
"""So many changes that help a little are tried together with a second one."""
LEADS = 3
"""So many failing cases are looked at first, in the search for a change that helps a little."""
BUSY = 1.25
"""On a busy machine a search may take so many times as long by the clock."""
FIRST_SHARE = 0.6
"""The share of the time that is for one change."""

SIMPLE = 2
"""Changes up to this rank are tried in pairs."""
MOST_OF_PAIRS = 150
"""So many changes are tried in pairs at the most."""

_STAGES = (
    Outcome.RAISED,
    Outcome.WRONG_TYPE,
    Outcome.WRONG_COUNT,
    Outcome.WRONG_KIND,
    Outcome.WRONG_SHAPE,
    Outcome.WRONG_VALUES,
    Outcome.CHANGED_ARGUMENTS,
    Outcome.RIGHT,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a case has come.

    Parameters
    ----------
    outcome
        What became of it.
    right_units
        How many of its results are right; of one that is right in part, the share that is.
    """

    outcome: Outcome
    right_units: float = 0.0

    @classmethod
    def of(cls, result: CaseResult) -> Standing:
        """Take from a judged case what a search needs."""
        return cls(result.outcome, sum(unit.right for unit in result.comparison.units) if result.comparison else 0)

    @property
    def passed(self) -> bool:
        """Whether the case is right."""
        return self.outcome is Outcome.RIGHT

    @property
    def rank(self) -> tuple[float, int]:
        """Order by progress."""
        return self.right_units, _STAGES.index(self.outcome) if self.outcome in _STAGES else -1


class Trial(Protocol):
    """Where changed code is run on the cases."""

    def define(self, text: str) -> bool:
        """Let this code be what the cases use. False where it can't be run at all."""
        ...

    def run(self, index: int) -> Standing:
        """Run the case of an index."""
        ...

    def confirm(self) -> bool:
        """Tell whether the code is right with another seed, too."""
        ...

    def confirm_cases(self, indices: Sequence[int]) -> bool:
        """Tell whether the code is right in these cases with another seed, too."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Parameters
    ----------
    text
        The changed code.
    lines
        The lines of the student's code that were changed, in order; the same line twice where both changes are there.
    kinds
        What each change is about.
    right
        Indices of the cases that the changes make right, and of those that were right before.
    """

    text: str
    lines: tuple[int, ...]
    kinds: tuple[str, ...]
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Seed:
    """A change that helps a little and breaks nothing."""

    text: str
    line: int
    kind: str
    right: frozenset[int]
    gain: tuple[float, int]
    longer: int


class Search:
    """A search for one change, or two, in a student's code.

    Parameters
    ----------
    code
        The student's.
    results
        What became of each case.
    trial
        Where changed code is run.
    propose
        Gives the changes of a code, the most likely first; or only these.
    seconds
        How long the search may compute.
    two
        Whether two changes that have nothing to do with each other are looked for, too.
    reached
        How far the code is known to be right.
    """

    def __init__(
        self,
        code: Code,
        results: Sequence[CaseResult],
        trial: Trial,
        propose: Callable[[Code, bool], list[Change]],
        seconds: float,
        two: bool = True,
        reached: Reached | None = None,
    ) -> None:
        self.code = code
        self.results = results
        self.trial = trial
        self.propose = propose
        self.start = time.perf_counter(), _computing()
        self.seconds = seconds
        self.two = two
        here = reached if reached and not reached.function else None
        self.right_line = here.line if here and here.whole else 0
        self.first_line = here.line if here and not here.whole else 0
        self.tried: set[str] = {code.text}
        by_size = sorted(range(len(results)), key=lambda i: (results[i].empty, results[i].size))
        self.failing = [i for i in by_size if not results[i].passed]
        self.passing = [i for i in by_size if results[i].passed]
        self.seeds: list[_Seed] = []
        self.unreached: dict[int, list[tuple[int, int]]] = {}
        self.harmless: list[Change] = []

    def run(self) -> Found | None:
        """Search: one change first, then two; then say which change helps most."""
        if not self._is_this_code():
            return None
        changes = self._likely_first(self.code, self.propose(self.code, False))
        likely, others = self._by_rank(changes, 0)
        for some in (likely, others):
            for lead in self.failing[:LEADS]:
                found = self._one(some, lead, FIRST_SHARE)
                if found:
                    return found
                if self._over(FIRST_SHARE if self.seeds and self.two else 1.0):
                    break
                self.tried -= {change.apply(self.code.text) for change in some}
        return ((self._two() or self._pairs()) if self.two else None) or self._partly()

    @staticmethod
    def _by_rank(changes: Sequence[Change], rank: int) -> tuple[list[Change], list[Change]]:
        """Take the changes up to a rank apart from the others."""
        return [one for one in changes if one.rank <= rank], [one for one in changes if one.rank > rank]

    def _likely_first(self, code: Code, changes: list[Change]) -> list[Change]:
        """Put changes of the line that raised, or of the wrong method, first, and changes of right methods last."""
        lead = self.results[self.failing[0]]
        stopped = lead.finding.error.line if isinstance(lead.finding, StoppedByError) and lead.finding.error else None
        if stopped and code is self.code:  # after a change that helps the call no longer stops there
            return sorted(changes, key=lambda one: one.rank > LIKELY or code.line_of(one) != stopped)
        if not lead.method:  # of several results each may come from another method
            places = cleared(code, self._right_results(), self.right_line)

            def least_likely(change: Change) -> tuple[bool, bool]:
                right = any(start <= change.start and change.end <= end for start, end in places)
                return right, code.line_of(change) != self.first_line

            return sorted(changes, key=least_likely)
        right: dict[str, bool] = {}
        for case in self.results:
            right[case.method] = right.get(case.method, True) and case.passed
        ranks = {name: 2 if passed else 1 for name, passed in right.items()} | {lead.method: 0}
        spans = [(*code.span(one), ranks.get(one.name, 1)) for one in code.functions]

        def rank(change: Change) -> tuple[bool, bool, int]:
            of = next((rank for start, end, rank in spans if start <= change.start < end), 1)
            return of == 2, change.rank > SIMPLE, of

        return sorted(changes, key=rank)

    def _right_results(self) -> set[int]:
        """Give the places of the results that are right in every case, where there are several."""
        compared = [case.comparison.units for case in self.results if case.comparison]
        several = [units for units in compared if len(units) > 1]
        if not several or len(compared) < len(self.results):
            return set()
        return {i for i in range(len(several[0])) if all(units[i].right for units in several if i < len(units))}

    def _over(self, share: float = 1.0) -> bool:
        clock, computing = time.perf_counter() - self.start[0], _computing() - self.start[1]
        return computing > share * self.seconds or clock > BUSY * share * self.seconds

    def _is_this_code(self) -> bool:
        """Tell whether this is the source of the code that failed: run again, it must fail in the same way."""
        lead = self.failing[0]
        return self.trial.define(self.code.text) and self.trial.run(lead).outcome is self.results[lead].outcome

    def _one(self, changes: list[Change], lead: int, share: float) -> Found | None:
        first = lead == self.failing[0]
        self.trial.define(self.code.text)
        before = self.trial.run(lead).rank
        if lead not in self.unreached:
            self.unreached[lead] = self._unreached(lead)
        unreached = self.unreached[lead]
        for change in changes:
            if self._over(share if self.seeds and self.two else 1.0):
                return None
            if any(start <= change.start and change.end <= end for start, end in unreached):
                continue
            text = change.apply(self.code.text)
            if text in self.tried or not self.trial.define(text):
                continue
            self.tried.add(text)
            result = self.trial.run(lead)
            gain = result.rank
            if first and (int(gain[0]), gain[1]) == (int(before[0]), before[1]) and change.rank <= SIMPLE:
                self.harmless.append(change)
            if gain <= before or not self._breaks_nothing():
                continue
            right = frozenset(self.passing)
            if result.passed:
                right |= {i for i in self.failing if i == lead or self.trial.run(i).passed}
            lines, kind = self.code.lines_of(change), kind_of(self.code, change.one or change)
            if first and len(right) == len(self.results) and self.trial.confirm():
                return Found(text, lines, (kind,) * len(lines), right)
            if change.one:
                continue
            longer = change.new.count("\n") - self.code.text.count("\n", change.start, change.end)
            self.seeds.append(_Seed(text, lines[0], kind, right, gain, longer))
        return None

    def _unreached(self, lead: int) -> list[tuple[int, int]]:
        """Give the blocks that a failing case does not come to: with an error at their beginning it ends as before."""
        if self.results[lead].outcome is Outcome.RAISED:
            return []
        found = []
        for block in self.code.branches:
            start, end = self.code.span(block[0])[0], self.code.span(block[-1])[1]
            alone = not self.code.text[self.code.text.rfind("\n", 0, start) + 1 : start].strip()
            stop = "raise KeyError" + (f"\n{' ' * block[0].col_offset}" if alone else "; ")
            text = self.code.text[:start] + stop + self.code.text[start:]
            if self.trial.define(text) and self.trial.run(lead).outcome is self.results[lead].outcome:
                found.append((start, end))
        return found

    def _breaks_nothing(self) -> bool:
        return all(self.trial.run(i).passed for i in self.passing)

    def _two(self) -> Found | None:
        """Try the changes that help most together with any other."""
        order = sorted(self.seeds, key=lambda seed: (len(seed.right), seed.gain), reverse=True)
        later = []
        for seed in order[:SEEDS]:
            if self._over():
                return None
            code = Code(seed.text)
            found = self._second(seed, code, self._likely_first(code, self.propose(code, True)))
            if found:
                return found
            later.append((seed, code))
        for seed, code in later:
            if self._over():
                return None
            found = self._second(seed, code, self._likely_first(code, self.propose(code, False)))
            if found:
                return found
        return None

    def _second(self, seed: _Seed, code: Code, changes: Sequence[Change]) -> Found | None:
        """Look for a change that makes right what another one has left wrong."""
        wanted = [i for i in self.failing if i not in seed.right]
        for change in changes:
            if self._over():
                return None
            text = change.apply(seed.text)
            if text in self.tried or not self.trial.define(text):
                continue
            self.tried.add(text)
            if all(self.trial.run(i).passed for i in [*wanted, *seed.right]) and self.trial.confirm():
                line = code.line_of(change)
                second = line - seed.longer if line > seed.line else line
                both = sorted(((seed.line, seed.kind), (second, kind_of(code, change))))
                lines, kinds = zip(*both, strict=True)
                return Found(text, lines, kinds, frozenset(range(len(self.results))))
        return None

    def _pairs(self) -> Found | None:
        """Try the simplest changes in pairs, where each alone is no better and no worse."""
        one_place = [change for change in self.harmless if not change.one]
        changes = sorted(one_place, key=lambda change: change.rank)[:MOST_OF_PAIRS]
        small = {change: change.trimmed(self.code.text) for change in changes}
        for pair in sorted(combinations(changes, 2), key=lambda pair: pair[0].rank + pair[1].rank):
            if self._over():
                return None
            first, second = sorted(pair, key=lambda change: small[change].start)
            if small[second].start < small[first].end:
                continue
            text = small[first].apply(small[second].apply(self.code.text))
            if text in self.tried or not self.trial.define(text):
                continue
            self.tried.add(text)
            if all(self.trial.run(i).passed for i in [*self.failing, *self.passing]) and self.trial.confirm():
                lines, kinds = zip(
                    *((self.code.line_of(one), kind_of(self.code, one)) for one in (first, second)), strict=True
                )
                return Found(text, lines, kinds, frozenset(range(len(self.results))))
        return None

    def _partly(self) -> Found | None:
        """Give the change that makes the leading case and most others right, if it is more than a few."""
        best = max(self.seeds, key=lambda seed: len(seed.right), default=None)
        if best is None or self.failing[0] not in best.right:
            return None
        fixed = len(best.right) - len(self.passing)
        if 2 * fixed < len(self.failing) or fixed < min(2, len(self.failing) - 1):
            return None
        if not (self.trial.define(best.text) and self.trial.confirm_cases(sorted(best.right))):
            return None
        return Found(best.text, (best.line,), (best.kind,), best.right)
