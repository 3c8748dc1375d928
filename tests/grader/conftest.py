"""One warm parent for all grading runs of a test process: it takes a second and a half to load what workers need."""

import pytest

from grader import grading
from grader.boundary.trusted.judge import Nursery


class Lent(Nursery):
    """A nursery that is closed after the last test, not with the session that uses it."""

    def close(self):
        """Keep the warm parent for the next session."""


@pytest.fixture(scope="session", autouse=True)
def warm_parent_is_shared():
    """Fork the workers of every session from one warm parent, which runs no student's code and keeps nothing of it.

    Tests of the boundary make nurseries of their own: how a warm parent starts and ends is their subject.
    """
    lent = {}

    def nursery(*, unsandboxed=False):
        if unsandboxed not in lent:
            lent[unsandboxed] = Lent(unsandboxed=unsandboxed)
        return lent[unsandboxed]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "Nursery", nursery)
        yield
    for one in lent.values():
        Nursery.close(one)
