"""A small class whose submissions are graded without running them."""

from functools import cache

import pytest
from nbgrader import api

from grader.classroom.grade import Prepared
from tests.grader.classroom.made import HALF, make_class, notebook


@pytest.fixture
def without_answers(monkeypatch):
    """Nothing is judged here, so no right answers are wanted."""
    monkeypatch.setattr(Prepared, "__init__", lambda *_: None)
    monkeypatch.setattr(Prepared, "answers", lambda _: None)


@pytest.fixture
def root(tmp_path, without_answers):
    return make_class(tmp_path / "class", {"ada": notebook(), "bo": notebook(HALF), "cy": notebook({})})


@pytest.fixture(scope="session", autouse=True)
def alembic_is_asked_once():
    """Spare each new gradebook a process of two seconds, in which nbgrader asks for the same version each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "get_alembic_version", cache(api.get_alembic_version))
        yield
