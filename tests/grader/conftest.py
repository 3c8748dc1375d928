"""What takes a second or two is done once in a test process: a warm parent, and the version of the gradebook."""

import sqlite3
from functools import cache

import pytest
from nbgrader import api
from sqlalchemy import Engine, event

from grader import grading
from grader.boundary.trusted.judge import Nursery
from grader.classroom import pool

COPIES = 12
"""Copies of a warm parent are made at its start; each serves one process that marks."""


class Lent(Nursery):
    """A nursery that is closed after the last test, not with the session that uses it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.copies, self.before = [], []

    def close(self):
        """Keep the warm parent for the next session."""

    def begin_with_copies(self, number):
        """Lend copies; a new warm parent is started only when all were lent."""
        if len(self.copies) < number:
            self.before.append(Nursery(unsandboxed=not self.sandboxed))
            self.copies += self.before[-1].begin_with_copies(COPIES)
        return [self.copies.pop() for _ in range(number)]

    def close_for_good(self):
        for connection in self.copies:
            connection.close()
        for one in self.before:
            one.close()
        super().close()


@pytest.fixture(scope="session", autouse=True)
def warm_parent_is_shared():
    """Fork the workers of every session from one warm parent, which runs no student's code and keeps nothing of it.

    Tests of the boundary make their own nurseries: how a warm parent starts and ends is their subject.
    """
    lent = {}

    def nursery(*, unsandboxed=False):
        if unsandboxed not in lent:
            lent[unsandboxed] = Lent(unsandboxed=unsandboxed)
        return lent[unsandboxed]

    with pytest.MonkeyPatch.context() as patch:
        for room in (grading, pool):
            patch.setattr(room, "Nursery", nursery)
        yield
    for one in lent.values():
        one.close_for_good()


@pytest.fixture(scope="session", autouse=True)
def alembic_is_asked_once():
    """Spare each new gradebook a process of two seconds, in which nbgrader asks for the same version each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "get_alembic_version", cache(api.get_alembic_version))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_power_cut():
    """Don't have gradebooks wait for the disk. No test cuts the power, and a process that is killed loses nothing."""

    def connected(connection, record):
        if isinstance(connection, sqlite3.Connection):
            connection.execute("pragma synchronous = off")

    event.listen(Engine, "connect", connected)
    yield
    event.remove(Engine, "connect", connected)
