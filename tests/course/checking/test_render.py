"""Layout: plain text and HTML say the same, and nothing that a student writes becomes markup."""

import re
from dataclasses import replace

import numpy as np
import pytest

import course
from course.checking import render
from course.checking.document import (
    Aside,
    Cases,
    Cell,
    Code,
    Document,
    Grid,
    Grids,
    Line,
    Map,
    Name,
    Plain,
    Quote,
    Role,
    Score,
    Shape,
    Source,
    State,
    Strong,
    Table,
    Text,
    Value,
)
from tests.course.checking.kinds import KINDS, reports
from tests.course.contrast import THEMES, seen

EVERY_PIECE = (
    Name("linear<"),
    Plain("not yet"),
    Score((True, False), ("1 of 2 <cases>", "0.5 of 4 points"), ", 1 of 2 <cases>."),
    Strong("Next:"),
    Text(" is <b>"),
    Code("a < b"),
    Value("(2, 3)"),
    Shape((4, 5), frozenset({1})),
    Quote(7, "y = '<s>'"),
    Aside((Text("More help: "), Value("hint('<u>')"))),
    Source("x = '<i>'", 3),
    Table(("first difference at", "yours", "<PyTorch>"), ("[0]", "1", "<2>")),
    Map(((True, False),)),
    Grids((Grid("<input>", (((Cell("1"),),),)),)),
    Cases(("no <bias>",), ("<other>",)),
)


def page_of(report):
    """Give a report's HTML with plain tags."""
    return re.sub("<(code|strong|td|th|tr|div|span|table|caption) [^>]*>", r"<\1>", report._repr_html_())


def words_of(page):
    """Give what is read of a page, in one line."""
    return " ".join(re.sub("<[^>]*>", " ", page).split())


def test_html_sets_code_as_code():
    """Names, shapes, places and calls are set as code."""
    page = page_of(course.assess(lambda x: np.abs(2 * x + 1), "warm_up"))
    assert "<code>hint(&quot;warm_up&quot;)</code>" in page
    page = page_of(course.assess(lambda x: 3.0, "warm_up"))
    assert "yours <code>()</code> (a single number), expected <code>(<strong>4</strong>,)</code>." in page


def test_what_to_do_next_comes_right_after_the_verdict():
    """In HTML the panel is above the evidence, and what is seldom read is folded away below it."""
    for kind in ("wrong values", "shapes clash in a product", "large leading case"):
        page = reports()[kind]._repr_html_()
        places = [page.index(words) for words in ("not yet", "Next:", "hint(", "case(", "<details", "Called as")]
        assert places == sorted(places)
        assert page.index("Next:") < page.index("<table") < page.index("<details")


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_is_short_and_ends_with_the_next_step(kind):
    """Plain text has at most twelve lines, and nothing comes after what to do next."""
    report = reports()[kind]
    lines = str(report).splitlines()
    assert len(lines) <= render.MAX_LINES
    assert lines[0] == report.verdict
    assert lines[-1].startswith(report.step)
    assert report.passed == (not report.step)
    assert report.passed or report.step.startswith("Next: ")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_says_what_the_text_says(kind):
    """Each sentence of the text is on the page, in the panel or below it: the state once, the rest word for word."""
    report = reports()[kind]
    page = words_of(report._repr_html_()).replace(" ", "").lower()
    for line in report.document.lines:
        for piece in line.pieces:
            if isinstance(piece, Text | Code | Value | Strong | Shape):
                said = piece.text.replace('"', "&quot;").replace("'", "&#x27;").replace(" ", "").lower()
                assert said in page
    assert str(report.document.state).replace(" ", "") in page


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_of_a_page_can_be_read(kind, theme):
    """In a light and in a dark theme: the contrast is 4.5 at least, also of faded numbers, and no text is tiny."""
    texts = seen(reports()[kind]._repr_html_(), theme)
    assert len(texts) > 3
    assert [text for text in texts if text.contrast < text.least_contrast] == []
    assert [text for text in texts if text.size < 0.85] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_needs_nothing_but_itself(kind):
    """No style sheet, script, link or class: JupyterLab drops these from notebooks that are not trusted."""
    page = reports()[kind]._repr_html_()
    assert not re.search(r"<(style|script|link|img|svg)|\b(class|id|href|on\w+)=", page)


def test_dots_have_words_for_who_does_not_see_them():
    """One mark a case, and a label that counts the right ones."""
    page = reports()["shapes clash in a product"]._repr_html_()
    assert (page.count("●</span>"), page.count("○</span>")) == (2, 6)  # with those before the names of the cases
    assert 'role="img" aria-label="1 of 6 cases right"' in page
    assert "1 of 6 cases · 0.36 of 4 points" in page


