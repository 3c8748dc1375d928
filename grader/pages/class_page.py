"""What a class understood, as one page: what to talk about first, then the exercises, the mistakes, and who."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from course.checking.spec import Exercise
from grader.insights import ExerciseInsight, Result, insights, students_of
from grader.pages.alike import LEAST, Alike, alike
from grader.pages.bars import columns, needle, stacked
from grader.pages.code import code, plain
from grader.pages.graded import Answer
from grader.pages.seen import STEPS, Seen, located, mistakes, step, unexplained, without_comments
from grader.pages.shell import page
from grader.pages.telling import FEWEST, in_words, telling

LONGEST = 6_000
"""Characters of one answer that are shown: five hundred long ones would make a page that no browser opens."""
NAMED = 8
"""At most this many names are shown at once; the others are folded away."""
TOPICS = 3
"""Mistakes to talk about on Monday."""
LISTED = 12
"""Entries of a list that are shown at once; the others are folded away."""
SHARES = 5
"""Columns of the plot of points."""

_STYLE = """\
.first { background: color-mix(in srgb, var(--blue) 13%, var(--page)); border-radius: 6px; padding: 0.8rem 1.1rem;
  margin: 0.9rem 0; break-inside: avoid; }
.first h2, .first h3 { margin-top: 0; }
.first li { margin: 0.35rem 0; }
.first ol { padding-left: 1.4rem; margin: 0.3rem 0; }
.bar { width: 38%; min-width: 7rem; vertical-align: middle; }
.key span { margin-right: 1.2rem; white-space: nowrap; }
.key svg { display: inline-block; margin-right: 0.35rem; }
.column { fill: var(--blue); }
.wide svg { margin-top: 0.4rem; }
.columns text { font-size: 12px; text-anchor: middle; fill: var(--text); }
svg line { stroke: var(--calm); stroke-width: 1; }
.group { border-top: 1px solid var(--line); padding: 0.45rem 0; }
@media (max-width: 34rem) { .wide { display: none; }
  .steps tr { display: grid; grid-template-columns: repeat(4, 1fr); padding: 0.25rem 0;
    border-top: 1px solid var(--line); }
  .steps td, .steps th { border: 0; } .steps .number { text-align: left; }
  .steps tr > :first-child, .steps .bar { grid-column: 1 / -1; width: 100%; } }
