"""What a class switches off in its notebooks: it is obeyed, the student sees it, and none of it slips through."""

import json

import pytest

import course
from course.notebook import SwitchedOff


def wrong(x):
    return 2 * x


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """Give what writes a class's release into the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(name="start_here.ipynb", **switches):
        metadata = {"layer_by_layer": {"class": "layers-2026", **switches}} if switches else {}
        (tmp_path / name).write_text(json.dumps({"cells": [], "metadata": metadata}))

    return write


def shown(capsys):
    return capsys.readouterr().out


def test_without_a_class_nothing_is_switched_off(notebook, capsys):
    notebook()
    course.solution("warm_up")
    assert "return 2 * x + 1" in shown(capsys)
    course.hint("warm_up", 3)
    assert 'solution("warm_up")' in shown(capsys)


def test_solutions(notebook, capsys):
    notebook(solution=False)
    course.solution("warm_up")
    assert shown(capsys) == "Solutions are switched off by your class (layers-2026).\n"
    course.hint("warm_up", 3)
    told = shown(capsys)
    assert "That was the last." in told
    assert "solution(" not in told


def test_hints(notebook, capsys):
    notebook(hints=False)
    course.hint("warm_up")
    assert shown(capsys) == "Hints are switched off by your class (layers-2026).\n"
    with pytest.raises(course.CheckFailed):
        course.check(wrong, "warm_up")
    told = shown(capsys)
    assert "when the 1 is left out" in told
    assert "hint(" not in told


def test_a_report_offers_hints_otherwise(notebook, capsys):
    notebook(solution=False)
    with pytest.raises(course.CheckFailed):
        course.check(wrong, "warm_up")
    assert "hint(" in shown(capsys)


def test_verdict_only(notebook, capsys):
    notebook(verdict_only=True)
    with pytest.raises(course.CheckFailed) as caught:
        course.check(wrong, "warm_up")
    assert str(caught.value) == "warm_up: not yet, 0 of 3 cases."
    assert shown(capsys).splitlines() == [
        "warm_up: not yet, 0 of 3 cases.",
        "Your class (layers-2026) shows only the verdict.",
    ]
    with pytest.raises(SwitchedOff, match=r"^case\(\) is switched off by your class \(layers-2026\)\.$"):
        course.case("warm_up")
    page = course.notebook.as_ruled(course.assess(wrong, "warm_up"), course.notebook.rules_in(course.notebook.Path()))
    html = page._repr_html_()
    assert "left out" not in html
    assert "expected" not in html.lower()


def test_a_right_answer_is_told_as_such(notebook, capsys):
    notebook(verdict_only=True)
    course.check(lambda x: 2 * x + 1, "warm_up")
    assert shown(capsys).startswith("warm_up: right. 3 of 3 cases")


def test_of_several_notebooks_the_stricter_counts(notebook, capsys):
    notebook("a.ipynb", solution=False)
    notebook("b.ipynb", hints=False)
    course.solution("warm_up")
    course.hint("warm_up")
    assert shown(capsys).count("switched off") == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"metadata": 3}', '{"metadata": {"layer_by_layer": {"class": 3, "solution": false}}}'])  # fmt: skip
def test_what_is_no_notebook_switches_nothing_off(notebook, tmp_path, capsys, text):
    (tmp_path / "odd.ipynb").write_text(text)
    course.solution("warm_up")
    assert "return 2 * x + 1" in shown(capsys)
