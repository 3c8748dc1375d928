"""What one change makes right where none makes all cases right: most of the cases, or some of several results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from course.checking.comparison import WrongNumber, WrongShape, WrongValues
from course.checking.locating.code import Change, Code
from course.checking.locating.standing import Trial
from course.checking.result import CaseResult

ALIKE = 2
"""At most this many changes that help a little are in one line and help as much."""
MOST_AT_ONCE = 8
"""At most this many changes that help are tried in pairs."""
MOST = 40
"""For at most this many changes, the results that they make right are examined."""


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
    results
        The names of the results that they make right in every case; empty where what counts are cases.
    leaves
        The id of the known mistake that is left after them; empty where none is known.
    """

    text: str
    lines: tuple[int, ...]
    kinds: tuple[str, ...]
    right: frozenset[int]
    results: tuple[str, ...] = ()
    leaves: str = ""


@dataclass(frozen=True, slots=True)
class Seed:
    """A change that helps a little and breaks nothing; in two lines where it is made twice."""

    text: str
    lines: tuple[int, ...]
    kind: str
    right: frozenset[int]
    gain: tuple[float, int]
    longer: int
    change: Change

    def found(self, right: frozenset[int], results: tuple[str, ...] = ()) -> Found:
        """Give it as what was found."""
        return Found(self.text, self.lines, (self.kind,) * len(self.lines), right, results)


def different(seeds: Sequence[Seed]) -> list[Seed]:
    """Leave out changes of a line that has others which help as much: most of them are the same in other words."""
    counts: Counter[tuple[tuple[int, ...], frozenset[int], tuple[float, int]]] = Counter()
    found = []
    for seed in seeds:
        key = seed.lines, seed.right, seed.gain
        counts[key] += 1
        if counts[key] <= ALIKE:
            found.append(seed)
    return found


def both_at_once(seeds: Sequence[Seed], code: Code, count: int, trial: Trial) -> Found | None:
    """Give two changes that help, in different places, and make all cases right together.

    Parameters
    ----------
    seeds
        The changes that help.
    code
        Before the changes.
    count
        How many cases there are.
    trial
        Where changed code is run.
    """
    ordered = sorted(seeds, key=lambda one: (len(one.right), one.gain), reverse=True)
    counts: Counter[tuple[int, ...]] = Counter()
    best = []
    for seed in ordered:
        counts[seed.lines] += 1
        if counts[seed.lines] <= ALIKE:  # others may be in another line
            best.append(seed)
    best = best[:MOST_AT_ONCE]
    for pair in combinations(best, 2):
        first, second = sorted(pair, key=lambda one: one.change.start)
        if second.change.start < first.change.end:
            continue
        text = first.change.apply(second.change.apply(code.text))
        if trial.define(text) and all(trial.run(i).passed for i in range(count)) and trial.confirm():
            lines = (*first.lines, *second.lines)
            kinds = (first.kind,) * len(first.lines) + (second.kind,) * len(second.lines)
            return Found(text, lines, kinds, frozenset(range(count))) if len(lines) == 2 else None
    return None


def most_cases(
    seeds: Sequence[Seed], led: Collection[int], failing: Sequence[int], passing: Sequence[int], trial: Trial
) -> Found | None:
    """Give the change that makes a leading case and most others right, if it is more than a few.

    Parameters
    ----------
    seeds
        The changes that help.
    led
        Indices of cases, at least one of which must be right.
    failing, passing
        Indices of the cases.
    trial
        Where changed code is run.
    """
    best = max(seeds, key=lambda seed: len(seed.right), default=None)
    if best is None or best.right.isdisjoint(led):
        return None
    fixed = len(best.right) - len(passing)
    if 2 * fixed < len(failing) or fixed < min(2, len(failing) - 1):
        return None
    if not (trial.define(best.text) and trial.confirm_cases(sorted(best.right))):
        return None
    return best.found(best.right)


def some_results(seeds: Sequence[Seed], cases: Sequence[CaseResult], trial: Trial) -> Found | None:
    """Give the change that makes the most of several results right in every case, and none wrong.

    Parameters
    ----------
    seeds
        The changes that help.
    cases
        What happened in each case.
    trial
        Where changed code is run.
    """
    compared = [i for i, case in enumerate(cases) if case.comparison]
    units = [case.comparison.units for case in cases if case.comparison]
    names = [unit.name for unit in units[0]] if units else []
    if len(names) < 2 or not all(names) or any([unit.name for unit in one] != names for one in units):
        return None
    before = [[unit.right for unit in one] for one in units]
    told = {j for j in range(len(names)) if any(_tells(one[j].found) for one in units)}
    best, most = None, frozenset[int]()
    for seed in sorted(seeds, key=lambda one: one.gain, reverse=True)[:MOST]:
        right = _made_right(seed, compared, before, trial) & told
        if len(right) > len(most) and trial.confirm_results(compared, right):
            best, most = seed, right
    return best.found(best.right, tuple(names[j] for j in sorted(most))) if best else None


def _tells(found: object) -> bool:
    """Tell whether a result is wrong in a way that is not put right by chance, as a truth value is."""
    match found:
        case WrongNumber(value=value):
            return not isinstance(value, bool)
        case WrongValues(value=value):
            return not isinstance(value, bool)
    return isinstance(found, WrongShape)


def _made_right(seed: Seed, compared: Sequence[int], before: Sequence[Sequence[bool]], trial: Trial) -> frozenset[int]:
    """Give the places of the results that were wrong in a case, and are right in all with a change."""
    if not trial.define(seed.text):
        return frozenset()
    wanted = {j for j in range(len(before[0])) if not all(one[j] for one in before)}
    for i, were in zip(compared, before, strict=True):
        standing = trial.run(i)
        are = standing.results or (standing.passed,) * len(were)
        if len(are) != len(were) or any(was and not now for was, now in zip(were, are, strict=True)):
            return frozenset()
        wanted = {j for j in wanted if are[j]}
        if not wanted:
            break
    return frozenset(wanted)
