"""A JupyterHub on this machine's own address, in private folders, with an instructor and two students."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEEPER = ROOT / "tests" / "browser" / "keeper.py"
STUDENT_CONFIG = ROOT / "docs" / "hub" / "nbgrader_config.py"
PROXY = shutil.which("configurable-http-proxy") or str(
    Path(sys.prefix) / "hub" / "node_modules" / ".bin" / "configurable-http-proxy"
)
NO_HUB = "JupyterHub or its proxy is not installed; `make hub` installs both into .venv"
PATIENCE = 120  # seconds for any one thing to happen; a guard against hanging, not a measure
TOKEN = "of-the-test-alone"

HUB_CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.JupyterHub.db_url = "sqlite:///{private}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{private}/cookie_secret"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.allow_named_servers = False
c.JupyterHub.services = [{{"name": "test", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [
    {{"name": "test", "scopes": ["admin:users", "admin:servers", "access:servers"], "services": ["test"]}}
]
c.Authenticator.allow_all = True
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.pid_file = "{private}/proxy.pid"
c.SimpleLocalProcessSpawner.home_dir_template = "{private}/home/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = {patience}
c.Spawner.http_timeout = {patience}
c.Spawner.environment = {environment!r}
"""


def free_ports(count):
    """Give ports that are free now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Hub:
    """A running JupyterHub, and what its users ask of their servers."""

    def __init__(self, private):
        self.private = private
        self.lines = []
        port, hub_port, proxy_port = free_ports(3)
        self.url = f"http://127.0.0.1:{port}"
        (private / "home").mkdir(parents=True)
        config = private / "config"
        config.mkdir()
        shutil.copy(STUDENT_CONFIG, config)
        self.exchange = private / "exchange"
        self.exchange.mkdir()
        self.exchange.chmod(0o777)
        self.environ = {
            k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_", "PYTEST", "PYTHONWARNINGS"))
        } | {
            "HOME": str(private),
            "JUPYTER_CONFIG_PATH": str(config),  # for everyone; ~/.jupyter is each user's own
            "NBGRADER_EXCHANGE": str(self.exchange),
            "NBGRADER_INSTRUCTORS": "teacher",
            "NBGRADER_CHECK_OWNER": "no",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        names = (
            "JUPYTER_CONFIG_PATH",
            "NBGRADER_EXCHANGE",
            "NBGRADER_INSTRUCTORS",
            "NBGRADER_CHECK_OWNER",
            "PATH",
            "PYTHONPATH",
        )
        settings = HUB_CONFIG.format(
            port=port,
            hub_port=hub_port,
            proxy_port=proxy_port,
            private=private,
            token=TOKEN,
            proxy=PROXY,
            patience=PATIENCE,
            environment={name: self.environ[name] for name in names},
        )
        (private / "jupyterhub_config.py").write_text(settings)
        self.process = subprocess.Popen(
            [sys.executable, str(KEEPER), sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"],
            cwd=private,
            env=self.environ | {"CONFIGPROXY_AUTH_TOKEN": TOKEN},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for raw in self.process.stdout:
            self.lines.append(raw.decode(errors="replace").rstrip())

    def last_lines(self):
        return "\n".join(self.lines[-80:])

    def home(self, user):
        """Give the folder in which a user's server starts."""
        return self.private / "home" / user

    def ask(self, path, method="GET", **fields):
        """Send a request, as JSON where it has fields, and give the answer's JSON, or its text."""
        body = json.dumps(fields).encode() if fields else (b"" if method == "POST" else None)
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        asked = urllib.request.Request(self.url + path, body, headers, method=method)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith(("{", "[")) else text

    def wait(self):
        """Wait until the hub answers."""
        self._until(lambda: self.ask("/hub/api/") is not None, "The hub did not answer")

    def log_in(self, user):
        """Start a user's server, and wait until it answers."""
        self.home(user).mkdir(exist_ok=True)
        self.ask(f"/hub/api/users/{user}", "POST")
        self.ask(f"/hub/api/users/{user}/server", "POST")
        self._until(lambda: self.ask(f"/user/{user}/api/status") is not None, f"{user}'s server did not answer")

    def assignments(self, user, action="", **fields):
        """Ask nbgrader's list of assignments: what there is, or to fetch or submit one."""
        path = f"/user/{user}/assignments" + (f"/{action}" if action else "")
        answer = self.ask(path, "POST", **fields) if action else self.ask(f"{path}?course_id={fields['course_id']}")
        assert answer["success"], answer
        return answer["value"]

    def formgrader(self, user, path):
        """Press one of the formgrader's buttons."""
        answer = self.ask(f"/user/{user}/formgrader/api/{path}", "POST")
        assert answer["success"], answer["log"]
        return answer

    def _until(self, true, what):
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                if true():
                    return
            except urllib.error.URLError:  # not yet
                time.sleep(0.1)
        pytest.fail(f"{what} within {PATIENCE} s. Its last lines:\n{self.last_lines()}")

    def stop(self):
        """End the hub, its proxy and its servers."""
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.reader.join(PATIENCE)
        self.process.stdout.close()


@pytest.fixture
def hub(tmp_path):
    """Start a JupyterHub, and stop it with all its servers after the test."""
    if not (find_spec("jupyterhub") and Path(PROXY).exists()):
        pytest.skip(NO_HUB)
    running = Hub(tmp_path / "hub")
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Add to a failure what the hub said."""
    report = yield
    if report.failed and (running := getattr(item, "funcargs", {}).get("hub")):
        report.sections.append(("The hub's last lines", running.last_lines()))
    return report
