"""The pages that a lecturer sends and reads, in a real browser: nothing runs, nothing is fetched, everything fits."""

from functools import cache

import pytest

import course
from course.checking.runner import check
from course.recorded import Recorded
from grader.insights import Result
from grader.pages.booked import Booked
from grader.pages.class_page import Assignment, class_page
from grader.pages.graded import Answer, Graded
from grader.pages.shell import page as whole_page
from grader.pages.student_page import student_page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]

MARKUP = "<img src='http://127.0.0.1:9/x' onerror='window.marked = 1'><script>window.marked = 1</script>"
SOURCE = f"def linear(input, weight, bias=None):\n    return input @ weight.T  # {MARKUP} {'long ' * 60}\n"


@cache
def pages():
    """Make one of each, of an answer with markup wherever a student can write."""
    report = check(course.exercises["linear"], lambda input, weight, bias=None: input @ weight.T)
    recorded = Recorded(("linear.no-bias",))
    result = Result(f"mia {MARKUP}", "linear", report.earned, report.score, False, "wrong values", recorded)
    other = Result("noah", "linear", 0.0, 0.0, False, "raised")
    answer = Answer(
        "linear", 4.0, result, report._repr_html_(), str(report), ("check-linear", "linear"), SOURCE, SOURCE
    )
    graded = Graded(result.student, "01_linear", "linear", "01 · Linear", (answer,), (MARKUP,), ())
    answers = {(one.student, "linear"): answer for one in (result, other)}
    assignment = Assignment("01_linear", "01 · Linear", [result, other], answers, {})
    return student_page(graded, Booked(comments={"linear": MARKUP})), class_page([assignment], course.exercises)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 900])
def test_a_page_fits_its_window_and_fetches_nothing(page, tmp_path, width, theme):
    """From a phone to a desk, in both themes; markup of a student's stays text."""
    fetched, refused = [], []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("console", lambda message: refused.append(message.text))
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    for name, html in zip(("student", "class"), pages(), strict=True):
        file = tmp_path / f"{name}.html"
        file.write_text(html.replace("<details", "<details open"), encoding="utf-8")
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("window.marked") is None
        assert page.evaluate("document.querySelectorAll('img, script').length") == 0
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        assert dark == (theme == "dark")
    assert [url for url in fetched if not url.startswith("file://")] == []
    assert refused == []


def test_the_policy_stops_what_would_slip_through(page, tmp_path):
    """Even if markup reached a page, it would neither run nor fetch."""
    file = tmp_path / "page.html"
    file.write_text(whole_page("title", MARKUP), encoding="utf-8")
    page.goto(file.as_uri())
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    assert page.evaluate("window.marked") is None
    file.write_text(f"<!DOCTYPE html>{MARKUP}", encoding="utf-8")
    page.goto(file.as_uri())
    assert page.evaluate("window.marked") == 1  # so the test can fail
