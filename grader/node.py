"""A notebook's parts: dicts with attributes, as in nbformat, without loading nbformat.

It takes a second to load, and thirty megabytes, for checking against schemas; a process that marks needs neither.
"""

from __future__ import annotations

import json
from typing import Any


class Node(dict[str, Any]):
    """A dict whose items are attributes, too.

    Examples
    --------
    >>> cell = Node(source="x = 1")
    >>> cell.source
    'x = 1'
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


AnyNode = Any
"""A `Node`, or nbformat's own NotebookNode, which has the same attributes."""


def read_node(text: bytes | str) -> Node:
    """Read a notebook that is known to be one, with each text in one piece.

    Examples
    --------
    >>> read_node('{"cells": [{"source": "x"}]}').cells[0].source
    'x'
    """
    return json.loads(text, object_hook=Node)
