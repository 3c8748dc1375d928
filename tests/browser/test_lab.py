"""A student's first mistake, in a real browser."""

import re
import sys

import pytest
from playwright.sync_api import expect

from course.workcopy.journal import Journal
from course.workcopy.start import start

pytestmark = pytest.mark.browser

USER_SETTINGS = {
    # Otherwise cells out of view are not in the page at all.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    # The theme follows the system's, which a page can pretend.
    "@jupyterlab/apputils-extension/themes": {"adaptive-theme": True},
}
LAB = [sys.executable, "-m", "course", "lab", "--no-browser"]


@pytest.fixture
def working_copy(tmp_path):
    return start(tmp_path / "my-course").root


@pytest.fixture
def notebook(serve, page, working_copy):
    """Open the student's notebook on linear layers, its kernel ready."""
    url = serve([*LAB, str(working_copy)], working_copy, user_settings=USER_SETTINGS)
    page.goto(f"{url}/lab/tree/01_linear/linear.ipynb")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    return page.locator(".jp-Notebook")


def code_cell(notebook, text):
    return notebook.locator(".jp-CodeCell", has_text=text)


def run(cell):
    """Run a cell, and wait until its number says that it has."""
    prompt = cell.locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    cell.locator(".cm-content").press("Control+Enter")
    expect(prompt).not_to_have_text(before)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))


def test_a_wrong_answer_is_explained_and_a_corrected_one_passes(notebook, page, picture, working_copy):
    """A student runs a known mistake, reads what it is in the page, corrects it and sees it pass; both are noted."""
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
