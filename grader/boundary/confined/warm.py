"""The warm parent: loads what workers need once, then forks one for each submission.

It holds no reference, no exercise and no torch; of the cases it knows what functions will be called with, as each
worker does. It runs none of a student's code, has one thread, and ends when the judge does. Judge and warm parent talk
in `wire` messages over one socket, whose descriptor it inherits; a worker's own connection comes over that socket as a
descriptor too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from grader.boundary.confined.settled import hide_our_packages, limit_only, mapped, settle
from grader.boundary.confined.worker import Server, prepare
from grader.boundary.shared import sandbox
from grader.boundary.shared.agreed import BROKEN
from grader.boundary.shared.codec import encode
from grader.boundary.shared.groups import end_group
from grader.boundary.shared.scratch import remove
from grader.boundary.shared.wire import WireClosed, WireLate, receive, send

IDLE = 600.0
"""Seconds without a request and without a worker after which the warm parent ends."""

_CHANNEL = 3
_PR_SET_PDEATHSIG = 1
_LARGE, _COLLAPSE = 2 << 20, 25  # MADV_COLLAPSE
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
_madvise = ctypes.CDLL(None).madvise if sys.platform == "linux" else None


class Warm:
    """Forks workers on request, and tells how they ended.

    Parameters
    ----------
    control
        The socket to the judge.
    folder
        Where the workers' scratch folders are made.
    server
        What a worker serves with.
    readable
        What workers may read.
    """

    def __init__(self, control: socket.socket, folder: Path, server: Server, readable: sandbox.Readable) -> None:
        self.control = control
        self.folder = folder
        self.server = server
        self.readable = readable
        self.scratch: dict[int, tuple[Path, sandbox.Ruleset | None]] = {}
        self._left_empty: list[tuple[Path, sandbox.Ruleset]] = []

    def serve(self) -> None:
        """Answer the judge until it is gone, or has had nothing to do for long."""
        fd = self.control.fileno()
        kinds = {"fork": self._fork, "end": self._end, "learn": self._learn}
        try:
            send(fd, encode({"ready": True}))
            while True:
                try:
                    request = receive(fd, time.monotonic() + IDLE)
                except WireLate:
                    if self.scratch:
                        continue
                    return
                send(fd, encode(kinds[request["kind"]](request)))
        except WireClosed:
            return
        finally:
            for pid in list(self.scratch):
                self._end({"pid": pid, "patience": 0.0})

    def _learn(self, request: dict[str, Any]) -> dict[str, Any]:
        """Take calls that will be made of many submissions, so that no worker has to read them."""
        self.server.learn(receive(self.control.fileno(), time.monotonic() + IDLE))
        return {}

    def _fork(self, request: dict[str, Any]) -> dict[str, Any]:
        _, descriptors, _, _ = socket.recv_fds(self.control, 1, 1)
        scratch, rules = self._folder_for_one(request["confined"])
        # before the fork: whatever a worker touches first has to be copied for it
        policy = self._policy(request, scratch, rules)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            status = BROKEN
            try:
                _become_worker(self.server, descriptors[0], parent, policy, request["confined"])
                status = 0
            finally:
                os._exit(status)  # whatever happens, the parent's code must not continue in the child
        os.close(descriptors[0])
        self.scratch[pid] = scratch, rules
        return {"pid": pid, "scratch": str(scratch)}

    def _folder_for_one(self, confined: bool) -> tuple[Path, sandbox.Ruleset | None]:
        """Give a worker's folder and its rules, if possible from a worker that has ended and left its folder empty."""
        if confined and self._left_empty:
            return self._left_empty.pop()
        scratch = Path(tempfile.mkdtemp(prefix="worker-", dir=self.folder))
        return scratch, self.readable.rules(scratch) if confined else None

    def _take_back(self, scratch: Path, rules: sandbox.Ruleset | None) -> None:
        """Keep the folder of a worker that has ended for the next one, if nothing is in it; otherwise remove it."""
        with contextlib.suppress(OSError):
            if rules and not os.listdir(scratch):
                self._left_empty.append((scratch, rules))
                return
        remove(scratch)
        if rules:
            rules.close()

    def _policy(self, request: dict[str, Any], scratch: Path, rules: sandbox.Ruleset | None) -> sandbox.Policy:
        return sandbox.Policy(
            readable=(),
            rules=rules,
            scratch=scratch,
            memory=mapped() + request["memory"],
            cpu_seconds=request["cpu_seconds"],
            file_size=request["file_size"],
            open_files=request["open_files"],
        )

    def _end(self, request: dict[str, Any]) -> dict[str, Any]:
        """End a worker, after waiting a little for it to end by itself, and tell how it ended."""
        pid = request["pid"]
        if pid not in self.scratch:  # another warm parent's, which is gone
            return {"killed": True, "exit": None, "cpu_seconds": 0.0}
        until = time.monotonic() + request["patience"]
        ended, status, used = os.wait4(pid, os.WNOHANG)
        while not ended and time.monotonic() < until:
            time.sleep(0.005)
            ended, status, used = os.wait4(pid, os.WNOHANG)
        scratch, rules = self.scratch.pop(pid)
        if not rules:  # not confined: it may have started processes
            end_group(pid)
        if not ended:
            os.kill(pid, signal.SIGKILL)
            _, status, used = os.wait4(pid, 0)
        self._take_back(scratch, rules)
        return {
            "killed": not ended,
            "exit": os.waitstatus_to_exitcode(status),
            "cpu_seconds": used.ru_utime + used.ru_stime,
        }


