"""Two mistakes at once: two changes whose effects add up, or one change after which a known mistake is left."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from course.checking.locating.code import Change
from course.checking.locating.effects import Effects, in_a_row, same
from course.checking.locating.kinds import kind_of
from course.checking.locating.partly import Found
from course.checking.locating.second import Second
from course.checking.locating.stages import Values, computes
from course.checking.locating.together import Together
from course.checking.locating.way import Key
from course.checking.student_code import loaded

FEW = 6
"""At most this many pairs whose effects fit in one case are tried; if there are more, another case decides first."""
MORE = 3
"""At most this many further cases are asked which pairs fit."""
MOST_PAIRS = 40
"""At most this many pairs whose effects fit are tried."""
MOST_KNOWN = 40
"""At most this many changes are tried after which a known mistake may be left."""
LIKELY = 2
"""A change after which a known mistake may be left has no higher rank."""
ENOUGH = 3
"""A known mistake must show in at least this many numbers."""


class Joined(Second):
    """A search for two mistakes that tells from what each change gives alone which of them may go together."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.effects: Effects | None = None
        """What each change gives in the leading case."""

    def _joined(self) -> Found | None:
        """Try the pairs of changes whose effects alone, added or multiplied, give the right result."""
        pairs = self.effects.pairs() if self.effects else []
        for case in self.failing[1 : 1 + MORE]:
            if len(pairs) <= FEW:
                break
            effects = self._effects(case, list(dict.fromkeys(chain.from_iterable(pairs))))
            pairs = [pair for pair in pairs if effects.fits(pair)]
        for pair in pairs[:MOST_PAIRS]:
            if self.budget.is_over(self.share):
                return None
            if found := self._both_of(pair):
                return found
        return None

    def _effects(self, case: int, changes: Sequence[Change]) -> Effects:
        """Tell what changes give in one more case."""
        self.trial.define(self.code.text)
        effects = Effects(self.trial.run(case))
        texts = ((change, change.apply(self.code.text)) for change in changes)
        for change, _ in self._defined(Together(self.code), texts):
            effects.add(change, self.trial.run(case))
        return effects

    def _with_known(self) -> Found | None:
        """Look for a change after which every case is exactly what a known mistake gives."""
        tried, taken = 0, {node.arg for node in self.code.nodes if isinstance(node, ast.arg)}
        for change, mistake in self._may_leave():
            text, tried = change.apply(self.code.text), tried + 1
            if tried > MOST_KNOWN or self.budget.is_over(self.share):
                return None
            lost = loaded(self.code.tree) - loaded(ast.parse(text))
            if lost & taken or (lost and change.new in self.code.text[change.start : change.end]):
                continue  # what the code takes, or computes, would be left out
            if self.trial.define(text) and self._leaves(mistake) and self._on_the_way() <= self._on_the_way(text):
                lines, kind = self.code.lines_of(change), kind_of(self.code, change.one or change)
                return Found(text, lines, (kind,) * len(lines), frozenset(self.passing), leaves=mistake)
        return None

    def _on_the_way(self, text: str = "") -> frozenset[Key]:
        """Tell which values on the way to the right result a code computes: a change for the better loses none."""
        return frozenset(chain.from_iterable(self.trial.way(text or self.code.text).values()))

    def _may_leave(self) -> Iterator[tuple[Change, str]]:
        """Give each change with a known mistake that gives the same in the leading case."""
        lead, found = self.failing[0], []
        computed = self.trial.computed(self.code.text, lead)
        tests = [self.code.span(node.test) for node in self.code.nodes if isinstance(node, ast.If | ast.IfExp)]
        for mistake in self.trial.known():
            value = self.trial.given_by(mistake, lead)
            some = [one for one in self.effects.giving(value) if not one.one] if self.effects else []
            # to leave out a branch would only skip what is wrong
            some = [one for one in some if not any(one.start < end and start < one.end for start, end in tests)]
            some = [one for one in some if one.rank <= LIKELY]
            if some and not self._is_before(value, computed) and not self._is_beside(value):
                found += [(change, mistake) for change in some]
        yield from sorted(found, key=lambda one: one[0].rank)

    def _is_before(self, value: Any, computed: Values) -> bool:
        """Tell whether the code computes this value, too: a change that leaves out what follows would give it."""
        parts = value if isinstance(value, tuple) else (value,)
        yours = self.effects.value if self.effects and isinstance(self.effects.value, tuple) else [None] * len(parts)
        return all(same(part, own) or computes(computed, part) for part, own in zip(parts, yours, strict=False))

    def _is_beside(self, value: Any) -> bool:
        """Tell whether some wrong results stay as they are, and no other becomes right: they have another cause."""
        yours, wanted = (self.effects.value, self.effects.expected) if self.effects else (None, None)
        if not isinstance(value, tuple) or not isinstance(yours, tuple) or not isinstance(wanted, tuple):
            return False
        parts = [(same(part, own), same(part, right)) for part, own, right in zip(value, yours, wanted, strict=False)]
        return (True, False) in parts and (False, True) not in parts

    def _leaves(self, mistake: str) -> bool:
        """Tell whether the present code gives in each case, and with another seed, what a known mistake gives."""
        shown = 0
        for i in [*self.failing, *self.passing]:
            standing, value = self.trial.run(i), self.trial.given_by(mistake, i)
            if not same(standing.value, value):
                return False
            if not standing.passed:
                row, wanted = in_a_row(standing.value), in_a_row(standing.expected)
                shown += 0 if row is None or wanted is None or row.shape != wanted.shape else int((row != wanted).sum())
        others = range(len(self.results))
        return shown >= ENOUGH and all(
            same(self.trial.run_again(i).value, self.trial.given_by(mistake, i, again=True)) for i in others
        )
