"""A real PostgreSQL server on this machine, with its own folder, port and password."""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import URL

USER, PASSWORD = "grader", "p@ss/word%1"
_QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=30"]


class Server:
    """A server that runs; `stop` and `start` are a server that goes away for a while."""

    def __init__(self, folder):
        self.folder, self.words = folder, _unprivileged()
        self.data = folder / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if self.words:
            shutil.chown(folder, "postgres")
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-D", self.data, "-U", USER, "-A", "scram-sha-256", "--pwfile", secret, "--no-sync")
        self.start()

    def start(self):
        settings = [*_QUICK, f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
        command = [*self.words, program("postgres"), "-D", str(self.data)]
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen(
                [*command, *(word for setting in settings for word in ("-c", setting))],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + 60
        while True:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            with contextlib.suppress(psycopg.OperationalError):
                return self.ask("select 1")
            assert time.monotonic() < end
            time.sleep(0.05)

    def stop(self):
        """Stop it as its manual says: connected clients are notified."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def kill(self):
        """End it at once, with all its processes: no client is notified."""
        started = psutil.Process(self.process.pid)
        for one in [started, *started.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait(30)

    def ask(self, query, database="postgres"):
        """Ask as the administrator does."""
        with self.connected(database, autocommit=True) as connection:
            found = connection.execute(query)
            return found.fetchall() if found.description else []

    def connected(self, database, **how):
        place = {"host": "127.0.0.1", "port": self.port, "user": USER, "password": PASSWORD, "dbname": database}
        return psycopg.connect(**place, **how)

    def address(self, database, driver="postgresql+psycopg"):
        """Make a new database, and give its address."""
        self.ask(f"create database {database}")
        made = URL.create(driver, USER, PASSWORD, "127.0.0.1", self.port, database)
        return made.render_as_string(hide_password=False)

    def _run(self, name, *words):
        done = subprocess.run(
            [*self.words, program(name), *map(str, words)], cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def program(name):
    """Find one of the server's programs; Debian keeps them out of PATH."""
    there = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    found = shutil.which(name) or (there[-1] if there else None)
    if found is None:
        pytest.skip(f"PostgreSQL's {name} is not installed here")
    return found


def _unprivileged():
    """Give the words before a command that refuses to run as root."""
    if os.getuid():
        return []
    if not shutil.which("setpriv"):
        pytest.skip("PostgreSQL does not run as root, and setpriv is not installed here")
    program("postgres")
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@contextlib.contextmanager
def server():
    # not pytest's own folder: other users may not look into that
    folder = Path(tempfile.mkdtemp(prefix="layer-by-layer-postgres-"))
    started = None
    try:
        started = Server(folder)
        yield started
    finally:
        if started:
            started.stop()
        shutil.rmtree(folder)
