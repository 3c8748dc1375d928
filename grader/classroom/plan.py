"""Which submissions of a class have to be graded, and why the others don't."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from grader.classroom.handed_in import HandedIn
from grader.classroom.ledger import Known, Run
from grader.classroom.outcome import Summary


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: only some students, everything again, what a change affects, cases of a certain seed."""

    students: Collection[str] = ()
    force: bool = False
    regrade: bool = False
    seed: int | None = None


@dataclass(slots=True)
class Plan:
    """What is graded, and what only gets another time or late penalty."""

    tasks: list[HandedIn] = field(default_factory=list)
    times: list[HandedIn] = field(default_factory=list)


def make_plan(
    found: Iterable[HandedIn],
    asked: Asked,
    known: dict[str, Known],
    run: Run | None,
    digest: str,
    there: Collection[str] | None,
    other_penalty: Collection[str],
    graded: Path,
    summary: Summary,
) -> Plan:
    """Sort submissions by what to do with them.

    Parameters
    ----------
    found
        The submissions.
    asked
        What was asked for.
    known
        What has been marked, by student.
    run
        The run that is gone on with, if there is one.
    digest
        Of everything else that a mark depends on now.
    there
        The students of whom the gradebook has grades; None where that was not asked.
    other_penalty
        The students whose late penalty is to be written again.
    graded
        The folder with one folder of graded work a student.
    summary
        Where it is counted.
    """
    plan = Plan()
    for one in found:
        if asked.students and one.student not in asked.students:
            continue
        if not _is_text(one.student):
            summary.errors[one.student] = ("The folder's name is not UTF-8. Give it another name.",)
            continue
        if one.missing:
            summary.missing.append(one.student)
            continue
        before = known.get(one.student)
        kept = before is not None and (
            (there is None or one.student in there) and (graded / one.student / one.folder.name).is_dir()
            if before.done
            else before.digest == digest  # else it is a mark by another release, which was never written
        )
        if before is None or not kept or before.content != one.digest() or _again(before, asked, run, digest):
            (summary.regraded if before else summary.graded).append(one.student)
            plan.tasks.append(one)
            continue
        if not before.readable:
            summary.unreadable.append(one.student)
        if before.digest != digest:
            summary.outdated.append(one.student)
        if before.timestamp != one.timestamp:
            summary.retimed.append(one.student)
            plan.times.append(one)
        elif one.student in other_penalty:
            summary.other_penalty.append(one.student)
            plan.times.append(one)
        else:
            summary.unchanged += before.done
    return plan


def _again(before: Known, asked: Asked, run: Run | None, digest: str) -> bool:
    """Tell whether a submission is marked again though it is the same."""
    if run is not None and before.run == run.id:  # this very run has marked it, before it ended early
        return False
    if asked.force or (asked.regrade and before.digest != digest):
        return True
    return asked.seed not in (None, before.seed)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
