"""What a grading run did, in lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from grader.classroom.outcome import Summary
from grader.registering import shorten
from grader.student_names import with_name


def tell_summary(
    summary: Summary, dry_run: bool = False, names: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    r"""Summarize what happened to a class's submissions.

    Parameters
    ----------
    summary
        From `grader.classroom.grade.grade`.
    dry_run
        Whether nothing was graded yet.
    names
        Students' names, by id.

    Examples
    --------
    >>> print(*tell_summary(Summary("01_linear", graded=["ada"], unchanged=2, missing=["bo"], seconds=1.26)), sep="\n")
    01_linear: 1 graded, 2 unchanged, in 1.3 s.
      Not handed in: bo.
    """
    verb = "to be " if dry_run else ""
    counts = [
        (len(summary.graded), f"{verb}graded"),
        (len(summary.regraded), f"{verb}graded again"),
        (len(summary.recovered), f"{verb}recovered from a run that ended early"),
        (len(summary.retimed), "handed in at another time"),
        (len(summary.other_penalty), "with another late penalty"),
        (summary.unchanged, "unchanged"),
    ]
    done = ", ".join(f"{number} {what}" for number, what in counts if number) or "nothing to do"
    took = "" if dry_run else f", in {summary.seconds:.1f} s"
    yield f"{summary.assignment}: {done}{took}."
    for what, students in (("Not handed in", summary.missing), ("Not readable", summary.unreadable)):
        if students:
            yield f"  {what}: {shorten([with_name(one, names) for one in students])}."
    if summary.outdated:
        what = f"`grader grade {summary.assignment} --regrade` grades them again"
        yield f"  Graded before the release or its exercises changed: {shorten(summary.outdated)}; {what}."
    if summary.by_hand:
        yield f"  To be graded by hand, in the formgrader: {shorten(sorted(summary.by_hand))}."
    if remarks := sorted(set(summary.problems) - set(summary.unreadable)):
        yield f"  With remarks in their feedback: {shorten(remarks)}."
    for student, errors in summary.errors.items():
        for error in errors:
            yield f"  {with_name(student, names)}: {error}"
