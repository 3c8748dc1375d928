"""A Python process of our own, which starts with a connection to the process that starts it.

On Linux and macOS it inherits a socket. On Windows none passes through a virtual environment's Python, which starts
another one. There the new process connects to a port of this machine, and proves itself with a secret.
"""

from __future__ import annotations

import hmac
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from grader.boundary.shared.groups import end_group
from grader.boundary.shared.jobs import Job

START = 60.0
"""Seconds within which a new process must connect."""
CONNECTIONS = 100
"""At most this many silent connections are kept open; the oldest is closed first."""
_HERE = "127.0.0.1"
_LOOK, _SECRET, _PID = 0.2, 32, 4
_ROOT = str(Path(__file__).resolve().parents[3])
_CODE = (
    "import gc, sys; gc.disable(); sys.path.insert(0, {root!r}); "
    "from grader.boundary.shared.connected import connected; connection = connected({fd}); "
    "from {module} import main; main(connection{arguments})"
)


class Started(subprocess.Popen[bytes]):
    """A process that was started here. On Windows it ends when this one does, with all that it has started."""

    tied: Job | None = None
    leads = False
    """Whether it is the first process of a session of its own, and what it starts belongs to that."""

    def end(self, patience: float = 0.0) -> bool:
        """End it, after `patience` seconds in which it may end by itself, and tell whether it had to be ended.

        What it has started is ended with it, on Windows and where it leads a session.
        """
        try:
            self.wait(patience)
            by_itself = True
        except subprocess.TimeoutExpired:
            by_itself = False
        if self.tied:
            self.tied.end()
        if self.leads:
            end_group(self.pid)
        self.kill()
        self.wait()
        return not by_itself


def start(
    module: str, arguments: Sequence[Any] = (), inherited: Sequence[socket.socket] = (), **options: Any
) -> tuple[Started, socket.socket]:
    """Start a process, and give it with this side of the connection.

    Parameters
    ----------
    module
        What it runs: the module's ``main(connection, *arguments)``, without a garbage collector until it wants one.
    arguments
        Plain values.
    inherited
        Other sockets that it should have, not on Windows. It gets their descriptors by `arguments`.
    options
        What `subprocess.Popen` takes in addition.
    """
    if sys.platform == "win32":
        return _start_and_accept(module, arguments, options)
    ours, theirs = socket.socketpair()
    with theirs, without_ctrl_c():
        command = _command(module, arguments, theirs.fileno())
        fds = [one.fileno() for one in (theirs, *inherited)]
        process = Started(command, stdin=subprocess.DEVNULL, pass_fds=fds, **options)
        process.leads = options.get("start_new_session", False)
        return process, ours


def connected(fd: int | None) -> socket.socket:
    """Give the connection to the process that started this one. It may be taken once.

    Parameters
    ----------
    fd
        Its descriptor; None where the process connects itself, on the port that standard input names, with the secret.
    """
    if fd is not None:
        return socket.socket(fileno=fd)
    port, secret = sys.stdin.readline().split()
    connection = socket.create_connection((_HERE, int(port)))
    connection.sendall(bytes.fromhex(secret) + os.getpid().to_bytes(_PID))
    return _without_delay(connection)


def _command(module: str, arguments: Sequence[Any], fd: int | None) -> list[str]:
    told = "".join(f", {one!r}" for one in arguments)
    # not -I: that would ignore PYTHONHASHSEED
    return [sys.executable, "-s", "-P", "-c", _CODE.format(root=_ROOT, fd=fd, module=module, arguments=told)]


def _start_and_accept(module: str, arguments: Sequence[Any], options: dict[str, Any]) -> tuple[Started, socket.socket]:
    secret = secrets.token_bytes(_SECRET)
    apart = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # which Ctrl-C does not reach
    ours = None
    with socket.create_server((_HERE, 0)) as server:
        command = _command(module, arguments, None)
        process = Started(command, stdin=subprocess.PIPE, creationflags=apart, **options)
        assert process.stdin is not None
        try:
            with suppress(OSError), process.stdin as told:  # it may have ended, which is seen below
                told.write(f"{server.getsockname()[1]} {secret.hex()}\n".encode())
            ours = _accept(server, secret, process)
        finally:
            if ours is None:
                process.kill()
    if ours is None:
        ours, theirs = socket.socketpair()
        theirs.close()  # read as the connection to a process that has ended
    return process, ours


def _accept(server: socket.socket, secret: bytes, process: Started) -> socket.socket | None:
    """Return the connection that sends the secret; None if the process ends first or takes too long."""
    until, connections = time.monotonic() + START, [server]
    server.settimeout(_LOOK)
    try:
        while process.poll() is None and time.monotonic() < until:
            for one in select.select(connections, [], [], _LOOK)[0]:
                if one is server:
                    with suppress(OSError):  # it was closed again
                        connections.append(server.accept()[0])
                    continue
                connections.remove(one)
                with suppress(OSError):
                    sent = one.recv(_SECRET + _PID)
                    if hmac.compare_digest(sent[:_SECRET], secret):
                        # not of the one started here: a virtual environment's Python starts another
                        process.tied = Job(int.from_bytes(sent[_SECRET:]))
                        return _without_delay(one)
                one.close()
            if len(connections) > CONNECTIONS:
                connections.pop(1).close()
    finally:
        for one in connections[1:]:
            one.close()
    return None


def _without_delay(connection: socket.socket) -> socket.socket:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each message is waited for
    return connection


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach, not even before they can ignore it. This one gets it afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