def test_amber_is_not_yet_green_is_right_and_grey_is_not_attempted():
    """The edge of a report has the colour of its state."""
    for kind, colour in (
        ("right", "46, 139, 87"),
        ("wrong values", "200, 130, 20"),
        ("not attempted", "128, 128, 128"),
    ):
        assert f"border-left: 4px solid rgb({colour})" in reports()[kind]._repr_html_()


def test_numbers_in_full_are_tables_with_captions_and_row_numbers():
    """What differs says so in words, the first of it is outlined, and what is equal is faded."""
    page = reports()["wrong values"]._repr_html_()
    assert [re.sub("<[^>]*>", "", caption) for caption in re.findall("<caption.*?</caption>", page)][-2:] == [
        "yours",
        "PyTorch",
    ]
    yours, expected = page.split("<caption")[-2:]
    assert re.findall('<th scope="row"[^>]*>(.)</th>', yours) == ["0", "1"]
    assert yours.count("> not right</span>") == yours.count("rgba(200, 130, 20, 0.3); font-weight: 700") == 2
    assert expected.count("font-weight: 700") == 2
    assert "not right" not in expected
    for table in (yours, expected):
        assert table.count('border: 2px solid"') + table.count("border: 2px solid;") == 1
        assert table.count('opacity: 0.65">') == 8  # six equal numbers, two row numbers


def test_what_numbers_in_full_show_is_not_said_again():
    """Beside grids neither the table of the first difference nor the map is shown; plain text keeps its sentence."""
    report = reports()["wrong values"]
    page = report._repr_html_()
    assert "first difference at" not in page
    assert "map of the values" not in page
    assert "2 of 8 values differ, all in row 1." in page
    assert "First difference at [1, 0]: yours " in str(report)
    large = reports()["large leading case"]._repr_html_()
    assert "first difference at" in large
    assert "map of the values that differ" in large


def test_a_table_of_several_axes_says_which_part_it_is():
    """An array with four axes is shown as one table a channel, each with its index."""
    grid = Grid("yours", (((Cell("1"),),), ((Cell("2"),),)), ("[0, 0]", "[0, 1]"), numbered=True)
    page = render.html(Document(State.NOT_YET, (Line(Role.NUMBERS, (Grids((), (grid,)),)),)))
    captions = [words_of(caption) for caption in re.findall("<caption.*?</caption>", page)]
    assert captions == ["yours [0, 0]", "yours [0, 1]"]


def test_a_line_of_code_is_quoted_once():
    """Where the panel quotes the line that raised, the evidence only names it."""
    page = reports()["shapes clash in a sum"]._repr_html_()
    assert page.count("return input @ weight.T + weight") == 1
    assert "stopped with ValueError at its line 2." in words_of(page)
    page = reports()["shapes clash in a product"]._repr_html_()
    assert page.index("Next:") < page.index("output = input @ weight")


def test_clashing_sizes_are_bold():
    """In a product the inner ones, in a sum those that are neither equal nor 1, in a result those that differ."""
    page = page_of(reports()["shapes clash in a product"])
    assert "input <code>(2, <strong>3</strong>)</code> @ weight <code>(<strong>4</strong>, 3)</code>" in page
    page = page_of(reports()["shapes clash in a sum"])
    assert "Shapes <code>(<strong>2</strong>, <strong>4</strong>)</code> and" in page
    page = page_of(reports()["wrong shape"])
    assert "yours <code>(2, 2)</code>, expected <code>(2, 2, <strong>1</strong>, <strong>1</strong>)</code>" in page


def test_a_verdict_of_its_own_is_the_heading():
    """Where the state says too little, the panel begins with what the text says after the name."""
    words = words_of(reports()["signature"]._repr_html_())
    assert words.startswith("linear not yet ○ ○ ○ ○ ○ ○ 0 of 6 cases · 0 of 4 points It is called as linear(input,")
    words = words_of(reports()["no such exercise"]._repr_html_())
    assert words.startswith("liner not checked There is no exercise of this name. Did you mean linear? Next:")
    words = words_of(reports()["not attempted"]._repr_html_())
    assert words.startswith("linear not attempted ○ ○ ○ ○ ○ ○ 6 cases · 4 points Next:")


