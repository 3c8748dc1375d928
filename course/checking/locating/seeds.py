"""What a search finds: changes that help a little, of which the best comes last, and what it tells in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from course.checking.locating.standing import Trial
from course.checking.result import CaseResult

ALIKE = 2
"""At most this many changes that help a little are in one line and help as much."""
MOST = 6
"""At most this many changes are looked at for one result that they make right."""


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
        Of several results, the places of those that are right in every case with these changes, and were not before;
        only where the cases are not right as a whole.
    """

    text: str
    lines: tuple[int, ...]
    kinds: tuple[str, ...]
    right: frozenset[int]
    results: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """A change that helps a little and breaks nothing."""

    text: str
    lines: tuple[int, ...]
    kind: str
    right: frozenset[int]
    gain: tuple[float, int]
    longer: int

    @property
    def line(self) -> int:
        """The only line, or the first of two."""
        return self.lines[0]


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


def one_result(
    seeds: Sequence[Seed], trial: Trial, results: Sequence[CaseResult], failing: Sequence[int]
) -> Found | None:
    """Give a change that makes one of several results right in every case, and spoils no other one."""
    before = [_right_results(results[i]) for i in failing]
    if not all(len(right) > 1 for right in before):
        return None
    places = range(len(before[0]))
    for seed in sorted(seeds, key=lambda seed: seed.gain, reverse=True)[:MOST]:
        if not trial.define(seed.text):
            continue
        after = [trial.right_results(i) for i in failing]
        if any(len(new) != len(old) for new, old in zip(after, before, strict=True)):
            continue
        if any(old[p] and not new[p] for new, old in zip(after, before, strict=True) for p in places):
            continue
        mended = tuple(p for p in places if all(one[p] for one in after) and not all(one[p] for one in before))
        if mended and trial.confirm_results(failing, mended):
            right = frozenset(range(len(results))) - frozenset(failing)
            return Found(seed.text, seed.lines, (seed.kind,) * len(seed.lines), right, mended)
    return None


def _right_results(result: CaseResult) -> tuple[bool, ...]:
    return tuple(unit.right for unit in result.comparison.units) if result.comparison else ()
