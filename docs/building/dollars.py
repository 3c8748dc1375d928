"""Formulas in HTML that a notebook typesets itself: between dollar signs, as in the summary table."""

from __future__ import annotations

import re
from html import unescape

from grader.pages.mathml import mathml

_FORMULA = re.compile(r"\$([^$<>]+)\$")


def typeset_dollars(page: str) -> str:
    r"""Typeset what is between dollar signs in HTML that a notebook shows.

    Raises
    ------
    ValueError
        If a formula is not known.

    Examples
    --------
    >>> typeset_dollars("<td>$x$</td>")
    '<td><math><mi>x</mi></math></td>'
    """
    return _FORMULA.sub(_typeset, page)


def _typeset(found: re.Match[str]) -> str:
    tex = unescape(found[1])
    formula = mathml(tex.replace("\\displaystyle", ""), display="\\displaystyle" in tex)
    if not formula.startswith("<math"):
        raise ValueError(f"grader/pages/mathml.py does not know this formula: {tex}")
    return formula.replace('display="block"', 'displaystyle="true"', 1)
