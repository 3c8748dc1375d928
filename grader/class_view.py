"""A class's results for a terminal: its exercises with a bar each, and its most common mistakes in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from course.checking.spec import Exercise
from grader.insights import AS_GIVEN, ExerciseInsight
from grader.visible import visible

WIDE = 100
"""From this many columns on, bars are long."""


def class_view(
    found: list[ExerciseInsight], exercises: Mapping[str, Exercise], console: Console, most: int
) -> RenderableType:
    """Lay out how a class did: nothing is cut off, whatever the console's width; long texts wrap.

    Parameters
    ----------
    found
        The exercises, in the order in which they are shown.
    exercises
        The course's exercises, which know the mistakes in words.
    console
        Where it will be printed.
    most
        How many mistakes to show; 0 for all.
    """
    mistakes = list(commonest(found, exercises))
    shown = mistakes[:most] if most else mistakes
    parts: list[RenderableType] = [_exercises(found, console), Text()]
    if not mistakes:
        return Group(*parts, Text("No known mistake was recognised."))
    parts += [Text("Most common mistakes", style="bold"), _mistakes(shown)]
    if len(mistakes) > len(shown):
        parts.append(Text(f"{len(mistakes) - len(shown)} more with --most 0."))
    return Group(*parts)


def commonest(found: list[ExerciseInsight], exercises: Mapping[str, Exercise]) -> Iterator[tuple[int, int, str]]:
    """Give the mistakes of a class, the most common first: the number of students, of how many, and what it is.

    Two mistakes that came together are counted each, and follow as a pair.
    """
    counted = [
        (count, place, names, insight.students)
        for place, insight in enumerate(found)
        for names, count in [*(((name,), count) for name, count in insight.mistakes), *insight.pairs]
        if not any(name.endswith(AS_GIVEN) for name in names)
    ]
    for count, _, names, students in sorted(counted, key=lambda one: (-one[0], len(one[2]), one[1], one[2])):
        exercise = names[0].partition(".")[0]
        words = ", together with: ".join(in_words(name, exercises) for name in names)
        slugs = ", ".join(name.partition(".")[2] for name in names)
        yield count, students, visible(f"{exercise}: {words} ({slugs})")


def in_words(name: str, exercises: Mapping[str, Exercise]) -> str:
    """Say what a mistake is; of one that the course no longer has, the id.

    Examples
    --------
    >>> import course
    >>> in_words("linear.no-bias", course.exercises)
    'the bias is left out'
    """
    exercise = exercises.get(name.partition(".")[0])
    known = next((known for known in exercise.misconceptions if known.id == name), None) if exercise else None
    return known.diagnosis.partition(". ")[0].removesuffix(".").removeprefix("when ") if known else name


def told(insight: ExerciseInsight) -> str:
    """Say what was found in the answers that are not right.

    Examples
    --------
    >>> told(ExerciseInsight("linear", 9, 1, located=3, not_begun=1))
    '4 with a known mistake, 3 with a line to change, 1 blank'
    """
    counts = {
        "with a known mistake": insight.named,
        "with a line to change": insight.located,
        "in a trap of Python or NumPy": insight.trapped,
        "unexplained": insight.neither,
        "blank": insight.not_begun,
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _exercises(found: list[ExerciseInsight], console: Console) -> Table:
    wide, plain = console.width >= WIDE, console.options.ascii_only
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", max_width=None if wide else 28)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for insight in found:
        students = f"{insight.passed} of {insight.students} right"
        bar = _bar(insight.passed / insight.students, 20 if wide else 8, plain)
        table.add_row(Text(visible(insight.exercise)), bar, students, told(insight))
    return table


def _bar(share: float, width: int, plain: bool) -> str:
    full, empty = ("#", ".") if plain else ("█", "░")
    filled = round(share * width)
    if 0 < share < 1:  # some and all look different from none and nearly all
        filled = min(max(filled, 1), width - 1)
    return full * filled + empty * (width - filled)


def _mistakes(shown: list[tuple[int, int, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for count, students, words in shown:
        table.add_row(f"{count} of {students}", Text(words))
    return table
