"""What a page says about a class: topics first, all numbers, names or none, and likeness as a hint."""

import re

import numpy as np
import pytest

import course
from course.recorded import Recorded
from grader.insights import Result
from grader.pages.alike import alike, form
from grader.pages.class_page import Assignment, class_page
from grader.pages.graded import Answer
from grader.pages.seen import located, mistakes, step, unexplained, without_comments
from grader.pages.telling import correlation, telling

LONG = """\
def linear(input, weight, bias=None):
    rows = []
    for sample in input:
        row = []
        for i in range(len(weight)):
            total = 0.0
            for j in range(len(sample)):
                total = total + sample[j] * weight[i][j]
            if bias is not None:
                total = total - bias[i]
            row.append(total)
        rows.append(row)
    return np.array(rows)
"""
COPIED = LONG.replace("total", "s").replace("rows", "out").replace("    row = []", "    row = []  # dörte").replace(
    "    out = []", '    """My own."""\n    out = []'
)  # fmt: skip
SHORT = "def linear(input, weight, bias=None):\n    return input  # carla"


def result(student, earned, *names, exercise="linear", points=4.0, **recorded):
    passed = earned == points
    outcome = "right" if passed else "wrong values"
    return Result(student, exercise, earned, earned / points, passed, outcome, Recorded(names, **recorded))


RESULTS = [
    result("ada", 4.0),
    result("ben", 1.0, "linear.no-bias"),
    result("carla", 0.0),
    result("dörte", 0.5),
    result("emil", 0.5),
    result("fatima", 0.0, "linear.no-bias", "linear.transposed-weight"),
    result("georg", 2.0, lines=(2,), sources=("return input @ weight  # georg",), right=3),
    result("<b>hana</b>", 0.0, "linear.as-given"),
]
ANSWERS = {
    (one.student, "linear"): Answer("linear", 4.0, one, source=own, own=own)
    for one in RESULTS
    for own in [{"carla": SHORT, "dörte": LONG, "emil": COPIED}.get(one.student, "def linear(): pass")]
}
CLASS = Assignment("01_linear", "01 · Linear", RESULTS, ANSWERS, {"linear": ["def linear(): ...", "def linear(): 1"]})


@pytest.fixture(scope="module")
def named():
    return class_page([CLASS], course.exercises)


@pytest.fixture(scope="module")
def anonymous():
    return class_page([CLASS], course.exercises, anonymous=True)


def text(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("</style>")[2]).split())


def test_what_to_talk_about_comes_first(named):
    """The most common mistake in words, with its number of students, and the hardest exercise."""
    read = text(named)
    assert read.index("What to talk about") < read.index("the bias is left out") < read.index("Exercises, the hardest")
    assert "the bias is left out , in linear : 2 of 8 students" in read
    assert "The hardest exercise: linear , right for 1 of 8 students, not begun by 1." in read


def test_each_answer_is_in_one_part_of_the_bar(named):
    """Right, partly, tried, blank: in words, in numbers, and in a bar that adds up."""
    assert [step(one) for one in RESULTS].count("partly") == 4
    assert 'aria-label="linear: 1 right, 4 partly, 2 tried, 1 blank"' in named
    bar = re.search(r'<svg role="img" aria-label="linear:.*?</svg>', named)[0]
    assert sum(map(int, re.findall(r'<rect[^>]* width="(\d+)"', bar))) == len(RESULTS)
    assert " 1 4 2 1 " in text(named)


def test_who_made_which_mistake(named):
    """A student with two mistakes counts for both; what was not begun is none."""
    found = {one.note: one.students for one in mistakes(RESULTS, course.exercises)}
    assert found == {"no-bias": ("ben", "fatima"), "transposed-weight": ("fatima",)}
    assert "ben, fatima" in text(named)


def test_what_has_no_name_is_shown_as_code(named):
    """A located line, and answers that nothing explains; those that differ in names only are one."""
    assert [(one.what, one.students) for one in located(RESULTS)] == [("return input @ weight  # georg", ("georg",))]
    assert [one.students for one in unexplained(RESULTS, ANSWERS)] == [("dörte", "emil"), ("carla",)]
    assert "return input @ weight  # georg" in named
    assert "total = total - bias[i]" in named


def test_a_long_answer_is_shown_in_part():
    """Very long code does not make a page too large for a browser."""
    long = Answer("linear", 4.0, RESULTS[0], own="x = 1\n" * 30_000)
    one = Assignment("01_linear", "01 · Linear", [result("zoe", 0.0)], {("zoe", "linear"): long}, {})
    for shown in (class_page([one], course.exercises), class_page([one], course.exercises, anonymous=True)):
        assert "characters more" in shown
        assert len(shown) < 200_000


