"""Students' names beside their ids, from a class list and from the gradebook."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from grader import cli
from grader.cell_roles import METADATA_KEY
from grader.classroom.outcome import Summary
from grader.registering import gradebook
from grader.student_names import student_names
from grader.summary import tell_summary

NAMES = {"mm12": "Mia <Maier>", "zz": "Zoë Zahn"}


@pytest.fixture
def room(tmp_path):
    """Make a class in which the list knows a name, the gradebook two, and no one the third."""
    lists = tmp_path / "grader" / "class_lists"
    lists.mkdir(parents=True)
    (lists / "moodle.csv").write_text("Username,Full name\nmm12,Mia <Maier>\nnobody,\n")
    with gradebook(f"sqlite:///{tmp_path / 'grader' / 'gradebook.db'}") as book:
        book.add_student("mm12", first_name="Maria", last_name="M.")
        book.add_student("zz", first_name="Zoë", last_name="Zahn")
        book.add_student("nobody")
    for student in ("mm12", "nobody"):
        check = new_code_cell("check(linear)")
        check.metadata["nbgrader"] = {"grade_id": "check-linear", "grade": True, "points": 4}
        facts = {"earned": 1.0, "score": 0.25, "passed": False, "outcome": "wrong values"}
        check.metadata[METADATA_KEY] = {"role": "check", **facts, "misconceptions": ["linear.no-bias"]}
        path = tmp_path / "grader" / "autograded" / student / "01_linear" / "linear.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(new_notebook(cells=[check]), path)
    return tmp_path


def test_a_class_list_counts_more_than_the_gradebook(room):
    url = f"sqlite:///{room / 'grader' / 'gradebook.db'}"
    assert {id: name for id, name in student_names(room, url).items() if name} == NAMES


@pytest.mark.parametrize("url", ["sqlite:///{}/none.db", "sqlite:///{}/damaged.db", "mydatabase://x/y", "grades"])
def test_without_a_gradebook_that_can_be_read_there_are_fewer_names(room, url):
    """And none is made."""
    (room / "damaged.db").write_bytes(b"my notes" * 1000)
    assert student_names(room, url.format(room)) == {"mm12": "Mia <Maier>"}
    (room / "grader" / "class_lists" / "moodle.csv").write_text("no list")
    assert student_names(room, url.format(room)) == {}
    assert not (room / "none.db").exists()


def test_a_summary_names_those_who_need_something():
    summary = Summary("01_linear", missing=["zz"], unreadable=["mm12"], errors={"mm12": ("It failed.",)})
    assert list(tell_summary(summary, names=NAMES))[1:] == [
        "  Not handed in: zz (Zoë Zahn).",
        "  Not readable: mm12 (Mia <Maier>).",
        "  mm12 (Mia <Maier>): It failed.",
    ]


def test_pages_have_names_unless_they_are_anonymous(room):
    call = CliRunner().invoke
    page = room / "class.html"
    words = ["insights", "--root", str(room), "--html", str(page)]
    assert call(cli.app, words).exit_code == 0
    assert '<div class="calm">mm12 (Mia &lt;Maier&gt;), nobody</div>' in page.read_text()
    assert call(cli.app, [*words, "--anonymous"]).exit_code == 0
    assert "mm12" not in page.read_text()
    assert "Maier" not in page.read_text()
    assert call(cli.app, ["feedback", "--root", str(room)]).exit_code == 0
    feedback = room / "grader" / "feedback" / "mm12" / "01_linear" / "linear.html"
    assert "<title>mm12 (Mia &lt;Maier&gt;): " in feedback.read_text()
    assert '<p class="calm">mm12 (Mia &lt;Maier&gt;)</p>' in feedback.read_text()
