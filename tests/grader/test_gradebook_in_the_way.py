"""Every command that opens a gradebook says in one sentence why it can't be used, and leaves it as it was."""

import sqlite3

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.registering import gradebook
from tests.grader.classroom.made import CHAPTER

pytestmark = pytest.mark.whole

COMMANDS = {
    "release": ["release"],
    "grades": ["grades", "--output", "grades.csv"],
    "feedback": ["feedback", CHAPTER],
    "grade": ["grade", CHAPTER],
}


def call(*words):
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a class with a graded notebook in it, as far as a page of feedback looks."""
    root = tmp_path_factory.mktemp("made") / "class"
    assert call("init", str(root), "--chapter", CHAPTER)[0] == 0
    release = root / "notebooks" / CHAPTER / "linear.ipynb"
    for step in ("submitted", "autograded"):
        folder = root / "grader" / step / "ada" / CHAPTER
        folder.mkdir(parents=True)
        (folder / release.name).write_bytes(release.read_bytes())
    return root


@pytest.fixture(params=COMMANDS)
def words(request, made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return [*COMMANDS[request.param], "--root", str(made)]


@pytest.fixture
def book(made):
    """Give the gradebook, and put it back as it was."""
    file = made / "grader" / "gradebook.db"
    before = file.read_bytes()
    yield file
    file.write_bytes(before)


def refused(words, told, book):
    before = book.read_bytes()
    code, said = call(*words)
    assert (code, said.count("\n")) == (1, 1), said
    assert told in said
    assert book.read_bytes() == before


def test_none(words, book):
    book.write_bytes(b"my notes" * 1000)
    refused(words, "can't be opened: file is not a database.", book)


def test_of_another_version(words, book):
    with sqlite3.connect(book) as there:
        there.execute("update alembic_version set version_num = '0123456789ab'")
    there.close()
    refused(words, "was made by another version of nbgrader. Keep a copy of it, then run `nbgrader db upgrade`.", book)


def test_read_only(made, book):
    """What reads it, can."""
    with gradebook(f"sqlite:///file:{book}?mode=ro&uri=true") as there:
        assert [one.name for one in there.assignments] == [CHAPTER]
