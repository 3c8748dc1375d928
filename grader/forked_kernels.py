"""Kernels that are forked from one process, so that what lessons import is loaded once."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from grader.errors import GraderError

POSSIBLE = sys.platform == "linux"
"""Elsewhere a process that has loaded as much may not survive a fork."""
_MAIN = "from grader.kernel_parent import LOADED, main; main({fd}, {names} or LOADED)"
_PATIENCE = 2.0


class KernelParentEnded(GraderError):
    """The process that kernels are forked from has ended."""


class ForkedKernel:
    """A kernel's process, with the methods of `subprocess.Popen` that jupyter_client uses.

    Parameters
    ----------
    pid
        Its number.
    alive
        A pipe's end for reading. The other one is closed when the process ends.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, alive: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._alive = alive

    def poll(self) -> int | None:
        """Give None as long as it runs, and then 0: the exit code is not known."""
        if self.returncode is None and select.select([self._alive], [], [], 0)[0]:
            os.close(self._alive)
            self.returncode = 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class KernelParent:
    """The process that kernels are forked from. A context manager.

    It starts at once, and loads what lessons import while other work can be done.

    Parameters
    ----------
    environment
        Its environment, in which `grader` can be imported. Each kernel gets its own, which must agree in what Python
        and NumPy read only at their start.
    folder
        A private folder, for its messages.
    names
        The modules that it loads. By default all that lessons import.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path, names: Sequence[str] = ()) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "parent.log"
        code = _MAIN.format(fd=theirs.fileno(), names=list(names))
        with theirs, self._log.open("wb") as log:
            self._process = subprocess.Popen(
                # the flag is what Jupyter starts a kernel with
                [sys.executable, "-Xfrozen_modules=off", "-P", "-c", code],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._control.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:  # it is still loading
            self._process.kill()
            self._process.wait()

    def fork(self, arguments: Sequence[str], env: Mapping[str, str], cwd: str, log: int) -> ForkedKernel:
        """Get a kernel.

        Parameters
        ----------
        arguments
            The kernel's.
        env, cwd
            Its environment and its working directory.
        log
            A descriptor for what it prints.

        Raises
        ------
        KernelParentEnded
            If there is no process to fork it from.
        """
        request = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": cwd}).encode()
        reading, writing = os.pipe()
        try:
            socket.send_fds(self._control, [request], [log, writing])
            answer = self._control.recv(64)
        except OSError:
            answer = b""
        finally:
            os.close(writing)
        if not answer:
            os.close(reading)
            said = self._log.read_text(errors="replace").strip().splitlines()
            raise KernelParentEnded(f"The process that kernels are forked from has ended: {said[-1:] or 'no message'}.")
        return ForkedKernel(int(answer), reading)


class ForkingManager(AsyncKernelManager):
    """Starts a kernel by a fork."""

    kernel_parent: KernelParent

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        provisioner: Any = self.provisioner
        assert isinstance(provisioner, LocalProvisioner)
        arguments = kernel_cmd[kernel_cmd.index("ipykernel_launcher") + 1 :]
        process: Any = self.kernel_parent.fork(arguments, kw["env"], str(kw["cwd"]), kw["stderr"].fileno())
        provisioner.process, provisioner.pid, provisioner.pgid = process, process.pid, process.pid
        self._reconcile_connection_info(provisioner.connection_info)