"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is known about one assignment.

    Parameters
    ----------
    name, title
        Its folder, and the lesson's first heading.
    results
        What checks found.
    answers
        The answers by student and exercise.
    given
        For each exercise in which likeness says something: the release's code, and the solution that can be shown.
    """

    name: str
    title: str
    results: Sequence[Result]
    answers: Mapping[tuple[str, str], Answer]
    given: Mapping[str, Sequence[str]]


def class_page(assignments: Sequence[Assignment], exercises: Mapping[str, Exercise], *, anonymous: bool = False) -> str:
    """Lay out what a class understood.

    Parameters
    ----------
    assignments
        What to show, one after the other.
    exercises
        The course's exercises, which know the mistakes in words.
    anonymous
        Leave out names, and comments in code.
    """
    names = "" if anonymous else "This page has names in it. With --anonymous, they are left out."
    body = "\n".join(_assignment(one, exercises, anonymous) for one in assignments)
    title = ", ".join(one.title for one in assignments)
    return page(f"What the class understood: {title}", f'{body}<p class="calm">{names}</p>', _STYLE)


def _assignment(one: Assignment, exercises: Mapping[str, Exercise], anonymous: bool) -> str:
    unreadable = students_of(one.results, readable=False)
    one = replace(one, results=[result for result in one.results if result.readable])
    found, named = insights(list(one.results)), mistakes(one.results, exercises)
    counted = f"{_count(len(students_of(one.results)), 'student')}, {_count(len(found), 'exercise')}"
    header = f'<header><h1>{plain(one.title)}</h1><p class="calm">{counted}</p></header>'
    if unreadable:
        header += f"<p>Not readable, and not counted: {len(unreadable)}</p>{_who(unreadable, anonymous)}"
    if not found:
        return header
    sections = [
        header,
        _first(found, named),
        _exercises(found, one.results),
        _totals(one),
        _seen("Mistakes that were recognised", "", named, anonymous, as_code=False),
        _seen(
            "Lines that were located",
            "No known mistake explains these answers, but with a change in this line they would be right.",
            located(one.results),
            anonymous,
        ),
        _seen(
            "Answers that nothing explains",
            "They are wrong, and no name and no line was found. Answers that differ in names only are together.",
            unexplained(one.results, one.answers),
            anonymous,
        ),
        _telling(one.results),
        _alike(one, anonymous),
    ]
    return "\n".join(filter(None, sections))


def _first(found: Sequence[ExerciseInsight], named: Sequence[Seen]) -> str:
    """Say what to talk about: the three most common mistakes, and the hardest exercise."""
    hardest = found[0]
    topics = "".join(
        f"<li><strong>{plain(one.what)}</strong>, in <code>{plain(one.exercise)}</code>: "
        f"{len(one.students)} of {_count(one.of, 'student')}</li>"
        for one in named[:TOPICS]
    )
    said = (
        f"<p>The hardest exercise: <code>{plain(hardest.exercise)}</code>, right for {hardest.passed} of "
        f"{_count(hardest.students, 'student')}"
        f"{f', not begun by {hardest.not_begun}' if hardest.not_begun else ''}.</p>"
    )
    if hardest.passed == hardest.students:
        said = "<p>Everyone solved every exercise.</p>"
    listed = (
        f"<p>The most common mistakes:</p><ol>{topics}</ol>" if topics else "<p>No known mistake was recognised.</p>"
    )
    if named and len(named[0].students) == 1 < named[0].of:
        listed = f"<p>{_count(len(named), 'known mistake')}, none of them made by more than one student.</p>"
    return f'<section class="first"><h2>What to talk about</h2>{listed}{said}</section>'


def _exercises(found: Sequence[ExerciseInsight], results: Sequence[Result]) -> str:
    counted = {one.exercise: Counter(step(r) for r in results if r.exercise == one.exercise) for one in found}
    key = "".join(
        f'<span><svg width="12" height="12" aria-hidden="true"><rect class="{name}" width="12" height="12"/></svg>'
        f"{_STEP_WORDS[name]}</span>"
        for name in STEPS
    )
    rows = "".join(_bar_row(name, {far: counts[far] for far in STEPS}) for name, counts in counted.items())
    heads = "".join(f'<th scope="col" class="number">{name}</th>' for name in STEPS)
    return (
        f'<section><h2>Exercises, the hardest first</h2><p class="key calm">{key}</p><table class="rows steps">'
        f'<tr class="calm"><th scope="col">exercise</th><td class="bar"></td>{heads}</tr>{rows}</table></section>'
    )


def _bar_row(name: str, counts: Mapping[str, int]) -> str:
    numbers = "".join(f'<td class="number">{count}</td>' for count in counts.values())
    bar = f'<td class="bar">{stacked(counts, name)}</td>'
    return f'<tr><th scope="row"><code>{plain(name)}</code></th>{bar}{numbers}</tr>'


_STEP_WORDS = {
    "right": "right",
    "partly": "partly: some cases right",
    "tried": "tried: no case right",
    "blank": "blank: as handed out",
}


def _totals(one: Assignment) -> str:
    """Draw how many students have how many points."""
    totals: dict[str, float] = defaultdict(float)
    for result in one.results:
        totals[result.student] += result.earned
    possible = sum({answer.name: answer.possible for answer in one.answers.values()}.values())
    if not possible:
        return ""
    counts = [0] * SHARES
    for total in totals.values():
        counts[min(int(total / possible * SHARES), SHARES - 1)] += 1
    labels = [f"{100 * i // SHARES}–{100 * (i + 1) // SHARES} %" for i in range(SHARES)]
    said = "; ".join(f"{label}: {_count(count, 'student')}" for label, count in zip(labels, counts, strict=True))
    return (
        f'<section class="keep"><h2>Points</h2><p class="calm">How many students have what share of {possible:g} '
        f"points. A share on an edge counts to its right.</p>{columns(counts, labels, said)}</section>"
    )


def _seen(title: str, said: str, seen: Sequence[Seen], anonymous: bool, *, as_code: bool = True) -> str:
    if not seen:
        return ""
    listed = [_one_seen(one, anonymous, as_code) for one in seen]
    more = "".join(listed[LISTED:])
    folded = more and f"<details><summary>{len(listed) - LISTED} more</summary>{more}</details>"
    explained = said and f'<p class="calm">{said}</p>'
    return f"<section><h2>{title}</h2>{explained}{''.join(listed[:LISTED])}{folded}</section>"


def _one_seen(one: Seen, anonymous: bool, as_code: bool) -> str:
    note = f' <span class="calm">({plain(one.note)})</span>' if one.note else ""
    head = f"<strong>{len(one.students)} of {one.of}</strong> · <code>{plain(one.exercise)}</code>"
    if not as_code:
        return f'<div class="group keep">{head}: {plain(one.what)}{note}{_who(one.students, anonymous)}</div>'
    text = _text(one.what, anonymous)
    lines = text.count("\n") + 1
    shown = code(text) if text else '<p class="calm">The code is left out.</p>'
    if lines > 6:
        shown = f"<details><summary>{lines} lines</summary>{shown}</details>"
    elif lines == 1 and text:
        shown = f"<pre>{plain(text)}</pre>"
    return f'<div class="group keep">{head}{note}{_who(one.students, anonymous)}{shown}</div>'


def _text(source: str, anonymous: bool) -> str:
    text = without_comments(source) if anonymous else source
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… {len(text) - LONGEST:,} characters more"


def _who(students: Sequence[str], anonymous: bool) -> str:
    if anonymous:
        return ""
    names = [plain(student) for student in students]
    if len(names) <= NAMED:
        return f'<div class="calm">{", ".join(names)}</div>'
    return f"<details><summary>{', '.join(names[:3])} and {len(names) - 3} others</summary>{', '.join(names)}</details>"


def _telling(results: Sequence[Result]) -> str:
    found = telling(results)
    if all(value is None for value in found.values()):
        return ""
    rows = "".join(
        f'<tr><th scope="row"><code>{plain(name)}</code></th><td class="wide">'
        f"{needle(value, f'{name}: {value:.2f}') if value is not None else ''}</td>"
        f'<td class="number">{f"{value:.2f}" if value is not None else "–"}</td><td>{in_words(value)}</td></tr>'
        for name, value in sorted(found.items(), key=lambda one: -2 if one[1] is None else -one[1])
    )
    return (
        '<section class="keep"><h2>Which exercises tell strong from weak</h2><p class="calm">The correlation of the '
        "score in an exercise with the points in all the others. Near 1: students who solve it do well elsewhere, too. "
        "Near 0: it says nothing about the rest, such as when nearly everybody solves it. Below 0: strong students "
        f"fail it; perhaps its text misleads. It needs {FEWEST} students, and is rough with fewer than 30.</p>"
        f'<table class="rows">{rows}</table></section>'
    )


def _alike(one: Assignment, anonymous: bool) -> str:
    passed = {(result.student, result.exercise): result.passed for result in one.results}
    answers = (
        (name, student, answer.own, passed.get((student, name), False))
        for (student, name), answer in one.answers.items()
    )
    found = alike(answers, one.given)
    said = (
        "<strong>This is a hint, not a verdict.</strong> Two students who learn together, or who read the same text, "
        "also write the same. Listed are answers that are equal except for names, comments and layout, have at least "
        f"{LEAST} parts (names, operations, calls) more than the release, and are not the course's solution. Repairs "
        "and values are left out. Wrong answers come first: equal mistakes are rarer than equal right answers. The "
        "larger a group, the more likely it is simply the usual way to write it."
    )
    listed = "".join(_one_alike(group, anonymous) for group in found)
    body = listed or "<p>No two answers are that similar.</p>"
    return f'<section><h2>Answers that are alike</h2><p class="calm">{said}</p>{body}</section>'


def _one_alike(group: Alike, anonymous: bool) -> str:
    state = "right" if group.right else "not right"
    head = (
        f"<strong>{len(group.students)} answers</strong> · <code>{plain(group.exercise)}</code> "
        f'<span class="calm">({state}, {group.nodes} parts)</span>'
    )
    text = _text(group.source, anonymous)
    shown = f"<details><summary>{text.count(chr(10)) + 1} lines</summary>{code(text)}</details>" if text else ""
    return f'<div class="group keep">{head}{_who(group.students, anonymous)}{shown}</div>'


def _count(number: int, thing: str) -> str:
    return escape(f"{number} {thing}{'s' * (number != 1)}")
