"""The summary table in its three forms."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from rich.console import Console

from course.catalog import CARDS, SUMMARY, Formula, LayerCard, Tensor, UnknownLayer
from course.summary_table import Table, table

PROGRESS = {"00_start_here": (1, 1), "01_linear": (4, 4), "02_embedding": (1, 4), "06_conv1d": (0, 5)}
HOSTILE = LayerCard(
    name="<script>",
    call="torch.nn.<script>(a='<b>&')",
    chapter="99_x<y",
    formula=(Formula("a < b", "a < b"),),
    inputs=(Tensor("x", ("n",), (1,)),),
    outputs=(Tensor("y", ("n",), (1,)),),
    elementwise=True,
    last_layer="<i>no</i>",
    inner_layer="a & b",
    note="<u>",
)


class _Page(HTMLParser):
    """Collects the tags and texts of a page, and checks that tags are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag not in ("br", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _in_a_terminal(shown: Table, width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=False).print(shown)
    return out.getvalue()


@pytest.mark.parametrize("rows", ["summary", "all"])
def test_plain_text_is_ascii_within_100_columns(rows):
    """It can be piped anywhere, and no line has spaces at its end."""
    lines = str(table(PROGRESS, rows)).splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line.isascii() and line == line.rstrip() for line in lines)


def test_plain_text_of_a_row():
    """A row reads from left to right: the layer, its formula, what it learns, where it is used."""
    text = str(table({"03_activations": (1, 12)}))
    row = next(block for block in re.split(r"\n[- ]+\n", text) if block.startswith("ReLU"))
    assert row.splitlines() == [
        "ReLU()                    f[i](x) = max(0, x[i])    none                   Element-wise: yes.",
        "in (1, 10)                                                                 Last layer: No.",
        "out (1, 10)                                                                Inner layer: Yes, as the",
        "chapter 03                                                                   non-linear function",
        "[~] started, 1 of 12                                                         between layers with",
        "                                                                             parameters.",
    ]


def test_every_output_is_shown():
    """A layer with two outputs has a line for each, and both behind the arrow in HTML."""
    shown = table(rows="MultiheadAttention")
    assert re.findall(r"(?<!\w)(in|out) +(\([\d, ]+\))", str(shown)) == [
        *[("in", shape) for shape in ("(2, 5, 64)", "(2, 7, 64)", "(2, 7, 64)")],
        *[("out", shape) for shape in ("(2, 5, 64)", "(2, 5, 7)")],
    ]
    assert "→ (2, 5, 64), (2, 5, 7)" in _Page(shown._repr_html_()).text


def test_every_card_appears_in_every_form():
    """Nothing of a card is lost on the way: name, count, chapter, uses."""
    shown = table(rows="all")
    squeezed = re.sub(r"\s", "", str(shown))
    page = re.sub(r"\s", "", _Page(shown._repr_html_()).text)
    for card in CARDS:
        assert re.sub(r"\s", "", card.torch_name) in page
        assert card.call.replace(" ", "") in page
        for formula in card.formula:
            assert f"\\displaystyle {formula.latex}$".replace(" ", "") in page
        for parameter in card.parameters:
            assert f"{parameter.name}{parameter.shape}".replace(" ", "") in page
        for text in (card.last_layer, card.inner_layer, card.note):
            assert re.sub(r"\s", "", text) in page
        short = card.torch_name.rpartition(".")[2]
        assert short[:12] in squeezed
    assert page.count("Chapter") == len(CARDS)


def test_rows_are_the_ten_or_all():
    """`rows` chooses, and may name one layer; an unknown name is refused."""
    assert table().cards == SUMMARY
    assert table(rows="all").cards == CARDS
    assert [shown.name for shown in table(rows="Linear").cards] == ["Linear"]
    with pytest.raises(UnknownLayer):
        table(rows="some")


def test_progress_marks_rows_with_a_symbol_and_words():
    """Finished, started and untouched chapters read differently without colour; others say nothing."""
    page = _Page(table(PROGRESS)._repr_html_()).text
    assert "Chapter 01: ✓ done, 4 of 4" in page
    assert "Chapter 02: ◐ started, 1 of 4" in page
    assert "Chapter 06: ○ none yet, 0 of 5" in page
    assert "Chapter 07:" not in page
    text = str(table(PROGRESS))
    assert re.findall(r"^\[.\] [^ ]+ ?[^ ]*, \d of \d", text, re.M) == [
        "[x] done, 4 of 4",
        "[~] started, 1 of 4",
        "[ ] none yet, 0 of 5",
    ]


def test_a_chapter_without_exercises_is_not_finished():
    """Nothing of nothing is not an achievement."""
    assert "none yet, 0 of 0" in str(table({"01_linear": (0, 0)}))


def test_html_is_well_formed_and_sets_no_colour_of_its_own():
    """Both themes show through: no text colour, no opaque background."""
    page = table(PROGRESS, "all")._repr_html_()
    assert _Page(page).tags.count("tr") == len(CARDS) + 1
    assert not re.search(r"(?<![-\w])color\s*:|background\s*:(?!\s*none)|#[0-9a-f]{3,6}\b", page)
    assert "overflow-x: auto" in page
    assert "<style" not in page, "JupyterLab drops style sheets from untrusted notebooks"


def test_html_escapes_what_a_card_says():
    """A card's text can't become markup."""
    shown = Table((HOSTILE,), {"99_x<y": (1, 2)})
    page = _Page(shown._repr_html_())
    assert not {"script", "b", "i", "u"} & set(page.tags)
    assert "torch.nn.<script>(a='<b>&')" in page.text
    assert r"$\displaystyle a < b$" in page.text
    assert "[/" not in str(shown)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_a_terminal_of_any_usual_width_is_kept_within(width):
    """Through rich, lines fit the terminal, and brackets are not taken for markup."""
    out = _in_a_terminal(table(PROGRESS), width)
    assert max(map(len, out.splitlines())) <= width
    assert "b[i]" in out
    assert "[x] done" in out


def test_a_wide_terminal_is_used():
    """With more room the table gets shorter."""
    assert _in_a_terminal(table(), 160).count("\n") < _in_a_terminal(table(), 80).count("\n")


def test_symbols_are_explained_where_they_are_used():
    """The legend holds what the rows use and no more."""
    assert "g: groups" not in str(table())
    assert "g: groups" in str(table(rows="all"))
    assert "$c_i$ input channels" in _Page(table()._repr_html_()).text


def test_repr_is_the_table():
    """An interactive Python shows the table, not an object's fields."""
    assert repr(table()) == str(table())


def test_the_table_loads_neither_rich_nor_torch_until_they_are_needed():
    """Importing and printing cost NumPy's world at most."""
    code = "import sys; from course.summary_table import table; str(table()); table()._repr_html_(); " + (
        "print([name for name in ('rich', 'torch', 'matplotlib', 'IPython') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
