"""What the start page shows of the course itself: the summary table and a moving picture."""

from __future__ import annotations

from pathlib import Path

from building.dollars import typeset_dollars
from building.lessons import moving_picture
from course.summary_table import table

CHAPTER = "07_conv2d"
"""Its first animation moves on the start page."""


def write_start(root: Path, source: Path) -> None:
    """Write the start page below `source`."""
    text = (root / "docs" / "index.md").read_text(encoding="utf-8")
    for name, html in (
        ("table", f'<div class="layers">{typeset_dollars(table()._repr_html_())}</div>'),
        ("picture", moving_picture(root, CHAPTER)),
    ):
        (source / f"{name}.html").write_text(html, encoding="utf-8")
        text = text.replace(f"{{{{{name}}}}}", f"```{{raw}} html\n:file: {name}.html\n```")
    (source / "index.md").write_text(text, encoding="utf-8")
