"""A real Dask cluster on this machine: a scheduler, and workers that are started as `grader grade --help` says."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil

from grader.config import ROOT

_DASK = [sys.executable, "-m", "dask"]
_HERE = ["--host", "127.0.0.1", "--no-dashboard"]


class Cluster:
    """Processes of a cluster, with their own temporary files and logs; ended by their ids."""

    def __init__(self, folder):
        self.folder, self.processes, self.workers = folder, [], []
        self.scheduler = self._start("scheduler", *_HERE, "--port", "0", "--scheduler-file", str(folder / "scheduler"))
        self.address = ""

    def wait(self, seconds=60.0):
        """Wait for the scheduler, which chooses a free port."""
        end = time.monotonic() + seconds
        while not self.address:
            assert self.scheduler.poll() is None, (self.folder / "scheduler.log").read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
            if (self.folder / "scheduler").exists():
                self.address = json.loads((self.folder / "scheduler").read_text())["address"]
        return self

    def add_worker(self, *words):
        self.workers.append(
            self._start("worker", self.wait().address, *_HERE, "--nworkers", "1", "--nthreads", "1", *words)
        )

    def _start(self, what, *words):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.folder)}
        with open(self.folder / f"{what}{len(self.processes)}.log", "w") as log:
            process = subprocess.Popen(
                [*_DASK, what, *words], cwd=self.folder, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        self.processes.append(process)
        return process

    def end(self, processes=None):
        """End some with all that they started; by default all."""
        processes = self.processes if processes is None else processes
        started = [one for process in processes if process.poll() is None for one in _with_children(process.pid)]
        for one in started:
            one.kill()
        for process in processes:
            process.wait()
        psutil.wait_procs(started, 10)
        assert not [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def _with_children(pid):
    found = psutil.Process(pid)
    return [found, *found.children(recursive=True)]


def kill(process):
    """End one at once, as a power cut does; what it started must end by itself."""
    _, *started = _with_children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, left = psutil.wait_procs(started, 20)
    assert not left


@contextmanager
def cluster(folder):
    started = Cluster(folder)
    try:
        yield started
    finally:
        started.end()
