"""Formulas without a network: all that lessons have, and nothing that is only guessed at."""

import re
from html.parser import HTMLParser

import nbformat
import pytest

from grader.config import ROOT
from grader.pages.markdown import markdown
from grader.pages.mathml import mathml


class Balanced(HTMLParser):
    """Fails where an element is not closed in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def balanced(html):
    reader = Balanced()
    reader.feed(html)
    reader.close()
    return reader.open == []


LESSONS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_formula_of_every_lesson_is_typeset(path):
    """No formula stays as TeX, no dollar is left over, and what is opened is closed."""
    texts = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    formulas = sum(len(re.findall(r"\$\$.+?\$\$|\$[^$]+\$", text, re.DOTALL)) for text in texts)
    html = "".join(map(markdown, texts))
    assert html.count("<math") == formulas
    assert "$" not in html
    assert balanced(html)
    assert "&lt;details" not in html  # answers unfold


def test_parts_are_set_where_they_belong():
    """Indices, fractions, sums with bounds, brackets that grow, words with their spaces."""
    assert mathml(r"\frac{1}{n}") == "<math><mfrac><mrow><mn>1</mn></mrow><mrow><mi>n</mi></mrow></mfrac></math>"
    assert "<munderover><mo>∑</mo>" in mathml(r"\sum_i^n x", display=True)
    assert "<msubsup><mo>∑</mo>" in mathml(r"\sum_i^n x")
    assert '<mo stretchy="true">⌊</mo>' in mathml(r"\left\lfloor x \right\rfloor")
    assert '<mo stretchy="false">(</mo>' in mathml("(x)")
    assert "<mtext>height\u00a0of\u00a0out</mtext>" in mathml(r"\text{height of out}")


@pytest.mark.parametrize(
    "tex", [r"\href{javascript:x}{y}", "{", "x_", r"\frac{1}", r"\left( x", "}", r"\text{", "a & b"]
)
def test_what_is_not_known_stays_as_it_is(tex):
    """It is shown as code, whole."""
    assert mathml(tex).startswith("<code>")
    assert mathml(tex, display=True).startswith("<pre><code>")


def test_markup_in_a_formula_is_escaped():
    """Text of a formula is text."""
    for tex in ("<script>", r"\text{<img>}", r"\mathrm{<b>}", r"\left< x \right>"):
        assert not re.search(r"<(script|img|b)\b", mathml(tex))
    assert mathml("{" * 5000).startswith("<code>")
