"""Sliders of `explore` in JupyterLab: the picture follows, and says so."""

import re
import sys

import nbformat
import pytest
from playwright.sync_api import expect

from course.workcopy.start import start

pytestmark = pytest.mark.browser

KERNELSPEC = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
CODE = """\
import numpy as np
import course
from course.figures.cells import cells


def draw(ax, times):
    cells(np.array([[1.0 * times]]), ax)


course.explore(draw, description="one number", figsize=(3, 1), times=[1, 2, 3])"""


def test_a_slider_draws_again(serve, page, picture, tmp_path):
    """The keyboard is enough; in a dark theme the picture has no background."""
    pytest.importorskip("ipywidgets")
    copy = start(tmp_path / "my-course").root
    cells = [nbformat.v4.new_code_cell(CODE)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})
    nbformat.write(notebook, copy / "sliders.ipynb")
    url = serve([sys.executable, "-m", "course", "lab", "--no-browser", str(copy)], copy)
    page.goto(f"{url}/lab/tree/sliders.ipynb")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    page.locator(".jp-CodeCell .cm-content").press("Control+Enter")
    shown = page.locator('.widget-html [role="img"]')
    expect(shown).to_have_attribute("aria-label", re.compile("from 1 to 1"))
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("aria-label", re.compile("from 2 to 2"))
    expect(shown.locator("svg")).to_have_count(1)
    picture("sliders")
