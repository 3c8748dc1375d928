"""How long a line is searched for in these tests, which are about what is reported without one."""

import pytest

from course.checking import runner

LIKELY = 0.3
"""Seconds of a search that tries the likely changes of a line: one of them could take the place of what a trap says."""


@pytest.fixture(autouse=True)
def likely(monkeypatch):
    """Leave out the unlikely changes and those in two lines."""
    monkeypatch.setattr(runner, "SECONDS", LIKELY)
