"""Formulas of the site as MathML: no script typesets them, and nothing is fetched.

The converter is the one of the feedback pages. A formula that it does not know is a warning, and so an error of the
build; it is never shown half right.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from grader.pages.mathml import mathml

_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer ``mathml``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(self: Any, node: nodes.math) -> None:
    self.body.append(_known(node, display=False))
    raise nodes.SkipNode


def _display(self: Any, node: nodes.math_block) -> None:
    self.body.append(f'<div class="formula" tabindex="0">{_known(node, display=True)}</div>')
    raise nodes.SkipNode


def _known(node: nodes.Element, *, display: bool) -> str:
    html = mathml(node.astext(), display=display)
    if not html.startswith("<math"):
        _log.warning("this formula is not known to grader/pages/mathml.py: %s", node.astext(), location=node)
    return html
