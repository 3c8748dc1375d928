"""What a class's autograded notebooks tell."""

import io
import itertools

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console
from typer.testing import CliRunner

import course
from course.recorded import Recorded
from grader import cli
from grader.cell_roles import METADATA_KEY
from grader.class_view import class_view, commonest
from grader.insights import Result, insights, read_results, sentences


def result(student, exercise, passed=False, misconception=None, outcome="wrong values", **recorded):
    names = (misconception,) if isinstance(misconception, str) else misconception or ()
    return Result(student, exercise, float(passed), float(passed), passed, outcome, Recorded(names, **recorded))


def test_results_are_read_from_the_check_cells(tmp_path):
    """Only our own marks in check cells count; cells without them are passed over. An earlier version kept one id."""
    check, other = new_code_cell("check(linear)"), new_code_cell("x")
    check.metadata["nbgrader"] = {"grade_id": "check-linear"}
    facts = {"earned": 1.5, "score": 0.5, "passed": False, "outcome": "raised", "misconception": "linear.a", "line": 3}
    check.metadata[METADATA_KEY] = {"role": "check", **facts}
    path = tmp_path / "mia" / "01_linear" / "linear.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[other, check]), path)
    assert read_results(tmp_path, "01_linear") == [
        Result("mia", "linear", 1.5, 0.5, False, "raised", Recorded(("linear.a",), lines=(3,)))
    ]
    assert read_results(tmp_path, "02_embedding") == []


def graded(tmp_path, student, problems, **facts):
    """Write a graded notebook with one check in it."""
    check = new_code_cell("check(linear)")
    check.metadata["nbgrader"] = {"grade_id": "check-linear", "grade": True, "points": 4}
    facts = {"earned": 0.0, "score": 0.0, "passed": False, "outcome": "not defined", **facts}
    check.metadata[METADATA_KEY] = {"role": "check", **facts}
    path = tmp_path / "grader" / "autograded" / student / "01_linear" / "linear.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[check], metadata={METADATA_KEY: {"problems": problems}}), path)


def test_what_could_not_be_read_is_no_answer(tmp_path):
    """It is told, in the terminal and on the page, and no share of the class is taken of it."""
    words = ["insights", "01_linear", "--root", str(tmp_path), "--html", str(tmp_path / "class.html")]
    graded(tmp_path, "mia", ["The file is not a notebook: it is empty. Nothing in it could be graded."])
    told = CliRunner().invoke(cli.app, words).output
    assert told.startswith("01_linear: 0 students, 0 exercises, the hardest first; not readable, and not counted: 1\n")
    graded(tmp_path, "ada", ["1 of its cells was left out."], earned=4.0, score=1.0, passed=True, outcome="right")
    graded(tmp_path, "bo", [])
    told = CliRunner().invoke(cli.app, words).output
    assert "01_linear: 2 students, 1 exercise, the hardest first; not readable, and not counted: 1\n" in told
    assert "1 of 2 right" in told
    assert "1 unexplained" in told
    page = (tmp_path / "class.html").read_text()
    assert "2 students, 1 exercise</p>" in page
    assert '<p>Not readable, and not counted: 1</p><div class="calm">mia</div>' in page
    assert "right for 1 of 2 students" in page
    CliRunner().invoke(cli.app, [*words, "--anonymous"])
    page = (tmp_path / "class.html").read_text()
    assert "Not readable, and not counted: 1</p>" in page
    assert "mia" not in page


def test_a_class_is_summed_up_exercise_by_exercise():
    """Passes and mistakes are counted, the most common mistake first."""
    found = insights([
        result("a", "linear", misconception="linear.no-bias"),
        result("b", "linear", misconception="linear.transposed-weight"),
        result("c", "linear", misconception="linear.transposed-weight"),
        result("d", "linear", passed=True),
        result("a", "macs", passed=True),
    ])  # fmt: skip
    assert [(one.exercise, one.students, one.passed) for one in found] == [("linear", 4, 1), ("macs", 1, 1)]
    assert found[0].mistakes == (("linear.transposed-weight", 2), ("linear.no-bias", 1))
    assert sentences(found) == (
        "Hardest: linear, right for 1 of 4 students.",
        "Most common mistake: linear.transposed-weight, 2 of 4 students.",
    )


@pytest.mark.parametrize(
    ("results", "second"),
    [
        ([], "No mistake was recognised."),
        ([result("a", "linear", passed=True)], "No known mistake was recognised."),
        (
            [result(str(i), "linear", misconception=f"linear.m{i}") for i in range(5)],
            "5 known mistakes were recognised, none of them in more than 1 of 5.",
        ),
    ],
)
def test_there_is_always_a_second_sentence(results, second):
    """With no mistakes, and with many different ones, the second line still says what there is."""
    assert sentences(insights(results))[1] == second


def test_what_was_left_as_handed_out_is_counted_but_is_not_the_most_common_mistake():
    """A repair that a student has not begun says nothing of what they understood."""
    found = insights(
        [result(str(i), "repair_linear", misconception="repair_linear.as-given") for i in range(3)]
        + [result("3", "repair_linear", misconception="repair_linear.no-bias")]
    )
    assert found[0].mistakes[0] == ("repair_linear.as-given", 3)
    assert sentences(found)[1] == "Most common mistake: repair_linear.no-bias, 1 of 4 students."


