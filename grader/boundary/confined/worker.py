"""The confined process: runs a student's cells, uses what they left, and answers the judge.

Of the course it has only what calls a function, and of the judge nothing, so there is no answer here to be found.
What a student does to this process can only make its answers wrong, late or senseless; the judge expects that.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import inspect
import json
import linecache
import socket
import sys
import time
import traceback
from types import ModuleType
from typing import Any

import numpy as np

from course.calling.here import Here
from course.calling.plain_data import TOO_LARGE, Foreign
from course.calling.work import Held, Operation
from grader.boundary.confined import stubs
from grader.boundary.confined.callbacks import Callbacks
from grader.boundary.confined.shell import GradingShell, make_shell
from grader.boundary.confined.telling import tell
from grader.boundary.shared.agreed import AHEAD
from grader.boundary.shared.caps import ANSWER, CELL
from grader.boundary.shared.codec import WireError, encode
from grader.boundary.shared.wire import Channel, WireClosed, channel, receive, send

Modules = tuple[tuple[ModuleType, tuple[str, ...]], ...]
# What the code on this side of the wire calls by these names must work after a student has replaced some of them.
# Of the large modules only what is used: putting a name back touches its object's memory, shared until then.
_KEPT: Modules = (
    (builtins, ()),  # first: nothing works without them
    (np, ("generic", "ndarray", "random")),
    (np.random, ("Generator", "PCG64")),
    *((module, ()) for module in (contextlib, json.encoder, json.decoder)),
)
_KEPT_FOR_TELLING: Modules = tuple((module, ()) for module in (inspect, linecache, traceback))
"""Most calls return, and need none of these."""
_NAMESPACES = ("user_ns", "_user_ns", "user_module")
"""Where a shell, of one version of IPython or another, has the notebook's names."""
REHEARSED = 10
"""This many cells, and calls, are enough for Python to have changed how their code is kept."""
_CELL = """
import numpy as np

def double(input, bias=None):
    output = 2 * input
    if bias is not None:
        output = output + bias
    return output
"""

_frombuffer, _empty, _bytes, _clock = np.frombuffer, np.empty, np.uint8, time.monotonic
SPARE = 2**25
"""Bytes of address space that are given back when a student's code has taken all the rest. They are never written."""
SHORT = 2**20
"""Where this many bytes can't be had, all are taken."""


