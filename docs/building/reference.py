"""The reference: a page for each module of `course.functional`, and one for `course.cost`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import course.cost
import course.functional

FOLDER = "reference"


def write_reference(root: Path, source: Path) -> None:
    """Write the pages below `source`."""
    folder = source / FOLDER
    folder.mkdir(parents=True)
    for package in (course.functional, course.cost):
        short = package.__name__.rpartition(".")[2]
        pages, rows = [], []
        for module, names in _families(package):
            page = f"{short}_{module.__name__.rpartition('.')[2]}"
            pages.append(page)
            rows.append(f"| [{_title(module)}]({page}.md) | {', '.join(f'`{name}`' for name in names)} |")
            (folder / f"{page}.md").write_text(_page(module, names), encoding="utf-8")
        text = (root / "docs" / FOLDER / f"{short}.md").read_text(encoding="utf-8")
        filled = text.replace("{{families}}", "\n".join(rows)).replace("{{pages}}", "\n".join(pages))
        (folder / f"{short}.md").write_text(filled, encoding="utf-8")


def _families(package: ModuleType) -> Iterator[tuple[ModuleType, list[str]]]:
    """Give the modules that define a package's public names, in the order in which the package imports them."""
    found: dict[str, list[str]] = {}
    lines = inspect.getsource(package)
    for name in sorted(package.__all__, key=lambda name: lines.find(f"    {name},")):
        found.setdefault(getattr(package, name).__module__, []).append(name)
    for module in sorted(found):
        yield sys.modules[module], found[module]


def _title(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2].replace("_", " ").capitalize()


def _page(module: ModuleType, names: list[str]) -> str:
    package = module.__name__.rpartition(".")[0]
    about = inspect.getdoc(module) or ""
    parts = [f"# {_title(module)}", "```{eval-rst}", about, "", f".. currentmodule:: {package}", ""]
    for name in names:
        is_class = inspect.isclass(getattr(sys.modules[package], name))
        parts += [f".. auto{'class' if is_class else 'function'}:: {package}.{name}", ""]
        if is_class:
            parts[-1:] = ["   :members:", ""]
    return "\n".join([*parts, "```", ""])
