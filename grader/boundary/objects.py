"""What a student's cells left, and the objects made from it, as the judge uses them: called, read and written.

It does inside the worker what `course.checking.work.Here` does at home; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.boundary.calls import attempt
from grader.boundary.wire import Opaque, is_data, type_name

_getattr, _setattr, _generator = getattr, setattr, np.random.Generator  # bound once: a student may replace them


class Objects:
    """Performs the judge's operations, and keeps what they return under the judge's numbers.

    Parameters
    ----------
    afterwards
        Called after each piece of a student's code, before anything that it may have broken is used.

    Examples
    --------
    >>> request = {"name": "half", "args": (3,), "kwargs": {}, "names": ("x",), "owner": None, "seconds": 5.0}
    >>> Objects().perform({"half": lambda x: x / 2}, {"verb": "call", "keep": 1, **request})["value"]
    1.5
    >>> Objects().perform({"half": 8}, {"verb": "call", "keep": 1, **request})
    {'ending': 'not defined', 'detail': 'int'}
    """

    def __init__(self, afterwards: Callable[[], None] = lambda: None) -> None:
        self._afterwards = afterwards
        self._held: dict[int, Any] = {}

    def get(self, number: int) -> Any:
        """Give the object that is kept under a number."""
        return self._held[number]

    def forget(self) -> None:
        """Keep none any more."""
        self._held.clear()
        self._afterwards()  # an object may do something as it goes

    def perform(self, namespace: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
        """Do one operation with the notebook's names, or with an object, and tell how it ended, as `attempt` does.

        A result that is kept is marked as ``kept``.
        """
        reply = self._of_object(request) if request["owner"] is not None else self._of_name(namespace, request)
        value = reply.get("value")
        if request["keep"] and value is not ... and not is_data(value):
            self._held[request["keep"]] = value
            reply["kept"] = True
            if type(value) is _generator:  # which could be sent, but is kept to be drawn from
                reply["value"] = Opaque(type_name(_generator))
        return reply

    def _of_name(self, namespace: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
        name = request["name"]
        if name not in namespace:
            return {"ending": "not defined"}
        if request["verb"] == "write":
            (namespace[name],) = request["args"]
            return {"ending": "returned"}
        thing = namespace[name]
        if request["verb"] == "read":
            return {"ending": "returned", "value": thing}
        if not callable(thing):
            return {"ending": "not defined", "detail": type_name(type(thing))}
        return self._call(thing, request)

    def _of_object(self, request: dict[str, Any]) -> dict[str, Any]:
        owner, name = request["owner"], request["name"]
        if request["verb"] == "write":
            return self._call(partial(_setattr, owner, name), request)
        found = attempt(partial(_getattr, owner, name), seconds=request["seconds"], afterwards=self._afterwards)
        if request["verb"] == "read" or found["ending"] != "returned":
            return found
        return self._call(found["value"], request)

    def _call(self, thing: Any, request: dict[str, Any]) -> dict[str, Any]:
        args, kwargs, names, seconds = (request[key] for key in ("args", "kwargs", "names", "seconds"))
        return attempt(thing, args, kwargs, names, seconds, self._afterwards)
