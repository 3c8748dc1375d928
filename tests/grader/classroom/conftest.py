"""A small class whose submissions are graded without running them."""

import pytest

from grader.classroom.answers_apart import AnswersApart
from grader.classroom.grade import Prepared
from tests.grader.classroom.made import HALF, make_class, notebook


@pytest.fixture
def without_answers(monkeypatch):
    """Nothing is judged here, so no right answers are expected."""
    monkeypatch.setattr(Prepared, "__init__", lambda *_: None)
    monkeypatch.setattr(Prepared, "answers", lambda _: None)
    monkeypatch.setattr(AnswersApart, "begin", lambda _: None)  # it would load PyTorch, and be ended before it has


@pytest.fixture
def root(tmp_path, without_answers):
    return make_class(tmp_path / "class", {"ada": notebook(), "bo": notebook(HALF), "cy": notebook({})})
