"""The confined process: runs a student's cells, calls a student's functions, and answers the judge.

It imports nothing of the course and nothing of the judge, so there is nothing here to be found.
What a student does to this process can only make its answers wrong, late or senseless; the judge expects that.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import inspect
import json
import linecache
import select
import sys
import traceback
from types import ModuleType
from typing import Any

import numpy as np

from grader.boundary import stubs
from grader.boundary.calls import attempt
from grader.boundary.shell import GradingShell, make_shell
from grader.boundary.wire import ANSWER, CAPS, Opaque, WireClosed, WireError, encode, receive, send, type_name

# What the code on this side of the wire calls by these names must work after a student has replaced some of them.
# Of the large modules only what is used: putting a name back touches its object's memory, shared until then.
_KEPT: tuple[tuple[ModuleType, tuple[str, ...]], ...] = (
    (builtins, ()),  # first: nothing works without them
    (np, ("generic", "ndarray", "random")),
    (np.random, ("Generator", "PCG64")),
    *((module, ()) for module in (contextlib, inspect, json.encoder, json.decoder, linecache, select, traceback)),
)


_frombuffer, _bytes = np.frombuffer, np.uint8


class Server:
    """Serves the judge's requests, one at a time.

    Parameters
    ----------
    shell
        Where the cells run.
    """

    def __init__(self, shell: GradingShell) -> None:
        self.shell = shell
        self.kinds = {"cell": self._cell, "call": self._call}

    def serve(self, fd: int) -> None:
        """Answer requests until the judge closes the connection. Each reply carries its request's token."""
        while True:
            try:
                request = receive(fd)
            except WireClosed:
                return
            token, reply = request["token"], self.kinds[request["kind"]](request)
            caps = ANSWER if request["kind"] == "call" else CAPS
            try:
                message = encode({"token": token, "reply": reply}, caps=caps)
            except WireError:
                kind = type_name(type(reply.get("value")))
                reply["value"] = Opaque(f"{kind}, too large or too deeply nested to be compared")
                message = encode({"token": token, "reply": reply})
            send(fd, message)

    def _cell(self, request: dict[str, Any]) -> dict[str, Any]:
        sys.modules.update(self._modules)  # IPython imports some as it goes
        found = self.shell.run(request["source"], request["number"], request["seconds"], self._repair)
        found["images"] = [_frombuffer(image, _bytes) for image in found["images"]]
        return found

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        namespace, name, names = self.shell.user_ns, request["name"], request["names"]
        args, kwargs, seconds = request["args"], request["kwargs"], request["seconds"]
        return attempt(namespace, name, args, kwargs, names, seconds, self._repair)

    def remember(self) -> None:
        """Keep what later code of ours relies on, as it is before a student's first line."""
        for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
            del sys.modules[name]
        self._kept = [
            (vars(module), {name: getattr(module, name) for name in names or vars(module)}) for module, names in _KEPT
        ]
        self._own = set(vars(self.shell))
        self._modules = dict(sys.modules)
        self._finders = list(sys.meta_path)
        self._recursion = sys.getrecursionlimit()
        self._silence = sys.stdout = sys.stderr = sys.__stdout__  # which leads nowhere

    def _repair(self) -> None:
        """Undo what would keep this process from answering for the student's other functions."""
        for names, before in self._kept:
            names.update(before)
        shell = vars(self.shell)
        for name in shell.keys() - self._own:
            if hasattr(type(self.shell), name):  # a method replaced by get_ipython().run_cell = ...
                del shell[name]
        sys.meta_path[:] = self._finders
        sys.settrace(None)
        sys.setprofile(None)
        sys.setrecursionlimit(self._recursion)
        sys.stdout = sys.stderr = self._silence


def prepare() -> Server:
    """Load what a worker needs, once, in the process that the workers are forked from."""
    stubs.install()
    builtins.input = _no_input
    server = Server(make_shell())
    server.remember()
    gc.collect()
    gc.freeze()  # a collection in a worker then leaves the shared pages alone
    return server


def _no_input(prompt: object = "", /) -> str:
    raise RuntimeError("input() is not available where answers are graded: nobody is there to type.")
