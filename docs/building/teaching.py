"""A page for each chapter's teacher's notes, and one for the paths through the course."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

FOLDER = "teaching"


def write_teaching(root: Path, source: Path, names: Sequence[str]) -> None:
    """Write the notes of chapters, the paths, and their list below `source`."""
    folder = source / FOLDER
    folder.mkdir(parents=True)
    for name in names:
        shutil.copyfile(root / "solutions" / name / "teaching.md", folder / f"{name}.md")
    shutil.copyfile(root / "solutions" / "paths.md", folder / "paths.md")
    text = (root / "docs" / FOLDER / "index.md").read_text(encoding="utf-8")
    (folder / "index.md").write_text(text.replace("{{notes}}", "\n".join(names)), encoding="utf-8")
