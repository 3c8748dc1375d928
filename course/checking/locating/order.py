"""In which order the changes of a code are tried: where the mistake is likely to be, and with which case."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence

from course.checking.budget import Budget
from course.checking.diagnosis import Reached
from course.checking.findings import Outcome, StoppedByError
from course.checking.locating.changes import LIKELY
from course.checking.locating.cleared import cleared, set_in_line
from course.checking.locating.code import Change, Code
from course.checking.locating.standing import Trial
from course.checking.locating.suspects import Span, around, fields_set, inside
from course.checking.result import CaseResult

LEADS = 3
"""At most this many failing cases are looked at first, in the search for a change that helps a little."""
STEPS = 3360
"""At most this many changes are tried. Where calls are fast, this limit ends a search, not the time."""
BUSY = 4.0
"""On a busy machine a search may take this many times as long by the clock."""
NEXT_LINES = 2
"""This many lines are near the last one whose value is right."""
NEAR = 2
"""Changes up to this rank come first in a line that is known to be near the mistake."""
SIMPLE = 2
"""Changes up to this rank are tried in pairs."""


def _by_rank(changes: Sequence[Change]) -> list[list[Change]]:
    """Sort changes into the most likely, the likely, the ones that `NEAR` names, and the rest."""
    return [[one for one in changes if min(one.rank, NEAR + 1) == rank] for rank in range(NEAR + 2)]


class Order:
    """The order of a search in a student's code.

    Parameters
    ----------
    code
        The student's.
    results
        What happened in each case.
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
        The index of the case that the report and `reached` are about; None if it is not tried again.
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
        self.share = 1.0
        """The share of the budget at which the present part of the search ends."""
        self.two = two
        here = reached if reached and reached.function == helper else None
        self.right_line = here.line if here and here.whole else 0
        self.first_line = here.line if here and not here.whole else 0
        self.telling = telling
        self.told = told
        by_size = sorted(range(len(results)), key=lambda i: (results[i].empty, results[i].size))
        self.failing = [i for i in by_size if not results[i].passed]
        self.passing = [i for i in by_size if results[i].passed]
        self.unreached: dict[int, list[tuple[int, int]]] = {}
        self._cleared: list[Span] = []

    def _rounds(self, changes: Sequence[Change]) -> Iterator[tuple[list[Change], int]]:
        """Give the changes with a case for them: the likely ones first, and with the leading case before others.

        What right results are computed from comes after everything else that is as likely.
        """
        lead, *others = self.failing[:LEADS]
        if line := self._stopped_at() or self.first_line:
            near = [one for one in changes if one.rank <= NEAR and self.code.line_of(one) == line]
            yield sorted(near, key=lambda one: one.rank), lead
        yield self._of_unread(changes), lead
        yield self._of_wrong_fields(changes, lead), lead
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

    def _of_unread(self, changes: Sequence[Change]) -> list[Change]:
        """Give the changes that compute with an argument which the code reads nowhere, or only in conditions."""
        tests = [node.test for node in self.code.nodes if isinstance(node, ast.If | ast.IfExp)]
        asked = {part for test in tests for part in ast.walk(test)}
        read = {node.id for node in self.code.nodes if isinstance(node, ast.Name) and node not in asked}
        unread = {node.arg for node in self.code.nodes if isinstance(node, ast.arg)} - read

        def reads_more(change: Change) -> bool:
            old, new = (re.findall(r"\w+", text) for text in (self.code.text[change.start : change.end], change.new))
            return any(new.count(name) > old.count(name) for name in unread)

        return [one for one in changes if unread and one.rank <= NEAR + 1 and reads_more(one)]

    def _of_wrong_fields(self, changes: Sequence[Change], lead: int) -> list[Change]:
        """Give the changes of statements that set a field of a class which is wrong, and is a result."""
        compared = self.results[lead].comparison
        fields = fields_set(self.code, {unit.name for unit in compared.wrong}) if compared else []
        near = [one for one in inside(changes, fields) if one.rank <= NEAR]
        return sorted(near, key=lambda one: one.rank)

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

    def _breaks_nothing(self) -> bool:
        return all(self.trial.run(i).passed for i in self.passing)

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
