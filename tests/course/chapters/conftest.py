"""What all contracts share: the seeds from which cases are drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course.calling.here import Here
from course.checking.prepared import Prepared
from course.checking.result import Asked, CheckResult
from tests.course.chapters.remembered import prepared
from tests.course.chapters.seeds import SEEDS


@pytest.fixture(scope="session")
def seeds() -> range:
    """Give all seeds that there are, for what an exercise promises as a whole."""
    return SEEDS


def judge(prepared: Prepared, answer: Any) -> CheckResult:
    """Judge an answer's cases without a word on why they fail, for what only has to fail: naming takes longer."""
    exercise = prepared.exercise
    work = Here.of(answer, exercise.name, exercise.needs)
    cases = (prepared.judge(i, *prepared.attempt(work, i, exercise.seconds)) for i in range(len(exercise.cases)))
    return CheckResult(Asked.by(exercise), tuple(cases))


@pytest.fixture(scope="session")
def judged() -> Callable[[Any, str, int], CheckResult]:
    """Give a function that judges an answer to an exercise with the cases of a seed, and nothing else."""
    return lambda answer, name, seed: judge(prepared(name, seed), answer)


@pytest.fixture(autouse=True)
def _global_generator() -> None:
    """Let answers that draw from NumPy's global generator, as some students do, draw the same in every run."""
    np.random.seed(0)  # noqa: NPY002
