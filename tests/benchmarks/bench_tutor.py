"""What a check says about a mistake that it does not know: each known mistake, checked without its own entry.

Run it with ``python tests/benchmarks/bench_tutor.py --sample 100``. It measures; it judges nothing: whether a name by
another mistake leads on, only a reader can tell. ``--write FILE`` keeps each answer with its report for that.
``--times`` measures a passing and a failing check of every exercise instead, ``--weakest 20`` prints the reports that
say least.

What a repair hands out is left out: a check always knows it. A wrong value has no lines, so nothing is located in it.
A search for a line is limited in processor time; its limit by the clock is lifted, so that a busy machine finds as much.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

import course
from course.checking import runner
from course.checking.findings import Outcome, Returned, StoppedByError
from course.checking.locating import order
from course.checking.report import Report
from course.checking.spec import Exercise, Misconception

KINDS = ("named", "in part", "located", "trap", "nothing", "our error")
"""What a check tells: other known mistakes for all failing cases or for some, a line, a trap, or that it failed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one check said about one mistake, and the processor's seconds it took."""

    chapter: str
    known: Misconception
    report: Report
    seconds: float

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        report = self.report
        if any(case.outcome is Outcome.OUR_ERROR for case in report.cases):
            return "our error"
        if report.named:
            return "named" if report.explains.everything else "in part"
        return "located" if report.located else "trap" if report.trap else "nothing"


def every_mistake() -> list[tuple[Exercise, int]]:
    """List each known mistake as an exercise and the place among its mistakes, without what repairs hand out."""
    return [(e, i) for e in course.exercises.values() for i in range(len(e.mistakes)) if i or not e.repair]


def without(exercise: Exercise, place: int) -> Exercise:
    """Give an exercise that does not know one of its mistakes."""
    return replace(exercise, mistakes=exercise.mistakes[:place] + exercise.mistakes[place + 1 :])


def check_unknown(exercise: Exercise, place: int, seed: int) -> Told:
    """Check a mistake's wrong answer, with its own lines as its source, where the mistake is not known."""
    known = exercise.misconceptions[place]
    unknowing, answer = without(exercise, place), known.variant
    start = time.process_time()
    report = runner.assess(unknowing, answer, seed)
    return Told(exercise.chapter, known, report, time.process_time() - start)


def by_chapter(found: Sequence[Told]) -> Table:
    """Count by chapter what was reported."""
    table = Table(title=f"{len(found)} mistakes, each checked without its own entry")
    table.add_column("chapter", overflow="fold")
    for head in ("mistakes", *KINDS, "median CPU", "worst CPU"):
        table.add_column(head, justify="right")
    for chapter in dict.fromkeys(told.chapter for told in found):
        table.add_row(chapter, *_row([told for told in found if told.chapter == chapter]))
    table.add_section()
    table.add_row("all", *_row(found))
    return table


def _row(found: Sequence[Told]) -> Iterator[str]:
    counts = Counter(told.kind for told in found)
    yield str(len(found))
    yield from (str(counts[kind]) for kind in KINDS)
    seconds = [told.seconds for told in found]
    yield f"{statistics.median(seconds):.2f} s"
    yield f"{max(seconds):.2f} s"


def as_text(told: Told) -> str:
    """Give an answer with its report, and what its own mistake would have said."""
    names = ", ".join(told.report.misconceptions)
    head = f"=== {told.known.id}: {told.kind}{names and f' ({names})'}, {told.seconds:.2f} s"
    source = told.known.source if told.report.asked.kind != "value" else repr(told.known.variant)
    own = f"Its own entry: This is exactly what you get {told.known.diagnosis}"
    return f"{head}\n{source}\n--- {own}\n---\n{told.report}\n"


def help_in(report: Report) -> int:
    """Count what a report has that leads on: a name, a line, a trap, a stage, numbers, a worked-out line."""
    lead = report.lead
    finding = lead.finding if lead else None
    return sum(
        map(
            bool,
            (
                report.named and report.explains.everything,
                report.named,
                report.located,
                report.trap,
                report.reached,
                report.separation,
                report.not_finite,
                lead and lead.numbers and lead.numbers.arguments,
                isinstance(finding, Returned) and finding.trace,
                isinstance(finding, StoppedByError) and finding.complaint,
            ),
        )
    )


def weakest(found: Sequence[Told], count: int) -> list[Told]:
    """Give the reports that say least; of those that say equally little, one of each exercise comes first."""
    seen: Counter[str] = Counter()
    ranked = []
    for told in found:
        name = told.report.exercise
        ranked.append((help_in(told.report), seen[name], told))
        seen[name] += 1
    return [told for *_, told in sorted(ranked, key=lambda one: one[:2])[:count]]


def timed(exercise: Exercise, seed: int) -> tuple[float, float]:
    """Give the processor's seconds of a passing check, and of the slowest failing one with its whole diagnosis."""
    runner.assess(exercise, exercise.reference, seed)  # loads what a first check needs
    start = time.process_time()
    runner.assess(exercise, exercise.reference, seed)
    passing = time.process_time() - start
    places = [place for known, place in every_mistake() if known is exercise][:3]
    return passing, max(check_unknown(exercise, place, seed).seconds for place in places)


def times(seed: int) -> Table:
    """Measure every exercise: right, and with three mistakes that are not known."""
    chosen = list(course.exercises.values())
    measured = [timed(exercise, seed) for exercise in track(chosen, console=Console(stderr=True))]
    table = Table(title=f"a check of each of {len(chosen)} exercises, seconds of one processor")
    for head in ("", "median", "worst", "of"):
        table.add_column(head, justify="right")
    for name, seconds in zip(("passing", "failing"), zip(*measured, strict=True), strict=True):
        worst = max(seconds)
        table.add_row(name, f"{statistics.median(seconds):.3f}", f"{worst:.3f}", chosen[seconds.index(worst)].name)
    return table


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="this many mistakes at random; 0 for all")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the sample, and of the cases")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write each answer and its report to a file")
    parser.add_argument("--weakest", type=int, default=0, metavar="N", help="print this many reports that say least")
    parser.add_argument("--times", action="store_true", help="measure passing and failing checks instead")
    given = parser.parse_args()
    console = Console(width=126)
    mistakes = every_mistake()
    if 0 < given.sample < len(mistakes):
        chosen = sorted(random.Random(given.seed).sample(range(len(mistakes)), given.sample))
        mistakes = [mistakes[i] for i in chosen]
    order.BUSY = 100.0
    course.assess(lambda *args: 0, "linear")  # loads PyTorch, which would count for the first mistake
    if given.times:
        console.print(times(given.seed))
        return
    found = [
        check_unknown(exercise, place, given.seed)
        for exercise, place in track(mistakes, description="Checking", console=Console(stderr=True))
    ]
    console.print(by_chapter(found))
    nothing = [told.known.id for told in found if told.kind == "nothing"]
    console.print(f"Only numbers for {len(nothing)}: {', '.join(nothing) or 'none'}", highlight=False)
    for told in weakest(found, given.weakest):
        console.print(as_text(told), highlight=False, markup=False)
    if given.write:
        given.write.write_text("\n".join(map(as_text, found)), encoding="utf-8")


if __name__ == "__main__":
    main()
