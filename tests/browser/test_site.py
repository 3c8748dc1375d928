"""The site in a real browser: nothing from elsewhere, nothing broken, readable and usable in every theme and width.

`make site` runs all of it on the whole site, whose folder ``SITE`` names. Otherwise it builds one of two lessons, and leaves
out what looks at every page or takes a minute.
"""

import functools
import http.server
import importlib.util
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from playwright.sync_api import expect

from grader.config import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

LESSONS = ("01_linear", "07_conv2d")
KINDS = (
    "index.html",
    "lessons/index.html",
    "lessons/07_conv2d.html",
    "guides/first_class.html",
    "guides/hub.html",
    "teaching/index.html",
    "teaching/07_conv2d.html",
    "reference/functional.html",
    "reference/functional_convolution.html",
    "reference/cost.html",
    "confinement.html",
    "search.html",
)
"""A page of each kind."""
SPILLED = """
  [...document.querySelectorAll("tbody td, tbody th")].filter((cell) => {
    const end = cell.getBoundingClientRect().right + 1;
    const inside = document.createTreeWalker(cell, NodeFilter.SHOW_ELEMENT);
    let beyond = false;
    while (inside.nextNode() && !beyond) {
      const one = inside.currentNode, place = one.getBoundingClientRect();
      beyond = place.width > 1 && place.right > end && !one.closest("math");
    }
    return beyond && getComputedStyle(cell).overflowX === "visible";
  }).map((cell) => cell.textContent.trim().slice(0, 60))"""
