"""A new gradebook is the one that nbgrader itself would make."""

import sqlite3
from contextlib import closing

import nbgrader.api
from nbgrader.api import Gradebook

from grader.config import own_programs_first
from grader.registering import gradebook


def what_is_in(file):
    with closing(sqlite3.connect(file)) as book:
        tables = {name for (name,) in book.execute("select name from sqlite_master where type = 'table'")}
        return tables, book.execute("select version_num from alembic_version").fetchall()


def test_it_has_nbgraders_tables_and_version(tmp_path):
    """Its version is written without starting nbgrader's program for it."""
    with own_programs_first(), Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}"):
        pass
    with gradebook(f"sqlite:///{tmp_path / 'ours.db'}"):
        pass
    assert what_is_in(tmp_path / "ours.db") == what_is_in(tmp_path / "theirs.db")


def test_no_program_is_started_for_it(tmp_path, monkeypatch):
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", None)
    with gradebook(f"sqlite:///{tmp_path / 'ours.db'}"):
        pass


def test_one_that_was_begun_is_completed(tmp_path):
    """A run may be ended between its version and its tables."""
    with closing(sqlite3.connect(tmp_path / "begun.db")) as book, book:
        with gradebook(f"sqlite:///{tmp_path / 'whole.db'}"):
            pass
        ((version,),) = what_is_in(tmp_path / "whole.db")[1]
        book.execute("create table alembic_version (version_num varchar(32) not null)")
        book.execute("insert into alembic_version values (?)", (version,))
    with gradebook(f"sqlite:///{tmp_path / 'begun.db'}"):
        pass
    assert what_is_in(tmp_path / "begun.db") == what_is_in(tmp_path / "whole.db")
