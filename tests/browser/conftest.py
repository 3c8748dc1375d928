"""A Jupyter server for one test, and a browser for one file: private folders, a port of the system's choice, no way out of this machine."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / ".out"
CHROMIUM = os.environ.get("PLAYWRIGHT_CHROMIUM") or shutil.which("chromium")
NO_BROWSER = (
    "there is no chromium on PATH; on Debian, `apt-get install chromium` brings it, "
    "and PLAYWRIGHT_CHROMIUM=/path/to/chrome names one elsewhere"
)
PATIENCE = 60  # seconds for any one thing to happen; a guard against hanging, not a measure
LAST_LINES = 60

# Only this machine's own server can be reached, and nothing is fetched in the background.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

expect.set_options(timeout=PATIENCE * 1000)


def pytest_runtest_setup(item):
    """Skip what needs a browser where there is none."""
    if item.get_closest_marker("browser") and not CHROMIUM:
        pytest.skip(NO_BROWSER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Add to a failure what the server said and what the page looked like."""
    report = yield
    if report.failed and report.when != "teardown":
        page = item.funcargs.get("page")
        for serve in filter(None, map(item.funcargs.get, ("serve", "serve_all"))):
            if serve.server:
                report.sections.append(("The server's last lines", serve.server.last_lines()))
        if page:
            with contextlib.suppress(Error):
                picture = take_picture(page, f"failed-{item.name}")
                report.sections.append(("The page", f"{page.url}, as it was: {picture}"))
    return report


def take_picture(page, name):
    """Save what the browser shows under a name that stays the same, for people to look at."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    return path


class Server:
    """A Jupyter server in a separate process.

    Parameters
    ----------
    command
        Starts it.
    folder
        Where it is started.
    private
        A separate empty folder, for its settings and all that it would leave in the user's home.
    settings
        Jupyter's configuration.
    user_settings
        JupyterLab's settings, by plugin.
    """

    def __init__(self, command, folder, private, settings, user_settings):
        self.lines, self.url = [], None
        self.settled = threading.Event()  # it has said where it is, or has ended
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("keeper.py")), *command],
            cwd=folder,
            env=environment(private, settings, user_settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for raw in self.process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self.lines.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found and not self.url:
                self.url = found[0]
                self.settled.set()
        self.settled.set()

    def last_lines(self):
        return "\n".join(self.lines[-LAST_LINES:])

    def wait(self):
        """Wait until it answers."""
        self.settled.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while self.url and self.process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/api", timeout=PATIENCE):
                    return
            except urllib.error.URLError:  # it says where it is a moment before it is there
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(0.05)
        pytest.fail(f"The Jupyter server did not answer within {PATIENCE} s. Its last lines:\n{self.last_lines()}")

    def stop(self):
        """End it and its kernels."""
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.reader.join(PATIENCE)
        self.process.stdout.close()


def environment(private, settings, user_settings):
    """Give the environment of a server that neither finds nor leaves anything in the user's home."""
    config = private / "config"
    config.mkdir(parents=True)
    (config / "jupyter_server_config.json").write_text(json.dumps(settings))
    for plugin, values in user_settings.items():
        path = config / "lab" / "user-settings" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_", "PYTEST", "PYTHONWARNINGS"))}
    return kept | {
        "HOME": str(private),
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        # nbgrader starts `alembic` by its bare name
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }


@contextlib.contextmanager
def serving(private):
    """Start a server, ``start(command, folder, settings, user_settings)``, which gives its address, and end it."""

    def start(command, folder, settings=None, user_settings=None):
        common = {
            "ServerApp": {"ip": "127.0.0.1", "port": 0, "password": "", "open_browser": False, "allow_root": True},
            "IdentityProvider": {"token": ""},
        }
        for section, values in (settings or {}).items():
            common.setdefault(section, {}).update(values)
        start.server = Server(command, folder, private, common, user_settings or {})
        start.server.wait()
        return start.server.url

    start.server = None
    yield start
    if start.server:
        start.server.stop()


@pytest.fixture
def serve(tmp_path):
    """Start a server for one test."""
    with serving(tmp_path / "private") as start:
        yield start


@pytest.fixture(scope="module")
def serve_all(tmp_path_factory):
    """Start a server for the tests of a file."""
    with serving(tmp_path_factory.mktemp("server") / "private") as start:
        yield start


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Start a browser for the tests of a file. It ends with them: it would stop other tests' event loops."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    environ["HOME"] = str(tmp_path_factory.mktemp("browser"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=environ)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """Open a page that knows nothing of other tests' pages."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


@pytest.fixture
def picture(page):
    """Save what the page shows: ``picture("name")`` writes ``.out/name.png``."""
    return lambda name: take_picture(page, name)