def test_a_value_has_no_call_and_no_code():
    """It was not called, and what is right is not printed."""
    report = reports()["value"]
    for told in (str(report), report._repr_html_()):
        assert "Called as" not in told
        assert "your code" not in told
        assert "Your function" not in told
        assert "C, H, W" not in told


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


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", Role)
def test_every_piece_is_laid_out_in_every_line(state, role):
    """Both renderers take any document, and neither lets markup through."""
    document = Document(state, (Line(role, EVERY_PIECE),))
    page, text = render.html(document), render.text(document)
    seen(page, "light")  # every tag is closed
    for words in ("linear", "(2, 3)", "[0]"):
        assert words in page or role in (Role.VERDICT, Role.CALL)
        assert words in text or role is Role.FOLDED
    for markup in ("<b>", "<i>", "<s>", "<u>", "<2>", "<PyTorch>", "<cases>", "<input>", "<bias>", "a < b", "linear<"):
        assert markup not in page
    assert "`a < b`" in text or role is Role.FOLDED


def test_sentences_are_never_searched_for_code():
    """What looks like a shape, a call or a quotation is code only where the words say so."""
    looks_like_code = 'at (2, 3) `x` [0, 1] hint("linear"):  y = 1'
    page = render.html(Document(State.NOT_YET, (Line(Role.FACT, (Text(looks_like_code),)),)))
    assert "<code" not in page
    assert render.text(Document(State.NOT_YET, (Line(Role.FACT, (Text(looks_like_code),)),))) == looks_like_code


def lines(role, count):
    return [Line(role, (Text(f"{role} {i}"),)) for i in range(count)]


def test_text_has_twelve_lines_at_most():
    """However much there is to say: what is least needed goes, the verdict, the diagnosis and the next step never."""
    document = Document(
        State.NOT_YET,
        (
            *lines(Role.VERDICT, 1),
            *lines(Role.CASES, 1),
            *lines(Role.FACT, 12),
            *lines(Role.DETAIL, 2),
            *lines(Role.DIAGNOSIS, 1),
            *lines(Role.NOTE, 2),
            *lines(Role.STEP, 1),
        ),
    )
    told = render.text(document).splitlines()
    assert told == ["verdict 0", *(f"fact {i}" for i in range(9)), "diagnosis 0", "step 0"]
    many = Document(State.NOT_YET, tuple(lines(Role.DIAGNOSIS, 30) + lines(Role.STEP, 1)))
    assert len(render.text(many).splitlines()) == render.MAX_LINES
    assert render.text(many).endswith("step 0")


def test_arguments_go_before_results():
    """Where both do not fit into twelve lines, what came back is shown, and the call says what was given."""
    tall = Grid("input", (tuple((Cell(str(i)),) for i in range(7)),))
    yours = Grid("yours", (((Cell("5", wrong=True),),),))
    document = Document(
        State.NOT_YET,
        (
            *lines(Role.VERDICT, 1),
            Line(Role.NUMBERS, (Grids((tall,), (yours,)),)),
            *lines(Role.FACT, 2),
            *lines(Role.STEP, 1),
        ),
    )
    assert render.text(document).splitlines()[1] == "input    yours"
    longer = Document(State.NOT_YET, (*document.lines[:-1], *lines(Role.DIAGNOSIS, 2), document.lines[-1]))
    assert render.text(longer).splitlines()[1:3] == ["yours", "5*"]


def test_many_cases_are_counted_in_text_and_named_on_the_page():
    """A line of plain text stays short; the page folds all names away."""
    names = tuple(f"a case about number {i}" for i in range(9))
    document = Document(State.NOT_YET, (Line(Role.CASES, (Cases(names[:2], names[2:]),)),))
    told = render.text(document)
    assert told.startswith("Right: a case about number 0; a case about number 1. Not yet: a case about number 2; ")
    assert told.endswith("; and 5 more.")
    page = render.html(document)
    assert all(name in page for name in names)
    few = Document(State.NOT_YET, (Line(Role.CASES, (Cases(("a",), ("b", "c")),)),))
    assert render.text(few) == "Right: a. Not yet: b; c."


def test_the_seed_is_told_once():
    """It is folded away on a page, unless a note of the grader's says it to everybody."""
    report = reports()["wrong values"]
    assert "seed" not in str(report)
    assert report._repr_html_().count("Cases drawn from seed 0.") == 1
    graded = replace(report, seed=5, notes=("Cases drawn from seed 5.",))
    assert graded._repr_html_().count("Cases drawn from seed 5.") == 1
    assert str(graded).splitlines()[-2] == "Cases drawn from seed 5."