class Server:
    """Serves the judge's requests, one at a time.

    Parameters
    ----------
    shell
        Where the cells run.
    """

    def __init__(self, shell: GradingShell) -> None:
        self.shell = shell
        self.here = Here(shell.user_ns, afterwards=self._repair, before_telling=self._repair_for_telling)
        self.kinds = {"cell": self._cell, "do": self._do, "forget": self._forget}
        self.learned: list[list[dict[str, Any]]] = []

    def serve(self, fd: Channel) -> None:
        """Answer requests until the judge closes the connection. Each reply carries its request's token."""
        callbacks = Callbacks(fd)
        find = {"held": lambda number: Held(number, ""), "function": callbacks.function}
        while True:
            try:
                request = receive(fd, follow=lambda kind, number: find[kind](number))
            except WireClosed:
                return
            if "kind" not in request:  # the answer to a question that no function of ours asked
                continue
            token, kind = request["token"], request["kind"]
            if kind == "ahead":
                self._go_ahead(fd, request)
                request = None
                continue
            callbacks.open(token if kind == "do" else "")
            reply = self.kinds[kind](request)
            callbacks.close()
            if not callbacks.whole:
                raise WireError("A question was left without its answer.")
            caps = ANSWER if kind == "do" else CELL
            try:
                message = encode({"token": token, "reply": reply}, caps=caps)
            except WireError:
                reply["value"] = Foreign(f"{type(reply.get('value')).__name__}, {TOO_LARGE}")
                message = encode({"token": token, "reply": reply})
            # Let go before the answer, not during the next request: what an object does as it goes is its own doing.
            request = reply = None
            self._repair()
            send(fd, message)

    def _go_ahead(self, fd: Channel, request: dict[str, Any]) -> None:
        """Run cells and then make calls that were learned, and report everything at once.

        It ends before the first that is not reported, and where one was slow or a cell stopped. What can't be reported
        ends the process: the judge asks one by one then.
        """
        calls = self.learned[request["calls"]] if request["calls"] is not None else []
        until, shown, told = _clock() + AHEAD, [], []
        for number, source in request["cells"]:
            shown += [self._cell({"source": source, "number": number, "seconds": request["seconds"]})]
            if shown[-1]["error"]:
                self._repair()  # reporting it may have run the student's code
                calls = []
                break
            if _clock() > until:
                calls = []
                break
        token = request["token"]
        cells = encode({"token": token, "reply": shown}, caps=CELL)
        send(fd, encode({"token": token, "reply": None}))  # from here on, the judge waits for calls only
        for call in calls:
            told += [self._do(call)]
            if _clock() > until:
                break
        # Both together: whatever a call writes by itself is read in the place of the cells, and makes no sense there.
        send(fd, cells + encode({"token": token, "reply": told}, caps=ANSWER))

    def _cell(self, request: dict[str, Any]) -> dict[str, Any]:
        found = self.shell.run(
            request["source"], request["number"], request["seconds"], self._repair, self._repair_for_telling
        )
        found["images"] = [_frombuffer(image, _bytes) for image in found["images"]]
        return found

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        self.here.names = self.shell.user_ns
        fields = {key: request[key] for key in ("verb", "name", "args", "kwargs", "names", "owner", "keep")}
        return tell(self.here.perform(Operation(**fields), request["seconds"]))

    def _forget(self, request: dict[str, Any]) -> dict[str, Any]:
        self.here.forget()
        return {}

    def learn(self, calls: list[dict[str, Any]]) -> None:
        """Keep calls, in the process that workers are forked from, until they are asked for by number."""
        self.learned.append(calls)
        gc.freeze()

    def remember(self) -> None:
        """Keep what later code of ours relies on, as it is before a student's first line."""
        stub = sys.modules["course"]
        for name in [name for name in sys.modules if name.partition(".")[0] in ("course", "grader")]:
            del sys.modules[name]
        sys.modules["course"] = stub
        self._kept, self._kept_for_telling = _as_they_are(_KEPT), _as_they_are(_KEPT_FOR_TELLING)
        self._own = set(vars(self.shell))
        self._names = {key: vars(self.shell)[key] for key in _NAMESPACES if key in vars(self.shell)}
        self.shell.modules = dict(sys.modules)
        self._finders = list(sys.meta_path)
        self._recursion = sys.getrecursionlimit()
        self._silence = sys.stdout = sys.stderr = sys.__stdout__  # which leads nowhere
        self._spare = _empty(SPARE, _bytes)

    def _repair_for_telling(self) -> None:
        """Undo what would keep this process from telling what was raised."""
        for names, before in self._kept_for_telling:
            names.update(before)

    def _repair(self) -> None:
        """Undo what would keep this process from answering for the student's other functions."""
        for names, before in self._kept:  # it uses no builtin: a student may have deleted them
            names.update(before)
        shell = vars(self.shell)
        for name in shell.keys() - self._own:
            if hasattr(type(self.shell), name):  # a method replaced by get_ipython().run_cell = ...
                del shell[name]
        shell.update(self._names)
        sys.meta_path[:] = self._finders
        sys.settrace(None)
        sys.setprofile(None)
        sys.setrecursionlimit(self._recursion)
        sys.stdout = sys.stderr = self._silence
        try:
            _empty(SHORT, _bytes)
        except Exception:  # even the right one takes memory to be raised
            self._spare = None  # for the cells that follow, and for telling of them


def _as_they_are(modules: Modules) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Give the names of each module, and what is kept of them."""
    return [(vars(module), {name: vars(module)[name] for name in names or vars(module)}) for module, names in modules]


def prepare() -> Server:
    """Load what a worker needs, once, in the process that the workers are forked from."""
    stubs.install()
    builtins.input = _no_input
    sys.addaudithook = _no_hook  # nothing could take it out again, and it may refuse whatever is done later
    server = Server(make_shell())
    sys.breakpointhook = _go_on
    _rehearse(server)
    server.remember()
    gc.collect()
    gc.freeze()  # a collection in a worker then leaves the shared pages alone
    return server


def _no_hook(hook: Any) -> None:
    raise RuntimeError("sys.addaudithook() is not available where answers are graded.")


def _go_on(*_: object, **__: object) -> None:
    """Pass a breakpoint that was left in an answer: a debugger would wait for someone to type."""


def _rehearse(server: Server) -> None:
    """Serve a made-up submission.

    What runs for the first time, Python changes in memory. Each worker would do so again, in pages that it has to copy.
    """
    call = {"verb": "call", "name": "double", "names": ("input", "bias"), "owner": None, "keep": 0, "seconds": 5.0}
    calls = [{**call, "args": (np.ones((2, 3)),), "kwargs": {"bias": np.ones(3)}}] * REHEARSED
    cells = [[number, _CELL] for number in range(REHEARSED)]
    asked = encode({"token": "", "kind": "ahead", "cells": cells, "seconds": 5.0, "calls": 0})
    server.learned = [calls]
    judge, own = socket.socketpair()
    with judge, own:
        judge.sendall(asked)
        judge.shutdown(socket.SHUT_WR)
        server.remember()
        server.serve(channel(own))
    server.here.forget()
    server.learned = []
    server.shell.reset()
    server.shell.plain = True


def _no_input(prompt: object = "", /) -> str:
    raise RuntimeError("input() is not available where answers are graded: there is no one to type.")
