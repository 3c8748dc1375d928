"""What builds the site is not a package: its folder is put on the path for these tests."""

import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    """Find what is in ``docs``, and forget them in the end."""
    monkeypatch.syspath_prepend(DOCS)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in ("building", "make_site", "report_picture")]:
        del sys.modules[name]
