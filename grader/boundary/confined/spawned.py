"""A worker that is spawned as a new process, where none can be forked from a warm parent.

It starts ahead of its submission, loads what a worker needs, and then waits for the first request.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import socket
import time
from pathlib import Path

from grader.boundary.confined.settled import hide_our_packages, limit_only, mapped, settle
from grader.boundary.confined.worker import prepare
from grader.boundary.shared import sandbox
from grader.boundary.shared.agreed import BROKEN
from grader.boundary.shared.codec import encode
from grader.boundary.shared.scratch import remove
from grader.boundary.shared.wire import WireClosed, channel, receive, send

READING = 20.0
"""Seconds for what comes after the first message."""


def main(connection: socket.socket, scratch: str) -> None:
    """Serve one submission.

    Parameters
    ----------
    connection
        To the judge.
    scratch
        The folder that the worker writes to.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's business; it closes the connection
    atexit.register(_leave_nothing, Path(scratch))
    server = prepare()
    gc.enable()
    hide_our_packages()
    fd = channel(connection)
    try:
        told = receive(fd)
        for _ in range(told["calls"]):
            server.learn(receive(fd, time.monotonic() + READING))
    except WireClosed:  # the judge is gone
        return
    status = BROKEN
    try:
        settle(Path(scratch))
        limit_only(
            sandbox.Policy(
                readable=(),
                scratch=Path(scratch),
                memory=mapped() + told["memory"],
                cpu_seconds=told["cpu_seconds"],
                file_size=told["file_size"],
                open_files=told["open_files"],
            )
        )
        send(fd, encode({"ready": True}))
        server.serve(fd)
        status = 0
    finally:
        os._exit(status)  # whatever a student's code has left, threads for instance, does not go on


def _leave_nothing(scratch: Path) -> None:
    """Remove what loading has made after a later run had tidied up behind a judge that was killed."""
    if not scratch.exists():
        remove(scratch.parent)
