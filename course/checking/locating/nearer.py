"""Changes that bring a code nearer to the right result, though no result is right yet: more of its way is there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby, islice

from course.checking.budget import Budget
from course.checking.locating.code import Change, Code
from course.checking.locating.looks import looked_at
from course.checking.locating.standing import Trial
from course.checking.locating.together import Together
from course.checking.locating.way import Key

AT_ONCE = 16
"""At most this many changes are watched in one code."""
ALIKE = 2
"""At most this many changes of one line after which the same is right are tried with a second one."""
LIKELY = 2
"""Changes up to this rank are tried first, in every place."""
UNLIKELY = 4
"""The number of the first group of other changes."""

Nearer = tuple[Change, str, frozenset[Key]]
"""A change with the changed code, and what of the way is there."""


def nearer(code: Code, changes: Sequence[Change], trial: Trial, budget: Budget, share: float) -> Iterator[list[Nearer]]:
    """Give the changes after which everything that was right on the way still is, and more.

    They come in groups, those in likely places first; in a group, what brings most comes first.

    Parameters
    ----------
    code
        Before the changes.
    changes
        Those that may help.
    trial
        Where changed code is run.
    budget, share
        How long to look.
    """
    by_place = trial.way(code.text)
    before = frozenset(chain.from_iterable(by_place.values()))
    where = Where(code, by_place)
    for _, some in groupby(where.ordered(changes), key=where.group):
        near = ((one, one.apply(code.text)) for one in some)
        found = [one for one in _ways(code, near, trial, budget, share) if one[2] > before]
        if found:
            yield _different(code, sorted(found, key=lambda one: len(one[2]), reverse=True))
        if budget.is_over(share):
            return


def _different(code: Code, found: Sequence[Nearer]) -> list[Nearer]:
    """Leave out changes of a line after which the same is right: most of them are one change in other words."""
    counts: Counter[tuple[tuple[int, ...], frozenset[Key]]] = Counter()
    left = []
    for one in found:
        key = code.lines_of(one[0]), one[2]
        counts[key] += 1
        if counts[key] <= ALIKE:
            left.append(one)
    return left


class Where:
    """Where a mistake may be: in the statements whose value is not right though all that they read is."""

    def __init__(self, code: Code, by_place: Mapping[int, frozenset[Key]]) -> None:
        self.is_known = bool(by_place)
        looks = looked_at(code)
        right = {looks[number] for number, keys in by_place.items() if any(kind == "order" for kind, _ in keys)}
        mixed_up = {looks[number] for number in by_place} - right
        statements = [node for node in code.nodes if isinstance(node, ast.Assign | ast.AugAssign | ast.Return)]
        sets = {one: _set_by(one) for one in statements}
        values = {one: getattr(one, "value", None) for one in statements}
        good = {one for one in statements if values[one] in right or one in right}
        bad = {name for one in statements if one not in good for name in sets[one]}
        bad -= {name for one in good for name in sets[one]}
        reads = {one: _read_by(one) for one in statements}
        first = [one for one in statements if one not in good and (not reads[one] & bad or _inside(one, right))]
        before = [one for one in statements if any(sets[one] & reads[other] for other in first)]
        self._right = [code.span(node) for node in (*right, *mixed_up)]
        self._mixed_up = [code.span(node) for node in mixed_up]
        self._first = [code.span(one) for one in first]
        self._before = [code.span(one) for one in before]

    def ordered(self, changes: Sequence[Change]) -> list[Change]:
        """Sort changes by their places, and there by what they are."""
        return sorted(changes, key=lambda one: (self.group(one), one.rank))

    def group(self, change: Change) -> int:
        """Give the number of the group in which a change is tried: the likely ones of likely places first."""
        likely, place = change.rank <= LIKELY, self.unlikely(change)
        return place if likely else UNLIKELY + place

    def unlikely(self, change: Change) -> int:
        """Rank the place of a change: 0 where the way is left, 1 right before that, then where nothing is known."""
        if not self.is_known:
            return 0
        one = change.one or change

        def within(spans: Sequence[tuple[int, int]]) -> bool:
            return any(start <= one.start and one.end <= end for start, end in spans)

        if within(self._mixed_up):
            return 1
        if within(self._first):
            return 1 if within(self._right) else 0
        return 2 if within(self._before) else 3


def _inside(statement: ast.stmt, right: set[ast.expr | ast.stmt]) -> bool:
    return any(part in right for part in ast.walk(statement))


def _set_by(statement: ast.Assign | ast.AugAssign | ast.Return) -> set[str]:
    if isinstance(statement, ast.Return):
        return set()
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    found = set()
    for target in targets:
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and (isinstance(part.ctx, ast.Store) or isinstance(target, ast.Subscript)):
                found.add(part.id)
                if isinstance(target, ast.Subscript):
                    break
    return found


def _read_by(statement: ast.stmt) -> set[str]:
    return {part.id for part in ast.walk(statement) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}


def _ways(
    code: Code, changes: Iterator[tuple[Change, str]], trial: Trial, budget: Budget, share: float
) -> Iterator[Nearer]:
    together = Together(code)
    while some := list(islice(changes, AT_ONCE)):
        fitting = [one for one, _ in some if together.place(one)]
        shared = together.text(fitting) if len(fitting) > 1 else ""
        numbers = {id(one): number for number, one in enumerate(fitting, 1)} if shared else {}
        for change, text in some:
            if not budget.step(share):
                return
            number = numbers.get(id(change), 0)
            keys = trial.way(shared if number else text, number)
            yield change, text, frozenset(chain.from_iterable(keys.values()))