def _become_worker(server: Server, connection: int, parent: int, policy: sandbox.Policy, confined: bool) -> None:
    """Turn the forked child into a worker: nothing of the parent's in its hands, confined, and serving."""
    os.setsid()
    _end_with_parent(parent)
    settle(policy.scratch)
    os.dup2(connection, _CHANNEL)
    kept = policy.rules.fileno() if policy.rules else _CHANNEL
    os.closerange(_CHANNEL + 1, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    try:
        if confined:
            sandbox.confine(policy)
        else:
            limit_only(policy)
    except sandbox.ConfinementError as error:
        send(_CHANNEL, encode({"refused": list(error.missing)}))
        return
    send(_CHANNEL, encode({"ready": True}))
    server.serve(_CHANNEL)


def _end_with_parent(parent: int) -> None:
    if _prctl:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the call
        os._exit(0)


def main(controls: list[int], folder: str) -> None:
    """Run the warm parent.

    Parameters
    ----------
    controls
        Descriptors of sockets to judges. A copy of this process serves each but the first.
    folder
        A private folder, for scratch folders.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's business; it closes the socket
    server = prepare()
    sandbox.missing()  # prepares the filter, which a fork then has
    hide_our_packages()
    readable = sandbox.Readable(sandbox.readable_for_loaded_modules())
    _use_large_pages()
    control, is_copy = _share(controls)
    with socket.socket(fileno=control) as connection:
        Warm(connection, Path(folder), server, readable).serve()
    if not is_copy:
        with contextlib.suppress(ChildProcessError):
            while True:
                os.wait()
        remove(Path(folder))  # the judge does so too, unless it was killed


def _use_large_pages() -> None:
    """Have the kernel keep what is loaded in pages of 2 MB, where it can: a fork then copies fewer entries."""
    if _madvise is None:
        return
    with open("/proc/self/maps") as maps:
        writable = [fields for line in maps if (fields := line.split(maxsplit=5))[1] == "rw-p"]
    for span, *_, inode in (fields[:5] for fields in writable):
        start, end = (int(address, 16) for address in span.split("-"))
        for place in range(-(-start // _LARGE) * _LARGE, end - _LARGE + 1, _LARGE) if inode == "0" else ():
            _madvise(ctypes.c_void_p(place), ctypes.c_size_t(_LARGE), _COLLAPSE)  # refused by older kernels


def _share(controls: list[int]) -> tuple[int, bool]:
    """Make a copy of this process for each socket but the first; give the one to serve, and whether this is a copy."""
    own, *others = controls
    while others:
        control = others.pop()
        if os.fork() == 0:
            for other in (own, *others):  # held here, it would never be closed for whoever waits for that
                os.close(other)
            return control, True
        os.close(control)
    return own, False
