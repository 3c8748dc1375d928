"""Build the site: ``python docs/make_site.py`` writes ``dist/site``.

The course must be importable, its notebooks built, and the extra ``site`` installed. Nothing is executed and nothing
is fetched.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
import time
from pathlib import Path

from building.lessons import chapters, write_lessons
from building.reference import write_reference
from building.start import write_start
from building.teaching import write_teaching

from grader.published import published

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = ("index.md", "lessons", "reference", "teaching")
"""What the build fills in; all other pages are taken as they are."""


MADE_BY_SPHINX = "objects.inv"
"""A folder with this file is a site, and is made again."""


def main() -> int:
    """Build the site, and tell its size."""
    options = argparse.ArgumentParser(description="Build the site of the course.")
    options.add_argument("--out", type=Path, default=ROOT / "dist" / "site", help="the site's folder")
    options.add_argument("--work", type=Path, default=ROOT / ".out" / "site", help="where the pages are prepared")
    options.add_argument("--root", type=Path, default=ROOT, help="whose lessons, and whose published addresses")
    options.add_argument("chapters", nargs="*", help="by default every chapter, such as 01_linear")
    given = options.parse_args()
    started = time.monotonic()
    source, extra = given.work / "source", given.work / "extra"
    if given.out.exists() and any(given.out.iterdir()) and not (given.out / MADE_BY_SPHINX).is_file():
        sys.exit(f"{given.out} has files that are not a site. Name an empty folder, or a new one, by --out.")
    for folder in (given.out, source, extra):
        shutil.rmtree(folder, ignore_errors=True)
    _prepare(given.root, source, extra, given.chapters)
    failed = _render(source, extra, given.out, given.work / "doctrees")
    if not failed:
        pages = sum(1 for _ in given.out.rglob("*.html"))
        size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file())
        print(f"{given.out}: {pages} pages, {size / 1e6:.1f} MB, {time.monotonic() - started:.0f} s")
    return failed


def _prepare(root: Path, source: Path, extra: Path, wanted: list[str]) -> None:
    """Gather the sources of all pages."""
    names = chapters(root, wanted)
    shutil.copytree(ROOT / "docs", source, ignore=shutil.ignore_patterns("*.py", "__pycache__", *WRITTEN))
    write_start(ROOT, source)
    write_lessons(root, source, extra, names, published(root))
    write_teaching(root, source, names)
    write_reference(ROOT, source)


def _render(source: Path, extra: Path, out: Path, doctrees: Path) -> int:
    """Have Sphinx write the pages; any warning fails the build."""
    try:
        from sphinx.application import Sphinx
    except ModuleNotFoundError:
        sys.exit("The site needs Sphinx and its theme: pip install -c constraints.txt -e '.[site]'")
    app = Sphinx(
        srcdir=source,
        confdir=ROOT / "docs",
        outdir=out,
        doctreedir=doctrees,
        buildername="html",
        confoverrides={"html_extra_path": [str(extra)]},
        status=None,
        warning=sys.stderr,
        warningiserror=True,
    )
    gc.disable()  # pages hold each other until the end: collecting would take a quarter of the time, and free little
    app.build()
    return app.statuscode


if __name__ == "__main__":
    sys.exit(main())
