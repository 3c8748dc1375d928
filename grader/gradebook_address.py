"""The gradebook's address: how it is shown, and one grader at a time where it is a server's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from grader.passwords import hidden

PATIENCE = 60
"""Seconds that a grader waits for others, in PostgreSQL; SQLite has its own."""
_LOCK = 7_205_759_403


def shown(url: str) -> str:
    """Give an address as it may be shown.

    Examples
    --------
    >>> shown("postgresql+psycopg://grader:secret@host/grades")
    'postgresql+psycopg://grader:***@host/grades'
    """
    try:
        return hidden(make_url(url).render_as_string(hide_password=True))
    except (ArgumentError, ValueError):
        return url.partition(":")[0] or "without an address"


def unreadable_address(url: str) -> str:
    """Say why nothing can be opened at an address; empty where it can be tried.

    Examples
    --------
    >>> unreadable_address("sqlite:////tmp")
    '/tmp is where the gradebook should be, and is not a file. Move it away.'
    >>> unreadable_address("postgresql://grader:secret/grades").partition(";")[0]
    "The gradebook's address can't be read"
    """
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):  # a password may have been taken for the port: nothing of it is shown
        return (
            "The gradebook's address can't be read; in class.toml, one such as "
            "postgresql+psycopg://USER@HOST/DATABASE is expected."
        )
    file = parts.database if parts.get_backend_name() == "sqlite" else None
    if not file or not os.path.lexists(file):
        return ""
    if not os.path.isfile(file):
        return f"{file} is where the gradebook should be, and is not a file. Move it away."
    return "" if os.access(file, os.R_OK) else f"The gradebook {file} may not be read by this user. Ask for the right."


def has_stray_sign(url: str) -> bool:
    """Tell whether a password has an @ that is not written as %40: what follows it would be taken for the server.

    Examples
    --------
    >>> has_stray_sign("postgresql://grader:se@cret@host/grades"), has_stray_sign("postgresql://grader:a%40b@host/grades")
    (True, False)
    """
    return "@" in (make_url(url).host or "")


@contextmanager
def one_at_a_time(url: str) -> Iterator[None]:
    """Wait for other graders on other machines, and have them wait, where the gradebook is in PostgreSQL.

    nbgrader makes a gradebook in several steps, and two that begin with an empty database would meet. An SQLite file is
    one class folder's, where `grader.classroom.ledger` lets only one run in.

    Parameters
    ----------
    url
        The gradebook's address.

    Examples
    --------
    >>> with one_at_a_time("sqlite://"):
    ...     pass
    """
    if make_url(url).get_backend_name() != "postgresql":
        yield
        return
    connection = create_engine(url, poolclass=NullPool).connect()
    try:
        # it belongs to the connection: the server lets go of it when that ends, however it ends
        connection.execute(text("select set_config('lock_timeout', :most, false)"), {"most": f"{PATIENCE}s"})
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        yield
    finally:
        with suppress(SQLAlchemyError):  # it may have been cut: then the server has let go before
            connection.close()


def wait_for_others(db: Any) -> None:
    """Wait until no other grader writes, and have others wait until this transaction ends.

    Two at once would add the same student.

    Parameters
    ----------
    db
        The session of a gradebook.
    """
    wait_at_most(db)
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    elif db.get_bind().dialect.name == "sqlite":
        db.execute(text("begin immediate"))  # Python's module would begin with the first change, after what is read


def wait_at_most(db: Any) -> None:
    """Let this transaction wait `PATIENCE` seconds for a lock, where a server would wait forever."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("select set_config('lock_timeout', :most, true)"), {"most": f"{PATIENCE}s"})
