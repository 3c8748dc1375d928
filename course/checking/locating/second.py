"""Trying two changes: one that helps a little, or brings the code nearer to the right result, and any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain, combinations, islice
from typing import Any

from course.checking.locating.code import Change, Code
from course.checking.locating.kinds import kind_of
from course.checking.locating.nearer import Where, nearer
from course.checking.locating.order import LEADS, Order
from course.checking.locating.partly import Found, Seed, different
from course.checking.locating.standing import Trial
from course.checking.locating.suspects import Span
from course.checking.locating.together import AT_ONCE, Together
from course.checking.locating.way import Key

SEEDS = 6
"""At most this many changes that help a little are tried together with a second one."""
MOST_OF_PAIRS = 150
"""At most this many changes are tried in pairs."""
TWO = -1
"""In the place of a case: two changes are tried with all cases."""
ALONE_SHARE = 0.43
"""The share of the time that is for one change, where two are looked for, too."""
TWO_SHARE = 0.64
"""What has passed when changes that help a little have been tried with a second one."""
LOOKING_SHARE = 0.75
"""What has passed when changes that bring the code nearer have been looked for."""
NEARER_SHARE = 0.86
"""What has passed when changes that bring the code nearer have been tried with a second one."""
REST_SHARE = 0.93
"""What has passed when the rest of the single changes has been tried."""
PAIRS_SHARE = 1.0
"""What has passed when two changes have been tried that help only together."""


class _Start:
    """A change to which a second one is looked for: the changed code with its changes, in their order."""

    def __init__(self, seed: Seed, propose: Callable[[Code, bool], list[Change]], trial: Trial) -> None:
        self.seed = seed
        self.code = Code(seed.text)
        self._propose, self._trial = propose, trial

    @cached_property
    def where(self) -> Where:
        return Where(self.code, self._trial.way(self.code.text))

    @cached_property
    def likely(self) -> list[Change]:
        return self.where.ordered(self._propose(self.code, True))

    @cached_property
    def every(self) -> list[Change]:
        return self.where.ordered(self._propose(self.code, False))

    def is_near(self, change: Change) -> bool:
        """Tell whether a change is where the code leaves the way to the right result."""
        return self.where.is_known and self.where.unlikely(change) <= 1


class Second(Order):
    """A search for two changes: `Search` continues with it where one change is not enough."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.tried: dict[int, set[str]] = {}
        """By the case, what was tried with it; of two changes, by `TWO`."""
        self.seeds: list[Seed] = []
        self.harmless: list[Change] = []

    def _two(self) -> Found | None:
        """Try the changes that help most together with any other, first where the way to the right result is left."""
        alone = [seed for seed in self.seeds if len(seed.lines) <= 2]
        order = sorted(alone, key=lambda seed: (len(seed.right), seed.gain, -len(seed.lines)), reverse=True)
        starts = [_Start(seed, self.propose, self.trial) for seed in different(order)[:SEEDS]]
        return self._any(self._with_second(starts))

    def _with_second(self, starts: Sequence[_Start]) -> Iterator[tuple[_Start, Sequence[Change]]]:
        """Give each change that helps with those that are tried as a second one, in the order of these trials."""
        for i, start in enumerate(starts):
            whole = i == 0 and len(start.seed.right) > len(self.passing)  # some cases are as they should be
            yield start, start.likely if whole else [one for one in start.likely if one.rank == 0 or start.is_near(one)]
        for start in starts[:LEADS]:
            yield start, [one for one in start.every if start.is_near(one)]
        yield from ((start, start.likely) for start in starts)
        yield from ((start, start.every) for start in starts)

    def _any(self, trials: Iterator[tuple[_Start, Sequence[Change]]]) -> Found | None:
        """Go through such trials until one has found something, or the time is over."""
        for start, changes in trials:
            if (found := self._second(start, changes)) or self.budget.is_over(self.share):
                return found
        return None

    def _nearer(self, changes: Sequence[Change]) -> Found | None:
        """Try the changes after which more of the way to the right result is there: alone, and with any other."""
        for near in nearer(self.code, changes, self.trial, self.budget, LOOKING_SHARE):
            seeds = [self._seed(*one) for one in near[:SEEDS]]
            for seed in seeds:
                if self.trial.define(seed.text) and self._passes_all() and self.trial.confirm():
                    return seed.found(frozenset(range(len(self.results))))
            starts = [_Start(seed, self.propose, self.trial) for seed in seeds]
            likely = ((start, start.likely) for start in starts)
            found = self._any(chain(likely, ((start, start.every) for start in starts)))
            if found or self.budget.is_over(self.share):
                return found
        return None

    def _seed(self, change: Change, text: str, keys: frozenset[Key]) -> Seed:
        lines, kind = self.code.lines_of(change), kind_of(self.code, change.one or change)
        longer = change.new.count("\n") - self.code.text.count("\n", change.start, change.end)
        return Seed(text, lines, kind, frozenset(self.passing), (len(keys), 0), longer, change)

    def _passes_all(self) -> bool:
        return all(self.trial.run(i).passed for i in [*self.failing, *self.passing])

    def _second(self, start: _Start, changes: Sequence[Change]) -> Found | None:
        """Look for a change that makes right what another one has left wrong."""
        seed, code = start.seed, start.code
        wanted = [i for i in self.failing if i not in seed.right]
        left = self._left(code, changes, (), TWO)
        for change, text in self._defined(Together(code), left):
            if all(self.trial.run(i).passed for i in [*wanted, *seed.right]) and self._is_right(text):
                more = [line - seed.longer if line > seed.lines[0] else line for line in code.lines_of(change)]
                kind = kind_of(code, change.one or change)
                both = sorted([*((line, seed.kind) for line in seed.lines), *((line, kind) for line in more)])
                lines, kinds = zip(*both, strict=True)
                return Found(text, lines, kinds, frozenset(range(len(self.results))))
        return None

    def _is_right(self, text: str) -> bool:
        return self.trial.define(text) and self.trial.confirm()

    def _pairs(self) -> Found | None:
        """Try the simplest changes in pairs, where each alone is no better and no worse."""
        one_place = [change for change in self.harmless if not change.one]
        changes = sorted(one_place, key=lambda change: change.rank)[:MOST_OF_PAIRS]
        line = {change: self.code.line_of(change) for change in changes}

        def unlikely(pair: tuple[Change, Change]) -> int:
            return pair[0].rank + pair[1].rank + (line[pair[0]] != line[pair[1]])

        for pair in sorted(combinations(changes, 2), key=unlikely):
            if self.budget.is_over(self.share):
                return None
            if found := self._both_of(pair):
                return found
        return None

    def _both_of(self, pair: tuple[Change, Change]) -> Found | None:
        """Try two changes of different places together."""
        small = {change: change.trimmed(self.code.text) for change in pair}
        first, second = sorted(pair, key=lambda change: small[change].start)
        if small[second].start < small[first].end:
            return None
        text = small[first].apply(small[second].apply(self.code.text))
        tried = self.tried.setdefault(TWO, set())
        if text in tried or not self.trial.define(text):
            return None
        tried.add(text)
        self.budget.step()
        if not (self._passes_all() and self.trial.confirm()):
            return None
        lines, kinds = zip(*((self.code.line_of(one), kind_of(self.code, one)) for one in (first, second)), strict=True)
        return Found(text, lines, kinds, frozenset(range(len(self.results))))

    def _left(
        self, code: Code, changes: Sequence[Change], unreached: Sequence[Span], lead: int
    ) -> Iterator[tuple[Change, str]]:
        """Give the changes of a code that are still to be tried, of what runs, each with the changed code."""
        tried = self.tried.setdefault(lead, {self.code.text})
        for change in changes:
            if any(start <= change.start and change.end <= end for start, end in unreached):
                continue
            text = change.apply(code.text)
            if text not in tried:
                tried.add(text)
                yield change, text

    def _defined(self, together: Together, changes: Iterator[tuple[Change, str]]) -> Iterator[tuple[Change, str]]:
        """Define each changed code, as far as the budget goes. Many changes are compiled at once."""
        while some := list(islice(changes, AT_ONCE)):
            fitting = [one for one, _ in some if together.place(one)]
            shared = together.text(fitting) if len(fitting) > 1 else ""
            numbers = {id(one): number for number, one in enumerate(fitting, 1)} if shared else {}
            for change, text in some:
                if self.budget.is_over(self.share):
                    return
                self.budget.step()
                number = numbers.get(id(change), 0)
                if number and not self.trial.define(shared, number):
                    numbers, number = {}, 0
                if number or self.trial.define(text):
                    yield change, text