CLASS = [
    result("ada", "linear", misconception=("linear.no-bias", "linear.transposed-weight")),
    result("bob", "linear", misconception="linear.no-bias"),
    result("cy", "linear", lines=(3,), sources=("y = x @ w",), right=7),
    result("dee", "linear", lines=(5,), sources=("y = x @ w",), right=7),
    result("eve", "linear", lines=(3,), sources=("return x",), right=5, trap="not-copied"),
    result("flo", "linear", trap="not-copied"),
    result("gus", "linear"),
    result("hal", "linear", outcome="not attempted"),
    result("ida", "linear", passed=True),
    result("ada", "linear_macs", passed=True),
    result("bob", "linear_macs", misconception="linear_macs.gone"),
    result("ada", "repair_linear", misconception="repair_linear.as-given"),
    result("bob", "repair_linear", passed=True),
]
"""A class in which everything happens."""


def test_each_answer_is_counted_once_and_a_pair_for_both():
    """A name comes before a line, a line before a trap."""
    linear, macs, repair = insights(CLASS)
    counts = (linear.passed, linear.named, linear.located, linear.trapped, linear.neither)
    assert (*counts, linear.not_begun) == (1, 2, 3, 1, 1, 1)
    assert linear.mistakes == (("linear.no-bias", 2), ("linear.transposed-weight", 1))
    assert linear.pairs == ((("linear.no-bias", "linear.transposed-weight"), 1),)
    assert (macs.exercise, macs.named) == ("linear_macs", 1)
    assert (repair.exercise, repair.named, repair.not_begun) == ("repair_linear", 0, 1)


def test_the_hardest_comes_first_and_students_in_another_order_change_nothing():
    """Equally hard exercises keep the order of the notebook, equally common mistakes are in the order of their ids."""
    expected = list(commonest(insights(CLASS), course.exercises))
    for order in itertools.islice(itertools.permutations(range(4)), 24):
        shuffled = [CLASS[i] for i in order] + CLASS[4:]
        found = insights(shuffled)
        assert [one.passed / one.students for one in found] == sorted(one.passed / one.students for one in found)
        assert list(commonest(found, course.exercises)) == expected


def test_mistakes_are_told_in_words_and_pairs_as_pairs():
    """The most common first; of one that the course does not know, the id. What was not begun is not a mistake."""
    told = [(count, students, words) for count, students, words in commonest(insights(CLASS), course.exercises)]
    assert told[0] == (2, 9, "linear: the bias is left out (no-bias)")
    assert (1, 2, "linear_macs: linear_macs.gone (gone)") in told
    (pair,) = (words for _, _, words in told if "together" in words)
    assert pair.startswith("linear: the bias is left out, together with: the weight is not transposed")
    assert not any("as-given" in words for _, _, words in told)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_nothing_is_cut_off(width, encoding):
    """Whatever the width: every name and number is there, each line fits, and plain terminals get plain bars."""
    long = "scaled_dot_product_attention_backward"
    found = insights([*CLASS, *(result(str(i), long, misconception=f"{long}.m{'x' * 60}") for i in range(200))])
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding=encoding, write_through=True), width=width)
    console.print(class_view(found, course.exercises, console, 2))
    shown = raw.getvalue().decode(encoding)
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown
    assert "2withaknownmistake,3withalinetochange,1inatrapofPythonorNumPy,1unexplained,1blank" in "".join(shown.split())
    assert "3 more with --most 0." in shown
    assert ("#" in shown) == (encoding == "ascii")


def test_no_bar_is_full_or_empty_by_rounding():
    """One student in a hundred can be seen."""
    found = insights([result(str(i), "linear", passed=i > 0) for i in range(100)])
    shown = io.StringIO()
    console = Console(file=shown, width=120)
    console.print(class_view(found, course.exercises, console, 0))
    assert "█" * 19 + "░" in shown.getvalue()
    assert "No known mistake was recognised." in shown.getvalue()


def test_the_command_shows_a_class_and_steers_no_terminal(tmp_path):
    """An exercise's name with an escape, in a notebook from elsewhere, is shown and not obeyed."""
    check = new_code_cell("check(linear)")
    check.metadata["nbgrader"] = {"grade_id": "check-linear\x1b[8m\nlinear"}
    facts = {"earned": 0.0, "score": 0.0, "passed": False, "outcome": "raised", "misconceptions": ["a\x1b[8m\n.b"]}
    check.metadata[METADATA_KEY] = {"role": "check", **facts}
    path = tmp_path / "grader" / "autograded" / "mia" / "01_linear" / "linear.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[check]), path)
    shown = CliRunner().invoke(cli.app, ["insights", "01_linear", "--root", str(tmp_path)]).output
    assert "01_linear: 1 student, 1 exercise, the hardest first" in shown
    assert "\x1b" not in shown
    assert r"\x1b[8m\nlinear" in shown
    for asked, root, told in (
        ("02", tmp_path, "Nothing of 02 has been graded yet; graded: 01_linear.\n"),
        ("02", tmp_path / "grader", "Nothing has been graded yet.\n"),
    ):
        shown = CliRunner().invoke(cli.app, ["insights", asked, "--root", str(root)])
        assert (shown.exit_code, shown.output) == (1, told)
