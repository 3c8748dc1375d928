"""Pictures in JupyterLab: each has a text that says what it shows, and sliders change the pictures of `explore`."""

import re
import sys

import nbformat
import pytest
from playwright.sync_api import expect

from course.workcopy.start import start

pytestmark = pytest.mark.browser

KERNELSPEC = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
CODE = """\
import matplotlib.pyplot as plt
import numpy as np
import course
from course.figures.cells import cells

cells(np.eye(2), plt.subplots()[1])
plt.show()


def draw(ax, times):
    cells(np.array([[1.0 * times]]), ax)


course.explore(draw, description="one number", figsize=(3, 1), times=[1, 2, 3])"""


def end_kernels(page, url):
    """End what runs on a server, so that a notebook is opened with a new kernel."""
    cookies = page.context.cookies()
    (token,) = (one["value"] for one in cookies if one["name"].startswith("_xsrf") or one["name"] == "_xsrf")
    for session in page.request.get(f"{url}/api/sessions").json():
        done = page.request.delete(f"{url}/api/sessions/{session['id']}", headers={"X-XSRFToken": token})
        assert done.status == 204


def test_a_slider_draws_again_and_its_pictures_are_kept(serve, page, picture, tmp_path):
    """The keyboard is enough. Opened again with a new kernel, the notebook has what was seen, and no complaint."""
    pytest.importorskip("ipywidgets")
    copy = start(tmp_path / "my-course").root
    cells = [nbformat.v4.new_code_cell(CODE)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})
    nbformat.write(notebook, copy / "sliders.ipynb")
    url = serve([sys.executable, "-m", "course", "lab", "--no-browser", str(copy)], copy)
    page.goto(f"{url}/lab/tree/sliders.ipynb")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    page.locator(".jp-CodeCell .cm-content").press("Control+Enter")
    expect(page.get_by_role("img", name="A matrix of 2 by 2, from 0 to 1.")).to_be_visible()
    shown = page.locator('.widget-html [role="img"]')
    expect(shown).to_have_attribute("aria-label", re.compile("from 1 to 1"))
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("aria-label", re.compile("from 2 to 2"))
    expect(shown.locator("svg")).to_have_count(1)
    kept = page.locator("div[class^=explored-]")
    expect(kept.locator(".motion")).to_have_count(1)
    expect(kept).to_be_hidden()
    picture("sliders")

    with page.expect_response(lambda answer: answer.request.method == "PUT" and "sliders.ipynb" in answer.url):
        page.keyboard.press("Control+s")
    end_kernels(page, url)
    page.goto(f"{url}/lab/tree/sliders.ipynb?reset")
    expect(kept).to_be_visible()
    complaint = page.get_by_text("Error displaying widget")
    expect(complaint).to_have_count(1)  # JupyterLab has tried
    expect(complaint).to_be_hidden()
    frame = kept.get_by_role("slider")
    expect(frame).to_have_attribute("aria-valuetext", re.compile("^1 of 2: times = 1. .*from 1 to 1"))
    frame.focus()
    page.keyboard.press("ArrowRight")
    expect(frame).to_have_attribute("aria-valuetext", re.compile("^2 of 2: times = 2. .*from 2 to 2"))
    expect(kept).to_contain_text("Run this cell to get its sliders.")
    picture("sliders-kept")
