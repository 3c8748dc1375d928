"""Standard output and error, which a cell may have deleted, closed or replaced."""

from __future__ import annotations

import sys

_OWN = {name: getattr(sys, name, getattr(sys, f"__{name}__")) for name in ("stdout", "stderr")}
"""As they were when the course was loaded: in a notebook they are not Python's own."""


def put_back() -> None:
    """Put back what takes no text any more: a report needs it, and so does Jupyter.

    Examples
    --------
    >>> del sys.stderr
    >>> put_back()
    >>> sys.stderr.write("")
    0
    """
    for name, own in _OWN.items():
        try:
            getattr(sys, name).write("")
        except Exception:
            setattr(sys, name, own)
