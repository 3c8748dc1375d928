"""What may go to a page as it is."""

import numpy as np
import pytest

import course
from course.checking.runner import check
from grader.pages.allowed import allowed
from grader.pages.markdown import markdown

REFUSED = [
    "<script>x()</script>",
    "<img src=x>",
    "<svg></svg>",
    "<a href='javascript:x()'>a</a>",
    "<p onclick='x()'>a</p>",
    "<p style='background: URL(http://a)'>a</p>",
    "<p style='position:fixed'>a</p>",
    r"<p style='background:\75rl(a)'>a</p>",
    "<iframe></iframe>",
    "<style>p {}</style>",
    "<!-- a -->",
    "<!DOCTYPE html>",
    "<?php ?>",
    "<p>open",
    "</div>",
    "<b><i></b></i>",
    "<p/>",
    "<form></form>",
    "<p id='score'>a</p>",
    "<p",
    "<![CDATA[x]]>",
]


@pytest.mark.parametrize("html", REFUSED)
def test_what_runs_loads_or_stays_open_is_refused(html):
    """And Markdown shows it as text."""
    assert not allowed(html)
    for text in (html, f"see {html} here"):
        shown = markdown(text)
        assert allowed(shown), shown


def test_links_go_to_the_web_only_and_pictures_nowhere():
    """A page loads nothing."""
    assert 'href="https://pytorch.org"' in markdown("[a](https://pytorch.org)")
    for text in ("[a](javascript:x)", "[a](file:///etc/passwd)", "[a](data:text/html,x)", "![a](https://a/b.png)"):
        assert "<a" not in markdown(text)
        assert "<img" not in markdown(text)


@pytest.mark.parametrize("name", ["linear", "linear_backward", "max_pool2d", "layer_norm", "greedy_decode"])
def test_every_report_goes_to_the_page_as_it_is(name):
    """Reports with grids, maps, quoted lines and folded cases are only formatting."""
    exercise = course.exercises[name]
    told = set()
    for known in exercise.misconceptions:
        space = {"np": np, "numpy": np}
        exec(known.source, space)
        html = check(exercise, space[name])._repr_html_()
        assert allowed(html)
        told.add(html)
    assert len(told) == len(exercise.misconceptions)
    assert allowed(check(exercise, exercise.solution)._repr_html_())
