"""How the next command is shown after a class was made."""

import os
from pathlib import Path

from grader import class_commands


def test_a_folder_is_shown_as_it_is_typed(monkeypatch):
    """As seen from here; on Windows it may be on another drive, and a command line has double quotes."""
    assert class_commands._typed(Path("my class")) == "'my class'"
    assert class_commands._typed(Path("-class")) == "./-class"

    def refuse(path):
        raise ValueError("path is on mount 'C:', start on mount 'Z:'")

    monkeypatch.setattr(os.path, "relpath", refuse)
    place = class_commands._typed(Path("/srv/my class"))
    monkeypatch.undo()
    assert place == "'/srv/my class'"
