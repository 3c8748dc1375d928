"""An answer as it would be written in a notebook: the source of a function, class or value under a name."""

from __future__ import annotations

import inspect
import pprint
import re
import textwrap
from typing import Any

import numpy as np


def written(thing: Any, name: str) -> str:
    """Write a function, class or value as a notebook's cell would.

    Parameters
    ----------
    thing
        A function or class whose source file is there, or plain data.
    name
        The name that it is to have.

    Examples
    --------
    >>> print(written({"a": 1}, "answers"))
    answers = {'a': 1}
    >>> print(written(np.eye(2), "kernel"))
    kernel = np.array([[1.0, 0.0], [0.0, 1.0]])
    """
    if isinstance(thing, np.ndarray):
        return f"{name} = np.array({thing.tolist()})"
    if not callable(thing):
        return f"{name} = {pprint.pformat(thing, sort_dicts=False)}"
    source = textwrap.dedent(inspect.getsource(thing)).rstrip()
    return re.sub(r"^(def|class) \w+", rf"\1 {name}", source, count=1)
