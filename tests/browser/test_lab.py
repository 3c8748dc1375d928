"""JupyterLab in a real browser: a student's first mistake, an animation, and pictures that follow sliders."""

import re
import sys

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from playwright.sync_api import expect

from course.figures.cells import cells
from course.figures.motion import motion
from course.workcopy.journal import Journal
from course.workcopy.start import start

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]

USER_SETTINGS = {
    # Otherwise cells out of view are not in the page at all.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    # The theme follows the system's, which a page can pretend.
    "@jupyterlab/apputils-extension/themes": {"adaptive-theme": True},
}
LAB = [sys.executable, "-m", "course", "lab", "--no-browser"]
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


@pytest.fixture(scope="module")
def working_copy(tmp_path_factory):
    return start(tmp_path_factory.mktemp("lab") / "my-course").root


@pytest.fixture(scope="module")
def address(serve_all, working_copy):
    return serve_all([*LAB, str(working_copy)], working_copy, user_settings=USER_SETTINGS)


@pytest.fixture
def opened(page, address):
    """Open a notebook, with nothing of what other tests have open, and wait for its kernel."""

    def open_notebook(name):
        page.goto(f"{address}/lab/tree/{name}?reset")
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
        return page.locator(".jp-Notebook")

    return open_notebook


def written(working_copy, name, *cells):
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata = {"kernelspec": KERNELSPEC}
    nbformat.write(notebook, working_copy / name)
    return name


def code_cell(notebook, text):
    return notebook.locator(".jp-CodeCell", has_text=text)


def run(cell):
    """Run a cell, and wait until its number says that it has."""
    prompt = cell.locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    cell.locator(".cm-content").press("Control+Enter")
    expect(prompt).not_to_have_text(before)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))


def test_a_wrong_answer_is_explained_and_a_corrected_one_passes(opened, page, picture, working_copy):
    """A student runs a known mistake, reads what it is in the page, corrects it and sees it pass; both are noted."""
    notebook = opened("01_linear/linear.ipynb")
    run(code_cell(notebook, "from course import check"))
    answer, check = code_cell(notebook, "def linear(input"), code_cell(notebook, "check(linear)")
    said = check.locator(".jp-OutputArea-output")

    answer.locator(".cm-line", has_text="raise NotImplementedError").click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.type("output = input @ weight\nreturn output if bias is None else output + bias")
    run(answer)
    run(check)
    expect(said).to_have_count(2)
    report, error = said.nth(0), said.nth(1)
    expect(report).to_contain_text("This is exactly what you get when the weight is not transposed: input @ weight.")
    expect(report).to_contain_text("Which axis of weight must meet the features of input?")
    assert re.fullmatch(r"CheckFailed: linear: not yet, \d of 6 cases.*", error.inner_text().strip())
    report.scroll_into_view_if_needed()
    picture("lab-mistake")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    picture("lab-mistake-dark")
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "true")

    answer.locator(".cm-line", has_text="output = input @ weight").click()
    page.keyboard.press("End")
    page.keyboard.type(".T")
    run(answer)
    run(check)
    expect(said).to_have_count(1)
    expect(said).to_contain_text(re.compile(r"linear.*right.*6 of 6 cases · 4 points"))
    picture("lab-right")

    noted = [(check.exercise, check.passed, check.misconception) for check in Journal(working_copy)]
    assert noted == [("linear", False, "linear.transposed-weight"), ("linear", True, None)]


def test_arrows_stay_in_the_player_in_jupyterlab(opened, page, picture, working_copy):
    """The notebook keeps its cell; the letters that are its commands do nothing, too."""
    figure = Figure(figsize=(2, 1))
    ax = figure.subplots()
    played = motion(figure, lambda place: cells(np.eye(4) * place, ax), 10, description="a number grows")
    code = f"from IPython.display import HTML\nHTML({played._repr_html_()!r})"
    opened(written(working_copy, "moving.ipynb", code, "1 + 1"))
    page.locator(".jp-CodeCell").first.locator(".cm-content").press("Control+Enter")
    player = page.locator(".motion")
    frame = player.locator("output")
    player.get_by_role("button", name="Play").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "b", "ArrowRight"):
        page.keyboard.press(key)
    expect(frame).to_have_text("4 of 10")
    player.get_by_role("slider").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(frame).to_have_text("4 of 10")
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)
    expect(page.locator(".jp-CodeCell").first).to_have_class(re.compile("jp-mod-active"))
    picture("player-lab")


def end_kernels(page, url):
    """End what runs on a server, so that a notebook is opened with a new kernel."""
    cookies = page.context.cookies()
    (token,) = (one["value"] for one in cookies if one["name"].startswith("_xsrf") or one["name"] == "_xsrf")
    for session in page.request.get(f"{url}/api/sessions").json():
        done = page.request.delete(f"{url}/api/sessions/{session['id']}", headers={"X-XSRFToken": token})
        assert done.status == 204


def test_a_slider_draws_again_and_its_pictures_are_kept(opened, page, picture, address, working_copy):
    """The keyboard is enough. Opened again with a new kernel, the notebook has what was seen, and no complaint."""
    pytest.importorskip("ipywidgets")
    opened(written(working_copy, "sliders.ipynb", CODE))
    page.locator(".jp-CodeCell .cm-content").press("Control+Enter")
    expect(page.get_by_role("img", name="A matrix of 2 by 2, from 0 to 1.")).to_be_visible()
    shown = page.locator('.widget-html [role="img"]')
    expect(shown).to_have_attribute("aria-label", re.compile("each 1"))
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("aria-label", re.compile("each 2"))
    expect(shown.locator("svg")).to_have_count(1)
    kept = page.locator("div[class^=explored-]")
    expect(kept.locator(".motion")).to_have_count(1)
    expect(kept).to_be_hidden()
    picture("sliders")

    with page.expect_response(lambda answer: answer.request.method == "PUT" and "sliders.ipynb" in answer.url):
        page.keyboard.press("Control+s")
    end_kernels(page, address)
    page.goto(f"{address}/lab/tree/sliders.ipynb?reset")
    expect(kept).to_be_visible()
    complaint = page.get_by_text("Error displaying widget")
    expect(complaint).to_have_count(1)  # JupyterLab has tried
    expect(complaint).to_be_hidden()
    frame = kept.get_by_role("slider")
    expect(frame).to_have_attribute("aria-valuetext", re.compile("^1 of 2: times = 1. .*each 1"))
    frame.focus()
    page.keyboard.press("ArrowRight")
    expect(frame).to_have_attribute("aria-valuetext", re.compile("^2 of 2: times = 2. .*each 2"))
    expect(kept).to_contain_text("Run this cell to get its sliders.")
    picture("sliders-kept")