def test_names_can_be_left_out(named, anonymous):
    """Also in comments, where students write them. Everything else is still there."""
    for name in ("ada", "ben", "carla", "dörte", "emil", "fatima", "georg", "hana"):
        assert (name in named) == (name not in ("ada", "hana"))  # of whom there is nothing to tell
        assert name not in anonymous
    for said in ("2 of 8", "return input @ weight", "total = total - bias[i]", "2 answers"):
        assert said in text(anonymous)


def test_a_name_is_text(named):
    """Names of students are escaped, and the page runs and fetches nothing."""
    awkward = Assignment("a", "<i>t</i>", [result("<script>x</script>", 0.0, "linear.no-bias")], {}, {})
    html = class_page([awkward], course.exercises)
    assert "&lt;script&gt;x" in html
    for page in (html, named):
        assert not re.search(r"<(script|i|img|iframe|link)\b|\son\w+=|\ssrc=|\shref=|url\(|@import", page)
        assert "default-src 'none'" in page


def test_likeness_is_a_hint(named):
    """Equal but for names, comments and layout; said to be a hint."""
    assert "This is a hint, not a verdict." in text(named)
    assert "2 answers · linear (not right, " in text(named)


def answers(*sources):
    return [("linear", f"student-{i}", source, False) for i, source in enumerate(sources)]


def test_alike_is_what_differs_in_what_is_easily_changed():
    """Names, comments, docstrings, layout, annotations; but no operator, constant, order or called name."""
    assert form(LONG) == form(COPIED) == form(LONG.replace("bias=None", "bias: object = None"))
    for old, new in ((" - bias", " + bias"), ("0.0", "0.5"), ("[i][j]", "[j][i]"), ("np.array", "np.asarray")):
        assert form(LONG.replace(old, new)) != form(LONG)
    given = {"linear": ["def linear(): ...", "def linear(): 1"]}
    (found,) = alike(answers(LONG, COPIED, SHORT), given)
    assert found.students == ("student-0", "student-1")


def test_what_everybody_has_is_not_alike():
    """Short answers, the release, the course's solution, code that can't be read, exercises that are not looked at."""
    given = {"linear": ["def linear(): ...", "def linear(): 1"]}
    assert alike(answers(SHORT, SHORT), given) == []
    assert alike(answers(LONG, LONG), {"linear": [LONG, ""]}) == []
    assert alike(answers(LONG, COPIED), {"linear": ["def linear(): ...", COPIED]}) == []
    assert alike(answers(LONG, LONG), {}) == []
    assert alike(answers("def (", "def (", "x" * 10, "\0"), given, least=0) == []
    twice = [("linear", "mia", LONG, False)] * 2
    assert alike(twice, given) == []


def test_an_exercise_that_the_strong_solve_tells_well():
    """Against NumPy's correlation; with too few students, or no spread, it is unknown."""
    one, other = [0.0, 1.0, 0.5, 1.0, 0.25], [1.0, 3.0, 2.5, 4.0, 0.0]
    expected = np.corrcoef(one, other)[0, 1]
    assert correlation(one, other) == pytest.approx(expected)
    assert correlation(one, [-x for x in other]) == pytest.approx(-expected)
    strong = [result(f"s{i}", 4.0 * (i >= 5), exercise="a") for i in range(10)]
    same = [result(f"s{i}", 4.0, exercise="b") for i in range(10)]
    rest = [result(f"s{i}", 4.0 * (i >= 4), exercise="c") for i in range(10)]
    found = telling([*strong, *same, *rest])
    assert found["b"] is None
    assert found["a"] == pytest.approx(found["c"])
    assert 0.8 < found["a"] < 0.82
    assert telling([*strong[:5], *rest[:5]]) == {"a": None, "c": None}


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("x = 1  # mia", "x = 1"),
        ("for x in y:  # mia", "for x in y:"),
        ('def f():\n    """By mia."""\n    return 1', "def f():\n    return 1"),
        ("'''mia'''\n'''mia'''", "pass"),
        ("x = 'unfinished # mia", ""),
        (f"'mia'\nx = 0x{5000 * 'f'}", ""),
        (f"'mia'\nx = {900 * '-'}1", ""),
    ],
)
def test_comments_are_removed(code, left):
    """Also from a line that is not a complete program; what can't be read is left out."""
    assert without_comments(code) == left
