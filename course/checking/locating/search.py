"""Trying one change after the other on the cases, until one makes all of them right."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations, islice

from course.checking.budget import Budget
from course.checking.diagnosis import Reached
from course.checking.findings import Outcome, StoppedByError
from course.checking.locating.changes import LIKELY
from course.checking.locating.cleared import cleared, set_in_line
from course.checking.locating.code import Change, Code
from course.checking.locating.kinds import kind_of
from course.checking.locating.nearer import Where, nearer
from course.checking.locating.partly import Found, Seed, both_at_once, different, most_cases, some_results
from course.checking.locating.standing import Trial
from course.checking.locating.suspects import Span, around, inside
from course.checking.locating.together import AT_ONCE, Together
from course.checking.result import CaseResult

SEEDS = 6
"""At most this many changes that help a little are tried together with a second one."""
LEADS = 3
"""At most this many failing cases are looked at first, in the search for a change that helps a little."""
STEPS = 2800
"""At most this many changes are tried. Where calls are fast, this limit ends a search, not the time."""
BUSY = 4.0
"""On a busy machine a search may take so many times as long by the clock."""
FIRST_SHARE = 0.6
"""The share of the time that is for one change."""
NEARER_SHARE = 2.3
PAIRS_SHARE = 2.8
"""By so much two changes that help only together may prolong a search."""

MOST_NEAR = 12
NEXT_LINES = 2
"""So many lines are near the last one whose value is right."""
NEAR = 2
"""Changes up to this rank come first in a line that is known to be near the mistake."""
SIMPLE = 2
"""Changes up to this rank are tried in pairs."""
MOST_OF_PAIRS = 150
"""At most this many changes are tried in pairs."""
TWO = -1
"""In the place of a case: two changes are tried with all cases."""


def _by_rank(changes: Sequence[Change]) -> list[list[Change]]:
    """Sort changes into the most likely, the likely, the ones that `NEAR` names, and the rest."""
    return [[one for one in changes if min(one.rank, NEAR + 1) == rank] for rank in range(NEAR + 2)]


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
    helper
        The name of the code where it is not the function that is checked, but one that this calls.
    telling
        The arguments by which the leading case differs from all that pass.
    told
        The index of the case that the report is about, of which `reached` tells; None if it is not tried again.
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
        helper: str = "",
        telling: Collection[str] = (),
        told: int | None = None,
    ) -> None:
        self.code = code
        self.results = results
        self.trial = trial
        self.propose = propose
        self.budget = Budget(seconds, STEPS, BUSY)
        self.two = two
        here = reached if reached and reached.function == helper else None
        self.right_line = here.line if here and here.whole else 0
        self.first_line = here.line if here and not here.whole else 0
        self.telling = telling
        self.told = told
        self.tried: dict[int, set[str]] = {}
        """By the case, what was tried with it; of two changes, by `TWO`."""
        self.together = Together(code)
        by_size = sorted(range(len(results)), key=lambda i: (results[i].empty, results[i].size))
        self.failing = [i for i in by_size if not results[i].passed]
        self.passing = [i for i in by_size if results[i].passed]
        self.seeds: list[Seed] = []
        self.unreached: dict[int, list[tuple[int, int]]] = {}
        self.harmless: list[Change] = []
        self._cleared: list[Span] = []

    def run(self) -> Found | None:
        """Search: one change first, then two; then say which change helps most."""
        if not self._is_this_code():
            return None
        changes = self._likely_first(self.code, self.propose(self.code, False))
        for some, lead in self._rounds(changes):
            found = self._one(some, lead)
            if found:
                return found
            if self.budget.is_over(FIRST_SHARE if self.seeds and self.two else 1.0):
                break
        found = both_at_once(self.seeds, self.code, len(self.results), self.trial) if self.two else None
        found = found or ((self._two() or self._nearer(changes) or self._pairs()) if self.two else None)
        led = {self.failing[0]} if self.told is None else {self.failing[0], self.told}
        found = found or most_cases(self.seeds, led, self.failing, self.passing, self.trial)
        return found or some_results(self.seeds, self.results, self.trial)

    def _rounds(self, changes: Sequence[Change]) -> Iterator[tuple[list[Change], int]]:
        """Give the changes with a case for them: the likely ones first, and with the leading case before others.

        What right results are computed from comes after everything else that is as likely.
        """
        lead, *others = self.failing[:LEADS]
        if line := self._stopped_at() or self.first_line:
            near = [one for one in changes if one.rank <= NEAR and self.code.line_of(one) == line]
            yield sorted(near, key=lambda one: one.rank), lead
        yield self._next_steps(changes), lead
        near = self._in_next_lines(changes)
        yield near, lead
        if self.told is not None and self.told != lead:
            yield near, self.told
        suspected = []
        for spans in self._suspected(lead):
            near = [one for one in inside(changes, spans) if one.rank <= NEAR]
            if 2 * len(near) < sum(one.rank <= NEAR for one in changes):
                suspected += near
                yield sorted((one for one in near if one.rank < NEAR), key=lambda one: one.rank), lead
        right = [one for one in changes if self._is_cleared(one)]
        doubtful = [one for one in changes if not self._is_cleared(one)] if right else changes
        ranks, last = _by_rank(doubtful), _by_rank(right)
        yield from ((some, lead) for some in ranks[:2])
        yield [one for one in suspected if one.rank == NEAR], lead
        yield from ((ranks[0], other) for other in others)
        yield from ((some, lead) for some in (ranks[2], *last[:2], ranks[3], last[2] + last[3]))
        yield from ((some, other) for some in (*ranks[1:], *last) for other in others)

    def _next_steps(self, changes: Sequence[Change]) -> list[Change]:
        """Give the changes below a line whose value is right that use this value."""
        set_here = set_in_line(self.code, self.right_line)
        return [one for one in changes if one.new in set_here and self.code.line_of(one) > self.right_line]

    def _in_next_lines(self, changes: Sequence[Change]) -> list[Change]:
        """Give the changes in the first lines that read what a line whose value is right has set."""
        set_here = set_in_line(self.code, self.right_line)
        reads = (
            node.lineno
            for node in self.code.nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in set_here
        )
        lines = sorted({line for line in reads if line > self.right_line})[:NEXT_LINES]
        return [one for one in changes if one.rank <= SIMPLE and self.code.line_of(one) in lines]

    def _suspected(self, lead: int) -> Iterator[list[Span]]:
        """Give places where the mistake may be: what only failing cases come to, and the arguments that they have."""
        if not self.passing:
            return
        if lead not in self.unreached:
            self.unreached[lead] = self._unreached(lead)
        blocks = [block for block in self.code.branches if self._block(block) not in self.unreached[lead]]
        yield [self._block(block) for block in blocks if self._only_failing(block)]
        if self.telling:
            yield around(self.code, self.telling)

    def _only_failing(self, block: Sequence[ast.stmt]) -> bool:
        """Tell whether no case that passes comes to a block."""
        text = self._stopping(block)
        return text is not None and self.trial.define(text) and self._breaks_nothing()

    def _stopped_at(self) -> int:
        """Give the line that raised in the leading case, or 0."""
        finding = self.results[self.failing[0]].finding
        return (finding.error.line or 0) if isinstance(finding, StoppedByError) and finding.error else 0

    def _likely_first(self, code: Code, changes: list[Change]) -> list[Change]:
        """Put changes of the line that raised, or of the wrong method, first, and changes of right methods last."""
        lead = self.results[self.failing[0]]
        stopped = self._stopped_at()
        if stopped and code is self.code:  # after a change that helps the call no longer stops there
            return sorted(changes, key=lambda one: one.rank > LIKELY or code.line_of(one) != stopped)
        if not lead.method:  # of several results each may come from another method
            results = self._right_results()
            places = cleared(code, set(results), self.right_line, set(results.values()))
            self._cleared = places if code is self.code else self._cleared

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

    def _is_cleared(self, change: Change) -> bool:
        return any(start <= change.start and change.end <= end for start, end in self._cleared)

    def _right_results(self) -> dict[int, str]:
        """Give the places and the names of the results that are right in every case, where there are several."""
        compared = [case.comparison.units for case in self.results if case.comparison]
        several = [units for units in compared if len(units) > 1]
        if not several or len(compared) < len(self.results):
            return {}
        return {
            i: unit.name
            for i, unit in enumerate(several[0])
            if all(units[i].right for units in several if i < len(units))
        }

    def _is_this_code(self) -> bool:
        """Tell whether this is the source of the code that failed: run again, it must fail in the same way."""
        lead = self.failing[0]
        return self.trial.define(self.code.text) and self.trial.run(lead).outcome is self.results[lead].outcome

    def _one(self, changes: list[Change], lead: int) -> Found | None:
        first = lead == self.failing[0]
        self.trial.define(self.code.text)
        before = self.trial.run(lead).rank
        if lead not in self.unreached:
            self.unreached[lead] = self._unreached(lead)
        left = self._left(self.code, changes, self.unreached[lead], lead)
        for change, text in self._defined(self.together, left, FIRST_SHARE):
            result = self.trial.run(lead)
            gain = result.rank
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

    def _defined(
        self, together: Together, changes: Iterator[tuple[Change, str]], share: float = 1.0
    ) -> Iterator[tuple[Change, str]]:
        """Define each changed code, as far as the budget goes. Many changes are compiled at once."""
        while some := list(islice(changes, AT_ONCE)):
            fitting = [one for one, _ in some if together.place(one)]
            shared = together.text(fitting) if len(fitting) > 1 else ""
            numbers = {id(one): number for number, one in enumerate(fitting, 1)} if shared else {}
            for change, text in some:
                if self.budget.is_over(FIRST_SHARE if share == FIRST_SHARE and self.seeds and self.two else max(share, 1.0)):
                    return
                self.budget.step()
                number = numbers.get(id(change), 0)
                if number and not self.trial.define(shared, number):
                    numbers, number = {}, 0
                if number or self.trial.define(text):
                    yield change, text

    def _unreached(self, lead: int) -> list[tuple[int, int]]:
        """Give the blocks that a failing case does not come to: with an error at their beginning it ends as before."""
        if self.results[lead].outcome is Outcome.RAISED:
            return []
        found = []
        for block in self.code.branches:
            text = self._stopping(block)
            if text and self.trial.define(text) and self.trial.run(lead).outcome is self.results[lead].outcome:
                found.append(self._block(block))
        return found

    def _block(self, block: Sequence[ast.stmt]) -> Span:
        return self.code.span(block[0])[0], self.code.span(block[-1])[1]

    def _stopping(self, block: Sequence[ast.stmt]) -> str:
        """Give the code with an error at the beginning of a block."""
        start, text = self.code.span(block[0])[0], self.code.text
        alone = not text[text.rfind("\n", 0, start) + 1 : start].strip()
        return text[:start] + "raise KeyError" + (f"\n{' ' * block[0].col_offset}" if alone else "; ") + text[start:]

    def _breaks_nothing(self) -> bool:
        return all(self.trial.run(i).passed for i in self.passing)

    def _two(self) -> Found | None:
        """Try the changes that help most together with any other."""
        alone = [seed for seed in self.seeds if len(seed.lines) == 1]
        order = sorted(alone, key=lambda seed: (len(seed.right), seed.gain), reverse=True)
        later = []
        for seed in different(order)[:SEEDS]:
            if self.budget.is_over():
                return None
            code = Code(seed.text)
            later.append((seed, code, self._likely_first(code, self.propose(code, True))))
            found = self._second(seed, code, [one for one in later[-1][2] if one.rank == 0])
            if found:
                return found
        if later and self.failing[0] in later[0][0].right:  # it is most of an answer: all of the rest is worth trying
            seed, code, changes = later[0]
            every = self._likely_first(code, self.propose(code, False))
            found = self._second(seed, code, changes) or self._second(seed, code, every)
            if found:
                return found
        for seed, code, changes in later:
            found = self._second(seed, code, changes)
            if found:
                return found
        for seed, code, _ in later:
            if self.budget.is_over():
                return None
            found = self._second(seed, code, self._likely_first(code, self.propose(code, False)))
            if found:
                return found
        return None

    def _nearer(self, changes: Sequence[Change]) -> Found | None:
        """Try the changes after which more of the way to the right result is there: alone, and with any other."""
        likely = [one for one in changes if one.rank <= NEAR]
        n0, t0 = self.budget.taken, self.budget._computing.counted
        near = nearer(self.code, likely, self.trial, self.budget, NEARER_SHARE)
        import os
        if os.environ.get("DBG"):
            print("NEARER", len(likely), self.budget.taken - n0, self.budget._computing.counted-t0, [(self.code.lines_of(c), self.code.text[c.start:c.end], c.new, len(k)) for c, _, k in near[:12]], self.budget._computing.counted, file=open("/tmp/tutor2/dbg","a"))
        seeds = []
        for change, text, keys in near[:MOST_NEAR]:
            lines, kind = self.code.lines_of(change), kind_of(self.code, change.one or change)
            if self.trial.define(text) and all(self.trial.run(i).passed for i in [*self.failing, *self.passing]) and self.trial.confirm():
                return Found(text, lines, (kind,) * len(lines), frozenset(range(len(self.results))))
            longer = change.new.count("\n") - self.code.text.count("\n", change.start, change.end)
            seeds.append(Seed(text, lines, kind, frozenset(self.passing), (len(keys), 0), longer, change))
        codes: dict[int, tuple[Code, Where]] = {}
        for likely in (True, False):
            for i, seed in enumerate(seeds[: SEEDS if likely else LEADS]):
                if self.budget.is_over(PAIRS_SHARE):
                    return None
                if i not in codes:
                    code = Code(seed.text)
                    codes[i] = code, Where(code, self.trial.way(code.text))
                code, where = codes[i]
                found = self._second(seed, code, where.ordered(self.propose(code, likely)), PAIRS_SHARE)
                if os.environ.get("DBG"):
                    print("   SECOND", seed.lines, likely, self.budget._computing.counted, found and found.lines, file=open("/tmp/tutor2/dbg","a"))
                if found:
                    return found
        return None

    def _second(self, seed: Seed, code: Code, changes: Sequence[Change], share: float = 1.0) -> Found | None:
        """Look for a change that makes right what another one has left wrong."""
        wanted = [i for i in self.failing if i not in seed.right]
        left = self._left(code, changes, (), TWO)
        for change, text in self._defined(Together(code), left, share):
            if all(self.trial.run(i).passed for i in [*wanted, *seed.right]) and self._is_right(text):
                line = code.line_of(change)
                second = line - seed.longer if line > seed.lines[0] else line
                both = sorted({*((line, seed.kind) for line in seed.lines), (second, kind_of(code, change))}) if len(seed.lines) > 1 else sorted(((seed.lines[0], seed.kind), (second, kind_of(code, change))))
                lines, kinds = zip(*both, strict=True)
                return Found(text, lines, kinds, frozenset(range(len(self.results))))
        return None

    def _is_right(self, text: str) -> bool:
        return self.trial.define(text) and self.trial.confirm()

    def _pairs(self) -> Found | None:
        """Try the simplest changes in pairs, where each alone is no better and no worse."""
        one_place = [change for change in self.harmless if not change.one]
        changes = sorted(one_place, key=lambda change: change.rank)[:MOST_OF_PAIRS]
        small = {change: change.trimmed(self.code.text) for change in changes}
        line = {change: self.code.line_of(change) for change in changes}

        def unlikely(pair: tuple[Change, Change]) -> int:
            return pair[0].rank + pair[1].rank + (line[pair[0]] != line[pair[1]])

        for pair in sorted(combinations(changes, 2), key=unlikely):
            if self.budget.is_over(PAIRS_SHARE):
                return None
            first, second = sorted(pair, key=lambda change: small[change].start)
            if small[second].start < small[first].end:
                continue
            text = small[first].apply(small[second].apply(self.code.text))
            tried = self.tried.setdefault(TWO, set())
            if text in tried or not self.trial.define(text):
                continue
            tried.add(text)
            self.budget.step()
            if all(self.trial.run(i).passed for i in [*self.failing, *self.passing]) and self.trial.confirm():
                lines, kinds = zip(
                    *((self.code.line_of(one), kind_of(self.code, one)) for one in (first, second)), strict=True
                )
                return Found(text, lines, kinds, frozenset(range(len(self.results))))
        return None
