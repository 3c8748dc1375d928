"""A process that has loaded what lessons import, and forks a kernel for each of them. It runs nothing of a lesson."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

LOADED = (
    "numpy",
    "torch",
    "torch._dynamo",  # PyTorch loads it when an optimizer or its counter of operations is first used
    "torchinfo",
    "matplotlib.pyplot",
    "ipykernel.kernelapp",
    "course.chapters",
    "course.checking.runner",
)
"""What takes long to load, and only defines things. matplotlib looks for IPython when drawing begins, and
`course.notebook` when it is loaded: both happen in the kernel."""
MOST = 1 << 20
"""Bytes of one request, which has a kernel's environment."""


def main(descriptor: int, names: Sequence[str] = LOADED) -> None:
    """Fork a kernel for each request, until the other end of the connection is closed.

    Parameters
    ----------
    descriptor
        Of the connection's socket. A request is a kernel's arguments, environment and working directory as JSON, with
        two descriptors: its log, and a pipe that it leaves open until it ends. The answer is its process id.
    names
        The modules to load before.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the build's business; it closes the connection
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # kernels are not waited for: the pipe tells when one ends
    for name in names:
        with contextlib.suppress(Exception):  # the lesson that needs it will say so
            importlib.import_module(name)
    if "matplotlib" in sys.modules:
        with contextlib.suppress(Exception):
            _learn_formulas()
    gc.collect()
    gc.freeze()  # a collection in a kernel then leaves alone what was loaded here; `%reset` makes several
    control = socket.socket(fileno=descriptor)
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, MOST, 2)
        if not request:
            return
        pid = os.fork()
        if pid == 0:
            _become_kernel(json.loads(request), control, *descriptors)
        for received in descriptors:
            os.close(received)
        control.send(str(pid).encode())


def _learn_formulas() -> None:
    """Have Matplotlib make its grammar of formulas, which it does at the first one."""
    from matplotlib.mathtext import MathTextParser

    MathTextParser("path").parse("$x$")


def _become_kernel(request: dict[str, Any], control: socket.socket, log: int, alive: int) -> None:
    status = 1
    try:
        control.close()
        os.setsid()
        for number in (signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for given, standard in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(given, standard)
        os.set_inheritable(alive, False)  # what a lesson starts does not outlive it
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"], JPY_PARENT_PID=str(os.getppid()))
        # with which it notices its parent's end; ipykernel read the variable when it was loaded
        sys.argv = ["ipykernel_launcher.py", *request["arguments"], f"--IPKernelApp.parent_handle={os.getppid()}"]
        importlib.import_module("ipykernel.kernelapp").launch_new_instance()
        status = 0
    finally:
        os._exit(status)  # whatever happens, the parent's code must not continue in the child
