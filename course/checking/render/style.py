"""Colours and sizes of a report on a page.

Half-transparent fills and inherited text read on a light page and on a dark one. Every colour has a word or a mark
next to it: amber is not yet, green is right, grey is not attempted, and blue is what to do next. Each element has its
own style, because JupyterLab drops style sheets from notebooks that are not trusted.
"""

from __future__ import annotations

from course.checking.document import State

GREEN, AMBER, GREY, BLUE = "46, 139, 87", "200, 130, 20", "128, 128, 128", "0, 114, 178"
EDGES = {State.RIGHT: GREEN, State.NOT_YET: AMBER, State.NOT_ATTEMPTED: GREY, State.NOT_CHECKED: GREY}

MONO = "font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace"
CALM = "opacity: 0.75; font-size: 92%"
"""What is said in addition."""
LOUD = "font-size: 115%; font-weight: 600; line-height: 1.35"
"""What to read first."""
FADED = "opacity: 0.65"
"""A number that is right, next to others that are not."""
FOLDED = "font-size: 90%; margin-top: 0.5em"

# nbgrader's pages would set code in red, as if all of it were wrong.
CODE = f"color: inherit; background: rgba({GREY}, 0.15)"
BARE = "color: inherit; background: none; padding: 0"
"""Themes tint code, and stripe tables; this wants neither."""
TABLE = "border-collapse: collapse; margin: 0; display: table; color: inherit"
ROW = '<tr style="background: none">'

SIDE_BY_SIDE = "display: flex; flex-wrap: wrap; gap: 0.7em 2em; align-items: flex-start"
"""As long as there is room; on a narrow page below one another."""
HIDDEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; white-space: nowrap; clip: rect(0, 0, 0, 0)"
"""For screen readers. Untrusted notebooks keep no `aria-label`, but text."""


def box(content: str, style: str) -> str:
    """Set something as a block with a style."""
    return f'<div style="{style}">{content}</div>'
