"""Layout: plain text and HTML say the same, and nothing that a student writes becomes markup."""

import re

import numpy as np
import pytest

import course
from course.checking import render
from course.checking.document import Code, Document, Line, Map, Role, Source, State, Strong, Table, Tally, Text, Value

EVERY_PIECE = (
    Strong("linear:"),
    Text(" is <b>"),
    Code("a < b"),
    Value("(2, 3)"),
    Source("x = '<i>'", 3),
    Table(("first difference at", "yours", "<PyTorch>"), ("[0]", "1", "<2>")),
    Map(((True, False),)),
    Tally((True, False)),
)


def page_of(report):
    """Give a report's HTML with plain code tags."""
    return re.sub("<code [^>]*>", "<code>", report._repr_html_())


def test_html_sets_code_as_code():
    """Names, shapes, places and calls are set as code; the error map is under the sentence that counts."""
    page = page_of(course.assess(lambda x: np.abs(2 * x + 1), "warm_up"))
    assert "<code>hint(&quot;warm_up&quot;)</code>" in page
    assert page.index("values differ") < page.index("<table role=") < page.index("Worked out")
    page = page_of(course.assess(lambda x: 3.0, "warm_up"))
    assert "yours <code>()</code> (a single number), wanted <code>(4,)</code>." in page


def test_what_to_do_next_comes_right_after_the_verdict():
    """In HTML the next step is above the evidence; in plain text it is the last thing but the notes."""
    report = course.assess(lambda x: np.abs(2 * x + 1), "warm_up")
    page = report._repr_html_()
    assert page.index("not yet") < page.index("Next:") < page.index("values differ") < page.index("Called as")
    assert str(report).splitlines()[-1].startswith("Next:")


def test_html_is_escaped():
    """Nothing a student writes reaches the page as markup."""

    def linear(input, weight, bias=None):
        raise ValueError("<script>alert(1)</script> & <img src=x onerror=y>")

    page = course.assess(linear)._repr_html_()
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    evil = type("<b>evil</b>", (), {})
    assert "<b>evil" not in course.assess(lambda input, weight, bias=None: evil(), "linear")._repr_html_()


def test_html_says_what_the_text_says():
    """Both forms tell the same sentences; colour carries nothing alone."""
    report = course.assess(lambda input, weight, bias=None: input @ weight.T, "linear")
    page = report._repr_html_()
    for word in ("not yet", "Called as", "yours", "PyTorch", "This is exactly what you get", "Next:", "✗"):
        assert word in page
    assert "<style" not in page  # JupyterLab drops style blocks of notebooks that are not trusted


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", Role)
def test_every_piece_is_laid_out_in_every_line(state, role):
    """Both renderers take any document, and neither lets markup through."""
    document = Document(state, (Line(role, EVERY_PIECE),))
    page, text = render.html(document), render.text(document)
    for words in ("linear:", "(2, 3)", "[0]"):
        assert words in page
        assert words in text
    for markup in ("<b>", "<i>", "<2>", "<PyTorch>", "a < b"):
        assert markup not in page
    assert "`a < b`" in text


def test_sentences_are_never_searched_for_code():
    """What looks like a shape, a call or a quotation is code only where the words say so."""
    looks_like_code = 'at (2, 3) `x` [0, 1] hint("linear"):  y = 1'
    page = render.html(Document(State.NOT_YET, (Line(Role.FACT, (Text(looks_like_code),)),)))
    assert "<code" not in page
    assert render.text(Document(State.NOT_YET, (Line(Role.FACT, (Text(looks_like_code),)),))) == looks_like_code


def test_text_has_twelve_lines_at_most():
    """However much there is to say."""
    document = Document(State.NOT_YET, tuple(Line(Role.FACT, (Text(str(i)),)) for i in range(30)))
    assert len(render.text(document).splitlines()) == render.MAX_LINES


def test_the_last_numbers_are_the_first_to_go():
    """Where lines are too many, the cases go, then one row of numbers after the other from the last on."""

    def told(num_facts):
        rows = (("cases", Role.CASES), ("first\nfirst", Role.NUMBERS), ("last\nlast", Role.NUMBERS))
        lines = [Line(role, (Text(text),)) for text, role in rows]
        facts = [Line(Role.FACT, (Text("fact"),))] * num_facts
        return render.text(Document(State.NOT_YET, (*lines, *facts))).splitlines()

    everything = ["cases", "first", "first", "last", "last"]
    assert told(7) == [*everything, *["fact"] * 7]
    assert told(8) == [*everything[1:], *["fact"] * 8]
    assert told(9) == ["first", "first", *["fact"] * 9]
    assert told(11) == ["fact"] * 11
