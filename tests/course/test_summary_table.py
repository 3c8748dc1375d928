"""The summary table in its three forms."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from rich.console import Console

from course.catalog import CARDS, FAMILIES, SUMMARY, Formula, LayerCard, Tensor, UnknownLayer
from course.catalog.connectivity import connectivity
from course.summary_table import Table, table
from course.summary_table.words import use_of, uses
from tests.course.contrast import THEMES, seen

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


@pytest.mark.parametrize("rows", ["summary", "all", *(card.name for card in CARDS)])
def test_plain_text_is_ascii_within_100_columns(rows):
    """It can be piped anywhere, and no line has spaces at its end."""
    lines = str(table(PROGRESS, rows)).splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line.isascii() and line == line.rstrip() for line in lines)


@pytest.mark.parametrize("rows", ["summary", "all"])
def test_a_layer_takes_one_line_of_text(rows):
    """Its name, an example, how many parameters, its uses and its chapter; families have a heading where many are."""
    shown = table(PROGRESS, rows)
    lines = str(shown).splitlines()
    for card in shown.cards:
        (line,) = [line for line in lines if re.match(rf"{re.escape(card.name)}  ", line)]
        assert f"{card.inputs[0].shape} -> {card.outputs[0].shape}" in line
        assert (f" {card.num_parameters:,} " if card.parameters else " - ") in line
        signs = ["-x~"[("no", "yes", "sometimes").index(use)] for use in uses(card)]
        assert line.rsplit(card.chapter[:2], 1)[0].split()[-3:] == signs
    assert [name in lines for name, _ in FAMILIES] == [rows == "all"] * len(FAMILIES)
    assert len(lines) <= len(shown.cards) + 2 * len(FAMILIES) + 4


def test_a_number_is_never_broken():
    """`10_000` stays whole in a layer shown in full, in a terminal as narrow as 60 columns."""
    for shown in (str(table(rows="Embedding")), _in_a_terminal(table(rows="Embedding"), 60)):
        assert "10_000," in shown
    assert "0.01" in _in_a_terminal(table(rows="LeakyReLU"), 60)


def test_plain_text_of_a_layer_in_full():
    """It reads from left to right: the layer, its formula, what it learns, where it is used."""
    text = str(table({"03_activations": (1, 12)}, "ReLU"))
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
    page = re.sub(r"\s", "", _Page(shown._repr_html_()).text)
    for card in CARDS:
        squeezed = re.sub(r"\s", "", str(table(rows=card.name)))
        assert re.sub(r"\s", "", card.torch_name) in page
        assert card.call.replace(" ", "") in page
        for formula in card.formula:
            assert f"\\displaystyle {formula.latex}$".replace(" ", "") in page
        for parameter in card.parameters:
            assert f"{parameter.name}{parameter.shape}".replace(" ", "") in page
        for text in (use_of(card.last_layer)[1], use_of(card.inner_layer)[1], card.note):
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
    assert re.findall(r"\d\d \[.\]$", text, re.M) == ["01 [x]", "02 [~]", "06 [ ]"]
    whole = [str(table(PROGRESS, name)) for name in ("Linear", "Embedding", "Conv1d")]
    assert [re.search(r"^\[.\] [^ ]+ ?[^ ]*, \d of \d", text, re.M)[0] for text in whole] == [
        "[x] done, 4 of 4",
        "[~] started, 1 of 4",
        "[ ] none yet, 0 of 5",
    ]


def test_a_chapter_without_exercises_is_not_finished():
    """Nothing of nothing is not an achievement."""
    assert "none yet, 0 of 0" in str(table({"01_linear": (0, 0)}, "Linear"))


def test_html_is_well_formed_and_sets_no_colour_of_its_own():
    """Both themes show through: no text colour, no opaque background."""
    page = table(PROGRESS, "all")._repr_html_()
    assert _Page(page).tags.count("tr") == 2 * len(CARDS) + len(FAMILIES)
    families = re.findall(r"<details( open)?><summary [^>]*><strong>(.*?)</strong>", page)
    assert [name for _, name in families] == [name for name, _ in FAMILIES]
    assert [bool(opened) for opened, _ in families] == [True] + [False] * (len(FAMILIES) - 1)
    assert not re.search(r"(?<![-\w])color\s*:(?! inherit)|background\s*:(?!\s*none)|#[0-9a-f]{3,6}\b", page)
    assert "overflow-x: auto" in page
    assert "<style" not in page, "JupyterLab drops style sheets from untrusted notebooks"


@pytest.mark.parametrize("theme", THEMES)
def test_html_can_be_read_in_both_themes(theme):
    """The contrast of every text is 4.5 at least, and none is tiny."""
    texts = seen(table(PROGRESS, "all")._repr_html_(), theme)
    assert [text for text in texts if text.contrast < text.least_contrast or text.size < 0.85] == []


def test_an_output_size_is_told_once():
    """Under the family where it first occurs, for the width; a table of one layer has every axis."""
    page = table(rows="all")._repr_html_()
    sizes = {size.latex for card in CARDS for size in card.output_size if size.text.startswith("w_o")}
    assert len(sizes) > 4
    for latex in sizes:
        assert page.count(latex) == 1
    assert "h_o" not in page.split("Symbols:")[0]
    for size in next(card for card in CARDS if card.name == "Conv2d").output_size:
        assert size.latex in table(rows="Conv2d")._repr_html_()


def test_every_layer_has_a_drawing_and_its_words():
    """Which output depends on which input; the drawing is hidden from who listens, and told instead."""
    page = table(rows="all")._repr_html_()
    assert page.count("<svg aria-hidden") == len(CARDS)
    for card in CARDS:
        drawn = connectivity(card)
        assert f'<span title="{drawn.said}">' in page
        assert {i for i, _, _ in drawn.lines} <= set(range(drawn.inputs))
        assert {j for _, j, _ in drawn.lines} <= set(range(drawn.outputs))
        if card.elementwise:
            assert all(i == j for i, j, _ in drawn.lines)


def test_uses_are_signs_with_words():
    """✓, (✓) and –; the word is there for screen readers, and a card's reasons are below."""
    page = _Page(table(rows="Sigmoid")._repr_html_()).text
    assert "✓yes✓yes(✓)sometimes" in re.sub(r"\s", "", page)
    assert "Last layer: For binary classifiers. Inner layer: Seldom today, except as a gate." in page


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
    for rows in ("summary", "all", "Linear", "MultiheadAttention"):
        out = _in_a_terminal(table(PROGRESS, rows), width)
        table_lines = out.split("element-wise; last")[0].splitlines()
        assert max(map(len, table_lines)) <= width
    assert "01 [x]" in _in_a_terminal(table(PROGRESS), width)
    out = _in_a_terminal(table(PROGRESS, "Linear"), width)
    assert "b[i]" in out
    assert "[x] done" in out


def test_a_wide_terminal_is_used():
    """With more room a layer in full gets shorter, and a line has its example."""
    whole = table(rows="Linear")
    assert _in_a_terminal(whole, 160).count("\n") < _in_a_terminal(whole, 80).count("\n")
    assert "(1, 10) -> (1, 5)" in _in_a_terminal(table(), 100)
    assert "(1, 10) -> (1, 5)" not in _in_a_terminal(table(), 60)


def test_symbols_are_explained_where_they_are_used():
    """The legend holds what the rows use and no more."""
    assert "c_i: input channels" not in str(table(rows="ReLU"))
    assert "c_i: input channels" in str(table(rows="Conv2d"))
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
