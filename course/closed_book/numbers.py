"""The numbers of an exercise whose solution is withheld, as a file has them."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from course.calling.endings import Attempt, Ending, Raised
from course.checking.answers import Answers
from course.checking.recording import Row, UnreadableRecording, folded, folded_answers, unfolded, unfolded_answers
from course.checking.withheld import AS_BEFORE, Known

RIGHT, NOTHING = "right", None
"""In place of what a mistake gives in a case: the right answer, and what is too large to be kept."""
Folded = list[Any] | str | None


def members_of(name: str, known: Known, mistakes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Give an exercise's numbers as the members of a file.

    What mistakes give is kept with the digits of float32: they tell mistakes apart.

    Parameters
    ----------
    name
        The exercise.
    known
        What is kept of it.
    mistakes
        The ids of its mistakes, and the number of its cases.
    """
    exact: list[np.ndarray] = []
    rounded: list[np.ndarray] = []
    told = {
        "arguments": [[*key, folded(dict(one), exact)] for key, one in known.arguments.items()],
        "answers": folded_answers(known.answers, exact),
        "attempts": {
            one: [_folded_attempt(known, one, i, rounded) for i in range(count)] for one, count in mistakes.items()
        },
        "traces": [[case, part, list(index), text] for (case, part, index), text in known.traces.items()],
    }
    nested = json.dumps(told, separators=(",", ":")).encode()
    return {
        name: _row(exact),
        f"{name}.mistakes": _single(_row(rounded)),
        f"{name}.json": np.frombuffer(nested, np.uint8),
    }


def read_known(path: Path, name: str) -> Known:
    """Read the numbers of an exercise.

    Raises
    ------
    UnreadableRecording
        If the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as members:
            told = json.loads(members[f"{name}.json"].tobytes())
            exact, rounded = Row(members[name]), Row(members[f"{name}.mistakes"])
        arguments = {(seed, case): unfolded(one, exact) for seed, case, one in told["arguments"]}
        answers = _with_large_cases(unfolded_answers(told["answers"], exact))
        attempts = {
            (mistake, case): _attempt(one, answers.expected[case], rounded)
            for mistake, cases in told["attempts"].items()
            for case, one in enumerate(cases)
            if one is not NOTHING
        }
        traces = {(case, part, tuple(index)): text for case, part, index, text in told["traces"]}
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile, zlib.error) as error:
        problem = f"The answers in {path} can't be read; install the course again."
        raise UnreadableRecording(problem, name=name, received=path.name) from error
    return Known(arguments, answers, attempts, traces)


def _with_large_cases(answers: Answers) -> Answers:
    """Use the answers to large cases for the next seed, too."""
    another = answers.another
    if another is None:
        return answers
    pairs = zip(answers.expected, another.expected, strict=True)
    expected = tuple(first if following is AS_BEFORE else following for first, following in pairs)
    return replace(answers, another=replace(another, expected=expected))


def _row(numbers: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(numbers) if numbers else np.empty(0)


def _single(row: np.ndarray) -> np.ndarray:
    """Keep seven digits, unless a number is too large for float32."""
    with np.errstate(over="ignore"):
        single = row.astype(np.float32)
    fits = np.isfinite(single) | ~np.isfinite(row)
    whole = (np.abs(row) < 2.0**24) | (row != np.round(row))
    return single if (fits & whole).all() else row


def _folded_attempt(known: Known, mistake: str, case: int, numbers: list[np.ndarray]) -> Folded:
    attempt = known.attempts.get((mistake, case))
    if attempt is None:
        return NOTHING
    if attempt.ending is Ending.RETURNED and attempt.value is known.answers.expected[case]:
        return [RIGHT, list(attempt.changed)] if attempt.changed else RIGHT
    error = attempt.error.type_name if attempt.error else ""
    return [attempt.ending.value, list(attempt.changed), error, folded(attempt.value, numbers)]


def _attempt(told: Any, expected: Any, numbers: Row) -> Attempt:
    match told:
        case str():
            return Attempt(Ending.RETURNED, expected)
        case [_, changed]:
            return Attempt(Ending.RETURNED, expected, tuple(changed))
        case [ending, changed, error, value]:
            raised = Raised(error, "") if error else None
            return Attempt(Ending(ending), unfolded(value, numbers), tuple(changed), error=raised)
    raise ValueError(f"{told!r} is not a recorded attempt.")
