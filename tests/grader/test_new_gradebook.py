"""A new gradebook is the one that nbgrader itself would make."""

import shutil
import sqlite3
from contextlib import closing

import nbgrader.api
import pytest
from nbconvert.exporters import ResourcesDict
from nbgrader.api import Gradebook
from nbgrader.preprocessors import SaveCells

from grader.config import ROOT, own_programs_first
from grader.notebook_files import read_any_format
from grader.registering import gradebook, register


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


@pytest.mark.parametrize("chapter", ["01_linear", "13_attention"])
def test_a_release_is_in_it_as_nbgrader_itself_would_enter_it(tmp_path, chapter):
    """The same cells with the same points and texts, of the same kernel."""
    (path,) = (ROOT / "notebooks" / chapter).glob("*.ipynb")
    shutil.copytree(path.parent, tmp_path / chapter)
    ours, theirs = (f"sqlite:///{tmp_path / name}.db" for name in ("ours", "theirs"))
    register(ours, tmp_path, chapter)
    with gradebook(theirs) as book:
        book.add_assignment(chapter)
    place = {"notebook": path.stem, "assignment": chapter, "db_url": theirs}
    SaveCells().preprocess(read_any_format(path), ResourcesDict(nbgrader=place))
    entered = [what_it_knows(url, chapter, path.stem) for url in (ours, theirs)]
    assert entered[0] == entered[1]
    assert len(entered[0]["GradeCell"]) > 3


def what_it_knows(url, assignment, notebook):
    """Give every column of a notebook's cells, and of the notebook, but ids."""
    with gradebook(url) as book:
        known = book.find_notebook(notebook, assignment)
        cells = [*known.grade_cells, *known.solution_cells, *known.task_cells, *known.source_cells]
        found = {}
        for row in [known, *cells]:
            columns = {c.key: getattr(row, c.key) for c in type(row).__mapper__.column_attrs}
            values = {key: value for key, value in columns.items() if not key.endswith("id")}
            found.setdefault(type(row).__name__, []).append(values)
    return {kind: sorted(rows, key=lambda row: row["name"]) for kind, rows in found.items()}