"""Finds what is beyond its place in a table, over its neighbour. A formula is moved in its place."""
WHOLE = os.environ.get("SITE")
whole_site = pytest.mark.skipif(not WHOLE, reason="`make site` does this on the whole site")
AXE = Path(os.environ.get("AXE", ROOT / ".out" / "package" / "axe.min.js"))
NOT_OURS = {"empty-table-header"}
"""The first column of the summary table has drawings and no heading."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give the folder of the site: the one that was built, or one of two lessons."""
    if WHOLE:
        return Path(WHOLE).resolve()
    if not importlib.util.find_spec("sphinx_book_theme"):
        pytest.skip("Sphinx and its theme are not installed; `pip install -e '.[site]'` brings them")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, ROOT / "docs" / "make_site.py", "--out", folder / "html", "--work", folder, *LESSONS]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder / "html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address(site):
    """Serve the site on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def watched(page, address):
    """Open pages, and fail in the end if one asked for something elsewhere, or complained."""
    complaints = []

    def asked(request):
        if not request.url.startswith((address, "data:")):
            complaints.append(f"asked for {request.url}")

    def said(message):
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # the next page was opened
            complaints.append(f"{request.failure}: {request.url}")

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", failed)
    yield page
    assert complaints == []


IN_THEME = "theme => (getComputedStyle(document.body).backgroundColor !== 'rgb(255, 255, 255)') === (theme === 'dark')"


def test_every_kind_of_page_fits_its_window(watched, address, picture):
    """From a phone to a desk, in both themes; a formula is typeset, and none is left as TeX."""
    for name in KINDS:
        opened(watched, address + name)
        assert not re.search(r"\\(frac|sum|displaystyle)\b", watched.locator("main").inner_text()), name
        for theme in ("light", "dark"):
            watched.emulate_media(color_scheme=theme)
            for width in (1280, 360):
                watched.set_viewport_size({"width": width, "height": 900})
                assert watched.evaluate("document.documentElement.scrollWidth") <= width, name
                watched.wait_for_function(IN_THEME, arg=theme)  # the page changes its theme a moment later
                assert watched.evaluate(SPILLED) == [], (name, width)
                if WHOLE:  # for people to look at
                    watched.wait_for_timeout(250)  # the sidebar slides away
                    picture(f"site-{name.removesuffix('.html').replace('/', '-')}-{theme}-{width}")


@whole_site
def test_every_page_fits_a_phone(watched, address, site):
    """A name of any length breaks, a formula or a line of code is moved in its place."""
    watched.set_viewport_size({"width": 360, "height": 800})
    for path in sorted(site.rglob("*.html")):
        if "_static" not in path.parts:
            watched.goto(f"{address}{path.relative_to(site).as_posix()}")
            assert watched.evaluate("document.documentElement.scrollWidth") <= 360, path.name


def opened(page, url):
    """Open a page, and wait until its title is there."""
    page.goto(url)
    expect(page.locator("h1").filter(visible=True).first).to_be_visible()


def test_no_link_leads_nowhere(site):
    """Every link and every file that a page names is there, and so is its place in the page."""
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html") if "_static" not in path.parts}
    names = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in pages.items()}
    assert len(pages) > 40
    for path, text in pages.items():
        for link in re.findall(r'\b(?:href|src)="([^"]*)"', text):
            target, place = urldefrag(unquote(link).split("?")[0])
            if re.match(r"[a-z]+:|//", target):
                continue
            wanted = (path.parent / target).resolve() if target else path
            assert wanted.is_file(), f"{path.relative_to(site)}: {link}"
            if place and wanted in names:
                assert place in names[wanted], f"{path.relative_to(site)}: {link}"


def test_a_lesson_offers_what_is_there(watched, address):
    """The notebook can be downloaded, and there is no link to a place where nothing is published."""
    watched.goto(address + "lessons/07_conv2d.html")
    links = watched.locator(".work-on-it a")
    assert links.all_inner_texts() == ["Download the notebook"]
    with watched.expect_download() as download:
        links.first.click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "def conv2d(input, weight, bias=None):" in text
    assert "raise NotImplementedError" in text
    assert "SOLUTION" not in watched.locator("article").inner_text()


def test_search_finds_a_lesson_and_a_function(watched, address):
    """By the keyboard alone, from the start page."""
    watched.goto(address)
    watched.keyboard.press("Control+k")
    watched.keyboard.type("conv2d_backward")
    watched.keyboard.press("Enter")
    watched.wait_for_url("**/search.html?q=conv2d_backward*")
    found = watched.locator("#search-results a")
    expect(found.first).to_be_visible()
    assert any("functional_convolution.html" in link.get_attribute("href") for link in found.all())
    watched.goto(address + "search.html?q=receptive")
    expect(found.first).to_be_visible()
    assert any("07_conv2d.html" in link.get_attribute("href") for link in found.all())


def test_a_moving_picture_is_played_by_the_keyboard(watched, address):
    """Skip to the content, play, pause, and move the slider."""
    watched.goto(address)
    watched.keyboard.press("Tab")
    assert watched.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    player = watched.locator(".motion").first
    shown = player.locator("output")
    first = shown.inner_text()
    button = player.get_by_role("button", name="Play")
    button.focus()
    watched.keyboard.press("Space")
    expect(shown).not_to_have_text(first)
    watched.keyboard.press("Space")
    slider = player.locator("input[type=range]")
    slider.focus()
    before = int(slider.input_value())
    watched.keyboard.press("ArrowRight")
    assert int(slider.input_value()) == before + 1


@whole_site
def test_axe_finds_nothing(watched, address):
    """Contrast, names and roles in both themes, by axe-core, which `make site` fetches where there is npm."""
    if not AXE.is_file():
        pytest.skip(f"there is no axe-core at {AXE}; `make site` fetches it, and AXE=/path/to/axe.min.js names another")
    for name in KINDS:
        opened(watched, address + name)
        watched.add_script_tag(path=AXE)
        for theme in ("light", "dark"):
            watched.emulate_media(color_scheme=theme)
            watched.wait_for_timeout(300)  # the theme fades
            found = watched.evaluate("axe.run()")["violations"]
            wrong = {one["id"]: one["nodes"][0]["html"][:200] for one in found if one["id"] not in NOT_OURS}
            assert wrong == {}, (name, theme)
