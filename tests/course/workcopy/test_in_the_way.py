"""The commands at home, with a working copy in which something is not what it should be."""

import json
import os
import sys

import pytest
from typer.testing import CliRunner

import course.cli
from course.workcopy.location import MARKER
from course.workcopy.start import start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, and links for everybody")

LINEAR = "01_linear/linear.ipynb"
JOURNAL, COPY = f"{MARKER}/journal.jsonl", f"{MARKER}/copy.json"
LINE = '{{"time": "{}", "exercise": "linear", "score": {}, "passed": true}}\n'


def replaced(make):
    """Put something else in a file's place."""

    def put(path):
        path.unlink(missing_ok=True)
        make(path)

    return put


PIPE, FOLDER = replaced(os.mkfifo), replaced(lambda path: path.mkdir())
LOOP = replaced(lambda path: path.symlink_to(path.name))
ENDLESS = replaced(lambda path: path.symlink_to("/dev/zero"))


def holds(content):
    return replaced(lambda path: path.write_bytes(content))


IN_THE_WAY = {
    "a journal that is a pipe": (JOURNAL, PIPE),
    "a journal that never ends": (JOURNAL, ENDLESS),
    "a journal that is a folder": (JOURNAL, FOLDER),
    "a journal that is a circle": (JOURNAL, LOOP),
    "a journal of noise": (JOURNAL, holds(bytes(range(256)) * 100)),
    "a journal of brackets": (JOURNAL, holds(b"[" * 200_000)),
    "a journal of other times": (
        JOURNAL,
        holds((LINE.format("9999-12-31T23:59:59-23:59", 1) + LINE.format("0001-01-01T00:00:00", "1e400")).encode()),
    ),
    "a record that is a pipe": (COPY, PIPE),
    "a record that never ends": (COPY, ENDLESS),
    "a record that is a folder": (COPY, FOLDER),
    "a record that is a circle": (COPY, LOOP),
    "a record of brackets": (COPY, holds(b"[" * 200_000)),
    "a record of other things": (
        COPY,
        holds(b'{"version": [1], "created": 5, "releases": {"01_linear": 5, "../x": [1]}}'),
    ),
    "a record of other lines": (COPY, holds(json.dumps({"version": "0\x1b[31m\nYou hand in nothing"}).encode())),
    "a notebook that is a pipe": (LINEAR, PIPE),
    "a notebook that never ends": (LINEAR, ENDLESS),
    "a notebook that is a folder": (LINEAR, FOLDER),
    "a notebook of brackets": (LINEAR, holds(b"[" * 200_000)),
    "a notebook in UTF-16": (LINEAR, holds('{"cells": []}'.encode("utf-16"))),
    "a notebook with another name": ("01_linear/\x1b[31ma\nThe course works.ipynb", holds(b"x")),
}


def call(monkeypatch, command, *words):
    """Call a command, and check that it ends as one should."""
    monkeypatch.setattr(course.cli, "_become", lambda *_: None)
    done = CliRunner().invoke(course.cli.app, [command, *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "\x1b" not in done.output
    return done


@pytest.mark.parametrize("kind", IN_THE_WAY)
def test_something_in_a_working_copy(tmp_path, monkeypatch, kind):
    """Each command does what it can, or says in one sentence what is in the way."""
    start(tmp_path)
    name, put = IN_THE_WAY[kind]
    put(tmp_path / name)
    for command in ("progress", "doctor", "update", "lab"):
        done = call(monkeypatch, command, tmp_path)
        lines = done.output.splitlines()
        assert not any(line.startswith(("You hand in nothing", "The course works.ipynb")) for line in lines)
        if done.exit_code and command != "doctor":
            assert len(lines) == 1, done.output
            assert name in done.output


def test_a_folder_that_was_removed(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for command in ("progress", "update"):
        done = call(monkeypatch, command)
        assert (done.exit_code, "is not in a working copy" in done.output) == (1, True), done.output
    call(monkeypatch, "doctor")
    assert call(monkeypatch, "start", "x").exit_code == 1
    monkeypatch.chdir(tmp_path)
