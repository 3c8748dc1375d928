"""A page for each lesson, from its executed notebook. Nothing is executed again."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from building.dollars import typeset_dollars
from grader.lesson import topic_of
from grader.published import ELSEWHERE, Published

FOLDER = "lessons"
_MARKS = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n?", re.MULTILINE)


def chapters(root: Path, wanted: Sequence[str] = ()) -> list[str]:
    """List the built chapters in order: all of them, or the requested ones."""
    found = sorted(path.parent.name for path in (root / "solutions").glob("*/*.ipynb"))
    unknown = set(wanted) - set(found)
    if unknown:
        raise SystemExit(f"There is no notebook of {sorted(unknown)[0]!r} in solutions/; `grader build` makes it.")
    return [name for name in found if not wanted or name in wanted]


def write_lessons(root: Path, source: Path, extra: Path, names: Sequence[str], published: Published) -> None:
    """Write the pages of chapters and their list below `source`, and the notebooks to download below `extra`."""
    folder = source / FOLDER
    folder.mkdir(parents=True)
    for name in names:
        notebook = _read(root / "solutions" / name / f"{topic_of(name)}.ipynb")
        page = json.dumps(_page(notebook, name, published), ensure_ascii=False, indent=1)
        (folder / f"{name}.ipynb").write_text(page, encoding="utf-8")
        download = extra / "notebooks" / name
        download.mkdir(parents=True)
        shutil.copyfile(root / "notebooks" / name / f"{topic_of(name)}.ipynb", download / f"{topic_of(name)}.ipynb")
    text = (root / "docs" / FOLDER / "index.md").read_text(encoding="utf-8")
    (folder / "index.md").write_text(text.replace("{{lessons}}", "\n".join(names)), encoding="utf-8")


def moving_picture(root: Path, chapter: str) -> str:
    """Give the first animation of a chapter's executed notebook, as HTML."""
    notebook = _read(root / "solutions" / chapter / f"{topic_of(chapter)}.ipynb")
    return next(html for html in _html_outputs(notebook) if 'data-motion="' in html)


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _html_outputs(notebook: dict[str, Any]) -> Iterator[str]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if "text/html" in output.get("data", {}):
                yield "".join(output["data"]["text/html"])


def _page(notebook: dict[str, Any], chapter: str, published: Published) -> dict[str, Any]:
    """Give the notebook as it is read: with links below the title, formulas in outputs typeset, and no marks."""
    kept = [cell for cell in notebook["cells"] if cell["id"] not in ELSEWHERE]
    for cell in kept:
        if cell["cell_type"] == "code":
            cell["source"] = _MARKS.sub("", "".join(cell["source"])).rstrip("\n")
        described = [output["metadata"]["image/png"]["alt"] for output in _pictures(cell)]
        if described:  # where MyST-NB looks for a picture's alternative text
            cell["metadata"].setdefault("mystnb", {})["image"] = {"alt": " ".join(described)}
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data and "<script" not in "".join(data["text/html"]):
                data["text/html"] = typeset_dollars("".join(data["text/html"]))
    title, _, rest = "".join(kept[0]["source"]).partition("\n")
    kept[0]["source"] = f"{title}\n\n{_links(chapter, published)}\n{rest}"
    return notebook | {"cells": kept}


def _pictures(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """List a cell's pictures that have an alternative text."""
    return [output for output in cell.get("outputs", ()) if "alt" in output.get("metadata", {}).get("image/png", {})]


def _links(chapter: str, published: Published) -> str:
    """Give the line that says where a reader can work on the chapter."""
    file = f"{topic_of(chapter)}.ipynb"
    download = f'<a href="../notebooks/{chapter}/{file}" download>Download the notebook</a>'
    others = [f'<a href="{escape(link.address)}">{link.name}</a>' for link in published.links(chapter)]
    return (
        f'<p class="work-on-it">{" · ".join([download, *others])}<br>This page shows the chapter with its answers. '
        "The notebook has them left out, for you to write.</p>\n"
    )
